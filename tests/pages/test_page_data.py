"""What the page has of a collection of any size."""

import pytest

from io_helpers import page_contents
from page_helpers import rows_of
from polycage.pages.page_packing import unpacked
from polycage.tables import catalogue


def row(table, **values):
    return dict.fromkeys(table.names) | values


def structure(id_, n_active=0, status="ok", **values):
    return row(catalogue.STRUCTURES, structure_id=id_, n_active=n_active, status=status, **values)


def cage(id_, role="spacer", phase="", h_A=3.0):
    return row(catalogue.CAGES, structure_id=id_, cage_id=1, role=role, phase=phase, h_A=h_A, multiplicity=1)


def entry(id_, *, listed=False, file="there.cif"):
    return {"structure_id": id_, "file": file, "shard": "0", "listed": listed}


def failure(id_):
    return row(catalogue.FAILURES, structure_id=id_, error="CIF_SYNTAX", message=f"bad {id_}", advice="mend it")


def prediction(id_, tc_measured_K=None):
    return row(
        catalogue.PREDICTIONS, structure_id=id_, phase="alpha", model="printed-heights", h_A=3.0, tc_K=40.0,
        family="iron", compound=id_, tc_measured_K=tc_measured_K, held_out=True,
    )  # fmt: skip


def rows(found, table):
    return rows_of(unpacked(found.tables[table]))


def ids(found, table="structures"):
    return [one["structure_id"] for one in rows(found, table)]


STRUCTURES = [structure("a"), structure("b", n_active=1), structure("c#1"), structure("c#2"),
              structure("d", status="warning"),
              structure("e", None, "failed"), structure("f", n_active=2)]  # fmt: skip
COLLECTION = [entry(id_, listed=id_ == "c") for id_ in "abcdef"]
CAGES = [
    cage("a"),
    cage("b", "active", "alpha"),
    cage("b"),
    cage("b", "void", h_A=None),
    cage("f", "active", "alpha"),
]


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (1, ["c#1"]),
        (2, ["c#1", "c#2"]),  # both blocks of the file that materials.csv lists
        (3, ["b", "c#1", "c#2"]),  # then those with active cages
        (4, ["b", "c#1", "c#2", "f"]),
        (5, ["a", "b", "c#1", "c#2", "f"]),
        (7, ["a", "b", "c#1", "c#2", "d", "e", "f"]),
    ],
)
def test_what_matters_most_is_on_the_page_in_the_order_of_the_table(tmp_path, limit, expected):
    found = page_contents(tmp_path, limit, structures=STRUCTURES, collection=COLLECTION, cages=CAGES)
    assert ids(found) == expected
    assert found.listed == len(expected)
    assert set(ids(found, "cages")) <= set(expected)


def test_a_block_with_a_measured_tc_comes_first(tmp_path):
    # materials.csv names one block; the table `collection` has rows of files
    found = page_contents(tmp_path, 2, structures=STRUCTURES, predictions=[prediction("c#2", 30.0)])
    assert ids(found) == ["c#1", "c#2"]


def test_counts_are_of_everything(tmp_path):
    found = page_contents(
        tmp_path, 1, structures=STRUCTURES, collection=[*COLLECTION, entry("x", listed=True, file="")],
        cages=CAGES, failures=[failure("e")],
    )  # fmt: skip
    assert found.counts == {
        "structures": 7, "ok": 5, "warning": 1, "failed": 1, "with active cages": 2, "cages": 4, "voids": 1,
        "failures": 1, "without file": 1,
    }  # fmt: skip
    assert ids(found, "failures") == ["e"]  # of structures that are not on the page, too


def test_problems_come_first_then_active_cages(tmp_path):
    found = page_contents(tmp_path, structures=STRUCTURES, cages=CAGES)
    order = ["e", "d", "b", "f", "a", "c#1", "c#2"]
    assert ids(found, "materials") == order
    with_cages = set(ids(found, "cages"))
    assert list(dict.fromkeys(ids(found, "cages"))) == [one for one in order if one in with_cages]


def test_numbers_are_those_of_the_csv_and_empty_columns_are_left_out(tmp_path):
    found = page_contents(tmp_path, structures=STRUCTURES, cages=[cage("b", h_A=2.72050004999), cage("b", h_A=3.0)])
    assert [one["h_A"] for one in rows(found, "cages")] == [2.7205, 3]
    assert "volume_A3" not in rows(found, "cages")[0]
    assert "operations" not in rows(found, "structures")[0]  # in the drawings alone


def fit(family, n):
    return row(catalogue.FIT, family=family, model="measured-heights", choice="printed", estimator="mean", n=n)


def printed(compound, id_):
    return row(catalogue.HEIGHTS, paper_compound=compound, phase="alpha", chosen=True, structure_id=id_)


def test_rows_that_say_nothing_of_the_run_are_left_out(tmp_path):
    tested = [
        row(catalogue.EVALUATION, lambda_of=of, model="mean-tc", choice="none", subset="all", n=n)
        for of, n in (("all", 2), ("iron", 0))
    ]
    # a law of one compound runs through its point whatever is true
    fits = [fit("cuprate", 1), fit("iron", 4)]
    heights = [printed("A", "a"), printed("B", "elsewhere"), printed("C", "no structure")]
    found = page_contents(tmp_path, structures=STRUCTURES, evaluation=tested, fit=fits, heights=heights)
    assert [one["lambda_of"] for one in rows(found, "evaluation")] == ["all"]
    assert [one["family"] for one in rows(found, "fit")] == ["iron"] == [one["family"] for one in found.fit]
    assert ids(found, "heights") == ["a"]  # no link leads nowhere


def test_a_collection_of_all_structures_shows_what_has_none(tmp_path):
    found = page_contents(tmp_path, structures=STRUCTURES, heights=[printed("A", "a"), printed("C", "no structure")])
    assert ids(found, "heights") == ["a", "no structure"]


def test_which_lambda_a_predicted_tc_has_is_said(tmp_path):
    both = [prediction("a"), prediction("a") | {"model": "measured-heights", "tc_K": 30.0}]
    for predictions, words in ((both[:1], "the paper prints"), (both, "measured in this run")):
        found = page_contents(tmp_path, structures=STRUCTURES, predictions=predictions)
        (meaning,) = (column[4] for column in found.described["materials"]["columns"] if column[0] == "tc_predicted_K")
        assert words in meaning
        (known,) = (one for one in rows(found, "materials") if one["structure_id"] == "a")
        assert known["tc_model"] == predictions[-1]["model"]


def test_drawings_are_in_the_order_of_the_structures(tmp_path):
    structures = [structure(f"s{k:03d}", operations="x,y,z", sha256=f"digest {k}") for k in range(300)]
    atom = row(catalogue.ATOMS, structure_id="s200", label="Fe1", species="Fe", x=0.5, y=0.25, z=1 / 3, atom=1)
    vertex = "Fe ring 0.5 0.25 0 1.9"
    cages = [cage("s200") | {"vertices": vertex}]
    found = page_contents(tmp_path, structures=structures, atoms=[atom], cages=cages)
    drawings = [one for block in found.drawings for one in unpacked(block)]
    assert [len(unpacked(block)) for block in found.drawings] == [128, 128, 44]
    assert [one["sha256"] for one in drawings] == [f"digest {k}" for k in range(300)]
    assert drawings[200]["atoms"][0][:5] == ["Fe1", "Fe", 0.5, 0.25, 0.333333]
    assert drawings[200]["cages"] == {"1": vertex}
    assert drawings[199]["atoms"] == []

"""What the page lists of a collection of any size."""

import pytest

from io_helpers import page_listing
from polycage.base.settings import DEFAULTS
from polycage.report.page import figures, page
from polycage.tables import catalogue


def row(table, **values):
    return dict.fromkeys(table.names) | values


def structure(id_, n_active=0, status="ok", **values):
    values = {"borderline": "", "verification": "", "message": f"about {id_}"} | values
    return row(catalogue.STRUCTURES, structure_id=id_, n_active=n_active, status=status, **values)


def cage(id_, role="spacer", phase="", h_A=3.0):
    return row(catalogue.CAGES, structure_id=id_, cage_id=1, role=role, phase=phase, h_A=h_A, multiplicity=1)


def entry(id_, *, listed=False, file="there.cif"):
    return {"structure_id": id_, "file": file, "shard": "0", "listed": listed}


def failure(id_):
    return row(
        catalogue.FAILURES,
        structure_id=id_,
        file=f"{id_}.cif",
        stage="read",
        error="CIF_SYNTAX",
        message=f"bad {id_}",
        advice="mend it",
    )


def prediction(id_, tc_measured_K=None, held_out=True):
    return row(
        catalogue.PREDICTIONS, structure_id=id_, phase="alpha", model="printed-heights", h_A=3.0, tc_K=40.0,
        family="iron", compound=id_, skill_n=0, skill_verified_n=0, tc_measured_K=tc_measured_K, held_out=held_out,
    )  # fmt: skip


def ids(rows):
    return [row["structure_id"] for row in rows]


STRUCTURES = [structure("a"), structure("b", n_active=1), structure("c#1"), structure("c#2"),
              structure("d", status="warning"),
              structure("e", None, "failed"), structure("f", n_active=2)]  # fmt: skip
COLLECTION = [entry(id_, listed=id_ == "c") for id_ in "abcdef"]
CAGES = [
    cage("a"),
    cage("b", "active", "alpha"),
    cage("b"),
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
def test_what_matters_most_is_listed_in_the_order_of_the_table(tmp_path, limit, expected):
    found = page_listing(tmp_path, (limit,), structures=STRUCTURES, collection=COLLECTION)
    assert ids(found.structures) == expected


def test_a_block_with_a_measured_tc_comes_first(tmp_path):
    # materials.csv names one block; the table `collection` has rows of files
    found = page_listing(tmp_path, (2,), structures=STRUCTURES, predictions=[prediction("c#2", 30.0)])
    assert ids(found.structures) == ["c#1", "c#2"]


def test_counts_are_of_everything(tmp_path):
    found = page_listing(
        tmp_path, (1, 1), structures=STRUCTURES, collection=[*COLLECTION, entry("x", listed=True, file="")],
        cages=CAGES, failures=[failure("e")],
    )  # fmt: skip
    assert found.counts == {
        "structures": 7, "ok": 5, "warning": 1, "failed": 1, "with active cages": 2, "cages": 5, "voids": 1,
        "failures": 1, "without file": 1,
    }  # fmt: skip


def test_cages_are_counted_and_read_of_listed_structures_alone(tmp_path):
    found = page_listing(tmp_path, (3,), structures=STRUCTURES, collection=COLLECTION, cages=CAGES)
    assert found.n_cages == {("b", "active"): 1, ("b", "spacer"): 2, ("b", "void"): 1}
    assert ids(found.active_cages) == ["b"]


def test_predictions_with_a_measured_tc_are_kept_for_the_figure(tmp_path):
    predictions = [prediction("b", 20.0), prediction("d"), prediction("f", 30.0)]
    found = page_listing(tmp_path, (1,), structures=STRUCTURES, predictions=predictions)
    assert ids(found.structures) == ["b"]
    assert ids(found.predictions) == ["b", "f"]


def test_a_page_that_lists_all_says_nothing_of_it(tmp_path):
    found = page_listing(tmp_path, structures=STRUCTURES, collection=COLLECTION, failures=[failure("e")])
    text = page(found, figures(found), DEFAULTS)
    assert "Listed are" not in text
    assert "The first" not in text
    for id_ in ids(STRUCTURES):
        assert f'id="structure-{id_}"' in text


def test_a_page_tells_what_it_leaves_out_and_where_it_is(tmp_path):
    names = [f"w{k:02d}" for k in range(30)]
    structures = [
        *(structure(name, status="warning") for name in names),
        *(structure(f"x{k}", None, "failed") for k in range(4)),
    ]
    found = page_listing(
        tmp_path, (5, 3), structures=structures, failures=[failure(f"x{k}") for k in range(4)],
        collection=[entry(f"m{k}", listed=True, file="") for k in range(9)],
    )  # fmt: skip
    text = " ".join(page(found, figures(found), DEFAULTS).split())
    assert "34 structures: 0 ok, 30 with a warning, 4 failed" in text
    assert "Listed are 5 of 34 structures" in text
    assert "<code>structures.csv</code>" in text
    assert text.count('id="structure-') == 5
    assert "The first 3 of 4 failures; all of them are in <code>failures.csv</code>" in text
    assert "bad x2" in text
    assert "bad x3" not in text
    assert "The first 3 of 30 warnings; all of them are in <code>structures.csv</code>" in text
    assert "<b>w02</b>: about w02" in text
    assert "<b>w03</b>" not in text
    assert (
        "9 structures of materials.csv have no file in the collection (a mistyped structure_id?): "
        "m0, m1, m2, and others." in text
    )

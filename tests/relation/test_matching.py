"""A user's list matched with structures by composition."""

import random

import pytest

from io_helpers import material, written
from polycage.relation.cases import BY_COMPOSITION, BY_METALS
from polycage.relation.matching import Structures, composition_of, match_file
from polycage.tables import catalogue
from polycage.tables.materials import Materials

# formulas as structures.csv has them
FORMULAS = {
    "lsco": "Cu La1.85 O4 Sr0.15", "ybco7": "Ba2 Cu3 O7 Y", "ybco6": "Ba2 Cu3 O6 Y", "cell": "Ba4 Cu6 O14 Y2",
    "fese": "Fe Se", "pressed": "Fe Se",
}  # fmt: skip
STRUCTURES = [
    {"structure_id": name, "formula": formula, "pressure_GPa": 5.0 if name == "pressed" else None}
    for name, formula in FORMULAS.items()
]
NONE = Materials({}, {})
HEADER = "composition,tc_K,citation,tc_below_K,pressure_GPa\n"


def structures(tolerance=0.02, *, open_oxygen=False):
    return Structures(STRUCTURES, tolerance, open_oxygen=open_oxygen)


def found(text, **options):
    return {match.structure_id: match.matched for match in composition_of(text, structures(**options)).matches}


@pytest.mark.parametrize("text", ["YBa2Cu3O7", "Y1 Ba2 Cu3 O7", "Ba2Cu3O7Y", "YBa2Cu3O6.99", "(YBa2)Cu3O7"])
def test_the_same_composition_in_any_writing(text):
    assert found(text) == {"ybco7": BY_COMPOSITION, "cell": BY_COMPOSITION}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # an absolute tolerance of 0.02 atoms a formula unit of the list
        ("La1.84Sr0.16CuO4", {"lsco"}), ("La1.87Sr0.13CuO4", {"lsco"}), ("La1.825Sr0.175CuO4", set()),
        ("YBa2Cu3O6.95", set()), ("YBa2Cu3O6.02", {"ybco6"}), ("YBa2Cu4O8", set()), ("Fe2Se2", {"fese", "pressed"}),
        ("FeSe0.97", set()), ("FeTe", set()), ("FeSeO0", {"fese", "pressed"}),
    ],
)  # fmt: skip
def test_within_the_tolerance(text, names):
    assert set(found(text)) == names


def test_oxygen_is_left_open_on_request_only():
    assert found("YBa2Cu3O6.5") == {}
    opened = found("YBa2Cu3O6.5", open_oxygen=True)
    assert opened == dict.fromkeys(("ybco6", "ybco7", "cell"), BY_METALS)
    # what agrees to its oxygen is no open match
    assert found("YBa2Cu3O7", open_oxygen=True)["ybco7"] == BY_COMPOSITION
    assert found("FeSe", open_oxygen=True) == {"fese": BY_COMPOSITION, "pressed": BY_COMPOSITION}


@pytest.mark.parametrize("text", ["YBa2Cu3O7-d", "YBa2Cu3O7-x", "YBa2Cu3Oz", "YBa2Cu3O6+x"])
def test_oxygen_as_a_variable(text):
    assert found(text) == {}
    assert "oxygen is a variable" in composition_of(text, structures()).problem
    assert set(found(text, open_oxygen=True)) == {"ybco6", "ybco7", "cell"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("La2-xSrxCuO4", "variable"), ("La2-xSrxCuO4 x = 0.1-0.2", "variable"), ("", "cannot be read"),
        ("oxide", "cannot be read"), ("Qq2O", "cannot be read"), ("Fe(Se", "cannot be read"), ("12", "cannot be read"),
    ],
)  # fmt: skip
def test_formulas_that_cannot_be_read_are_told(text, said):
    composition = composition_of(text, structures())
    assert composition.matches == ()
    assert said in composition.problem


def test_deuterium_counts_as_hydrogen_and_is_told():
    rows = [{"structure_id": "hydride", "formula": "H Pd", "pressure_GPa": None}]
    composition = composition_of("PdD", Structures(rows, 0.02, open_oxygen=False))
    assert [match.structure_id for match in composition.matches] == ["hydride"]
    assert "deuterium" in composition.problem


def matched(folder, text, materials=NONE, **options):
    options = {"tolerance_atoms": 0.02, "open_oxygen": False} | options
    done = match_file(written(folder, HEADER + text, "list.csv"), STRUCTURES, materials, **options)
    return done.known, list(done.rows)


def test_the_median_of_several_rows(tmp_path):
    known, rows = matched(tmp_path, "La1.85Sr0.15CuO4,38,a,,\nLa1.84Sr0.16CuO4,36,b,,\nSr0.15La1.85CuO4,30,c,,\n")
    assert known["lsco"].tc_K == 36
    # the nearest composition names it
    assert known["lsco"].compound == "Cu1 La1.85 O4 Sr0.15"
    assert {row["note"] for row in rows} == {"3 rows, 30 to 38 K: their median 36 K"}
    assert {row["state"] for row in rows} == {"used"}


def test_zero_is_not_seen(tmp_path):
    known, rows = matched(tmp_path, "FeSe,0,a,,\nLa1.85Sr0.15CuO4,0,b,1.5,\n")
    assert "fese" not in known
    assert (known["lsco"].tc_K, known["lsco"].tc_below_K) == (None, 1.5)
    assert [(row["structure_id"], row["state"]) for row in rows] == [
        ("fese", "not used"), ("pressed", "not used"), ("lsco", "used"),
    ]  # fmt: skip
    assert "not down to which temperature" in rows[0]["note"]


def test_a_tc_comes_before_not_seen(tmp_path):
    known, rows = matched(tmp_path, "La1.85Sr0.15CuO4,38,a,,\nLa1.85Sr0.15CuO4,,b,2,\n")
    assert (known["lsco"].tc_K, known["lsco"].tc_below_K) == (38, None)
    assert [row["note"] for row in rows] == ["", "other rows have a Tc"]


def test_a_tc_of_another_pressure_is_not_used(tmp_path):
    known, rows = matched(tmp_path, "FeSe,8,a,,\n")
    assert set(known) == {"fese"}
    assert {row["structure_id"]: row["note"] for row in rows}["pressed"] == "Tc at 0.0001 GPa, structure at 5 GPa"
    known, _ = matched(tmp_path, "FeSe,37,a,,5.1\n")
    assert {name: of.tc_K for name, of in known.items()} == {"pressed": 37}


def test_what_the_sheet_knows_of_a_structure(tmp_path):
    sheet = Materials({"fese": material("fese", compound="iron selenide", pressure_GPa="unknown")}, {})
    known, rows = matched(tmp_path, "FeSe,8,a,,\n", sheet)
    assert known == {}
    assert any("pressure that is not known" in row["note"] for row in rows)


def test_an_exact_match_comes_before_an_open_one(tmp_path):
    known, rows = matched(tmp_path, "YBa2Cu3O7,93,a,,\nYBa2Cu3O7-d,60,b,,\n", open_oxygen=True)
    assert (known["ybco7"].tc_K, known["ybco7"].matched) == (93, BY_COMPOSITION)
    assert known["ybco6"].matched == BY_METALS  # of both rows
    assert known["ybco6"].tc_K == 76.5
    assert any(row["note"].endswith("other rows have the structure's oxygen, too") for row in rows)


def test_every_row_of_the_list_is_told_of(tmp_path):
    text = "La1.85Sr0.15CuO4,38,a,,\nLa2-xSrxCuO4,38,b,,\nNb,9.2,c,,\nFeSe,400,d,,\nFeSe,8\n"
    _, rows = matched(tmp_path, text)
    assert [(row["row"], row["state"]) for row in rows] == [
        (2, "used"), (3, "not read"), (4, "no structure"), (5, "not read"), (6, "not read"),
    ]  # fmt: skip
    assert all(set(row) == set(catalogue.MATCHES.names) for row in rows)


def test_every_row_of_a_long_list_is_told_of(tmp_path):
    draw = random.Random(1)
    shares = [draw.random() for _ in range(20_000)]
    lines = [f"La{2 - x:.3f}Sr{x:.3f}CuO4,{30 * draw.random():.2f},c,,\n" for x in shares]
    _, rows = matched(tmp_path, "".join(lines))
    assert [row["row"] for row in rows] == list(range(2, 20_002))

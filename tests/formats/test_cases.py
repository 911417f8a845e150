"""Files as people write them: 42 small ones after public reports, and variants of each kind, right answers by hand.

The kinds are those of tests/data/cases/README.md. Cells are made up, large enough for their atoms; compositions
count the images of each atom by its multiplicity in the International Tables.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

import gemmi
import pytest

from case_answers import CASES, Answer, answers, faults, outcomes
from polycage.base.errors import ErrorCode, PolycageError

READ = "ok_or_warning"
TOLD = "warning_or_refused"


def check(text: str | bytes, answer: Answer, name: str = "a.cif") -> None:
    assert faults(text if isinstance(text, bytes) else text.encode(), name, answer) == []


def message(text: str | bytes, name: str = "a.cif") -> str:
    """What is told of the one structure of a file."""
    (outcome,) = outcomes(text if isinstance(text, bytes) else text.encode(), name)
    return str(outcome.result) if isinstance(outcome.result, PolycageError) else outcome.result.message


def cell(lengths: str = "4.05 4.05 7.4", angles: str = "90 90 90") -> str:
    names = [f"_cell_length_{x}" for x in "abc"] + [f"_cell_angle_{x}" for x in ("alpha", "beta", "gamma")]
    return "".join(f"{name} {value}\n" for name, value in zip(names, f"{lengths} {angles}".split(), strict=True))


def atoms(rows: Iterable[str], columns: str = "label type_symbol fract_x fract_y fract_z occupancy") -> str:
    tags = "".join(f"_atom_site_{column}\n" for column in columns.split())
    return "loop_\n" + tags + "".join(f"{row}\n" for row in rows)


def operations(symbol: str, tag: str = "_space_group_symop_operation_xyz") -> str:
    """The operations of a Hall symbol, by gemmi."""
    triplets = (f"'{op.triplet()}'\n" for op in gemmi.symops_from_hall(symbol))
    return f"loop_\n{tag}\n{''.join(triplets)}"


def name(symbol: str, tag: str = "_space_group_name_H-M_alt") -> str:
    return f"{tag} '{symbol}'\n"


@pytest.mark.parametrize(("file", "answer"), answers().items(), ids=list(answers()))
def test_case(file, answer):
    check((CASES / file).read_bytes(), answer, file)


@pytest.mark.parametrize("file", [file for file in answers() if file.endswith(".mcif")])
def test_a_magnetic_cif_is_the_same_under_either_name(file):
    check((CASES / file).read_bytes(), answers()[file], file.replace(".mcif", ".cif"))


# --- 1: amounts in type symbols


def mixed(symbol: str, occupancy: str = "1", label: str = "M1") -> str:
    """A mixed metal at 1a, Ti at 1d, O at 1b of P 4/m m m."""
    rows = [f"{label} {symbol} 0 0 0 {occupancy}", "Ti1 Ti 0.5 0.5 0.5 1", "O1 O 0 0 0.5 1"]
    return "data_x\n" + cell() + name("P 4/m m m") + atoms(rows)


@pytest.mark.parametrize(
    ("symbol", "occupancy", "expected"),
    [
        ("Nb0.7Ta0.3", "1", {"Nb": 0.7, "Ta": 0.3}),
        ("Nb70%Ta30%", "1", {"Nb": 0.7, "Ta": 0.3}),
        ("'70% Nb, 30% Ta'", "1", {"Nb": 0.7, "Ta": 0.3}),
        ("(Nb0.70Ta0.30)", "1", {"Nb": 0.7, "Ta": 0.3}),
        ("'Nb.5/Ta.5'", "1", {"Nb": 0.5, "Ta": 0.5}),
        ("'0.7 Nb + 0.3 Ta'", "0.5", {"Nb": 0.35, "Ta": 0.15}),
        ("'0.70(2)Nb + 0.30(2)Ta'", "1", {"Nb": 0.7, "Ta": 0.3}),
        ("'0.5Fe2+ + 0.5Fe3+'", "1", {"Fe": 1}),
        ("'0.5Nb5+ + 0.5Ta5+'", "1", {"Nb": 0.5, "Ta": 0.5}),
        ("'0.2Nb + 0.2Ta'", ".", {"Nb": 0.2, "Ta": 0.2}),
        ("Nb0.25Ta0.25Zr0.5", "1", {"Nb": 0.25, "Ta": 0.25, "Zr": 0.5}),
    ],
)
def test_amounts_in_a_type_symbol_are_occupancies(symbol, occupancy, expected):
    check(mixed(symbol, occupancy), Answer(READ, {**expected, "Ti": 1, "O": 1}, 3))


@pytest.mark.parametrize(
    "symbol", ["NbTa", "Nb-Ta", "'Nb Ta'", "Nb/Ta", "'Nb,Ta'", "NbTaZr", "7Nb3Ta", "Nb0.7Ta", "Nb2Ta1", "'70Nb + 30Ta'"]
)
def test_two_elements_without_amounts_are_never_silently_the_first(symbol):
    check(mixed(symbol), Answer(TOLD, says=("Ta", "M1")))


def test_one_amount_in_a_type_symbol_counts_and_is_told():
    check(mixed("Nb0.5"), Answer("warning", {"Nb": 0.5, "Ti": 1, "O": 1}, says=("Nb0.5",)))


@pytest.mark.parametrize(
    ("label", "symbol"), [("NaK", "Na"), ("FeO", "Fe"), ("CaM2", "Ca"), ("SiT1", "Si"), ("AlB", "Al")]
)
def test_labels_name_sites_and_are_no_amounts(label, symbol):
    check(mixed(symbol, label=label), Answer(READ, {symbol: 1, "Ti": 1, "O": 1}, 3))
    assert "doubt" not in message(mixed(symbol, label=label))


@pytest.mark.parametrize("symbol", ["Fe2.5+", "Cu1.5+", "Fe3+", "Fe+3", "Fe0+", "Fe(III)", "FE", "Nb5+"])
def test_charges_are_no_amounts(symbol):
    element = "Cu" if symbol.startswith("Cu") else "Nb" if symbol.startswith("Nb") else "Fe"
    check(mixed(symbol), Answer(READ, {element: 1, "Ti": 1, "O": 1}, 3))


# --- 2: groups and words


def hydroxide(symbol: str, label: str = "W1") -> str:
    """Mg at 1a, a group at 2d of P -3 m 1."""
    rows = ["Mg1 Mg 0 0 0 1", f"{label} {symbol} 0.33333 0.66667 0.22 1"]
    return "data_x\n" + cell("3.2 3.2 4.8", "90 90 120") + name("P -3 m 1") + atoms(rows)


@pytest.mark.parametrize(
    ("symbol", "element"),
    [("H2O", "O"), ("OH", "O"), ("OH2", "O"), ("H3O", "O"), ("D2O", "O"), ("HOH", "O"), ("OH-", "O"), ("O-H", "O"),
     ("NH4", "N"), ("NH3", "N"), ("NH4+", "N"), ("CH3", "C"), ("CH4", "C")],
)  # fmt: skip
def test_a_group_is_its_heavy_atom_and_its_hydrogen_is_missed(symbol, element):
    check(hydroxide(symbol), Answer("warning", {"Mg": 1, element: 2}, 3, says=("hydrogen",)))


@pytest.mark.parametrize(
    "symbol", ["CN", "HO", "CO3", "PO4", "SO4", "NO3", "Unknown1", "Void1", "Cent1", "X", "Cn", "Nh", "Og", "Centroid"]
)
def test_words_and_groups_are_never_silently_elements(symbol):
    check(hydroxide(symbol), Answer(TOLD, says=(symbol.rstrip("0123456789"), "W1")))


@pytest.mark.parametrize("label", ["CN1", "HO1", "CO3", "PO4", "SO4", "Unknown1", "Void1", "Cent1", "X1", "Ghost"])
def test_words_and_groups_in_labels_are_never_silently_elements(label):
    rows = ["Mg1 0 0 0", f"{label} 0.33333 0.66667 0.22"]
    text = "data_x\n" + cell("3.2 3.2 4.8", "90 90 120") + name("P -3 m 1")
    check(text + atoms(rows, "label fract_x fract_y fract_z"), Answer(TOLD, says=(label,)))


@pytest.mark.parametrize(("symbol", "element"), [("HO", "Ho"), ("CO", "Co"), ("NO", "No"), ("PO", "Po")])
def test_a_stated_formula_makes_an_element_of_two_capitals(symbol, element):
    text = hydroxide(symbol, "M1").replace("loop_", f"_chemical_formula_sum 'Mg {element}2'\nloop_", 1)
    check(text, Answer("ok", {"Mg": 1, element: 2}, 3))


# --- 3: statements of symmetry that contradict each other


def silicon(symmetry: str, place: str = "0 0 0", lengths: str = "5.43 5.43 5.43", angles: str = "90 90 90") -> str:
    return "data_Si\n" + cell(lengths, angles) + symmetry + atoms([f"Si1 Si {place} 1"])


EQUIV = "_symmetry_equiv_pos_as_xyz"


@pytest.mark.parametrize(
    ("symmetry", "lengths", "angles"),
    [
        # two lists
        (operations("F 4d 2 3 -1d") + operations("-F 4vw 2vw 3", EQUIV), "5.43 5.43 5.43", "90 90 90"),
        (operations("P 1") + operations("-P 1", EQUIV), "5 6 7", "80 95 100"),
        # two Hall symbols
        ("_space_group_name_Hall '-P 2ybc'\n_symmetry_space_group_name_Hall '-P 2yn'\n", "5 6 7", "90 100 90"),
        ("loop_\n_space_group_name_Hall\n'F 4d 2 3 -1d'\n'-F 4vw 2vw 3'\n", "5.43 5.43 5.43", "90 90 90"),
        # a name with its origin or setting against operations or a Hall symbol
        (name("F d -3 m :2") + operations("F 4d 2 3 -1d"), "5.43 5.43 5.43", "90 90 90"),
        (name("F d -3 m S") + operations("-F 4vw 2vw 3"), "5.43 5.43 5.43", "90 90 90"),
        (name("P n n n (origin choice 1)") + "_space_group_name_Hall '-P 2ab 2bc'\n", "5 6 7", "90 90 90"),
        (name("P 1 21/c 1") + operations("-P 2yn"), "5 6 7", "90 100 90"),
        (name("P b n m") + operations("-P 2ac 2n"), "5 6 7", "90 90 90"),
        # a name against its code of the coordinate system, operations against it
        (name("P 1 21/c 1") + "_space_group_IT_coordinate_system_code b2\n", "5 6 7", "90 100 90"),
        ("_space_group_IT_coordinate_system_code 1\n" + operations("-F 4vw 2vw 3") + name("F d -3 m"), "5.43 5.43 5.43",
         "90 90 90"),
        # two names
        (name("P n m a") + name("P b n m", "_symmetry_space_group_name_H-M"), "5 6 7", "90 90 90"),
        (name("F d -3 m :1") + name("F d -3 m :2", "_symmetry_space_group_name_H-M"), "5.43 5.43 5.43", "90 90 90"),
        ("loop_\n_space_group_name_H-M_alt\n'P 4/m m m'\n'I 4/m m m'\n", "5 5 7", "90 90 90"),
    ],
)  # fmt: skip
def test_statements_of_symmetry_that_contradict_each_other_are_told(symmetry, lengths, angles):
    check(silicon(symmetry, "0.1 0.2 0.3", lengths, angles), Answer(TOLD))


@pytest.mark.parametrize(
    "symmetry",
    [
        operations("-F 4vw 2vw 3") + operations("-F 4vw 2vw 3", EQUIV),
        "_space_group_name_Hall '-F 4vw 2vw 3'\n_symmetry_space_group_name_Hall '-F 4vw 2vw 3'\n",
        name("F d -3 m :2") + operations("-F 4vw 2vw 3"),
        name("F d -3 m") + operations("-F 4vw 2vw 3"),
        name("F d -3 m Z") + "_space_group_IT_coordinate_system_code 2\n_space_group_IT_number 227\n",
        name("F d -3 m") + name("F d -3 m :2", "_symmetry_space_group_name_H-M"),
        name("F 41/d -3 2/m :2"),
    ],
)
def test_statements_of_symmetry_that_agree_are_read_in_silence(symmetry):
    # 8 a of F d -3 m, second origin
    check(silicon(symmetry, "0.125 0.125 0.125"), Answer("ok", {"Si": 8}, 8))


# --- 4: one element in several states on one site


def spinel(*on_site: str) -> str:
    """LiMn2O4, F d -3 m: Li at 8a, a shared site at 16d, O at 32e."""
    rows = ["Li1 Li+ 0.125 0.125 0.125 1", *on_site, "O1 O2- 0.2632 0.2632 0.2632 1"]
    return "data_x\n" + cell("8.24 8.24 8.24") + name("F d -3 m :2") + atoms(rows)


@pytest.mark.parametrize(
    ("rows", "manganese"),
    [
        (("Mn1 Mn3+ 0.5 0.5 0.5 0.5", "Mn2 Mn4+ 0.5 0.5 0.5 0.5"), 16),
        (("Mn1 Mn3+ 0.5 0.5 0.5 0.5", "Mn1 Mn4+ 0.5 0.5 0.5 0.5"), 16),
        (("Mn1 Mn 0.5 0.5 0.5 0.5", "Mn2 Mn 0.5 0.5 0.5 0.5"), 16),
        (("Mn1 Mn3+ 0.5 0.5 0.5 0.4", "Mn2 Mn4+ 0.5 0.5 0.5 0.4"), 12.8),
        (("Mn1 Mn2+ 0.5 0.5 0.5 0.25", "Mn2 Mn3+ 0.5 0.5 0.5 0.25", "Mn3 Mn4+ 0.5 0.5 0.5 0.5"), 16),
        (("Mn1 Mn3+ 0.5 0.5 0.5 0.5", "Mn2 Mn4+ -0.5 1.5 0.5 0.5"), 16),
    ],
)
def test_states_of_one_element_on_one_site_all_count(rows, manganese):
    check(spinel(*rows), Answer("ok", {"Li": 8, "Mn": manganese, "O": 32}, 56))


def test_isotopes_on_one_site_all_count():
    rows = ["Li1 Li 0 0 0 1", "H1 H 0.5 0.5 0.5 0.5", "D1 D 0.5 0.5 0.5 0.5"]
    text = "data_x\n" + cell("4.08 4.08 4.08") + name("F m -3 m") + atoms(rows)
    check(text, Answer("ok", {"Li": 4, "H": 4}, 8))


def pymatgen_json(*species: dict) -> str:
    sites = [
        {"species": list(species), "abc": [0, 0, 0]},
        {"species": [{"element": "O", "occu": 1}], "abc": [0.5, 0.5, 0.5]},
    ]
    return json.dumps({"lattice": {"matrix": [[4, 0, 0], [0, 4, 0], [0, 0, 4]]}, "sites": sites})


@pytest.mark.parametrize(
    ("species", "expected"),
    [
        ([("Mn", 3, 0.5), ("Mn", 4, 0.5)], {"Mn": 1}),
        ([("Fe", 2, 0.25), ("Fe", 3, 0.25)], {"Fe": 0.5}),
        ([("Fe", 2, 0.3), ("Fe", 3, 0.3), ("Mg", 2, 0.4)], {"Fe": 0.6, "Mg": 0.4}),
        ([("Fe", None, 0.5), ("Fe", None, 0.5)], {"Fe": 1}),
        ([("Cu", 1, 0.1), ("Cu", 2, 0.9)], {"Cu": 1}),
    ],
)
def test_states_of_one_element_on_one_site_of_a_json_all_count(species, expected):
    site = [{"element": e, "occu": x, **({"oxidation_state": q} if q is not None else {})} for e, q, x in species]
    check(pymatgen_json(*site), Answer(READ, {**expected, "O": 1}, 2), "a.json")
    assert "twice" not in message(pymatgen_json(*site), "a.json")


# --- 5: what stands twice

SALT = "data_NaCl\n" + cell("5.64 5.64 5.64") + name("F m -3 m") + atoms(["Na1 Na 0 0 0 1", "Cl1 Cl 0.5 0.5 0.5 1"])
SALT_READ = Answer(READ, {"Na": 4, "Cl": 4}, 8)


def added(line: str, text: str = SALT) -> str:
    """The file with lines after the block's name."""
    head, rest = text.split("\n", 1)
    return f"{head}\n{line}\n{rest}"


@pytest.mark.parametrize(
    "line",
    [
        "_cell_length_a 5.640", "_cell.length_a 5.64", "_Cell_Length_A 5.64", "_space_group_name_H-M_alt 'F m -3 m'",
        "_chemical_formula_sum 'Cl Na'\n_chemical_formula_sum ?",
        "_chemical_formula_sum ''\n_chemical_formula_sum 'Cl Na'",
        "_journal_year 1990\n_journal_year 1991", "loop_\n_publ_author_name\nA\nB\nloop_\n_publ_author_name\nA\nB",
    ],
)  # fmt: skip
def test_a_tag_that_stands_twice_and_says_the_same_is_a_remark(line):
    check(added(line), SALT_READ._replace(fate="ok", says=("twice",)))


@pytest.mark.parametrize(
    "line",
    [
        "_cell_length_a 5.74", "_cell.length_b 5.46", "_space_group_name_H-M_alt 'P m -3 m'", "_cell_angle_gamma 120",
        atoms(["Na1 Na 0 0 0 1", "Br1 Br 0.5 0.5 0.5 1"]), "_space_group_name_H-M_alt 'F d -3 m'",
    ],
)  # fmt: skip
def test_a_tag_that_stands_twice_and_decides_is_refused_where_it_says_two_things(line):
    check(added(line), Answer("refused", says=("twice with different values",)))


def test_two_stated_formulas_are_a_warning():
    check(added("_chemical_formula_sum 'Na Cl'\n_chemical_formula_sum 'Na2 Cl'"), SALT_READ._replace(fate="warning"))


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("block", ["data_NaCl", "data_", "data_a~2", "DATA_x", "data_a#b"])
def test_blocks_of_one_name_are_all_read_under_different_ids(block, count):
    check(SALT.replace("data_NaCl", block) * count, SALT_READ._replace(n_structures=count))


def test_ids_of_blocks_of_one_name_are_numbered():
    text = SALT + SALT.replace("data_NaCl", "data_NaCl~2") + SALT
    assert [outcome.structure_id for outcome in outcomes(text.encode(), "a.cif")] == ["a#NaCl", "a#NaCl~2", "a#NaCl~3"]


# --- 6: characters beyond ASCII


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
@pytest.mark.parametrize(
    "line",
    ["_journal_volume 385\xb0", "_publ_author_name M\xfcller", "_citation_page \xa712",
     "_cell_measurement_radiation \xb5",
     "loop_\n_publ_author_name\nG\xf6del\nErd\xf6s", "_chemical_name_common \xe9"],
)  # fmt: skip
def test_characters_beyond_ascii_in_unquoted_values_are_read(line, encoding):
    check(added(line).encode(encoding), SALT_READ._replace(fate="ok"))


@pytest.mark.parametrize("label", ["Na\u2032", "Na\u03b1", "Na1\xe9", "Na\xb9", "Na\u4e00"])
def test_characters_beyond_ascii_in_labels_are_read(label):
    check(SALT.replace("Na1", label), SALT_READ._replace(fate="ok"))


@pytest.mark.parametrize("blank", ["\xa0", "\u2003", "\u202f", "\u3000", "\u200b"])
def test_blanks_that_are_no_spaces_are_told(blank):
    separated = SALT.replace("Na1 Na 0 0 0 1", f"Na1 Na{blank} 0 0{blank} 0 1{blank}")
    check(separated, SALT_READ._replace(says=("U+",)))
    assert "line" in message(separated)


@pytest.mark.parametrize("minus", ["\u2212", "\u2013", "\u2010", "\ufe63", "\uff0d"])
def test_a_typographic_minus_is_a_minus(minus):
    rows = [f"Ti1 Ti 0 0 {minus}0.25 1", "O1 O 0.5 0.5 0 1"]
    text = "data_x\n" + cell("4 4 6") + name("P 4/m m m") + atoms(rows)
    check(text, Answer(READ, {"Ti": 2, "O": 1}, 3))


def test_another_character_in_a_number_is_named():
    assert "U+00BD VULGAR FRACTION ONE HALF" in message(SALT.replace("0.5 0.5 0.5", "\xbd 0.5 0.5"))


# --- 7: superspace


def modulated(symops: str) -> str:
    rows = ["Sr1 Sr 0.25 0.25 0.1 1", "Cu1 Cu 0 0 0 1"]
    head = "data_x\n" + cell("5.4 5.4 12") + "_cell_modulation_dimension 1\n_space_group_ssg_name 'P-1(abg)0'\n"
    return head + symops + atoms(rows)


def superspace(*texts: str, tag: str = "_space_group_symop_ssg_operation_algebraic") -> str:
    return f"loop_\n{tag}\n" + "".join(f"'{text}'\n" for text in texts)


MAGNETIC = "_space_group_symop_magn_ssg_operation.algebraic"


@pytest.mark.parametrize(
    ("symops", "expected"),
    [
        (superspace("x1,x2,x3,x4", "-x1,-x2,-x3,-x4"), {"Sr": 2, "Cu": 1}),
        (superspace("x1, x2, x3, x4", "-x1, -x2, -x3, 1/2-x4"), {"Sr": 2, "Cu": 1}),
        (
            superspace("x1,x2,x3,x4", "-x1,-x2,x3,1/2+x4", "x1+1/2,x2+1/2,x3+1/2,x4", "1/2-x1,1/2-x2,1/2+x3,x4"),
            {"Sr": 2, "Cu": 1},
        ),
        (superspace("x1,x2,x3,x4,x5", "-x1,-x2,-x3,-x4,-x5"), {"Sr": 2, "Cu": 1}),
        (superspace("x1,x2,x3,x4,+1", "-x1,-x2,-x3,-x4,-1", tag=MAGNETIC), {"Sr": 2, "Cu": 1}),
        (superspace("x1,x2,x3,x4"), {"Sr": 1, "Cu": 1}),
    ],
)
def test_superspace_operations_alone_give_the_average_structure(symops, expected):
    check(modulated(symops), Answer("warning", expected, says=("modulat",)))


@pytest.mark.parametrize("symops", ["", superspace("x1,x2,x4,x3"), superspace("x1,x2")])
def test_superspace_without_operations_of_space_is_refused_by_name(symops):
    check(modulated(symops), Answer("refused", says=("superspace",)))


# --- 8: rows without a place


@pytest.mark.parametrize(
    "row",
    ["H1 H ? ? ? ?", "H1 H . . . many", "D1 D ? ? ? 2", "H1 H ? 0.2 0.1 -1", "H1A H ? ? ? 'x'", "Q1 Q ? ? ? x",
     "Du1 Du ? ? ? 7", "Va1 ? here there ? 1", "X1 X ? ? ? ?"],
)  # fmt: skip
def test_rows_without_a_place_are_left_out_before_they_are_checked(row):
    check(SALT + f"{row}\n", SALT_READ._replace(says=(row.split()[0],)))


def test_hydrogen_that_is_named_and_not_placed_is_a_warning():
    check(SALT + "H1 H ? ? ? 1\n", SALT_READ._replace(fate="warning", says=("the formula lacks hydrogen",)))


def test_an_atom_without_a_place_is_no_hydrogen():
    check(SALT + "O1 O ? ? ? 1\n", Answer("refused", says=("O1",)))


# --- 9: codes of the coordinate system, numbers alone


def coded(symmetry: str, code: str) -> str:
    return f"{symmetry}_space_group_IT_coordinate_system_code {code}\n"


NUMBER = "_space_group_IT_number {}\n"


@pytest.mark.parametrize(
    ("symmetry", "place", "lengths", "angles", "count"),
    [
        # 8a: 0 0 0 and 1/8 1/8 1/8; elsewhere 16c, 16d or more
        (coded(name("F d -3 m"), "2"), "0.125 0.125 0.125", "5.43 5.43 5.43", "90 90 90", 8),
        (coded(name("F d -3 m"), "1"), "0 0 0", "5.43 5.43 5.43", "90 90 90", 8),
        (coded(NUMBER.format(227), "2"), "0.125 0.125 0.125", "5.43 5.43 5.43", "90 90 90", 8),
        # R -3 m: 3a on hexagonal axes, 1a on rhombohedral ones; the metric of a cube fits the latter alone
        (coded(name("R -3 m"), "h"), "0 0 0", "4.5 4.5 11.8", "90 90 120", 3),
        (coded(name("R -3 m"), "r"), "0 0 0", "4.5 4.5 4.5", "90 90 90", 1),
        # P 21/c: four images of a general place, whatever the cell choice
        (coded(NUMBER.format(14), "b1"), "0.1 0.2 0.3", "5 6 7", "90 100 90", 4),
        (name("P 21/n:b2"), "0.1 0.2 0.3", "5 6 7", "90 100 90", 4),
        # P m n b: a at 4c, x = 1/4, where P n m a has y = 1/4
        (coded(NUMBER.format(62), "ba-c"), "0.25 0.1 0.2", "5 6 7", "90 90 90", 4),
        (NUMBER.format(1), "0.1 0.2 0.3", "5 6 7", "80 95 100", 1),
        (NUMBER.format(2), "0.1 0.2 0.3", "5 6 7", "80 95 100", 2),
        ("_symmetry_Int_Tables_number 1\n", "0.1 0.2 0.3", "5 5 5", "90 90 90", 1),
    ],
)
def test_codes_of_the_coordinate_system_and_numbers_decide(symmetry, place, lengths, angles, count):
    check(silicon(symmetry, place, lengths, angles), Answer(READ, {"Si": 1}, count))


# --- 10: an unreadable Hall symbol


@pytest.mark.parametrize("hall", ["-F 4 2 3)", "P foo", "-F 4vw2vw3xx", "Fm-3m", "?!", "-F 9 2 3"])
def test_beside_an_unreadable_hall_symbol_the_name_is_read(hall):
    check(added(f"_space_group_name_Hall '{hall}'"), SALT_READ._replace(fate="warning", says=("Hall symbol",)))


@pytest.mark.parametrize("hall", ["P foo", "Fm-3m"])
def test_an_unreadable_hall_symbol_alone_is_refused(hall):
    text = SALT.replace("_space_group_name_H-M_alt 'F m -3 m'", f"_space_group_name_Hall '{hall}'")
    check(text, Answer("refused", says=(hall,)))


# --- 11: a type symbol without an element


@pytest.mark.parametrize("symbol", ["MNA1", "JNa1", "M", "T", "A1", "Xyz", "Cation", "WNA2"])
def test_the_label_tells_the_element_where_the_type_symbol_does_not(symbol):
    check(SALT.replace("Na1 Na", f"Na1 {symbol}"), SALT_READ._replace(fate="warning", says=(symbol,)))


@pytest.mark.parametrize("row", ["Q1 Q 0.2 0.2 0.2 1", "Q1 ? 0.1 0.2 0.3 1", "Q12 Q 0 0 0.2 11", "Q2 Q ? ? ? 1"])
def test_peaks_are_left_out(row):
    check(SALT + f"{row}\n", SALT_READ._replace(fate="ok", says=("no atoms",)))


@pytest.mark.parametrize("label", ["M1", "Xyz1", "Void1", "1"])
def test_neither_symbol_nor_label_is_refused(label):
    check(SALT.replace("Na1 Na", f"{label} T"), Answer("refused", says=(label,)))


# --- 12: operations with factors


def doubled(second: str) -> str:
    """A hexagonal cell with a = 2b."""
    symmetry = f"loop_\n_space_group_symop_operation_xyz\n'x,y,z'\n'{second}'\n"
    return "data_x\n" + cell("9.02 4.51 7.1", "90 90 120") + symmetry + atoms(["Ho1 Ho 0.1 0.25 0.25 1"])


@pytest.mark.parametrize(
    "operation",
    ["-x+1/2,-2x+y,z+1/2", "-x+1/2,-2*x+y,z+1/2", "-X+1/2,-2X+Y,Z+1/2", "-x+1/2, y-2x, 1/2+z", "-x,-2x+y,-z"],
)
def test_operations_with_factors_that_fit_the_cell_are_read(operation):
    check(doubled(operation), Answer(READ, {"Ho": 2}, 2))


@pytest.mark.parametrize("operation", ["-x,-3x+y,z", "2x,y,z", "x,2x+y,z", "1/2x,2y,z", "-x+1/2,2x+y,z"])
def test_operations_with_factors_that_do_not_fit_the_cell_are_refused(operation):
    check(doubled(operation), Answer("refused"))


# --- 13: wrapped lines of a POSCAR


@pytest.mark.parametrize(
    ("elements", "counts"),
    [
        ("La Sr\nCu O", "1 1\n1 1"),
        ("La Sr Cu O", "1 1\n1\n1"),
        ("La\nSr\nCu\nO", "1 1 1 1"),
        ("La Sr ! the cations\nCu O", "1 1 1\n1 # all"),
        ("La_s Sr_sv\nCu_pv O_h", "1\n1 1 1"),
    ],
)
def test_wrapped_lines_of_a_poscar_are_read(elements, counts):
    places = "0 0 0\n.5 .5 .5\n.5 .5 0\n.5 0 .5\n"
    text = f"x\n1.0\n4 0 0\n0 4 0\n0 0 4\n{elements}\n{counts}\nDirect\n{places}"
    check(text, Answer("ok", {"La": 1, "Sr": 1, "Cu": 1, "O": 1}, 4), "POSCAR")


@pytest.mark.parametrize("counts", ["1 1\n1", "1 1 1 1 1", "1 1\n1 1 1", "1 1\n1.5 1", "1 1\nx 1"])
def test_wrapped_lines_of_a_poscar_that_do_not_match_are_refused(counts):
    places = "0 0 0\n.5 .5 .5\n.5 .5 0\n.5 0 .5\n"
    text = f"x\n1.0\n4 0 0\n0 4 0\n0 0 4\nLa Sr\nCu O\n{counts}\nDirect\n{places}"
    check(text, Answer("refused", says=("line", "numbers of atoms")), "POSCAR")


# --- 14: broken lines beside the structure


@pytest.mark.parametrize(
    "lines",
    [
        "loop_\n_geom_bond_distance\n_geom_bond_atom_site_label_1\n2.8 Na1 3.1",
        "_loop\n_journal_year 1990",
        "stray words in no place",
        "_publ_section_title 'not closed",
        "_publ_section_title not quoted at all",
        "loop_\n_refln_index_h\n1 2 3\nloop_",
        "_exptl_crystal_colour\n_exptl_crystal_density_meas 2.1",
        "stop_",
    ],
)
@pytest.mark.parametrize("place", ["before", "after"])
def test_what_is_broken_beside_the_structure_is_read_around(lines, place):
    text = added(lines) if place == "before" else f"{SALT}_a_b c\n{lines}\n"
    if lines.startswith("loop_\n_refln") and place == "before":
        pytest.skip("a loop_ that goes on with the cell has other values than its tags")
    check(text, SALT_READ._replace(fate="warning", says=("line",)))


@pytest.mark.parametrize("end", ["\x1a", "\x1a\n", "\r\n\x1a", "\n\n\x1a\x1a", " \x1a \n"])
def test_the_end_of_file_mark_of_dos_is_no_part_of_a_file(end):
    check(SALT + end, SALT_READ._replace(fate="ok"))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("Na1 Na 0 0 0 1", "Na1 Na 0 0 0", "line"),
        ("Na1 Na 0 0 0 1", "Na1 Na 0 0 0 1 1", "7 of them in line"),
        ("'F m -3 m'", "F m -3 m", "needs quotes"),
        ("'F m -3 m'", "'F m -3 m", "not closed"),
        ("_cell_length_a 5.64", "_cell_length_a", "_cell_length_a has no value"),
        ("_cell_length_a 5.64", "_cell_length_a 5.64 5.65", "belongs to no tag"),
        ("loop_\n", "_loop\n", "no value"),
        ("loop_\n", "", "no value"),
        ("data_NaCl\n", "", "data_"),
        ("Cl1 Cl", "\n;\nCl1 Cl", "never closed"),
    ],
)
def test_what_is_broken_in_cell_symmetry_or_atoms_is_refused(old, new, says):
    check(SALT.replace(old, new), Answer("refused", says=(says,)))


# --- 15: messages


@pytest.mark.parametrize(
    ("text", "file", "says"),
    [
        (SALT.replace("Na1 Na 0 0 0 1\nCl1 Cl 0.5 0.5 0.5 1", "? ? ? ? ? ?"), "a.cif", "nothing but ?"),
        (SALT.replace("0.5 0.5 0.5", "1/2 0.5 0.5"), "a.cif", "a fraction: write 0.5"),
        (SALT.replace("0.5 0.5 0.5", "1/3 0.5 0.5"), "a.cif", "write 0.333333"),
        (added(f"loop_\n{EQUIV}\nx, y, z\n-x, -y, -z"), "a.cif", "needs quotes: 'x, y, z'"),
        (added(f"loop_\n_id\n{EQUIV}\n1 x, y, z\n2 -x, -y, -z"), "a.cif", "quotes: 'x, y, z'"),
        (
            '2\nLattice="4 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3\nFe3+ 0 0 0\nO 2 2 2\n',
            "a.xyz",
            "no element 'Fe3+'",
        ),
        (SALT.encode("utf-16-le")[:401], "a.cif", "encoding"),
        ("_cell_length_a 4\n", "a.cif", "data_"),
    ],
)  # fmt: skip
def test_a_refusal_names_cause_and_remedy(text, file, says):
    check(text, Answer("refused", says=(says,)), file)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-8-sig"])
def test_encodings_are_known_with_and_without_their_mark(encoding):
    check(SALT.encode(encoding), SALT_READ._replace(fate="ok"))


def test_a_row_of_question_marks_is_left_out_with_a_warning():
    check(SALT + "? ? ? ? ? ?\n", SALT_READ._replace(fate="warning", says=("nothing but ?",)))


@pytest.mark.parametrize(
    ("hall", "place", "count"),
    # general places: as many images as the group has operations
    [("-P 1", "0.1 0.2 0.3", 2), ("-P 2ybc", "0.1 0.2 0.3", 4), ("P 2 2", "0.1 0.2 0.3", 4),
     ("-P 2 2", "0.1 0.2 0.3", 8),
     ("-I 2", "0.1 0.2 0.3", 8)],
)  # fmt: skip
def test_a_list_without_the_identity_gets_it_with_a_warning(hall, place, count):
    listed = operations(hall).replace("'x,y,z'\n", "")
    check(silicon(listed, place, "5 6 7"), Answer("warning", {"Si": 1}, count, says=("identity",)))


# --- 16: folded text, several cells


@pytest.mark.parametrize(
    "field",
    [
        ";\\\nNa2\\\n Cl\n;", "\n;\\\nNa2 Cl\\\n\n;", "\n;\\\nNa\\\n2 Cl\n;",
        "\n;> \\\\\n> Na2 \\\n> Cl\n;",
        "\n;p\\\npNa2 Cl\n;", "\n;\nNa2\n Cl\n;",
    ],
)  # fmt: skip
def test_a_folded_formula_is_compared_like_any_other(field):
    # the sites make Na Cl
    text = added(f"_chemical_formula_sum\n{field.lstrip()}")
    check(text, SALT_READ._replace(fate="warning", says=("formula",)))


def test_a_folded_formula_that_is_right_is_silent():
    check(added("_chemical_formula_sum\n;\\\nNa \\\nCl\n;"), SALT_READ._replace(fate="ok"))


@pytest.mark.parametrize(
    "tag", ["_cell_length_a", "_cell_length_c", "_cell_angle_beta", "_cell.length_b", "_Cell_Angle_Gamma"]
)
def test_a_loop_with_two_cells_is_refused(tag):
    lines = [line for line in SALT.splitlines() if not line.startswith(tag.lower().replace(".", "_"))]
    text = "\n".join([lines[0], f"loop_\n{tag}\n90\n91", *lines[1:]]) + "\n"
    check(text, Answer("refused", says=("several values",)))


def test_a_whole_loop_of_cells_is_refused():
    tags = [f"_cell_length_{x}" for x in "abc"] + [f"_cell_angle_{x}" for x in ("alpha", "beta", "gamma")]
    loop = "loop_\n" + "\n".join(tags) + "\n5.64 5.64 5.64 90 90 90\n5.70 5.70 5.70 90 90 90\n"
    check(SALT.replace(cell("5.64 5.64 5.64"), loop), Answer("refused", says=(ErrorCode.CELL_INVALID.name,)))

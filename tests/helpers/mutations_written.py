"""Mutations after the kinds of tests/data/cases: what people and programs write in good faith."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from gemmi import cif

from mutations_crystal import _on_block, columns, operations, set_operations

_SYMBOL, _OCCUPANCY = "_atom_site_type_symbol", "_atom_site_occupancy"


def _into(lines: Callable[[random.Random], str]) -> Callable[[random.Random, str], str]:
    """A mutation that puts lines behind the name of the block, or at the end of the file."""

    def mutated(rng: random.Random, text: str) -> str:
        head, _, rest = text.partition("\n")
        if rng.random() < 0.5 or not head.lower().startswith("data_"):
            return f"{text.rstrip()}\n{lines(rng)}\n"
        return f"{head}\n{lines(rng)}\n{rest}"

    mutated.__name__ = lines.__name__
    return mutated


def _symbols(*texts: str) -> Callable[[random.Random, cif.Block], None]:
    def change(rng: random.Random, block: cif.Block) -> None:
        column = block.find_loop(_SYMBOL)
        place = rng.randrange(len(column))
        column[place] = cif.quote(rng.choice(texts).replace("E", column[place].strip("'")))

    return change


@_on_block
def amounts_in_a_symbol(rng: random.Random, block: cif.Block) -> None:
    _symbols("0.7E + 0.3Ta", "E0.7Ta0.3", "E70%Ta30%", "ETa", "E-Ta", "E0.5", "0.5E2+ + 0.5E3+", "E.5/Ta.6", "7E3Ta")(
        rng, block
    )


@_on_block
def a_group_or_word(rng: random.Random, block: cif.Block) -> None:
    _symbols(
        "H2O", "OH", "NH4", "CN", "HO", "CO3", "PO4", "Unknown1", "Void", "Cent1", "X", "Cn", "MMN2", "T", "Q", "E2+x"
    )(rng, block)


@_into
def a_contradiction(rng: random.Random) -> str:
    return rng.choice(
        [
            "loop_\n_symmetry_equiv_pos_as_xyz\n'x,y,z'\n'-x,-y,-z'",
            "_symmetry_space_group_name_Hall '-P 2ybc'",
            "_symmetry_space_group_name_H-M 'F d -3 m :1'",
            "_symmetry_space_group_name_Hall 'P foo'",
            "_space_group_IT_coordinate_system_code 2",
            "_space_group_IT_coordinate_system_code b9",
            "_symmetry_Int_Tables_number 1",
            "loop_\n_symmetry_equiv_pos_as_xyz\nx, y, z\n-x, -y, -z",
        ]
    )


@_into
def a_tag_again(rng: random.Random) -> str:
    return rng.choice(
        [
            "_cell_length_a 4.1", "_cell.length_a ?", "_chemical_formula_sum ?", "_chemical_formula_sum 'Na Cl'",
            "_space_group_name_H-M_alt 'P 1'", "loop_\n_cell_length_b\n4\n5", "loop_\n_atom_site_label\nFe1",
            "loop_\n_atom_site_type_symbol\nFe\nO", "_atom_site_occupancy 1",
        ]
    )  # fmt: skip


@_into
def broken_lines(rng: random.Random) -> str:
    return rng.choice(
        [
            "loop_\n_geom_bond_distance\n_geom_bond_label\n1 2 3", "_loop", "stray words",
            "_publ_title 'open", "_journal_year",
            "loop_\n_geom_angle", "loop_", "stop_", "_title not in quotes", ";\nnever closed",
            "'x,y,z' '-x,-y,-z'", "data_",
            "save_frame", "_cell_length_a", "loop_\n_space_group_symop_operation_xyz",
        ]
    )  # fmt: skip


@_into
def superspace(rng: random.Random) -> str:
    listed = rng.choice(["x1,x2,x3,x4", "x1,x2,x3,x4\n-x1,-x2,-x3,-x4", "x1,x2,x4,x3", "x,y,z", "x1,x2"])
    return f"_cell_modulation_dimension 1\nloop_\n_space_group_symop_ssg_operation_algebraic\n{listed}"


@_into
def an_experiment(rng: random.Random) -> str:
    tags = (
        "_diffrn_ambient_temperature",
        "_diffrn_ambient_pressure",
        "_refine_ls_R_factor_gt",
        "_journal_paper_doi",
        "_database_code_ICSD",
    )
    values = ("?", "293", "25 C", "-300", "1e308", "5.2 GPa", "10.1000/x", "'=1+1'", "4.5", "nan", "'\u202e'", "1(")
    return "\n".join(f"{tag} {rng.choice(values)}" for tag in tags)


@_on_block
def rows_without_a_place(rng: random.Random, block: cif.Block) -> None:
    loop, _ = columns(block)
    row = ["?"] * loop.width()
    for tag, text in zip(loop.tags, row, strict=True):
        if "label" in tag:
            row[loop.tags.index(tag)] = rng.choice(("H1", "Du1", "?", "O9", "Q1"))
        elif tag == _OCCUPANCY:
            row[loop.tags.index(tag)] = rng.choice(("?", "x", "7", text))
    loop.add_row(row)


@_on_block
def factors_in_operations(rng: random.Random, block: cif.Block) -> None:
    listed = operations(block)
    place = rng.randrange(len(listed))
    listed[place] = rng.choice(
        ("-x,-2x+y,-z", "2x,y,z", "x-2*y,-y,-z", "x,y,3z", "1/2x,2y,z", listed[place].replace("x", "2x"))
    )
    set_operations(block, listed)


@_on_block
def without_the_identity(rng: random.Random, block: cif.Block) -> None:
    set_operations(block, [text for text in operations(block) if text.replace(" ", "") != "x,y,z"] or ["-x,-y,-z"])


def lookalikes(rng: random.Random, text: str) -> str:
    old, new = rng.choice(
        ((" ", "\xa0"), ("-", "\u2212"), ("-", "\u2013"), (" ", " \u200b"), ("'", "\u2019"), ("_", "\uff3f"))
    )
    places = [match.start() for match in re.finditer(re.escape(old), text)]
    for place in sorted(rng.sample(places, min(len(places), rng.choice((1, 2, 10)))), reverse=True):
        text = text[:place] + new + text[place + 1 :]
    return text


def a_digit_lost(rng: random.Random, text: str) -> str:
    return re.sub(
        r"(_cell_length_\w\s+)(\d)", lambda m: m.group(1) + rng.choice("123456789"), text, count=rng.choice((1, 3))
    )


def quotes_left_out(rng: random.Random, text: str) -> str:
    return re.sub(r"'([^'\n]*)'", lambda m: m.group(1) if rng.random() < 0.3 else m.group(), text)


def blocks_of_one_name(rng: random.Random, text: str) -> str:
    return text + "\n" + text


WRITTEN = (
    amounts_in_a_symbol, a_group_or_word, a_contradiction, a_tag_again, broken_lines, superspace, an_experiment,
    rows_without_a_place, factors_in_operations, without_the_identity, lookalikes, a_digit_lost, quotes_left_out,
    blocks_of_one_name,
)  # fmt: skip


# --- what leaves the crystal as it is


@_on_block
def sites_in_two_states(rng: random.Random, block: cif.Block) -> None:
    """Full atoms as halves with different charges."""
    loop, _ = columns(block)
    if _SYMBOL not in loop.tags or _OCCUPANCY not in loop.tags:
        return
    symbol, occupancy, width = loop.tags.index(_SYMBOL), loop.tags.index(_OCCUPANCY), loop.width()
    rows = [list(loop.values[k : k + width]) for k in range(0, len(loop.values), width)]
    out = []
    for row in rows:
        if row[symbol].isalpha() and row[occupancy] in ("1", "1.0") and rng.random() < 0.5:
            for charge in ("2+", "3+"):
                out.append([*row])
                out[-1][symbol], out[-1][occupancy] = row[symbol] + charge, "0.5"
        else:
            out.append(row)
    loop.set_all_values([list(column) for column in zip(*out, strict=True)])


def tags_again(rng: random.Random, text: str) -> str:
    found = re.search(
        r"^_(?:cell_length_a|cell_angle_beta|chemical_formula_sum)[ \t]+('[^']*'|[^\s'\"]+)$", text, re.MULTILINE
    )
    if found is None:
        return text
    return f"{text.rstrip()}\n{found.group() if rng.random() < 0.5 else found.group().split()[0] + ' ?'}\n"


def values_beyond_ascii(rng: random.Random, text: str) -> str:
    value = rng.choice(("385\xb0", "M\xfcller", "\u03b1", "\u4e00"))
    return f"{text.rstrip()}\n_journal_volume {value}\n"


def end_of_file_mark(rng: random.Random, text: str) -> str:
    return text + rng.choice(("\x1a", "\n\x1a", "\n\x1a\x1a\n"))


def folded_formula(rng: random.Random, text: str) -> str:
    def folded(match):
        return f"{match.group(1)}\n;\\\n" + match.group(2).replace(" ", " \\\n") + "\n;"

    return re.sub(r"^(_chemical_formula_sum)[ \t]+'([^']+)'$", folded, text, flags=re.MULTILINE)


WRITTEN_SAME = (sites_in_two_states, tags_again, values_beyond_ascii, end_of_file_mark, folded_formula)

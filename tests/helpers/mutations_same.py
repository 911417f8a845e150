"""Mutations that leave the crystal as it is: other ways of writing down the same file.

The text that comes in has been written by gemmi or is one of the reference files.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from decimal import Decimal

import gemmi
from gemmi import cif

from mutations_crystal import _on_block, columns, operations, set_operations
from mutations_written import WRITTEN_SAME

_COORDINATES = ("_atom_site_fract_x", "_atom_site_fract_y", "_atom_site_fract_z")


def _split(text: str) -> list[tuple[bool, str]]:
    """The lines, and whether each one is outside of text fields."""
    out, outside = [], True
    for line in text.split("\n"):
        fence = line.startswith(";")
        out.append((outside and not fence, line))
        outside = outside ^ fence
    return out


def _lines(change: Callable[[random.Random, str], str]) -> Callable[[random.Random, str], str]:
    """A mutation of lines outside of text fields."""

    def mutated(rng: random.Random, text: str) -> str:
        return "\n".join(change(rng, line) if plain else line for plain, line in _split(text))

    mutated.__name__ = change.__name__
    return mutated


@_lines
def blanks(rng: random.Random, line: str) -> str:
    # between tag and value or the values of a row, where nothing is quoted
    if "'" in line or '"' in line or line.startswith("#"):
        return line
    return re.sub(r"[ \t]+", lambda _: rng.choice((" ", "\t", "    ", " \t ")), line) + rng.choice(("", " ", "\t"))


@_lines
def empty_lines(rng: random.Random, line: str) -> str:
    return line + rng.choice(("", "", "\n", "\n  \n"))


@_lines
def comments(rng: random.Random, line: str) -> str:
    return line + rng.choice(("", "", " # data_x loop_ 'x", "\n#\n# _cell_length_a 1"))


@_lines
def case_of_tags(rng: random.Random, line: str) -> str:
    return re.sub(r"^(_\S+|loop_|data_)", lambda m: rng.choice((str.upper, str.title, str.lower))(m.group()), line)


@_lines
def values_on_their_own_lines(rng: random.Random, line: str) -> str:
    return re.sub(r"^(_\S+)[ \t]+(?=\S)", r"\1\n", line) if rng.random() < 0.5 else line


@_lines
def other_quotes(rng: random.Random, line: str) -> str:
    return re.sub(r"'([^'\"]*)'", r'"\1"', line) if rng.random() < 0.7 else line


def line_ends(rng: random.Random, text: str) -> str:
    return text.replace("\n", "\r\n")


def byte_order_mark(rng: random.Random, text: str) -> str:
    return "\ufeff" + text.lstrip("\ufeff")


def no_last_line_end(rng: random.Random, text: str) -> str:
    return text.rstrip("\n") + rng.choice(("", "\n\n\n"))


@_on_block
def order_of_atoms(rng: random.Random, block: cif.Block) -> None:
    loop, listed = columns(block)
    rows = list(zip(*listed, strict=True))
    rng.shuffle(rows)
    loop.set_all_values([list(column) for column in zip(*rows, strict=True)])


@_on_block
def order_of_items(rng: random.Random, block: cif.Block) -> None:
    count = sum(1 for _ in block)
    for _ in range(count):
        block.move_item(rng.randrange(count), rng.randrange(count))


@_on_block
def order_of_columns(rng: random.Random, block: cif.Block) -> None:
    loop, listed = columns(block)
    names = [tag.removeprefix("_atom_site_") for tag in loop.tags]
    order = rng.sample(range(len(names)), len(names))
    new = block.init_loop("_atom_site_", [names[k] for k in order])
    new.set_all_values([listed[k] for k in order])


@_on_block
def order_of_operations(rng: random.Random, block: cif.Block) -> None:
    # also without the identity in the first place
    listed = operations(block)
    rng.shuffle(listed)
    set_operations(block, listed)


def _translation_first(part: str) -> str:
    return re.sub(r"^([-+]?[xyz+-]+)\+(\d/\d)$", lambda m: m[2] + (m[1] if m[1][0] == "-" else "+" + m[1]), part)


@_on_block
def spelling_of_operations(rng: random.Random, block: cif.Block) -> None:
    def spelled(text: str) -> str:
        style = rng.randrange(5)
        if style == 0:
            return text.upper()
        if style == 1:
            return text.replace(",", ", ")
        if style == 2:  # the translation first: `1/2+x`, `1/2-x`
            return ",".join(_translation_first(part) for part in text.split(","))
        if style == 3:
            return text.replace("1/2", "0.5").replace("1/4", "0.25").replace("3/4", ".75")
        return ",".join("+" + part if part[0] in "xyz" else part for part in text.split(","))

    set_operations(block, [spelled(text) for text in operations(block)])


def older_tags(rng: random.Random, text: str) -> str:
    return (
        text.replace("_space_group_symop_operation_xyz", "_symmetry_equiv_pos_as_xyz")
        .replace("_space_group_name_H-M_alt", "_symmetry_space_group_name_H-M")
        .replace("_space_group_name_Hall", "_symmetry_space_group_name_Hall")
        .replace("_space_group_IT_number", "_symmetry_Int_Tables_number")
    )


@_on_block
def lattice_vectors_added(rng: random.Random, block: cif.Block) -> None:
    for tag in _COORDINATES:
        column = block.find_loop(tag)
        for k in range(len(column)):
            number, bracket, su = column[k].partition("(")
            column[k] = f"{Decimal(number) + rng.choice((-2, -1, 0, 0, 1, 3))}{bracket}{su}"


@_on_block
def other_images(rng: random.Random, block: cif.Block) -> None:
    """Each listed atom is another one of its orbit; for whole groups only."""
    listed = operations(block)
    group = gemmi.GroupOps([gemmi.Op(text) for text in listed])
    whole = len(list(group)) == len(listed)
    group.add_missing_elements()
    if not whole or len(list(group)) != len(listed):
        return
    for k, row in enumerate(zip(*(list(block.find_loop(tag)) for tag in _COORDINATES), strict=True)):
        if any("(" in x for x in row):
            continue
        place = gemmi.Op(rng.choice(listed)).apply_to_xyz([float(x) for x in row])
        for tag, x in zip(_COORDINATES, place, strict=True):
            block.find_loop(tag)[k] = f"{x:.15f}"


@_on_block
def spelling_of_numbers(rng: random.Random, block: cif.Block) -> None:
    for tag in _COORDINATES:
        column = block.find_loop(tag)
        for k, text in enumerate(column):
            if "(" in text or "e" in text.lower():
                continue
            if "." not in text:
                text += "."
            bare = text.replace("0.", ".", 1) if text.startswith("0.") and len(text) > 2 else text
            signed = "+" + text.lstrip("+") if text[0] != "-" else text
            column[k] = rng.choice((text + "000", bare, signed, text + "e0", text + "E+00"))


@_on_block
def other_content(rng: random.Random, block: cif.Block) -> None:
    """What other programs write beside the structure."""
    block.set_pair("_refine_ls_R_factor_gt", "0.03(1)")
    block.set_pair("_exptl_special_details", cif.quote("loop_ over the\ndata_ of _cell_length_a 1\n"))
    loop = block.init_loop("_atom_site_aniso_", ["label", "U_11"])
    loop.add_row([columns(block)[1][0][0], "0.01(2)"])


@_on_block
def hall_symbol_alone(rng: random.Random, block: cif.Block) -> None:
    """The operations are those of the Hall symbol, where that is so."""
    hall = cif.as_string(block.find_value("_space_group_name_Hall") or "''")
    listed = {gemmi.Op(text).wrap().triplet() for text in operations(block)}
    if hall and {op.wrap().triplet() for op in gemmi.symops_from_hall(hall)} == listed:
        block.find_loop("_space_group_symop_operation_xyz").erase()


@_on_block
def uncertainties_left_out(rng: random.Random, block: cif.Block) -> None:
    for tag in _COORDINATES:
        column = block.find_loop(tag)
        for k, text in enumerate(column):
            column[k] = text.partition("(")[0]
    for item in list(block):
        if item.pair is not None and item.pair[0].startswith("_cell_"):
            block.set_pair(item.pair[0], item.pair[1].partition("(")[0])


@_on_block
def elements_in_other_words(rng: random.Random, block: cif.Block) -> None:
    """Charges behind the type symbols, or labels alone where these say the same."""
    loop = block.find_loop("_atom_site_type_symbol")
    labels = list(block.find_loop("_atom_site_label"))
    alone = all(re.fullmatch(re.escape(symbol) + r"\d+", label) for symbol, label in zip(loop, labels, strict=True))
    for k, symbol in enumerate(list(loop)):
        if symbol.isalpha():
            loop[k] = rng.choice(("?", ".")) if alone else symbol + rng.choice(("2+", "1-", "0+", ""))


SAME = (
    blanks, empty_lines, comments, case_of_tags, values_on_their_own_lines, other_quotes, line_ends, byte_order_mark,
    no_last_line_end, order_of_atoms, order_of_items, order_of_columns, order_of_operations, spelling_of_operations,
    older_tags, lattice_vectors_added, other_images, spelling_of_numbers, other_content,
    hall_symbol_alone, uncertainties_left_out, elements_in_other_words, *WRITTEN_SAME,
)  # fmt: skip
# those that need the text as gemmi or the reference files have it come first
_LAST = (
    "folded_formula", "tags_again", "values_beyond_ascii", "blanks", "empty_lines", "comments", "case_of_tags",
    "values_on_their_own_lines", "other_quotes", "line_ends",
         "byte_order_mark", "no_last_line_end", "older_tags", "end_of_file_mark")  # fmt: skip


def in_order(chosen: list[Callable]) -> list[Callable]:
    """Changes of the block first, then those of its text, the ends of lines last."""
    first = [change for change in chosen if change is not hall_symbol_alone]
    # nothing may ask for the list of operations once it is gone
    chosen = first + [change for change in chosen if change is hall_symbol_alone]
    return sorted(chosen, key=lambda change: _LAST.index(change.__name__) + 1 if change.__name__ in _LAST else 0)

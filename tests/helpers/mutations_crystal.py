"""Mutations of the crystal that a CIF describes; what they write is good CIF syntax."""

from __future__ import annotations

import functools
import itertools
import random
from collections.abc import Callable

import gemmi
from gemmi import cif

_LENGTHS = ("_cell_length_a", "_cell_length_b", "_cell_length_c")
_ANGLES = ("_cell_angle_alpha", "_cell_angle_beta", "_cell_angle_gamma")
_OPERATIONS = "_space_group_symop_operation_xyz"
_XYZ = ("_atom_site_fract_x", "_atom_site_fract_y", "_atom_site_fract_z")
_GROUPS = tuple(gemmi.spacegroup_table())

Change = Callable[[random.Random, cif.Block], None]


def _on_block(change: Change) -> Callable[[random.Random, str], str]:
    """A mutation of the text from one of its first data block."""

    @functools.wraps(change)
    def mutated(rng: random.Random, text: str) -> str:
        document = cif.read_string(text)
        change(rng, document[0])
        return str(document.as_string())

    return mutated


def value(text: str) -> float:
    """A CIF number without its standard uncertainty."""
    return float(text.split("(")[0])


def columns(block: cif.Block) -> tuple[cif.Loop, list[list[str]]]:
    """The loop of atom sites and its columns."""
    loop = block.find_loop(_XYZ[0]).get_loop()
    return loop, [list(loop.values[k :: loop.width()]) for k in range(loop.width())]


def coordinates(block: cif.Block) -> list[list[float]]:
    """Fractional coordinates of the listed atoms."""
    return [[value(x) for x in row] for row in zip(*(block.find_loop(tag) for tag in _XYZ), strict=True)]


def set_coordinates(block: cif.Block, rows: list[list[float]], digits: int = 12) -> None:
    for tag, axis in zip(_XYZ, zip(*rows, strict=True), strict=True):
        column = block.find_loop(tag)
        for k, x in enumerate(axis):
            column[k] = f"{x:.{digits}f}"


def set_operations(block: cif.Block, operations: list[str]) -> None:
    block.find_loop(_OPERATIONS).get_loop().set_all_values([[cif.quote(text) for text in operations]])


def operations(block: cif.Block) -> list[str]:
    return [cif.as_string(text) for text in block.find_loop(_OPERATIONS)]


def _scale(block: cif.Block, tag: str, factor: float) -> None:
    block.set_pair(tag, f"{value(block.find_value(tag)) * factor:.6g}")


@_on_block
def cell_scaled(rng: random.Random, block: cif.Block) -> None:
    factor = 10 ** rng.uniform(*rng.choice(((-3, 3), (-0.3, 0.3))))
    for tag in _LENGTHS:
        _scale(block, tag, factor)


@_on_block
def lengths_scaled(rng: random.Random, block: cif.Block) -> None:
    for tag in rng.sample(_LENGTHS, rng.choice((1, 2))):
        _scale(block, tag, 10 ** rng.uniform(*rng.choice(((-3, 3), (-1, 1), (-0.1, 0.1), (-0.001, 0.001)))))


@_on_block
def p1_flat_or_long(rng: random.Random, block: cif.Block) -> None:
    set_operations(block, ["x,y,z"])
    _scale(block, rng.choice(_LENGTHS), rng.choice((0.003, 0.02, 0.1, 0.3, 3, 10, 50)))


@_on_block
def angle_set(rng: random.Random, block: cif.Block) -> None:
    angles = (
        "0",
        "180",
        "10",
        "170",
        "1",
        "179",
        "0.001",
        "89.9999",
        "90.0001",
        "89",
        "60",
        "120",
        "-90",
        "360",
        "450",
    )
    block.set_pair(rng.choice(_ANGLES), rng.choice(angles))
    if rng.random() < 0.7:
        set_operations(block, rng.choice((["x,y,z"], ["x,y,z", "-x,-y,-z"])))


@_on_block
def angles_degenerate(rng: random.Random, block: cif.Block) -> None:
    # three vectors in one plane, or nearly: alpha + beta = gamma, or all add up to 360
    alpha, beta = rng.uniform(20, 150), rng.uniform(20, 150)
    flat = rng.choice((alpha + beta, abs(alpha - beta), 360 - alpha - beta))
    gamma = flat + rng.choice((0, 1e-9, 1e-4, 0.1, -0.1, 1, -1, 5, -5))
    for tag, angle in zip(_ANGLES, (alpha, beta, gamma), strict=True):
        block.set_pair(tag, f"{angle:.10f}")
    set_operations(block, ["x,y,z"])


@_on_block
def skewed(rng: random.Random, block: cif.Block) -> None:
    for tag in _ANGLES:
        block.set_pair(tag, f"{rng.uniform(50, 118):.4f}")
    set_operations(block, ["x,y,z"])


@_on_block
def coordinates_rounded(rng: random.Random, block: cif.Block) -> None:
    set_coordinates(block, coordinates(block), rng.choice((0, 1, 2, 3, 4)))


@_on_block
def jittered(rng: random.Random, block: cif.Block) -> None:
    size = 10 ** rng.uniform(-6, -0.5)
    set_coordinates(block, [[x + rng.uniform(-size, size) for x in row] for row in coordinates(block)])


@_on_block
def jittered_p1(rng: random.Random, block: cif.Block) -> None:
    _write_p1(block, (1, 1, 1))
    size = 10 ** rng.uniform(-6, -1)
    set_coordinates(block, [[x + rng.uniform(-size, size) for x in row] for row in coordinates(block)])


@_on_block
def atoms_on_top(rng: random.Random, block: cif.Block) -> None:
    rows = coordinates(block)
    offset = rng.choice((0, 1e-9, 1e-4, 0.01, 0.05, 0.1))
    to = rng.randrange(len(rows))
    rows[to] = [x + rng.choice((-1, 0, 1)) * offset for x in rng.choice(rows)]
    set_coordinates(block, rows)


@_on_block
def far_away(rng: random.Random, block: cif.Block) -> None:
    rows = coordinates(block)
    rows[rng.randrange(len(rows))][rng.randrange(3)] += rng.choice((1e3, -1e6, 1e9, 1e15, 1e18, 1e30, -1e300))
    set_coordinates(block, rows)


@_on_block
def coplanar(rng: random.Random, block: cif.Block) -> None:
    # in a plane, on a line, at a point
    axes = rng.sample(range(3), rng.choice((1, 2, 3)))
    set_coordinates(block, [[0.25 if k in axes else x for k, x in enumerate(row)] for row in coordinates(block)])
    if rng.random() < 0.5:
        set_operations(block, ["x,y,z"])


@_on_block
def occupancy_changed(rng: random.Random, block: cif.Block) -> None:
    column = block.find_loop("_atom_site_occupancy")
    for k in range(len(column)):
        if rng.random() < 0.5:
            drawn = f"{rng.uniform(0, 2):.3f}", f"{rng.uniform(0, 1):.2f}"
            column[k] = rng.choice((*drawn, "0", "0.4", "0.5", "1.05", "1e-9"))


@_on_block
def element_swapped(rng: random.Random, block: cif.Block) -> None:
    symbols = (
        "Fe",
        "Cu",
        "Ni",
        "O",
        "As",
        "Se",
        "Ba",
        "H",
        "D",
        "X",
        "Vac",
        "Wat",
        "Og",
        "Fe2+",
        "O2-",
        "FE",
        "fe",
        "Cm",
        "?",
    )
    symbols += tuple(gemmi.Element(rng.randrange(1, 119)).name for _ in range(4))
    column = block.find_loop("_atom_site_type_symbol")
    for _ in range(rng.choice((1, 1, 3))):
        column[rng.randrange(len(column))] = rng.choice(symbols)


@_on_block
def operations_of_another_group(rng: random.Random, block: cif.Block) -> None:
    set_operations(block, [op.triplet() for op in rng.choice(_GROUPS).operations()])


@_on_block
def operations_subset(rng: random.Random, block: cif.Block) -> None:
    listed = operations(block)
    set_operations(block, rng.sample(listed, rng.randrange(1, len(listed) + 1)))


@_on_block
def operation_wrong(rng: random.Random, block: cif.Block) -> None:
    wrong = (
        "x,x,z", "2x,y,z", "x,y", "x,y,z,x", "x+y,y,z", "x/2,y,z", "0,0,0", "x,y,z+1/7", "x,y,z+0.3333", "x,y,z+1/0",
        "1/2,y,z",
        "x,y,z+99999999999", "a,b,c", "h,k,l", "-x,y,z", "x,y,-z+1/4", "y,z,x", "x-y,x,z", "", "x y z", "x,y,z+1/3",
        "3x,y,z",
        "x,y,z+0.001", "x,y,z+0.04", "x+1/24,y,z",
    )  # fmt: skip
    listed = operations(block)
    place = rng.randrange(len(listed))
    listed[place : place + rng.choice((0, 1))] = [rng.choice(wrong)]
    set_operations(block, listed)


def _without(block: cif.Block, tag: str) -> None:
    """Remove an item or a loop of one column."""
    loop = block.find_loop(tag)
    if loop:
        loop.erase()
    else:
        block.find_pair_item(tag).erase() if block.find_pair_item(tag) else None


@_on_block
def symmetry_removed(rng: random.Random, block: cif.Block) -> None:
    tags = (_OPERATIONS, "_space_group_name_Hall", "_space_group_name_H-M_alt", "_space_group_IT_number")
    for tag in tags[: rng.randrange(1, 5)] if rng.random() < 0.5 else rng.sample(tags, rng.randrange(1, 5)):
        _without(block, tag)


@_on_block
def name_of_another_group(rng: random.Random, block: cif.Block) -> None:
    group = rng.choice(_GROUPS)
    _without(block, _OPERATIONS)
    if rng.random() < 0.5:
        block.set_pair(
            "_space_group_name_Hall", cif.quote(rng.choice((group.hall, group.hall[::-1], "P 0", "-P 9 9", "")))
        )
    else:
        _without(block, "_space_group_name_Hall")
        block.set_pair("_space_group_name_H-M_alt", cif.quote(group.xhm()))


@_on_block
def few_atoms(rng: random.Random, block: cif.Block) -> None:
    loop, listed = columns(block)
    keep = sorted(rng.sample(range(len(listed[0])), min(len(listed[0]), rng.choice((1, 1, 2)))))
    loop.set_all_values([[column[k] for k in keep] for column in listed])
    if rng.random() < 0.3:
        set_operations(block, ["x,y,z"])


@_on_block
def gas(rng: random.Random, block: cif.Block) -> None:
    """Atoms anywhere."""
    count = rng.choice((1, 2, 3, 4, 8, 30, 100))
    symbols = rng.choice((["Fe", "As"], ["Cu", "O", "Ba"], ["H"], ["Cs", "F", "C", "U"]))
    atoms = [[rng.choice(symbols), *(rng.random() for _ in range(3)), 1.0] for _ in range(count)]
    _write_atoms(block, atoms)
    if rng.random() < 0.7:
        set_operations(block, ["x,y,z"])


def _write_atoms(block: cif.Block, atoms: list[list]) -> None:
    """Replace the loop of atom sites."""
    block.find_loop(_XYZ[0]).get_loop()  # there is one
    loop = block.init_loop("_atom_site_", ["label", "type_symbol", "fract_x", "fract_y", "fract_z", "occupancy"])
    for k, (symbol, x, y, z, occupancy) in enumerate(atoms):
        loop.add_row([f"{symbol}{k + 1}", symbol, f"{x:.12f}", f"{y:.12f}", f"{z:.12f}", f"{occupancy:g}"])


def _write_p1(block: cif.Block, cells: tuple[int, int, int]) -> None:
    """All atoms of a supercell, in P1."""
    _, listed = columns(block)
    ops = [gemmi.Op(text) for text in operations(block)]
    atoms, seen = [], set()
    for symbol, occupancy, xyz in zip(listed[1], listed[5], coordinates(block), strict=True):
        for op in ops:
            place = [x % 1.0 for x in op.apply_to_xyz(xyz)]
            key = (symbol, *(round(x, 3) % 1.0 for x in place))
            if key not in seen:
                seen.add(key)
                atoms.append([symbol, place, value(occupancy)])
    rows = [
        [symbol, *((x + s) / n for x, s, n in zip(place, shift, cells, strict=True)), occupancy]
        for shift in itertools.product(*map(range, cells))
        for symbol, place, occupancy in atoms
    ]
    _write_atoms(block, rows)
    set_operations(block, ["x,y,z"])
    for tag, n in zip(_LENGTHS, cells, strict=True):
        block.set_pair(tag, f"{value(block.find_value(tag)) * n:.8g}")
    for tag in ("_chemical_formula_sum", "_cell_formula_units_Z"):
        _without(block, tag)


@_on_block
def supercell(rng: random.Random, block: cif.Block) -> None:
    """Up to some thousand atoms, as a supercell or, moved a little each, as a structure of its own."""
    _write_p1(
        block, rng.choice(((2, 1, 1), (2, 2, 1), (1, 1, 3), (3, 3, 1), (2, 2, 2), (4, 4, 2), (12, 1, 1), (5, 5, 3)))
    )
    if rng.random() < 0.3:
        size = rng.choice((1e-5, 1e-3, 0.003))
        set_coordinates(block, [[x + rng.uniform(-size, size) for x in row] for row in coordinates(block)])


def several_blocks(rng: random.Random, text: str) -> str:
    renamed, saved = text.replace("data_", "data_x", 1), text.replace("\ndata_", "\nsave_", 1)
    again = rng.choice((text, renamed, "data_\n_x 1\n", "data_empty\n", saved))
    return rng.choice((text + again, again + text))


CRYSTAL = (
    cell_scaled, lengths_scaled, p1_flat_or_long, angle_set, angles_degenerate, skewed, coordinates_rounded, jittered,
    jittered_p1, atoms_on_top, far_away, coplanar, occupancy_changed, element_swapped, operations_of_another_group,
    operations_subset, operation_wrong, symmetry_removed, name_of_another_group, few_atoms, gas, supercell,
    several_blocks,
)  # fmt: skip
# what also makes good starting points for descriptions of one crystal in two ways
MILD = (
    jittered,
    jittered_p1,
    lengths_scaled,
    coordinates_rounded,
    element_swapped,
    few_atoms,
    occupancy_changed,
    skewed,
)

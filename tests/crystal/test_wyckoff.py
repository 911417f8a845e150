"""Wyckoff letters and site symmetries, against the tables, and against spglib."""

from __future__ import annotations

import gemmi
import numpy as np
import pytest
import spglib

from helpers import CIF_FILES, crystal_of, primitive_of, reference_crystal
from polycage.base.settings import DEFAULTS
from polycage.crystal.primitive_cell import primitive_cell
from polycage.crystal.wyckoff import point_group, positions

FCC = [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]


def at(cell, *points):
    """(letter, site symmetry) of points given in the cell as written."""
    found = positions(cell, np.array(points, dtype=float) @ cell.of_input)
    return [(position.letter, position.symmetry) for position in found]


def test_sites_of_a_face_centred_cube():
    # International Tables A, F m -3 m: 4a 0 0 0, 4b 1/2 1/2 1/2 (octahedra), 8c 1/4 1/4 1/4 (tetrahedra), 24d,
    # 24e x 0 0
    cell = primitive_of(np.eye(3) * 4.05, ["Al"] * 4, FCC)
    found = at(cell, [0, 0, 0], [0.5, 0.5, 0.5], [0.25, 0.25, 0.25], [0, 0.25, 0.25], [0.2, 0, 0], [0.11, 0.23, 0.37])
    assert found == [("a", "m-3m"), ("b", "m-3m"), ("c", "-43m"), ("d", "mmm"), ("e", "4mm"), ("l", "1")]


def test_the_origin_as_written_decides():
    shifted = np.array(FCC) + 0.5
    cell = primitive_of(np.eye(3) * 4.05, ["Al"] * 4, shifted)
    assert at(cell, [0.5, 0.5, 0.5], [0, 0, 0]) == [("b", "m-3m"), ("a", "m-3m")]


@pytest.mark.parametrize(
    ("name", "expected"),
    [  # International Tables A
        ("BaFe2As2_297K", {(0, 0, 0): "a 4/mmm", (0.5, 0, 0.25): "d -4m2", (0, 0, 0.3): "e 4mm", (0.5, 0, 0): "c mmm"}),
        ("MgB2", {(0, 0, 0): "a 6/mmm", (1 / 3, 2 / 3, 0.5): "d -6m2", (0, 0, 0.5): "b 6/mmm", (0, 0.5, 0.5): "g mmm"}),
        # P m m m: 1a 0 0 0, 1h 1/2 1/2 1/2, 1b 1/2 0 0, 1e 0 1/2 0, 2q 0 0 z, 2t 1/2 1/2 z
        ("YBCO_Williams1988", {(0, 0, 0): "a mmm", (0.5, 0.5, 0.5): "h mmm", (0.5, 0, 0): "b mmm", (0, 0.5, 0): "e mmm",
                               (0, 0, 0.2): "q mm2", (0.5, 0.5, 0.2): "t mm2"}),
        # P 4/n m m, origin choice 2: 2a 3/4 1/4 0, 2b 3/4 1/4 1/2, 2c 1/4 1/4 z, 4d 0 0 0
        ("LaFeAsO_rt", {(0.75, 0.25, 0): "a -42m", (0.75, 0.25, 0.5): "b -42m", (0.25, 0.25, 0.1): "c 4mm",
                        (0, 0, 0): "d 2/m"}),
    ],
)  # fmt: skip
def test_positions_as_the_tables_name_them(name, expected):
    cell = primitive_cell(reference_crystal(name), DEFAULTS)
    found = at(cell, *expected)
    same = {"-4m2": "-42m"}  # one point group, two ways to place its axes
    wanted = [tuple(text.split()) for text in expected.values()]
    assert found == [(letter, same.get(symbol, symbol)) for letter, symbol in wanted]


def perovskite(setting):
    """An orthorhombic perovskite in P n m a or P b n m, with its B atoms at the position b and the A atoms at c."""
    order = {"P n m a": [0, 1, 2], "P b n m": [2, 0, 1]}[setting]  # a b c of P b n m are c a b of P n m a
    group = gemmi.SpaceGroup(setting)
    atoms = {"Gd": (0.06, 0.25, 0.98), "Fe": (0, 0, 0.5), "O": (0.47, 0.25, 0.1)}
    symbols, frac = [], []
    for symbol, place in atoms.items():
        images = {
            tuple(np.round(np.array(op.apply_to_xyz([place[k] for k in order])) % 1, 6)) for op in group.operations()
        }
        symbols += [symbol] * len(images)
        frac += sorted(images)
    lattice = np.diag(np.array([5.6, 7.7, 5.3])[order])
    return primitive_of(lattice, symbols, frac), order


@pytest.mark.parametrize("setting", ["P n m a", "P b n m"])
def test_another_setting_of_the_tables_has_the_letters_of_the_standard_one(setting):
    # International Tables A, P n m a: 4a 0 0 0, 4b 0 0 1/2, 4c x 1/4 z; P b n m: 4b 1/2 0 0, 4c x y 1/4
    cell, order = perovskite(setting)
    points = np.array([[0, 0, 0], [0, 0, 0.5], [0.06, 0.25, 0.98]])[:, order]
    assert at(cell, *points) == [("a", "-1"), ("b", "-1"), ("c", "m")]


@pytest.mark.parametrize("path", CIF_FILES, ids=lambda path: path.stem)
def test_site_symmetries_and_sizes_of_orbits_as_spglib_finds_them(path):
    cell = primitive_cell(reference_crystal(path.stem), DEFAULTS)
    found = positions(cell, cell.frac)
    dataset = spglib.get_symmetry_dataset((cell.lattice, cell.frac, cell.kind), symprec=1e-4)
    # spglib's symbols are oriented ("4m.m"): the point group is that of the operations that fix the atom
    for k, position in enumerate(found):
        moved = cell.frac[k] @ np.transpose(dataset.rotations, (0, 2, 1)) + dataset.translations - cell.frac[k]
        fixing = np.abs(moved - np.round(moved)).max(axis=1) < 1e-5
        assert position.symmetry == spglib.get_pointgroup(dataset.rotations[fixing])[0].strip()
    # letters are the same up to a change of setting: one of spglib's is one of these
    pairs = {(one.letter, other) for one, other in zip(found, dataset.wyckoffs, strict=True)}
    assert len(pairs) == len({one for one, _ in pairs}) == len({other for _, other in pairs})


def test_every_point_group_has_its_symbol():
    # the 32 types as spglib names them, from the operations of a space group of each
    seen = set()
    for number in range(1, 231):
        rotations = np.array([np.array(op.rot) // 24 for op in gemmi.find_spacegroup_by_number(number).operations()])
        distinct = np.unique(rotations, axis=0)
        symbol = point_group(distinct)
        assert symbol == spglib.get_pointgroup(distinct)[0].strip()
        seen.add(symbol)
    assert len(seen) == 32


def test_a_supercell_has_letters_too():
    frac = [[x / 2, 0, 0] for x in (0, 1)]
    cell = primitive_cell(crystal_of(np.diag([6.6, 3.3, 3.3]), ["Po"] * 2, frac), DEFAULTS)
    # P m -3 m, whose 1a is an atom here and 1b the centre of the cube
    assert {letter for letter, _ in at(cell, [0.25, 0.5, 0.5])} <= {"a", "b"}
    assert [symbol for _, symbol in at(cell, [0.25, 0.5, 0.5], [0, 0, 0])] == ["m-3m", "m-3m"]

"""What is needed to draw a crystal."""

import dataclasses

import gemmi
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from io_helpers import BA122, crystal_of
from polycage.base.settings import DEFAULTS
from polycage.cages.measurement import measure_crystal
from polycage.crystal.operations import parsed
from polycage.tables.drawing_columns import MAX_OPERATIONS, operations_text, vertices_text


def test_operations_as_in_a_cif():
    listed = ("x,y,z", "-y,x,z+3/4", "x-y,-y,-z+1/3", "-x+1/2,y,-z+5/6")
    assert operations_text(*parsed(listed)) == ";".join(listed)


@given(st.sampled_from([symbol.hall for symbol in gemmi.spacegroup_table()]))
def test_operations_come_back(symbol):
    """Gemmi reads what is written as the same operations."""
    triplets = tuple(operation.triplet() for operation in gemmi.symops_from_hall(symbol))
    operations = parsed(triplets)
    again = parsed(tuple(operations_text(*operations).split(";")))
    assert np.array_equal(again.rotation, operations.rotation)
    assert np.allclose((again.translation - operations.translation) % 1, 0)


def test_too_many_operations_are_not_written():
    many = MAX_OPERATIONS + 1
    assert operations_text(np.tile(np.eye(3, dtype=np.int64), (many, 1, 1)), np.zeros((many, 3))) == ""


def test_vertices_of_alpha(tmp_path):
    # by hand: the ring of Fe is at a / 2 = 1.98125 Å, the nearer As at (2 x 0.3545 - 0.5) c / 2 = 1.36026 Å
    measured = measure_crystal(crystal_of(tmp_path, BA122), DEFAULTS)
    alpha = next(cage for cage in measured.cages if cage.phase == "alpha")
    rows = [text.split(" ") for text in vertices_text(alpha).split(";")]
    ring = [row for row in rows if row[1] == "ring"]
    assert {row[0] for row in ring} == {"Fe"}
    assert len(ring) == 4
    assert [float(row[5]) for row in ring] == pytest.approx([3.9625 / 2] * 4, abs=1e-4)
    (cap,) = [row for row in rows if row[1] == "upper_cap"]
    assert cap[0] == "As"
    assert float(cap[5]) == pytest.approx(0.209 * 13.0168 / 2, abs=1e-4)
    for row, vertex in zip(rows, alpha.vertices, strict=True):
        assert [float(x) for x in row[2:5]] == pytest.approx([vertex.x, vertex.y, vertex.z], abs=1e-5)


def test_an_uncertainty_of_a_distance_that_rounds_to_zero_is_left_out(tmp_path):
    measured = measure_crystal(crystal_of(tmp_path, BA122), DEFAULTS)
    cage = next(cage for cage in measured.cages if cage.phase == "alpha")
    su = cage.su._replace(distances_A=(0.0012, 1e-11, None, *(3e-7,) * (len(cage.vertices) - 3)))
    texts = vertices_text(dataclasses.replace(cage, su=su)).split(";")
    # element, part, three coordinates, distance, and the uncertainty where there is one
    assert [text.split(" ")[6:] for text in texts[:4]] == [["0.00120"], [], [], ["0.00000030"]]

"""Pictures of crystals: which atoms, colours, polyhedra and words are in them."""

from collections import Counter

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Circle, Polygon

from helpers import reference_measurement
from polycage.base.errors import PolycageError
from polycage.base.settings import DEFAULTS
from polycage.exports.exported import Exported
from polycage.pictures.cage_drawing import cage_figure
from polycage.pictures.crystal_drawing import crystal_figure, crystal_figures, view_of
from polycage.pictures.element_colours import colour
from polycage.pictures.style import COLUMN_MM, picture


def of(name):
    return Exported.of(name, "", reference_measurement(name))


def drawn(figure, kind):
    return [patch for patch in figure.axes[0].patches if isinstance(patch, kind)]


def atoms(figure):
    return Counter(patch.get_label() for patch in drawn(figure, Circle) if not patch.get_label().startswith("_"))


def test_a_cell_of_niobium_has_nine_atoms():
    # by hand: a body-centred cell with an atom at each of its corners; its first cage may reach beyond them
    assert atoms(crystal_figure(of("Nb")))["Nb"] >= 9


def test_atoms_and_polyhedra_of_ybco():
    figure = crystal_figure(of("YBCO_Capponi1987_12638"))
    # by hand: Cu at eight corners and at (0 0 z), (0 0 -z) on four edges; Y and two Ba inside
    found = atoms(figure)
    assert (found["Cu"], found["Y"], found["Ba"]) == (16, 1, 2)
    # two octahedra, one over and one under Y
    assert len(drawn(figure, Polygon)) == 2 * 8


def test_a_mixed_site_has_the_colour_of_what_fills_it():
    # the CIF lists Tl2 0.1 before Ca1 0.9 at 0 0 0: eight corners; the other thallium is in the middle of the cell
    found = atoms(crystal_figure(of("Tl1212_Hervieu1988")))
    assert (found["Ca"], found["Tl"]) == (8, 1)


def test_an_element_has_one_colour_in_all_pictures():
    figures = [crystal_figure(of("BaFe2As2_297K")), crystal_figure(of("FeSe_293K"))]
    for figure in figures:
        colours = {
            patch.get_label(): to_hex(patch.get_facecolor())
            for patch in drawn(figure, Circle)
            if not patch.get_label().startswith("_")
        }
        assert colours["Fe"] == "#e06633"  # Jmol's table: Fe 224, 102, 51
    cage = reference_measurement("BaFe2As2_297K").cages[0]
    single = cage_figure(cage, "title", DEFAULTS).axes[0]
    painted = {to_hex(patch.get_facecolor()) for patch in single.patches if isinstance(patch, Circle)}
    assert {colour("Fe").lower(), colour("As").lower()} <= painted


def test_words_of_a_picture():
    figure = crystal_figure(of("BaFe2As2_297K"), phase="beta")
    assert figure.get_suptitle() == "BaFe2As2_297K\nBaFe2As2, h(beta) = 3.2542 Å"
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["Fe", "As", "Ba", "tridecahedron beta"]
    assert [text.get_text() for text in figure.axes[0].texts if text.get_text()] == ["a", "b", "c"]


def test_no_atom_lies_under_the_title():
    figure = crystal_figure(of("BaFe2As2_297K"))
    figure.canvas.draw()
    title = figure._suptitle.get_window_extent()
    assert all(patch.get_window_extent().y1 < title.y0 for patch in drawn(figure, Circle))


def test_all_images_of_a_cage_are_drawn_once():
    # by hand: four cages of each phase in the cell; a nonahedron has nine faces, a tridecahedron thirteen
    for name, figure in crystal_figures(of("BaFe2As2_297K")):
        faces = {"crystal_alpha": 9, "crystal_beta": 13}[name]
        assert len(drawn(figure, Polygon)) == 4 * faces


def test_size_is_that_of_a_column():
    assert crystal_figure(of("Nb")).get_size_inches()[0] * 25.4 == pytest.approx(COLUMN_MM)
    assert crystal_figure(of("Nb"), size_mm=50).get_size_inches()[0] * 25.4 == pytest.approx(50)


@pytest.mark.parametrize("form", ["svg", "pdf", "png"])
def test_the_same_picture_has_the_same_bytes(form):
    first, second = (picture(crystal_figure(of("Nb")), form, dpi=50) for _ in range(2))
    assert first == second
    assert first.startswith({"svg": b"<?xml", "pdf": b"%PDF", "png": b"\x89PNG"}[form])


def test_views():
    lattice, up = np.diag([3.0, 4.0, 12.0]), np.array([0.0, 0.0, 1.0])
    looking = view_of("a", lattice, up)
    # by hand: the eye on a, c upward: b to the right
    assert looking.along == pytest.approx((1, 0, 0))
    assert looking.right == pytest.approx((0, 1, 0))
    # along c, b is upward, and a to the right
    looking = view_of("c", lattice, up)
    assert looking.up == pytest.approx((0, 1, 0))
    assert looking.right == pytest.approx((1, 0, 0))
    assert view_of("1 1 0", lattice, up).along == pytest.approx((0.6, 0.8, 0))
    for wrong in ("z", "0 0 0", "1 1"):
        with pytest.raises(PolycageError, match="--view"):
            view_of(wrong, lattice, up)

"""No text leaves a picture, whatever its size."""

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from io_helpers import CIFS
from polycage import measure
from polycage.base.settings import DEFAULTS
from polycage.exports.exported import Exported
from polycage.pictures.cage_drawing import cage_figure
from polycage.pictures.crystal_drawing import crystal_figure
from polycage.pictures.element_colours import colour
from polycage.pictures.style import COLUMN_MM, MM_PER_INCH

NAME = "BaFe2As2_297K"
LONG = "a_folder_of_mine/with_a_name_that_says_all_of_the_sample_and_of_its_many_annealings_and_of_the_pressure"
SIZES_MM = (40.0, 60.0, COLUMN_MM, 180.0)


@pytest.fixture(scope="module", name="measured")
def _measured():
    return measure(CIFS / f"{NAME}.cif", DEFAULTS)


def outside(figure):
    """Texts that are not wholly inside the picture."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    width, height = figure.bbox.size
    of_ticks = {label for axes in figure.axes for label in (*axes.get_xticklabels(), *axes.get_yticklabels())}
    out = []
    for text in set(figure.findobj(Text)) - of_ticks:  # which are not drawn
        box = text.get_window_extent(renderer)
        inside = box.x0 >= -0.5 and box.y0 >= -0.5 and box.x1 <= width + 0.5 and box.y1 <= height + 0.5
        if text.get_text().strip() and not inside:
            out.append(text.get_text())
    return out


@pytest.mark.parametrize("size_mm", SIZES_MM)
def test_text_of_cages(measured, size_mm):
    for title in ("BaFe2As2: nonahedron alpha, h = 2.7205 Å", LONG):
        assert outside(cage_figure(measured.cages[0], title, DEFAULTS, size_mm)) == []


@pytest.mark.parametrize("size_mm", SIZES_MM)
@pytest.mark.parametrize("id_", [NAME, LONG])
def test_text_of_crystals(measured, size_mm, id_):
    structure = Exported.of(id_, "0" * 64, measured, DEFAULTS)
    assert outside(crystal_figure(structure, view="a", size_mm=size_mm)) == []


def test_both_pictures_have_the_width_of_a_column(measured):
    structure = Exported.of(NAME, "0" * 64, measured, DEFAULTS)
    for figure in (cage_figure(measured.cages[0], "", DEFAULTS), crystal_figure(structure)):
        assert figure.get_figwidth() * MM_PER_INCH == pytest.approx(86)


def test_the_title_of_a_crystal_has_the_uncertainty():
    # as `polycage measure` prints it
    measured = measure(CIFS / "YBCO_Williams1988.cif", DEFAULTS)
    structure = Exported.of("YBCO_Williams1988", "0" * 64, measured, DEFAULTS)
    assert "h(alpha) = 3.6928(7) Å" in crystal_figure(structure).get_suptitle()


def lightness(symbol):
    """CIE lightness of an element's colour."""
    shares = [int(colour(symbol)[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in shares]
    return 116 * sum(w * x for w, x in zip((0.2126, 0.7152, 0.0722), linear, strict=True)) ** (1 / 3) - 16


def test_calcium_strontium_and_barium_differ_in_lightness():
    # ten of CIE lightness are seen side by side; these stand far apart, with or without colour
    calcium, strontium, barium = map(lightness, ("Ca", "Sr", "Ba"))
    assert calcium - strontium > 20
    assert strontium - barium > 20

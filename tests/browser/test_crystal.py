"""The crystal in the browser: its geometry against Python's, and its picture."""

import io
import itertools

import numpy as np
import pytest

from io_helpers import CIFS
from polycage.base.settings import DEFAULTS
from polycage.base.su_notation import with_su
from polycage.collection import batch
from polycage.collection.entries import scan
from polycage.tables.files import read_rows

pytestmark = pytest.mark.slow

# cells that are oblique, centred, mixed, and have several cages of a phase
SOME = (
    "BaFe2As2_2K_Fmmm",
    "CaKFe4As4",
    "Hg1223_Kopnin1995",
    "Re",
    "Ba0.6K0.4Fe2As2_297K",
    "Nb3Sn",
    "LSCO15_Decroux1987",
)

MODEL = """async (id) => {
  const [structure] = await polycage.rowsOf("structures", id);
  const [drawing, cages] = await Promise.all([polycage.drawing(id), polycage.rowsOf("cages", id)]);
  const g = polycage.geometry;
  const crystal = polycage.crystalView.model(structure, drawing, cages);
  return {
    atoms: crystal.cellAtoms.length,
    cages: crystal.drawn.map(({ cage, vertices, images }) => ({
      id: cage.cage_id, images: images.length, points: vertices.map((v) => g.cart(v.frac, crystal.cell)),
      faces: g.faces(vertices.map((v) => g.cart(v.frac, crystal.cell))),
      vertices: vertices.map((v) => {
        const from = g.source(v.frac, crystal.kept, crystal.ops, crystal.cell, v.element);
        return [crystal.kept[from.atom].label, from.code, v.part, v.distance];
      }),
    })),
  };
}"""


@pytest.fixture(name="measured", scope="module")
def _measured():
    entries = [entry for entry in scan(CIFS) if entry.structure_id in SOME]
    return {one.structure_id: one.result for one in batch.measure_entries(CIFS, entries, DEFAULTS)}


def is_closed(faces):
    """Whether each edge is of two faces, that run along it in opposite ways."""
    edges = [(a, b) for face in faces for a, b in zip(face, [*face[1:], face[0]], strict=True)]
    return len(set(edges)) == len(edges) and {(b, a) for a, b in edges} == set(edges)


def volume(drawn):
    """Of a polyhedron: a sixth of the sum of the triangles' determinants."""
    points = np.array(drawn["points"])
    triangles = [(face[0], b, c) for face in drawn["faces"] for b, c in itertools.pairwise(face[1:])]
    return sum(np.linalg.det(points[list(triangle)]) for triangle in triangles) / 6


def test_geometry_of_every_structure(opened, reference, tables):
    """As many images as the table says, hulls of its volume, as many atoms as their multiplicities."""
    one = opened(reference)
    one.go("methods")
    rows = {}
    for cage in read_rows(tables["cages"]):
        rows.setdefault(cage["structure_id"], []).append(cage)
    atoms = {}
    for atom in read_rows(tables["atoms"]):
        if not atom["left_out"]:
            atoms[atom["structure_id"]] = atoms.get(atom["structure_id"], 0) + atom["multiplicity"]
    for id_, cages in rows.items():
        found = one.page.evaluate(MODEL, id_)
        assert found["atoms"] == atoms[id_], id_
        for cage, drawn in zip(cages, found["cages"], strict=True):
            assert (drawn["id"], drawn["images"]) == (cage["cage_id"], cage["multiplicity_cell"]), id_
            if "not-convex" not in (cage["flags"] or ""):
                assert is_closed(drawn["faces"]), (id_, cage["cage_id"])
                assert volume(drawn) == pytest.approx(cage["volume_A3"], rel=0.02), (id_, cage["cage_id"])


@pytest.mark.parametrize("id_", SOME)
def test_labels_and_symmetry_codes_are_those_of_the_table_of_vertices(opened, reference, measured, id_):
    one = opened(reference)
    one.go("methods")
    found = one.page.evaluate(MODEL, id_)
    for cage, drawn in zip(measured[id_].cages, found["cages"], strict=True):
        for vertex, (label, code, part, distance) in zip(cage.vertices, drawn["vertices"], strict=True):
            assert part == vertex.part
            assert distance == pytest.approx(vertex.distance_A, abs=1e-4)
            if "(" not in vertex.species:  # of a mixed site any of its atoms
                assert (label, code) == (vertex.label, vertex.symmetry)


def test_uncertainties_are_written_as_in_python(opened, reference):
    one = opened(reference)
    one.go("methods")
    random = np.random.default_rng(3)
    pairs = [
        (round(float(v), 6), float(f"{s:.2g}"))
        for v, s in zip(random.uniform(-20, 20, 300), 10 ** random.uniform(-5, 0.9, 300), strict=True)
    ]
    found = one.page.evaluate("pairs => pairs.map(([v, s]) => polycage.withSu(v, s, 4))", pairs)
    differing = [(f, with_su(v, s, 4)) for f, (v, s) in zip(found, pairs, strict=True) if f != with_su(v, s, 4)]
    assert len(differing) <= 3, differing  # halves are rounded either way


def pixels(page):
    from PIL import Image

    picture = Image.open(io.BytesIO(page.locator(".canvas3d").screenshot())).convert("RGB")
    return np.asarray(picture, dtype=int)


def test_polyhedra_are_there_and_turn(opened, reference):
    one = opened(reference)
    one.go("id=BaFe2As2_297K")
    page = one.page
    canvas = page.locator(".canvas3d")
    assert canvas.get_attribute("data-polyhedra") == "4"  # alpha, 4e
    with_alpha = pixels(page)
    blue = (with_alpha[..., 2] - with_alpha[..., 0] > 40).sum()
    assert blue > 2000
    # without cages the blue faces are gone (the axis c is blue as well)
    page.get_by_role("button", name="α", exact=True).click()
    assert canvas.get_attribute("data-polyhedra") == "0"
    without = pixels(page)
    assert (without[..., 2] - without[..., 0] > 40).sum() < blue / 4
    # a turn by keys changes the picture
    canvas.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    assert (np.abs(pixels(page) - without).max(axis=2) > 40).mean() > 0.01


@pytest.mark.parametrize("size", [(390, 844), (1400, 900), (2560, 1300)])
def test_the_whole_crystal_is_in_the_frame(opened, reference, size):
    """Nothing touches the edge of the frame, and what is drawn fills a good part of it; also in perspective."""
    one = opened(reference, viewport={"width": size[0], "height": size[1]}, color_scheme="light")
    one.go("id=BaFe2As2_297K")
    for projection in ("parallel", "perspective"):
        if projection == "perspective":
            one.page.get_by_label("perspective").check()
        one.page.evaluate("document.querySelector('.axes').remove()")  # they have a corner of their own
        ink = pixels(one.page).min(axis=2) < 200
        rows, columns = ink.any(axis=1).nonzero()[0], ink.any(axis=0).nonzero()[0]
        assert rows[0] > 3, projection
        assert rows[-1] < ink.shape[0] - 4, projection
        assert columns[0] > 3, projection
        assert columns[-1] < ink.shape[1] - 4, projection
        filled = max((rows[-1] - rows[0]) / ink.shape[0], (columns[-1] - columns[0]) / ink.shape[1])
        assert filled > 0.55, projection


def test_switches(opened, reference):
    one = opened(reference)
    one.go("id=CaKFe4As4")
    page = one.page
    canvas = page.locator(".canvas3d")
    atoms = int(canvas.get_attribute("data-atoms"))
    page.get_by_label("2 × 2 × 1 cells").check()
    assert int(canvas.get_attribute("data-atoms")) > 2 * atoms
    # two distinct alpha cages, twice in the cell each, in four cells
    assert canvas.get_attribute("data-polyhedra") == "16"
    page.get_by_label("all images of the cages").uncheck()
    assert canvas.get_attribute("data-polyhedra") == "2"
    for name in ("a", "b", "c", "axis"):
        page.get_by_role("button", name=name, exact=True).click()
    page.get_by_label("perspective").check()
    page.get_by_role("button", name="Fit").click()


def test_the_picture_is_saved(opened, reference, tmp_path):
    from PIL import Image

    one = opened(reference)
    one.go("id=YBCO_Capponi1987_12638")
    with one.page.expect_download() as waiting:
        one.page.get_by_role("button", name="Save picture").click()
    waiting.value.save_as(tmp_path / "a.png")
    picture = Image.open(tmp_path / "a.png").convert("RGB")
    assert picture.width >= 1600
    assert len(np.unique(np.asarray(picture.resize((200, 150))).reshape(-1, 3), axis=0)) > 50


def test_without_webgl_the_tables_are_there(chromium, opened, reference):
    one = opened(reference)
    one.page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    one.go("id=BaFe2As2_297K")
    assert "has no WebGL" in one.page.locator("main").inner_text()
    assert "2.7205" in one.page.locator("table.cages").inner_text()


PLACED = """() => {
  const view = polycage.crystalView.viewer();
  const count = {};
  for (const atom of view.selectedAtoms({})) count[atom.elem] = (count[atom.elem] || 0) + 1;
  return count;
}"""


def test_a_mixed_site_has_the_colour_of_what_fills_it(opened, reference):
    """The CIF lists Tl2 0.1 before Ca1 0.9 at 0 0 0: eight corners; the other thallium is in the middle of the cell."""
    one = opened(reference)
    one.go("id=Tl1212_Hervieu1988")
    found = one.page.evaluate(PLACED)
    assert (found["Ca"], found["Tl"]) == (8, 1)


LABELS = """() => {
  const frame = document.querySelector(".stage").getBoundingClientRect();
  const box = (element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return [left - frame.left, top - frame.top, right - frame.left, bottom - frame.top];
  };
  return {
    frame: [frame.width, frame.height], compass: box(document.querySelector(".axes")),
    labels: [...document.querySelectorAll(".labels span")].map(box),
    words: [...document.querySelectorAll(".labels span")].map((text) => text.textContent),
  };
}"""


def apart(a, b):
    return a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


@pytest.mark.parametrize(
    ("width", "id_", "groups", "count"),
    [
        (380, "CaKFe4As4", (), 2),
        (1280, "YBCO_David1987", ("spacer",), 5),
        (1280, "KCa2Fe4As4F2", ("beta", "gamma"), 4),
    ],
)
def test_labels_stay_in_the_frame_and_apart(opened, reference, width, id_, groups, count):
    page = opened(reference, viewport={"width": width, "height": 800})
    page.go(f"id={id_}")
    for name in groups:
        page.page.locator(f"fieldset.groups button[title={name}]").click()
    for _ in range(3):
        found = page.page.evaluate(LABELS)
        assert len(found["labels"]) == count
        for k, box in enumerate(found["labels"]):
            assert min(box[:2]) >= 0
            assert box[2] <= found["frame"][0]
            assert box[3] <= found["frame"][1]
            assert all(apart(box, other) for other in [found["compass"], *found["labels"][:k]]), found["words"]
        page.page.locator(".canvas3d").focus()
        page.page.keyboard.press("ArrowRight")
        page.page.keyboard.press("ArrowUp")


def test_atoms_say_what_they_are(opened, reference):
    one = opened(reference)
    one.go("id=Ba0.6K0.4Fe2As2_297K")
    one.page.locator(".canvas3d").focus()
    said = set()
    for _ in range(24):
        one.page.keyboard.press("n")
        said.add(one.page.locator(".atom-name").text_content())
    # the file has Ba1 0.6 and K1 0.4 on one place, Fe1 and As1
    assert any("Ba" in text and "0.6" in text and "K" in text and "0.4" in text for text in said)
    box = one.page.locator(".canvas3d").bounding_box()
    for k in range(40):  # down the middle of the frame some atom is met
        one.page.mouse.move(box["x"] + box["width"] / 2 + 3 * (k % 3), box["y"] + box["height"] * k / 40)
        one.page.wait_for_timeout(25)
        if one.page.locator(".atom-name").count():
            break
    assert one.page.locator(".atom-name").count() == 1


def test_another_theme_keeps_what_is_set(opened, reference):
    one = opened(reference, color_scheme="light")
    one.go("id=BaFe2As2_297K")
    page = one.page
    page.get_by_role("button", name="β", exact=True).click()
    page.get_by_label("bonds").uncheck()
    page.locator(".canvas3d").focus()
    page.keyboard.press("ArrowRight")
    swatch = page.locator("fieldset.groups .swatch").first
    state = "() => [polycage.crystalView.viewer().getView(), document.querySelector('.canvas3d').dataset.polyhedra]"
    before, colour = page.evaluate(state), swatch.get_attribute("style")
    page.locator("#theme").click()
    assert page.evaluate(state) == before
    assert before[1] == "8"  # by hand: four cages of each phase in the cell
    assert not page.get_by_label("bonds").is_checked()
    assert swatch.get_attribute("style") != colour


WORDS_OF_POSTER = """async ([titles, elements]) => {
  const out = [];
  const fill = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y, most) {
    out.push([text, x, y, this.measureText(text).width, most || 1e9, this.canvas.width, this.canvas.height]);
    fill.call(this, text, x, y);
  };
  const image = document.createElement("canvas");
  [image.width, image.height] = [1600, 1200];
  const named = elements.map((element) => ({ element, colour: "#123456" }));
  const axis = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
  await polycage.poster(image, { titles, heights: [] }, named, axis, { paper: "#ffffff", ink: "#000000", dark: false });
  CanvasRenderingContext2D.prototype.fillText = fill;
  return out;
}"""


def test_all_words_of_a_picture_are_in_it(opened, reference):
    """Fourteen elements, a long formula and a long id: nothing is cut or crushed, and nothing is left out."""
    one = opened(reference)
    one.go("methods")
    elements = ["Tl", "Pb", "Bi", "Hg", "Ba", "Sr", "Ca", "Y", "La", "Nd", "Cu", "Fe", "As", "O"]
    titles = ["Tl0.5Pb0.5Ba0.7Sr0.7" * 6, "folder/of/a/long_name_" * 5]
    words = one.page.evaluate(WORDS_OF_POSTER, [titles, elements])
    words = [word for word in words if word[0] not in "abc"]  # of the axes, which have a corner of their own
    for text, x, y, wide, most, width, height in words:
        assert x >= 0, text
        assert x + wide <= width, text
        assert wide <= most, text
        assert y <= height, text
    texts = [word[0] for word in words]
    assert set(elements) <= set(texts)
    assert "".join(titles) in "".join(texts)
    assert len({word[2] for word in words if word[0] in elements}) > 1  # lines of the legend

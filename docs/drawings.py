"""The drawings of the concepts and the gallery, each made from a structure of the reference collection.

    make drawings

writes `docs/pictures/concept_*.svg`, `docs/gallery/*.png` and `docs/gallery/README.md`. A test compares the page and
the names of the pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from scipy.spatial import ConvexHull

import polycage
from polycage.base import elements
from polycage.base.settings import DEFAULTS
from polycage.cages.cage import Cage
from polycage.cages.measurement import Measurement
from polycage.pictures.cage_drawing import cage_figure
from polycage.pictures.element_colours import colour
from polycage.pictures.formula_order import in_order
from polycage.pictures.style import _style, svg, write_picture

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
GALLERY = ROOT / "docs" / "gallery"
# Okabe and Ito: colours that colour-blind readers can tell apart; atoms have those of their elements
BLUE, GREY = "#56B4E9", "#777777"
PHASES = {"alpha": "#D55E00", "beta": "#0072B2", "gamma": "#009E73"}

# one structure of each family and stacking
SHOWN = {
    "Cuprates and nickelates": {
        "LSCO15_Decroux1987": "one plane, two cations between the planes (214)",
        "Hg1201_Marezio1995": "one plane, three cations between the planes",
        "Tl2201_Opagiste1993": "one plane, four cations between the planes",
        "YBCO_Williams1988": "two planes, chains between them",
        "Hg1212_Finger1994": "two planes, three cations between the stacks",
        "Bi2212_Hervieu1988": "two planes, four cations between the stacks",
        "Y124_Karpinski1989": "two planes, double chains between them",
        "Hg1223_Armstrong1995_ambient": "three planes, three cations between the stacks",
        "Tl2223_Torardi1988": "three planes, four cations between the stacks",
        "IL_CaSrCuO2_Siegrist1988": "infinite layers",
        "IL_NdSrNiO2_Li2019": "infinite layers of a nickelate",
    },
    "Iron-based compounds": {
        "FeSe_293K": "11: nothing between the nets",
        "LiFeAs": "111: two cations between the nets",
        "BaFe2As2_297K": "122: one cation between the nets",
        "CaKFe4As4": "1144: one cation, of two elements in turn",
        "LaFeAsO_rt": "1111: two cations and two oxygens",
        "KCa2Fe4As4F2": "12442: both kinds of spacings in one structure",
        "Sr2VO3FeAs": "21311: a perovskite between the nets",
    },
    "Without a net": {
        "Nb": "body-centred cubic",
        "Al": "face-centred cubic",
        "Zn": "hexagonal close packing, stretched",
        "MgB2": "honeycombs of boron",
        "Nb3Sn": "A15: chains of niobium",
    },
}


@cache
def measured(name: str, **changed: float) -> Measurement:
    """A structure of the reference collection."""
    return polycage.measure(ROOT / "cif" / f"{name}.cif", changed)


# --- parts of drawings


def new_axes(width: float, height: float, title: str) -> tuple[Figure, Axes]:
    """An empty drawing to scale."""
    with _style():
        figure = Figure(figsize=(width, height))
        axes = figure.subplots()
    axes.set_aspect("equal")
    axes.set_axis_off()
    axes.set_title(title, fontsize=10)
    return figure, axes


def cell_atoms(m: Measurement, low: float = 0.0, high: float = 1.0) -> Iterator[tuple[str, str, np.ndarray]]:
    """Element, label and Cartesian place of the sites of a cell, those on its border on each side."""
    crystal = m.crystal
    for frac, kind in zip(crystal.sites.frac, crystal.sites.kind, strict=True):
        species = crystal.sites.species[kind]
        base = frac - np.floor(frac + 1e-6)
        shifts = [[k for k in range(-1, 3) if low - 1e-3 <= base[i] + k <= high + 1e-3] for i in (0, 1)]
        for i in shifts[0]:
            for j in shifts[1]:
                for k in (0, 1):
                    if base[2] + k <= 1 + 1e-3:
                        yield species.element, species.label, (base + np.array([i, j, k])) @ crystal.lattice


def side(points: np.ndarray) -> np.ndarray:
    """From the side, turned a little about the vertical: the layers are rows."""
    points = np.atleast_2d(points)
    turn = np.radians(20)
    return np.stack([points[:, 0] * np.cos(turn) - points[:, 1] * np.sin(turn), points[:, 2]], axis=1)


def draw_atoms(
    axes: Axes,
    m: Measurement,
    view: Callable[[np.ndarray], np.ndarray],
    around: tuple[float, float] = (0.0, 1.0),
    labelled: bool = False,
) -> None:
    """The atoms of a cell, each element with a name."""
    seen: set[str] = set()
    for symbol, label, place in cell_atoms(m, *around):
        x, y = view(place)[0]
        size = 60 * float(elements.COVALENT_RADIUS_A[elements.ATOMIC_NUMBER[symbol]]) ** 2
        name = label if labelled else symbol
        axes.scatter(x, y, s=size, color=colour(symbol), edgecolor="black", lw=0.6, zorder=5, clip_on=False)
        if name not in seen:
            axes.scatter([], [], s=50, color=colour(symbol), edgecolor="black", lw=0.6, label=name)
        seen.add(name)


def draw_legend(figure: Figure, columns_: int = 4) -> None:
    """Names of the elements below a drawing."""
    figure.legend(loc="outside lower center", ncols=columns_, fontsize=8)


def draw_outline(axes: Axes, points: np.ndarray, colour: str) -> None:
    """The outline of a cage's projection."""
    corners = points[ConvexHull(points).vertices]
    axes.add_patch(Polygon(corners, facecolor=colour, alpha=0.25, edgecolor=colour, lw=1.2, zorder=3))


def active(m: Measurement) -> list[Cage]:
    """The cages of the active nets."""
    return [cage for cage in m.cages if cage.role == "active"]


# --- one drawing a concept


def sites() -> Figure:
    """Sites: what shares a place is one site."""
    m = measured("LSCO15_Decroux1987")
    figure, axes = new_axes(3.6, 6, f"{in_order(m.formula, m.family)}: sites of the cell")
    draw_atoms(axes, m, side, labelled=True)
    draw_legend(figure)
    return figure


def layers() -> Figure:
    """Layers: atoms whose heights chain within layer_gap_A."""
    m = measured("YBCO_Williams1988")
    figure, axes = new_axes(4.6, 6.4, f"{in_order(m.formula, m.family)}: layers along c")
    draw_atoms(axes, m, side)
    heights = sorted({round(float(place[2]), 4) for _, _, place in cell_atoms(m)})
    chains = [[heights[0]]]
    for height in heights[1:]:
        if height - chains[-1][-1] < DEFAULTS.layer_gap_A:
            chains[-1].append(height)
        else:
            chains.append([height])
    left, right = axes.get_xlim()
    for chain in chains:
        names = dict.fromkeys(s for s, _, p in cell_atoms(m) if chain[0] - 1e-3 <= p[2] <= chain[-1] + 1e-3)
        axes.axhspan(chain[0] - 0.12, chain[-1] + 0.12, color=GREY, alpha=0.2, lw=0)
        axes.text(right + 0.2, sum(chain) / len(chain), " ".join(names), va="center", fontsize=9)
    axes.set_xlim(left, right + 1.6)
    draw_legend(figure)
    return figure


def rings() -> Figure:
    """Rings: four irons around the centre of a square, an arsenic over or under it."""
    m = measured("BaFe2As2_297K")
    (alpha,) = [cage for cage in active(m) if cage.phase == "alpha"]
    figure, axes = new_axes(4, 4.6, f"{in_order(m.formula, m.family)}: one FeAs layer from above, and a ring")
    net = alpha.site_cart[2]
    for symbol in ("Fe", "As"):
        places = [p for s, _, p in cell_atoms(m, -1.05, 1.05) if s == symbol and abs(p[2] - net) < 2]
        for over in (False, True):
            at = np.array([p[:2] for p in places if (p[2] > net + 0.1) == over])
            if len(at):
                where = f" ({'above' if over else 'below'})" if symbol == "As" else ""
                axes.scatter(
                    *at.T, s=130, color=colour(symbol), edgecolor="black", lw=0.8, zorder=5 + over,
                    alpha=1 if over or symbol == "Fe" else 0.45, label=symbol + where,
                )  # fmt: skip
    ring = alpha.vertices_cart[np.array(alpha.parts) == "ring"][:, :2]
    draw_outline(axes, ring, PHASES["alpha"])
    axes.scatter(*alpha.site_cart[:2], marker="+", s=80, color="black", zorder=9, label="centre: a site")
    draw_legend(figure)
    return figure


def columns() -> Figure:
    """Columns: straight up through the centre of a ring, to a cap above and one below."""
    m = measured("BaFe2As2_297K")
    figure, axes = new_axes(4, 6.4, f"{in_order(m.formula, m.family)}: columns through the sites")
    draw_atoms(axes, m, side, (-0.6, 0.6))
    for cage in active(m):
        x, y = side(cage.site_cart)[0]
        caps = [
            side(cage.vertices_cart[np.array(cage.parts) == part]).mean(axis=0) for part in ("lower_cap", "upper_cap")
        ]
        axes.plot(
            [x, x], [caps[0][1], caps[1][1]], color=PHASES[cage.phase], lw=2, zorder=8, label=f"{cage.phase}, a column"
        )
        axes.scatter(x, y, marker="+", s=80, color="black", zorder=9)
        for cap in caps:
            axes.plot(x, cap[1], marker="_", ms=18, color=PHASES[cage.phase], zorder=8)
    draw_legend(figure, 2)
    return figure


def phases() -> Figure:
    """Phases: alpha and beta of one structure, each with its height."""
    m = measured("BaFe2As2_297K")
    figure, axes = new_axes(5, 6.4, f"{in_order(m.formula, m.family)}: cages of two phases")
    draw_atoms(axes, m, side, (-0.6, 0.6))
    right = axes.get_xlim()[1]
    for cage in active(m):
        draw_outline(axes, side(cage.vertices_cart), PHASES[cage.phase])
        low, high = (
            float(cage.vertices_cart[np.array(cage.parts) == part][:, 2].mean()) for part in ("lower_cap", "upper_cap")
        )
        at = right + (0.3 if cage.phase == "alpha" else 0.9)
        axes.annotate("", (at, high), (at, low), arrowprops={"arrowstyle": "<->", "color": PHASES[cage.phase]})
        told = f"{cage.phase}\nh = {cage.h_A:.3f} Å"
        axes.text(right + 1.4, (low + high) / 2, told, va="center", fontsize=9, color=PHASES[cage.phase])
    axes.set_xlim(right=right + 4)
    draw_legend(figure)
    return figure


def heights() -> Figure:
    """Heights: the distance between the mean heights of the two caps."""
    m = measured("BaFe2As2_297K")
    (alpha,) = [cage for cage in active(m) if cage.phase == "alpha"]
    return cage_figure(alpha, f"{in_order(m.formula, m.family)}: the height of the alpha cage", DEFAULTS)


def cages() -> Figure:
    """Cages: ring and caps as a polyhedron."""
    m = measured("BaFe2As2_297K")
    (beta,) = [cage for cage in active(m) if cage.phase == "beta"]
    return cage_figure(beta, f"{in_order(m.formula, m.family)}: a tridecahedron", DEFAULTS)


def voids() -> Figure:
    """Voids: a place from which the nearest atoms are farther than from all places around."""
    m = polycage.measure(ROOT / "cif" / "Nb.cif", voids=True)
    void = next(cage for cage in m.cages if cage.role == "void")
    return cage_figure(
        void, f"{in_order(m.formula, m.family)}: a void, {void.site.radius_A:.3f} Å from its four atoms", DEFAULTS
    )


def borderline() -> Figure:
    """Borderline: the cages that are found hang on where a layer ends."""
    name = "Tl1212_Hervieu1988"
    gaps = np.arange(0.30, 0.651, 0.025)
    with _style():
        figure = Figure(figsize=(5.2, 3.2))
        axes = figure.subplots()
    for gap in gaps:
        for cage in measured(name, layer_gap_A=round(float(gap), 3)).cages:
            shown = PHASES.get(cage.phase, GREY) if cage.role == "active" else GREY
            axes.plot(gap, cage.h_A, "o", ms=5, color=shown)
    borderline = measured(name)
    default, margin = DEFAULTS.layer_gap_A, DEFAULTS.borderline_A
    axes.axvspan(default - margin, default + margin, color=BLUE, alpha=0.25, lw=0, label="margin")
    axes.axvline(default, color="black", lw=1, label="layer_gap_A")
    axes.set_xlabel("layer_gap_A (Å)")
    axes.set_ylabel("heights of the cages (Å)")
    axes.set_title(f"{in_order(borderline.formula, borderline.family)}: a borderline structure", fontsize=10)
    axes.legend(fontsize=8)
    return figure


def uncertainties() -> Figure:
    """Uncertainties: refinements of iron arsenides, each with what its file states."""
    found = {path.stem: measured(path.stem) for path in sorted((ROOT / "cif").glob("*Fe2As2_*.cif"))}
    rows = [(n, c.h_A, c.h_su_A) for n, m in found.items() for c in active(m) if c.phase == "alpha" and c.h_su_A]
    with _style():
        figure = Figure(figsize=(5.6, 3.4))
        axes = figure.subplots()
    axes.errorbar(
        [h for _, h, _ in rows], range(len(rows)), xerr=[su for _, _, su in rows], fmt="o", color="#0072B2", capsize=3
    )
    axes.set_yticks(range(len(rows)), [name for name, _, _ in rows], fontsize=8)
    axes.set_xlabel("height of the alpha cage (Å), ± one standard uncertainty")
    return figure


CONCEPTS = {
    drawn.__name__: drawn
    for drawn in (sites, layers, rings, columns, cages, heights, phases, voids, borderline, uncertainties)
}


# --- gallery


def shown_cage(m: Measurement) -> Cage:
    """The cage that is drawn: the first active one, else the first."""
    return next(iter(active(m)), m.cages[0])


def gallery_page() -> str:
    """The page of the gallery."""
    out = [
        "# Gallery",
        "",
        "One structure of each family and stacking of the reference collection. The picture shows its first active",
        "cage, or its first cage where there is no net. This page is made from `cif/` (`make drawings`). Numbers are",
        "marked `copied` ([from where](../../cif/README.md)) or `unverified` (typed from memory).",
    ]
    for title, names in SHOWN.items():
        out += ["", f"## {title}"]
        for name, stacking in names.items():
            out += _entry(name, stacking)
    return "\n".join(out) + "\n"


def _entry(name: str, stacking: str) -> list[str]:
    m = measured(name)
    found = active(m)
    listed = ", ".join(f"{c.phase or 'no phase'} ({c.kind}) {c.h_A:.3f} Å" for c in found)
    cage = shown_cage(m)
    return [
        "",
        f"### {name}",
        "",
        f"![{cage.kind} of {in_order(m.formula, m.family)}]({name}.png){{ width=320 }}",
        "",
        f"- {in_order(m.formula, m.family)}, {m.space_group}, family {m.family}: {stacking}",
        f"- {'active cages: ' + listed if found else f'no active cage; drawn is a {cage.kind}, {cage.h_A:.3f} Å high'}",
        f"- `polycage draw cif/{name}.cif --cage {cage.cage_id}`; status {m.status}"
        + (f"; numbers marked {m.verification}" if m.verification else ""),
    ]


def gallery_pictures() -> dict[str, Any]:
    """Each picture with how it is drawn."""
    return {f"{name}.png": name for names in SHOWN.values() for name in names}


if __name__ == "__main__":
    for name, drawn in CONCEPTS.items():
        (PICTURES / f"concept_{name}.svg").write_text(svg(drawn()), encoding="utf-8")
    for file, name in gallery_pictures().items():
        m = measured(name)
        cage = shown_cage(m)
        write_picture(
            GALLERY / file,
            cage_figure(cage, f"{in_order(m.formula, m.family)}: {cage.kind} {cage.phase}".rstrip(), DEFAULTS),
        )
    (GALLERY / "README.md").write_text(gallery_page(), encoding="utf-8")

"""A picture of a crystal's cell with its cages as translucent polyhedra, in the manner of VESTA.

Parallel projection, drawn from the back to the front. Atoms on the cell's faces are drawn on all of them, and cages
whole, with their atoms, also where these lie outside of the cell.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Patch, Polygon

from polycage.base import elements
from polycage.base.arrays import FloatArray
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.su_notation import with_su
from polycage.base.vocabulary import ACTIVE
from polycage.cages.polyhedra import faces
from polycage.exports.exported import Exported
from polycage.exports.images import in_cell
from polycage.pictures.element_colours import colour
from polycage.pictures.fitted_text import legend_below, points_of, scale_of, wrapped
from polycage.pictures.formula_order import in_order
from polycage.pictures.style import COLUMN_MM, MM_PER_INCH, PHASE_COLOURS, _style
from polycage.tables.schema import Row

# share of the covalent radius that an atom is drawn with, and of its radius that is its highlight
_ATOM, _HIGHLIGHT = 0.42, 0.3
_EDGE = 1e-3  # fractional: atoms this near a face of the cell are on it


class View(NamedTuple):
    """Where a picture is seen from."""

    along: FloatArray  # (3,) unit vector to the eye, Cartesian
    right: FloatArray  # (3,) unit vector, to the right
    up: FloatArray  # (3,) unit vector


def view_of(text: str, lattice: FloatArray, upward: FloatArray) -> View:
    """A direction such as `a`, `b`, `c`, `1 1 0` of the cell's vectors; `standard`: nearly along b, from above.

    Raises
    ------
    PolycageError
        `CONFIG_INVALID`.
    """
    named = {"a": (1.0, 0.0, 0.0), "b": (0.0, 1.0, 0.0), "c": (0.0, 0.0, 1.0)}
    if text == "standard":
        side = lattice[0] - upward * (lattice[0] @ upward)
        side = side if np.linalg.norm(side) > 1e-6 else lattice[1] - upward * (lattice[1] @ upward)
        side = side / np.linalg.norm(side)
        across = np.cross(upward, side)
        along = -np.cos(0.30) * across + np.sin(0.30) * side + 0.14 * upward
    else:
        try:
            steps = np.array(named[text] if text in named else [float(x) for x in text.replace(",", " ").split()])
            along = steps @ lattice
        except ValueError:
            along = np.zeros(3)
    if not np.linalg.norm(along) > 0:
        cause = f"--view {text}: write standard, a, b, c or three numbers such as '1 1 0'"
        raise PolycageError(ErrorCode.CONFIG_INVALID, cause)
    along = along / np.linalg.norm(along)
    # what is upward on the page: the stacking axis, or where one looks along it, b
    up = next(
        v for v in (upward, lattice[1], lattice[0]) if np.linalg.norm(np.cross(v, along)) > 0.05 * np.linalg.norm(v)
    )
    up = up - along * (up @ along)
    up = up / np.linalg.norm(up)
    return View(along, np.cross(up, along), up)


class _Cage(NamedTuple):
    """One image of a cage."""

    symbols: tuple[str, ...]
    frac: FloatArray  # (v, 3)
    colour: str


def crystal_figures(
    structure: Exported, *, view: str = "standard", size_mm: float = COLUMN_MM
) -> Iterator[tuple[str, Figure]]:
    """A picture for each active phase, or one where there is none, with what its name ends in: `crystal_alpha`."""
    phases = dict.fromkeys(cage["phase"] for cage in structure.cages if cage["role"] == ACTIVE)
    for phase in phases or [""]:
        name = f"crystal_{phase}" if phase else "crystal"
        yield name, crystal_figure(structure, phase=phase, view=view, size_mm=size_mm)


def crystal_figure(
    structure: Exported, *, phase: str = "", view: str = "standard", size_mm: float = COLUMN_MM
) -> Figure:
    """The cell with all images of the cages of one phase.

    Parameters
    ----------
    structure
        Its rows of `cages` have the column `vertices`.
    phase
        The first active one where left out; where there is none, the first cage of all.
    size_mm
        Width of the figure.
    """
    shown = _shown(structure.cages, phase)
    cages = [image for cage in shown for image in _images(structure, cage)]
    looking = view_of(view, structure.lattice, _upward(structure))
    atoms = _atoms(structure, cages)
    with _style():
        figure = Figure(figsize=(size_mm / MM_PER_INCH, size_mm / MM_PER_INCH * 1.15))
        axes = figure.subplots()
    scale = scale_of(size_mm)
    _draw_cell(axes, structure.lattice, looking, scale)
    _draw_cages(axes, cages, structure, looking, scale)
    _draw_atoms(axes, atoms, structure.lattice, looking, scale)
    _draw_compass(axes, structure.lattice, looking, size_mm)
    axes.set_aspect("equal")
    axes.autoscale_view()
    axes.margins(0.04)
    axes.set_axis_off()
    letters = points_of(8, size_mm)
    figure.suptitle(wrapped(_title(structure, shown), size_mm, letters), fontsize=letters)
    symbols = sorted({symbol for symbol, _ in atoms}, key=lambda s: elements.ATOMIC_NUMBER[s])
    handles: list[Line2D | Patch] = [
        Line2D([], [], ls="", marker="o", ms=6 * scale, mfc=colour(s), mec="black", mew=0.5 * scale, label=s)
        for s in symbols
    ]
    if shown:
        cage = shown[0]
        handles.append(
            Patch(facecolor=_colour(cage), alpha=0.45, label=f"{cage['kind']} {cage['phase'] or ''}".strip())
        )
    legend_below(figure, handles, size_mm, points_of(7, size_mm))
    return figure


def _shown(cages: Sequence[Row], phase: str) -> list[Row]:
    active = [cage for cage in cages if cage["role"] == ACTIVE]
    wanted = phase or (active[0]["phase"] if active else "")
    if wanted:
        return [cage for cage in cages if cage["phase"] == wanted]
    return list(cages[:1])


def _colour(cage: Row) -> str:
    return PHASE_COLOURS.get(cage["phase"] or "", "#999999")


def _title(structure: Exported, shown: Sequence[Row]) -> str:
    """Id on a line, formula and height below it: nothing overlaps the picture. What is the id is not said twice."""
    row = structure.structure
    formula = in_order(row["formula"], row["family"])
    parts = [formula] if formula != structure.structure_id else []
    if shown and shown[0]["h_A"] is not None:
        height = with_su(shown[0]["h_A"], shown[0]["h_su_A"], 4)
        parts.append(f"h({shown[0]['phase']}) = {height} Å" if shown[0]["phase"] else "")
    if row["verification"] == "unverified":
        parts.append("unverified")
    return "\n".join(filter(None, [structure.structure_id, ", ".join(filter(None, parts))]))


def _upward(structure: Exported) -> FloatArray:
    """(3,) unit vector: the stacking axis, else c."""
    indices = structure.structure["axis_hkl"]
    hkl = np.array([int(x) for x in indices.split()] if indices else [0, 0, 1], dtype=float)
    normal = np.linalg.inv(structure.lattice) @ hkl
    return np.asarray(normal / np.linalg.norm(normal))


def _images(structure: Exported, cage: Row) -> list[_Cage]:
    """All images of a cage by the listed operations, each with its site in the cell."""
    rows = [part.split(" ") for part in (cage["vertices"] or "").split(";") if part]
    symbols = tuple(row[0] for row in rows)
    frac = np.array([[float(x) for x in row[2:5]] for row in rows])
    site = np.array([cage["x"], cage["y"], cage["z"]], dtype=float)
    found: dict[tuple[float, ...], _Cage] = {}
    for rotation, translation in zip(*structure.operations, strict=True):
        place = rotation @ site + translation
        home = in_cell(place)
        moved = frac @ rotation.T + translation + (home - place)
        key = tuple(np.round(np.concatenate([home, np.sort(np.round(moved, 3), axis=0).ravel()]), 2) + 0.0)
        found.setdefault(key, _Cage(symbols, moved, _colour(cage)))
    return list(found.values())


def _atoms(structure: Exported, cages: Sequence[_Cage]) -> list[tuple[str, FloatArray]]:
    """Symbols and places of all atoms that are drawn: those of the cell, on all of its faces, and those of cages."""
    shares: dict[tuple[float, ...], dict[str, float]] = {}  # of a place: how much of each element
    places: dict[tuple[float, ...], FloatArray] = {}
    for atom in structure.cell_atoms:
        if atom.row["left_out"]:
            continue
        at_edge = [(0.0, 1.0) if x < _EDGE else (0.0, -1.0) if x > 1 - _EDGE else (0.0,) for x in atom.frac]
        for shift in itertools.product(*at_edge):
            place = atom.frac + np.array(shift)
            key = tuple(np.round(place, 2) + 0.0)
            there, species = shares.setdefault(key, {}), atom.row["species"]
            there[species] = there.get(species, 0.0) + atom.row["occupancy"]
            places.setdefault(key, place)
    found = {key: (_filling(there), places[key]) for key, there in shares.items()}
    for cage in cages:
        for symbol, place in zip(cage.symbols, cage.frac, strict=True):
            found.setdefault(tuple(np.round(place, 2) + 0.0), (symbol, place))
    return list(found.values())


def _filling(shares: Mapping[str, float]) -> str:
    """The element with the largest share of a place; of equal ones the lightest, as at the vertices of cages."""
    return min(shares, key=lambda symbol: (-round(shares[symbol], 6), elements.ATOMIC_NUMBER[symbol]))


def _screen(points: FloatArray, view: View) -> tuple[FloatArray, FloatArray]:
    """Places (n, 2) on the page and depths (n,), greater being nearer to the eye."""
    return np.stack([points @ view.right, points @ view.up], axis=-1), points @ view.along


def _draw_cell(axes: Axes, lattice: FloatArray, view: View, scale: float) -> None:
    corners = np.array(list(itertools.product((0.0, 1.0), repeat=3)))
    screen, depth = _screen(corners @ lattice, view)
    farthest = depth.argmin()
    for i, j in itertools.combinations(range(8), 2):
        if np.abs(corners[i] - corners[j]).sum() == 1:
            behind = farthest in (i, j)
            x, y = screen[[i, j]].T
            dash = (0, (3, 2)) if behind else "-"
            axes.plot(x, y, color="#555555", lw=0.7 * scale, ls=dash, zorder=-1e3 if behind else 1e3)


def _draw_cages(axes: Axes, cages: Sequence[_Cage], structure: Exported, view: View, scale: float) -> None:
    for cage in cages:
        points = cage.frac @ structure.lattice
        screen, depth = _screen(points, view)
        for face in faces(points, structure.settings):
            at = list(face)
            look: dict[str, Any] = {"facecolor": cage.colour, "edgecolor": cage.colour, "alpha": 0.3, "lw": 0.6 * scale}
            axes.add_patch(Polygon(screen[at], zorder=depth[at].mean(), **look))


def _draw_atoms(
    axes: Axes, atoms: Sequence[tuple[str, FloatArray]], lattice: FloatArray, view: View, scale: float
) -> None:
    for symbol, place in atoms:
        screen, depth = _screen(place @ lattice, view)
        (x, y), level = screen.tolist(), float(depth)
        radius = _ATOM * float(elements.COVALENT_RADIUS_A[elements.ATOMIC_NUMBER[symbol]])
        look: dict[str, Any] = {"facecolor": colour(symbol), "edgecolor": "black", "lw": 0.5 * scale, "label": symbol}
        axes.add_patch(Circle((x, y), radius, zorder=level + 0.2, **look))
        shine = (x - 0.35 * radius, y + 0.35 * radius)
        axes.add_patch(Circle(shine, _HIGHLIGHT * radius, facecolor="white", alpha=0.6, lw=0, zorder=level + 0.21))


def _draw_compass(axes: Axes, lattice: FloatArray, view: View, size_mm: float) -> None:
    """The three axes to the left of all that is drawn, each as long as it looks."""
    arms, _ = _screen(lattice / np.linalg.norm(lattice, axis=1)[:, None], view)
    axes.autoscale_view()
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    length = 0.12 * max(right - left, high - low)
    start = np.array([left - 1.2 * length - max(0.0, float(arms[:, 0].max())) * length, low + length])
    for name, arm in zip("abc", arms, strict=True):
        if np.linalg.norm(arm) < 0.1:
            continue
        end, (x, y) = start + length * arm, (start + 1.3 * length * arm).tolist()
        scale = scale_of(size_mm)
        style = f"-|>,head_width={0.12 * scale},head_length={0.25 * scale}"
        arrow = {"arrowstyle": style, "lw": 0.8 * scale, "color": "black", "shrinkA": 0, "shrinkB": 0}
        axes.annotate(
            "", tuple(end.tolist()), tuple(start.tolist()), arrowprops=arrow, zorder=2e3, annotation_clip=False
        )
        axes.text(x, y, name, fontsize=points_of(7, size_mm), ha="center", va="center", zorder=2e3)
        axes.update_datalim(np.array([(x, y), start]))

"""A picture of the energy of an electron over the square of a cage's confining plane."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from polycage.base import elements
from polycage.base.elements import SYMBOLS
from polycage.fields.electrostatics import MAXIMUM, MINIMUM, SADDLE, CageField, Map, StillPoint
from polycage.pictures.element_colours import colour
from polycage.pictures.style import _style

# what stands at corners of the square and is no anion
METALS = frozenset({"metal", *(SYMBOLS[z] for z in elements.IRON_NET_METALS | elements.OXIDE_NET_METALS)})
_MARKERS = {MINIMUM: "o", SADDLE: "X", MAXIMUM: "^"}
# percentiles of the energy between which contours are drawn: at ions it is infinite
_LOW, _HIGH = 6, 94
_CONTOURS = 24


def field_figure(field: CageField, grid: Map, points: Sequence[StillPoint], title: str) -> Figure:
    """Contours of U = -e phi above the site's, arrows along the force on an electron, ions, points without force."""
    n = len(grid.u_A)
    energy = grid.electron.energy_eV.reshape(n, n) - float(field.site().energy_eV[0])
    low, high = np.percentile(energy[np.isfinite(energy)], [_LOW, _HIGH])
    with _style():
        figure = Figure(figsize=(5.6, 4.9))
        axes = figure.subplots()
    levels = np.linspace(low, high, _CONTOURS)
    filled = axes.contourf(grid.u_A, grid.v_A, np.clip(energy, low, high), levels=levels, cmap="viridis", extend="both")
    axes.contour(grid.u_A, grid.v_A, np.clip(energy, low, high), levels=levels, colors="white", linewidths=0.4)
    figure.colorbar(filled, ax=axes, label="energy of an electron above that at the site, eV", format="%.1f")
    step = max(n // 13, 1)
    some = np.s_[step // 2 :: step, step // 2 :: step]
    force = grid.electron.force_eVperA[:, :2].reshape(n, n, 2)[some]
    size = np.linalg.norm(force, axis=2, keepdims=True)
    unit = np.divide(force, size, out=np.zeros_like(force), where=size > 0)
    axes.quiver(
        grid.u_A[some], grid.v_A[some], unit[..., 0], unit[..., 1], color="white", alpha=0.75, width=0.004, scale=26
    )
    plane = field.plane
    for (u, v), label in ((plane.corner_uv.T, plane.corner), (plane.anion_uv.T, plane.edge)):
        if len(u):
            axes.scatter(u, v, s=260, color=colour(label), edgecolor="black", label=label, zorder=5, clip_on=False)
    for kind, marker in _MARKERS.items():
        chosen = [p for p in points if p.kind == kind]
        if chosen:
            u, v = [p.u_A for p in chosen], [p.v_A for p in chosen]
            axes.scatter(
                u, v, s=60, marker=marker, color="white", edgecolor="black", label=kind, zorder=6, clip_on=False
            )
    axes.set_aspect("equal")
    axes.set_xlabel("u, Å")
    axes.set_ylabel("v, Å")
    axes.set_title(title, fontsize=10, pad=14)
    figure.legend(loc="outside lower center", ncols=5, fontsize=9)
    return figure

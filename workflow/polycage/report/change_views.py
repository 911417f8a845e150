"""Strain, charge order, cages of elements and series of refinements, for a terminal."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.su_notation import with_su
from polycage.base.vocabulary import ACTIVE
from polycage.cages.measurement import Measurement
from polycage.physics.bond_network import BondNetwork
from polycage.physics.doping import ELECTRONS, PAPER, ChargeOrder, Order, orders
from polycage.physics.elemental_metals import OCTAHEDRON, PAPER_DEGENERACY, element_cages
from polycage.physics.strain import BONDS, FRACTIONS, CageStrain, NetEdge, strains
from polycage.tables.schema import Row

# a bond that changes by more than this share is told: the bonds cannot all be kept
_TOLD_CHANGE = 0.001
_STRAIN = ("phase", "h (Å)", "strained", "change", "d ln h / d ln a", "Tc (K)", "strained")
_ORDERS = ("x", "order", "period", "in Å", "pair's diameter (Å)")
_CAGES = (
    *("kind", "for each atom", "orientations", "axes", "of which an atom is a vertex", "a nearest vertex"),
    "anisotropy",
)
_SERIES = ("structure", "phase", "value", "h (Å)", "Tc (K)", "interval", "measured", "beta - alpha (Å)")


def text_columns(header: Sequence[str], rows: Sequence[Sequence[str]], *, left: int = 1) -> list[str]:
    """Lines of a table, indented by two.

    Parameters
    ----------
    left
        How many columns are written from the left; all others stand on the right, as numbers do.
    """
    widths = [max(len(row[k]) for row in (header, *rows)) for k in range(len(header))]
    out = []
    for row in (header, *rows):
        cells = (x.ljust(w) if k < left else x.rjust(w) for k, (x, w) in enumerate(zip(row, widths, strict=True)))
        out.append(f"  {'  '.join(cells)}".rstrip())
    return out


def strain_text(
    structure_id: str,
    measurement: Measurement,
    *,
    plane: float | None,
    along: float | None,
    keep: str,
    tc_K: Callable[[float], float] | None,
    label: str,
) -> str:
    """One structure: its cages with a phase, as they are and strained.

    Parameters
    ----------
    plane, along
        Shares by which lengths across and along the axis grow; None: not given.
    keep
        `bonds`, where one of both shares is given at most, or `fractions`.
    tc_K
        Tc of a height; None where there is none for the family.
    label
        What is said beside Tc: where lambda is from, and the skill of such predictions.

    Raises
    ------
    PolycageError
        `CONFIG_INVALID` where bonds do not let the structure.
    """
    head = f"{structure_id}  {measurement.formula}  {measurement.space_group}  family {measurement.family}"
    found = strains(measurement)
    if not found:
        return f"{head}\n  no cage with a phase: nothing to strain\n"
    plane_, along_, told = _both(measurement, plane, along, keep)
    shift = Shift(plane_, along_, keep, measurement)
    several = Counter(one.cage.phase for one in found)
    names = [f"{one.cage.phase}{one.cage.named.member if several[one.cage.phase] > 1 else ''}" for one in found]
    rows = [(name, *_strain_cells(one, shift, tc_K)) for name, one in zip(names, found, strict=True)]
    lines = [head, *([f"  {measurement.message}"] if measurement.message else []), f"  {told}"]
    lines += text_columns(_STRAIN, rows)
    lines += dict.fromkeys(
        f"  site of {one.cage.phase} {with_su(one.shift_A, one.shift_su_A, 4)} Å along the axis from those of alpha"
        for one in found
        if one.shift_A is not None
    )
    if measurement.verification == "unverified":
        lines.append("  the numbers of this structure are marked unverified")
    return "\n".join([*lines, f"  {label}"]) + "\n"


def _both(
    measurement: Measurement, plane: float | None, along: float | None, keep: str
) -> tuple[float, float | None, str]:
    """Both shares (None: c is not decided), and what is said of them."""
    if keep == FRACTIONS:
        told = f"fractions kept, which is trivial: a {_percent(plane or 0.0)}, c {_percent(along or 0.0)}"
        return plane or 0.0, along or 0.0, f"{told}; heights grow as c does"
    if measurement.axis_hkl is None:
        raise PolycageError(ErrorCode.CONFIG_INVALID, "the structure has no stacking axis: no plane to be strained")
    network = BondNetwork(measurement.crystal, measurement.axis_hkl)
    found = network.stretched(plane or 0.0) if along is None else network.plane_for(along)
    if found is None and along is None:
        cause = f"--a {_percent(plane or 0.0)}: no places of the atoms are found at which the bonds change least"
        raise PolycageError(ErrorCode.CONFIG_INVALID, f"{cause}: they do not reach so far; try a smaller strain")
    if found is None:
        cause = f"--c {_percent(along or 0.0)}: no strain across the axis that keeps the bonds makes c so; try --a"
        at_rest = network.stretched(0.0)
        if at_rest is not None and at_rest.along is None:
            cause = "--c: no bond joins the layers, so that c may change while all bonds and heights stay; try --a"
        raise PolycageError(ErrorCode.CONFIG_INVALID, cause)
    c = "c as it is: no bond joins the layers" if found.along is None else f"c {_percent(found.along)}"
    told = f"bonds kept: a {_percent(found.plane)}, {c}"
    if found.largest_change > _TOLD_CHANGE:
        told += f"; not all can be kept, one changes by {100 * found.largest_change:.1f} %"
    return found.plane, found.along, told


class Shift(NamedTuple):
    """A strain of a structure."""

    plane: float
    along: float | None  # None: no bond decides it
    keep: str
    measurement: Measurement

    def height_A(self, one: CageStrain) -> float | None:
        """Height of the strained cage."""
        if self.keep == BONDS:
            return one.strained_height_A(plane=self.plane)
        return one.bonds.height_A * (1 + (self.along or 0.0))

    def height_su_A(self, one: CageStrain) -> float | None:
        """Its standard uncertainty."""
        if self.keep == BONDS:
            return one.strained_height_su_A(self.measurement, plane=self.plane)
        return None if one.cage.h_su_A is None else one.cage.h_su_A * (1 + (self.along or 0.0))


def _strain_cells(one: CageStrain, shift: Shift, tc_K: Callable[[float], float] | None) -> Sequence[str]:
    height, strained = one.bonds.height_A, shift.height_A(one)
    exponent = with_su(one.exponent, one.exponent_su, 4) if one.exponent is not None else "-"
    has_tc = tc_K is not None and one.cage.role == ACTIVE
    return (
        with_su(height, one.cage.h_su_A, 4),
        "-" if strained is None else with_su(strained, shift.height_su_A(one), 4),
        "-" if strained is None else _percent(strained / height - 1),
        exponent if shift.keep == BONDS else "0",
        f"{tc_K(height):.1f}" if has_tc and tc_K else "-",
        f"{tc_K(strained):.1f}" if has_tc and tc_K and strained is not None else "-",
    )


def _percent(share: float) -> str:
    return f"{100 * share:+.2f} %"


def order_text(
    structure_id: str, measurement: Measurement, edge: NetEdge | None, found: ChargeOrder | None, largest_cells: int
) -> str:
    """One structure: a0, what x gives, and all orders with their periods in Å.

    Parameters
    ----------
    edge
        Of its MO2 net; None where it has none.
    found
        What x gives; None where x is not known.
    largest_cells
        Metals in the largest period listed beside the paper's.
    """
    head = f"{structure_id}  {measurement.formula}  {measurement.space_group}  family {measurement.family}"
    if edge is None:
        return f"{head}\n  no MO2 plane: the paper's charge order is that of CuO2 planes\n"
    lines = [head, *([f"  {measurement.message}"] if measurement.message else [])]
    lines.append(f"  a0 {with_su(edge.edge_A, edge.edge_su_A, 4)} Å")
    lines += ["  x is not given: --holes x"] if found is None else _of_x(found)
    rows = [_order_cells(order, edge.edge_A) for order in orders(largest_cells)]
    count = sum(order.source == PAPER for order in orders(largest_cells))
    paper, *more = text_columns(_ORDERS, rows, left=3)
    lines += ["  orders that the paper names:", paper, *more[:count]]
    lines += ["  our extension: other checkerboards by the same rule, which the paper does not name:", *more[count:]]
    if measurement.verification == "unverified":
        lines.append("  the numbers of this structure are marked unverified")
    return "\n".join(lines) + "\n"


def _of_x(found: ChargeOrder) -> list[str]:
    if found.area_per_pair_A2 is None or found.cells_per_pair is None:
        return ["  x = 0: no carriers, no pairs"]
    x = f"x = {abs(found.holes_per_metal):g} {found.carriers} for each metal"
    lines = [f"  {x}{', of which the paper says nothing' if found.carriers == ELECTRONS else ''}"]
    area = with_su(found.area_per_pair_A2, found.area_per_pair_su_A2, 2)
    cells = found.cells_per_pair
    side = with_su(math.sqrt(found.area_per_pair_A2), found.su_A(math.sqrt(cells)), 2)
    lines.append(f"  a pair has 2 a0^2 / x = {area} Å2, {cells:.3f} metals, a square of {side} Å")
    nearest = f"{_fraction(found.nearest.holes)}, off by {abs(found.holes_per_metal) - found.nearest.holes:+.4f}"
    if found.order is None:
        return [*lines, f"  not commensurate within {found.tolerance:g}; the paper's nearest magic value is {nearest}"]
    whose = "the paper's" if found.source == PAPER else "our extension, not named in the paper"
    told = f"  commensurate within {found.tolerance:g}: {found.order.kind} {found.order.name} at x = "
    return [*lines, f"{told}{_fraction(found.order.holes)} ({whose})"]


def _order_cells(order: Order, edge_A: float) -> tuple[str, ...]:
    first, second = (x * edge_A for x in order.periods_a0)
    diameter = f"{first:.2f}" if order.diameter_stated else "-"
    return _fraction(order.holes), order.kind, order.name, f"{first:.2f} x {second:.2f}", diameter


def _fraction(x: float) -> str:
    return str(Fraction(x).limit_denominator(1000))


def element_text(structure_id: str, measurement: Measurement) -> str:
    """One structure: its octahedra and tetrahedra, counted."""
    head = f"{structure_id}  {measurement.formula}  {measurement.space_group}"
    found = element_cages(measurement)
    if not found:
        return f"{head}\n  no bcc, fcc or hcp element\n"
    rows = [
        (
            one.kind,
            f"{one.per_atom:g}",
            str(one.orientations),
            str(one.axes),
            f"{one.at_atom:g}",
            f"{one.nearest_at_atom:g}" if one.nearest_at_atom is not None else "-",
            with_su(one.anisotropy, one.anisotropy_su, 5),
        )
        for one in found
    ]
    octahedra = next(one for one in found if one.kind == OCTAHEDRON)
    said = (
        f"  {octahedra.lattice}; the paper: octahedra {PAPER_DEGENERACY}-fold degenerate, isotropic; by geometry "
        f"{octahedra.orientations} orientation{'s' if octahedra.orientations > 1 else ''}"
    )
    return "\n".join([head, said, *text_columns(_CAGES, rows)]) + "\n"


def series_text(rows: Iterable[Row]) -> str:
    """All series, one model of the prediction after the other, with the skill of such predictions."""
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["series"], row["variable"], row["model"] or ""), []).append(row)
    out = []
    for (name, variable, model), members in groups.items():
        lines = [f"{name}  against {variable}{f'  Tc by {model}' if model else ''}"]
        lines += text_columns(_SERIES, [_series_cells(row) for row in members], left=2)
        lines += [f"  {text}" for text in dict.fromkeys(map(_slope, members))]
        lines += [f"  {text}" for text in dict.fromkeys(map(_skill, members)) if text]
        out.append("\n".join(lines) + "\n")
    return "\n".join(out)


def _series_cells(row: Row) -> tuple[str, ...]:
    low, high = row["tc_low_K"], row["tc_high_K"]
    return (
        f"{row['structure_id']}{' (unverified)' if row['verification'] == 'unverified' else ''}",
        row["phase"],
        "not known" if row["value"] is None else f"{row['value']:g}",
        with_su(row["h_A"], row["h_su_A"], 4),
        "-" if row["tc_K"] is None else f"{row['tc_K']:.1f}",
        "-" if low is None or high is None else f"{low:.1f} to {high:.1f}",
        "-" if row["tc_measured_K"] is None else f"{row['tc_measured_K']:g}",
        "-" if row["shift_A"] is None else with_su(row["shift_A"], row["shift_su_A"], 4),
    )


def _slope(row: Row) -> str:
    if row["slope_A"] is None:
        known = f"{row['n'] or 'no'} value{'' if row['n'] == 1 else 's'}"
        text = f"{row['phase']}: no slope, {known} of the variable known"
    else:
        text = f"{row['phase']}: dh/dx {with_su(row['slope_A'], row['slope_su_A'], 7)} Å ({row['slope_from']})"
        text += f", d ln Tc/dx {with_su(row['ln_tc_slope'], row['ln_tc_slope_su'], 7)}"
    if row["plane_exponent_measured"] is not None and row["plane_exponent_bonds"] is not None:
        measured = with_su(row["plane_exponent_measured"], row["plane_exponent_measured_su"], 1)
        bonds = with_su(row["plane_exponent_bonds"], row["plane_exponent_bonds_su"], 2)
        text += f"; d ln h/d ln a {measured}, bonds kept {bonds}, fractions kept 0"
    return text + (f"; as high as {row['crossings']}" if row["crossings"] else "")


def _skill(row: Row) -> str:
    if row["skill_mae_K"] is None:
        return ""
    r2 = "" if row["skill_r2"] is None else f", R2 {row['skill_r2']:.2f}"
    compounds = f"{row['skill_n']} held-out compounds{r2}; {row['skill_from']}"
    return f"such predictions are off by {row['skill_mae_K']:.0f} K in the mean ({compounds})"

"""What `polycage field` and `polycage order` print of electrons in cages."""

from __future__ import annotations

import math
from collections.abc import Sequence

from polycage.fields.electrostatics import POINTS, CageField, StillPoint, Way
from polycage.fields.field_rows import FLAT
from polycage.fields.order_parameter import PLANES, OrderParameter


def field_text(field: CageField, points: Sequence[StillPoint]) -> str:
    """Charges, the site, points without force in the plane, and what lies on the way to the ions."""
    site, charges, cage = field.site(), field.charges, field.cage
    force, bend = site.force_eVperA[0], site.curvature_eVperA2[0]
    scaled = f", scaled: the cell had a net charge of {charges.net_e:+.3f} e" if charges.is_scaled else ""
    lines = [
        f"cage {cage.cage_id}: {cage.phase} ({cage.kind}); {field.assumptions.text}",
        f"charges                {charges.text} ({charges.source}{scaled})",
        f"energy at the site     {site.energy_eV[0]:.4f} eV (U = -e phi; its mean over the cell is zero)",
        f"force                  in the plane {math.hypot(force[0], force[1]):.4f}, along the axis {force[2]:.4f} eV/Å "
        "(positive: toward the upper cap)",
        f"curvatures             along u {bend[0, 0]:.3f}, v {bend[1, 1]:.3f}, axis {bend[2, 2]:.3f} eV/Å2",
    ]
    if field.is_flat:
        return "\n".join([*lines, "", f"{FLAT}; no points without force are told, nor ways to the ions"])
    lines += [
        f"way to the {plane_word(field.plane.corner, 'corner'):<12}{_way(field.corner_way())}",
    ]
    if len(field.plane.anion_uv):
        lines.append(f"way to the {plane_word(field.plane.edge, 'edge'):<12}{_way(field.edge_way())}")
    lines += ["", "points without force in the plane (energy above the site's in eV; curvatures in the plane, axial)"]
    lines += [_point(point) for point in points]
    if field.assumptions == POINTS:  # Gaussian charges are everywhere, and screening ones around each ion
        lines += [
            "",
            "The curvatures of a point add up to zero where no charge is (Earnshaw): no minimum in the plane is one",
        ]
        lines.append("along the axis.")
    return "\n".join(lines)


def _point(point: StillPoint) -> str:
    # without what rounding errors make of zero
    u, v, energy, *curvatures = (
        round(x, 9) + 0.0
        for x in (point.u_A, point.v_A, point.energy_eV, point.soft_eVperA2, point.stiff_eVperA2, point.axial_eVperA2)
    )
    return f"  u {u:8.4f}  v {v:8.4f}  {point.kind:<8}{energy:10.4f}" + "".join(f"{x:10.3f}" for x in curvatures)


def plane_word(ion: str, otherwise: str) -> str:
    """The name of an ion of the square."""
    return ion or otherwise


def _way(way: Way) -> str:
    if way.top_eV is None:
        return f"{way.length_A:.3f} Å: U rises all the way, by {way.half_eV:.3f} eV at half of it"
    if way.top_share == 0:
        return f"{way.length_A:.3f} Å: U falls from the site on, by {-way.half_eV:.3f} eV at half of it"
    share = 100 * (way.top_share or 0.0)
    return f"{way.length_A:.3f} Å: U rises by {way.top_eV:.3f} eV up to {share:.0f} % of it, then falls"


def order_text(found: OrderParameter) -> str:
    """The order parameter with its uncertainty, and what it hides, line by line."""
    x, y = found.plane[0], found.plane[1]
    across = "xyz"[PLANES[found.plane][2]]
    su = "" if found.drift_su_A is None else f" +- {found.drift_su_A:.4f} each"
    lines = [
        f"sites                       {found.n}",
        f"complex plane               {found.plane}: {x} is the real axis, {y} the imaginary one",
        f"P (Eq. 9)                   {_complex(found.p_eA)} e Å{su}",
        f"|P|                         {abs(found.p_eA):.4f} e Å",
        f"thermal part (N - 1)        {'none: one site' if found.thermal_A is None else f'{found.thermal_A:.4f} Å'}",
        f"root mean square            {found.rms_A:.4f} Å",
        f"|P| / (e rms)               {_or_none(found.order)}   (1: all displaced alike)",
        f"mean across the plane ({across})   {found.across_A:.4f} Å, which P leaves out",
    ]
    if found.chance is not None:
        lines.append(f"chance of such a drift      {found.chance:.2g}   (if displacements were random)")
    lines.append("P alone does not tell a metal that carries a current from a superconductor of the same mean drift.")
    return "\n".join(lines)


def _complex(value: complex) -> str:
    return f"{value.real:.4f} {'-' if value.imag < 0 else '+'} {abs(value.imag):.4f} i"


def _or_none(value: float | None) -> str:
    return "none" if value is None else f"{value:.4f}"

"""What `polycage order` prints."""

from __future__ import annotations

from polycage.physics.order_parameter import PLANES, OrderParameter


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
        f"thermal part (rms)          {_or_none(found.thermal_A)} Å",
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

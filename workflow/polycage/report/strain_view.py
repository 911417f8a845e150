"""Heights and Tc of a structure under strain, for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.su_notation import with_su
from polycage.base.vocabulary import ACTIVE
from polycage.cages.measurement import Measurement
from polycage.physics.bond_network import BondNetwork, Stretched
from polycage.physics.strain import BONDS, FRACTIONS, CageStrain, strains
from polycage.report.text_columns import text_columns

# a bond that changes by more than this share is told: the bonds cannot all be kept
_TOLD_CHANGE = 0.001
_HEADER = ("phase", "h (Å)", "strained", "change", "d ln h / d ln a", "Tc (K)", "strained")


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
    rows = [_cells(one, plane_, along_, keep, tc_K) for one in found]
    lines = [head, *([f"  {measurement.message}"] if measurement.message else []), f"  {told}"]
    lines += text_columns(_HEADER, rows)
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
    found: Stretched | None = network.stretched(plane or 0.0) if along is None else network.plane_for(along)
    if found is None:
        cause = f"--c {_percent(along or 0.0)}: no strain across the axis that keeps the bonds makes c so; try --a"
        if network.stretched(0.0).along is None:
            cause = "--c: no bond joins the layers, so that c may change while all bonds and heights stay; try --a"
        raise PolycageError(ErrorCode.CONFIG_INVALID, cause)
    c = "c as it is: no bond joins the layers" if found.along is None else f"c {_percent(found.along)}"
    told = f"bonds kept: a {_percent(found.plane)}, {c}"
    if found.largest_change > _TOLD_CHANGE:
        told += f"; not all can be kept, one changes by {100 * found.largest_change:.1f} %"
    return found.plane, found.along, told


def _cells(
    one: CageStrain, plane: float, along: float | None, keep: str, tc_K: Callable[[float], float] | None
) -> Sequence[str]:
    height = one.bonds.height_A
    strained = one.strained_height_A(plane=plane) if keep == BONDS else height * (1 + (along or 0.0))
    exponent = with_su(one.exponent, one.exponent_su, 4) if one.exponent is not None else "-"
    has_tc = tc_K is not None and one.cage.role == ACTIVE
    return (
        one.cage.phase,
        with_su(height, one.cage.h_su_A, 4),
        "-" if strained is None else f"{strained:.4f}",
        "-" if strained is None else _percent(strained / height - 1),
        exponent if keep == BONDS else "0",
        f"{tc_K(height):.1f}" if has_tc and tc_K else "-",
        f"{tc_K(strained):.1f}" if has_tc and tc_K and strained is not None else "-",
    )


def _percent(share: float) -> str:
    return f"{100 * share:+.2f} %"

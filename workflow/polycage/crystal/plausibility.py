"""Whether the content of a cell can be what the file says it is, and whether it can exist at all."""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from polycage.base.arrays import FloatArray, IntArray
from polycage.base.atomic_volumes import usual_volume_A3
from polycage.base.elements import ATOMIC_MASS_U, ATOMIC_NUMBER
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.findings import FindingCode, Findings, finding, together
from polycage.base.settings import Settings

_G_CM3 = 1.66053906660  # one atomic mass unit per cubic ångström, in g/cm3 (CODATA 2018)
_DEUTERIUM_U = 2.014
_TOLD = 3  # atoms named in a message before it counts the rest


@dataclasses.dataclass(frozen=True, slots=True)
class Stated:
    """What a file says about its content beside the list of atoms; NaN and empty where it does not."""

    formula: str = ""
    counts: tuple[tuple[str, float], ...] = ()  # atoms of each element in the formula
    units: float = math.nan  # formula units in a cell (Z)
    density_g_cm3: float = math.nan
    volume_A3: float = math.nan
    deuterium: float = 0.0  # share of the hydrogen that is deuterium
    # of each listed atom, NaN where the file does not tell; empty where it tells of none
    multiplicity: tuple[float, ...] = ()  # images in a cell
    site_order: tuple[float, ...] = ()  # operations that leave it in its place


NOTHING_STATED = Stated()


def content_findings(per_cell: dict[str, float], volume_A3: float, stated: Stated, settings: Settings) -> Findings:
    """Disagreements of the cell's content with formula, volume and density as stated, and densities that are odd.

    Raises
    ------
    PolycageError
        `DENSITY_IMPOSSIBLE`.
    """
    mass = sum(_mass(symbol, stated) * amount for symbol, amount in per_cell.items())
    density = _G_CM3 * mass / volume_A3
    if density > settings.density_limit_gcm3:
        raise PolycageError(ErrorCode.DENSITY_IMPOSSIBLE, f"the density would be {density:.1f} g/cm3")
    whole_cell = _is_of_whole_cell(per_cell, stated, settings)
    units = _units(per_cell, stated, whole_cell)
    odd = remark = ""
    if not settings.density_min_gcm3 <= density <= settings.density_max_gcm3:
        odd = f"a density of {density:.3g} g/cm3 is no known solid's at ambient pressure"
    if whole_cell:
        remark = f"the stated formula '{stated.formula}' is of the whole cell, though Z = {stated.units:g} is stated"
    told = (
        (FindingCode.FORMULA_DIFFERS, _formula_note(per_cell, stated, units, settings)),
        (FindingCode.VOLUME_DIFFERS, _volume_note(volume_A3, stated, settings)),
        (FindingCode.DENSITY_DIFFERS, _density_note(density, per_cell, volume_A3, stated, units, settings)),
        (FindingCode.DENSITY_ODD, odd),
        (FindingCode.VOLUME_ODD, _room_note(per_cell, volume_A3, settings)),
        (FindingCode.FORMULA_OF_CELL, remark),
    )
    return together([finding(code, text) for code, text in told if text])


def multiplicity_note(label: tuple[str, ...], images: IntArray, order: int, stated: Stated) -> str:
    """Which listed atoms have another number of images in the cell than stated; empty where none has.

    Parameters
    ----------
    images
        (m,) of each listed atom.
    order
        Operations in the group, those of centrings included.
    """
    expected = _stated_images(images, order, stated)
    wrong = np.flatnonzero(np.abs(expected - images) > 1e-6 * images)  # none where nothing is stated
    if len(wrong) == 0:
        return ""
    told = ", ".join(f"{label[k]} {images[k]} ({expected[k]:.4g} stated)" for k in wrong[:_TOLD].tolist())
    more = f" and {len(wrong) - _TOLD} more" if len(wrong) > _TOLD else ""
    return f"the symmetry does not make the stated multiplicities; a cell has {told}{more}"


def _stated_images(images: IntArray, order: int, stated: Stated) -> FloatArray:
    """(m,) images of each listed atom as stated; NaN where it is not."""
    if stated.multiplicity:
        expected = np.array(stated.multiplicity)
        told = np.isfinite(expected)
        # SHELXL-97 writes the order of the sites' symmetry in this column
        return expected if (expected * images != order)[told].any() else np.where(told, images, np.nan)
    return order / np.array(stated.site_order) if stated.site_order else np.full(len(images), np.nan)


def _mass(symbol: str, stated: Stated) -> float:
    """Mass of an atom in u."""
    mass = float(ATOMIC_MASS_U[ATOMIC_NUMBER[symbol]])
    return mass + stated.deuterium * (_DEUTERIUM_U - mass) if symbol == "H" else mass


def formula_note(per_cell: dict[str, float], stated: Stated, settings: Settings) -> str:
    """Which elements disagree with the stated formula and Z; empty where none does.

    Hydrogen that has no sites, or too few, is no disagreement: it is often not located.
    """
    units = _units(per_cell, stated, _is_of_whole_cell(per_cell, stated, settings))
    return _formula_note(per_cell, stated, units, settings)


def _formula_note(per_cell: dict[str, float], stated: Stated, units: float, settings: Settings) -> str:
    """The same where the cell holds so many formula units."""
    wrong = _disagreements(per_cell, stated, units, settings) if stated.counts else []
    if not wrong:
        return ""
    of = f"'{stated.formula}'" + (f", Z = {stated.units:g}" if math.isfinite(stated.units) else "")
    return f"the sites do not make the stated formula {of}; a cell has {', '.join(wrong)}"


def _disagreements(per_cell: dict[str, float], stated: Stated, factor: float, settings: Settings) -> list[str]:
    """Elements of which a cell has not as many atoms as so many formula units."""
    counts = dict(stated.counts)
    if counts.get("H", 0.0) * factor > per_cell.get("H", 0.0):
        counts.pop("H")
    wrong = []
    for symbol in dict.fromkeys([*counts, *per_cell]):
        expected, there = factor * counts.get(symbol, 0.0), per_cell.get(symbol, 0.0)
        if symbol == "H" and symbol not in counts and "H" in dict(stated.counts):
            continue
        if abs(expected - there) > settings.formula_ratio * expected + settings.formula_atoms:
            wrong.append(f"{there:.4g} {symbol} ({expected:.4g} stated)")
    return wrong


def _is_of_whole_cell(per_cell: dict[str, float], stated: Stated, settings: Settings) -> bool:
    """Whether a formula is that of the cell beside a Z above 1, as pymatgen writes them.

    Its numbers are whole multiples of Z then. Else a cell that lacks the centring of its lattice would pass.
    """
    if not stated.counts or not 1 < stated.units < math.inf:
        return False
    if any(count % stated.units for _, count in stated.counts):
        return False
    of_units = _disagreements(per_cell, stated, stated.units, settings)
    return bool(of_units) and not _disagreements(per_cell, stated, 1.0, settings)


def _units(per_cell: dict[str, float], stated: Stated, whole_cell: bool) -> float:
    """How many times a cell holds the stated formula."""
    if whole_cell:
        return 1.0
    return stated.units if math.isfinite(stated.units) else _formula_units(per_cell, dict(stated.counts))


def _formula_units(per_cell: dict[str, float], counts: dict[str, float]) -> float:
    """Formula units in a cell by the elements that both have: the weighted median of what each says."""
    shared = [s for s in counts if s in per_cell and counts[s] > 0 and s != "H"] or [s for s in counts if s in per_cell]
    ratios = sorted((per_cell[s] / counts[s], counts[s]) for s in shared if counts[s] > 0)
    half, so_far = sum(weight for _, weight in ratios) / 2, 0.0
    for ratio, weight in ratios:
        so_far += weight
        if so_far >= half:
            return ratio
    return 1.0


def _volume_note(volume_A3: float, stated: Stated, settings: Settings) -> str:
    if abs(stated.volume_A3 - volume_A3) > settings.volume_ratio * volume_A3:  # false where none is stated
        return f"the cell's volume is {volume_A3:.2f} Å3 by its lengths and angles, {stated.volume_A3:g} as stated"
    return ""


def _room_note(per_cell: dict[str, float], volume_A3: float, settings: Settings) -> str:
    """A cell in which atoms have far less or far more room than as a rule."""
    usual_A3 = usual_volume_A3(per_cell)
    low, high = settings.atom_volume_low_ratio * usual_A3, settings.atom_volume_high_ratio * usual_A3
    if not (volume_A3 < low or volume_A3 > high):  # true where a volume is not known
        return ""
    why = "a digit of a length, or atoms listed twice" if volume_A3 < low else "a digit of a length, or missing atoms"
    return (
        f"the cell's volume is {volume_A3:.1f} Å3, its atoms take {usual_A3:.1f} as a rule "
        f"({volume_A3 / usual_A3:.2f} times): {why}?"
    )


def _density_note(
    density: float, per_cell: dict[str, float], volume_A3: float, stated: Stated, units: float, settings: Settings
) -> str:
    """Disagreement with the stated density, hydrogen that the formula has and the sites lack added."""
    if not stated.density_g_cm3 > 0:
        return ""
    missing = max(0.0, units * dict(stated.counts).get("H", 0.0) - per_cell.get("H", 0.0))
    density += _G_CM3 * _mass("H", stated) * missing / volume_A3
    if abs(density - stated.density_g_cm3) > settings.density_ratio * density:
        return f"the sites make a density of {density:.3f} g/cm3, stated is {stated.density_g_cm3:g}"
    return ""

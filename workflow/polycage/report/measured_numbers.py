"""Numbers that were measured of phases, as a command line gives them, and what follows from them for one structure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.vocabulary import LAMBDA_OF, SECOND_NET, UNVERIFIED
from polycage.cages.measurement import Measurement
from polycage.physics.constants import STATED, Constants
from polycage.physics.gaps import Correlations, gap_meV, ratio_of_gaps, relative_su
from polycage.physics.resonance import resonance_rows
from polycage.physics.states import GAMMA
from polycage.report.sections import section
from polycage.tables.numbers_in_text import named_number
from polycage.tables.phase_heights import PhaseHeight
from polycage.tables.resonances import Resonance
from polycage.tables.schema import Row

RESONANCE_OPTION, TC_OPTION = "--resonance", "--tc"
_RESONANCE = (("phase", "phase"), ("parity", "parity"), ("h (Å)", "h_A"), ("E (meV)", "energy_meV"))
_RESONANCES = (*_RESONANCE, ("given (meV)", "energy_measured_meV"))
_GAPS = (("phase", "phase"), ("h (Å)", "h_A"), ("gap (meV)", "gap_meV"))
# behind a heading: what is given counts as exact
_OF_HEIGHTS = ", uncertain by the heights alone"
_OF_SPREAD = ", uncertain by the spread of E h^2 and the heights"


class Known(NamedTuple):
    """A number measured for one phase."""

    phase: str
    value: float


class Asked(NamedTuple):
    """What was measured of a structure, from which others follow."""

    resonance_meV: tuple[Known, ...] = ()  # of several phases: Theta is fitted to all
    tc_K: Known | None = None
    gap_ratio: float = STATED.gap_ratio

    @classmethod
    def of(cls, resonances: Sequence[str], tc: Sequence[str], gap_ratio: float) -> Asked:
        """From the options of a command line, such as `beta=13`, each as often as it is given.

        Raises
        ------
        PolycageError
            `CONFIG_INVALID`.
        """
        Constants(gap_ratio=gap_ratio)  # checks it
        if len(tc) > 1:
            cause = f"--tc {' --tc '.join(tc)}: one Tc of one phase; the gaps of all others follow from it"
            raise PolycageError(ErrorCode.CONFIG_INVALID, cause)
        energies = tuple(known(text, RESONANCE_OPTION) for text in resonances)
        for one in energies:
            if sum(one.phase == other.phase for other in energies) > 1:
                raise PolycageError(ErrorCode.CONFIG_INVALID, f"{RESONANCE_OPTION}: {one.phase} is given twice")
        return cls(energies, known(tc[0], TC_OPTION) if tc else None, gap_ratio)

    @property
    def options(self) -> list[str]:
        """What was given, as it is written on a command line."""
        tc = [f"{TC_OPTION} {self.tc_K.phase}"] if self.tc_K else []
        return [*(f"{RESONANCE_OPTION} {one.phase}" for one in self.resonance_meV), *tc]


def known(text: str, option: str) -> Known:
    """`beta=13` as it is given on the command line.

    Raises
    ------
    PolycageError
        `CONFIG_INVALID`.
    """
    phase, _, value = named_number(text)
    if not phase or value is None or not 0 < value < 1e6:
        raise PolycageError(ErrorCode.CONFIG_INVALID, f"{option} {text}: write PHASE=NUMBER, such as beta=13")
    return Known(phase, value)


class Measured(NamedTuple):
    """What is known of the structure that the numbers are of."""

    structure_id: str
    measurement: Measurement
    states: Sequence[Row]  # of `states`
    heights: Mapping[str, PhaseHeight]  # of active phases
    correlations: Correlations


class Part(NamedTuple):
    """What follows from numbers that were given, and options that nothing follows from, with the reason."""

    lines: list[str]
    unused: dict[str, str]


def resonance_part(of: Measured, given: Sequence[Known]) -> Part:
    """Energies of the resonance from those that were measured: Theta is the mean of E_R h^2 over all of these."""
    why_not = {one.phase: why for one in given if (why := _why_no_resonance(of, one.phase))}
    used = [one for one in given if one.phase not in why_not]
    unused = {f"{RESONANCE_OPTION} {phase}": why for phase, why in why_not.items()}
    lines = [f"  spin resonance, {one.value:g} meV for {one.phase}: {why_not[one.phase]}" for one in given
             if one.phase in why_not]  # fmt: skip
    if not used:
        return Part(lines, unused)
    id_ = of.structure_id
    energies = [Resonance(id_, one.phase, one.value, None, "command line", UNVERIFIED) for one in used]
    families, marks = {id_: of.measurement.family}, {id_: of.measurement.verification}
    rows = resonance_rows(of.states, {id_: of.heights}, families, energies, of.correlations, marks)
    listed = " and ".join(f"{one.value:g} meV for {one.phase}" for one in used)
    title = f"spin resonance, Theta / h^2 with {listed}"
    if len(used) > 1:
        su = _OF_SPREAD if any(row["energy_su_meV"] for row in rows) else ""
        return Part([*lines, *section(f"{title}: Theta is their mean{su}", rows, _RESONANCES)], unused)
    for row in rows:
        share = relative_su(of.heights[row["phase"]], of.heights[used[0].phase], of.correlations)
        row["energy_su_meV"] = None if share is None else row["energy_meV"] * share
    su = _OF_HEIGHTS if any(row["energy_su_meV"] for row in rows) else ""
    return Part([*lines, *section(f"{title}{su}", rows, _RESONANCE)], unused)


def _why_no_resonance(of: Measured, phase: str) -> str:
    """Why an energy of a phase says nothing of a structure, in words; empty where it does."""
    if phase not in of.heights:
        at_gamma = "; a resonance is one of states of the Gamma column, over the squares' centres"
        of_x = any(row["phase"] == phase for row in of.states)
        return f"{phase} is a state over a metal{at_gamma}: {_names(of)}" if of_x else _no_such(of)
    if of.measurement.family not in LAMBDA_OF or phase.endswith(SECOND_NET):
        return "the relation is not one of this family or net"
    return "" if any(row["phase"] == phase and row["column"] == GAMMA for row in of.states) else _no_such(of)


def _names(of: Measured) -> str:
    return ", ".join(of.heights)


def _no_such(of: Measured) -> str:
    return f"no phase of that name; active phases are {_names(of)}"


def gaps_part(of: Measured, given: Known | None, ratio: float) -> Part:
    """Gaps of all phases from the Tc that is ascribed to one of them."""
    if given is None:
        return Part([], {})
    own = of.heights.get(given.phase)
    title = f"gaps, {ratio:g} k_B Tc / 2 with Tc = {given.value:g} K for {given.phase}"
    if own is None:
        of_x = any(row["phase"] == given.phase for row in of.states)
        why = f"{given.phase} is no active phase; these are {_names(of)}" if of_x else _no_such(of)
        return Part([f"  {title}: {why}"], {f"{TC_OPTION} {given.phase}": why})
    rows: list[Row] = []
    for h in of.heights.values():
        gap, share = gap_meV(given.value * ratio_of_gaps(h.h_A, own.h_A), ratio), relative_su(h, own, of.correlations)
        su = None if share is None else gap * share
        rows.append({"phase": h.phase, "h_A": h.h_A, "h_su_A": h.h_su_A, "gap_meV": gap, "gap_su_meV": su})
    return Part(section(f"{title}{_OF_HEIGHTS if any(row['gap_su_meV'] for row in rows) else ''}", rows, _GAPS), {})

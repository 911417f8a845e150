"""From a crystal to its measured cages: the whole geometry in one call."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np

from polycage.base import vocabulary
from polycage.base.arrays import FloatArray
from polycage.base.findings import NO_FINDINGS, FindingCode, Findings, finding
from polycage.base.knobs import Decides
from polycage.base.margins import union
from polycage.base.safe_text import printable
from polycage.base.settings import DEFAULTS, Settings
from polycage.base.tolerances import decided_by
from polycage.base.vocabulary import OK, WARNING
from polycage.cages.borderline import Described, OtherReading, other_readings
from polycage.cages.cage import Cage, placed
from polycage.cages.cage_uncertainties import Uncertainties
from polycage.cages.interpretation import Interpretation, Interpreter
from polycage.crystal.crystal import Crystal, rebuild
from polycage.crystal.primitive_cell import PrimitiveCell, primitive_cell
from polycage.crystal.source import NOT_STATED, Experiment
from polycage.crystal.uncertainties import free_parameters, states_any
from polycage.layers.alternatives import split_into
from polycage.layers.nets import Net
from polycage.layers.subfamilies import subfamily


@dataclasses.dataclass(frozen=True, slots=True)
class Measurement:
    """What was found in one structure."""

    formula: str
    space_group: str
    n_sites: int
    family: str
    axis_hkl: tuple[int, int, int] | None
    findings: Findings
    borderline: str  # readings with a tolerance at the end of its margin that differ, in words
    verification: str
    cages: tuple[Cage, ...]
    crystal: Crystal = dataclasses.field(repr=False, compare=False)  # as it was read
    # what the cages were found in: what is derived from a structure need not look for it again
    cell: PrimitiveCell = dataclasses.field(repr=False, compare=False)
    nets: tuple[Net, ...] = dataclasses.field(repr=False, compare=False)  # active ones, parallel to each other
    # of the cages that have a height; None where the file states nothing
    uncertainties: Uncertainties | None = dataclasses.field(repr=False, compare=False)
    subfamily: str = ""  # of M2X2 nets: 11, 122, 1111 ...
    planes: str = ""  # MO2 planes of each stack
    block: str = ""  # cations between stacks of MO2 planes, or between M2X2 nets
    experiment: Experiment = NOT_STATED  # as the source states it

    def __repr__(self) -> str:
        return (
            f"<Measurement: {self.formula}, {self.space_group}, family {self.family}, {len(self.cages)} cages, "
            f"{self.n_active} of them active, {self.status}>"
        )

    @property
    def status(self) -> str:
        """`ok`, or `warning` where something may be wrong."""
        return WARNING if self.findings.warnings else OK

    @property
    def message(self) -> str:
        """What was decided, left out or may be wrong, the warnings first."""
        return printable(self.findings.message)

    @property
    def disorder(self) -> str:
        """What is disordered and what was done, in a short form."""
        return self.findings.disorder

    def height_covariance(self) -> FloatArray:
        """(c, c) covariances in Å2 of the heights of all cages that have one, from what the file states.

        Zero where nothing is stated; where not all is, `su.stated` of each cage says so.
        """
        count = sum(cage.height is not None for cage in self.cages)
        if self.uncertainties is None:
            return np.zeros((count, count))
        return self.uncertainties.height_covariance(range(count))

    @property
    def n_active(self) -> int:
        """Number of distinct active cages."""
        return sum(cage.role == vocabulary.ACTIVE for cage in self.cages)


def measure_crystal(crystal: Crystal, settings: Settings = DEFAULTS, *, voids: bool = False) -> Measurement:
    """Find and measure the cages of a crystal, on demand its voids too.

    Raises
    ------
    PolycageError
        With a code of stage `geometry` where the structure cannot be analysed.
    """
    cell = primitive_cell(crystal, settings)
    reader = Interpreter(crystal, cell)
    reading = reader.read(settings).in_order()
    near = union([crystal.near, cell.near, reading.near])

    def read(name: str, moved: Settings) -> Described | None:
        if decided_by(name) is not Decides.SITE:
            other = reader.read_moved(reading, name, moved)
            return None if other is reading else other.described()
        site = rebuild(crystal, moved)
        return Interpreter(site, primitive_cell(site, moved)).read(moved).described()

    others = other_readings(reading.described(), near, read, settings) if near else ()
    asked = (reading.found is not None or voids) and states_any(crystal, settings)
    parameters = free_parameters(crystal, cell, settings) if asked else None
    su = reading.found.uncertainties(parameters, settings) if parameters and reading.found else None
    cages = reading.found.records(_flags(others), su.of_cage if su else ()) if reading.found else ()
    findings = _findings(crystal, reading, others, settings) + (parameters.findings if parameters else NO_FINDINGS)
    if voids:
        from polycage.cages.voids import voids_of  # not above: SciPy and freud take a quarter of a job's start

        more, told = voids_of(crystal, cell, parameters, settings, len(cages) + 1)
        sites = placed(cell, [void.site for void in more])
        cages += tuple(dataclasses.replace(void, site=site) for void, site in zip(more, sites, strict=True))
        findings += told
    stacked = subfamily(crystal, cell, reading.nets, settings)
    return Measurement(
        formula=_formula(crystal, cell, settings),
        space_group=cell.international,
        n_sites=crystal.n_sites,
        family=reading.family,
        axis_hkl=reading.axis_hkl,
        findings=findings,
        borderline="; ".join([*(o.text for o in others), *filter(None, [cell.nearly])]),
        verification=printable(crystal.source.verification),
        cages=cages,
        crystal=crystal,
        cell=cell,
        nets=reading.nets,
        uncertainties=su,
        subfamily=stacked.name,
        planes=stacked.planes,
        block=stacked.block,
        experiment=crystal.source.experiment,
    )


def _findings(
    crystal: Crystal, reading: Interpretation, others: Sequence[OtherReading], settings: Settings
) -> Findings:
    """All that was found: in the source, in its sites, in nets and cages, and in the other readings."""
    text = "borderline: family, axis or heights of active cages differ in another reading"
    # of the remarks, those on nets come first
    out = reading.findings.of_warnings(False) + crystal.findings + reading.findings.of_warnings(True)
    out += finding(FindingCode.BORDERLINE, text if any(other.decisive for other in others) else "")
    names = ", ".join(crystal.left_out)
    left_out = f"left out of the geometry, occupancy below {settings.min_occupancy:g}: {names}"
    return out + finding(FindingCode.SITES_LEFT_OUT, left_out if names else "")


def _flags(others: Sequence[OtherReading]) -> dict[int, tuple[str, ...]]:
    """The flags of cages that another reading does not have, by their index in the printed one."""
    flags: dict[int, dict[str, None]] = {}
    for other in others:
        for index in other.changes:
            flags.setdefault(index, {})[other.flag] = None
    return {index: tuple(of) for index, of in flags.items()}


def _formula(crystal: Crystal, cell: PrimitiveCell, settings: Settings) -> str:
    """Sum formula per formula unit, as IUCr's `_chemical_formula_sum`: C and H first, then alphabetical.

    Places of a split atom are one: the formula does not depend on how far apart they are.
    """
    per_cell = dict(crystal.composition)
    n_primitive = len(cell.centring)
    atoms, places = np.bincount(cell.orbit), np.ones(int(cell.orbit.max()) + 1, dtype=np.int64)
    places[cell.orbit] = split_into(crystal, cell, settings)
    units = math.gcd(*np.where(atoms % places == 0, atoms // places, atoms).tolist()) * n_primitive
    counts = {symbol: amount / units for symbol, amount in per_cell.items()}
    if all(abs(x - round(x)) < 1e-3 for x in counts.values()):
        divisor = math.gcd(*(round(x) for x in counts.values())) or 1
        counts = {symbol: x / divisor for symbol, x in counts.items()}
    first = [s for s in ("C", "H") if "C" in counts and s in counts]
    order = first + sorted(s for s in counts if s not in first)
    return " ".join(s + _amount(counts[s]) for s in order)


def _amount(x: float) -> str:
    text = f"{x:.3f}".rstrip("0").rstrip(".")
    return "" if text == "1" else text

"""What the paper derives from the cages of one structure, for a terminal: states, rings, gaps, resonance, splitting."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import Settings
from polycage.base.su_notation import with_su
from polycage.base.vocabulary import ACTIVE, UNVERIFIED, WARNING
from polycage.base.whole_files import write_text
from polycage.cages.measurement import Measurement
from polycage.collection.batch import Outcome, unexpected
from polycage.physics.constants import STATED, Constants
from polycage.physics.gaps import Correlations, gap_meV, gap_ratio_rows, ratio_of_gaps, relative_su
from polycage.physics.height_correlations import height_correlation_rows, of_cages, of_phases
from polycage.physics.resonance import resonance_rows
from polycage.physics.rings import ring_rows
from polycage.physics.splitting import splitting_rows
from polycage.physics.states import state_rows
from polycage.report.terminal import outcome_text, wants_colour
from polycage.tables.numbers_in_text import named_number
from polycage.tables.phase_heights import PhaseHeight, phase_heights
from polycage.tables.resonances import Resonance
from polycage.tables.rows import cage_row
from polycage.tables.schema import Row


class Known(NamedTuple):
    """A number measured for one phase."""

    phase: str
    value: float


class Asked(NamedTuple):
    """What was measured of a structure, from which others follow."""

    resonance_meV: Known | None = None
    tc_K: Known | None = None
    gap_ratio: float = STATED.gap_ratio

    @classmethod
    def of(cls, resonance: str | None, tc: str | None, gap_ratio: float) -> Asked:
        """From the options of a command line, such as `beta=13`.

        Raises
        ------
        PolycageError
            `CONFIG_INVALID`.
        """
        Constants(gap_ratio=gap_ratio)  # checks it
        return cls(known(resonance, "--resonance"), known(tc, "--tc"), gap_ratio)


def print_states(outcomes: Iterable[Outcome], settings: Settings, asked: Asked, picture: Path | None = None) -> bool:
    """Print what follows from each structure, and draw the rings of the first one; returns whether any failed."""
    failed = False
    for outcome in outcomes:
        if isinstance(outcome.result, PolycageError):
            failed = True
            print(outcome_text(outcome, colour=wants_colour(sys.stderr)), file=sys.stderr)
            continue
        try:
            text = states_text(outcome.structure_id, outcome.result, settings, asked)
        except PolycageError:
            raise
        except Exception as error:  # noqa: BLE001 - a defect met with one structure must not cost the others theirs
            failed = True
            told = dataclasses.replace(outcome, result=unexpected(error, outcome.file))
            print(outcome_text(told, colour=wants_colour(sys.stderr)), file=sys.stderr)
            continue
        print(text)
        if picture is not None:
            write_rings(picture, outcome.structure_id, outcome.result, settings)
            picture = None
    return failed


def states_text(structure_id: str, measurement: Measurement, settings: Settings, asked: Asked) -> str:
    """States, rings, ratios of gaps and, where there are any, split octahedra; what follows from measured numbers."""
    states = state_rows(structure_id, measurement, settings)
    head = f"{structure_id}  {measurement.formula}  {measurement.space_group}  family {measurement.family}"
    if measurement.verification == UNVERIFIED:
        head += "\n  the numbers of this structure are marked unverified"
    if measurement.status == WARNING:
        head += f"\n  warning: {measurement.message}"
    if not states:
        return f"{head}\n  no active cages, no states\n"
    cages = [cage_row(structure_id, cage, measurement) for cage in measurement.cages if cage.role == ACTIVE]
    heights, of_heights = phase_heights(cages), height_correlation_rows(structure_id, measurement)
    correlations = of_phases(of_heights)
    split = splitting_rows(cages, {structure_id: measurement.family}, of_cages(of_heights))
    parts = [
        head,
        *_section("states of the primitive cell and of one layer", states, _STATES),
        *_section("rings and arcs, the largest first (the paper's reading, no bands)", ring_rows(states), _RINGS),
        *_section("ratios of gaps, whatever lambda is", gap_ratio_rows(heights, correlations), _RATIOS),
        *_section("octahedra of different planes", split, _SPLIT),
    ]
    if asked.resonance_meV:
        parts += _resonance(structure_id, measurement, states, heights, correlations, asked.resonance_meV)
    if asked.tc_K:
        parts += _gaps(heights.get(structure_id, {}), correlations, asked.tc_K, asked.gap_ratio)
    return "\n".join(parts) + "\n"


def known(text: str | None, option: str) -> Known | None:
    """`beta=13` as it is given on the command line.

    Raises
    ------
    PolycageError
        `CONFIG_INVALID`.
    """
    if text is None:
        return None
    phase, _, value = named_number(text)
    if not phase or value is None or not 0 < value < 1e6:
        raise PolycageError(ErrorCode.CONFIG_INVALID, f"{option} {text}: write PHASE=NUMBER, such as beta=13")
    return Known(phase, value)


def write_rings(path: Path, structure_id: str, measurement: Measurement, settings: Settings) -> None:
    """Draw the rings of one structure into an SVG file.

    Raises
    ------
    PolycageError
        `LIBRARY_MISSING` without matplotlib, `RESULTS_NOT_WRITABLE`.
    """
    try:
        from polycage.pictures.ring_drawing import rings_figure
        from polycage.pictures.style import svg
    except ModuleNotFoundError as error:
        cause = f"{(error.name or '').partition('.')[0]} is not installed: pip install 'polycage[draw]'"
        raise PolycageError(ErrorCode.LIBRARY_MISSING, cause) from None
    rows = ring_rows(state_rows(structure_id, measurement, settings))
    write_text(path, svg(rings_figure(rows, f"{structure_id}: rings, a scheme")))


# columns of each section: heading and column of the row
_STATES = (
    *(("state", "state"), ("cell", "count_per_cell"), ("layer", "count_per_layer"), ("column", "column")),
    *(("confined in", "layer"), ("parity", "parity"), ("by symmetry", "degeneracy_symmetry")),
    *(("by height", "degeneracy_height"), ("h (Å)", "h_A")),
)
_RINGS = (
    *(("ring", "ring"), ("shape", "shape"), ("centre", "centre"), ("degeneracy", "degeneracy"), ("h (Å)", "h_A")),
    ("note", "note"),
)
_RATIOS = (("phase", "phase"), ("other", "other_phase"), ("gap / other gap", "ratio"))
_SPLIT = (
    *(("phase", "phase"), ("cell", "count_per_cell"), ("h (Å)", "h_A"), ("gap / largest", "gap_over_largest")),
    *(("upper", "upper_cation"), ("lower", "lower_cation"), ("the paper says", "paper_says")),
)
_RESONANCE = (("phase", "phase"), ("parity", "parity"), ("h (Å)", "h_A"), ("E (meV)", "energy_meV"))
_GAPS = (("phase", "phase"), ("h (Å)", "h_A"), ("gap (meV)", "gap_meV"))
# by column, that of its uncertainty, and digits without one
_SU = {
    **{"h_A": ("h_su_A", 4), "ratio": ("ratio_su", 4), "gap_over_largest": ("gap_over_largest_su", 4)},
    **{"energy_meV": ("energy_su_meV", 2), "gap_meV": ("gap_su_meV", 2)},
}
# behind a heading: what is given counts as exact
_OF_HEIGHTS = ", uncertain by the heights alone"


def _resonance(
    structure_id: str,
    measurement: Measurement,
    states: Sequence[Row],
    heights: dict[str, dict[str, PhaseHeight]],
    correlations: Correlations,
    known: Known,
) -> list[str]:
    given = Resonance(structure_id, known.phase, known.value, None, "command line", UNVERIFIED)
    families = {structure_id: measurement.family}
    marks = {structure_id: measurement.verification}
    has_it = known.phase in heights.get(structure_id, {})  # of several structures not all need have it
    rows = resonance_rows(states, heights, families, [given], correlations, marks) if has_it else []
    title = f"spin resonance, Theta / h^2 with {known.value:g} meV for {known.phase}"
    if not rows:
        return [f"  {title}: no phase of that name, or a family without the relation"]
    of = heights[structure_id]
    for row in rows:
        share = relative_su(of[row["phase"]], of[known.phase], correlations)
        row["energy_su_meV"] = None if share is None else row["energy_meV"] * share
    return _section(f"{title}{_OF_HEIGHTS if any(row['energy_su_meV'] for row in rows) else ''}", rows, _RESONANCE)


def _gaps(heights: dict[str, PhaseHeight], correlations: Correlations, known: Known, ratio: float) -> list[str]:
    own = heights.get(known.phase)
    title = f"gaps, {ratio:g} k_B Tc / 2 with Tc = {known.value:g} K for {known.phase}"
    if own is None:
        return [f"  {title}: no phase of that name"]
    rows: list[Row] = []
    for h in heights.values():
        gap, share = gap_meV(known.value * ratio_of_gaps(h.h_A, own.h_A), ratio), relative_su(h, own, correlations)
        su = None if share is None else gap * share
        rows.append({"phase": h.phase, "h_A": h.h_A, "h_su_A": h.h_su_A, "gap_meV": gap, "gap_su_meV": su})
    return _section(f"{title}{_OF_HEIGHTS if any(row['gap_su_meV'] for row in rows) else ''}", rows, _GAPS)


def _section(title: str, rows: Sequence[Row], columns: Sequence[tuple[str, str]]) -> list[str]:
    """A heading and a table; nothing where there are no rows, no column where all are empty."""
    if not rows:
        return []
    cells = {head: [_cell(row, name) for row in rows] for head, name in columns}
    kept = {head: of for head, of in cells.items() if any(of)}
    widths = {head: max(len(head), *map(len, of)) for head, of in kept.items()}
    lines = ["  ".join(head.ljust(width) for head, width in widths.items())]
    lines += ["  ".join(kept[head][k].ljust(width) for head, width in widths.items()) for k in range(len(rows))]
    return [f"  {title}", *(f"    {line}".rstrip() for line in lines)]


def _cell(row: Row, name: str) -> str:
    value = row[name]
    if value is None:
        return ""
    if name in _SU:
        su, digits = _SU[name]
        return with_su(value, row.get(su), digits)
    return str(value)

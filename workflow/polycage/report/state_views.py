"""What the paper derives from the cages of one structure, for a terminal: states, rings, gaps, resonance, splitting."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import Settings
from polycage.base.vocabulary import ACTIVE, UNVERIFIED, WARNING
from polycage.cages.measurement import Measurement
from polycage.collection.batch import Outcome, unexpected
from polycage.physics.gaps import gap_ratio_rows
from polycage.physics.height_correlations import height_correlation_rows, of_cages, of_phases
from polycage.physics.rings import ring_rows
from polycage.physics.splitting import splitting_rows
from polycage.physics.states import state_rows
from polycage.report.measured_numbers import Asked, Measured, gaps_part, resonance_part
from polycage.report.sections import section
from polycage.report.terminal import outcome_text, wants_colour
from polycage.tables.phase_heights import phase_heights
from polycage.tables.rows import cage_row
from polycage.tables.schema import Row


def print_states(outcomes: Iterable[Outcome], settings: Settings, asked: Asked, picture: Path | None = None) -> bool:
    """Print what follows from each structure, and draw the rings of the first that has any; returns whether any failed.

    Raises
    ------
    PolycageError
        `CONFIG_INVALID` where a number that was measured is of a phase that no structure has it for, or a picture is
        asked for and there are no rings, and no structure failed; as `write_rings`.
    """
    failed, idle, to_draw = False, dict.fromkeys(asked.options, ""), picture
    for outcome in outcomes:
        if isinstance(outcome.result, PolycageError):
            failed = True
            print(outcome_text(outcome, colour=wants_colour(sys.stderr)), file=sys.stderr)
            continue
        try:
            found = states_view(outcome.structure_id, outcome.result, settings, asked)
        except PolycageError:
            raise
        except Exception as error:  # noqa: BLE001 - a defect met with one structure must not cost the others theirs
            failed = True
            told = dataclasses.replace(outcome, result=unexpected(error, outcome.file))
            print(outcome_text(told, colour=wants_colour(sys.stderr)), file=sys.stderr)
            continue
        print(found.text)
        idle = {option: found.unused[option] for option in idle if option in found.unused}
        if to_draw is not None and found.rings:
            write_rings(to_draw, outcome.structure_id, found.rings)
            print(f"wrote {to_draw}\n")
            to_draw = None
    if failed:
        return True
    if idle:
        raise PolycageError(ErrorCode.CONFIG_INVALID, "; ".join(f"{option}: {why}" for option, why in idle.items()))
    if to_draw is not None:
        raise PolycageError(ErrorCode.CONFIG_INVALID, f"--draw {to_draw}: no rings, nothing is drawn")
    return False


class View(NamedTuple):
    """What is printed of one structure."""

    text: str
    rings: list[Row]
    unused: dict[str, str]  # options that nothing of this structure follows from, and why


def states_view(structure_id: str, measurement: Measurement, settings: Settings, asked: Asked) -> View:
    """States, rings, ratios of gaps and, where there are any, split octahedra; what follows from measured numbers."""
    states = state_rows(structure_id, measurement, settings)
    head = f"{structure_id}  {measurement.formula}  {measurement.space_group}  family {measurement.family}"
    if measurement.verification == UNVERIFIED:
        head += "\n  the numbers of this structure are marked unverified"
    if measurement.status == WARNING:
        head += f"\n  warning: {measurement.message}"
    if not states:
        nothing = "no active cages, no states"
        return View(f"{head}\n  {nothing}\n", [], dict.fromkeys(asked.options, nothing))
    cages = [cage_row(structure_id, cage, measurement) for cage in measurement.cages if cage.role == ACTIVE]
    heights, of_heights = phase_heights(cages), height_correlation_rows(structure_id, measurement)
    correlations, rings = of_phases(of_heights), ring_rows(states)
    split = splitting_rows(cages, {structure_id: measurement.family}, of_cages(of_heights))
    parts = [
        head,
        *section("states of the primitive cell and of one layer", states, _STATES),
        *section("rings and arcs, the largest first (the paper's reading, no bands)", rings, _RINGS),
        *section("ratios of gaps, whatever lambda is", gap_ratio_rows(heights, correlations), _RATIOS),
        *section("octahedra of different planes", split, _SPLIT),
    ]
    measured = Measured(structure_id, measurement, states, heights.get(structure_id, {}), correlations)
    of_resonance, of_tc = (
        resonance_part(measured, asked.resonance_meV),
        gaps_part(measured, asked.tc_K, asked.gap_ratio),
    )
    parts += [*of_resonance.lines, *of_tc.lines]
    return View("\n".join(parts) + "\n", rings, of_resonance.unused | of_tc.unused)


def write_rings(path: Path, structure_id: str, rings: Sequence[Row]) -> None:
    """Draw the rings of one structure into a picture, of the format that its name ends in.

    Raises
    ------
    PolycageError
        `LIBRARY_MISSING` without matplotlib, `RESULTS_NOT_WRITABLE`.
    """
    try:
        from polycage.pictures.ring_drawing import rings_figure
        from polycage.pictures.style import write_picture
    except ModuleNotFoundError as error:
        cause = f"{(error.name or '').partition('.')[0]} is not installed: pip install 'polycage[draw]'"
        raise PolycageError(ErrorCode.LIBRARY_MISSING, cause) from None
    write_picture(path, rings_figure(rings, f"{structure_id}: rings, a scheme"))


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

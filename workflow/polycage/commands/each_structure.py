"""A text for each structure that a command names; a failure is told on standard error, and the others go on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from polycage.base.compiled_folder import announce
from polycage.base.errors import PolycageError
from polycage.base.settings import Settings
from polycage.cages.measurement import Measurement
from polycage.commands.options import OK, SOME_FAILED, tell

EXIT_CODES = "exit codes: 0 all structures shown; 1 at least one failed; 2 wrong usage"


def print_each(paths: Sequence[Path], settings: Settings, text: Callable[[str, Measurement], str]) -> int:
    """Print a text for each structure; returns the exit code."""
    from polycage.collection.batch import unexpected

    failed = False
    for found in _measured(paths, settings):
        if isinstance(found, PolycageError):
            failed = True
            continue
        try:
            print(text(*found))
        except PolycageError as error:
            failed = True
            _tell(found[0], error)
        except BrokenPipeError:  # the reader (head, less) has enough: no defect of a structure
            raise
        except Exception as error:  # noqa: BLE001 - a defect met with one structure must not cost the others theirs
            failed = True
            _tell(found[0], unexpected(error, found[0]))
    return SOME_FAILED if failed else OK


def _tell(structure_id: str, error: PolycageError) -> None:
    print(f"{structure_id}: {error.code.name}: {error.cause}\n  {error.advice}", file=sys.stderr)


def _measured(paths: Sequence[Path], settings: Settings) -> Iterator[tuple[str, Measurement] | PolycageError]:
    """The structures, one after the other; what cannot be measured is told on standard error."""
    from polycage.collection.arguments import outcomes
    from polycage.report.terminal import outcome_text, wants_colour

    announce()
    for outcome in outcomes(paths, settings, voids=False, told=tell):
        if isinstance(outcome.result, PolycageError):
            print(outcome_text(outcome, colour=wants_colour(sys.stderr)), file=sys.stderr)
            yield outcome.result
        else:
            yield outcome.structure_id, outcome.result

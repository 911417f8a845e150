"""Which folder of structures a folder of results belongs to: another one's results are not replaced without a word."""

from __future__ import annotations

import json
import os
from pathlib import Path

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.safe_text import shown_path
from polycage.collection.entries import NOTED

# what a run writes first and last; without a note, it tells that a run was here
_TABLES = ("collection.csv", "structures.csv", "report.html")


def note_of(collection: Path, results: Path) -> str:
    """The folder (or archive) that is measured, as it is seen from the results: both may move together.

    Parameters
    ----------
    collection, results
        Absolute, or relative to the working directory.
    """
    return os.path.relpath(os.path.realpath(collection), os.path.realpath(results))


def continuation(collection: Path, results: Path, is_replaced: bool = False) -> str:
    """A line that says what becomes of the results that are there.

    Parameters
    ----------
    collection
        The folder or archive that is going to be measured.
    results
        The folder for its results, which may not exist.
    is_replaced
        Whether results of another folder are to be replaced.

    Raises
    ------
    PolycageError
        `CONFIG_INVALID` where the results are those of another folder, and are not to be replaced.
    """
    there, wanted = shown_path(str(results)), shown_path(str(collection))
    noted = _noted(results)
    if noted is None:
        if any((results / name).exists() for name in _TABLES):
            return f"{there} has results of a run that did not note its folder: those of {wanted} take their place"
        return f"results of {wanted} go to {there}"
    earlier = os.path.normpath(os.path.join(os.path.realpath(results), noted))
    if os.path.realpath(earlier) == os.path.realpath(collection):
        return f"goes on with the results of {wanted} in {there}"
    if is_replaced:
        return f"the results of {wanted} take the place of those of {shown_path(earlier)} in {there}"
    raise PolycageError(
        ErrorCode.CONFIG_INVALID,
        f"run: {there} holds the results of {shown_path(earlier)}, not of {wanted}: name another folder with "
        "--results FOLDER, or let them be replaced with --replace",
    )


def _noted(results: Path) -> str | None:
    """What the last run noted; nothing where there was none, or one of a version that did not."""
    try:
        noted = json.loads((results / NOTED).read_bytes())
    except (OSError, ValueError):
        return None
    folder = noted.get("cif_dir") if isinstance(noted, dict) else None
    return folder if isinstance(folder, str) else None

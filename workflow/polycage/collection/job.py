"""What the process of a workflow's job does for itself."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path
from types import TracebackType

from polycage.base.errors import PolycageError
from polycage.collection import provenance


def begin(library: str) -> str:
    """End with the workflow, tell coded errors in a line, make sure of the code; to be called first, after all imports.

    Parameters
    ----------
    library
        The file that states which code this must be (`provenance.checked`).

    Returns
    -------
    hash
        Of the code.

    Raises
    ------
    PolycageError
        `CODE_CHANGED`.
    """
    sys.excepthook = _told
    end_with_parent()
    return provenance.checked(Path(library))


def end_with_parent(every_s: float = 0.5) -> None:
    """End this process soon after the one that started it has ended: what it would write, nobody waits for.

    Parameters
    ----------
    every_s
        How often is looked, in s.
    """
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(every_s)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _told(kind: type[BaseException], error: BaseException, at: TracebackType | None) -> None:
    if isinstance(error, PolycageError):
        print(error, file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, at)

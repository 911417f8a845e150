"""A word to who waits for the first compilation of the loops."""

from __future__ import annotations

import sys
from functools import cache

from polycage.base.compiled_folder import code_folder, has_code


@cache  # once a process
def announce() -> None:
    """Say on standard error that this process is going to compile, and for how long, where there is no machine code."""
    if has_code():
        return
    folder = code_folder()
    time = "half a minute, minutes on a busy machine"
    if folder is None:
        print(
            f"polycage: compiling the loops of the geometry ({time}). No folder can be written to, so that every "
            "process does it anew: let XDG_CACHE_HOME name one that can",
            file=sys.stderr, flush=True,
        )  # fmt: skip
    else:
        print(
            f"polycage: compiling the loops of the geometry, once ({time}); they are kept in {folder}",
            file=sys.stderr, flush=True,
        )  # fmt: skip

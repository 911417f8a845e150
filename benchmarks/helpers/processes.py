"""Peak memory of a program and of all processes that it starts, by kind of process, read from /proc while it runs."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path

EVERY_S = 0.1  # the kernel keeps each process's peak: only what one does in its last moments is missed
MAIN = "Snakemake"
_SCRIPT = re.compile(r"\.snakemake/scripts/\S*?\.?(\w+)\.py")


class Sampler:
    """Looks at a process and its descendants until it is left; to be used in a `with` statement."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.peaks_MB: dict[str, float] = {}  # of the largest process of each kind
        self.together_MB = 0.0  # resident memory of all at one moment; what processes share counts for each of them

    def __enter__(self) -> Sampler:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.wait(EVERY_S):
            together = 0.0
            for kind, pid in _family(self._pid, MAIN):
                peak, now = _memory_MB(pid)
                together += now
                self.peaks_MB[kind] = max(peak, self.peaks_MB.get(kind, 0.0))
            self.together_MB = max(together, self.together_MB)


def _family(pid: int, kind: str) -> Iterator[tuple[str, int]]:
    """A process and its descendants with their kinds: jobs by their script, and what a job starts."""
    yield kind, pid
    for child in _children(pid):
        script = _SCRIPT.search(_command(child))
        name = kind if script is None else f"job {script[1]}"
        yield from _family(child, f"{name}: its process" if name == kind and kind != MAIN else name)


def _children(pid: int) -> list[int]:
    out = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            out += [int(word) for word in path.read_text().split()]
        except OSError:
            continue
    return out


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return ""


def _memory_MB(pid: int) -> tuple[float, float]:
    """Peak and present resident memory of a process; zeros where it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0, 0.0
    values = {line.split(":")[0]: line.split()[1] for line in lines if line.startswith(("VmHWM", "VmRSS"))}
    peak, now = (int(values.get(name, 0)) / 1024 for name in ("VmHWM", "VmRSS"))
    return peak, now

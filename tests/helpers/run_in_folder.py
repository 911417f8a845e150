"""A folder in which `make results` runs on a few files, and what lives there: for tests that kill."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import psutil

from io_helpers import ROOT

# two shards of four; one file is cut off inside its atoms
COLLECTION = (
    "CaRbFe4As4", "Hg1201_Pissas1997_16692", "LSCO15_Decroux1987", "LaFeAsO_rt",
    "Pb", "SrFeAsF_297K", "YBCO_Capponi1987_12638",
)  # fmt: skip
CUT_OFF = "cut_off"
SNAKEMAKE_COMMAND = (
    *("snakemake", "-s", f"{ROOT}/Snakefile", "--cores", "2"),
    *("--workflow-profile", f"{ROOT}/workflow/profiles/default", "--config", "cif_dir=cif"),
)
MAKEFILE = f".PHONY: results\nresults:\n\t@exec {ROOT}/workflow/run.py --make $$PPID {shlex.join(SNAKEMAKE_COMMAND)}\n"
# what holds times, or the path or the host of a run; all else in the results must be the same bytes
NOT_COMPARED = ("logs/", "benchmarks/")
TIMEOUT_S = 600  # only so that a hanging run ends some time; the machine may be busy


class Living(NamedTuple):
    """A process of a run: its rule, None for Snakemake itself; whether it is the second one, that measures."""

    process: psutil.Process
    rule: str | None
    measures: bool


class Folder:
    """A folder with a collection and a Makefile like the repository's."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.results = path / "results"
        self.n_logs = 0

    @classmethod
    def new(cls, path: Path) -> Folder:
        (path / "cif").mkdir(parents=True)
        for name in COLLECTION:
            shutil.copy(ROOT / "cif" / f"{name}.cif", path / "cif")
        whole = (ROOT / "cif/BaFe2As2_297K.cif").read_text(encoding="utf-8")
        (path / f"cif/{CUT_OFF}.cif").write_text(whole[: whole.index("As1 ") + 8], encoding="utf-8")
        (path / "Makefile").write_text(MAKEFILE, encoding="utf-8")
        return cls(path)

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """`make results`, or another command, in a session of its own; its output goes to a log."""
        self.n_logs += 1
        with self.log.open("wb") as log:
            return subprocess.Popen(
                command or ("make", "results"),
                cwd=self.path,
                env=environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def make(self, *command: str) -> tuple[int, str]:
        """Exit code and output of `make results` (or another command)."""
        process = self.start(*command)
        return process.wait(TIMEOUT_S), self.output()

    @property
    def log(self) -> Path:
        """Where the output of the last start goes."""
        return self.path / f"output{self.n_logs}"

    def output(self) -> str:
        """Output of the last start."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def products(self) -> dict[str, bytes]:
        """Bytes of all results that must be the same, by name."""
        files = {p.relative_to(self.results).as_posix(): p for p in self.results.rglob("*") if p.is_file()}
        return {name: path.read_bytes() for name, path in files.items() if not name.startswith(NOT_COMPARED)}

    def differences(self, expected: dict[str, bytes]) -> list[str]:
        """Results that are missing, too many, or different; of the cache some files may be missing."""
        found = self.products()
        missing = {name for name in expected if name not in found and not name.startswith("cache/")}
        return sorted(missing | {name for name in found if found[name] != expected.get(name)})

    def marked(self) -> list[psutil.Process]:
        """All processes that bear the mark of this folder."""
        status = self.path.stat()
        found = []
        for process in psutil.process_iter():
            try:
                mark = process.environ().get("POLYCAGE_RUN")
            except (psutil.Error, OSError):
                continue
            if mark == f"{status.st_dev}:{status.st_ino}":
                found.append(process)
        return found


def living(make: subprocess.Popen[bytes]) -> list[Living]:
    """The processes of a run below its `make`: run.py, which Snakemake replaces, and those of the jobs."""
    above = psutil.Process(make.pid)
    out = []
    for process in above.children(recursive=True):
        try:
            parent = process.parent()
            if parent == above:
                out.append(Living(process, None, False))
            elif (rule := rule_of(process)) is not None:
                out.append(Living(process, rule, parent is not None and rule_of(parent) == rule))
        except psutil.Error:  # it has just ended
            continue
    return out


def rule_of(process: psutil.Process) -> str | None:
    """The rule whose script a Python process runs."""
    words = process.cmdline()
    found = re.search(r"/\.snakemake/scripts/tmp\w+\.(\w+)\.py$", words[-1]) if len(words) == 2 else None
    return found[1] if found else None


def environment() -> dict[str, str]:
    """This Python first on the PATH, and none of what the tests set."""
    clean = {k: v for k, v in os.environ.items() if k not in ("POLYCAGE_RUN", "PYTHONPATH")}
    return clean | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


def waited_for(condition, process: subprocess.Popen[bytes]):
    """What a condition gives as soon as it is true; None where the run ends before."""
    deadline = time.monotonic() + TIMEOUT_S
    while time.monotonic() < deadline:
        if found := condition():
            return found
        if process.poll() is not None:
            return None
        time.sleep(0.03)
    raise TimeoutError

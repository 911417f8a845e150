"""`polycage run`: the workflow that is installed with the library, on any folder."""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import Settings
from polycage.collection import earlier_run
from polycage.tables.numbers_in_text import named_number

_PACKAGE = Path(__file__).parents[1]

EXAMPLES = {
    "run": (
        "polycage run my_cifs                      (tables and the page, into results)",
        "polycage run archive.zip --results out --cores 4",
        "polycage run my_cifs --materials my_tc.csv --set layer_gap_A=0.5",
        "polycage run my_cifs --snakemake=--dry-run (what would be done)",
    )
}
_EXIT_CODES = "exit codes: 0 done; 1 a job failed; 2 wrong usage"


class Asked(NamedTuple):
    """What is to be run: paths, the sheet of materials (empty: that of the reference collection), jobs at a time."""

    collection: Path
    results: Path
    materials: str = ""
    cores: int | None = None
    further: Sequence[str] = ()


def add_command(
    add: Callable[[str, object, str], argparse.ArgumentParser],
    add_settings: Callable[[argparse.ArgumentParser], None],
    settings_of: Callable[[argparse.Namespace], Settings],
) -> None:
    """Add `run` to the command line."""

    def run(options: argparse.Namespace) -> NoReturn:
        settings = settings_of(options)  # a mistyped name is told before anything starts
        changed = {name: getattr(settings, name) for name in (named_number(text).name for text in options.settings)}
        asked = Asked(
            options.collection, options.results, options.materials, options.cores, shlex.split(options.snakemake)
        )
        command = flow_command(asked, changed)
        told = earlier_run.continuation(options.collection, options.results, options.replace)
        print(f"polycage run: {told}", file=sys.stderr, flush=True)
        os.execv(command[0], command)  # noqa: S606 - it takes the place of this process

    parser = add("run", run, "run the whole workflow on a folder: tables, fit, predictions, page")
    parser.epilog = f"{parser.epilog}\n{_EXIT_CODES}\n"
    parser.add_argument("collection", type=Path, metavar="DIR", help="folder with structure files, .tar or .zip")
    parser.add_argument("--results", type=Path, default=Path("results"), metavar="DIR", help="default: %(default)s")
    parser.add_argument("--replace", action="store_true", help="results of another folder that lie there are replaced")
    parser.add_argument("--materials", default="", metavar="CSV", help="sheet of measured Tc; none: no sheet")
    parser.add_argument("--cores", type=int, metavar="N", help="jobs at a time (default: all cores)")
    parser.add_argument(
        "--snakemake", default="", metavar="ARGUMENTS", help="arguments of snakemake, in one: --snakemake='-n --quiet'"
    )
    add_settings(parser)


def flow_folder() -> Path:
    """Folder of the Snakefile: inside an installed library, else the repository of an editable one.

    Raises
    ------
    PolycageError
        `CONFIG_INVALID` where the library was copied without its workflow.
    """
    for folder in (_PACKAGE / "flow", _PACKAGE.parents[1]):
        if (folder / "Snakefile").is_file() and (folder / "config" / "config.yaml").is_file():
            return folder
    raise PolycageError(ErrorCode.CONFIG_INVALID, f"run: the workflow is not installed in {_PACKAGE}")


def flow_command(asked: Asked, settings: Mapping[str, float]) -> list[str]:
    """The command that measures a collection, fits, predicts and makes the page.

    Parameters
    ----------
    asked
        Without a number of cores all that this process may use.
    settings
        Limits and tolerances that differ from the defaults.

    Raises
    ------
    PolycageError
        `LIBRARY_MISSING` without Snakemake, `COLLECTION_MISSING` without a collection.
    """
    if not asked.collection.exists():
        raise PolycageError(ErrorCode.COLLECTION_MISSING, f"{asked.collection} does not exist")
    for name in ("snakemake", "psutil"):
        if importlib.util.find_spec(name) is None:
            raise PolycageError(ErrorCode.LIBRARY_MISSING, f"{name} is not installed: pip install 'polycage[workflow]'")
    flow = flow_folder()
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    keys = {"cif_dir": str(asked.collection), "results_dir": str(asked.results), "materials": asked.materials}
    keys["started_by"] = "polycage run"  # the page says how it is made again
    return [
        *(sys.executable, str(flow / "workflow" / "run.py")),
        *(sys.executable, "-m", "snakemake", "--snakefile", str(flow / "Snakefile")),
        *("--cores", str(asked.cores or usable)),
        *("--workflow-profile", str(flow / "workflow" / "profiles" / "default")),
        *asked.further,
        *("--config", *(f"{key}={json.dumps(value)}" for key, value in keys.items() if value)),
        *([f"settings={json.dumps(dict(settings))}"] if settings else []),
    ]

"""`polycage view`: the page of a few structures, opened in the browser."""

from __future__ import annotations

import argparse
import sys
import tempfile
import webbrowser
from pathlib import Path

from polycage.base.compiled_folder import announce
from polycage.base.errors import ErrorCode, PolycageError
from polycage.commands.options import OK, PATHS, SOME_FAILED, add_settings, settings_of, tell

WHAT = "write the page of one or a few structures and open it in the browser"
EXAMPLES = (
    "polycage view cif/BaFe2As2_297K.cif",
    "polycage view cif/Nb.cif --voids --output niobium.html --no-open",
)
EXIT_CODES = "exit codes: 0 written; 1 a structure failed (the page says why); 2 wrong usage"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=PATHS)
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="the page (default: a file in the folder for temporary files)"
    )
    parser.add_argument("--no-open", action="store_true", help="write it only")
    parser.add_argument("--voids", action="store_true", help="find all voids of the structures too")
    add_settings(parser)


def run(options: argparse.Namespace) -> int:
    """Write and open the page; returns the exit code."""
    if options.output is not None and options.output.suffix.lower() not in (".html", ".htm"):
        raise PolycageError(ErrorCode.CONFIG_INVALID, f"--output {options.output}: the page is HTML, name it *.html")
    try:
        from polycage.commands.page_of_outcomes import page_of  # before any work is done
    except ModuleNotFoundError as error:
        cause = f"{(error.name or '').partition('.')[0]} is not installed: pip install 'polycage[workflow]'"
        raise PolycageError(ErrorCode.LIBRARY_MISSING, cause) from None
    from polycage.base.whole_files import write_text
    from polycage.collection import arguments

    settings = settings_of(options)
    announce()
    outcomes = list(arguments.outcomes(options.paths, settings, voids=options.voids, told=tell))
    target = options.output or Path(tempfile.mkdtemp(prefix="polycage-")) / "view.html"
    write_text(target, page_of(outcomes, settings, [path.as_posix() for path in options.paths], voids=options.voids))
    print(f"wrote {target}")
    failed = [outcome for outcome in outcomes if isinstance(outcome.result, PolycageError)]
    for outcome in failed:
        print(f"{outcome.structure_id}: failed: {outcome.result}", file=sys.stderr)
    if not options.no_open and not webbrowser.open(target.resolve().as_uri()):
        tell(f"no browser was found: open {target} yourself")
    return SOME_FAILED if failed else OK

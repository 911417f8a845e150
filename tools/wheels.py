#!/usr/bin/env python3
"""Show that what the lock pins has wheels for Python versions that are not at hand.

    .venv/bin/python tools/wheels.py requirements/runtime.txt --python 3.12 3.13 3.14 [--page PAGE]

For each version and platform pip downloads all pins, without their dependencies, with wheels alone
(`pip download --only-binary=:all: --python-version ...`); the files are not kept. Where it stops, the pins are asked
for in halves, down to a single one. What has no wheel is named. Exit code 1 where a direct dependency has none, 2
where the index could not be asked; the page then stays as it was.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
# what pip accepts for each: a wheel for an older system is one for a newer one too
PLATFORMS = {
    "Linux, x86-64": (
        ("linux", "Linux", "x86_64"),
        [f"manylinux_2_{minor}_x86_64" for minor in (28, 27, 17, 12, 5)] + ["manylinux2014_x86_64"],
    ),
    "macOS, Apple silicon": (("darwin", "Darwin", "arm64"), [f"macosx_{major}_0_arm64" for major in (14, 13, 12, 11)]),
    "macOS, Intel": (("darwin", "Darwin", "x86_64"), [f"macosx_{major}_0_x86_64" for major in (14, 13, 12, 11)]),
    "Windows, x86-64": (("win32", "Windows", "AMD64"), ["win_amd64"]),
}

# those that are asked for when none is named
SUPPORTED = ["Linux, x86-64", "macOS, Apple silicon"]

# pins that pip is asked for at a time: each start of pip takes seconds, and it stops at the first that has no wheel
_TOGETHER = 10
# files of the package itself that pip passed over, or took although their version is another one
_LOOKED_AT = re.compile(r"Found link|Skipping link: (?:No sources permitted|none of the wheel's tags)")


def pins(lock: Path, python: str, system: tuple[str, str, str]) -> list[str]:
    """What a lock pins for a version of Python and a system, each as `name==version`."""
    sys_platform, platform_system, machine = system
    environment = {str(key): str(value) for key, value in default_environment().items()} | {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": sys_platform,
        "platform_system": platform_system,
        "platform_machine": machine,
        "os_name": "nt" if sys_platform == "win32" else "posix",
    }
    found = []
    for entry in re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip()):
        requirement = Requirement(entry.replace("\\\n", " ").split("--hash")[0].strip())
        if requirement.marker is None or requirement.marker.evaluate(environment):
            found.append(f"{requirement.name}{requirement.specifier}")
    return found


class NotAskedError(Exception):
    """pip could not tell whether there is a wheel: no network, no such package, a defect of pip."""


def _download(wanted: Sequence[str], python: str, platforms: list[str]) -> subprocess.CompletedProcess[str]:
    with tempfile.TemporaryDirectory() as folder:
        command = [
            *(sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--no-deps"),
            *(["-vv"] if len(wanted) == 1 else []),
            *("--only-binary=:all:", "--python-version", python, "--dest", folder),
            *(word for platform in platforms for word in ("--platform", platform)),
            *wanted,
        ]
        return subprocess.run(command, check=False, capture_output=True, text=True)


def missing(pin: str, python: str, platforms: list[str]) -> str:
    """The pin, where the index knows the package and pip finds no wheel of it; else nothing.

    Raises
    ------
    NotAskedError
        Where pip failed for another reason, with its last line.
    """
    done = _download([pin], python, platforms)
    if not done.returncode:
        return ""
    # pip says "No matching distribution" without a network too; the package's files that it looked at are the answer
    if "No matching distribution found" in done.stderr and _LOOKED_AT.search(done.stdout):
        return pin
    errors = [line for line in done.stderr.splitlines() if line.startswith(("ERROR", "WARNING"))]
    raise NotAskedError(f"{pin}: {(errors or [f'pip ended with {done.returncode}'])[-1]}")


def _missing_of(wanted: Sequence[str], python: str, platforms: list[str]) -> list[str]:
    """Those of some pins that have no wheel."""
    if not wanted or not _download(wanted, python, platforms).returncode:
        return []
    if len(wanted) == 1:
        return [pin for pin in wanted if missing(pin, python, platforms)]
    half = len(wanted) // 2
    return [pin for part in (wanted[:half], wanted[half:]) for pin in _missing_of(part, python, platforms)]


def without_wheel(lock: Path, python: str, platform: str) -> tuple[int, list[str]]:
    """Number of pins, and those without a wheel."""
    system, tags = PLATFORMS[platform]
    wanted = pins(lock, python, system)
    parts = [wanted[start : start + _TOGETHER] for start in range(0, len(wanted), _TOGETHER)]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda part: _missing_of(part, python, tags), parts))
    return len(wanted), [pin for none in found for pin in none]


def direct() -> set[str]:
    """Names of the direct dependencies of the library and its workflow."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = [*project["dependencies"], *project["optional-dependencies"]["workflow"]]
    return {canonicalize_name(Requirement(text).name) for text in listed}


def main() -> int:
    """Print a table; write it into a page where one is given."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("lock", type=Path)
    parser.add_argument("--python", nargs="+", default=["3.12", "3.13", "3.14"])
    parser.add_argument("--platform", nargs="+", default=SUPPORTED, choices=list(PLATFORMS))
    parser.add_argument("--page", type=Path, help="page with a table between two comments")
    options = parser.parse_args()
    rows = ["| Python | system | packages | without a wheel |", "| --- | --- | --- | --- |"]
    bad = False
    for python in options.python:
        for platform in options.platform:
            try:
                count, none = without_wheel(options.lock, python, platform)
            except NotAskedError as error:
                print(f"Python {python}, {platform}: the index could not be asked: {error}", file=sys.stderr)
                return 2
            bad |= bool({canonicalize_name(pin.partition("=")[0]) for pin in none} & direct())
            rows.append(f"| {python} | {platform} | {count} | {', '.join(f'`{pin}`' for pin in none) or 'none'} |")
            print(rows[-1], flush=True)
    if options.page:
        text = options.page.read_text(encoding="utf-8")
        before, _, rest = text.partition("<!-- wheels -->\n")
        after = rest.partition("<!-- /wheels -->\n")[2]
        table = "\n".join(rows)
        options.page.write_text(f"{before}<!-- wheels -->\n{table}\n<!-- /wheels -->\n{after}", encoding="utf-8")
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())

"""What a result depends on: versions, and a content hash of the part of this library that made it."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

from polycage import __version__
from polycage.errors import ErrorCode, PolycageError

_PACKAGE = Path(__file__).parent
# libraries whose version can change a number or a picture: as they are imported, and as they are installed
_LIBRARIES = {
    "numpy": "numpy", "numba": "numba", "scipy": "scipy", "gemmi": "gemmi", "moyopy": "moyopy", "spglib": "spglib",
    "freud": "freud-analysis", "ase": "ase", "pyarrow": "pyarrow", "matplotlib": "matplotlib", "jinja2": "jinja2",
}  # fmt: skip
_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n]*)|import[ \t]+([^\n]*))", re.MULTILINE
)

CITATIONS = (
    "polycage: see CITATION.cff of the repository.",
    "The relation: X. Huang, Superconducting theory of polyhedral quantum confined electrons, preprint (2024).",
    "Symmetry: K. Shinohara, moyo: a fast and robust crystal symmetry finder (software), and "
    "A. Togo, K. Shinohara, I. Tanaka, Spglib: a software library for crystal symmetry search, "
    "Sci. Technol. Adv. Mater. Methods 4, 2384822 (2024).",
    "CIF parsing: M. Wojdyr, GEMMI: A library for structural biology, J. Open Source Softw. 7, 4200 (2022).",
    "Hulls and tessellations: C. B. Barber, D. P. Dobkin, H. Huhdanpaa, The Quickhull algorithm for convex hulls, "
    "ACM Trans. Math. Softw. 22, 469 (1996).",
    "Workflow: F. Moelder et al., Sustainable data analysis with Snakemake, F1000Research 10, 33 (2021).",
)


def versions() -> dict[str, str]:
    """Versions of polycage, Python and the libraries that matter."""
    out = {"polycage": __version__, "python": platform.python_version()}
    return out | {name: _version(name) for name in (*_LIBRARIES.values(), "snakemake")}


@cache
def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "not installed"


def share_with_child_processes() -> None:
    """Let the processes that this one starts (a workflow's scripts) import this very library."""
    home = str(_PACKAGE.parent)
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    os.environ["PYTHONPATH"] = os.pathsep.join([home, *(p for p in paths if p and p != home)])


def modules_used_by(entries: Iterable[str]) -> list[str]:
    """Modules of this package that the given ones import, directly or not, themselves included."""
    todo, found = sorted(entries), set[str]()
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        todo += sorted({other for other in _imports(name) if (_PACKAGE / f"{other}.py").is_file()} - found)
    return sorted(found)


def _imports(module: str) -> Iterator[str]:
    """Names of what a module imports: modules of this package, other packages with `/` before them."""
    for source, names, plain in _IMPORT.findall((_PACKAGE / f"{module}.py").read_text(encoding="utf-8")):
        package, _, inner = source.partition(".")
        if package == "polycage":
            yield from [inner] if inner else _first_words(names.strip("()"))
        else:
            yield from (f"/{name.partition('.')[0]}" for name in ([source] if source else _first_words(plain)))


def _first_words(listed: str) -> list[str]:
    """`a as b, c` to a and c."""
    return [words.split()[0] for words in listed.partition("#")[0].split(",") if words.strip()]


def library_hash(*entries: str) -> str:
    """SHA-256 of the source of all modules that the given ones need (`batch`, `fit`, ...) and of the versions of what these import."""
    modules = modules_used_by(entries)
    imported = {name.removeprefix("/") for module in modules for name in _imports(module)}
    used = {name: _version(name) for key, name in _LIBRARIES.items() if key in imported}
    digest = hashlib.sha256(repr((__version__, platform.python_version_tuple()[:2], sorted(used.items()))).encode())
    for name in modules:
        digest.update(name.encode() + b"\0" + (_PACKAGE / f"{name}.py").read_bytes() + b"\0")
    if "report" in entries:
        for path in sorted((_PACKAGE / "templates").iterdir()):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def statement(*entries: str) -> tuple[str, str]:
    """What a run states of the code that its jobs must be: a name for it, and the text of the file of that name."""
    digest = library_hash(*entries)
    return digest[:16], json.dumps({"modules": entries, "sha256": digest}) + "\n"


def checked(path: Path) -> str:
    """The hash that such a file states, where this process has that very code; to be called when all of it is imported.

    Raises
    ------
    PolycageError
        `CODE_CHANGED`.
    """
    stated = json.loads(path.read_text(encoding="utf-8"))
    if library_hash(*stated["modules"]) != stated["sha256"]:
        raise PolycageError(ErrorCode.CODE_CHANGED, f"{path}: the code or a library's version is another one here")
    return str(stated["sha256"])

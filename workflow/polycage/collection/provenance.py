"""What a result depends on: versions, and a content hash of the part of this library that made it."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
from collections.abc import Iterable
from pathlib import Path

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.version import LIBRARIES, __version__, version_of

_PACKAGE = Path(__file__).parents[1]
_PAGE = "pages.page"  # it reads files beside itself
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


def share_with_child_processes() -> None:
    """Let the processes that this one starts (a workflow's scripts) import this very library."""
    home = str(_PACKAGE.parent)
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    os.environ["PYTHONPATH"] = os.pathsep.join([home, *(p for p in paths if p and p != home)])


def modules_used_by(entries: Iterable[str]) -> list[str]:
    """Modules of this package (`collection.batch`, `cli`) that given ones import, directly or not, and themselves."""
    todo, found = sorted(entries), set[str]()
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        own, _ = _imports(_path(name))
        todo += sorted(own - found)
    return sorted(found)


def modules_of_script(script: Path) -> list[str]:
    """Modules of this package that a script of the workflow imports itself."""
    own, _ = _imports(script)
    return sorted(own)


def _path(module: str) -> Path:
    return _PACKAGE / f"{module.replace('.', '/')}.py"


def _imports(source: Path) -> tuple[set[str], set[str]]:
    """What a file imports: modules of this package, and other packages."""
    own, others = set[str](), set[str]()
    for origin, listed, plain in _IMPORT.findall(source.read_text(encoding="utf-8")):
        package, _, inner = origin.partition(".")
        if package == "polycage":
            own |= {inner} if _path(inner or "-").is_file() else _modules_in(inner, _first_words(listed.strip("()")))
        else:
            words = [origin] if origin else _first_words(plain)
            own |= {word.partition(".")[2] for word in words if word.startswith("polycage.")}
            others |= {word.partition(".")[0] for word in words}
    return own, others - {"polycage"}


def _modules_in(folder: str, names: Iterable[str]) -> set[str]:
    """Those of the names imported from a folder that are modules."""
    return {module for name in names if _path(module := f"{folder}.{name}".strip(".")).is_file()}


def _first_words(listed: str) -> list[str]:
    """`a as b, c` to a and c."""
    return [words.split()[0] for words in re.sub(r"#[^\n]*", "", listed).split(",") if words.strip()]


def library_hash(*entries: str) -> str:
    """SHA-256 of the source of all modules that the given ones need and of the versions of what these import."""
    imported = {name for module in modules_used_by(entries) for name in _imports(_path(module))[1]}
    used = {name: version_of(name) for key, name in LIBRARIES.items() if key in imported}
    parts = (__version__, platform.python_version_tuple()[:2], sorted(used.items()), source_hash(*entries))
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def source_hash(*entries: str) -> str:
    """SHA-256 of the source of all modules that the given ones need, and of the page's own files."""
    modules = modules_used_by(entries)
    files = [_path(name) for name in modules]
    if _PAGE in modules:
        files += sorted(file for folder in ("page", "vendor") for file in _path(_PAGE).with_name(folder).iterdir())
    digest = hashlib.sha256()
    for path in files:
        name = path.relative_to(_PACKAGE).as_posix()
        digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def statement(stage: str, script: Path) -> tuple[str, str]:
    """What a run states of the code that a stage's script uses.

    Returns
    -------
    name, text
        The name of a file, which is another one for other code, and its text.
    """
    entries = modules_of_script(script)
    name = f"{stage}-{library_hash(*entries)[:16]}.json"
    return name, json.dumps({"modules": entries, "source": source_hash(*entries)}) + "\n"


def checked(path: Path) -> str:
    """Make sure that this process has the code that such a file states; to be called when all of it is imported.

    Returns
    -------
    hash
        `library_hash` of that code with the libraries of this process, which may be others (`snakemake --sdm conda`).

    Raises
    ------
    PolycageError
        `CODE_CHANGED`.
    """
    stated = json.loads(path.read_text(encoding="utf-8"))
    if source_hash(*stated["modules"]) != stated["source"]:
        raise PolycageError(ErrorCode.CODE_CHANGED, f"{path}: the code of polycage is another one here")
    return library_hash(*stated["modules"])

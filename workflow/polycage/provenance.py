"""What a result depends on: versions, and a content hash of the part of this library that made it."""

from __future__ import annotations

import ast
import hashlib
import os
import platform
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from polycage import __version__

_PACKAGE = Path(__file__).parent
# libraries whose version can change a number or a picture
_LIBRARIES = (
    "numpy", "numba", "scipy", "gemmi", "moyopy", "spglib", "freud-analysis", "ase", "pyarrow", "matplotlib", "jinja2",
    "snakemake",
)  # fmt: skip

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
    for name in _LIBRARIES:
        try:
            out[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            out[name] = "not installed"
    return out


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
        todo += sorted(_imports(name) - found)
    return sorted(found)


def _imports(module: str) -> set[str]:
    tree = ast.parse((_PACKAGE / f"{module}.py").read_text(encoding="utf-8"))
    out = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "polycage":
            parts = node.module.split(".")[1:]
            out |= {parts[0]} if parts else {alias.name for alias in node.names}
    return {name for name in out if (_PACKAGE / f"{name}.py").is_file()}


def library_hash(*entries: str) -> str:
    """SHA-256 of the source of all modules that the given ones need (`batch`, `fit`, ...) and of the libraries' versions."""
    digest = hashlib.sha256(repr(sorted(versions().items())).encode())
    for name in modules_used_by(entries):
        digest.update(name.encode() + b"\0" + (_PACKAGE / f"{name}.py").read_bytes() + b"\0")
    if "report" in entries:
        for path in sorted((_PACKAGE / "templates").iterdir()):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()

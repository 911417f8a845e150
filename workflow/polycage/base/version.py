"""The version of this library and of those it rests on."""

from __future__ import annotations

from functools import cache

__version__ = "0.1.0"
# libraries whose version can change a number or a picture: as they are imported, and as they are installed
LIBRARIES = {
    "numpy": "numpy", "numba": "numba", "scipy": "scipy", "gemmi": "gemmi", "moyopy": "moyopy", "spglib": "spglib",
    "freud": "freud-analysis", "ase": "ase", "pyarrow": "pyarrow", "matplotlib": "matplotlib", "jinja2": "jinja2",
}  # fmt: skip


def versions() -> dict[str, str]:
    """Versions of polycage, Python and the libraries that matter."""
    import platform  # not above: `import polycage` takes its version from here

    out = {"polycage": __version__, "python": platform.python_version()}
    return out | {name: version_of(name) for name in (*LIBRARIES.values(), "snakemake")}


@cache
def version_of(distribution: str) -> str:
    """The version of an installed distribution, or `not installed`."""
    from importlib import metadata

    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "not installed"

"""A collection of any size: published structures, each strained a little in its own way.

    python benchmarks/helpers/strains.py SOURCE TARGET [--count N] [--seed S]

SOURCE is a folder of CIFs as benchmarks/helpers/larixite.py writes them. Cell lengths are scaled by up to 2 % so that
the listed operations stay symmetries of the cell: axes that an operation mixes by one factor, angles kept. Stated
volume and density follow. Copy k is made of seed and k alone, and no two have the same text. TARGET is a folder, with
1,000 files in each subfolder, or an archive where its name ends in .zip, .tar, .tar.gz or .tgz.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import random
import re
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import gemmi

LARGEST_STRAIN = 0.02
PER_FOLDER = 1000
_LENGTH = {axis: re.compile(rf"^(_cell_length_{axis}\s+)(\S+)", re.MULTILINE) for axis in "abc"}
_VOLUME = re.compile(r"^(_cell_volume\s+)(\S+)", re.MULTILINE)
_DENSITY = re.compile(r"^(_exptl_crystal_density_diffrn\s+)(\S+)", re.MULTILINE)
_OPERATION = re.compile(
    r"^\s*'?([-+xyz0-9/., ]*[xyz][-+xyz0-9/., ]*,[-+xyz0-9/., ]*,[-+xyz0-9/., ]*)'?\s*$", re.MULTILINE
)


def strained(text: str, generator: random.Random) -> str:
    """A CIF's text with another cell of the same symmetry."""
    factors: dict[int, float] = {}
    for axis in mixed_axes(text):
        factors.setdefault(axis, 1 + generator.uniform(-LARGEST_STRAIN, LARGEST_STRAIN))
    scale = [factors[axis] for axis in mixed_axes(text)]
    for axis, factor in zip("abc", scale, strict=True):
        text = _LENGTH[axis].sub(lambda m, f=factor: f"{m[1]}{_number(m[2]) * f:.6f}", text, count=1)
    volume = scale[0] * scale[1] * scale[2]
    text = _VOLUME.sub(lambda m: f"{m[1]}{_number(m[2]) * volume:.3f}", text, count=1)
    return _DENSITY.sub(lambda m: f"{m[1]}{_number(m[2]) / volume:.4f}", text, count=1)


def _number(text: str) -> float:
    """A number without its standard uncertainty; NaN where it is none, which every reader refuses."""
    try:
        return float(text.partition("(")[0])
    except ValueError:
        return float("nan")


@cache
def mixed_axes(text: str) -> tuple[int, int, int]:
    """For each axis the first one with which the operations mix it: equal ones must be scaled alike."""
    first = [0, 1, 2]
    for triplet in _OPERATION.findall(text):
        rotation = gemmi.Op(triplet.strip()).rot
        for i in range(3):
            for j in range(3):
                if i != j and rotation[i][j]:
                    low, high = sorted((first[i], first[j]))
                    first = [low if f == high else f for f in first]
    return first[0], first[1], first[2]


class Strained:
    """The strained copies of the CIFs of a folder by number."""

    def __init__(self, source: Path, seed: int = 1) -> None:
        self._seed = seed
        self._files = sorted(source.rglob("*.cif"))
        if not self._files:
            raise FileNotFoundError(f"{source} holds no CIF")
        # in any order, so that the first ones are a fair sample
        random.Random(seed).shuffle(self._files)
        self._text: Callable[[Path], str] = cache(Path.read_text)

    def copy(self, number: int) -> tuple[str, str]:
        """Name in the collection and text of one copy."""
        path = self._files[number % len(self._files)]
        text = strained(self._text(path), random.Random(f"{self._seed} {number}"))
        return f"{number // PER_FOLDER:04d}/{number:06d}_{path.name}", text

    def copies(self, start: int, stop: int) -> Iterator[tuple[str, str]]:
        return map(self.copy, range(start, stop))


def write_folder(source: Strained, target: Path, count: int) -> None:
    """Write the first copies; subfolders that are there are complete and stay as they are."""
    for start in range(0, count, PER_FOLDER):
        stop = min(start + PER_FOLDER, count)
        whole = target / f"{start // PER_FOLDER:04d}"
        if whole.is_dir() and len(list(whole.iterdir())) >= stop - start:
            continue
        whole.mkdir(parents=True, exist_ok=True)
        for name, text in source.copies(start, stop):
            (target / name).write_text(text, encoding="utf-8")


def write_archive(source: Strained, target: Path, count: int) -> None:
    """The same in one archive."""
    with contextlib.ExitStack() as stack:
        if target.suffix == ".zip":
            packed = stack.enter_context(zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED))
            for name, text in source.copies(0, count):
                packed.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
            return
        mode = "w" if target.suffix == ".tar" else "w:gz"
        archive = stack.enter_context(tarfile.open(target, mode))  # type: ignore[call-overload]
        for name, text in source.copies(0, count):
            data = text.encode()
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="folder of CIFs")
    parser.add_argument("target", type=Path, help="folder or archive to be made")
    parser.add_argument("--count", type=int, default=100_000, help="number of structures (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    packed = options.target.name.endswith((".zip", ".tar", ".tar.gz", ".tgz"))
    (write_archive if packed else write_folder)(Strained(options.source, options.seed), options.target, options.count)
    print(f"{options.count} structures in {options.target}")


if __name__ == "__main__":
    main()

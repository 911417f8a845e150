"""What is known about the materials: `config/materials.csv`, read and validated.

A row with a structure_id describes a structure of the collection; a row without one is a row of the paper's
tables with its printed heights. `paper_compound` leads from the first kind to the second; where it is empty, the
composition does (`relation.paper_compounds`).
"""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

import polycage
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.vocabulary import GREEK
from polycage.tables.numbers_in_text import number_in

AMBIENT_GPA = 1e-4  # 1 bar; an empty pressure means ambient
UNKNOWN = "unknown"  # a pressure that is not ambient and not known: no Tc belongs to it
# two pressures are the same within 5 %, the uncertainty of pressures in diamond anvil cells, or 0.01 GPa
_PRESSURE_RATIO, _PRESSURE_GPA = 0.05, 0.01

_HEIGHTS = tuple(f"paper_h_{phase}_A" for phase in GREEK[:3])
_NUMBERS = (
    "tc_K",
    "tc_pressure_GPa",
    "pressure_GPa",
    "paper_lambda_K_A2",
    "temperature_K",
    "holes_per_metal",
    "tc_below_K",
    *_HEIGHTS,
)
# columns that a sheet must have; one without any of the others is read as if these were empty
NEEDED_COLUMNS = ("structure_id", "compound")
# `paper_compound` of a structure that is none of the paper's, whatever its composition
HELD_OUT = "none"
_PACKAGE = Path(polycage.__file__).parent


def paper_tables() -> Path:
    """The rows of the paper's Tables I and II, for sheets that have none of their own.

    They lie in an installed library, else in the repository of an editable one.

    Raises
    ------
    PolycageError
        `MATERIALS_INVALID` where the library was copied without them.
    """
    for folder in (_PACKAGE / "flow", _PACKAGE.parents[1]):
        path = folder / "config" / "paper_tables.csv"
        if path.is_file():
            return path
    cause = f"config/paper_tables.csv, to which lambda is fitted, is not installed with the library in {_PACKAGE}"
    raise PolycageError(ErrorCode.MATERIALS_INVALID, cause)


def sheet_schema() -> Path:
    """The schema of sheets: of an installed library, else of the repository of an editable one.

    Raises
    ------
    PolycageError
        `MATERIALS_INVALID` where the library was copied without it.
    """
    for folder in (_PACKAGE / "flow", _PACKAGE.parents[1]):
        path = folder / "workflow" / "schemas" / "materials.schema.yaml"
        if path.is_file():
            return path
    cause = f"materials.schema.yaml, against which sheets are checked, is not installed with the library in {_PACKAGE}"
    raise PolycageError(ErrorCode.MATERIALS_INVALID, cause)


def same_pressure(at_GPa: float, of_GPa: float) -> bool:
    """Whether two pressures are the same within what pressures are known to."""
    return abs(at_GPa - of_GPa) <= max(_PRESSURE_GPA, _PRESSURE_RATIO * max(at_GPa, of_GPa))


@dataclasses.dataclass(frozen=True, slots=True)
class Material:
    """One row: a structure of the collection."""

    structure_id: str
    compound: str
    family: str
    tc_K: float | None
    tc_citation: str
    tc_verification: str
    tc_pressure_GPa: float | None
    tc_doping: str
    pressure_GPa: float | str | None  # UNKNOWN where it is only known not to be ambient
    doping: str
    paper_compound: str
    note: str
    temperature_K: float | None = None  # of the refinement; None: not stated
    series: str = ""  # refinements of one compound that differ in `series_variable`
    series_variable: str = ""
    holes_per_metal: float | None = None  # by counting charges; negative: electrons; None: not known
    tc_below_K: float | None = None  # cooled to this temperature without becoming superconducting

    @property
    def tc_mismatch(self) -> str:
        """Why the Tc does not belong to the structure; empty where it does.

        A Tc is paired only with a structure of the same pressure and doping.
        """
        if isinstance(self.pressure_GPa, str):
            return "the structure was refined under a pressure that is not known"
        at, of = (AMBIENT_GPA if p is None else p for p in (self.tc_pressure_GPa, self.pressure_GPa))
        if not same_pressure(at, of):
            return f"Tc at {at:g} GPa, structure at {of:g} GPa"
        if self.tc_doping and self.tc_doping != self.doping:
            return f"Tc for doping {self.tc_doping!r}, structure has {self.doping or 'none stated'!r}"
        return ""

    @property
    def paired_tc_K(self) -> float | None:
        """Measured Tc in K where it belongs to this structure."""
        return None if self.tc_mismatch else self.tc_K


@dataclasses.dataclass(frozen=True, slots=True)
class PaperRow:
    """One row of the paper's Tables I and II, as printed."""

    compound: str
    table: str
    family: str
    tc_K: float
    chosen_phase: str
    heights_A: tuple[tuple[str, float], ...]  # (phase, height)
    lambda_K_A2: float | None

    @property
    def chosen_height_A(self) -> float:
        """Height of the phase that the paper takes for the superconducting one."""
        return dict(self.heights_A)[self.chosen_phase]


@dataclasses.dataclass(frozen=True, slots=True)
class Materials:
    """All that is known."""

    structures: dict[str, Material]
    paper: dict[str, PaperRow]


def load_schema(path: Path) -> Mapping[str, Any]:
    """A JSON schema written in YAML."""
    schema: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return schema


def read_materials(path: Path, schema: Mapping[str, Any]) -> Materials:
    """Read and validate `materials.csv`.

    A sheet without a row of the paper's tables, such as one with measured Tc alone, is completed with all of these:
    without them there would be no lambda to predict with.

    Raises
    ------
    PolycageError
        `MATERIALS_INVALID`, naming row and column; as `paper_tables`.
    """
    structures: dict[str, Material] = {}
    paper: dict[str, PaperRow] = {}
    links: list[tuple[str, str]] = []
    variables: dict[str, str] = {}
    of_series: dict[str, tuple[str, str]] = {}
    for where, row in _rows(path, schema):
        if row["structure_id"]:
            if row["structure_id"] in structures:
                raise _invalid(where, "structure_id", f"{row['structure_id']!r} stands in an earlier row")
            structures[row["structure_id"]] = _material(row, where)
            if row["paper_compound"]:
                links.append((where, row["paper_compound"]))
            if row["series"] and variables.setdefault(row["series"], row["series_variable"]) != row["series_variable"]:
                earlier = variables[row["series"]]
                raise _invalid(where, "series_variable", f"an earlier row of series {row['series']!r} has {earlier!r}")
            _check_series(where, row, of_series)
        else:
            printed = _paper_row(row, where)
            if printed.compound == HELD_OUT:
                raise _invalid(where, "paper_compound", f"{HELD_OUT!r} is said of structures that are none of these")
            if printed.compound in paper:
                raise _invalid(where, "paper_compound", f"{printed.compound!r} stands in an earlier row")
            paper[printed.compound] = printed
    if not paper and path.absolute() != (printed_rows := paper_tables()):
        paper = read_materials(printed_rows, schema).paper
    for where, compound in links:
        if compound not in paper and compound != HELD_OUT:
            raise _invalid(where, "paper_compound", f"{compound!r} has no row of its own with the printed heights")
    return Materials(structures, paper)


def _invalid(where: str, column: str, what: str) -> PolycageError:
    return PolycageError(ErrorCode.MATERIALS_INVALID, f"{where}, column {column}: {what}")


def _check_series(where: str, row: Mapping[str, Any], first: dict[str, tuple[str, str]]) -> None:
    """Refuse two compounds in one series, but where it runs in holes: these change the formula.

    Parameters
    ----------
    first
        Place and compound of the first row of each series; a new one is added.

    Raises
    ------
    PolycageError
        `MATERIALS_INVALID`, naming both rows.
    """
    if not row["series"] or row["series_variable"] == "holes_per_metal":
        return
    earlier, compound = first.setdefault(row["series"], (where, row["compound"]))
    if compound != row["compound"]:
        what = f"{row['compound']!r} is in series {row['series']!r} with {compound!r} ({earlier})"
        raise _invalid(where, "compound", f"{what}: a series is of refinements of one compound")


def _rows(path: Path, schema: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each row with its place in the file, numbers converted, checked against the schema."""
    validator = Draft202012Validator(schema)
    columns = list(schema["properties"])
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PolycageError(ErrorCode.MATERIALS_INVALID, f"{path.name}: {error}") from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    header = reader.fieldnames or []
    for column in header:
        if header.count(column) > 1:
            raise PolycageError(ErrorCode.MATERIALS_INVALID, f"{path.name}: column {column} stands there twice")
    for column in columns:
        if column not in header and column in NEEDED_COLUMNS:
            raise PolycageError(ErrorCode.MATERIALS_INVALID, f"{path.name}: column {column} is missing")
    for column in header:
        if column not in columns:
            raise PolycageError(ErrorCode.MATERIALS_INVALID, f"{path.name}: unknown column {column!r}")
    for raw in reader:
        where = f"{path.name}, row {reader.line_num}"
        if None in raw or None in raw.values():
            raise PolycageError(ErrorCode.MATERIALS_INVALID, f"{where}: the number of cells differs from the header's")
        row: dict[str, Any] = {k: _value(k, v.strip()) for k, v in (dict.fromkeys(columns, "") | raw).items()}
        for problem in validator.iter_errors(row):
            column = str(problem.path[0]) if problem.path else "structure_id"
            raise _invalid(where, column, problem.message)
        yield where, row


def _value(column: str, text: str) -> Any:
    """Number columns as numbers (None where empty); text that is no number stays for the schema to refuse."""
    if column not in _NUMBERS:
        return text
    if not text:
        return None
    number = number_in(text)
    return text if number is None else number


def _material(row: Mapping[str, Any], where: str) -> Material:
    if bool(row["series"]) is not bool(row["series_variable"]):
        raise _invalid(where, "series_variable", "a series has a name and a variable, or neither")
    if row["tc_below_K"] is not None:
        if row["tc_K"] is not None:
            raise _invalid(where, "tc_below_K", "the row has a Tc: what is superconducting is not without a Tc")
        for column in ("tc_citation", "tc_verification"):
            if not row[column]:
                raise _invalid(where, column, "needed beside tc_below_K: who cooled it, and whether that was looked up")
    return Material(**{field.name: row[field.name] for field in dataclasses.fields(Material)})


def _paper_row(row: Mapping[str, Any], where: str) -> PaperRow:
    heights = tuple(
        (phase, row[column]) for phase, column in zip(GREEK, _HEIGHTS, strict=False) if row[column] is not None
    )
    for column in ("paper_compound", "paper_table", "family", "tc_K"):
        if not row[column]:
            raise _invalid(where, column, "a row without a structure_id is a row of the paper's tables and needs it")
    if row["paper_phase"] not in dict(heights):
        raise _invalid(where, "paper_phase", f"{row['paper_phase']!r} has no printed height in this row")
    return PaperRow(
        row["paper_compound"],
        row["paper_table"],
        row["family"],
        row["tc_K"],
        row["paper_phase"],
        heights,
        row["paper_lambda_K_A2"],
    )

"""What a data block says of the experiment: temperature, pressure, R factor, DOI, code in a database."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence, Set

from polycage.base.findings import NO_FINDINGS, FindingCode, Findings, finding
from polycage.crystal.source import NOT_STATED, Experiment
from polycage.formats.cif_documents import Tags
from polycage.formats.numerals import number_with_su

Values = Mapping[str, str]  # by tag, those that say something
# the atoms' temperature before that of the cell; units are K but where tag (CIF of 1991) or value say otherwise
_TEMPERATURE_TAGS = (
    "_diffrn_ambient_temperature", "_cell_measurement_temperature", "_diffrn_ambient_temp", "_cell_measurement_temp",
    "_exptl_temperature", "_experiment_temperature", "_diffrn_ambient_temperature_c", "_cell_measurement_temp_c",
    "_cell_measurement_temperature_c", "_diffrn_ambient_temp_c",
)  # fmt: skip
# units are kPa by the dictionary, but where tag or value say otherwise
_PRESSURE_TAGS = (
    "_diffrn_ambient_pressure", "_cell_measurement_pressure", "_exptl_pressure", "_experiment_pressure",
    "_diffrn_ambient_pressure_gpa", "_cell_measurement_pressure_gpa", "_diffrn_ambient_pressure_kpa",
    "_cell_measurement_pressure_kpa", "_diffrn_ambient_pressure_mpa", "_cell_measurement_pressure_mpa",
)  # fmt: skip
_R_TAGS = (
    "_refine_ls_r_factor_gt", "_refine_ls_r_factor_obs", "_refine_ls_r_factor_all", "_refine_ls_r_i_factor",
    "_refine_ls_r_factor_i", "_pd_proc_ls_prof_r_factor",
)  # fmt: skip
_DOI_TAGS = ("_journal_paper_doi", "_journal_doi", "_citation_doi", "_publ_doi", "_publication_doi")
_CODE_TAGS = (
    ("COD", ("_cod_database_code", "_database_code_cod")),
    ("ICSD", ("_database_code_icsd", "_icsd_database_code")),
    ("AMCSD", ("_database_code_amcsd", "_amcsd_database_code")),
    ("CCDC", ("_database_code_depnum_ccdc_archive", "_database_code_csd")),
    ("Materials Project", ("_database_code_materials_project", "_database_code_mp", "_materials_project_id")),
    ("MAGNDATA", ("_magndata_database_code", "_database_code_magndata")),
    ("PDF", ("_database_code_pdf",)),
)
_DATABASE_OF = {tag: database for database, names in _CODE_TAGS for tag in names}
_RANK = {tag: rank for rank, tag in enumerate(_DATABASE_OF)}
_ALL_TAGS = frozenset((*_TEMPERATURE_TAGS, *_PRESSURE_TAGS, *_R_TAGS, *_DOI_TAGS, *_DATABASE_OF))
_VALUE = re.compile(r"([+-]?[\d.]+(?:[eE][+-]?\d+)?(?:\(\d+\))?) ?(\D.*)?$")
_KELVIN = {"k": 0.0, "kelvin": 0.0, "c": 273.15, "oc": 273.15, "°c": 273.15, "celsius": 273.15, "degc": 273.15}
_GPA = {"gpa": 1.0, "mpa": 1e-3, "kpa": 1e-6, "pa": 1e-9, "kbar": 0.1, "bar": 1e-4, "mbar": 1e-7, "atm": 1.01325e-4}
_MEGABAR = re.compile(r"Mbar$")  # 100 GPa; mbar is a millionth of a kbar
# below the pressure on the highest mountains a number without a unit may be one of GPa
_LEAST_KPA = 30.0
_DOI = re.compile(r"10\.\d{4,9}/\S+")


def read_experiment(tags: Tags) -> tuple[Experiment, Findings]:
    """What a block says of its experiment, and what was not understood of that."""
    there = tags.among(_ALL_TAGS)
    if not there:
        return NOT_STATED, NO_FINDINGS
    values = {name: text for name in there if (text := tags.text(name))}
    database_code = _database_code(values)
    if values.keys() <= _DATABASE_OF.keys() and there <= _DATABASE_OF.keys():  # minerals have no more, as a rule
        return Experiment(database_code=database_code), NO_FINDINGS
    pressure, findings = _pressure(values)
    return Experiment(_temperature(values), pressure, _r_factor(values), _doi(tags, there), database_code), findings


def _stated(values: Values, names: Sequence[str]) -> tuple[str, str]:
    """The first tag that has a value, and that value."""
    for name in names:
        if name in values:
            return name, values[name]
    return "", ""


def _split(text: str) -> tuple[float, str]:
    """Number and unit of a value; NaN where it is no number with a unit."""
    match = _VALUE.match(text)
    if match is None:
        return math.nan, ""
    return number_with_su(match.group(1))[0], (match.group(2) or "").strip(" .")


def _temperature(values: Values) -> float | None:
    name, text = _stated(values, _TEMPERATURE_TAGS)
    if not text:
        return None
    value, unit = _split(text)
    if not unit and name.endswith("_c"):
        unit = "c"
    kelvin = value + _KELVIN.get(unit.lower().replace(" ", ""), math.nan if unit else 0.0)
    return kelvin if kelvin > 0 else None  # also where it is NaN


def _pressure(values: Values) -> tuple[float | None, Findings]:
    name, text = _stated(values, _PRESSURE_TAGS)
    if not text:
        return None, NO_FINDINGS
    value, unit = _split(text)
    if not unit:
        unit = next((known for known in ("gpa", "mpa", "kpa") if name.endswith(f"_{known}")), "")
    if not unit and value < _LEAST_KPA:
        doubt = f"{name} {text} is kPa by the dictionary, but may be meant otherwise: no pressure_GPa is taken"
        return None, finding(FindingCode.EXPERIMENT_UNCLEAR, doubt) if value > 0 else NO_FINDINGS
    factor = 100.0 if _MEGABAR.match(unit) else _GPA.get((unit or "kPa").lower(), math.nan)
    return (value * factor if value * factor >= 0 else None), NO_FINDINGS


def _r_factor(values: Values) -> float | None:
    """R as a share; numbers above 1 are per cent."""
    for name in _R_TAGS:
        value = _split(values[name])[0] if name in values else math.nan
        value = value / 100 if value > 1 else value
        if 0 < value < 1:
            return value
    return None


def _doi(tags: Tags, there: Set[str]) -> str:
    """The first text of a tag for it that is one."""
    for name in _DOI_TAGS:
        for text in tags.texts(name) if name in there else ():
            match = _DOI.search(text)
            if match is not None:
                return match.group()
    return ""


def _database_code(values: Values) -> str:
    if len(values) == 1:  # as a rule: no order to keep
        ((name, text),) = values.items()
        database = _DATABASE_OF.get(name, "")
        return f"{database} {text.removeprefix(database).strip()}" if database else ""
    codes: dict[str, str] = {}
    for name in sorted(values.keys() & _DATABASE_OF.keys(), key=_RANK.__getitem__):
        database = _DATABASE_OF[name]
        codes.setdefault(database, values[name].removeprefix(database).strip())
    return "; ".join(f"{database} {code}" for database, code in codes.items())

"""What files say of the experiment: units by the dictionary of CIF, or as tag or value say."""

from __future__ import annotations

import json

import pytest

from case_answers import outcomes
from io_helpers import BA122, crystal_of
from polycage.crystal.source import NOT_STATED


def experiment(folder, *lines: str):
    head, rest = BA122.split("\n", 1)
    return crystal_of(folder, "\n".join([head, *lines, rest])).source.experiment


def test_nothing_stated(tmp_path):
    assert experiment(tmp_path) == NOT_STATED
    assert experiment(tmp_path, "_diffrn_ambient_temperature ?", "_refine_ls_R_factor_gt .") == NOT_STATED


@pytest.mark.parametrize(
    ("line", "kelvin"),
    [
        ("_diffrn_ambient_temperature 20.0(5)", 20.0),
        ("_cell_measurement_temperature 297", 297),
        ("_diffrn_ambient_temperature '297 K'", 297),
        ("_diffrn_ambient_temperature 25C", 298.15),  # 0 degrees Celsius are 273.15 K
        ("_diffrn_ambient_temperature '-173.15 oC'", 100),
        ("_cell_measurement_temp_C 20", 293.15),
        ("_diffrn.ambient_temperature 5", 5),
        ("_diffrn_ambient_temperature 283-303", None),
        ("_diffrn_ambient_temperature -20", None),
        ("_diffrn_ambient_temperature 0", None),
        ("_diffrn_ambient_temperature '295 F'", None),
        ("_diffrn_ambient_temperature room", None),
    ],
)
def test_temperature(tmp_path, line, kelvin):
    assert experiment(tmp_path, line).temperature_K == (None if kelvin is None else pytest.approx(kelvin))


def test_the_temperature_of_the_diffraction_comes_first(tmp_path):
    lines = ("_cell_measurement_temperature 293", "_diffrn_ambient_temperature 20")
    assert experiment(tmp_path, *lines).temperature_K == 20


@pytest.mark.parametrize(
    ("line", "gigapascal"),
    [
        ("_diffrn_ambient_pressure 101.325", 0.000101325),  # kPa by the dictionary
        ("_diffrn_ambient_pressure 5200000", 5.2),
        ("_diffrn_ambient_pressure '5.2 GPa'", 5.2),
        ("_diffrn_ambient_pressure 5.2(1)GPa", 5.2),
        ("_cell_measurement_pressure '52 kbar'", 5.2),
        ("_cell_measurement_pressure '1.5 Mbar'", 150),
        ("_diffrn_ambient_pressure_GPa 9.1", 9.1),
        ("_diffrn_ambient_pressure '1 atm'", 0.000101325),
        ("_diffrn_ambient_pressure 5.2", None),  # kPa or GPa: nobody knows
        ("_diffrn_ambient_pressure '3 furlongs'", None),
        ("_diffrn_ambient_pressure -5", None),
    ],
)
def test_pressure(tmp_path, line, gigapascal):
    assert experiment(tmp_path, line).pressure_GPa == (None if gigapascal is None else pytest.approx(gigapascal))


def test_a_pressure_whose_unit_is_not_clear_is_told(tmp_path):
    head, rest = BA122.split("\n", 1)
    crystal = crystal_of(tmp_path, f"{head}\n_diffrn_ambient_pressure 5.2\n{rest}")
    assert "_diffrn_ambient_pressure 5.2 is kPa by the dictionary" in crystal.findings.remarks[0]


@pytest.mark.parametrize(
    ("lines", "share"),
    [
        (("_refine_ls_R_factor_gt 0.0312",), 0.0312),
        (("_refine_ls_R_factor_all 0.05", "_refine_ls_R_factor_gt 0.0312"), 0.0312),
        (("_refine_ls_R_factor_gt 3.12",), 0.0312),
        (("_pd_proc_ls_prof_R_factor 0.07",), 0.07),
        (("_refine_ls_R_factor_gt 0",), None),
        (("_refine_ls_R_factor_gt 500",), None),
    ],
)
def test_r_factor(tmp_path, lines, share):
    assert experiment(tmp_path, *lines).r_factor == (None if share is None else pytest.approx(share))


@pytest.mark.parametrize(
    ("lines", "doi"),
    [
        (("_journal_paper_doi 10.1103/PhysRevB.78.020503",), "10.1103/PhysRevB.78.020503"),
        (("_citation_doi https://doi.org/10.1000/abc",), "10.1000/abc"),
        (("loop_", "_citation_id", "_citation_doi", "1 ?", "2 10.1000/second"), "10.1000/second"),
        (("_journal_paper_doi 'doi: 10.1000/x'",), "10.1000/x"),
        (("_journal_paper_doi none",), ""),
    ],
)
def test_doi(tmp_path, lines, doi):
    assert experiment(tmp_path, *lines).doi == doi


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (("_cod_database_code 1000041",), "COD 1000041"),
        (("_database_code_ICSD 163417",), "ICSD 163417"),
        (("_database_code_amcsd 0000007",), "AMCSD 0000007"),
        (("_database_code_ICSD 163417", "_cod_database_code 1000041"), "COD 1000041; ICSD 163417"),
        (("_database_code_depnum_ccdc_archive 'CCDC 1234567'",), "CCDC 1234567"),
        (("_database_code_ICSD ?",), ""),
    ],
)
def test_database_code(tmp_path, lines, code):
    assert experiment(tmp_path, *lines).database_code == code


@pytest.mark.parametrize("key", ["material_id", "entry_id", "task_id"])
def test_an_entry_of_the_materials_project_has_its_number(key):
    sites = [{"species": [{"element": "Fe", "occu": 1}], "abc": [0, 0, 0]}]
    structure = {"lattice": {"matrix": [[2.5, 0, 0], [0, 2.5, 0], [0, 0, 2.5]]}, "sites": sites}
    (outcome,) = outcomes(json.dumps({key: "mp-13-GGA", "structure": structure}).encode(), "a.json")
    assert outcome.result.experiment.database_code == "Materials Project mp-13"

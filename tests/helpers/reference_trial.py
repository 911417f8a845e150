"""Fits and trial of the reference collection in one process, as a run makes them."""

from __future__ import annotations

import functools
from typing import NamedTuple

import yaml

from helpers import CIF_FILES, ROOT, reference_measurement
from polycage.physics.descriptors import descriptor_rows
from polycage.relation.cases import case_rows
from polycage.relation.fit_table import fit_rows
from polycage.relation.trial import Trial, trial
from polycage.tables.materials import Materials, load_schema, read_materials
from polycage.tables.phase_heights import PhaseHeight, phase_heights
from polycage.tables.rows import cage_row, structure_row
from polycage.tables.schema import Row

SEED = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))["trial"]["seed"]


class Reference(NamedTuple):
    """What trial and fits are made of."""

    known: Materials
    heights: dict[str, dict[str, PhaseHeight]]
    cases: list[Row]


@functools.cache
def reference() -> Reference:
    known = read_materials(ROOT / "config/materials.csv", load_schema(ROOT / "workflow/schemas/materials.schema.yaml"))
    found = {path.stem: reference_measurement(path.stem) for path in CIF_FILES}
    heights = phase_heights([cage_row(name, cage, of) for name, of in found.items() for cage in of.cages])
    described = {name: row for name, of in found.items() if of.n_active for row in descriptor_rows(name, of)}
    structures = [structure_row(name, "", of) for name, of in found.items()]
    return Reference(known, heights, case_rows(structures, heights, described, known))


@functools.cache
def reference_trial() -> Trial:
    return trial(reference().known, reference().cases, SEED)


@functools.cache
def reference_fits() -> list[Row]:
    return fit_rows(reference().known, reference().cases, SEED)

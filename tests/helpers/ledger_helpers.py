"""The ledger on the reference collection, as it stands and with statements that print something else."""

import dataclasses
import functools

from helpers import CIF_FILES, ROOT, reference_measurement
from polycage.ledger import printed_claims as claims
from polycage.ledger import reproduction
from polycage.tables import materials
from polycage.tables.rows import cage_row, structure_row

STATED = claims.read_claims(ROOT / "config/claims.csv")
KNOWN = materials.read_materials(
    ROOT / "config/materials.csv", materials.load_schema(ROOT / "workflow/schemas/materials.schema.yaml")
)


@functools.cache
def collection():
    found = [(path.stem, reference_measurement(path.stem)) for path in CIF_FILES]
    cages = [cage_row(name, cage, m) for name, m in found for cage in m.cages]
    return cages, [structure_row(name, "", m) for name, m in found]


@functools.cache
def ledger():
    return {row["claim"]: row for row in reproduction.reproduction(STATED, KNOWN, *collection())}


def without_structures(stated=STATED):
    return {row["claim"]: row for row in reproduction.reproduction(stated, KNOWN, [], [])}


def changed(claim, **printed):
    """The ledger with one statement printed otherwise."""
    stated = {**STATED, claim: dataclasses.replace(STATED[claim], **printed)}
    return {row["claim"]: row for row in reproduction.reproduction(stated, KNOWN, *collection())}

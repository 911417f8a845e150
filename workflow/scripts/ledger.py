"""Cages, structures, materials and the paper's statements in, a verdict on each of these out."""

from pathlib import Path

from polycage.collection import job
from polycage.ledger import printed_claims as claims
from polycage.ledger import reproduction
from polycage.tables import catalogue, materials
from polycage.tables.files import write_both

job.begin(snakemake.input.library)
known = materials.read_materials(Path(snakemake.input.materials), materials.load_schema(Path(snakemake.params.schema)))
stated = claims.read_claims(Path(snakemake.params.claims))
of_cages = claims.read_cages(Path(snakemake.input.cages))
of_structures = claims.read_structures(Path(snakemake.input.structures))
rows = reproduction.reproduction(stated, known, of_cages, of_structures)
write_both(Path(snakemake.output.reproduction), catalogue.REPRODUCTION, rows)

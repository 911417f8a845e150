"""What has a Tc in, the laws of each family out."""

from pathlib import Path

from polycage.collection import job
from polycage.relation import fit_table
from polycage.tables import catalogue, materials
from polycage.tables.files import read_rows, write_both

job.begin(snakemake.input.library)
known = materials.read_materials(Path(snakemake.input.materials), materials.load_schema(Path(snakemake.params.schema)))
cases = read_rows(Path(snakemake.input.cases))
write_both(Path(snakemake.output.fit), catalogue.FIT, fit_table.fit_rows(known, cases, snakemake.params.seed))

"""Cages and materials in, lambda of each family and printed beside measured heights out."""

from pathlib import Path

from polycage.collection import job
from polycage.relation import fit
from polycage.tables import catalogue, materials, phase_heights
from polycage.tables.files import read_rows, write_both

job.begin(snakemake.input.library)
known = materials.read_materials(Path(snakemake.input.materials), materials.load_schema(Path(snakemake.params.schema)))
heights = phase_heights.phase_heights(read_rows(Path(snakemake.input.cages)))
write_both(Path(snakemake.output.fit), catalogue.FIT, fit.fit_rows(fit.fit_all(known, heights)))
write_both(Path(snakemake.output.heights), catalogue.HEIGHTS, fit.height_rows(known, heights))

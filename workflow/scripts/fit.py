"""Cages and materials in, lambda of each family and printed beside measured heights out."""

from pathlib import Path

from polycage import fit, job, materials, phase_heights, table_files, tables

job.begin(snakemake.input.library)
known = materials.read_materials(Path(snakemake.input.materials), materials.load_schema(Path(snakemake.params.schema)))
heights = phase_heights.phase_heights(table_files.read_rows(Path(snakemake.input.cages)))
table_files.write_both(Path(snakemake.output.fit), tables.FIT, fit.fit_rows(fit.fit_all(known, heights)))
table_files.write_both(Path(snakemake.output.heights), tables.HEIGHTS, fit.height_rows(known, heights))

"""Structures, cages and materials in, predictions and their skill out."""

from pathlib import Path

from polycage import fit, job, materials, phase_heights, predict, table_files, tables
from polycage.skill import prediction_rows, skill_rows

job.begin(snakemake.input.library)
known = materials.read_materials(Path(snakemake.input.materials), materials.load_schema(Path(snakemake.params.schema)))
heights = phase_heights.phase_heights(table_files.read_rows(Path(snakemake.input.cages)))
fits = fit.fit_all(known, heights)
structures = table_files.read_rows(Path(snakemake.input.structures))
predictions = predict.predict_all(structures, heights, known, fits, m2x2=snakemake.params.m2x2)
skill = skill_rows(predictions, fits)
table_files.write_both(Path(snakemake.output.skill), tables.SKILL, skill)
table_files.write_both(Path(snakemake.output.predictions), tables.PREDICTIONS, prediction_rows(predictions, skill))

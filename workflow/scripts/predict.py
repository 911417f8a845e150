"""Structures, cages, materials and the trial in, predictions with their labels out."""

from pathlib import Path

from polycage.collection import job
from polycage.relation import fit, paper_compounds, predict, reference_skill
from polycage.tables import catalogue, materials, phase_heights
from polycage.tables.files import read_rows, write_both

job.begin(snakemake.input.library)
known = materials.read_materials(Path(snakemake.input.materials), materials.load_schema(Path(snakemake.params.schema)))
heights = phase_heights.phase_heights(read_rows(Path(snakemake.input.cages)))
structures = read_rows(Path(snakemake.input.structures))
known = paper_compounds.with_paper_compounds(known, structures)
fits = fit.fit_all(known, heights)
predictions = predict.predict_all(structures, heights, known, fits, m2x2=snakemake.params.m2x2)
evaluation = read_rows(Path(snakemake.input.evaluation))
shown = reference_skill.with_reference(evaluation, reference_skill.read_reference(Path(snakemake.params.reference)))
write_both(Path(snakemake.output.predictions), catalogue.PREDICTIONS, predict.prediction_rows(predictions, shown))

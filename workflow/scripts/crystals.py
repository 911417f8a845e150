"""The tables of all structures in, a picture of each crystal with its cages out."""

from pathlib import Path

from polycage.base.settings import Settings
from polycage.collection import job
from polycage.exports.collection_exports import exported
from polycage.exports.writers import file_name
from polycage.pictures.crystal_drawing import crystal_figures
from polycage.pictures.style import write_picture

job.begin(snakemake.input.library)
asked = snakemake.params
paths = {name: Path(snakemake.input[name]) for name in ("structures", "atoms", "cages")}
folder = Path(snakemake.output[0])
folder.mkdir(parents=True, exist_ok=True)
for structure in exported(paths, Settings.from_json(asked.settings)):
    for name, figure in crystal_figures(structure, view=asked.view, size_mm=asked.size_mm):
        write_picture(folder / f"{file_name(structure.structure_id)}_{name}.{asked.form}", figure)

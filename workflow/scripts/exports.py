"""The tables of all structures in, one file in the format of another program out."""

from pathlib import Path

from polycage.base.settings import Settings
from polycage.collection import job
from polycage.exports.collection_exports import NAMES, write_collection

job.begin(snakemake.input.library)
target = Path(snakemake.output[0])
(to,) = (name for name, file in NAMES.items() if file == target.name)
paths = {name: Path(snakemake.input[name]) for name in ("structures", "atoms", "cages")}
write_collection(to, paths, target, Settings.from_json(snakemake.params.settings))

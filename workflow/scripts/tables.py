"""The shards' rows in, the tables of the whole collection out, sorted by structure_id; and what of them is active."""

from pathlib import Path

from polycage.collection import job, result_cache
from polycage.tables import active_cages, catalogue, merging
from polycage.tables.files import write_both_of

job.begin(snakemake.input.library)
made = {table: Path(snakemake.output[table.name]) for table in catalogue.MEASURED if snakemake.output.get(table.name)}
for table, path in made.items():
    write_both_of(path, table, merging.merged(table, map(Path, snakemake.input[table.name])))
active_cages.write_active(
    {table.name: path for table, path in made.items()},
    {name: Path(snakemake.output[f"active_{name}"]) for name in active_cages.NAMES},
)
result_cache.prune(Path(snakemake.params.cache))

"""The shards' rows in, the tables of the whole collection out, sorted by structure_id; and what of them is active."""

from pathlib import Path

from polycage.collection import job, result_cache
from polycage.tables import active_cages, catalogue, merging
from polycage.tables.files import write_both_of

job.begin(snakemake.input.library)
for table in catalogue.MEASURED:
    if not snakemake.output.get(table.name):
        continue  # on demand only
    shards = map(Path, snakemake.input[table.name])
    write_both_of(Path(snakemake.output[table.name]), table, merging.merged(table, shards))
made = snakemake.output
active_cages.write_active(*map(Path, (made.structures, made.cages, made.active_structures, made.active_cages)))
result_cache.prune(Path(snakemake.params.cache))

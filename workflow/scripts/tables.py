"""The shards' rows in, the tables of the whole collection out, sorted by structure_id; and what of them is active."""

from pathlib import Path

from polycage import active, cache, job, shard_tables, table_files, tables

job.begin(snakemake.input.library)
for table in tables.MEASURED:
    shards = map(Path, snakemake.input[table.name])
    table_files.write_both_of(Path(snakemake.output[table.name]), table, shard_tables.merged(table, shards))
made = snakemake.output
active.write_active(*map(Path, (made.structures, made.cages, made.active_structures, made.active_cages)))
cache.prune(Path(snakemake.params.cache))

"""The shards' rows in, the three tables of the whole collection out, sorted by structure_id."""

from pathlib import Path

from polycage import cache, shard_tables, table_files, tables

for table in tables.MEASURED:
    shards = map(Path, snakemake.input[table.name])
    table_files.write_both_of(Path(snakemake.output[table.name]), table, shard_tables.merged(table, shards))
cache.prune(Path(snakemake.params.cache))

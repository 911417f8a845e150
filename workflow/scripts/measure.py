"""One shard: a manifest in, rows of structures, cages and failures out."""

from pathlib import Path

from polycage import batch, collection, table_files, tables
from polycage.settings import Settings

settings = Settings.from_json(snakemake.params.settings)
entries = collection.read_manifest(Path(snakemake.input.manifest))
with Path(snakemake.log[0]).open("w") as log:
    outcomes = batch.measure_entries(
        Path(snakemake.params.cif_dir), entries, settings, batch.Progress(log), voids=snakemake.params.voids
    )
rows = batch.rows_of(outcomes)
table_files.write_parquet(Path(snakemake.output.structures), tables.STRUCTURES, rows.structures)
table_files.write_parquet(Path(snakemake.output.cages), tables.CAGES, rows.cages)
table_files.write_parquet(Path(snakemake.output.failures), tables.FAILURES, rows.failures)

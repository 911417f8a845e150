"""One shard: a manifest in, rows of structures, cages and failures out."""

from pathlib import Path

from polycage import batch, isolation, job, manifests, shard_tables, table_files, tables, whole_files
from polycage.cache import Cache
from polycage.settings import Settings

batch.ready(voids=snakemake.params.voids)
library = job.begin(snakemake.input.library)
settings, voids = Settings.from_json(snakemake.params.settings), snakemake.params.voids
entries = manifests.read_manifest(Path(snakemake.input.manifest))
with whole_files.Log(Path(snakemake.log[0])) as log, isolation.Isolated(batch.measure_content) as measure:
    cache = Cache(
        Path(snakemake.params.cache), settings, library, lambda warning: print(warning, file=log), voids=voids
    )
    progress, folder = batch.Progress(log, f"shard {snakemake.wildcards.shard}"), Path(snakemake.params.cif_dir)
    rows = shard_tables.gathered(
        batch.measured_rows(folder, entries, settings, progress, voids=voids, cache=cache, measure=measure)
    )
for table in tables.MEASURED:
    table_files.write_arrow(Path(snakemake.output[table.name]), rows[table.name])

"""Manifests and materials in, the table of the collection out."""

from pathlib import Path

from polycage import job, manifests, materials, schema, table_files, tables

job.begin(snakemake.input.library)
known = materials.read_materials(Path(snakemake.input.materials), materials.load_schema(Path(snakemake.params.schema)))
rows = schema.sort_rows(
    tables.COLLECTION,
    [
        {
            "structure_id": e.structure_id,
            "file": e.shown,
            "shard": manifests.shard_of_manifest(Path(m).name),
            "listed": e.structure_id in known.structures,
        }
        for m in snakemake.input.manifests
        for e in manifests.read_manifest(Path(m))
    ],
)
rows = manifests.with_missing(rows, known.structures)
table_files.write_both(Path(snakemake.output.parquet), tables.COLLECTION, rows)

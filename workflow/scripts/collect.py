"""Manifests and materials in, the table of the collection out."""

from pathlib import Path

from polycage import collection, job, materials, table_files, tables

job.begin(snakemake.input.library)
known = materials.read_materials(Path(snakemake.input.materials), materials.load_schema(Path(snakemake.params.schema)))
rows = tables.sort_rows(
    tables.COLLECTION,
    [
        {
            "structure_id": e.structure_id,
            "file": e.shown,
            "shard": collection.shard_of_manifest(Path(m).name),
            "listed": e.structure_id in known.structures,
        }
        for m in snakemake.input.manifests
        for e in collection.read_manifest(Path(m))
    ],
)
rows = collection.with_missing(rows, known.structures)
table_files.write_both(Path(snakemake.output.parquet), tables.COLLECTION, rows)

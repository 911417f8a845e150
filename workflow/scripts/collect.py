"""Manifests and materials in, the table of the collection out."""

from pathlib import Path

from polycage.collection import job, manifests
from polycage.tables import catalogue, materials, schema
from polycage.tables.files import write_both

job.begin(snakemake.input.library)
known = materials.read_materials(Path(snakemake.input.materials), materials.load_schema(Path(snakemake.params.schema)))
rows = schema.sort_rows(
    catalogue.COLLECTION,
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
if snakemake.params.tells_missing:
    rows = manifests.with_missing(rows, known.structures)
write_both(Path(snakemake.output.parquet), catalogue.COLLECTION, rows)

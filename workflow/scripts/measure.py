"""One shard: a manifest in, rows of structures, cages, atoms, vertices and failures out."""

from pathlib import Path

from polycage.base import whole_files
from polycage.base.settings import Settings
from polycage.collection import batch, isolation, job, manifests
from polycage.collection.result_cache import Cache
from polycage.fields.field_request import FieldRequest
from polycage.tables import catalogue, merging
from polycage.tables.files import write_arrow

batch.ready(voids=snakemake.params.voids, fields=bool(snakemake.input.get("fields")))
library = job.begin(snakemake.input.library)
request = snakemake.input.get("fields")
settings = Settings.from_json(snakemake.params.settings)
asked = {name: snakemake.params[name] for name in ("voids", "vertices")}
asked["fields"] = FieldRequest.from_json(Path(request).read_text(encoding="utf-8")) if request else None
entries = manifests.read_manifest(Path(snakemake.input.manifest))
with whole_files.Log(Path(snakemake.log[0])) as log, isolation.Isolated(batch.measured_content) as measure:
    cache = Cache(Path(snakemake.params.cache), settings, library, lambda warning: print(warning, file=log), **asked)
    progress, folder = batch.Progress(log, f"shard {snakemake.wildcards.shard}"), Path(snakemake.params.cif_dir)
    rows = merging.gathered(
        batch.measured_rows(folder, entries, settings, progress, cache=cache, measure=measure, **asked)
    )
for table in catalogue.MEASURED:
    write_arrow(Path(snakemake.output[table.name]), rows[table.name])

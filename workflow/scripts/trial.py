"""What has a Tc in, how laws, nulls and rivals did on held-out compounds out."""

from pathlib import Path

from polycage.collection import job
from polycage.relation import trial
from polycage.tables import catalogue, materials
from polycage.tables.files import read_rows, write_both

job.begin(snakemake.input.library)
known = materials.read_materials(Path(snakemake.input.materials), materials.load_schema(Path(snakemake.params.schema)))
cases = read_rows(Path(snakemake.input.cases))
done = trial.trial(known, cases, snakemake.params.seed, from_list=snakemake.params.from_list)
write_both(Path(snakemake.output.evaluation), catalogue.EVALUATION, done.evaluation)
write_both(Path(snakemake.output.misses), catalogue.MISSES, done.misses)

"""All tables in, the page and its figures out."""

from pathlib import Path

from polycage import job, listing, report, whole_files
from polycage.settings import Settings

job.begin(snakemake.input.library)
names = ("collection", "structures", "cages", "failures", "fit", "heights", "predictions", "skill")
data = listing.listing({name: Path(snakemake.input[name]) for name in names})
pictures = report.figures(data)
whole_files.write_text(Path(snakemake.output.relation), pictures["tc_against_height"])
whole_files.write_text(Path(snakemake.output.heights), pictures["printed_against_measured"])
page = report.page(data, pictures, Settings.from_json(snakemake.params.settings))
whole_files.write_text(Path(snakemake.output.page), page)

"""All tables in, the page and its figures out."""

from pathlib import Path

from polycage import listing, report, table_files
from polycage.settings import Settings

names = ("collection", "structures", "cages", "failures", "fit", "heights", "predictions", "skill")
data = listing.listing({name: Path(snakemake.input[name]) for name in names})
pictures = report.figures(data)
table_files.write_text(Path(snakemake.output.relation), pictures["tc_against_height"])
table_files.write_text(Path(snakemake.output.heights), pictures["printed_against_measured"])
page = report.page(data, pictures, Settings.from_json(snakemake.params.settings))
table_files.write_text(Path(snakemake.output.page), page)

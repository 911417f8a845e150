"""All tables in, the page and its figures out."""

from pathlib import Path

from polycage.base import whole_files
from polycage.base.settings import Settings
from polycage.collection import job
from polycage.report import page_data
from polycage.report.page import figures, page

job.begin(snakemake.input.library)
names = ("collection", "structures", "cages", "failures", "fit", "heights", "predictions", "skill")
data = page_data.listing({name: Path(snakemake.input[name]) for name in names})
pictures = figures(data)
whole_files.write_text(Path(snakemake.output.relation), pictures["tc_against_height"])
whole_files.write_text(Path(snakemake.output.heights), pictures["printed_against_measured"])
whole_files.write_text(Path(snakemake.output.page), page(data, pictures, Settings.from_json(snakemake.params.settings)))

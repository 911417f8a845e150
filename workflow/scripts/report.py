"""All tables in, the page and its figures out."""

from pathlib import Path

from polycage.base import whole_files
from polycage.base.settings import Settings
from polycage.collection import job
from polycage.relation.reference_skill import read_reference, with_reference
from polycage.report import page_data
from polycage.report.page import figures, page

job.begin(snakemake.input.library)
names = ("collection", "structures", "cages", "failures", "fit", "heights", "predictions", "evaluation")
data = page_data.listing({name: Path(snakemake.input[name]) for name in names})
skill = with_reference(data.skill, read_reference(Path(snakemake.params.reference)))
pictures = figures(data)
whole_files.write_text(Path(snakemake.output.relation), pictures["tc_against_height"])
whole_files.write_text(Path(snakemake.output.heights), pictures["printed_against_measured"])
text = page(data, pictures, Settings.from_json(snakemake.params.settings), skill)
whole_files.write_text(Path(snakemake.output.page), text)

"""All tables in, the page and its figures out."""

from pathlib import Path

from polycage.base import whole_files
from polycage.base.settings import Settings
from polycage.collection import job, provenance
from polycage.pages import page_data
from polycage.pages.page import figures, page
from polycage.pages.page_methods import Run
from polycage.relation.reference_skill import read_reference, with_reference

job.begin(snakemake.input.library)
asked = snakemake.params
settings = Settings.from_json(asked.settings)
data = page_data.contents({Path(path).stem: Path(path) for path in snakemake.input.tables}, settings=settings)
trust = with_reference(data.skill, read_reference(Path(asked.reference)))
pictures = figures(data)
whole_files.write_text(Path(snakemake.output.relation), pictures["tc_against_height"])
whole_files.write_text(Path(snakemake.output.heights), pictures["printed_against_measured"])
run = Run(
    settings, asked.cif_dir, asked.configuration, provenance.CITATIONS, asked.started_by, results=asked.results_name
)
whole_files.write_text(Path(snakemake.output.page), page(data, run, trust))

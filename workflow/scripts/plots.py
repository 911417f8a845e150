"""Tables of the relation in, its plots as PDF and PNG out."""

from pathlib import Path

from polycage.collection import job
from polycage.pictures.relation_figures import heights_figure, relation_figure
from polycage.pictures.style import write_picture
from polycage.relation.reference_skill import label_rows
from polycage.tables.files import read_rows

job.begin(snakemake.input.library)
fit, heights, predictions, evaluation = (
    read_rows(Path(snakemake.input[name])) for name in ("fit", "heights", "predictions", "evaluation")
)
skill = label_rows(evaluation)
for path in map(Path, snakemake.output):
    is_relation = path.stem == "tc_against_height"
    write_picture(path, relation_figure(fit, heights, predictions, skill) if is_relation else heights_figure(heights))

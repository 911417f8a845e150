# cif/ -> collect -> measure (in shards) -> match -> fit -> trial -> predict -> physics -> report
from snakemake.utils import min_version

min_version("9.0")


configfile: workflow.source_path("config/config.yaml")


include: "workflow/rules/common.smk"
include: "workflow/rules/collect.smk"
include: "workflow/rules/measure.smk"
include: "workflow/rules/active.smk"
include: "workflow/rules/match.smk"
include: "workflow/rules/fit.smk"
include: "workflow/rules/trial.smk"
include: "workflow/rules/predict.smk"
include: "workflow/rules/physics.smk"
include: "workflow/rules/ledger.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/exports.smk"


# everything but what is made on demand; `snakemake tables` only measures: structures, cages, atoms, failures
rule all:
    input:
        rules.collect.output,
        rules.tables.output,
        rules.match.output,
        rules.fit.output,
        rules.trial.output,
        rules.predict.output,
        rules.physics.output,
        rules.ledger.output,
        rules.report.output,
        rules.figures.input,
    localrule: True


# Snakemake calls the hooks of the main workflow only, not those of one that serves as its module
if (
    workflow.is_main_process
    and not workflow.modifier.is_main_snakefile()
    and not workflow.dryrun
):
    note_decisions()

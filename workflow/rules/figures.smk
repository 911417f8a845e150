# The main plots in the width of a journal's column, for papers; on demand (figures: all) a picture of each crystal.

PLOTS = ["tc_against_height", "printed_against_measured"]


rule plots:
    input:
        fit=rules.fit.output.fit,
        heights=rules.match.output.heights,
        predictions=rules.predict.output.predictions,
        evaluation=rules.trial.output.evaluation,
        library=library("plots"),
    output:
        expand(
            "{results}/figures/{name}.{form}",
            results=RESULTS,
            name=PLOTS,
            form=["pdf", "png"],
        ),
    log:
        f"{RESULTS}/logs/plots.log",
    benchmark:
        f"{RESULTS}/benchmarks/plots.tsv"
    conda:
        "../../environment.yml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
    script:
        "../scripts/plots.py"


rule crystals:
    input:
        structures=rules.tables.output.structures,
        atoms=rules.tables.output.atoms,
        cages=rules.tables.output.cages,
        library=library("crystals"),
    output:
        directory(f"{RESULTS}/figures/crystals"),
    log:
        f"{RESULTS}/logs/crystals.log",
    benchmark:
        f"{RESULTS}/benchmarks/crystals.tsv"
    conda:
        "../../environment.yml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(600),
    params:
        settings=SETTINGS,
        view=str(config["figures_view"]),
        size_mm=float(config["figures_size_mm"]),
        form=config["figures_format"],
    script:
        "../scripts/crystals.py"


rule figures:
    input:
        rules.plots.output,
        rules.report.output.relation,  # as SVG
        rules.report.output.heights,
        rules.crystals.output if config["figures"] == "all" else [],
    localrule: True

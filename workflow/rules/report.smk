# One self-contained page for the whole batch.


rule report:
    input:
        collection=rules.collect.output.parquet,
        structures=rules.tables.output.structures,
        cages=rules.tables.output.cages,
        failures=rules.tables.output.failures,
        fit=rules.fit.output.fit,
        heights=rules.match.output.heights,
        predictions=rules.predict.output.predictions,
        evaluation=rules.trial.output.evaluation,
        library=library("report"),
    output:
        page=f"{RESULTS}/report.html",
        relation=f"{RESULTS}/figures/tc_against_height.svg",
        heights=f"{RESULTS}/figures/printed_against_measured.svg",
    log:
        f"{RESULTS}/logs/report.log",
    benchmark:
        f"{RESULTS}/benchmarks/report.tsv"
    conda:
        "../../environment.yml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
    params:
        settings=SETTINGS,
        reference=str(REFERENCE),
        reference_content=REFERENCE_CONTENT,
    script:
        "../scripts/report.py"

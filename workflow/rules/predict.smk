# Tc of every phase, with the skill of such predictions.


rule predict:
    input:
        structures=ancient(rules.tables.output.active_structures),
        cages=ancient(rules.tables.output.active_cages),
        active=active_digest,
        # until match is done nobody knows whether fit and trial are to be made anew: wait for it
        matched=ancient(rules.match.output.heights),
        evaluation=rules.trial.output.evaluation,
        materials=str(CONFIG.materials),
        library=library("predict"),
    output:
        predictions=f"{RESULTS}/predictions.parquet",
        csv=f"{RESULTS}/predictions.csv",
    log:
        f"{RESULTS}/logs/predict.log",
    benchmark:
        f"{RESULTS}/benchmarks/predict.tsv"
    conda:
        "../../environment.yml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
    params:
        schema=str(SCHEMA),
        paper_content=PAPER_CONTENT,
        reference=str(REFERENCE),
        reference_content=REFERENCE_CONTENT,
        m2x2=CONFIG.lambda_fe_for_m2x2,
    script:
        "../scripts/predict.py"

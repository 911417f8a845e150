# How laws, nulls and rivals do on compounds that took no part in the fit.


rule trial:
    input:
        cases=ancient(rules.match.output.cases),
        digest=cases_digest,
        materials=str(CONFIG.materials),
        library=library("trial"),
    output:
        evaluation=f"{RESULTS}/evaluation.parquet",
        misses=f"{RESULTS}/misses.parquet",
        csv=expand(
            "{results}/{name}.csv", results=RESULTS, name=["evaluation", "misses"]
        ),
    log:
        f"{RESULTS}/logs/trial.log",
    benchmark:
        f"{RESULTS}/benchmarks/trial.tsv"
    conda:
        "../../environment.yml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
    params:
        schema=str(SCHEMA),
        paper_content=PAPER_CONTENT,
        seed=CONFIG.trial.seed,
        from_list=CONFIG.tc_table is not None,
    script:
        "../scripts/trial.py"

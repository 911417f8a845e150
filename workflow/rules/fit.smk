# Lambda of each family, on printed and on measured heights, by each rule of choosing a phase.


rule fit:
    input:
        cases=ancient(rules.match.output.cases),
        digest=cases_digest,
        materials=str(CONFIG.materials),
        library=library("fit"),
    output:
        fit=f"{RESULTS}/fit.parquet",
        csv=f"{RESULTS}/fit.csv",
    log:
        f"{RESULTS}/logs/fit.log",
    benchmark:
        f"{RESULTS}/benchmarks/fit.tsv"
    conda:
        "../../environment.yml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
    params:
        schema=str(SCHEMA),
        paper_content=PAPER_CONTENT,
        seed=CONFIG.trial.seed,
    script:
        "../scripts/fit.py"

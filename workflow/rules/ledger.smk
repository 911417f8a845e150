# Every statement of the paper beside what is recomputed and measured, with its verdict.


rule ledger:
    input:
        cages=rules.tables.output.cages,
        structures=rules.tables.output.structures,
        materials=str(CONFIG.materials),
        library=library("ledger"),
    output:
        reproduction=f"{RESULTS}/reproduction.parquet",
        csv=f"{RESULTS}/reproduction.csv",
    log:
        f"{RESULTS}/logs/ledger.log",
    benchmark:
        f"{RESULTS}/benchmarks/ledger.tsv"
    conda:
        "../../environment.yml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
    params:
        schema=str(SCHEMA),
        paper_content=PAPER_CONTENT,
        claims=str(CLAIMS),
        claims_content=CLAIMS_CONTENT,
    script:
        "../scripts/ledger.py"

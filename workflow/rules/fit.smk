# Lambda of each family, on printed and on measured heights.


rule fit:
    input:
        cages=ancient(rules.tables.output.active_cages),
        active=active_digest,
        materials=str(CONFIG.materials),
        library=library("fit"),
    output:
        fit=f"{RESULTS}/fit.parquet",
        heights=f"{RESULTS}/heights.parquet",
        csv=expand("{results}/{name}.csv", results=RESULTS, name=["fit", "heights"]),
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
    script:
        "../scripts/fit.py"

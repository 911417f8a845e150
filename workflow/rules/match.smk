# Which structures have a Tc, by the materials sheet or a user's list; and printed beside measured heights.


# a checkpoint: what comes after depends on what is in the cases, not on their being new (see active.smk)
checkpoint match:
    input:
        structures=ancient(rules.tables.output.active_structures),
        cages=ancient(rules.tables.output.active_cages),
        descriptors=ancient(rules.tables.output.active_descriptors),
        active=active_digest,
        materials=str(CONFIG.materials),
        library=library("match"),
    output:
        cases=f"{RESULTS}/active/cases.parquet",
        heights=f"{RESULTS}/heights.parquet",
        csv=f"{RESULTS}/heights.csv",
    log:
        f"{RESULTS}/logs/match.log",
    benchmark:
        f"{RESULTS}/benchmarks/match.tsv"
    conda:
        "../../environment.yml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
    params:
        schema=str(SCHEMA),
        m2x2=CONFIG.lambda_fe_for_m2x2,
    script:
        "../scripts/match.py"

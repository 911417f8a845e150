# Which structures have a Tc, by the materials sheet or a user's list; and printed beside measured heights.


# a checkpoint: what comes after depends on what is in the cases, not on their being new (see active.smk)
checkpoint match:
    input:
        structures=ancient(rules.tables.output.active_structures),
        cages=ancient(rules.tables.output.active_cages),
        descriptors=ancient(rules.tables.output.active_descriptors),
        active=active_digest,
        materials=str(CONFIG.materials),
        tc_table=str(CONFIG.tc_table) if CONFIG.tc_table else [],
        library=library("match"),
    output:
        cases=f"{RESULTS}/active/cases.parquet",
        heights=f"{RESULTS}/heights.parquet",
        matches=f"{RESULTS}/matches.parquet" if CONFIG.tc_table else [],
        csv=expand(
            "{results}/{name}.csv",
            results=RESULTS,
            name=["heights"] + ["matches"] * bool(CONFIG.tc_table),
        ),
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
        paper_content=PAPER_CONTENT,
        m2x2=CONFIG.lambda_fe_for_m2x2,
        matching={
            "open_oxygen": CONFIG.trial.open_oxygen,
            "tolerance_atoms": CONFIG.trial.tolerance_atoms,
        },
    script:
        "../scripts/match.py"

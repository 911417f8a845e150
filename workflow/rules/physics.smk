# What the paper derives from cages, where lambda, materials.csv or measured energies have a part in it.

FROM_TABLES = [table.name for table in catalogue.FROM_TABLES]
ACTIVE_TABLES = {
    name: f"{RESULTS}/active/{name}.parquet" for name in active_cages.NAMES
}


rule physics:
    input:
        **{name: ancient(path) for name, path in ACTIVE_TABLES.items()},
        active=active_digest,
        # until match is done nobody knows whether fit and trial are to be made anew: wait for it
        matched=ancient(rules.match.output.heights),
        predictions=rules.predict.output.predictions,
        materials=str(CONFIG.materials),
        library=library("physics"),
    output:
        **{name: f"{RESULTS}/{name}.parquet" for name in FROM_TABLES},
        csv=expand("{results}/{name}.csv", results=RESULTS, name=FROM_TABLES),
    log:
        f"{RESULTS}/logs/physics.log",
    benchmark:
        f"{RESULTS}/benchmarks/physics.tsv"
    conda:
        "../../environment.yml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
    params:
        tables=[*active_cages.NAMES, "predictions"],
        schema=str(SCHEMA),
        paper_content=PAPER_CONTENT,
        physics=CONFIG.physics.to_json(),
        resonances=str(CONFIG.resonances),
        resonances_content=RESONANCES_CONTENT,
        # of those of the reference collection most structures are not here: no news but for a log
        own_resonances=bool(config["resonances"]),
    script:
        "../scripts/physics.py"

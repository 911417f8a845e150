# Cages and heights: one job a shard, one set of tables out of all shards.


wildcard_constraints:
    shard="[0-9a-f]+",


rule measure:
    input:
        manifest=manifest,
        library=library("measure"),
    output:
        structures=f"{RESULTS}/shards/{{shard}}/structures.parquet",
        cages=f"{RESULTS}/shards/{{shard}}/cages.parquet",
        failures=f"{RESULTS}/shards/{{shard}}/failures.parquet",
        atoms=f"{RESULTS}/shards/{{shard}}/atoms.parquet",
        vertices=f"{RESULTS}/shards/{{shard}}/vertices.parquet",
    log:
        f"{RESULTS}/logs/measure/{{shard}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/measure/{{shard}}.tsv"
    conda:
        "../../environment.yml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
    params:
        cif_dir=str(CONFIG.cif_dir),
        settings=SETTINGS,
        voids=CONFIG.voids,
        vertices=CONFIG.vertices,
        cache=f"{RESULTS}/cache",
    script:
        "../scripts/measure.py"


# a checkpoint, because what comes after depends on what is in the tables, not on their being new (see active.smk)
checkpoint tables:
    input:
        structures=shard_tables("structures", MANIFEST_OF),
        cages=shard_tables("cages", MANIFEST_OF),
        failures=shard_tables("failures", MANIFEST_OF),
        atoms=shard_tables("atoms", MANIFEST_OF),
        vertices=shard_tables("vertices", MANIFEST_OF) if CONFIG.vertices else [],
        library=library("tables"),
    output:
        structures=f"{RESULTS}/structures.parquet",
        cages=f"{RESULTS}/cages.parquet",
        failures=f"{RESULTS}/failures.parquet",
        atoms=f"{RESULTS}/atoms.parquet",
        vertices=f"{RESULTS}/vertices.parquet" if CONFIG.vertices else [],
        active_cages=f"{RESULTS}/active/cages.parquet",
        active_structures=f"{RESULTS}/active/structures.parquet",
        csv=expand(
            "{results}/{name}.csv",
            results=RESULTS,
            name=["structures", "cages", "failures", "atoms"]
            + ["vertices"] * CONFIG.vertices,
        ),
    log:
        f"{RESULTS}/logs/tables.log",
    benchmark:
        f"{RESULTS}/benchmarks/tables.tsv"
    conda:
        "../../environment.yml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
    params:
        cache=f"{RESULTS}/cache",
    script:
        "../scripts/tables.py"

# Cages and heights: one job a shard, one set of tables out of all shards.

MEASURED = [table.name for table in catalogue.MEASURED]
# those that a run merges and writes: some on demand only
NOT_ASKED = [
    *([catalogue.VERTICES] if not CONFIG.vertices else []),
    *(catalogue.FIELDS if not CONFIG.electrostatics else []),
]
WRITTEN = [table.name for table in catalogue.MEASURED if table not in NOT_ASKED]


wildcard_constraints:
    shard="[0-9a-f]+",


rule measure:
    input:
        manifest=manifest,
        library=library("measure"),
        fields=field_request(),
    output:
        **{name: f"{RESULTS}/shards/{{shard}}/{name}.parquet" for name in MEASURED},
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
        **{name: shard_tables(name, MANIFEST_OF) for name in WRITTEN},
        library=library("tables"),
    output:
        **{name: f"{RESULTS}/{name}.parquet" for name in WRITTEN},
        **{
            f"active_{name}": f"{RESULTS}/active/{name}.parquet"
            for name in active_cages.NAMES
        },
        csv=expand("{results}/{name}.csv", results=RESULTS, name=WRITTEN),
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

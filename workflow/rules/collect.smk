# Which structures there are. The manifests are written while the rules are read, not by a rule: a rule that
# rewrites an identical file reruns all that depends on it, and 100,000 CIFs as inputs take minutes.

if workflow.is_main_process:
    try:
        SHARDS = collection.write_manifests(
            Path(f"{RESULTS}/manifests"), collection.scan(Path(CONFIG.cif_dir))
        )
    except PolycageError as error:
        raise WorkflowError(str(error)) from None
else:
    SHARDS = sorted(path.stem for path in Path(f"{RESULTS}/manifests").glob("*.jsonl"))


rule collect:
    input:
        manifests=expand(
            "{results}/manifests/{shard}.jsonl", results=RESULTS, shard=SHARDS
        ),
        materials=str(CONFIG.materials),
        library=library_hash(
            "collect", "table_files", "collection", "materials", "tables"
        ),
    output:
        csv=f"{RESULTS}/collection.csv",
        parquet=f"{RESULTS}/collection.parquet",
    log:
        f"{RESULTS}/logs/collect.log",
    localrule: True
    conda:
        "../../environment.yml"
    params:
        schema=str(SCHEMA),
    script:
        "../scripts/collect.py"

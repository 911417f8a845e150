# Which structures there are. The manifests are written while the rules are read, not by a rule: a rule that
# rewrites an identical file reruns all that depends on it, and 100,000 CIFs as inputs take minutes.

MANIFESTS = Path(f"{RESULTS}/manifests")
# The jobs read which shards there are from one file: a node may see an old listing of a shared folder, and a node that
# does not see the folder at all must not take the collection for an empty one.
SHARD_LIST = MANIFESTS / "shards.txt"

if workflow.is_main_process:
    whole_files.remove_left(Path(RESULTS))
    ARCHIVES = member_index.MemberIndex(
        Path(f"{RESULTS}/cache/archives"),
        provenance.library_hash("members"),
        logger.warning,
    )
    try:
        SHARDS = collection.write_manifests(
            MANIFESTS, collection.scan(Path(CONFIG.cif_dir), ARCHIVES.listing)
        )
        ARCHIVES.forget_others()
        collection.update_text(SHARD_LIST, "".join(f"{shard}\n" for shard in SHARDS))
    except PolycageError as error:
        raise WorkflowError(str(error)) from None
elif SHARD_LIST.is_file():
    SHARDS = SHARD_LIST.read_text().split()
else:
    raise WorkflowError(
        f"{SHARD_LIST.absolute()} is not seen by this job. The results must be in a folder that all nodes share."
    )


onstart:
    # where it may not, Snakemake removes an old output before the job that would say so
    try:
        whole_files.check_writable(Path(RESULTS))
    except PolycageError as error:
        raise WorkflowError(str(error)) from None


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

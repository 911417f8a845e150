# Which structures there are. The manifests are written while the rules are read, not by a rule: a rule that
# rewrites an identical file reruns all that depends on it, and 100,000 CIFs as inputs take minutes. They are named after
# their content: rules are read in a dry run, too, and beside a run whose jobs have other manifests.

MANIFESTS = Path(f"{RESULTS}/manifests")
# The jobs read which manifests there are from one file: a node may see an old listing of a shared folder, and a node that
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
        MANIFEST_OF = collection.write_manifests(
            MANIFESTS, collection.scan(Path(CONFIG.cif_dir), ARCHIVES.listing)
        )
        ARCHIVES.forget_others()
        collection.update_text(
            SHARD_LIST, "".join(f"{name}\n" for name in MANIFEST_OF.values())
        )
    except PolycageError as error:
        raise WorkflowError(str(error)) from None
elif SHARD_LIST.is_file():
    MANIFEST_OF = {
        collection.shard_of_manifest(name): name
        for name in SHARD_LIST.read_text().split()
    }
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
    # after an update: once, not in each of the first jobs
    if not code_folder.has_code():
        logger.warning("compiling the loops of the geometry (half a minute)")
        run_once = [sys.executable, "-m", "polycage.cli", "measure"]
        examples = [
            str(ROOT / f"cif/{name}.cif")
            for name in ("BaFe2As2_297K", "YBCO_Capponi1987_12638")
        ]
        subprocess.run(
            [*run_once, *examples], stdout=subprocess.DEVNULL, check=False
        )


onsuccess:
    collection.remove_others(Path(RESULTS), set(MANIFEST_OF.values()))


rule collect:
    input:
        manifests=expand(
            "{results}/manifests/{name}", results=RESULTS, name=MANIFEST_OF.values()
        ),
        materials=str(CONFIG.materials),
        library=library("collect", "table_files", "collection", "materials", "tables"),
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

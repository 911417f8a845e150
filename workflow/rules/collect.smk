# Which structures there are. The manifests are written while the rules are read, not by a rule: a rule that
# rewrites an identical file reruns all that depends on it, and 100,000 CIFs as inputs take minutes. They are named after
# their content: rules are read in a dry run, too, and beside a run whose jobs have other manifests.

MANIFESTS = Path(f"{RESULTS}/manifests")
# What a run has decided is noted when it starts; jobs on nodes read it: a dry run or another Snakemake may have read
# the rules since, and a node that does not see the folder at all must not take the collection for an empty one.
NOTED = Path(RESULTS) / entries.NOTED

if workflow.is_main_process:
    whole_files.remove_left(Path(RESULTS))
    ARCHIVES = archive_index.MemberIndex(
        Path(f"{RESULTS}/cache/archives"),
        provenance.library_hash("collection.archive_listing"),
        logger.warning,
    )
    try:
        found = entries.scan(
            CONFIG.cif_dir, ARCHIVES.listing, Path(RESULTS), logger.warning
        )
        entries.check_any(found, CONFIG.cif_dir)
        MANIFEST_OF = manifests.write_manifests(MANIFESTS, found)
        ARCHIVES.forget_others()
    except PolycageError as error:
        raise WorkflowError(str(error)) from None
elif NOTED.is_file():
    noted = json.loads(NOTED.read_text())
    MANIFEST_OF = noted["manifests"]
    STATED |= noted["code"]
else:
    raise WorkflowError(
        f"{NOTED.absolute()} is not seen by this job. The results must be in a folder that all nodes share."
    )


onstart:
    note_decisions()
    # after an update: once, not in each of the first jobs
    if not compiled_folder.has_code() and compiled_folder.code_folder():
        run_once = [sys.executable, "-m", "polycage.cli", "measure"]
        examples = [
            str(ROOT / f"cif/{name}.cif")
            for name in ("BaFe2As2_297K", "YBCO_Capponi1987_12638")
        ]
        subprocess.run(
            [*run_once, *examples], stdout=subprocess.DEVNULL, check=False
        )


onsuccess:
    for line in run_summary.summary(Path(RESULTS)):
        logger.warning(line)
    try:
        manifests.remove_others(
            Path(RESULTS), set(MANIFEST_OF.values()), set(STATED.values())
        )
    except (PolycageError, OSError) as error:
        logger.warning(f"what earlier collections left is still there: {error}")


rule collect:
    input:
        manifests=expand(
            "{results}/manifests/{name}", results=RESULTS, name=MANIFEST_OF.values()
        ),
        materials=str(CONFIG.materials),
        library=library("collect"),
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
        paper_content=PAPER_CONTENT,
        tells_missing=CONFIG.tells_missing,
    script:
        "../scripts/collect.py"

# Fit and prediction read the active cages alone, which most new files have none of. A rule that writes an identical file
# reruns all that reads it; so they take these tables as they are, and depend on a file that says what is in them.


def active_digest(wildcards):
    tables = checkpoints.tables.get(**wildcards).output
    path = f"{RESULTS}/provenance/active.sha256"
    if workflow.is_main_process:
        digest = active.digest(
            Path(tables.active_cages), Path(tables.active_structures)
        )
        collection.update_text(Path(path), digest)
    return path

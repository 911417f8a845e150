# Fit, prediction and what is derived read the active cages alone, which most new files have none of. A rule that writes an
# identical file reruns all that reads it; so they take these tables as they are, and depend on a file that says what is in them.


def active_digest(wildcards):
    checkpoints.tables.get(**wildcards)
    path = f"{RESULTS}/provenance/active.sha256"
    if workflow.is_main_process:
        # by their plain names: a storage provider's own copies are gone by now
        names = (f"{RESULTS}/active/{name}.parquet" for name in active_cages.NAMES)
        manifests.update_text(Path(path), active_cages.digest(*map(Path, names)))
    return path


# A Tc is known of few of them: fits and the trial read these alone (see match.smk).


def cases_digest(wildcards):
    checkpoints.match.get(**wildcards)
    path = f"{RESULTS}/provenance/cases.sha256"
    if workflow.is_main_process:
        manifests.update_text(
            Path(path), active_cages.digest(Path(f"{RESULTS}/active/cases.parquet"))
        )
    return path

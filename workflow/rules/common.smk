# Paths, settings and provenance that all rules share.
import hashlib
import json
import subprocess
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

# of this file, not of the main Snakefile: somebody else's workflow may use this one as a module
HERE = Path(workflow.current_basedir.get_path_or_uri(secret_free=True)).resolve()
ROOT = HERE.parents[1]

# the library is used from the repository, in this process and in those of the scripts. The workflow that is installed with
# the library uses that library; rules that come from a server as a module use the files of the installed workflow
if (ROOT / "workflow/polycage").is_dir():
    sys.path.insert(0, str(ROOT / "workflow"))
elif not HERE.is_dir():
    from polycage.collection import installed_flow

    ROOT = installed_flow.flow_folder()
    if not config.get("cif_dir"):
        raise WorkflowError(
            "cif_dir is empty in config/config.yaml: write the folder of your structures there, such as cif_dir: cif"
        )

from polycage.base import compiled_folder, whole_files
from polycage.base.errors import PolycageError
from polycage.collection import (
    archive_index,
    configuration,
    earlier_run,
    entries,
    manifests,
    provenance,
)
from polycage.fields import field_request as field_requests
from polycage.report import run_summary
from polycage.tables import active_cages, catalogue, materials, resonances

provenance.share_with_child_processes()

# what uses this one as a module names a few keys
config |= configuration.completed(config, ROOT / "config/config.yaml")
try:
    CONFIG = configuration.read_config(
        config,
        materials.load_schema(ROOT / "workflow/schemas/config.schema.yaml"),
        ROOT,
    )
    # fail before the first job, not after the last
    KNOWN = materials.read_materials(
        CONFIG.materials,
        materials.load_schema(ROOT / "workflow/schemas/materials.schema.yaml"),
    )
    resonances.read_resonances(CONFIG.resonances)
except PolycageError as error:
    raise WorkflowError(str(error)) from None

RESULTS = CONFIG.results_dir
SCHEMA = ROOT / "workflow/schemas/materials.schema.yaml"
# the skill of predictions on the reference collection: a file of the repository, which each node has (no input from a
# storage); its content counts
REFERENCE = ROOT / "config/reference_skill.csv"
REFERENCE_CONTENT = hashlib.sha256(REFERENCE.read_bytes()).hexdigest()
# the paper's statements: a file of the repository, as the one above
CLAIMS = ROOT / "config/claims.csv"
CLAIMS_CONTENT = hashlib.sha256(CLAIMS.read_bytes()).hexdigest()
# the rows of the paper's tables, with which the library completes a sheet that has none: as above
PAPER_CONTENT = hashlib.sha256(materials.paper_tables().read_bytes()).hexdigest()
# measured energies of resonances: a file that each node has; its content counts
RESONANCES_CONTENT = hashlib.sha256(CONFIG.resonances.read_bytes()).hexdigest()
SETTINGS = CONFIG.settings.to_json()
STATED = {}  # by stage, the name of the file that states its code


# What a job may use on a cluster. A job that was stopped because it had too little gets more at its next attempt.
def growing(amount):
    def of_attempt(wildcards, attempt):
        return amount * attempt

    return of_attempt


# The manifest of a shard (see collect.smk), which is named after its content.
def manifest(wildcards):
    return f"{RESULTS}/manifests/{MANIFEST_OF[wildcards.shard]}"


# A table of each shard; from a pattern, because a rule's output is none where a storage provider holds it.
def shard_tables(name, shards):
    return expand(f"{RESULTS}/shards/{{shard}}/{name}.parquet", shard=shards)


# A change of the library does not rerun anything by itself: a file named after the code that a stage's script uses is an input.
# Its jobs make sure that they are that code: it may have changed since the rules were read, or be another one on their node.
# A job on a node takes the names that its run has noted (see collect.smk), not those of the code that lies there.
def library(stage):
    if workflow.is_main_process:
        STATED[stage], text = provenance.statement(
            stage, ROOT / f"workflow/scripts/{stage}.py"
        )
        manifests.update_text(Path(f"{RESULTS}/provenance/{STATED[stage]}"), text)
    return f"{RESULTS}/provenance/{STATED[stage]}"


# What fields are asked with, in a file named after its content: knobs, and the holes of materials.csv. A shard does not read
# the sheet, so that a Tc in it measures nothing anew; a job on a node takes the name that its run has noted.
def field_request():
    if not CONFIG.electrostatics:
        return []
    if workflow.is_main_process:
        holes = {
            id_: known.holes_per_metal
            for id_, known in KNOWN.structures.items()
            if known.holes_per_metal is not None
        }
        text = field_requests.FieldRequest(CONFIG.fields, holes).to_json() + "\n"
        STATED["fields"] = (
            f"fields-{hashlib.sha256(text.encode()).hexdigest()[:16]}.json"
        )
        manifests.update_text(Path(f"{RESULTS}/provenance/{STATED['fields']}"), text)
    return f"{RESULTS}/provenance/{STATED['fields']}"


# The tables that the rules so far make, for the page.
def tables_of_the_page():
    made = {
        Path(str(path)).stem
        for rule in workflow.rules
        for path in rule.output
        if str(path).endswith(".parquet") and "{" not in str(path)
    }
    return [
        f"{RESULTS}/{table.name}.parquet"
        for table in catalogue.ALL
        if table.name in made
    ]


# What `snakemake --report report.zip` shows, with a caption each.
def snakemake_report(path, caption):
    return report(
        path,
        caption=f"../captions/{caption}.rst",
        category="polycage",
        labels={"what": caption.replace("_", " ")},
    )


# Notes what the rules have decided (see collect.smk). Snakemake calls no onstart of a module: the Snakefile does it there.
# Where it may not write, Snakemake would remove an old output before the job that would say so.
def note_decisions():
    try:
        whole_files.check_writable(Path(RESULTS))
        noted = {
            "manifests": MANIFEST_OF,
            "code": STATED,
            "cif_dir": earlier_run.note_of(CONFIG.cif_dir, Path(RESULTS)),
        }
        manifests.update_text(NOTED, json.dumps(noted) + "\n")
    except PolycageError as error:
        raise WorkflowError(str(error)) from None

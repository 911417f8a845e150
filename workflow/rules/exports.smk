# What is handed on to other programs, on demand: `snakemake exports`. One file a format, with all structures in it.

EXPORTS = {
    "cif": "structures.cif",
    "xyz": "structures.extxyz",
    "json": "structures.rows.json",
    "pymatgen": "structures.json",
    "ase-db": "structures.db",
}


rule export:
    input:
        structures=rules.tables.output.structures,
        atoms=rules.tables.output.atoms,
        cages=rules.tables.output.cages,
        library=library("exports"),
    output:
        f"{RESULTS}/exports/structures.{{kind}}",
    log:
        f"{RESULTS}/logs/exports/{{kind}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/exports/{{kind}}.tsv"
    conda:
        "../../environment.yml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
    params:
        settings=SETTINGS,
    script:
        "../scripts/exports.py"


rule exports:
    input:
        [
            f"{RESULTS}/exports/{EXPORTS[to]}"
            for to in config["exports"].replace(",", " ").split()
        ],
    localrule: True

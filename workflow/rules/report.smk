# One self-contained page for the whole batch: of all tables that the rules before this one make.


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


rule report:
    input:
        tables=tables_of_the_page(),
        library=library("report"),
    output:
        page=f"{RESULTS}/report.html",
        relation=f"{RESULTS}/figures/tc_against_height.svg",
        heights=f"{RESULTS}/figures/printed_against_measured.svg",
    log:
        f"{RESULTS}/logs/report.log",
    benchmark:
        f"{RESULTS}/benchmarks/report.tsv"
    conda:
        "../../environment.yml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
    params:
        settings=SETTINGS,
        reference=str(REFERENCE),
        reference_content=REFERENCE_CONTENT,
        cif_dir=str(config["cif_dir"] or ""),
        configuration=[
            [key, str(config[key])]
            for key in ("materials", "lambda_fe_for_m2x2", "voids", "vertices")
            if config[key]
        ],
    script:
        "../scripts/report.py"

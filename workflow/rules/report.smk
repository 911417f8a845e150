# One self-contained page for the whole batch: of all tables that the rules before this one make.


rule report:
    input:
        tables=tables_of_the_page(),
        library=library("report"),
    output:
        page=snakemake_report(f"{RESULTS}/report.html", "page"),
        relation=snakemake_report(
            f"{RESULTS}/figures/tc_against_height.svg", "tc_against_height"
        ),
        heights=snakemake_report(
            f"{RESULTS}/figures/printed_against_measured.svg",
            "printed_against_measured",
        ),
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
        # names without folders: the same collection makes the same page, wherever it lies
        cif_dir=Path(config["cif_dir"]).absolute().name if config["cif_dir"] else "",
        configuration=configuration.differing(config, ROOT / "config/config.yaml"),
        started_by=config["started_by"],
        # of `polycage run`, whose option it is; other ways say it of their own
        results_name=(
            Path(RESULTS).name
            if config["started_by"] == "polycage run"
            and Path(RESULTS).name != "results"
            else ""
        ),
    script:
        "../scripts/report.py"

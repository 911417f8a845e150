# make results   everything from a clean clone to results/ (the workflow on cif/); ARGS="..." are further arguments of snakemake
# make slurm     the same through Slurm (docs/running/slurm.md)
# make test      all tests; those of Slurm where tests/slurm/local-slurm.sh is up
# make bench     speed: bench-speed and bench-collection, half an hour (docs/evidence/benchmarks.md)
# make bench-speed, bench-collection   a structure, side by side with other programs; wall time of a collection of 9,275 files
# make bench-atoms, bench-scale        cost against atoms; up to 100,000 structures
#                WRITE=1 writes their tables into docs/evidence/benchmarks.md; ARGS="..." are further arguments
# make bench-page   size of the page, time to open it and to filter 10,000 rows, in Debian's chromium (docs/evidence/page.md)
# make screenshots  pictures of every view of results/report.html, both themes, narrow to wide, in screenshots/
# make fuzz      10,000 mutants of the reference CIFs, each of which must end decently (COUNT=, SEED=)
# make check     linters (of the page's JavaScript, the Dockerfile and the documentation's English too) and type checker, as CI runs them
# make docs      the documentation's site, into site/; docs-reference, drawings, notebook: pages and pictures made from the code
# make dist      wheel and source archive of a release, checked; make wheels: which Python versions have wheels of the lock
# make rooms     the picture, the line and the table of docs/architecture.md, from the imports
# make lock      new lock files, after a change of the dependencies
# make reference-skill   config/reference_skill.csv anew, after a change of heights, materials or the relation
# make clean     remove results and environments
#
# Needs Python 3.11+ and make; everything else goes into .venv.

PYTHON ?= python3
CORES ?= $(shell $(PYTHON) -c 'import os; print(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())')
VENV := .venv
BIN := $(VENV)/bin
# what tests and programs add to the PATH: the tools of the environment
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: results reference-skill slurm test test-fast bench bench-speed bench-atoms bench-collection bench-scale bench-page screenshots fuzz check docs docs-reference drawings notebook dist wheels rooms lock clean unlock

results: $(VENV)/runtime
	@exec workflow/run.py --make $$PPID snakemake --cores $(CORES) --workflow-profile workflow/profiles/default $(ARGS)

reference-skill: results
	$(BIN)/python workflow/reference_skill.py results/evaluation.parquet config/reference_skill.csv

slurm: .venv-cluster/cluster
	@PATH="$(CURDIR)/.venv-cluster/bin:$$PATH"; export PATH; exec workflow/run.py --make $$PPID workflow/slurm.sh $(ARGS)

# one process more than cores: many tests wait, for Slurm, for a browser, or for a run that is to be killed
test: $(VENV)/dev .venv-cluster/cluster
	$(BIN)/python -m pytest -n $(shell expr $(CORES) + 1) --dist worksteal --cov --cov-report=term

test-fast: $(VENV)/dev
	$(BIN)/python -m pytest -n $(CORES) --dist worksteal -m "not slow"

check: $(VENV)/dev
	ruff format --check .
	ruff check .
	mypy
	oxlint --deny-warnings workflow/polycage/pages/page
	snakefmt --check Snakefile workflow/Snakefile workflow/rules
	snakemake --lint
	hadolint --failure-threshold style Dockerfile
	codespell
	proselint check --config .proselint.json README.md CONTRIBUTING.md docs

# warnings and dead links are errors
docs: export NO_MKDOCS_2_WARNING = 1
docs: $(VENV)/dev
	mkdocs build --strict

docs-reference: $(VENV)/dev
	$(BIN)/python docs/reference.py

drawings: $(VENV)/dev
	$(BIN)/python docs/drawings.py

notebook: $(VENV)/dev
	$(BIN)/python docs/notebook.py

dist: $(VENV)/dev
	rm -rf dist
	$(BIN)/python -m build --installer uv
	twine check --strict dist/*

wheels: $(VENV)/dev
	$(BIN)/python tools/wheels.py requirements/runtime.txt --page docs/contributing/python-versions.md

rooms: $(VENV)/dev
	$(BIN)/python docs/rooms.py

# 9,275 structures that the package larixite carries; LARIXITE=FOLDER where they are there, LARIXITE= to leave them out
LARIXITE ?= .venv-bench/larixite
BENCH := .venv-bench/bin/python benchmarks
BENCH_ARGS = $(if $(WRITE),--write) $(ARGS)

bench: bench-speed bench-collection

bench-speed: .venv-bench/bench $(LARIXITE)
	$(BENCH)/speed/compare.py cif $(LARIXITE) $(BENCH_ARGS)

bench-atoms: .venv-bench/bench
	$(BENCH)/speed/atoms.py $(BENCH_ARGS)

bench-collection: .venv-bench/bench $(LARIXITE)
	$(BENCH)/scale/collection.py $(or $(LARIXITE),cif) --cores $(CORES) $(BENCH_ARGS)

bench-scale: .venv-bench/bench $(LARIXITE)
	$(BENCH)/scale/scale.py $(LARIXITE) --work .venv-bench/scale --cores $(CORES) $(BENCH_ARGS)

.venv-bench/larixite: | .venv-bench/bench
	rm -rf $@.part && $(BENCH)/helpers/larixite.py $@.part && mv $@.part $@

bench-page: $(VENV)/dev
	$(BIN)/python benchmarks/page/page.py $(if $(WRITE),--write) $(ARGS)

screenshots: $(VENV)/dev results
	$(BIN)/python tools/screenshots.py results/report.html screenshots --id BaFe2As2_297K --id YBCO_Capponi1987_12638 $(SHOTS)

fuzz: $(VENV)/dev
	$(BIN)/python benchmarks/soundness/fuzz.py --processes $(CORES) $(if $(COUNT),--count $(COUNT)) $(if $(SEED),--seed $(SEED))

# Each environment is made anew when its lock is newer than it. uv does the installing and compiles the bytecode:
# uncompiled imports cost three to four times more.
$(VENV)/runtime: requirements/runtime.txt requirements/tools.txt
	@requirements/install.sh "$(PYTHON)" $(VENV) requirements/runtime.txt
	@touch $@

$(VENV)/dev: requirements/dev.txt requirements/tools.txt
	@requirements/install.sh "$(PYTHON)" $(VENV) requirements/dev.txt
	@touch $@ $(VENV)/runtime

.venv-bench/bench: requirements/bench.txt requirements/tools.txt
	@requirements/install.sh "$(PYTHON)" .venv-bench requirements/bench.txt
	@touch $@

.venv-cluster/cluster: requirements/cluster.txt requirements/tools.txt
	@requirements/install.sh "$(PYTHON)" .venv-cluster requirements/cluster.txt
	@touch $@

LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --upgrade
lock: $(VENV)/runtime
	$(LOCK) pyproject.toml --extra workflow --extra ase --output-file requirements/runtime.txt
	$(LOCK) pyproject.toml --extra workflow --extra ase --group dev --output-file requirements/dev.txt
	$(LOCK) pyproject.toml --extra workflow --extra ase --group bench --output-file requirements/bench.txt
	$(LOCK) pyproject.toml --extra workflow --extra ase --extra cluster --constraint requirements/runtime.txt --output-file requirements/cluster.txt
	printf 'uv\nhatchling\neditables\n' | $(LOCK) - --constraint requirements/dev.txt --output-file requirements/tools.txt

clean:
	rm -rf results site dist .snakemake .venv .venv-*

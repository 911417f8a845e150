# An image with the workflow, from the lock files (docs/running/containers.md). `make check` lints it with hadolint
FROM python:3.11-slim

WORKDIR /opt/polycage
COPY pyproject.toml README.md LICENSE CITATION.cff Snakefile environment.yml ./
COPY requirements requirements
COPY config config
COPY cif cif
COPY workflow workflow
# installs what the lock pins into .venv, and compiles the loops: what `make results` does first
RUN requirements/install.sh python3 .venv requirements/runtime.txt

ENV PATH="/opt/polycage/.venv/bin:$PATH" \
    MPLCONFIGDIR=/tmp \
    XDG_CACHE_HOME=/tmp/cache
WORKDIR /data
ENTRYPOINT ["polycage"]
CMD ["--help"]

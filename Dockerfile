# An image with the workflow, from the lock files (docs/running/containers.md)
FROM python:3.11-slim

RUN apt-get update \
    && apt-get install --yes --no-install-recommends make \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /opt/polycage
COPY pyproject.toml README.md LICENSE CITATION.cff Makefile Snakefile environment.yml ./
COPY requirements requirements
COPY config config
COPY cif cif
COPY workflow workflow
# installs what the lock pins into .venv, and compiles the loops
RUN make .venv/runtime

ENV PATH="/opt/polycage/.venv/bin:$PATH" \
    MPLCONFIGDIR=/tmp \
    XDG_CACHE_HOME=/tmp/cache
WORKDIR /data
ENTRYPOINT ["polycage"]
CMD ["--help"]

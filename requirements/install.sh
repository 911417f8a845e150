#!/bin/sh
# install.sh PYTHON VENV LOCK: a virtual environment with what a lock file pins, and polycage itself (editable).
set -eu
python=$1 venv=$2 lock=$3
root=$(cd "$(dirname "$0")/.." && pwd)
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "polycage needs Python 3.11 or newer; '$python' is $("$python" --version 2>&1). Try: make PYTHON=python3.12 ..." >&2
    exit 1
}
if ! "$venv/bin/python" -c '' 2>/dev/null; then
    rm -rf "$venv"
    "$python" -m venv "$venv" || { echo "cannot make $venv (on Debian: apt-get install python3-venv)" >&2; exit 1; }
fi
echo "installing $lock into $venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$root/requirements/tools.txt"
"$venv/bin/uv" pip sync --quiet --python "$venv/bin/python" --require-hashes --compile-bytecode \
    "$root/requirements/tools.txt" "$lock"
"$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --no-deps --no-build-isolation --editable "$root"

#!/bin/sh
# install.sh PYTHON VENV LOCK: a virtual environment with what a lock file pins, and polycage itself (editable).
#
# One that was left half-made, by a kill or a full disk, is thrown away and made anew: what is in it cannot be told.
set -eu
python=$1 venv=$2 lock=$3
root=$(cd "$(dirname "$0")/.." && pwd)
half_made=$venv/half-made
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "polycage needs Python 3.11 or newer; '$python' is $("$python" --version 2>&1). Try: make PYTHON=python3.12 ..." >&2
    exit 1
}
if [ -e "$half_made" ] || ! "$venv/bin/python" -c '' 2>/dev/null; then
    rm -rf "$venv"
fi
mkdir -p "$venv"
touch "$half_made"
for name in "$root"/requirements/*.txt; do # by these make knows that it is complete
    rm -f "$venv/$(basename "$name" .txt)"
done
if [ ! -e "$venv/bin/python" ]; then
    "$python" -m venv "$venv" || { echo "cannot make $venv (on Debian: apt-get install python3-venv)" >&2; exit 1; }
fi
echo "installing $lock into $venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$root/requirements/tools.txt"
"$venv/bin/uv" pip sync --quiet --python "$venv/bin/python" --require-hashes --compile-bytecode \
    "$root/requirements/tools.txt" "$lock"
"$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --no-deps --no-build-isolation --editable "$root"
echo "compiling the loops of the geometry (half a minute)"
"$venv/bin/python" -m polycage.cli measure "$root/cif/BaFe2As2_297K.cif" "$root/cif/YBCO_Capponi1987_12638.cif" >/dev/null
rm "$half_made"

"""The files for other programs that the page makes are those of `polycage export`, byte for byte."""

import json
import random

import pytest

from hostile_cif import hostile_cif
from io_helpers import CIFS
from page_collections import tables_of, written_page
from polycage import cli
from polycage.base.settings import DEFAULTS
from polycage.exports.collection_exports import exported
from polycage.exports.writers import TEXTS
from polycage.exports.written_numbers import fixed, plain, with_all_digits
from polycage.pages.page_exports import OFFERED
from polycage.tables.files import read_rows

FORMATS = list(OFFERED)
# all files of a structure as the browser makes them; null where it has none
MADE = "async (id) => { const files = await polycage.exportsOf(id); return files && files.map((file) => file.text()); }"

# P 1 with the sites of a crystal of high symmetry, and labels that a writer of CIF or JSON may stumble over
CROWDED = hostile_cif("crowded", "X'1\" #%;", "#As</script>\\")
# an oblique cell, coordinates with seven digits, thirds, and uncertainties smaller than a digit
OBLIQUE = """data_oblique
_cell_length_a 5.0301237(8)
_cell_length_b 5.0301237(8)
_cell_length_c 7.1(2)
_cell_angle_alpha 90
_cell_angle_beta 90.01
_cell_angle_gamma 120
loop_
_space_group_symop_operation_xyz
x,y,z
-x,-y,-z
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
Mg1 Mg 0.3333333 0.6666667 0.0078125
'\u0130x\u3000\u00e9\u4e2d' Al 0.6666667(3) 0.3333333(3) 0.25
O1 O 0 0 0.1234565
O2 O 0.9999996 0.0000004 0.6234565
"""


def made(one, ids):
    return {id_: one.page.evaluate(MADE, id_) for id_ in ids}


@pytest.mark.slow
def test_all_reference_files(opened, reference, tables, tmp_path):
    one = opened(reference)
    one.go("failures")
    found = made(one, [row["structure_id"] for row in read_rows(tables["structures"])])
    for k, to in enumerate(FORMATS):
        assert cli.main(["export", str(CIFS), "--to", to, "--output", str(tmp_path)]) == 0
        files = sorted(tmp_path.rglob(f"*{TEXTS[to][1]}"))
        assert len(files) == len(found) == len(list(CIFS.glob("*.cif")))
        for id_, texts in found.items():
            assert texts[k].encode() == (tmp_path / f"{id_}{TEXTS[to][1]}").read_bytes(), (id_, to)


def test_hostile_labels_numbers_and_cells(opened, chromium, tmp_path):
    cifs = tmp_path / "cif"
    cifs.mkdir()
    (cifs / "crowded.cif").write_text(CROWDED, encoding="utf-8")
    (cifs / "oblique.cif").write_text(OBLIQUE, encoding="utf-8")
    (cifs / "a b'\u00e9\u202e;.cif").write_text(CROWDED.replace("3.9170(2)", "3.91(2)"), encoding="utf-8")
    tables = tables_of(tmp_path, cifs)
    one = opened(written_page(tables, tmp_path / "report.html"))
    one.go("failures")
    wanted = {structure.structure_id: structure for structure in exported(tables, DEFAULTS)}
    assert len(wanted) == 3
    for id_, texts in made(one, wanted).items():
        assert texts == [TEXTS[to][0](wanted[id_]) for to in FORMATS], id_
    # the crowded one has sites that its two operations do not make of each other
    assert any(len(places) > 1 for places in wanted["crowded"].places)


@pytest.mark.parametrize(
    "temperature", ["9.9e15", "1e25", "123456789012345678901", "9100000000.123456", "8999999999.123456"]
)
def test_numbers_with_more_digits_than_a_double(opened, chromium, tmp_path, temperature):
    cifs = tmp_path / "cif"
    cifs.mkdir()
    stated = f"_cell_measurement_temperature {temperature}\n_diffrn_ambient_temperature {temperature}\nloop_\n"
    (cifs / "hot.cif").write_text(CROWDED.replace("loop_\n", stated, 1), encoding="utf-8")
    tables = tables_of(tmp_path, cifs)
    (wanted,) = exported(tables, DEFAULTS)
    assert wanted.structure["temperature_K"] == float(temperature)
    one = opened(written_page(tables, tmp_path / "report.html"))
    one.go("failures")
    assert made(one, ["hot"])["hot"] == [TEXTS[to][0](wanted) for to in FORMATS]


def test_uncertainties_below_a_millionth(opened, chromium, tmp_path):
    cifs = tmp_path / "cif"
    cifs.mkdir()
    exact = CROWDED.replace("13.2968(10)", "13.29680000(32)").replace("0.3545(2)", "0.35450000(21)")
    (cifs / "exact.cif").write_text(exact.replace("3.9170(2)", "3.917000000(5)"), encoding="utf-8")
    tables = tables_of(tmp_path, cifs)
    (wanted,) = exported(tables, DEFAULTS)
    texts = [TEXTS[to][0](wanted) for to in FORMATS]
    rows = json.loads(texts[FORMATS.index("json")])
    assert rows["structure"]["c_su_A"] == 3.2e-7
    assert rows["structure"]["a_su_A"] == 5e-9
    assert [atom["z_su"] for atom in rows["atoms"] if atom["z_su"]] == [2.1e-7, 2e-4]
    one = opened(written_page(tables, tmp_path / "report.html"))
    one.go("failures")
    assert made(one, ["exact"])["exact"] == texts


def test_a_collection_of_hostile_files(opened, hostile):
    """Names and contents of all kinds: what has files in Python has the same in the browser."""
    tables = {name: hostile.parent / f"{name}.parquet" for name in ("structures", "atoms", "cages")}
    wanted = {structure.structure_id: structure for structure in exported(tables, DEFAULTS)}
    one = opened(hostile)
    one.go("failures")
    assert wanted
    for id_, texts in made(one, wanted).items():
        assert texts == [TEXTS[to][0](wanted[id_]) for to in FORMATS], id_


def test_numbers_are_written_as_in_python(opened, reference):
    """Also where a binary number is exactly half a digit, and where it is nearly."""
    draw = random.Random(18)
    halves = [sign * (n + (2 * k + 1) / 2**7) for n in (0, 2, 97) for k in range(64) for sign in (1, -1)]
    near = [round(draw.uniform(-200, 200), 6) for _ in range(1500)]
    raw = [draw.uniform(-1, 1) * 10 ** draw.randint(-8, 4) for _ in range(1500)]
    values = [*halves, *near, *raw, 0.0, -0.0, -4e-7, 5e-7, 0.9999995, 1e-6, 123456.7890125]
    one = opened(reference)
    one.go("failures")
    digits = [0, 4, 5, 6, 8]
    written = """([values, digits]) => values.map((x) => digits.flatMap((d) => [
      polycage.writtenNumbers.fixed(x, d), polycage.writtenNumbers.plain(x, d)]))"""
    found = one.page.evaluate(written, [values, digits])
    assert found == [[text for d in digits for text in (fixed(x, d), plain(x, d))] for x in values]
    pairs = [(x, round(abs(draw.gauss(0, 0.1)) * 10 ** -draw.randint(0, 5), 6)) for x in [*halves, *near]]
    # what comes out of a page has six digits
    pairs = [(round(x, 6), su) for x, su in pairs]
    found = one.page.evaluate(
        "(pairs) => pairs.map(([x, su]) => [4, 5, 6].map((d) => polycage.writtenNumbers.withAllDigits(x, su, d)))",
        pairs,
    )
    assert found == [[with_all_digits(x, su, d) for d in (4, 5, 6)] for x, su in pairs]

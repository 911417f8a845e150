"""Tables of a run as pandas frames."""

import pytest

import polycage
from helpers import CIF_DIR
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import DEFAULTS
from polycage.collection import batch
from polycage.collection.entries import scan
from polycage.tables import catalogue
from polycage.tables.files import write_both


def test_read_results(tmp_path):
    (tmp_path / "cif").mkdir()
    name = "Ba0.6K0.4Fe2As2_20K.cif"
    (tmp_path / "cif" / name).write_bytes((CIF_DIR / name).read_bytes())
    outcomes = list(batch.measure_entries(tmp_path / "cif", scan(tmp_path / "cif"), DEFAULTS))
    rows = batch.rows_of(outcomes, vertices=True)
    for table in catalogue.MEASURED:
        write_both(tmp_path / f"{table.name}.parquet", table, rows[table.name])
    frames = polycage.read_results(tmp_path)
    assert set(frames) == {table.name for table in catalogue.MEASURED}
    cages = frames["cages"].set_index("phase")
    assert cages.loc["alpha", "h_su_A"] == pytest.approx(0.0026, abs=5e-5)
    units = frames["cages"].attrs["units"]
    assert (units["h_A"], units["volume_A3"], units["angle_variance_su_deg2"]) == ("Å", "Å³", "°²")
    assert "x" not in units
    assert "height" in frames["cages"].attrs["meanings"]["h_A"]
    assert str(frames["cages"]["member"].dtype) == "Int64"  # 1, not 1.0, where cages without a phase have none
    assert frames["cages"]["member"].isna().any()
    atoms = frames["atoms"].set_index("label")
    # as the file lists them: Ba and K 2a, Fe 4d, As 4e of I4/mmm (International Tables A, No. 139)
    assert atoms["multiplicity"].to_dict() == {"Ba1": 2, "K1": 2, "Fe1": 4, "As1": 4}
    assert atoms.loc["As1", "z_su"] == pytest.approx(0.0001)
    cell = frames["structures"].iloc[0]
    assert (cell["a_A"], cell["c_su_A"], cell["gamma_deg"]) == pytest.approx((3.9090, 0.0001, 90))


def test_a_folder_without_tables(tmp_path):
    with pytest.raises(PolycageError) as caught:
        polycage.read_results(tmp_path)
    assert caught.value.code is ErrorCode.RESULTS_MISSING

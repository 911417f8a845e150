"""The library as somebody calls it from Python."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import polycage
from io_helpers import BA122, written


@pytest.fixture(name="path")
def _path(tmp_path):
    return written(tmp_path, BA122, "a.cif")


def in_a_process(code, **environment):
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment or None)
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_names_at_the_top_load_little():
    heavy = "{'numpy', 'numba', 'pymatgen', 'ase', 'pyarrow', 'scipy', 'gemmi'}"
    code = f"import sys, polycage; assert not {heavy} & set(sys.modules)"
    code += f"; polycage.PolycageError; polycage.Settings; assert not {heavy} & set(sys.modules)"
    code += "; print(sorted(polycage.__all__))"
    assert (
        in_a_process(code).split("\n")[0] == "['PolycageError', 'Settings', '__version__', 'measure', 'read_results']"
    )


def test_a_name_that_is_not_there():
    with pytest.raises(AttributeError, match="no attribute 'Measure'"):
        polycage.Measure  # noqa: B018


def test_two_calls_give_equal_results(path):
    one, two = polycage.measure(path, voids=True), polycage.measure(path, voids=True)
    assert one == two
    assert one.cages[0] == two.cages[0]
    assert one.cages[0] != two.cages[1]


def test_a_structure_with_another_height_is_another_one(path, tmp_path):
    # the same with a longer c axis (13.0168 Å)
    other = written(tmp_path, BA122.replace("13.0168", "13.1168"), "b.cif")
    assert polycage.measure(path) != polycage.measure(other)


def test_settings_as_a_mapping(path):
    # the Fe-Fe edge is 3.9625 / sqrt(2) = 2.80 Å: with a shorter limit no net is found
    by_mapping = polycage.measure(path, {"iron_edge_max_A": 2.7})
    assert by_mapping == polycage.measure(path, settings=polycage.Settings(iron_edge_max_A=2.7))
    assert by_mapping.family == "other"
    assert polycage.measure(path, {}) == polycage.measure(path)


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"layer_gap": 0.5}, "did you mean layer_gap_A?"), ({"layer_gap_A": "wide"}, "'wide'"), (0.5, "float is neither"),
     ("layer_gap_A=0.5", "str is neither")],
)  # fmt: skip
def test_settings_that_are_none(path, settings, said):
    with pytest.raises(polycage.PolycageError) as caught:
        polycage.measure(path, settings)
    assert caught.value.code.name == "CONFIG_INVALID"
    assert said in caught.value.cause


def test_a_folder_is_no_structure(tmp_path):
    with pytest.raises(polycage.PolycageError) as caught:
        polycage.measure(tmp_path)
    assert caught.value.code.name == "FILE_UNREADABLE"
    assert "is a folder, and polycage.measure takes one file" in caught.value.cause


def test_a_result_is_shown_in_a_line(path):
    found = polycage.measure(path)
    # heights of the file's source: c/4 = 3.2542 for beta
    assert repr(found) == "<Measurement: As2 Ba Fe2, I 4/m m m, family iron, 4 cages, 2 of them active, ok>"
    assert repr(found.cages[1]).startswith("<Cage 2: active beta, tridecahedron, h 3.2542 Å, volume ")


def test_coordinates_are_free_of_rounding_errors(path):
    for cage in polycage.measure(path, voids=True).cages:
        for values in (cage.vertices_cart, cage.site_cart, np.array(cage.site[:3])):
            small = np.abs(values) < 1e-9
            assert (values[small] == 0).all()
            assert not np.signbit(values[small]).any()


@pytest.mark.parametrize(
    ("method", "package", "extra"), [("to_ase", "ase", "ase"), ("to_pymatgen", "pymatgen", "pymatgen")]
)
def test_exports_without_their_library_name_the_extra(path, monkeypatch, method, package, extra):
    cage = polycage.measure(path).cages[0]
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)  # as if it were not installed
    with pytest.raises(polycage.PolycageError) as caught:
        getattr(cage, method)()
    assert caught.value.code.name == "LIBRARY_MISSING"
    assert f"pip install 'polycage[{extra}]'" in caught.value.cause


def test_who_waits_for_the_compilation_is_told_once(monkeypatch, capsys, tmp_path):
    from polycage.base import compiled_folder

    monkeypatch.setattr(compiled_folder, "has_code", lambda: False)
    for folder, said in ((str(tmp_path), f"kept in {tmp_path}"), (None, "XDG_CACHE_HOME")):
        monkeypatch.setattr(compiled_folder, "code_folder", lambda folder=folder: folder)
        compiled_folder.announce.cache_clear()
        compiled_folder.announce()
        compiled_folder.announce()
        told = capsys.readouterr()
        assert told.out == ""
        assert told.err.count("polycage: compiling the loops of the geometry") == 1
        assert said in told.err
    compiled_folder.announce.cache_clear()


def test_nobody_is_told_where_there_is_machine_code(monkeypatch, capsys):
    from polycage.base import compiled_folder

    monkeypatch.setattr(compiled_folder, "has_code", lambda: True)
    compiled_folder.announce.cache_clear()
    compiled_folder.announce()
    compiled_folder.announce.cache_clear()
    assert capsys.readouterr().err == ""

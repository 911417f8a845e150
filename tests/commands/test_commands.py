"""The commands beside measuring, as a user gives them."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
import webbrowser

import pytest

from helpers import CIF_DIR, ROOT
from polycage.base.errors import ErrorCode, PolycageError
from polycage.cli import main
from polycage.commands.options import told_where_missing

BA, CA, YBCO = (str(CIF_DIR / f"{name}.cif") for name in ("BaFe2As2_297K", "CaFe2As2_rt", "YBCO_Williams1988"))


def test_compare_prints_all_structures_with_the_skill_of_predictions(capsys):
    assert main(["compare", BA, CA]) == 0
    text = capsys.readouterr().out
    # by hand: 2 (0.3545 - 0.25) 13.0168 = 2.7205 Å
    assert "2.7205" in text
    assert re.search(r"53\.\d ± \d\.\d \(error \d+\)", text)
    assert "the formulas differ" in text


def test_compare_of_one_structure_is_refused(capsys):
    assert main(["compare", BA]) == 2
    assert "two structures" in capsys.readouterr().err


def test_compare_goes_on_without_a_bad_file(capsys, tmp_path):
    bad = tmp_path / "bad.cif"
    bad.write_text("data_x\n_cell_length_a")
    assert main(["compare", BA, CA, str(bad)]) == 1
    out, err = capsys.readouterr()
    assert "BaFe2As2_297K" in out
    assert "bad" in err


def test_three_refinements_of_ybco_say_what_is_not_stated(capsys):
    others = (str(CIF_DIR / f"YBCO_{n}.cif") for n in ("David1987", "Capponi1987_12638"))
    assert main(["compare", YBCO, *others]) == 0
    text = capsys.readouterr().out
    assert "?: an uncertainty is not stated" in text
    # the paper's height of YBa2Cu3O7 is 3.67 Å; all three lie near it
    assert [float(x) for x in re.findall(r"octahedron  (\d\.\d+)", text)] == pytest.approx([3.67] * 3, abs=0.03)


def test_view_writes_a_page_and_opens_it(tmp_path, monkeypatch, capsys):
    opened = []
    monkeypatch.setattr(webbrowser, "open", lambda url: opened.append(url) or True)
    target = tmp_path / "a page.html"
    assert main(["view", BA, "--output", str(target)]) == 0
    assert opened == [target.as_uri()]
    text = target.read_text()
    assert "Content-Security-Policy" in text
    again = tmp_path / "again.html"
    assert main(["view", BA, "--output", str(again), "--no-open"]) == 0
    assert len(opened) == 1
    assert again.read_text() == text
    capsys.readouterr()


def test_view_wants_a_name_of_a_page(capsys):
    assert main(["view", BA, "--output", "x.png", "--no-open"]) == 2
    assert "*.html" in capsys.readouterr().err


def test_draw_all(tmp_path, capsys):
    assert main(["draw", BA, "--all", "--output", str(tmp_path), "--format", "svg", "--view", "a", "--size", "60"]) == 0
    names = {path.name.removeprefix("BaFe2As2_297K_") for path in tmp_path.iterdir()}
    # by hand: two active phases, alpha and beta; the tetrahedron mu and the octahedron between the layers are spacers
    assert names == {"crystal_alpha.svg", "crystal_beta.svg", *(f"cage{k}.svg" for k in (1, 2, 3, 4))}
    assert 'width="170' in (tmp_path / "BaFe2As2_297K_crystal_alpha.svg").read_text()  # 60 mm are 170.08 pt
    capsys.readouterr()


@pytest.mark.parametrize("options", [["--size", "1"], ["--output", "x.gif"], ["--all", "--view", "up"]])
def test_draw_refuses_what_it_cannot_draw(options, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["draw", BA, *options]) == 2
    assert "CONFIG_INVALID" in capsys.readouterr().err


def test_export_of_a_folder_goes_on_after_a_failure(tmp_path, capsys):
    source = tmp_path / "mine"
    (source / "sub").mkdir(parents=True)
    (source / "sub" / "Nb.cif").write_bytes((CIF_DIR / "Nb.cif").read_bytes())
    (source / "bad.cif").write_text("data_x")
    assert main(["export", str(source), "--to", "json", "--output", str(tmp_path / "out")]) == 1
    (path,) = (tmp_path / "out").rglob("*.json")
    assert path == tmp_path / "out/sub/Nb.rows.json"
    assert json.loads(path.read_text())["structure"]["formula"] == "Nb"
    assert "bad" in capsys.readouterr().err


def test_exports_are_not_read_again_as_structures(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    shutil.copy(CIF_DIR / "Nb.cif", tmp_path)
    for to, file in (("cif", "Nb.cif"), ("xyz", "Nb.extxyz"), ("json", "Nb.rows.json"), ("pymatgen", "Nb.json")):
        assert main(["export", ".", "--to", to]) == 0
        assert capsys.readouterr().out == f"wrote exports/{file}\n"  # one structure, however often it was exported
    assert main(["export", ".", "--to", "xyz", "--output", "."]) == 2
    assert "give the exports their own" in capsys.readouterr().err
    assert not (tmp_path / "Nb.extxyz").exists()


@pytest.mark.parametrize(("read", "output"), [("c/Nb.cif", "c"), ("c/sub", "c")])
def test_exports_beside_their_structures_are_not_read_again(tmp_path, monkeypatch, capsys, read, output):
    monkeypatch.chdir(tmp_path)
    for name in ("c/Nb.cif", "c/sub/Al.cif"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(CIF_DIR / (tmp_path / name).name, tmp_path / name)
    assert main(["measure", "c", "--format", "csv"]) == 0
    before = capsys.readouterr().out
    assert main(["export", read, "--to", "xyz", "--output", output]) == 0
    assert len(list((tmp_path / "c").rglob("*.extxyz"))) == 1
    capsys.readouterr()
    assert main(["measure", "c", "--format", "csv"]) == 0
    after = capsys.readouterr()
    assert after.out == before
    assert "polycage export" in after.err


@pytest.mark.parametrize(
    ("library", "extra"), [("yaml", "workflow"), ("statsmodels.api", "workflow"), ("ase", "ase"), ("pandas", "frames")]
)
def test_a_library_of_an_extra_is_told(library, extra):
    with pytest.raises(PolycageError, match=rf"pip install 'polycage\[{extra}\]'") as caught, told_where_missing():
        raise ModuleNotFoundError(name=library)
    assert caught.value.code is ErrorCode.LIBRARY_MISSING


def test_all_libraries_of_the_workflow_have_their_extra():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    names = {re.split(r"[ ><=]", line)[0] for line in extras["workflow"]}
    module = {"pyyaml": "yaml", "scikit-learn": "sklearn"}
    for name in sorted(names - {"pygments"}):  # Snakemake itself loads it
        with pytest.raises(PolycageError), told_where_missing():
            raise ModuleNotFoundError(name=module.get(name, name))


def test_a_module_of_nobodys_is_an_error_of_the_program():
    with pytest.raises(ModuleNotFoundError), told_where_missing():
        raise ModuleNotFoundError(name="polycage.nothing")


def test_a_command_without_the_workflow_says_what_to_install():
    code = f"""
import sys
sys.modules["yaml"] = None  # as if it were not there
from polycage.cli import main
sys.exit(main(["elements", {str(CIF_DIR / "Nb.cif")!r}]))
"""
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "LIBRARY_MISSING: yaml is not installed: pip install 'polycage[workflow]'" in done.stderr

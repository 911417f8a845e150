"""The commands beside measuring, as a user gives them."""

import json
import re
import webbrowser

import pytest

from helpers import CIF_DIR
from polycage.cli import main

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

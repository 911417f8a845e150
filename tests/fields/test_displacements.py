"""Displacements as a user writes them."""

import pytest

from polycage.base.errors import ErrorCode, PolycageError
from polycage.cli import main
from polycage.fields.displacements import read_displacements


def test_read(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("# a comment\nsite, dx, dy, dz\n\n1, 0.1, -2e-1, 0\nb,0,0,.5\n")
    found = read_displacements(path)
    assert found.sites == ("1", "b")
    assert found.moves_A.tolist() == [[0.1, -0.2, 0.0], [0.0, 0.0, 0.5]]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("site,x,y,z\n1,0,0,0\n", "line 1: the columns are site, x, y, z"),
        ("# no\nsite,dx,dy,dz\n1,0,0\n", "line 3: 3 cells"),
        ("site,dx,dy,dz\n1,0,0,0\n1,0,0,0\n", "line 3: site '1' stands"),
        ("site,dx,dy,dz\n1,0,zero,0\n", "line 2: dy 'zero' is no number"),
        ("site,dx,dy,dz\n1,0,0,nan\n", "line 2: dz 'nan' is no number"),
        ("site,dx,dy,dz\n", "no displacements"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text, named):
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(PolycageError, match=named) as caught:
        read_displacements(path)
    assert caught.value.code is ErrorCode.FILE_SYNTAX


def test_a_missing_file(tmp_path):
    with pytest.raises(PolycageError) as caught:
        read_displacements(tmp_path / "no.csv")
    assert caught.value.code is ErrorCode.FILE_UNREADABLE


def test_the_command(tmp_path, capsys):
    path = tmp_path / "a.csv"
    path.write_text("site,dx,dy,dz\n1,0.1,0,0\n2,0.3,0,0\n")
    assert main(["order", str(path), "--plane", "zx"]) == 0
    out = capsys.readouterr().out
    assert "0.0000 + 0.2000 i e Å" in out
    assert "zx: z is the real axis, x the imaginary one" in out
    path.write_text("site,dx,dy,dz\n1,0.1,0,zero\n")
    assert main(["order", str(path)]) == 1
    assert "FILE_SYNTAX" in capsys.readouterr().err

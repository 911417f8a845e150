"""Space-group names; numbers and settings from International Tables A, Table 4.3.2.1 (old edition) and 1.5.4.4."""

import pytest

from polycage.crystal.space_group_names import settings_named, settings_numbered, taken_apart


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        # spaces, none, underscores, brackets, old cubic symbols, full symbols, cases
        ("P n m a", ["P n m a"]),
        ("Pnma", ["P n m a"]),
        ("PNMA", ["P n m a"]),
        ("P 21/n 21/m 21/a", ["P n m a"]),
        ("P 63/m m c", ["P 63/m m c"]),
        ("P6(3)/mmc", ["P 63/m m c"]),
        ("P6_3/mmc", ["P 63/m m c"]),
        ("P 6_{3}/m m c", ["P 63/m m c"]),
        ("P2(1)2(1)2(1)", ["P 21 21 21"]),
        ("Fm3m", ["F m -3 m"]),
        ("F 4/m -3 2/m", ["F m -3 m"]),
        ("I 4/m 2/m 2/m", ["I 4/m m m"]),
        ("P \\bar{1}", ["P -1"]),
        ("Pa3", ["P a -3"]),
        # settings told by a suffix
        ("P 4/n m m :1", ["P 4/n m m:1"]),
        ("P 4/n m m :2", ["P 4/n m m:2"]),
        ("P4/nmm:2", ["P 4/n m m:2"]),
        ("P 4/n m m Z", ["P 4/n m m:2"]),
        ("P 4/n m m S", ["P 4/n m m:1"]),
        ("P 4/n m m (origin choice 2)", ["P 4/n m m:2"]),
        ("P 4/n m m, origin choice 1", ["P 4/n m m:1"]),
        ("F d -3 m S", ["F d -3 m:1"]),
        ("Fd3mZ", ["F d -3 m:2"]),
        ("I 41/a m d (2)", ["I 41/a m d:2"]),
        ("R -3 m H", ["R -3 m:H"]),
        ("R-3mR", ["R -3 m:R"]),
        ("R-3m:H", ["R -3 m:H"]),
        ("R -3 m (hexagonal axes)", ["R -3 m:H"]),
        ("P m -3 m S", ["P m -3 m"]),
        # with the number of International Tables after the name
        ("I 4/m m m (139)", ["I 4/m m m"]),
        ("I 4/m m m (No. 139)", ["I 4/m m m"]),
        ("I4/mmm #139", ["I 4/m m m"]),
        ("P 4/n m m :2 (129)", ["P 4/n m m:2"]),
        ("P -1, No. 2", ["P -1"]),
        ("Cmma (No. 67)", ["C m m a"]),
        # settings left open
        ("P 4/n m m", ["P 4/n m m:1", "P 4/n m m:2"]),
        ("F d -3 m", ["F d -3 m:1", "F d -3 m:2"]),
        ("R -3 m", ["R -3 m:H", "R -3 m:R"]),
        ("P 21/m", ["P 1 21/m 1", "P 1 1 21/m", "P 21/m 1 1"]),
        # short for one unique axis alone, and other settings
        ("P 21/c", ["P 1 21/c 1", "P 21/c 1 1"]),
        ("A 1 2/a 1", ["A 1 2/a 1"]),
        ("I 1 2/a 1", ["I 1 2/a 1"]),
        ("B 1 21 1", ["B 1 21 1"]),
        ("P 1 1 21/b", ["P 1 1 21/b"]),
        ("Bmab", ["B m a b"]),
        ("Amaa", ["A m a a"]),
        ("Pbnm", ["P b n m"]),
        ("F 4/m m m", ["F 4/m m m"]),
        # names before and after 1992
        ("Cmce", ["C m c a"]),
        ("Cmca", ["C m c a"]),
        ("Cmme", ["C m m a"]),
        ("Cmma", ["C m m a"]),
        ("Aem2", ["A b m 2"]),
        ("Abm2", ["A b m 2"]),
        ("Aea2", ["A b a 2"]),
        ("Ccce", ["C c c a:1", "C c c a:2"]),
        ("Ccca:2", ["C c c a:2"]),
        # no names
        ("", []),
        ("x", []),
        ("P", []),
        ("no such group", []),
    ],
)
def test_settings_that_a_name_can_mean(name, settings):
    assert [setting.name for setting in settings_named(name)] == settings


@pytest.mark.parametrize(
    ("name", "number"),
    [("C2/c", 15), ("A 1 2/a 1", 15), ("Cmme", 67), ("Cmca", 64), ("Aem2", 39), ("Ccce", 68), ("Fm3m", 225),
     ("P6(3)/mmc", 194), ("P 4/n m m", 129), ("Bmab", 64), ("Amaa", 66), ("x", 0)],
)  # fmt: skip
def test_number_of_a_name(name, number):
    assert {setting.number for setting in settings_named(name)} == ({number} if number else set())


def test_body_and_extension():
    assert taken_apart("P 6(3)/m m c") == ("P63/mmc", "", 0, "")
    assert taken_apart("'R -3 m H'") == ("R-3m", "H", 0, "")
    assert taken_apart("P 21/c:b1") == ("P21/c", "", 0, "b1")
    assert taken_apart("P n m a : ba-c") == ("Pnma", "", 0, "ba-c")


@pytest.mark.parametrize(("number", "count"), [(221, 1), (194, 1), (166, 2), (129, 2), (227, 2), (62, 6)])
def test_settings_of_a_number(number, count):
    # 62: the six orders of axes; 129 and 227: two origins; 166: two sets of axes
    assert len(settings_numbered(number)) == count


@pytest.mark.parametrize(
    ("name", "order"), [("F m -3 m", 192), ("I 4/m m m", 32), ("P 4/n m m:2", 16), ("R -3 m:R", 12)]
)
def test_orders(name, order):
    # International Tables: multiplicity of the general position
    (setting,) = settings_named(name)
    assert len(setting.operations.rotation) == order

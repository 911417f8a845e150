"""Structures side by side: which differences are marked, and what is said beside them."""

import pytest

from polycage.report.comparison import Compared, Number, comparison_text, difference


@pytest.mark.parametrize(
    ("value", "reference", "expected"),
    [
        # by hand: su of the difference is sqrt(3^2 + 4^2) = 5 units
        (Number(3.0100, 0.0003), Number(3.0000, 0.0004), "+0.0100 (20.0 su) *"),
        (Number(3.0010, 0.0003), Number(3.0000, 0.0004), "+0.0010 (2.0 su)"),
        (Number(2.9985, 0.0003), Number(3.0000, 0.0004), "-0.0015 (3.0 su)"),
        (Number(3.0004, 0.0003), Number(3.0000, 0.0004), "+0.0004"),
        (Number(3.0100, None), Number(3.0000, 0.0004), "+0.0100 ?"),
        (Number(3.0100, 0.0003), None, ""),
    ],
)
def test_differences(value, reference, expected):
    assert difference(value, reference, 4) == expected


def structure(id_, h, su, *, pressure=None, temperature=None, formula="Ba Fe2", verification="", tc=True):
    row = {
        "structure_id": id_, "formula": formula, "space_group": "I 4/m m m", "family": "iron", "subfamily": "122",
        "temperature_K": temperature, "pressure_GPa": pressure, "r_factor": None, "status": "ok",
        "verification": verification, "message": "", "borderline": "",
    }  # fmt: skip
    cage = {
        "structure_id": id_, "role": "active", "phase": "alpha", "member": 1, "kind": "nonahedron", "h_A": h,
        "h_su_A": su, "volume_A3": 20.0, "volume_su_A3": None,
    }  # fmt: skip
    prediction = {
        "structure_id": id_, "phase": "alpha", "h_A": h, "h_su_A": su, "tc_K": 400 / h**2, "tc_su_K": 2.0,
        "skill_mae_K": 37.8, "skill_from": "reference collection",
    }  # fmt: skip
    return Compared.of(row, [cage], [prediction] if tc else [])


def test_predicted_tc_is_never_without_its_skill():
    text = comparison_text([structure("a", 2.0, 0.001), structure("b", 2.01, 0.001)])
    # by hand: 400 / 2^2 = 100 K, 400 / 2.01^2 = 99.0 K
    assert "100.0 ± 2.0 (error 38)" in text
    assert "99.0 ± 2.0 (error 38)" in text
    assert "hypothesis under test" in text
    # by hand: su of Tc is 2 Tc dh/h = 0.1 K each, 0.1404 K for the difference of -0.9926 K: 7.1
    assert "-1.0 (7.1 su) *" in text


def test_birge_ratio_of_three_refinements():
    # by hand: heights -1, 0, +1 with su 1 (in 0.001 Å): chi2 = 2 over 2 degrees of freedom: ratio 1
    three = [structure(name, h, 0.001) for name, h in (("a", 1.999), ("b", 2.0), ("c", 2.001))]
    assert "weighted mean 2.0000(6) Å; Birge ratio 1.0" in comparison_text(three)


def test_spread_of_refinements_that_state_no_uncertainties():
    # by hand: mean 2, standard deviation sqrt((0.001^2 + 0.001^2) / 2) = 0.001 Å, 0.05 %
    three = [structure(name, h, None) for name, h in (("a", 1.999), ("b", 2.0), ("c", 2.001))]
    assert "mean 2.0000 Å, standard deviation 0.0010 Å (0.05 %) of 3 heights" in comparison_text(three)
    # of different compounds no mean is made
    other = structure("d", 2.5, None)
    other.structure["formula"] = "Hg O2"
    assert "mean 2" not in comparison_text([*three, other])
    assert "mean 2" not in comparison_text(three[:2])


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"formula": "Ba1.9 Fe2"}, "the formulas differ"),
        ({"pressure": 4.0}, "some files state no pressure"),
        ({"temperature": 10.0}, "some files state no temperature"),
        ({"formula": "Ba1.9 Fe2", "temperature": 10.0}, "the formulas differ; some files state no temperature"),
    ],
)
@pytest.mark.parametrize("su", [None, 0.001])
def test_no_mean_of_what_is_not_one_compound_under_one_condition(changed, why, su):
    three = [structure("a", 1.999, su), structure("b", 2.0, su), structure("c", 2.001, su, **changed)]
    text = comparison_text(three)
    assert f"no mean of the heights: {why}\n" in text
    assert "Å; Birge" not in text
    assert "mean 2" not in text
    # of two heights nobody expects one
    assert "no mean" not in comparison_text(three[1:])


def test_formula_units_of_another_size_are_one_composition():
    three = [structure("a", 1.999, 0.001), structure("b", 2.0, 0.001), structure("c", 2.001, 0.001)]
    for one, formula in zip(three, ("As2 Fe2 K", "As Fe K0.5", "As4 Fe4 K2"), strict=True):
        one.structure["formula"] = formula
    text = comparison_text(three)
    assert "the formulas differ" not in text
    assert "weighted mean 2.0000(6) Å" in text
    three[1].structure["formula"] = "As Fe K0.45"
    assert "the formulas differ: these are not refinements of one composition" in comparison_text(three)


def test_no_mean_over_temperatures():
    three = [structure(f"t{t}", 2.0, 0.001, temperature=t) for t in (10.0, 10.0, 300.0)]
    assert "no mean of the heights: the files state different temperatures" in comparison_text(three)


def test_birge_ratio_of_those_that_have_uncertainties():
    # by hand, as above; the fourth, which states none, does not count
    four = [structure(name, h, su) for name, h, su in
            (("a", 1.999, 0.001), ("b", 2.0, 0.001), ("c", 2.001, 0.001), ("d", 2.1, None))]  # fmt: skip
    assert (
        "weighted mean 2.0000(6) Å of the 3 of 4 heights that have an uncertainty; Birge ratio 1.0"
        in comparison_text(four)
    )


def test_pressure_series_has_its_slope():
    # by hand: 0.02 Å in 2 GPa
    series = [structure(f"p{p}", 2.0 - 0.01 * p, 0.001, pressure=float(p)) for p in (0, 1, 2)]
    text = comparison_text(series)
    assert "different pressures: differences are not errors" in text
    # by hand: weights equal, sum of (p - mean)^2 = 2: su = 0.001 / sqrt(2) = 0.0007
    assert "slope with pressure -0.0100(7) Å/GPa" in text
    assert "Birge" not in text


def test_what_is_not_known_is_said():
    text = comparison_text(
        [structure("a", 2.0, None, tc=False), structure("b", 2.1, None, verification="unverified", tc=False)]
    )
    assert "+0.1000 ?" in text
    assert "2: the numbers of this structure are marked unverified" in text
    assert "no Tc is predicted" in text

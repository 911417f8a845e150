"""Every number in the text of docs/evidence/trial.md is that of fits and trial, or is named here as another one.

Tables are compared in test_trial_page. What a sentence says of predictions by name is calculated here by a plain loop.
"""

import re
from collections import Counter

import pytest

from io_helpers import ROOT
from polycage.relation.paper_compounds import subfamily_of
from reference_trial import reference, reference_fits, reference_trial

PAGE = (ROOT / "docs" / "evidence" / "trial.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
# sections whose numbers are those of programs that take minutes: seeds of trial_proofs.py, times of scale/trial.py
ELSEWHERE = ("## Does the trial find what is there?", "## How long it takes")


def flat(text):
    """Text on one line, without tables of numbers."""
    return " ".join(re.sub(r"<!-- (\w+) -->.*?<!-- /\1 -->", " ", text, flags=re.DOTALL).split())


def fit(family, choice, model="printed-heights", estimator="mean"):
    key = (family, choice, model, estimator)
    (row,) = [r for r in reference_fits() if (r["family"], r["choice"], r["model"], r["estimator"]) == key]
    return row


def tried(lambda_of, choice="highest", model="printed-heights", subset="all"):
    key = (lambda_of, choice, model, subset, "")
    names = ("lambda_of", "choice", "model", "subset", "subfamily")
    (row,) = [r for r in reference_trial().evaluation if tuple(r[name] for name in names) == key]
    return row


def predictions():
    """By held-out compound its Tc, and the mean over its structures of the highest of lambda / h^2."""
    lam = {family: fit(family, "printed")["lambda_K_A2"] for family in ("cuprate", "iron")}
    smallest, tc = {}, {}
    for row in reference().cases:
        if not row["paper_compound"] and row["tc_K"] is not None:
            of = smallest.setdefault((row["compound"], row["lambda_of"]), {})
            of[row["structure_id"]] = min(row["h_A"], of.get(row["structure_id"], 9.0))
            tc[row["compound"]] = row["tc_K"]
    return {
        name: (tc[name], sum(lam[family] / h**2 for h in of.values()) / len(of))
        for (name, family), of in smallest.items()
    }


def of_choosing():
    """How much choosing phases afterwards brings, from errors left out."""
    out = []
    for family in ("cuprate", "iron"):
        null = fit(family, "printed")["null_mae_K"]
        error = {choice: fit(family, choice)["left_out_mae_K"] for choice in ("printed", "tightest", "loosest")}
        gain = {choice: null - value for choice, value in error.items()}
        share = {choice: 100 * (1 - gain[choice] / gain["printed"]) for choice in error}
        out.append((null, error, gain, share))
    (c_null, c_error, c_gain, c_share), (i_null, i_error, i_gain, i_share) = out
    assert i_error["tightest"] > i_null
    return (
        f"For the cuprates the printed phases are {c_gain['printed']:.1f} K better than a constant"
        f" ({c_error['printed']:.1f} against {c_null:.1f} K, left out). The tightest phase is {c_gain['tightest']:.1f}"
        f" K better, the loosest {c_gain['loosest']:.1f} K: {c_share['tightest']:.0f} to {c_share['loosest']:.0f} % of"
        f" the gain comes from the choice. For the iron-based compounds the printed phases are"
        f" {i_gain['printed']:.1f} K better ({i_error['printed']:.1f} against {i_null:.1f} K). The loosest is"
        f" {i_gain['loosest']:.1f} K better,"
        f" and the tightest is worse than a constant: {i_share['loosest']:.0f} % of the gain or all of it comes from"
        f" the choice."
    )


def of_subfamilies():
    names = [subfamily_of(row.compound) for row in reference().known.paper.values() if row.family == "iron"]
    assert (len(names), Counter(names).most_common(1)) == (13, [("1111", 10)])
    printed, closest = fit("iron", "printed"), fit("iron", "closest")
    return (
        f"Ten of the thirteen are of one subfamily, 1111. With the printed phases the error is"
        f" {printed['subfamily_out_mae_K']:.1f} K where a whole subfamily is left out. With `closest`, which then"
        f" chooses from the other subfamilies alone, it is {closest['subfamily_out_mae_K']:.1f} K. A constant has"
        f" {printed['null_mae_K']:.1f} K, with one compound left out."
    )


def of_exponents():
    ends = {
        (family, choice): (row["exponent_low"], row["exponent_high"])
        for family in ("cuprate", "iron")
        for choice in ("printed", "tightest")
        for row in [fit(family, choice, estimator="free-exponent")]
    }
    for family in ("cuprate", "iron"):
        low, high = ends[family, "printed"]
        assert low < 2 < high
    assert 1 < ends["cuprate", "printed"][0] < 1.2
    assert ends["cuprate", "printed"][1] > 2.5
    assert ends["iron", "tightest"][0] < 0 < ends["iron", "tightest"][1]
    return (
        "The interval of a free exponent holds 2 for both families with the printed phases. It is wide for the cuprates"
        " (1 is nearly in it, and 2.5 is). Phases chosen for n = 2 favour n = 2; with the tightest phase the iron-based"
        " compounds single out nothing, 0 is in the interval."
    )


def of_measured_heights():
    rows = [fit(family, "printed", "measured-heights") for family in ("cuprate", "iron")]
    assert [row["n"] for row in rows] == [5, 4]
    assert [fit(family, "printed")["n"] for family in ("cuprate", "iron")] == [8, 13]
    in_paper = [r for r in reference().cases if r["paper_compound"] and r["lambda_of"] == "iron"]
    tc = {r["tc_K"] for r in in_paper}
    printed = {name: row.tc_K for name, row in reference().known.paper.items()}
    assert (35, 41) in {(r["tc_K"], printed[r["paper_compound"]]) for r in in_paper}
    lam = [
        f"{r['lambda_K_A2']:.0f} ({r['lambda_low_K_A2']:.0f} to {r['lambda_high_K_A2']:.0f}) and the left-out error"
        f" {r['left_out_mae_K']:.1f} K, against {r['null_mae_K']:.1f} K for a constant."
        for r in rows
    ]
    return (
        f"Five of the eight cuprates are in the collection, at the pressure of their Tc. With their printed phases λ is"
        f" {lam[0]} So the cuprates' agreement does not hang on the printed heights. Four of the thirteen iron-based"
        f" compounds are there, all unverified. λ is {lam[1]} Their Tc lie between {min(tc):.0f} and {max(tc):.0f} K,"
        f" so that a constant is hard to beat. One of them is another sample than the paper's, with 35 K and not 41 K."
    )


def of_chosen_afterwards():
    closest, constant = tried("iron", "closest"), tried("iron", "none", "mean-tc")
    loosest = tried("iron", "loosest")
    return (
        f"`closest` is the best that the paper's way could reach: {closest['mae_K']:.1f} K, below the constant's"
        f" {constant['mae_K']:.1f} K, by less than the intervals can tell, with p = {closest['p_permuted']:.2f}. The"
        f" `loosest` phase, which does not know Tc, has the same {loosest['mae_K']:.1f} K here."
    )


def of_bounds():
    row = tried("cuprate")
    above = {name: tc - found for name, (tc, found) in predictions().items() if tc > found}
    assert all(tried(whose, "none", "record-tc")["share_below"] == 1 for whose in ("cuprate", "iron"))
    assert all(
        0 < tried(w)["pinball_K"] - tried(w, "none", "record-tc")["pinball_K"] < 0.5 for w in ("cuprate", "iron")
    )
    hg, tl2, tl1 = (above.pop(name) for name in ("HgBa2CaCu2O6+d", "Tl2Ba2CaCu2O8", "Tl2Ba2CuO6"))
    assert not above
    return (
        f"With the highest prediction no iron-based Tc lies above it, but {round(9 * (1 - row['share_below']))} of 9"
        f" cuprates do (interval of the share below: {row['share_below_low']:.2f} to {row['share_below_high']:.2f}):"
        f" HgBa2CaCu2O6+d by {hg:.0f} K, Tl2Ba2CaCu2O8 by {tl2:.0f} K and Tl2Ba2CuO6 by {tl1:.0f} K."
    )


def of_misses():
    worst = sorted(predictions().items(), key=lambda item: -abs(item[1][1] - item[1][0]))[:10]
    assert [name for name, _ in worst] == [row["compound"] for row in reference_trial().misses]
    assert sum(found > tc for _, (tc, found) in worst) == 9
    (first, (tc, found)), *others = worst
    listed = [f"{name} ({there:.0f} and {here:.0f})" for name, (here, there) in others]
    return (
        f"**The worst misses** with the highest prediction are {first} ({found:.0f} K predicted, {tc:.0f} K measured),"
        f" {', '.join(listed[:-1])} and {listed[-1]}. Nine of the ten are too high."
    )


def of_the_nickelate():
    cuprates = {n: v for n, v in predictions().items() if tried_as(n) == "cuprate" and n != "Nd0.8Sr0.2NiO2"}
    assert len(cuprates) == 8
    error = sum(abs(tc - found) for tc, found in cuprates.values()) / 8
    paper = [row.tc_K for row in reference().known.paper.values() if row.family == "cuprate"]
    null = sum(abs(tc - sum(paper) / len(paper)) for tc, _ in cuprates.values()) / 8
    return f"Without the nickelate the cuprates' error is {error:.1f} K, that of the constant {null:.1f} K."


def tried_as(compound):
    return next(row["lambda_of"] for row in reference().cases if row["compound"] == compound)


def of_parents():
    lam = fit("iron", "printed")["lambda_K_A2"]
    ids = ("BaFe2As2_297K", "LaFeAsO_rt")
    tc = [lam / min(height.h_A for height in reference().heights[name].values()) ** 2 for name in ids]
    return f"{tc[0]:.0f} K for BaFe2As2, {tc[1]:.0f} K for LaFeAsO."


def of_rivals():
    error = {
        (w, choice, model): tried(w, choice, model)["mae_K"]
        for w in ("cuprate", "iron")
        for choice, model in (("highest", "refitted"), ("closest", "refitted"), ("none", "refitted-mean-tc"))
    }
    c, i = (
        [error[w, *key] for key in (("highest", "refitted"), ("none", "refitted-mean-tc"))] for w in ("cuprate", "iron")
    )
    return (
        f"{c[0]:.1f} against {c[1]:.1f} K and {i[0]:.1f} against {i[1]:.1f} K. With `closest` the iron-based error is"
        f" {error['iron', 'closest', 'refitted']:.1f} K."
    )


def of_the_collection():
    c, i = (fit(family, "tightest", "collection-heights") for family in ("cuprate", "iron"))
    of_paper = [fit(family, "printed")["lambda_K_A2"] for family in ("cuprate", "iron")]
    return (
        f"Fitted to the same {c['n']} and {i['n']} compounds, the tightest phase standing for each, λ is"
        f" {c['lambda_K_A2']:.0f} ({c['lambda_low_K_A2']:.0f} to {c['lambda_high_K_A2']:.0f}) and"
        f" {i['lambda_K_A2']:.0f} ({i['lambda_low_K_A2']:.1f} to {i['lambda_high_K_A2']:.1f}) K Å², against"
        f" {of_paper[0]:.0f} and"
        f" {of_paper[1]:.0f} from the printed heights. Such intervals hold the truth in {100 * c['coverage']:.0f} and"
        f" {100 * i['coverage']:.0f} % of simulations. p is {c['p_permuted']:.2f} and {i['p_permuted']:.2f}."
    )


def of_many_p():
    fits = [row for row in reference_fits() if row["p_permuted"] is not None]
    trials = [row["p_permuted"] for row in reference_trial().evaluation if row["p_permuted"] is not None]
    small = [row for row in fits if row["p_permuted"] <= 0.05]
    assert (len(small), {row["model"] for row in small}) == (10, {"printed-heights", "measured-heights"})
    assert min(trials) > 0.05
    return (
        f"A run has {len(fits)} p of fits and {len(trials)} of trials (overlapping, as subsets and rules share data),"
        f" all in `fit.csv` and `evaluation.csv`, uncorrected. Of the {len(fits)}, ten are at most 0.05, all on"
        f" the paper's own compounds; of the {len(trials)}, none."
    )


def of_what_is_unverified():
    n, verified = tried("all")["n"], tried("all", subset="verified")["n"]
    assert (n - verified, tried("all")["n_tc_unverified"]) == (6, 9)
    return "Six structures and nine Tc are unverified."


def of_intervals():
    c, i = (tried(whose) for whose in ("cuprate", "iron"))
    return (
        f"Spearman's is {c['spearman_low']:.2f} to {c['spearman_high']:.2f} for the cuprates and"
        f" {i['spearman_low']:.2f} to {i['spearman_high']:.2f} for the iron-based compounds."
    )


def of_coverage():
    c, i = (tried(whose) for whose in ("cuprate", "iron"))
    assert i["interval_coverage"] == 0
    return (
        f"they hold {round(c['interval_coverage'] * c['n'])} of {c['n']} cuprates and none of {i['n']} iron-based Tc."
    )


def of_left_out_r2():
    c, i = (fit(family, "printed")["left_out_r2"] for family in ("cuprate", "iron"))
    return f"Left out, R² is {c:.2f} for the cuprates and {i:.2f} for the iron-based compounds."


def of_permutations():
    c, i = (fit(family, "closest")["n_permuted"] for family in ("cuprate", "iron"))
    return f"(all {c:,} for the cuprates, {i - 1:,} drawn ones and the observed for the iron-based)"


def of_p_of_closest():
    c, i = (fit(family, "closest")["p_permuted"] for family in ("cuprate", "iron"))
    return f"it stays small, {c:.4f} and {i:.4f}."


def of_the_error():
    iron, constant = tried("iron")["mae_K"], tried("iron", "none", "mean-tc")["mae_K"]
    assert tried("cuprate")["mae_K"] < tried("cuprate", "none", "mean-tc")["mae_K"]
    chance = tried("iron", "random")["mae_K"]
    return (
        f"is larger than that of a constant Tc, {iron:.1f} against {constant:.1f} K; with a phase at random it is"
        f" {chance:.1f} K."
    )


SENTENCES = (
    of_choosing, of_subfamilies, of_exponents, of_measured_heights, of_chosen_afterwards, of_bounds, of_misses,
    of_the_nickelate, of_parents, of_rivals, of_the_collection, of_many_p, of_what_is_unverified, of_intervals,
    of_coverage, of_left_out_r2, of_permutations, of_p_of_closest, of_the_error,
)  # fmt: skip


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda of: of.__name__)
def test_sentences_are_what_the_program_says(sentence):
    assert sentence() in flat(PAGE)


# compared in the last tests and those of tables; or definitions, names and the paper's own statements
OTHERS = (
    "On 16 other compounds", "makes 14 cuprates and 11 iron-based compounds", "13 single descriptors",
    "over 100 picks, and the range of the middle 95", "the middle 95 of 100 picks", "95 % prediction interval",
    "one subfamily, 1111", "109.47° and height of 1.38 Å", "Tc h²", "21 compounds were chosen by the paper", "λ / h²",
    "R²", "K Å²", "n = 2 singled out",
)  # fmt: skip


def test_no_number_of_the_text_is_left_alone():
    rest = PAGE
    for heading in ELSEWHERE:
        start = rest.index(heading)
        end = rest.find("\n## ", start)
        rest = rest[:start] + (rest[end:] if end > 0 else "")
    rest = flat(rest)
    for text in (*(sentence() for sentence in SENTENCES), *OTHERS):
        rest = rest.replace(text, " ")
    # a number that is no part of a formula
    assert re.findall(r"(?<![\w.+-])\d[\d.,]*\b", rest) == []


def test_numbers_of_compounds():
    assert tried("all")["n"] == 16
    assert [fit(family, "tightest", "collection-heights")["n"] for family in ("cuprate", "iron")] == [14, 11]
    singles = {row["model"] for row in reference_trial().evaluation if row["model"].endswith(("_A", "_deg", "_A3"))}
    both = {"mm_A", "volume_per_metal_A3"}
    assert len(singles | {"n_planes"}) + len(both) == 13  # of both families, each counted twice


def test_sentences_of_the_readme():
    c, i = (tried(whose) for whose in ("cuprate", "iron"))
    tight = [fit(family, "tightest")["left_out_mae_K"] for family in ("cuprate", "iron")]
    text = flat(README)
    assert (
        f"the 95 % intervals of {c['mae_K']:.1f} K and {i['mae_K']:.1f} K are {c['mae_K_low']:.0f} to"
        f" {c['mae_K_high']:.0f} K and {i['mae_K_low']:.0f} to {i['mae_K_high']:.0f} K."
    ) in text
    assert f"with the tightest phase the errors are {tight[0]:.1f} K and {tight[1]:.1f} K." in text
    for family, name in (
        ("cuprate", "cuprates, each predicted from the others"),
        ("iron", "iron-based compounds, lik"),
    ):
        row = fit(family, "printed")
        numbers = f"{row['left_out_mae_K']:.1f} K | {row['left_out_r2']:.2f} | {row['null_mae_K']:.1f} K |"
        assert re.search(rf"the paper's own {name}\w* \| {row['n']} \| {re.escape(numbers)}", text)


def test_sentences_of_the_proofs_are_those_of_their_table():
    table = PAGE.split("<!-- proofs -->\n")[1].split("\n<!-- /proofs -->")[0]
    cells = [[cell.strip() for cell in line.strip("| ").split("|")] for line in table.splitlines()[2:]]
    of = {(truth, family): shares for truth, family, *shares in cells}
    false_law = ("the law in cuprates alone", "iron")
    nothing = {key: of[key] for key in (("no relation", "cuprate"), ("no relation", "iron"), false_law)}
    # p at most 0.05 where nothing holds, and the one above 8.5 %
    small = {(key, column): float(nothing[key][column].split()[0]) for key in nothing for column in range(3)}
    above = {key: value for key, value in small.items() if value > 8.5}
    assert above == {(("no relation", "cuprate"), 2): 10.0}
    assert "in 10.0 % for cuprates without a relation and with chosen phases" in flat(PAGE)
    excluded = [of[false_law][4], of["no relation", "iron"][4]]
    assert f"the iron-based collections, in {excluded[0].split()[0]} and {excluded[1]}." in flat(PAGE)
    assert {of["a bound only", family][5] for family in ("cuprate", "iron")} == {"100.0 %"}

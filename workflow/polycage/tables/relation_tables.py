"""The tables of the relation: fits, printed beside measured heights, the trial, and predictions with their labels."""

from __future__ import annotations

from polycage.tables.schema import (
    FAMILY,
    H_SU,
    ID,
    MODEL,
    PHASE,
    SKILL_FROM,
    SKILL_MAE,
    SKILL_N,
    SKILL_R2,
    TC,
    TC_SU,
    VERIFICATION,
    Column,
    H,
    Table,
)

FIT = Table(
    "fit",
    (
        FAMILY,
        MODEL,
        Column("n", "count", "compounds in the fit"),
        Column("lambda_K_A2", "number", "lambda by the estimator, in K Å2 (empty where the exponent is free)", 2),
        Column("lambda_sd_K_A2", "number", "standard deviation of Tc h^2 over the compounds, in K Å2", 2),
        Column("lambda_low_K_A2", "number", "lower end of the 95 % interval of lambda, by `interval`", 2),
        Column("lambda_high_K_A2", "number", "upper end of the 95 % interval of lambda, by `interval`", 2),
        Column("in_sample_mae_K", "number", "mean absolute error of Tc on the compounds of the fit", 2),
        Column("in_sample_r2", "number", "R2 of Tc on the compounds of the fit", 3),
        Column("left_out_mae_K", "number", "the same, each compound predicted from the others (leave one out)", 2),
        Column("null_mae_K", "number", "leave-one-out error of the null model, a constant Tc", 2),
        Column(
            "choice",
            "text",
            "phase that stands for a structure: printed (by the paper, knowing Tc: no rule), tightest, loosest, "
            "highest prediction, or closest (chosen with lambda knowing Tc: a flattering bound)",
        ),
        Column(
            "estimator",
            "text",
            "mean (the paper's), random-effects (weights 1 / (scatter^2 + uncertainty^2)), robust (Huber), or "
            "free-exponent (Tc = lambda / h^n)",
        ),
        Column("n_clusters", "count", "clusters of compounds: the two rows of SmFeAsO1-xFx are one"),
        Column("scatter_K_A2", "number", "scatter of Tc h^2 by the estimator, in K Å2", 2),
        Column("exponent", "number", "n of Tc = lambda / h^n: 2 but where it is free", 3),
        Column("exponent_low", "number", "lower end of the 95 % interval of a free exponent", 3),
        Column("exponent_high", "number", "upper end of the 95 % interval of a free exponent", 3),
        Column("reference_h_A", "number", "of a free exponent: height to which tc_at_reference_K belongs, in Å", 4),
        Column("tc_at_reference_K", "number", "Tc = tc_at_reference_K (h / reference_h_A)^-exponent, in K", 2),
        Column("interval", "text", "Student, profile likelihood, or BCa (20 clusters and more)"),
        Column("coverage", "number", "share of such intervals that hold the truth, simulated with as many clusters", 3),
        Column("left_out_r2", "number", "R2 of Tc, each cluster predicted from the others", 3),
        Column(
            "left_out_coverage",
            "number",
            "share of compounds inside the 95 % prediction interval of the others (heights without uncertainty: exact)",
            3,
        ),
        Column("subfamily_out_mae_K", "number", "error, each subfamily predicted from the others, in K", 2),
        Column("p_permuted", "number", "share of permutations of Tc under which Tc h^2 scatters no more", 5),
        Column("n_permuted", "count", "permutations tried, all of them up to 8 compounds"),
    ),
    ("model", "family", "choice", "estimator"),
)

HEIGHTS = Table(
    "heights",
    (
        Column("paper_compound", "text", "compound as named in the paper's table"),
        Column("paper_table", "text", "I or II"),
        FAMILY,
        PHASE,
        Column("chosen", "flag", "whether the paper chose this phase"),
        Column("h_printed_A", "number", "height printed in the paper, in Å", 4),
        Column("structure_id", "text", "structure measured here, or 'no structure'"),
        Column("h_measured_A", "number", "height measured here, in Å", 4),
        Column("difference_A", "number", "measured minus printed, in Å", 4),
        Column("tc_printed_K", "number", "Tc printed in the paper, in K", 1),
        Column(
            "tc_paired_K", "number", "Tc of the structure's own row, where it belongs to that pressure and doping", 1
        ),
        Column("note", "text", "why there is no measured height or no Tc"),
        Column(
            "h_measured_su_A", "number", "standard uncertainty of h_measured_A (empty unless all is stated), in Å", 4
        ),
        Column(
            "n_refinements",
            "count",
            "refinements of the compound, at one pressure and doping, whose height of this phase has an uncertainty",
        ),
        Column(
            "birge_ratio",
            "number",
            "spread of their heights over what their uncertainties say: about 1 if these are right (empty below two)",
            2,
        ),
    ),
    ("paper_table", "paper_compound", "structure_id", "phase"),
)

PREDICTIONS = Table(
    "predictions",
    (
        ID,
        Column("compound", "text", "compound, from materials.csv"),
        Column("family", "text", "whose lambda predicts: as materials.csv says, else as found from the structure"),
        Column("family_found", "text", "family found from the structure, which materials.csv may override"),
        PHASE,
        MODEL,
        Column("h_A", "number", "height, in Å", 4),
        H_SU,
        Column("h_min_A", "number", "smallest height of the phase's cages, in Å", 4),
        Column("h_max_A", "number", "largest height of the phase's cages, in Å", 4),
        TC,
        TC_SU,
        Column("tc_measured_K", "number", "measured Tc of this material at this pressure and doping, in K", 2),
        Column("tc_verification", "text", "mark of the measured Tc: copied, unverified, or empty"),
        VERIFICATION,
        Column("held_out", "flag", "whether the compound is in neither table of the paper"),
        SKILL_N,
        SKILL_MAE,
        SKILL_R2,
        Column("skill_verified_n", "count", "the same without structures marked unverified"),
        Column("skill_verified_mae_K", "number", "the same without structures marked unverified", 2),
        Column("skill_verified_r2", "number", "the same without structures marked unverified", 3),
        SKILL_FROM,
        Column(
            "tc_low_K",
            "number",
            "lower end of the 95 % prediction interval: scatter, lambda and h_su_A (where it is empty: 0)",
            1,
        ),
        Column("tc_high_K", "number", "upper end of the 95 % prediction interval, likewise", 1),
        Column("interval_coverage", "number", "share of held-out compounds whose Tc was inside such an interval", 3),
        Column("skill_mae_low_K", "number", "lower end of the 95 % interval of skill_mae_K", 2),
        Column("skill_mae_high_K", "number", "upper end of the 95 % interval of skill_mae_K", 2),
    ),
    ("structure_id", "phase", "model"),
)

_LAMBDA_OF = Column("lambda_of", "text", "family whose lambda predicts: cuprate (nickelates included), iron, or all")
_TC_BELOW = Column("tc_below_K", "number", "cooled to this temperature without becoming superconducting, in K", 2)


def _with_su(name: str, unit: str, meaning: str, digits: int) -> tuple[Column, Column]:
    return (
        Column(f"{name}_{unit}", "number", meaning, digits),
        Column(f"{name}_su_{unit}", "number", "its standard uncertainty (empty unless all it needs is stated)", digits),
    )


DESCRIPTORS = Table(
    "descriptors",
    (
        ID,
        *_with_su("mm", "A", "nearest M-M distance in the net, mean over its metals, in Å", 4),
        *_with_su("volume_per_metal", "A3", "volume of the cell for each metal of its nets, in Å3", 3),
        *_with_su("anion_height", "A", "M2X2 nets: distance of X from the plane of M, mean, in Å", 4),
        *_with_su("anion_height_off", "A", "how far that is from 1.38 Å", 4),
        *_with_su("xmx", "deg", "M2X2 nets: X-M-X angle between anions on one side of the net, mean, in degrees", 3),
        *_with_su("xmx_off", "deg", "how far that is from the 109.47 degrees of a regular tetrahedron", 3),
        *_with_su("mx", "A", "M2X2 nets: M-X distance, mean, in Å", 4),
        *_with_su("apical", "A", "MO2 nets: distance from M to the nearest apical anion, mean (empty: none)", 4),
        *_with_su("mo", "A", "MO2 nets: M-O distance in the plane, mean, in Å", 4),
        *_with_su("buckling", "deg", "MO2 nets: 180 degrees less the M-O-M angle, mean", 3),
        Column("n_planes", "number", "MO2 nets: planes in a stack, mean over stacks (empty: infinite)", 2),
    ),
    ("structure_id",),
)

CASES = Table(
    "cases",
    (
        ID,
        Column("compound", "text", "compound; its structures count once"),
        Column("cluster", "text", "compounds that are never on both sides of a fold"),
        _LAMBDA_OF,
        Column("subfamily", "text", "of M2X2 nets their name, of MO2 nets planes and block"),
        Column("paper_compound", "text", "compound of the paper's tables; empty: held out"),
        Column("tc_K", "number", "measured Tc of this pressure and doping, in K", 2),
        _TC_BELOW,
        Column("tc_verification", "text", "mark of the measured Tc"),
        VERIFICATION,
        Column("matched", "text", "how a list's row was matched with the structure; empty: by materials.csv"),
        *DESCRIPTORS.columns[1:],
        PHASE,
        H,
        H_SU,
    ),
    ("structure_id", "phase"),
)


def _statistic(name: str, meaning: str, digits: int) -> tuple[Column, ...]:
    return (
        Column(name, "number", meaning, digits),
        Column(f"{name}_low", "number", f"lower end of the 95 % interval of {name}", digits),
        Column(f"{name}_high", "number", f"upper end of the 95 % interval of {name}", digits),
    )


EVALUATION = Table(
    "evaluation",
    (
        _LAMBDA_OF,
        Column(
            "model",
            "text",
            "which law, null or rival: printed-heights, measured-heights, free-exponent, mean-tc, record-tc (fitted to "
            "the paper's compounds); refitted, refitted-mean-tc, ridge, and columns of descriptors (fitted in folds)",
        ),
        Column(
            "choice",
            "text",
            "phase that stands for a structure: highest prediction, tightest, loosest, random (mean over 100 picks, "
            "interval of the picks), closest (chosen knowing Tc: a flattering bound, no prediction), or none",
        ),
        Column(
            "subset",
            "text",
            "all held-out compounds; verified (structures not marked unverified); oxygen-open (matched with a list "
            "whatever the oxygen); not-superconducting (tc_below_K in place of Tc)",
        ),
        Column("subfamily", "text", "of the compounds; empty: in total"),
        Column("n", "count", "compounds that took no part in the fit"),
        *_statistic(
            "mae_K", "mean absolute error in K; of not-superconducting ones the mean excess over tc_below_K", 2
        ),
        *_statistic("r2", "R2 of the predicted Tc", 3),
        *_statistic("pearson", "correlation of predicted and measured Tc", 3),
        *_statistic("spearman", "rank correlation of predicted and measured Tc", 3),
        *_statistic("kendall", "Kendall's tau-b of predicted and measured Tc", 3),
        *_statistic("share_below", "share of compounds whose Tc is not above the predicted one", 3),
        *_statistic("pinball_K", "pinball loss of the prediction as a bound, the 0.9 quantile of Tc, in K", 2),
        Column(
            "null_mae_K", "number", "error of a constant, the mean Tc of the fitted compounds, on the same compounds", 2
        ),
        Column("n_tc_unverified", "count", "compounds whose Tc itself is marked unverified"),
        Column(
            "interval_coverage",
            "number",
            "share of compounds inside the 95 % prediction interval, as of predictions",
            3,
        ),
        Column("p_permuted", "number", "share of permutations of Tc that give no larger error (empty: not tried)", 4),
    ),
    ("model", "lambda_of", "choice", "subset", "subfamily"),
)

MISSES = Table(
    "misses",
    (
        Column("rank", "count", "1 is the worst"),
        Column("compound", "text", "compound that took no part in the fit"),
        Column("lambda_of", "text", "family whose lambda predicts"),
        Column("subfamily", "text", "of its structures"),
        Column("tc_K", "number", "measured Tc, in K", 2),
        Column("predicted_K", "number", "predicted Tc (printed heights, phase of highest prediction), in K", 1),
        Column("error_K", "number", "predicted less measured, in K", 1),
        Column("n_structures", "count", "structures of the compound"),
    ),
    ("rank",),
)

MATCHES = Table(
    "matches",
    (
        Column("row", "count", "line of the list on which the row ends"),
        Column("composition", "text", "as the list has it"),
        Column("tc_K", "number", "as the list has it, in K (empty: none, or 0 for not seen)", 2),
        _TC_BELOW,
        Column("citation", "text", "as the list has it"),
        Column("state", "text", "used, not used, no structure, or not read"),
        Column("structure_id", "text", "structure that it was matched with; one row each"),
        Column("formula", "text", "of the structure"),
        Column("matched", "text", "how: composition, or composition with oxygen left open"),
        Column("difference_atoms", "number", "largest difference of an element, in atoms a formula unit", 4),
        Column("note", "text", "why it is not used, what could not be read, what was ambiguous"),
    ),
    ("row", "structure_id"),
)

REPRODUCTION = Table(
    "reproduction",
    (
        Column("claim", "text", "name of the statement: a row of the paper's tables, or of config/claims.csv"),
        Column("quantity", "text", "what is stated"),
        Column("section", "text", "section or table of the paper"),
        Column("unit", "text", "unit of the printed, recomputed and measured values"),
        Column("printed", "text", "as the paper prints it; empty: nothing is printed"),
        Column("recomputed", "text", "from the paper's own printed inputs"),
        Column("measured", "text", "from the structures of this run"),
        Column(
            "measured_su", "number", "standard uncertainty of the measured value, or spread of several structures", 4
        ),
        Column(
            "verdict",
            "text",
            "reproduced, reproduced within x %, arithmetic differs, structure disagrees, contradicts itself, not "
            "computable from a structure, or no structure available",
        ),
        Column("note", "text", "why, in a sentence"),
        Column("number", "count", "place in the ledger: the paper's tables first, then the order of config/claims.csv"),
    ),
    ("number",),
)

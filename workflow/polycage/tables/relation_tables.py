"""The tables of the relation: its fit, printed beside measured heights, and predictions with their labels."""

from __future__ import annotations

from polycage.tables.common_columns import (
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
)
from polycage.tables.schema import Column, Table

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
            "left_out_coverage", "number", "share of compounds inside the 95 % prediction interval of the others", 3
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
        Column("tc_low_K", "number", "lower end of the 95 % prediction interval: scatter, lambda and h_su_A", 1),
        Column("tc_high_K", "number", "upper end of the 95 % prediction interval", 1),
        Column("interval_coverage", "number", "share of held-out compounds whose Tc was inside such an interval", 3),
        Column("skill_mae_low_K", "number", "lower end of the 95 % interval of skill_mae_K", 2),
        Column("skill_mae_high_K", "number", "upper end of the 95 % interval of skill_mae_K", 2),
    ),
    ("structure_id", "phase", "model"),
)

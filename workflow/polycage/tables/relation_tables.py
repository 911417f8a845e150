"""The tables of the relation: its fit, printed beside measured heights, predictions and their skill."""

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
        Column("lambda_K_A2", "number", "plain mean of Tc h^2, in K Å2", 2),
        Column("lambda_sd_K_A2", "number", "standard deviation of Tc h^2 over the compounds, in K Å2", 2),
        Column("lambda_low_K_A2", "number", "lower end of the 95 % interval of the mean (Student's t)", 2),
        Column("lambda_high_K_A2", "number", "upper end of the 95 % interval of the mean (Student's t)", 2),
        Column("in_sample_mae_K", "number", "mean absolute error of Tc on the compounds of the fit", 2),
        Column("in_sample_r2", "number", "R2 of Tc on the compounds of the fit", 3),
        Column("left_out_mae_K", "number", "the same, each compound predicted from the others (leave one out)", 2),
        Column("null_mae_K", "number", "leave-one-out error of the null model, a constant Tc", 2),
    ),
    ("model", "family"),
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

_SKILL_COLUMNS = (
    Column("n", "count", "held-out compounds"),
    Column("mae_K", "number", "mean absolute error of the predicted Tc, in K", 2),
    Column("r2", "number", "R2 of the predicted Tc", 3),
    Column("null_mae_K", "number", "error of the null model: the mean Tc of the fitted compounds", 2),
    Column("n_tc_unverified", "count", "compounds whose Tc itself is marked unverified"),
)

SKILL = Table(
    "skill",
    (
        Column("lambda_of", "text", "family whose lambda predicts: cuprate (nickelates included), iron, or all"),
        MODEL,
        Column("subset", "text", "all held-out compounds, or only structures not marked unverified"),
        Column("choice", "text", "highest: the phase of highest predicted Tc; closest: chosen knowing Tc"),
        *_SKILL_COLUMNS,
    ),
    ("model", "lambda_of", "choice", "subset"),
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
    ),
    ("structure_id", "phase", "model"),
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

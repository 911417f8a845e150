"""The tables of the trial: what structure alone tells, what is tried, how it did, and what a user's list led to."""

from __future__ import annotations

from polycage.tables.common_columns import H_SU, ID, PHASE, VERIFICATION, H
from polycage.tables.schema import Column, Table

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
        Column("interval_coverage", "number", "share of compounds inside the 95 % prediction interval", 3),
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

"""The tables of what the paper derives from cages; those of `catalogue.DERIVED` follow from a structure alone."""

from __future__ import annotations

from polycage.tables.common_columns import (
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
    H,
)
from polycage.tables.schema import Column, Table

STATES = Table(
    "states",
    (
        ID,
        PHASE,
        Column("state", "text", "name of the state: alpha±, mu±±; numbered where symmetry-distinct cages make a phase"),
        Column("count_per_cell", "count", "states in the primitive cell"),
        Column("count_per_layer", "count", "states in one layer of the net, of those layers that have them"),
        Column("column", "text", "Gamma: over the centre of a square of metals; X: over a metal"),
        Column("layer", "text", "where the electron is confined: metal, anion, or between anion and spacer"),
        Column(
            "parity", "text", "of M2X2 nets: even in the metal layer, odd in the anion layer (empty for mu, oxides)"
        ),
        Column("degeneracy_symmetry", "count", "states of one layer that symmetry makes equal"),
        Column("degeneracy_height", "count", "states of one layer with the same height, within 1e-6 Å"),
        H,
        H_SU,
    ),
    ("structure_id", "phase", "state"),
)

HEIGHT_CORRELATIONS = Table(
    "height_correlations",
    (
        ID,
        PHASE,
        Column("other_phase", "text", "phase of the same structure that comes after it"),
        Column(
            "correlation",
            "number",
            "correlation of the two phases' heights (phase_h_su_A in cages), which share parameters: their covariance "
            "over the product of their uncertainties; no row where one of these is not stated",
            6,
        ),
    ),
    ("structure_id", "phase", "other_phase"),
)

GAPS = Table(
    "gaps",
    (
        ID,
        Column("compound", "text", "compound, from materials.csv"),
        PHASE,
        MODEL,
        Column("h_A", "number", "height, in Å", 4),
        H_SU,
        TC,
        TC_SU,
        Column("gap_ratio", "number", "2 Delta / (k_B Tc), from the configuration (physics.gap_ratio)", 3),
        Column("gap_meV", "number", "gap Delta = gap_ratio k_B Tc / 2, in meV", 2),
        Column("gap_su_meV", "number", "its uncertainty from the spread of lambda, in meV", 2),
        *(SKILL_N, SKILL_MAE, SKILL_R2, SKILL_FROM),
    ),
    ("structure_id", "phase", "model"),
)

GAP_RATIOS = Table(
    "gap_ratios",
    (
        ID,
        PHASE,
        Column("other_phase", "text", "phase of the same structure that comes after it"),
        Column("ratio", "number", "gap of the first phase over the other's: (h_other / h)^2, whatever lambda is", 4),
        Column("ratio_su", "number", "its standard uncertainty from those of the heights and their correlation", 4),
    ),
    ("structure_id", "phase", "other_phase"),
)

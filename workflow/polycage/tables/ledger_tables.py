"""The ledger of the paper's statements."""

from __future__ import annotations

from polycage.tables.schema import Column, Table

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

"""Columns that several tables have."""

from __future__ import annotations

from polycage.tables.schema import Column

ID = Column(
    "structure_id", "text", "path of the file in the collection, without .cif and .gz; #block where it holds several"
)
H = Column("h_A", "number", "height, in Å (empty for voids)", 4)
H_SU = Column("h_su_A", "number", "standard uncertainty of the height, in Å (empty unless all it needs is stated)", 4)
FAMILY = Column("family", "text", "cuprate, nickelate, iron, m2x2 or other")
PHASE = Column("phase", "text", "alpha, beta, gamma ... of active cages, mu of X-site tetrahedra")
VERIFICATION = Column("verification", "text", "mark of the structure: copied, unverified, or empty")
MODEL = Column("model", "text", "which heights lambda was fitted to")
TC = Column("tc_K", "number", "predicted Tc = lambda / h^2, in K", 1)
TC_SU = Column("tc_su_K", "number", "its uncertainty from the spread of lambda, in K", 1)
SKILL_N = Column("skill_n", "count", "held-out compounds on which such predictions were tested")
SKILL_MAE = Column("skill_mae_K", "number", "mean absolute error of such predictions on held-out compounds, in K", 2)
SKILL_R2 = Column("skill_r2", "number", "R2 of such predictions on held-out compounds", 3)
SKILL_FROM = Column(
    "skill_from",
    "text",
    "where the skill was measured: this run, or the reference collection (cif/) where this run has no compound "
    "to test on",
)

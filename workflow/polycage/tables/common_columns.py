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

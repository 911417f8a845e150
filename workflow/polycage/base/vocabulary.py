"""The words that tables hold: families, roles and phases, as the paper and the field name them."""

from __future__ import annotations

CUPRATE, NICKELATE, IRON_BASED, M2X2, OTHER = "cuprate", "nickelate", "iron", "m2x2", "other"
FAMILIES = (CUPRATE, NICKELATE, IRON_BASED, M2X2, OTHER)
# whose constant a family has: the paper applies the cuprates' lambda to nickelates (section II.B); of others it says
# nothing
LAMBDA_OF = {CUPRATE: CUPRATE, NICKELATE: CUPRATE, IRON_BASED: IRON_BASED}
ACTIVE, SPACER = "active", "spacer"

GREEK = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa")
MU = "mu"
# appended to the phases of the M2X2 net where a structure has an MO2 net as well (Sr2Mn2CuAs2O2)
SECOND_NET = "_m2x2"
# what becomes of a structure, as the tables say it
OK, WARNING, FAILED = "ok", "warning", "failed"
VOID = "void"
PRINTED_HEIGHTS, PRINTED_LAMBDA, MEASURED_HEIGHTS = "printed-heights", "printed-lambda", "measured-heights"
NO_STRUCTURE = "no structure"
# lambda from the printed column is a rounded twin of the one from printed heights: fitted, not predicted with
PREDICTING = (MEASURED_HEIGHTS, PRINTED_HEIGHTS)
HIGHEST, CLOSEST = "highest", "closest"
ALL, VERIFIED = "all", "verified"
UNVERIFIED = "unverified"

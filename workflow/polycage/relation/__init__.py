"""Tc = lambda / h^2 over many materials: fitted, predicted, and tried on materials that took no part in the fit.

Doors, modules that others may import: `fit`, `fit_table`, `predict`, `cases`, `matching`, `trial`, `reference_skill`,
`lambda_source`, `paper_compounds`.
May import: base, formats, tables, physics.
"""

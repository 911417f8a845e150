"""Every statement of the paper beside what is recomputed from it and measured, with a verdict that is computed.

Doors, modules that others may import: `reproduction`, `referee`; for scripts and rules `printed_claims`.
May import: base, geometry, tables, fields, relation.
"""

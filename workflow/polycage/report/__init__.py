"""What people look at, and what they hand on.

Doors, modules that others may import: `state_views`, `terminal`, `run_summary`, `change_commands`,
`electron_commands`, `comparison`.
May import: base, crystal, cages, tables, fields, physics, collection (types), pictures.
"""

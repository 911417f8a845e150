"""What people look at, and what they hand on.

Doors, modules that others may import: `state_views`, `measured_numbers`, `change_views`, `terminal`,
`run_summary`, `comparison`.
May import: base, formats, crystal, cages, tables, fields, physics, collection (types), pictures.
"""

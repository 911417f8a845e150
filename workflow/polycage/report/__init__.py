"""What people look at, and what they hand on.

Doors, modules that others may import: `page`, `page_data`, `page_methods`, `state_views`, `terminal`, `run_summary`,
`change_commands`, `comparison`.
May import: base, crystal, cages, tables, physics, collection (types), pictures.
"""

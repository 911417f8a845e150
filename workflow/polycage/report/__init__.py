"""What people look at, and what they hand on.

Doors, modules that others may import: `page`, `page_data`, `page_methods`, `relation_figures`, `cage_drawing`,
`ring_drawing`, `state_views`, `style`, `terminal`, `run_summary`, `change_commands`,
`electron_commands`.
May import: base, crystal, cages, tables, fields, physics, collection (types).
"""

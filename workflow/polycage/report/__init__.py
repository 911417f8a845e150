"""What people look at, and what they hand on.

Doors, modules that others may import: `relation_figures`, `cage_drawing`, `crystal_drawing`, `ring_drawing`,
`state_views`, `style`, `terminal`, `run_summary`, `change_commands`, `electron_commands`, `comparison`,
`element_colours`, `formula_order`.
May import: base, crystal, cages, tables, fields, physics, collection (types), exports.
"""

"""What people look at, and what they hand on.

Doors, modules that others may import: `page`, `page_data`, `relation_figures`, `cage_drawing`, `style`,
`terminal`, `run_summary`, `field_command`, `order_text`.
May import: base, crystal, cages, tables, physics, collection (types).
"""

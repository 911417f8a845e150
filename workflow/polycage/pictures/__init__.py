"""What matplotlib draws: plots of the relation, cages, crystals, rings, orders and fields, in one style.

Doors, modules that others may import: `style`, `element_colours`, `relation_figures`, `cage_drawing`,
`crystal_drawing`, `ring_drawing`, `order_drawing`, `field_drawing`, `formula_order`.
May import: base, crystal, cages, tables, fields, physics, exports.
"""

"""What matplotlib draws: plots of the relation, cages, crystals, rings and orders, in one style.

Doors, modules that others may import: `style`, `element_colours`, `relation_figures`, `cage_drawing`,
`crystal_drawing`, `ring_drawing`, `order_drawing`, `formula_order`.
May import: base, crystal, cages, tables, physics, exports.
"""

"""Numbers that the paper or a rival derives from one structure; lambda is an argument.

Doors, modules that others may import: `of_structure` and `of_tables`, which call all quantities; `constants`; one
module a quantity: `states`, `rings`, `height_correlations`, `gaps`, `resonance`, `splitting`, `strain`,
`bond_network`, `doping`, `series`, `slopes`, `elemental_metals`,
`descriptors`.
May import: base, geometry, crystal, layers, cages, tables, fields.
"""

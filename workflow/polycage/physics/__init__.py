"""Numbers that the paper or a rival derives from one structure; lambda is an argument.

Doors, modules that others may import: one module a quantity (none yet).
May import: base, geometry, crystal, layers, cages, tables.
"""

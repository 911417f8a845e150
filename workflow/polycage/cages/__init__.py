"""A stacked crystal becomes measured cages and voids.

Doors, modules that others may import: `measurement`, `cage`, `voids`, `polyhedra`.
May import: base, geometry, crystal, layers.
"""

"""Points in a lattice: arrays in, arrays out. No crystal and no settings beyond the tolerances that are handed in.

Doors, modules that others may import: all modules.
May import: base.
"""

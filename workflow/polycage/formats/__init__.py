"""Bytes and a name become crystals.

Doors, modules that others may import: `readers`, `file_names`, `contents`, `formulas`.
May import: base, crystal.
"""

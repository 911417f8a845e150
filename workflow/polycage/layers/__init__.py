"""Nets of active metals, the stacking of a crystal in layers, and the rings, edges and apices in them.

Doors, modules that others may import: `nets`, `stacking`, `features`.
May import: base, geometry, crystal.
"""

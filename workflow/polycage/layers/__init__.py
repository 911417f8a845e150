"""Nets of active metals, the stacking of a crystal in layers, and the rings, edges and apices in them.

Doors, modules that others may import: `net_search`, `net_findings`, `nets`, `net_rings`, `stacking`, `features`,
`subfamilies`, `alternatives`.
May import: base, geometry, crystal.
"""

"""A crystal as listed, its free parameters with their uncertainties, its sites, and its exact primitive cell.

Doors, modules that others may import: `crystal`, `source`, `cell`, `primitive_cell`, `wyckoff`, `species`,
`uncertainties`; for readers and exports
`operations`, `space_group_names`, `plausibility`.
May import: base, geometry.
"""

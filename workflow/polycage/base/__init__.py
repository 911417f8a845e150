"""Words, errors, findings, tolerances, and how loops are compiled: what every room needs.

Doors, modules that others may import: all modules but `compiled_cache`.
May import: nothing.
"""

"""Which files there are, and measuring them all.

Doors, modules that others may import: `entries`, `arguments`, `batch`, `provenance`, `installed_flow`; for scripts
and rules `manifests`, `job`, `isolation`, `result_cache`, `archive_index`, `configuration`, `earlier_run`.
May import: base, formats, crystal, cages, tables, fields, physics.
"""

"""Every table that is read or written, with the names, units and types of its columns.

Doors, modules that others may import: `catalogue`, `schema`, `rows`, `files`, `csv_lines`, `frames`, `materials`,
`tc_list`, `phase_heights`, `resonances`, `numbers_in_text`; for scripts and rules `merging`, `active_cages`.
May import: base, cages (types).
"""

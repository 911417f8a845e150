"""What is handed on to other programs: a crystal with the sites of its cages, in their formats.

Doors, modules that others may import: `exported`, `images`, `writers`, `collection_exports`, `beside_rows`,
`written_numbers`.
May import: base, crystal, cages, tables.
"""

"""What the command line does beside measuring: a module a command, with its options and what it calls.

Doors, modules that others may import: all modules.
May import: base, cages, tables, fields, physics, collection, relation, exports, pictures, report, pages.
"""

"""The page of a run: one HTML file of all its tables, with the scripts that a browser runs in it (`page/`, `vendor/`).

Doors, modules that others may import: `page`, `page_data`, `page_methods`.
May import: base, tables, exports, pictures, report.
"""

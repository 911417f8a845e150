"""The shards' rows in, the three tables of the whole collection out, sorted by structure_id."""

from pathlib import Path

from polycage import table_files, tables

for table in (tables.STRUCTURES, tables.CAGES, tables.FAILURES):
    rows = [row for path in snakemake.input[table.name] for row in table_files.read_rows(Path(path))]
    table_files.write_both(Path(snakemake.output[table.name]), table, tables.sort_rows(table, rows))

"""What structures with active cages decide, fit, predictions and materials in; what the paper derives from them out."""

import sys
from pathlib import Path

from polycage.collection import job
from polycage.physics import of_tables
from polycage.physics.constants import Constants
from polycage.tables import catalogue, materials, resonances, schema
from polycage.tables.files import read_rows, write_both

job.begin(snakemake.input.library)
known = materials.read_materials(Path(snakemake.input.materials), materials.load_schema(Path(snakemake.params.schema)))
tables = {name: read_rows(Path(snakemake.input[name])) for name in snakemake.params.tables}
energies = resonances.read_resonances(Path(snakemake.params.resonances))
given = of_tables.Given(tables, known, energies, Constants.from_json(snakemake.params.physics))
notes = of_tables.notes(given)
Path(snakemake.log[0]).write_text("".join(f"{note}\n" for note in notes.told(own=True)), encoding="utf-8")
sys.stderr.write("".join(f"{note}\n" for note in notes.told(own=snakemake.params.own_resonances)))
found = of_tables.table_rows(given)
for table in catalogue.FROM_TABLES:
    write_both(Path(snakemake.output[table.name]), table, schema.sort_rows(table, found[table.name]))

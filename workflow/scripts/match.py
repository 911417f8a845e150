"""Active cages and what is known of the materials in; what has a Tc, and printed beside measured heights out."""

from pathlib import Path

from polycage.collection import job
from polycage.relation import cases, fit, matching, paper_compounds
from polycage.tables import catalogue, materials, phase_heights
from polycage.tables.files import read_rows, write_both, write_parquet

job.begin(snakemake.input.library)
known = materials.read_materials(Path(snakemake.input.materials), materials.load_schema(Path(snakemake.params.schema)))
heights = phase_heights.phase_heights(read_rows(Path(snakemake.input.cages)))
structures = read_rows(Path(snakemake.input.structures))
descriptors = {row["structure_id"]: row for row in read_rows(Path(snakemake.input.descriptors))}
known = paper_compounds.with_paper_compounds(known, structures)
write_both(Path(snakemake.output.heights), catalogue.HEIGHTS, fit.height_rows(known, heights))
found = None
if snakemake.input.get("tc_table"):
    found = matching.match_file(Path(snakemake.input.tc_table), structures, known, **snakemake.params.matching)
    write_both(Path(snakemake.output.matches), catalogue.MATCHES, found.rows)
tc = None if found is None else found.known
rows = cases.case_rows(structures, heights, descriptors, known, tc, m2x2=snakemake.params.m2x2)
write_parquet(Path(snakemake.output.cases), catalogue.CASES, rows)

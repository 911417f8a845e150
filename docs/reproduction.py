"""The ledger of the paper's statements as a page, from the tables of a run.

    python docs/reproduction.py RESULTS

writes `docs/evidence/reproduction.md` between its markers. RESULTS is the results folder of a run on `cif/`. A test
compares the page with the ledger of the reference collection.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

PAGE = Path(__file__).parent / "evidence" / "reproduction.md"


def main(results: Path) -> None:
    """Write the page."""
    from polycage.ledger.referee import referee_tables
    from polycage.tables.files import read_rows

    text = referee_tables(read_rows(results / "reproduction.parquet"))
    page = PAGE.read_text(encoding="utf-8")
    between = re.compile("(<!-- ledger -->).*(<!-- /ledger -->)", re.DOTALL)
    PAGE.write_text(between.sub(lambda m: f"{m[1]}\n{text}\n{m[2]}", page), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

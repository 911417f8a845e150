#!/usr/bin/env python3
"""reference_skill.py TABLE FILE: write config/reference_skill.csv from the table `evaluation` of a run on cif/."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from polycage.base.whole_files import write_text
from polycage.relation.reference_skill import reference_text
from polycage.tables.files import read_rows

if __name__ == "__main__":
    write_text(Path(sys.argv[2]), reference_text(read_rows(Path(sys.argv[1]))))

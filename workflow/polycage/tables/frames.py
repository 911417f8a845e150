"""Tables of a run as pandas frames, for notebooks."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from polycage.base.errors import ErrorCode, PolycageError
from polycage.tables.catalogue import ALL
from polycage.tables.files import read_table


def frames(folder: Path) -> dict[str, pd.DataFrame]:
    """All tables that a folder has, by name; units and meanings of the columns stand in `attrs`.

    Raises
    ------
    PolycageError
        `RESULTS_MISSING` where it has none, `TABLE_DAMAGED` where one cannot be read.
    """
    out = {}
    for table in ALL:
        path = folder / f"{table.name}.parquet"
        if path.is_file():
            frame = read_table(path).to_pandas()
            frame.attrs["units"] = {column.name: column.unit for column in table.columns if column.unit}
            frame.attrs["meanings"] = {column.name: column.meaning for column in table.columns}
            out[table.name] = frame
    if not out:
        raise PolycageError(ErrorCode.RESULTS_MISSING, f"{folder}: no table of a run, such as cages.parquet")
    return out

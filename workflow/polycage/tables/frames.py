"""Tables of a run as pandas frames, for notebooks."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa

from polycage.base.errors import ErrorCode, PolycageError
from polycage.tables.catalogue import ALL
from polycage.tables.files import read_table

# whole numbers stay whole where some are missing: pandas' own int64 has no empty place, and would make them 1.0
_TYPES = {pa.int64(): pd.Int64Dtype()}


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
            frame = read_table(path).to_pandas(types_mapper=_TYPES.get)
            frame.attrs["units"] = {column.name: column.unit for column in table.columns if column.unit}
            frame.attrs["meanings"] = {column.name: column.meaning for column in table.columns}
            out[table.name] = frame
    if not out:
        raise PolycageError(ErrorCode.RESULTS_MISSING, f"{folder}: no table of a run, such as cages.parquet")
    return out

"""What a source says of the experiment from which a structure comes."""

from __future__ import annotations

from typing import NamedTuple


class Experiment(NamedTuple):
    """Conditions, quality and origin of a structure; None and empty where the source does not say."""

    temperature_K: float | None = None
    pressure_GPa: float | None = None
    r_factor: float | None = None  # of the reflections observed, 0 to 1
    doi: str = ""  # of the publication, without `https://doi.org/`
    database_code: str = ""  # database and number: `COD 1000041`


NOT_STATED = Experiment()

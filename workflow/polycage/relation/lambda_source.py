"""Lambda for predictions on the command line, never without the measured skill of such predictions.

It comes from the tables of a run, or, where none is named, from the paper's tables and the reference skill that lie
beside the library in its repository.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import polycage
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.vocabulary import ALL, HIGHEST, PREDICTING, PRINTED_HEIGHTS
from polycage.relation.fit import Fit, fit_all
from polycage.relation.reference_skill import REFERENCE, label_rows, read_reference, with_reference
from polycage.tables.schema import Row

if TYPE_CHECKING:
    from polycage.tables.materials import Materials

# the rows of `fit` that predictions are made with
PRINTED, MEAN = "printed", "mean"
_PACKAGE = Path(polycage.__file__).parent
# an installed library holds what belongs to the workflow, an editable one lies in the repository
_ROOT = _PACKAGE / "flow" if (_PACKAGE / "flow").is_dir() else _PACKAGE.parents[1]
_SKILL = _ROOT / "config/reference_skill.csv"


@dataclasses.dataclass(frozen=True, slots=True)
class Lambda:
    """Lambda of one family, with the skill of what it predicts."""

    family: str
    model: str
    lambda_K_A2: float
    sd_K_A2: float | None
    skill_n: int
    skill_mae_K: float | None
    skill_r2: float | None
    skill_from: str

    def tc_K(self, h_A: float) -> float:
        """Tc = lambda / h^2."""
        return self.lambda_K_A2 / h_A**2

    @property
    def label(self) -> str:
        """What is said beside every Tc that it predicts."""
        spread = "" if self.sd_K_A2 is None else f" (standard deviation {self.sd_K_A2:.0f})"
        text = f"Tc = lambda / h^2 with lambda = {self.lambda_K_A2:.0f} K Å2{spread}, {self.family}, {self.model}"
        if self.skill_mae_K is None:
            return f"{text}; how far off such predictions are is not known: no compound to test on"
        r2 = "" if self.skill_r2 is None else f", R2 {self.skill_r2:.2f}"
        compounds = f"{self.skill_n} held-out compounds{r2}; {self.skill_from}"
        return f"{text}; such predictions are off by {self.skill_mae_K:.0f} K in the mean ({compounds})"


def lambdas(results: Path | None = None) -> dict[str, Lambda]:
    """Lambda by family; empty where neither a run nor the repository is at hand.

    Parameters
    ----------
    results
        Folder of a run's tables.

    Raises
    ------
    PolycageError
        `RESULTS_MISSING` where the folder has no tables `fit` and `evaluation`, `TABLE_DAMAGED` where one cannot be
        read.
    """
    if results is not None:
        return _of_run(results)
    found = reference()
    fits = [
        {
            **{"family": fit.family, "model": fit.model, "choice": PRINTED, "estimator": MEAN},
            **{"lambda_K_A2": fit.lambda_K_A2, "lambda_sd_K_A2": fit.sd_K_A2},
        }
        for fit in found.fits
    ]
    return _joined(fits, found.skill)


class Reference(NamedTuple):
    """What the repository knows of the relation without a run."""

    materials: Materials | None
    fits: list[Fit]  # lambda of the heights that the paper prints
    skill: list[Row]  # of such predictions on the reference collection, with `skill_from`
    why_not: str  # why there is nothing; empty where there is


@cache
def reference() -> Reference:
    """Lambda of the printed heights, with the skill of its predictions.

    Raises
    ------
    PolycageError
        `TABLE_DAMAGED` where a file of the repository cannot be read.
    """
    paper, schema = _ROOT / "config/paper_tables.csv", _ROOT / "workflow/schemas/materials.schema.yaml"
    if not (paper.is_file() and _SKILL.is_file() and schema.is_file()):
        return Reference(None, [], [], "this installation has no sheet (config/) and no measured skill")
    try:
        from polycage.tables.materials import load_schema, read_materials

        known = read_materials(paper, load_schema(schema))
    except ModuleNotFoundError as error:  # the libraries that read the sheet are an extra
        return Reference(None, [], [], f"{error.name} is not installed (pip install 'polycage[workflow]')")
    fits = [fit for fit in fit_all(known, {}) if fit.model == PRINTED_HEIGHTS]
    skill = [row | {"skill_from": REFERENCE} for row in label_rows(read_reference(_SKILL))]
    return Reference(known, fits, skill, "")


def _of_run(results: Path) -> dict[str, Lambda]:
    from polycage.tables.files import read_rows

    paths = [results / f"{name}.parquet" for name in ("fit", "evaluation")]
    for path in paths:
        if not path.is_file():
            raise PolycageError(ErrorCode.RESULTS_MISSING, f"{path}: no such table of a run")
    fits, skill = map(read_rows, paths)
    return _joined(fits, with_reference(skill, read_reference(_SKILL) if _SKILL.is_file() else []))


def _joined(fits: Sequence[Row], skill: Iterable[Row]) -> dict[str, Lambda]:
    """Of each family the first model that predicts and has a fit."""
    tested = {
        (row["lambda_of"], row["model"]): row for row in skill if row["choice"] == HIGHEST and row["subset"] == ALL
    }
    out: dict[str, Lambda] = {}
    for model in dict.fromkeys((*PREDICTING, PRINTED_HEIGHTS)):
        for fit in fits:
            found = tested.get((fit["family"], model))
            is_papers = (fit["model"], fit["choice"], fit["estimator"]) == (model, PRINTED, MEAN)
            if is_papers and found is not None and fit["lambda_sd_K_A2"] is not None:  # as `predict_all`
                of = (found["n"], found["mae_K"], found["r2"], found["skill_from"])
                out.setdefault(
                    fit["family"], Lambda(fit["family"], model, fit["lambda_K_A2"], fit["lambda_sd_K_A2"], *of)
                )
    return out

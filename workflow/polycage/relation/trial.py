"""The trial: how laws, nulls and rivals did on compounds that took no part in the fit (the table `evaluation`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import BoolArray, FloatArray, IntArray
from polycage.base.vocabulary import (
    ALL,
    CUPRATE,
    HIGHEST,
    IRON_BASED,
    MEASURED_HEIGHTS,
    PREDICTING,
    PRINTED_HEIGHTS,
    VERIFIED,
)
from polycage.relation.attempts import REFITTED_MEAN_TC, Attempt, attempts
from polycage.relation.cases import NOT_SUPERCONDUCTING, OXYGEN_OPEN, SUBSETS, Pool, pool
from polycage.relation.fit_table import Data, fit_data, with_printed
from polycage.relation.permutations import Answers, p_out_of_sample
from polycage.relation.rivals import RIVALS
from polycage.relation.samples import RANDOM, RULES
from polycage.relation.scores import averaged, scored
from polycage.tables.catalogue import EVALUATION, MISSES
from polycage.tables.materials import Materials
from polycage.tables.schema import Row, sort_rows

FAMILIES = (CUPRATE, IRON_BASED)
WORST = 10


class Tried(NamedTuple):
    """One model and choice on compounds of one family or of both."""

    tc_K: FloatArray  # (n,)
    predicted_K: FloatArray  # (n,) or (picks, n)
    null_K: FloatArray  # (n,)
    inside: BoolArray | None
    answers: Answers | None
    group: IntArray  # (n,) number of the family
    cluster: IntArray  # (n,)
    subfamily: tuple[str, ...]
    tc_unverified: BoolArray  # (n,)


class Trial(NamedTuple):
    """The two tables of a trial."""

    evaluation: list[Row]
    misses: list[Row]


def trial(materials: Materials, cases: Sequence[Row], seed: int, *, from_list: bool = False) -> Trial:
    """Try all models.

    Parameters
    ----------
    cases
        Rows of the table `cases`.
    seed
        Of permutations, bootstraps and picks.
    from_list
        Whether Tc are those of a user's list: then lambda is that of the paper's printed heights alone.
    """
    fits = _fits(materials, cases, from_list=from_list)
    rows: list[Row] = []
    worst: list[Row] = []
    for subset in SUBSETS:
        pools = {family: pool(cases, family, subset, RIVALS[family]) for family in FAMILIES}
        tried: dict[tuple[str, str], dict[str, Tried]] = {}
        for number, family in enumerate(FAMILIES):
            refit = subset in (ALL, VERIFIED)
            for attempt in attempts(pools[family], family, fits[family], seed, refit=refit):
                tried.setdefault((attempt.model, attempt.choice), {})[family] = _tried(pools[family], attempt, number)
        if subset in (ALL, VERIFIED):
            for key in ((model, choice) for model in PREDICTING for choice in RULES):
                tried.setdefault(key, {})
        rows += _subset_rows(subset, tried, pools, seed)
        if subset == ALL:
            worst = _misses(pools, tried.get((PRINTED_HEIGHTS, HIGHEST), {}))
    return Trial(sort_rows(EVALUATION, rows), worst)


def _fits(materials: Materials, cases: Sequence[Row], *, from_list: bool) -> dict[str, dict[str, Data]]:
    """Compounds of the paper by family and model."""
    wanted = (PRINTED_HEIGHTS,) if from_list else (PRINTED_HEIGHTS, MEASURED_HEIGHTS)
    out: dict[str, dict[str, Data]] = {family: {} for family in FAMILIES}
    for data in fit_data(materials, list(cases)):
        usable = with_printed(data)
        if data.model in wanted and usable is not None:
            out[data.family][data.model] = usable
    return out


def _tried(of: Pool, attempt: Attempt, number: int) -> Tried:
    tested = np.flatnonzero(of.held_out)
    samples = of.samples.take(tested)
    return Tried(
        samples.tc_K, attempt.predicted_K, attempt.null_K, attempt.inside, attempt.answers,
        np.full(len(samples), number), samples.cluster_index(), samples.subfamilies, of.tc_unverified[tested],
    )  # fmt: skip


def _subset_rows(
    subset: str, tried: dict[tuple[str, str], dict[str, Tried]], pools: dict[str, Pool], seed: int
) -> list[Row]:
    """Rows of every model and choice; what says the same as another choice of its model is not scored again."""
    out: dict[tuple[str, str], list[Row]] = {}
    for (model, choice), of_family in tried.items():
        same = next((key for key in out if key[0] == model and _is_same(tried[key], of_family)), None)
        if same is None:
            out[model, choice] = _rows({"model": model, "choice": choice, "subset": subset}, of_family, pools, seed)
        else:
            out[model, choice] = [{**row, "choice": choice} for row in out[same]]
    return [row for rows in out.values() for row in rows]


def _is_same(one: dict[str, Tried], other: dict[str, Tried]) -> bool:
    """Whether two choices say the same of each compound, whatever its Tc."""
    return one.keys() == other.keys() and all(_says_same(one[family], other[family]) for family in one)


def _says_same(one: Tried, other: Tried) -> bool:
    said, as_well = (
        [of.predicted_K, *([] if of.inside is None else [of.inside]), *(of.answers or ())] for of in (one, other)
    )
    return len(said) == len(as_well) and all(
        np.array_equal(x, y, equal_nan=True) for x, y in zip(said, as_well, strict=True)
    )


def _rows(key: Row, of_family: dict[str, Tried], pools: dict[str, Pool], seed: int) -> list[Row]:
    """Rows of one model, choice and subset: each family and its subfamilies, and all together."""
    rows = []
    for family, tried in of_family.items():
        rows.append(_row({**key, "lambda_of": family, "subfamily": ""}, tried, seed, whole=True))
        if key["choice"] == RANDOM or key["subset"] in (OXYGEN_OPEN, NOT_SUPERCONDUCTING):
            continue
        for name in sorted(set(tried.subfamily)):
            members = np.flatnonzero(np.array([s == name for s in tried.subfamily]))
            part = _part(tried, members)
            rows.append(_row({**key, "lambda_of": family, "subfamily": name or "unnamed"}, part, seed))
    tested = {family for family in FAMILIES if pools[family].held_out.any()}
    if of_family and tested <= set(of_family):  # both families, or the only one that there is
        both = _together(list(of_family.values()))
        rows.append(_row({**key, "lambda_of": ALL, "subfamily": ""}, both, seed, whole=True))
    if key["model"] in PREDICTING and key["choice"] in RULES and key["subset"] in (ALL, VERIFIED):
        there = {row["lambda_of"] for row in rows}
        empty = _together([])
        rows += [
            _row({**key, "lambda_of": whose, "subfamily": ""}, empty, seed)
            for whose in (*FAMILIES, ALL)
            if whose not in there
        ]
    return rows


def _part(tried: Tried, members: IntArray) -> Tried:
    return Tried(
        tried.tc_K[members], tried.predicted_K[..., members], tried.null_K[members],
        None if tried.inside is None else tried.inside[members], None, tried.group[members], tried.cluster[members],
        tuple(tried.subfamily[i] for i in members), tried.tc_unverified[members],
    )  # fmt: skip


def _together(parts: list[Tried]) -> Tried:
    """The compounds of both families, clusters numbered on."""
    if len(parts) == 1:
        return parts[0]
    none = np.array([], dtype=np.int64)
    n = [len(part.tc_K) for part in parts]
    answers = [part.answers for part in parts if part.answers is not None]
    shift = np.cumsum([0, *(int(part.cluster.max()) + 1 for part in parts)])
    known = [part.inside for part in parts if part.inside is not None]
    return Tried(
        np.concatenate([none.astype(float), *(part.tc_K for part in parts)]),
        np.concatenate([part.predicted_K for part in parts], axis=-1) if parts else none.astype(float),
        np.concatenate([none.astype(float), *(part.null_K for part in parts)]),
        np.concatenate(known) if parts and len(known) == len(parts) else None,
        _of_both(answers, n) if parts and len(answers) == len(parts) else None,
        np.concatenate([none, *(part.group for part in parts)]),
        np.concatenate([none, *(part.cluster + s for part, s in zip(parts, shift, strict=False))]),
        tuple(name for part in parts for name in part.subfamily),
        np.concatenate([none.astype(bool), *(part.tc_unverified for part in parts)]),
    )


def _of_both(parts: list[Answers], n: list[int]) -> Answers:
    """Answers for the compounds (n of each part) of all parts, numbered on."""
    width = max(part.tc_K.shape[1] for part in parts)
    padded = [np.pad(p.tc_K, ((0, 0), (0, width - p.tc_K.shape[1])), constant_values=np.nan) for p in parts]
    shift = np.cumsum([0, *n])
    return Answers(np.concatenate(padded), np.concatenate([p.of + s for p, s in zip(parts, shift, strict=False)]))


def _row(key: Row, tried: Tried, seed: int, *, whole: bool = False) -> Row:
    row: Row = dict.fromkeys(EVALUATION.names) | key | {"n": len(tried.tc_K), "n_tc_unverified": 0}
    if not row["n"]:
        return row
    tc, found = tried.tc_K, tried.predicted_K
    if key["choice"] == RANDOM:
        row |= averaged(tc, found)
    elif key["subset"] == NOT_SUPERCONDUCTING:
        scores = scored(tc, np.maximum(found, tc), tried.cluster, seed)  # what lies below the temperature is no miss
        share = scored(tc, found, tried.cluster, seed)
        row |= {name: scores[name] for name in scores if name.startswith("mae_K")}
        row |= {name: share[name] for name in share if name.startswith("share_below")}
    else:
        row |= scored(tc, found, tried.cluster, seed)
        if whole and tried.answers is not None:
            row["p_permuted"] = p_out_of_sample(tried.answers, tc, tried.group, seed)
    if key["model"] == REFITTED_MEAN_TC:  # what is left out moves the mean away from it: a correlation of -1 by itself
        row |= {name: None for name in row if name.startswith(("pearson", "spearman", "kendall"))}
    return row | {
        "null_mae_K": float(np.abs(np.maximum(tried.null_K - tc, 0) if _is_bound(key) else tc - tried.null_K).mean()),
        "n_tc_unverified": int(tried.tc_unverified.sum()),
        "interval_coverage": None if tried.inside is None or _is_bound(key) else float(tried.inside.mean()),
    }


def _is_bound(key: Row) -> bool:
    return bool(key["subset"] == NOT_SUPERCONDUCTING)


def _misses(pools: dict[str, Pool], tried: dict[str, Tried]) -> list[Row]:
    """The worst predictions by name, as found."""
    found: list[Row] = []
    for family, of in tried.items():
        tested = np.flatnonzero(pools[family].held_out)
        found += [
            {
                "rank": 0,
                "compound": pools[family].samples.compounds[i],
                "lambda_of": family,
                "subfamily": of.subfamily[k],
                "tc_K": float(of.tc_K[k]),
                "predicted_K": float(of.predicted_K[k]),
                "error_K": float(of.predicted_K[k] - of.tc_K[k]),
                "n_structures": pools[family].n_structures[i],
            }
            for k, i in enumerate(tested)
        ]
    found.sort(key=lambda row: (-abs(row["error_K"]), row["compound"]))
    return sort_rows(MISSES, [row | {"rank": rank} for rank, row in enumerate(found[:WORST], start=1)])

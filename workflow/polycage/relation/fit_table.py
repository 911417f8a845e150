"""Rows of the table `fit`: the law of each family by each rule of choosing and each estimator, with intervals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import BoolArray, FloatArray, IntArray
from polycage.base.vocabulary import CUPRATE, IRON_BASED, MEASURED_HEIGHTS, PRINTED_HEIGHTS, PRINTED_LAMBDA
from polycage.relation.coverage import coverage, mean_features, mean_of, slope_features, slope_of
from polycage.relation.intervals import (
    FEW,
    NO_INTERVAL,
    STUDENT,
    Interval,
    interval,
    student_quantile,
    sums_by_cluster,
)
from polycage.relation.laws import (
    ESTIMATORS,
    FREE_EXPONENT,
    MEAN,
    RANDOM_EFFECTS,
    ROBUST,
    by_cluster,
    columns,
    huber,
    law_of,
    leave_one_cluster_out,
    leave_one_subfamily_out,
    predicted,
    variances,
)
from polycage.relation.permutations import p_in_sample
from polycage.relation.random_effects import profile_interval
from polycage.relation.samples import (
    PRINTED,
    RULES,
    Candidate,
    Chosen,
    Samples,
    chosen,
    measured_samples,
    printed_samples,
    samples,
)
from polycage.relation.scores import errors
from polycage.tables.catalogue import FIT
from polycage.tables.materials import Materials, PaperRow
from polycage.tables.schema import Row, sort_rows

# lambda fitted to all compounds of the collection that have a Tc, those of the paper among them
COLLECTION_HEIGHTS = "collection-heights"


class Data(NamedTuple):
    """Compounds to which one model's lambda is fitted."""

    family: str
    model: str
    samples: Samples


def fit_rows(materials: Materials, cases: Iterable[Row], seed: int) -> list[Row]:
    """Rows of the table `fit`, sorted."""
    rows = []
    for data in fit_data(materials, list(cases)):
        for choice in (PRINTED, *RULES):
            usable = with_printed(data) if choice == PRINTED else _with_heights(data)
            if usable is not None:
                rows += [_row(usable, choice, estimator, seed) for estimator in _estimators(data.model)]
    return sort_rows(FIT, rows)


def fit_data(materials: Materials, cases: list[Row]) -> list[Data]:
    """The compounds of every model and family, those without any left out."""
    out = []
    paper = list(materials.paper.values())
    phase = {row.compound: row.chosen_phase for row in paper}
    of_paper = [row for row in cases if row["paper_compound"]]
    # as in the paper's tables, all structures of one of its compounds are that compound
    named = [row | {"compound": row["paper_compound"]} for row in of_paper]
    for family in (CUPRATE, IRON_BASED):
        out += [
            Data(family, PRINTED_HEIGHTS, printed_samples(paper, family)),
            Data(family, PRINTED_LAMBDA, _printed_lambda(paper, family)),
            Data(family, MEASURED_HEIGHTS, measured_samples(named, family, phase)),
            Data(family, COLLECTION_HEIGHTS, measured_samples(cases, family)),
        ]
    return [data for data in out if len(data.samples)]


def _printed_lambda(paper: Iterable[PaperRow], family: str) -> Samples:
    """The compounds with the height that the printed lambda stands for."""
    found = printed_samples((row for row in paper if row.lambda_K_A2 is not None), family)
    lam = {row.compound: row.lambda_K_A2 for row in paper if row.lambda_K_A2 is not None}
    heights = [float(np.sqrt(lam[name] / tc)) for name, tc in zip(found.compounds, found.tc_K, strict=True)]
    whole = zip(found.compounds, found.clusters, found.subfamilies, found.tc_K.tolist(), heights, strict=True)
    return samples([Candidate(name, c, s, tc, (h,), printed_A=h) for name, c, s, tc, h in whole])


def _estimators(model: str) -> tuple[str, ...]:
    return (MEAN,) if model == PRINTED_LAMBDA else ESTIMATORS


def _with_heights(data: Data) -> Data | None:
    return None if data.model == PRINTED_LAMBDA else data


def with_printed(data: Data) -> Data | None:
    """The data for the printed choice: only structures that have the printed phase; None where there are none."""
    has: BoolArray = np.isfinite(data.samples.printed_A)
    if data.model == COLLECTION_HEIGHTS or not has.any():
        return None
    return data if has.all() else data._replace(samples=_with_printed(data.samples, has))


def _with_printed(of: Samples, has: BoolArray) -> Samples:
    """Only the structures that have the printed phase."""
    rows = np.flatnonzero(has)
    kept = [
        Candidate(
            of.compounds[i], of.clusters[i], of.subfamilies[i], float(of.structure_tc_K[s]),
            tuple(of.h_A[s][np.isfinite(of.h_A[s])].tolist()), tuple(map(_stated, of.su_A[s].tolist())),
            float(of.printed_A[s]),
        )
        for s in rows
        for i in (int(of.of[s]),)
    ]  # fmt: skip
    return samples(kept)


def _stated(su_A: float) -> float | None:
    return None if np.isnan(su_A) else su_A


def _row(data: Data, choice: str, estimator: str, seed: int) -> Row:
    of = data.samples
    cluster = of.cluster_index()
    picked = chosen(of, columns(of, choice))
    law = law_of(picked, cluster, estimator)
    is_free = estimator == FREE_EXPONENT
    found = _interval(picked, cluster, estimator, seed)
    lambdas = picked.lambda_K_A2
    inside, within = predicted(law, of, choice), leave_one_cluster_out(of, choice, estimator, seed)
    in_mae, in_r2 = errors(of.tc_K, inside.tc_K)
    null = _null(of, cluster)
    p = p_in_sample(of, choice, seed) if estimator == MEAN else None
    ends = (found.low, found.high)
    other = leave_one_subfamily_out(of, choice, estimator)
    return {
        "family": data.family,
        "model": data.model,
        "n": len(of),
        "lambda_K_A2": None if is_free else law.lambda_K_A2,
        "lambda_sd_K_A2": float(lambdas.std(ddof=1)) if len(of) > 1 and not is_free else None,
        "lambda_low_K_A2": None if is_free else ends[0],
        "lambda_high_K_A2": None if is_free else ends[1],
        "in_sample_mae_K": in_mae,
        "in_sample_r2": in_r2,
        "left_out_mae_K": None if within is None else errors(of.tc_K, within.tc_K)[0],
        "null_mae_K": null,
        "choice": choice,
        "estimator": estimator,
        "n_clusters": int(cluster.max()) + 1,
        "scatter_K_A2": None if is_free or np.isnan(law.sd_ratio) else law.sd_ratio * law.lambda_K_A2,
        "exponent": law.exponent,
        "exponent_low": ends[0] if is_free else None,
        "exponent_high": ends[1] if is_free else None,
        "reference_h_A": law.reference_A if is_free else None,
        "tc_at_reference_K": law.scale_K if is_free else None,
        "interval": found.method,
        "coverage": coverage(picked, cluster, estimator, seed) if found.method else None,
        "left_out_r2": None if within is None else errors(of.tc_K, within.tc_K)[1],
        "left_out_coverage": None if within is None else _inside(of.tc_K, within.low_K, within.high_K),
        "subfamily_out_mae_K": None if other is None else errors(of.tc_K, other.tc_K)[0],
        "p_permuted": None if p is None else p[0],
        "n_permuted": None if p is None else p[1],
    }


def _inside(tc: FloatArray, low: FloatArray, high: FloatArray) -> float | None:
    return None if np.isnan(low).any() else float(((tc >= low) & (tc <= high)).mean())


def _null(of: Samples, cluster: IntArray) -> float | None:
    """Error of the mean Tc of the other clusters."""
    if cluster.max() < 1:
        return None
    total, count = np.bincount(cluster, weights=of.tc_K), np.bincount(cluster)
    others = (total.sum() - total[cluster]) / (len(of) - count[cluster])
    return float(np.abs(of.tc_K - others).mean())


def _interval(data: Chosen, cluster: IntArray, estimator: str, seed: int) -> Interval:
    """Of lambda, or of the exponent where that is free."""
    if estimator == MEAN:
        return interval(sums_by_cluster(mean_features(data.lambda_K_A2), cluster), mean_of, seed)
    y, n = by_cluster(data.lambda_K_A2, cluster), int(cluster.max()) + 1
    if estimator == RANDOM_EFFECTS:
        return profile_interval(y, variances(data, cluster))
    if estimator == ROBUST:
        centre, _, error = huber(y)
        half = student_quantile(n - 1) * float(error) if n > 1 else np.nan
        return Interval(float(centre) - half, float(centre) + half, STUDENT) if half > 0 else NO_INTERVAL
    x, log_tc = by_cluster(np.log(data.h2_A2) / 2, cluster), by_cluster(np.log(data.tc_K), cluster)
    found = _student_slope(x, log_tc) if n < FEW else interval(slope_features(log_tc, x), slope_of, seed)
    if found.low is None or found.high is None:
        return NO_INTERVAL
    return Interval(-found.high, -found.low, found.method)  # the exponent is minus the slope


def _student_slope(x: FloatArray, y: FloatArray) -> Interval:
    """Student's interval of the slope of least squares."""
    x = x - x.mean()
    spread = float((x**2).sum())
    if len(x) < 3 or spread == 0:
        return NO_INTERVAL
    slope = float((x * y).sum()) / spread
    residual = y - y.mean() - slope * x
    half = student_quantile(len(x) - 2) * float(np.sqrt((residual**2).sum() / (len(x) - 2) / spread))
    return Interval(slope - half, slope + half, STUDENT)

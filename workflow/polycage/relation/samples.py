"""Compounds with a Tc and the heights that may stand for them, as arrays: what fits and trials work on.

A compound has one Tc, several structures (refinements), and in each several phases. Arrays over structures hold the
heights of their phases from the smallest to the largest; what is missing is NaN at the end.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import FloatArray, IntArray
from polycage.relation.paper_compounds import cluster_of, subfamily_of
from polycage.tables.materials import PaperRow
from polycage.tables.schema import Row

# the rules of choosing the phase that stands for a structure; PRINTED is no rule, RANDOM a null
TIGHTEST, LOOSEST, HIGHEST, CLOSEST = "tightest", "loosest", "highest", "closest"
PRINTED, RANDOM, NO_CHOICE = "printed", "random", "none"
RULES = (TIGHTEST, LOOSEST, HIGHEST, CLOSEST)


class Candidate(NamedTuple):
    """One structure of a compound with the heights of its phases."""

    compound: str
    cluster: str  # compounds of one cluster are never on both sides of a fold
    subfamily: str
    tc_K: float
    heights_A: tuple[float, ...]
    su_A: tuple[float | None, ...] = ()
    printed_A: float | None = None  # the height that the paper chose, knowing Tc


@dataclasses.dataclass(frozen=True, slots=True)
class Samples:
    """Compounds of one family.

    `of` leads from a structure (s of them) to its compound (n of them).
    """

    compounds: tuple[str, ...]
    clusters: tuple[str, ...]
    subfamilies: tuple[str, ...]
    tc_K: FloatArray  # (n,) mean over the compound's structures
    of: IntArray  # (s,)
    structure_tc_K: FloatArray  # (s,)
    h_A: FloatArray  # (s, phases), ascending
    su_A: FloatArray  # (s, phases), NaN where not stated
    printed_A: FloatArray  # (s,), NaN where there is none

    def __len__(self) -> int:
        """Number of compounds."""
        return len(self.compounds)

    def mean(self, values: FloatArray) -> FloatArray:
        """(n,) means over the structures of each compound of `values` (s,)."""
        count = np.bincount(self.of, minlength=len(self))
        return np.bincount(self.of, weights=values, minlength=len(self)) / count

    def weights(self) -> FloatArray:
        """(s,) weight of each structure, which makes every compound count once."""
        return 1 / np.bincount(self.of, minlength=len(self))[self.of]

    def cluster_index(self) -> IntArray:
        """(n,) number of each compound's cluster."""
        return np.unique(np.array(self.clusters, dtype=object).astype(str), return_inverse=True)[1].astype(np.int64)

    def take(self, keep: Iterable[int]) -> Samples:
        """Some of the compounds, in the order given."""
        order = list(keep)
        new = np.full(len(self), -1)
        new[order] = np.arange(len(order))
        rows = np.flatnonzero(new[self.of] >= 0)
        return Samples(
            tuple(map(self.compounds.__getitem__, order)),
            tuple(map(self.clusters.__getitem__, order)),
            tuple(map(self.subfamilies.__getitem__, order)),
            self.tc_K[order],
            new[self.of[rows]],
            self.structure_tc_K[rows],
            self.h_A[rows],
            self.su_A[rows],
            self.printed_A[rows],
        )


def samples(candidates: Sequence[Candidate]) -> Samples:
    """Arrays of structures, each compound once, in the order of names."""
    names = sorted({c.compound for c in candidates})
    number = {name: k for k, name in enumerate(names)}
    first = {c.compound: c for c in reversed(candidates)}
    width = max((len(c.heights_A) for c in candidates), default=1)
    h, su = np.full((len(candidates), width), np.nan), np.full((len(candidates), width), np.nan)
    for row, candidate in enumerate(candidates):
        order = np.argsort(candidate.heights_A, kind="stable")
        h[row, : len(order)] = np.array(candidate.heights_A)[order]
        if candidate.su_A:
            su[row, : len(order)] = np.array([np.nan if x is None else x for x in candidate.su_A])[order]
    of = np.array([number[c.compound] for c in candidates], dtype=np.int64)
    tc = np.array([c.tc_K for c in candidates], dtype=float)
    count = np.maximum(np.bincount(of, minlength=len(names)), 1)
    return Samples(
        tuple(names),
        tuple(first[name].cluster for name in names),
        tuple(first[name].subfamily for name in names),
        np.bincount(of, weights=tc, minlength=len(names)) / count,
        of,
        tc,
        h,
        su,
        np.array([np.nan if c.printed_A is None else c.printed_A for c in candidates], dtype=float),
    )


def printed_samples(paper: Iterable[PaperRow], family: str) -> Samples:
    """The compounds of the paper's tables with the heights printed there."""
    rows = [row for row in paper if row.family == family]
    return samples(
        [
            Candidate(
                row.compound, cluster_of(row.compound), subfamily_of(row.compound), row.tc_K,
                tuple(h for _, h in row.heights_A), printed_A=row.chosen_height_A,
            )
            for row in rows
        ]
    )  # fmt: skip


def measured_samples(cases: Iterable[Row], family: str, chosen: Mapping[str, str] | None = None) -> Samples:
    """Compounds with a measured height and a Tc of their own, from rows of `cases`.

    Parameters
    ----------
    chosen
        By compound of the paper the phase that the paper chose.
    """
    by_structure: dict[str, list[Row]] = {}
    for row in cases:
        if row["lambda_of"] == family and row["tc_K"] is not None:
            by_structure.setdefault(row["structure_id"], []).append(row)
    found = []
    for phases in by_structure.values():
        first = phases[0]
        phase = (chosen or {}).get(first["paper_compound"] or "")
        heights = {row["phase"]: row["h_A"] for row in phases}
        found.append(
            Candidate(
                first["compound"], first["cluster"], first["subfamily"] or "", first["tc_K"],
                tuple(row["h_A"] for row in phases), tuple(row["h_su_A"] for row in phases),
                heights.get(phase or ""),
            )
        )  # fmt: skip
    return samples(found)


class Chosen(NamedTuple):
    """One height a compound, by a rule of choosing."""

    tc_K: FloatArray  # (n,)
    lambda_K_A2: FloatArray  # (n,) mean of Tc h^2 over the compound's structures
    su_K_A2: FloatArray  # (n,) its uncertainty from that of the heights; 0 where no compound's height has one

    @property
    def h2_A2(self) -> FloatArray:
        """(n,) squared height that stands for the compound."""
        return self.lambda_K_A2 / self.tc_K


def chosen(of: Samples, column: IntArray) -> Chosen:
    """The compounds with the phase of each structure that `column` (s,) names.

    A height without an uncertainty is taken for as uncertain as the others, by their root mean square: with 0 it would
    be the surest of all. So is one whose uncertainty is 0, which no measurement has.
    """
    rows = np.arange(len(of.of))
    h, su = of.h_A[rows, column], np.nan_to_num(of.su_A[rows, column])
    if (su > 0).any():
        su = np.where(su > 0, su, np.sqrt((su[su > 0] ** 2).mean()))
    variance = (2 * of.structure_tc_K * h * su) ** 2
    count = np.bincount(of.of, minlength=len(of))
    return Chosen(
        of.tc_K,
        of.mean(of.structure_tc_K * h**2),
        np.sqrt(np.bincount(of.of, weights=variance, minlength=len(of))) / count,
    )


def last_phase(of: Samples) -> IntArray:
    """(s,) column of the largest height of each structure."""
    return np.asarray(np.isfinite(of.h_A).sum(axis=1) - 1, dtype=np.int64)


class Joint(NamedTuple):
    """The joint minimum."""

    lambda_K_A2: float
    column: IntArray  # (s,) phase of each structure
    loss: float  # sum over compounds of (ln(Tc h^2 / lambda))^2


def joint_minimum(of: Samples) -> Joint:
    """Lambda and phases chosen together so that Tc h^2 scatters least: how well the choice knowing Tc can ever do.

    With x = ln(Tc h^2) of each phase and mu = ln lambda the loss is the sum over compounds of min over phases (x -
    mu)^2. For a given mu every structure takes the phase nearest to it, so that the assignment changes only where mu
    passes the middle between two neighbouring phases. Each interval between such points has one assignment, whose best
    mu is its mean: the least of these losses is the global minimum. Running sums over the sorted points make it n log
    n.
    """
    x = np.log(of.tc_K)[of.of][:, None] + 2 * np.log(of.h_A)
    loss, mu = joint_losses(x[None], of.weights())
    column = np.nanargmin(np.abs(x - mu[0]), axis=1)
    return Joint(float(np.exp(mu[0])), column.astype(np.int64), float(loss[0]))


def joint_losses(x: FloatArray, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The least loss and its mu of many data sets at once.

    Parameters
    ----------
    x
        (p, s, phases) ln(Tc h^2), ascending along the phases, NaN where there is none.
    weight
        (s,) weight of each structure.

    Returns
    -------
    loss, mu
        (p,) each.
    """
    total = weight.sum()
    first = x[:, :, 0]
    t0 = (first * weight).sum(axis=1, keepdims=True)
    q0 = (first**2 * weight).sum(axis=1, keepdims=True)
    p = len(x)
    lower, upper = x[:, :, :-1], x[:, :, 1:]
    middle = np.where(np.isnan(upper), np.inf, (lower + upper) / 2).reshape(p, -1)
    step = np.nan_to_num((upper - lower) * weight[:, None], nan=0.0).reshape(p, -1)
    step2 = np.nan_to_num((upper**2 - lower**2) * weight[:, None], nan=0.0).reshape(p, -1)
    order = np.argsort(middle, axis=1, kind="stable")
    t = np.concatenate([t0, t0 + np.cumsum(np.take_along_axis(step, order, axis=1), axis=1)], axis=1)
    q = np.concatenate([q0, q0 + np.cumsum(np.take_along_axis(step2, order, axis=1), axis=1)], axis=1)
    loss = q - t**2 / total
    best = np.argmin(loss, axis=1)
    rows = np.arange(p)
    return np.maximum(loss[rows, best], 0.0), t[rows, best] / total


def fixed_losses(x: FloatArray, weight: FloatArray) -> FloatArray:
    """(p,) the loss where the phase is fixed; `x` is (p, s)."""
    mean = (x * weight).sum(axis=1, keepdims=True) / weight.sum()
    return np.asarray(((x - mean) ** 2 * weight).sum(axis=1))

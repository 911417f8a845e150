"""Mutations of a CIF's tokens: numbers, strings, tags, loops and their rows."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

_NUMBER = re.compile(r"(?<=[\s])[-+]?\d+\.?\d*(?:\(\d+\))?(?=\s)")
_TAG = re.compile(r"^_\S+", re.MULTILINE)
_QUOTED = re.compile(r"'[^'\n]*'")
_LOOP = re.compile(r"^loop_\n((?:_\S+\n)+)((?:[^_#;l\n][^\n]*\n)+)", re.MULTILINE)

_NUMBERS = [
    "0",
    "-0",
    "0.0",
    "-1",
    "1e308",
    "-1e308",
    "1e309",
    "1e-308",
    "nan",
    "NaN",
    "inf",
    "-inf",
    "?",
    ".",
    "''",
    "'?'",
    '""',
    "1e",
    "1e+",
    "e5",
    ".5",
    "5.",
    "+",
    "-",
    "-.",
    "0x10",
    "1_000",
    "1,5",
    "1/3",
    "١",
    "99999999999999999999999999999999999999",
    "0.00000000000000000000000000000001",
    "1e5",
    "1e-5",
    "1(0)",
    "1(",
    "1)",
    "1()",
    "1(-1)",
    "1(999999999)",
    "0.5(1)(2)",
    "1e3(5)",
    "1.0000001",
    "0.999999999",
    "0.33333333333333333",
    "180",
    "90",
    "1000",
    "1001",
    "-7",
    "2",
    "True",
    "null",
    ";",
    "_x",
    "loop_",
]


def _one(pattern: re.Pattern[str], change: Callable[[random.Random, str], str], rng: random.Random, text: str) -> str:
    """Change one match of a pattern."""
    found = list(pattern.finditer(text))
    if not found:
        return text
    match = rng.choice(found)
    return text[: match.start()] + change(rng, match.group()) + text[match.end() :]


def number_replaced(rng: random.Random, text: str) -> str:
    for _ in range(rng.choice((1, 1, 2, 5))):
        text = _one(_NUMBER, lambda r, _: r.choice(_NUMBERS), rng, text)
    return text


def number_scaled(rng: random.Random, text: str) -> str:
    def change(r: random.Random, number: str) -> str:
        return repr(float(number.split("(")[0]) * r.choice((-1, 0.1, 0.5, 2, 10, 1e3, 1e-3, 1 + 1e-6, 1.01)))

    return _one(_NUMBER, change, rng, text)


def number_with_more_digits(rng: random.Random, text: str) -> str:
    def longer(r, n):
        return n.split("(")[0] + ("." if "." not in n else "") + "0123456789" * r.choice((1, 3, 60))

    return _one(_NUMBER, longer, rng, text)


def su_changed(rng: random.Random, text: str) -> str:
    su = ("(0)", "(99999)", "(1", "()", "(-1)", "(a)", "(999999999)", "(9999999999)", "(1.5)")
    for _ in range(rng.choice((1, 3))):
        text = _one(_NUMBER, lambda r, n: n.split("(")[0] + r.choice(su), rng, text)
    return text


def quote_lost(rng: random.Random, text: str) -> str:
    def other(r, q):
        return r.choice((q[1:], q[:-1], q[1:-1], f'"{q[1:-1]}', f"''{q}'", f"'''{q[1:-1]}'''"))

    return _one(_QUOTED, other, rng, text)


def string_replaced(rng: random.Random, text: str) -> str:
    strings = ("''", "?", ".", "'<script>alert(1)</script>'", "'../../x'", "'$(true)'", "'\t'", "'%s%n'", "\n;\nx\n;\n")
    return _one(_QUOTED, lambda r, _: r.choice(strings), rng, text)


def tag_renamed(rng: random.Random, text: str) -> str:
    def other(r, t):
        return r.choice((t[:-1], t + "x", t.replace("_", ".", 2)[1:], "_" + t, t.upper(), "_"))

    return _one(_TAG, other, rng, text)


def tag_duplicated(rng: random.Random, text: str) -> str:
    tags = _TAG.findall(text) or ["_x"]
    return _one(_TAG, lambda r, t: r.choice((f"{t}\n{t}", f"{t} 1\n{t}", r.choice(tags))), rng, text)


def tag_removed(rng: random.Random, text: str) -> str:
    return _one(_TAG, lambda r, _: "", rng, text)


def item_removed(rng: random.Random, text: str) -> str:
    return _one(re.compile(r"^_\S+[ \t]+\S[^\n]*\n", re.MULTILINE), lambda r, _: "", rng, text)


def keyword_inserted(rng: random.Random, text: str) -> str:
    words = ["loop_", "data_", "data_x", "save_", "save_x", "global_", "stop_", ";", "_", "'", '"', "#", "[", "{", "]"]
    return _one(re.compile(r"\n"), lambda r, _: f"\n{r.choice(words)}{r.choice((' ', chr(10)))}", rng, text)


def _loops(change: Callable[[random.Random, list[str], list[str]], None]) -> Callable[[random.Random, str], str]:
    """A mutation of the tags and rows of one loop."""

    def mutated(rng: random.Random, text: str) -> str:
        def written(r: random.Random, loop: str) -> str:
            lines = loop.splitlines()[1:]
            tags = [line for line in lines if line.startswith("_")]
            rows = lines[len(tags) :]
            change(r, tags, rows)
            return "\n".join(["loop_", *tags, *rows]) + "\n"

        return _one(_LOOP, written, rng, text)

    mutated.__name__ = change.__name__
    return mutated


@_loops
def rows_dropped(rng: random.Random, tags: list[str], rows: list[str]) -> None:
    for _ in range(rng.choice((1, 2, len(rows)))):
        if rows:
            del rows[rng.randrange(len(rows))]


@_loops
def rows_duplicated(rng: random.Random, tags: list[str], rows: list[str]) -> None:
    row = rng.randrange(len(rows))
    rows[row:row] = [rows[row]] * rng.choice((1, 2, 100))


@_loops
def values_dropped(rng: random.Random, tags: list[str], rows: list[str]) -> None:
    row = rng.randrange(len(rows))
    values = rows[row].split()
    del values[rng.randrange(len(values))]
    rows[row] = " ".join(values)


@_loops
def column_dropped(rng: random.Random, tags: list[str], rows: list[str]) -> None:
    column, count = rng.randrange(len(tags)), len(tags)
    del tags[column]
    for k, row in enumerate(rows):
        values = row.split()
        if len(values) == count:
            del values[column]
            rows[k] = " ".join(values)


@_loops
def tags_permuted(rng: random.Random, tags: list[str], rows: list[str]) -> None:
    rng.shuffle(tags)


@_loops
def values_swapped(rng: random.Random, tags: list[str], rows: list[str]) -> None:
    a, b = (rng.randrange(len(rows)) for _ in range(2))
    left, right = rows[a].split(), rows[b].split()
    k = rng.randrange(min(len(left), len(right)))
    left[k], right[k] = right[k], left[k]
    rows[a], rows[b] = " ".join(left), " ".join(right)


TOKENS = (
    number_replaced, number_scaled, number_with_more_digits, su_changed, quote_lost, string_replaced, tag_renamed,
    tag_duplicated, tag_removed, item_removed, keyword_inserted, rows_dropped, rows_duplicated, values_dropped,
    column_dropped, tags_permuted, values_swapped,
)  # fmt: skip

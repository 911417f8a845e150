"""Mutations of a file's bytes: what broken disks, editors and transfers do to it."""

from __future__ import annotations

import gzip
import random


def _place(rng: random.Random, data: bytes) -> int:
    return rng.randrange(len(data) + 1)


def _chunk(rng: random.Random, data: bytes) -> tuple[int, int]:
    start = _place(rng, data)
    return start, min(len(data), start + rng.choice((1, 2, 5, 20, 100, 500)))


def bits_flipped(rng: random.Random, data: bytes) -> bytes:
    out = bytearray(data)
    for _ in range(rng.choice((1, 2, 8, 64)) if out else 0):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def bytes_deleted(rng: random.Random, data: bytes) -> bytes:
    start, stop = _chunk(rng, data)
    return data[:start] + data[stop:]


def bytes_inserted(rng: random.Random, data: bytes) -> bytes:
    at = _place(rng, data)
    return data[:at] + rng.randbytes(rng.choice((1, 3, 10, 100))) + data[at:]


def truncated(rng: random.Random, data: bytes) -> bytes:
    return data[: _place(rng, data)]


def nul_bytes(rng: random.Random, data: bytes) -> bytes:
    at = _place(rng, data)
    return data[:at] + b"\0" * rng.choice((1, 4, 512)) + data[at:]


def not_utf8(rng: random.Random, data: bytes) -> bytes:
    at = _place(rng, data)
    wrong = rng.choice((b"\xff\xfe", b"\xc3(", b"\xed\xa0\x80", b"\xe2\x82", b"\xf8\x88\x80\x80", b"\xc5"))
    return data[:at] + wrong + data[at:]


def odd_characters(rng: random.Random, data: bytes) -> bytes:
    at = _place(rng, data)
    odd = rng.choice(["−", "\xa0", "\u2028", "\ufeff", "٠", "\u202e", "😀", "\x1b", "\x85"])
    return data[:at] + odd.encode() + data[at:]


def chunk_duplicated(rng: random.Random, data: bytes) -> bytes:
    start, stop = _chunk(rng, data)
    return data[:stop] + data[start:stop] * rng.choice((1, 2, 50)) + data[stop:]


def chunks_swapped(rng: random.Random, data: bytes) -> bytes:
    a, b, c = sorted(_place(rng, data) for _ in range(3))
    return data[:a] + data[b:c] + data[a:b] + data[c:]


def long_line(rng: random.Random, data: bytes) -> bytes:
    at = _place(rng, data)
    return data[:at] + rng.choice((b"x", b"9", b" ", b"'", b"_", b"(")) * rng.choice((3_000, 300_000)) + data[at:]


def line_deleted(rng: random.Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    if lines:
        del lines[rng.randrange(len(lines))]
    return b"".join(lines)


def other_encoding(rng: random.Random, data: bytes) -> bytes:
    return data.decode("latin-1").encode(rng.choice(("utf-16", "utf-16-le", "utf-32", "cp500", "utf-7")))


def emptied(rng: random.Random, data: bytes) -> bytes:
    return rng.choice(
        (b"", b"\n", b"#", b"data_", b"data_x", b"loop_", b"\x1f\x8b", b"data_\nloop_\n_atom_site_fract_x\n")
    )


BYTES = (
    bits_flipped, bytes_deleted, bytes_inserted, truncated, nul_bytes, not_utf8, odd_characters, chunk_duplicated,
    chunks_swapped, long_line, line_deleted, other_encoding, emptied,
)  # fmt: skip


def gz(rng: random.Random, data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def gz_truncated(rng: random.Random, data: bytes) -> bytes:
    return truncated(rng, gz(rng, data))


def gz_flipped(rng: random.Random, data: bytes) -> bytes:
    return bits_flipped(rng, gz(rng, data))


def gz_twice(rng: random.Random, data: bytes) -> bytes:
    return gz(rng, data) + rng.choice((gz(rng, data), b"trailing", b"\0" * 100))


def gz_not(rng: random.Random, data: bytes) -> bytes:
    return data


def gz_bomb(rng: random.Random, data: bytes) -> bytes:
    # a hundred megabytes of blanks behind the file, or before it: a hundred kilobytes when compressed
    blanks = gzip.compress(b" " * (1 << 20), mtime=0) * rng.choice((20, 100))
    return rng.choice((gz(rng, data) + blanks, blanks + gz(rng, data)))


# these end up as `.cif.gz`
GZ = (gz, gz_truncated, gz_flipped, gz_twice, gz_not, gz_bomb)

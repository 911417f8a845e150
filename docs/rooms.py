"""The rooms of the library as a picture, a line and a table, made from its imports and docstrings.

    make rooms

writes `docs/pictures/rooms.svg`, and the line and the table in `docs/architecture.md`. A test compares them with the
library.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "workflow" / "polycage"
PICTURE = ROOT / "docs" / "pictures" / "rooms.svg"
PAGE = ROOT / "docs" / "architecture.md"
ENTRANCE = "cli"
CELLAR = "base"  # imported by every room: no arrows to it

# the picture, in pixels
WIDTH, BOX_WIDTH, BOX_WIDTH_EMPTY, BOX_HEIGHT, STEP, EDGE = 760, 330, 140, 74, 98, 16
CHARACTERS = 54  # in a line of a box
COLOURS = ("#f3ede1", "#e4eef6", "#e7f1e4", "#f7ebdc", "#f0e6f2", "#fdf5d8", "#eeeeee")
INK = "#333"


class Room(NamedTuple):
    """A folder of the library, as its docstring describes it."""

    name: str
    idea: str
    doors: str
    may: tuple[str, ...]


class Box(NamedTuple):
    """Where a room is drawn: its middle and its width."""

    x: float
    y: float
    width: float


def rooms() -> list[Room]:
    """All rooms, each after those that it may import."""
    found = [_room(path) for path in sorted(PACKAGE.glob("*/__init__.py"))]
    return sorted(found, key=lambda room: (_levels(found)[room.name], room.name))


def _room(path: Path) -> Room:
    text = " ".join((ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split())
    described = re.fullmatch(r"(.*?) Doors, modules that others may import: (.*)\. May import: (.*)\.", text)
    if described is None:
        raise SystemExit(f"{path}: the docstring does not name doors and rooms as those of other rooms do")
    idea, doors, may = described.groups()
    return Room(path.parent.name, idea, doors, tuple(re.findall(r"[a-z]+", re.sub(r"nothing|\(types\)", "", may))))


def _levels(found: list[Room]) -> dict[str, int]:
    """The floor of each room: one above the highest room that it may import."""
    may, levels = {room.name: room.may for room in found}, dict[str, int]()

    def level(name: str) -> int:
        if name not in levels:
            levels[name] = 1 + max((level(other) for other in may[name]), default=-1)
        return levels[name]

    for name in may:
        level(name)
    return levels


def imports(names: list[str]) -> dict[tuple[str, str], set[str]]:
    """Modules that a room, or the entrance, imports of another room."""
    out: dict[tuple[str, str], set[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        here = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for dotted in _names(node):
                _, there, module, *_ = [*dotted.split("."), "", ""]
                known = there in names and (PACKAGE / there / f"{module}.py").exists()
                if dotted.startswith("polycage.") and known and here not in (there, "__init__"):
                    out.setdefault((here, there), set()).add(module)
    return out


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def line() -> str:
    """The rooms floor by floor, those of one floor beside each other, and their number."""
    all_rooms = rooms()
    levels = _levels(all_rooms)
    floors = [[r.name for r in all_rooms if levels[r.name] == level] for level in range(max(levels.values()) + 1)]
    chain = " <- ".join(" | ".join(names) for names in floors)
    return f"{len(all_rooms)} rooms: `{chain} <- {ENTRANCE}`"


def table() -> str:
    """The rooms with their doors as Markdown."""
    rows = (f"| `{r.name}` | {r.idea} | {r.doors} | {', '.join(r.may) or 'nothing'} |" for r in rooms())
    return "\n".join(["| room | one idea | doors | may import |", "| --- | --- | --- | --- |", *rows])


def picture() -> str:
    """The rooms with the imports between them as SVG: an arrow leads from a room to one that it imports."""
    all_rooms = rooms()
    names = [room.name for room in all_rooms]
    used = imports(names)
    levels = _levels(all_rooms) | {ENTRANCE: len(set(_levels(all_rooms).values()))}
    doors = {name: sorted(set().union(*(of for (_, there), of in used.items() if there == name))) for name in levels}
    boxes = _boxes(levels, doors)
    height = 2 * EDGE + (levels[ENTRANCE] + 1) * STEP - (STEP - BOX_HEIGHT)
    solid = {pair for pair in used if CELLAR not in pair}
    allowed = {(room.name, other) for room in all_rooms for other in room.may if CELLAR not in (room.name, other)}
    empty = {name for name in names if not any(name in pair for pair in used)}
    dashed = {pair for pair in allowed if empty & set(pair)}
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'font-family="Helvetica, Arial, sans-serif" text-anchor="middle">',
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0 L8 4 L0 8 z" fill="{INK}"/></marker></defs>',
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
        *(_arrow(boxes[a], boxes[b], "") for a, b in sorted(solid) if not _implied((a, b), solid)),
        *(_arrow(boxes[a], boxes[b], "5 4") for a, b in sorted(dashed) if not _implied((a, b), allowed)),
    ]
    for name in levels:
        out += _drawn(name, boxes[name], doors[name], COLOURS[levels[name] % len(COLOURS)])
    return "\n".join([*out, "</svg>"]) + "\n"


def _boxes(levels: dict[str, int], doors: dict[str, list[str]]) -> dict[str, Box]:
    """The ground floor is at the bottom; rooms of one floor stand beside each other."""
    out, top = {}, max(levels.values())
    for level in range(top + 1):
        here = [name for name, of in levels.items() if of == level]
        for k, name in enumerate(here):
            x = WIDTH / 2 + (k - (len(here) - 1) / 2) * (BOX_WIDTH + 40)
            y = EDGE + BOX_HEIGHT / 2 + (top - level) * STEP
            out[name] = Box(x, y, BOX_WIDTH if doors[name] else BOX_WIDTH_EMPTY)
    return out


def _implied(pair: tuple[str, str], arrows: set[tuple[str, str]]) -> bool:
    """Whether other arrows lead the same way."""
    todo, seen = [there for here, there in arrows if here == pair[0] and there != pair[1]], set[str]()
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += [there for here, there in arrows if here == name]
    return pair[1] in seen


def _arrow(start: Box, end: Box, dashes: str) -> str:
    """From the lower side of one box to the upper side of another, as upright as can be."""
    gap = 30
    low, high = (
        max(start.x - start.width / 2, end.x - end.width / 2),
        min(start.x + start.width / 2, end.x + end.width / 2),
    )
    if high - low > 2 * gap:
        x1 = x2 = (low + high) / 2
    else:
        x1, x2 = (
            (start.x + start.width / 2 - gap, end.x - end.width / 2 + gap)
            if end.x > start.x
            else (start.x - start.width / 2 + gap, end.x + end.width / 2 - gap)
        )
    return (
        f'<line x1="{x1:g}" y1="{start.y + BOX_HEIGHT / 2:g}" x2="{x2:g}" y2="{end.y - BOX_HEIGHT / 2 - 1:g}" '
        f'stroke="{INK}" stroke-width="1.6" stroke-dasharray="{dashes or "none"}" marker-end="url(#tip)"/>'
    )


def _drawn(name: str, box: Box, doors: list[str], colour: str) -> list[str]:
    x, y = box.x - box.width / 2, box.y - BOX_HEIGHT / 2
    lines = [""]
    for door in doors:
        if len(lines[-1]) + len(door) > CHARACTERS:
            lines.append("")
        lines[-1] += f"{door} "
    return [
        f'<rect x="{x:g}" y="{y:g}" width="{box.width:g}" height="{BOX_HEIGHT}" rx="6" '
        f'fill="{colour}" stroke="{INK}"/>',
        f'<text x="{box.x:g}" y="{y + 20:g}" font-size="15" font-weight="bold">{name}</text>',
        *(
            f'<text x="{box.x:g}" y="{y + 37 + 13 * k:g}" font-size="10.5">{line.strip()}</text>'
            for k, line in enumerate(lines)
            if line
        ),
    ]


def page(text: str) -> str:
    """The page with its line and its table made anew."""
    for mark, made in (("line of rooms", line()), ("rooms", table())):
        before, start, rest = text.partition(f"<!-- {mark} -->\n")
        _, end, after = rest.partition(f"<!-- /{mark} -->\n")
        if not start or not end:
            raise SystemExit(f"{PAGE}: a place between two comments, {mark}, is missing")
        text = f"{before}{start}{made}\n{end}{after}"
    return text


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

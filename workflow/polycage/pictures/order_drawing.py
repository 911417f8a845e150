"""Top view of a charge order, with the metals of the plane, the pairs and a period: SVG, the same bytes every time."""

from __future__ import annotations

from html import escape
from itertools import product

from polycage.physics.doping import PAPER, ChargeOrder, Order

# pixels: edge of the net's squares, margin, a line of text and a letter of it
_EDGE, _MARGIN, _LINE, _LETTER = 30.0, 24.0, 18.0, 7.0
# squares of the net along an edge of the picture: two periods and a half on either side
_PERIODS = 2
# share of a period that a pair's disk takes where the paper states no diameter
_NOT_TO_SIZE = 0.35
_METAL, _OXYGEN, _PAIR, _INK = "#0072B2", "#D55E00", "#CC79A7", "#222222"


def order_svg(title: str, found: ChargeOrder, order: Order) -> str:
    """The plane from above.

    Parameters
    ----------
    title
        First line under the picture.
    found
        Gives a0 and x.
    order
        The order that is drawn.
    """
    squares = _PERIODS * max(abs(x) for x in (*order.first, *order.second)) + 1
    size = squares * _EDGE
    notes = _notes(title, found, order)
    width = max(size, _LETTER * max(map(len, notes))) + 2 * _MARGIN
    height = size + 2 * _MARGIN + _LINE * (len(notes) + 1)
    box = f'width="{width:.0f}" height="{height:.0f}"'
    text = [
        f'<text x="{_MARGIN:.2f}" y="{size + 2 * _MARGIN + _LINE * (k + 1):.2f}" font-family="sans-serif" '
        f'font-size="13" fill="{_INK}">{escape(note)}</text>'
        for k, note in enumerate(notes)
    ]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {box} viewBox="0 0 {width:.0f} {height:.0f}">',
        f"<title>{escape(title)}</title>",
        f'<clipPath id="plane"><rect width="{size + 2 * _MARGIN:.0f}" height="{size + 2 * _MARGIN:.0f}"/></clipPath>',
        f'<rect {box} fill="#ffffff"/>',
        '<g clip-path="url(#plane)">',
        *_net(squares),
        *_pairs(order, squares),
        _period(order, squares),
        "</g>",
        *text,
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _notes(title: str, found: ChargeOrder, order: Order) -> list[str]:
    period = " x ".join(f"{length * found.edge_A:.2f}" for length in order.periods_a0)
    whose = "named in the paper" if order.source == PAPER else "our extension, not named in the paper"
    stated = f"diameter {order.periods_a0[0] * found.edge_A:.2f} Å as the paper states" if order.diameter_stated else ""
    return [
        title,
        f"{order.kind} {order.name} ({period} Å), x = 2/{order.cells}: {whose}",
        f"blue: metals, orange: oxygens, violet: pairs of carriers, {stated or 'not to size'}",
    ]


def _origin(order: Order) -> tuple[float, float]:
    """Place of one pair, over the middle of a square of metals, from which one period lies inside the picture."""
    return 0.5 - min(0, order.second[0]), 0.5


def _at(x: float, y: float, squares: int) -> tuple[float, float]:
    """Pixels of a place in units of the net's edge, y upwards."""
    return _MARGIN + x * _EDGE, _MARGIN + (squares - y) * _EDGE


def _circle(x: float, y: float, r: float, squares: int, look: str) -> str:
    px, py = _at(x, y, squares)
    return f'<circle cx="{px:.2f}" cy="{py:.2f}" r="{r:.2f}" {look}/>'


def _net(squares: int) -> list[str]:
    out = []
    for k in range(squares + 1):
        for one, two in (((0, k), (squares, k)), ((k, 0), (k, squares))):
            (a, b), (c, d) = _at(*one, squares), _at(*two, squares)
            out.append(f'<line x1="{a:.2f}" y1="{b:.2f}" x2="{c:.2f}" y2="{d:.2f}" stroke="#dddddd"/>')
    places = range(squares + 1)
    out += [_circle(x, y, 4.0, squares, f'fill="{_METAL}"') for x, y in product(places, places)]
    for x, y in product(places, places):
        if x < squares:
            out.append(_circle(x + 0.5, y, 2.5, squares, f'fill="{_OXYGEN}"'))
        if y < squares:
            out.append(_circle(x, y + 0.5, 2.5, squares, f'fill="{_OXYGEN}"'))
    return out


def _pairs(order: Order, squares: int) -> list[str]:
    """A disk at each point of the order's lattice."""
    (a, b), (c, d), (x0, y0) = order.first, order.second, _origin(order)
    radius = order.periods_a0[0] / 2 if order.diameter_stated else _NOT_TO_SIZE * min(order.periods_a0)
    reach = range(-squares, squares + 1)
    places = {(x0 + m * a + n * c, y0 + m * b + n * d) for m, n in product(reach, reach)}
    look = f'fill="{_PAIR}" fill-opacity="0.30" stroke="{_PAIR}"'
    inside = sorted(((y, x) for x, y in places if 0 <= x <= squares and 0 <= y <= squares))
    return [_circle(x, y, radius * _EDGE, squares, look) for y, x in inside]


def _period(order: Order, squares: int) -> str:
    """Outline of one period, with pairs at its corners."""
    (a, b), (c, d), (x, y) = order.first, order.second, _origin(order)
    corners = [(x, y), (x + a, y + b), (x + a + c, y + b + d), (x + c, y + d)]
    points = " ".join("{:.2f},{:.2f}".format(*_at(*corner, squares)) for corner in corners)
    return f'<polygon points="{points}" fill="none" stroke="{_INK}" stroke-width="2"/>'

"""Shapes without anti-aliasing as rows of pixels, all shapes of a picture at once.

The pixels are those of OpenCV 4 and 5 (modules/imgproc/src/drawing.cpp: ellipse2Poly, fillConvexPoly, line, circle;
Apache-2.0), whose rounding is what models saw: an ellipse is a polygon of 361 points at whole pixels, a polygon is its
Bresenham outline and what lies between its edges, a thick line is such a polygon with round ends. Coordinates are
whole pixels; a shape may reach over the picture's edges.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]
    Real = NDArray[np.float64]

__all__ = ["Spans", "discs", "ellipses", "join", "lines"]

_SHIFT = 16
_ONE = 1 << _SHIFT
_HALF = _ONE >> 1
"""OpenCV's fixed point."""


class Spans(NamedTuple):
    """Rows of pixels: of which shape (an index), which row, from which column to which, both inside."""

    shape: Whole
    row: Whole
    first: Whole
    last: Whole


class _Dots(NamedTuple):
    """Pixels that the rows of shapes have to reach."""

    shape: Whole
    x: Whole
    y: Whole


def join(parts: list[Spans]) -> Spans:
    """All rows in one."""
    import numpy as np

    return Spans(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def ellipses(centre: Whole, half_length: Whole, half_width: int, degrees: Whole) -> Spans:
    """Filled ellipses: centres (n, 2), half the long and the short axis in pixels, angle of the long one (x to y)."""
    import numpy as np

    cosine, sine = _circle()
    turn = degrees % 360
    alpha, beta = cosine[turn][:, None], sine[turn][:, None]
    along = half_length[:, None] * cosine
    across = half_width * sine
    x = np.rint(centre[:, :1] + along * alpha - across * beta).astype(np.int64)
    y = np.rint(centre[:, 1:] + along * beta + across * alpha).astype(np.int64)
    return _polygons(x, y)


def discs(centre: Whole, radius: int) -> Spans:
    """Filled discs: centres (n, 2)."""
    import numpy as np

    down, reach = _disc(radius)
    shape = np.repeat(np.arange(len(centre)), len(down))
    row = (centre[:, 1:] + down).ravel()
    first, last = (centre[:, :1] - reach).ravel(), (centre[:, :1] + reach).ravel()
    return Spans(shape, row, first, last)


def lines(start: Whole, end: Whole, thickness: int) -> Spans:
    """Lines between points (n, 2), `thickness` pixels wide from 1, with round ends from 2."""
    import numpy as np

    if thickness == 1:
        ends = np.stack((start, end), axis=1)
        return _polygons(ends[..., 0], ends[..., 1])
    cap = ((thickness << (_SHIFT - 1)) + _HALF) >> _SHIFT
    tips = [discs(point, cap) for point in (start, end)]
    return join([_quads(start, end, thickness), *tips])


@functools.cache
def _circle() -> tuple[Real, Real]:
    """Cosine and sine of 0° to 360°, to the seven decimals that OpenCV's table has."""
    import numpy as np

    angle = np.deg2rad(np.arange(361))
    return tuple(
        np.round(part, 7).astype(np.float32).astype(np.float64) + 0.0 for part in (np.cos(angle), np.sin(angle))
    )  # pyright: ignore[reportReturnType]


@functools.cache
def _disc(radius: int) -> tuple[Whole, Whole]:
    """Rows of a disc and how far each reaches, by the midpoint circle."""
    import numpy as np

    reach = [0] * (2 * radius + 1)
    far, near, error = radius, 0, 0
    while far >= near:
        for down, wide in ((near, far), (far, near)):
            for row in (radius - down, radius + down):
                reach[row] = max(reach[row], wide)
        near += 1
        error += 2 * near - 1
        if error > 0:
            error -= 2 * far - 1
            far -= 1
    return np.arange(-radius, radius + 1), np.array(reach, np.int64)


# -- polygons at whole pixels -------------------------------------------------------------------------


def _polygons(x: Whole, y: Whole) -> Spans:
    """Filled convex polygons (n, corners) at whole pixels; with two corners only the line between them."""
    import numpy as np

    shape = np.broadcast_to(np.arange(len(x))[:, None], x.shape)
    right, down = np.roll(x, -1, axis=1) - x, np.roll(y, -1, axis=1) - y
    hollow = x.shape[1] == 2
    moved = np.ones(x.shape, bool) if hollow else (right != 0) | (down != 0)
    corners = _Dots(shape[moved], x[moved], y[moved])
    right, down = right[moved], down[moved]
    # Most edges of an ellipse go to the next pixel: only the others have something between their ends.
    long = np.maximum(abs(right), abs(down)) > 1
    between = _edges(_Dots(*(column[long] for column in corners)), right[long], down[long])
    return _rows([corners, *(between[:1] if hollow else between)], y.min(axis=1), y.max(axis=1))


def _steps(count: Whole) -> tuple[Whole, Whole]:
    """Which edge each step belongs to, and 1, 2, … for its steps."""
    import numpy as np

    edge = np.repeat(np.arange(len(count)), count)
    return edge, np.arange(1, len(edge) + 1) - np.repeat(np.cumsum(count) - count, count)


def _edges(start: _Dots, right: Whole, down: Whole) -> list[_Dots]:
    """The pixels between the ends of edges: those of the outline, and where the filling begins or ends."""
    import numpy as np

    wide, high = abs(right), abs(down)
    length = np.maximum(wide, high)
    edge, step = _steps(length - 1)
    # Bresenham goes from left to right; a tie stays on the row or column it came from.
    from_left = np.where(right < 0, length, 0)[edge] + np.where(right < 0, -1, 1)[edge] * step
    short, whole = np.minimum(wide, high)[edge], length[edge]
    aside = -((whole - 2 * short * from_left) // (2 * whole))
    aside = np.where(right[edge] < 0, short - aside, aside)
    steep, sign_x, sign_y = (high > wide)[edge], np.sign(right)[edge], np.sign(down)[edge]
    x = start.x[edge] + sign_x * np.where(steep, aside, step)
    y = start.y[edge] + sign_y * np.where(steep, step, aside)
    outline = _Dots(start.shape[edge], x, y)
    # The filling follows the edge from its top in fixed point; it can differ from the outline at ties of steep edges.
    edge, step, y = edge[steep], step[steep], y[steep]
    slope = _quotient(2 * (right * np.sign(down) << _SHIFT) + high, 2 * np.maximum(high, 1))
    top = np.where(down < 0, start.x + right, start.x)[edge]
    below = np.where(down[edge] < 0, high[edge] - step, step)
    filled = ((top << _SHIFT) + below * slope[edge] + _HALF) >> _SHIFT
    return [outline, _Dots(start.shape[edge], filled, y)]


def _quotient(number: Whole, by: Whole) -> Whole:
    """Whole division towards zero, as in C; `by` is positive."""
    import numpy as np

    return np.sign(number) * (abs(number) // by)


def _rows(dots: list[_Dots], top: Whole, bottom: Whole) -> Spans:
    """The rows of shapes from `top` to `bottom`, each as wide as its dots reach."""
    import numpy as np

    high = bottom - top + 1
    begin = np.cumsum(high) - high
    shape = np.repeat(np.arange(len(high)), high)
    row = np.arange(len(shape)) + np.repeat(top - begin, high)
    x = np.concatenate([part.x for part in dots])
    place = np.concatenate([(begin - top)[part.shape] + part.y for part in dots])
    first = np.full(len(row), 1 << 40)
    last = np.full(len(row), -(1 << 40))
    np.minimum.at(first, place, x)
    np.maximum.at(last, place, x)
    return Spans(shape, row, first, last)


# -- thick lines --------------------------------------------------------------------------------------


def _quads(start: Whole, end: Whole, thickness: int) -> Spans:
    """Lines thicker than 1 without their ends; their corners lie between pixels."""
    import numpy as np

    apart = (start - end).astype(np.float64)
    length = np.maximum(np.hypot(apart[:, 0], apart[:, 1]), 1e-9)
    half = ((thickness << (_SHIFT - 1)) + (thickness & 1) * _HALF) / length
    aside = np.stack((np.rint(-apart[:, 1] * half), np.rint(apart[:, 0] * half)), axis=1).astype(np.int64)
    one, two = start << _SHIFT, end << _SHIFT
    corner = np.stack((one + aside, one - aside, two - aside, two + aside), axis=1)
    x, y = corner[..., 0], corner[..., 1]
    shape = np.broadcast_to(np.arange(len(x))[:, None], x.shape).ravel()
    ends = [column.ravel() for column in (x, y, np.roll(x, -1, axis=1), np.roll(y, -1, axis=1))]
    dots = [_outline(shape, *ends), *_filling(shape, *ends)]
    near = (y + _HALF) >> _SHIFT
    top = np.minimum(near.min(axis=1), 1 << 40)
    return _rows(dots, top, near.max(axis=1))


def _outline(shape: Whole, x: Whole, y: Whole, to_x: Whole, to_y: Whole) -> _Dots:
    """Pixels of edges between fixed-point ends, stepped along their longer side."""
    import numpy as np

    flat = abs(to_x - x) > abs(to_y - y)
    # Along the longer side (u), in rising direction.
    u, v = np.where(flat, x, y), np.where(flat, y, x)
    to_u, to_v = np.where(flat, to_x, to_y), np.where(flat, to_y, to_x)
    turned = to_u < u
    u, to_u = np.where(turned, to_u, u), np.where(turned, u, to_u)
    v, to_v = np.where(turned, to_v, v), np.where(turned, v, to_v)
    slope = _quotient((to_v - v) << _SHIFT, (to_u - u) | 1)
    edge, step = _steps(((to_u - u) >> _SHIFT) + 1)
    step = step - 1
    along = ((u[edge] + _HALF) >> _SHIFT) + step
    aside = (v[edge] + _HALF + step * slope[edge]) >> _SHIFT
    tip_u, tip_v = (to_u + _HALF) >> _SHIFT, (to_v + _HALF) >> _SHIFT
    along, aside = np.concatenate((along, tip_u)), np.concatenate((aside, tip_v))
    level = np.concatenate((flat[edge], flat))
    owner = np.concatenate((shape[edge], shape))
    return _Dots(owner, np.where(level, along, aside), np.where(level, aside, along))


def _filling(shape: Whole, x: Whole, y: Whole, to_x: Whole, to_y: Whole) -> list[_Dots]:
    """Where the filling between edges begins or ends, on the rows from an edge's top to its bottom."""
    import numpy as np

    row, to_row = (y + _HALF) >> _SHIFT, (to_y + _HALF) >> _SHIFT
    rising = to_row < row
    x, to_x = np.where(rising, to_x, x), np.where(rising, x, to_x)
    top, high = np.minimum(row, to_row), abs(to_row - row)
    slope = _quotient(2 * (to_x - x) + high, 2 * np.maximum(high, 1))
    edge, step = _steps(high)
    step = step - 1
    reach = (x[edge] + step * slope[edge] + _HALF) >> _SHIFT
    return [_Dots(shape[edge], reach, top[edge] + step)]

"""Numbers that words hang on: rounded before they are compared or written, so that float noise turns no word."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from .track import Vector

__all__ = [
    "add",
    "cross",
    "dot",
    "finite",
    "length",
    "mean",
    "metres",
    "minus",
    "shown",
    "snap",
    "times",
    "unit",
    "wrapped",
]


def snap(value: float, digits: int = 3) -> float:
    """Rounded, and never -0.0. What is compared with a threshold goes through here: thresholds are short decimals
    that people type as well, and a value of 0.4999999 is meant to be 0.5."""
    return round(value, digits) + 0.0


def shown(value: float, digits: int = 0) -> str:
    """For a text: half goes up, after noise was rounded away; without zeros at the end. 1.45 gives 1.5."""
    exact = Decimal(repr(snap(value, digits + 3))).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    text = f"{exact:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def metres(value: float) -> str:
    """A length as it is told on a set: hundredths below 0.1 m, tenths up to 3 m, halves up to 10 m, then whole ones."""
    exact = snap(value, 4)
    if exact >= 10:
        return shown(value)
    if exact >= 3:
        return shown(float(shown(2 * value)) / 2, 1)
    return shown(value, 1 if exact >= 0.095 else 2)


def finite(values: Iterable[float]) -> bool:
    """Whether all are numbers."""
    return all(math.isfinite(value) for value in values)


def minus(a: Vector, b: Vector) -> Vector:
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


def add(a: Vector, b: Vector) -> Vector:
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2])


def times(a: Vector, factor: float) -> Vector:
    return (a[0] * factor, a[1] * factor, a[2] * factor)


def dot(a: Vector, b: Vector) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a: Vector, b: Vector) -> Vector:
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def length(a: Vector) -> float:
    return math.hypot(*a)


def unit(a: Vector) -> Vector:
    """Of length 1; zero stays zero."""
    size = length(a)
    return times(a, 1 / size) if size > 1e-12 else (0.0, 0.0, 0.0)


def mean(points: Iterable[Vector]) -> Vector:
    """The middle of at least one point."""
    found = tuple(points)
    x, y, z = (sum(point[axis] for point in found) / len(found) for axis in range(3))
    return (x, y, z)


def wrapped(degrees: float) -> float:
    """An angle in [-180, 180)."""
    return (degrees + 180) % 360 - 180

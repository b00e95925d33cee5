"""Parts of a person: which one the picture shows when the head is out of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .figure import HIPS, KNEES, SHOULDERS, Figure
from .numbers import add, finite, mean, minus, snap, times
from .picture import Eye
from .record import Part
from .track import Body, Vector

__all__ = ["Shown", "part_of"]

_SIDES = ("l", "r")
_FEET = 0.03
"""Height of the feet above the soles, in statures."""
_HAND = 0.37
"""From the wrist to the middle of the hand, in lengths of the forearm: a hand is 0.108 of the stature long, a forearm
0.146 (Drillis and Contini, 1966)."""


@dataclass(frozen=True)
class Shown:
    """What is seen of a person without a head."""

    part: Part
    middle: Vector | None = None
    """In the world; None where nothing tells."""


def part_of(eye: Eye, body: Body, figure: Figure, close: bool, away: bool) -> Shown:
    """Which part of a person is in the picture, by the joints that are.

    Feet tell a picture best, then raised hands in a `close` one. `away`: the person is seen
    from behind.
    """
    feet = _pairs(eye, body, ("ankle", "toe")) or _line(eye, body, figure, _FEET, "ankle")
    knees = _pairs(eye, body, ("knee",)) or _line(eye, body, figure, KNEES, "knee")
    hips = _pairs(eye, body, ("hip",)) or _line(eye, body, figure, HIPS, "hip")
    chest = _pairs(eye, body, ("shoulder",)) or _line(eye, body, figure, SHOULDERS, "shoulder")
    hands = _inside(eye, (_hand(body, side) for side in _SIDES))
    elbows = _pairs(eye, body, ("elbow",))
    # Arms that hang beside a trunk, or that it hides, are not what is looked at.
    trunk = bool(hips and chest) and (away or all(hand[2] <= figure.at(HIPS)[2] for hand in hands))
    word: Part = ""
    shown: list[Vector] = []
    if chest and (feet or knees):
        word, shown = "body", [*chest, *hips, *knees, *feet]
    elif feet:
        word, shown = ("legs and feet", [*knees, *feet]) if knees else ("feet" if len(feet) > 1 else "foot", feet)
    elif hands and ((close and not trunk) or not (knees or hips or chest)):
        word, shown = "hands" if len(hands) > 1 else "hand", hands
    elif knees:
        word, shown = "legs", [*hips, *knees]
    elif hips or chest:
        word, shown = "back" if away else "torso", [*hips, *chest]
    elif elbows:
        word, shown = "arm", elbows
    return Shown(word, mean(shown) if shown else None)


def _pairs(eye: Eye, body: Body, names: tuple[str, ...]) -> list[Vector]:
    """One point of each side, where it is in the picture."""
    found: list[Vector] = []
    for side in _SIDES:
        found += _inside(eye, (body.joints.get(f"{side}_{name}") for name in names))[:1]
    return found


def _line(eye: Eye, body: Body, figure: Figure, height: float, name: str) -> list[Vector]:
    """A point of the middle line, of who has no such joints."""
    if any(f"{side}_{name}" in body.joints for side in _SIDES):
        return []
    return _inside(eye, [figure.at(height)])


def _hand(body: Body, side: str) -> Vector | None:
    wrist, elbow = body.joints.get(f"{side}_wrist"), body.joints.get(f"{side}_elbow")
    if wrist is None or elbow is None:
        return wrist
    return add(wrist, times(minus(wrist, elbow), _HAND))


def _inside(eye: Eye, points: Iterable[Vector | None]) -> list[Vector]:
    found: list[Vector] = []
    for point in points:
        where = eye.seen(point) if point is not None and finite(point) else None
        if point is not None and where and all(0 <= snap(each) <= 1 for each in where):
            found.append(point)
    return found

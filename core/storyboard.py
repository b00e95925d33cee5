"""A storyboard panel before it is drawn: which picture holds a move, where its frames and arrows are, who goes where.

Places are in the picture of the start camera: (0, 0) is its lower left corner, (1, 1) the upper right one, and what a
wider picture shows lies outside.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from .brief import CameraBrief
from .brief.figure import eyes, figure, middle
from .brief.numbers import add, finite, metres, shown, snap, times
from .brief.picture import Eye, eyes_of
from .brief.record import Move, MoveKind
from .brief.track import Body, CameraTrack, Vector

__all__ = ["Flat", "Mark", "Panel", "Trail", "lay_out"]

Flat = tuple[float, float]
Quad = tuple[Flat, Flat, Flat, Flat]
"""Lower left, lower right, upper right, upper left corner of a frame."""

_UNIT: Quad = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
_WHOLE = (0.0, 0.0, 1.0, 1.0)
_MARGIN = 0.05
"""Room around both frames, in frames of the start."""
_WIDEST, _HIGHEST = 2.4, 2.2
"""Most frames of the start that a picture is wide and high: in a wider one nothing could be made out."""
_STEEP = 1.75
"""Tangent of the angle off the axis, 60 degrees, up to which a straight picture is drawn; beyond it people melt."""
_SAME = 0.02
"""Frames that differ by less than this are one."""
_ELSEWHERE = 0.08
"""Of the picture: a subject that gets this far is shown where it ends too."""
_AWAY = 5.0
"""Metres at which the end frame is drawn where nothing tells how far away the subject is."""
_GOES, _WALKS = 0.14, 0.4
"""Of the picture's width, and metres: whoever gets less far has no arrow."""
_SOFT = 8
"""Samples to each side over which a way is smoothed: steps and swings are no part of it."""
_BACK = 0.3
"""Of a way: whoever comes back by less only comes to rest."""
_GROUNDED = 0.6
"""A way is drawn on the ground where this part of it, or more, is in the picture there."""
_MOST = 2
"""Ways in one picture."""

_AROUND = {"arc", "dolly-zoom"}
"""Moves that change what is before and behind the subject, which no frame in the start's picture tells."""
_TURNS = ("pan", "tilt", "roll", "zoom")
_WORDS: dict[MoveKind, str] = {"push-in": "push in", "pull-out": "pull out", "dolly-zoom": "dolly zoom"}


@dataclass(frozen=True)
class Mark:
    """An arrow for one of the camera's moves."""

    kind: MoveKind
    direction: str
    label: str
    """In words: TRUCK RIGHT 4 M."""
    travels: bool
    """Whether the camera goes from its place; else it turns or zooms."""


@dataclass(frozen=True)
class Trail:
    """Where somebody goes in the picture, smoothed, in order of time; at least two points."""

    id: str
    points: tuple[Flat, ...]


@dataclass(frozen=True)
class Panel:
    """What is drawn of a shot."""

    kind: Literal["still", "wide", "pair"]
    """One framing; a picture of the start wide enough to hold the end frame too; start and end beside each other."""
    bounds: tuple[float, float, float, float] = _WHOLE
    """Left, lower, right and upper edge of the picture."""
    end: Quad | None = None
    """The end camera's frame in the picture, for `wide`."""
    ghost: str = ""
    """Id of the subject that is also shown where it is at the end, for `wide`; empty where it stays."""
    marks: tuple[Mark, ...] = ()
    trails: tuple[Trail, ...] = ()
    end_trails: tuple[Trail, ...] = ()
    """In the picture of the end, of a pair."""


def lay_out(brief: CameraBrief, track: CameraTrack) -> Panel:
    """The panel of a shot. `brief` was measured from `track`.

    The end frame is the end camera's picture at the subject's distance, seen from the start camera, which is exact for
    turns and zooms and right for the subject's plane where the camera travels.
    """
    eyes = eyes_of(track)
    first, last = eyes[0], eyes[-1]
    marks = tuple(_mark(move, _names(brief)) for move in _shown(brief.moves))
    moves = any(mark.kind != "handheld" for mark in marks)
    if track.projection == "panoramic" or not moves:
        return Panel("still", marks=marks, trails=tuple(_trails(brief, track, first, _WHOLE)))
    end = _framed(first, last, _depth(brief, track, last)) if not _AROUND & {mark.kind for mark in marks} else None
    bounds = _around(end) if end else None
    if end is None or bounds is None or not _drawable(first, bounds):
        start, finish = (tuple(_trails(brief, track, eye, _WHOLE)) for eye in (first, last))
        return Panel("pair", marks=marks, trails=start, end_trails=finish)
    if max(abs(a - b) for one, two in zip(end, _UNIT, strict=True) for a, b in zip(one, two, strict=True)) < _SAME:
        return Panel("still", marks=marks, trails=tuple(_trails(brief, track, first, _WHOLE)))
    trails = tuple(_trails(brief, track, first, bounds))
    return Panel("wide", bounds, end, _ghost(brief, track, first), marks, trails)


# -- frames -------------------------------------------------------------------------------------------


def _framed(base: Eye, other: Eye, depth: float) -> Quad | None:
    """The corners of a camera's picture at a depth before it, as another sees them; None where one is behind it."""
    found = [base.seen(_corner(other, across, up, depth)) for across, up in _UNIT]
    a, b, c, d = found
    return None if a is None or b is None or c is None or d is None else (a, b, c, d)


def _corner(eye: Eye, across: float, up: float, depth: float) -> Vector:
    """The point of the world at a place in the picture and a depth: the inverse of `Eye.flat`."""
    wide, high = eye.sensor
    scale = wide / eye.width if eye.projection == "orthographic" else eye.lens / depth
    longer = max(wide, high)
    x = ((across - 0.5) * wide + eye.shift[0] * longer) / scale
    y = ((up - 0.5) * high + eye.shift[1] * longer) / scale
    return add(eye.place, add(add(times(eye.right, x), times(eye.up, y)), times(eye.forward, depth)))


def _depth(brief: CameraBrief, track: CameraTrack, eye: Eye) -> float:
    """How far before the end camera the subject is."""
    main = next((each for each in track.subjects if brief.subject and each.id == brief.subject.id), None)
    body = next((each for each in reversed(main.bodies) if each is not None), None) if main else None
    place = middle(body) if body else None
    depth = eye.local(place)[2] if place else brief.focus.distance[1] if brief.focus else _AWAY
    return depth if depth > 2 * eye.nearest else _AWAY


def _around(end: Quad) -> tuple[float, float, float, float]:
    """Both frames with some room; the start's own edges where nothing lies beyond them."""
    across, up = [x for x, _ in end], [y for _, y in end]
    left, low, right, high = min(across), min(up), max(across), max(up)
    return (
        left - _MARGIN if left < -_SAME else 0.0,
        low - _MARGIN if low < -_SAME else 0.0,
        right + _MARGIN if right > 1 + _SAME else 1.0,
        high + _MARGIN if high > 1 + _SAME else 1.0,
    )


def _drawable(eye: Eye, bounds: tuple[float, float, float, float]) -> bool:
    left, low, right, high = bounds
    if right - left > _WIDEST or high - low > _HIGHEST:
        return False
    if eye.projection == "orthographic":
        return True
    corners = [(x, y) for x in (left, right) for y in (low, high)]
    wide, high = eye.sensor
    return all(math.hypot((x - 0.5) * wide, (y - 0.5) * high) / eye.lens <= _STEEP for x, y in corners)


def _ghost(brief: CameraBrief, track: CameraTrack, base: Eye) -> str:
    """The main subject, where its head or trunk is somewhere else in the start's picture at the end."""
    main = next((each for each in track.subjects if brief.subject and each.id == brief.subject.id), None)
    bodies = [body for body in main.bodies if body is not None] if main else []
    if main is None or main.kind == "location" or not bodies:
        return ""
    person = main.kind == "character"
    for first, last in ((eyes(bodies[0], person), eyes(bodies[-1], person)), (middle(bodies[0]), middle(bodies[-1]))):
        start, end = base.seen(first) if first else None, base.seen(last) if last else None
        if start and end and math.dist(start, end) >= _ELSEWHERE:
            return main.id
    return ""


# -- arrows -------------------------------------------------------------------------------------------


def _shown(moves: Sequence[Move]) -> Iterable[Move]:
    return (move for move in moves if move.kind != "static")


def _names(brief: CameraBrief) -> dict[str, str]:
    return {each.id: each.name for each in (brief.subject, *brief.others) if each}


def _mark(move: Move, names: dict[str, str]) -> Mark:
    words = [_WORDS.get(move.kind, move.kind)]
    if move.kind == "follow":
        words.append(names.get(move.subject, ""))
    if move.kind not in ("push-in", "pull-out", "handheld"):
        words.append(move.direction)
    if move.unit == "m":
        words.append(f"{metres(move.amount)} m")
    elif move.unit == "deg" and move.kind != "handheld":
        # As in the brief's words: from 20 degrees on nobody counts them.
        words.append(f"{5 * int(shown(move.amount / 5)) if snap(move.amount) >= 20 else shown(move.amount)}°")
    elif move.lens:
        words.append(f"{shown(move.lens[0])}–{shown(move.lens[1])} mm")
    label = " ".join(word for word in words if word)
    return Mark(move.kind, move.direction, label, move.kind not in (*_TURNS, "handheld"))


# -- ways ---------------------------------------------------------------------------------------------


def _trails(
    brief: CameraBrief, track: CameraTrack, eye: Eye, bounds: tuple[float, float, float, float]
) -> Iterable[Trail]:
    """Ways of persons who are in the shot and get somewhere, the main subject's first."""
    ids = [each.id for each in (brief.subject, *brief.others) if each and each.kind == "character"]
    bodies = {each.id: each.bodies for each in track.subjects}
    made = (_trail(id, bodies.get(id, ()), eye, bounds) for id in ids)
    return [trail for trail in made if trail][:_MOST]


def _trail(id: str, bodies: Sequence[Body | None], eye: Eye, bounds: tuple[float, float, float, float]) -> Trail | None:
    """On the ground where that is in the picture, else where the body is."""
    seen = [body for body in bodies if body is not None]
    hearts = _soft([place for body in seen if (place := middle(body)) and finite(place)])
    if len(hearts) < 2:
        return None
    way = max(math.dist(a[:2], hearts[0][:2]) for a in hearts)
    if way < _WALKS:
        return None
    floor = min((found.soles[2] for body in seen if (found := figure(body))), default=None)
    ground = [(x, y, floor) for x, y, _ in hearts] if floor is not None else []
    aspect = eye.sensor[1] / eye.sensor[0]
    points = _longest([eye.seen(place) for place in ground], bounds)
    above = _longest([eye.seen(place) for place in hearts], bounds)
    points = points if len(points) >= _GROUNDED * len(above) else above
    if len(points) < 2:
        return None
    reaches = [math.hypot(x - points[0][0], (y - points[0][1]) * aspect) for x, y in points]
    furthest = reaches.index(max(reaches))
    if math.dist(points[furthest], points[-1]) < _BACK * reaches[furthest]:
        points = points[: furthest + 1]
    return Trail(id, tuple(points)) if max(reaches) >= _GOES else None


def _soft(places: Sequence[Vector]) -> list[Vector]:
    """A running mean that keeps the ends where they are."""
    found: list[Vector] = []
    for index in range(len(places)):
        reach = min(_SOFT, index, len(places) - 1 - index)
        near = places[index - reach : index + reach + 1]
        found.append(tuple(sum(each[axis] for each in near) / len(near) for axis in range(3)))  # type: ignore[arg-type]
    return found


def _longest(points: Sequence[Flat | None], bounds: tuple[float, float, float, float]) -> list[Flat]:
    """The longest stretch that is in the picture."""
    best: list[Flat] = []
    run: list[Flat] = []
    for point in (*points, None):
        if point and bounds[0] <= point[0] <= bounds[2] and bounds[1] <= point[1] <= bounds[3]:
            run.append(point)
            continue
        best, run = (run if _way(run) > _way(best) else best), []
    return best


def _way(points: Sequence[Flat]) -> float:
    return sum(math.dist(a, b) for a, b in pairwise(points))

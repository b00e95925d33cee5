"""What the camera does: turns and zooms beside its ways, put together as a director of photography would say it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from .draft import REST, Draft, joined, moving, noted
from .numbers import snap
from .path import Path, Shake, heading, steadied
from .record import Move
from .travel import travels

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["moves"]

_TURN = 0.025
"""Of the field of view: a smaller turn is not seen."""
_ROLL = 2.0
"""Degrees."""
_ZOOM = 0.03
"""Change of focal length, as natural logarithm: 3 per cent."""
_QUIET_TURN = 0.01
"""Degrees a second; below is rounding of the file's numbers."""
_QUIET_ZOOM = 1e-4
_KEPT = 0.12
"""Of the picture's width: a turn that lets its subject wander no further from its place keeps it in frame."""
_FOLLOWED = 0.2
"""The same of a turn from a tripod that goes with somebody: it may start late and catch up."""
_SAME_SIZE = 0.15
"""By how much the subject may grow or shrink in a dolly-zoom, as natural logarithm."""
_VERTIGO = 0.1
"""How much of a zoom it takes, as natural logarithm: less is no effect that anybody sees."""
_AGAINST = (("in", "out"), ("out", "in"), ("in", "back"), ("out", "forward"))
"""Directions of a zoom and of a way against it."""
_HOLD = 0.75
"""Seconds without any move that are noted as static, and at least a tenth of the shot."""

Turn = Literal["pan", "tilt", "roll"]
_TURNS: tuple[tuple[Turn, Literal["right", "up", "clockwise"], Literal["left", "down", "anticlockwise"]], ...] = (
    ("pan", "right", "left"),
    ("tilt", "up", "down"),
    ("roll", "clockwise", "anticlockwise"),
)


def moves(path: Path, subject: str) -> tuple[Move, ...]:
    """Everything that the camera does, what changes the picture most first; holds come last.

    `subject` is the id of the path's subject, empty without one.
    """
    if len(path.seconds) < 2:
        frame = round(float(path.frames[0]))
        return (Move(kind="static", direction="", first=frame, last=frame),)
    path, shake = steadied(path)
    ways = travels(path, shake.metres if shake else 0.0)
    zooms = _zooms(path)
    ways, zooms = _dolly_zooms(path, ways, zooms)
    turns = [turn for axis in range(3) for turn in _turns(path, axis, shake.degrees if shake else 0.0)]
    found = [*ways, *zooms, *(turn for turn in turns if not _absorbed(path, turn, ways))]
    found.sort(key=lambda each: (-snap(each.effect, 2), each.first, each.kind))
    return (
        *(noted(draft, path, subject) for draft in found),
        *_shaken(path, shake),
        *([] if shake else _holds(path, found)),
    )


# -- turns and zooms --------------------------------------------------------------------------------


def _swings(curve: Floats, least: float) -> list[tuple[int, int]]:
    """Stretches between the turning points of a curve, without those that go less far than `least`."""
    pivots = [0]
    low = high = 0
    way = 0
    for index, value in enumerate(curve):
        low = index if value < curve[low] else low
        high = index if value > curve[high] else high
        if way >= 0 and curve[high] - value >= least:
            pivots += [high] if way > 0 or high > 0 else []
            way, low = -1, index
            high = index
        elif way <= 0 and value - curve[low] >= least:
            pivots += [low] if way < 0 or low > 0 else []
            way, high = 1, index
            low = index
    pivots.append(len(curve) - 1 if way == 0 else (high if way > 0 else low))
    return [(a, b) for a, b in pairwise(pivots) if b > a and abs(curve[b] - curve[a]) >= least]


def _stretches(path: Path, curve: Floats, least: float, quiet: float) -> list[tuple[int, int]]:
    """Where a curve goes one way without rest, by at least `least`."""
    import numpy as np

    found: list[tuple[int, int]] = []
    for first, last in _swings(curve, least):
        speed = np.abs(np.diff(curve[first : last + 1])) / path.step
        parts = [(first + a, first + b) for a, b in moving(speed, path.step, quiet)]
        large = [(a, b) for a, b in parts if abs(curve[b] - curve[a]) >= least]
        found += large or ([(parts[0][0], parts[-1][1])] if parts else [(first, last)])
    return found


def _turns(path: Path, axis: int, shake: float) -> list[Draft]:
    kind, more, less = _TURNS[axis]
    curve, field = path.turns[:, axis], float(path.field.mean())
    least = max(_ROLL if kind == "roll" else _TURN * field, 4 * shake)
    found: list[Draft] = []
    for first, last in _stretches(path, curve, least, max(_QUIET_TURN, 2 * shake)):
        turned = float(curve[last] - curve[first])
        effect = abs(turned) / (60.0 if kind == "roll" else float(path.field[first : last + 1].mean()))
        course = curve[first : last + 1] - curve[first]
        found.append(Draft(kind, more if turned > 0 else less, abs(turned), "deg", first, last, effect, course))
    return joined(found, path.step)


def _zooms(path: Path) -> list[Draft]:
    import numpy as np

    found: list[Draft] = []
    for first, last in _stretches(path, path.zoom, _ZOOM, _QUIET_ZOOM):
        grown = float(path.zoom[last] - path.zoom[first])
        lens = (float(path.lens[first]), float(path.lens[last])) if path.perspective else None
        # Without perspective the picture gets narrower by so many metres.
        widths = np.exp(-path.zoom[[first, last]])
        amount = abs(lens[1] - lens[0]) if lens else abs(float(widths[1] - widths[0]))
        course = path.zoom[first : last + 1] - path.zoom[first]
        direction, unit = "in" if grown > 0 else "out", "mm" if lens else "m"
        found.append(Draft("zoom", direction, amount, unit, first, last, abs(grown), course, lens=lens))
    return found


def _dolly_zooms(path: Path, ways: list[Draft], zooms: list[Draft]) -> tuple[list[Draft], list[Draft]]:
    """A zoom and a way against each other, that leave the subject as large as it was, are one move."""
    import numpy as np

    for zoom in list(zooms):
        for way in list(ways):
            if (zoom.direction, way.direction) not in _AGAINST or path.subject is None:
                continue
            first, last = min(zoom.first, way.first), max(zoom.last, way.last)
            grown = float(path.zoom[last] - path.zoom[first] - np.log(path.away[last] / path.away[first]))
            if way.overlap(zoom.first, zoom.last) < 0.5 or abs(grown) > _SAME_SIZE or zoom.effect < _VERTIGO:
                continue
            ways.remove(way)
            zooms.remove(zoom)
            both = Draft(
                "dolly-zoom",
                "in" if way.direction in ("in", "forward") else "out",
                way.amount,
                "m",
                way.first,
                way.last,
                zoom.effect,
                way.course,
                subject=True,
                lens=zoom.lens,
            )
            ways.append(both)
            break
    return ways, zooms


# -- what belongs together --------------------------------------------------------------------------


def _absorbed(path: Path, turn: Draft, ways: list[Draft]) -> bool:
    """Whether a turn does no more than to keep the subject where it is in the picture while the camera goes along its
    way; it is noted with that way then. One that goes along with the subject's own way stays a move, and says so."""
    for way in ways:
        # What keeps looking at the middle of its arc pans all the while.
        if turn.kind == "pan" and way.kind == "arc" and not way.subject and way.overlap(turn.first, turn.last) >= 0.5:
            way.keeps.add("pan")
            return True
    if turn.kind not in ("pan", "tilt") or path.subject is None or path.face is None:
        return False
    kept = [points for points in (path.subject, path.face) if _keeps(path, turn, points)]
    if not kept:
        turn.subject = not ways and any(_keeps(path, turn, points, _FOLLOWED) for points in (path.subject, path.face))
        return False
    points = kept[0]
    by_camera = _asked(path, turn, points, still=True)
    asked = _asked(path, turn, points)
    over = [way for way in ways if way.overlap(turn.first, turn.last) >= 0.5]
    if not over or (abs(by_camera) < 0.5 * abs(asked) and not any(way.kind == "follow" for way in over)):
        turn.subject = True
        return False
    # A crane is what tilts.
    way = max(over, key=lambda each: (turn.kind == "tilt" and each.kind == "crane", each.effect))
    way.keeps.add("pan" if turn.kind == "pan" else "tilt")
    return True


def _asked(path: Path, turn: Draft, points: Floats, still: bool = False) -> float:
    """Degrees that the camera has to turn by to keep a point where it is; `still` for a point that does not go."""
    import numpy as np

    part = slice(turn.first, turn.last + 1)
    targets = points[turn.first] if still else points[part]
    angles = heading(targets - path.place[part], path.level)[:, 0 if turn.kind == "pan" else 1]
    # All the way round counts.
    angles = np.unwrap(angles, period=360)
    return float(angles[-1] - angles[0])


def _keeps(path: Path, turn: Draft, points: Floats, most: float = _KEPT) -> bool:
    """Whether the subject's place in the picture hardly changes, since the turn goes along with it."""
    sign = 1 if turn.direction in ("right", "up") else -1
    asked = sign * _asked(path, turn, points)
    slack = max(1.5, most * float(path.field[turn.first : turn.last + 1].mean()))
    inside = path.inside[[turn.first, turn.last]].all()
    return bool(inside) and asked >= 0.5 * turn.amount and abs(asked - turn.amount) <= slack


def _shaken(path: Path, shake: Shake | None) -> list[Move]:
    if shake is None:
        return []
    first, last = round(float(path.frames[0])), round(float(path.frames[-1]))
    return [
        Move(kind="handheld", direction="", amount=snap(shake.picture, 2), unit="deg", first=first, last=last),
    ]


def _holds(path: Path, found: list[Draft]) -> list[Move]:
    """Stretches in which nothing of the camera changes."""
    end = len(path.seconds) - 1
    least = max(_HOLD, 0.1 * float(path.seconds[-1]), REST)
    holds: list[tuple[int, int]] = []
    reached = 0
    for draft in sorted(found, key=lambda each: each.first):
        holds.append((reached, draft.first))
        reached = max(reached, draft.last)
    holds.append((reached, end))
    return [
        Move(kind="static", direction="", first=round(float(path.frames[a])), last=round(float(path.frames[b])))
        for a, b in holds
        if not found or (b > a and snap((b - a) * path.step) >= least)
    ]

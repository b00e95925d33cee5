"""A move while it is being found, and what its course over time says: easing and pace."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from .numbers import snap
from .path import Path
from .record import Easing, Move, MoveKind, Pace

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["GAITS", "PACES", "REST", "Direction", "Draft", "easing_of", "joined", "moving", "noted"]

Direction = Literal["", "left", "right", "up", "down", "forward", "back", "in", "out", "clockwise", "anticlockwise"]

PACES: tuple[tuple[float, Pace], ...] = (
    (0.01, "imperceptible"),
    (1 / 7, "slow"),
    (0.5, "medium"),
    (2.0, "fast"),
    (math.inf, "whip"),
)
"""Changes of the picture a second (widths that it goes by, shares by which it grows) up to which a move is called so. A
hundredth is seen only in comparison; a picture's width in seven seconds is the limit of a pan without judder (RED 101,
"Panning Speed Best Practices"); in two seconds, the eye still follows; in half a second, nothing can be made out."""

GAITS: tuple[tuple[float, Pace], ...] = ((0.05, "imperceptible"), (0.8, "slow"), (2.0, "medium"), (math.inf, "fast"))
"""Metres a second of a camera that goes with somebody: people stroll up to the first, walk at 1.4 and run from 2 on."""

REST = 0.3
"""Seconds without motion that part one move from the next."""
_QUIET = 2e-4
"""Of a motion's highest speed: less is rest. So little that a very gentle start belongs to its move."""
_ENDS = 0.1
"""Part of a move at each end by which its easing is told."""
_EASED = 0.5
"""A speed at an end below this part of the average one is eased: constant speed has 1, a Bézier curve 0.3."""


@dataclass(eq=False)
class Draft:
    """A move between two samples."""

    kind: MoveKind
    direction: Direction
    amount: float
    unit: Literal["m", "deg", "mm"]
    first: int
    last: int
    effect: float
    """How much of the picture it changes: widths that go by, or the natural logarithm of its growth."""
    course: Floats
    """How far it has come, at each sample from first to last."""
    subject: bool = False
    keeps: set[Literal["pan", "tilt"]] = field(default_factory=set[Literal["pan", "tilt"]])
    lens: tuple[float, float] | None = None

    def overlap(self, first: int, last: int) -> float:
        """Part of another stretch that it covers."""
        return max(0, min(self.last, last) - max(self.first, first)) / max(1, last - first)


def moving(speed: Floats, step: float, least: float) -> list[tuple[int, int]]:
    """Stretches of samples, first and last, between rests. `speed` is that from each sample to the next; below `least`
    it is noise."""
    import numpy as np

    if not len(speed):
        return []
    going = speed > max(least, _QUIET * float(np.max(speed)))
    stretches: list[tuple[int, int]] = []
    for index in np.flatnonzero(going):
        if stretches and (index - stretches[-1][1]) * step < REST:
            stretches[-1] = (stretches[-1][0], int(index) + 1)
        else:
            stretches.append((int(index), int(index) + 1))
    return stretches


def easing_of(course: Floats) -> Easing:
    """By the speed at both ends against the average one. `course` at even times, at least two."""
    import numpy as np

    whole = float(course[-1] - course[0])
    if len(course) < 4 or abs(whole) < 1e-12:
        return "linear"
    at: Floats = np.linspace(0, 1, len(course))
    done: Floats = (course - course[0]) / whole
    begun, left = float(np.interp(_ENDS, at, done)), 1 - float(np.interp(1 - _ENDS, at, done))
    starts, ends = snap(begun / _ENDS) < _EASED, snap(left / _ENDS) < _EASED
    return "ease-in-out" if starts and ends else "ease-in" if starts else "ease-out" if ends else "linear"


def _pace(kind: MoveKind, rate: float, speed: float) -> Pace:
    """By the picture's change a second; beside somebody who goes, by `speed`, since the picture hardly changes then."""
    rate, limits = (speed, GAITS) if kind == "follow" else (rate, PACES)
    found: Pace = next(word for limit, word in limits if snap(rate, 4) <= snap(limit, 4))
    # Only a turn goes by so fast that nothing is seen of it.
    return "fast" if found == "whip" and kind not in ("pan", "tilt", "roll") else found


def joined(drafts: list[Draft], step: float) -> list[Draft]:
    """Pieces of one move put together: the same kind and direction, one right after the other."""
    import numpy as np

    found: list[Draft] = []
    for draft in sorted(drafts, key=lambda each: each.first):
        same = [each for each in found if (each.kind, each.direction) == (draft.kind, draft.direction)]
        last = max(same, key=lambda each: each.last, default=None)
        if last is None or not -1 <= draft.first - last.last <= REST / step:
            found.append(draft)
            continue
        gap = np.full(max(0, draft.first - last.last - 1), last.course[-1])
        tail = draft.course[max(0, last.last - draft.first + 1) :]
        last.course = np.concatenate([last.course, gap, last.course[-1] + tail - draft.course[0]])
        last.amount += draft.amount
        last.effect += draft.effect
        last.last = max(last.last, draft.last)
        last.keeps |= draft.keeps
    return found


def noted(draft: Draft, path: Path, subject: str) -> Move:
    """The move as it is stored."""
    import numpy as np

    seconds = max((draft.last - draft.first) * path.step, 1e-6)
    speed = draft.amount / seconds
    pace = _pace(draft.kind, draft.effect / seconds, speed)
    course = draft.course
    quarter = float(np.interp(0.25, np.linspace(0, 1, len(course)), course)) - float(course[0])
    whole = float(course[-1] - course[0])
    early = 4 * quarter / whole if whole else 1.0
    return Move(
        kind=draft.kind,
        direction=draft.direction,
        amount=snap(draft.amount),
        unit=draft.unit,
        speed=snap(speed),
        pace=pace,
        easing=easing_of(course),
        first=round(float(path.frames[draft.first])),
        last=round(float(path.frames[draft.last])),
        subject=subject if draft.subject or (draft.keeps and draft.kind != "arc") else "",
        keeps=tuple(sorted(draft.keeps)),
        lens=None if draft.lens is None else (snap(draft.lens[0], 2), snap(draft.lens[1], 2)),
        creeps=pace != "imperceptible"
        and _pace(draft.kind, early * draft.effect / seconds, early * speed) == "imperceptible",
    )

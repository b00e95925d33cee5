"""The rhythm of a cut: how long its shots are, how large, how they move, and which framings come back."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, pairwise
from statistics import median
from typing import Annotated, Literal

from pydantic import Field

from .brief import CameraBrief, summary
from .brief.numbers import length, minus, snap
from .brief.picture import Eye, eyes_of
from .brief.record import Facing, MoveKind, Part, ShotSize, View
from .brief.subjects import look as looks_of
from .brief.subjects import seen_at
from .brief.track import CameraTrack, Vector
from .model_base import Stored

__all__ = [
    "ALIKE",
    "WEIGHTS",
    "Change",
    "Cut",
    "CutShot",
    "Frame",
    "Pace",
    "Repeat",
    "Rhythm",
    "SequenceRhythm",
    "cut_shot",
    "frames_of",
    "played",
    "rhythm",
    "similarity",
]

End = Literal["start", "end"]
Number = Annotated[float, Field(allow_inf_nan=False)]

SIZES: tuple[ShotSize, ...] = ("ECU", "CU", "MCU", "MS", "MLS", "LS", "EWS")

WEIGHTS: Mapping[str, float] = {
    "subject": 0.2,
    "size": 0.2,
    "place": 0.2,
    "side": 0.2,
    "height": 0.1,
    "lens": 0.1,
}
"""What each part counts in a similarity; together 1."""
ALIKE = 0.8
"""Similarity from which two framings are one that comes back: one of the four large parts may be missing altogether,
or all be a little off."""
_PLACE = 0.35
"""Distance in the picture, of its width and height, at which two places have nothing in common: from a third line to
the other."""
_SIDE, _HEIGHT = 60.0, 45.0
"""Degrees around and above the subject at which two camera places have nothing in common."""
_RULE = 30.0
"""Degrees around the subject that a camera moves at least between two shots of it, or the cut looks like a jump (the
30-degree rule: Reisz and Millar, The Technique of Film Editing, 1953)."""
_GROWN = 1.3
"""Or the subject gets larger or smaller by this: two thirds of the step from one size to the next, about 1.5."""
_APART = 2
"""Shots that stand between two alike framings of an echo at least; with one between them it is a return, as in shot and
reverse shot."""
_ON_LINE = 15.0
"""Degrees off the line between two persons within which a camera is on it, and on neither side."""
_POINTS = 97
"""Of the pace curve."""
_SMOOTH = 1.0
"""Half-width (sigma) of the pace curve's smoothing, in median shot lengths."""


class Frame(Stored):
    """A framing as it is compared: at the start or the end of a shot."""

    size: ShotSize | None = None
    share: Number | None = None
    """The subject's own height over the picture's."""
    subject: str = ""
    """Id of who or what the shot is about; empty where it is not in the picture."""
    part: Part = ""
    x: Number | None = None
    y: Number | None = None
    facing: Facing | None = None
    distance: Number | None = None
    bearing: Number | None = None
    """Degrees around the subject at which the camera stands, anticlockwise from +x of the world."""
    elevation: Number | None = None
    """Degrees above the subject's eyes at which it stands."""
    tangent: Number | None = None
    """Of half the horizontal field of view."""
    sides: dict[str, Literal["left", "right"]] = {}
    """Of each line between two persons in the shot, "@a @b", the side on which the camera is, looking from a to b; a
    camera on the line has none."""


class CutShot(Stored):
    """One shot as it plays."""

    id: str
    number: str
    name: str = ""
    sequence: str = ""
    seconds: Number
    frames: int
    size: ShotSize | None = None
    end_size: ShotSize | None = None
    moves: tuple[MoveKind, ...] = ()
    summary: str = ""
    travel: str = ""
    start: Frame | None = None
    end: Frame | None = None
    problem: str = ""
    """Why its camera could not be measured."""


class Cut(Stored):
    """A piece of the edit: what plays from `start` to `end`, in frames of the edit, `end` behind the last."""

    shot: str
    start: int
    end: int


class Pace(Stored):
    """Shot length around a time of the film, in seconds."""

    at: Number
    seconds: Number


class Repeat(Stored):
    """Two framings that are alike."""

    kind: Literal["echo", "return", "accident"]
    """Far apart; with one shot between them; neighbours, where it looks like a jump."""
    first: int
    second: int
    """Places of the two shots in the cut, from 0."""
    ends: tuple[End, End]
    similarity: Number
    parts: dict[str, Number]
    reason: str = ""


class Change(Stored):
    """From one shot to the next."""

    first: int
    second: int
    steps: int | None = None
    """Sizes wider (above 0) or closer (below); None where one has no size."""
    similarity: Number
    turned: Number | None = None
    """Degrees around the same subject."""
    grown: Number | None = None
    """How many times as large the same subject is."""
    crosses: tuple[str, ...] = ()
    """Lines between two persons, "@a @b", that the camera crosses."""
    reverses: bool = False
    """Whether the same subject goes the other way across the picture."""


class SequenceRhythm(Stored):
    """A sequence, or a stretch of shots without one."""

    name: str
    shots: int
    seconds: Number
    average: Number
    cuts_per_minute: Number
    """Shots over minutes: 60 over the average shot length."""


class Rhythm(Stored):
    """A cut in numbers."""

    schema_name: Literal["shotwright.rhythm.1"] = Field(default="shotwright.rhythm.1", alias="schema")
    film: str = ""
    source: Literal["edit", "shots"]
    """Whether order and lengths are those of the edit or of the shots."""
    seconds: Number
    average: Number
    """Average shot length."""
    median: Number
    longest: int
    shortest: int
    """Places in the cut; the first one of several."""
    shots: tuple[CutShot, ...]
    sequences: tuple[SequenceRhythm, ...]
    sizes: dict[str, int]
    """How many shots begin in each size."""
    pace: tuple[Pace, ...]
    changes: tuple[Change, ...]
    repeats: tuple[Repeat, ...]
    """The most alike first."""


def rhythm(shots: Sequence[CutShot], source: Literal["edit", "shots"], film: str = "") -> Rhythm:
    """What a cut is like. Shots of no length are left out. Raises ValueError where none is left."""
    kept = tuple(shot for shot in shots if shot.seconds > 0)
    if not kept:
        raise ValueError("a cut has at least one shot")
    lengths = [shot.seconds for shot in kept]
    changes = tuple(_change(index, *pair) for index, pair in enumerate(pairwise(kept)))
    return Rhythm(
        film=film,
        source=source,
        seconds=snap(sum(lengths)),
        average=snap(sum(lengths) / len(lengths)),
        median=snap(median(lengths)),
        longest=lengths.index(max(lengths)),
        shortest=lengths.index(min(lengths)),
        shots=kept,
        sequences=tuple(_sequences(kept)),
        sizes={size: count for size in SIZES if (count := sum(shot.size == size for shot in kept))},
        pace=_pace(lengths),
        changes=changes,
        repeats=tuple(sorted(_repeats(kept, changes), key=lambda each: (-each.similarity, each.first, each.second))),
    )


def played(pieces: Iterable[tuple[str, int, int, int]]) -> list[Cut]:
    """What is seen of strips (shot, start, end, channel): the highest one at each time; a shot that goes on is one
    cut."""
    strips = [piece for piece in pieces if piece[2] > piece[1]]
    times = sorted({time for piece in strips for time in piece[1:3]})
    found: list[Cut] = []
    for start, end in pairwise(times):
        over = [piece for piece in strips if piece[1] <= start and end <= piece[2]]
        if not over:
            continue
        shot = max(over, key=lambda piece: piece[3])[0]
        if found and found[-1].shot == shot and found[-1].end == start:
            found[-1] = Cut(shot=shot, start=found[-1].start, end=end)
        else:
            found.append(Cut(shot=shot, start=start, end=end))
    return found


# -- similarity ---------------------------------------------------------------------------------------


def similarity(a: Frame | None, b: Frame | None) -> tuple[float, dict[str, float]]:
    """How alike two framings are, 0 to 1, and the parts it is made of, each 0 to 1, which `WEIGHTS` weighs.

    subject: 1 for the same, half for another part of the same person. size: 1 for the same share of the picture, 0 at
    twice it. place: 0 at `_PLACE` apart. side and height: 0 at `_SIDE` degrees around and `_HEIGHT` above the subject.
    lens: 0 at twice the field of view. What is not known counts 0, and two pictures without the same subject have
    only their lens in common.
    """
    parts = dict.fromkeys(WEIGHTS, 0.0)
    if a is None or b is None:
        return 0.0, parts
    parts["lens"] = _octaves(a.tangent, b.tangent)
    if a.subject and a.subject == b.subject:
        parts["subject"] = 1.0 if a.part == b.part else 0.5
        parts["size"] = _octaves(a.share, b.share)
        parts["side"] = _near(turned(a.bearing, b.bearing), _SIDE)
        if a.elevation is not None and b.elevation is not None:
            parts["height"] = _near(abs(a.elevation - b.elevation), _HEIGHT)
        if None not in (a.x, a.y, b.x, b.y):
            apart = math.hypot((a.x or 0) - (b.x or 0), (a.y or 0) - (b.y or 0))
            parts["place"] = _near(apart, _PLACE)
    parts = {name: snap(value) for name, value in parts.items()}
    return snap(sum(WEIGHTS[name] * value for name, value in parts.items())), parts


def turned(a: float | None, b: float | None) -> float | None:
    """Degrees between two bearings, 0 to 180."""
    return None if a is None or b is None else abs((b - a + 180) % 360 - 180)


def _near(apart: float | None, limit: float) -> float:
    return 0.0 if apart is None else max(0.0, 1 - apart / limit)


def _octaves(a: float | None, b: float | None) -> float:
    if not a or not b or min(a, b) <= 0:
        return 0.0
    return max(0.0, 1 - abs(math.log2(a / b)))


# -- neighbours and repeats ---------------------------------------------------------------------------


def _change(index: int, before: CutShot, after: CutShot) -> Change:
    a, b = before.end, after.start
    steps = turn = grown = None
    crosses: tuple[str, ...] = ()
    if a and b:
        if a.size and b.size:
            steps = SIZES.index(b.size) - SIZES.index(a.size)
        if a.subject and a.subject == b.subject:
            turn = turned(a.bearing, b.bearing)
            grown = b.share / a.share if a.share and b.share else None
        crosses = tuple(line for line in a.sides if line in b.sides and a.sides[line] != b.sides[line])
    ways = {before.travel, after.travel}
    same = a is not None and b is not None and a.subject != "" and a.subject == b.subject
    return Change(
        first=index,
        second=index + 1,
        steps=steps,
        similarity=similarity(a, b)[0],
        turned=None if turn is None else snap(turn, 1),
        grown=None if grown is None else snap(grown, 2),
        crosses=crosses,
        reverses=same and ways == {"left-to-right", "right-to-left"},
    )


def _repeats(shots: Sequence[CutShot], changes: Sequence[Change]) -> Iterable[Repeat]:
    for change in changes:
        reason = _jump(shots, change)
        if reason:
            alike, parts = similarity(shots[change.first].end, shots[change.second].start)
            yield Repeat(
                kind="accident",
                first=change.first,
                second=change.second,
                ends=("end", "start"),
                similarity=alike,
                parts=parts,
                reason=reason,
            )
    for (i, a), (j, b) in combinations(enumerate(shots), 2):
        if j - i < 2 or a.id == b.id:
            continue
        found = max(_compared(a, b), key=lambda each: each[0])
        if found[0] >= ALIKE:
            yield Repeat(
                kind="echo" if j - i > _APART else "return",
                first=i,
                second=j,
                ends=(found[2], found[3]),
                similarity=found[0],
                parts=found[1],
            )


def _compared(a: CutShot, b: CutShot) -> Iterable[tuple[float, dict[str, float], End, End]]:
    """Both ends of a shot with both ends of another."""
    ends: tuple[End, End] = ("start", "end")
    for first in ends:
        for second in ends:
            pair = a.start if first == "start" else a.end, b.start if second == "start" else b.end
            yield (*similarity(*pair), first, second)


def _jump(shots: Sequence[CutShot], change: Change) -> str:
    """Why a cut may look like a jump: the same subject, hardly larger or smaller, from hardly elsewhere."""
    a, b = shots[change.first].end, shots[change.second].start
    if not a or not b or not a.subject or (a.subject, a.part) != (b.subject, b.part):
        return ""
    if change.turned is None or change.grown is None or change.turned >= _RULE:
        return ""
    if not 1 / _GROWN < change.grown < _GROWN:
        return ""
    return f"{a.subject} is as large as before, and the camera only {change.turned:.0f}° to the side"


# -- pace ---------------------------------------------------------------------------------------------


def _pace(lengths: Sequence[float]) -> tuple[Pace, ...]:
    """Shot length over film time, smoothed by a normal distribution of `_SMOOTH` median shot lengths.

    At a time t it is the mean of the lengths, each weighed by the part of the distribution around t that falls into
    its shot; the film's ends weigh what there is.
    """
    total = sum(lengths)
    sigma = _SMOOTH * median(lengths)
    edges = [0.0]
    for each in lengths:
        edges.append(edges[-1] + each)

    def below(time: float, at: float) -> float:
        return 0.5 * (1 + math.erf((time - at) / (sigma * math.sqrt(2))))

    found: list[Pace] = []
    for step in range(_POINTS):
        at = total * step / (_POINTS - 1)
        weights = [below(end, at) - below(start, at) for start, end in pairwise(edges)]
        mean = sum(weight * each for weight, each in zip(weights, lengths, strict=True)) / sum(weights)
        found.append(Pace(at=snap(at), seconds=snap(mean)))
    return tuple(found)


def _sequences(shots: Sequence[CutShot]) -> Iterable[SequenceRhythm]:
    """Each stretch of shots of one sequence; one that comes back is a stretch of its own."""
    stretch: list[CutShot] = []
    for shot in (*shots, None):
        if stretch and (shot is None or shot.sequence != stretch[-1].sequence):
            seconds = sum(each.seconds for each in stretch)
            yield SequenceRhythm(
                name=stretch[-1].sequence,
                shots=len(stretch),
                seconds=snap(seconds),
                average=snap(seconds / len(stretch)),
                cuts_per_minute=snap(60 * len(stretch) / seconds, 1),
            )
            stretch = []
        if shot is not None:
            stretch.append(shot)


# -- from a brief -------------------------------------------------------------------------------------


def cut_shot(shot: CutShot, brief: CameraBrief, track: CameraTrack) -> CutShot:
    """The shot with what its camera does. `brief` was measured from `track`."""
    start, end = frames_of(brief, track)
    return shot.model_copy(
        update={
            "size": brief.start.size,
            "end_size": brief.end.size,
            "moves": tuple(dict.fromkeys(move.kind for move in brief.moves)),
            "summary": summary(brief),
            "travel": brief.travel or "",
            "start": start,
            "end": end,
        }
    )


def frames_of(brief: CameraBrief, track: CameraTrack) -> tuple[Frame, Frame]:
    """A shot's framing at its start and its end."""
    looks = looks_of(track, eyes_of(track))
    ids = [each.id for each in (brief.subject, *brief.others) if each and each.kind == "character"]
    made: list[Frame] = []
    for view, at in ((brief.start, looks[0]), (brief.end, looks[-1])):
        seen = at.all.get(brief.subject.id) if brief.subject else None
        places = {id: found.eyes for id in ids if (found := at.all.get(id)) and found.eyes and seen_at(looks, id)}
        made.append(
            _frame(view, at.eye, brief.subject.id if brief.subject else "", seen.eyes if seen else None, places)
        )
    return made[0], made[1]


def _frame(view: View, eye: Eye, subject: str, aim: Vector | None, people: Mapping[str, Vector]) -> Frame:
    bearing = elevation = None
    if aim is not None:
        way = minus(eye.place, aim)
        flat = math.hypot(way[0], way[1])
        bearing = snap(math.degrees(math.atan2(way[1], way[0])), 1)
        elevation = snap(math.degrees(math.atan2(way[2], flat)), 1)
    sides: dict[str, Literal["left", "right"]] = {}
    for a, b in combinations(sorted(people), 2):
        side = _side(people[a], people[b], eye.place)
        if side:
            sides[f"{a} {b}"] = side
    return Frame(
        size=view.size,
        share=view.share,
        subject=subject if view.size else "",
        part=view.part,
        x=view.place.x if view.place else None,
        y=view.place.y if view.place else None,
        facing=view.facing,
        distance=view.distance,
        bearing=bearing,
        elevation=elevation,
        tangent=snap(eye.sensor[0] / 2 / eye.lens, 4) if eye.projection == "perspective" else None,
        sides=sides,
    )


def _side(a: Vector, b: Vector, camera: Vector) -> Literal["left", "right"] | None:
    """On which side of the line from a to b, seen from above, a camera is; None on the line."""
    line = (b[0] - a[0], b[1] - a[1], 0.0)
    way = (camera[0] - (a[0] + b[0]) / 2, camera[1] - (a[1] + b[1]) / 2, 0.0)
    both = length(line) * length(way)
    sine = (line[0] * way[1] - line[1] * way[0]) / both if both else 0.0
    if abs(sine) < math.sin(math.radians(_ON_LINE)):
        return None
    return "left" if sine > 0 else "right"

"""Who and what is in the picture, and which of them the shot is about."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .figure import SHOULDERS, bounds, eyes, figure
from .numbers import dot, finite, length, minus, snap, unit
from .picture import Eye, Outline, outline
from .record import SeenSubject
from .track import Body, CameraTrack, Subject, Vector

__all__ = ["Cast", "Look", "Seen", "cast", "facing", "look", "over_shoulder", "seen_at", "shown_height", "tidy"]

_LOOKS, _MOST_LOOKS = 9, 13
"""Times of a shot that are looked at closely, and of those to which rays were sent, the first and last among them."""
_MISSED = 0.005
"""Rays may pass by what covers less of the picture than this: then its outline decides whether it is seen."""
_ALIKE, _MANY = 0.5, 3
"""With as many others that fill at least this part of what it fills, a thing is one of many."""
_NAME = 60
_SHOWS = 0.1
"""Of a subject's outline: what rays meet less of is hidden behind something else."""

Looks = Sequence["Look"]


@dataclass(frozen=True)
class Seen:
    """A subject at one time, in front of the camera or not."""

    subject: Subject
    body: Body
    shape: Outline | None
    fill: float
    """Part of the picture in which it is seen: by rays where there were any, else inside its outline."""
    eyes: Vector | None
    """A person's eyes, the middle of anything else."""

    @property
    def person(self) -> bool:
        return self.subject.kind == "character"


@dataclass(frozen=True)
class Look:
    """Everything at one time."""

    index: int
    eye: Eye
    all: dict[str, Seen] = field(default_factory=dict[str, Seen])

    def seen(self, id: str) -> Seen | None:
        """The subject if it is in the picture."""
        found = self.all.get(id)
        return found if found and found.fill > 0 else None


def look(track: CameraTrack, eyes: Sequence[Eye]) -> tuple[Look, ...]:
    """The shot at some times: first, last, between, and where rays were sent."""
    rays = [index for index, eye in enumerate(eyes) if eye.sample.fills is not None]
    # Outlines see through walls: where rays were sent, only what they met counts.
    among, most = (rays, _MOST_LOOKS) if rays else (range(len(eyes)), _LOOKS)
    steps = min(most, len(among))
    chosen = {among[round(step * (len(among) - 1) / max(1, steps - 1))] for step in range(steps)}
    chosen |= {0, len(eyes) - 1}
    places = {id(sample): place for place, sample in enumerate(track.samples)}
    return tuple(
        Look(index, eyes[index], dict(_all(track, eyes[index], places.get(id(eyes[index].sample)))))
        for index in sorted(chosen)
    )


def _all(track: CameraTrack, eye: Eye, place: int | None) -> Iterable[tuple[str, Seen]]:
    for subject in track.subjects:
        body = subject.bodies[place] if place is not None and place < len(subject.bodies) else None
        if body is None or not any(finite(point) for point in body.points):
            continue
        shape = outline(eye, body)
        yield subject.id, Seen(subject, body, shape, _fill(eye, subject.id, shape), eyes(body, _is_person(subject)))


def _is_person(subject: Subject) -> bool:
    return subject.kind == "character"


def _fill(eye: Eye, id: str, shape: Outline | None) -> float:
    inside = shape.area if shape else 0.0
    fills = eye.sample.fills
    if fills is None or not inside:
        return inside
    counted = fills.get(id, 0.0)
    counted = counted if math.isfinite(counted) else 0.0
    return counted if counted > 0 or inside >= _MISSED else inside


def seen_at(looks: Looks, id: str) -> list[Seen]:
    """A subject at the times when it is in the picture."""
    return [seen for seen in (each.seen(id) for each in looks) if seen]


def facing(eye: Eye, seen: Seen) -> float | None:
    """Cosine between where a subject looks and where the camera is from there; None without a front."""
    if seen.body.facing is None or seen.eyes is None or not finite(seen.body.facing):
        return None
    return dot(unit(seen.body.facing), unit(minus(eye.place, seen.eyes)))


def _shown_share(looks: Looks, id: str) -> float:
    """The largest part of the picture's height in which a subject is really seen, by rays where there were any."""
    return max((shown_height(each.eye, seen) for each in looks if (seen := each.seen(id))), default=0.0)


def shown_height(eye: Eye, seen: Seen) -> float:
    """Part of the picture's height that it takes; 0 where rays were sent and hardly one met it."""
    if seen.shape is None:
        return 0.0
    fills = eye.sample.fills
    if fills is not None and not fills.get(seen.subject.id, 0.0) >= max(_SHOWS * seen.shape.area, 1e-9):
        return 0.0
    left, low, right, high = seen.shape.box
    return max(0.0, min(high, 1.0) - max(low, 0.0)) if left < 1 and right > 0 else 0.0


def tidy(subject: Subject, looks: Looks) -> SeenSubject:
    """A subject as it is noted: its name in one line and not without end."""
    name = " ".join("".join(c if c.isprintable() else " " for c in subject.name).split())
    short = name if len(name) <= _NAME else name[: _NAME - 1].rstrip() + "…"
    return SeenSubject(
        id=subject.id,
        name=short or subject.id,
        kind=subject.kind,
        tagged=subject.tagged,
        share=snap(_shown_share(looks, subject.id)),
    )


@dataclass(frozen=True)
class Cast:
    """Who and what is in the picture."""

    main: Subject | None
    others: tuple[Subject, ...]
    """The important ones first; without scenery that is no asset."""
    scenery: bool
    """Whether the main one is only what things would happen in or before."""


def cast(track: CameraTrack, looks: Looks) -> Cast:
    """What the shot is about, and what else is in the picture, the important ones first.

    The first one named that is seen, else an asset, else a person, else what fills the picture most. Places, and what
    goes around the camera or right through the picture, come after everything else; somebody over whose shoulder
    another one is seen comes behind that one.
    """
    found = [subject for subject in track.subjects if seen_at(looks, subject.id)]
    behind = {subject.id for subject in found if _backdrop(subject, looks)}
    named = {id: place for place, id in reversed(list(enumerate(track.mentioned)))}
    shoulders = _shoulders(found, looks)

    def order(subject: Subject) -> tuple[object, ...]:
        fills = [seen.fill for seen in seen_at(looks, subject.id)]
        return (
            subject.id in behind,
            subject.id in shoulders,
            named.get(subject.id, len(named)),
            not subject.tagged,
            subject.kind != "character",
            -snap(sum(fills) / len(looks), 4),
            subject.id,
        )

    ordered = sorted(found, key=order)
    main = ordered[0] if ordered else None
    others = tuple(each for each in ordered[1:] if each.tagged or each.id not in behind)
    return Cast(main, others, main is None or main.id in behind or _one_of_many(main, others, looks))


def _one_of_many(main: Subject, others: Sequence[Subject], looks: Looks) -> bool:
    """Whether nobody chose it and others fill the picture like it: a house of a town."""
    if main.tagged or main.kind == "character":
        return False

    def fill(subject: Subject) -> float:
        return sum(seen.fill for seen in seen_at(looks, subject.id))

    return sum(fill(other) >= _ALIKE * fill(main) for other in others) >= _MANY


def _shoulders(found: Sequence[Subject], looks: Looks) -> set[str]:
    """Persons over whose shoulder the camera looks at another one, at the start or at the end."""
    persons = [subject.id for subject in found if subject.kind == "character"]
    return {
        near
        for near in persons
        for far in persons
        for each in (looks[0], looks[-1])
        if near != far and over_shoulder(each, near, far)
    }


def over_shoulder(at: Look, near: str, far: str) -> bool:
    """Whether this is a shot over the shoulder of one person at another.

    The near one is at most three quarters as far away as the other, has its back to the camera (110 degrees or more
    from it), is cut by a side or the lower edge of the picture, keeps to one side of it, and shows a shoulder or its
    head; the far one is in the picture and looks to the camera's side.
    """
    one, other = at.seen(near), at.seen(far)
    if not one or not other or not one.shape or not one.eyes or not other.eyes:
        return False
    away = [length(minus(seen.eyes or at.eye.place, at.eye.place)) for seen in (one, other)]
    if snap(away[0]) > snap(0.75 * away[1]):
        return False
    back, front = facing(at.eye, one), facing(at.eye, other)
    if (back is not None and snap(back) > -0.34) or (front is not None and snap(front) <= 0):
        return False
    left, low, right, _ = one.shape.box
    beside = not 0.4 <= snap(one.shape.middle[0]) <= 0.6
    body = figure(one.body)
    shoulder = at.eye.seen(body.at(SHOULDERS)) if body else one.shape.middle
    shown = shoulder is not None and snap(shoulder[1]) >= 0 and snap(one.shape.box[3]) > 0
    return beside and (left < 0 or right > 1 or low < 0) and shown


def _backdrop(subject: Subject, looks: Looks) -> bool:
    """Whether it is what things happen in or before: a place, what is around the camera, what goes through the
    picture from side to side or from edge to edge whenever it is seen."""
    if subject.kind == "location":
        return True
    if subject.kind == "character":
        return False
    all_seen = [(each.eye, seen) for each in looks if (seen := each.seen(subject.id))]
    if all(_around(eye, seen) for eye, seen in all_seen):
        return True
    return not subject.tagged and all(seen.shape and _through(seen.shape) for _, seen in all_seen)


def _around(eye: Eye, seen: Seen) -> bool:
    """Whether the camera is between its bounds, or over or under it with some of it behind."""
    low, high = bounds(seen.body)
    x, y, z = eye.place
    over = low[0] <= x <= high[0] and low[1] <= y <= high[1]
    return over and (low[2] <= z <= high[2] or (seen.shape is not None and seen.shape.behind))


def _through(shape: Outline) -> bool:
    left, low, right, high = shape.box
    return (left <= 0 and right >= 1) or (low <= 0 and high >= 1)

"""The picture at one time: size and framing, the camera's height and angle, where the subject is."""

from __future__ import annotations

import math
from typing import Literal

from .figure import EYES, KNEES, Figure, bounds, figure
from .numbers import dot, length, minus, snap, unit
from .optics import field_of_view, lens_word
from .part import Shown, part_of
from .picture import Eye, outline
from .record import Angle, Facing, Framing, Place, ShotSize, View
from .size import Sized, person_size, place_size, thing_size
from .subjects import Look, Seen, facing, over_shoulder, shown_height
from .track import Vector

__all__ = ["DUTCH", "facing_word", "sized", "view"]

DUTCH = 5.0
"""Degrees of lean that are meant: a hand holds a camera level within less."""
_LOOKS_UP = 10.0
"""Degrees from which an angle is low or high: half of what the camera pitches and half of what it stands above or
below the subject's eyes, so that a camera at the eyes that tilts a little stays at the eyes."""
_TOP = -60.0
"""Pitch from which the camera looks down on heads rather than at faces."""
_FLOOR, _OVERHEAD = 0.6, 3.0
"""Metres above the ground below and above which a camera without a subject is low and high, however level."""
_THIRD, _THIRD_UP = 0.1, 0.15
"""How far from the picture's middle left and right, upper and lower begin: what is on a line of thirds is beyond."""
_SMALL_PROP = 1.2
"""Metres; a close shot of what is no larger is an insert, one of a house is not."""
_ALIKE = 1.6
"""Largest ratio of the sizes of two persons in a two-shot."""
_CLOSE = ("ECU", "CU", "MCU", "MS", "MLS")


def view(at: Look, subject: Seen | None, scenery: bool = False, up: Vector | None = None) -> View:
    """The picture at one time. `subject` is what the shot is about, in the picture or not; None without one. `scenery`:
    it is a place, a floor, a wall. `up`: what was up in the shot's first picture."""
    eye = at.eye
    shown = at.seen(subject.subject.id) if subject else None
    fit = sized(eye, shown, scenery, up) if shown else None
    framing, beside = _framing(at, shown, fit)
    part = _part(eye, shown, fit) if shown and fit else Shown("")
    perspective = eye.projection == "perspective"
    ground = eye.sample.ground
    return View(
        frame=snap(eye.frame, 2),
        lens=snap(eye.lens, 2) if perspective else None,
        sensor=(snap(eye.sensor[0], 2), snap(eye.sensor[1], 2)),
        lens_word=lens_word(eye.lens, eye.sensor) if perspective else "",
        hfov=snap(field_of_view(eye.sensor[0], eye.lens), 2) if perspective else None,
        vfov=snap(field_of_view(eye.sensor[1], eye.lens), 2) if perspective else None,
        width=snap(eye.width) if eye.projection == "orthographic" else None,
        height=None if ground is None or abs(ground) > 1e9 or ground != ground else snap(eye.place[2] - ground),
        below=eye.sample.below,
        pitch=snap(eye.pitch, 2),
        roll=snap(eye.roll, 2),
        angle=_angle(eye, subject, fit is not None and fit.detail, part.middle),
        dutch=abs(snap(eye.roll, 2)) >= DUTCH,
        distance=snap(length(minus(subject.eyes, eye.place))) if subject and subject.eyes else None,
        size=fit.size if fit else None,
        share=snap(fit.share) if fit else None,
        framing=framing,
        part=part.part,
        beside=beside,
        order=_order(at, shown, beside) if shown and framing in ("two-shot", "group") else (),
        place=_place(eye, shown, fit.size if fit else None, part.middle) if shown else None,
        facing=facing_word(eye, shown) if shown else None,
    )


def sized(eye: Eye, seen: Seen, scenery: bool = False, up: Vector | None = None) -> Sized | None:
    """How large a subject is in the picture; None in a panorama, which has no size of its own.

    A camera that leans, or that looks down and has turned since `up` was up, makes nothing larger by it.
    """
    if eye.projection == "panoramic" or seen.shape is None:
        return None
    body = figure(seen.body) if seen.person else None
    if not scenery and body and (found := person_size(eye, body)):
        return found
    measure = place_size if scenery or (not seen.person and seen.shape.behind) else thing_size
    level = eye.upright((0.0, 0.0, 1.0) if not eye.steep else up or eye.up)
    shapes = [seen.shape, outline(level, seen.body) or seen.shape]
    return measure(min(shapes, key=lambda shape: snap(max(shape.height, shape.across))))


def _part(eye: Eye, seen: Seen, fit: Sized) -> Shown:
    body = figure(seen.body) if seen.person and not fit.head else None
    return part_of(eye, seen.body, body, fit.detail, facing_word(eye, seen) == "away") if body else Shown("")


def _order(at: Look, shown: Seen, beside: tuple[str, ...]) -> tuple[str, ...]:
    """From left to right, by their eyes."""
    found = [(at.eye.seen(seen.eyes), seen.subject.id) for seen in (shown, *(at.all[id] for id in beside)) if seen.eyes]
    return tuple(id for _, id in sorted((snap(where[0]), id) for where, id in found if where))


def _framing(at: Look, shown: Seen | None, fit: Sized | None) -> tuple[Framing, tuple[str, ...]]:
    if shown is None:
        return "none", ()
    if fit is None:
        return "single", ()
    if fit.detail or (fit.size in ("ECU", "CU", "MCU") and not shown.person and _largest(shown) <= _SMALL_PROP):
        return "insert", ()
    if not shown.person or not fit.head:
        return "single", ()
    persons = [
        id for id, seen in at.all.items() if seen.person and id != shown.subject.id and shown_height(at.eye, seen)
    ]
    near = [id for id in persons if over_shoulder(at, id, shown.subject.id)]
    if near:
        return "over-shoulder", tuple(near[:1])
    if fit.size == "EWS":
        return "single", ()
    beside = [id for id in persons if _alike(at, at.all[id], fit)]
    return ("group" if len(beside) > 1 else "two-shot" if beside else "single"), tuple(beside)


def _largest(seen: Seen) -> float:
    low, high = bounds(seen.body)
    return snap(max(minus(high, low)))


def _alike(at: Look, seen: Seen, fit: Sized) -> bool:
    """Whether another person is about as large as the main one and well in the picture, eyes at least."""
    other = sized(at.eye, seen)
    where = at.eye.seen(seen.eyes) if seen.eyes else None
    if other is None or where is None or not other.head or min(other.share, fit.share) <= 0:
        return False
    ratio = snap(max(other.share, fit.share) / min(other.share, fit.share), 2)
    return ratio <= _ALIKE and all(0 <= snap(part) <= 1 for part in where)


def _angle(eye: Eye, subject: Seen | None, detail: bool, part: Vector | None) -> Angle:
    """From where the camera looks at the subject, at the `part` of it that is seen, or at the place without one."""
    pitch = snap(eye.pitch, 2)
    if pitch <= _TOP:
        return "top"
    if detail and part is None and abs(pitch) < _LOOKS_UP:
        return "eye"
    aim = part or (None if detail or subject is None else subject.eyes)
    if subject is None or aim is None:
        return _angle_alone(eye, pitch)
    way = minus(eye.place, aim)
    # Elevation of the camera above the subject's eyes; of a person far below or above, its knees and twice its height
    # decide too, for a level camera on the floor is low however far away.
    steep = snap((_elevation(way) - pitch) / 2, 2)
    body = figure(subject.body) if subject.person else None
    if steep <= -_LOOKS_UP or (body and pitch > -_LOOKS_UP and eye.place[2] < _height(body, KNEES)):
        return "low"
    if steep >= _LOOKS_UP or (body and pitch < _LOOKS_UP and eye.place[2] > _height(body, 2.0)):
        return "high"
    return "eye"


def _angle_alone(eye: Eye, pitch: float) -> Angle:
    if abs(pitch) >= _LOOKS_UP:
        return "low" if pitch > 0 else "high"
    above = None if eye.sample.ground is None else snap(eye.place[2] - eye.sample.ground)
    if above is None or _FLOOR <= above <= _OVERHEAD:
        return "eye"
    return "low" if above < _FLOOR else "high"


def _elevation(way: tuple[float, float, float]) -> float:
    return math.degrees(math.atan2(way[2], math.hypot(way[0], way[1])))


def _height(body: Figure, statures: float) -> float:
    """Height in the world of a part of a person who stands where this one is."""
    return snap(body.soles[2] + statures * body.stature)


def _place(eye: Eye, shown: Seen, size: ShotSize | None, part: Vector | None) -> Place | None:
    if shown.shape is None:
        return None
    x, y = shown.shape.middle
    body = figure(shown.body) if shown.person else None
    room = None
    if body:
        face, crown = eye.seen(body.at(EYES)), eye.seen(body.crown)
        if face and not part and size in _CLOSE and all(0 <= part <= 1 for part in face):
            x, y = face
        room = snap(1 - crown[1]) if crown and eye.projection != "panoramic" else None
    if part:
        x, y = eye.seen(part) or (x, y)
    return Place(x=snap(x), y=snap(y), across=_across(x), up=_up(y), head_room=room)


def _across(x: float) -> Literal["left", "centre", "right"]:
    off = snap(x - 0.5)
    return "left" if off < -_THIRD else "right" if off > _THIRD else "centre"


def _up(y: float) -> Literal["upper", "middle", "lower"]:
    off = snap(y - 0.5)
    return "lower" if off < -_THIRD_UP else "upper" if off > _THIRD_UP else "middle"


def facing_word(eye: Eye, seen: Seen) -> Facing | None:
    """Which way a subject looks in the picture; None without a front."""
    towards = facing(eye, seen)
    if towards is None or seen.body.facing is None:
        return None
    if abs(snap(towards)) >= 0.707:
        return "towards" if towards > 0 else "away"
    aside = snap(dot(unit(seen.body.facing), eye.right))
    # Seen from above, who looks up or down the picture looks to neither side.
    return None if abs(aside) < 0.35 else "right" if aside > 0 else "left"

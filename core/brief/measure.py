"""From a camera's track to its brief."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .figure import bounds, middle
from .moves import moves
from .numbers import dot, finite, length, minus, snap
from .optics import depth_word, sharp
from .path import path_of
from .picture import Eye, eyes_of
from .record import CameraBrief, DepthOfField, Travel
from .subjects import Look, Seen, cast, look, seen_at, tidy
from .track import CameraTrack, Subject
from .view import view

__all__ = ["measure"]

_GOES = 0.15
"""Of its own size: a subject that gets less far stays where it is."""
_IN_FOCUS = 0.05
"""Of the distance in focus: what reaches no nearer than this to it is not what the focus is on."""


def measure(track: CameraTrack) -> CameraBrief:
    """What a director of photography would note about the camera of a shot.

    Numbers that are none (NaN) and samples without a camera are passed over. Raises ValueError for a track without a
    sample.
    """
    eyes = eyes_of(track)
    looks = look(track, eyes)
    found = cast(track, looks)
    subject = found.main
    # A way is told by what it leads to or around; scenery is all around.
    goal = None if found.scenery else subject
    first, last = looks[0], looks[-1]
    ids = {each.id for each in (subject, *found.others) if each}
    return CameraBrief(
        camera=" ".join(track.camera.split()),
        projection=track.projection,
        first=snap(eyes[0].frame, 2),
        last=snap(eyes[-1].frame, 2),
        seconds=snap((eyes[-1].frame - eyes[0].frame) / float(track.fps.fraction)),
        subject=tidy(subject, looks) if subject else None,
        others=tuple(tidy(each, looks) for each in found.others),
        start=view(first, first.all.get(subject.id) if subject else None, found.scenery, first.eye.up),
        end=view(last, last.all.get(subject.id) if subject else None, found.scenery, first.eye.up),
        travel=_travel(looks, goal) if goal else None,
        moves=moves(path_of(track, eyes, goal), goal.id if goal else ""),
        focus=_focus(first, last, None if found.scenery and subject and not subject.tagged else subject),
        inside=next((eye.sample.inside for eye in eyes if eye.sample.inside), ""),
        unseen=tuple(dict.fromkeys(id for id in track.mentioned if id not in ids)),
        notes=tuple(_notes(track, eyes)),
    )


def _travel(looks: Sequence[Look], subject: Subject) -> Travel:
    """Where it goes in the world, seen from the camera in the middle of the shot: also where the camera goes along."""
    seen = seen_at(looks, subject.id)
    ends = [middle(each.body) for each in (seen[0], seen[-1])]
    if ends[0] is None or ends[1] is None:
        return "still"
    gone = minus(ends[1], ends[0])
    low, high = bounds(seen[0].body)
    if snap(length(gone)) <= snap(_GOES * max(minus(high, low))):
        return "still"
    eye = looks[len(looks) // 2].eye
    aside, over, away = snap(dot(gone, eye.right)), snap(dot(gone, eye.up)), snap(dot(gone, eye.forward))
    if abs(over) > max(abs(aside), abs(away)):
        return "up" if over > 0 else "down"
    if abs(aside) >= abs(away):
        return "left-to-right" if aside > 0 else "right-to-left"
    return "away" if away > 0 else "towards"


def _focus(first: Look, last: Look, subject: Subject | None) -> DepthOfField | None:
    """What is sharp at both ends; None without depth of field, and without the lens that makes it."""
    found: list[tuple[float, float, float | None, str]] = []
    for at in (first, last):
        focus, fstop = at.eye.sample.focus, at.eye.sample.fstop
        if focus is None or fstop is None or at.eye.projection != "perspective":
            return None
        if not (math.isfinite(focus) and math.isfinite(fstop)) or focus <= 0 or fstop <= 0:
            return None
        near, far = sharp(at.eye.lens, at.eye.sensor, fstop, focus)
        found.append((focus, near, far, _focused(at, focus, near, far, subject)))
    (one, near, far, on), (other, near_end, far_end, on_end) = found
    apart = not snap(near) <= snap(other) or (far is not None and snap(other) > snap(far))
    return DepthOfField(
        distance=(snap(one), snap(other)),
        near=(snap(near), snap(near_end)),
        far=(_far(far), _far(far_end)),
        depth=(depth_word(one, near, far), depth_word(other, near_end, far_end)),
        on=(on, on_end),
        fstop=snap(first.eye.sample.fstop or 0.0, 2),
        # Focus that goes along with one subject is pulled, not racked.
        rack=apart and (on != on_end or not on),
    )


def _far(metres: float | None) -> float | None:
    # From 10 km on it makes no difference, and a shorter text.
    return None if metres is None or metres > 1e4 else snap(metres)


def _focused(at: Look, focus: float, near: float, far: float | None, subject: Subject | None) -> str:
    """Id of what is in focus; empty where the distance is all that can be said.

    The subject when it is there, in its depth; else the asset or person there whose middle is nearest; else the subject
    when it is sharp at least. A thing that is neither only happens to be there.
    """
    own = at.seen(subject.id) if subject else None
    if own and _reaches(at.eye, own, focus):
        return own.subject.id
    there = [
        (snap(abs(_middle_depth(at.eye, seen) - focus), 2), id)
        for id, seen in at.all.items()
        if (seen.subject.tagged or seen.person) and seen.subject.kind != "location" and at.seen(id)
        if _reaches(at.eye, seen, focus)
    ]
    if there:
        return min(there)[1]
    if own and own.subject.kind != "location":
        low, high = _depths(at.eye, own)
        aim = _middle_depth(at.eye, own) if own.person else min(max(focus, low), high)
        if snap(near) <= snap(aim) and (far is None or snap(aim) <= snap(far)):
            return own.subject.id
    return ""


def _reaches(eye: Eye, seen: Seen, focus: float) -> bool:
    """Whether it is at this depth, or a little before or behind."""
    if seen.subject.kind == "location":
        return False
    low, high = _depths(eye, seen)
    return snap(low - _IN_FOCUS * focus) <= snap(focus) <= snap(high + _IN_FOCUS * focus)


def _depths(eye: Eye, seen: Seen) -> tuple[float, float]:
    """From where to where it reaches along the view."""
    depths = [eye.local(point)[2] for point in seen.body.points if finite(point)]
    return min(depths), max(depths)


def _middle_depth(eye: Eye, seen: Seen) -> float:
    """Along the view: of a person's eyes, of a thing's middle."""
    return eye.local(seen.eyes)[2] if seen.eyes else sum(_depths(eye, seen)) / 2


def _notes(track: CameraTrack, eyes: Sequence[Eye]) -> list[str]:
    notes: list[str] = []
    lost = len({sample.frame for sample in track.samples}) - len(eyes)
    if eyes[0].sample not in track.samples:
        notes.append(f"{track.camera or 'The camera'} has no place or no scale that a picture could be seen from.")
    elif lost > 0:
        notes.append(f"{track.camera or 'The camera'} has no readable place at {lost} of the frames looked at.")
    if track.projection == "panoramic":
        notes.append("A panorama shows everything around it: shot size and lens say nothing here.")
    return notes

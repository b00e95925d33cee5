"""Rules about what the shot is about: whether it is in the picture, large enough, and doing something."""

from __future__ import annotations

import math
from typing import NamedTuple

from ..brief.record import CameraBrief
from ..brief.track import Body, CameraTrack
from ..model import ModelProfile
from ..text import short
from .bodies import middle, seen_at, span, subject_of
from .rules import Hit, Hits, Limits, rule
from .words import listed, percent


@rule("subject-unseen")
def _unseen(brief: CameraBrief) -> Hits:
    if brief.unseen:
        verb = "is" if len(brief.unseen) == 1 else "are"
        yield Hit({"subjects": listed([short(each, 40) for each in brief.unseen]), "verb": verb}, "camera")


@rule("subject-none")
def _none(brief: CameraBrief, track: CameraTrack) -> Hits:
    seen = any(sample.fills for sample in track.samples)
    if brief.subject is None and seen and not brief.unseen:
        yield Hit(where="camera")


@rule("subject-lost")
def _lost(brief: CameraBrief, track: CameraTrack, profile: ModelProfile, limits: Limits) -> Hits:
    found = _measured(brief, track)
    if found and found.share < limits["height"] and found.way < limits["part"]:
        yield _hit(found, profile)


@rule("subject-small")
def _small(brief: CameraBrief, track: CameraTrack, profile: ModelProfile, limits: Limits) -> Hits:
    found = _measured(brief, track)
    if found and found.share < limits["height"] and found.way >= limits["part"]:
        yield _hit(found, profile, least=percent(limits["height"]))


@rule("subject-still")
def _still(brief: CameraBrief, track: CameraTrack, profile: ModelProfile, limits: Limits) -> Hits:
    """A thing that stands still is scenery; somebody who does is lost."""
    found = _measured(brief, track)
    if found and found.acts and found.share >= limits["height"] and found.way < limits["part"]:
        yield _hit(found, profile, way=f"{found.way:.2g}")


class _Measured(NamedTuple):
    """The main subject."""

    name: str
    acts: bool
    """Whether it is somebody."""
    share: float
    """Its height over the picture's, at most."""
    way: float
    """How far it gets, in heights of its own."""


def _measured(brief: CameraBrief, track: CameraTrack) -> _Measured | None:
    """None where there is no subject, it has no height, or the picture shows no more than a part of it."""
    subject = subject_of(track, brief)
    shares = [view.share for view in (brief.start, brief.end) if view.share is not None]
    bodies = [body for _, body in seen_at(track, subject)] if subject else []
    height = max((span(body.points) for body in bodies), default=0.0)
    part = any(view.framing == "insert" or view.part for view in (brief.start, brief.end))
    if subject is None or not shares or height <= 0 or part:
        return None
    name = short(subject.id if subject.tagged else subject.name, 40)
    return _Measured(name, subject.kind == "character", max(shares), _way(bodies) / height)


def _hit(found: _Measured, profile: ModelProfile, **fields: object) -> Hit:
    return Hit({"subject": found.name, "share": percent(found.share), "model": profile.title, **fields}, "camera")


def _way(bodies: list[Body]) -> float:
    """How far any part of a subject gets from where it was: its middle, or a joint."""
    farthest = _farthest([middle(body.points) for body in bodies])
    for joint in {name for body in bodies for name in body.joints}:
        farthest = max(farthest, _farthest([body.joints[joint] for body in bodies if joint in body.joints]))
    return farthest


def _farthest(places: list[tuple[float, float, float]]) -> float:
    """The longest diagonal of a way, by the box around it."""
    if not places:
        return 0.0
    axes = list(zip(*places, strict=True))
    return math.hypot(*(max(axis) - min(axis) for axis in axes))

"""Rules about the people of a shot: rigs that are none, limbs they lack, joints that the picture cuts off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..brief.picture import eyes_of
from ..brief.record import CameraBrief
from ..brief.track import CameraTrack, Subject
from ..rigs.data import JOINTS, JointName, Recognised
from ..shot import Shot
from ..text import short
from .bodies import in_picture, seen_at
from .facts import Ask
from .rules import Hit, Hits, Limits, rule
from .words import count, listed, percent

_LIMBS: tuple[JointName, ...] = tuple(name for name in JOINTS if name[2:] in ("elbow", "wrist", "knee", "ankle"))
_SIDES = {"l": "left", "r": "right"}
_FIGURES = ("MS", "MLS", "LS", "EWS")
"""Shot sizes that show at least half of somebody."""


@rule("rig-stranger")
def _stranger(ask: Ask, rigs: Mapping[str, Recognised]) -> Hits:
    for name, found in rigs.items() if "pose" in ask.passes else ():
        if not found.humanoid:
            why = " ".join(found.why[:1]) or "it has no body of one."
            yield Hit({"name": name, "why": why}, f"rigs.{name}")


@rule("rig-limbs-missing")
def _limbs_missing(ask: Ask, rigs: Mapping[str, Recognised]) -> Hits:
    for name, found in rigs.items() if "pose" in ask.passes else ():
        lacking = [joint for joint in _LIMBS if found.joints.get(joint) is None]
        if found.humanoid and lacking:
            words = [f"{_SIDES[joint[0]]} {joint[2:]}" for joint in lacking]
            yield Hit({"name": repr(name), "joints": listed(words, most=4)}, f"rigs.{name}")


@rule("pose-nobody")
def _nobody(ask: Ask, track: CameraTrack, rigs: Mapping[str, Recognised]) -> Hits:
    if "pose" in ask.passes and not any(_joints_in(track, person) for person in _people(track)):
        some = any(found.humanoid for found in rigs.values())
        yield Hit({"what": "none of the people is in its picture" if some else "it has no person"}, "references")


@rule("rig-joints-outside")
def _joints_outside(ask: Ask, track: CameraTrack, brief: CameraBrief, limits: Limits) -> Hits:
    if "pose" not in ask.passes or brief.start.size not in _FIGURES:
        return
    for person in _people(track):
        inside = _joints_in(track, person)
        shown = [parts for parts in inside if any(parts)]
        joints = sum(len(parts) for parts in shown)
        outside = joints - sum(map(sum, shown))
        if joints and outside / joints > limits["part"]:
            name = short(person.id if person.tagged else person.name, 40)
            yield Hit({"name": name, "part": percent(outside / joints), "size": brief.start.size}, "camera")


@rule("clay-limbs")
def _limbs(ask: Ask, track: CameraTrack, shot: Shot, limits: Limits) -> Hits:
    seen = [short(each.id if each.tagged else each.name, 40) for each in _people(track) if _joints_in(track, each)]
    words = len(shot.prompt.action.split())
    if "clay" in ask.passes and seen and words < limits["words"]:
        yield Hit({"people": listed(seen), "words": count(words, "word")}, "prompt.action")


def _people(track: CameraTrack) -> Iterator[Subject]:
    for subject in track.subjects:
        if any(body is not None and body.joints for body in subject.bodies):
            yield subject


def _joints_in(track: CameraTrack, person: Subject) -> list[list[bool]]:
    """For each time at which somebody is there, which of the joints are in the picture; [] where none ever is."""
    eyes = {eye.frame: eye for eye in eyes_of(track)}
    there = ((eyes[sample.frame], body) for sample, body in seen_at(track, person) if sample.frame in eyes)
    found = [[in_picture(eye, place) for place in body.joints.values()] for eye, body in there]
    return found if any(map(any, found)) else []

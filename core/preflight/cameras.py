"""Rules about what the camera does, and what it can't see."""

from __future__ import annotations

import math
import re
from itertools import pairwise

from ..brief.record import CameraBrief
from ..brief.track import CameraTrack, Matrix, Sample
from ..shot import Shot
from .bodies import middle, seen_at, subject_of
from .facts import Marker, Remarks
from .rules import Hit, Hits, Limits, rule
from .words import listed

# -- where it is ----------------------------------------------------------------------------------


@rule("camera-inside")
def _inside(remarks: Remarks) -> Hits:
    if remarks.inside:
        yield Hit({"said": remarks.inside}, "camera")


@rule("camera-clip")
def _clip(remarks: Remarks) -> Hits:
    for said in remarks.cut:
        yield Hit({"said": said}, "camera")


@rule("camera-under-ground")
def _under_ground(track: CameraTrack) -> Hits:
    below = [sample for sample in track.samples if sample.below]
    if below:
        first = below[0]
        depth = f"{first.ground - first.matrix[2][3]:.2g} m " if first.ground is not None else ""
        yield Hit({"camera": repr(track.camera), "depth": depth, "frame": f"{first.frame:g}"}, "camera")


@rule("camera-panoramic")
def _panoramic(track: CameraTrack) -> Hits:
    if track.projection == "panoramic":
        yield Hit({"camera": repr(track.camera)}, "camera")


@rule("camera-cut")
def _cut(shot: Shot, markers: tuple[Marker, ...]) -> Hits:
    for marker in sorted(markers, key=lambda marker: marker.frame):
        if shot.start < marker.frame <= shot.end and marker.camera != shot.camera:
            fields = {
                "marker": repr(marker.name),
                "frame": marker.frame,
                "before": marker.frame - 1,
                "other": repr(marker.camera),
                "camera": repr(shot.camera),
            }
            yield Hit(fields, "range")
            return


# -- what it sees ---------------------------------------------------------------------------------


@rule("view-empty")
def _view_empty(track: CameraTrack) -> Hits:
    looks = [sample for sample in track.samples if sample.fills is not None]
    if looks and not any(sample.fills for sample in looks):
        yield Hit({"camera": repr(track.camera)}, "camera")


@rule("view-blank")
def _view_blank(track: CameraTrack) -> Hits:
    looks = [sample for sample in track.samples if sample.fills is not None]
    blank = [sample for sample in looks if not sample.fills]
    if blank and len(blank) < len(looks):
        yield Hit({"camera": repr(track.camera), "frame": f"{blank[0].frame:g}"}, "camera")


# -- how it moves ---------------------------------------------------------------------------------

_NO_SUBJECT = 5.0
"""Metres to what is looked at when nothing tells, as `core.brief.path` has it."""


@rule("camera-jump")
def _jump(track: CameraTrack, brief: CameraBrief, limits: Limits) -> Hits:
    """One step far beyond those around it: a whip has others as large beside it, and so has a camera on twos."""
    samples = [sample for sample in track.samples if all(map(math.isfinite, sum(sample.matrix, ())))]
    steps = list(pairwise(samples))
    ways = [math.dist(_place(one.matrix), _place(other.matrix)) for one, other in steps]
    turns = [_turn(one.matrix, other.matrix) for one, other in steps]
    least = limits["part"] * _distance(track, brief)
    frames = [
        # Of a long shot not every frame was read.
        f"{other.frame:g}" if other.frame - one.frame <= 1 else f"{one.frame + 1:g}-{other.frame:g}"
        for index, (one, other) in enumerate(steps)
        if _at_once(track, one, other, limits["seconds"])
        if _stands_out(ways, index, least, limits) or _stands_out(turns, index, limits["degrees"], limits)
    ]
    if frames:
        told = f"frame{'s' if len(frames) > 1 or '-' in frames[0] else ''} {listed(frames)}"
        count = "two" if len(frames) == 1 else "several"
        yield Hit({"camera": repr(track.camera), "frames": told, "count": count}, "range")


def _stands_out(steps: list[float], index: int, least: float, limits: Limits) -> bool:
    """Whether a step is larger than `least` and than so many times the largest of those around it."""
    reach = int(limits["around"])
    around = [*steps[max(0, index - reach) : index], *steps[index + 1 : index + 1 + reach]]
    return bool(around) and steps[index] > max(least, limits["factor"] * max(around))


def _at_once(track: CameraTrack, one: Sample, other: Sample, most: float) -> bool:
    """Whether two samples lie so close that no camera gets from one to the other; neighbouring frames always do."""
    frames = other.frame - one.frame
    return frames <= 1 or frames / float(track.fps.fraction) <= most


def _distance(track: CameraTrack, brief: CameraBrief) -> float:
    """The least from the camera to the main subject in metres, else to the nearest thing, else 5."""
    subject = subject_of(track, brief)
    bodies = seen_at(track, subject) if subject else ()
    found = [math.dist(_place(sample.matrix), middle(body.points)) for sample, body in bodies]
    found = found or [sample.nearest for sample in track.samples if sample.nearest is not None]
    return min((each for each in found if math.isfinite(each)), default=_NO_SUBJECT)


def _place(matrix: Matrix) -> tuple[float, float, float]:
    return matrix[0][3], matrix[1][3], matrix[2][3]


def _turn(one: Matrix, other: Matrix) -> float:
    """Degrees of the one rotation that turns a camera into the other, roll and all."""
    trace = sum(one[row][column] * other[row][column] for row in range(3) for column in range(3))
    return math.degrees(math.acos(min(1.0, max(-1.0, (trace - 1) / 2))))


@rule("camera-whip")
def _whip(brief: CameraBrief) -> Hits:
    for move in brief.moves:
        if move.pace == "whip":
            fields = {
                "move": move.kind,
                "speed": f"{move.speed:.3g}",
                "unit": {"deg": "°", "m": " m", "mm": " mm"}.get(move.unit, ""),
                "first": move.first,
                "last": move.last,
            }
            yield Hit(fields, "camera")


@rule("camera-moves")
def _moves(brief: CameraBrief, limits: Limits) -> Hits:
    kinds = [move.kind for move in brief.moves if move.kind not in ("static", "handheld")]
    if len(kinds) > limits["moves"]:
        yield Hit({"count": len(kinds), "moves": listed(kinds, most=5)}, "camera")


# -- what is said of it ---------------------------------------------------------------------------

_LENS = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d+)?)\s?mm\b", re.IGNORECASE)
_STILL = re.compile(r"\b(?:static|locked[ -]off|lock[ -]off|tripod shot|motionless|does not move)\b", re.IGNORECASE)
_MOVING = re.compile(
    r"\b(?:pan(?:s|ning)?|tilt(?:s|ing)?|doll(?:y|ies|ying)|truck(?:s|ing)?|crane(?:s|d)?|orbit(?:s|ing)?|zoom(?:s|ing)?"
    r"|push(?:es)?[ -]in|pull(?:s)?[ -](?:out|back))\b",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:no|not|never|without|isn't|doesn't|don't)\b", re.IGNORECASE)


@rule("camera-typed-lens")
def _typed_lens(shot: Shot, brief: CameraBrief, limits: Limits) -> Hits:
    said = [float(number) for number in _LENS.findall(shot.prompt.camera)]
    real = [lens for lens in (brief.start.lens, brief.end.lens) if lens]
    if len(said) == 1 and real and not min(real) / limits["factor"] <= said[0] <= max(real) * limits["factor"]:
        yield Hit({"said": f"{said[0]:g}", "real": f"{real[0]:.3g}"}, "prompt.camera")


@rule("camera-typed-still")
def _typed_still(shot: Shot, brief: CameraBrief) -> Hits:
    text = shot.prompt.camera
    moving = [move.kind for move in brief.moves if move.kind != "static" and move.pace != "imperceptible"]
    if moving and _STILL.search(text) and not _DENIED.search(text.replace("does not move", "")):
        found = _STILL.search(text)
        yield Hit({"said": repr(found[0]) if found else "", "moves": listed(moving, most=5)}, "prompt.camera")


@rule("camera-typed-move")
def _typed_move(shot: Shot, brief: CameraBrief) -> Hits:
    text = shot.prompt.camera
    found = _MOVING.search(text)
    still = all(move.kind == "static" for move in brief.moves)
    if still and found and not _DENIED.search(text) and not _STILL.search(text):
        yield Hit({"said": repr(found[0])}, "prompt.camera")

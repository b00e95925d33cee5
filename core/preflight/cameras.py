"""Rules about what the camera does, and what it can't see."""

from __future__ import annotations

import re

from ..brief.record import CameraBrief
from ..brief.track import CameraTrack
from ..shot import Shot
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

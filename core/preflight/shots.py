"""Rules about the shot itself: its camera's name, range, size and number."""

from __future__ import annotations

from .. import terms
from ..shot import Layout, Shot
from .facts import Drawn, FlipbookState, Numbering
from .rules import Hit, Hits, Limits, rule


@rule("camera-none")
def _camera_none(shot: Shot) -> Hits:
    if shot.camera is None:
        yield Hit(where="camera")


@rule("camera-gone")
def _camera_gone(shot: Shot, layout: Layout) -> Hits:
    if shot.camera is not None and shot.camera not in layout.cameras:
        yield Hit({"camera": repr(shot.camera), "scene": repr(shot.scene)}, "camera")


@rule("range-empty")
def _range_empty(shot: Shot) -> Hits:
    if shot.frames < 1:
        yield Hit({"start": shot.start, "end": shot.end}, "range")


@rule("range-long")
def _range_long(shot: Shot) -> Hits:
    if shot.frames > terms.MAX_FRAMES:
        yield Hit({"frames": shot.frames, "most": terms.MAX_FRAMES}, "range")


@rule("range-outside")
def _range_outside(shot: Shot, layout: Layout) -> Hits:
    if 1 <= shot.frames <= terms.MAX_FRAMES and (shot.start < layout.start or shot.end > layout.end):
        yield Hit(
            {
                "start": shot.start,
                "end": shot.end,
                "scene": repr(shot.scene),
                "first": layout.start,
                "last": layout.end,
            },
            "range",
        )


@rule("size-zero")
def _size_zero(shot: Shot) -> Hits:
    if min(shot.width, shot.height) < 2:
        yield _size(shot)


@rule("size-odd")
def _size_odd(shot: Shot) -> Hits:
    if min(shot.width, shot.height) >= 2 and (shot.width % 2 or shot.height % 2):
        yield _size(shot)


@rule("size-large")
def _size_large(shot: Shot) -> Hits:
    even = not (shot.width % 2 or shot.height % 2)
    if min(shot.width, shot.height) >= 2 and even and max(shot.width, shot.height) > terms.MAX_SIDE:
        yield _size(shot)


def _size(shot: Shot) -> Hit:
    even = f"{shot.width + shot.width % 2}×{shot.height + shot.height % 2}"
    return Hit({"size": f"{shot.width}×{shot.height}", "even": even, "most": terms.MAX_SIDE}, "size")


@rule("number-taken")
def _number_taken(shot: Shot, numbering: Numbering) -> Hits:
    if numbering.same > 1:
        hint = f", for instance to {numbering.free}" if numbering.free else ""
        yield Hit({"count": numbering.same, "hint": hint}, "number")


@rule("library-missing")
def _library_missing(layout: Layout) -> Hits:
    for library in layout.missing_libraries:
        yield Hit({"library": library})


@rule("flipbook-unusable")
def _flipbook_unusable(flipbook: FlipbookState) -> Hits:
    if flipbook.problem:
        yield Hit({"problem": flipbook.problem}, "flipbook")


@rule("flipbook-uneven")
def _flipbook_uneven(flipbook: FlipbookState) -> Hits:
    for note in flipbook.notes:
        yield Hit({"note": note}, "flipbook")


@rule("references-stale")
def _references_stale(drawn: Drawn, limits: Limits) -> Hits:
    if not drawn.fresh and drawn.others >= limits["packages"]:
        yield Hit()

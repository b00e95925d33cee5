"""What is wrong with a shot before any work starts. Each rule is a sentence and what to do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from . import terms
from .names import next_number
from .shot import Layout, Problem, Shot, ShotListing

__all__ = ["listing", "problems"]


def listing(shots: Iterable[Shot], layouts: Mapping[str, Layout]) -> list[ShotListing]:
    """Every shot with its problems, in film order. `layouts` maps scene names to their facts."""
    ordered = sorted(shots, key=lambda shot: shot.order)
    counts = Counter(shot.number for shot in ordered)
    free = next_number(counts)
    return [
        ShotListing(shot=shot, problems=tuple(problems(shot, layouts[shot.scene], counts[shot.number], free)))
        for shot in ordered
    ]


def problems(shot: Shot, layout: Layout, same_number: int = 1, free_number: str = "") -> list[Problem]:
    """What stops `shot` from being rendered; empty when nothing does.

    `same_number` is how many shots of the film carry its number, `free_number` one nobody has.
    """
    found = [*_camera(shot, layout), *_range(shot, layout), *_size(shot)]
    if same_number > 1:
        hint = f", for instance to {free_number}" if free_number else ""
        found.append(
            Problem(
                code="number-taken",
                message=f"{same_number} shots have the number {shot.number}: renumber all but one{hint}.",
            )
        )
    for library in layout.missing_libraries:
        found.append(
            Problem(
                code="library-missing",
                message=f"{shot.number}: the linked file {library} was not found: put it back, or use "
                "File > External Data > Find Missing Files in Blender.",
            )
        )
    return found


def _camera(shot: Shot, layout: Layout) -> list[Problem]:
    if shot.camera is None:
        text = f"{shot.number} has no camera: choose one in the Shot panel."
        return [Problem(code="camera-none", message=text)]
    if shot.camera not in layout.cameras:
        text = (
            f"{shot.number}: its camera {shot.camera!r} is no longer in the scene {shot.scene!r}: "
            "choose another one, or remove the shot."
        )
        return [Problem(code="camera-gone", message=text)]
    return []


def _range(shot: Shot, layout: Layout) -> list[Problem]:
    if shot.frames < 1:
        text = f"{shot.number} is empty: it ends at frame {shot.end}, before its start at {shot.start}. Swap the two."
        return [Problem(code="range-empty", message=text)]
    if shot.frames > terms.MAX_FRAMES:
        text = (
            f"{shot.number} is {shot.frames:,} frames long, more than {terms.MAX_FRAMES:,}: "
            "shorten it or split it into several shots."
        )
        return [Problem(code="range-long", message=text)]
    if shot.start < layout.start or shot.end > layout.end:
        text = (
            f"{shot.number} covers frames {shot.start}-{shot.end}, but the scene {shot.scene!r} only has "
            f"{layout.start}-{layout.end}: shorten the shot, or widen the scene's range in Output Properties."
        )
        return [Problem(code="range-outside", message=text)]
    return []


def _size(shot: Shot) -> list[Problem]:
    size = f"{shot.number} is {shot.width}×{shot.height} pixels"
    advice = "change the shot's size, or the resolution in Output Properties"
    if shot.width < 2 or shot.height < 2:
        return [Problem(code="size-zero", message=f"{size}, which is no picture: {advice}.")]
    if shot.width % 2 or shot.height % 2:
        even = f"{shot.width + shot.width % 2}×{shot.height + shot.height % 2}"
        return [
            Problem(
                code="size-odd",
                message=f"{size}; movies need even numbers: {advice}, for instance to {even}.",
            )
        ]
    if max(shot.width, shot.height) > terms.MAX_SIDE:
        return [Problem(code="size-large", message=f"{size}, above the limit of {terms.MAX_SIDE} a side: {advice}.")]
    return []

"""A movie or an image sequence from elsewhere, brought to a shot's range, rate and size."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Generator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from ..core import terms
from ..core.errors import BadInput, MediaError
from ..core.flipbook import Flipbook, parse_rate
from ..core.framerate import FrameRate
from ..core.records import Box
from .fitting import SAME_RATE, SHAPES, Frame, axis, decode, decode_files, finish, hdr_of, nearest, place
from .probe import Scan, probe, scan
from .sequence import Sequence, picture, picture_facts, sequence_at

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Motion", "Source", "Target", "motion_for", "source_of"]

_VERSION = 1
"""Counted up whenever the same source would be shown differently; part of every fingerprint."""
_ADVICE = "write it again where it comes from, or choose another one"
_LEAST = 16
"""Pixels below which a part of a picture is a slip of the mouse."""


@dataclass(frozen=True)
class Source:
    """What a flipbook's path leads to."""

    path: Path
    fps: FrameRate | None
    """Exact where every picture lasts equally long, else the average; None for a sequence, which has none."""
    variable: bool
    scan: Scan
    digest: str
    """Of its content: 64 hexadecimal digits."""
    times: tuple[Fraction, ...] = ()
    """Seconds of each picture from the first one, where they last differently long."""
    sequence: Sequence | None = None

    @property
    def frames(self) -> int:
        """Pictures; of a sequence with the ones that are missing."""
        return self.scan.frames

    @property
    def kind(self) -> str:
        """`movie` or `sequence`."""
        return "sequence" if self.sequence else "movie"


@dataclass(frozen=True)
class Target:
    """The package that a flipbook is brought to."""

    number: str
    scene_fps: FrameRate
    head: int
    tail: int
    """The shot's handles."""
    covered: int
    """Layout frames of the shot, handles included."""
    fps: FrameRate
    frames: int
    kept: int
    """Pictures of the package, and how many of them are not only there to fill a model's length."""
    width: int
    height: int
    box: Box
    """Where the camera's picture lies in the package's."""
    aspect: Fraction
    """Width over height of the camera's picture as it is shown."""
    model: str | None = None


@dataclass(frozen=True)
class Motion:
    """A flipbook brought to a package: which picture when, and where it lies."""

    source: Source
    fps: FrameRate
    """The source's."""
    pictures: tuple[int, ...]
    """Index in the source of each of the package's pictures; never falling."""
    frame: Frame
    held: int
    """Pictures of the shot that repeat the source's first or last one, because it has no more."""
    left: int
    """The source's pictures before and behind the shot."""
    notes: tuple[str, ...]
    """What the artist should know, a sentence each."""

    def settings(self) -> dict[str, object]:
        """Everything that decides what is shown, as plain JSON values."""
        shown = hashlib.sha256(repr(self.pictures).encode()).hexdigest()
        return {"version": _VERSION, "source": self.source.digest, "pictures": shown, "filters": self.frame.filters}

    def decoded(self) -> Generator[NDArray[np.uint8], None, None]:
        """Each of the package's pictures, as `MovieWriter` takes them for yuv420p. Raises MediaError."""
        if self.source.sequence is None:
            return decode(self.source.path, list(self.pictures), self.frame)
        files = [self.source.sequence.files[index] for index in self.pictures]
        size = (self.source.scan.width, self.source.scan.height)
        return decode_files(files, size, lambda path: picture(path, size), self.frame)


# What there is


def source_of(path: Path) -> Source:
    """What lies at a flipbook's path, decoded once as long as nobody writes it. Raises BadInput."""
    try:
        found = sequence_at(path)
        if found is not None:
            return _pictures(path, found)
        status = path.stat()
        return _movie(path, status.st_mtime_ns, status.st_size)
    except MediaError as error:
        raise BadInput(str(error)) from error
    except OSError as error:
        raise BadInput(f"{path} can't be read ({error.strerror or error}): put it back, or choose another.") from error


@functools.lru_cache(maxsize=256)
def _movie(path: Path, _changed: int, _size: int) -> Source:
    facts = probe(path, _ADVICE)
    found = scan(path, None if facts.variable else 1, _ADVICE)
    times = found.times if facts.variable else ()
    if max(facts.width, facts.height) > terms.MAX_SIDE:
        raise BadInput(f"{path.name} is {facts.width}×{facts.height}, above {terms.MAX_SIDE} a side: scale it down.")
    return Source(path, facts.fps, facts.variable, replace(found, frames=facts.frames), facts.sha256, times)


def _pictures(path: Path, found: Sequence) -> Source:
    each = tuple(dict.fromkeys(found.files))
    facts = [picture_facts(file) for file in each]
    width, height = facts[0].size
    other = next((i for i, fact in enumerate(facts) if fact.size != facts[0].size), None)
    if other is not None:
        across, down = facts[other].size
        raise BadInput(
            f"{each[other].name} is {across}×{down} and {each[0].name} {width}×{height}: a sequence has one size. "
            "Write it again, or move the file away."
        )
    digest = hashlib.sha256()
    for file, fact in zip(each, facts, strict=True):
        digest.update(f"{file.name}\0{fact.bytes}\0{fact.sha256}\n".encode("utf-8", "surrogateescape"))
    nothing = Fraction(0)
    shown = Scan(
        nothing, (), nothing, nothing, None, len(found.files), width, height, Fraction(1), "gbr", "", True, False
    )
    return Source(path, None, False, shown, digest.hexdigest(), sequence=found)


# When


def motion_for(book: Flipbook, target: Target) -> Motion:
    """A flipbook brought to a package. Raises BadInput with the shot's number when it can't be."""
    try:
        book.check()
        source = source_of(Path(book.path))
        given = parse_rate(book.rate)
        if given and source.fps:
            raise BadInput(f"{source.path.name} is a movie and has a frame rate of its own: leave the rate empty.")
        rate = source.fps or given or target.scene_fps
        frame = _frame(book, source, target)
        return _timed(book, source, rate, target, frame)
    except BadInput as error:
        raise BadInput(f"{target.number}, flipbook: {error}") from error


def _timed(book: Flipbook, source: Source, rate: FrameRate, target: Target, frame: Frame) -> Motion:
    clip, scene = rate.fraction, target.scene_fps.fraction
    times = source.times or tuple(index / clip for index in range(source.frames))
    end = source.frames / clip
    # In the source's seconds.
    start = times[book.offset] if 0 <= book.offset < len(times) else book.offset / clip
    first = start - target.head / scene
    behind = first + target.covered / scene
    moments = [first + index / target.fps.fraction for index in range(target.frames)]
    cut_end = behind - target.tail / scene
    if cut_end <= 0 or start >= end:
        raise BadInput(
            f"with an offset of {book.offset} nothing of its {_count(source.frames, 'picture')} lies in the cut range: "
            f"choose one from 0 to {source.frames - 1}."
        )
    kept = moments[: target.kept]
    early = [moment < -1 / (2 * clip) for moment in kept]
    late = [moment >= end for moment in kept]
    inside = [start <= moment < cut_end for moment in kept]
    before = sum(time < first - 1 / (2 * clip) for time in times)
    after = sum(time >= behind for time in times)
    notes = [
        *_rate_notes(source, rate, target),
        *_held_notes(target.number, "first", early, inside),
        *_held_notes(target.number, "last", late, inside),
        *_left_notes(target.number, before, after, clip),
        *_missing_notes(target.number, source),
        *frame.notes,
    ]
    pictures = tuple(nearest(times, Fraction(0), end, moments))
    return Motion(source, rate, pictures, frame, sum(early) + sum(late), before + after, tuple(notes))


def _count(count: int, thing: str) -> str:
    return f"{count:,} {thing}" + ("" if count == 1 else "s")


def _rate_notes(source: Source, rate: FrameRate, target: Target) -> list[str]:
    if source.variable:
        return [f"{target.number}: the flipbook's pictures last differently long; the nearest in time are shown."]
    if abs(rate.fraction / target.fps.fraction - 1) <= SAME_RATE:
        return []
    who = "model" if target.model else "shot"
    return [
        f"{target.number}: the flipbook has {rate} pictures a second and the {who} {target.fps}: each frame shows the "
        "nearest in time, so the motion keeps its speed."
    ]


def _held_notes(number: str, which: str, held: list[bool], inside: list[bool]) -> list[str]:
    count = sum(held)
    if not count:
        return []
    side = "begins later" if which == "first" else "is shorter"
    frames = f"the {which} frame" if count == 1 else f"the {which} {count:,} frames"
    cut = sum(held_ and inside_ for held_, inside_ in zip(held, inside, strict=True))
    where = ", all of it in the handle" if not cut else f", {cut:,} of them in the cut range" if cut < count else ""
    return [f"{number}: the flipbook {side} than the shot: its {which} picture is held for {frames}{where}."]


def _left_notes(number: str, before: int, after: int, clip: Fraction) -> list[str]:
    parts = [
        f"{_count(count, 'picture')} ({float(count / clip):.3g} s) {side} the shot"
        for count, side in ((before, "before"), (after, "behind"))
        if count
    ]
    verb = "is" if before + after == 1 else "are"
    return [f"{number}: the flipbook is longer: {' and '.join(parts)} {verb} left out."] if parts else []


def _missing_notes(number: str, source: Source) -> list[str]:
    missing = source.sequence.missing if source.sequence else ()
    if not missing:
        return []
    ranges: list[list[int]] = []
    for value in missing:
        if ranges and value == ranges[-1][1] + 1:
            ranges[-1][1] = value
        else:
            ranges.append([value, value])
    texts = [str(low) if low == high else f"{low}-{high}" for low, high in ranges[:5]]
    named = ", ".join(texts) + (", …" if len(ranges) > 5 else "")
    held = "the one before it is held" if len(missing) == 1 else "the ones before them are held"
    return [f"{number}: the flipbook lacks {_count(len(missing), 'picture')} ({named}): {held}."]


# Where


def _frame(book: Flipbook, source: Source, target: Target) -> Frame:
    shown = source.scan.shown
    left, top, width, height = book.crop
    part = (max(1, round(width * shown[0])), max(1, round(height * shown[1])))
    if not book.whole and min(part) < _LEAST:
        raise BadInput(f"its crop leaves {part[0]}×{part[1]} pixels of {shown[0]}×{shown[1]}: make it larger.")
    # How much wider the part is than the camera's picture.
    wider = float(Fraction(width) * shown[0] / (Fraction(height) * shown[1]) / target.aspect)
    fits = abs(wider - 1) <= SHAPES
    cover = (1.0, 1.0) if fits else (min(1.0, wider), min(1.0, 1 / wider))
    if not fits and book.fit == "crop":
        cover = (max(1.0, wider), max(1.0, 1 / wider))
    box = target.box
    across = axis(source.scan.width, *_edges(left, width, box[0], box[2], cover[0], target.width))
    down = axis(source.scan.height, *_edges(top, height, box[1], box[3], cover[1], target.height))
    if across.seen < 1 or down.seen < 1:
        raise BadInput(f"nothing of its {part[0]}×{part[1]} pixels lies in the picture: change its crop or its fit.")
    return Frame(
        width=across.even,
        height=down.even,
        filters=[*place(across, down, source.scan), *finish(across, down)],
        changed=not all(each.whole and not each.scaled for each in (across, down)),
        notes=_size_notes(book, source, target, part, cover),
    )


def _edges(
    start: float, length: float, low: float, size: float, cover: float, pixels: int
) -> tuple[float, float, int, tuple[int, int]]:
    """What `axis` takes, for the part `start`, `length` of the source in the part `low`, `size` of the package.

    `cover` is how much of the latter the former fills: below 1 there is black beside it, above 1 it is cropped.
    """
    begin = (low + size * (1 - cover) / 2) * pixels
    scale = size * cover * pixels / length
    first = begin - start * scale
    inner = max(begin, low * pixels), min(begin + length * scale, (low + size) * pixels)
    return first, first + scale, pixels, (round(inner[0]), round(inner[1]))


def _size_notes(
    book: Flipbook, source: Source, target: Target, part: tuple[int, int], cover: tuple[float, float]
) -> list[str]:
    notes: list[str] = []
    camera = (round(target.box[2] * target.width), round(target.box[3] * target.height))
    shown = source.scan.shown
    of = "" if book.whole else f" (a part of {shown[0]}×{shown[1]})"
    sizes = f"{target.number}: the flipbook is {part[0]}×{part[1]}{of} and the camera's picture {camera[0]}×{camera[1]}"
    if max(cover) > 1:
        side, over = ("width", cover[0]) if cover[0] > 1 else ("height", cover[1])
        notes.append(f"{sizes}: {(1 - 1 / over) * 100:.3g} % of its {side} is cropped.")
    elif min(cover) < 1:
        where = "at its sides" if cover[0] < 1 else "above and below"
        notes.append(f"{sizes}: it is shown whole, with black {where}.")
    elif part != camera:
        notes.append(f"{sizes}: it is scaled.")
    elif of:
        notes.append(f"{sizes}.")
    left, top, width, height = target.box
    if max(left, top, 1 - left - width, 1 - top - height) > 1e-6:
        size = f"{target.width}×{target.height}"
        notes.append(f"{target.number}: what the {size} show around the camera's picture is black in motion.mp4.")
    if hdr := hdr_of(source.scan):
        notes.append(f"{target.number}: the flipbook is HDR ({hdr}); its tones are left as they are.")
    return notes

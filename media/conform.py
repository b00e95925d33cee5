"""A part of a delivered clip as a take: its shot's exact length, rate and size, with the sound in sync."""

from __future__ import annotations

import contextlib
import math
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from ..core.errors import MediaError
from ..core.framerate import FrameRate
from ..core.ports import Progress
from ..core.take import ClipFacts, Conform, Request, RequestShot
from .fitting import SAME_RATE, SHAPES, Frame, axis, decode, finish, hdr_of, nearest, place
from .movie import MovieWriter, Sound, count_frames
from .probe import Scan, scan, source

__all__ = ["Conformed", "Section", "conform", "sections"]


@dataclass(frozen=True)
class Section:
    """The part of a clip that is one shot."""

    begin: Fraction
    end: Fraction
    """Seconds from the clip's first picture; the picture at `end` is the next shot's."""
    notes: tuple[str, ...] = ()
    """What the artist should know about the cut, a sentence each."""
    surplus: Fraction = Fraction(0)
    """Seconds at its end that were asked for only to fill the model's length."""


@dataclass(frozen=True)
class Conformed:
    """A take's movie as it was written."""

    record: Conform
    frames: int
    fps: FrameRate
    width: int
    height: int
    """Pixels of the file: the shot's size, or the next even one."""


def sections(request: Request, facts: ClipFacts) -> list[Section]:
    """Which part of the clip is which of the request's shots, in their order.

    By time: a shot begins where those before it end, at their frames as asked for. When the clip of several
    shots lasts longer or shorter than that by more than half a frame, all parts are longer or shorter alike.
    """
    fps, clip = request.fps.fraction, facts.fps.fraction
    asked, delivered = request.frames / fps, facts.frames / clip
    other_length = abs(delivered - asked) > 1 / (2 * fps)
    # The same number of pictures has its cuts between the same pictures, at whichever rate.
    stretch = delivered / asked if other_length or facts.frames == request.frames else Fraction(1)
    found: list[Section] = []
    before = 0
    for shot in request.shots:
        begin, before = before, before + shot.frames
        notes: list[str] = []
        if not facts.variable and abs(clip / fps - 1) > Fraction(1, 200):
            notes.append(f"{shot.number}: the clip came with {facts.fps} frames a second instead of {request.fps}.")
        if other_length and len(request.shots) > 1:
            notes.append(
                f"{shot.number}: the clip lasts {_seconds(delivered)} instead of {_seconds(asked)}; its cuts are "
                "looked for in proportion, so check the first and the last frames."
            )
        end = delivered if before == request.frames else before / fps * stretch
        surplus = (shot.frames - shot.kept) / fps * stretch
        found.append(Section(begin / fps * stretch, end, tuple(notes), surplus))
    return found


def conform(
    clip: Path,
    facts: ClipFacts,
    section: Section,
    shot: RequestShot,
    out: Path,
    *,
    asked: tuple[int, int],
    short: Literal["hold", "retime"] = "hold",
    progress: Progress | None = None,
) -> Conformed:
    """Write the part `section` of a clip as the take of `shot` to `out`, H.264 with AAC where the clip has sound.

    The take has exactly the shot's frames at exactly its rate. Its picture k shows the clip's picture nearest to
    k/fps seconds after the section's begin, and none outside of the section. A longer section is cut off at its
    end; of a shorter one the last picture is held, or with `retime` it runs slower, sound with the same pitch.
    `asked` is the request's width and height in pixels, in which `shot.box` lies; parts of the box outside of the
    clip are black. `progress` is called after each picture and may raise. On any error nothing stays at `out`.
    Raises MediaError, or StorageError when the disk is full.
    """
    if not 0 <= section.begin < section.end:
        raise ValueError(f"a section from {section.begin} to {section.end} s is none")
    try:
        return _conform(clip, facts, section, shot, out, asked, short, progress)
    except BaseException:
        with contextlib.suppress(OSError):
            out.unlink(missing_ok=True)
        raise


def _conform(
    clip: Path,
    facts: ClipFacts,
    section: Section,
    shot: RequestShot,
    out: Path,
    asked: tuple[int, int],
    short: Literal["hold", "retime"],
    progress: Progress | None,
) -> Conformed:
    found = scan(clip, None if facts.variable else 1)
    timing = _timing(facts, found, section, shot, short)
    frame = _frame(found, shot, asked)
    frames = len(timing.pictures)
    sound = None
    if found.audio:
        have = section.end - section.begin
        length = frames / shot.fps.fraction
        sound = Sound(source(clip), found.start + section.begin, have, length, timing.speed)
    with (
        MovieWriter(out, frame.width, frame.height, shot.fps, "yuv420p", sound=sound) as writer,
        contextlib.closing(decode(clip, timing.pictures, frame)) as pictures,
    ):
        for done, picture in enumerate(pictures, 1):
            writer.write(picture)
            if progress is not None:
                progress(done, frames)
    written = count_frames(out)
    if written != frames or writer.frames != frames:
        raise MediaError(f"{out.name} has {written:,} frames instead of {frames:,}: run it again.")
    record = Conform(
        method=timing.method,
        begin=str(section.begin),
        end=str(section.end),
        speed=str(timing.speed),
        held=timing.held,
        resampled=timing.resampled,
        scaled=frame.changed,
        audio=found.audio,
        notes=(*section.notes, *timing.notes, *frame.notes),
    )
    return Conformed(record, frames, shot.fps, frame.width, frame.height)


# Time


@dataclass(frozen=True)
class _Timing:
    """Which pictures of the clip the take shows."""

    method: Literal["exact", "trim", "hold", "retime"]
    pictures: list[int]
    """Index in the clip of each of the take's pictures; never falling."""
    speed: Fraction
    held: int
    resampled: bool
    notes: list[str]


def _timing(
    facts: ClipFacts, found: Scan, section: Section, shot: RequestShot, short: Literal["hold", "retime"]
) -> _Timing:
    clip, fps = facts.fps.fraction, shot.fps.fraction
    frames = shot.last - shot.first + 1
    have, needed = section.end - section.begin, frames / fps
    # Pictures of the take that begin where the section has ended.
    missing = max(0, frames - math.ceil(have * fps))
    method: Literal["exact", "trim", "hold", "retime"] = "exact"
    if have - needed > 1 / (2 * clip):
        method = "trim"
    elif needed - have > 1 / (2 * clip) and missing:
        method = short
    speed = have / needed if method == "retime" else Fraction(1)
    notes = _timing_notes(facts, section, shot, method, missing)
    times = found.times if facts.variable else tuple(index / clip for index in range(facts.frames))
    return _Timing(
        method=method,
        pictures=nearest(times, section.begin, section.end, [section.begin + k * speed / fps for k in range(frames)]),
        speed=speed,
        held=missing if method == "hold" else 0,
        resampled=method == "retime" or facts.variable or abs(clip / fps - 1) > SAME_RATE,
        notes=notes,
    )


def _timing_notes(facts: ClipFacts, section: Section, shot: RequestShot, method: str, missing: int) -> list[str]:
    clip, fps = facts.fps.fraction, shot.fps.fraction
    have, needed = section.end - section.begin, (shot.last - shot.first + 1) / fps
    notes: list[str] = []
    if facts.variable:
        notes.append(f"{shot.number}: the clip's pictures last differently long; the take shows the nearest ones.")
    if method == "hold":
        pictures = "frame" if missing == 1 else f"{missing:,} frames"
        notes.append(
            f"{shot.number}: the clip is {_seconds(needed - have)} shorter than the shot; its last picture stands "
            f"for the last {pictures}."
        )
    if method == "retime":
        notes.append(
            f"{shot.number}: the clip is {_seconds(needed - have)} shorter than the shot and runs at "
            f"{float(have / needed * 100):.4g} % of its speed."
        )
    over = have - needed - section.surplus
    if method == "trim" and over > max(1 / clip, 1 / fps):
        notes.append(f"{shot.number}: {_seconds(over)} at the end of the clip were not asked for and are cut off.")
    return notes


# Size


def _frame(found: Scan, shot: RequestShot, asked: tuple[int, int]) -> Frame:
    shown = found.shown
    wider = Fraction(shown[0] * asked[1], shown[1] * asked[0])
    fits = abs(wider - 1) <= SHAPES
    # Part of the asked picture that the clip's covers, in the middle of it.
    cover = (1.0, 1.0) if fits else (min(1.0, float(wider)), min(1.0, float(1 / wider)))
    left, top, width, height = shot.box
    across = axis(found.width, *_edges(cover[0], left, width, shot.width), shot.width)
    down = axis(found.height, *_edges(cover[1], top, height, shot.height), shot.height)
    if across.seen < 1 or down.seen < 1:
        raise MediaError(f"{shot.number}: nothing of the clip lies in the shot's picture: make its references again.")
    return Frame(
        width=across.even,
        height=down.even,
        filters=[*place(across, down, found), *finish(across, down)],
        changed=not all(axis.whole and not axis.scaled for axis in (across, down)),
        notes=_size_notes(shown, found, shot, asked, fits),
    )


def _edges(cover: float, start: float, length: float, size: int) -> tuple[float, float]:
    """Where the clip's edges lie in the take's pixels, for a box that begins at `start` of the asked picture."""
    low = (1 - cover) / 2
    return (low - start) / length * size, (low + cover - start) / length * size


def _size_notes(
    shown: tuple[int, int], found: Scan, shot: RequestShot, asked: tuple[int, int], fits: bool
) -> list[str]:
    notes: list[str] = []
    sizes = f"{shot.number}: the clip is {shown[0]}×{shown[1]} instead of {asked[0]}×{asked[1]}"
    if not fits:
        notes.append(f"{sizes}; it is shown whole, with black beside it.")
    elif shown != asked:
        notes.append(f"{sizes}; its pictures are scaled.")
    if shot.width % 2 or shot.height % 2:
        even = f"{shot.width + shot.width % 2}×{shot.height + shot.height % 2}"
        notes.append(
            f"{shot.number}: H.264 has no {shot.width}×{shot.height}; the take is {even}, and its edge is repeated."
        )
    if hdr := hdr_of(found):
        notes.append(f"{shot.number}: the clip is HDR ({hdr}); its tones are left as they are.")
    return notes


def _seconds(value: Fraction) -> str:
    return f"{float(value):.4g} s"

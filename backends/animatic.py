"""The embedded backend: a clip of the exact length from clay, boards or both, with a slate. No network."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ..core import terms
from ..core.errors import BadInput, MediaError
from ..core.ports import Assignment
from ..core.quote import Price
from ..core.take import Request, RequestShot
from ..media import ffmpeg_tool
from ..media.movie import MovieWriter, read_frames
from ..media.slate import Rect, SlatedPanel, SlateFacts, Tag

if TYPE_CHECKING:
    from ..media.slate import Picture

    _Frames = Generator[Picture, None, None]

__all__ = ["AnimaticBackend"]

_Sources = dict[str, Path]
"""Path of each reference's movie, from left to right."""
_MOVIES = {"clay": ("clay",), "board": ("board",), "two-up": ("clay", "board")}
"""The references each of `terms.PICTURES` is made of, from left to right."""


class AnimaticBackend:
    """Shot, lens, frame counter, timecode, film and date over clay, boards or both.

    `request.parameters["picture"]` chooses among `core.terms.PICTURES`; without it, it is clay.
    """

    name = "animatic"
    repeatable = True

    def quote(self, request: Request) -> Price:
        """Free: see `core.ports.Backend.quote`. Raises BadInput for a picture that there is not."""
        _movies(request)
        return Price(basis="It is made on this machine and costs nothing.")

    def generate(self, order: Assignment) -> None:
        """See `core.ports.Backend.generate`. Equal assignments give equal bytes.

        Needs `clay.mp4`, `board.mp4` or both of each shot, at the request's size and as long as the request says;
        of a longer one the first pictures are used. Raises BadInput when one is missing or another picture is
        asked for, MediaError when one has another size, ends too early or can't be read.
        """
        request = order.request
        kinds = _movies(request)
        sources = {shot.shot: _sources(request, shot, kinds, order.inputs.get(shot.shot, {})) for shot in request.shots}
        with MovieWriter(order.clip, request.width, request.height, request.fps) as writer:
            for shot in request.shots:
                for picture in _pictures(order, shot, sources[shot.shot]):
                    writer.write(picture)
                    order.progress(writer.frames, request.frames)


# -- what comes in ------------------------------------------------------------------------------------------


def _movies(request: Request) -> tuple[str, ...]:
    """The references that the request's picture is made of. Raises BadInput."""
    picture = request.parameters.get("picture", terms.DEFAULT_PICTURE)
    movies = _MOVIES.get(picture) if isinstance(picture, str) else None
    if movies is None:
        there = ", ".join(terms.values(terms.PICTURES))
        raise BadInput(f"An animatic has no picture {str(picture)[:40]!r}: use {there}.")
    return movies


def _sources(request: Request, shot: RequestShot, kinds: tuple[str, ...], given: Mapping[str, Path]) -> _Sources:
    missing = [kind for kind in kinds if f"{kind}.mp4" not in given]
    if missing:
        lacking = f"the {' and the '.join(missing)} reference{'s' if len(missing) > 1 else ''}"
        raise BadInput(
            f"{shot.number}: the animatic needs {lacking}: render {'them' if len(missing) > 1 else 'it'} too."
        )
    for kind in kinds:
        found = _size(given[f"{kind}.mp4"])
        if found != (request.width, request.height):
            raise MediaError(
                f"{shot.number}: {kind}.mp4 is {found[0]}×{found[1]} and the clip {request.width}×{request.height}: "
                "render the shot's references again."
            )
    return {kind: given[f"{kind}.mp4"] for kind in kinds}


def _size(path: Path) -> tuple[int, int]:
    """Width and height of a movie's pictures."""
    text = ffmpeg_tool.run(
        ["-loglevel", "error", "-i", str(path), "-map", "0:v:0", "-frames:v", "1", "-f", "framecrc", "-"], path
    )
    sizes = [line.rpartition(" ")[2] for line in text.splitlines() if line.startswith("#dimensions")]
    if not sizes:
        raise MediaError(f"{path.name} has no pictures.")
    width, _, height = sizes[0].partition("x")
    return int(width), int(height)


def _together(request: Request, shot: RequestShot, sources: _Sources) -> Iterator[tuple[Picture, ...]]:
    """The pictures of all sources, one of each at a time, exactly as many as the shot has. Raises MediaError."""
    with contextlib.ExitStack() as stack:
        streams = [cast("_Frames", read_frames(source, request.width, request.height)) for source in sources.values()]
        for stream in streams:
            stack.enter_context(contextlib.closing(stream))  # ends its ffmpeg
        for index in range(shot.frames):
            found = [next(stream, None) for stream in streams]
            pictures = tuple(picture for picture in found if picture is not None)
            if len(pictures) < len(found):
                short = next(kind for kind, picture in zip(sources, found, strict=True) if picture is None)
                raise MediaError(
                    f"{shot.number}: {short}.mp4 ends after {index} of {shot.frames} pictures: "
                    "render the shot's references again."
                )
            yield pictures


# -- what goes out ------------------------------------------------------------------------------------------


def _pictures(order: Assignment, shot: RequestShot, sources: _Sources) -> Iterator[Picture]:
    """The shot's pictures of the clip, each valid until the next one."""
    request = order.request
    texts = _running(request, shot)
    facts = _facts(order, shot, texts)
    size = (request.width, request.height)
    tag = Tag(*size, shot.number).place if list(sources) == ["board"] else None
    panel = SlatedPanel(*size, len(sources), facts, _area(request, shot), tag)
    for pictures, (counter, timecode) in zip(_together(request, shot, sources), texts, strict=True):
        yield panel.draw(pictures, counter, timecode)


def _facts(order: Assignment, shot: RequestShot, texts: list[tuple[str, str]]) -> SlateFacts:
    counter, timecode = (max((text[which] for text in texts), key=len) for which in (0, 1))
    return SlateFacts(
        shot=shot.title,
        lens=f"{round(shot.lens, 1):g} mm" if shot.lens else "",
        film=order.request.film,
        date=order.created[:10],  # of the job, not today: another attempt gives the same bytes
        counter=counter,
        timecode=timecode,
    )


def _running(request: Request, shot: RequestShot) -> list[tuple[str, str]]:
    """For each picture: layout frame and place in the cut range, and timecode from its start.

    Before the cut range the place is 0 and below, behind it above its length.
    """
    length = shot.end - shot.start + 1
    step = shot.fps.fraction / request.fps.fraction  # layout frames in a picture of the clip
    frames = [shot.first + int(index * step) for index in range(shot.frames)]
    digits = max(len(str(frames[0])), len(str(frames[-1])))
    places = [frame - shot.start + 1 for frame in frames]
    room = max(len(str(places[0])), len(str(places[-1])), len(str(length)))
    return [
        (f"{frame:>{digits}}  {place:>{room}}/{length}", shot.fps.timecode(place - 1))
        for frame, place in zip(frames, places, strict=True)
    ]


def _area(request: Request, shot: RequestShot) -> Rect:
    """Where the shot's own picture lies in the clip: what its take will show."""
    left, top, width, height = shot.box
    edges = (
        left * request.width,
        top * request.height,
        (left + width) * request.width,
        (top + height) * request.height,
    )
    limits = (request.width, request.height) * 2
    x0, y0, x1, y1 = (min(max(0, round(edge)), limit) for edge, limit in zip(edges, limits, strict=True))
    return (x0, y0, x1 - x0, y1 - y0) if x1 > x0 and y1 > y0 else (0, 0, request.width, request.height)

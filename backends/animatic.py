"""The embedded backend: a clip of the exact length from the clay reference, with a slate. No network."""

from __future__ import annotations

from pathlib import Path

from ..core.errors import BadInput
from ..core.ports import Assignment, Progress
from ..core.quote import Price
from ..core.take import Request, RequestShot
from ..media.movie import MovieWriter, read_frames
from ..media.slate import Slate

__all__ = ["AnimaticBackend"]


class AnimaticBackend:
    """Shot name, lens, frame counter and timecode over clay."""

    name = "animatic"
    repeatable = True

    def quote(self, request: Request) -> Price:
        """Free: see `core.ports.Backend.quote`."""
        return Price(basis="made on this machine")

    def generate(self, order: Assignment) -> None:
        """See `core.ports.Backend.generate`. Needs `clay.mp4` of each shot."""
        request = order.request
        with MovieWriter(order.clip, request.width, request.height, request.fps) as writer:
            for shot in request.shots:
                source = order.inputs[shot.shot].get("clay.mp4")
                if source is None:
                    raise BadInput(f"{shot.number}: the animatic needs the clay reference: render it too.")
                self._write(request, shot, source, writer, order.progress, request.frames)

    def _write(
        self, request: Request, shot: RequestShot, source: Path, writer: MovieWriter, progress: Progress, total: int
    ) -> None:
        slate = Slate(shot.width, shot.height, _headline(request, shot))
        for index, frame in enumerate(read_frames(source, shot.width, shot.height)):
            writer.write(slate.burn(frame, _counter(shot, index)))
            progress(writer.frames, total)


def _headline(request: Request, shot: RequestShot) -> str:
    title = shot.number if shot.name in ("", shot.number) else f"{shot.number} {shot.name}"
    lens = f"{shot.lens:g} mm" if shot.lens else ""
    return "  ·  ".join(part for part in (request.film, title, lens) if part)


def _counter(shot: RequestShot, index: int) -> str:
    """Layout frame, place in the cut range and timecode from its start; handles count outside it."""
    frame = shot.first + index
    length = shot.end - shot.start + 1
    return f"{frame}   {frame - shot.start + 1}/{length}   {shot.fps.timecode(frame - shot.start)}"

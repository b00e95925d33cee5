"""Motion: the shot's flipbook, at the package's range, rate and size. Nothing of the scene is in it."""

from __future__ import annotations

import contextlib
from pathlib import Path

from ..core.errors import MediaError
from ..media.movie import MovieWriter
from .outputs import Output
from .plan import Plan
from .raster import Buffers

__all__ = ["Motion"]


class Motion(Output):
    """`motion.mp4`."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        super().__init__(folder, plan)
        assert plan.motion is not None
        self._pictures = self.keep(contextlib.closing(plan.motion.decoded()))
        self._movie = self.keep(MovieWriter(folder / "motion.mp4", plan.width, plan.height, plan.fps, "yuv420p"))

    def add(self, index: int, buffers: Buffers) -> None:
        try:
            self._movie.write(next(self._pictures))
        except MediaError as error:
            raise MediaError(f"{self.plan.shot.number}, flipbook: {error}") from error

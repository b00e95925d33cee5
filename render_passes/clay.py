"""Clay: the layout as a neutral model under one key light with its shadow, and the first and last still."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..media.movie import MovieWriter
from ..media.pictures import write_png
from .board import panel
from .outputs import Output
from .plan import Plan
from .raster import Buffers

__all__ = ["Clay", "Stills"]


class Clay(Output):
    """`clay.mp4`."""

    needs = frozenset({"clay"})

    def __init__(self, folder: Path, plan: Plan) -> None:
        super().__init__(folder, plan)
        self._writer = self.keep(
            MovieWriter(folder / "clay.mp4", plan.width, plan.height, plan.fps, "rgb0", flipped=True)
        )

    def add(self, index: int, buffers: Buffers) -> None:
        assert buffers.clay is not None
        self._writer.write(buffers.clay)


class Stills(Output):
    """`first.png` and `last.png`: clay, or a board without its number, at the first and last time of the package."""

    needs = frozenset({"clay"})

    def add(self, index: int, buffers: Buffers) -> None:
        assert buffers.clay is not None
        for name, which in (("first", 0), ("last", self.plan.frames - 1)):
            if index == which and name in self.plan.passes:
                as_board = self.plan.shot.stills == "board"
                picture = np.dstack([panel(buffers.clay)] * 3) if as_board else buffers.clay[:, :, :3]
                write_png(self.folder / f"{name}.png", np.ascontiguousarray(picture))

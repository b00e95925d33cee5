"""Board: line art over grey tone with the shot's number, the way a storyboard artist marks a panel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..media.movie import MovieWriter
from ..media.pictures import write_png
from ..media.slate import Tag
from .outputs import Output
from .plan import Plan
from .raster import Buffers

__all__ = ["Board", "panel"]

_TONES = np.array((96, 148, 196, 232), np.uint8)
"""Four marker greys, dark to light."""
_STEPS = np.array((70, 118, 172), np.uint8)
"""Clay values between which the tones change."""


def _tone_table() -> NDArray[np.uint8]:
    """Grey by clay value: the four tones with short ramps between them, so that they don't crawl."""
    values = np.arange(256, dtype=np.float32)
    table = np.full(256, float(_TONES[0]), np.float32)
    for step, low, high in zip(_STEPS, _TONES[:-1], _TONES[1:], strict=True):
        ramp = np.clip((values - float(step) + 6.0) / 12.0, 0.0, 1.0)
        table += ramp * (float(high) - float(low))
    return np.rint(table).astype(np.uint8)


_TABLE = _tone_table()


def panel(clay: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A grey board panel (h, w) from clay RGBA with lines in A."""
    tone = _TABLE[clay[:, :, 1]].astype(np.uint16)
    ink = 255 - clay[:, :, 3].astype(np.uint16) * 230 // 255
    return (tone * ink // 255).astype(np.uint8)


class Board(Output):
    """`board.mp4`, and `board.png`: its first frame of the cut range."""

    needs = frozenset({"clay"})

    def __init__(self, folder: Path, plan: Plan) -> None:
        super().__init__(folder, plan)
        self._writer = self.keep(MovieWriter(folder / "board.mp4", plan.width, plan.height, plan.fps, "gray"))
        self._tag = Tag(plan.width, plan.height, plan.shot.number)

    def add(self, index: int, buffers: Buffers) -> None:
        assert buffers.clay is not None
        picture = self._tag.stamp(panel(buffers.clay))
        self._writer.write(picture)
        if index == self.plan.still:
            write_png(self.folder / "board.png", picture)

"""Board: line art over grey tone with the shot's number, the way a storyboard artist marks a panel."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..media.movie import MovieWriter
from ..media.pictures import write_png
from ..media.slate import Tag
from .engines import engine_for
from .evaluation import Evaluation
from .geometry import boxes_of
from .light import look_of
from .outputs import Output
from .plan import Plan
from .raster import Buffers, Uploads

__all__ = ["CLEAR", "Board", "panel", "panels"]

_TONES = np.array((96, 148, 196, 232), np.uint8)
"""Four marker greys, dark to light."""
CLEAR = 255
"""Where a ghost is not; no tone is as light."""
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


def panels(evaluation: Evaluation, ghost: str = "") -> list[NDArray[np.uint8]]:
    """A panel without a tag for each moment of an evaluation that was read. Use inside `as_rendered`.

    With `ghost`, an asset's id or an object's name: of the last moment only that, through the camera of the first one,
    on `CLEAR`; all of it clear where Cycles draws, which knows no moments. Raises RenderError without graphics.
    """
    moments = list(evaluation.moments())
    number = next((number for number, name in evaluation.assets.names().items() if name == ghost), -1)
    if ghost:
        moments[-1] = replace(moments[-1], view=moments[0].view, projection=moments[0].projection)
    look = look_of(evaluation.scene, evaluation.colours(), boxes_of(moments[0].items), evaluation.key)
    drawn: list[NDArray[np.uint8]] = []
    with engine_for(evaluation, look, moments, Uploads()) as engine:
        engine.ready(frozenset({"clay", "ids"}) if ghost else frozenset({"clay"}))
        for index, moment in enumerate(moments):
            buffers = engine.draw(index, moment)
            assert buffers.clay is not None
            drawn.append(panel(buffers.clay))
            if ghost and index == len(moments) - 1:
                known = buffers.ids is not None and not (evaluation.found and evaluation.found.sentences())
                seen = buffers.ids[:, :, 1] == number if known and buffers.ids is not None else False
                drawn[-1] = np.where(seen, drawn[-1], np.uint8(CLEAR))
    return drawn


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

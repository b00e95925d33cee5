"""Masks: one flat colour per asset, so that each can be told from the others."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..media.movie import MovieWriter
from .mask_colours import colour_of
from .outputs import Output
from .plan import Plan
from .raster import Buffers

__all__ = ["Mask"]


class Mask(Output):
    """`mask.mp4`: assets in flat colours on black. The record lists asset and colour."""

    needs = frozenset({"mask"})

    def __init__(self, folder: Path, plan: Plan, assets: dict[int, str]) -> None:
        super().__init__(folder, plan)
        # As the four bytes of a pixel, the last one saying that there is something.
        self._names = {int(np.array((*colour_of(n), 255), np.uint8).view(np.uint32)[0]): n for n in assets.values()}
        writer = MovieWriter(folder / "mask.mp4", plan.width, plan.height, plan.fps, "rgb0", flipped=True)
        self._writer = self.keep(writer)
        self._seen: set[int] = set()

    def add(self, index: int, buffers: Buffers) -> None:
        assert buffers.mask is not None
        pixels = buffers.mask.view(np.uint32)[::3, ::3, 0]
        self._seen.update(np.unique(pixels).tolist())
        self._writer.write(buffers.mask)

    def finish(self) -> dict[str, object]:
        super().finish()
        seen = {self._names[pixel] for pixel in self._seen if pixel in self._names}
        return {"masks": {name: "#{:02x}{:02x}{:02x}".format(*colour_of(name)) for name in sorted(seen)}}

"""Layout: a box around each asset that moves, for creatures, machines and whoever has no pose to draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from ..media.movie import MovieWriter
from .evaluation import Moment
from .mask_colours import colour_of
from .outputs import Output
from .plan import Plan
from .raster import Buffers

__all__ = ["Layout", "moving"]

_LINE = 2
"""Pixels: how VACE draws its layout boxes (ali-vilab/VACE vace/annotators/layout.py)."""
_MOST = 0.5
"""An asset that fills more of the picture is its ground, and a box around it says nothing."""


def moving(moments: Sequence[Moment]) -> frozenset[int]:
    """Numbers of the assets that move or deform between these moments; all of them when none does."""
    first: dict[tuple[object, ...], bytes] = {}
    found: set[int] = set()
    every: set[int] = set()
    for moment in moments:
        for item in moment.items:
            state = item.mesh.digest + item.matrix.astype(np.float32).tobytes()
            every.add(item.asset_id)
            if first.setdefault(item.identity, state) != state:
                found.add(item.asset_id)
    return frozenset(found or every)


class Layout(Output):
    """`layout.mp4`: boxes on white, each in its asset's colour, the one of the mask."""

    needs = frozenset({"ids"})

    def __init__(self, folder: Path, plan: Plan, assets: Mapping[int, str], shown: frozenset[int]) -> None:
        super().__init__(folder, plan)
        self._colours = {number: colour_of(name) for number, name in assets.items()}
        self._names = dict(assets)
        self._shown = shown
        self._drawn: set[int] = set()
        self._writer = self.keep(MovieWriter(folder / "layout.mp4", plan.width, plan.height, plan.fps))

    def add(self, index: int, buffers: Buffers) -> None:
        assert buffers.ids is not None
        numbers = buffers.ids[:, :, 1].astype(np.int32)
        picture = np.full((*numbers.shape, 3), 255, np.uint8)
        for number in sorted(self._shown & set(np.unique(numbers).tolist())):
            rows, columns = np.nonzero(numbers == number)
            top, bottom, left, right = rows.min(), rows.max() + 1, columns.min(), columns.max() + 1
            if (bottom - top) * (right - left) > _MOST * numbers.size:
                continue
            self._drawn.add(number)
            inside = picture[top + _LINE : bottom - _LINE, left + _LINE : right - _LINE].copy()
            picture[top:bottom, left:right] = self._colours[number]
            picture[top + _LINE : bottom - _LINE, left + _LINE : right - _LINE] = inside
        self._writer.write(picture)

    def finish(self) -> dict[str, object]:
        super().finish()
        names = sorted(self._names[number] for number in self._drawn)
        return {"layout": {name: "#{:02x}{:02x}{:02x}".format(*colour_of(name)) for name in names}}

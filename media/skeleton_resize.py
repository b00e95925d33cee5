"""A drawing of few pixels on black, resized as OpenCV does it: by area when it gets smaller, else by Lanczos.

OpenCV 4 and 5, modules/imgproc/src/resize.cpp (Apache-2.0): INTER_AREA weighs each pixel by the part of it that
lies in the new one; INTER_LANCZOS4 takes eight neighbours with sin(πx)·sin(πx/4)/x², the last row standing for those
beyond the edge. Where one side gets larger, INTER_AREA blends two neighbours along both.
"""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]
    Real = NDArray[np.float64]
    Picture = NDArray[np.uint8]

__all__ = ["Resize"]

_TILE = 48
"""Side of the tiles in which a picture is enlarged, in pixels of the new one."""
_COARSE = 4
"""Whether there is something to enlarge is asked for squares of 2^4 old pixels."""


class Resize:
    """From one size to another, both (width, height) in pixels. Keeps tables, no pictures: threads may share it."""

    def __init__(self, source: tuple[int, int], target: tuple[int, int]) -> None:
        self._source, self._target = source, target
        self._smaller = source[0] >= target[0] and source[1] >= target[1]
        lanczos = source[0] * source[1] < target[0] * target[1]
        if self._smaller:
            self._shares = _shares(source[0], target[0]), _shares(source[1], target[1])
        else:
            self._tiles = _tiles(source[0], target[0], lanczos), _tiles(source[1], target[1], lanczos)

    def picture(self, x: Whole, y: Whole, colour: Whole, palette: Picture) -> Picture:
        """The resized picture, uint8 (height, width, 3).

        `x`, `y` (n): the source's pixels that are not black, each once. `colour` (n): its row of `palette` (m, 3).
        """
        import numpy as np

        out = np.zeros((self._target[1], self._target[0], 3), np.uint8)
        if len(x):
            (self._shrink if self._smaller else self._enlarge)(out, x, y, colour, palette)
        return out

    def _shrink(self, out: Picture, x: Whole, y: Whole, colour: Whole, palette: Picture) -> None:
        """Add each pixel's shares to the one, two or four new pixels that it lies in."""
        import numpy as np

        (to_x, here_x, next_x), (to_y, here_y, next_y) = self._shares
        left, top, right, bottom = to_x[x.min()], to_y[y.min()], to_x[x.max()] + 2, to_y[y.max()] + 2
        width, height = int(right - left), int(bottom - top)
        place = (to_y[y] - top) * width + (to_x[x] - left)
        in_x, in_y, over_x, over_y = here_x[x], here_y[y], next_x[x], next_y[y]
        split_x, split_y = np.flatnonzero(over_x), np.flatnonzero(over_y)
        split = split_x[over_y[split_x] > 0]
        where = np.concatenate((place, place[split_x] + 1, place[split_y] + width, place[split] + width + 1))
        weight = np.concatenate(
            (
                in_x * in_y,
                over_x[split_x] * in_y[split_x],
                in_x[split_y] * over_y[split_y],
                over_x[split] * over_y[split],
            )
        )
        hue = np.concatenate((colour, colour[split_x], colour[split_y], colour[split]))
        # Whole numbers below 2^53 are exact: nothing depends on the order of the pixels.
        scaled = palette.astype(np.float64)
        whole = float(self._source[0] * self._source[1])
        crop = out[top:bottom, left:right]
        for channel in range(3):
            total = np.bincount(where, weight * scaled[hue, channel], width * height).reshape(height, width)
            crop[..., channel] = np.rint(total / whole)[: crop.shape[0], : crop.shape[1]]

    def _enlarge(self, out: Picture, x: Whole, y: Whole, colour: Whole, palette: Picture) -> None:
        """Weigh the neighbours of each new pixel, tile by tile where there is something."""
        import numpy as np

        width, height = self._source
        source = np.zeros((height, width, 3), np.float32)
        source[y, x] = palette[colour]
        coarse = np.zeros(((height >> _COARSE) + 1, (width >> _COARSE) + 1), bool)
        coarse[y >> _COARSE, x >> _COARSE] = True
        across, down = self._tiles
        for row in down:
            for column in across:
                if not coarse[row.coarse, column.coarse].any():
                    continue
                block = source[row.old, column.old]
                high = row.weight @ block.reshape(len(block), -1)
                turned = high.reshape(len(high), -1, 3).transpose(1, 0, 2)
                wide = column.weight @ turned.reshape(len(turned), -1)
                tile = np.clip(np.rint(wide), 0, 255).reshape(len(wide), -1, 3)
                out[row.new, column.new] = tile.transpose(1, 0, 2)


class _Tile(NamedTuple):
    """Some new rows (or columns), the old ones that they are made of, and the weights (new, old)."""

    new: slice
    old: slice
    coarse: slice
    """The old ones in units of 2^_COARSE."""
    weight: NDArray[np.float32]


@functools.lru_cache(16)
def _shares(source: int, target: int) -> tuple[Whole, Real, Real]:
    """For each old pixel: the new one it begins in, its share in that one and in the next. A new one is `source`."""
    import numpy as np

    begin = np.arange(source) * target
    cell = begin // source
    here = np.minimum((cell + 1) * source - begin, target)
    return cell, here.astype(np.float64), (target - here).astype(np.float64)


def _taps(source: int, target: int, lanczos: bool) -> tuple[Whole, Real]:
    """For each new pixel: the old ones it is made of, and their weights. Both (target, taps)."""
    import numpy as np

    new = np.arange(target)
    if lanczos:
        at = (new + 0.5) * source / target - 0.5
        base = np.floor(at).astype(np.int64)
        offsets = np.arange(-3, 5)
        apart = (at - base)[:, None] - offsets
        near = np.where(abs(apart) < 1e-6, 1.0, apart)
        weight = np.where(apart == near, np.sin(math.pi * near) * np.sin(math.pi / 4 * near) / near**2, math.pi**2 / 4)
    else:
        base = new * source // target
        part = (new + 1) - (base + 1) * target / source
        part = np.where(part <= 0, 0.0, part - np.floor(part))
        offsets, weight = np.arange(2), np.stack((1 - part, part), axis=1)
    weight = weight / weight.sum(axis=1, keepdims=True)
    return np.clip(base[:, None] + offsets, 0, source - 1), weight


@functools.lru_cache(16)
def _tiles(source: int, target: int, lanczos: bool) -> tuple[_Tile, ...]:
    import numpy as np

    taps, weight = _taps(source, target, lanczos)
    found: list[_Tile] = []
    for begin in range(0, target, _TILE):
        part = slice(begin, min(begin + _TILE, target))
        first, last = int(taps[part].min()), int(taps[part].max())
        block = np.zeros((part.stop - begin, last + 1 - first), np.float32)
        np.add.at(block, (np.arange(len(block))[:, None], taps[part] - first), weight[part])
        coarse = slice(first >> _COARSE, (last >> _COARSE) + 1)
        found.append(_Tile(part, slice(first, last + 1), coarse, block))
    return tuple(found)

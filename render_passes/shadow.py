"""The key light's shadow over a whole shot: what it must cover, and what must not cast it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .evaluation import Moment
from .geometry import corners_of
from .light import Look, ShadowFrame, fit
from .raster import SHADOW_SIZE, Buffers, Raster, Uploads

__all__ = ["shadow_for"]

_PROBE = (160, 96)
_SHELL = 0.30
"""An object that alone would put this part of the picture in its shadow is a roof or a wall."""
_MOST_SHELLS = 24


def shadow_for(moments: Sequence[Moment], look: Look, uploads: Uploads | None = None) -> ShadowFrame:
    """The light's view that fits what a shot shows, from a few of its moments.

    Roofs and walls between the light and most of what is seen cast no shadow: the light is the
    artist's key, not the sun, and would otherwise leave every interior in the dark.
    """
    raster = Raster(*_PROBE, frozenset({"clay", "ids"}), uploads)
    try:
        views = [(m, raster.draw(m.items, m.view, m.projection)) for m in moments]
        clouds = [_points(moment, buffers) for moment, buffers in views]
        seen = np.concatenate([points for points, _ in clouds])
        everything = np.concatenate([corners_of(moment.items) for moment in moments])
        if not len(seen):
            seen = everything
        shells: set[int] = set()
        while len(shells) < _MOST_SHELLS:
            shadow = fit(look.key, seen, everything, SHADOW_SIZE, sorted(shells))
            worst = _worst(raster, moments, clouds, shadow)
            if worst is None:
                break
            shells.add(worst)
        return fit(look.key, seen, everything, SHADOW_SIZE, sorted(shells))
    finally:
        raster.free()


def _points(moment: Moment, buffers: Buffers) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """World positions (n, 3) and object ids (n,) of what a probe shows."""
    assert buffers.ids is not None
    height, width = buffers.depth.shape
    rows, columns = np.nonzero(buffers.depth > 0)
    depth = buffers.depth[rows, columns].astype(np.float64)
    lens = moment.projection
    across, up = 2 * (columns + 0.5) / width - 1, 1 - 2 * (rows + 0.5) / height
    # Clip w is the depth for a perspective lens and 1 for an orthographic one.
    w = depth if abs(lens[3, 3]) < 0.5 else np.ones_like(depth)
    clip = np.stack((across * w, up * w, -lens[2, 2] * depth + lens[2, 3], w))
    world = np.linalg.inv(lens @ moment.view) @ clip
    return (world[:3] / world[3]).T, buffers.ids[rows, columns, 0].astype(np.int64)


def _worst(
    raster: Raster,
    moments: Sequence[Moment],
    clouds: Sequence[tuple[NDArray[np.float64], NDArray[np.int64]]],
    shadow: ShadowFrame,
) -> int | None:
    """The object that shades more than its part of what is seen, if any."""
    shaded: Counter[int] = Counter()
    total = 0
    for moment, (points, own) in zip(moments, clouds, strict=True):
        light = raster.probe_shadow(moment.items, shadow)
        clip = np.c_[points, np.ones(len(points))] @ shadow.matrix.T
        at = np.clip(((clip[:, :2] * 0.5 + 0.5) * SHADOW_SIZE).astype(np.int64), 0, SHADOW_SIZE - 1)
        caster = light[at[:, 1], at[:, 0]]
        dark = (caster[:, 0] < clip[:, 2] - 4 * shadow.bias) & (caster[:, 1].astype(np.int64) != own)
        shaded.update(caster[dark, 1].astype(np.int64).tolist())
        total += len(points)
    if not shaded or not total:
        return None
    worst, count = shaded.most_common(1)[0]
    return worst if count > _SHELL * total else None

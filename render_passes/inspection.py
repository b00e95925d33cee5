"""What the artist should know of a shot before a model sees it: a camera in a wall, a cut-off subject."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .evaluation import Moment
from .geometry import boxes_of
from .raster import Raster, Uploads

__all__ = ["findings"]

_SIZE = (160, 96)
_WIDER = 1e-3
"""The probe sees from this part of the near clip distance to its inverse times the far one."""
_PART = 0.004
"""Cut-off things below this part of the picture are not worth a word."""


def findings(
    number: str,
    frames: Sequence[int],
    moments: Sequence[Moment],
    near: float,
    far: float,
    uploads: Uploads | None = None,
) -> list[str]:
    """Sentences about a camera inside things and about what its clip range cuts, from a few moments.

    `frames` are the layout frames of the moments, `near` and `far` the camera's clip range in metres.
    """
    cut: dict[str, tuple[Counter[str], int]] = {}
    inside: tuple[str, int] | None = None
    raster = Raster(*_SIZE, frozenset({"ids"}), uploads)
    try:
        for frame, moment in zip(frames, moments, strict=True):
            names = {item.object_id: item.name for item in moment.items}
            buffers = raster.draw(moment.items, moment.view, _wider(moment.projection, near, far))
            assert buffers.ids is not None
            ids = buffers.ids[:, :, 0].astype(np.int64)
            for side, beyond in (("near", (buffers.depth > 0) & (buffers.depth < near)), ("far", buffers.depth > far)):
                if beyond.mean() > _PART:
                    found = Counter(names[number] for number in ids[beyond].tolist())
                    before = cut.get(side)
                    cut[side] = ((before[0] if before else Counter()) + found, before[1] if before else frame)
            inside = inside or _enclosing(moment, buffers.depth, near, frame)
    finally:
        raster.free()
    said: list[str] = []
    if inside:
        said.append(
            f"{number}: the camera is inside or right against {inside[0]!r} at frame {inside[1]}: move one of them."
        )
    for side, (found, frame) in cut.items():
        things = ", ".join(repr(name) for name, _ in found.most_common(3))
        limit, hint = (near, "smaller") if side == "near" else (far, "larger")
        said.append(
            f"{number}: the camera's clip range cuts {things} at frame {frame} ({side} limit {limit:g} m): "
            f"make its {'start' if side == 'near' else 'end'} {hint}."
        )
    return said


def _wider(lens: NDArray[np.float64], near: float, far: float) -> NDArray[np.float64]:
    """The same view with a much wider clip range."""
    near, far = near * _WIDER, far / _WIDER
    wider = lens.copy()
    if abs(lens[3, 3]) < 0.5:
        wider[2, 2], wider[2, 3] = -(far + near) / (far - near), -2 * far * near / (far - near)
    else:
        wider[2, 2], wider[2, 3] = -2 / (far - near), -(far + near) / (far - near)
    return wider


def _enclosing(moment: Moment, depth: NDArray[np.float32], near: float, frame: int) -> tuple[str, int] | None:
    """The smallest thing whose box holds the camera while most of the picture is right before it."""
    seen = depth[depth > 0]
    if not len(seen) or (seen < 3 * near).mean() < 0.5:
        return None
    eye = np.linalg.inv(moment.view)[:3, 3]
    boxes = boxes_of(moment.items)
    low, high = boxes.min(axis=1) - near, boxes.max(axis=1) + near
    holds = ((low <= eye) & (eye <= high)).all(axis=1)
    if not holds.any():
        return None
    volumes = np.where(holds, np.prod(high - low, axis=1), np.inf)
    return moment.items[int(volumes.argmin())].name, frame

"""Depth: planar distance to the camera in metres, shown with one range for the whole shot."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["DepthRange", "encode"]


class DepthRange:
    """Gathers depth frames and finds the near and far that show the shot.

    The range runs from the 0.5th to the 99.5th percentile of everything seen, over all frames, so
    that a speck near the lens does not flatten the rest and nothing flickers.
    """

    _SAMPLES = 20_000
    """Pixels looked at per frame; percentiles of a picture settle well below this."""

    def __init__(self) -> None:
        self._seen: list[NDArray[np.float32]] = []

    def add(self, depth: NDArray[np.float32]) -> None:
        """Add a frame: float32 (h, w) in metres, 0 where there is nothing."""
        step = max(1, depth.size // self._SAMPLES)
        sample = depth.ravel()[::step]
        self._seen.append(sample[sample > 0])

    def range(self) -> tuple[float, float] | None:
        """(near, far) in metres with near < far, or None when nothing was in front of the camera."""
        seen = np.concatenate(self._seen) if self._seen else np.empty(0, np.float32)
        if not len(seen):
            return None
        near, far = (float(value) for value in np.percentile(seen, (0.5, 99.5)))
        if far - near < 1e-6 * max(far, 1.0):
            far = near + max(1e-3, 0.01 * near)
        return near, far


def encode(depth: NDArray[np.float32], near: float, far: float) -> NDArray[np.uint8]:
    """Linear depth as uint8 (h, w): `near` is white, `far` and nothing are black."""
    shown = np.clip((far - depth) / (far - near), 0.0, 1.0)
    # 1..255 for surfaces, 0 for nothing at all, so that a far wall is not a hole.
    return np.where(depth > 0, np.rint(1.0 + 254.0 * shown), 0.0).astype(np.uint8)

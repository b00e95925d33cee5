"""Depth: planar distance to the camera in metres, kept as floats and shown with one range for the shot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..core.errors import SceneError
from ..core.model import DepthEncoding
from ..media.array_file import ArrayWriter, read_arrays
from ..media.movie import MovieWriter
from .outputs import Output
from .plan import Plan
from .raster import Buffers

__all__ = ["Depth", "DepthRange", "encode"]


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


def encode(depth: NDArray[np.float32], near: float, far: float, how: DepthEncoding = "linear") -> NDArray[np.uint8]:
    """Depth as uint8 (h, w): `near` is white, `far` is almost black, nothing at all is 0.

    `linear` is even in metres, `disparity` in 1/metres, as monocular depth networks (MiDaS) show it
    and VACE was trained on. `per-frame` is disparity too, with the frame's own range as near and far.
    """
    if how != "linear":
        with np.errstate(divide="ignore"):
            shown = (1.0 / depth - 1.0 / far) / (1.0 / near - 1.0 / far)
    else:
        shown = (far - depth) / (far - near)
    # 1..255 for surfaces, 0 for nothing at all, so that a far wall is not a hole.
    levels = np.rint(1.0 + 254.0 * np.clip(shown, 0.0, 1.0))
    return np.where(depth > 0, levels, 0.0).astype(np.uint8)


class Depth(Output):
    """`depth.npz` (metres, float16, array `depth` of shape (frames, h, w)) and `depth.mp4`.

    Both are data: no view transform. The movie is written when every frame is known, because its
    range is the whole shot's.
    """

    def __init__(self, folder: Path, plan: Plan) -> None:
        super().__init__(folder, plan)
        self._path = folder / "depth.npz"
        self._writer = self.keep(ArrayWriter(self._path, "depth", (plan.frames, plan.height, plan.width)))
        self._range = DepthRange()

    def add(self, index: int, buffers: Buffers) -> None:
        self._range.add(buffers.depth)
        self._writer.write(buffers.depth)

    def finish(self) -> dict[str, object]:
        super().finish()
        plan = self.plan
        found = self._range.range()
        if found is None:
            raise SceneError(nothing_seen(plan))
        movie = self.folder / "depth.mp4"
        with MovieWriter(movie, plan.width, plan.height, plan.fps, "gray") as writer:
            for metres in read_arrays(self._path, "depth"):
                near, far = _own_range(metres, found) if plan.depth_encoding == "per-frame" else found
                writer.write(encode(metres, near, far, plan.depth_encoding))
        return {"depth_near": found[0], "depth_far": found[1]}


def _own_range(metres: NDArray[np.float32], otherwise: tuple[float, float]) -> tuple[float, float]:
    own = DepthRange()
    own.add(metres)
    return own.range() or otherwise


def nothing_seen(plan: Plan) -> str:
    """The sentence for a shot that shows nothing."""
    shot = plan.shot
    return (
        f"{shot.number}: nothing is in front of the camera {shot.camera!r} in frames {shot.first}-{shot.last}: "
        "turn the camera to the scene, or check what is hidden from renders and the camera's clip range."
    )

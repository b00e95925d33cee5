"""Flow: how far each point has moved since the frame before."""

from __future__ import annotations

from pathlib import Path

from ..media.array_file import ArrayWriter
from .outputs import Output
from .plan import Plan
from .raster import Buffers

__all__ = ["Flow"]


class Flow(Output):
    """`flow.npz`: pixels since the picture before, right and up, float16, array `flow` (frames, h, w, 2).

    The first frame is zero. Data for warping and checks; there is no movie of it.
    """

    needs = frozenset({"flow"})

    def __init__(self, folder: Path, plan: Plan) -> None:
        super().__init__(folder, plan)
        shape = (plan.frames, plan.height, plan.width, 2)
        self._writer = self.keep(ArrayWriter(folder / "flow.npz", "flow", shape))

    def add(self, index: int, buffers: Buffers) -> None:
        assert buffers.flow is not None
        self._writer.write(buffers.flow)

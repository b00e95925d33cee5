"""Edges: clean line art from depth, normals and ids."""

from __future__ import annotations

from pathlib import Path

from ..media.movie import MovieWriter
from .outputs import Output
from .plan import Plan
from .raster import Buffers

__all__ = ["Edges"]


class Edges(Output):
    """`edges.mp4`: white lines on black, as line-art control models take them."""

    needs = frozenset({"clay"})

    def __init__(self, folder: Path, plan: Plan) -> None:
        super().__init__(folder, plan)
        self._writer = self.keep(
            MovieWriter(folder / "edges.mp4", plan.width, plan.height, plan.fps, "gray", flipped=True)
        )

    def add(self, index: int, buffers: Buffers) -> None:
        assert buffers.lines is not None
        self._writer.write(buffers.lines)

"""Normals: which way surfaces face, seen from the camera."""

from __future__ import annotations

from pathlib import Path

from ..media.movie import MovieWriter
from .outputs import Output
from .plan import Plan
from .raster import Buffers

__all__ = ["Normal"]


class Normal(Output):
    """`normal.mp4`: view-space normals as RGB, X right, Y up, Z to the camera; 128 is 0 (OpenGL convention)."""

    needs = frozenset({"normal"})

    def __init__(self, folder: Path, plan: Plan) -> None:
        super().__init__(folder, plan)
        self._writer = self.keep(
            MovieWriter(folder / "normal.mp4", plan.width, plan.height, plan.fps, "rgb0", flipped=True)
        )

    def add(self, index: int, buffers: Buffers) -> None:
        assert buffers.normal is not None
        self._writer.write(buffers.normal)

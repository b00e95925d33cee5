"""Who draws a package: our own rasteriser, or Cycles where a scene has what a rasteriser can't draw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from .compat import gpu_name
from .evaluation import Evaluation, Moment
from .fallback import Fallback
from .light import Look
from .raster import Buffers, Raster, Uploads
from .shadow import shadow_for

__all__ = ["Engine", "engine_for"]


class Engine(Protocol):
    """Draws the moments of one evaluation."""

    name: str
    """Engine and driver, for the record."""
    notes: list[str]
    """Why it was chosen and what it draws differently."""

    def ready(self, wants: frozenset[str]) -> None:
        """Called once before the first frame, with the buffers that are wanted."""
        ...

    def draw(self, index: int, moment: Moment) -> Buffers:
        """Frame `index`, from 0."""
        ...


class _Gpu:
    """Our own drawing."""

    def __init__(self, evaluation: Evaluation, look: Look, some: Sequence[Moment], uploads: Uploads) -> None:
        self.name = f"gpu: {gpu_name()}"
        self.notes: list[str] = []
        self._plan = evaluation.plan
        self._look = look
        self._some = some
        self._uploads = uploads
        self._raster: Raster | None = None

    def ready(self, wants: frozenset[str]) -> None:
        self._shadow = shadow_for(self._some, self._look, self._uploads) if wants & {"clay", "normal", "mask"} else None
        self._raster = Raster(self._plan.width, self._plan.height, wants, self._uploads)

    def draw(self, index: int, moment: Moment) -> Buffers:
        assert self._raster is not None
        return self._raster.draw(moment.items, moment.view, moment.projection, self._look, self._shadow)

    def close(self) -> None:
        if self._raster is not None:
            self._raster.free()


class _Cycles:
    """The fallback, entered."""

    def __init__(self, fallback: Fallback, evaluation: Evaluation) -> None:
        self.name = fallback.engine_name
        number = evaluation.plan.shot.number
        self.notes = [*(f"{number}: drawn by Cycles. {reason}" for reason in fallback.why), *fallback.notes]
        self._fallback = fallback
        self._times = evaluation.plan.times
        self._wants: frozenset[str] = frozenset()

    def ready(self, wants: frozenset[str]) -> None:
        self._wants = wants

    def draw(self, index: int, moment: Moment) -> Buffers:
        return self._fallback.draw(*self._times[index], self._wants)


@contextmanager
def engine_for(evaluation: Evaluation, look: Look, some: Sequence[Moment], uploads: Uploads) -> Iterator[Engine]:
    """The engine that can draw what the evaluation's scene has; `some` are a few of its moments.

    Everything it changes in the scene is as before when it is left.
    """
    found = evaluation.found
    if found is not None and found.sentences():
        # Shells are asked for before Cycles adds its own lights and camera to the scene.
        shells = shadow_for(some, look, uploads).shells
        with Fallback(evaluation, look, shells, found) as fallback:
            yield _Cycles(fallback, evaluation)
        return
    drawing = _Gpu(evaluation, look, some, uploads)
    try:
        yield drawing
    finally:
        drawing.close()

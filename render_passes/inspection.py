"""What the artist should know of a shot before a model sees it: a camera in a wall, a cut-off subject."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..core.preflight.facts import Remarks
from .evaluation import Moment
from .geometry import Instance, boxes_of
from .raster import Raster, Uploads

__all__ = ["Glimpse", "Probe", "Sight", "findings", "remarks"]

_SIZE = (160, 96)
_WIDER = 1e-3
"""The probe sees from this part of the near clip distance to its inverse times the far one."""
_PART = 0.004
"""Cut-off things below this part of the picture are not worth a word."""
_ALL = 0.98
"""A thing that fills this part of the picture leaves nothing else to see."""


@dataclass(frozen=True)
class Glimpse:
    """A small picture of a moment, rows from the top; 0 is nothing."""

    depth: NDArray[np.float32]
    """Scene units along the viewing axis, (h, w)."""
    objects: NDArray[np.int64]
    assets: NDArray[np.int64]
    """Numbers as of the instances, (h, w)."""


@dataclass(frozen=True)
class Sight:
    """What a picture of a moment shows."""

    fills: dict[int, float]
    """Part of the picture in which each asset is seen, by its number."""
    nearest: float | None
    """Of what is seen, in scene units along the viewing axis."""
    inside: str
    """Name of what the camera is inside of or right against."""
    walls: Instance | None
    """What is all around the camera, and all that is seen: a crate, a mountain, an empty room."""


class Probe:
    """Looks at moments in passing; call `free` when done."""

    def __init__(self, uploads: Uploads | None = None) -> None:
        self._raster = Raster(*_SIZE, frozenset({"ids"}), uploads)

    def look(self, moment: Moment, near: float, far: float) -> Glimpse:
        """What is there, whether or not the clip range from `near` to `far` cuts it."""
        return self.look_through(moment, _wider(moment.projection, near, far))

    def look_through(self, moment: Moment, projection: NDArray[np.float64]) -> Glimpse:
        """What is seen of a moment with another lens."""
        buffers = self._raster.draw(moment.items, moment.view, projection)
        assert buffers.ids is not None
        ids = buffers.ids.astype(np.int64)
        return Glimpse(buffers.depth, ids[:, :, 0], ids[:, :, 1])

    def sight(self, moment: Moment, near: float, far: float) -> Sight:
        """What the camera shows, and what it is in; what its clip range cuts away can't be seen, but be around it."""
        everything = seen = self.look(moment, near, far)
        if ((seen.depth > 0) & ((seen.depth < near) | (seen.depth > far))).any():
            seen = self.look_through(moment, moment.projection)
        numbers, counts = np.unique(seen.assets, return_counts=True)
        parts = (counts / seen.assets.size).tolist()
        depth = seen.depth[seen.depth > 0]
        return Sight(
            fills={number: part for number, part in zip(numbers.tolist(), parts, strict=True) if number},
            nearest=float(depth.min()) if len(depth) else None,
            inside=_enclosing(moment, everything.depth, near),
            walls=_walls(moment, everything),
        )

    def free(self) -> None:
        """Give the graphics memory back."""
        self._raster.free()


def findings(
    number: str,
    frames: Sequence[int],
    moments: Sequence[Moment],
    near: float,
    far: float,
    uploads: Uploads | None = None,
) -> list[str]:
    """What `remarks` says, sentence by sentence."""
    found = remarks(number, frames, moments, near, far, uploads)
    return [*filter(None, [found.inside]), *found.cut]


def remarks(
    number: str,
    frames: Sequence[int],
    moments: Sequence[Moment],
    near: float,
    far: float,
    uploads: Uploads | None = None,
) -> Remarks:
    """Sentences about a camera inside things and about what its clip range cuts, from a few moments.

    `frames` are the layout frames of the moments, `near` and `far` the camera's clip range in metres.
    """
    cut: dict[str, tuple[Counter[str], int]] = {}
    inside: tuple[str, int] | None = None
    probe = Probe(uploads)
    try:
        for frame, moment in zip(frames, moments, strict=True):
            names = {item.object_id: item.name for item in moment.items}
            seen = probe.look(moment, near, far)
            for side, beyond in (("near", (seen.depth > 0) & (seen.depth < near)), ("far", seen.depth > far)):
                if beyond.mean() > _PART:
                    found = Counter(names[number] for number in seen.objects[beyond].tolist())
                    before = cut.get(side)
                    cut[side] = ((before[0] if before else Counter()) + found, before[1] if before else frame)
            if inside is None and (name := _enclosing(moment, seen.depth, near)):
                inside = name, frame
    finally:
        probe.free()
    said = [_cut_off(number, side, limit, *cut[side]) for side, limit in (("near", near), ("far", far)) if side in cut]
    if not inside:
        return Remarks(cut=tuple(said))
    name, frame = inside
    text = f"{number}: the camera is inside or right against {name!r} at frame {frame}: move one of them."
    return Remarks(text, tuple(said))


def _cut_off(number: str, side: str, limit: float, found: Counter[str], frame: int) -> str:
    things = ", ".join(repr(name) for name, _ in found.most_common(3))
    end, hint = ("start", "smaller") if side == "near" else ("end", "larger")
    return (
        f"{number}: the camera's clip range cuts {things} at frame {frame} ({side} limit {limit:g} m): "
        f"make its {end} {hint}."
    )


def _wider(lens: NDArray[np.float64], near: float, far: float) -> NDArray[np.float64]:
    """The same view with a much wider clip range."""
    near, far = near * _WIDER, far / _WIDER
    wider = lens.copy()
    if abs(lens[3, 3]) < 0.5:
        wider[2, 2], wider[2, 3] = -(far + near) / (far - near), -2 * far * near / (far - near)
    else:
        wider[2, 2], wider[2, 3] = -2 / (far - near), -(far + near) / (far - near)
    return wider


def _enclosing(moment: Moment, depth: NDArray[np.float32], near: float) -> str:
    """Name of the smallest thing whose box holds the camera while most of the picture is right before it, or ""."""
    seen = depth[depth > 0]
    if not len(seen) or (seen < 3 * near).mean() < 0.5:
        return ""
    held = _holding(moment, near)
    return moment.items[held[0]].name if held else ""


def _walls(moment: Moment, seen: Glimpse) -> Instance | None:
    """The smallest instance whose box holds the camera, of the object that is seen everywhere."""
    numbers, counts = np.unique(seen.objects, return_counts=True)
    most = int(numbers[counts.argmax()])
    if not most or counts.max() < _ALL * seen.objects.size:
        return None
    held = (moment.items[index] for index in _holding(moment, 0.0))
    return next((item for item in held if item.object_id == most), None)


def _holding(moment: Moment, margin: float) -> list[int]:
    """Indices of the instances whose box, `margin` wider, holds the camera; the smallest first."""
    eye = np.linalg.inv(moment.view)[:3, 3]
    boxes = boxes_of(moment.items)
    low, high = boxes.min(axis=1) - margin, boxes.max(axis=1) + margin
    held = np.nonzero(((low <= eye) & (eye <= high)).all(axis=1))[0]
    volumes = np.prod(high[held] - low[held], axis=1)
    return held[np.argsort(volumes, kind="stable")].tolist()

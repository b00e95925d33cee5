"""The key light of a shot: where it comes from, what casts its shadow, and how clay is lit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import bpy
import numpy as np
from mathutils import Vector
from numpy.typing import NDArray

from .geometry import is_hidden, shown_in, view_layer_of

__all__ = ["Look", "ShadowFrame", "bounds_in", "fit", "key_direction", "look_of"]

Floats = NDArray[np.float64]

_DEFAULT_KEY = (-0.45, -0.55, 0.85)
"""Towards the light where the scene has no sun: high, over the left shoulder of a camera looking along +Y."""

_FURTHER = 0.25
"""How much of its width the light's view grows at each side for the last points that are seen."""


@dataclass(frozen=True)
class Look:
    """How clay is lit and what the masks are coloured. Strengths are linear."""

    key: Floats
    """Unit vector in the world towards the light, (3,)."""
    colours: NDArray[np.float32]
    """RGBA, (2, n, 4): linear clay colour by object number, and mask colour by asset number."""
    key_strength: float = 0.95
    background: tuple[float, float, float, float] = (0.66, 0.66, 0.66, 1.0)
    ambient: tuple[float, float, float, float] = (0.13, 1.3, 0.22, 0.44)
    """Reach in metres and strength of the soft darkening in corners; light from the ground and the sky."""
    ground: float | None = None
    """Height of the plane that only shows shadows, where the scene has no floor of its own."""
    middle: tuple[float, float, float] = (0.0, 0.0, 0.0)
    reach: float = 1.0
    """Around this point and this far, in metres, the plane shows shadows."""


@dataclass(frozen=True)
class ShadowFrame:
    """The light's view of a shot: one for all its frames, so that shadow edges do not crawl."""

    matrix: Floats
    """World to the light's clip space, orthographic, (4, 4)."""
    offset: float
    """How far a lit point is moved off its surface before the map is asked, metres: a texel."""
    bias: float
    """Slack in clip depth."""
    shells: frozenset[int] = field(default_factory=frozenset)
    """Object ids that cast no shadow: roofs and walls that would put everything in the dark."""


def key_direction(depsgraph: bpy.types.Depsgraph) -> Floats:
    """Unit vector in the world towards the key light: the strongest sun that is rendered, else a fixed one.

    It is fixed in the world, so that light does not travel with the camera.
    """
    shown = shown_in(depsgraph.scene)
    suns: list[tuple[float, str, Vector]] = []
    for item in depsgraph.object_instances:
        light = item.object
        if light.type == "LIGHT" and light.data.type == "SUN" and light.data.energy > 0 and not is_hidden(item, shown):
            towards = item.matrix_world.to_3x3() @ Vector((0.0, 0.0, 1.0))
            suns.append((light.data.energy, light.name, towards))
    *_, direction = max(suns, key=lambda sun: sun[:2], default=(0.0, "", Vector(_DEFAULT_KEY)))
    return np.array(direction.normalized())


def look_of(scene: bpy.types.Scene, colours: NDArray[np.float32], boxes: Floats, key: Floats | None = None) -> Look:
    """The look of a scene's clay. `boxes` are the corners of what is in it, (n, 8, 3), in the world.

    `key` is towards the light, unless told that of the scene at its playhead.
    """
    ground, middle, reach = _ground(boxes)
    if key is None:
        key = key_direction(view_layer_of(scene).depsgraph)
    return Look(key=key, colours=colours, ground=ground, middle=middle, reach=reach)


def _ground(boxes: Floats) -> tuple[float | None, tuple[float, float, float], float]:
    """Height of the ground a scene lacks, with what it lies around; None when something is a floor.

    A floor is an object that is as wide and deep as nearly all the rest and lies at its foot.
    """
    if not len(boxes):
        return None, (0.0, 0.0, 0.0), 1.0
    low, high = boxes.min(axis=1), boxes.max(axis=1)
    bottom, top = low.min(axis=0), high.max(axis=0)
    size = np.maximum(top - bottom, 1e-9)
    middle = (bottom + top) / 2
    reach = 2.5 * float(np.linalg.norm(size))
    wide = ((high - low)[:, :2] >= 0.8 * size[:2]).all(axis=1)
    low_enough = low[:, 2] <= bottom[2] + 0.15 * size[2]
    # A single thing is as wide as the rest, but a floor only when it is flat.
    flat = (high - low)[:, 2] <= 0.25 * size[:2].min() if len(boxes) == 1 else np.ones(len(boxes), bool)
    if (wide & low_enough & flat).any():
        return None, tuple(middle), reach
    return float(bottom[2]), tuple(middle), reach


def _basis(key: Floats) -> Floats:
    """Rotation from the world to the light, which looks along its own -Z."""
    z = key / np.linalg.norm(key)
    helper = np.array((0.0, 0.0, 1.0)) if abs(z[2]) < 0.9 else np.array((0.0, 1.0, 0.0))
    x = np.cross(helper, z)
    x /= np.linalg.norm(x)
    return np.stack((x, np.cross(z, x), z))


def bounds_in(rotation: Floats, corners: Floats) -> tuple[Floats, Floats]:
    """Lowest and highest coordinates of points (n, 3) after a rotation."""
    turned = corners @ rotation.T
    return turned.min(axis=0), turned.max(axis=0)


def fit(key: Floats, seen: Floats, everything: Floats, size: int, shells: Sequence[int] = ()) -> ShadowFrame:
    """The light's view that covers the points `seen` (n, 3) and whatever of `everything` stands before them.

    `size` is the map's side in texels. The hundredth part of the points at each end widens the view by a quarter at
    most, so that a horizon does not cost the room its shadows.
    """
    rotation = _basis(key)
    turned = seen @ rotation.T
    low, high = np.percentile(turned, 1.0, axis=0), np.percentile(turned, 99.0, axis=0)
    width = np.maximum(high - low, 1e-3)
    margin = 0.02 * width + 1e-3
    low = np.maximum(turned.min(axis=0), low - _FURTHER * width) - margin
    high = np.minimum(turned.max(axis=0), high + _FURTHER * width) + margin
    _, top = bounds_in(rotation, everything)
    bottom = min(low[2], turned[:, 2].min())
    near, far = max(top[2], high[2]) + 1e-3, bottom - 1e-3
    centre, half = (low + high) / 2, (high - low) / 2
    depth = max(near - far, 1e-6)
    matrix = np.eye(4)
    matrix[:3, :3] = rotation
    projection = np.array(
        [
            [1 / half[0], 0, 0, -centre[0] / half[0]],
            [0, 1 / half[1], 0, -centre[1] / half[1]],
            [0, 0, -2 / depth, (near + far) / depth],
            [0, 0, 0, 1],
        ]
    )
    texel = 2 * float(max(half[0], half[1])) / size
    return ShadowFrame(projection @ matrix, 1.5 * texel, 2 * 0.75 * texel / depth, frozenset(shells))

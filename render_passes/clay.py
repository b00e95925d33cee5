"""Clay: the layout as a neutral model under one key light."""

from __future__ import annotations

import bpy
import numpy as np
from mathutils import Vector
from numpy.typing import NDArray

__all__ = ["BACKGROUND", "FRAGMENT", "key_direction", "picture"]

BACKGROUND = (0.80, 0.80, 0.80)
"""Grey behind everything, display-referred: light, so that silhouettes read."""

# Lambert key over a hemispherical ambient (sky brighter than ground), both neutral. Values are
# linear and encoded with a 2.2 power: models copy colour, so there is none.
FRAGMENT = """
vec3 clay(vec3 normal, vec3 key, vec3 up)
{
  float lit = max(dot(normal, key), 0.0);
  float ambient = mix(0.16, 0.34, 0.5 + 0.5 * dot(normal, up));
  return vec3(pow(min(0.62 * (ambient + 0.78 * lit), 1.0), 1.0 / 2.2));
}
"""

_DEFAULT_KEY = Vector((-0.45, -0.55, 0.70)).normalized()
"""Towards the light where the scene has none: high, from the left of a camera that looks along +Y."""


def key_direction(scene: bpy.types.Scene) -> Vector:
    """Unit vector in the world towards the key light: the strongest sun, else a fixed one.

    It is fixed in the world, so that light does not travel with the camera.
    """
    suns = [
        obj
        for obj in scene.objects
        if obj.type == "LIGHT" and obj.data.type == "SUN" and not obj.hide_render and obj.data.energy > 0
    ]
    if not suns:
        return _DEFAULT_KEY.copy()
    strongest = max(suns, key=lambda obj: (obj.data.energy, obj.name))
    return (strongest.matrix_world.to_3x3() @ Vector((0.0, 0.0, 1.0))).normalized()


def picture(colour: NDArray[np.uint8], scale: int) -> NDArray[np.uint8]:
    """Average blocks of scale × scale pixels: (h·s, w·s, 4) RGBA to (h, w, 3) RGB, uint8."""
    rgb = colour[:, :, :3]
    if scale == 1:
        return np.ascontiguousarray(rgb)
    total = sum(rgb[y::scale, x::scale].astype(np.uint16) for y in range(scale) for x in range(scale))
    return ((total + scale * scale // 2) // (scale * scale)).astype(np.uint8)

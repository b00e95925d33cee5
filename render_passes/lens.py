"""The camera of a shot at one time, as plain numbers in metres, millimetres and degrees."""

from __future__ import annotations

import bpy
import numpy as np
from numpy.typing import NDArray

from ..core.brief.track import Matrix, Sample
from ..core.shot import Shot
from .geometry import camera_projection

__all__ = ["View", "metres_per_unit", "read_camera"]

Floats = NDArray[np.float64]

View = tuple[Floats, Floats]
"""View matrix (world to camera) and projection matrix, in scene units, as pictures are drawn with them."""

_NEAREST_FOCUS = 1e-5
"""Blender's own lower limit of a focus distance, in scene units (BKE_camera_object_dof_distance)."""


def metres_per_unit(scene: bpy.types.Scene) -> float:
    """How long a scene unit is. Without a unit system Blender leaves the scale out, and so do we."""
    units = scene.unit_settings
    return 1.0 if units.system == "NONE" else units.scale_length


def read_camera(
    camera: bpy.types.Object, depsgraph: bpy.types.Depsgraph, shot: Shot, frame: int
) -> tuple[Sample, View]:
    """The camera now, and how it draws. What stands before and under it is left out of the sample.

    The sensor is read off the projection, so sensor fit, picture shape, pixel aspect and shift are what is drawn. The
    matrix is that of the picture too: where a parent mirrors the camera it mirrors the picture, as in Blender.
    """
    scene = depsgraph.scene
    unit = metres_per_unit(scene)
    view, projection = (np.array(each) for each in camera_projection(camera, depsgraph, scene, shot.width, shot.height))
    evaluated = camera.evaluated_get(depsgraph)
    lens = evaluated.data
    matrix = np.linalg.inv(view)
    matrix[:3, 3] *= unit
    across, up = 2 / projection[0, 0], 2 / projection[1, 1]
    width = 0.0
    if lens.type == "ORTHO":
        width = across * unit
        sensor = lens.sensor_width, lens.sensor_width * up / across
        offset = -projection[0, 3], -projection[1, 3]
    else:
        sensor = lens.lens * across, lens.lens * up
        offset = projection[0, 2], projection[1, 2]
    longer = max(sensor)
    shift = offset[0] * sensor[0] / longer / 2, offset[1] * sensor[1] / longer / 2
    focus, fstop = _focus(evaluated, depsgraph)
    sample = Sample(
        frame=frame,
        matrix=_rows(matrix),
        lens=lens.lens,
        sensor=(float(sensor[0]), float(sensor[1])),
        shift=(_number(shift[0]), _number(shift[1])),
        width=float(width),
        focus=None if focus is None else focus * unit,
        fstop=fstop,
    )
    return sample, (view, projection)


def _focus(camera: bpy.types.Object, depsgraph: bpy.types.Depsgraph) -> tuple[float | None, float | None]:
    """Distance in focus along the axis, in scene units, and f-stop; None without depth of field.

    As Blender measures it (BKE_camera_object_dof_distance): to the object's origin, or to the head of its bone.
    """
    settings = camera.data.dof
    if not settings.use_dof:
        return None, None
    aim = settings.focus_object
    distance = settings.focus_distance
    if aim is not None:
        aim = aim.original.evaluated_get(depsgraph)
        place = aim.matrix_world
        bone = aim.pose.bones.get(settings.focus_subtarget) if aim.pose else None
        if bone is not None:
            place = place @ bone.matrix
        place_of_camera = camera.matrix_world
        axis = place_of_camera.col[2].to_3d().normalized()
        distance = abs(axis.dot(place.translation - place_of_camera.translation))
    return max(distance, _NEAREST_FOCUS), settings.aperture_fstop


def _rows(matrix: Floats) -> Matrix:
    a, b, c, d = (tuple(row) for row in matrix.tolist())
    return a, b, c, d


def _number(value: float) -> float:
    """Without what rounding leaves of nothing."""
    return float(value) if abs(value) > 1e-7 else 0.0

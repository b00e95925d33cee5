"""The scene at every time of a plan: evaluated once, fingerprinted, and kept for drawing when it is small."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray

from ..core.errors import SceneError
from ..core.rigs.data import Recognised
from ..core.shot import Shot
from . import ingredients
from .geometry import Instance, MeshCache, Numbers, camera_projection, instances, view_layer_of
from .light import key_direction
from .mask_colours import colour_of
from .owners import Owners
from .people import Cast, Person, people_digest
from .plan import Plan
from .suitability import Survey, survey

__all__ = ["CODE_VERSION", "Evaluation", "Moment", "camera_of", "viewport_colour"]

CODE_VERSION = 4
"""Counted up whenever the same scene would be drawn differently; part of every fingerprint."""

_KEEP_BYTES = 768 * 1024 * 1024
"""Deforming meshes kept between fingerprint and drawing; above this the frames are evaluated again."""

_SHOW_ASSETS = {"edges", "board", "pose", "mask", "layout"}
"""Passes that differ with what belongs together: lines go where one asset ends."""

_INSTANCE_BYTES = 600
"""About what an instance of a kept moment takes, besides its mesh."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Moment:
    """The scene at one time."""

    items: list[Instance]
    view: NDArray[np.float64]
    projection: NDArray[np.float64]
    digest: bytes
    """Of everything a picture of this moment depends on."""
    people: tuple[Person, ...] = ()
    """Everybody whose joints are known, where the plan asks for poses."""


def camera_of(scene: bpy.types.Scene, shot: Shot) -> bpy.types.Object:
    """The shot's camera. Raises SceneError when it is gone or can't be drawn with straight lines."""
    camera = scene.objects.get(shot.camera or "")
    if camera is None or camera.type != "CAMERA":
        raise SceneError(f"{shot.number} has no camera in the scene {scene.name!r}: choose one in the Shot panel.")
    if camera.data.type not in ("PERSP", "ORTHO", "PANO"):
        raise SceneError(
            f"{shot.number}: the camera {camera.name!r} is a {camera.data.type.lower()} one, which video models "
            "can't follow: make it perspective or orthographic."
        )
    return camera


class Evaluation:
    """The moments of a plan in one scene. Use inside `as_rendered`; it moves the playhead.

    `objects` and `assets` number what is seen, the same through the shot. As soon as the first moment was evaluated,
    `key` is the light there and `found` what our own drawing can't show. `recognised`: what is known of the scene's
    armatures, by full name, for poses; `strangers` are those that are no people. `owners` say which asset each
    thing is, where a pass of the plan shows that.
    """

    def __init__(
        self,
        scene: bpy.types.Scene,
        plan: Plan,
        cache: MeshCache,
        recognised: Mapping[str, Recognised] | None = None,
        owners: Owners | None = None,
    ) -> None:
        self.scene = scene
        self.plan = plan
        self.camera = camera_of(scene, plan.shot)
        self.layer = view_layer_of(scene)
        self.objects, self.assets = Numbers(), Numbers()
        self.fingerprint = ""
        self.key: NDArray[np.float64] | None = None
        self.found: Survey | None = None
        self._cache = cache
        known = recognised if recognised is not None and "pose" in plan.passes else {}
        # The others look the same whatever is an asset, and their packages stay fresh.
        self.owners = owners if owners and _SHOW_ASSETS & set(plan.passes) else Owners()
        self._cast = Cast(known, self.owners)
        self.strangers = {name: found for name, found in known.items() if not found.humanoid}
        self._kept: list[Moment] | None = []
        self._complete = False

    def moments(self) -> Iterator[Moment]:
        """Every moment in order: from memory when all were kept, else evaluated again."""
        if self._complete and self._kept is not None:
            yield from self._kept
            return
        for frame, subframe in self.plan.times:
            yield self._at(frame, subframe)

    def some(self, count: int) -> tuple[list[int], list[Moment]]:
        """Up to `count` moments spread over the shot, first and last among them, after their frames."""
        last = self.plan.frames - 1
        indices = sorted({round(i * last / max(1, count - 1)) for i in range(count)})
        return [self.plan.times[index][0] for index in indices], self._moments_at(indices)

    def _moments_at(self, indices: list[int]) -> list[Moment]:
        if self._complete and self._kept is not None:
            return [self._kept[index] for index in indices]
        return [self._at(*self.plan.times[index]) for index in indices]

    def _at(self, frame: int, subframe: float) -> Moment:
        self.scene.frame_set(frame, subframe=subframe)
        depsgraph = self.layer.depsgraph
        plan = self.plan
        if (frame, subframe) == plan.times[0]:
            self.key = key_direction(depsgraph)
        if self.found is None:
            self.found = survey(self.scene, self.layer, self.camera)
        view, projection = camera_projection(self.camera, depsgraph, self.scene, plan.shot.width, plan.shot.height)
        seen = list(instances(depsgraph, self._cache, self.objects, self.assets, self.owners))
        lens = window_matrix(plan.window) @ np.array(projection)
        matrix = np.array(view)
        digest = hashlib.sha256(matrix.astype(np.float32).tobytes() + lens.astype(np.float32).tobytes())
        for item in seen:
            digest.update(item.mesh.digest + item.matrix.astype(np.float32).tobytes())
            digest.update(b"%d %d" % (item.object_id, item.asset_id))
        if self.found.sentences():
            digest.update(
                ingredients.digest(depsgraph, bool(self.found.cut_outs)) + ingredients.plain(self.camera.data)
            )
        people = tuple(self._cast.at(depsgraph))
        digest.update(people_digest(people))
        numbers = {name: number for number, name in self.assets.names().items()} if people else {}
        digest.update(b"".join(b"%d " % numbers.get(person.asset, 0) for person in people))
        return Moment(seen, matrix, lens, digest.digest(), people)

    def read(self, progress: Progress) -> str:
        """Evaluate everything and return the fingerprint: 32 hexadecimal digits (SHA-256, the first half).

        It covers camera and object matrices and evaluated meshes of every moment, the light, the colours,
        for masks the names of what is seen (where there are assets, for boxes too), the plan and the version of this
        code.
        """
        digest = hashlib.sha256(json.dumps({"code": CODE_VERSION, **self.plan.settings()}).encode())
        size = 0
        still: set[bytes] = set()
        for index, moment in enumerate(self.moments()):
            digest.update(moment.digest)
            if self._kept is not None:
                size += _INSTANCE_BYTES * len(moment.items)
                for item in moment.items:
                    if item.mesh.digest not in still:
                        still.add(item.mesh.digest)
                        size += item.mesh.positions.nbytes + item.mesh.normals.nbytes
                self._kept.append(moment)
                if size > _KEEP_BYTES:
                    self._kept = None
            progress(index + 1, self.plan.frames)
        if self.key is not None:
            digest.update(self.key.astype(np.float32).tobytes())
        if "mask" in self.plan.passes:
            names = [self.objects.names(), self.assets.names()]
            digest.update(json.dumps(names, ensure_ascii=False).encode())
        elif "layout" in self.plan.passes and self.owners.ids:
            digest.update(json.dumps(self.assets.names(), ensure_ascii=False).encode())
        digest.update(self.colours()[: 2 if "mask" in self.plan.passes else 1].tobytes())
        self._complete = True
        self.fingerprint = digest.hexdigest()[:32]
        return self.fingerprint

    def colours(self) -> NDArray[np.float32]:
        """RGBA for `light.Look.colours`, (2, n, 4): clay (or viewport) colours, and mask colours."""
        objects, assets = self.objects.names(), self.assets.names()
        rows = np.zeros((2, max(len(objects), len(assets)) + 1, 4), np.float32)
        rows[0] = _CLAY
        if self.plan.colours == "viewport":
            for number, name in objects.items():
                obj = bpy.data.objects.get(name)
                if obj is not None:
                    rows[0, number] = viewport_colour(obj)
        for number, name in assets.items():
            rows[1, number] = (*(part / 255 for part in colour_of(name)), 1.0)
        return rows


_CLAY = (0.72, 0.72, 0.72, 1.0)
"""Reflectance of clay: plaster, a light neutral grey."""


def viewport_colour(obj: bpy.types.Object) -> tuple[float, ...]:
    """What solid shading shows: the object's own colour unless it is the default white, else its material's."""
    if tuple(obj.color) != (1.0, 1.0, 1.0, 1.0):
        return tuple(obj.color)
    material = obj.active_material
    return tuple(material.diffuse_color) if material else _CLAY


def window_matrix(window: tuple[float, float, float, float]) -> NDArray[np.float64]:
    """An affine map of clip space's x and y, as a matrix before the projection."""
    scale_x, scale_y, shift_x, shift_y = window
    matrix = np.eye(4)
    matrix[0, 0], matrix[1, 1], matrix[0, 3], matrix[1, 3] = scale_x, scale_y, shift_x, shift_y
    return matrix

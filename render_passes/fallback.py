"""What our own drawing can't show (hair, volumes, points, cut-outs, panoramas), drawn by Cycles: one sample, no noise.

One render per frame gives depth, positions, normals, ids and the light of one sun; everything else is made of
these with numpy, by the rules of `shaders.py`, so that clay looks the same whoever drew it.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, fields, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import bpy
import numpy as np
from mathutils import Matrix, Vector
from numpy.typing import NDArray

from ..core.errors import RenderError, SceneError
from .compat import CYCLES_SETTINGS, LAYER_SETTINGS, PASSES, RENDER_SETTINGS, float_layers, white_clay
from .evaluation import Evaluation, window_matrix
from .exr import Passes, read_passes
from .light import Look
from .numpy_shading import Reach, encoded, finished, lines, lit
from .raster import Buffers
from .suitability import Survey, survey

__all__ = ["Fallback"]

_Made = TypeVar("_Made")
_Floats = NDArray[np.float32]
_Ints = NDArray[np.int64]

_NAME = ".shotwright"
_DRAWN = {"MESH", "CURVE", "SURFACE", "FONT", "META", "CURVES", "POINTCLOUD", "VOLUME"}
_MOST_INDICES = 32767
_MOST_COPIES = 512
"""Copies of one object that are told apart by place; of more than that the first owner stands for all."""
_DENSITY = 0.05
"""Where volumes are at least this dense they are drawn, as solid bodies."""
_LOOKED_AT = 5
"""Times of a shot at which the names of what is seen are gathered beforehand."""


@dataclass(frozen=True)
class _Copy:
    """One instance of an object: whose it is and where."""

    object_id: int
    asset_id: int
    matrix: Matrix
    box: tuple[tuple[float, float, float], ...]


class Fallback:
    """Draws the moments of an evaluation with Cycles; a context manager. Use inside `as_rendered`.

    Everything it sets in the file is as before when it is left, whatever happened. `why` tells what made
    it necessary and `notes` what is different from our own drawing. There is no motion between frames:
    raises SceneError for a plan with the flow pass, and RenderError when Cycles is missing or fails.

    `look` is as for `raster.Raster`; its colours are asked for anew, since more is seen here. `shells` are
    the object ids that cast no shadow (`light.ShadowFrame.shells`).
    """

    engine_name = "cycles"

    def __init__(
        self, evaluation: Evaluation, look: Look, shells: Iterable[int] = (), found: Survey | None = None
    ) -> None:
        self._evaluation = evaluation
        self._look = look
        self._shells = frozenset(shells)
        self._plan = evaluation.plan
        self._scene = evaluation.scene
        self._layer = evaluation.layer
        self._camera = evaluation.camera
        self._found = found or survey(self._scene, self._layer, self._camera)
        self.why = self._found.sentences()
        if "flow" in self._plan.passes:
            reason = self.why[0] if self.why else "Our own drawing is not used."
            raise SceneError(
                f"{self._plan.shot.number}: the flow pass can't be drawn here. {reason} Leave out flow, or hide these "
                "from renders."
            )
        if not hasattr(self._scene, "cycles"):
            raise RenderError("Cycles is switched off: enable its add-on in the preferences to draw this scene.")
        self._aspect = (self._scene.render.pixel_aspect_x, self._scene.render.pixel_aspect_y)
        self._panoramic = bool(self._found.panorama)
        self._stack = ExitStack()
        self._indices: dict[int, int] = {}
        self._strands: list[int] = []

    @property
    def notes(self) -> list[str]:
        """Sentences about what is drawn differently here, for the record."""
        number, found = self._plan.shot.number, self._found
        notes = []
        if self._panoramic:
            notes.append(f"{number}: depth is the distance along each ray, because the camera is panoramic.")
        if found.volumes:
            notes.append(
                f"{number}: volumes are drawn as solid bodies where they are denser than {_DENSITY:g}, and left out "
                "where they are linked: override them to see them."
            )
        if found.media:
            notes.append(f"{number}: fog and smoke inside meshes are left out, as they have no surface.")
        return notes

    # -- setting up ---------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        with ExitStack() as self._stack:
            self._keep_playhead()
            self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="shotwright-")))
            self._settings()
            self._materials()
            self._objects()
            self._volumes()
            self._make_camera()
            self._make_sun()
            self._ground = self._make_ground()
            self._gather_names()
            self._stack = self._stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def _set(self, owner: Any, values: dict[str, Any], stack: ExitStack | None = None) -> None:
        """Set those properties that this Blender has, and put them back when the stack is left."""
        for name, value in values.items():
            if not hasattr(owner, name):
                continue
            before = getattr(owner, name)
            if before != value:
                (stack or self._stack).callback(setattr, owner, name, before)
                setattr(owner, name, value)

    def _new(self, made: _Made, remove: Callable[[_Made], None]) -> _Made:
        self._stack.callback(remove, made)
        return made

    def _new_object(self, data: bpy.types.ID) -> bpy.types.Object:
        made = self._new(bpy.data.objects.new(_NAME, data), bpy.data.objects.remove)
        self._scene.collection.objects.link(made)
        return made

    def _keep_playhead(self) -> None:
        scene = self._scene
        self._stack.callback(_remove_result, {image.session_uid for image in bpy.data.images})
        # Markers may bind a camera when the playhead goes back, so the camera comes last.
        self._stack.callback(setattr, scene, "camera", scene.camera)
        self._stack.callback(scene.frame_set, scene.frame_current, subframe=scene.frame_subframe)

    def _settings(self) -> None:
        scene, layer = self._scene, self._layer
        self._set(scene.render, {**RENDER_SETTINGS, "filepath": str(self._folder / "frame.exr")})
        self._stack.enter_context(float_layers(scene.render.image_settings))
        # Leaves stand behind leaves: more layers than a picture usually needs.
        deep = max(256, scene.cycles.transparent_max_bounces)
        self._set(scene.cycles, {**CYCLES_SETTINGS, "transparent_max_bounces": deep})
        self._set(scene, {"world": None})
        for marker in scene.timeline_markers:
            # A render takes the camera that a marker binds, whatever the scene's is.
            self._set(marker, {"camera": None})
        self._set(layer, LAYER_SETTINGS)
        for other in scene.view_layers:
            if other != layer:
                self._set(other, {"use": False})
        for owner in (layer, layer.cycles):
            names = [one.identifier for one in owner.bl_rna.properties if one.identifier.startswith("use_pass_")]
            self._set(owner, {name: name.removeprefix("use_pass_") in PASSES for name in names})
        self._set(layer.cycles, {"denoising_store_passes": False, "pass_debug_sample_count": False})

    def _materials(self) -> None:
        self._white = self._new(white_clay(_NAME), bpy.data.materials.remove)
        if not self._found.cut_outs:
            self._set(self._layer, {"material_override": self._white})
            return
        for material in bpy.data.materials:
            # Glowing surfaces would be lights of their own: none is asked for, and none is met by chance.
            self._set(material.cycles, {"emission_sampling": "NONE"})

    def _objects(self) -> None:
        dark = self._new(bpy.data.lights.new(_NAME, "POINT"), bpy.data.lights.remove)
        dark.energy = 0.0
        names = self._evaluation.objects.names()
        shells = {names[number] for number in self._shells if number in names}
        for obj in list(bpy.data.objects):
            if obj.type == "LIGHT":
                # An animation may show it again, and a linked one keeps its data.
                self._set(obj, {"data": dark, "hide_render": True})
            elif obj.type in _DRAWN:
                index = min(len(self._indices) + 1, _MOST_INDICES)
                self._indices[obj.session_uid] = index
                self._set(obj, {"pass_index": index, "is_shadow_catcher": False})
                if self._found.cut_outs:
                    self._set(obj, {"visible_diffuse": False, "visible_glossy": False, "visible_transmission": False})
                if obj.name in self._found.hair:
                    self._strands.append(index)
            if obj.name in self._found.media:
                self._set(obj, {"hide_render": True})
            if obj.name in shells:
                self._set(obj, {"visible_shadow": False})

    def _volumes(self) -> None:
        if not self._found.volumes:
            return
        group = self._new(bpy.data.node_groups.new(_NAME, "GeometryNodeTree"), bpy.data.node_groups.remove)
        _make_solid(group)
        for name in self._found.volumes:
            obj = bpy.data.objects.get(name)
            if obj is not None and obj.library is None:
                modifier = self._new(obj.modifiers.new(_NAME, "NODES"), obj.modifiers.remove)
                modifier.node_group = group

    def _make_camera(self) -> None:
        data = self._camera.data.copy() if self._panoramic else bpy.data.cameras.new(_NAME)
        self._new(data, bpy.data.cameras.remove)
        data.dof.use_dof = False
        self._eye = self._new_object(data)

    def _make_sun(self) -> None:
        data = self._new(bpy.data.lights.new(_NAME, "SUN"), bpy.data.lights.remove)
        # A white matt surface that faces it shines with 1.
        data.energy, data.angle = math.pi, 0.0
        sun = self._new_object(data)
        sun.rotation_mode = "QUATERNION"
        sun.rotation_quaternion = Vector(self._look.key).to_track_quat("Z", "Y")

    def _make_ground(self) -> bpy.types.Object | None:
        """The plane that only shows shadows, a hair below what stands on it; its pass index is 0."""
        look = self._look
        if look.ground is None:
            return None
        corners = [(x * look.reach, y * look.reach, 0.0) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
        mesh = self._new(bpy.data.meshes.new(_NAME), bpy.data.meshes.remove)
        mesh.from_pydata(corners, [], [(0, 1, 2, 3)])
        mesh.materials.append(self._white)
        ground = self._new_object(mesh)
        ground.location = (*look.middle[:2], look.ground - 1e-4 * look.reach)
        ground.visible_shadow = ground.visible_diffuse = False
        # For the render alone: an evaluation meanwhile doesn't see it.
        ground.hide_viewport = True
        return ground

    def _gather_names(self) -> None:
        """Number what a few times of the shot show, as masks list their assets beforehand."""
        last = self._plan.frames - 1
        for index in sorted({round(i * last / max(1, _LOOKED_AT - 1)) for i in range(_LOOKED_AT)}):
            frame, subframe = self._plan.times[index]
            self._scene.frame_set(frame, subframe=subframe)
            self._copies()

    # -- a frame ------------------------------------------------------------------------------------

    def draw(self, frame: int, subframe: float = 0.0, wants: Iterable[str] = ("clay", "normal", "mask")) -> Buffers:
        """The pictures at a time; `wants` names them as for `raster.Raster`. Depth always comes.

        Raises RenderError when Cycles fails, MediaError when its file can't be read.
        """
        self._scene.frame_set(frame, subframe=subframe)
        copies = self._copies()
        view, lens, seen = self._frame()
        objects, assets = _resolve(seen, copies)
        seen = replace(seen, normal=_facing(seen, view, lens))
        # What is nobody's is the plane that only shows shadows.
        body = replace(seen, depth=np.where(seen.index > 0, seen.depth, np.float32(0.0)))
        colours = self._evaluation.colours()
        wanted = set(wants)
        made: dict[str, NDArray[Any]] = {}
        if "clay" in wanted:
            light = lit(seen, body, self._look, colours[0][objects, :3], self._reach(lens))
            strands = np.isin(seen.index, self._strands)
            made["clay"] = finished(light, lines(body, assets, strands))
            made["lines"] = made["clay"][:, :, 3]
        if "normal" in wanted:
            made["normal"] = encoded(body, view)
        if "mask" in wanted:
            table = np.rint(colours[1] * 255.0).astype(np.uint8)
            table[0] = 0
            made["mask"] = table[assets]
        if "ids" in wanted:
            made["ids"] = np.stack((objects, assets), axis=-1).astype(np.float32)
        return Buffers(body.depth, **made)

    def _reach(self, lens: NDArray[np.float64]) -> Reach:
        width, height = self._plan.width, self._plan.height
        if self._panoramic:
            turn = width * self._plan.window[0] / math.tau
            return turn, turn, True
        return width / 2 * lens[0, 0], height / 2 * lens[1, 1], abs(lens[3, 3]) < 0.5

    def _frame(self) -> tuple[NDArray[np.float64], NDArray[np.float64], Passes]:
        """View and projection at the current time, and what is seen."""
        width, height = self._plan.width, self._plan.height
        depsgraph = self._layer.depsgraph
        camera = self._camera.evaluated_get(depsgraph)
        shot, aspect = self._plan.shot, self._aspect
        own = camera.calc_matrix_camera(depsgraph, x=shot.width, y=shot.height, scale_x=aspect[0], scale_y=aspect[1])
        lens = window_matrix(self._plan.window) @ np.array(own)
        pose = camera.matrix_world.normalized()
        self._eye.matrix_world = pose
        if self._ground is not None:
            self._ground.visible_camera = pose.translation.z > self._ground.location.z
        with ExitStack() as stack:
            if self._panoramic:
                part = self._plan.window[:2]
                size = _size(max(1, round(width * part[0])), max(1, round(height * part[1])))
            else:
                size = _size(width, height, _fit_lens(self._eye.data, camera.data, lens, width, height))
                self._check_lens(lens, size)
            self._set(self._scene.render, size, stack)
            self._set(self._scene, {"camera": self._eye}, stack)
            seen = self._render()
        if self._panoramic:
            seen = _placed(seen, width, height, self._plan.window)
        return np.array(pose.inverted()), lens, seen

    def _check_lens(self, lens: NDArray[np.float64], size: dict[str, Any]) -> None:
        self._layer.update()
        got = self._eye.calc_matrix_camera(self._layer.depsgraph, **dict(zip(_ASKED, size.values(), strict=True)))
        if not np.allclose(np.array(got)[:2], lens[:2], rtol=1e-4, atol=1e-4 * lens[0, 0]):
            raise RenderError(
                f"{self._plan.shot.number}: Cycles can't take over the lens of {self._camera.name!r}: reset its shift, "
                "its sensor and the scene's pixel aspect."
            )

    def _render(self) -> Passes:
        path = self._folder / "frame.exr"
        path.unlink(missing_ok=True)
        try:
            with bpy.context.temp_override(scene=self._scene, view_layer=self._layer):
                done = bpy.ops.render.render(write_still=True)
        except RuntimeError as error:
            raise RenderError(f"{self._plan.shot.number}: Cycles could not draw: {error}".strip()) from error
        if done != {"FINISHED"}:
            raise RenderError(f"{self._plan.shot.number}: Cycles did not finish the picture: run it again.")
        return read_passes(path)

    # -- whose it is --------------------------------------------------------------------------------

    def _copies(self) -> dict[int, list[_Copy]]:
        """Every instance that is drawn now, by the pass index of its object; numbers new names."""
        found: dict[int, list[_Copy]] = {}
        objects, assets = self._evaluation.objects, self._evaluation.assets
        for item in self._layer.depsgraph.object_instances:
            obj = item.object
            index = self._indices.get(obj.original.session_uid)
            owner = item.parent if item.is_instance and item.parent else obj
            if index is None or owner.hide_render or obj.hide_render:
                continue
            numbers = objects.of(owner.name), assets.of(self._evaluation.owners.of(item))
            box = tuple(tuple(corner) for corner in obj.bound_box)
            found.setdefault(index, []).append(_Copy(*numbers, item.matrix_world.copy(), box))
        return found


# -- what is added to the scene -------------------------------------------------------------------


def _remove_result(before: set[int]) -> None:
    """Remove the image that the first render of a file makes."""
    for image in list(bpy.data.images):
        if image.type == "RENDER_RESULT" and image.session_uid not in before:
            bpy.data.images.remove(image)


def _make_solid(group: bpy.types.GeometryNodeTree) -> None:
    """Nodes that turn the volumes of a geometry into meshes, and leave the rest of it."""
    group.interface.new_socket("Geometry", in_out="INPUT", socket_type="NodeSocketGeometry")
    group.interface.new_socket("Geometry", in_out="OUTPUT", socket_type="NodeSocketGeometry")
    kinds = ("NodeGroupInput", "GeometryNodeSeparateComponents", "GeometryNodeVolumeToMesh", "GeometryNodeJoinGeometry")
    start, parts, solid, join = (group.nodes.new(kind) for kind in kinds)
    end = group.nodes.new("NodeGroupOutput")
    solid.inputs["Threshold"].default_value = _DENSITY
    group.links.new(start.outputs[0], parts.inputs[0])
    for part in parts.outputs:
        if part.name == "Volume":
            group.links.new(part, solid.inputs["Volume"])
            part = solid.outputs[0]
        group.links.new(part, join.inputs[0])
    group.links.new(join.outputs[0], end.inputs[0])


# -- the camera -----------------------------------------------------------------------------------


def _fit_lens(
    data: bpy.types.Camera, like: bpy.types.Camera, lens: NDArray[np.float64], width: int, height: int
) -> tuple[float, float]:
    """Give a camera the projection `lens` in a picture of this size; returns the pixel aspect it takes.

    Any projection without rotation or shear is a focal length, two shifts and a pixel aspect. `like` has
    the kind of the lens and its clip range.
    """
    data.type, data.clip_start, data.clip_end = like.type, like.clip_start, like.clip_end
    data.sensor_fit = "HORIZONTAL"
    if data.type == "ORTHO":
        data.ortho_scale = 2.0 / lens[0, 0]
        across, up = -lens[:2, 3]
    else:
        # The sensor is as large as it takes, so that no focal length falls below a millimetre.
        data.sensor_width = max(36.0, 2.0 / lens[0, 0])
        data.lens = lens[0, 0] * data.sensor_width / 2.0
        across, up = lens[:2, 2]
    ratio = lens[1, 1] / lens[0, 0] * height / width
    # Rounding is no aspect.
    ratio = 1.0 if abs(ratio - 1.0) < 1e-5 else ratio
    data.shift_x = across / 2.0
    data.shift_y = up / 2.0 * height / (width * ratio)
    return max(1.0, ratio), max(1.0, 1.0 / ratio)


_SIZE = ("resolution_x", "resolution_y", "pixel_aspect_x", "pixel_aspect_y")
_ASKED = ("x", "y", "scale_x", "scale_y")


def _size(width: int, height: int, aspect: tuple[float, float] = (1.0, 1.0)) -> dict[str, Any]:
    return dict(zip(_SIZE, (width, height, *aspect), strict=True))


def _placed(seen: Passes, width: int, height: int, window: tuple[float, float, float, float]) -> Passes:
    """A whole picture of the camera where `window` wants it in one of another size; nothing around it."""
    inner_height, inner_width = seen.depth.shape
    left = round((window[2] + 1 - window[0]) / 2 * width)
    top = round((1 - window[3] - window[1]) / 2 * height)
    x0, y0, x1, y1 = max(0, left), max(0, top), min(width, left + inner_width), min(height, top + inner_height)

    def place(values: NDArray[Any]) -> NDArray[Any]:
        placed = np.zeros((height, width, *values.shape[2:]), values.dtype)
        placed[y0:y1, x0:x1] = values[y0 - top : y1 - top, x0 - left : x1 - left]
        return placed

    return Passes(**{field.name: place(getattr(seen, field.name)) for field in fields(seen)})


# -- what was seen --------------------------------------------------------------------------------


def _facing(seen: Passes, view: NDArray[np.float64], lens: NDArray[np.float64]) -> _Floats:
    """World normals, turned to the camera: a surface seen from behind shows its other side."""
    back = np.linalg.inv(view)
    axis = back[:3, 2].astype(np.float32)
    perspective = abs(lens[3, 3]) < 0.5
    eye = back[:3, 3].astype(np.float32) - seen.position if perspective else np.broadcast_to(axis, seen.normal.shape)
    away = np.einsum("ijk,ijk->ij", seen.normal, eye) < 0
    return np.where(away[..., None], -seen.normal, seen.normal)


def _resolve(seen: Passes, copies: dict[int, list[_Copy]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Object and asset number of every pixel.

    Cycles numbers the object that is copied, not who places it. Where copies belong to several, a point
    is the one's in whose box it lies most deeply.
    """
    most = max(copies, default=0)
    table = np.zeros((max(most, int(seen.index.max(initial=0))) + 1, 2), np.int64)
    for index, found in copies.items():
        table[index] = found[0].object_id, found[0].asset_id
    numbers = table[seen.index]
    for index, found in copies.items():
        if len({(copy.object_id, copy.asset_id) for copy in found}) < 2 or len(found) > _MOST_COPIES:
            continue
        at = np.nonzero(seen.index == index)
        if len(at[0]):
            points = np.c_[seen.position[at].astype(np.float64), np.ones(len(at[0]))]
            nearest = np.argmin([_outside(points, copy) for copy in found], axis=0)
            owners = np.array([(copy.object_id, copy.asset_id) for copy in found])
            numbers[at] = owners[nearest]
    return numbers[..., 0], numbers[..., 1]


def _outside(points: NDArray[np.float64], copy: _Copy) -> NDArray[np.float64]:
    """How far points (n, 4) are from the middle of a copy's box, where 1 is its side."""
    corners = np.array(copy.box)
    low, high = corners.min(axis=0), corners.max(axis=0)
    half = np.maximum((high - low) / 2, 1e-3 * max(float((high - low).max()), 1e-6))
    local = points @ np.array(copy.matrix.inverted_safe()).T
    return (np.abs(local[:, :3] - (low + high) / 2) / half).max(axis=1)


# -- clay, as in shaders.py -----------------------------------------------------------------------

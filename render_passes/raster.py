"""One submission per frame, all pictures: depth, normals, ids, motion, clay and lines.

Blender's `gpu` module with our own programs (`shaders.py`): the shadow map, the geometry into several
targets, then two full-screen steps that light and smooth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import gpu
import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from . import shaders
from .compat import gpu_ready
from .geometry import Instance, Mesh, in_view
from .light import Look, ShadowFrame

__all__ = ["Buffers", "Raster", "Uploads"]

SHADOW_SIZE = 1024
"""Side of the shadow map in texels."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Buffers:
    """What one submission gave; rows from the top. Pictures that were not asked for are None."""

    depth: NDArray[np.float32]
    """Metres along the viewing axis, (h, w); 0 where there is nothing."""
    clay: NDArray[np.uint8] | None = None
    """RGBA (h, w, 4), display-referred; A is the line art, 255 on a line."""
    lines: NDArray[np.uint8] | None = None
    """The line art alone, (h, w)."""
    normal: NDArray[np.uint8] | None = None
    """RGBA (h, w, 4): view-space normal, 128 is 0; A is 0 where there is nothing."""
    mask: NDArray[np.uint8] | None = None
    """RGBA (h, w, 4): the look's colour of each asset; A is 0 where there is nothing."""
    ids: NDArray[np.float32] | None = None
    """Object and asset number, (h, w, 2); 0 where there is nothing."""
    flow: NDArray[np.float32] | None = None
    """Motion since the frame before in pixels, (h, w, 2), right and up."""


class Raster:
    """Draws instances into targets of width × height pixels; call `free` when done.

    `wants` names the pictures: any of clay, normal, mask, ids, flow. Depth always comes. Rasters that draw the
    same things may share their `uploads`.
    """

    def __init__(self, width: int, height: int, wants: frozenset[str], uploads: Uploads | None = None) -> None:
        gpu_ready()
        self._size = (width, height)
        self._wants = wants
        self._flow = "flow" in wants
        self._uploads = uploads or Uploads()
        size = self._size
        self._depth = gpu.types.GPUTexture(size, format="R32F")
        self._normal = gpu.types.GPUTexture(size, format="RGBA16F")
        self._ids = gpu.types.GPUTexture(size, format="RG32F")
        slots = [self._depth, self._normal, self._ids]
        if self._flow:
            self._motion = gpu.types.GPUTexture(size, format="RG32F")
            slots.append(self._motion)
        self._z = gpu.types.GPUTexture(size, format="DEPTH_COMPONENT32F")
        self._geometry_target = gpu.types.GPUFrameBuffer(depth_slot=self._z, color_slots=tuple(slots))
        self._rigid = shaders.geometry_program("rigid" if self._flow else "")
        self._deforming = shaders.geometry_program("deforming") if self._flow else self._rigid
        self._lighting = _Lighting(size) if wants & {"clay", "normal", "mask"} else None
        self._before: dict[tuple[object, ...], tuple[Floats, Mesh]] = {}
        self._camera_before: tuple[Floats, Floats] | None = None

    def free(self) -> None:
        """Give the graphics memory back."""
        # A program that is bound while it is freed may leave a new one at its address unbound.
        gpu.shader.unbind()
        self.__dict__.clear()

    def draw(
        self,
        items: Sequence[Instance],
        view: Floats,
        projection: Floats,
        look: Look | None = None,
        shadow: ShadowFrame | None = None,
    ) -> Buffers:
        """One frame through a camera. `look` and `shadow` are needed for clay, normals and masks."""
        before = self._camera_before or (view, projection)
        camera = _camera_bytes(self._size, view, projection, before[1], look, shadow)
        uniform = gpu.types.GPUUniformBuf(camera)
        uploaded = [self._uploads.get(item.mesh) for item in items]
        light_map = None
        if self._lighting and shadow is not None:
            light_map = self._lighting.shadow.draw(items, uploaded, shadow, uniform)
        with self._geometry_target.bind():
            self._geometry_target.clear(color=(0.0, 0.0, 0.0, 0.0), depth=1.0)
            _solid(*self._size)
            self._draw_geometry(items, uploaded, projection @ view, view, before[0], uniform)
        self._camera_before = (view, projection)
        result = self._read(look, uniform, light_map)
        self._uploads.forget_unused()
        _neutral()
        return result

    def probe_shadow(self, items: Sequence[Instance], shadow: ShadowFrame) -> NDArray[np.float32]:
        """Light depth and object id of a shadow map of `items`, (n, n, 2), rows from the bottom."""
        assert self._lighting is not None
        uniform = gpu.types.GPUUniformBuf(_camera_bytes(self._size, np.eye(4), np.eye(4), np.eye(4), None, shadow))
        uploaded = [self._uploads.get(item.mesh) for item in items]
        drawn = self._lighting.shadow.draw(items, uploaded, shadow, uniform)
        _neutral()
        return self._lighting.shadow.read(drawn)

    def _draw_geometry(
        self,
        items: Sequence[Instance],
        uploaded: Sequence[gpu.types.GPUBatch],
        clip: Floats,
        view: Floats,
        view_before: Floats,
        uniform: gpu.types.GPUUniformBuf,
    ) -> None:
        remember: dict[tuple[object, ...], tuple[Floats, Mesh]] = {}
        program = None
        inside = in_view(items, clip)
        for item, batch, seen in zip(items, uploaded, inside, strict=True):
            if self._flow:
                remember[item.identity] = (item.matrix, item.mesh)
            if not seen:
                continue
            old_matrix, old_mesh = self._before.get(item.identity, (item.matrix, item.mesh))
            deforms = (
                self._flow
                and old_mesh.digest != item.mesh.digest
                and len(old_mesh.positions) == len(item.mesh.positions)
            )
            wanted = self._deforming if deforms else self._rigid
            if wanted is not program:
                program = wanted
                program.bind()
                program.uniform_block("camera", uniform)
            if self._flow:
                program.uniform_float("before", Matrix((view_before @ old_matrix).tolist()))
            program.uniform_float("modelview", _with_ids(view @ item.matrix, item))
            (_with_old(item.mesh, old_mesh) if deforms else batch).draw(program)
        self._before = remember

    def _read(
        self, look: Look | None, uniform: gpu.types.GPUUniformBuf, light_map: gpu.types.GPUTexture | None
    ) -> Buffers:
        lit: dict[str, NDArray[np.uint8]] = {}
        if self._lighting and look is not None and light_map is not None:
            maps = {"depth_map": self._depth, "normal_map": self._normal, "id_map": self._ids, "light_map": light_map}
            lit = self._lighting.shade(maps, look, uniform, self._wants)
        with self._geometry_target.bind():
            depth = _pixels(self._geometry_target, self._size, 1, 0, "FLOAT")[:, :, 0]
            ids = _pixels(self._geometry_target, self._size, 2, 2, "FLOAT") if "ids" in self._wants else None
            flow = _pixels(self._geometry_target, self._size, 2, 3, "FLOAT") if self._flow else None
        return Buffers(depth, ids=ids, flow=flow, **lit)


class Uploads:
    """Meshes in graphics memory. Equal meshes, in this frame or the next, are uploaded once."""

    def __init__(self) -> None:
        gpu_ready()
        self._format = _vertex_format(("pos", 3), ("nor", 3))
        self._batches: dict[bytes, gpu.types.GPUBatch] = {}
        self._used: set[bytes] = set()

    def get(self, mesh: Mesh) -> gpu.types.GPUBatch:
        self._used.add(mesh.digest)
        batch = self._batches.get(mesh.digest)
        if batch is None:
            batch = self._batches[mesh.digest] = _batch(self._format, mesh, {})
        return batch

    def forget_unused(self) -> None:
        """Drop what this frame did not show, or a deforming character would fill the memory."""
        for digest in self._batches.keys() - self._used:
            del self._batches[digest]
        self._used.clear()


class _ShadowMap:
    """What the light meets first. What stands still is drawn once, what moves goes on top of it."""

    def __init__(self, screen: gpu.types.GPUBatch) -> None:
        self._screen = screen
        self._program = shaders.shadow_program()
        self._copy = shaders.copy_shadow_program()
        size = (SHADOW_SIZE, SHADOW_SIZE)
        self._maps = [gpu.types.GPUTexture(size, format="RG32F") for _ in range(2)]
        # A framebuffer doesn't keep its textures: one that nobody holds is freed, and with it the depth test.
        self._depths = [gpu.types.GPUTexture(size, format="DEPTH_COMPONENT32F") for _ in range(2)]
        self._still, self._both = (
            gpu.types.GPUFrameBuffer(depth_slot=z, color_slots=(colour,))
            for z, colour in zip(self._depths, self._maps, strict=True)
        )
        self._before: dict[tuple[object, ...], bytes] = {}
        self._still_key = b""

    def draw(
        self,
        items: Sequence[Instance],
        uploaded: Sequence[gpu.types.GPUBatch],
        shadow: ShadowFrame,
        uniform: gpu.types.GPUUniformBuf,
    ) -> gpu.types.GPUTexture:
        """The map of this frame: light depth and object id."""
        still: list[tuple[Instance, gpu.types.GPUBatch]] = []
        moving: list[tuple[Instance, gpu.types.GPUBatch]] = []
        states: dict[tuple[object, ...], bytes] = {}
        key = [shadow.matrix.tobytes()]
        for item, batch in zip(items, uploaded, strict=True):
            if item.object_id in shadow.shells:
                continue
            state = states[item.identity] = item.mesh.digest + item.matrix.tobytes()
            if self._before.get(item.identity, state) == state:
                still.append((item, batch))
                key.append(state)
            else:
                moving.append((item, batch))
        self._before = states
        if (joined := b"".join(key)) != self._still_key:
            self._still_key = joined
            with self._still.bind():
                self._still.clear(color=(2.0, 0.0, 0.0, 0.0), depth=1.0)
                self._cast(still, shadow, uniform)
        if not moving:
            return self._maps[0]
        with self._both.bind():
            gpu.state.depth_test_set("ALWAYS")
            gpu.state.depth_mask_set(True)
            gpu.state.viewport_set(0, 0, SHADOW_SIZE, SHADOW_SIZE)
            self._copy.bind()
            self._copy.uniform_block("camera", uniform)
            self._copy.uniform_sampler("light_map", self._maps[0])
            self._screen.draw(self._copy)
            self._cast(moving, shadow, uniform)
        return self._maps[1]

    def _cast(
        self,
        casters: Sequence[tuple[Instance, gpu.types.GPUBatch]],
        shadow: ShadowFrame,
        uniform: gpu.types.GPUUniformBuf,
    ) -> None:
        _solid(SHADOW_SIZE, SHADOW_SIZE)
        self._program.bind()
        self._program.uniform_block("camera", uniform)
        inside = in_view([item for item, _ in casters], shadow.matrix)
        for (item, batch), seen in zip(casters, inside, strict=True):
            if seen:
                self._program.uniform_float("modelview", _with_ids(shadow.matrix @ item.matrix, item))
                batch.draw(self._program)

    def read(self, drawn: gpu.types.GPUTexture) -> NDArray[np.float32]:
        """A map that `draw` returned, (n, n, 2), rows from the bottom."""
        target = self._still if drawn is self._maps[0] else self._both
        with target.bind():
            return _pixels(target, (SHADOW_SIZE, SHADOW_SIZE), 2, 0, "FLOAT")[::-1]


class _Lighting:
    """Shadow map and the two full-screen steps."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._size = size
        self._shade = shaders.shade_program()
        self._finish = shaders.finish_program()
        self._shaded = gpu.types.GPUTexture(size, format="RGBA8")
        self._normals = gpu.types.GPUTexture(size, format="RGBA8")
        self._masks = gpu.types.GPUTexture(size, format="RGBA8")
        self._shade_target = gpu.types.GPUFrameBuffer(color_slots=(self._shaded, self._normals, self._masks))
        self._final = gpu.types.GPUTexture(size, format="RGBA8")
        self._lines = gpu.types.GPUTexture(size, format="R8")
        self._final_target = gpu.types.GPUFrameBuffer(color_slots=(self._final, self._lines))
        self._colours: tuple[bytes, gpu.types.GPUTexture] | None = None
        corners = gpu.types.GPUVertBuf(format=_vertex_format(("pos", 2)), len=3)
        corners.attr_fill("pos", np.array([(-1, -1), (3, -1), (-1, 3)], np.float32))
        self._screen = gpu.types.GPUBatch(type="TRIS", buf=corners)
        self.shadow = _ShadowMap(self._screen)

    def shade(
        self,
        maps: dict[str, gpu.types.GPUTexture],
        look: Look,
        uniform: gpu.types.GPUUniformBuf,
        wants: frozenset[str],
    ) -> dict[str, NDArray[np.uint8]]:
        """Clay with lines in A, normals and masks, as far as they are wanted."""
        found: dict[str, NDArray[np.uint8]] = {}
        with self._shade_target.bind():
            _flat(*self._size)
            self._full_screen(self._shade, {**maps, "colour_map": self._colour_map(look)}, uniform)
            for slot, name in ((1, "normal"), (2, "mask")):
                if name in wants:
                    found[name] = _pixels(self._shade_target, self._size, 4, slot, "UBYTE")
        if "clay" in wants:
            with self._final_target.bind():
                _flat(*self._size)
                self._full_screen(self._finish, {"shade_map": self._shaded}, uniform)
                found["clay"] = _pixels(self._final_target, self._size, 4, 0, "UBYTE")
                found["lines"] = _pixels(self._final_target, self._size, 1, 1, "UBYTE")[:, :, 0]
        return found

    def _full_screen(
        self, program: gpu.types.GPUShader, maps: dict[str, gpu.types.GPUTexture], uniform: gpu.types.GPUUniformBuf
    ) -> None:
        program.bind()
        program.uniform_block("camera", uniform)
        for name, texture in maps.items():
            program.uniform_sampler(name, texture)
        self._screen.draw(program)

    def _colour_map(self, look: Look) -> gpu.types.GPUTexture:
        key = look.colours.tobytes()
        if self._colours is None or self._colours[0] != key:
            data = gpu.types.Buffer("FLOAT", look.colours.size, look.colours.ravel())
            size = (look.colours.shape[1], 2)
            self._colours = (key, gpu.types.GPUTexture(size, format="RGBA32F", data=data))
        return self._colours[1]


# -- uploads --------------------------------------------------------------------------------------


def _vertex_format(*attributes: tuple[str, int]) -> gpu.types.GPUVertFormat:
    layout = gpu.types.GPUVertFormat()
    for name, length in attributes:
        layout.attr_add(id=name, comp_type="F32", len=length, fetch_mode="FLOAT")
    return layout


def _batch(layout: gpu.types.GPUVertFormat, mesh: Mesh, extra: dict[str, NDArray[np.float32]]) -> gpu.types.GPUBatch:
    buffer = gpu.types.GPUVertBuf(format=layout, len=len(mesh.positions))
    for name, values in {"pos": mesh.positions, "nor": mesh.normals, **extra}.items():
        buffer.attr_fill(name, values)
    if mesh.triangles is None:
        return gpu.types.GPUBatch(type="TRIS", buf=buffer)
    index = gpu.types.GPUIndexBuf(type="TRIS", seq=mesh.triangles)
    return gpu.types.GPUBatch(type="TRIS", buf=buffer, elem=index)


def _with_old(mesh: Mesh, old: Mesh) -> gpu.types.GPUBatch:
    layout = _vertex_format(("pos", 3), ("nor", 3), ("old", 3))
    return _batch(layout, mesh, {"old": old.positions})


# -- small things ---------------------------------------------------------------------------------


def _with_ids(matrix: Floats, item: Instance) -> Matrix:
    """The affine matrix with the ids in its last row; the programs take them out again."""
    rows = matrix.tolist()
    rows[3] = [float(item.object_id), float(item.asset_id), float(item.mesh.flat), 1.0]
    return Matrix(rows)


def _solid(width: int, height: int) -> None:
    gpu.state.depth_test_set("LESS_EQUAL")
    gpu.state.depth_mask_set(True)
    gpu.state.face_culling_set("NONE")
    gpu.state.blend_set("NONE")
    gpu.state.viewport_set(0, 0, width, height)


def _flat(width: int, height: int) -> None:
    gpu.state.depth_test_set("NONE")
    gpu.state.depth_mask_set(False)
    gpu.state.blend_set("NONE")
    gpu.state.viewport_set(0, 0, width, height)


def _neutral() -> None:
    gpu.state.depth_test_set("NONE")
    gpu.state.depth_mask_set(False)


def _pixels(target: gpu.types.GPUFrameBuffer, size: tuple[int, int], channels: int, slot: int, kind: str) -> NDArray:
    """A bound target's pixels, (h, w, channels), rows from the top."""
    width, height = size
    buffer = target.read_color(0, 0, width, height, channels, slot, kind)
    buffer.dimensions = width * height * channels
    dtype = np.uint8 if kind == "UBYTE" else np.float32
    return np.array(buffer, dtype).reshape(height, width, channels)[::-1]


def _ground(view: Floats, look: Look | None) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The last two vectors of the `Camera` struct."""
    if look is None or look.ground is None:
        return (0.0,) * 4, (0.0,) * 4
    eye = np.linalg.inv(view)[:3, 3]
    middle = (view @ np.array((*look.middle, 1.0)))[:3]
    return (look.ground - eye[2], look.reach, 1.0, 0.0), (*middle, 0.0)


def _camera_bytes(
    size: tuple[int, int],
    view: Floats,
    projection: Floats,
    old_projection: Floats,
    look: Look | None,
    shadow: ShadowFrame | None,
) -> bytes:
    """The `Camera` struct of the programs, std140: matrices by column, vectors of four floats."""
    # Last row of a perspective projection is (0, 0, -1, 0), of an orthographic one (0, 0, 0, 1).
    perspective = abs(projection[3, 3]) < 0.5
    column = 2 if perspective else 3
    unproject = (1 / projection[0, 0], 1 / projection[1, 1], projection[0, column], projection[1, column])
    rotation = view[:3, :3]
    light = np.eye(4) if shadow is None else shadow.matrix @ np.linalg.inv(view)
    key = (0.0, 0.0, 1.0, 0.0) if look is None else (*(rotation @ look.key), look.key_strength)
    parts = [
        projection.T.ravel(),
        old_projection.T.ravel(),
        light.T.ravel(),
        unproject,
        key,
        (*rotation[:, 2], 0.0),
        (0.0,) * 4 if look is None else look.background,
        (0.0,) * 4 if look is None else look.ambient,
        (0.0,) * 4 if shadow is None else (shadow.offset, SHADOW_SIZE, shadow.bias, 0.0),
        (*size, 0.0, 0.0),
        (float(perspective), 0.0, 0.0, 0.0),
        *_ground(view, look),
    ]
    return np.concatenate([np.asarray(part, np.float32).ravel() for part in parts]).tobytes()

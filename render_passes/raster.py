"""One submission per frame into several targets: clay colour and metric planar depth.

Blender's `gpu` module with our own shader. Drawing is at `scale` times the size of the shot, so
that clay can be averaged down; depth takes the nearest of the averaged samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import gpu
import numpy as np
from mathutils import Matrix, Vector
from numpy.typing import NDArray

from . import clay
from .compat import gpu_ready
from .geometry import Instance, Mesh

__all__ = ["Frame", "Raster"]

_VERTEX = """
void main()
{
  vec4 viewed = modelview * vec4(pos, 1.0);
  view_pos = viewed.xyz;
  view_normal = normal_matrix() * nor;
  gl_Position = camera.projection * viewed;
}
"""

# The cofactor matrix takes normals through any scale, mirrored ones too.
_NORMAL_MATRIX = """
mat3 normal_matrix()
{
  vec3 a = modelview[0].xyz, b = modelview[1].xyz, c = modelview[2].xyz;
  return mat3(cross(b, c), cross(c, a), cross(a, b));
}
"""

_FRAGMENT = """
void main()
{
  vec3 normal = normalize(view_normal);
  /* Towards the eye: a surface seen from behind is lit from behind. */
  vec3 eye = camera.perspective > 0.5 ? -view_pos : vec3(0.0, 0.0, 1.0);
  if (dot(normal, eye) < 0.0) { normal = -normal; }
  out_colour = vec4(clay(normal, camera.key.xyz, camera.up.xyz), 1.0);
  out_depth = -view_pos.z;
}
"""

_CAMERA_STRUCT = (
    "struct Camera { mat4 projection; vec4 key; vec4 up; float perspective; float pad_a; float pad_b; float pad_c; };"
)


@dataclass(frozen=True)
class Frame:
    """What one submission gave, top row first."""

    colour: NDArray[np.uint8]
    """Clay, RGB, shape (h, w, 3), display-referred."""
    depth: NDArray[np.float32]
    """Metres along the viewing axis, shape (h, w), 0 where there is nothing."""


class Raster:
    """Draws instances into targets of width × height pixels; call `free` when done."""

    def __init__(self, width: int, height: int, scale: int = 2) -> None:
        gpu_ready()
        self._size = (width * scale, height * scale)
        self._scale = scale
        self._shader = _shader()
        self._format = gpu.types.GPUVertFormat()
        for name in ("pos", "nor"):
            self._format.attr_add(id=name, comp_type="F32", len=3, fetch_mode="FLOAT")
        self._colour = gpu.types.GPUTexture(self._size, format="RGBA8")
        self._depth = gpu.types.GPUTexture(self._size, format="R32F")
        self._z = gpu.types.GPUTexture(self._size, format="DEPTH_COMPONENT32F")
        self._target = gpu.types.GPUFrameBuffer(depth_slot=self._z, color_slots=(self._colour, self._depth))
        self._batches: dict[bytes, gpu.types.GPUBatch] = {}
        self._used: set[bytes] = set()

    def free(self) -> None:
        """Give the graphics memory back."""
        self._batches.clear()
        del self._target, self._colour, self._depth, self._z

    def draw(self, items: Sequence[Instance], view: Matrix, projection: Matrix, key: Vector) -> Frame:
        """One frame of `items` through a camera. `key` points to the light, in the world."""
        rotation = view.to_3x3()
        camera = gpu.types.GPUUniformBuf(_camera_bytes(projection, rotation @ key, rotation.col[2]))
        batches = [(self._batch(item.mesh), np.array(view) @ item.matrix) for item in items]
        with self._target.bind():
            self._target.clear(color=(0.0, 0.0, 0.0, 0.0), depth=1.0)
            _state(*self._size)
            self._shader.bind()
            self._shader.uniform_block("camera", camera)
            for batch, modelview in batches:
                self._shader.uniform_float("modelview", Matrix(modelview))
                batch.draw(self._shader)
            frame = self._read()
        gpu.state.depth_test_set("NONE")
        gpu.state.depth_mask_set(False)
        self._forget_unused()
        return frame

    def _batch(self, mesh: Mesh) -> gpu.types.GPUBatch:
        """The uploaded mesh; equal meshes, in this frame or the next, are uploaded once."""
        self._used.add(mesh.digest)
        batch = self._batches.get(mesh.digest)
        if batch is None:
            buffer = gpu.types.GPUVertBuf(format=self._format, len=len(mesh.positions))
            buffer.attr_fill("pos", mesh.positions)
            buffer.attr_fill("nor", mesh.normals)
            if mesh.triangles is None:
                batch = gpu.types.GPUBatch(type="TRIS", buf=buffer)
            else:
                index = gpu.types.GPUIndexBuf(type="TRIS", seq=mesh.triangles)
                batch = gpu.types.GPUBatch(type="TRIS", buf=buffer, elem=index)
            self._batches[mesh.digest] = batch
        return batch

    def _forget_unused(self) -> None:
        """Drop what this frame did not show, or a deforming character would fill the memory."""
        for digest in self._batches.keys() - self._used:
            del self._batches[digest]
        self._used.clear()

    def _read(self) -> Frame:
        width, height = self._size
        colour = self._target.read_color(0, 0, width, height, 4, 0, "UBYTE")
        colour.dimensions = width * height * 4
        rgba = np.array(colour, np.uint8).reshape(height, width, 4)[::-1]
        distance = self._target.read_color(0, 0, width, height, 1, 1, "FLOAT")
        distance.dimensions = width * height
        metres = np.array(distance, np.float32).reshape(height, width)[::-1]
        empty = rgba[:, :, 3] == 0
        if empty.any():
            rgba = rgba.copy()
            rgba[empty, :3] = [round(255 * value) for value in clay.BACKGROUND]
        step = self._scale
        return Frame(clay.picture(rgba, step), np.ascontiguousarray(metres[step // 2 :: step, step // 2 :: step]))


def _state(width: int, height: int) -> None:
    gpu.state.depth_test_set("LESS_EQUAL")
    gpu.state.depth_mask_set(True)
    gpu.state.face_culling_set("NONE")
    gpu.state.blend_set("NONE")
    gpu.state.viewport_set(0, 0, width, height)


def _camera_bytes(projection: Matrix, key: Vector, up: Vector) -> bytes:
    """The `Camera` struct, std140: matrices by column, vectors padded to four floats."""
    # Last row of a perspective projection is (0, 0, -1, 0), of an orthographic one (0, 0, 0, 1).
    perspective = 1.0 if abs(projection[3][3]) < 0.5 else 0.0
    rows = [np.array(projection, np.float32).T.ravel(), (*key, 0.0), (*up, 0.0), (perspective, 0.0, 0.0, 0.0)]
    return np.concatenate([np.asarray(row, np.float32) for row in rows]).tobytes()


def _shader() -> gpu.types.GPUShader:
    info = gpu.types.GPUShaderCreateInfo()
    info.push_constant("MAT4", "modelview")
    info.typedef_source(_CAMERA_STRUCT)
    info.uniform_buf(0, "Camera", "camera")
    info.vertex_in(0, "VEC3", "pos")
    info.vertex_in(1, "VEC3", "nor")
    stage = gpu.types.GPUStageInterfaceInfo("shotwright_stage")
    stage.smooth("VEC3", "view_pos")
    stage.smooth("VEC3", "view_normal")
    info.vertex_out(stage)
    info.fragment_out(0, "VEC4", "out_colour")
    info.fragment_out(1, "FLOAT", "out_depth")
    info.vertex_source(_NORMAL_MATRIX + _VERTEX)
    info.fragment_source(clay.FRAGMENT + _FRAGMENT)
    return gpu.shader.create_from_info(info)

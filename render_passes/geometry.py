"""The evaluated scene as the camera sees it: instances, their meshes, and what never deforms."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

__all__ = ["Instance", "Mesh", "MeshCache", "camera_projection", "instances", "view_layer_of"]

_DRAWN = {"MESH", "CURVE", "SURFACE", "FONT", "META"}


@dataclass(frozen=True)
class Mesh:
    """Triangles of one evaluated object in its own space.

    `positions` and `normals` are float32 of shape (n, 3); `triangles` int32 of shape (t, 3) indexes
    them, or is None where each three rows are one triangle (flat or split normals).
    """

    positions: NDArray[np.float32]
    normals: NDArray[np.float32]
    triangles: NDArray[np.int32] | None
    digest: bytes


@dataclass(frozen=True)
class Instance:
    """One thing to draw: a mesh, where it stands, and the key it is cached by."""

    key: tuple[str, int]
    mesh: Mesh
    matrix: NDArray[np.float64]
    """Object to world, shape (4, 4)."""
    name: str


def view_layer_of(scene: bpy.types.Scene) -> bpy.types.ViewLayer:
    """The view layer that is drawn: the first one that is used for rendering, else the first."""
    return next((layer for layer in scene.view_layers if layer.use), scene.view_layers[0])


def camera_projection(
    camera: bpy.types.Object, depsgraph: bpy.types.Depsgraph, scene: bpy.types.Scene, width: int, height: int
) -> tuple[Matrix, Matrix]:
    """View matrix (world to camera, scale removed as Blender does) and projection matrix of a camera."""
    evaluated = camera.evaluated_get(depsgraph)
    render = scene.render
    projection = evaluated.calc_matrix_camera(
        depsgraph, x=width, y=height, scale_x=render.pixel_aspect_x, scale_y=render.pixel_aspect_y
    )
    return evaluated.matrix_world.normalized().inverted(), projection


class MeshCache:
    """Meshes by object data; what can't deform is read once."""

    def __init__(self) -> None:
        self._still: dict[tuple[str, int], Mesh] = {}

    def get(self, obj: bpy.types.Object, key: tuple[str, int], moves: bool) -> Mesh:
        """The mesh of an evaluated object; `moves` says that it may differ from frame to frame."""
        if not moves and key in self._still:
            return self._still[key]
        mesh = _read_mesh(obj)
        if not moves:
            self._still[key] = mesh
        return mesh


def instances(depsgraph: bpy.types.Depsgraph, cache: MeshCache) -> Iterator[Instance]:
    """Everything with a surface that would be rendered, in the dependency graph's stable order."""
    frame_meshes: dict[tuple[str, int], Mesh] = {}
    shown = _shown(depsgraph.scene)
    for item in depsgraph.object_instances:
        obj = item.object
        if obj.type not in _DRAWN or not item.show_self or _hidden(item, shown):
            continue
        key, moves = _key(obj)
        mesh = frame_meshes.get(key)
        if mesh is None:
            mesh = frame_meshes[key] = cache.get(obj, key, moves)
        if len(mesh.positions):
            yield Instance(key, mesh, np.array(item.matrix_world, np.float64), obj.name)


def _shown(scene: bpy.types.Scene | None) -> set[int]:
    """Session uids of the objects in collections that are rendered: hiding one hides its children."""
    found: set[int] = set()
    while scene is not None:
        left = [scene.collection]
        while left:
            collection = left.pop()
            if not collection.hide_render:
                found.update(obj.session_uid for obj in collection.objects)
                left.extend(collection.children)
        scene = scene.background_set
    return found


def _hidden(item: bpy.types.DepsgraphObjectInstance, shown: set[int]) -> bool:
    owner = item.parent if item.is_instance and item.parent else item.object
    original = owner.original
    return original.hide_render or item.object.original.hide_render or original.session_uid not in shown


def _key(obj: bpy.types.Object) -> tuple[tuple[str, int], bool]:
    """What identifies the evaluated mesh of an object within a run, and whether it may deform.

    An object whose data has no shape keys, drivers or animation and that has no modifiers shares
    its mesh with every other user of the data. Session uids are unique in a session, names are not
    across libraries.
    """
    data = obj.data
    original = obj.original
    moves = bool(
        len(original.modifiers)
        or getattr(original.data, "shape_keys", None)
        or getattr(original.data, "animation_data", None)
        or obj.type != "MESH"
        or obj.mode == "EDIT"
    )
    if moves:
        return (data.name_full if data else "", original.session_uid), True
    return (data.name_full, original.data.session_uid), False


def _read_mesh(obj: bpy.types.Object) -> Mesh:
    owned = obj.type != "MESH"
    data = obj.to_mesh() if owned else obj.data
    try:
        return _arrays(data) if data is not None and len(data.polygons) else _EMPTY
    finally:
        if owned:
            obj.to_mesh_clear()


def _arrays(data: bpy.types.Mesh) -> Mesh:
    positions = np.empty(len(data.vertices) * 3, np.float32)
    data.attributes["position"].data.foreach_get("vector", positions)
    positions = positions.reshape(-1, 3)
    triangles = data.loop_triangles
    corners = np.empty(len(triangles) * 3, np.int32)
    vertices = np.empty(len(triangles) * 3, np.int32)
    triangles.foreach_get("vertices", vertices)
    if data.normals_domain == "POINT":
        normals = np.empty(len(positions) * 3, np.float32)
        data.vertex_normals.foreach_get("vector", normals)
        mesh = (positions, normals.reshape(-1, 3), vertices.reshape(-1, 3))
    else:
        triangles.foreach_get("loops", corners)
        normals = np.empty(len(data.loops) * 3, np.float32)
        data.corner_normals.foreach_get("vector", normals)
        mesh = (positions[vertices], normals.reshape(-1, 3)[corners], None)
    digest = hashlib.sha256(positions.tobytes())
    digest.update(vertices.tobytes())
    digest.update(normals.tobytes())
    return Mesh(*mesh, digest.digest())


_EMPTY = Mesh(np.empty((0, 3), np.float32), np.empty((0, 3), np.float32), None, b"")

"""The evaluated scene as the camera sees it: instances, their meshes, and what never deforms."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from .owners import Owners

__all__ = [
    "Instance",
    "Mesh",
    "MeshCache",
    "Numbers",
    "boxes_of",
    "camera_projection",
    "corners_of",
    "in_view",
    "instances",
    "is_hidden",
    "shown_in",
    "view_layer_of",
]

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
    flat: bool = False
    """Every face is flat: `normals` repeats the positions and is not used."""

    @cached_property
    def box(self) -> NDArray[np.float64]:
        """Corners of the bounding box, homogeneous, (4, 8)."""
        low, high = self.positions.min(axis=0), self.positions.max(axis=0)
        grid = np.array(np.meshgrid(*zip(low, high, strict=True))).reshape(3, 8)
        return np.vstack((grid, np.ones(8)))


@dataclass(frozen=True)
class Instance:
    """One thing to draw: a mesh, where it stands, and whose it is."""

    identity: tuple[object, ...]
    """The same thing in another frame has the same identity."""
    mesh: Mesh
    matrix: NDArray[np.float64]
    """Object to world, shape (4, 4)."""
    name: str
    asset: str
    """What it is a part of: the id of an asset (`@lou`), else the root of its parents (a rig, a set) or itself."""
    object_id: int = 0
    asset_id: int = 0
    """Numbers from 1, the same through a shot; 0 is nothing."""
    owner: int = 0
    """Session uid of the object that is in the scene: itself, or what instances it."""


class Numbers:
    """Numbers for names, in the order they are first asked for."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def of(self, name: str) -> int:
        """The number of a name, from 1."""
        return self._numbers.setdefault(name, len(self._numbers) + 1)

    def names(self) -> dict[int, str]:
        """Name by number."""
        return {number: name for name, number in self._numbers.items()}


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
    """Meshes by object data; what can't deform is read once.

    With `outlines` meshes that deform are read without normals, as if flat, and their triangles only again when
    there are more or fewer: a third of the time, and enough where no light falls on them. `shared`: a cache whose
    still meshes are used too.
    """

    def __init__(self, shared: MeshCache | None = None, outlines: bool = False) -> None:
        self._still: dict[tuple[object, ...], Mesh] = shared._still if shared else {}
        self._triangles: dict[tuple[object, ...], NDArray[np.int32]] | None = {} if outlines else None

    def get(self, obj: bpy.types.Object, key: tuple[object, ...], moves: bool) -> Mesh:
        """The mesh of an evaluated object; `moves` says that it may differ from frame to frame."""
        if not moves and key in self._still:
            return self._still[key]
        mesh = _read_mesh(obj, self._triangles if moves else None)
        if not moves:
            self._still[key] = mesh
        return mesh


def instances(
    depsgraph: bpy.types.Depsgraph, cache: MeshCache, objects: Numbers, assets: Numbers, owners: Owners | None = None
) -> Iterator[Instance]:
    """Everything with a surface that would be rendered, in the dependency graph's stable order."""
    owners = owners or Owners()
    frame_meshes: dict[tuple[object, ...], Mesh] = {}
    shown = shown_in(depsgraph.scene)
    for item in depsgraph.object_instances:
        obj = item.object
        if obj.type not in _DRAWN or not item.show_self or is_hidden(item, shown):
            continue
        key, moves = _key(obj)
        mesh = frame_meshes.get(key)
        if mesh is None:
            mesh = frame_meshes[key] = cache.get(obj, key, moves)
        if len(mesh.positions):
            owner = item.parent if item.is_instance and item.parent else obj
            asset = owners.of(item)
            identity = (obj.original.session_uid, *(item.persistent_id if item.is_instance else ()))
            matrix = np.array(item.matrix_world, np.float64)
            numbers = objects.of(owner.name), assets.of(asset)
            yield Instance(identity, mesh, matrix, owner.name, asset, *numbers, owner.original.session_uid)


def shown_in(scene: bpy.types.Scene | None) -> set[int]:
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


def is_hidden(item: bpy.types.DepsgraphObjectInstance, shown: set[int]) -> bool:
    """Whether renders hide an instance; `shown` is of `shown_in`."""
    owner = item.parent if item.is_instance and item.parent else item.object
    # Evaluated values: hide_render may be animated.
    return owner.hide_render or item.object.hide_render or owner.original.session_uid not in shown


def _key(obj: bpy.types.Object) -> tuple[tuple[object, ...], bool]:
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
        # Geometry nodes make several meshes for one owner, all of one name; within a frame each has its address.
        address = data.as_pointer() if data else 0
        return (data.name_full if data else "", original.session_uid, address), True
    return (data.name_full, original.data.session_uid), False


def _read_mesh(obj: bpy.types.Object, triangles: dict[tuple[object, ...], NDArray[np.int32]] | None) -> Mesh:
    """`triangles`: those of outlines that were read before; None where all of the mesh is wanted."""
    owned = obj.type != "MESH"
    data = obj.to_mesh() if owned else obj.data
    try:
        if data is None or not len(data.polygons):
            return _EMPTY
        if triangles is None:
            return _arrays(data)
        counts = len(data.vertices), len(data.loops), len(data.polygons)
        return _outline(data, triangles, (data.name_full, obj.original.session_uid, *counts))
    finally:
        if owned:
            obj.to_mesh_clear()


def _positions(data: bpy.types.Mesh) -> NDArray[np.float32]:
    positions = np.empty(len(data.vertices) * 3, np.float32)
    data.attributes["position"].data.foreach_get("vector", positions)
    return positions.reshape(-1, 3)


def _outline(data: bpy.types.Mesh, known: dict[tuple[object, ...], NDArray[np.int32]], key: tuple[object, ...]) -> Mesh:
    positions = _positions(data)
    if key not in known:
        vertices = np.empty(len(data.loop_triangles) * 3, np.int32)
        data.loop_triangles.foreach_get("vertices", vertices)
        known[key] = vertices.reshape(-1, 3)
    digest = hashlib.sha256(positions.tobytes() + repr(key).encode())
    return Mesh(positions, positions, known[key], digest.digest(), flat=True)


def _arrays(data: bpy.types.Mesh) -> Mesh:
    positions = _positions(data)
    triangles = data.loop_triangles
    corners = np.empty(len(triangles) * 3, np.int32)
    vertices = np.empty(len(triangles) * 3, np.int32)
    triangles.foreach_get("vertices", vertices)
    flat = data.normals_domain == "FACE"
    if flat:
        # Expanding every corner would cost six times the vertices; the drawing finds these itself.
        normals = positions
        mesh = (positions, normals, vertices.reshape(-1, 3))
    elif data.normals_domain == "POINT":
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
    digest.update(b"flat" if flat else b"")
    return Mesh(*mesh, digest.digest(), flat)


def _world_boxes(items: Sequence[Instance]) -> NDArray[np.float64]:
    """Corners of the bounding boxes in the world, homogeneous, (n, 4, 8)."""
    return np.stack([item.matrix for item in items]) @ np.stack([item.mesh.box for item in items])


def boxes_of(items: Sequence[Instance]) -> NDArray[np.float64]:
    """Corners of the bounding boxes of instances in the world, (n, 8, 3)."""
    if not items:
        return np.zeros((0, 8, 3))
    return _world_boxes(items)[:, :3].transpose(0, 2, 1)


def corners_of(items: Sequence[Instance]) -> NDArray[np.float64]:
    """The same in one list, (8 n, 3); the origin when there is nothing."""
    return boxes_of(items).reshape(-1, 3) if items else np.zeros((1, 3))


def in_view(items: Sequence[Instance], clip: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which instances can be seen through a matrix (world to clip): their box is not wholly beyond one side."""
    if not items:
        return np.zeros(0, bool)
    corners = clip @ _world_boxes(items)
    x, y, z, w = (corners[:, row] for row in range(4))
    sides = (x < -w, x > w, y < -w, y > w, z < -w, z > w)
    return ~np.any([side.all(axis=1) for side in sides], axis=0)


_EMPTY = Mesh(np.empty((0, 3), np.float32), np.empty((0, 3), np.float32), None, b"")

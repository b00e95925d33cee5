"""An asset by itself, standing upright and looking along -Y, in metres: what sheets are drawn of."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import bpy
import numpy as np
from numpy.typing import NDArray

from ..core.brief.track import Body
from ..core.errors import SceneError
from ..core.rigs.data import JOINTS, Recognised
from ..core.rigs.estimate import body_axes
from .bodies import Bodies
from .compat import has_shader_nodes
from .evaluation import viewport_colour
from .geometry import Instance, Mesh, MeshCache, Numbers, instances
from .owners import Owners, rigs_of, upwards
from .people import Cast, Person
from .suitability import survey

__all__ = ["AROUND", "Model", "model_of", "posed"]

Floats = NDArray[np.float64]

AROUND = 1
"""The number of what is not the asset's."""
_CLAY = (0.6, 0.6, 0.6)
_DEFAULT = (0.8, 0.8, 0.8)
"""A material's viewport colour that nobody chose."""
_PALE = (0.74, 0.74, 0.74)
"""What stands around a prop."""
_LEAN = 0.2
"""Part of a height that a spine may lean before the rig is taken to lie."""


@dataclass(frozen=True)
class Model:
    """What is drawn. Everything is turned: up is Z, front is -Y, the ground is at 0, the middle at x = y = 0."""

    parts: list[Instance]
    """The asset; `object_id` is the number of the colour, `asset_id` that of the object in this colour."""
    around: list[Instance]
    """What else there is."""
    colours: NDArray[np.float32]
    """Linear RGBA by number, as `light.Look.colours`."""
    body: Body | None
    """Joints, chin and top of the head of its first person, turned too; None where it is nobody."""
    front: str
    """How the front was found, in words."""
    rigged: bool
    """Whether an armature moves it."""
    notes: list[str] = field(default_factory=list)

    def points(self) -> Floats:
        """Every corner of its surface, (n, 3)."""
        return np.concatenate([placed(part) for part in self.parts])


def placed(part: Instance) -> Floats:
    """The corners of a part where they stand, (n, 3)."""
    return part.mesh.positions @ part.matrix[:3, :3].T + part.matrix[:3, 3]


@contextmanager
def posed(
    scene: bpy.types.Scene, layer: bpy.types.ViewLayer, mark: str, owners: Owners, pose: str | int
) -> Iterator[None]:
    """Inside, the rigs of an asset are at rest, or the scene is at a frame. `pose`: rest, current, or the frame.

    Use inside `as_rendered`, which puts the playhead back.
    """
    before: list[tuple[bpy.types.Armature, str]] = []
    try:
        if pose == "rest":
            for data in {rig.data.session_uid: rig.data for rig in _rigs(mark, owners)}.values():
                if data.pose_position != "REST":
                    before.append((data, data.pose_position))
                    data.pose_position = "REST"
        frame = pose if isinstance(pose, int) else scene.frame_current
        scene.frame_set(frame, subframe=0.0 if isinstance(pose, int) else scene.frame_subframe)
        yield
    finally:
        for data, position in before:
            data.pose_position = position


def _objects(mark: str, owners: Owners) -> Iterator[bpy.types.Object]:
    """The objects that are the asset's; those in collections that are only instanced too."""
    for obj in bpy.data.objects:
        if owners.of_object(obj) == mark:
            yield obj
        if obj.instance_type == "COLLECTION" and obj.instance_collection is not None:
            yield from (each for each in obj.instance_collection.all_objects if owners.of_object(each, obj) == mark)


def _rigs(mark: str, owners: Owners) -> Iterator[bpy.types.Object]:
    """The armatures that are the asset's or move what is."""
    return (rig for obj in _objects(mark, owners) for rig in rigs_of(obj))


def model_of(
    scene: bpy.types.Scene,
    layer: bpy.types.ViewLayer,
    mark: str,
    owners: Owners,
    recognised: Mapping[str, Recognised],
    turn: tuple[bool, float] = (False, 0.0),
    neutral: bool = False,
) -> Model:
    """The asset as it is now. Use inside `posed`.

    `turn` is of `core.sheet.turn_of`. Raises SceneError where renders show nothing of it.
    """
    depsgraph = layer.depsgraph
    palette = _Palette(neutral)
    surfaces = _surfaces(depsgraph)
    every = list(instances(depsgraph, MeshCache(), Numbers(), Numbers(), owners))
    own = [item for item in every if item.asset == mark]
    if not own:
        raise _nothing(scene, layer, mark, owners)
    parts = [part for item in own for part in palette.split(item, surfaces)]
    around = [replace(item, object_id=AROUND, asset_id=AROUND) for item in every if item.asset != mark]
    people = _people(depsgraph, recognised, owners, mark, own)
    axes, found = _axes(own, owners, mark, people, turn)
    unit = scene.unit_settings.scale_length or 1.0
    corners = np.concatenate([placed(part) for part in parts]) @ axes.T * unit
    low, high = corners.min(axis=0), corners.max(axis=0)
    if not float((high - low).max()) > 1e-6:
        raise SceneError(f"What renders show of {mark} has no size: check its scale.")
    turned = np.eye(4)
    turned[:3, :3] = axes * unit
    turned[:3, 3] = -np.array(((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]))
    parts, around = ([replace(part, matrix=turned @ part.matrix) for part in group] for group in (parts, around))
    people = [
        replace(person, places=_moved(person.places, turned), head=_maybe(person.head, turned)) for person in people
    ]
    body = Bodies(1.0).at({mark: parts}, {mark: people})[mark] if people else None
    return Model(
        parts,
        around,
        palette.rows(),
        body,
        found,
        bool(list(_rigs(mark, owners))),
        _missing(scene, layer, mark, owners),
    )


def _nothing(scene: bpy.types.Scene, layer: bpy.types.ViewLayer, mark: str, owners: Owners) -> SceneError:
    """Why there is nothing to draw."""
    missing = _missing(scene, layer, mark, owners)
    if missing:
        return SceneError(f"{mark} has no surface: {missing[0]}")
    return SceneError(
        f"Renders show nothing of {mark} at frame {scene.frame_current}: show its objects in renders, or choose a "
        "frame that shows them with --pose FRAME."
    )


def _moved(points: Floats, matrix: Floats) -> Floats:
    return points @ matrix[:3, :3].T + matrix[:3, 3]


def _maybe(points: Floats | None, matrix: Floats) -> Floats | None:
    return None if points is None else _moved(points, matrix)


def _people(
    depsgraph: bpy.types.Depsgraph,
    recognised: Mapping[str, Recognised],
    owners: Owners,
    mark: str,
    own: Sequence[Instance],
) -> list[Person]:
    """The asset's people: whose rig is the asset's, else whose rig moves what is."""
    everybody = list(Cast(recognised, owners).at(depsgraph))
    mine = [person for person in everybody if person.asset == mark]
    if mine:
        return mine[:1]
    uids = {item.identity[0] for item in own}
    movers = {rig.session_uid for obj in bpy.data.objects if obj.session_uid in uids for rig in rigs_of(obj)}
    return [person for person in everybody if person.owner[0] in movers][:1]


def _missing(scene: bpy.types.Scene, layer: bpy.types.ViewLayer, mark: str, owners: Owners) -> list[str]:
    """What our own drawing leaves out of the asset, a sentence each."""
    straight = SimpleNamespace(name="", data=SimpleNamespace(type="PERSP"))
    found = survey(scene, layer, straight)
    own = {obj.name for obj in _objects(mark, owners)}
    kinds = (
        (found.hair, "hair", "is left out of sheets"),
        (found.volumes + found.media, "a volume", "is left out of sheets"),
        (found.points, "a point cloud", "is left out of sheets"),
        (found.cut_outs, "a see-through material", "is drawn solid"),
    )
    return [f"{name!r} has {what}, which {so}." for names, what, so in kinds for name in names if name in own]


# -- axes -------------------------------------------------------------------------------------------


def _axes(
    own: Sequence[Instance], owners: Owners, mark: str, people: Sequence[Person], turn: tuple[bool, float]
) -> tuple[Floats, str]:
    """Rows to the model's left, its back and up, in the scene; and how the front was found."""
    home = next(obj for obj in bpy.data.objects if obj.session_uid == own[0].owner)
    home = [each for each in upwards(home) if owners.of_object(each) == mark or each == home][-1]
    up = np.array((0.0, 0.0, 1.0))
    is_axis, degrees = turn
    forward, found = None, ""
    if people and not is_axis:
        joints = dict(zip(JOINTS, people[0].places.tolist(), strict=False))
        chest = body_axes({name: place for name, place in joints.items() if np.isfinite(place).all()})
        if chest is not None:
            up = _upright(np.array(chest[1]), people[0])
            forward, found = _level(np.array(chest[2]), up), "its rig"
    if forward is None:
        # What a thing is made to look along, wherever it was turned to in the scene.
        forward, found = _level(-np.array(home.matrix_world)[:3, 1], up), f"-Y of {home.name!r}"
    if forward is None:
        forward, found = np.array((0.0, -1.0, 0.0)), "-Y of the scene"
    forward = _turned(forward, up, math.radians(degrees))
    if degrees or is_axis:
        found = "--front" if is_axis else f"{found}, turned by {degrees:g} degrees"
    return np.stack((np.cross(up, forward), -forward, up)), found


def _upright(spine: Floats, person: Person) -> Floats:
    """The scene's up; of a rig that lies, or is made to stand along another axis, the nearest of its own axes."""
    up = np.array((0.0, 0.0, 1.0))
    if spine @ up >= 1 - _LEAN:
        return up
    rig = next((obj for obj in bpy.data.objects if obj.session_uid == person.owner[0]), None)
    if rig is None or rig.data.pose_position != "REST":
        return up
    axes = np.array(rig.matrix_world.to_3x3().normalized()).T
    return max((*axes, *-axes), key=lambda axis: float(axis @ spine))


def _level(direction: Floats, up: Floats) -> Floats | None:
    flat = direction - up * (direction @ up)
    length = float(np.linalg.norm(flat))
    return flat / length if length > 0.2 * float(np.linalg.norm(direction)) > 0 else None


def _turned(forward: Floats, up: Floats, angle: float) -> Floats:
    return forward * math.cos(angle) + np.cross(up, forward) * math.sin(angle)


# -- colours ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Surface:
    """How an evaluated object is coloured."""

    whole: tuple[float, ...] | None
    """One colour for all of it; None where its faces differ."""
    materials: list[tuple[float, ...]]
    of_triangle: NDArray[np.int32] | None


def _surfaces(depsgraph: bpy.types.Depsgraph) -> dict[tuple[object, ...], _Surface]:
    """How each instance is coloured, by its identity."""
    found: dict[tuple[object, ...], _Surface] = {}
    known: dict[tuple[int, int], _Surface] = {}
    for item in depsgraph.object_instances:
        obj = item.object
        if obj.data is None or not hasattr(obj.data, "materials"):
            continue
        key = obj.original.session_uid, obj.data.as_pointer()
        if key not in known:
            known[key] = _surface(obj)
        identity = (obj.original.session_uid, *(item.persistent_id if item.is_instance else ()))
        found[identity] = known[key]
    return found


def _surface(obj: bpy.types.Object) -> _Surface:
    slots = [slot.material for slot in obj.material_slots] or list(obj.data.materials)
    if tuple(obj.color) != (1.0, 1.0, 1.0, 1.0) or obj.type != "MESH" or len(slots) < 2:
        chosen = tuple(obj.color) != (1.0, 1.0, 1.0, 1.0)
        return _Surface(viewport_colour(obj)[:3] if chosen else _base(obj.active_material), [], None)
    triangles = obj.data.loop_triangles
    indices = np.empty(len(triangles), np.int32)
    triangles.foreach_get("material_index", indices)
    return _Surface(None, [_base(material) for material in slots], np.minimum(indices, len(slots) - 1))


def _base(material: bpy.types.Material | None) -> tuple[float, ...]:
    """A material's viewport colour; where nobody chose one, the base colour of its nodes."""
    if material is None:
        return _CLAY
    colour = tuple(material.diffuse_color)[:3]
    if np.allclose(colour, _DEFAULT, atol=1e-4) and has_shader_nodes(material):
        for node in material.node_tree.nodes:
            if node.type == "BSDF_PRINCIPLED" and not node.inputs["Base Color"].is_linked:
                return tuple(node.inputs["Base Color"].default_value)[:3]
    return colour


class _Palette:
    """Numbers for colours."""

    def __init__(self, neutral: bool) -> None:
        self._neutral = neutral
        self._numbers: dict[tuple[float, ...], int] = {}
        self._pieces: dict[tuple[object, ...], int] = {}

    def number(self, colour: Sequence[float]) -> int:
        key = tuple(round(float(value), 5) for value in colour[:3])
        return self._numbers.setdefault(key, AROUND + 1 + len(self._numbers))

    def rows(self) -> NDArray[np.float32]:
        rows = np.ones((2, AROUND + 1 + len(self._numbers), 4), np.float32)
        rows[0, AROUND, :3] = _PALE
        for colour, number in self._numbers.items():
            rows[0, number, :3] = colour
        return rows

    def split(self, item: Instance, surfaces: Mapping[tuple[object, ...], _Surface]) -> Iterator[Instance]:
        """An instance, one for each of its colours."""
        surface = surfaces.get(item.identity) or _Surface(_CLAY, [], None)
        indices, mesh = surface.of_triangle, item.mesh
        triangles = len(mesh.positions) // 3 if mesh.triangles is None else len(mesh.triangles)
        if self._neutral or indices is None or len(indices) != triangles:
            whole = surface.whole or next(iter(surface.materials), _CLAY)
            yield self._coloured(item, _CLAY if self._neutral else whole)
            return
        for index in np.unique(indices).tolist():
            part = replace(item, identity=(*item.identity, index), mesh=_part(mesh, indices == index, index))
            yield self._coloured(part, surface.materials[index])

    def _coloured(self, part: Instance, colour: Sequence[float]) -> Instance:
        number = self.number(colour)
        piece = self._pieces.setdefault((*part.identity, number), len(self._pieces) + AROUND + 1)
        return replace(part, object_id=number, asset_id=piece)


def _part(mesh: Mesh, chosen: NDArray[np.bool_], index: int) -> Mesh:
    """Some triangles of a mesh."""
    digest = mesh.digest + b"%d" % index
    if mesh.triangles is None:
        rows = np.repeat(chosen, 3)
        return Mesh(mesh.positions[rows], mesh.normals[rows], None, digest, mesh.flat)
    used, triangles = np.unique(mesh.triangles[chosen], return_inverse=True)
    positions = mesh.positions[used]
    normals = positions if mesh.flat else mesh.normals[used]
    return Mesh(positions, normals, triangles.reshape(-1, 3).astype(np.int32), digest, mesh.flat)

"""Who is in the shot: the joints of every recognised rig at a moment, in the world and in the picture."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import bpy
import numpy as np
from mathutils import Vector
from numpy.typing import NDArray

from ..core.pose import FACE_POINTS, HAND_POINTS, JOINTS, Point, Visible
from ..core.rigs.data import Recognised
from ..core.rigs.estimate import HEAD, LARGE_HEAD, body_axes, face_in_box, face_points, find_head
from ..core.rigs.face_points import face_bones
from .geometry import is_hidden, shown_in
from .owners import Owners

__all__ = ["NAMES", "Cast", "Person", "is_shown", "people_digest", "seen"]

NAMES: tuple[str, ...] = (
    *JOINTS,
    *(f"{side}_hand_{index}" for side in ("left", "right") for index in range(HAND_POINTS)),
    *(f"face_{index}" for index in range(FACE_POINTS)),
)
"""What the rows of a person's points are: the joints, the points of the left and the right hand, those of the face."""

Floats = NDArray[np.float64]
_Box = tuple[tuple[float, float, float], tuple[float, float, float]]

_SHORT_HEAD = 0.25
"""Less than this part of a torso high is no head but a hat or a nose on one that has no surface of its own."""
_OWN_DEPTH = 0.14
"""How far behind the surface a joint lies at most, in torso lengths: the hip of a wide body seen from the front.

Half the hip depth of the 95th percentile man over his torso length (NASA-STD-3000 vol. I, 3.3.1.3), rounded up."""
_ROUND = 2
"""Pixels around a joint that are looked at: a wrist may lie beside the surface it belongs to."""


@dataclass(frozen=True)
class Person:
    """Where the points of one rig are at one moment. Rows as `NAMES`."""

    id: str
    armature: str
    asset: str
    """What its surface belongs to in the picture, as `Instance.asset`."""
    places: Floats
    """World, (n, 3); NaN where the rig has no such point."""
    estimated: NDArray[np.bool_]
    torso: float
    """From the middle of the shoulders to the middle of the hips, in scene units."""
    head: Floats | None = None
    """Chin and top of the head, (2, 3), in the world; None where no bone carries a head."""
    owner: tuple[int, int] = (0, 0)
    """Session uids of the armature object and of what is in the scene: itself, or what instances it."""

    def digest(self) -> bytes:
        """Of everything that is drawn and written of this person."""
        # Not what the asset is called: of a renamed one everything looks the same.
        made = hashlib.sha256(f"{self.id}\0{self.armature}".encode())
        made.update(self.places.astype(np.float32).tobytes() + self.estimated.tobytes())
        return made.digest()


@dataclass(frozen=True)
class _Rig:
    """How the points of an armature are read from its pose."""

    rows: tuple[tuple[int, str, bool], ...]
    """Row in `NAMES`, bone, and whether its tail is meant."""
    head: str = ""
    """The bone that carries the face; empty where there is none."""
    face: tuple[tuple[int, tuple[float, float, float]], ...] = ()
    """Row and place in the space of that bone, of the points that are estimated."""
    crown: tuple[tuple[float, float, float], ...] = ()
    """Chin and top of the head in that space."""


class Cast:
    """The people of a scene by what was recognised in its armatures. Reads a moment in about a millisecond a rig.

    `recognised`: by full name of the armature object. `owners` say whose each of them is.
    """

    def __init__(self, recognised: Mapping[str, Recognised], owners: Owners | None = None) -> None:
        self._owners = owners or Owners()
        self._found = {name: found for name, found in recognised.items() if found.humanoid}
        self._rigs: dict[str, _Rig] = {}

    def at(self, depsgraph: bpy.types.Depsgraph) -> Iterator[Person]:
        """Everybody there is now, seen or not, in the dependency graph's stable order."""
        shown = shown_in(depsgraph.scene)
        for item in depsgraph.object_instances:
            obj = item.object
            if obj.type != "ARMATURE" or obj.original.name_full not in self._found or is_hidden(item, shown):
                continue
            name = obj.original.name_full
            if name not in self._rigs:
                self._rigs[name] = _rig(obj, self._found[name], depsgraph)
            owner = item.parent if item.is_instance and item.parent else obj
            copy = "".join(f".{number}" for number in item.persistent_id[:2]) if item.is_instance else ""
            matrix = np.array(item.matrix_world)
            uids = obj.original.session_uid, owner.original.session_uid
            yield _person(self._rigs[name], obj, matrix, f"{owner.name}{copy}", self._owners.of(item), uids)


def _rig(obj: bpy.types.Object, found: Recognised, depsgraph: bpy.types.Depsgraph) -> _Rig:
    """The face is placed at rest, where the head looks ahead; in the pose now where the rest pose is no body."""
    named = {name: joint for name, joint in found.joints.items() if joint}
    hands = {f"{side}_hand_{i}": j for side, points in found.hands.items() for i, j in enumerate(points) if j}
    points = {f"face_{index}": joint for index, joint in face_bones(obj.pose.bones).items()}
    rows = tuple(
        (NAMES.index(name), joint.bone, joint.end == "tail")
        for name, joint in {**named, **hands, **points}.items()
        if joint.bone in obj.pose.bones
    )
    bones = obj.data.bones
    rest = {n: bones[j.bone].tail_local if j.end == "tail" else bones[j.bone].head_local for n, j in named.items()}
    posed = {n: getattr(obj.pose.bones[j.bone], j.end) for n, j in named.items()}
    at_rest, now = body_axes(rest), body_axes(posed)
    good = at_rest is not None and (now is None or 0.6 < at_rest[3] / now[3] < 1.6)
    places, heads = (
        (rest, {bone.name: bone.head_local for bone in bones})
        if good
        else (posed, {bone.name: bone.head for bone in obj.pose.bones})
    )
    head = find_head(places, heads, {bone.name: bone.parent.name if bone.parent else None for bone in bones})
    if head is None:
        return _Rig(rows)
    space = (bones[head].matrix_local if good else obj.pose.bones[head].matrix).inverted()
    known = {row for row, _, _ in rows}
    face = {name: space @ Vector(place) for name, place in face_points(places, heads[head]).items()}
    axes = at_rest if good else now
    crown: list[Floats] = []
    if axes is not None:
        turn = np.array(space.to_3x3()) @ np.array(axes[:3]).T
        box = _head_box(obj, head, turn, depsgraph)
        if box is not None and box[1][1] - box[0][1] >= LARGE_HEAD * axes[3]:
            face = {name: turn @ np.array(place) for name, place in face_in_box(*box).items()}
        crown = _crown(box, turn, axes[3], face)
    estimated = tuple(
        (NAMES.index(name), tuple(place)) for name, place in face.items() if NAMES.index(name) not in known
    )
    return _Rig(rows, head, estimated, tuple(tuple(point.tolist()) for point in crown))


def _crown(box: _Box | None, turn: Floats, torso: float, face: Mapping[str, Sequence[float]]) -> list[Floats]:
    """Chin and top of a head: of its surface, else as far below and above the eyes as on the bodies measured.

    In the space of the head bone; `torso` and `turn` as of `body_axes` there.
    """
    if box is not None and box[1][1] - box[0][1] >= _SHORT_HEAD * torso:
        low, high = np.array(box)
        middle = (low + high) / 2
        return [turn @ np.array((middle[0], high_up, middle[2])) for high_up in (low[1], high[1])]
    if not {"l_eye", "r_eye", "l_ear", "r_ear"} <= face.keys():
        return []
    eyes, ears = ((np.array(face[f"l_{part}"]) + np.array(face[f"r_{part}"])) / 2 for part in ("eye", "ear"))
    up = turn[:, 1]
    middle = ears + up * (up @ (eyes - ears))
    return [middle - up * HEAD / 2 * torso, middle + up * HEAD / 2 * torso]


def _head_box(obj: bpy.types.Object, head: str, turn: Floats, depsgraph: bpy.types.Depsgraph) -> _Box | None:
    """What the surface of a head fills, lowest and highest left, up and forward; None where it has none.

    `turn`: left, up and forward of the body as columns, in the space of the head bone.
    """
    # As they are where they were made: depsgraph.objects lacks what only stands in an instanced collection.
    obj = obj.original.evaluated_get(depsgraph)
    bones = {head, *(bone.name for bone in obj.original.data.bones[head].children_recursive)}
    meshes = (each for each in depsgraph.ids if each.id_type == "OBJECT" and each.type == "MESH")
    found = [places for each in meshes if (places := _of_bones(each, obj, bones)) is not None]
    if not found:
        return None
    to_bone = np.linalg.inv(np.array(obj.matrix_world) @ np.array(obj.pose.bones[head].matrix))
    points = np.concatenate(found) @ to_bone[:3, :3].T + to_bone[:3, 3]
    along = points @ turn
    # A few hairs are no head.
    return tuple(np.percentile(along, 2, axis=0).tolist()), tuple(np.percentile(along, 98, axis=0).tolist())


def _of_bones(mesh: bpy.types.Object, obj: bpy.types.Object, bones: set[str]) -> Floats | None:
    """Where the points of a mesh that mostly follow these bones are now, in the world; None where none does."""
    original, rig = mesh.original, obj.original
    data = mesh.data
    if original.parent == rig and original.parent_type == "BONE" and original.parent_bone in bones:
        chosen = range(len(data.vertices))
    elif any(m.type == "ARMATURE" and m.object == rig for m in original.modifiers):
        if len(data.vertices) != len(original.data.vertices):
            return None
        groups = {group.index for group in original.vertex_groups if group.name in bones}
        chosen = [v.index for v in original.data.vertices if sum(g.weight for g in v.groups if g.group in groups) > 0.5]
    else:
        return None
    if not len(chosen):
        return None
    places = np.empty(len(data.vertices) * 3, np.float32)
    data.attributes["position"].data.foreach_get("vector", places)
    matrix = np.array(mesh.matrix_world)
    return places.reshape(-1, 3)[list(chosen)].astype(np.float64) @ matrix[:3, :3].T + matrix[:3, 3]


def _person(rig: _Rig, obj: bpy.types.Object, matrix: Floats, name: str, asset: str, owner: tuple[int, int]) -> Person:
    bones = obj.pose.bones
    places = np.full((len(NAMES), 3), np.nan)
    estimated = np.zeros(len(NAMES), bool)
    for row, bone, tail in rig.rows:
        posed = bones[bone]
        places[row] = matrix[:3, :3] @ np.array(posed.tail if tail else posed.head) + matrix[:3, 3]
    middle = _middle(places, "shoulder")
    if np.isfinite(middle).all():
        # OpenPose's neck is the middle of the shoulders, not the bone of that name (POSE_COCO_18).
        places[NAMES.index("neck")] = middle
    torso = float(np.linalg.norm(middle - _middle(places, "hip")))
    crown = None
    if rig.head:
        turned = matrix @ np.array(bones[rig.head].matrix)
        for row, offset in rig.face:
            places[row] = (turned @ np.array((*offset, 1.0)))[:3]
            estimated[row] = True
        if rig.crown:
            crown = np.array(rig.crown) @ turned[:3, :3].T + turned[:3, 3]
    torso = torso if np.isfinite(torso) else 0.0
    return Person(name, obj.original.name, asset, places, estimated, torso, crown, owner)


def _middle(places: Floats, part: str) -> Floats:
    return (places[NAMES.index(f"l_{part}")] + places[NAMES.index(f"r_{part}")]) / 2


# -- in the picture -------------------------------------------------------------------------------


def seen(
    person: Person, view: Floats, projection: Floats, size: tuple[int, int], depth: Floats, own: NDArray[np.bool_]
) -> list[Point | None]:
    """The points of a person in a picture of `size` (width, height). Rows as `NAMES`; None where there is none.

    `depth` is (h, w) in metres along the axis, 0 where there is nothing; `own` says which pixels show the
    person. A point is occluded when something else is in front of it everywhere around, or its own body further
    than a body is thick.
    """
    width, height = size
    points = np.c_[person.places, np.ones(len(person.places))]
    in_camera = points @ view.T
    clip = in_camera @ projection.T
    with np.errstate(divide="ignore", invalid="ignore"):
        x = (clip[:, 0] / clip[:, 3] + 1) / 2 * width
        y = (1 - clip[:, 1] / clip[:, 3]) / 2 * height
    found: list[Point | None] = []
    for row in range(len(points)):
        if np.isnan(person.places[row]).any():
            found.append(None)
            continue
        right, up, back = (float(value) for value in in_camera[row, :3])
        behind = clip[row, 3] <= 0 or (projection[3, 2] != 0 and back >= 0)
        inside = not behind and 0 <= x[row] < width and 0 <= y[row] < height
        word: Visible = "outside"
        if inside:
            word = "seen" if _is_seen(person, x[row], y[row], -back, depth, own) else "occluded"
        place = (float("nan"), float("nan")) if behind else (float(x[row]), float(y[row]))
        found.append(Point(*place, (right, up, -back), word, bool(person.estimated[row])))
    return found


def _is_seen(person: Person, x: float, y: float, z: float, depth: Floats, own: NDArray[np.bool_]) -> bool:
    near = _around(x, y)
    there, mine = depth[near], own[near]
    thick = _OWN_DEPTH * (person.torso or z / 10)
    free = (there == 0) | (there >= z - thick * 0.25)
    return bool((free | (mine & (there >= z - thick))).any())


def is_shown(found: Sequence[Point | None], own: NDArray[np.bool_]) -> bool:
    """Whether a picture shows anything of a person: a point is seen, or their own surface where a point is.

    A thick body hides all of its own joints. `found` of `seen`, and `own` as for it.
    """
    return any(
        point.visible == "seen" or (point.visible == "occluded" and bool(own[_around(point.x, point.y)].any()))
        for point in found
        if point is not None
    )


def _around(x: float, y: float) -> tuple[slice, slice]:
    """The pixels around a place."""
    column, row = int(x), int(y)
    return slice(max(0, row - _ROUND), row + _ROUND + 1), slice(max(0, column - _ROUND), column + _ROUND + 1)


def people_digest(people: Sequence[Person]) -> bytes:
    """Of everybody at a moment."""
    return b"".join(person.digest() for person in people)

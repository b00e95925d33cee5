"""Put a motion from a file, or from another armature, onto a person of the scene."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy

from ..core.errors import BadInput, Refused
from ..core.rigs import footing
from ..core.rigs.data import Recognised, bones_hash
from ..core.rigs.retarget import Body, Moves, Rig, body_of, resampled, turned, up_of, upright
from . import motion_bake, rig_maps
from .motion_source import SUFFIXES, action_range, imported, read_rest, sampled

if TYPE_CHECKING:
    Maps = Iterable[Recognised]

__all__ = ["SUFFIXES", "Done", "Wanted", "put", "wanted"]

_CHECKED = 24
"""Frames at which the outcome is measured."""


@dataclass(frozen=True)
class Wanted:
    """What to put where. Frames `first` and `last` are the source's own, `start` is the scene's."""

    onto: str
    source: str
    start: int | None = None
    first: float | None = None
    last: float | None = None
    here: bool = True
    mute: bool = False


@dataclass(frozen=True)
class Done:
    """What was done."""

    armature: str
    source: str
    action: str
    frames: tuple[int, int]
    fps: float
    source_frames: tuple[float, float]
    source_fps: float
    scale: float
    bones: tuple[str, ...]
    mean_error: float
    """Degrees between the limbs and the source's, measured in the scene."""
    largest_error: float
    notes: tuple[str, ...] = ()
    muted: tuple[str, ...] = ()

    def sentence(self) -> str:
        """For people."""
        first, last = self.frames
        return (
            f"{self.armature} moves from frame {first} to {last} as {self.source}: {len(self.bones)} bones, limbs "
            f"within {self.mean_error:.1f}° on average."
        )

    def document(self) -> dict[str, Any]:
        """The document of the `motion` verb, without `saved`."""
        return {
            "schema": "shotwright.motion.1",
            "armature": self.armature,
            "source": self.source,
            "action": self.action,
            "frames": list(self.frames),
            "fps": self.fps,
            "source_frames": list(self.source_frames),
            "source_fps": self.source_fps,
            "scale": round(self.scale, 6),
            "bones": list(self.bones),
            "joint_error_degrees": {"mean": round(self.mean_error, 3), "largest": round(self.largest_error, 3)},
            "muted": list(self.muted),
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class _Motion:
    """A source, read."""

    body: Body
    moves: Moves
    fps: float
    frames: tuple[float, float]
    name: str
    notes: list[str] = field(default_factory=list[str])


def wanted(given: argparse.Namespace) -> Wanted:
    """What the arguments of the `motion` verb ask for."""
    return Wanted(
        onto=given.onto,
        source=given.source,
        start=given.start,
        first=given.first,
        last=given.last,
        here=given.place == "here",
        mute=given.mute_constraints,
    )


def put(scene: bpy.types.Scene, asked: Wanted, maps: Maps = ()) -> Done:
    """Put a motion onto an armature of `scene`. Nothing is changed when it can't be done.

    `maps`: joints of armatures that are known already, by their bones. Raises BadInput, or Refused for bones that
    something else holds.
    """
    obj = _target(scene, asked)
    start = scene.frame_start if asked.start is None else asked.start
    fps = scene.render.fps / scene.render.fps_base
    with _source(scene, asked, obj, maps) as motion:
        now = sampled(scene, obj, [start])
        world = _world(scene, obj, start)
        rig = _rig(obj, _recognised(obj, maps), read_rest(obj, world))
        target = _body(rig, now, f"{obj.name!r} can't be moved")
        stance = footing.stance_of(target, now, float(world.translation.z))
        done = footing.put(motion.body, motion.moves, target, stance, fps, asked.here)
        mover = motion_bake.mover_of(obj, rig.names[target.chains.root]) if done.shift is not None else None
        found = _held(obj, rig, done, mover, asked.mute)
        notes = [*motion.notes, *done.notes]
        keys = footing.keys_of(
            rig,
            done,
            None if mover is None else rig.names.index(mover),
            motion_bake.settings(obj)["free"],
            [number for column in world.col for number in column],
            mover is None or obj.data.bones[mover].use_local_location,
        )
    frames = (start, start + len(motion.moves) - 1)
    _let_go(scene, obj, start, found, notes)
    action, said = motion_bake.bake(obj, keys, motion.name, start)
    errors = _measured(scene, obj, target, done, start)
    return Done(
        armature=obj.name,
        source=asked.source,
        action=action.name,
        frames=frames,
        fps=fps,
        source_frames=motion.frames,
        source_fps=motion.fps,
        scale=done.scale,
        bones=tuple(keys.turns),
        mean_error=errors[0],
        largest_error=errors[1],
        notes=(*notes, *said),
        muted=tuple(dict.fromkeys(hold.bone for hold in found)),
    )


# -- the target -----------------------------------------------------------------------------------


def _target(scene: bpy.types.Scene, wanted: Wanted) -> bpy.types.Object:
    found = [obj for obj in scene.objects if obj.type == "ARMATURE" and wanted.onto in (obj.name, obj.name_full)]
    if not found:
        known = ", ".join(obj.name for obj in scene.objects if obj.type == "ARMATURE") or "none"
        raise BadInput(f"The scene has no armature {wanted.onto!r}. Armatures: {known}.")
    obj = found[0]
    if obj.library:
        raise BadInput(f"{obj.name!r} is linked from another file: make a library override of it first.")
    if obj.mode == "EDIT":
        raise BadInput(f"{obj.name!r} is being edited: leave Edit Mode first.")
    if obj.animation_data and obj.animation_data.use_tweak_mode:
        raise BadInput(f"A strip of {obj.name!r} is being tweaked in the Nonlinear Animation editor: leave that first.")
    if obj.matrix_world.determinant() <= 0:
        raise BadInput(f"{obj.name!r} is mirrored or scaled to nothing: apply its scale first.")
    if obj.name == wanted.source:
        raise BadInput(f"{obj.name!r} would be given its own motion: name another source.")
    if wanted.first is not None and wanted.last is not None and wanted.first > wanted.last:
        raise BadInput(f"--in {wanted.first:g} lies behind --out {wanted.last:g}: swap them.")
    return obj


def _world(scene: bpy.types.Scene, obj: bpy.types.Object, frame: int) -> Any:
    """The armature's matrix at a frame."""
    before = scene.frame_current, scene.frame_subframe
    scene.frame_set(frame)
    matrix = obj.evaluated_get(scene.view_layers[0].depsgraph).matrix_world.copy()
    scene.frame_set(before[0], subframe=before[1])
    return matrix


def _recognised(obj: bpy.types.Object, maps: Maps) -> Recognised:
    """What is known of an armature: handed in, or found out now."""
    bones = bones_hash(bone.name for bone in obj.data.bones)
    for known in maps:
        if known.bones == bones:
            return known
    found = rig_maps.of_open_file([obj.name])
    return next(each for each in found if each.armature == obj.name)


def _rig(obj: bpy.types.Object, known: Recognised, rest: Moves) -> Rig:
    if not known.humanoid:
        raise BadInput(f"{obj.name!r} is no person's rig. {' '.join(known.why)}".strip())
    bones = [pose_bone.bone for pose_bone in obj.pose.bones]
    rows = {bone.name: row for row, bone in enumerate(bones)}
    joints = {name: joint for name, joint in known.joints.items() if joint and joint.bone in rows}
    parents = tuple(rows[bone.parent.name] if bone.parent else -1 for bone in bones)
    return Rig(tuple(rows), parents, joints, rest, known.hands)


def _body(rig: Rig, moves: Moves, failed: str) -> Body:
    try:
        return body_of(rig, moves)
    except ValueError as error:
        raise BadInput(f"{failed}: {error}.") from error


def _held(
    obj: bpy.types.Object, rig: Rig, done: footing.Turned, mover: str | None, mute: bool
) -> list[motion_bake.Hold]:
    """What keeps the bones from following keys. Raises Refused unless it may be muted."""
    rows = set(done.turns) | ({rig.names.index(mover)} if mover else set())
    for row in list(rows):
        while rig.parents[row] >= 0:
            row = rig.parents[row]
            rows.add(row)
    found = motion_bake.holds(obj, (rig.names[row] for row in rows))
    if found and not mute:
        raise Refused(
            f"Constraints or drivers hold bones of {obj.name!r} that the motion would turn "
            f"({motion_bake.names_of(found)}): ask for them to be muted with --mute-constraints, "
            "or put the motion onto a rig without controls."
        )
    return found


def _let_go(
    scene: bpy.types.Scene, obj: bpy.types.Object, start: int, found: list[motion_bake.Hold], notes: list[str]
) -> None:
    """Mute what holds bones, and leave the armature where it is at the first frame."""
    data = obj.animation_data
    if data and data.action and motion_bake.object_moves(data.action, data.action_slot):
        before = scene.frame_current, scene.frame_subframe
        scene.frame_set(start)
        basis = obj.evaluated_get(scene.view_layers[0].depsgraph).matrix_basis.copy()
        scene.frame_set(before[0], subframe=before[1])
        obj.matrix_basis = basis
        notes.append(f"The old action moved {obj.name!r} itself too: it stays where it is at frame {start}.")
    for hold in found:
        hold.mute()
    if found:
        notes.append(f"Muted what held {motion_bake.names_of(found)}.")


# -- the source -----------------------------------------------------------------------------------


@contextmanager
def _source(scene: bpy.types.Scene, wanted: Wanted, target: bpy.types.Object, maps: Maps) -> Iterator[_Motion]:
    fps = scene.render.fps / scene.render.fps_base
    own = next((obj for obj in scene.objects if obj.type == "ARMATURE" and obj.name == wanted.source), None)
    if own is not None:
        yield _read(scene, own, wanted, maps, fps, own.name)
        return
    path = Path(wanted.source)
    if not path.is_file() and path.suffix.lower() not in SUFFIXES:
        known = ", ".join(obj.name for obj in scene.objects if obj.type == "ARMATURE" and obj != target) or "none"
        raise BadInput(
            f"{wanted.source!r} is no file and no armature of the scene. Give a path that ends in "
            f"{', '.join(SUFFIXES)}, or an armature. Armatures: {known}."
        )
    with imported(path, scene) as (room, armatures):
        if not armatures:
            raise BadInput(f"{path} has no armature in it: export the skeleton along with the motion.")
        moving = [obj for obj in armatures if action_range(room, obj)]
        if not moving:
            raise BadInput(f"{path} has no motion in it: export it with its animation.")
        yield _first_person(room, moving, wanted, maps, fps, path)


def _first_person(
    room: bpy.types.Scene,
    armatures: list[bpy.types.Object],
    wanted: Wanted,
    maps: Maps,
    fps: float,
    path: Path,
) -> _Motion:
    """The motion of the first armature of a file that is a person's."""
    refused: list[BadInput] = []
    for obj in armatures:
        try:
            _rig(obj, _recognised(obj, maps), read_rest(obj, obj.matrix_world))
        except BadInput as error:
            refused.append(error)
            continue
        motion = _read(room, obj, wanted, maps, fps, path.stem)
        tracks = obj.animation_data.nla_tracks if obj.animation_data else ()
        others = {strip.action.name for track in tracks for strip in track.strips if strip.action}
        if obj.animation_data and obj.animation_data.action and len(others) > 1:
            chosen = obj.animation_data.action.name
            motion.notes.append(f"The file has {len(others)} motions; {chosen!r} was taken: export one for another.")
        return motion
    raise refused[0]


def _read(room: bpy.types.Scene, obj: bpy.types.Object, wanted: Wanted, maps: Maps, fps: float, name: str) -> _Motion:
    """Sample a source at its own frames, and bring it to `fps`."""
    whole = action_range(room, obj)
    if whole is None:
        raise BadInput(f"{obj.name!r} has no motion: it is not animated.")
    first = whole[0] if wanted.first is None else wanted.first
    last = whole[1] if wanted.last is None else wanted.last
    if first > last or first > whole[1] or last < whole[0]:
        raise BadInput(
            f"Frames {first:g} to {last:g} are not in the source, which goes from {whole[0]:g} to {whole[1]:g}."
        )
    first, last = max(first, whole[0]), min(last, whole[1])
    own_fps = room.render.fps / room.render.fps_base
    rig = _rig(obj, _recognised(obj, maps), read_rest(obj, obj.matrix_world))
    count = int(last - first + 1e-6) + 1
    moves = sampled(room, obj, [first + index for index in range(count)])
    if len(moves) > 1 and not _moves(moves):
        raise BadInput(f"{name} has no motion: its figure stands still from frame {first:g} to {last:g}.")
    notes: list[str] = []
    found = up_of(rig, moves)
    if found:
        turn = upright(*found)
        moves, rig = turned(moves, turn), Rig(rig.names, rig.parents, rig.joints, turned(rig.rest, turn), rig.hands)
        notes.append(
            f"The figure lies along {'-' if found[1] < 0 else '+'}{'XYZ'[found[0]]} in the file: it was put upright."
        )
    body = _body(rig, moves, f"The motion of {name} can't be used")
    if not body.at_rest:
        notes.append("The source's rest pose is no pose of a body: its frames were read from the motion.")
    steps = int((count - 1) / own_fps * fps + 1e-6) + 1
    moves = resampled(moves, [index / fps * own_fps for index in range(steps)])
    return _Motion(body, moves, own_fps, (first, last), name, notes)


def _moves(moves: Moves) -> bool:
    size = float(abs(moves.heads - moves.heads.mean(1, keepdims=True)).max())
    turns = float(abs(moves.turns - moves.turns[:1]).max())
    return float(abs(moves.heads - moves.heads[:1]).max()) > 1e-5 * size or turns > 1e-4


# -- the outcome ----------------------------------------------------------------------------------


def _measured(
    scene: bpy.types.Scene, obj: bpy.types.Object, target: Body, done: footing.Turned, start: int
) -> tuple[float, float]:
    """Mean and largest angle in degrees between limbs and the source's, over some frames as the scene shows them."""
    count = len(next(iter(done.turns.values())))
    step = max(1, count // _CHECKED)
    rows = list(range(0, count, step))
    moves = sampled(scene, obj, [start + row for row in rows])
    errors = footing.direction_errors(target, moves, {name: at[rows] for name, at in done.points.items()}, done.turns)
    return (float(errors.mean()), float(errors.max())) if errors.size else (0.0, 0.0)

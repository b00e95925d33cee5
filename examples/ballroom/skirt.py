"""The coat's skirt: its bones hang, are carried along late, and give way to the legs.

Worked out once from the finished performance and left as keys, so nothing has to be simulated in the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, sin

import bpy
from mathutils import Vector

from .posing import ease
from .rig import SKIRT_CHAINS, skirt_angle

STIFF, DAMP = 0.16, 0.74
"""Share of the way back to hanging straight in a frame, and of the speed that is kept."""
EVERY = 2
WARM_UP = 16


@dataclass
class _Drop:
    """A joint of the skirt that is carried along."""

    place: Vector
    speed: Vector


def drag_skirt(rig: bpy.types.Object, scene: bpy.types.Scene, spans: tuple[tuple[int, int], ...]) -> None:
    """Key the skirt's bones over some ranges of frames."""
    for start, end in spans:
        drops: dict[str, _Drop] = {}
        for frame in range(start - WARM_UP, end + 1):
            scene.frame_set(max(frame, start))
            for chain in range(SKIRT_CHAINS):
                _carry(rig, chain, drops)
            if frame >= start and ((frame - start) % EVERY == 0 or frame == end):
                for bone in (b for b in rig.pose.bones if b.name.startswith("skirt")):
                    bone.keyframe_insert("rotation_quaternion", frame=frame, group="Skirt")
    ease(rig)


def _carry(rig: bpy.types.Object, chain: int, drops: dict[str, _Drop]) -> None:
    """Move one chain's joints on by a frame and turn its bones towards them."""
    pelvis = rig.pose.bones["spine"]
    parent = pelvis.matrix @ pelvis.bone.matrix_local.inverted()
    out = Vector((cos(skirt_angle(chain)), sin(skirt_angle(chain)), 0))
    out = (parent.to_3x3() @ out).normalized()
    above = parent
    for joint in ("01", "02"):
        bone = rig.pose.bones[f"skirt.{chain}.{joint}"]
        rest = above @ bone.bone.matrix_local
        head = rest.translation
        # Where it would hang: as modelled, but the hem does not tip with the pelvis.
        way = rest.to_3x3().col[1].normalized()
        level = (way * 0.5 + _upright(way, out) * 0.5).normalized()
        goal = head + level * bone.length
        drop = drops.setdefault(bone.name, _Drop(goal.copy(), Vector()))
        drop.speed = (drop.speed + (goal - drop.place) * STIFF) * DAMP
        place = drop.place + drop.speed
        place = _outside_legs(rig, place, head, bone.length, out, 0.085 if joint == "01" else 0.1)
        place = head + (place - head).normalized() * bone.length
        drop.speed, drop.place = (place - drop.place) * 0.9, place
        local = rest.to_3x3().normalized().inverted() @ (place - head).normalized()
        spin = Vector((0, 1, 0)).rotation_difference(local)
        bone.rotation_quaternion = spin
        above = rest @ spin.to_matrix().to_4x4() @ bone.bone.matrix_local.inverted()


def _upright(way: Vector, out: Vector) -> Vector:
    spread = max(0.12, min(0.45, way.dot(out)))
    return (out * spread + Vector((0, 0, -1))).normalized()


def _outside_legs(
    rig: bpy.types.Object, place: Vector, head: Vector, length: float, out: Vector, room: float
) -> Vector:
    """Push a joint outwards until no thigh or shin stands between it and the outside."""
    for side in ("L", "R"):
        for name in ("thigh", "shin"):
            bone = rig.pose.bones[f"{name}.{side}"]
            share = (bone.head.z - place.z) / max(1e-4, bone.head.z - bone.tail.z)
            if not -0.1 <= share <= 1.1:
                continue
            middle = bone.head.lerp(bone.tail, max(0.0, min(1.0, share)))
            gap = place - middle
            gap.z = 0.0
            ahead = gap.dot(out)
            aside = (gap - out * ahead).length
            if aside < room + 0.06 and ahead < room:
                reach = room * (1 - (aside / (room + 0.06)) ** 2) ** 0.5
                if ahead < reach:
                    place = place + out * min(reach - ahead, length)
    return place

"""What the story's parts share: the cast with everything they can hold, and keys for the mop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import radians

import bpy
from mathutils import Vector

from .posing import Actor, cut, ease, hand_matrix, seal
from .props import Props
from .rig import LOU, WOMAN, add_socket, hold
from .stage import SHOTS


@dataclass
class Cast:
    """Both actors and the props they use."""

    lou: Actor
    woman: Actor
    props: Props

    @property
    def paths(self) -> dict[str, Callable[[float], Vector]]:
        """The pelvis's way through a shot, by the name of the figure and the number of the shot."""
        return {
            f"{actor.body.name} {n}": partial(actor.path, n) for actor in (self.lou, self.woman) for n in actor.ways_in
        }

    @property
    def animated(self) -> list[bpy.types.Object]:
        """Everything that carries keys."""
        p = self.props
        return [self.lou.rig, self.woman.rig, p.mop, p.pole, p.record, p.tone_arm]

    def finish(self) -> None:
        """Close every shot at its ends and smooth the curves."""
        for owner in self.animated:
            seal(owner, SHOTS.values())
            ease(owner)
            cut(owner, SHOTS.values())

    def mop(self, frame: int, place: Vector, yaw: float, lean: float, aside: float = 0.0) -> None:
        """Put the mop's head on the floor; its pole leans `lean` degrees back to who holds it, `aside` to the left."""
        root, pole = self.props.mop, self.props.pole
        root.location, root.rotation_euler = (place.x, place.y, place.z), (0.0, 0.0, radians(yaw))
        pole.rotation_euler = (radians(-lean), radians(aside), 0.0)
        for owner, path in ((root, "location"), (root, "rotation_euler"), (pole, "rotation_euler")):
            owner.keyframe_insert(path, frame=self.lou.within(frame))


def gather(lou: bpy.types.Object, woman: bpy.types.Object, props: Props) -> Cast:
    """Give both rigs their sockets and their hands what can hold them."""
    # Her hand lies in his from above; his lies at the small of her back; hers on his upper arm.
    knuckles = lou.data.bones["hand.L"]
    lie = knuckles.matrix_local @ hand_matrix(
        Vector((0.055, 0.115, 0.02)), Vector((0.1, -0.35, 1)), Vector((-1, 0, 0.1)), "R"
    )
    add_socket(lou, "socket.hand", "hand.L", lie)
    arm = hand_matrix(Vector((-0.33, -0.14, 1.2)), Vector((0.25, 0.75, 0.42)), Vector((0.85, 0.1, -0.35)), "L")
    add_socket(lou, "socket.shoulder", "shoulder.R", arm)
    back = hand_matrix(Vector((0.205, -0.055, 1.13)), Vector((-0.25, 0.95, 0.1)), Vector((-1, -0.3, 0)), "R")
    add_socket(woman, "socket.back", "spine.002", back)
    first, second = Actor(lou, LOU), Actor(woman, WOMAN)
    for side in ("L", "R"):
        first.holds[f"mop_{side}"] = hold(lou, side, props.grips[side])
        first.holds[f"record_{side}"] = hold(lou, side, props.rims[side])
    first.holds["arm"] = hold(lou, "R", props.head_shell)
    first.holds["back"] = hold(lou, "R", woman, "socket.back")
    second.holds["hand"] = hold(woman, "R", lou, "socket.hand")
    second.holds["shoulder"] = hold(woman, "L", lou, "socket.shoulder")
    return Cast(first, second, props)


def floor(x: float, y: float) -> Vector:
    """A place on the floor."""
    return Vector((x, y, 0.0))

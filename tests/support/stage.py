"""A stage for cameras whose brief is known: people, boxes, a floor, and a table to note each camera in.

Import it only after the extension is installed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import bpy
from mathutils import Matrix, Vector
from support.film import set_up
from support.mannequin import add_figure

__all__ = [
    "CAMERAS",
    "EYES",
    "FRAMES",
    "STATIC",
    "Known",
    "Place",
    "Stage",
    "aim",
    "curves_of",
    "known",
    "portrait_of_one",
]

FRAMES = 49
"""Two seconds at 24 frames, both ends inside."""
Place = tuple[float, float, float]

EYES = 1.63
"""Height of the eyes of a person of 1.75 m."""


class Stage:
    """A scene being set. People look along -Y unless turned, so the camera stands at negative y."""

    def __init__(self, scene: bpy.types.Scene, frames: int = FRAMES, size: tuple[int, int] = (160, 90)) -> None:
        self.scene = set_up(scene, frames, size)
        self.last = frames
        self.data: bpy.types.Camera | None = None
        self.camera: bpy.types.Object | None = None

    def person(self, name: str = "Lou", at: Place = (0.0, 0.0, 0.0), turn: float = 0.0) -> bpy.types.Object:
        """Somebody of 1.75 m with hanging arms, turned by degrees anticlockwise."""
        rig = add_figure(self.scene, name, at)
        rig.rotation_euler.z = math.radians(turn)
        for side, sign in (("L", 1), ("R", -1)):
            bone = rig.pose.bones[f"upper_arm.{side}"]
            rest = bone.bone.matrix_local.to_3x3()
            hang = Matrix.Rotation(math.radians(75 * sign), 3, "Y")
            bone.rotation_mode = "QUATERNION"
            bone.rotation_quaternion = (rest.inverted() @ hang @ rest).to_quaternion()
        self.update()
        return rig

    def box(self, name: str, at: Place, size: Place = (0.5, 0.5, 0.5)) -> bpy.types.Object:
        """A box around its middle."""
        x, y, z = (side / 2 for side in size)
        corners = [(a, b, c) for a in (-x, x) for b in (-y, y) for c in (-z, z)]
        faces = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
        return self.mesh(name, at, corners, faces)

    def floor(self, z: float = 0.0, side: float = 40.0) -> bpy.types.Object:
        """A square in the middle."""
        half = side / 2
        corners = [(-half, -half, 0), (half, -half, 0), (half, half, 0), (-half, half, 0)]
        return self.mesh("Floor", (0, 0, z), corners, [(0, 1, 2, 3)])

    def mesh(self, name: str, at: Place, corners: list[Place], faces: list[tuple[int, ...]]) -> bpy.types.Object:
        """An object of a new mesh."""
        mesh = bpy.data.meshes.new(name)
        mesh.from_pydata(corners, [], faces)
        return self.add(bpy.data.objects.new(name, mesh), at)

    def empty(self, name: str, at: Place = (0.0, 0.0, 0.0)) -> bpy.types.Object:
        """An empty."""
        return self.add(bpy.data.objects.new(name, None), at)

    def add(self, obj: bpy.types.Object, at: Place) -> bpy.types.Object:
        """Put an object into the scene."""
        obj.location = at
        self.scene.collection.objects.link(obj)
        return obj

    def shoot(self, at: Place, look: Place | None = None, lens: float = 50.0) -> bpy.types.Object:
        """The camera of the scene, on 36 mm."""
        self.data = bpy.data.cameras.new("Cam")
        self.data.lens = lens
        self.data.clip_start = 0.01
        self.camera = self.add(bpy.data.objects.new("Cam", self.data), at)
        self.camera.rotation_mode = "XYZ"
        self.scene.camera = self.camera
        if look is not None:
            self.camera.rotation_euler = aim(at, look)
        return self.camera

    def key(self, owner: bpy.types.ID, path: str, *values: object, linear: bool = True) -> None:
        """Values spread evenly over the shot, the first on its first frame, the last on its last."""
        for index, value in enumerate(values):
            setattr(owner, path, value)
            owner.keyframe_insert(path, frame=1 + (self.last - 1) * index / max(1, len(values) - 1))
        for curve in curves_of(owner):
            for point in curve.keyframe_points:
                point.interpolation = "LINEAR" if linear else "BEZIER"

    def follow(self, *stops: tuple[Place, Place]) -> None:
        """The camera goes along places and looks at something at each; (place, look)."""
        self.key(self.camera, "location", *(place for place, _ in stops))
        self.key(self.camera, "rotation_euler", *(aim(place, look) for place, look in stops))

    def update(self) -> None:
        """Bring matrices up to date."""
        self.scene.view_layers[0].update()


def aim(at: Place, look: Place) -> tuple[float, float, float]:
    """Rotation (XYZ) of a level camera at one place that looks at another."""
    return tuple((Vector(look) - Vector(at)).to_track_quat("-Z", "Y").to_euler("XYZ"))


def curves_of(owner: bpy.types.ID) -> list[bpy.types.FCurve]:
    """The animation curves of what was just keyed, in any version."""
    action = owner.animation_data.action
    if hasattr(action, "fcurves"):
        return list(action.fcurves)
    slot = owner.animation_data.action_slot
    bags = (strip.channelbag(slot) for layer in action.layers for strip in layer.strips)
    return [curve for bag in bags if bag is not None for curve in bag.fcurves]


@dataclass(frozen=True)
class Known:
    """A camera and the words that are right for it."""

    name: str
    build: Callable[[Stage], None]
    words: Mapping[str, object]
    """By field: size, angle, framing, … as they are in a brief; `moves` is a set of kind and direction."""
    picture: tuple[int, int] = (160, 90)
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Assets: tag by name of the object that stands for it; a person is a character and anything else a prop."""
    says: str = ""
    """What the ACTION section of the shot says."""


CAMERAS: list[Known] = []


def known(picture: tuple[int, int] = (160, 90), tags: Mapping[str, str] | None = None, says: str = "", **words: object):
    """Note a camera; the function's name is its name."""

    def note(build: Callable[[Stage], None]) -> Callable[[Stage], None]:
        CAMERAS.append(Known(build.__name__, build, words, picture, tags or {}, says))
        return build

    return note


STATIC = {"static"}


def portrait_of_one(stage: Stage, away: float, middle: float, turn: float = 0.0) -> None:
    """A level camera before one person; 50 mm show 0.405 m of height per metre away."""
    stage.floor()
    stage.person(turn=turn)
    stage.shoot((0, -away, middle), (0, 0, middle))

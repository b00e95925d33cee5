"""Real cameras whose brief is known: small scenes of people, boxes and a floor, and what a crew would call each.

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

__all__ = ["CAMERAS", "FRAMES", "Known", "Stage"]

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


# -- sizes ----------------------------------------------------------------------------------------


@known(size="ECU", angle="eye", framing="single", moves=STATIC, subject="Lou", lens="normal")
def extreme_close_up(stage: Stage) -> None:
    portrait_of_one(stage, 0.55, EYES)


@known(size="CU", angle="eye", framing="single", moves=STATIC)
def close_up(stage: Stage) -> None:
    portrait_of_one(stage, 1.1, 1.58)


@known(size="MCU", angle="eye", framing="single", moves=STATIC, facing="towards")
def medium_close_up(stage: Stage) -> None:
    portrait_of_one(stage, 1.6, 1.525)


@known(size="MS", framing="single", moves=STATIC, across="centre")
def medium_shot(stage: Stage) -> None:
    portrait_of_one(stage, 2.2, 1.4)


@known(size="MLS", framing="single", moves=STATIC, height=1.25)
def medium_long_shot(stage: Stage) -> None:
    portrait_of_one(stage, 3.2, 1.25)


@known(size="LS", framing="single", moves=STATIC, travel="still")
def long_shot(stage: Stage) -> None:
    portrait_of_one(stage, 5.4, 0.9)


@known(size="EWS", moves=STATIC, lens="wide", below=False)
def extreme_wide_shot(stage: Stage) -> None:
    stage.floor(side=200)
    stage.person()
    stage.shoot((0, -25, 1.7), (0, 0, 1.5), lens=28)


# -- who and where --------------------------------------------------------------------------------


@known(framing="over-shoulder", subject="Lou", facing="towards", moves=STATIC)
def over_the_shoulder(stage: Stage) -> None:
    stage.floor()
    stage.person("Lou", (0, 1.2, 0))
    stage.person("Max", (-0.2, -0.3, 0), turn=180)
    stage.shoot((0.32, -1.15, 1.65), (0.02, 1.2, 1.55), lens=40)


@known(framing="two-shot", size="MS", moves=STATIC)
def two_shot(stage: Stage) -> None:
    stage.floor()
    stage.person("Lou", (-0.45, 0, 0), turn=35)
    stage.person("Max", (0.45, 0, 0), turn=-35)
    stage.shoot((0, -2.4, 1.4), (0, 0, 1.4))


@known(framing="group", size="MLS", moves=STATIC)
def three_people(stage: Stage) -> None:
    stage.floor()
    for index, name in enumerate(("Lou", "Max", "Kim")):
        stage.person(name, (index - 1.0, 0, 0))
    stage.shoot((0, -3.4, 1.25), (0, 0, 1.25))


@known(framing="insert", subject="@ring", moves=STATIC, tags={"Ring": "ring"}, says="@ring lies on the table")
def insert_of_a_prop(stage: Stage) -> None:
    stage.floor()
    stage.person()
    stage.box("Table", (0, -0.8, 0.7), (1.2, 0.7, 0.06))
    stage.box("Ring", (0.1, -0.9, 0.75), (0.06, 0.06, 0.04))
    stage.shoot((0.1, -1.25, 0.98), (0.1, -0.9, 0.75), lens=85)


@known(across="left", facing="right", size="MS", moves=STATIC)
def on_the_left_third(stage: Stage) -> None:
    stage.floor()
    stage.person(turn=90)
    stage.shoot((0.3, -2.2, 1.4), (0.3, 0, 1.4))


@known(across="right", facing="left", size="MS", moves=STATIC)
def on_the_right_third(stage: Stage) -> None:
    stage.floor()
    stage.person(turn=-90)
    stage.shoot((-0.3, -2.2, 1.4), (-0.3, 0, 1.4))


@known(facing="away", size="MLS", moves=STATIC)
def from_behind(stage: Stage) -> None:
    portrait_of_one(stage, 3.2, 1.25, turn=180)


@known(travel="left-to-right", facing="right", size="LS", moves=STATIC)
def walks_across(stage: Stage) -> None:
    stage.floor()
    rig = stage.person(turn=90)
    stage.key(rig, "location", (-1.5, 0, 0), (1.5, 0, 0))
    stage.shoot((0, -6, 1.0), (0, 0, 1.0))


@known(travel="towards", facing="towards", moves=STATIC)
def walks_up(stage: Stage) -> None:
    stage.floor()
    rig = stage.person()
    stage.key(rig, "location", (0, 1.5, 0), (0, -1.5, 0))
    stage.shoot((0, -6, 1.4), (0, 0, 1.2))


@known(subject="@car", across="centre", moves=STATIC, tags={"Car": "car"}, says="@car waits")
def an_asset_before_a_person(stage: Stage) -> None:
    stage.floor()
    stage.person("Lou", (2.2, 1, 0))
    stage.box("Car", (0, 0, 0.7), (4.2, 1.8, 1.4))
    stage.shoot((0, -9, 1.4), (0, 0, 0.8))


@known(unseen=("@key",), subject="Lou", moves=STATIC, tags={"Key": "key"}, says="@key is found")
def never_in_frame(stage: Stage) -> None:
    portrait_of_one(stage, 2.2, 1.4)
    stage.box("Key", (0, -30, 0.02), (0.1, 0.1, 0.02))


@known(subject="Lou", framing="single", moves=STATIC)
def somebody_hidden(stage: Stage) -> None:
    portrait_of_one(stage, 2.2, 1.4)
    for obj in (other := stage.person("Max", (0.6, 0, 0)), *other.children):
        obj.hide_render = True


# -- angles and heights ---------------------------------------------------------------------------


@known(angle="low", dutch=False, height=0.3, moves=STATIC)
def low_angle(stage: Stage) -> None:
    stage.floor()
    stage.person()
    stage.shoot((0, -2.4, 0.3), (0, 0, 1.3), lens=35)


@known(angle="high", height=3.5, moves=STATIC)
def high_angle(stage: Stage) -> None:
    stage.floor()
    stage.person()
    stage.shoot((0, -3.5, 3.5), (0, 0, 1.0), lens=35)


@known(angle="top", height=6.0, moves=STATIC)
def top_shot(stage: Stage) -> None:
    stage.floor()
    stage.person()
    stage.shoot((0, -0.1, 6), lens=35).rotation_euler = (0, 0, 0)


@known(dutch=True, angle="eye", size="MCU", moves=STATIC)
def dutch_angle(stage: Stage) -> None:
    portrait_of_one(stage, 1.6, 1.525)
    stage.camera.rotation_euler = (math.radians(90), math.radians(15), 0)


@known(height=1.5, moves=STATIC, subject="Lou")
def on_a_stage_above_a_pit(stage: Stage) -> None:
    stage.floor(z=-5)
    stage.box("Stage", (0, 0, 0.9), (8, 8, 0.2))
    stage.person(at=(0, 0, 1.0))
    stage.box("Table", (0, -2.2, 1.7), (1.0, 1.0, 0.05))
    stage.shoot((0, -2.2, 2.5), (0, 0, 2.4))


@known(below=True, moves=STATIC)
def under_the_ground(stage: Stage) -> None:
    stage.floor()
    stage.person()
    stage.shoot((0, -3, -0.5), (0, 0, 1.0))


@known(inside="Crate", moves=STATIC)
def inside_a_box(stage: Stage) -> None:
    stage.floor()
    stage.person(at=(0, 3, 0))
    stage.box("Crate", (0, -2, 1.2), (1.5, 1.5, 1.5))
    stage.shoot((0, -2.1, 1.2), (0, 0, 1.2))


@known(subject="", moves=STATIC, framing="none")
def nothing_in_front(stage: Stage) -> None:
    stage.floor(side=4)
    stage.person(at=(0, 3, 0))
    stage.shoot((0, -3, 1.5), (0, -30, 4))


# -- moves ----------------------------------------------------------------------------------------


@known(moves={"pan right"}, size="LS")
def pan(stage: Stage) -> None:
    stage.floor()
    stage.person()
    stage.shoot((0, -6, 1.3))
    stage.key(stage.camera, "rotation_euler", (math.pi / 2, 0, 0.15), (math.pi / 2, 0, -0.25))


@known(moves={"tilt up"})
def tilt(stage: Stage) -> None:
    stage.floor()
    stage.person()
    stage.shoot((0, -3, 1.2))
    stage.key(stage.camera, "rotation_euler", (1.35, 0, 0), (1.7, 0, 0))


@known(moves={"roll clockwise"})
def roll(stage: Stage) -> None:
    portrait_of_one(stage, 3.2, 1.25)
    # Its own -z is ahead: turning the camera's top to its right is clockwise from behind.
    stage.key(stage.camera, "rotation_euler", (math.pi / 2, 0, 0), (math.pi / 2, 0.35, 0))


@known(moves={"dolly forward"}, subject="Corridor")
def dolly(stage: Stage) -> None:
    corridor = [(x, y, z) for x in (-1.2, 1.2) for y in (-12, 40) for z in (0, 2.6)]
    stage.mesh("Corridor", (0, 0, 0), corridor, [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 6, 2), (1, 3, 7, 5)])
    stage.shoot((0, -10, 1.5), (0, 30, 1.5), lens=28)
    stage.key(stage.camera, "location", (0, -10, 1.5), (0, -7, 1.5))


@known(moves={"truck right"})
def truck(stage: Stage) -> None:
    stage.floor()
    stage.person()
    stage.shoot((-0.8, -5, 1.2), (-0.8, 0, 1.2))
    stage.key(stage.camera, "location", (-0.8, -5, 1.2), (0.8, -5, 1.2))


@known(moves={"pedestal up"})
def pedestal(stage: Stage) -> None:
    stage.floor()
    stage.person()
    stage.shoot((0, -4, 0.6), (0, 0, 0.6))
    stage.key(stage.camera, "location", (0, -4, 0.6), (0, -4, 1.6))


@known(moves={"crane up"})
def crane(stage: Stage) -> None:
    stage.floor()
    stage.person()
    stage.shoot((0, -4, 1.2))
    stage.follow(*(((0, -4.0 - 0.5 * t, 1.2 + 2.6 * t), (0, 0, 1.0)) for t in (0.0, 0.25, 0.5, 0.75, 1.0)))


@known(moves={"arc right"}, subject="Lou")
def arc(stage: Stage) -> None:
    stage.floor()
    stage.person()
    stage.shoot((0, -3, 1.4))
    around = [(3 * math.sin(a), -3 * math.cos(a), 1.4) for a in (i * math.radians(50) / 12 for i in range(13))]
    stage.follow(*((place, (0, 0, 1.4)) for place in around))


@known(moves={"push-in forward"}, size="MLS")
def push_in(stage: Stage) -> None:
    portrait_of_one(stage, 3.2, 1.3)
    stage.key(stage.camera, "location", (0, -3.2, 1.3), (0, -1.8, 1.3))


@known(moves={"pull-out back"})
def pull_out(stage: Stage) -> None:
    portrait_of_one(stage, 1.6, 1.45)
    stage.key(stage.camera, "location", (0, -1.6, 1.45), (0, -3.6, 1.45))


@known(moves={"follow forward"}, facing="away")
def follow_behind(stage: Stage) -> None:
    stage.floor()
    rig = stage.person(turn=180)
    stage.key(rig, "location", (0, 0, 0), (0, 3, 0))
    stage.shoot((0, -3, 1.4), (0, 0, 1.3))
    stage.key(stage.camera, "location", (0, -3, 1.4), (0, 0, 1.4))


@known(moves={"follow back"}, facing="towards")
def lead_in_front(stage: Stage) -> None:
    stage.floor()
    rig = stage.person()
    stage.key(rig, "location", (0, 0, 0), (0, -3, 0))
    stage.shoot((0, -3, 1.4), (0, 0, 1.3))
    stage.key(stage.camera, "location", (0, -3, 1.4), (0, -6, 1.4))


@known(moves={"zoom in"})
def zoom(stage: Stage) -> None:
    portrait_of_one(stage, 4, 1.3)
    stage.key(stage.data, "lens", 35.0, 70.0)


@known(moves={"dolly-zoom in"})
def dolly_zoom(stage: Stage) -> None:
    portrait_of_one(stage, 4, 1.4)
    steps = [4 - 2 * i / 12 for i in range(13)]
    stage.key(stage.camera, "location", *((0, -away, 1.4) for away in steps))
    stage.key(stage.data, "lens", *(60 * away / 4 for away in steps))


@known(moves={"handheld"}, size="MS")
def handheld(stage: Stage) -> None:
    portrait_of_one(stage, 2.2, 1.4)
    shake(stage, "rotation_euler", 0.03)


def shake(stage: Stage, path: str, strength: float) -> None:
    """A noise modifier on every curve, as Blender's own camera shake is made."""
    if stage.camera.animation_data is None or not any(c.data_path == path for c in curves_of(stage.camera)):
        stage.key(stage.camera, path, tuple(getattr(stage.camera, path)))
    for index, curve in enumerate(each for each in curves_of(stage.camera) if each.data_path == path):
        noise = curve.modifiers.new("NOISE")
        noise.scale, noise.strength, noise.phase, noise.depth = 9.0, strength, 37.0 * (index + 1), 1


# -- several at once ------------------------------------------------------------------------------


@known(moves={"push-in forward", "pedestal down"})
def push_in_and_down(stage: Stage) -> None:
    portrait_of_one(stage, 3.6, 1.6)
    stage.key(stage.camera, "location", (0, -3.6, 1.9), (0, -2.0, 1.3))


@known(moves={"pan right", "zoom in"})
def pan_and_zoom(stage: Stage) -> None:
    stage.floor()
    stage.person("Lou", (-1, 0, 0))
    stage.box("Door", (1.6, 1, 1), (0.9, 0.1, 2))
    stage.shoot((0, -6, 1.3))
    stage.key(stage.camera, "rotation_euler", (math.pi / 2, 0, 0.2), (math.pi / 2, 0, -0.3))
    stage.key(stage.data, "lens", 35.0, 60.0)


@known(moves={"truck right", "pedestal up"})
def truck_and_rise(stage: Stage) -> None:
    stage.floor()
    stage.person()
    stage.shoot((-0.8, -5, 0.8), (-0.8, 0, 0.8))
    stage.key(stage.camera, "location", (-0.8, -5, 0.8), (0.8, -5, 1.8))


@known(moves={"push-in forward", "roll clockwise"})
def push_in_with_roll(stage: Stage) -> None:
    portrait_of_one(stage, 3.2, 1.4)
    stage.key(stage.camera, "location", (0, -3.2, 1.4), (0, -1.9, 1.4))
    stage.key(stage.camera, "rotation_euler", (math.pi / 2, 0, 0), (math.pi / 2, 0.3, 0))


@known(moves={"arc left", "pedestal up"})
def rising_arc(stage: Stage) -> None:
    stage.floor()
    stage.person()
    stage.shoot((0, -3.5, 1.0))
    steps = [(i / 12, math.radians(-45) * i / 12) for i in range(13)]
    around = [(3.5 * math.sin(a), -3.5 * math.cos(a), 1.0 + 0.9 * t) for t, a in steps]
    stage.follow(*((place, (0, 0, 1.3)) for place in around))


@known(moves={"push-in forward", "handheld"})
def handheld_push_in(stage: Stage) -> None:
    portrait_of_one(stage, 3.2, 1.3)
    stage.key(stage.camera, "location", (0, -3.2, 1.3), (0, -1.8, 1.3))
    shake(stage, "rotation_euler", 0.03)


@known(moves={"pull-out back", "tilt up"})
def pull_out_and_tilt(stage: Stage) -> None:
    stage.floor()
    stage.person()
    stage.box("Tower", (0, 3, 4), (1.5, 1.5, 8))
    stage.shoot((0, -2, 1.4))
    stage.key(stage.camera, "location", (0, -2, 1.4), (0, -4, 1.4))
    stage.key(stage.camera, "rotation_euler", (math.pi / 2 - 0.03, 0, 0), (math.pi / 2 + 0.3, 0, 0))


@known(moves={"follow forward", "pedestal up"})
def follow_and_rise(stage: Stage) -> None:
    stage.floor()
    rig = stage.person(turn=180)
    stage.key(rig, "location", (0, 0, 0), (0, 3, 0))
    stage.shoot((0, -3, 1.2), (0, 0, 1.2))
    stage.key(stage.camera, "location", (0, -3, 1.0), (0, 0, 1.9))


@known(moves={"pan left", "tilt down"})
def pan_and_tilt(stage: Stage) -> None:
    stage.floor()
    stage.person()
    stage.shoot((0, -5, 1.5))
    stage.key(stage.camera, "rotation_euler", (1.72, 0, -0.25), (1.47, 0, 0.15))


# -- lenses and pictures --------------------------------------------------------------------------


@known(depth="shallow", size="CU", moves=STATIC, lens="long")
def shallow_focus_on_a_bone(stage: Stage) -> None:
    stage.floor()
    rig = stage.person()
    stage.shoot((0, -2, 1.58), (0, 0, 1.58), lens=90)
    stage.data.dof.use_dof = True
    stage.data.dof.focus_object, stage.data.dof.focus_subtarget = rig, "head"
    stage.data.dof.aperture_fstop = 2.0


@known(depth="deep", moves=STATIC, lens="ultra wide")
def deep_focus(stage: Stage) -> None:
    stage.floor()
    stage.person()
    stage.shoot((0, -3, 1.5), (0, 0, 1.2), lens=18)
    stage.data.dof.use_dof, stage.data.dof.focus_distance, stage.data.dof.aperture_fstop = True, 3.0, 11.0


@known(rack=True, moves=STATIC)
def rack_focus(stage: Stage) -> None:
    stage.floor()
    stage.person("Lou", (-0.35, 0, 0))
    stage.person("Max", (0.5, 3, 0))
    stage.shoot((0, -2.2, 1.5), (0, 0, 1.5), lens=50)
    stage.data.dof.use_dof, stage.data.dof.aperture_fstop = True, 1.4
    for frame, distance in ((1, 2.2), (FRAMES, 5.2)):
        stage.data.dof.focus_distance = distance
        stage.data.dof.keyframe_insert("focus_distance", frame=frame)


@known(projection="orthographic", size="LS", moves=STATIC)
def orthographic(stage: Stage) -> None:
    stage.floor()
    stage.person()
    stage.shoot((0, -6, 0.9), (0, 0, 0.9))
    stage.data.type, stage.data.ortho_scale = "ORTHO", 4.0


@known(picture=(90, 160), moves=STATIC, framing="single", across="centre")
def portrait_picture(stage: Stage) -> None:
    stage.floor()
    stage.person()
    stage.shoot((0, -3, 1.0), (0, 0, 1.0), lens=35)


@known(angle="eye", across="left", up="middle", moves=STATIC)
def shifted_lens(stage: Stage) -> None:
    portrait_of_one(stage, 2.2, 1.4)
    stage.data.shift_x = 0.2


# -- rigs -----------------------------------------------------------------------------------------


@known(moves={"push-in forward"}, size="MLS", height=1.3)
def on_a_scaled_dolly(stage: Stage) -> None:
    portrait_of_one(stage, 3.2, 1.3)
    dolly = stage.box("Dolly", (0, -3.2, 0.2), (0.8, 0.8, 0.3))
    dolly.scale = (2, 2, 2)
    stage.update()
    stage.camera.parent = dolly
    stage.camera.matrix_parent_inverse = dolly.matrix_world.inverted()
    stage.key(dolly, "location", (0, -3.2, 0.2), (0, -1.8, 0.2))


@known(moves={"truck left"}, facing="towards")
def keeps_by_track_to(stage: Stage) -> None:
    stage.floor()
    rig = stage.person()
    stage.shoot((0.9, -5, 1.3), (0, 0, 1.3))
    target = stage.empty("Aim", (0, 0, 1.3))
    target.parent = rig
    constraint = stage.camera.constraints.new("TRACK_TO")
    constraint.target, constraint.track_axis, constraint.up_axis = target, "TRACK_NEGATIVE_Z", "UP_Y"
    stage.key(stage.camera, "location", (0.9, -5, 1.3), (-0.9, -5, 1.3))


@known(moves={"arc right"})
def along_a_path(stage: Stage) -> None:
    stage.floor()
    stage.person()
    curve = bpy.data.curves.new("Track", "CURVE")
    curve.dimensions, curve.use_path, curve.path_duration = "3D", True, 100
    line = curve.splines.new("POLY")
    places = [(3 * math.sin(a), -3 * math.cos(a), 1.4) for a in (i * math.radians(60) / 30 for i in range(31))]
    line.points.add(len(places) - 1)
    for point, place in zip(line.points, places, strict=True):
        point.co = (*place, 1)
    path = stage.add(bpy.data.objects.new("Track", curve), (0, 0, 0))
    target = stage.empty("Aim", (0, 0, 1.4))
    stage.shoot((0, 0, 0))
    follow = stage.camera.constraints.new("FOLLOW_PATH")
    follow.target, follow.use_fixed_location = path, True
    look = stage.camera.constraints.new("TRACK_TO")
    look.target, look.track_axis, look.up_axis = target, "TRACK_NEGATIVE_Z", "UP_Y"
    for frame, offset in ((1, 0.0), (FRAMES, 1.0)):
        follow.offset_factor = offset
        follow.keyframe_insert("offset_factor", frame=frame)
    for curve_ in curves_of(stage.camera):
        for point in curve_.keyframe_points:
            point.interpolation = "LINEAR"


@known(moves={"pedestal up"}, height=0.8)
def on_a_crane_rig(stage: Stage) -> None:
    stage.floor()
    stage.person()
    data = bpy.data.armatures.new("Crane")
    rig = stage.add(bpy.data.objects.new("Crane", data), (0, -4, 0))
    layer = stage.scene.view_layers[0]
    layer.objects.active = rig
    with bpy.context.temp_override(scene=stage.scene, view_layer=layer, active_object=rig, object=rig):
        bpy.ops.object.mode_set(mode="EDIT")
        bone = data.edit_bones.new("mast")
        bone.head, bone.tail = (0, 0, 0), (0, 0, 0.8)
        bpy.ops.object.mode_set(mode="OBJECT")
    mast = stage.box("Mast", (0, 0, 0), (0.3, 0.3, 0.3))
    stage.update()
    camera = stage.shoot((0, 0, 0))
    for obj in (mast, camera):
        obj.parent, obj.parent_type, obj.parent_bone = rig, "BONE", "mast"
    stage.update()
    camera.matrix_world = Matrix.Translation((0, -4, 0.8)) @ Matrix.Rotation(math.pi / 2, 4, "X")
    for frame, up in ((1, 0.0), (FRAMES, 1.0)):
        rig.pose.bones["mast"].location = (0, up, 0)
        rig.pose.bones["mast"].keyframe_insert("location", frame=frame)
    for curve in curves_of(rig):
        for point in curve.keyframe_points:
            point.interpolation = "LINEAR"


@known(size="MS", height=1.4, moves=STATIC, lens="normal")
def in_centimetres(stage: Stage) -> None:
    portrait_of_one(stage, 2.2, 1.4)
    stage.scene.unit_settings.system, stage.scene.unit_settings.scale_length = "METRIC", 0.01
    for obj in stage.scene.objects:
        if obj.parent is None:
            obj.location *= 100
            obj.scale = [100 * each for each in obj.scale]
    stage.camera.scale = (1, 1, 1)
    stage.data.clip_start, stage.data.clip_end = 1.0, 100000.0


@known(subject="Lou", across="right", moves=STATIC)
def mirrored_by_a_parent(stage: Stage) -> None:
    stage.floor()
    stage.person()
    stage.shoot((0, 0, 0))
    rig = stage.empty("Mirror", (0, -2.2, 1.4))
    rig.scale = (-1, 1, 1)
    stage.camera.parent = rig
    stage.camera.location, stage.camera.rotation_euler = (0.3, 0, 0), (math.pi / 2, 0, 0)

"""Eight cameras: lenses and heights as a director of photography would call them, moves keyed on the camera itself."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, degrees, hypot, radians

import bpy
from mathutils import Euler, Vector

from .acting import Cast
from .posing import cut, ease
from .stage import DANCE_MARK, MOP_MARK, SHOTS, TABLE_MARK, Range

SENSOR = 36.0
ASPECT = 640 / 360
WAIST = Vector((0, 0, 0.9))


@dataclass
class Setup:
    """One camera: its shot and lens, and the helpers that place and key it."""

    shot: Range
    lens: float
    object: bpy.types.Object

    def stand(self, place: Vector, pan: float, tilt: float) -> None:
        """Put it at a place, looking along a heading, tilted up by so many degrees."""
        self.object.location = place
        self.object.rotation_euler = (radians(90 + tilt), 0.0, radians(pan))

    def key(self, frame: int) -> None:
        """Key place and turn as they are."""
        self.object.keyframe_insert("location", frame=frame)
        self.object.keyframe_insert("rotation_euler", frame=frame)

    def aim(self, place: Vector, point: Vector, x: float = 0.0, y: float = 0.0) -> tuple[float, float]:
        """Pan and tilt from which a point shows at x, y of the picture: -1 to 1, right and up."""
        half = SENSOR / 2 / self.lens
        ray = Vector((x * half, y * half / ASPECT, -1.0))
        way = point - place
        pan, tilt = degrees(atan2(-way.x, way.y)), 0.0
        for _ in range(12):
            seen = Euler((radians(90 + tilt), 0, radians(pan))).to_matrix() @ ray
            pan += degrees(atan2(-way.x, way.y) - atan2(-seen.x, seen.y))
            tilt += degrees(atan2(way.z, hypot(way.x, way.y)) - atan2(seen.z, hypot(seen.x, seen.y)))
        return pan, tilt


def build_cameras(scene: bpy.types.Scene, group: bpy.types.Collection, cast: Cast) -> None:
    """All eight, each bound to a marker where its shot begins."""
    wide = _setup(scene, group, "SH010", 24)
    place = WIDE
    wide.stand(place, *wide.aim(place, MOP_MARK + WAIST, *LOU_IN_WIDE))
    _record(_setup(scene, group, "SH020", 85), cast)
    _feet(_setup(scene, group, "SH030", 35))
    _dance(_setup(scene, group, "SH040", 32), cast)
    _push(_setup(scene, group, "SH050", 50), cast)
    _two(_setup(scene, group, "SH060", 40))
    _pan(_setup(scene, group, "SH070", 35), cast)
    _crane(_setup(scene, group, "SH080", 24), cast)
    scene.camera = wide.object


WIDE = Vector((-1.2, -12.7, 1.6))
LOU_IN_WIDE = (0.216, -0.32)
"""Where his belt shows in the first picture, and again in the last."""


def _setup(scene: bpy.types.Scene, group: bpy.types.Collection, number: str, lens: float) -> Setup:
    shot = SHOTS[number]
    data = bpy.data.cameras.new(f"{number} {shot.name}")
    data.lens, data.sensor_width, data.clip_start, data.clip_end = lens, SENSOR, 0.05, 80.0
    made = bpy.data.objects.new(data.name, data)
    made.rotation_mode = "XYZ"
    group.objects.link(made)
    marker = scene.timeline_markers.new(shot.name, frame=shot.start)
    marker.camera = made
    return Setup(shot, lens, made)


def _focus(setup: Setup, target: bpy.types.Object, bone: str, stop: float) -> None:
    dof = setup.object.data.dof
    dof.use_dof, dof.aperture_fstop, dof.focus_object = True, stop, target
    if bone:
        dof.focus_subtarget = bone


def _record(setup: Setup, cast: Cast) -> None:
    """From the table's far corner, a little above the hands."""
    aim = TABLE_MARK + Vector((-0.02, -0.02, 1.02))
    place = TABLE_MARK + Vector((1.0, -2.32, 1.5))
    setup.stand(place, *setup.aim(place, aim, 0.0, -0.12))
    _focus(setup, cast.props.record, "", 2.8)


def _feet(setup: Setup) -> None:
    """Low enough to lie in the confetti."""
    place = Vector((-0.5, 3.65, 0.3))
    setup.stand(place, *setup.aim(place, Vector((-0.76, 5.2, 0.34))))


def _dance(setup: Setup, cast: Cast) -> None:
    """Along with him, at one distance."""
    start, count = setup.shot.start, 9
    offset = Vector((0.5, -4.1, 0.0))
    span = setup.shot.frames - 1
    for i in range(count):
        t = span * i / (count - 1)
        # A steady dolly does not jerk with every step: it takes the mean of the second around.
        near = [min(max(t + d, 0), span) for d in range(-14, 15, 4)]
        mean = sum((cast.paths["Lou SH040"](start + n) for n in near), Vector()) / len(near)
        place = Vector((mean.x, mean.y, 0)) + offset + Vector((0, 0, 1.25))
        setup.stand(place, *setup.aim(place, place - offset - Vector((0.0, 0.0, 0.22)), 0.0, 0.0))
        setup.key(round(start + t))
    ease(setup.object)
    cut(setup.object, [setup.shot])


def _push(setup: Setup, cast: Cast) -> None:
    """Straight along its own axis, slowly, towards the screen; the door stays open behind him."""
    place = DANCE_MARK + Vector((0.82, -2.25, 1.52))
    setup.stand(place, *setup.aim(place, Vector((0.9, 14.0, 1.68)), 0.1, 0.0))
    axis = Euler(setup.object.rotation_euler).to_matrix() @ Vector((0, 0, -1))
    for frame, along in ((setup.shot.start, 0.0), (setup.shot.start + 6, 0.0), (setup.shot.end, 0.85)):
        setup.object.location = place + axis * along
        setup.object.keyframe_insert("location", frame=frame)
    ease(setup.object)
    _focus(setup, cast.lou.rig, "head", 1.8)


def _two(setup: Setup) -> None:
    """Both in profile, he left, she right."""
    place = DANCE_MARK + Vector((0.12, -2.85, 1.4))
    setup.stand(place, *setup.aim(place, DANCE_MARK + Vector((0.02, 0, 1.3))))


def _pan(setup: Setup, cast: Cast) -> None:
    """It stands where it stands and turns with her."""
    start, end = setup.shot.start, setup.shot.end
    place = Vector((5.0, 7.2, 1.5))
    first, _ = setup.aim(place, Vector((2.2, 8.95, 1.3)))
    keys = [(start, first, 0.0)]
    for frame, x in ((start + 10, None), (start + 52, 0.1), (end - 4, 0.02)):
        if x is None:
            keys.append((frame, first, 0.0))
            continue
        her = cast.paths["Woman SH070"](frame)
        keys.append((frame, setup.aim(place, Vector((her.x, her.y, 1.3)), x)[0], 0.0))
    for frame, pan, tilt in keys:
        setup.stand(place, pan, tilt)
        setup.object.keyframe_insert("rotation_euler", frame=frame)
    ease(setup.object)


def crane_rise(t: float) -> float:
    """How much of its way the crane has made at a share of its time: next to nothing at first."""
    u = t**1.8
    return u * u * (3 - 2 * u)


def _crane(setup: Setup, cast: Cast) -> None:
    """From beside him, back and up under the ceiling; where it ends he is as large as in the first picture."""
    shot, target = setup.shot, MOP_MARK + WAIST
    distance = (WIDE - target).length
    away = Vector((WIDE.x - target.x, WIDE.y - target.y, 0)).normalized()
    low, high, near = 1.35, 6.35, 4.3
    far = (distance**2 - (high - target.z) ** 2) ** 0.5
    steps, right, up = 24, *LOU_IN_WIDE
    for i in range(steps + 1):
        t = i / steps
        frame = shot.start + (shot.frames - 1) * t
        back = crane_rise(t + 0.1 * t * (1 - t))  # the dolly goes a little before and hides the rise
        place = Vector((target.x, target.y, 0)) + away * (near + (far - near) * back)
        place.z = low + (high - low) * crane_rise(t)
        # He works his way back to his mark; the camera looks at where he is, without his sway.
        him = target.copy()
        him.x = min(target.x, sum(cast.paths["Lou SH080"](frame + d).x for d in range(-48, 49, 12)) / 9)
        him = him.lerp(target, max(0.0, min(1.0, t * 6 - 4)))
        setup.stand(place, *setup.aim(place, him, right, -0.1 + (up + 0.1) * back))
        setup.key(round(frame))
    ease(setup.object)
    cut(setup.object, [shot])

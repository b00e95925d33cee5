"""Cameras that move or hang on rigs, and some as they come in practice, with what a crew would call each."""

from __future__ import annotations

import math

import bpy
from mathutils import Matrix
from support.stage import FRAMES, STATIC, Stage, curves_of, known, portrait_of_one

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


@known(moves={"push-in in"}, size="MLS")
def push_in(stage: Stage) -> None:
    portrait_of_one(stage, 3.2, 1.3)
    stage.key(stage.camera, "location", (0, -3.2, 1.3), (0, -1.8, 1.3))


@known(moves={"pull-out out"})
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


@known(moves={"push-in in", "crane down"})
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


@known(moves={"truck right", "crane up"})
def truck_and_rise(stage: Stage) -> None:
    stage.floor()
    stage.person()
    stage.shoot((-0.8, -5, 0.8), (-0.8, 0, 0.8))
    stage.key(stage.camera, "location", (-0.8, -5, 0.8), (0.8, -5, 1.8))


@known(moves={"push-in in", "roll clockwise"})
def push_in_with_roll(stage: Stage) -> None:
    portrait_of_one(stage, 3.2, 1.4)
    stage.key(stage.camera, "location", (0, -3.2, 1.4), (0, -1.9, 1.4))
    stage.key(stage.camera, "rotation_euler", (math.pi / 2, 0, 0), (math.pi / 2, 0.3, 0))


@known(moves={"arc left", "crane up"})
def rising_arc(stage: Stage) -> None:
    stage.floor()
    stage.person()
    stage.shoot((0, -3.5, 1.0))
    steps = [(i / 12, math.radians(-45) * i / 12) for i in range(13)]
    around = [(3.5 * math.sin(a), -3.5 * math.cos(a), 1.0 + 0.9 * t) for t, a in steps]
    stage.follow(*((place, (0, 0, 1.3)) for place in around))


@known(moves={"push-in in", "handheld"})
def handheld_push_in(stage: Stage) -> None:
    portrait_of_one(stage, 3.2, 1.3)
    stage.key(stage.camera, "location", (0, -3.2, 1.3), (0, -1.8, 1.3))
    shake(stage, "rotation_euler", 0.03)


@known(moves={"pull-out out", "tilt up"})
def pull_out_and_tilt(stage: Stage) -> None:
    stage.floor()
    stage.person()
    stage.box("Tower", (0, 3, 4), (1.5, 1.5, 8))
    stage.shoot((0, -2, 1.4))
    stage.key(stage.camera, "location", (0, -2, 1.4), (0, -4, 1.4))
    stage.key(stage.camera, "rotation_euler", (math.pi / 2 - 0.03, 0, 0), (math.pi / 2 + 0.3, 0, 0))


@known(moves={"follow forward", "crane up"})
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


# -- rigs -----------------------------------------------------------------------------------------


@known(moves={"push-in in"}, size="MLS", height=1.3)
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


# -- as they come in practice ---------------------------------------------------------------------


@known(moves={"pan right", "static"}, pace="whip")
def whip_pan(stage: Stage) -> None:
    stage.floor()
    stage.person("Lou", (-3, 0, 0))
    stage.person("Max", (3, 0, 0))
    camera = stage.shoot((0, -4, 1.5))
    for frame, angle in ((1, 0.6), (22, 0.6), (28, -0.6), (FRAMES, -0.6)):
        camera.rotation_euler = (math.pi / 2, 0, angle)
        camera.keyframe_insert("rotation_euler", frame=frame)


@known(moves={"push-in in"}, pace="slow")
def slow_push(stage: Stage) -> None:
    portrait_of_one(stage, 2.2, 1.45)
    stage.key(stage.camera, "location", (0, -2.2, 1.45), (0, -1.9, 1.45), linear=False)


@known(moves={"pan right"}, travel="left-to-right", size="LS")
def pans_with_a_walker(stage: Stage) -> None:
    stage.floor()
    rig = stage.person(turn=90)
    steps = [-1.5 + 3 * i / 12 for i in range(13)]
    stage.key(rig, "location", *((x, 0, 0) for x in steps))
    stage.shoot((0, -6, 1.2))
    stage.key(stage.camera, "rotation_euler", *((math.pi / 2, 0, -math.atan2(x, 6)) for x in steps))


@known(moves={"follow right"}, facing="right")
def beside_a_walker(stage: Stage) -> None:
    stage.floor()
    rig = stage.person(turn=90)
    stage.key(rig, "location", (-2, 0, 0), (1.5, 0, 0))
    stage.shoot((-2, -4, 1.3), (-2, 0, 1.3))
    stage.key(stage.camera, "location", (-2, -4, 1.3), (1.5, -4, 1.3))


@known(moves={"arc left"}, subject="@car", tags={"Car": "car"}, says="@car shines")
def arc_around_a_car(stage: Stage) -> None:
    stage.floor()
    stage.box("Car", (0, 0, 0.7), (4.2, 1.8, 1.4))
    stage.shoot((0, -7, 1.6))
    around = [(7 * math.sin(a), -7 * math.cos(a), 1.6) for a in (-i * math.radians(60) / 24 for i in range(25))]
    stage.follow(*((place, (0, 0, 0.7)) for place in around))


@known(moves={"crane up"}, subject="Lou")
def rises_and_tilts_down(stage: Stage) -> None:
    stage.floor()
    stage.person()
    stage.shoot((0, -4, 0.8))
    stage.follow(*(((0, -4, 0.8 + 1.2 * i / 24), (0, 0, 1.2)) for i in range(25)))


@known(framing="two-shot", moves=STATIC, subject="@lou", tags={"Lou": "lou"}, says="@lou speaks", facing="right")
def profile_two_shot(stage: Stage) -> None:
    stage.floor()
    stage.person("Lou", (-0.5, 0, 0), turn=90)
    stage.person("Max", (0.5, 0, 0), turn=-90)
    stage.shoot((0, -2.6, 1.4), (0, 0, 1.4))


@known(framing="over-shoulder", subject="@max", moves=STATIC, tags={"Max": "max"}, says="@max answers")
def reverse_over_the_shoulder(stage: Stage) -> None:
    stage.floor()
    stage.person("Lou", (0, 1.2, 0))
    stage.person("Max", (-0.2, -0.3, 0), turn=180)
    stage.shoot((-0.42, 2.1, 1.65), (-0.2, -0.3, 1.55), lens=40)


def sit(rig: bpy.types.Object) -> None:
    """Thighs forward, shins down."""
    for name, degrees in (("thigh", -85), ("shin", 85)):
        for side in ("L", "R"):
            bone = rig.pose.bones[f"{name}.{side}"]
            rest = bone.bone.matrix_local.to_3x3()
            bone.rotation_mode = "QUATERNION"
            turn = Matrix.Rotation(math.radians(degrees), 3, "X")
            bone.rotation_quaternion = (rest.inverted() @ turn @ rest).to_quaternion()


@known(size="MCU", framing="single", moves=STATIC, facing="towards", height=1.1)
def somebody_who_sits(stage: Stage) -> None:
    stage.floor()
    rig = stage.person(at=(0, 0, -0.42))
    sit(rig)
    stage.box("Chair", (0, 0.05, 0.22), (0.5, 0.5, 0.44))
    stage.shoot((0, -1.6, 1.1), (0, 0, 1.1))


@known(angle="top", size="LS", moves=STATIC)
def somebody_who_lies(stage: Stage) -> None:
    stage.floor()
    rig = stage.person(at=(0, -0.9, 0.12))
    rig.rotation_euler = (-math.pi / 2, 0, 0)
    stage.shoot((0, 0, 5)).rotation_euler = (0, 0, 0)


@known(moves={"dolly forward"}, angle="high", height=30.0)
def drone_over_a_city(stage: Stage) -> None:
    stage.floor(side=400)
    for index in range(36):
        x, y = index % 6 * 18 - 45, index // 6 * 20
        stage.box(f"House {index}", (x, y, 5), (9, 9, 10))
    stage.shoot((0, -60, 30), (0, 60, 0), lens=28)
    stage.key(stage.camera, "location", (0, -60, 30), (0, -48, 30))


@known(moves=STATIC, travel="still")
def tiny_noise(stage: Stage) -> None:
    """Half a millimetre, as baked constraints leave behind."""
    portrait_of_one(stage, 2.2, 1.4)
    stage.key(stage.camera, "location", *((0.0005 * math.sin(7 * i), -2.2, 1.4) for i in range(FRAMES)))


@known(moves={"zoom out"}, size="MCU")
def zoom_out(stage: Stage) -> None:
    portrait_of_one(stage, 2.2, 1.5)
    stage.key(stage.data, "lens", 100.0, 50.0)


@known(moves={"handheld"})
def handheld_all_over(stage: Stage) -> None:
    portrait_of_one(stage, 2.2, 1.4)
    shake(stage, "rotation_euler", 0.03)
    shake(stage, "location", 0.04)


@known(moves={"follow forward", "handheld"}, facing="away")
def handheld_follow(stage: Stage) -> None:
    stage.floor()
    rig = stage.person(turn=180)
    stage.key(rig, "location", (0, 0, 0), (0, 3, 0))
    stage.shoot((0, -2.5, 1.5), (0, 0, 1.4))
    stage.key(stage.camera, "location", (0, -2.5, 1.5), (0, 0.5, 1.5))
    shake(stage, "rotation_euler", 0.04)


@known(picture=(240, 100), size="MS", framing="single", across="left", moves=STATIC)
def scope_picture(stage: Stage) -> None:
    stage.floor()
    stage.person()
    stage.shoot((0.5, -3.0, 1.4), (0.5, 0, 1.4))


@known(moves={"truck right", "pan right"})
def slides_past_a_row(stage: Stage) -> None:
    """The pan goes against what would keep anything in frame."""
    stage.floor()
    for index in range(5):
        stage.box(f"Column {index}", (index * 2 - 4, 2, 1.5), (0.4, 0.4, 3))
    stage.shoot((-1.5, -4, 1.5))
    stage.key(stage.camera, "location", (-1.5, -4, 1.5), (1.5, -4, 1.5))
    stage.key(stage.camera, "rotation_euler", (math.pi / 2, 0, 0.2), (math.pi / 2, 0, -0.3))


@known(moves={"push-in in"}, subject="@lou", tags={"Lou": "lou"}, says="@lou waits", framing="group")
def pushes_in_on_one_of_three(stage: Stage) -> None:
    stage.floor()
    for index, name in enumerate(("Max", "Lou", "Kim")):
        stage.person(name, ((index - 1) * 0.9, 0, 0))
    stage.shoot((0, -4, 1.4), (0, 0, 1.4))
    stage.key(stage.camera, "location", (0, -4, 1.4), (0, -1.8, 1.5))

"""Cameras that stand still, and what a crew would call each picture."""

from __future__ import annotations

import math

from support.stage import EYES, FRAMES, STATIC, Stage, known, portrait_of_one

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


@known(angle="eye", across="left", up="upper", moves=STATIC)
def shifted_lens(stage: Stage) -> None:
    portrait_of_one(stage, 2.2, 1.4)
    stage.data.shift_x = 0.2

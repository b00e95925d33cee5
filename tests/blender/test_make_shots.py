"""Making shots from cameras, from markers bound to cameras, and from the current view."""

from __future__ import annotations

import bpy
import pytest
from bl_ext.user_default.shotwright.addon import make_shots
from bl_ext.user_default.shotwright.addon.shots import read_shots
from bl_ext.user_default.shotwright.core.errors import SceneError
from mathutils import Matrix, Quaternion, Vector
from support.film import add_camera, add_marker, set_up, stored


@pytest.fixture
def scene() -> bpy.types.Scene:
    return set_up(bpy.context.scene, frames=100)


# --- from cameras ---------------------------------------------------------------------------------------------------


def test_from_cameras_in_natural_order(scene: bpy.types.Scene):
    for name in ("Cam.10", "Cam.2", "cam.1"):
        add_camera(scene, name)
    made = make_shots.from_cameras(scene)
    assert [(shot.number, shot.camera) for shot in read_shots()] == [
        ("SH010", "cam.1"),
        ("SH020", "Cam.2"),
        ("SH030", "Cam.10"),
    ]
    assert made.made == [shot.id for shot in read_shots()]
    assert {(shot.start, shot.end, shot.source, shot.name) for shot in read_shots()} == {
        (1, 100, "camera", name) for name in ("cam.1", "Cam.2", "Cam.10")
    }


def test_from_cameras_twice_updates_and_never_duplicates(scene: bpy.types.Scene):
    for name in "ABC":
        add_camera(scene, name)
    ids = make_shots.from_cameras(scene).made
    again = make_shots.from_cameras(scene)
    assert (again.made, again.updated, again.unchanged) == ([], [], ids)
    scene.frame_end = 80
    add_camera(scene, "D")
    bpy.data.objects["A"].name = "Renamed"
    third = make_shots.from_cameras(scene)
    assert sorted(third.updated) == sorted(ids)
    assert len(third.made) == 1
    assert [shot.end for shot in read_shots()] == [80] * 4
    assert [shot.id for shot in read_shots()][:3] == ids


def test_a_trimmed_shot_keeps_its_trim_and_a_locked_one_everything(scene: bpy.types.Scene):
    for name in "ABC":
        add_camera(scene, name)
    trimmed, locked, plain = make_shots.from_cameras(scene).made
    stored(trimmed).frame_start, stored(trimmed).frame_end = 10, 20
    stored(locked).locked = True
    scene.frame_end = 60
    made = make_shots.from_cameras(scene)
    ranges = {shot.id: (shot.start, shot.end) for shot in read_shots()}
    assert ranges == {trimmed: (10, 20), locked: (1, 100), plain: (1, 60)}
    assert made.notes == ["SH020 is locked and was left as it is."]
    assert locked in made.unchanged


@pytest.mark.parametrize("bind", [False, True], ids=["cameras", "markers"])
def test_new_shots_among_old_ones_lose_no_update(scene: bpy.types.Scene, bind: bool):
    """Adding to a collection moves its items in memory; nobody may hold on to one."""

    def step(index: int) -> None:
        camera = add_camera(scene, f"Cam.{index:03d}")
        if bind:
            add_marker(scene, index, camera, f"M {index:03d}")

    set_up(scene, frames=400)
    for index in range(1, 300, 2):
        step(index)
    ids = make_shots.make(scene, "auto").made
    assert len(ids) == 150
    for index in range(2, 301, 2):
        step(index)
    scene.frame_end = 500
    made = make_shots.make(scene, "auto")
    assert (len(made.made), made.updated) == (150, ids)
    found = {shot.camera: (shot.start, shot.end) for shot in read_shots()}
    assert len(found) == len(read_shots()) == 300
    assert found == {f"Cam.{i:03d}": ((i, i if i < 300 else 500) if bind else (1, 500)) for i in range(1, 301)}


def test_no_camera_is_said(scene: bpy.types.Scene):
    with pytest.raises(SceneError, match="has no camera: add one"):
        make_shots.make(scene, "cameras")
    with pytest.raises(SceneError, match="has no camera"):
        make_shots.make(scene, "auto")
    assert read_shots() == []


def test_a_camera_of_another_scene_makes_no_shot_here(scene: bpy.types.Scene):
    other = bpy.data.scenes.new("Other")
    add_camera(scene, "Here")
    add_camera(other, "There")
    make_shots.from_cameras(scene)
    assert [shot.camera for shot in read_shots()] == ["Here"]


# --- from markers ---------------------------------------------------------------------------------------------------


def test_from_markers_each_to_the_next(scene: bpy.types.Scene):
    one, two = add_camera(scene, "One"), add_camera(scene, "Two")
    add_marker(scene, 31, two, "Reverse")
    add_marker(scene, 1, one, "Wide")
    add_marker(scene, 51, one)
    add_marker(scene, 10, None, "just a note")
    made = make_shots.make(scene, "auto")
    assert [(shot.name, shot.camera, shot.start, shot.end) for shot in read_shots()] == [
        ("Wide", "One", 1, 30),
        ("Reverse", "Two", 31, 50),
        ("One", "One", 51, 100),
    ]
    assert made.notes == []
    assert {shot.source for shot in read_shots()} == {"marker"}


def test_markers_outside_the_range_and_two_at_one_frame(scene: bpy.types.Scene):
    one, two = add_camera(scene, "One"), add_camera(scene, "Two")
    add_marker(scene, -20, one, "long before")
    add_marker(scene, -5, two, "before")
    add_marker(scene, 40, one, "a")
    add_marker(scene, 40, two, "b")
    add_marker(scene, 101, one, "behind")
    made = make_shots.from_markers(scene)
    assert [(shot.name, shot.start, shot.end) for shot in read_shots()] == [("before", 1, 39), ("b", 40, 100)]
    assert len(made.notes) == 3
    assert all(name in note for name, note in zip(("long before", "'a'", "behind"), made.notes, strict=True))
    assert "1-100" in made.notes[0]


def test_a_moved_marker_updates_its_shot(scene: bpy.types.Scene):
    one, two = add_camera(scene, "One"), add_camera(scene, "Two")
    add_marker(scene, 1, one, "Wide")
    marker = add_marker(scene, 31, two, "Reverse")
    ids = make_shots.from_markers(scene).made
    marker.frame = 61
    again = make_shots.from_markers(scene)
    assert (again.made, sorted(again.updated)) == ([], sorted(ids))
    assert [(shot.id, shot.start, shot.end) for shot in read_shots()] == [(ids[0], 1, 60), (ids[1], 61, 100)]
    assert make_shots.from_markers(scene).unchanged == ids


def test_a_renamed_marker_a_new_camera_and_a_new_name_keep_the_shot(scene: bpy.types.Scene):
    one, two, three = (add_camera(scene, name) for name in ("One", "Two", "Three"))
    first, second = add_marker(scene, 1, one, "Wide"), add_marker(scene, 31, two, "Reverse")
    ids = make_shots.from_markers(scene).made
    stored(ids[1]).name = "The artist's own"
    first.name = "Wider"
    second.camera = three
    again = make_shots.from_markers(scene)
    assert again.made == []
    assert [shot.id for shot in read_shots()] == ids
    assert [(shot.name, shot.camera) for shot in read_shots()] == [("Wide", "One"), ("The artist's own", "Three")]


def test_a_trimmed_or_locked_marker_shot_is_left_alone(scene: bpy.types.Scene):
    one, two = add_camera(scene, "One"), add_camera(scene, "Two")
    add_marker(scene, 1, one, "Wide")
    marker = add_marker(scene, 31, two, "Reverse")
    trimmed, locked = make_shots.from_markers(scene).made
    stored(trimmed).frame_end = 25
    stored(locked).locked = True
    marker.frame = 61
    made = make_shots.from_markers(scene)
    assert [(shot.start, shot.end) for shot in read_shots()] == [(1, 25), (31, 100)]
    assert made.notes == ["SH020 is locked and was left as it is."]


def test_markers_that_are_not_bound_are_said(scene: bpy.types.Scene):
    with pytest.raises(SceneError, match="it has no marker bound"):
        make_shots.from_markers(scene)
    add_marker(scene, 1, None)
    with pytest.raises(SceneError, match="its markers are not bound"):
        make_shots.from_markers(scene)


def test_cameras_after_markers_do_not_double(scene: bpy.types.Scene):
    add_marker(scene, 1, add_camera(scene, "One"), "Wide")
    add_camera(scene, "Two")
    (wide,) = make_shots.from_markers(scene).made
    made = make_shots.from_cameras(scene)
    assert [shot.camera for shot in read_shots()] == ["One", "Two"]
    assert made.unchanged == [wide]


def test_markers_after_cameras_do_not_double(scene: bpy.types.Scene):
    """First Make Shots, then the cameras are bound to markers, then Make Shots again."""
    one, two = add_camera(scene, "One"), add_camera(scene, "Two")
    ids = make_shots.make(scene, "auto").made
    add_marker(scene, 1, one, "Wide")
    add_marker(scene, 41, two, "Reverse")
    made = make_shots.make(scene, "auto")
    assert (made.made, made.updated) == ([], ids)
    assert [(shot.id, shot.start, shot.end) for shot in read_shots()] == [(ids[0], 1, 40), (ids[1], 41, 100)]


# --- from the view --------------------------------------------------------------------------------------------------


def view() -> bpy.types.SpaceView3D:
    areas = (area for area in bpy.context.window.screen.areas if area.type == "VIEW_3D")
    return next(areas).spaces.active


def look(perspective: str, distance: float = 7.0) -> None:
    space = view()
    region = space.region_3d
    region.view_perspective = perspective
    region.view_location = (1.0, 2.0, 3.0)
    region.view_rotation = Quaternion((0.9, 0.3, 0.1, 0.2)).normalized()
    region.view_distance = distance
    space.lens, space.clip_start, space.clip_end = 35.0, 0.05, 500.0


def test_a_view_shot_looks_where_the_viewport_looks(scene: bpy.types.Scene):
    look("PERSP")
    made = make_shots.make(scene, "view")
    (shot,) = read_shots()
    assert [shot.id] == made.made
    assert shot.source == "view"
    camera = stored(shot.id).camera
    bpy.context.view_layer.update()
    region = view().region_3d
    eye = region.view_location + region.view_rotation @ Vector((0, 0, region.view_distance))
    expected = Matrix.Translation(eye) @ region.view_rotation.to_matrix().to_4x4()
    assert (
        max(abs(a - b) for x, y in zip(camera.matrix_world, expected, strict=True) for a, b in zip(x, y, strict=True))
        < 1e-5
    )
    assert (camera.data.type, camera.data.lens) == ("PERSP", 35.0)
    assert camera.data.clip_start == pytest.approx(0.05)
    assert camera.data.clip_end == 500.0
    assert camera.name in scene.objects


def test_an_orthographic_view(scene: bpy.types.Scene):
    look("ORTHO", distance=10.0)
    make_shots.from_view(scene)
    data = stored(read_shots()[0].id).camera.data
    assert data.type == "ORTHO"
    assert data.ortho_scale == pytest.approx(10.0 * data.sensor_width / 35.0)


def test_the_camera_view_uses_that_camera(scene: bpy.types.Scene):
    camera = add_camera(scene, "Mine")
    look("CAMERA")
    make_shots.from_view(scene)
    assert [shot.camera for shot in read_shots()] == ["Mine"]
    assert [obj for obj in scene.objects if obj.type == "CAMERA"] == [camera]


@pytest.mark.parametrize("perspective", ["PERSP", "ORTHO", "CAMERA"])
def test_the_same_view_twice_is_one_shot_and_another_view_another(scene: bpy.types.Scene, perspective: str):
    if perspective == "CAMERA":
        add_camera(scene, "Mine")
    look(perspective)
    first = make_shots.from_view(scene)
    cameras = len(bpy.data.cameras)
    again = make_shots.from_view(scene)
    assert (again.made, again.unchanged) == ([], first.made)
    assert len(bpy.data.cameras) == cameras
    look("PERSP", distance=3.0)
    assert len(make_shots.from_view(scene).made) == 1
    assert len(read_shots()) == 2

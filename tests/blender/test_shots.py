"""Scene to `Shot`, numbers and order."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import bpy
import pytest
from bl_ext.user_default.shotwright.addon import make_shots, shot_items
from bl_ext.user_default.shotwright.addon.shots import frame_rate, list_shots, read_shots
from bl_ext.user_default.shotwright.core import terms
from support.film import add_camera, new_shot, reopen, save, set_up, stored
from support.snapshot import properties_of, scene_state


@pytest.fixture
def scene() -> bpy.types.Scene:
    return set_up(bpy.context.scene, frames=100)


def numbers() -> list[str]:
    return [shot.number for shot in read_shots()]


def codes(shot_id: str) -> list[str]:
    return [problem.code for row in list_shots() if row.shot.id == shot_id for problem in row.problems]


# --- reading --------------------------------------------------------------------------------------------------------


def test_every_field_is_read(scene: bpy.types.Scene):
    camera = add_camera(scene, "Cam.Wide")
    scene.shotwright.film = "The Ballroom"
    shot_id = new_shot(
        scene, name="Enter", camera=camera, frame_start=11, frame_end=34, handle_head=4, handle_tail=6, sequence="SQ010"
    )
    stored(shot_id).locked = True
    (shot,) = read_shots()
    assert shot.id == shot_id
    assert (shot.scene, shot.number, shot.name, shot.camera) == ("Scene", "SH010", "Enter", "Cam.Wide")
    assert (shot.start, shot.end, shot.frames, shot.first, shot.last) == (11, 34, 24, 7, 40)
    assert (shot.handles.head, shot.handles.tail) == (4, 6)
    assert (shot.width, shot.height, str(shot.fps)) == (160, 90, "24")
    assert (shot.film, shot.sequence, shot.mode, shot.order) == ("The Ballroom", "SQ010", "per-shot", 0)
    assert (shot.locked, shot.source, shot.copied_from, shot.read_only) == (True, "manual", None, None)
    assert codes(shot_id) == []


def test_reading_changes_nothing(scene: bpy.types.Scene):
    add_camera(scene, "A")
    make_shots.from_cameras(scene)
    before = properties_of(scene.shotwright.shots[0]), properties_of(scene.shotwright), scene_state(scene)
    assert read_shots() == read_shots()
    assert list_shots() == list_shots()
    after = properties_of(scene.shotwright.shots[0]), properties_of(scene.shotwright), scene_state(scene)
    assert after == before
    assert before[1]["project_uuid"] == ""


@pytest.mark.parametrize(
    ("fps", "base", "exact"),
    [(24, 1.001, Fraction(24000, 1001)), (30, 1.001, Fraction(30000, 1001)), (60, 1.001, Fraction(60000, 1001))]
    + [(24, 1.0, Fraction(24)), (25, 1.0, Fraction(25)), (25, 2.0, Fraction(25, 2)), (120, 1.0, Fraction(120))],
)
def test_frame_rates_are_exact(scene: bpy.types.Scene, fps: int, base: float, exact: Fraction):
    scene.render.fps, scene.render.fps_base = fps, base
    assert frame_rate(scene).fraction == exact


def test_a_frame_rate_survives_the_file(scene: bpy.types.Scene, tmp_path: Path):
    scene.render.fps, scene.render.fps_base = 24, 1.001
    new_shot(scene)
    reopen(save(tmp_path / "film.blend"))
    assert str(read_shots()[0].fps) == "24000/1001"


def test_the_size_is_what_blender_renders(scene: bpy.types.Scene):
    scene.render.resolution_x, scene.render.resolution_y, scene.render.resolution_percentage = 1921, 1081, 50
    shot_id = new_shot(scene)
    shot = read_shots()[0]
    assert (shot.width, shot.height) == (960, 540)
    stored(shot_id).use_custom_size = True
    stored(shot_id).width, stored(shot_id).height = 640, 360
    shot = read_shots()[0]
    assert (shot.width, shot.height) == (640, 360)  # a size of its own is not scaled


@pytest.mark.parametrize(
    ("size", "code"),
    [((161, 90), "size-odd"), ((160, 91), "size-odd"), ((0, 90), "size-zero"), ((160, 0), "size-zero")]
    + [((1, 1), "size-zero"), ((terms.MAX_SIDE + 2, 90), "size-large"), ((160, 90), None)],
)
def test_sizes_that_are_no_movie(scene: bpy.types.Scene, size: tuple[int, int], code: str | None):
    shot_id = new_shot(scene, camera=add_camera(scene, "A"), use_custom_size=True, width=size[0], height=size[1])
    assert codes(shot_id) == ([code] if code else [])


def test_ranges_that_can_not_be_rendered(scene: bpy.types.Scene):
    camera = add_camera(scene, "A")
    swapped = new_shot(scene, camera=camera, frame_start=20, frame_end=10)
    outside = new_shot(scene, camera=camera, frame_start=90, frame_end=101)
    single = new_shot(scene, camera=camera, frame_start=5, frame_end=5)
    assert [codes(each) for each in (swapped, outside, single)] == [["range-empty"], ["range-outside"], []]
    stored(single).handle_head = 10  # handles may reach outside the scene's range
    assert codes(single) == []
    assert read_shots()[2].frames == 1


def test_a_camera_that_left_the_scene_or_the_file(scene: bpy.types.Scene):
    camera = add_camera(scene, "A")
    shot_id = new_shot(scene, camera=camera)
    scene.collection.objects.unlink(camera)
    assert stored(shot_id).camera == camera  # the pointer keeps it
    assert codes(shot_id) == ["camera-gone"]
    (row,) = list_shots()
    assert "'A' is no longer in the scene 'Scene'" in row.problems[0].message
    bpy.data.objects.remove(camera)
    assert codes(shot_id) == ["camera-none"]
    assert read_shots()[0].camera is None


def test_a_renamed_camera_is_followed(scene: bpy.types.Scene):
    camera = add_camera(scene, "A")
    new_shot(scene, camera=camera)
    camera.name = "Hero"
    assert read_shots()[0].camera == "Hero"


def test_the_film_is_named_after_its_file(scene: bpy.types.Scene, tmp_path: Path):
    new_shot(scene)
    assert read_shots()[0].film == "Untitled"
    save(tmp_path / "the_ballroom.blend")
    assert read_shots()[0].film == "the_ballroom"
    scene.shotwright.film = "Given"
    assert read_shots()[0].film == "Given"


def test_a_taken_number_is_a_problem_with_a_free_one_in_the_sentence(scene: bpy.types.Scene):
    camera = add_camera(scene, "A")
    first = new_shot(scene, camera=camera, number="SH010")
    second = new_shot(scene, camera=camera, number="SH010")
    assert codes(first) == codes(second) == ["number-taken"]
    assert "SH020" in list_shots()[0].problems[0].message


# --- numbers and order ----------------------------------------------------------------------------------------------


def test_numbers_count_in_tens_and_a_shot_slips_in_between(scene: bpy.types.Scene):
    for after in ("", "SH010", "SH020"):
        shot_items.insert_shot(scene, after)
    assert numbers() == ["SH010", "SH020", "SH030"]
    assert shot_items.insert_shot(scene, "SH010").number == "SH015"
    assert numbers() == ["SH010", "SH015", "SH020", "SH030"]
    assert [item.number for item in scene.shotwright.shots] == numbers()  # the list shows what the film plays
    assert [shot.order for shot in read_shots()] == [0, 1, 2, 3]


def test_inserting_until_there_is_no_number_left(scene: bpy.types.Scene):
    shot_items.insert_shot(scene)
    shot_items.insert_shot(scene)
    for _ in range(8):
        shot_items.insert_shot(scene, "SH010")
    found = numbers()
    assert len(set(found)) == len(found) == 10
    assert found[0] == "SH010"
    assert found[-1] == "SH020"


def test_film_order_runs_over_several_scenes(scene: bpy.types.Scene):
    other = set_up(bpy.data.scenes.new("Other"), frames=100)
    for target in (scene, other, scene, other):
        new_shot(target)
    assert [(shot.number, shot.scene) for shot in read_shots()] == [
        ("SH010", "Scene"),
        ("SH020", "Other"),
        ("SH030", "Scene"),
        ("SH040", "Other"),
    ]
    last = read_shots()[3].id
    assert shot_items.move_shot(last, -1)
    assert shot_items.move_shot(last, -1)
    assert numbers() == ["SH010", "SH040", "SH020", "SH030"]
    assert [item.number for item in other.shotwright.shots] == ["SH040", "SH020"]
    assert shot_items.insert_shot(scene, "SH040").number == "SH050"
    assert numbers() == ["SH010", "SH040", "SH050", "SH020", "SH030"]


def test_moving_stops_at_both_ends_and_keeps_the_chosen_row(scene: bpy.types.Scene):
    first, second = new_shot(scene), new_shot(scene)
    scene.shotwright.active_shot = 1
    assert not shot_items.move_shot(first, -1)
    assert not shot_items.move_shot(second, 1)
    assert numbers() == ["SH010", "SH020"]
    assert shot_items.move_shot(second, -1)
    assert [shot.id for shot in read_shots()] == [second, first]
    assert scene.shotwright.shots[scene.shotwright.active_shot].uuid == second


def test_order_survives_the_file(scene: bpy.types.Scene, tmp_path: Path):
    ids = [new_shot(scene) for _ in range(3)]
    shot_items.move_shot(ids[2], -1)
    reopen(save(tmp_path / "film.blend"))
    assert [shot.id for shot in read_shots()] == [ids[0], ids[2], ids[1]]


def test_removing_shots(scene: bpy.types.Scene):
    ids = [new_shot(scene) for _ in range(3)]
    scene.shotwright.active_shot = 2
    shot_items.remove_shot(ids[2])
    assert [shot.id for shot in read_shots()] == ids[:2]
    assert scene.shotwright.active_shot == 1
    shot_items.remove_shot(ids[0])
    shot_items.remove_shot("00000000-0000-4000-8000-000000000000")  # not there: nothing to do
    shot_items.remove_shot(ids[1])
    assert read_shots() == []
    assert scene.shotwright.active_shot == 0
    new_shot(scene)
    assert [shot.order for shot in read_shots()] == [0]


def test_picking_a_shot_jumps_to_it(scene: bpy.types.Scene):
    one, two = add_camera(scene, "One"), add_camera(scene, "Two")
    new_shot(scene, camera=one, frame_start=1, frame_end=40)
    new_shot(scene, camera=two, frame_start=41, frame_end=80)
    scene.shotwright.active_shot = 1
    assert scene.camera == two
    assert (scene.frame_preview_start, scene.frame_preview_end, scene.frame_current) == (41, 80, 41)
    scene.frame_set(60)
    scene.shotwright.active_shot = 1
    assert scene.frame_current == 60  # the playhead stays where it is inside the shot

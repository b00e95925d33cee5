"""Making shots from a shot list, and writing them as one."""

from __future__ import annotations

import json
import time
from pathlib import Path

import bpy
import pytest
from bl_ext.user_default.shotwright.addon import make_shots, shot_items
from bl_ext.user_default.shotwright.addon.shots import export_shot_list, list_shots, read_shots
from bl_ext.user_default.shotwright.core.errors import SceneError, ShotListError, StorageError
from bl_ext.user_default.shotwright.core.shotlist import read as read_list
from support.film import add_camera, add_marker, new_shot, set_up, stored


@pytest.fixture
def scene() -> bpy.types.Scene:
    return set_up(bpy.context.scene, frames=100)


def numbers() -> list[str]:
    return [shot.number for shot in read_shots()]


def codes(shot_id: str) -> list[str]:
    return [problem.code for row in list_shots() if row.shot.id == shot_id for problem in row.problems]


# --- from a shot list -----------------------------------------------------------------------------------------------


def write_list(path: Path, *shots: dict[str, object], film: str = "") -> Path:
    path.write_text(json.dumps({"schema": "shotwright.shotlist.1", "film": film, "shots": shots}), encoding="utf-8")
    return path


def test_a_list_makes_shots_before_there_are_cameras(scene: bpy.types.Scene, tmp_path: Path):
    path = write_list(
        tmp_path / "shots.json",
        {"number": "SH010", "name": "Wide", "camera": "Cam.Wide", "duration": 48, "head": 8, "tail": 4},
        {"number": "SH020", "duration": 24, "sequence": "SQ010", "width": 320, "height": 180, "locked": True},
        film="The Ballroom",
    )
    made = make_shots.make(scene, str(path))
    one, two = read_shots()
    assert made.made == [one.id, two.id]
    assert (one.start, one.end, two.start, two.end) == (1, 48, 49, 72)
    assert (one.handles.head, one.handles.tail, one.name, one.source) == (8, 4, "Wide", "file")
    assert (two.sequence, two.width, two.height, two.locked, two.name) == ("SQ010", 320, 180, True, "SH020")
    assert one.film == "The Ballroom"
    assert codes(one.id) == ["camera-none"]
    assert len(made.notes) == 1
    assert "no camera 'Cam.Wide' yet" in made.notes[0]
    camera = add_camera(scene, "Cam.Wide")
    again = make_shots.make(scene, str(path))
    assert (again.made, again.updated) == ([], [one.id])
    assert stored(one.id).camera == camera
    assert codes(one.id) == []


@pytest.mark.parametrize("ending", [".json", ".csv", ".fountain"])
def test_export_and_import_change_nothing(scene: bpy.types.Scene, tmp_path: Path, ending: str):
    scene.render.fps, scene.render.fps_base = 24, 1.001
    scene.shotwright.film = "Der Ballsaal: ein Märchen"
    other = set_up(bpy.data.scenes.new("Zweite"), frames=50)
    new_shot(
        scene, name='Weiß, "leer"', camera=add_camera(scene, "Käm.1"), frame_start=1, frame_end=48, sequence="SQ010"
    )
    new_shot(other, name="=1+1", camera=add_camera(other, "B"), frame_start=-3, frame_end=20, handle_head=5)
    locked = new_shot(scene, use_custom_size=True, width=320, height=180)
    stored(locked).locked = True
    before = read_shots()
    path = tmp_path / f"film{ending}"
    export_shot_list(before, path)
    made = make_shots.from_shot_list(scene, path)
    assert (made.made, made.updated) == ([], [])
    assert read_shots() == before


@pytest.mark.parametrize("ending", [".json", ".csv", ".fountain"])
def test_a_list_taken_to_an_empty_film_makes_the_same_shots(scene: bpy.types.Scene, tmp_path: Path, ending: str):
    camera = add_camera(scene, "A")
    new_shot(scene, name="One", camera=camera, frame_start=1, frame_end=48, handle_tail=3)
    new_shot(
        scene, name="Two", camera=camera, frame_start=20, frame_end=60, use_custom_size=True, width=320, height=180
    )
    before = read_shots()
    path = tmp_path / f"film{ending}"
    export_shot_list(before, path)
    while len(scene.shotwright.shots):
        shot_items.remove_shot(scene.shotwright.shots[0].uuid)
    assert len(make_shots.from_shot_list(scene, path).made) == 2
    skip = {"id", "source", "film"}
    assert [s.model_dump(exclude=skip) for s in read_shots()] == [s.model_dump(exclude=skip) for s in before]


def test_a_row_finds_its_shot_by_id_after_renumbering(scene: bpy.types.Scene, tmp_path: Path):
    one, two = new_shot(scene), new_shot(scene)
    path = write_list(
        tmp_path / "shots.json",
        {"id": one, "number": "SH020", "name": "was SH010"},
        {"id": two, "number": "SH010", "name": "was SH020"},
    )
    made = make_shots.from_shot_list(scene, path)
    assert (made.made, sorted(made.updated)) == ([], sorted([one, two]))
    assert [(shot.id, shot.number, shot.name) for shot in read_shots()] == [
        (one, "SH020", "was SH010"),
        (two, "SH010", "was SH020"),
    ]


def test_the_film_follows_the_order_of_the_list(scene: bpy.types.Scene, tmp_path: Path):
    for _ in range(3):
        new_shot(scene)
    path = write_list(tmp_path / "shots.json", {"number": "SH030"}, {"number": "SH010"}, {"number": "SH025"})
    make_shots.from_shot_list(scene, path)
    assert numbers() == ["SH030", "SH010", "SH025", "SH020"]


def test_a_list_that_says_nothing_about_the_range_keeps_it(scene: bpy.types.Scene, tmp_path: Path):
    shot_id = new_shot(scene, frame_start=10, frame_end=20)
    path = write_list(tmp_path / "shots.json", {"number": "SH010", "name": "Named"}, {"number": "SH020", "duration": 5})
    make_shots.from_shot_list(scene, path)
    assert [(shot.name, shot.start, shot.end) for shot in read_shots()] == [("Named", 10, 20), ("SH020", 21, 25)]
    assert stored(shot_id).name == "Named"


def test_a_list_with_new_rows_among_old_ones_loses_no_update(scene: bpy.types.Scene, tmp_path: Path):
    rows = [{"number": f"SH{index:04d}", "start": index, "end": index} for index in range(1, 401)]
    make_shots.from_shot_list(scene, write_list(tmp_path / "half.json", *rows[::2]))
    ids = {shot.number: shot.id for shot in read_shots()}
    full = write_list(tmp_path / "full.json", *({**row, "name": f"Name {row['start']}"} for row in rows))
    made = make_shots.from_shot_list(scene, full)
    assert (len(made.made), len(made.updated)) == (200, 200)
    assert [(shot.number, shot.name) for shot in read_shots()] == [
        (row["number"], f"Name {row['start']}") for row in rows
    ]
    assert {shot.number: shot.id for shot in read_shots() if shot.number in ids} == ids


def test_a_list_does_not_take_the_trim_of_a_marker_shot_away(scene: bpy.types.Scene, tmp_path: Path):
    add_marker(scene, 1, add_camera(scene, "One"), "Wide")
    (shot_id,) = make_shots.from_markers(scene).made
    stored(shot_id).frame_end = 25
    path = tmp_path / "film.csv"
    export_shot_list(read_shots(), path)
    make_shots.from_shot_list(scene, path)
    make_shots.from_markers(scene)
    assert [(shot.start, shot.end) for shot in read_shots()] == [(1, 25)]


def test_a_row_for_another_scene_than_its_shots_is_refused(scene: bpy.types.Scene, tmp_path: Path):
    bpy.data.scenes.new("Other")
    new_shot(scene)
    before = read_shots()
    path = write_list(tmp_path / "shots.json", {"number": "SH010", "scene": "Other", "name": "Moved"})
    with pytest.raises(SceneError, match="SH010 is in the scene 'Scene' here, not in 'Other'"):
        make_shots.from_shot_list(scene, path)
    assert read_shots() == before


def test_a_locked_shot_is_not_changed_by_a_list(scene: bpy.types.Scene, tmp_path: Path):
    shot_id = new_shot(scene, name="Kept", frame_start=10, frame_end=20)
    stored(shot_id).locked = True
    path = write_list(
        tmp_path / "shots.json", {"number": "SH010", "name": "Other", "start": 1, "end": 5, "locked": False}
    )
    made = make_shots.from_shot_list(scene, path)
    shot = read_shots()[0]
    assert (shot.name, shot.start, shot.end, shot.locked) == ("Kept", 10, 20, True)
    assert made.notes == ["SH010 is locked and was left as it is."]


def test_a_size_equal_to_the_scenes_takes_the_own_size_away(scene: bpy.types.Scene, tmp_path: Path):
    new_shot(scene, use_custom_size=True, width=320, height=180)
    path = write_list(tmp_path / "shots.json", {"number": "SH010", "width": 160, "height": 90})
    make_shots.from_shot_list(scene, path)
    shot = read_shots()[0]
    assert (shot.width, shot.height) == (160, 90)


def test_a_row_without_a_scene_updates_its_shot_where_it_stands(scene: bpy.types.Scene, tmp_path: Path):
    other = set_up(bpy.data.scenes.new("Other"), frames=50)
    other.render.fps = 25
    camera = add_camera(other, "There")
    shot_id = new_shot(other)
    path = write_list(tmp_path / "shots.json", {"number": "SH010", "camera": "There", "fps": "25"}, {"number": "SH020"})
    made = make_shots.from_shot_list(scene, path)
    assert made.notes == []
    assert stored(shot_id).camera == camera
    assert [(shot.number, shot.scene) for shot in read_shots()] == [("SH010", "Other"), ("SH020", "Scene")]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"number": "SH030", "scene": "Nowhere"}, "belongs to a scene 'Nowhere'"),
        ({"number": "SH030", "fps": "25"}, "is at 25 fps, but the scene 'Scene' runs at 24"),
    ],
)
def test_a_list_for_another_film_is_refused_with_nothing_changed(
    scene: bpy.types.Scene, tmp_path: Path, row: dict[str, object], sentence: str
):
    new_shot(scene, name="Kept")
    before = read_shots()
    path = write_list(
        tmp_path / "shots.json", {"number": "SH010", "name": "New"}, {"number": "SH020"}, row, film="Other"
    )
    with pytest.raises(SceneError, match=sentence):
        make_shots.from_shot_list(scene, path)
    assert read_shots() == before
    assert scene.shotwright.film == ""


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("shots.json", '{"shots": [{"number": "SH010", "end": 5}]}', "an end without a start"),
        ("shots.json", '{"shots": [', "this is not JSON"),
        ("shots.csv", "number,camra\nSH010,A\n", "camra"),
        ("shots.fountain", "[[SHOT: SH010 | duration: soon]]\n", "soon"),
        ("shots.txt", "", "not a shot list format"),
    ],
)
def test_a_list_that_can_not_be_read_changes_nothing(
    scene: bpy.types.Scene, tmp_path: Path, name: str, text: str, sentence: str
):
    new_shot(scene)
    before = read_shots()
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ShotListError, match=sentence):
        make_shots.make(scene, str(tmp_path / name))
    with pytest.raises(ShotListError, match="There is no file"):
        make_shots.make(scene, str(tmp_path / "absent.csv"))
    assert read_shots() == before


def test_export_to_a_folder_that_can_not_be(scene: bpy.types.Scene, tmp_path: Path):
    new_shot(scene)
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StorageError, match="Can't write"):
        export_shot_list(read_shots(), tmp_path / "file" / "shots.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_ten_thousand_rows(scene: bpy.types.Scene, tmp_path: Path):
    rows = [{"number": f"SH{index:05d}", "name": f"Shot {index}", "duration": 24} for index in range(1, 10_001)]
    path = write_list(tmp_path / "long.json", *rows)
    start = time.perf_counter()
    made = make_shots.from_shot_list(scene, path)
    first = time.perf_counter() - start
    assert len(made.made) == 10_000
    write_list(path, *({**row, "name": "Changed"} for row in reversed(rows)))
    start = time.perf_counter()
    again = make_shots.from_shot_list(scene, path)
    second = time.perf_counter() - start
    assert (len(again.made), len(again.updated)) == (0, 10_000)
    assert scene.shotwright.shots[0].number == "SH10000"
    assert read_list(path).shots[0].number == "SH10000"
    assert (first < 30.0, second < 30.0) == (True, True), f"{first:.1f} s and {second:.1f} s"

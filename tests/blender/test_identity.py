"""A shot's uuid: what it survives, and when a copy gets one of its own."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import bpy
import pytest
from bl_ext.user_default.shotwright.addon import handlers, make_shots, project, shot_items
from bl_ext.user_default.shotwright.addon.shots import list_shots, read_shots
from bl_ext.user_default.shotwright.core.errors import SceneError
from support.film import add_camera, add_cube, new_shot, reopen, save, set_up, stored


@pytest.fixture
def scene() -> bpy.types.Scene:
    return set_up(bpy.context.scene, frames=20)


def identities() -> list[tuple[str, str, str, str | None]]:
    return [(shot.id, shot.number, shot.scene, shot.copied_from) for shot in read_shots()]


def ids() -> list[str]:
    return [shot.id for shot in read_shots()]


def film(path: Path, shots: int = 2, name: str = "Layout", project_id: str = "") -> list[str]:
    """Save a film with shots in one scene, and go back to an empty file; returns the uuids."""
    scene = set_up(bpy.context.scene, frames=20)
    scene.name = name
    camera = add_camera(scene, "Cam")
    add_cube(scene)
    made = [new_shot(scene, camera=camera, name=f"Shot {index}") for index in range(shots)]
    stored(made[0]).circled_take = "a take of the original"
    scene.shotwright.project_uuid = project_id
    save(path)
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    return made


def notice_changes() -> None:
    """What Blender's main loop does behind every operator: update what changed, and call the handlers."""
    bpy.context.scene.update_tag()
    bpy.context.view_layer.update()


# --- it survives ----------------------------------------------------------------------------------------------------


def test_uuids_are_uuids_and_differ(scene: bpy.types.Scene):
    made = [new_shot(scene) for _ in range(20)]
    assert len(set(made)) == 20
    assert all(str(uuid.UUID(each)) == each for each in made)


def test_it_survives_save_reload_and_rename(scene: bpy.types.Scene, tmp_path: Path):
    shot_id = new_shot(scene, camera=add_camera(scene, "A"))
    item = stored(shot_id)
    item.name, item.number = "Renamed", "SH990"
    scene.name = "Another Name"
    item.camera.name = "B"
    path = save(tmp_path / "film.blend")
    reopen(path)
    assert identities() == [(shot_id, "SH990", "Another Name", None)]
    save(tmp_path / "film_v002.blend")
    reopen(tmp_path / "film_v002.blend")
    assert ids() == [shot_id]


def test_it_survives_undo_and_redo(scene: bpy.types.Scene):
    bpy.ops.ed.undo_push(message="start")
    shot_id = new_shot(scene)
    bpy.ops.ed.undo_push(message="shot")
    stored(shot_id).name = "Named"
    bpy.ops.ed.undo_push(message="name")
    bpy.ops.ed.undo()
    assert [(shot.id, shot.name) for shot in read_shots()] == [(shot_id, "SH010")]
    bpy.ops.ed.redo()
    assert [(shot.id, shot.name) for shot in read_shots()] == [(shot_id, "Named")]
    bpy.ops.ed.undo()
    bpy.ops.ed.undo()
    assert ids() == []
    bpy.ops.ed.redo()
    assert ids() == [shot_id]


def test_it_survives_making_shots_again(scene: bpy.types.Scene):
    add_camera(scene, "A")
    made = make_shots.from_cameras(scene).made
    make_shots.from_cameras(scene)
    assert ids() == made


def test_it_survives_disabling_and_enabling(scene: bpy.types.Scene):
    shot_id = new_shot(scene)
    package = handlers.__package__.rpartition(".")[0]
    bpy.ops.preferences.addon_disable(module=package)
    bpy.ops.preferences.addon_enable(module=package)
    assert ids() == [shot_id]


# --- duplicated scenes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["FULL_COPY", "LINK_COPY"])
def test_a_duplicated_scene_gets_shots_of_its_own(scene: bpy.types.Scene, kind: str):
    first = new_shot(scene, camera=add_camera(scene, "A"), name="Enter")
    second = new_shot(scene)
    stored(first).circled_take = "some take"
    scene.shotwright.project_uuid = "the project"
    bpy.ops.scene.new(type=kind)
    notice_changes()
    one, two, three, four = identities()
    assert (one, two) == ((first, "SH010", "Scene", None), (second, "SH020", "Scene", None))
    assert three[1:] == ("SH030", "Scene.001", first)
    assert four[1:] == ("SH040", "Scene.001", second)
    assert len({one[0], two[0], three[0], four[0]}) == 4
    copy = stored(three[0])
    assert (copy.circled_take, copy.name) == ("", "Enter")
    assert copy.id_data.shotwright.project_uuid == "the project"
    assert stored(first).circled_take == "some take"
    assert not [row for row in list_shots() if "number-taken" in [problem.code for problem in row.problems]]


def test_a_copy_of_a_copy_names_its_direct_origin(scene: bpy.types.Scene):
    first = new_shot(scene)
    for _ in range(2):
        bpy.ops.scene.new(type="LINK_COPY")
        notice_changes()
    (_, _, _, none), (second, *_, origin), (*_, last_origin) = identities()
    assert (none, origin, last_origin) == (None, first, second)


def test_saving_settles_a_copy_that_nobody_has_noticed(scene: bpy.types.Scene, tmp_path: Path):
    new_shot(scene)
    bpy.ops.scene.new(type="LINK_COPY")
    assert len(set(ids())) == 1
    reopen(save(tmp_path / "film.blend"))
    assert len(set(ids())) == 2
    assert [row[3] for row in identities()] == [None, ids()[0]]


def test_a_copy_made_without_shotwright_is_settled_on_load(
    scene: bpy.types.Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    first = new_shot(scene)
    handlers.detach()
    try:
        bpy.ops.scene.new(type="LINK_COPY")
        path = save(tmp_path / "film.blend")
        reopen(path)
        assert ids() == [first, first]
    finally:
        handlers.attach()
    reopen(path)
    assert identities()[0] == (first, "SH010", "Scene", None)
    assert identities()[1][1:] == ("SH020", "Scene.001", first)


def test_undo_keeps_a_copy_a_copy(scene: bpy.types.Scene):
    """In the interface Blender stores the step of the duplication before a handler can notice the copy."""
    first = new_shot(scene)
    bpy.ops.ed.undo_push(message="start")
    bpy.ops.scene.new(type="LINK_COPY")
    bpy.ops.ed.undo_push(message="New Scene")
    notice_changes()
    before = identities()
    assert len({row[0] for row in before}) == 2
    stored(before[1][0]).name = "Changed"
    bpy.ops.ed.undo_push(message="rename")
    bpy.ops.ed.undo()
    assert identities() == before  # and its takes are still its own
    bpy.ops.ed.redo()
    assert identities() == before
    bpy.ops.ed.undo()
    bpy.ops.ed.undo()
    assert ids() == [first]
    bpy.ops.ed.redo()
    assert identities() == before


def test_a_copy_made_again_after_it_was_deleted_is_another_one(scene: bpy.types.Scene):
    new_shot(scene)
    found: list[str] = []
    for _ in range(2):
        bpy.ops.scene.new(type="LINK_COPY")
        notice_changes()
        found.append(ids()[1])
        bpy.data.scenes.remove(bpy.context.scene)
        notice_changes()
    assert found[0] != found[1]
    assert len(ids()) == 1


def test_settling_twice_changes_nothing(scene: bpy.types.Scene):
    new_shot(scene)
    bpy.ops.scene.new(type="FULL_COPY")
    notice_changes()
    before = identities()
    handlers.settle()
    assert identities() == before
    assert shot_items.reconcile() == []


def test_the_handler_that_runs_at_every_change_looks_at_numbers_only(
    scene: bpy.types.Scene, monkeypatch: pytest.MonkeyPatch
):
    new_shot(scene)
    notice_changes()
    asked: list[int] = []
    monkeypatch.setattr(handlers, "settle", lambda: asked.append(1))
    for _ in range(5):
        notice_changes()
    assert asked == []
    bpy.data.scenes.new("More")
    notice_changes()
    assert asked == [1]


# --- appended scenes ------------------------------------------------------------------------------------------------


def append_by_data(path: Path, name: str) -> None:
    with bpy.data.libraries.load(str(path), link=False) as (_, wanted):
        wanted.scenes = [name]


def append_by_operator(path: Path, name: str) -> None:
    folder = f"{path}/Scene/"
    bpy.ops.wm.append(filepath=folder + name, directory=folder, filename=name)


APPEND = pytest.mark.parametrize("append", [append_by_data, append_by_operator], ids=["data", "operator"])


@APPEND
def test_an_appended_scene_gets_shots_of_its_own(tmp_path: Path, append):
    foreign = film(tmp_path / "a" / "other.blend", project_id="project of the other")
    here = set_up(bpy.context.scene)
    own = new_shot(here)
    here.shotwright.project_uuid, here.shotwright.project_folder = "project of this", "//../shared"
    append(tmp_path / "a" / "other.blend", "Layout")
    assert identities()[0] == (own, "SH010", "Scene", None)
    assert [row[1:] for row in identities()[1:]] == [
        ("SH020", "Layout", foreign[0]),
        ("SH030", "Layout", foreign[1]),
    ]
    assert not set(ids()) & set(foreign)
    group = bpy.data.scenes["Layout"].shotwright
    assert (group.project_uuid, group.project_folder) == ("project of this", "//../shared")
    assert [item.circled_take for item in group.shots] == ["", ""]
    assert read_shots()[1].camera == "Cam"


@APPEND
def test_a_scene_appended_to_an_empty_file_leaves_its_project_behind(tmp_path: Path, append):
    """Or this file would think that the other film's project folder was its own, and lost."""
    film(tmp_path / "a" / "other.blend", project_id="project of the other")
    append(tmp_path / "a" / "other.blend", "Layout")
    assert len(ids()) == 2
    assert project.stored_id() == ""
    assert project.stored_folder() == ""
    notes: list[str] = []
    found = project.open_project(notes)
    assert notes == []
    assert found.id != "project of the other"
    assert {scene.shotwright.project_uuid for scene in bpy.data.scenes if len(scene.shotwright.shots)} == {found.id}


def test_appending_the_same_film_twice(tmp_path: Path):
    film(tmp_path / "other.blend")
    for _ in range(2):
        append_by_data(tmp_path / "other.blend", "Layout")
    assert len(set(ids())) == 4
    assert len({shot.number for shot in read_shots()}) == 4
    assert [shot.order for shot in read_shots()] == [0, 1, 2, 3]


def test_an_appended_edit_is_not_this_films_edit(tmp_path: Path):
    bpy.context.scene.name = "Other Edit"
    bpy.context.scene.shotwright.is_edit = True
    save(tmp_path / "other.blend")
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    append_by_data(tmp_path / "other.blend", "Other Edit")
    assert shot_items.edit_scene() is None


def test_a_scene_appended_while_shotwright_was_not_enabled(tmp_path: Path):
    """Nobody heard the import; the project's uuid gives it away at the next load."""
    foreign = film(tmp_path / "a" / "other.blend", name="A Layout", project_id="b0000000-0000-4000-8000-000000000000")
    here = set_up(bpy.context.scene)
    own = new_shot(here)
    path = save(tmp_path / "b" / "mine.blend")
    project.open_project([])
    handlers.detach()
    try:
        append_by_data(tmp_path / "a" / "other.blend", "A Layout")
        bpy.data.scenes["A Layout"].shotwright.project_folder = "//../a/shotwright"
        save(path)
    finally:
        handlers.attach()
    assert set(ids()) == {own, *foreign}
    # "A Layout" comes before "Scene" in the file: only project.json tells which film this is.
    reopen(path)
    mine = project.open_project([])
    assert stored(own).copied_from == ""
    assert not set(ids()) & set(foreign)
    assert {row[3] for row in identities()} == {None, *foreign}
    assert project.folder() == mine.folder == tmp_path / "b" / "shotwright"
    assert {s.shotwright.project_uuid for s in bpy.data.scenes} == {mine.id}
    assert {s.shotwright.project_folder for s in bpy.data.scenes} == {""}
    assert len({shot.number for shot in read_shots()}) == 3


# --- linked scenes --------------------------------------------------------------------------------------------------


def link(path: Path, name: str) -> bpy.types.Scene:
    with bpy.data.libraries.load(str(path), link=True) as (_, wanted):
        wanted.scenes = [name]
    return next(scene for scene in bpy.data.scenes if scene.library is not None)


def test_linked_shots_are_read_only_with_the_reason(tmp_path: Path):
    made = film(tmp_path / "other.blend")
    linked = link(tmp_path / "other.blend", "Layout")
    assert ids() == made  # a link is no copy
    for row in list_shots():
        assert "is linked from" in row.shot.read_only
        assert "other.blend: open that file" in row.shot.read_only
    with pytest.raises(SceneError, match="open that file to change its shots"):
        make_shots.make(linked, "cameras")
    handlers.settle()
    assert ids() == made
    assert [shot.copied_from for shot in read_shots()] == [None, None]


def test_linked_shots_keep_what_they_say_when_others_change(tmp_path: Path):
    made = film(tmp_path / "other.blend")
    here = set_up(bpy.context.scene)
    link(tmp_path / "other.blend", "Layout")
    before = [shot for shot in read_shots() if shot.read_only]
    own = new_shot(here, number="SH990")
    shot_items.insert_shot(here, "SH010")
    shot_items.move_shot(own, -1)
    listed = tmp_path / "list.csv"
    listed.write_text("number,name\nSH010,Changed\nSH990,Changed too\n", encoding="utf-8")
    notes = make_shots.from_shot_list(here, listed).notes
    assert len(notes) == 1
    assert notes[0].startswith("SH010: The scene 'Layout' is linked")
    skip = {"order"}
    after = [shot for shot in read_shots() if shot.read_only]
    assert [shot.model_dump(exclude=skip) for shot in after] == [
        shot.model_dump(exclude=skip) | {"film": after[0].film} for shot in before
    ]
    assert [shot.id for shot in after] == made
    assert stored(own).name == "Changed too"


def test_a_list_makes_no_shot_in_a_linked_scene(tmp_path: Path):
    film(tmp_path / "other.blend")
    linked = link(tmp_path / "other.blend", "Layout")
    listed = tmp_path / "list.json"
    listed.write_text(json.dumps([{"number": "SH500", "scene": linked.name_full}]), encoding="utf-8")
    with pytest.raises(SceneError, match="SH500 can't be made: The scene 'Layout' is linked"):
        make_shots.from_shot_list(bpy.context.scene, listed)
    assert len(linked.shotwright.shots) == 2


def test_a_linked_scene_with_the_name_of_a_local_one(tmp_path: Path):
    film(tmp_path / "other.blend", shots=1)
    here = set_up(bpy.context.scene, frames=5)
    here.name = "Layout"
    new_shot(here, number="SH990", camera=add_camera(here, "Mine"))
    linked = link(tmp_path / "other.blend", "Layout")
    assert linked.name == here.name
    found = {row.shot.number: row for row in list_shots()}
    assert found["SH010"].problems == found["SH990"].problems == ()
    assert shot_items.scene_named(found["SH010"].shot.scene) == linked
    assert shot_items.scene_named(found["SH990"].shot.scene) == here
    assert (found["SH010"].shot.end, found["SH990"].shot.end) == (20, 5)


def test_a_local_scene_that_claims_linked_shots_is_the_copy(tmp_path: Path):
    made = film(tmp_path / "other.blend")
    handlers.detach()
    try:
        append_by_data(tmp_path / "other.blend", "Layout")
        link(tmp_path / "other.blend", "Layout")
    finally:
        handlers.attach()
    handlers.settle()
    linked = [shot.id for shot in read_shots() if shot.read_only]
    local = [shot for shot in read_shots() if not shot.read_only]
    assert linked == made
    assert [shot.copied_from for shot in local] == made


def test_a_missing_library_is_a_problem_of_the_shot(tmp_path: Path):
    film(tmp_path / "other.blend")
    link(tmp_path / "other.blend", "Layout")
    path = save(tmp_path / "film.blend")
    bpy.data.scenes.remove(next(scene for scene in bpy.data.scenes if scene.library))
    with bpy.data.libraries.load(str(tmp_path / "other.blend"), link=True) as (_, wanted):
        wanted.objects = ["Cube"]
    here = set_up(bpy.context.scene)
    here.collection.objects.link(bpy.data.objects["Cube"])
    new_shot(here, camera=add_camera(here, "A"))
    save(path)
    (tmp_path / "other.blend").unlink()
    reopen(path)
    (row,) = list_shots()
    assert [problem.code for problem in row.problems] == ["library-missing"]
    assert "other.blend was not found" in row.problems[0].message

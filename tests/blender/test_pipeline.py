"""From a shot to its take: packages, fingerprints, and the scene as it was."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import bpy
import numpy as np
import pytest
from bl_ext.user_default.shotwright.addon import pipeline, project, sequencer, shot_items
from bl_ext.user_default.shotwright.addon.shots import read_shots
from bl_ext.user_default.shotwright.core import terms
from bl_ext.user_default.shotwright.jobs.files import sha256_of
from bl_ext.user_default.shotwright.media.movie import MovieWriter, count_frames
from bl_ext.user_default.shotwright.render_passes import compat as render_compat
from bl_ext.user_default.shotwright.render_passes import package, raster
from bl_ext.user_default.shotwright.render_passes.as_rendered import as_rendered
from bl_ext.user_default.shotwright.render_passes.geometry import MeshCache, Numbers, instances, view_layer_of
from support.disks import read_only, small_disk
from support.film import add_camera, add_cube, add_marker, new_shot, project_folder, reopen, save, set_up, stored
from support.snapshot import scene_state
from support.work import SIZE, cuts, draw, fingerprint, generate, leftovers, pictures, place, row, run, slide


@pytest.fixture
def scene() -> bpy.types.Scene:
    return slide(bpy.context.scene)


def nothing_may_be_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("this was drawn again")

    monkeypatch.setattr(package, "draw", fail)


def drawn_names(scene: bpy.types.Scene) -> list[str]:
    """The owner of each thing that is drawn."""
    layer = view_layer_of(scene)
    with as_rendered(scene, layer):
        scene.frame_set(scene.frame_current)
        return [item.name for item in instances(layer.depsgraph, MeshCache(), Numbers(), Numbers())]


# --- the package ----------------------------------------------------------------------------------------------------


def test_a_package_has_clay_and_depth_of_every_frame(scene: bpy.types.Scene):
    shot_id = new_shot(
        scene, name="Slide", camera=scene.camera, frame_start=5, frame_end=10, handle_head=2, handle_tail=1
    )
    report = draw(shot_id)
    assert (report.status, report.problems, report.frames) == ("done", (), 6)
    (folder,) = (project_folder() / "shots").glob("*/refs/*")
    assert folder.parent.parent.name == f"{shot_id[:8]}-sh010-slide"
    assert sorted(path.name for path in folder.iterdir()) == ["clay.mp4", "depth.mp4", "depth.npz", "package.json"]
    record = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    assert record["schema"] == "shotwright.package.1"
    assert (record["shot"], record["fingerprint"]) == (shot_id, folder.name)
    assert (record["first"], record["last"], record["width"], record["height"]) == (3, 11, *SIZE)
    assert record["fps"] == {"num": 24, "den": 1}
    assert (record["frames"], record["kept"], record["model"], record["notes"]) == (9, 9, None, [])
    assert (record["passes"], record["depth_encoding"]) == (["clay", "depth"], "linear")
    for file in record["files"]:
        assert sha256_of(folder / file["name"]) == file["sha256"]
        assert (folder / file["name"]).stat().st_size == file["bytes"]
        if file["name"].endswith(".mp4"):
            assert count_frames(folder / file["name"]) == 9
    assert np.load(folder / "depth.npz")["depth"].shape == (9, SIZE[1], SIZE[0])
    where = f"shots/{folder.parent.parent.name}/refs/{folder.name}"
    assert set(report.files) == {f"{where}/clay.mp4", f"{where}/depth.mp4", f"{where}/depth.npz"}
    assert leftovers() == []


def test_what_the_pictures_show(scene: bpy.types.Scene):
    """The cube's front is 7 m from the camera, it moves to the right, and near is white."""
    bpy.data.objects.remove(bpy.data.objects["Floor"])
    bpy.data.objects["Cam"].location = (0.0, -8.0, 0.0)
    bpy.data.objects["Cam"].rotation_euler = (math.radians(90), 0.0, 0.0)
    sun = bpy.data.objects.new("Sun", bpy.data.lights.new("Sun", "SUN"))
    sun.rotation_euler = (math.radians(-50), 0.0, 0.0)  # from behind the cube
    scene.collection.objects.link(sun)
    draw(new_shot(scene, camera=scene.camera, frame_start=1, frame_end=40))
    (folder,) = (project_folder() / "shots").glob("*/refs/*")
    record = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    assert record["depth_near"] == pytest.approx(7.0, abs=0.01)
    assert 7.0 < record["depth_far"] <= 9.0
    clay, depth = pictures(folder / "clay.mp4"), pictures(folder / "depth.mp4")
    centres = [float(np.nonzero(frame[:, :, 0] > 100)[1].mean()) for frame in (depth[0], depth[20], depth[39])]
    assert centres[0] < 60 < centres[1] < 100 < centres[2]
    assert depth[20][45, 80].min() > 240  # the near face is white
    assert depth[20][2, 2].max() < 12  # nothing is black
    assert abs(int(clay[20][2, 2, 0]) - 168) < 4  # and middle grey in clay
    assert int(clay[20][2, 2, 0]) - int(clay[20][45, 80, 0]) > 20  # against the light
    assert np.ptp(clay[20].astype(int), axis=2).max() < 12  # clay has no colour


def test_one_pass_alone(scene: bpy.types.Scene):
    shot_id = new_shot(scene, camera=scene.camera, frame_start=1, frame_end=2)
    files = {name: [f"{name}.mp4"] for name in ("clay", "edges", "normal", "mask", "layout")}
    files |= {"depth": ["depth.mp4", "depth.npz"], "board": ["board.mp4", "board.png"], "flow": ["flow.npz"]}
    files |= {"first": ["first.png"], "last": ["last.png"]}
    # Nobody is in this scene, and it has no flipbook.
    assert set(files) == set(terms.values(terms.PASSES)) - {"motion", "pose"}
    for name, expected in files.items():
        report = draw(shot_id, (name,))
        assert [Path(path).name for path in report.files] == expected
    assert len(list((project_folder() / "shots").glob("*/refs/*"))) == len(files)


def test_the_default_passes(scene: bpy.types.Scene):
    report = draw(new_shot(scene, camera=scene.camera, frame_start=1, frame_end=2), ())
    names = [Path(path).name for path in report.files]
    movies = ["board.mp4", "board.png", "clay.mp4", "depth.mp4", "depth.npz", "edges.mp4"]
    assert names == [*movies, "first.png", "last.png"]


def test_short_and_negative_ranges(scene: bpy.types.Scene):
    scene.use_preview_range = False
    single = new_shot(scene, camera=scene.camera, frame_start=5, frame_end=5)
    early = new_shot(scene, camera=scene.camera, frame_start=1, frame_end=3, handle_head=4)
    assert [draw(each).status for each in (single, early)] == ["done", "done"]
    lengths = {path.parts[-4][:8]: count_frames(path) for path in project_folder().rglob("clay.mp4")}
    assert lengths == {single[:8]: 1, early[:8]: 7}


def test_what_is_hidden_from_renders_is_not_drawn(scene: bpy.types.Scene):
    shot_id = new_shot(scene, camera=scene.camera, frame_start=1, frame_end=2)
    names = lambda: set(drawn_names(scene))  # noqa: E731
    assert names() == {"Cube", "Floor"}
    outer, inner = bpy.data.collections.new("Outer"), bpy.data.collections.new("Inner")
    scene.collection.children.link(outer)
    outer.children.link(inner)
    inner.objects.link(bpy.data.objects["Floor"])
    scene.collection.objects.unlink(bpy.data.objects["Floor"])
    assert names() == {"Cube", "Floor"}
    outer.hide_render = True  # hides what is in its children too
    assert names() == {"Cube"}
    bpy.data.objects["Cube"].hide_render = True
    assert names() == set()
    report = draw(shot_id)
    assert report.status == "skipped"
    assert "the scene has nothing to render at frame 1" in report.problems[0].message
    assert "check what is hidden from renders" in report.problems[0].message
    assert list((project_folder() / "shots").glob("*/refs/*")) == []
    assert leftovers() == []


def test_collection_instances_are_drawn(scene: bpy.types.Scene):
    props = bpy.data.collections.new("Props")
    props.objects.link(bpy.data.objects["Cube"])
    scene.collection.objects.unlink(bpy.data.objects["Cube"])
    empty = bpy.data.objects.new("Twice", None)
    empty.instance_type, empty.instance_collection = "COLLECTION", props
    scene.collection.objects.link(empty)
    assert sorted(drawn_names(scene)) == ["Floor", "Twice"]


def test_a_shot_with_a_problem_is_skipped_with_its_sentence(scene: bpy.types.Scene):
    report = draw(new_shot(scene, camera=None))
    assert (report.status, report.problems[0].code) == ("skipped", "camera-none")
    assert not (project_folder() / "shots").exists()


def test_a_linked_scene_is_drawn_and_not_the_local_one_of_its_name(scene: bpy.types.Scene, tmp_path: Path):
    shot_id = new_shot(scene, camera=scene.camera, frame_start=1, frame_end=2)
    right = fingerprint(shot_id, ())
    save(tmp_path / "other" / "other.blend")
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    here = set_up(bpy.context.scene)
    add_camera(here, "Cam")
    add_cube(here, "Another")
    with bpy.data.libraries.load(str(tmp_path / "other" / "other.blend"), link=True) as (_, wanted):
        wanted.scenes = ["Scene"]
    assert fingerprint(shot_id, ()) == right
    assert generate()[1][0].status == "done"
    assert len(list(project_folder().rglob(right))) == 1


# --- fingerprints ---------------------------------------------------------------------------------------------------


def test_what_has_not_changed_is_not_drawn_again(scene: bpy.types.Scene, monkeypatch: pytest.MonkeyPatch):
    shot_id = new_shot(scene, camera=scene.camera, frame_start=1, frame_end=3)
    first = draw(shot_id)
    nothing_may_be_drawn(monkeypatch)
    again = draw(shot_id)
    assert (first.status, again.status) == ("done", "fresh")
    assert again.files == first.files
    path = save(project_folder().parent / "film.blend")
    reopen(path)
    assert draw(shot_id).status == "fresh"


@pytest.fixture
def drawn_shot(scene: bpy.types.Scene) -> str:
    scene.render.resolution_x, scene.render.resolution_y = 64, 36
    light = bpy.data.objects.new("Sun", bpy.data.lights.new("Sun", "SUN"))
    scene.collection.objects.link(light)
    bpy.data.objects["Floor"].data.materials.append(bpy.data.materials.new("Wood"))
    return new_shot(scene, camera=scene.camera, frame_start=1, frame_end=4)


def _raise_vertex() -> None:
    bpy.data.meshes["Floor"].vertices[0].co.z += 0.5


def _retime() -> None:
    bpy.data.objects["Cube"].location.z = 1.0
    bpy.data.objects["Cube"].keyframe_insert("location", frame=4)


def _bend() -> None:
    modifier = bpy.data.objects["Floor"].modifiers.new("Solidify", "SOLIDIFY")
    modifier.thickness = 0.7


def _array(**settings: bool) -> None:
    modifier = bpy.data.objects["Cube"].modifiers.new("Array", "ARRAY")
    for name, value in settings.items():
        setattr(modifier, name, value)


CHANGES: dict[str, Callable[[], object]] = {
    "camera moves": lambda: setattr(bpy.data.objects["Cam"], "location", (0.0, -8.0, 2.0)),
    "lens": lambda: setattr(bpy.data.cameras["Cam"], "lens", 85.0),
    "lens shift": lambda: setattr(bpy.data.cameras["Cam"], "shift_x", 0.1),
    "object moves": lambda: setattr(bpy.data.objects["Floor"], "location", (0.0, 0.0, -2.0)),
    "animation": _retime,
    "mesh": _raise_vertex,
    "modifier": _bend,
    "hidden": lambda: setattr(bpy.data.objects["Floor"], "hide_render", True),
    "new object": lambda: add_cube(bpy.context.scene, "More"),
    "light turns": lambda: setattr(bpy.data.objects["Sun"], "rotation_euler", (1.0, 0.0, 0.0)),
    "size": lambda: setattr(bpy.context.scene.render, "resolution_x", 66),
    "pixel aspect": lambda: setattr(bpy.context.scene.render, "pixel_aspect_x", 2.0),
    "frame rate": lambda: setattr(bpy.context.scene.render, "fps", 25),
    "range": lambda: setattr(bpy.context.scene.shotwright.shots[0], "frame_end", 5),
    "handle": lambda: setattr(bpy.context.scene.shotwright.shots[0], "handle_tail", 1),
    "clip range": lambda: setattr(bpy.data.cameras["Cam"], "clip_end", 50.0),
    "modifier for renders": lambda: _array(show_viewport=False),
}

NO_CHANGES: dict[str, Callable[[], object]] = {
    "nothing": lambda: None,
    "selection": lambda: bpy.data.objects["Cube"].select_set(True),
    "playhead": lambda: bpy.context.scene.frame_set(33),
    "name of the shot": lambda: setattr(bpy.context.scene.shotwright.shots[0], "name", "Renamed"),
    "number": lambda: setattr(bpy.context.scene.shotwright.shots[0], "number", "SH990"),
    "lock": lambda: setattr(bpy.context.scene.shotwright.shots[0], "locked", True),
    "film": lambda: setattr(bpy.context.scene.shotwright, "film", "Renamed"),
    "another scene": lambda: bpy.data.scenes.new("Another"),
    "another shot": lambda: new_shot(bpy.context.scene),
    "scene camera": lambda: setattr(bpy.context.scene, "camera", add_camera(bpy.context.scene, "Other")),
    "render engine": lambda: setattr(bpy.context.scene.render, "engine", "CYCLES"),
    "material": lambda: setattr(bpy.data.materials["Wood"], "diffuse_color", (1.0, 0.0, 0.0, 1.0)),
    "hidden in the viewport": lambda: setattr(bpy.data.objects["Floor"], "hide_viewport", True),
    "modifier for the viewport": lambda: _array(show_render=False),
    "name of an object": lambda: setattr(bpy.data.objects["Floor"], "name", "Ground"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_changes_the_fingerprint(drawn_shot: str, change: Callable[[], object]):
    before = fingerprint(drawn_shot)
    change()
    assert fingerprint(drawn_shot) != before


@pytest.mark.parametrize("change", NO_CHANGES.values(), ids=NO_CHANGES.keys())
def test_what_does_not_change_the_fingerprint(drawn_shot: str, change: Callable[[], object]):
    before = fingerprint(drawn_shot)
    change()
    assert fingerprint(drawn_shot) == before


def test_names_and_numbers_count_where_they_are_shown(drawn_shot: str):
    before = {name: fingerprint(drawn_shot, (name,)) for name in ("mask", "board", "clay")}
    bpy.data.objects["Floor"].name = "Ground"
    renamed = {name: fingerprint(drawn_shot, (name,)) for name in before}
    assert {name for name in before if renamed[name] != before[name]} == {"mask"}
    stored(drawn_shot).number = "SH990"
    numbered = {name: fingerprint(drawn_shot, (name,)) for name in before}
    assert {name for name in before if numbered[name] != renamed[name]} == {"board"}


def test_a_fingerprint_is_the_same_after_a_reload(drawn_shot: str, tmp_path: Path):
    before = fingerprint(drawn_shot)
    path = save(tmp_path / "film.blend")
    reopen(path)
    assert fingerprint(drawn_shot) == before
    assert fingerprint(drawn_shot, ("clay",)) != before


def test_shape_keys_deform_from_frame_to_frame(scene: bpy.types.Scene):
    cube = bpy.data.objects["Cube"]
    cube.animation_data_clear()
    cube.location = (0.0, 0.0, 0.0)
    cube.shape_key_add(name="Basis")
    key = cube.shape_key_add(name="Up")
    for point in key.data:
        point.co.z += 2.0
    for frame, value in ((1, 0.0), (4, 1.0)):
        key.value = value
        key.keyframe_insert("value", frame=frame)
    draw(new_shot(scene, camera=scene.camera, frame_start=1, frame_end=4))
    (movie,) = project_folder().rglob("clay.mp4")
    frames = pictures(movie)
    assert np.abs(frames[0].astype(int) - frames[3].astype(int)).max() > 20


# --- the scene is as before -----------------------------------------------------------------------------------------


def untidy(scene: bpy.types.Scene) -> str:
    """A scene with everything that drawing could disturb; returns its shot."""
    other = add_camera(scene, "Other", at=(5.0, -5.0, 3.0))
    add_marker(scene, 2, other, "switch")  # moving the playhead over it changes the scene's camera
    add_marker(scene, 4, bpy.data.objects["Cam"], "back")
    scene.camera = other
    bpy.data.objects["Floor"].select_set(True)
    bpy.context.view_layer.objects.active = bpy.data.objects["Floor"]
    add_cube(scene, "Hidden", at=(0.0, 3.0, 0.0)).hide_set(True)
    scene.use_preview_range, scene.frame_preview_start, scene.frame_preview_end = True, 3, 9
    scene.render.filepath = "//somewhere/"
    scene.frame_set(11, subframe=0.25)
    return new_shot(scene, camera=bpy.data.objects["Cam"], frame_start=1, frame_end=6)


def test_drawing_leaves_the_scene_as_it_was(scene: bpy.types.Scene):
    shot_id = untidy(scene)
    project.open_project([])
    before = scene_state(scene)
    assert draw(shot_id).status == "done"
    assert scene_state(scene) == before


@pytest.mark.parametrize(
    "error", [RuntimeError("out of paint"), OSError(28, "No space left on device"), KeyboardInterrupt()]
)
def test_an_error_while_drawing_leaves_the_scene_as_it_was_and_no_folder(
    scene: bpy.types.Scene, monkeypatch: pytest.MonkeyPatch, error: BaseException
):
    shot_id = untidy(scene)
    project.open_project([])
    before = scene_state(scene)
    written: list[int] = []
    real = MovieWriter.write

    def write(self: MovieWriter, frame: np.ndarray) -> None:
        written.append(1)
        if len(written) == 3:
            raise error
        real(self, frame)

    with monkeypatch.context() as patch:
        patch.setattr(MovieWriter, "write", write)
        if isinstance(error, KeyboardInterrupt):
            with pytest.raises(KeyboardInterrupt):
                draw(shot_id)
        else:
            report = draw(shot_id)
            assert report.status == "failed"
            assert ("disk is full" if isinstance(error, OSError) else "out of paint") in report.problems[0].message
    assert len(written) == 3
    assert scene_state(scene) == before
    assert leftovers() == []
    assert list((project_folder() / "shots").glob("*/refs/*")) == []
    assert draw(shot_id).status == "done"


def test_waking_the_graphics_leaves_nothing():
    """Before 5.2 a small render does it; the first package of a session must not show it."""
    add_camera(set_up(bpy.context.scene), "Cam")
    bpy.context.view_layer.update()
    before = scene_state(bpy.context.scene)
    render_compat._wake_by_render()
    assert scene_state(bpy.context.scene) == before


def test_generating_and_cutting_leave_the_layout_as_it_was(scene: bpy.types.Scene, tmp_path: Path):
    untidy(scene)
    project.open_project([])
    before = scene_state(scene)
    edit, _ = place()
    sequencer.render_cut(edit, tmp_path / "cut.mp4")
    after = scene_state(scene)
    assert after["strips"] in (None, 0)  # a scene with a strip would render its sequencer
    made = {kind: after["counts"][kind] - count for kind, count in before["counts"].items()}
    assert {kind: count for kind, count in made.items() if count} in (
        {"scenes": 1, "workspaces": 1, "screens": 2},
        {"scenes": 1, "workspaces": 1, "screens": 2, "images": 1},  # Blender's own Render Result
    )
    before.pop("counts")
    after.pop("counts")
    assert after == before


# --- disks ----------------------------------------------------------------------------------------------------------


def test_a_full_disk_while_drawing(scene: bpy.types.Scene, tmp_path: Path):
    # The depth of 20 frames takes 563 KiB: it is begun, and there is no room for the movies.
    with small_disk(tmp_path / "disk", "576k") as disk:
        shot_id = new_shot(scene, camera=scene.camera, frame_start=1, frame_end=20)
        project.relink(disk / "project", create=True)
        report = draw(shot_id)
        assert report.status == "failed"
        assert "the disk is full: free some space and run it again" in report.problems[0].message
        assert leftovers() == []
        assert not list((disk / "project").rglob("*.mp4"))
        stored(shot_id).frame_end = 2
        assert draw(shot_id).status == "done"


def test_a_disk_without_room_for_the_depth_is_told_before_drawing(
    scene: bpy.types.Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with small_disk(tmp_path / "disk", "500k") as disk:
        shot_id = new_shot(scene, camera=scene.camera, frame_start=1, frame_end=20)
        project.relink(disk / "project", create=True)
        monkeypatch.setattr(raster.Raster, "draw", lambda *_: pytest.fail("this was drawn"))
        report = draw(shot_id)
        assert report.status == "failed"
        message = report.problems[0].message
        assert "SH010: its depth and flow need 576,000 bytes" in message and "free some space" in message
        assert str(disk) in message
        assert leftovers() == []
        assert not list((disk / "project" / "shots").glob("*/refs/*"))


def test_a_read_only_project_while_drawing(scene: bpy.types.Scene):
    shot_id = new_shot(scene, camera=scene.camera, frame_start=1, frame_end=2)
    other = new_shot(scene, camera=scene.camera, frame_start=3, frame_end=4)
    draw(shot_id)
    with read_only(project_folder()):
        assert draw(shot_id).status == "fresh"
        report = draw(other)
    assert report.status == "failed"
    assert "Can't write" in report.problems[0].message
    assert draw(other).status == "done"


# --- takes ----------------------------------------------------------------------------------------------------------


def test_a_take_is_a_clip_of_the_exact_length(scene: bpy.types.Scene):
    shot_id = new_shot(
        scene, name="Slide", camera=scene.camera, frame_start=5, frame_end=12, handle_head=3, handle_tail=2
    )
    work, (report,) = generate()
    assert report.status == "done"
    (folder,) = (project_folder() / "shots").glob("*/takes/*")
    assert folder.name == "t001-animatic"
    take = json.loads((folder / "take.json").read_text(encoding="utf-8"))
    assert (take["id"], take["shot"], take["label"], take["model"]) == (report.take, shot_id, "t001", "animatic")
    assert (take["first"], take["start"], take["end"], take["frames"]) == (2, 5, 12, 13)
    clip = folder / take["file"]["name"]
    assert clip.name == f"cut-{sha256_of(clip)[:8]}.mp4"
    assert count_frames(clip) == 13
    assert take["request"]["shots"][0]["lens"] == 50.0
    assert report.files[clip.relative_to(project_folder()).as_posix()] == sha256_of(clip)
    assert (report.label, report.circled, report.job) == ("t001", False, take["job"])
    assert [(cut.below.path, cut.above) for cut in cuts(work)] == [(clip, None)]
    job = project_folder() / "jobs" / take["job"]
    names = {path.name for path in job.iterdir()} - {"lease-0001.json"}
    assert names == {"request.json", "job.json", "events.jsonl", "clip.mp4"}
    assert sha256_of(job / "clip.mp4") == take["clip"]["sha256"]
    assert leftovers() == []


def test_what_has_not_changed_is_not_made_again(scene: bpy.types.Scene, monkeypatch: pytest.MonkeyPatch):
    shot_id = new_shot(scene, camera=scene.camera, frame_start=1, frame_end=3)
    other = new_shot(scene, camera=scene.camera, frame_start=4, frame_end=6)
    generate()
    bpy.data.objects["Floor"].keyframe_insert("location", frame=3)
    bpy.data.objects["Floor"].location.z = -3.0
    bpy.data.objects["Floor"].keyframe_insert("location", frame=4)
    _, reports = generate()
    assert [(report.id, report.status) for report in reports] == [(shot_id, "fresh"), (other, "done")]
    takes = {path.parent.parent.name[:8]: path for path in (project_folder() / "shots").glob("*/takes/t002-*")}
    assert set(takes) == {other[:8]}
    nothing_may_be_drawn(monkeypatch)
    assert [report.status for report in generate()[1]] == ["fresh", "fresh"]


def test_a_renamed_shot_gets_a_new_slate_in_the_same_folder(scene: bpy.types.Scene, monkeypatch: pytest.MonkeyPatch):
    shot_id = new_shot(scene, name="Slide", camera=scene.camera, frame_start=1, frame_end=2)
    generate()
    stored(shot_id).name = "Glide"
    nothing_may_be_drawn(monkeypatch)
    _, (report,) = generate()
    assert report.status == "done"
    (folder,) = (project_folder() / "shots").iterdir()
    assert folder.name.endswith("-slide")
    assert sorted(path.name for path in (folder / "takes").iterdir()) == ["t001-animatic", "t002-animatic"]


def test_a_locked_shot_keeps_its_take(scene: bpy.types.Scene):
    shot_id = new_shot(scene, camera=scene.camera, frame_start=1, frame_end=3)
    _, (first,) = generate()
    stored(shot_id).locked = True
    bpy.data.objects["Cam"].location.z += 1.0
    work, (report,) = generate()
    assert (report.status, report.take, report.problems) == ("locked", first.take, ())
    assert cuts(work)[0].below.take.id == first.take
    (asked,) = run().generate([row(shot_id)], pipeline.Generate(again=True), named={shot_id})
    assert (asked.status, asked.take) == ("refused", first.take)
    assert asked.problems[0].message == "SH010 is locked: unlock it to make another take of it."
    assert len(list(project_folder().rglob("take.json"))) == 1


def test_the_circled_take_is_the_one_that_counts(scene: bpy.types.Scene):
    shot_id = new_shot(scene, camera=scene.camera, frame_start=1, frame_end=3)
    first = generate()[1][0].take
    z = bpy.data.objects["Cam"].location.z
    bpy.data.objects["Cam"].location.z = z + 1.0
    second = generate()[1][0].take
    assert run().existing_take(row(shot_id)).take == second
    stored(shot_id).circled_take = first
    assert run().existing_take(row(shot_id)).take == first
    bpy.data.objects["Cam"].location.z = z
    assert generate()[1][0].status == "fresh"


def test_a_shot_that_fails_does_not_stop_the_others(scene: bpy.types.Scene):
    new_shot(scene, camera=scene.camera, frame_start=1, frame_end=2)
    new_shot(scene, camera=None)
    new_shot(scene, camera=scene.camera, frame_start=3, frame_end=4)
    work, reports = generate()
    assert [report.status for report in reports] == ["done", "skipped", "done"]
    assert len(cuts(work)) == 2


def test_a_copied_shot_has_no_takes(scene: bpy.types.Scene):
    new_shot(scene, camera=scene.camera, frame_start=1, frame_end=2)
    generate()
    bpy.ops.scene.new(type="LINK_COPY")
    copy = next(shot for shot in read_shots() if shot.scene != "Scene") if shot_items.reconcile() else None
    assert copy is not None
    assert run().project.takes(copy.id) == []
    assert run().existing_take(row(copy.id)).status == "skipped"

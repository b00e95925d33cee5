"""From takes to the cut: the edit and its movie."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import bpy
import numpy as np
import pytest
from bl_ext.user_default.shotwright.addon import compat, project, sequencer, shot_items
from bl_ext.user_default.shotwright.addon.shots import list_shots, read_shots
from bl_ext.user_default.shotwright.core.errors import MediaError, RenderError, SceneError, StorageError
from bl_ext.user_default.shotwright.media import ffmpeg_tool
from bl_ext.user_default.shotwright.media.movie import MovieWriter, count_frames
from support.disks import small_disk
from support.film import add_camera, add_cube, new_shot, project_folder, reopen, save, set_up, stored
from support.snapshot import scene_state
from support.work import SIZE, cuts, generate, pictures, place, slide


@pytest.fixture
def scene() -> bpy.types.Scene:
    return slide(bpy.context.scene)


# --- the edit -------------------------------------------------------------------------------------------------------


@pytest.fixture
def film(scene: bpy.types.Scene) -> list[str]:
    """Three short shots with handles, and their takes."""
    scene.shotwright.film = "Slide"
    ranges = ((1, 5), (10, 13), (20, 26))
    ids = [
        new_shot(scene, camera=scene.camera, frame_start=a, frame_end=b, handle_head=index, handle_tail=2)
        for index, (a, b) in enumerate(ranges)
    ]
    generate()
    return ids


def strips(edit: bpy.types.Scene) -> list[tuple[str, int, int, int]]:
    """Shot, first frame, frame behind the last and channel of each strip, in the order of the timeline."""
    found = [
        (strip["shotwright_shot"], compat.strip_start(strip), compat.strip_end(strip), strip.channel)
        for strip in edit.sequence_editor.strips
        if strip.get("shotwright_shot")
    ]
    return sorted(found, key=lambda each: each[1])


def strip_of(edit: bpy.types.Scene, shot_id: str) -> bpy.types.Strip:
    return next(strip for strip in edit.sequence_editor.strips_all if strip.get("shotwright_shot") == shot_id)


def test_the_edit_holds_each_shot_at_its_exact_range(film: list[str]):
    edit, cut = place()
    assert edit.name == "Slide Edit"
    assert shot_items.edit_scene() == edit
    assert (cut.placed, cut.updated, cut.unchanged, cut.notes) == (film, [], [], [])
    channel = sequencer.CHANNELS["animatic"]
    assert strips(edit) == [(film[0], 1, 6, channel), (film[1], 6, 10, channel), (film[2], 10, 17, channel)]
    assert [compat.trim(strip_of(edit, each)) for each in film] == [(0, 2), (1, 2), (2, 2)]
    assert (edit.frame_start, edit.frame_end) == (1, 16)
    assert (edit.render.resolution_x, edit.render.resolution_y, edit.render.fps) == (160, 90, 24)
    assert edit.view_settings.view_transform == "Standard"
    assert len(list_shots()) == 3  # the edit has no shots of its own


def test_placing_again_changes_nothing(film: list[str]):
    edit, _ = place()
    before = strips(edit)
    names = [strip.name for strip in edit.sequence_editor.strips]
    again, cut = place()
    assert again == edit
    assert (cut.placed, cut.updated, cut.unchanged) == ([], [], film)
    assert strips(edit) == before
    assert [strip.name for strip in edit.sequence_editor.strips] == names


def test_an_untouched_edit_follows_order_and_length(film: list[str]):
    edit, _ = place()
    shot_items.move_shot(film[2], -1)
    stored(film[0]).frame_end = 3
    _, cut = place()
    assert [(shot, a, b) for shot, a, b, _ in strips(edit)] == [
        (film[0], 1, 4),
        (film[2], 4, 11),
        (film[1], 11, 15),
    ]
    assert edit.frame_end == 14
    assert sorted(cut.updated) == sorted(film)


def test_once_the_artist_has_edited_positions_stay(film: list[str]):
    edit, _ = place()
    moved = strip_of(edit, film[1])
    compat.set_content_start(moved, compat.content_start(moved) + 50)
    before = {shot: (a, b, channel) for shot, a, b, channel in strips(edit)}
    old = {shot: strip_of(edit, shot)["shotwright_take"] for shot in film}
    bpy.data.objects["Cam"].location.z += 1.0
    new = new_shot(bpy.data.scenes["Scene"], camera=bpy.data.objects["Cam"], frame_start=30, frame_end=31)
    _, cut = place()
    after = {shot: (a, b, channel) for shot, a, b, channel in strips(edit)}
    assert {shot: after[shot] for shot in film} == before
    assert after[new][:2] == (17, 19)  # behind the shot before it in the film
    assert (cut.placed, sorted(cut.updated)) == ([new], sorted(film))
    for shot in film:
        strip = strip_of(edit, shot)
        assert strip["shotwright_take"] != old[shot]
        assert "t002-animatic" in strip.filepath
        assert Path(bpy.path.abspath(strip.filepath)).is_file()
    assert edit.frame_end == 59
    assert [shot.id for shot in read_shots()] == [film[0], film[2], new, film[1]]


def test_a_longer_take_under_an_edited_strip_is_said(film: list[str]):
    edit, _ = place()
    strip = strip_of(edit, film[0])
    compat.set_content_start(strip, compat.content_start(strip) + 50)
    stored(film[0]).frame_end = 8
    _, cut = place()
    assert len(cut.notes) == 1
    assert cut.notes[0].startswith("SH010 is 8 frames long now (1 to 8), and its strip 'SH010 Cam animatic'")
    assert (compat.strip_start(strip), compat.strip_end(strip)) == (51, 56)


def test_every_piece_of_a_shot_gets_its_new_take(film: list[str]):
    """The artist uses a shot twice: both strips belong to it."""
    edit, _ = place()
    first = strip_of(edit, film[0])
    second = edit.sequence_editor.strips.new_movie(
        name="again", filepath=bpy.path.abspath(first.filepath), channel=5, frame_start=40
    )
    for name in ("shotwright_shot", "shotwright_take"):
        second[name] = first[name]
    bpy.data.objects["Cam"].location.z += 1.0
    place()
    used = [strip for strip in edit.sequence_editor.strips if strip.get("shotwright_shot") == film[0]]
    assert len(used) == 2
    assert len({strip["shotwright_take"] for strip in used}) == 1
    assert all("t002" in strip.filepath for strip in used)


def test_a_strip_inside_a_meta_strip_is_still_the_shots(film: list[str]):
    edit, _ = place()
    meta = edit.sequence_editor.strips.new_meta("Scene 1", channel=6, frame_start=1)
    strip_of(edit, film[1]).move_to_meta(meta)
    bpy.data.objects["Cam"].location.z += 1.0
    _, cut = place()
    assert cut.placed == []
    assert sorted(cut.updated) == sorted(film)
    inside = [strip for strip in meta.strips if strip.get("shotwright_shot") == film[1]]
    assert len(inside) == 1
    assert "t002" in inside[0].filepath
    assert sorted(shot for shot, *_ in strips(edit)) == sorted([film[0], film[2]])


def test_other_strips_are_the_artists(film: list[str]):
    edit, _ = place()
    text = edit.sequence_editor.strips.new_effect(
        name="Title", type="TEXT", channel=7, frame_start=1, **({"length": 10} if compat.V5 else {"frame_end": 11})
    )
    bpy.data.objects["Cam"].location.z += 1.0
    _, cut = place()
    assert edit.sequence_editor.strips["Title"] == text
    assert (compat.strip_start(text), compat.strip_end(text), text.channel) == (1, 11, 7)
    assert sorted(cut.updated) == sorted(film)


@pytest.mark.parametrize("removed", [0, 1, 2])
def test_the_strip_of_a_removed_shot_is_taken_out_and_said(film: list[str], removed: int):
    edit, _ = place()
    gone = film[removed]
    shot_items.remove_shot(gone)
    _, cut = place()
    assert [note for note in cut.notes if "was taken out: its shot is not in the film any more" in note] == cut.notes
    assert len(cut.notes) == 1
    found = sorted(strips(edit), key=lambda row: row[1])
    assert [shot for shot, *_ in found] == [shot for shot in film if shot != gone]
    assert found[0][1] == 1
    assert all(one[2] == two[1] for one, two in itertools.pairwise(found))  # neither gap nor overlap
    assert edit.frame_end == found[-1][2] - 1


@pytest.mark.parametrize("failed", [0, 1, 2])
def test_a_shot_without_a_clip_this_time_keeps_its_place(film: list[str], failed: int):
    edit, _ = place()
    before = sorted(strips(edit), key=lambda row: row[1])
    _, cut = sequencer.place([each for each in cuts() if each.shot.id != film[failed]])
    assert sorted(strips(edit), key=lambda row: row[1]) == before
    assert [shot for shot, *_ in before] == film
    assert cut.placed == cut.updated == []


def test_the_strip_of_a_removed_shot_stays_in_an_edit_the_artist_changed(film: list[str]):
    edit, _ = place()
    strip_of(edit, film[1]).channel = 9
    shot_items.remove_shot(film[1])
    _, cut = place()
    assert len(cut.conflicts) == 1
    assert "belongs to a shot that is not in the film any more, and you changed it" in cut.conflicts[0]
    assert {shot for shot, *_ in strips(edit)} == set(film)
    assert strip_of(edit, film[1]).color_tag == sequencer.COLOURS["conflict"]


def test_the_edit_finds_its_clips_after_a_move(film: list[str], tmp_path: Path):
    path = save(tmp_path / "a" / "film.blend")
    edit, _ = place()
    assert all(strip.filepath.startswith("//shotwright/shots/") for strip in edit.sequence_editor.strips)
    save(path)
    path.parent.rename(tmp_path / "b")
    reopen(tmp_path / "b" / "film.blend")
    edit = shot_items.edit_scene()
    assert all(Path(bpy.path.abspath(strip.filepath)).is_file() for strip in edit.sequence_editor.strips)
    assert sequencer.render_cut(edit, tmp_path / "cut.mp4") == 16


def test_clips_of_an_unsaved_film_are_found_after_the_first_save(film: list[str], tmp_path: Path):
    """The project moves beside the file, and the strips have to follow, also in the file on disk."""
    place()
    path = save(tmp_path / "a" / "film.blend")
    for again in range(2):
        if again:
            reopen(path)
        edit = shot_items.edit_scene()
        assert all(strip.filepath.startswith("//shotwright/") for strip in edit.sequence_editor.strips)
        assert sequencer.render_cut(edit, tmp_path / "cut.mp4") == 16
        assert [report.status for report in generate()[1]] == ["fresh"] * 3


def test_a_copy_or_a_failed_save_of_an_unsaved_film_leaves_its_strips(film: list[str], tmp_path: Path):
    edit, _ = place()
    before = [strip.filepath for strip in edit.sequence_editor.strips]
    save(tmp_path / "a" / "copy.blend", copy=True)
    assert [strip.filepath for strip in edit.sequence_editor.strips] == before
    with pytest.raises(RuntimeError):
        bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "absent" / "film.blend"))
    assert [strip.filepath for strip in edit.sequence_editor.strips] == before
    assert sequencer.render_cut(edit, tmp_path / "cut.mp4") == 16


def test_a_copied_project_brings_the_clips_of_the_edit(film: list[str], tmp_path: Path):
    path = save(tmp_path / "a" / "film.blend")
    place()
    save(path)
    save(tmp_path / "b" / "film.blend")
    edit = shot_items.edit_scene()
    assert all("/a/shotwright/" in bpy.path.abspath(strip.filepath) for strip in edit.sequence_editor.strips)
    project.copy_here()
    assert all(strip.filepath.startswith("//shotwright/") for strip in edit.sequence_editor.strips)
    (tmp_path / "a").rename(tmp_path / "gone")
    assert sequencer.render_cut(edit, tmp_path / "cut.mp4") == 16
    assert [report.status for report in generate()[1]] == ["fresh"] * 3


def test_no_takes_and_two_frame_rates_are_said(scene: bpy.types.Scene):
    with pytest.raises(SceneError, match="There is no take to cut"):
        sequencer.place([])
    other = set_up(bpy.data.scenes.new("Other"))
    other.render.fps = 25
    add_cube(other, "Other Cube")
    new_shot(scene, camera=scene.camera, frame_start=1, frame_end=2)
    new_shot(other, camera=add_camera(other, "Other Cam"), frame_start=1, frame_end=2)
    with pytest.raises(SceneError, match="24 and 25 frames per second"):
        place()
    assert shot_items.edit_scene() is None


def test_the_edit_runs_at_the_rate_of_its_shots(scene: bpy.types.Scene):
    new_shot(scene, camera=scene.camera, frame_start=1, frame_end=3)
    edit, _ = place()
    assert (edit.render.fps, edit.render.fps_base) == (24, 1.0)
    scene.render.fps, scene.render.fps_base = 30, 1.001
    _, cut = place()
    assert edit.render.fps == 30
    assert edit.render.fps_base == pytest.approx(1.001)
    assert len(cut.notes) == 1
    assert "30000/1001" in cut.notes[0]


def test_a_damaged_clip_is_not_cut_in(film: list[str]):
    wanted = cuts()
    clip = wanted[1].below
    with MovieWriter(clip.path, *SIZE, clip.take.fps) as writer:
        for _ in range(3):
            writer.write(np.zeros((*SIZE[::-1], 3), np.uint8))
    with pytest.raises(MediaError, match="it is damaged"):
        sequencer.place(wanted)


# --- the movie ------------------------------------------------------------------------------------------------------


def test_the_cut_has_exactly_the_frames_of_its_shots(film: list[str], tmp_path: Path):
    """Each frame of the cut is the frame of the take it should be, and none of its neighbours."""
    work, _ = generate()
    edit, _ = place(work)
    movie = tmp_path / "out" / "cut.mp4"
    assert sequencer.render_cut(edit, movie) == 16
    assert [path.name for path in movie.parent.iterdir()] == ["cut.mp4"]
    shown = pictures(movie)
    assert len(shown) == 16
    wanted: list[np.ndarray] = []
    for clip in [each.below for each in cuts(work)]:
        head = clip.take.start - clip.take.first
        wanted += pictures(clip.path)[head : head + clip.shot.frames]
    apart = np.array([[np.abs(a.astype(int) - b.astype(int)).mean() for b in wanted] for a in shown])
    assert list(apart.argmin(axis=1)) == list(range(16))
    assert apart.diagonal().max() < 3.0


def test_the_cut_of_an_ntsc_film(scene: bpy.types.Scene, tmp_path: Path):
    scene.render.fps, scene.render.fps_base = 24, 1.001
    new_shot(scene, camera=scene.camera, frame_start=1, frame_end=12)
    new_shot(scene, camera=scene.camera, frame_start=13, frame_end=25)
    edit, _ = place()
    assert sequencer.render_cut(edit, tmp_path / "cut.mp4") == 25
    with pytest.raises(MediaError) as told:  # ffmpeg without an output tells about its input, and fails
        ffmpeg_tool.run(["-i", str(tmp_path / "cut.mp4")], tmp_path / "cut.mp4")
    assert "At least one output file" in str(told.value)
    clip = next(project_folder().rglob("cut-*.mp4"))
    assert count_frames(clip) in (12, 13)


@pytest.fixture
def own_settings(film: list[str]) -> Iterator[bpy.types.Scene]:
    """The edit with settings its artist made for something else."""
    edit, _ = place()
    with compat.movie_output(edit, "//mine.mp4"):  # Blender fills in the movie settings when they are first shown
        pass
    edit.render.image_settings.file_format = "PNG"
    edit.render.image_settings.color_mode = "RGBA"
    edit.render.image_settings.color_depth = "16"
    edit.render.image_settings.compression = 77
    edit.render.ffmpeg.format = "MKV"
    edit.render.ffmpeg.gopsize = 3
    edit.render.filepath = "//mine/####"
    edit.render.resolution_percentage = 50
    edit.render.use_compositing = False
    edit.view_settings.view_transform = "AgX"
    yield edit


def without_images(state: dict) -> dict:
    """Blender keeps one Render Result for the session."""
    return {**state, "counts": {kind: n for kind, n in state["counts"].items() if kind != "images"}}


def test_rendering_gives_the_artists_settings_back(own_settings: bpy.types.Scene, tmp_path: Path):
    before = without_images(scene_state(own_settings))
    assert sequencer.render_cut(own_settings, tmp_path / "cut.mp4") == 16
    assert without_images(scene_state(own_settings)) == before
    assert np.shape(pictures(tmp_path / "cut.mp4")[0]) == (90, 160, 3)  # not half the size


def test_an_error_while_rendering_gives_the_settings_back(
    own_settings: bpy.types.Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    before = without_images(scene_state(own_settings))

    def fail(_path: Path) -> int:
        raise RuntimeError("no engine")

    monkeypatch.setattr(sequencer, "count_frames", fail)
    with pytest.raises(RenderError, match="could not render the edit: no engine"):
        sequencer.render_cut(own_settings, tmp_path / "out" / "cut.mp4")
    assert without_images(scene_state(own_settings)) == before
    assert list((tmp_path / "out").iterdir()) == []


def test_a_clip_that_is_gone_is_said_before_rendering(film: list[str], tmp_path: Path):
    edit, _ = place()
    Path(bpy.path.abspath(strip_of(edit, film[1]).filepath)).unlink()
    with pytest.raises(SceneError, match=r"The file under the strip .* is gone"):
        sequencer.render_cut(edit, tmp_path / "out" / "cut.mp4")
    assert not (tmp_path / "out").exists()


def test_a_movie_that_can_not_be_written(film: list[str], tmp_path: Path):
    edit, _ = place()
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StorageError, match="Can't write"):
        sequencer.render_cut(edit, tmp_path / "file" / "cut.mp4")
    with small_disk(tmp_path / "disk", "4k") as disk:
        with pytest.raises((MediaError, StorageError), match=r"free space on the disk|the disk is full"):
            sequencer.render_cut(edit, disk / "cut.mp4")
        assert list(disk.iterdir()) == []


def test_an_old_cut_stays_until_the_new_one_is_whole(film: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    edit, _ = place()
    movie = tmp_path / "cut.mp4"
    movie.write_bytes(b"the old cut")
    with monkeypatch.context() as patch:
        patch.setattr(sequencer, "count_frames", lambda path: 15)
        with pytest.raises(MediaError, match="wrote 15 of 16 frames"):
            sequencer.render_cut(edit, movie)
    assert movie.read_bytes() == b"the old cut"
    assert sequencer.render_cut(edit, movie) == 16
    assert count_frames(movie) == 16


def test_exports_count_up(film: list[str]):
    work, _ = generate()
    edit, _ = place(work)
    assert work.next_export() == project_folder() / "exports" / "slide-cut-v001.mp4"
    sequencer.render_cut(edit, work.next_export())
    assert work.next_export().name == "slide-cut-v002.mp4"


def test_undo_keeps_the_edit_and_its_shots_together(film: list[str]):
    place()
    bpy.ops.ed.undo_push(message="cut")
    stored(film[0]).name = "Changed"
    bpy.ops.ed.undo_push(message="name")
    bpy.ops.ed.undo()
    edit = shot_items.edit_scene()
    assert [shot for shot, *_ in strips(edit)] == film
    _, cut = place()
    assert cut.unchanged == film

"""Flipbooks in Blender: stored on the shot, kept through saves and undo, drawn as motion.mp4 of the package."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path

import bpy
import numpy as np
import pytest
from bl_ext.user_default.shotwright.addon import background, flipbooks, pipeline
from bl_ext.user_default.shotwright.addon.shots import read_shots
from bl_ext.user_default.shotwright.backends import catalog
from bl_ext.user_default.shotwright.core import terms
from bl_ext.user_default.shotwright.core.errors import BadInput, Refused
from bl_ext.user_default.shotwright.core.flipbook import Flipbook
from bl_ext.user_default.shotwright.core.framerate import FrameRate
from bl_ext.user_default.shotwright.core.model import Size, SizeRule
from bl_ext.user_default.shotwright.media.movie import MovieWriter, read_frames
from bl_ext.user_default.shotwright.panels.references import SHOTWRIGHT_PT_references
from PIL import Image
from support import draw_panel, work
from support.film import new_shot, project_folder, reopen, save, stored

SIZE = (160, 90)
BITS = 8


def numbered(index: int, size: tuple[int, int] = SIZE) -> np.ndarray:
    """A grey picture with the index in eight upright bars, the lowest bit left."""
    row = np.array([235 if (index >> (x * BITS // size[0])) & 1 else 20 for x in range(size[0])], np.uint8)
    return np.tile(row, (size[1], 1))


def movie(path: Path, frames: int, fps: Fraction | int = 24, size: tuple[int, int] = SIZE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with MovieWriter(path, *size, FrameRate.of(Fraction(fps)), "gray") as writer:
        for index in range(frames):
            writer.write(numbered(index, size))
    return path


def pictures(folder: Path, frames: int, first: int = 1) -> Path:
    folder.mkdir(parents=True)
    for index in range(frames):
        Image.fromarray(numbered(index)).save(folder / f"ü.{first + index:04d}.png")
    return folder


def shown(path: Path, size: tuple[int, int] = SIZE, box: tuple[float, float] = (0.0, 1.0)) -> list[int]:
    """The index in each picture, read in the part of the width that `box` says."""
    found: list[int] = []
    for frame in read_frames(path, *size, "gray"):
        row = frame[size[1] // 2].astype(int)
        at = [int((box[0] + (bit + 0.5) / BITS * box[1]) * size[0]) for bit in range(BITS)]
        found.append(sum(1 << bit for bit, x in enumerate(at) if row[x] > 128))
    return found


@pytest.fixture
def shot_id() -> str:
    """A shot of ten frames with handles of two."""
    scene = work.slide(bpy.context.scene)
    return new_shot(scene, camera=scene.camera, frame_start=11, frame_end=20, handle_head=2, handle_tail=2)


def shot_of(shot_id: str):
    return next(shot for shot in read_shots() if shot.id == shot_id)


def choose(shot_id: str, path: Path, **book: object) -> list[str]:
    return flipbooks.choose(shot_of(shot_id), Flipbook(path=str(path), **book))


def motion_of(report) -> Path:
    assert report.status in ("done", "fresh"), report.problems
    return next(project_folder() / name for name in report.files if name.endswith("/motion.mp4"))


# What is drawn


def test_motion_is_part_of_the_default_passes_with_a_flipbook(shot_id: str, tmp_path: Path):
    save(tmp_path / "film.blend")
    before = work.draw(shot_id, ())
    assert not any(name.endswith("motion.mp4") for name in before.files)
    choose(shot_id, movie(tmp_path / "in.mp4", 30), offset=5)
    run = work.run()
    report = run.passes(work.row(shot_id), pipeline.Wanted())
    assert {Path(name).stem for name in report.files} == {*terms.DEFAULT_PASSES, "motion"} - {"pose"}
    assert shown(motion_of(report)) == list(range(3, 17))
    assert any("left out" in note for note in run.notes)
    assert work.draw(shot_id, ()).status == "fresh"
    flipbooks.clear(shot_of(shot_id))
    again = work.draw(shot_id, ())
    assert (again.status, again.package) == ("fresh", before.package)


def test_each_picture_of_a_sequence_at_another_rate(shot_id: str, tmp_path: Path):
    folder = pictures(tmp_path / "Bilder ü", 40, first=101)
    choose(shot_id, folder, rate="60", offset=8)
    report = work.draw(shot_id, ("motion",))
    assert [Path(name).name for name in report.files] == ["motion.mp4"]
    found = shown(motion_of(report))
    assert len(found) == 14
    assert max(abs(index - (8 + Fraction(k - 2) * 60 / 24)) for k, index in enumerate(found)) <= Fraction(1, 2)


def test_for_a_model(shot_id: str, tmp_path: Path):
    """14 frames at 24 are 10 at 16, and the model makes 13; it is 832×480, wider than the camera's picture is high."""
    choose(shot_id, movie(tmp_path / "in.mp4", 40), offset=6)
    profile = catalog.load().get("wan2.1-vace-1.3b")
    run = work.run()
    report = run.passes(work.row(shot_id), pipeline.Wanted(profile=profile))
    assert {Path(name).name for name in report.files} == {"depth.mp4", "depth.npz", "motion.mp4"}
    package = run.project.package(shot_of(shot_id), report.package)
    found = shown(motion_of(report), (package.width, package.height), (package.box[0], package.box[2]))
    assert len(found) == package.frames and package.kept == 10
    assert max(abs(index - (4 + Fraction(3, 2) * k)) for k, index in enumerate(found)) <= Fraction(1, 2)
    left, top, _, height = package.box
    assert (left > 0) or (top > 0), "the model's shape is another one"
    frame = next(read_frames(motion_of(report), package.width, package.height, "gray"))
    if top > 0:
        assert frame[: int(top * package.height) - 1].max() < 8
        assert frame[int((top + height) * package.height) + 1 :].max() < 8
    else:
        assert frame[:, : int(left * package.width) - 1].max() < 8
    assert any("is black in motion.mp4" in note for note in package.notes)
    cropped = run.passes(work.row(shot_id), pipeline.Wanted(profile=profile, fit="crop"))
    frame = list(read_frames(motion_of(cropped), package.width, package.height, "gray"))[-1]
    rows = frame.astype(int)  # no border: the outermost rows and columns are as those within
    assert abs(rows[[0, -1]] - rows[240]).max() < 12 and rows[:, [0, 1, -2, -1]].min() > 8


@pytest.mark.parametrize("fit", ["pad", "crop"])
def test_motion_lies_over_what_is_drawn_for_the_model(shot_id: str, fit: str):
    """The shot's own clay as its flipbook: in the model's picture both show the same, at the same place and time."""
    scene = bpy.context.scene
    scene.render.resolution_x, scene.render.resolution_y = 400, 400
    # Edges along the rows would all be off by the same part of a pixel.
    scene.camera.rotation_euler.rotate_axis("Z", 0.3)
    own = work.draw(shot_id, ("clay",))
    clay = next(project_folder() / name for name in own.files)
    choose(shot_id, clay, offset=2)
    run = work.run()
    profile = catalog.load().get("wan2.1-vace-1.3b")
    size = Size(width=832, height=480)  # as far from the camera's square as the model goes
    profile = profile.model_copy(update={"size": SizeRule(sizes=(size,), only_listed=True)})
    report = run.passes(work.row(shot_id), pipeline.Wanted(("clay", "motion"), profile, fit))
    package = run.project.package(shot_of(shot_id), report.package)
    assert (package.width, package.height) == (832, 480)
    drawn = list(read_frames(motion_of(report).with_name("clay.mp4"), 832, 480, "gray"))
    moved = list(read_frames(motion_of(report), 832, 480, "gray"))
    left, _, width, _ = package.box
    inside = slice(max(0, round(left * 832)) + 12, min(832, round((left + width) * 832)) - 12)
    for k in (0, 2, 4, 8):  # every second picture at 16 is one at 24
        here = drawn[k][12:-12, inside].astype(int)

        def off(x: int, y: int, k: int = k, here: np.ndarray = here) -> float:
            shifted = np.roll(moved[k].astype(int), (y, x), (0, 1))[12:-12, inside]
            return float(np.abs(shifted - here).mean())

        steps = [(x, y) for x in (-2, -1, 0, 1, 2) for y in (-2, -1, 0, 1, 2)]
        assert min(steps, key=lambda step: off(*step)) == (0, 0), [off(*step) for step in steps]
        assert off(0, 0) < 3


def test_the_fingerprint_covers_what_is_shown(shot_id: str, tmp_path: Path):
    source = movie(tmp_path / "in.mp4", 30)
    choose(shot_id, source)
    seen = {work.fingerprint(shot_id, ("motion",))}
    clay = work.fingerprint(shot_id, ("clay",))
    for book in ({"offset": 1}, {"crop": (0.0, 0.0, 0.5, 0.5)}, {"crop": (0.0, 0.0, 0.5, 1.0)}):
        choose(shot_id, source, **book)
        seen.add(work.fingerprint(shot_id, ("motion",)))
    movie(source, 29)
    choose(shot_id, source)
    seen.add(work.fingerprint(shot_id, ("motion",)))
    assert len(seen) == 5
    assert work.fingerprint(shot_id, ("clay",)) == clay


def test_a_whole_way_to_a_take(shot_id: str, tmp_path: Path):
    save(tmp_path / "film.blend")
    choose(shot_id, movie(tmp_path / "in.mp4", 30))
    _, (report,) = work.generate()
    assert report.status == "done" and report.take
    assert any(name.endswith("motion.mp4") for name in report.files)
    # One of our own is a movie like any other: handles and all, its third picture is the start.
    assert choose(shot_id, motion_of(report), offset=2) == []
    assert shown(motion_of(work.draw(shot_id, ("motion",)))) == shown(motion_of(report))


def test_two_runs_give_the_same_bytes(shot_id: str, tmp_path: Path):
    choose(shot_id, pictures(tmp_path / "s", 20))
    first = motion_of(work.draw(shot_id, ("motion",)))
    data = first.read_bytes()
    shutil.rmtree(first.parent)
    assert motion_of(work.draw(shot_id, ("motion",))).read_bytes() == data


def test_without_one_it_says_how_to_set_one(shot_id: str):
    report = work.draw(shot_id, ("motion",))
    (problem,) = report.problems
    assert report.status == "skipped" and "has no flipbook" in problem.message and "--movie" in problem.message


def test_a_file_that_went_away_stops_motion_alone(shot_id: str, tmp_path: Path):
    source = movie(tmp_path / "in.mp4", 30)
    choose(shot_id, source)
    source.unlink()
    report = work.draw(shot_id, ())
    assert report.status == "skipped" and "There is no movie and no picture" in report.problems[0].message
    assert work.draw(shot_id, ("clay",)).status == "done"
    (problem,) = flipbooks.document(shot_of(shot_id))["problems"]
    assert problem["message"] == report.problems[0].message


def test_a_picture_damaged_meanwhile_fails_with_the_shots_number(shot_id: str, tmp_path: Path):
    folder = pictures(tmp_path / "s", 20)
    choose(shot_id, folder)
    noise = np.random.default_rng(1).integers(0, 255, (SIZE[1], SIZE[0], 3), np.uint8)
    one = folder / "ü.0004.png"
    Image.fromarray(noise).save(one)
    one.write_bytes(one.read_bytes()[:9000])
    report = work.draw(shot_id, ("motion",))
    assert report.status == "failed"
    assert report.problems[0].message.startswith("SH010, flipbook: ü.0004.png is damaged")
    assert work.leftovers() == []


# What the .blend keeps


def test_it_survives_saving_and_moving(shot_id: str, tmp_path: Path):
    save(tmp_path / "one" / "film.blend")
    source = movie(tmp_path / "one" / "mövies" / "in.mp4", 30)
    choose(shot_id, source, offset=3, crop=(0.1, 0.2, 0.9, 0.8), fit="crop")
    save(tmp_path / "one" / "film.blend")
    assert stored(shot_id).flipbook.path == "//mövies/in.mp4"
    shutil.move(tmp_path / "one", tmp_path / "two")
    reopen(tmp_path / "two" / "film.blend")
    book = shot_of(shot_id).flipbook
    assert book == Flipbook(
        path=str(tmp_path / "two" / "mövies" / "in.mp4"), offset=3, crop=(0.1, 0.2, 0.9, 0.8), fit="crop"
    )


def test_save_as_elsewhere_and_copies(shot_id: str, tmp_path: Path):
    save(tmp_path / "one" / "film.blend")
    source = movie(tmp_path / "one" / "in.mp4", 30)
    choose(shot_id, source)
    save(tmp_path / "deep" / "er" / "copy.blend", copy=True)
    assert stored(shot_id).flipbook.path == "//in.mp4"
    save(tmp_path / "deep" / "film.blend")
    assert stored(shot_id).flipbook.path == "//../one/in.mp4"
    assert shot_of(shot_id).flipbook.path == str(source)
    for path in (tmp_path / "deep" / "er" / "copy.blend", tmp_path / "deep" / "film.blend"):
        reopen(path)
        assert shot_of(shot_id).flipbook.path == str(source), path


def test_a_failed_save_changes_nothing(shot_id: str, tmp_path: Path):
    save(tmp_path / "one" / "film.blend")
    choose(shot_id, movie(tmp_path / "one" / "in.mp4", 30))
    (tmp_path / "wall").write_text("a file")
    with pytest.raises(RuntimeError):
        bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "wall" / "film.blend"))
    assert stored(shot_id).flipbook.path == "//in.mp4"


def test_an_unsaved_files_own_project_moves_with_it(shot_id: str, tmp_path: Path):
    choose(shot_id, movie(tmp_path / "in.mp4", 30))
    own = motion_of(work.draw(shot_id, ("motion",)))
    choose(shot_id, own)
    assert stored(shot_id).flipbook.path == str(own)
    save(tmp_path / "films" / "film.blend")
    assert Path(shot_of(shot_id).flipbook.path).is_file()
    assert stored(shot_id).flipbook.path.startswith("//shotwright/")


def test_an_appended_scene_finds_its_flipbook(shot_id: str, tmp_path: Path):
    bpy.context.scene.name = "Layout"
    save(tmp_path / "one" / "film.blend")
    source = movie(tmp_path / "one" / "in.mp4", 30)
    choose(shot_id, source)
    save(tmp_path / "one" / "film.blend")
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    save(tmp_path / "two" / "other.blend")
    bpy.ops.wm.append(directory=str(tmp_path / "one" / "film.blend" / "Scene"), filename="Layout")
    (shot,) = read_shots()
    assert shot.flipbook.path == str(source)


def test_a_linked_shot_reads_and_can_not_be_changed(shot_id: str, tmp_path: Path):
    bpy.context.scene.name = "Layout"
    save(tmp_path / "one" / "film.blend")
    source = movie(tmp_path / "one" / "in.mp4", 30)
    choose(shot_id, source)
    save(tmp_path / "one" / "film.blend")
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    save(tmp_path / "two" / "other.blend")
    with bpy.data.libraries.load(str(tmp_path / "one" / "film.blend"), link=True, relative=True) as (_, here):
        here.scenes = ["Layout"]
    (shot,) = read_shots()
    assert shot.flipbook.path == str(source)
    with pytest.raises(BadInput, match="is linked from"):
        flipbooks.choose(shot, shot.flipbook)
    with pytest.raises(BadInput, match="is linked from"):
        flipbooks.clear(shot)


def test_a_locked_shot_is_left(shot_id: str, tmp_path: Path):
    stored(shot_id).locked = True
    with pytest.raises(Refused, match="locked"):
        choose(shot_id, movie(tmp_path / "in.mp4", 30))
    assert not stored(shot_id).flipbook.path


def test_the_background_finds_it(shot_id: str, tmp_path: Path):
    """The copy that the background reads may lie elsewhere than the file."""
    save(tmp_path / "film.blend")
    choose(shot_id, movie(tmp_path / "in.mp4", 30))
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "copy.blend"), copy=True)
    background.mirror(everything=True)
    reopen(folder / "copy.blend")
    assert shot_of(shot_id).flipbook.path == str(tmp_path / "in.mp4")


# Operators and the panel


def test_setting_and_clearing_with_undo(shot_id: str, tmp_path: Path):
    save(tmp_path / "film.blend")
    source = movie(tmp_path / "in.mp4", 30)
    bpy.ops.ed.undo_push(message="start")
    assert not bpy.ops.shotwright.clear_flipbook.poll()
    assert bpy.ops.shotwright.set_flipbook("EXEC_DEFAULT", True, filepath=str(source), offset=4) == {"FINISHED"}
    assert (stored(shot_id).flipbook.path, stored(shot_id).flipbook.offset) == ("//in.mp4", 4)
    assert bpy.ops.shotwright.clear_flipbook("EXEC_DEFAULT", True) == {"FINISHED"}
    assert (stored(shot_id).flipbook.path, stored(shot_id).flipbook.offset) == ("", 0)
    bpy.ops.ed.undo()
    assert (stored(shot_id).flipbook.path, stored(shot_id).flipbook.offset) == ("//in.mp4", 4)
    bpy.ops.ed.undo()
    assert stored(shot_id).flipbook.path == ""


def test_what_the_operator_refuses_is_not_stored(shot_id: str, tmp_path: Path):
    for arguments, words in (
        ({"filepath": str(tmp_path / "gone.mp4")}, "There is no movie"),
        ({"filepath": ""}, "Choose a movie"),
        ({"filepath": str(movie(tmp_path / "in.mp4", 30)), "offset": 99}, "offset of 99"),
        ({"filepath": str(tmp_path / "in.mp4"), "crop": (0.5, 0.0, 0.9, 1.0)}, "over the edge"),
    ):
        with pytest.raises(RuntimeError, match=words):
            bpy.ops.shotwright.set_flipbook(**arguments)
        assert not stored(shot_id).flipbook.path


def test_the_panel_reads_nothing(shot_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    source = movie(tmp_path / "in.mp4", 12)
    drawn = draw_panel.draw(SHOTWRIGHT_PT_references)
    assert not drawn.error and "No flipbook" in drawn.text()
    bpy.ops.shotwright.set_flipbook(filepath=str(source))
    source.unlink()

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("draw() touched the disk")

    for name in ("open", "stat", "iterdir", "is_file", "is_dir", "exists", "read_bytes"):
        monkeypatch.setattr(Path, name, fail)
    drawn = draw_panel.draw(SHOTWRIGHT_PT_references)
    monkeypatch.undo()
    assert not drawn.error and not drawn.printed, (drawn.error, drawn.printed)
    text = drawn.text()
    assert "in.mp4" in text and "12 pictures, 24 a" in text and "2 frames" in text and "held" in text
    stored(shot_id).flipbook.offset = 2
    assert "held" not in draw_panel.draw(SHOTWRIGHT_PT_references).text()

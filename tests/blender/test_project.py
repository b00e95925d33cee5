"""Which folder a film's project is in: unsaved, saved, saved elsewhere, shared, moved, read-only, full."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path

import bpy
import pytest
from bl_ext.user_default.shotwright.addon import handlers, project
from bl_ext.user_default.shotwright.core.errors import SceneError, StorageError
from bl_ext.user_default.shotwright.jobs.home import user_data_folder
from bl_ext.user_default.shotwright.jobs.project import Project
from support.disks import read_only, small_disk
from support.film import add_camera, new_shot, project_folder, reopen, save, set_up


@pytest.fixture
def shot_id() -> str:
    """An unsaved film with one shot."""
    scene = set_up(bpy.context.scene)
    return new_shot(scene, camera=add_camera(scene, "A"))


def keep_a_fact(found: Project, size: int = 10, name: str = "clay.mp4") -> Path:
    """A file as a package has it; returns its path inside the project."""
    path = found.folder / "shots" / "12345678-enter" / "refs" / "abc" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)
    return path.relative_to(found.folder)


def opened() -> Project:
    """The project, without any complaint."""
    notes: list[str] = []
    found = project.open_project(notes)
    assert notes == []
    return found


# --- unsaved --------------------------------------------------------------------------------------------------------


def test_an_unsaved_film_has_a_folder_in_the_data_folder(shot_id: str, tmp_path: Path):
    assert project.folder() is None
    assert not (tmp_path / "home").exists()
    found = opened()
    assert user_data_folder() == tmp_path / "home"
    assert found.folder == project.folder() == tmp_path / "home" / "unsaved" / found.id
    assert json.loads((found.folder / "project.json").read_text(encoding="utf-8")) == {
        "schema": "shotwright.project.1",
        "id": found.id,
        "copied_from": None,
    }
    assert opened().id == found.id
    assert bpy.context.scene.shotwright.project_uuid == found.id


def test_the_first_save_moves_it_beside_the_file(shot_id: str, tmp_path: Path):
    found = opened()
    fact = keep_a_fact(found)
    path = save(tmp_path / "films" / "film.blend")
    beside = tmp_path / "films" / "shotwright"
    assert project.folder() == beside
    assert (beside / fact).read_bytes() == b"x" * 10
    assert not found.folder.exists()
    assert opened().id == found.id
    assert project.choice_pending() is None
    reopen(path)
    assert opened().id == found.id
    assert project.folder() == beside


def test_the_first_save_without_a_project_makes_no_folder(shot_id: str, tmp_path: Path):
    save(tmp_path / "films" / "film.blend")
    assert [path.name for path in (tmp_path / "films").iterdir()] == ["film.blend"]
    assert project.folder() == tmp_path / "films" / "shotwright"
    assert opened().folder == tmp_path / "films" / "shotwright"


def test_the_first_save_beside_another_film_joins_its_project(shot_id: str, tmp_path: Path):
    theirs = Project.ensure(tmp_path / "films" / "shotwright")
    their_fact = keep_a_fact(theirs, name="theirs.mp4")
    fact = keep_a_fact(opened(), name="ours.mp4")
    path = save(tmp_path / "films" / "film.blend")
    assert opened().id == theirs.id
    assert (theirs.folder / fact).is_file()
    assert (theirs.folder / their_fact).is_file()
    assert list((tmp_path / "home" / "unsaved").iterdir()) == []
    reopen(path)
    assert opened().id == theirs.id
    assert bpy.context.scene.shotwright.shots[0].uuid == shot_id  # joining makes no copy of a shot


def test_joining_never_loses_a_take(shot_id: str, tmp_path: Path):
    """Both projects have a first take of the same shot: neither is mixed with the other or thrown away."""

    def keep_a_take(found: Project, content: str) -> Path:
        folder = found.folder / "shots" / "12345678-enter" / "takes" / "t001-animatic"
        folder.mkdir(parents=True)
        for name in ("take.json", f"cut-{content}.mp4"):
            (folder / name).write_text(content, encoding="utf-8")
        return folder

    theirs = keep_a_take(Project.ensure(tmp_path / "films" / "shotwright"), "theirs")
    waiting = opened()
    ours = keep_a_take(waiting, "ours")
    fact = keep_a_fact(waiting)
    save(tmp_path / "films" / "film.blend")
    assert sorted(path.name for path in theirs.iterdir()) == ["cut-theirs.mp4", "take.json"]
    assert (theirs / "take.json").read_text(encoding="utf-8") == "theirs"
    assert (tmp_path / "films" / "shotwright" / fact).is_file()
    assert (ours / "cut-ours.mp4").read_text(encoding="utf-8") == "ours"


def test_looking_for_the_project_without_making_it(shot_id: str, tmp_path: Path):
    save(tmp_path / "film.blend")
    notes: list[str] = []
    planned = project.open_project(notes, create=False)
    assert (planned.folder, notes) == (tmp_path / "shotwright", [])
    assert not planned.folder.exists()
    assert project.stored_id() == ""
    assert opened().folder == planned.folder  # and no note about a lost folder


def test_a_first_save_that_can_not_move_the_project_keeps_it_whole(shot_id: str, tmp_path: Path):
    found = opened()
    fact = keep_a_fact(found)
    obstacle = tmp_path / "films" / "shotwright"
    obstacle.parent.mkdir()
    obstacle.write_text("a file, not a folder", encoding="utf-8")
    save(tmp_path / "films" / "film.blend")
    assert (found.folder / fact).is_file()
    with pytest.raises(StorageError, match="Can't write"):
        project.open_project([])
    obstacle.unlink()
    assert opened().id == found.id
    assert (tmp_path / "films" / "shotwright" / fact).is_file()
    assert not found.folder.exists()


def test_a_first_save_to_a_full_disk_keeps_the_project_whole(shot_id: str, tmp_path: Path):
    """Moving to another disk is copying: half of it must not pass for the project."""
    found = opened()
    fact = keep_a_fact(found, size=4_000_000)
    other = keep_a_fact(found, name="a.mp4")
    with small_disk(tmp_path / "disk", "2m") as disk:
        save(disk / "film.blend")
        assert (found.folder / fact).stat().st_size == 4_000_000
        assert (found.folder / other).is_file()
        assert [path.name for path in disk.iterdir()] == ["film.blend"]
        with pytest.raises(StorageError, match="the disk is full: free some space"):
            project.open_project([])
        assert [path.name for path in disk.iterdir()] == ["film.blend"]
        (found.folder / fact).write_bytes(b"small")
        assert opened().folder == disk / "shotwright"
        assert (disk / "shotwright" / fact).read_bytes() == b"small"
        assert not found.folder.exists()
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)


# --- Save and Save As -----------------------------------------------------------------------------------------------


@pytest.fixture
def film(shot_id: str, tmp_path: Path) -> Path:
    """A saved film in a/, with a project that has a fact."""
    path = save(tmp_path / "a" / "film.blend")
    keep_a_fact(opened())
    return save(path)


def test_saving_in_place_changes_nothing(film: Path):
    before = project.stored_id(), project.stored_folder(), project.folder()
    for _ in range(2):
        bpy.ops.wm.save_mainfile()
        assert (project.stored_id(), project.stored_folder(), project.folder()) == before
        assert project.choice_pending() is None
    assert before[1] == ""


def test_two_files_in_a_folder_share_the_project(film: Path):
    known = opened().id
    version = save(film.with_name("film_v002.blend"))
    assert project.choice_pending() is None
    assert opened().id == known
    for path in (film, version):
        reopen(path)
        assert (opened().id, opened().folder) == (known, film.parent / "shotwright")


def test_a_new_file_beside_a_film_joins_its_project(film: Path):
    known = opened().id
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    new_shot(bpy.context.scene)
    save(film.with_name("another.blend"))
    assert opened().id == known


def test_save_as_elsewhere_keeps_the_project_and_asks(film: Path, tmp_path: Path):
    known = opened().id
    elsewhere = save(tmp_path / "b" / "deep" / "film.blend")
    assert project.choice_pending() == project.folder() == tmp_path / "a" / "shotwright"
    assert bpy.context.scene.shotwright.project_folder == "//../../a/shotwright"
    assert opened().id == known
    assert not (elsewhere.parent / "shotwright").exists()
    reopen(elsewhere)  # nothing is lost whatever the artist chose
    assert (opened().id, project.folder()) == (known, tmp_path / "a" / "shotwright")
    assert project.choice_pending() is None
    reopen(film)
    assert (project.stored_folder(), project.folder()) == ("", tmp_path / "a" / "shotwright")


def test_the_question_stays_until_it_is_answered(film: Path, tmp_path: Path):
    save(tmp_path / "b" / "film.blend")
    bpy.ops.wm.save_mainfile()
    assert project.choice_pending() == tmp_path / "a" / "shotwright"
    assert bpy.ops.shotwright.keep_project() == {"FINISHED"}
    assert project.choice_pending() is None
    assert project.folder() == tmp_path / "a" / "shotwright"
    save(tmp_path / "c" / "film.blend")
    assert project.choice_pending() == tmp_path / "a" / "shotwright"


def test_saving_back_beside_the_project_asks_nothing(film: Path, tmp_path: Path):
    save(tmp_path / "b" / "film.blend")
    save(film.with_name("film_v002.blend"))
    assert project.folder() == film.parent / "shotwright"
    assert project.choice_pending() is None


def test_the_answer_copy(film: Path, tmp_path: Path):
    known = opened().id
    fact = keep_a_fact(opened())
    (project_folder() / ".tmp-half").mkdir()
    elsewhere = save(tmp_path / "b" / "film.blend")
    assert bpy.ops.shotwright.copy_project() == {"FINISHED"}
    copied = opened()
    assert copied.folder == tmp_path / "b" / "shotwright"
    assert (copied.id != known, copied.record.copied_from) == (True, known)
    assert (copied.folder / fact).is_file()
    assert (tmp_path / "a" / "shotwright" / fact).is_file()
    assert project.choice_pending() is None
    assert not list(copied.folder.parent.rglob(".tmp-*"))
    bpy.ops.wm.save_mainfile()
    reopen(elsewhere)
    assert opened().id == copied.id
    reopen(film)
    assert opened().id == known


def test_copying_over_another_project_is_refused(film: Path, tmp_path: Path):
    theirs = Project.ensure(tmp_path / "b" / "shotwright")
    save(tmp_path / "b" / "film.blend")
    with pytest.raises(RuntimeError, match="is not empty: move it away, or relink"):
        bpy.ops.shotwright.copy_project()
    assert project.folder() == tmp_path / "a" / "shotwright"
    assert project.choice_pending() is not None
    assert bpy.ops.shotwright.relink_project(directory=str(theirs.folder)) == {"FINISHED"}
    assert opened().id == theirs.id
    assert project.choice_pending() is None
    assert bpy.context.scene.shotwright.project_folder == "//shotwright"


def test_copying_to_a_full_disk_leaves_nothing(film: Path, tmp_path: Path):
    keep_a_fact(opened(), size=3_000_000)
    with small_disk(tmp_path / "disk", "1m") as disk:
        save(disk / "film.blend")
        with pytest.raises(StorageError, match="the disk is full: free some space"):
            project.copy_here()
        assert [path.name for path in disk.iterdir()] == ["film.blend"]
        assert project.choice_pending() == project.folder() == tmp_path / "a" / "shotwright"
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)


def test_relinking_to_what_is_no_project(film: Path, tmp_path: Path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(RuntimeError, match="is not a Shotwright project"):
        bpy.ops.shotwright.relink_project(directory=str(tmp_path / "empty"))
    assert project.folder() == film.parent / "shotwright"
    made = project.relink(tmp_path / "empty", create=True)  # what --project does
    assert made.folder == project.folder() == tmp_path / "empty"
    assert opened().id == made.id


def test_copying_needs_a_project(shot_id: str, tmp_path: Path):
    with pytest.raises(SceneError, match="There is no project folder to copy yet"):
        project.copy_here()
    assert not bpy.ops.shotwright.copy_project.poll()
    save(tmp_path / "film.blend")
    with pytest.raises(SceneError, match="There is no project folder to copy yet"):
        project.copy_here()


def test_saving_a_copy_does_not_change_the_open_film(film: Path, tmp_path: Path):
    before = project.stored_id(), project.stored_folder(), project.folder(), bpy.data.filepath
    copy = save(tmp_path / "b" / "copy.blend", copy=True)
    assert (project.stored_id(), project.stored_folder(), project.folder(), bpy.data.filepath) == before
    assert project.choice_pending() is None
    assert not handlers.changed_on_disk()
    reopen(copy)
    assert project.folder() == tmp_path / "a" / "shotwright"
    assert opened().id == before[0]


def test_saving_a_copy_of_an_unsaved_film_moves_nothing(shot_id: str, tmp_path: Path):
    found = opened()
    save(tmp_path / "b" / "copy.blend", copy=True)
    assert project.folder() == found.folder
    assert found.folder.is_dir()
    assert not (tmp_path / "b" / "shotwright").exists()
    save(tmp_path / "c" / "film.blend")
    assert project.folder() == tmp_path / "c" / "shotwright"
    assert opened().id == found.id


def test_a_save_elsewhere_that_fails_changes_nothing(film: Path, tmp_path: Path):
    before = project.stored_id(), project.stored_folder(), project.folder(), bpy.data.filepath
    with pytest.raises(RuntimeError, match=r"(?i)cannot open|can't|unable|no such"):
        bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "absent" / "film.blend"), check_existing=False)
    assert (project.stored_id(), project.stored_folder(), project.folder(), bpy.data.filepath) == before
    assert project.choice_pending() is None
    bpy.ops.wm.save_mainfile()
    reopen(film)
    assert (project.stored_folder(), project.folder()) == ("", film.parent / "shotwright")


def test_a_changed_file_on_disk_is_noticed(film: Path):
    assert not handlers.changed_on_disk()
    os.utime(film, ns=(1, 1))
    assert handlers.changed_on_disk()
    bpy.ops.wm.save_mainfile()
    assert not handlers.changed_on_disk()
    film.write_bytes(film.read_bytes() + b"x")
    assert handlers.changed_on_disk()
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    assert not handlers.changed_on_disk()


# --- moved, missing, damaged ----------------------------------------------------------------------------------------


def test_a_film_moved_with_its_project(film: Path, tmp_path: Path):
    known = opened().id
    film.parent.rename(tmp_path / "moved")
    reopen(tmp_path / "moved" / "film.blend")
    assert (opened().id, project.folder()) == (known, tmp_path / "moved" / "shotwright")


def test_a_film_saved_elsewhere_and_moved_together(film: Path, tmp_path: Path):
    known = opened().id
    save(tmp_path / "b" / "film.blend")
    (tmp_path / "server").mkdir()
    for name in "ab":
        (tmp_path / name).rename(tmp_path / "server" / name)
    reopen(tmp_path / "server" / "b" / "film.blend")
    assert (opened().id, project.folder()) == (known, tmp_path / "server" / "a" / "shotwright")


def test_a_missing_folder_is_said_once(film: Path):
    known = opened().id
    (film.parent / "shotwright").rename(film.parent / "put away")
    reopen(film)
    notes: list[str] = []
    made = project.open_project(notes)
    assert len(notes) == 1
    assert f"The project folder {film.parent / 'shotwright'} was not found" in notes[0]
    assert "put it back to get its takes" in notes[0]
    assert made.id == known  # so that putting it back fits
    assert opened().id == known


def test_a_damaged_record_is_said_and_left(film: Path):
    record = film.parent / "shotwright" / "project.json"
    for text in ("{", '{"schema": "shotwright.project.9", "id": "x"}', "[]"):
        record.write_text(text, encoding="utf-8")
        reopen(film)
        with pytest.raises(StorageError, match=r"project\.json is damaged"):
            project.open_project([])
        assert record.read_text(encoding="utf-8") == text


def test_an_empty_project_folder_becomes_the_project(shot_id: str, tmp_path: Path):
    save(tmp_path / "film.blend")
    (tmp_path / "shotwright").mkdir()
    assert opened().folder == tmp_path / "shotwright"


# --- disks that say no ----------------------------------------------------------------------------------------------


def test_a_read_only_folder_says_what_to_do(shot_id: str, tmp_path: Path):
    path = save(tmp_path / "films" / "film.blend")
    with read_only(path.parent):
        reopen(path)
        with pytest.raises(StorageError, match=r"Can't write .*: (it is read-only: save the|you may not write there)"):
            project.open_project([])
        assert [each.name for each in path.parent.iterdir()] == ["film.blend"]
    assert opened().folder == path.parent / "shotwright"  # and no note about a lost folder


def test_a_project_in_a_read_only_folder_can_be_read(film: Path):
    known = opened().id
    with read_only(film.parent):
        reopen(film)
        assert opened().id == known


def test_a_full_disk_says_what_to_do(shot_id: str, tmp_path: Path):
    with small_disk(tmp_path / "disk", "1m") as disk:
        save(disk / "film.blend")
        fill(disk)
        with pytest.raises(StorageError, match="the disk is full: free some space and run it again"):
            project.open_project([])
        assert not list(disk.rglob(".tmp-*"))
        (disk / "filler").unlink()
        assert opened().folder == disk / "shotwright"
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)


def fill(disk: Path) -> None:
    """Use up a disk."""
    with (disk / "filler").open("wb", buffering=0) as stream:
        try:
            while True:
                stream.write(b"\0" * 4096)
        except OSError as error:
            assert error.errno == errno.ENOSPC


def test_a_project_on_another_disk_moves_with_the_first_save(shot_id: str, tmp_path: Path):
    found = opened()
    fact = keep_a_fact(found)
    with small_disk(tmp_path / "disk", "4m") as disk:
        save(disk / "film.blend")
        assert (disk / "shotwright" / fact).is_file()
        assert sorted(path.name for path in disk.iterdir()) == ["film.blend", "shotwright"]
        assert not found.folder.exists()
        assert shutil.disk_usage(disk).total == 4 * 1024 * 1024
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)

"""References in another Blender: what it makes, what it says, and that nothing of it stays."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import bl_ext.user_default.shotwright as shotwright
import bpy
import pytest
from bl_ext.user_default.shotwright.addon import background, command_line, references_cache
from bl_ext.user_default.shotwright.core.errors import Refused, SceneError, StorageError
from bl_ext.user_default.shotwright.jobs import process
from bl_ext.user_default.shotwright.operators import references as operators
from bl_ext.user_default.shotwright.panels import references as panels
from support import film
from support.snapshot import scene_state

PATIENCE = 120.0
PASSES = ("clay", "depth")


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """No child outlives its test."""
    yield
    process.end_all(0.0)
    background.attach()


@pytest.fixture
def scene() -> bpy.types.Scene:
    """A cube, a camera and two short shots."""
    return two_shots()


def two_shots(frames: int = 6) -> bpy.types.Scene:
    scene = film.set_up(bpy.context.scene, frames=2 * frames)
    camera = film.add_camera(scene, "Cam")
    film.add_cube(scene)
    film.new_shot(scene, number="SH010", camera=camera, frame_start=1, frame_end=frames)
    film.new_shot(scene, number="SH020", camera=camera, frame_start=frames + 1, frame_end=2 * frames)
    return scene


def ids() -> list[str]:
    return [item.uuid for item in bpy.context.scene.shotwright.shots]


def pump_until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < deadline, "it takes too long"
        background.pump()
        time.sleep(0.02)


def finish() -> None:
    pump_until(lambda: not background.active())


def drawing(job: background.Job) -> bool:
    """Whether the first frames of some shot are drawn."""
    return any(shot.stage == "draw" and 0 < shot.done < shot.total for shot in job.shots.values())


def states(job: background.Job) -> dict[str, str]:
    return {shot.number: shot.state for shot in job.shots.values()}


def leftovers(folder: Path) -> list[str]:
    """Temporary files and folders, ours and Blender's."""
    return [path.name for path in folder.rglob("*") if path.name.startswith((".tmp-", ".film", ".Untitled", ".other"))]


def hashes(project: Path) -> dict[str, str]:
    """SHA-256 of every file of every package, by shot and fingerprint."""
    found: dict[str, str] = {}
    for path in project.glob("shots/*/refs/*/package.json"):
        package = json.loads(path.read_text())
        found |= {f"{package['shot']}/{package['fingerprint']}/{f['name']}": f["sha256"] for f in package["files"]}
    return found


def packages(project: Path) -> int:
    return len({key.rpartition("/")[0] for key in hashes(project)})


# --- what it makes ----------------------------------------------------------------------------------------------------


def test_packages_are_those_of_the_foreground(scene: bpy.types.Scene, tmp_path: Path):
    path = film.save(tmp_path / "film" / "film.blend")
    before = scene_state(scene)
    job = background.start(passes=PASSES)
    assert background.active()
    assert states(job) == {"SH010": "waiting", "SH020": "waiting"}
    finish()
    assert states(job) == {"SH010": "done", "SH020": "done"}
    assert job.message == "References: 2 rendered."
    assert bpy.data.filepath == str(path)
    assert scene_state(scene) == before
    assert leftovers(tmp_path) == []
    mine = hashes(path.parent / "shotwright")
    assert len(mine) >= 4
    assert {shot.fingerprint for shot in job.shots.values()} == {key.split("/")[1] for key in mine}

    out = io.StringIO()
    options = ["--project", str(tmp_path / "other"), "--pass", "clay", "--pass", "depth", "--json"]
    assert command_line.run(["passes", *options], out, with_file=False) == 0
    assert hashes(tmp_path / "other") == mine


def test_second_time_is_fresh_and_changes_since_the_save_count(scene: bpy.types.Scene, tmp_path: Path):
    film.save(tmp_path / "film.blend")
    background.start(ids()[:1], PASSES)
    finish()
    first = background.state_of(ids()[0])
    assert first and first.state == "done"
    job = background.start(passes=PASSES)
    finish()
    assert states(job) == {"SH010": "fresh", "SH020": "done"}
    scene.objects["Cube"].location.x = 1.0  # not saved
    job = background.start(ids()[:1], PASSES)
    assert list(states(job)) == ["SH010"]
    finish()
    assert states(job) == {"SH010": "done"}
    again = background.state_of(ids()[0])
    assert again and again.fingerprint != first.fingerprint


def test_unsaved_file_renders_from_its_project_folder(scene: bpy.types.Scene, tmp_path: Path):
    job = background.start(passes=PASSES)
    folder = film.project_folder()
    assert job.copy.parent == folder
    assert folder.is_relative_to(tmp_path / "home" / "unsaved")
    assert job.film == "Untitled"
    finish()
    assert states(job) == {"SH010": "done", "SH020": "done"}
    assert packages(folder) == 2
    assert bpy.data.filepath == ""
    assert leftovers(tmp_path) == []


def test_where_the_folder_can_not_be_written_the_copy_goes_to_the_project(
    scene: bpy.types.Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    film.save(tmp_path / "film.blend")
    # Root may write anywhere, so something else is in the way: a folder of that name.
    blocked = tmp_path / ".film-shotwright-1-1.blend"
    (blocked / "in the way").mkdir(parents=True)
    monkeypatch.setattr(background.names, "scene_copy", lambda *_: blocked.name)
    job = background.start(passes=PASSES)
    assert job.copy == tmp_path / "shotwright" / blocked.name
    finish()
    assert states(job) == {"SH010": "done", "SH020": "done"}
    assert packages(tmp_path / "shotwright") == 2
    (tmp_path / "shotwright" / blocked.name / "in the way").mkdir(parents=True)
    with pytest.raises(StorageError, match=r"^Can't write .*shotwright: .*: check the folder and run it again\.$"):
        background.start()
    assert not background.active()


def test_project_folder_elsewhere_is_kept(scene: bpy.types.Scene, tmp_path: Path):
    film.save(tmp_path / "film.blend")
    background.project.relink(tmp_path / "far" / "away", create=True)
    background.start(passes=PASSES)
    finish()
    assert packages(tmp_path / "far" / "away") == 2
    assert not (tmp_path / "shotwright").exists()


def test_old_copies_are_swept_and_young_ones_are_not(scene: bpy.types.Scene, tmp_path: Path):
    film.save(tmp_path / "film.blend")
    old, young = tmp_path / ".film-shotwright-1-1.blend", tmp_path / ".film-shotwright-1-2.blend"
    mine = tmp_path / ".film-shotwright-notes.blend"
    for path in (old, young, mine):
        path.write_text("x")
    os.utime(old, (0, 0))
    os.utime(mine, (0, 0))
    background.start(ids()[:1], PASSES)
    assert [path.exists() for path in (old, young, mine)] == [False, True, True]
    background.cancel()
    finish()


# --- how it ends otherwise --------------------------------------------------------------------------------------------


def test_cancel_midway_leaves_nothing(tmp_path: Path):
    scene = two_shots(frames=400)
    film.save(tmp_path / "film.blend")
    before = scene_state(scene)
    job = background.start(passes=PASSES)
    pump_until(lambda: drawing(job))
    assert [name for name in leftovers(tmp_path) if name.startswith(".film")]
    assert [name for name in leftovers(tmp_path) if name.startswith(".tmp-")]
    background.cancel()
    assert background.active()
    begin = time.monotonic()
    finish()
    assert time.monotonic() - begin < process.GRACE[0], "it had to be terminated"
    assert states(job) == {"SH010": "stopped", "SH020": "stopped"}
    assert job.message == "References: 2 stopped."
    assert leftovers(tmp_path) == []
    assert hashes(tmp_path / "shotwright") == {}
    assert scene_state(scene) == before


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_crash_of_the_child_is_a_sentence(tmp_path: Path):
    two_shots(frames=400)
    film.save(tmp_path / "film.blend")
    job = background.start(passes=PASSES)
    pump_until(lambda: drawing(job))
    assert job.child
    os.kill(job.child.pid, signal.SIGKILL)
    finish()
    sentence = "The background Blender is gone: it was killed (signal 9). What was done is kept; render again to go on."
    assert job.message == sentence
    assert [shot.message for shot in job.shots.values()] == [sentence, sentence]
    assert states(job) == {"SH010": "failed", "SH020": "failed"}
    assert leftovers(tmp_path) == []
    assert background.start(ids()[:1]).child  # and it can start again
    background.cancel()
    finish()


def test_damaged_copy_is_a_sentence(scene: bpy.types.Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    film.save(tmp_path / "film.blend")
    real = background.save_copy

    def damaged(folder: Path) -> Path:
        path = real(folder)
        path.write_bytes(b"no blend")
        return path

    monkeypatch.setattr(background, "save_copy", damaged)
    job = background.start()
    finish()
    assert job.message.startswith("Blender can't open ")
    assert job.message.endswith("Check that it is a .blend file.")
    assert leftovers(tmp_path) == []


def test_program_that_is_gone_is_a_sentence(scene: bpy.types.Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    film.save(tmp_path / "film.blend")
    monkeypatch.setattr(background, "_command", lambda *_: [str(tmp_path / "no blender")])
    with pytest.raises(background.ShotwrightError, match=r"Can't start .*no blender: .*Check the path"):
        background.start()
    assert not background.active()
    assert leftovers(tmp_path) == []


def test_child_without_a_parent_removes_its_copy(scene: bpy.types.Scene, tmp_path: Path):
    path = film.save(tmp_path / "film.blend")
    project = background.open_project([])
    copy = background.save_copy(project)
    command = background._command(copy, project, [], PASSES)
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False)
    assert done.returncode == 1, done.stderr
    assert not copy.exists()
    # Only a copy of ours: the film itself stays, whoever closes stdin.
    command[command.index(str(copy))] = str(path)
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False)
    assert done.returncode == 1, done.stderr
    assert path.exists()
    assert json.loads(done.stdout)["error"]["kind"] == "Stopped"


def test_child_whose_parent_was_killed_removes_all(tmp_path: Path):
    two_shots(frames=400)
    film.save(tmp_path / "film.blend")
    project = background.open_project([])
    command = background._command(background.save_copy(project), project, [], PASSES)
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, bufsize=0) as child:
        assert child.stdin and child.stdout and child.stderr
        while b'"draw", "done": 1' not in child.stderr.readline():
            assert child.poll() is None
        assert len(leftovers(tmp_path)) == 2
        # As the system does it, but with time for the child to write into the void before it notices.
        child.stderr.close()
        child.stdout.close()
        time.sleep(0.5)
        child.stdin.close()
        child.wait(PATIENCE)
    assert leftovers(tmp_path) == []


def test_disabling_the_extension_ends_it(tmp_path: Path):
    two_shots(frames=400)
    film.save(tmp_path / "film.blend")
    job = background.start(ids()[:1], PASSES)
    waiting = background.start(ids()[1:], PASSES)
    pump_until(lambda: drawing(job))
    shotwright.unregister()
    try:
        assert job.child and not job.child.running
        assert waiting.child is None
        assert leftovers(tmp_path) == []
    finally:
        shotwright.register()
    assert not background.active()


# --- beside it --------------------------------------------------------------------------------------------------------


def test_another_file_may_be_opened_meanwhile(tmp_path: Path):
    other = film.save(tmp_path / "other.blend")
    two_shots(frames=100)
    path = film.save(tmp_path / "film" / "film.blend")
    job = background.start(passes=PASSES)
    shots = ids()
    pump_until(lambda: drawing(job))
    film.reopen(other)
    cache = references_cache.cache()
    assert cache and len(cache.shots) == 0
    pump_until(lambda: job.shots[shots[0]].state == "done")
    assert cache.state == "running"
    assert cache.label.startswith("film: ")
    bpy.ops.ed.undo_push(message="something")
    finish()
    assert states(job) == {"SH010": "done", "SH020": "done"}
    assert cache.state == "idle"
    assert leftovers(tmp_path) == []
    film.reopen(path)
    cache = references_cache.cache()
    assert cache
    assert {row.name: row.state for row in cache.shots} == dict.fromkeys(shots, "done")
    assert packages(tmp_path / "film" / "shotwright") == 2


def test_the_cache_does_not_come_back_from_a_file(scene: bpy.types.Scene, tmp_path: Path):
    path = film.save(tmp_path / "film.blend")
    background.start(ids()[:1], PASSES)
    finish()
    film.save(path)
    background.attach()  # as in a new Blender
    film.reopen(path)
    cache = references_cache.cache()
    assert cache and (len(cache.shots), cache.state, cache.message) == (0, "idle", "")


def test_second_start_for_the_same_shots_is_refused(tmp_path: Path):
    two_shots(frames=400)
    film.save(tmp_path / "film.blend")
    first, second = ids()
    one = background.start([first], PASSES)
    for again in ([first], [first, second], []):
        with pytest.raises(Refused, match=r"^SH010: references are being rendered already\. Wait .* or cancel them\.$"):
            background.start(again)
    two = background.start([second], PASSES)
    assert one.child and two.child is None  # it waits: one Blender at a time
    pump_until(lambda: drawing(one))
    assert states(two) == {"SH020": "waiting"}
    cache = references_cache.cache()
    assert cache and cache.label.endswith("(+1)")
    background.cancel([first])
    pump_until(lambda: drawing(two))
    assert states(one) == {"SH010": "stopped"}
    background.cancel()
    finish()
    assert states(two) == {"SH020": "stopped"}
    assert leftovers(tmp_path) == []


def test_cancel_of_one_that_waits(scene: bpy.types.Scene, tmp_path: Path):
    film.save(tmp_path / "film.blend")
    one, two = background.start(ids()[:1], PASSES), background.start(ids()[1:], PASSES)
    background.cancel(ids()[1:])
    finish()
    assert (states(one), states(two)) == ({"SH010": "done"}, {"SH020": "stopped"})
    assert leftovers(tmp_path) == []


def test_shot_with_a_problem_is_skipped_with_its_sentence(scene: bpy.types.Scene, tmp_path: Path):
    film.save(tmp_path / "film.blend")
    scene.shotwright.shots[1].camera = None
    job = background.start(passes=PASSES)
    finish()
    assert states(job) == {"SH010": "done", "SH020": "skipped"}
    skipped = background.state_of(ids()[1])
    assert skipped and skipped.message == "SH020 has no camera: choose one in the Shot panel."
    with pytest.raises(SceneError, match=r"^SH020 has no camera"):
        background.start(ids()[1:])
    with pytest.raises(SceneError, match="no shots yet"):
        background.start(["nobody"])


# --- buttons ----------------------------------------------------------------------------------------------------------


def test_buttons_say_why_not(tmp_path: Path):
    render, cancel = operators.SHOTWRIGHT_OT_render_references, operators.SHOTWRIGHT_OT_cancel_references
    assert not render.poll(bpy.context)
    assert operators._reason() == "There are no shots yet: make some with Make Shots"
    assert not cancel.poll(bpy.context)
    scene = two_shots(frames=400)
    for item in scene.shotwright.shots:
        item.camera = None
    assert operators._reason() == "No shot has a camera and a range: give it both in the Shot panel"
    for item in scene.shotwright.shots:
        item.camera = scene.camera
    film.save(tmp_path / "film.blend")
    assert render.poll(bpy.context)
    assert bpy.ops.shotwright.render_references(scope="ACTIVE") == {"FINISHED"}
    assert len(background.running(ids())) == 1
    with pytest.raises(RuntimeError, match="being rendered already"):
        bpy.ops.shotwright.render_references()
    scene.shotwright.active_shot = 1
    assert bpy.ops.shotwright.render_references(scope="ACTIVE") == {"FINISHED"}
    assert not render.poll(bpy.context)
    assert cancel.poll(bpy.context)
    assert bpy.ops.shotwright.cancel_references() == {"FINISHED"}
    finish()
    assert render.poll(bpy.context)
    assert not cancel.poll(bpy.context)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_panel_shows_what_goes_on(tmp_path: Path):
    from support import draw_panel

    panel = panels.SHOTWRIGHT_PT_references
    drawn = draw_panel.draw(panel)
    assert (drawn.error, drawn.printed) == ("", "")
    assert "Cancel" not in drawn.text()
    scene = two_shots(frames=400)
    film.save(tmp_path / "film.blend")
    scene.shotwright.shots[1].camera = None
    job = background.start(passes=PASSES)
    pump_until(lambda: drawing(job))
    drawn = draw_panel.draw(panel)
    assert (drawn.error, drawn.printed) == ("", "")
    assert "SH010: rendering" in drawn.text()
    assert "shotwright.cancel_references" in drawn.text()
    background.cancel()
    finish()
    drawn = draw_panel.draw(panel)
    assert (drawn.error, drawn.printed) == ("", "")
    assert "SH010: stopped" in drawn.text()
    assert "shotwright.cancel_references" not in drawn.text()

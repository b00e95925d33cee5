"""`passes`, `generate` and `cut`: what is reported, what lies on disk, and what is not made again."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from support import cli

LENGTHS = {"SH010": (3, 6), "SH020": (4, 4), "SH030": (2, 2)}
"""Number to frames without and with handles."""
MOVIES = ("board.mp4", "clay.mp4", "depth.mp4", "edges.mp4")
PICTURES = ("board.png", "first.png", "last.png")
"""What is drawn unless asked for otherwise, and `depth.npz`."""


def check_report(ran):
    """The report is complete, and every file it names has that hash. Returns the document."""
    document = ran.document
    assert document["schema"] == "shotwright.report.1"
    assert {"blender", "shots", "project", "film", "movie", "movie_frames", "saved", "notes"} <= set(document)
    for shot in document["shots"]:
        assert {"id", "number", "name", "frames", "seconds", "files", "status"} <= set(shot)
        assert shot["frames"] == LENGTHS[shot["number"]][0]
        assert all(value >= 0 for value in shot["seconds"].values())
        assert shot["files"]
        for name, sha256 in shot["files"].items():
            assert cli.sha256(Path(document["project"], name)) == sha256
    return document


def stamps(folder):
    return {path: path.stat().st_mtime_ns for path in sorted(folder.rglob("*")) if path.is_file()}


def test_passes(shotwright, film):
    path = film("film")
    before = cli.sha256(path)
    document = check_report(shotwright("passes", path, "--json", code=0))
    assert cli.sha256(path) == before
    assert document["project"] == str(path.parent / "shotwright")
    assert (document["movie"], document["saved"]) == (None, None)
    for shot in document["shots"]:
        assert shot["status"] == "done" and shot["take"] is None
        files = {Path(name).name: Path(document["project"], name) for name in shot["files"]}
        assert sorted(files) == sorted([*MOVIES, *PICTURES, "depth.npz"])
        assert set(shot["seconds"]) == {"rigs", "fingerprint", "light", "draw", "finish"}
        for movie in (files[name] for name in MOVIES):
            assert cli.frames_of(movie) == LENGTHS[shot["number"]][1]
            assert cli.stream_of(movie) == ("96x64", 24.0)
            assert cli.first_frame(movie, 96, 64).std() > 5
        for picture in (files[name] for name in PICTURES):
            assert cli.first_frame(picture, 96, 64).std() > 5
        with np.load(files["depth.npz"]) as arrays:
            assert arrays["depth"].shape == (LENGTHS[shot["number"]][1], 64, 96)
        package = json.loads((files["clay.mp4"].parent / "package.json").read_text())
        assert package["last"] - package["first"] + 1 == LENGTHS[shot["number"]][1]
        assert package["frames"] == package["kept"] == LENGTHS[shot["number"]][1]
        assert (package["model"], package["notes"]) == (None, [])
    written = stamps(path.parent)
    again = check_report(shotwright("passes", path, "--json", code=0))
    assert {shot["status"] for shot in again["shots"]} == {"fresh"}
    assert [shot["files"] for shot in again["shots"]] == [shot["files"] for shot in document["shots"]]
    assert stamps(path.parent) == written


def test_passes_for_a_model(shotwright, film):
    """At its rate, length and size: 6 frames at 24 are 4 at 16, and it makes 5, 9, …"""
    path = film("film")
    ran = shotwright("passes", path, "--shot", "SH010", "--model", "wan2.1-vace-1.3b", "--json", code=0)
    (shot,) = check_report(ran)["shots"]
    files = {Path(name).name: Path(ran.document["project"], name) for name in shot["files"]}
    assert sorted(files) == ["depth.mp4", "depth.npz"]
    assert cli.frames_of(files["depth.mp4"]) == 5
    assert cli.stream_of(files["depth.mp4"]) == ("768x512", 16.0)  # as 96x64, and legal
    package = json.loads((files["depth.mp4"].parent / "package.json").read_text())
    assert (package["model"], package["frames"], package["kept"]) == ("wan2.1-vace-1.3b", 5, 4)
    assert (package["first"], package["last"], package["depth_encoding"]) == (1, 6, "disparity")
    for words in ("the motion keeps its speed", "the last one is cut off", "768×512: the camera's picture, scaled"):
        assert any(words in note for note in package["notes"]), words
    assert ran.document["notes"] == package["notes"]


def test_one_pass_and_text(shotwright, film):
    path = film("film")
    ran = shotwright("passes", path, "--pass", "clay", "--shot", "SH020", code=0)
    assert "SH020" in ran.out and "done" in ran.out and "SH010" not in ran.out
    assert f"Project: {path.parent / 'shotwright'}" in ran.out
    movies = [found.name for found in path.parent.rglob("*.mp4")]
    assert movies == ["clay.mp4"]


def test_generate(shotwright, film):
    path = film("film")
    before = cli.sha256(path)
    document = check_report(shotwright("generate", path, "--json", code=0))
    assert cli.sha256(path) == before and document["saved"] is None
    assert {shot["status"] for shot in document["shots"]} == {"done"}
    for shot in document["shots"]:
        assert set(shot["seconds"]) == {"rigs", "fingerprint", "light", "draw", "finish", "take"}
        take = next(Path(document["project"], name) for name in shot["files"] if "/takes/" in name)
        record = json.loads((take.parent / "take.json").read_text())
        assert (record["id"], record["label"], record["shot"]) == (shot["take"], "t001", shot["id"])
        assert cli.frames_of(take) == record["frames"] == LENGTHS[shot["number"]][1]
    assert cli.frames_of(Path(document["movie"])) == document["movie_frames"] == 3 + 4 + 2
    assert cli.stream_of(Path(document["movie"])) == ("96x64", 24.0)
    assert not cli.half_written(path.parent)
    # The cut shows the shots in film order, without their handles.
    cut = cli.first_frame(Path(document["movie"]), 96, 64).astype(int)
    assert cut.std() > 5


def test_generate_again_is_fresh(shotwright, finished):
    project = finished.parent / "shotwright"
    written = stamps(project / "shots")
    document = check_report(shotwright("generate", finished, "--json", code=0))
    assert {shot["status"] for shot in document["shots"]} == {"fresh"}
    assert stamps(project / "shots") == written
    assert [path.name for path in sorted((project / "exports").iterdir())] == ["film-cut-v001.mp4", "film-cut-v002.mp4"]
    first, second = sorted((project / "exports").iterdir())
    assert cli.frames_of(first) == cli.frames_of(second) == 9


def test_only_the_changed_camera_is_drawn(shotwright, finished, change):
    change(finished, "scene.objects['B Close'].location.z += 0.5")
    written = stamps(finished.parent / "shotwright" / "shots")
    ran = shotwright("generate", finished, "--save", "--json", code=0)
    assert ran.statuses() == {"SH010": "fresh", "SH020": "done", "SH030": "fresh"}
    document = check_report(ran)
    assert document["saved"] == str(finished)
    after = stamps(finished.parent / "shotwright" / "shots")
    assert written.items() <= after.items()
    assert all("sh020" in str(path) for path in after.keys() - written.keys())
    takes = sorted(path.name for path in finished.parent.glob("shotwright/shots/*sh020*/takes/*"))
    assert takes == ["t001-animatic", "t002-animatic"]
    assert document["movie_frames"] == 9


def test_saved_edit(shotwright, finished, in_bpy):
    code = """
bpy.ops.wm.open_mainfile(filepath=sys.argv[1])
edit = bpy.data.scenes["film Edit"]
for strip in sorted(edit.sequence_editor.strips, key=lambda s: s.frame_final_start):
    print("STRIP", strip.frame_final_start, strip.frame_final_end, strip.filepath.startswith("//shotwright"))
"""
    lines = [line for line in in_bpy(code, finished).out.splitlines() if line.startswith("STRIP")]
    assert lines == ["STRIP 1 4 True", "STRIP 4 8 True", "STRIP 8 10 True"]


def test_cut(shotwright, finished, tmp_path):
    before = cli.contents(finished.parent)
    movie = tmp_path / "new" / "Final Cut.mp4"
    ran = shotwright("cut", finished, "--movie", movie, "--json", code=0)
    document = check_report(ran)
    assert document["movie"] == str(movie)
    assert cli.frames_of(movie) == document["movie_frames"] == 9
    assert all(shot["take"] for shot in document["shots"])
    assert cli.contents(finished.parent) == before
    assert [path.name for path in movie.parent.iterdir()] == ["Final Cut.mp4"]
    text = shotwright("cut", finished, "--movie", movie, code=0).out
    assert f"Cut: {movie} (9 frames)" in text


def test_cut_before_generate(shotwright, film):
    path = film("film")
    before = cli.contents(path.parent)
    ran = shotwright("cut", path, "--json", code=2)
    assert ran.problems == [f"{number} has no take yet: run generate first." for number in LENGTHS]
    assert ran.document["movie"] is None
    assert cli.contents(path.parent) == before


def test_one_shot_and_then_the_others(shotwright, film):
    path = film("film")
    one = shotwright("generate", path, "--shot", "SH020", "--json", code=0)
    assert one.statuses() == {"SH020": "done"} and one.document["movie_frames"] == 4
    rest = shotwright("generate", path, "--json", code=0)
    assert rest.statuses() == {"SH010": "done", "SH020": "fresh", "SH030": "done"}
    # A shot that is not asked for stays in the cut.
    last = shotwright("generate", path, "--shot", "SH030", "--json", code=0)
    assert last.statuses() == {"SH030": "fresh"} and last.document["movie_frames"] == 9


def test_scene(shotwright, film):
    path = film("two_scenes")
    ran = shotwright("generate", path, "--scene", "Night", "--json", code=0)
    assert ran.statuses() == {"SH020": "done"} and ran.document["movie_frames"] == 3
    both = shotwright("generate", path, "--json", code=0)
    assert both.statuses() == {"SH010": "done", "SH020": "fresh"} and both.document["movie_frames"] == 5


def test_project(shotwright, film, tmp_path):
    path = film("film")
    place = tmp_path / "elsewhere" / "project"
    ran = shotwright("generate", path, "--shot", "SH030", "--project", place, "--save", "--json", code=0)
    assert ran.document["project"] == str(place)
    assert ran.document["movie"].startswith(str(place / "exports"))
    assert [found.name for found in path.parent.iterdir() if found.is_dir()] == []
    # It was saved with the film.
    again = shotwright("cut", path, "--shot", "SH030", "--json", code=0)
    assert again.document["project"] == str(place)


def test_project_in_a_folder_of_something_else(shotwright, film, tmp_path):
    path = film("film")
    place = tmp_path / "photos"
    place.mkdir()
    (place / "holiday.jpg").touch()
    ran = shotwright("passes", path, "--project", place, "--json", code=2)
    assert str(place) in ran.message and "empty or a new folder" in ran.message
    assert [found.name for found in place.iterdir()] == ["holiday.jpg"]
    ran = shotwright("cut", path, "--project", tmp_path / "none", "--json", code=2)
    assert str(tmp_path / "none") in ran.message and "not a Shotwright project" in ran.message
    assert not (tmp_path / "none").exists()


def test_output_keeps_the_project(shotwright, finished, tmp_path):
    target = tmp_path / "versions" / "film_v002.blend"
    before = cli.sha256(finished)
    ran = shotwright("cut", finished, "--output", target, "--json", code=0)
    assert ran.document["saved"] == str(target) and cli.sha256(finished) == before
    assert [found.name for found in target.parent.iterdir()] == [target.name]
    again = shotwright("generate", target, "--json", code=0)
    assert set(again.statuses().values()) == {"fresh"}
    assert again.document["project"] == str(finished.parent / "shotwright")


def test_locked_shot_without_a_take(shotwright, film):
    path = film("locked")
    ran = shotwright("generate", path, "--json", code=0)
    assert ran.statuses() == {"SH010": "locked", "SH020": "done"} and ran.document["movie_frames"] == 2
    (note,) = ran.document["notes"]
    assert "SH010 is locked and has no take" in note and "unlock" in note


def test_locked_shot_is_untouched(shotwright, finished, change):
    change(finished, "scene.shotwright.shots[0].locked = True\nscene.objects['A Wide'].location.z += 1")
    written = stamps(finished.parent / "shotwright" / "shots")
    ran = shotwright("generate", finished, "--json", code=0)
    assert ran.statuses() == {"SH010": "locked", "SH020": "fresh", "SH030": "fresh"}
    assert ran.document["movie_frames"] == 9
    assert stamps(finished.parent / "shotwright" / "shots") == written


def test_exact_frame_rate(shotwright, film):
    path = film("ntsc")
    assert shotwright("shots", path, "--json").document["shots"][0]["fps"] == {"num": 24000, "den": 1001}
    document = shotwright("generate", path, "--json", code=0).document
    (shot,) = document["shots"]
    movies = [Path(document["project"], name) for name in shot["files"] if name.endswith(".mp4")]
    movies.append(Path(document["movie"]))
    assert len(movies) == len(MOVIES) + 2
    for movie in movies:
        assert cli.frames_of(movie) == 4
        assert cli.exact_rate(movie) == "24000/1001"
        assert cli.stream_of(movie)[1] == 23.98


def test_names_no_file_system_takes(shotwright, film):
    path = film("evil_names")
    document = shotwright("generate", path, "--json", code=0).document
    shots = document["shots"]
    assert len(shots) == 12 and {shot["status"] for shot in shots} == {"done"}
    assert "two\nlines" in [shot["name"] for shot in shots]
    project = Path(document["project"])
    assert project == path.parent / "shotwright"
    for shot in shots:
        for name in shot["files"]:
            assert cli.sha256(project / name) == shot["files"][name]
            folder = Path(name).parts[1]
            assert set(folder) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") and len(folder) <= 49
            assert not folder.endswith("-")
    assert sorted(found.name for found in path.parent.iterdir()) == ["evil_names.blend", "shotwright"]
    assert Path(document["movie"]).name == "film-cut-v001.mp4"
    # A line break in a name breaks no line of the table.
    assert len(shotwright("shots", path, code=0).out.splitlines()) == 12
    assert len(shotwright("cut", path, code=0).out.splitlines()) == 14


@pytest.mark.parametrize("name", ["CON", "a:b*?<>|...", "..\\..\\🎬", "x" * 200])
def test_film_is_called_like_its_file(shotwright, film, name):
    path = film("ntsc", name)
    document = shotwright("generate", path, "--json", code=0).document
    assert document["film"] == name
    movie = Path(document["movie"])
    assert movie.parent == path.parent / "shotwright" / "exports"
    assert set(movie.stem) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") and len(movie.stem) <= 50
    assert movie.stem.split("-")[0] not in ("con", "nul") or movie.stem.startswith("con-x")


# -- damage and interruption --------------------------------------------------------------------------


def test_damaged_clip(shotwright, finished):
    """A take cut short by a bad disk is noticed, and cut again from its job's clip."""
    take = next(finished.parent.glob("shotwright/shots/*sh010*/takes/t001-*/cut-*.mp4"))
    whole = take.read_bytes()
    take.write_bytes(whole[:-100])
    ran = shotwright("cut", finished, "--json", code=0)
    assert set(ran.statuses().values()) == {"fresh"}
    assert ran.document["notes"] == ["SH010 t002 was cut again from the clip of its job."]
    assert take.with_name(take.name).stat().st_size == len(whole) - 100  # a take is never thrown away
    again = next(finished.parent.glob("shotwright/shots/*sh010*/takes/t002-*/cut-*.mp4"))
    assert again.read_bytes() == whole
    assert set(shotwright("generate", finished, "--json", code=0).statuses().values()) == {"fresh"}


def test_damaged_clip_and_job(shotwright, finished):
    """Where the clip of its job is gone too, it has to be made again."""
    take = next(finished.parent.glob("shotwright/shots/*sh010*/takes/t001-*/cut-*.mp4"))
    take.write_bytes(take.read_bytes()[:-100])
    for clip in finished.parent.glob("shotwright/jobs/*/clip.mp4"):
        clip.unlink()
    ran = shotwright("cut", finished, "--json", code=1)
    assert ran.statuses() == {"SH010": "failed", "SH020": "fresh", "SH030": "fresh"}
    (problem,) = ran.problems
    assert "SH010" in problem and "damaged" in problem and "generate" in problem
    again = shotwright("generate", finished, "--json", code=0)
    assert again.statuses() == {"SH010": "done", "SH020": "fresh", "SH030": "fresh"}
    assert again.document["movie_frames"] == 9
    assert take.is_file()  # a take is never thrown away
    assert set(shotwright("generate", finished, "--json", code=0).statuses().values()) == {"fresh"}


def test_damaged_record(shotwright, finished):
    record = next(finished.parent.glob("shotwright/shots/*sh010*/takes/t001-*/take.json"))
    record.write_text("{")
    for verb in ("generate", "cut"):
        ran = shotwright(verb, finished, "--json", code=1)
        assert ran.statuses() == {"SH010": "failed", "SH020": "fresh", "SH030": "fresh"}
        (problem,) = ran.problems
        assert str(record) in problem and "restore it from a backup" in problem
        assert ran.document["movie_frames"] == 9  # its strip stands in the saved edit and is left alone
    # One that was not asked for is left out of the cut with a note.
    ran = shotwright("generate", finished, "--shot", "SH020", "--json", code=0)
    assert any(str(record) in note for note in ran.document["notes"])


def test_missing_reference_is_drawn_again(shotwright, finished):
    package = next(finished.parent.glob("shotwright/shots/*sh020*/refs/*"))
    before = {path.name: cli.sha256(path) for path in package.iterdir() if path.suffix != ".json"}
    (package / "clay.mp4").unlink()
    ran = shotwright("passes", finished, "--json", code=0)
    assert ran.statuses() == {"SH010": "fresh", "SH020": "done", "SH030": "fresh"}
    assert {path.name: cli.sha256(path) for path in package.iterdir() if path.suffix != ".json"} == before


def test_damaged_project(shotwright, finished):
    record = finished.parent / "shotwright" / "project.json"
    record.write_text("not json")
    message = shotwright("generate", finished, "--json", code=1).message
    assert str(record) in message and "restore it from a backup" in message
    assert record.read_text() == "not json"
    assert len(shotwright("shots", finished, "--json", code=0).document["shots"]) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_in_the_middle(environment, film, change, tmp_path, number):
    path = film("film")
    change(path, "scene.frame_end = 50000\nscene.shotwright.shots[1].frame_end = 50000")
    process = subprocess.Popen(
        [sys.executable, "-m", "shotwright.batch.cli", "passes", str(path), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        cwd=tmp_path,
        start_new_session=True,
    )
    try:
        # SH010 is finished and SH020 on its way: there is something to tidy up.
        deadline = time.monotonic() + 60
        while not list(path.parent.glob("shotwright/shots/*sh010*/refs/[0-9a-f]*/package.json")):
            assert time.monotonic() < deadline and process.poll() is None
            time.sleep(0.05)
        if number == signal.SIGINT:
            os.killpg(process.pid, number)  # as a terminal does
        else:
            process.send_signal(number)  # as a service manager does
        out, err = process.communicate(timeout=60)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    ran = cli.Ran(process.returncode, out, err.decode())
    assert ran.code == 1
    assert "Stopped" in ran.message and "run it again" in ran.message
    assert not cli.half_written(path.parent)
    assert len(list(path.parent.rglob("package.json"))) == 1


def test_two_at_once(environment, film, tmp_path):
    """Two runs on one film: each shot is there once and whole, and both say so."""
    path = film("film")
    command = [sys.executable, "-m", "shotwright.batch.cli", "passes", str(path), "--json"]
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=tmp_path)
        for _ in range(2)
    ]
    for process in both:
        out, err = process.communicate(timeout=cli.TIMEOUT)
        check_report(cli.Ran(process.returncode, out, err.decode()))
        assert process.returncode == 0
    assert len(list(path.parent.rglob("package.json"))) == 3
    assert not cli.half_written(path.parent)


def test_moved_film_keeps_its_takes(shotwright, finished, tmp_path):
    moved = tmp_path / "moved"
    shutil.move(finished.parent, moved)
    ran = shotwright("generate", moved / "film.blend", "--json", code=0)
    assert set(ran.statuses().values()) == {"fresh"}
    assert ran.document["movie_frames"] == 9 and ran.document["project"] == str(moved / "shotwright")

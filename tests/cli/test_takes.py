"""`takes`: what is listed, what circling stores and where it is seen, and takes that were lost."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from support import cli, cli_jobs

SIZE = (96, 64)
FRAMES = {"SH010": (6, 1, 3), "SH020": (4, 0, 4), "SH030": (2, 0, 2)}
"""Pictures of each take, those before the cut range, and those inside it."""
TAKE_KEYS = (
    "id", "label", "model", "circled", "in_edit", "whole", "job", "frames", "fps", "width", "height", "conform",
    "created", "file", "sha256",
)  # fmt: skip


@pytest.fixture(scope="module")
def two_takes(generated, environment, tmp_path_factory) -> Path:
    """The generated film with a second take, of its board, of two shots."""
    folder = Path(shutil.copytree(generated, tmp_path_factory.mktemp("takes") / "film", copy_function=shutil.copy2))
    command = [sys.executable, "-m", "shotwright.batch.cli", "generate", "film.blend", "--picture", "board", "--save"]
    ran = cli.run([*command, "--shot", "SH010", "--shot", "SH020"], environment, folder)
    assert ran.code == 0, ran.err
    return folder


@pytest.fixture
def path(two_takes, tmp_path) -> Path:
    """The file of `two_takes`, as a copy of its own."""
    return Path(shutil.copytree(two_takes, tmp_path / "film", copy_function=shutil.copy2)) / "film.blend"


def takes_of(ran, number="SH010"):
    return next(shot["takes"] for shot in ran.document["shots"] if shot["number"] == number)


def circled(ran, number="SH010"):
    return [take["label"] for take in takes_of(ran, number) if take["circled"]]


# -- list -------------------------------------------------------------------------------------------


def test_list(shotwright, path):
    before = cli.contents(path.parent)
    ran = shotwright("takes", "list", path, "--json", code=0)
    document = ran.document
    assert list(document) == ["schema", "shots", "saved", "notes"]
    assert (document["schema"], document["saved"], document["notes"]) == ("shotwright.takes.1", None, [])
    assert [shot["number"] for shot in document["shots"]] == list(FRAMES)
    project = path.parent / "shotwright"
    records = cli_jobs.takes(project)
    for shot in document["shots"]:
        assert list(shot) == ["id", "number", "name", "locked", "problem", "takes"]
        assert (shot["locked"], shot["problem"]) == (False, None)
        assert [take["label"] for take in shot["takes"]] == ["t001", "t002"][: 1 if shot["number"] == "SH030" else 2]
        for take, record in zip(shot["takes"], records[shot["id"]], strict=True):
            assert tuple(take) == TAKE_KEYS
            assert (take["id"], take["job"], take["conform"]) == (record["id"], record["job"], record["conform"])
            assert (take["model"], take["fps"], take["width"], take["height"]) == ("animatic", "24", 96, 64)
            assert take["frames"] == record["frames"] == FRAMES[shot["number"]][0]
            assert (take["circled"], take["whole"], take["conform"]["method"]) == (False, True, "exact")
            assert cli.sha256(project / take["file"]) == take["sha256"] == record["file"]["sha256"]
            assert (project / "jobs" / take["job"] / "job.json").is_file()
    # Both word orders, and `list` where nothing is said.
    for arguments in (("takes", path, "list"), ("takes", path)):
        assert shotwright(*arguments, "--json", code=0).document == document
    assert cli.contents(path.parent) == before


def test_list_as_text(shotwright, path):
    text = shotwright("takes", path, "--shot", "SH010", code=0).out
    head, first, second = text.splitlines()
    assert head.split() == ["SH010", "A", "Wide"]
    assert first.split()[:5] == ["t001", "animatic", "6", "f", "exact"]
    assert second.split()[0] == "t002" and second.endswith("in the edit")


def test_list_before_generate(shotwright, film):
    path = film("film")
    before = cli.contents(path.parent)
    ran = shotwright("takes", path, "--json", code=0)
    assert all(shot["takes"] == [] for shot in ran.document["shots"])
    assert shotwright("takes", path, code=0).out.count("no takes yet") == 3
    assert cli.contents(path.parent) == before


def test_list_says_what_is_damaged(shotwright, path):
    (movie,) = path.parent.glob("shotwright/shots/*sh010*/takes/t001-*/cut-*.mp4")
    movie.write_bytes(b"damaged")
    assert [take["whole"] for take in takes_of(shotwright("takes", path, "--json", code=0))] == [False, True]
    assert "its file is gone or damaged" in shotwright("takes", path, code=0).out
    message = shotwright("takes", "circle", path, "--shot", "SH010", "--take", "t001", "--json", code=2).message
    assert "SH010 t001 is gone or damaged" in message and "choose another take" in message


# -- circle -----------------------------------------------------------------------------------------


def test_circle_by_every_name(shotwright, path):
    """Nothing is written without --save, so each begins at t002, the newest."""
    before = cli.contents(path.parent)
    uuid = takes_of(shotwright("takes", path, "--json"))[0]["id"]
    for order in (("circle", path), (path, "circle")):
        ran = shotwright("takes", *order, "--shot", "SH010", "--json", code=0)
        assert circled(ran) == ["t001"]  # next: after the last comes the first
        assert ran.document["saved"] is None
    for wanted, label in (("oldest", "t001"), ("T002", "t002"), (uuid.upper(), "t001")):
        ran = shotwright("takes", "circle", path, "--shot", "SH010", "--take", wanted, "--json", code=0)
        assert circled(ran) == [label], wanted
        assert next(take for take in takes_of(ran) if take["circled"])["in_edit"]
        assert circled(ran, "SH010") and len(ran.document["shots"]) == 1
    assert cli.contents(path.parent) == before
    ran = shotwright("takes", "circle", path, "--shot", "SH010", code=0)
    assert "◯ t001" in ran.out and ran.out.endswith("Not saved: add --save or --output FILE.\n")


def test_step_through_and_save(shotwright, path):
    for label in ("t001", "t002"):
        ran = shotwright("takes", "circle", path, "--shot", "SH010", "--save", "--json", code=0)
        assert (circled(ran), ran.document["saved"]) == ([label], str(path))
    ran = shotwright("takes", "circle", path, "--shot", "SH010", "--take", "previous", "--save", "--json", code=0)
    assert circled(ran) == ["t001"]
    ran = shotwright("takes", path, "uncircle", "--shot", "SH010", "--save", "--json", code=0)
    assert circled(ran) == [] and ran.document["saved"] == str(path)


def test_output(shotwright, path):
    before = cli.contents(path.parent)
    target = path.parent.parent / "other.blend"
    ran = shotwright("takes", "circle", path, "--shot", "SH020", "--output", target, "--json", code=0)
    assert ran.document["saved"] == str(target)
    assert circled(shotwright("takes", target, "--json", code=0), "SH020") == ["t001"]
    assert cli.contents(path.parent) == before


def shown(path, number, label):
    """Pictures of a take's cut range."""
    _, head, length = FRAMES[number]
    (movie,) = path.parent.glob(f"shotwright/shots/*{number.lower()}*/takes/{label}-*/cut-*.mp4")
    return cli.pictures(movie, *SIZE)[head : head + length]


def test_the_cut_shows_the_circled_take(shotwright, path, tmp_path):
    shotwright("takes", "circle", path, "--shot", "SH010", "--take", "t001", "--save", code=0)
    movie = tmp_path / "cut.mp4"
    ran = shotwright("cut", path, "--movie", movie, "--json", code=0)
    rows = {shot["number"]: (shot["label"], shot["circled"]) for shot in ran.document["shots"]}
    assert rows == {"SH010": ("t001", True), "SH020": ("t002", False), "SH030": ("t001", False)}
    found = cli.pictures(movie, *SIZE)
    assert len(found) == ran.document["movie_frames"] == 9
    place = 0
    for number, (_, _, length) in FRAMES.items():
        part = found[place : place + length]
        place += length
        right = rows[number][0]
        distance = {label: np.abs(part - shown(path, number, label)).mean() for label in ("t001", right)}
        if number != "SH030":
            wrong = "t002" if right == "t001" else "t001"
            assert np.abs(part - shown(path, number, wrong)).mean() > 4 * distance[right] + 2
        assert distance[right] < 6


def test_generate_keeps_the_circled_take(shotwright, path):
    """It says so; and after uncircling, the newest is shown again."""
    shotwright("takes", "circle", path, "--shot", "SH020", "--take", "t001", "--save", code=0)
    ran = shotwright("generate", path, "--shot", "SH020", "--picture", "two-up", "--save", "--json", code=0)
    assert ran.statuses() == {"SH020": "done"}
    assert "SH020 t003 is up to date; t001 stays in the cut, because it is circled." in ran.document["notes"]
    listed = shotwright("takes", path, "--json", code=0)
    assert circled(listed, "SH020") == ["t001"]
    ran = shotwright("takes", "uncircle", path, "--shot", "SH020", "--save", "--json", code=0)
    assert takes_of(ran, "SH020")[2]["in_edit"]
    assert shotwright("cut", path, "--json", code=0).document["shots"][1]["label"] == "t003"


# -- no ---------------------------------------------------------------------------------------------


def test_what_is_not_there(shotwright, path, film):
    before = cli.contents(path.parent)
    message = shotwright("takes", "circle", path, "--shot", "SH010", "--take", "t009", "--json", code=2).message
    assert message == "SH010 has no take 't009': say t001, t002, next, previous, newest or oldest."
    for action in ("circle", "uncircle"):
        message = shotwright("takes", action, path, "--json", code=2).message
        assert message == f"Name the shot whose take you want to {action} with --shot."
    message = shotwright("takes", "circle", path, "--shot", "SH990", "--json", code=2).message
    assert "There is no shot 'SH990'" in message and "SH010, SH020, SH030" in message
    message = shotwright("takes", "scribble", path, "--json", code=2).message
    assert "say list, circle, uncircle" in message
    assert cli.contents(path.parent) == before
    other = film("ntsc")
    message = shotwright("takes", "circle", other, "--shot", "SH010", "--json", code=2).message
    assert message == "SH010 has no take yet: run generate first."


@pytest.mark.parametrize("order", ["circle --shot SH010 FILE", "FILE --shot SH010 circle"])
def test_options_anywhere(shotwright, path, order):
    words = [path if word == "FILE" else word for word in order.split()]
    assert circled(shotwright("takes", *words, "--json", code=0)) == ["t001"]


def test_one_bad_shot_stores_nothing(shotwright, path):
    """Two shots, and only one has the take: neither is circled, whatever their order."""
    before = cli.contents(path.parent)
    arguments = ("--shot", "SH010", "--shot", "SH030", "--take", "t002", "--save")
    message = shotwright("takes", "circle", path, *arguments, "--json", code=2).message
    assert "SH030 has no take 't002'" in message
    assert cli.contents(path.parent) == before


def test_changed_on_disk(path, in_bpy):
    """Somebody saved the file since it was opened: what they did is not overwritten."""
    code = """
import os
from shotwright.addon import command_line
bpy.ops.wm.open_mainfile(filepath=sys.argv[1])
os.utime(sys.argv[1], (1, 1))
with open(sys.argv[1], "ab") as stream:
    stream.write(b"more")
given = ["takes", "circle", "--shot", "SH010", "--json"]
print("CODE", command_line.run([*given, "--save"], sys.stdout, with_file=False), flush=True)
print("CODE", command_line.run([*given, "--output", sys.argv[2]], sys.stdout, with_file=False), flush=True)
"""
    target = path.parent.parent / "other.blend"
    ran = in_bpy(code, path, target)
    assert [line for line in ran.out.splitlines() if line.startswith("CODE")] == ["CODE 3", "CODE 0"]
    assert "was changed on disk since it was opened" in ran.err
    assert path.read_bytes().endswith(b"more") and target.is_file()
    assert not cli.half_written(path.parent)


def test_read_only(shotwright, two_takes, small_disk):
    place = small_disk(4096)
    path = Path(shutil.copytree(two_takes, place / "film", copy_function=shutil.copy2)) / "film.blend"
    subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
    before = cli.contents(path.parent)
    message = shotwright("takes", "circle", path, "--shot", "SH010", "--save", "--json", code=1).message
    assert str(path) in message and "read-only" in message
    assert circled(shotwright("takes", "circle", path, "--shot", "SH010", "--json", code=0)) == ["t001"]
    assert cli.contents(path.parent) == before


# -- what was lost ----------------------------------------------------------------------------------


def test_lost_take_comes_back(shotwright, path):
    """The only take of a shot: cut again from the clip of its job, as the very same take."""
    project = path.parent / "shotwright"
    before = cli_jobs.takes(project)
    folder = cli_jobs.take_of(project, "SH030")
    shutil.rmtree(folder)
    ran = shotwright("cut", path, "--json", code=0)
    assert ran.document["movie_frames"] == 9 and set(ran.statuses().values()) == {"fresh"}
    assert ran.document["notes"] == ["SH030 t001 was cut again from the clip of its job."]
    assert identities(cli_jobs.takes(project)) == identities(before)
    assert folder.is_dir()
    assert set(shotwright("generate", path, "--shot", "SH030", "--json", code=0).statuses().values()) == {"fresh"}


def test_lost_circled_take_comes_back(shotwright, path):
    """The circled take, though there is a newer one."""
    project = path.parent / "shotwright"
    shotwright("takes", "circle", path, "--shot", "SH010", "--take", "t001", "--save", code=0)
    before = cli_jobs.takes(project)
    shutil.rmtree(next(project.glob("shots/*sh010*/takes/t001-*")))
    ran = shotwright("cut", path, "--json")
    assert identities(cli_jobs.takes(project)) == identities(before)
    assert ran.document["shots"][0]["circled"] and "was cut again" in ran.document["notes"][0]
    assert (ran.code, ran.document["movie_frames"]) == (0, 9)


def identities(takes):
    """Id and hash of every take, by shot."""
    return {shot: {(take["id"], take["file"]["sha256"]) for take in found} for shot, found in takes.items()}


def test_lost_take_and_job(shotwright, path):
    """There is nothing left of it: the shots that have a take are cut, and what to do is said."""
    project = path.parent / "shotwright"
    job = cli_jobs.job_of(project, "SH030")
    shutil.rmtree(cli_jobs.take_of(project, "SH030"))
    shutil.rmtree(job)
    ran = shotwright("cut", path, "--json", code=2)
    assert ran.statuses() == {"SH010": "fresh", "SH020": "fresh", "SH030": "skipped"}
    assert ran.problems == ["SH030 has no take yet: run generate first."]
    again = shotwright("generate", path, "--shot", "SH030", "--json", code=0)
    assert (again.statuses(), again.document["movie_frames"]) == ({"SH030": "done"}, 9)
    assert again.document["shots"][0]["job"] == job.name


def test_lost_edit(shotwright, path, change):
    """The scene of the edit was deleted: it is made anew, with the circled take."""
    change(path, "bpy.data.scenes.remove(bpy.data.scenes['film Edit'])")
    shotwright("takes", "circle", path, "--shot", "SH010", "--save", code=0)
    ran = shotwright("cut", path, "--save", "--json", code=0)
    assert ran.document["movie_frames"] == cli.frames_of(Path(ran.document["movie"])) == 9
    assert ran.document["shots"][0]["circled"] and ran.document["shots"][0]["label"] == "t001"
    found = np.abs(cli.pictures(Path(ran.document["movie"]), *SIZE)[:3] - shown(path, "SH010", "t001")).mean()
    assert found < 6


# -- which take is up to date -----------------------------------------------------------------------


def test_back_to_an_earlier_state(shotwright, path):
    """What generate calls up to date is what the cut shows, though a later take is there."""
    ran = shotwright("generate", path, "--shot", "SH010", "--save", "--json", code=0)
    (shot,) = ran.document["shots"]
    assert (shot["status"], shot["label"]) == ("fresh", "t001")
    found = takes_of(shotwright("takes", path, "--shot", "SH010", "--json", code=0))
    assert [(take["label"], take["in_edit"]) for take in found] == [("t001", True), ("t002", False)]
    shotwright("cut", path, "--save", code=0)
    found = takes_of(shotwright("takes", path, "--shot", "SH010", "--json", code=0))
    assert [(take["label"], take["in_edit"]) for take in found] == [("t001", True), ("t002", False)]


def test_a_damaged_record_hides_no_other_shot(shotwright, path):
    (record,) = path.parent.glob("shotwright/shots/*sh010*/takes/t001-*/take.json")
    record.write_text("{")
    ran = shotwright("takes", path, "--json", code=1)
    assert [bool(shot["problem"]) for shot in ran.document["shots"]] == [True, False, False]
    assert str(record) in ran.err
    assert shotwright("quote", path, "--json", code=2).document["lines"][1]["action"] != "blocked"


def test_a_cut_among_the_exports_is_not_written_over(shotwright, path):
    (movie,) = list(path.parent.glob("shotwright/exports/*-cut-v001.mp4"))
    before = cli.sha256(movie)
    message = shotwright("cut", path, "--movie", movie, "--json", code=3).message
    assert str(movie) in message and "--movie" in message
    assert cli.sha256(movie) == before

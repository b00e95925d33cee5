"""`generate` that is killed, stopped, cancelled, crowded or out of room: nothing is lost or made twice."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from pathlib import Path

import pytest
from support import cli, cli_jobs

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
NUMBER = "SH020"
"""The shot that takes long enough to be caught."""


@pytest.fixture(scope="module")
def drawn(built, environment, tmp_path_factory) -> Path:
    """The folder of `long.blend` with the references of its long shot."""
    folder = tmp_path_factory.mktemp("long")
    shutil.copyfile(built / "long.blend", folder / "long.blend")
    command = [sys.executable, "-m", "shotwright.batch.cli", "passes", "long.blend", "--shot", NUMBER]
    ran = cli.run(command, environment, folder)
    assert ran.code == 0, ran.err
    return folder


@pytest.fixture
def path(drawn, tmp_path) -> Path:
    """The file of `drawn`, as a copy of its own."""
    return Path(shutil.copytree(drawn, tmp_path / "film", copy_function=shutil.copy2)) / "long.blend"


@pytest.fixture
def generate(environment, tmp_path):
    """Start `generate` of the long shot of a file, to be caught."""

    def start(path, *arguments):
        return cli_jobs.Caught(environment, tmp_path, "generate", path, "--shot", NUMBER, "--json", *arguments)

    return start


def check_done(shotwright, path, job):
    """The shot has one take, of one job that is done, and another run has nothing to do."""
    project = path.parent / "shotwright"
    found = cli_jobs.jobs(project)
    assert list(found) == [job.name] and found[job.name][-1] == "done"
    ((take,),) = cli_jobs.takes(project).values()
    assert (take["job"], take["label"], take["frames"]) == (job.name, "t001", 240)
    ran = shotwright("generate", path, "--shot", NUMBER, "--json", code=0)
    assert ran.statuses() == {NUMBER: "fresh"} and ran.document["movie_frames"] == 240


def listed(shotwright, path, *arguments):
    (job,) = shotwright("jobs", path, *arguments, "--json", code=0).document["jobs"]
    return job


# -- killed -----------------------------------------------------------------------------------------


def test_killed_and_resumed(shotwright, generate, path):
    project = path.parent / "shotwright"
    before = cli.sha256(path)
    with generate(path) as running:
        job = running.freeze_at(project, "running", NUMBER)
        found = listed(shotwright, path, "list")
        assert (found["state"], found["message"]) == ("running", "")
        words = found["driver"].split()
        assert words[0] == "process" and os.getpgid(int(words[1])) == running.group
        assert f"driven by {found['driver']}" in shotwright("jobs", path, code=0).out
        # Somebody else can't take it up meanwhile.
        ran = shotwright("jobs", "resume", path, "--job", job.name, "--json", code=1)
        (problem,) = ran.document["problems"]
        assert problem["message"].startswith(f"{NUMBER}: It is being made by {found['driver']} already")
        running.kill()
    assert cli_jobs.states(job) == ["queued", "running"] and not (job / "clip.mp4").exists()
    found = listed(shotwright, path, "list", "--open")
    assert (found["id"], found["state"], found["driver"]) == (job.name, "running", None)
    found = listed(shotwright, path, "resume")
    assert (found["state"], found["driver"]) == ("done", None) and len(found["takes"]) == 1
    assert not cli.half_written(project / "jobs")
    check_done(shotwright, path, job)
    assert cli.sha256(path) == before


@pytest.mark.parametrize(
    ("number", "group"),
    [
        (signal.SIGTERM, False),  # a service manager, to the program alone
        (signal.SIGINT, True),  # Ctrl-C in a terminal
        (signal.SIGTERM, True),  # a service manager, to all of its processes
    ],
)
def test_stopped_while_the_take_is_made(shotwright, generate, path, number, group):
    project = path.parent / "shotwright"
    with generate(path) as running:
        job = running.freeze_at(project, "running", NUMBER)
        running.send(number) if group else os.kill(running.group, number)
        running.go_on()
        ran = running.ended()
    assert ran.code == 1 and "Stopped" in ran.message and "run it again" in ran.message
    assert cli_jobs.states(job) == ["queued", "running"]
    assert not cli.half_written(path.parent) and cli_jobs.takes(project) == {}
    found = listed(shotwright, path, "list")
    assert (found["state"], found["driver"]) == ("running", None)
    ran = shotwright("generate", path, "--shot", NUMBER, "--json", code=0)
    assert ran.statuses() == {NUMBER: "done"} and ran.document["shots"][0]["job"] == job.name
    check_done(shotwright, path, job)


# -- cancelled --------------------------------------------------------------------------------------


def test_cancelled_while_it_runs(shotwright, generate, path):
    project = path.parent / "shotwright"
    with generate(path) as running:
        job = running.freeze_at(project, "running", NUMBER)
        ran = shotwright("jobs", "cancel", path, "--job", job.name, "--json", code=0)
        (note,) = ran.document["notes"]
        assert note.startswith(f"The job of {NUMBER} was asked to end: process ") and note.endswith("in a moment.")
        assert ran.document["jobs"][0]["state"] == "running"
        running.go_on()
        ran = running.ended()
    assert ran.code == 1 and ran.statuses() == {NUMBER: "cancelled"}
    assert ran.problems == [f"{NUMBER} was cancelled."]
    assert cli_jobs.states(job) == ["queued", "running", "cancelled"]
    assert sorted(file.name for file in job.iterdir() if file.suffix == ".mp4") == []
    assert not cli.half_written(path.parent) and cli_jobs.takes(project) == {}
    ran = shotwright("generate", path, "--shot", NUMBER, "--json", code=0)
    assert ran.document["shots"][0]["job"] != job.name and len(cli_jobs.jobs(project)) == 2


# -- two at once ------------------------------------------------------------------------------------


def test_the_second_says_who_makes_it(shotwright, generate, path):
    project = path.parent / "shotwright"
    with generate(path) as running:
        job = running.freeze_at(project, "running", NUMBER)
        ran = shotwright("generate", path, "--shot", NUMBER, "--json", code=1)
        assert ran.statuses() == {NUMBER: "failed"}
        (problem,) = ran.problems
        assert problem.startswith(f"{NUMBER}: It is being made by process ")
        pid = int(problem.split("process ")[1].split()[0])
        assert os.getpgid(pid) == running.group and "wait for that one, or cancel the job" in problem
        running.go_on()
        first = running.ended()
    assert first.code == 0 and first.statuses() == {NUMBER: "done"}
    assert cli_jobs.states(job) == ["queued", "running", "delivered", "done"]
    check_done(shotwright, path, job)


def test_two_at_once(shotwright, environment, film, tmp_path):
    """Both work on all shots of a film whose project is there; both write a cut of their own."""
    path = film("film")
    shotwright("passes", path, "--shot", "SH010", code=0)
    project = path.parent / "shotwright"
    both = [cli_jobs.Caught(environment, tmp_path, "generate", path, "--json") for _ in range(2)]
    movies = []
    for each in both:
        with each:
            ran = each.ended()
        busy = [problem for problem in ran.problems if "It is being made by process" in problem
                or "took this job up at the same moment" in problem]  # fmt: skip
        assert ran.code == (1 if busy else 0) and busy == ran.problems
        assert set(ran.statuses().values()) <= {"done", "fresh", "failed"}
        assert ran.document["problems"] == []
        movies.append(ran.document["movie"])
    found = cli_jobs.jobs(project)
    assert len(found) == 3 and all(states == ["queued", "running", "delivered", "done"] for states in found.values())
    taken = cli_jobs.takes(project)
    assert sorted(len(takes) for takes in taken.values()) == [1, 1, 1]
    assert not cli.half_written(path.parent)
    ran = shotwright("generate", path, "--json", code=0)
    assert set(ran.statuses().values()) == {"fresh"} and ran.document["movie_frames"] == 9
    assert len(movies) == 2 and all(Path(movie).is_file() for movie in movies if movie)


def test_another_cut_was_quicker(environment, finished, tmp_path):
    """Between the choice of a name and the end of the render, another process wrote a cut of that name."""
    body = """
if target.endswith("film-cut-v002.mp4") and not os.path.exists(target):
    pathlib.Path(target).write_text("another's")
"""
    site = cli_jobs.hooked(environment, tmp_path / "site", body)
    ran = cli.run([sys.executable, "-m", "shotwright.batch.cli", "cut", str(finished), "--json"], site, tmp_path)
    assert ran.code == 0, ran.err
    assert (finished.parent / "shotwright" / "exports" / "film-cut-v002.mp4").read_text() == "another's"
    assert cli.frames_of(Path(ran.document["movie"])) == 9


def test_another_made_the_project_at_the_same_moment(environment, film, tmp_path):
    """Both go on with the project that was there first: jobs of two projects would make every take twice."""
    path = film("film")
    first = '{"schema": "shotwright.project.1", "id": "6b1f9a52-3c43-4d6e-8f54-0d1a8a3f7f11", "copied_from": null}'
    body = f"""
if target.endswith("project.json") and not os.path.exists(target):
    pathlib.Path(target).write_text({first!r})
"""
    site = cli_jobs.hooked(environment, tmp_path / "site", body)
    command = [sys.executable, "-m", "shotwright.batch.cli", "generate", str(path), "--shot", "SH030", "--json"]
    ran = cli.run(command, site, tmp_path)
    assert ran.code == 0, ran.err
    project = path.parent / "shotwright"
    assert json.loads((project / "project.json").read_text()) == json.loads(first)
    job = json.loads((cli_jobs.job_of(project, "SH030") / "job.json").read_text())
    assert job["project"] == json.loads(first)["id"]


# -- a full disk ------------------------------------------------------------------------------------


def test_disk_fills_up_behind_the_clip(shotwright, generate, drawn, small_disk):
    """The clip is here and paid for: with room again, only the take is made."""
    place = small_disk(32 * 1024)
    path = Path(shutil.copytree(drawn, place / "film", copy_function=shutil.copy2)) / "long.blend"
    project = path.parent / "shotwright"
    with generate(path) as running:
        job = running.freeze_at(project, "delivered", NUMBER)
        with (place / "ballast").open("wb", buffering=0) as stream:
            stream.write(bytes(shutil.disk_usage(place).free))
        assert shutil.disk_usage(place).free == 0
        running.go_on()
        ran = running.ended()
    assert ran.code == 1 and ran.statuses() == {NUMBER: "failed"}
    assert "the disk is full" in ran.problems[0] and str(place) in ran.problems[0]
    assert cli_jobs.states(job) == ["queued", "running", "delivered"]
    assert cli_jobs.takes(project) == {} and not cli.half_written(place)
    clip = (cli.sha256(job / "clip.mp4"), (job / "clip.mp4").stat().st_mtime_ns)
    (place / "ballast").unlink()
    found = listed(shotwright, path, "list", "--open")
    assert (found["state"], found["driver"]) == ("delivered", None)
    ran = shotwright("generate", path, "--shot", NUMBER, "--json", code=0)
    assert ran.statuses() == {NUMBER: "done"}
    assert (cli.sha256(job / "clip.mp4"), (job / "clip.mp4").stat().st_mtime_ns) == clip
    assert cli_jobs.states(job) == ["queued", "running", "delivered", "done"]
    check_done(shotwright, path, job)


def test_killed_while_it_is_saved(environment, film, tmp_path):
    """A file is there at every instant of --save: the old one, or the new one."""
    path = film("film")
    before = cli.sha256(path)
    body = """
if "/.tmp-" in source and source.endswith(".blend"):
    os.kill(os.getpid(), signal.SIGKILL)
"""
    site = cli_jobs.hooked(environment, tmp_path / "site", body)
    ran = cli.run([sys.executable, "-m", "shotwright.batch.cli", "make-shots", str(path), "--save"], site, tmp_path)
    assert ran.code == 128 + signal.SIGKILL
    assert path.is_file() and cli.sha256(path) == before


SWEPT = (
    "shots/{shot}/refs/.tmp-0123456789ab/clay.mp4",
    "shots/{shot}/takes/.tmp-0123456789ab/cut.mp4",
    "exports/.tmp-0123456789ab.mp4",
)
UNSWEPT = ("jobs/.tmp-0123456789ab/request.json", "jobs/{job}/.tmp-0123456789ab", ".tmp-0123456789ab-project.json")


@pytest.mark.parametrize("names", [SWEPT, UNSWEPT])
def test_leftovers_go_a_day_later(shotwright, finished, names):
    project = finished.parent / "shotwright"
    job = cli_jobs.job_of(project, "SH030")
    shot = cli_jobs.take_of(project, "SH030").parents[1]
    for name in names:
        path = project / name.format(job=job.name, shot=shot.name)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"half")
        for each in (path, path.parent):
            os.utime(each, (1, 1))
    assert len(cli.half_written(project)) == len(names)
    shotwright("generate", finished, "--shot", "SH030", code=0)
    assert not cli.half_written(project)

"""Jobs: what `generate` leaves of them, and `jobs` list, resume and cancel."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from support import cli, cli_jobs

PICTURES = {"SH010": 6, "SH020": 4, "SH030": 2}
"""Pictures of each clip, handles included."""
JOB_KEYS = ("id", "state", "model", "shots", "numbers", "takes", "created", "changed", "message", "driver")
REPORT_KEYS = (
    "id", "number", "name", "frames", "status", "seconds", "files", "package", "job", "take", "label", "circled",
    "problems",
)  # fmt: skip


def listed(ran):
    """The jobs of a document, which is checked."""
    document = ran.document
    assert list(document) == ["schema", "project", "jobs", "notes", "problems"]
    assert document["schema"] == "shotwright.jobs.1"
    assert all(tuple(job) == JOB_KEYS for job in document["jobs"])
    return document["jobs"]


# -- generate ---------------------------------------------------------------------------------------


def check_job(folder, record, numbers):
    """The folder of a job that is done, for shots of these numbers. Returns its request."""
    assert sorted(path.name for path in folder.iterdir()) == [
        "clip.mp4", "events.jsonl", "job.json", "lease-0001.json", "request.json",
    ]  # fmt: skip
    job, request = (json.loads((folder / name).read_text()) for name in ("job.json", "request.json"))
    assert (job["schema"], job["id"], job["project"]) == ("shotwright.job.1", folder.name, record["id"])
    assert (job["model"], job["backend"], job["attempt"]) == ("animatic", "animatic", 1)
    assert cli_jobs.HEX.fullmatch(job["digest"]) and cli_jobs.UUID.fullmatch(job["id"])
    assert request["schema"] == "shotwright.request.2" and request["parameters"] == {"picture": "clay"}
    assert [shot["number"] for shot in request["shots"]] == numbers
    assert tuple(job["shots"]) == tuple(shot["shot"] for shot in request["shots"])
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    assert [event.get("state") for event in events] == [
        "queued", "running", "delivered", *(None for _ in numbers), "done",
    ]  # fmt: skip
    assert json.loads((folder / "lease-0001.json").read_text())["released"] is True
    clip, frames = events[2]["clip"], sum(PICTURES[number] for number in numbers)
    assert (clip["sha256"], clip["bytes"]) == (cli.sha256(folder / "clip.mp4"), (folder / "clip.mp4").stat().st_size)
    assert (clip["frames"], clip["fps"], clip["width"], clip["height"]) == (frames, {"num": 24, "den": 1}, 96, 64)
    assert cli.frames_of(folder / "clip.mp4") == frames
    return request


def check_report(ran, numbers, label="t001", stages=("rigs", "fingerprint", "light", "draw", "finish", "take")):
    """A report of shots that were made; the files it names, their take, and the job of the take. Returns the jobs."""
    document = ran.document
    project = Path(document["project"])
    assert [shot["number"] for shot in document["shots"]] == numbers
    for shot in document["shots"]:
        assert tuple(shot) == REPORT_KEYS
        assert (shot["status"], shot["label"], shot["circled"], shot["problems"]) == ("done", label, False, [])
        assert all(cli.sha256(project / name) == sha256 for name, sha256 in shot["files"].items())
        (name,) = (name for name in shot["files"] if "/takes/" in name)
        take = json.loads((project / name).with_name("take.json").read_text())
        request = json.loads((project / "jobs" / shot["job"] / "request.json").read_text())
        assert (take["schema"], take["id"], take["job"]) == ("shotwright.take.2", shot["take"], shot["job"])
        assert (take["label"], take["shot"], take["request"]) == (label, shot["id"], request)
        assert take["clip"]["sha256"] == cli.sha256(project / "jobs" / shot["job"] / "clip.mp4")
        assert take["conform"]["method"] == "exact" and take["conform"]["held"] == 0
        assert cli.frames_of(project / name) == take["frames"] == PICTURES[shot["number"]]
    assert set(document["shots"][0]["seconds"]) == set(stages)
    return [shot["job"] for shot in document["shots"]]


def test_generate(shotwright, film):
    path = film("film")
    ran = shotwright("generate", path, "--json", code=0)
    ids = check_report(ran, list(PICTURES))
    project = path.parent / "shotwright"
    record = json.loads((project / "project.json").read_text())
    assert len(set(ids)) == 3 and set(cli_jobs.jobs(project)) == set(ids)
    for number, each in zip(PICTURES, ids, strict=True):
        check_job(project / "jobs" / each, record, [number])
    jobs = listed(shotwright("jobs", path, "--json", code=0))
    assert [job["id"] for job in jobs] == ids
    for job, shot in zip(jobs, ran.document["shots"], strict=True):
        assert (job["state"], job["model"], job["message"], job["driver"]) == ("done", "animatic", "", None)
        assert (job["shots"], job["numbers"]) == ([shot["id"]], [shot["number"]])
        assert job["takes"] == {shot["id"]: shot["take"]} and job["created"] <= job["changed"]
    assert not cli.half_written(path.parent)


def test_together(shotwright, film):
    path = film("film")
    ran = shotwright("generate", path, "--together", "--json", code=0)
    ids = check_report(ran, list(PICTURES))
    assert len(set(ids)) == 1 and ran.document["movie_frames"] == 9
    project = path.parent / "shotwright"
    record = json.loads((project / "project.json").read_text())
    check_job(project / "jobs" / ids[0], record, list(PICTURES))
    assert cli.frames_of(project / "jobs" / ids[0] / "clip.mp4") == 12
    again = shotwright("generate", path, "--together", "--json", code=0)
    assert set(again.statuses().values()) == {"fresh"} and list(cli_jobs.jobs(project)) == [ids[0]]
    # One by one, the same is asked for of each.
    again = shotwright("generate", path, "--json", code=0)
    assert set(again.statuses().values()) == {"fresh"} and [s["job"] for s in again.document["shots"]] == ids
    text = shotwright("jobs", "list", path, code=0).out
    assert text.split()[:8] == [ids[0][:8], "done", "animatic", "SH010", "+", "SH020", "+", "SH030"]


def test_another_take_and_another_picture(shotwright, finished):
    project = finished.parent / "shotwright"
    before = cli_jobs.jobs(project)
    arguments = ("--shot", "SH020", "--json")
    ran = shotwright("generate", finished, "--again", *arguments, code=0)
    (again,) = check_report(ran, ["SH020"], "t002", ["rigs", "fingerprint", "take"])
    assert again not in before and json.loads((project / "jobs" / again / "job.json").read_text())["attempt"] == 2
    for label, picture in (("t003", "board"), ("t004", "two-up")):
        ran = shotwright("generate", finished, "--picture", picture, *arguments, code=0)
        (job,) = check_report(ran, ["SH020"], label, ["rigs", "fingerprint", "take"])
        assert job not in before
        request = json.loads((project / "jobs" / job / "request.json").read_text())
        assert request["parameters"] == {"picture": picture}
        assert cli.frames_of(project / "jobs" / job / "clip.mp4") == 4
    # Each of them is still fresh, and none of the others was touched.
    ran = shotwright("generate", finished, "--json", code=0)
    assert set(ran.statuses().values()) == {"fresh"}
    assert {job: found for job, found in cli_jobs.jobs(project).items() if job in before} == before


def test_locked_shot_asked_for_by_name(shotwright, film):
    path = film("locked")
    ran = shotwright("generate", path, "--shot", "SH010", "--shot", "SH020", "--json", code=3)
    assert ran.statuses() == {"SH010": "refused", "SH020": "done"}
    assert ran.problems == ["SH010 is locked: unlock it to make another take of it."]
    assert ran.document["shots"][0]["problems"][0]["code"] == "locked"
    assert len(cli_jobs.jobs(path.parent / "shotwright")) == 1 and ran.document["movie_frames"] == 2
    text = shotwright("generate", path, code=0).out
    assert [line.split()[-3] for line in text.splitlines()[:2]] == ["locked", "fresh"]


def shorten(job, frames):
    """As if a model had delivered less: the first pictures of a job's clip, delivered just before a crash."""
    import imageio_ffmpeg

    clip = job / "clip.mp4"
    whole = clip.rename(job.parent / "whole.mp4")
    arguments = ["-v", "error", "-i", whole, "-frames:v", frames, "-an", clip]
    cli.run([imageio_ffmpeg.get_ffmpeg_exe(), *map(str, arguments)], {}, job)
    whole.unlink()
    cli_jobs.rewind(job, "running")


@pytest.mark.parametrize(("short", "verb"), [("hold", ["generate"]), ("retime", ["jobs", "resume"])])
def test_short_clip(shotwright, finished, short, verb):
    shutil.copyfile(finished.with_name("film.blend1"), finished)  # as it was before it had an edit
    project = finished.parent / "shotwright"
    job = cli_jobs.job_of(project, "SH020")
    shutil.rmtree(cli_jobs.take_of(project, "SH020"))
    shorten(job, 3)
    record = json.loads((job / "job.json").read_text())
    (job / "job.json").write_text(json.dumps({**record, "short": short}))  # as it was asked for
    ran = shotwright(*verb, finished, "--json", code=0)
    take = json.loads((cli_jobs.take_of(project, "SH020") / "take.json").read_text())
    assert (take["frames"], take["clip"]["frames"], take["conform"]["method"]) == (4, 3, short)
    assert (take["conform"]["held"], take["conform"]["speed"]) == ((1, "1") if short == "hold" else (0, "3/4"))
    (note,) = take["conform"]["notes"]
    assert "SH020" in note and note in ran.document["notes"] and note in ran.err


# -- list -------------------------------------------------------------------------------------------


def test_list(shotwright, finished):
    project = finished.parent / "shotwright"
    before = cli.contents(finished.parent)
    jobs = listed(shotwright("jobs", "list", finished, "--json", code=0))
    assert [job["numbers"] for job in jobs] == [["SH010"], ["SH020"], ["SH030"]]
    assert [job["id"] for job in jobs] == [cli_jobs.job_of(project, number).name for number in PICTURES]
    ran = shotwright("jobs", finished, "list", "--job", jobs[1]["id"][:8].upper(), "--json", code=0)
    assert listed(ran) == [jobs[1]]
    assert listed(shotwright("jobs", finished, "--open", "--json", code=0)) == []
    assert shotwright("jobs", finished, "--open", code=0).out == "No jobs.\n"
    for wanted in ("0123", jobs[0]["id"][:3]):
        message = shotwright("jobs", finished, "--job", wanted, "--json", code=2).message
        assert message == f"This film has no job {wanted!r}: see jobs list (four digits of the id are enough)."
    assert cli.contents(finished.parent) == before


def test_of_a_shot(shotwright, finished):
    project = open_jobs(finished)
    (job,) = listed(shotwright("jobs", finished, "--shot", "SH020", "--json", code=0))
    assert job["id"] == cli_jobs.job_of(project, "SH020").name and job["state"] == "running"
    (job,) = listed(shotwright("jobs", "resume", finished, "--shot", "SH020", "--json", code=0))
    assert job["state"] == "done"
    (job,) = listed(shotwright("jobs", "cancel", finished, "--shot", "SH010", "--json", code=0))
    assert job["state"] == "cancelled"
    assert "There is no shot" in shotwright("jobs", finished, "--shot", "SH990", "--json", code=2).message


def test_before_generate(shotwright, film):
    path = film("film")
    before = cli.contents(path.parent)
    assert listed(shotwright("jobs", path, "--json", code=0)) == []
    assert shotwright("jobs", "resume", path, code=0).out == "No jobs.\n"
    assert cli.contents(path.parent) == before


# -- resume and cancel ------------------------------------------------------------------------------


def open_jobs(finished):
    """The film with SH010 queued, SH020 running and SH030 delivered, and no process at any of them."""
    project = finished.parent / "shotwright"
    for number, state in (("SH010", "queued"), ("SH020", "running"), ("SH030", "delivered")):
        job = cli_jobs.job_of(project, number)
        shutil.rmtree(cli_jobs.take_of(project, number))
        cli_jobs.rewind(job, state)
        if state != "delivered":
            (job / "clip.mp4").unlink()
    return project


def test_resume(shotwright, finished):
    """Named ones, then all; what comes is what there was."""
    before = cli_jobs.takes(finished.parent / "shotwright")
    project = open_jobs(finished)
    jobs = listed(shotwright("jobs", finished, "--open", "--json", code=0))
    assert [job["state"] for job in jobs] == ["queued", "running", "delivered"]
    assert [job["driver"] for job in jobs] == [None] * 3
    ran = shotwright("jobs", finished, "resume", "--job", jobs[1]["id"], "--json", code=0)
    (job,) = listed(ran)
    assert (job["id"], job["state"], job["message"]) == (jobs[1]["id"], "done", "")
    text = shotwright("jobs", "resume", finished, code=0).out
    assert [line.split()[1] for line in text.splitlines()] == ["done"] * 3
    after = cli_jobs.takes(project)
    for shot, (take,) in after.items():
        assert (take["id"], take["file"]["sha256"]) == (before[shot][0]["id"], before[shot][0]["file"]["sha256"])
    assert len(after) == 3 and not cli.half_written(finished.parent)
    ran = shotwright("generate", finished, "--json", code=0)
    assert set(ran.statuses().values()) == {"fresh"}
    assert listed(shotwright("jobs", "resume", finished, "--open", "--json", code=0)) != []


def test_cancel(shotwright, finished):
    project = open_jobs(finished)
    before = cli.contents(project)
    message = shotwright("jobs", "cancel", finished, "--json", code=2).message
    assert message == "Name the jobs to cancel with --job, or their shots with --shot."
    assert cli.contents(project) == before
    job = cli_jobs.job_of(project, "SH010")
    ran = shotwright("jobs", "cancel", finished, "--job", job.name[:8], "--json", code=0)
    assert ran.document["notes"] == ["The job of SH010 was cancelled."] and "note: The job of SH010" in ran.err
    assert [(each["state"], each["message"]) for each in listed(ran)] == [("cancelled", "SH010 was cancelled.")]
    assert cli_jobs.states(job) == ["queued", "cancelled"]
    message = shotwright("jobs", finished, "cancel", "--job", job.name, "--json", code=2).message
    assert message == "None of these jobs is open: there is nothing to cancel."
    # It is left alone from now on; asked for again, it is another job.
    assert (
        listed(shotwright("jobs", "resume", finished, "--job", job.name, "--json", code=0))[0]["state"] == "cancelled"
    )
    ran = shotwright("generate", finished, "--json", code=0)
    assert set(ran.statuses().values()) == {"done"} and ran.document["shots"][0]["job"] != job.name
    found = cli_jobs.jobs(project)
    assert found.pop(job.name) == ["queued", "cancelled"]
    assert len(found) == 3 and {states[-1] for states in found.values()} == {"done"}


def test_killed_between_the_take_and_its_last_event(shotwright, finished):
    """The take is filed and its job is not over yet: the next run ends it, and makes nothing again."""
    project = finished.parent / "shotwright"
    before = cli_jobs.takes(project)
    job = cli_jobs.job_of(project, "SH020")
    cli_jobs.rewind(job, "delivered")
    ran = shotwright("generate", finished, "--json", code=0)
    assert set(ran.statuses().values()) == {"fresh"} and cli_jobs.takes(project) == before
    assert cli_jobs.states(job) == ["queued", "running", "delivered", "done"]


# -- damage -----------------------------------------------------------------------------------------


def test_damaged_events(shotwright, finished):
    """One job can't be read; the others are listed, resumed and generated."""
    project = open_jobs(finished)
    job = cli_jobs.job_of(project, "SH020")
    (job / "events.jsonl").write_text("garbage\n")
    before = cli.contents(job)
    jobs = {each["id"]: each for each in listed(shotwright("jobs", finished, "--json", code=0))}
    assert jobs[job.name]["state"] == "damaged" and str(job / "events.jsonl") in jobs[job.name]["message"]
    ran = shotwright("jobs", "resume", finished, "--json", code=1)
    states = {each["id"]: each["state"] for each in listed(ran)}
    assert states.pop(job.name) == "damaged" and list(states.values()) == ["done", "done"]
    (problem,) = ran.document["problems"]
    assert str(job / "events.jsonl") in problem["message"] and "restore it from a backup" in problem["message"]
    assert f"shotwright: {problem['message']}" in ran.err
    ran = shotwright("generate", finished, "--json", code=1)
    assert ran.statuses() == {"SH010": "fresh", "SH020": "failed", "SH030": "fresh"}
    assert str(job / "events.jsonl") in ran.problems[0]
    assert cli.contents(job) == before


@pytest.mark.parametrize("name", ["request.json", "job.json"])
def test_damaged_record(shotwright, finished, name):
    project = finished.parent / "shotwright"
    job = cli_jobs.job_of(project, "SH020")
    (job / name).write_text("{garbage")
    jobs = {each["id"]: each for each in listed(shotwright("jobs", finished, "--json", code=0))}
    assert {each["state"] for key, each in jobs.items() if key != job.name} == {"done"}
    assert jobs[job.name]["state"] == "damaged" and str(job / name) in jobs[job.name]["message"]
    # What has its take needs no job.
    assert set(shotwright("generate", finished, "--json", code=0).statuses().values()) == {"fresh"}
    assert shotwright("cut", finished, "--json", code=0).document["movie_frames"] == 9


def test_one_damaged_job_stops_no_restoring(shotwright, finished):
    """The take of another shot was lost: it is cut again from its own job, whatever is wrong with others."""
    project = finished.parent / "shotwright"
    (cli_jobs.job_of(project, "SH020") / "events.jsonl").write_text("garbage\n")
    (cli_jobs.job_of(project, "SH020") / "job.json").write_text("{garbage")
    shutil.rmtree(cli_jobs.take_of(project, "SH010"))
    ran = shotwright("cut", finished, "--json", code=0)
    assert ran.document["notes"] == ["SH010 t001 was cut again from the clip of its job."]


def test_torn_event(shotwright, finished):
    """A line that was cut short by a crash never happened."""
    project = open_jobs(finished)
    job = cli_jobs.job_of(project, "SH030")
    with (job / "events.jsonl").open("ab") as stream:
        stream.write(b'{"at":"2026-01-01T00:00:00.000+00:00","sta')
    assert listed(shotwright("jobs", finished, "--job", job.name, "--json", code=0))[0]["state"] == "delivered"
    shotwright("jobs", "resume", finished, "--job", job.name, code=0)
    assert cli_jobs.states(job)[-1] == "done"


# -- the index --------------------------------------------------------------------------------------


def test_lost_index(shotwright, finished, tmp_path):
    """It is a copy of what the folders say."""
    home = {"SHOTWRIGHT_HOME": str(tmp_path / "home")}
    project = open_jobs(finished)
    (cli_jobs.job_of(project, "SH020") / "events.jsonl").write_text("garbage\n")
    database = tmp_path / "home" / "journal.sqlite3"
    before = shotwright("jobs", finished, "--json", code=0, env=home).document
    assert database.is_file() and len(before["jobs"]) == 3
    database.unlink()
    assert shotwright("jobs", finished, "--json", code=0, env=home).document == before
    database.write_bytes(b"garbage" * 1000)
    assert shotwright("jobs", finished, "--json", code=0, env=home).document == before
    (aside,) = (path for path in database.parent.iterdir() if "damaged" in path.name)
    assert aside.read_bytes() == b"garbage" * 1000


def test_half_damaged_index(shotwright, finished, tmp_path):
    """Its first page is whole and the others are not."""
    home = {"SHOTWRIGHT_HOME": str(tmp_path / "home")}
    before = shotwright("jobs", finished, "--json", code=0, env=home).document
    database = tmp_path / "home" / "journal.sqlite3"
    data = database.read_bytes()
    database.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    assert shotwright("jobs", finished, "--json", code=0, env=home).document == before


def test_no_place_for_the_index(shotwright, finished, small_disk):
    """The folders are the truth; without an index they are read."""
    home = {"SHOTWRIGHT_HOME": str(small_disk(read_only=True) / "home")}
    assert len(listed(shotwright("jobs", finished, "--json", code=0, env=home))) == 3
    assert set(shotwright("generate", finished, "--json", code=0, env=home).statuses().values()) == {"fresh"}

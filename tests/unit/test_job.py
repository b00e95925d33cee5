"""A job's folder: written once, events only added, torn lines forgotten."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from shotwright.core.errors import StorageError
from shotwright.core.job import CLOSED, STATES, JobEvent, JobRecord, JobState, fold, may_follow
from shotwright.core.take import ClipFacts
from shotwright.jobs.job import Job, job_id, job_ids, now
from shotwright.jobs.project import Project
from support.disks import small_disk
from support.jobs import FPS, request, shot

FACTS = ClipFacts(sha256="0" * 64, bytes=1, frames=8, fps=FPS, width=64, height=48)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.ensure(tmp_path / "shotwright")


def make(project: Project, attempt: int = 1) -> Job:
    asked = request(project, shot())
    record = JobRecord(
        id=job_id(project.id, asked.digest(), attempt),
        project=project.id,
        model="animatic",
        backend="animatic",
        digest=asked.digest(),
        attempt=attempt,
        shots=(shot().id,),
        created=now(),
    )
    return Job.create(project.jobs_folder, record, asked)


def test_the_folder_is_whole_before_anything_is_asked(project: Project):
    job = make(project)
    assert sorted(path.name for path in job.folder.iterdir()) == ["events.jsonl", "job.json", "request.json"]
    assert job.folder == project.jobs_folder / job.id
    assert job.status().state == "queued"
    document = json.loads((job.folder / "job.json").read_text(encoding="utf-8"))
    assert document["schema"] == "shotwright.job.1"
    assert document["digest"] == job.request.digest()
    assert Job.open(job.folder).request == job.request
    assert list(job_ids(project.jobs_folder)) == [job.id]


def test_the_same_request_is_the_same_job(project: Project):
    one, two = make(project), make(project)
    assert one.id == two.id
    assert one.record == two.record  # the first one's
    assert make(project, attempt=2).id != one.id
    assert [path.name for path in project.jobs_folder.glob(".tmp-*")] == []


def test_events_are_added_and_add_up(project: Project):
    job = make(project)
    first = (job.folder / "events.jsonl").read_bytes()
    job.add(JobEvent(at=now(), state="running"))
    job.add(JobEvent(at=now(), state="delivered", clip=FACTS))
    job.add(JobEvent(at=now(), shot=shot().id, take="t"))
    job.add(JobEvent(at=now(), state="done", message="Zwölf Aufnahmen 🎬"))
    assert (job.folder / "events.jsonl").read_bytes().startswith(first)
    status = job.status()
    assert (status.state, status.closed, status.clip) == ("done", True, FACTS)
    assert status.takes == {shot().id: "t"}
    assert status.message == "Zwölf Aufnahmen 🎬"


def test_a_line_cut_short_never_happened(project: Project):
    """At whichever byte a crash comes, what was there before is there after it."""
    job = make(project)
    path = job.folder / "events.jsonl"
    before = path.read_bytes()
    job.add(JobEvent(at=now(), state="running", message="läuft"))
    whole = path.read_bytes()
    for length in range(len(before), len(whole) + 1):
        path.write_bytes(whole[:length])
        there = length == len(whole)
        assert job.status().state == ("running" if there else "queued")
        job.add(JobEvent(at="x", message="after"))
        assert [event.message for event in job.events()] == ["", *(["läuft"] if there else []), "after"]
        assert path.read_bytes().startswith(before)


@pytest.mark.parametrize(
    "text",
    ["nonsense\n", '{"state": "queued"}\n', '{"at": "x", "state": "gone"}\n', '{"at": "x", "other": 1}\n', "[]\n"],
)
def test_damaged_events_are_said(project: Project, text: str):
    job = make(project)
    with (job.folder / "events.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(text)
    with pytest.raises(StorageError, match=r"events\.jsonl is damaged or from a newer Shotwright"):
        job.status()


def test_events_in_an_order_that_can_not_be(project: Project):
    job = make(project)
    job.add(JobEvent(at=now(), state="cancelled"))
    job.add(JobEvent(at=now(), state="running"))
    with pytest.raises(StorageError, match="running can't follow cancelled"):
        job.status()
    (job.folder / "events.jsonl").write_bytes(b"")
    with pytest.raises(StorageError, match="there are none"):
        job.status()


def test_a_folder_changed_by_hand(project: Project):
    job = make(project)
    path = job.folder / "request.json"
    path.write_text(path.read_text(encoding="utf-8").replace("SH010", "SH011"), encoding="utf-8")
    with pytest.raises(StorageError, match="was changed by hand"):
        Job.open(job.folder)


def test_nothing_follows_a_closed_state():
    for closed, after in itertools.product(CLOSED, STATES):
        assert not may_follow(closed, after)
    assert {"done", "failed", "cancelled"} == CLOSED


def test_every_state_can_be_reached_and_left_for_a_closed_one():
    reached: set[JobState] = set()
    waiting: list[JobState | None] = [None]
    while waiting:
        state = waiting.pop()
        for after in STATES:
            if may_follow(state, after) and after not in reached:
                reached.add(after)
                waiting.append(after)
    assert reached == set(STATES)
    for state in set(STATES) - CLOSED:
        assert may_follow(state, "cancelled")
    assert fold([JobEvent(at="1", state="queued"), JobEvent(at="2", state="running")]).changed == "2"


def test_a_full_disk_leaves_the_events_whole(project: Project, tmp_path: Path):
    with small_disk(tmp_path / "disk", "256k") as disk:
        job = make(Project.ensure(disk / "shotwright", project.id))
        before = job.events()
        filler = disk / "filler"
        with pytest.raises(OSError, match="space"), filler.open("wb", buffering=0) as stream:
            while True:
                stream.write(bytes(4096))
        with pytest.raises(StorageError, match="the disk is full"):
            for _ in range(500):
                job.add(JobEvent(at=now(), message="x" * 500))
        left = job.events()
        assert left[: len(before)] == before
        filler.unlink()
        job.add(JobEvent(at=now(), state="running"))
        assert job.status().state == "running"

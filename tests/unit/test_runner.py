"""A job from its request to its takes, and what is left of it at any instant."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from shotwright.core.errors import (
    BadInput,
    JobBusy,
    JobCancelled,
    MediaError,
    Refused,
    ShotwrightError,
    Stopped,
    StorageError,
)
from shotwright.core.framerate import FrameRate
from shotwright.core.ports import Assignment
from shotwright.core.shot import Handles
from shotwright.core.take import Request, parse_take
from shotwright.jobs.files import is_intact
from shotwright.jobs.index import Index
from shotwright.jobs.job import Job
from shotwright.jobs.project import Project
from shotwright.jobs.runner import cancel, close_filed, drive, find_job, job_for, restore
from shotwright.jobs.takes import chosen_take
from shotwright.media.movie import count_frames
from support.disks import small_disk
from support.jobs import FPS, TestBackend, movie, package, request, shot


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("SHOTWRIGHT_HOME", str(tmp_path / "home"))
    return Project.ensure(tmp_path / "shotwright")


def quiet(_done: int, _total: int) -> None:
    """No progress."""


def states(job: Job) -> list[str]:
    return [event.state for event in job.events() if event.state]


def whole(project: Project, shot_id: str) -> list[str]:
    """Labels of the takes of a shot, each of them undamaged."""
    found = project.takes(shot_id)
    assert all(is_intact(folder, take.file) for folder, take in found)
    return [take.label for _, take in found]


# --- the way through ------------------------------------------------------------------------------------------------


def test_a_job_ends_in_a_take(project: Project):
    of = shot()
    asked = request(project, of)
    backend = TestBackend()
    job = job_for(project, asked, backend)
    ((folder, take),) = drive(project, job, backend, quiet)
    assert states(job) == ["queued", "running", "delivered", "done"]
    assert folder == project.shot_folder(of.id) / "takes" / "t001-animatic"
    assert (take.label, take.job, take.request, take.model) == ("t001", job.id, asked, "animatic")
    assert (take.first, take.last, take.start, take.end, take.frames) == (0, 7, 1, 5, 8)
    assert (take.head, take.tail, take.fps) == (1, 2, FPS)
    assert (take.conform.method, take.conform.held, take.conform.scaled, take.conform.notes) == ("exact", 0, False, ())
    assert count_frames(folder / take.file.name) == 8
    assert take.clip == job.status().clip
    assert count_frames(job.clip) == 8
    document = json.loads((folder / "take.json").read_text(encoding="utf-8"))
    assert document["schema"] == "shotwright.take.2"
    assert parse_take(document) == take


def test_a_done_job_is_driven_again_for_nothing(project: Project):
    backend = TestBackend()
    asked = request(project, shot())
    job = job_for(project, asked, backend)
    first = drive(project, job, backend, quiet)
    assert job_for(project, asked, backend).id == job.id
    assert drive(project, job, backend, quiet) == first
    assert backend.asked == 1
    assert whole(project, shot().id) == ["t001"]


def test_again_is_another_job_and_another_take(project: Project):
    backend = TestBackend()
    asked = request(project, shot())
    ids = [job_for(project, asked, backend, again=bool(n)).id for n in (0,)]
    drive(project, job_for(project, asked, backend), backend, quiet)
    job = job_for(project, asked, backend, again=True)
    assert job.id not in ids
    assert job.record.attempt == 2
    drive(project, job, backend, quiet)
    assert whole(project, shot().id) == ["t001", "t002"]
    assert find_job(project, asked)[1] == 2


def test_one_clip_of_three_shots_is_cut_back_into_their_takes(project: Project):
    shots = [shot("SH010"), shot("SH020", 10, 21, handles=Handles()), shot("SH030", 1, 1)]
    asked = request(project, *shots)
    backend = TestBackend()
    job = job_for(project, asked, backend)
    kept = drive(project, job, backend, quiet)
    assert backend.asked == 1
    assert [take.shot for _, take in kept] == [each.id for each in shots]
    assert [count_frames(folder / take.file.name) for folder, take in kept] == [8, 12, 4]
    assert [(take.conform.begin, take.conform.end) for _, take in kept] == [("0", "1/3"), ("1/3", "5/6"), ("5/6", "1")]
    assert set(job.status().takes) == {each.id for each in shots}
    # Asked for alone, the same references are the same request of that shot.
    alone = request(project, shots[1])
    assert alone.digest() != asked.digest()
    assert alone.digest_for(shots[1].id) == asked.digest_for(shots[1].id)


def test_shots_of_two_sizes_are_no_request(project: Project):
    with pytest.raises(BadInput, match="SH010 and SH020 differ in size or frame rate"):
        request(project, shot("SH010"), shot("SH020", width=32))
    with pytest.raises(BadInput, match="differ in size or frame rate"):
        request(project, shot("SH010"), shot("SH030", fps=FrameRate(num=25, den=1)))


def test_a_lost_take_is_cut_again_and_is_the_same_take(project: Project):
    backend = TestBackend()
    job = job_for(project, request(project, shot("SH010"), shot("SH020")), backend)
    kept = drive(project, job, backend, quiet)
    shutil.rmtree(kept[0][0])
    again = restore(project, project.jobs(), shot("SH010").id, kept[0][1].id)
    assert again is not None
    assert (again[1].id, again[1].file.sha256) == (kept[0][1].id, kept[0][1].file.sha256)
    assert backend.asked == 1
    assert restore(project, project.jobs(), shot("SH010").id, "another") is None
    job.clip.unlink()
    shutil.rmtree(again[0])
    assert restore(project, project.jobs(), shot("SH010").id) is None


def test_a_damaged_take_is_cut_again_beside_it(project: Project):
    backend = TestBackend()
    job = job_for(project, request(project, shot()), backend)
    ((folder, take),) = drive(project, job, backend, quiet)
    (folder / take.file.name).write_bytes(b"damaged")
    ((folder, take),) = drive(project, job, backend, quiet)
    assert folder.name == "t002-animatic"
    assert is_intact(folder, take.file)


def test_a_restored_take_is_as_old_as_it_was(project: Project):
    """It comes back with another number, and is not the newest for that."""
    backend = TestBackend()
    asked = request(project, shot())
    kept = [drive(project, job_for(project, asked, backend, again=n > 0), backend, quiet)[0] for n in range(2)]
    shutil.rmtree(kept[0][0])
    restore(project, project.jobs(), shot().id, kept[0][1].id)
    assert [take.id for _, take in project.takes(shot().id)] == [kept[0][1].id, kept[1][1].id]
    restored = chosen_take(project, shot().id)
    assert restored is not None and restored[1].id == kept[1][1].id


def test_jobs_that_were_deleted_leave_their_numbers(project: Project):
    """Another take is asked for: the clip is not thrown away because a take of that job's UUID is there."""
    backend = TestBackend()
    asked = request(project, shot())
    drive(project, job_for(project, asked, backend), backend, quiet)
    shutil.rmtree(project.jobs_folder)
    job = job_for(project, asked, backend, again=True)
    assert job.record.attempt == 2
    drive(project, job, backend, quiet)
    assert whole(project, shot().id) == ["t001", "t002"]


def test_only_a_job_whose_takes_are_filed_is_closed_for_nothing(project: Project):
    backend = TestBackend()
    asked = request(project, shot())
    job = job_for(project, asked, backend)
    drive(project, job, backend, quiet)
    events = job.folder / "events.jsonl"
    lines = events.read_text(encoding="utf-8").splitlines(keepends=True)
    events.write_text("".join(line for line in lines if '"done"' not in line), encoding="utf-8")
    assert job.status().state == "delivered"
    assert close_filed(project, job)
    assert job.status().state == "done"
    another = job_for(project, asked, backend, again=True)
    assert not close_filed(project, another)
    assert (another.status().state, backend.asked) == ("queued", 1)


def test_a_clip_that_rotted_before_it_was_looked_at_ends_the_job(project: Project):
    job = job_for(project, request(project, shot()), TestBackend())
    with pytest.raises(Stopped):
        drive(project, job, TestBackend(fails(Stopped("stop"))), quiet)
    job.clip.write_bytes(b"rot")
    with pytest.raises(MediaError, match="SH010"):
        drive(project, job, TestBackend(), quiet)
    assert job.status().state == "failed"
    assert (job.folder / "damaged.mp4").read_bytes() == b"rot"


# --- what comes back ------------------------------------------------------------------------------------------------


def delivers(frames: int, fps: FrameRate = FPS, size: tuple[int, int] = (64, 48)) -> TestBackend:
    return TestBackend(lambda order: (movie(order.clip, frames, fps, size), None)[1])


def test_a_shorter_clip_is_held_or_retimed_and_said(project: Project):
    asked = request(project, shot())
    short = delivers(5)
    ((_, held),) = drive(project, job_for(project, asked, short), short, quiet)
    assert (held.frames, held.conform.method, held.conform.held) == (8, "hold", 3)
    assert "SH010" in held.conform.notes[0]
    ((_, slow),) = drive(project, job_for(project, asked, short, again=True, short="retime"), short, quiet)
    assert (slow.frames, slow.conform.method, slow.conform.speed) == (8, "retime", "5/8")


def test_a_longer_clip_of_another_rate_and_size_is_conformed(project: Project):
    other = delivers(40, FrameRate(num=30, den=1), (128, 96))
    ((folder, take),) = drive(project, job_for(project, request(project, shot()), other), other, quiet)
    assert (take.frames, take.fps, take.width, take.height) == (8, FPS, 64, 48)
    assert (take.conform.method, take.conform.resampled, take.conform.scaled) == ("trim", True, True)
    assert count_frames(folder / take.file.name) == 8
    assert take.clip is not None
    assert (take.clip.frames, take.clip.fps, take.clip.width) == (40, FrameRate(num=30, den=1), 128)


def no_movie(order: Assignment) -> None:
    order.clip.write_bytes(b"<html>502 Bad Gateway</html>")


def nothing(_order: Assignment) -> None:
    """A backend that makes no file."""


def fails(error: BaseException) -> Callable[[Assignment], None]:
    def work(order: Assignment) -> None:
        order.clip.write_bytes(b"half a clip")
        raise error

    return work


@pytest.mark.parametrize(
    ("work", "kind", "said"),
    [
        (no_movie, MediaError, "SH010: animatic made a clip that can't be used"),
        (nothing, MediaError, "SH010: animatic made no clip"),
        (fails(MediaError("It broke.")), MediaError, "It broke."),
        (fails(RuntimeError("a bug")), RuntimeError, "a bug"),
    ],
)
def test_what_definitely_went_wrong_ends_the_job(project: Project, work: Any, kind: type[Exception], said: str):
    asked = request(project, shot())
    backend = TestBackend(work)
    job = job_for(project, asked, backend)
    with pytest.raises(kind, match=said):
        drive(project, job, backend, quiet)
    assert job.status().state == "failed"
    assert said in job.status().message
    assert project.takes(shot().id) == []
    assert [path.name for path in job.folder.iterdir() if path.name.startswith(".tmp-") or path.suffix == ".mp4"] == []
    with pytest.raises(BadInput, match="was failed meanwhile"):
        drive(project, job, backend, quiet)
    good = TestBackend()
    after = job_for(project, asked, good)
    assert after.record.attempt == 2
    drive(project, after, good, quiet)
    assert whole(project, shot().id) == ["t001"]


@pytest.mark.parametrize("error", [Stopped("stop"), KeyboardInterrupt(), StorageError("the disk is full")])
def test_an_interrupted_job_waits_and_goes_on(project: Project, error: BaseException):
    asked = request(project, shot())
    job = job_for(project, asked, TestBackend())
    with pytest.raises(type(error)):
        drive(project, job, TestBackend(fails(error)), quiet)
    assert states(job) == ["queued", "running"]
    assert job_for(project, asked, TestBackend()).id == job.id
    backend = TestBackend()
    drive(project, job, backend, quiet)
    assert states(job) == ["queued", "running", "running", "delivered", "done"]


def test_references_that_changed_end_the_job(project: Project):
    asked = request(project, shot())
    backend = TestBackend()
    job = job_for(project, asked, backend)
    next(project.folder.glob("shots/*/refs/*/clay.mp4")).write_bytes(b"other")
    with pytest.raises(BadInput, match=r"SH010: its reference clay\.mp4 is gone or changed"):
        drive(project, job, backend, quiet)
    assert (job.status().state, backend.asked) == ("failed", 0)


# --- what costs is never asked for twice ----------------------------------------------------------------------------


def test_a_lost_answer_is_unknown_and_never_asked_again(project: Project):
    backend = TestBackend(fails(Stopped("the power went")), repeatable=False)
    job = job_for(project, request(project, shot()), backend)
    with pytest.raises(Stopped):
        drive(project, job, backend, quiet)
    paid = TestBackend(repeatable=False)
    for _ in range(2):
        with pytest.raises(Refused, match="asking again may cost twice"):
            drive(project, job, paid, quiet)
        assert job.status().state == "unknown"
    assert paid.asked == 0
    assert job_for(project, job.request, paid).id == job.id  # and no other job for it
    assert "was cancelled" in cancel(job)
    assert job.status().state == "cancelled"


def test_a_paid_clip_that_can_not_be_used_is_kept(project: Project):
    backend = TestBackend(no_movie, repeatable=False)
    job = job_for(project, request(project, shot()), backend)
    with pytest.raises(MediaError):
        drive(project, job, backend, quiet)
    assert (job.folder / "damaged.mp4").read_bytes() == b"<html>502 Bad Gateway</html>"


def test_a_delivered_clip_is_never_asked_for_again(project: Project, tmp_path: Path):
    """The disk fills up between the clip and take.json."""
    with small_disk(tmp_path / "disk", "1500k") as disk:
        small = Project.ensure(disk / "shotwright", project.id)
        asked = request(small, shot())
        backend = TestBackend(repeatable=False)
        job = job_for(small, asked, backend)
        filler = disk / "filler"

        def fill_up(order: Assignment) -> None:
            TestBackend.plain(order)
            with filler.open("wb", buffering=0) as stream:
                stream.write(bytes(shutil.disk_usage(disk).free))

        backend = TestBackend(fill_up, repeatable=False)
        with pytest.raises(ShotwrightError, match="disk is full"):
            drive(small, job, backend, quiet)
        assert (job.status().state, job.clip.is_file()) == ("delivered", True)
        assert small.takes(shot().id) == []
        filler.unlink()
        ((folder, take),) = drive(small, job, backend, quiet)
        assert is_intact(folder, take.file)
        assert (backend.asked, job.status().state) == (1, "done")


# --- cancelling -----------------------------------------------------------------------------------------------------


def test_a_job_that_waits_is_cancelled_at_once(project: Project):
    backend = TestBackend()
    job = job_for(project, request(project, shot()), backend)
    assert cancel(job) == "The job of SH010 was cancelled."
    assert states(job) == ["queued", "cancelled"]
    with pytest.raises(BadInput, match="cancelled already: there is nothing to cancel"):
        cancel(job)
    assert job_for(project, job.request, backend).record.attempt == 2


def test_a_job_that_runs_is_cancelled_by_its_driver(project: Project):
    running = threading.Event()

    def endless(order: Assignment) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            running.set()
            order.progress(1, 100)
            time.sleep(0.01)

    backend = TestBackend(endless)
    job = job_for(project, request(project, shot()), backend)
    raised: list[BaseException] = []

    def work() -> None:
        try:
            drive(project, job, backend, quiet)
        except JobCancelled as error:
            raised.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    running.wait(10)
    assert "was asked to end" in cancel(job)
    thread.join(10)
    assert [str(error) for error in raised] == ["SH010 was cancelled."]
    assert states(job) == ["queued", "running", "cancelled"]
    assert not job.clip.exists()


def test_two_drive_one_job_once(project: Project):
    gate = threading.Event()
    backend = TestBackend(lambda order: (gate.wait(10), TestBackend.plain(order))[1])
    job = job_for(project, request(project, shot()), backend)
    thread = threading.Thread(target=lambda: drive(project, job, backend, quiet))
    thread.start()
    deadline = time.monotonic() + 10
    while backend.asked == 0 and time.monotonic() < deadline:
        time.sleep(0.01)
    with pytest.raises(JobBusy, match=rf"SH010: It is being made by process {os.getpid()}"):
        drive(project, job, backend, quiet)
    gate.set()
    thread.join(20)
    assert backend.asked == 1
    assert whole(project, shot().id) == ["t001"]


# --- kill -9 --------------------------------------------------------------------------------------------------------

_FILE_EVENTS = {"open", "os.rename", "os.mkdir", "os.link", "os.remove", "os.rmdir", "os.truncate", "shutil.rmtree"}
INSTANTS = 24


def in_a_child(work: Callable[[], None]) -> int:
    """Run `work` in a forked process; returns the signal that ended it, else 0."""
    pid = os.fork()
    if not pid:
        try:
            work()
        finally:
            os._exit(0)
    return os.WTERMSIG(os.waitpid(pid, 0)[1])


def work_in(project: Project, asked: Request, tally: Path, kill_at: int, count: Path | None = None) -> None:
    """The whole way of a job. Before the `kill_at`-th change of a file in the project the process is killed."""
    seen = [0]

    def look(event: str, arguments: tuple[Any, ...]) -> None:
        ours = event == "subprocess.Popen" or (
            event in _FILE_EVENTS and str(arguments[0]).startswith(str(project.folder))
        )
        if ours and not (event == "open" and str(arguments[1]) in ("r", "rb")):
            seen[0] += 1
            if seen[0] == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(look)

    def generate(order: Assignment) -> None:
        with tally.open("a") as stream:
            stream.write("asked\n")
        TestBackend.plain(order)

    backend = TestBackend(generate)
    drive(project, job_for(project, asked, backend), backend, quiet)
    if count:
        count.write_text(str(seen[0]))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_any_instant_it_goes_on(project: Project, tmp_path: Path):
    """24 instants from the first folder to the last event; nothing is lost, nothing is made twice."""
    shots = [shot("SH010"), shot("SH020")]
    count = tmp_path / "count"
    full = Project.ensure(tmp_path / "full" / "shotwright", project.id)
    assert in_a_child(lambda: work_in(full, request(full, *shots), tmp_path / "tally", 0, count)) == 0
    total = int(count.read_text())
    assert total > INSTANTS
    instants = sorted({1 + (total - 1) * n // (INSTANTS - 1) for n in range(INSTANTS)})
    assert len(instants) == INSTANTS
    left: list[str] = []
    for instant in instants:
        film = Project.ensure(tmp_path / str(instant) / "shotwright", project.id)
        asked = request(film, *shots)
        tally = tmp_path / f"tally-{instant}"
        tally.touch()
        assert in_a_child(lambda f=film, a=asked, t=tally, n=instant: work_in(f, a, t, n)) == signal.SIGKILL
        found, _ = find_job(film, asked)
        state = found.status().state if found else "nothing"
        left.append(state)
        had_clip = found is not None and found.clip.is_file()
        before = tally.read_text().count("asked")
        backend = TestBackend()
        job = job_for(film, asked, backend)
        assert found is None or job.id == found.id
        kept = drive(film, job, backend, quiet)
        assert job.status().state == "done"
        assert [job.id for job in film.jobs()] == [job.id]
        assert backend.asked == (0 if had_clip else 1)
        assert before <= 1
        for each, (_, take) in zip(shots, kept, strict=True):
            assert whole(film, each.id) == ["t001"]
            assert take.job == job.id
        with Index() as index:
            index.refresh(film)
            followed = index.content()
            index.rebuild(film)
            assert index.content() == followed
    assert set(left) >= {"nothing", "queued", "running", "delivered"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_two_processes_never_drive_one_job(project: Project, tmp_path: Path):
    asked = request(project, shot())
    tally = tmp_path / "tally"
    tally.touch()

    def work() -> None:
        def generate(order: Assignment) -> None:
            with tally.open("a") as stream:
                stream.write("asked\n")
            time.sleep(0.3)
            TestBackend.plain(order)

        backend = TestBackend(generate)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                drive(project, job_for(project, asked, backend), backend, quiet)
                return
            except JobBusy:
                time.sleep(0.01)

    children: list[int] = []
    for _ in range(4):
        pid = os.fork()
        if not pid:
            try:
                work()
            finally:
                os._exit(0)
        children.append(pid)
    for pid in children:
        os.waitpid(pid, 0)
    assert tally.read_text() == "asked\n"
    assert whole(project, shot().id) == ["t001"]


def test_packages_are_what_the_request_says(project: Project):
    """The support module makes what the tests above stand on."""
    of = shot()
    made = package(project, of)
    assert project.package(of, made.fingerprint) == made
    assert made.frames == 8

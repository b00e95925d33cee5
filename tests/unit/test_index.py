"""The index over jobs and takes: a copy of what the folders say, at any time."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from pathlib import Path

import pytest
from shotwright.core.job import JobEvent
from shotwright.jobs import index as module
from shotwright.jobs.index import Index
from shotwright.jobs.job import Job, now
from shotwright.jobs.project import Project
from shotwright.jobs.runner import cancel, drive, job_for
from support.jobs import TestBackend, request, shot


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHOTWRIGHT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.ensure(tmp_path / "film" / "shotwright")


def quiet(_done: int, _total: int) -> None:
    """No progress."""


def fill(project: Project) -> list[Job]:
    """A done job of two shots, a cancelled one and one that waits."""
    backend = TestBackend()
    both = job_for(project, request(project, shot("SH010"), shot("SH020")), backend)
    drive(project, both, backend, quiet)
    cancelled = job_for(project, request(project, shot("SH030")), backend)
    cancel(cancelled)
    return [both, cancelled, job_for(project, request(project, shot("SH040")), backend)]


def test_rebuilt_from_the_folders_it_is_equal(project: Project, home: Path):
    """Whether it followed the work step by step, or read everything afterwards."""
    with Index() as index:
        index.refresh(project)
        jobs = fill(project)
        index.refresh(project)
        jobs[2].add(JobEvent(at=now(), state="running"))
        index.refresh(project)
        followed = index.content()
        assert len(followed["jobs"]) == 3
        assert len(followed["takes"]) == 2
        index.rebuild(project)
        assert index.content() == followed
    with Index(home / "another.sqlite3") as other:
        other.refresh(project)
        assert other.content() == followed


def test_what_a_list_shows(project: Project):
    jobs = fill(project)
    with Index() as index:
        index.refresh(project)
        rows = index.jobs(project)
    assert [(row.id, row.state, row.numbers) for row in rows] == [
        (jobs[0].id, "done", ("SH010", "SH020")),
        (jobs[1].id, "cancelled", ("SH030",)),
        (jobs[2].id, "queued", ("SH040",)),
    ]
    assert set(rows[0].takes) == {shot("SH010").id, shot("SH020").id}
    assert rows[1].message == "SH030 was cancelled."


def test_what_is_gone_from_the_disk_is_gone_from_the_index(project: Project):
    jobs = fill(project)
    with Index() as index:
        index.refresh(project)
        shutil.rmtree(jobs[1].folder)
        shutil.rmtree(next(project.folder.glob("shots/*-sh010/takes/t001-*")))
        index.refresh(project)
        assert [row.id for row in index.jobs(project)] == [jobs[0].id, jobs[2].id]
        assert len(index.content()["takes"]) == 1


def test_a_damaged_job_is_a_row_of_its_own(project: Project):
    jobs = fill(project)
    (jobs[0].folder / "request.json").write_text("{", encoding="utf-8")
    with Index() as index:
        index.refresh(project)
        row = index.jobs(project)[0]
    assert (row.id, row.state) == (jobs[0].id, "damaged")
    assert "request.json is damaged" in row.message


def test_films_do_not_mix(project: Project, tmp_path: Path):
    other = Project.ensure(tmp_path / "other" / "shotwright")
    fill(project)
    fill(other)
    with Index() as index:
        index.refresh(project)
        index.refresh(other)
        assert len(index.jobs(project)) == len(index.jobs(other)) == 3
        assert len(index.jobs()) == 6
        index.rebuild(other)
        assert len(index.jobs(project)) == 3


@pytest.mark.parametrize("content", [b"", b"no database at all", b"SQLite format 3\0" + bytes(200)])
def test_a_damaged_database_is_made_anew(project: Project, home: Path, content: bytes):
    fill(project)
    home.mkdir(parents=True, exist_ok=True)
    (home / "journal.sqlite3").write_bytes(content)
    with Index() as index:
        index.refresh(project)
        assert len(index.jobs(project)) == 3
    aside = [path for path in home.iterdir() if ".damaged-" in path.name]
    assert [path.read_bytes() for path in aside] == ([content] if content else [])


def test_a_database_of_a_newer_version_is_left_alone(project: Project, home: Path):
    with Index():
        pass
    with sqlite3.connect(home / "journal.sqlite3") as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    fill(project)
    with Index() as index:  # in memory, and as good
        index.refresh(project)
        assert len(index.jobs(project)) == 3
    with sqlite3.connect(home / "journal.sqlite3") as db:
        assert db.execute("PRAGMA user_version").fetchone() == (99,)
    db.close()


def test_the_oldest_database_is_brought_up(home: Path):
    """Every version there was can be opened by this one."""
    for version in range(len(module._MIGRATIONS) + 1):
        path = home / f"v{version}.sqlite3"
        path.parent.mkdir(parents=True, exist_ok=True)
        with sqlite3.connect(path) as db:
            for script in module._MIGRATIONS[:version]:
                db.executescript(script)
            db.execute(f"PRAGMA user_version = {version}")
        db.close()
        with Index(path) as index:
            assert index.content() == {"projects": [], "jobs": [], "takes": []}


def test_two_at_once(project: Project):
    """Two processes of one user refresh the same index."""
    fill(project)
    errors: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(10):
                with Index() as index:
                    index.rebuild(project)
                    assert len(index.content()["jobs"]) == 3
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_no_place_for_it(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The folders are the truth: they are read each time."""
    fill(project)
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("SHOTWRIGHT_HOME", os.fspath(tmp_path / "file" / "home"))
    with Index() as index:
        index.refresh(project)
        assert len(index.jobs(project)) == 3


def test_damage_further_in(project: Project, home: Path):
    """The first page is whole and the others are not."""
    fill(project)
    with Index() as index:
        index.refresh(project)
        before = index.content()
    path = home / "journal.sqlite3"
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    with Index() as index:
        index.refresh(project)
        assert index.content() == before

"""Every job and take this user has, of every film: an index over their folders, for lists and sums.

The folders are the truth; the index is a copy in the per-user data folder that can be made again at any time. It
never stops the work: what can't be written there is found in the folders the next time.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..core.errors import StorageError
from .home import user_data_folder
from .job import Job, job_ids
from .project import Project

__all__ = ["Index", "JobRow"]

_NAME = "journal.sqlite3"

_MIGRATIONS = (
    """
    CREATE TABLE projects (id TEXT, folder TEXT, PRIMARY KEY (id, folder));
    CREATE TABLE jobs (
        folder TEXT, id TEXT, project TEXT, model TEXT, backend TEXT, digest TEXT, attempt INTEGER, shots TEXT,
        numbers TEXT, created TEXT, changed TEXT, state TEXT, message TEXT, takes TEXT, stamp TEXT,
        PRIMARY KEY (folder, id)
    );
    CREATE TABLE takes (
        folder TEXT, path TEXT, id TEXT, shot TEXT, label TEXT, model TEXT, job TEXT, sha256 TEXT, created TEXT,
        PRIMARY KEY (folder, path)
    );
    """,
)
"""One script per version of the database (`PRAGMA user_version`); a script that was published never changes."""


@dataclass(frozen=True)
class JobRow:
    """A job as a list shows it."""

    folder: str
    """The project folder."""
    id: str
    model: str
    shots: tuple[str, ...]
    numbers: tuple[str, ...]
    created: str
    changed: str
    state: str
    message: str
    takes: dict[str, str]
    """Take UUID by shot UUID."""


class Index:
    """The database; a context manager. Where there is no place for it, it is made in memory and forgotten."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or user_data_folder() / _NAME
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._db = self._open(self.path)
        except (OSError, StorageError, sqlite3.OperationalError):  # read-only, full, locked, of a newer Shotwright
            self._db = self._open(":memory:")
        except sqlite3.DatabaseError:
            self._db = self._open_anew()

    def _open(self, place: Path | str) -> sqlite3.Connection:
        db = sqlite3.connect(place, timeout=10.0, isolation_level=None)
        try:
            (version,) = db.execute("PRAGMA user_version").fetchone()
            if version > len(_MIGRATIONS):
                raise StorageError(f"{self.path} was written by a newer Shotwright: update this one, or move it away.")
            if version < len(_MIGRATIONS):
                db.execute("BEGIN IMMEDIATE")
                (version,) = db.execute("PRAGMA user_version").fetchone()  # another may have been quicker
                for number in range(version, len(_MIGRATIONS)):
                    for statement in filter(str.strip, _MIGRATIONS[number].split(";")):
                        db.execute(statement)
                    db.execute(f"PRAGMA user_version = {number + 1}")
                db.execute("COMMIT")
        except BaseException:
            db.close()
            raise
        return db

    def _open_anew(self) -> sqlite3.Connection:
        """A damaged database goes aside: all that was in it is in the folders."""
        try:
            if self.path.exists():
                self.path.replace(self.path.with_name(f"{_NAME}.damaged-{uuid.uuid4().hex[:8]}"))
            return self._open(self.path)
        except (sqlite3.DatabaseError, OSError):
            return self._open(":memory:")

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    # -- from the folders -------------------------------------------------------------------------

    def refresh(self, project: Project) -> None:
        """Bring the rows of a project up to its folders; only jobs whose events grew are read."""
        self._safely(lambda: self._read(project))

    def rebuild(self, project: Project) -> None:
        """Forget what is known of a project and read all of its folders."""

        def work() -> None:
            for table in ("projects", "jobs", "takes"):
                self._db.execute(f"DELETE FROM {table} WHERE folder = ?", (str(project.folder),))
            self._read(project)

        self._safely(work)

    def _safely(self, work: Callable[[], None]) -> None:
        """Do it all or not at all; in a new database where this one is damaged, in memory where none can be."""
        places = iter((self._open_anew, lambda: self._open(":memory:")))
        while True:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                try:
                    work()
                except BaseException:
                    with suppress(sqlite3.Error):
                        self._db.execute("ROLLBACK")
                    raise
                self._db.execute("COMMIT")
                return
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):
                    next(places, None)  # it is good, and can't be written now
                place = next(places, None)
                if place is None:
                    raise
                self._db.close()
                self._db = place()

    def _read(self, project: Project) -> None:
        folder = str(project.folder)
        self._db.execute("INSERT OR IGNORE INTO projects VALUES (?, ?)", (project.id, folder))
        self._refresh_jobs(project, folder)
        self._refresh_takes(project, folder)

    def _refresh_jobs(self, project: Project, folder: str) -> None:
        known = dict(self._db.execute("SELECT id, stamp FROM jobs WHERE folder = ?", (folder,)))
        there = set(job_ids(project.jobs_folder))
        for gone in known.keys() - there:
            self._db.execute("DELETE FROM jobs WHERE folder = ? AND id = ?", (folder, gone))
        for each in sorted(there):
            place = project.jobs_folder / each
            if known.get(each) != _stamp(place):
                self._write_job(folder, place)

    def _write_job(self, folder: str, place: Path) -> None:
        stamp = _stamp(place)
        try:
            job = Job.open(place)
            status = job.status()
        except StorageError as error:
            row = (folder, place.name, "", "", "", "", 0, "[]", "[]", "", "", "damaged", str(error), "{}", stamp)
        else:
            record = job.record
            row = (
                folder,
                *(record.id, record.project, record.model, record.backend, record.digest, record.attempt),
                *(json.dumps(record.shots), json.dumps([shot.number for shot in job.request.shots])),
                *(record.created, status.changed, status.state, status.message, json.dumps(status.takes), stamp),
            )
        self._db.execute(f"INSERT OR REPLACE INTO jobs VALUES ({', '.join('?' * len(row))})", row)

    def _refresh_takes(self, project: Project, folder: str) -> None:
        known = {path for (path,) in self._db.execute("SELECT path FROM takes WHERE folder = ?", (folder,))}
        there: set[str] = set()
        for path in project.folder.glob("shots/*/takes/t*/take.json"):
            place = path.parent.relative_to(project.folder).as_posix()
            there.add(place)
            if place in known:
                continue  # what is written never changes
            with suppress(StorageError):
                take = project.take(path.parent)
                row = (folder, place, take.id, take.shot, take.label, take.model, take.job)
                self._db.execute(
                    "INSERT OR REPLACE INTO takes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (*row, take.file.sha256, take.created),
                )
        for gone in known - there:
            self._db.execute("DELETE FROM takes WHERE folder = ? AND path = ?", (folder, gone))

    # -- lists ------------------------------------------------------------------------------------

    def jobs(self, project: Project | None = None) -> list[JobRow]:
        """The jobs of a project, or of all of them, oldest first."""
        query = "SELECT folder, id, model, shots, numbers, created, changed, state, message, takes FROM jobs"
        where, values = (" WHERE folder = ?", (str(project.folder),)) if project else ("", ())
        rows = self._db.execute(f"{query}{where} ORDER BY created, id", values)
        return [
            JobRow(
                folder=row[0],
                id=row[1],
                model=row[2],
                shots=tuple(json.loads(row[3])),
                numbers=tuple(json.loads(row[4])),
                created=row[5],
                changed=row[6],
                state=row[7],
                message=row[8],
                takes=json.loads(row[9]),
            )
            for row in rows
        ]

    def content(self) -> dict[str, list[tuple[object, ...]]]:
        """Everything in the index, in a stable order: two that are equal tell the same."""
        return {
            table: sorted(self._db.execute(f"SELECT * FROM {table}"), key=repr)
            for table in ("projects", "jobs", "takes")
        }


def _stamp(place: Path) -> str:
    """What changes when a file of a job's folder is written."""
    found: list[str] = []
    for name in ("events.jsonl", "job.json", "request.json"):
        try:
            status = (place / name).stat()
            found.append(f"{status.st_size}:{status.st_mtime_ns}")
        except OSError:
            found.append("gone")
    return " ".join(found)

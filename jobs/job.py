"""A job on disk: `jobs/<uuid>/` with request.json, job.json, events.jsonl and, once it is here, clip.mp4."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..core.errors import StorageError, storage_error
from ..core.job import JobEvent, JobRecord, JobStatus, fold
from ..core.take import Request
from .files import STAGING, load, publish, staging, write_json

__all__ = ["Job", "job_id", "job_ids", "now"]

_CANCEL = "cancel"


def now() -> str:
    """This moment, UTC, ISO 8601 with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def job_id(project_id: str, digest: str, attempt: int) -> str:
    """The UUID of the `attempt`-th job (from 1) for a request in a project: whoever makes it, it is the same job."""
    return str(uuid.uuid5(uuid.UUID(project_id), f"{digest} {attempt}"))


def job_ids(jobs: Path) -> Iterator[str]:
    """The jobs in a folder, in order of their ids."""
    names = (path.parent.name for path in jobs.glob("*/job.json"))
    yield from sorted(name for name in names if not name.startswith(STAGING))


class Job:
    """One job. `request.json` and `job.json` never change; `events.jsonl` only grows, by whoever has the lease."""

    def __init__(self, folder: Path, record: JobRecord, request: Request) -> None:
        self.folder = folder
        self.record = record
        self.request = request

    @classmethod
    def create(cls, jobs: Path, record: JobRecord, request: Request) -> Job:
        """A new job, queued; the one that is there when somebody else made it first. Raises StorageError."""
        final = jobs / record.id
        with staging(jobs) as folder:
            write_json(folder / "request.json", request.document())
            write_json(folder / "job.json", record.document())
            (folder / "events.jsonl").write_bytes(_line(JobEvent(at=record.created, state="queued")))
            publish(folder, final)
        return cls.open(final)

    @classmethod
    def open(cls, folder: Path) -> Job:
        """The job in a folder. Raises StorageError when it is damaged."""
        record = load(folder / "job.json", JobRecord.model_validate)
        request = load(folder / "request.json", Request.model_validate)
        if record.id != folder.name or request.digest() != record.digest:
            raise StorageError(f"{folder} was changed by hand: restore it from a backup, or move it away.")
        return cls(folder, record, request)

    @property
    def id(self) -> str:
        """UUID of the job, and the name of its folder."""
        return self.record.id

    @property
    def clip(self) -> Path:
        """Where the clip is once it was delivered; whole when it is there."""
        return self.folder / "clip.mp4"

    @property
    def title(self) -> str:
        """The numbers of its shots, for sentences."""
        return " + ".join(shot.number for shot in self.request.shots)

    # -- events -----------------------------------------------------------------------------------

    @property
    def _events(self) -> Path:
        return self.folder / "events.jsonl"

    def events(self) -> list[JobEvent]:
        """Everything that happened so far. A line that was cut short by a crash never happened.

        Raises StorageError when a whole line can't be read.
        """
        try:
            data = self._events.read_bytes()
        except OSError as error:
            raise StorageError(f"Can't read {self._events}: {error.strerror or error}.") from error
        whole, _, _ = data.rpartition(b"\n")
        try:
            return [JobEvent.model_validate(json.loads(line)) for line in whole.split(b"\n") if line.strip()]
        except (ValidationError, ValueError) as error:
            raise StorageError(
                f"{self._events} is damaged or from a newer Shotwright: restore it from a backup, or move the job's "
                "folder away."
            ) from error

    def status(self) -> JobStatus:
        """What the events add up to. Raises StorageError when they are damaged."""
        try:
            return fold(self.events())
        except StorageError as error:
            if str(self.folder) in str(error):
                raise
            raise StorageError(f"{self._events}: {error}") from error

    def add(self, event: JobEvent) -> None:
        """Add an event; it is on the disk when this returns. Only for who has the lease. Raises StorageError."""
        try:
            with self._events.open("r+b") as stream:
                _drop_torn_line(stream)
                stream.write(_line(event))
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            raise storage_error(error, self._events) from error

    # -- cancelling -------------------------------------------------------------------------------

    def ask_to_cancel(self) -> None:
        """Leave word for whoever drives the job. Raises StorageError."""
        try:
            (self.folder / _CANCEL).touch()
        except OSError as error:
            raise storage_error(error, self.folder) from error

    @property
    def asked_to_cancel(self) -> bool:
        """Whether somebody wants this job cancelled."""
        return (self.folder / _CANCEL).exists()


def _line(event: JobEvent) -> bytes:
    document = {key: value for key, value in event.document().items() if value not in (None, "")}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _drop_torn_line(stream: Any) -> None:
    """Cut off what a crash left behind the last whole line, and go to the end."""
    end = stream.seek(0, os.SEEK_END)
    if not end:
        return
    stream.seek(0)
    whole = stream.read().rpartition(b"\n")[0]
    keep = len(whole) + 1 if whole else 0
    if keep < end:
        stream.truncate(keep)
    stream.seek(0, os.SEEK_END)

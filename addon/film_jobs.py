"""The jobs of the open film: list them, take them up again, cancel them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..backends import registry
from ..core.errors import BadInput, JobBusy, ShotwrightError, StorageError
from ..core.job import CLOSED
from ..jobs import runner
from ..jobs.index import Index, JobRow
from ..jobs.job import Job
from ..jobs.lease import holder
from ..jobs.project import Project
from . import progress

__all__ = ["cancel", "choose", "document", "resume"]


def choose(project: Project, jobs: Sequence[str], shots: Collection[str], only_open: bool) -> list[JobRow]:
    """The film's jobs, oldest first: all, or those with an id (or its first digits) or a shot's UUID.

    Raises BadInput for an id that no job has.
    """
    with Index() as index:
        index.refresh(project)
        rows = index.jobs(project)
    for wanted in jobs:
        found = [row for row in rows if row.id.startswith(wanted.lower())]
        if len(wanted) < 4 or not found:
            raise BadInput(f"This film has no job {wanted!r}: see jobs list (four digits of the id are enough).")
        if len(found) > 1:
            known = ", ".join(f"{row.id[:13]} ({' + '.join(row.numbers)})" for row in found[:5])
            raise BadInput(f"Several jobs begin with {wanted}: say which with more digits: {known}.")
    return [
        row
        for row in rows
        if (not jobs or any(row.id.startswith(wanted.lower()) for wanted in jobs))
        and (not shots or not shots.isdisjoint(row.shots))
        and (not only_open or row.state not in CLOSED)
    ]


def resume(project: Project, rows: Sequence[JobRow], named: bool) -> tuple[list[str], dict[str, str]]:
    """Drive every open job of these to its end; returns what there is to know, and what went wrong by job id.

    One that somebody else drives is only worth a note, unless it was `named`.
    """
    said: list[str] = []
    wrong: dict[str, str] = {}
    for row in rows:
        if row.state in CLOSED:
            continue
        try:
            job = _open(project, row)
            backend = registry.get(job.record.model)
            stage = progress.stage(job.record.shots[0], job.title, job.record.model)
            said += [note for _, take in runner.drive(project, job, backend, stage) for note in take.conform.notes]
        except JobBusy as error:
            if named:
                wrong[row.id] = str(error)
            else:
                said.append(str(error))
        except ShotwrightError as error:
            wrong[row.id] = str(error)
    return said, wrong


def cancel(project: Project, rows: Sequence[JobRow]) -> tuple[list[str], dict[str, str]]:
    """Cancel the open jobs of these; returns sentences about what happened, and what went wrong, by job id.

    Raises BadInput when none of them is open.
    """
    waiting = [row for row in rows if row.state not in CLOSED]
    if not waiting:
        raise BadInput("None of these jobs is open: there is nothing to cancel.")
    said: list[str] = []
    wrong: dict[str, str] = {}
    for row in waiting:
        try:
            said.append(runner.cancel(_open(project, row)))
        except ShotwrightError as error:
            wrong[row.id] = str(error)
    return said, wrong


def document(project: Project, row: JobRow) -> dict[str, object]:
    """A job as plain JSON values."""
    return {
        "id": row.id,
        "state": row.state,
        "model": row.model,
        "shots": list(row.shots),
        "numbers": list(row.numbers),
        "takes": row.takes,
        "created": row.created,
        "changed": row.changed,
        "message": row.message,
        "driver": holder(project.jobs_folder / row.id),
    }


def _open(project: Project, row: JobRow) -> Job:
    if row.state == "damaged":
        raise StorageError(row.message)
    return Job.open(project.jobs_folder / row.id)

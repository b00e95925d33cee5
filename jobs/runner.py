"""From references to takes: ask a backend for a clip through a job, and cut the clip into takes.

A job can be left at any instant and be taken up again: what is on disk says how far it came. The clip counts as
delivered once it has its name; takes are cut from it, and can be cut from it again when they are lost.
"""

from __future__ import annotations

import contextlib
import os
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeVar

from ..core.errors import (
    BadInput,
    JobBusy,
    JobCancelled,
    MediaError,
    Refused,
    ShotwrightError,
    Stopped,
    StorageError,
    storage_error,
)
from ..core.job import JobEvent, JobRecord, Short
from ..core.ports import Assignment, Backend, Progress
from ..core.prompt import CompiledText
from ..core.records import PackageFile, ReferencePackage
from ..core.shot import Shot
from ..core.take import ClipFacts, Parameters, Request, RequestShot, Take
from ..media.conform import Section, conform, sections
from ..media.probe import probe
from . import stopping
from .files import STAGING, is_intact, sha256_of, staging, sync_folder
from .job import Job, job_id, now
from .lease import Lease, holder
from .project import Project
from .takes import Kept, first_whole

__all__ = ["Part", "cancel", "close_filed", "drive", "find_job", "has_clip", "job_for", "make_request", "restore"]

_Result = TypeVar("_Result")

_LOOK = 0.5
"""Seconds between two looks at whether somebody cancelled the job."""


@dataclass(frozen=True)
class Part:
    """A shot that a request is to cover, with its references."""

    shot: Shot
    package: ReferencePackage
    lens: float | None = None
    prompt: CompiledText | None = None
    """For a model that takes text."""


def make_request(parts: Sequence[Part], model: str, parameters: Parameters | None = None) -> Request:
    """The request for one clip of one or several shots, in this order. Equal inputs give an equal digest.

    Raises BadInput when their references differ in rate or size: a clip has one.
    """
    first = parts[0].package
    for part in parts[1:]:
        if (part.package.fps, part.package.width, part.package.height) != (first.fps, first.width, first.height):
            raise BadInput(
                f"{parts[0].shot.number} and {part.shot.number} differ in size or frame rate: shots of one request "
                "must share both. Ask for them one by one."
            )
    return Request(
        model=model,
        film=parts[0].shot.film,
        shots=tuple(_request_shot(part) for part in parts),
        fps=first.fps,
        width=first.width,
        height=first.height,
        parameters=dict(parameters or {}),
    )


def _request_shot(part: Part) -> RequestShot:
    shot, package = part.shot, part.package
    return RequestShot(
        shot=shot.id,
        number=shot.number,
        name=shot.name,
        package=package.fingerprint,
        files={file.name: file.sha256 for file in package.files},
        first=package.first,
        last=package.last,
        start=shot.start,
        end=shot.end,
        fps=shot.fps,
        width=shot.width,
        height=shot.height,
        frames=package.frames,
        kept=package.kept,
        box=package.box,
        lens=part.lens,
        prompt=part.prompt,
    )


def find_job(project: Project, request: Request) -> tuple[Job | None, int]:
    """The newest job there is for this very request, and the attempt it was; (None, 0) without one.

    Raises StorageError when its folder is damaged.
    """
    found: Job | None = None
    attempt = 0
    digest = request.digest()
    # A job that is gone may have left its takes, and its UUID is theirs.
    used = {take.job for shot in request.shots for _, take in project.takes(shot.shot)}
    while True:
        each = job_id(project.id, digest, attempt + 1)
        if (project.jobs_folder / each).is_dir():
            found = Job.open(project.jobs_folder / each)
        elif each not in used:
            return found, attempt
        attempt += 1


def job_for(project: Project, request: Request, backend: Backend, again: bool = False, short: Short = "hold") -> Job:
    """The job to drive for a request: the one on its way, or a done one whose clip is here, else a new one.

    With `again` a done one is left, so that another clip is made. `short` is for a new job. The folder is on disk
    when this returns. Raises StorageError.
    """
    found, attempt = find_job(project, request)
    if found is not None:
        status = found.status()
        if not status.closed or (status.state == "done" and not again and _clip_is_here(found, status.clip)):
            return found
    digest = request.digest()
    record = JobRecord(
        id=job_id(project.id, digest, attempt + 1),
        project=project.id,
        model=request.model,
        backend=backend.name,
        digest=digest,
        attempt=attempt + 1,
        shots=tuple(shot.shot for shot in request.shots),
        short=short,
        created=now(),
    )
    return Job.create(project.jobs_folder, record, request)


def drive(project: Project, job: Job, backend: Backend, progress: Progress) -> list[Kept]:
    """Take a job from wherever it stands to its takes, in the order of its shots.

    Raises JobBusy when another process drives it, JobCancelled when it was cancelled, and any ShotwrightError of
    the backend, of conforming or of the disk. A job that is open afterwards goes on from there the next time.
    """
    try:
        with Lease.acquire(job.folder) as lease:
            status = job.status()
            if status.state in ("failed", "cancelled"):
                raise BadInput(f"The job of {job.title} was {status.state} meanwhile: run generate again.")
            if job.asked_to_cancel and not status.closed:
                _cancelled(job)
            if status.state in ("queued", "running", "unknown"):
                _deliver(project, job, backend, lease, progress)
            cutting = _watched(job, lease, lambda _done, _total: stopping.check())
            kept = _file_takes(project, job, lease, job.request.shots, cutting)
            if not job.status().closed:
                lease.check()
                job.add(JobEvent(at=now(), state="done"))
            return kept
    except JobBusy as error:
        raise JobBusy(f"{job.title}: {error}") from error


def cancel(job: Job) -> str:
    """Cancel a job; returns a sentence about what happened.

    Where nobody drives it, it is cancelled when this returns; else its driver ends it at the next look.
    Raises BadInput when it is over already, or StorageError.
    """
    status = job.status()
    if status.closed:
        raise BadInput(f"The job of {job.title} is {status.state} already: there is nothing to cancel.")
    job.ask_to_cancel()
    try:
        with Lease.acquire(job.folder):
            if not job.status().closed:
                job.add(JobEvent(at=now(), state="cancelled", message=f"{job.title} was cancelled."))
        return f"The job of {job.title} was cancelled."
    except JobBusy:
        return f"The job of {job.title} was asked to end: {holder(job.folder) or 'its driver'} ends it in a moment."


# -- the clip -------------------------------------------------------------------------------------


def close_filed(project: Project, job: Job) -> bool:
    """End a job whose takes are all filed; whether it is over now. Raises JobBusy or StorageError."""
    status = job.status()
    if status.closed or status.state != "delivered":
        return status.closed
    filed = (any(take.id == _take_id(job, shot) for _, take in project.takes(shot.shot)) for shot in job.request.shots)
    if not all(filed):
        return False
    with Lease.acquire(job.folder):
        if not job.status().closed:
            job.add(JobEvent(at=now(), state="done"))
    return True


def has_clip(job: Job) -> bool:
    """Whether the clip that a job delivered is there and undamaged."""
    return _clip_is_here(job, job.status().clip)


def _clip_is_here(job: Job, clip: ClipFacts | None) -> bool:
    return clip is not None and is_intact(
        job.folder, PackageFile(name=job.clip.name, sha256=clip.sha256, bytes=clip.bytes)
    )


def _cancelled(job: Job) -> None:
    message = f"{job.title} was cancelled."
    job.add(JobEvent(at=now(), state="cancelled", message=message))
    raise JobCancelled(message)


def _deliver(project: Project, job: Job, backend: Backend, lease: Lease, progress: Progress) -> None:
    """Have the clip made, unless it came just before a crash."""
    if job.clip.is_file():  # it had its name only when it was whole
        facts = _or_failed(job, lambda: _checked(job, job.clip, keep=True))
    else:
        if job.status().state != "queued" and not backend.repeatable:
            _lost(job)
        facts = _ask(project, job, backend, lease, _watched(job, lease, progress))
    job.add(JobEvent(at=now(), state="delivered", clip=facts))


def _lost(job: Job) -> None:
    """Nobody knows whether the clip was made: asking again could cost twice."""
    message = (
        f"{job.title}: it is not known whether {job.record.model} got this request, and asking again may cost twice. "
        "Look at the provider's own list; cancel the job when nothing came of it."
    )
    if job.status().state != "unknown":
        job.add(JobEvent(at=now(), state="unknown", message=message))
    raise Refused(message)


def _ask(project: Project, job: Job, backend: Backend, lease: Lease, progress: Progress) -> ClipFacts:
    temporary = job.folder / f"{STAGING}{uuid.uuid4().hex[:12]}.mp4"
    for left in job.folder.glob(f"{STAGING}*.mp4"):  # of a driver that is gone: the lease is ours
        with contextlib.suppress(OSError):
            left.unlink()
    try:
        inputs = _or_failed(job, lambda: project.inputs(job.request))
        lease.check()
        job.add(JobEvent(at=now(), state="running"))
        order = Assignment(job.id, job.record.created, job.request, inputs, temporary, progress)
        _generate(job, backend, order)
        facts = _or_failed(job, lambda: _checked(job, temporary, keep=not backend.repeatable))
        lease.check()
        with temporary.open("rb+") as stream:
            os.fsync(stream.fileno())
        temporary.replace(job.clip)
        sync_folder(job.folder)
        return facts
    except OSError as error:
        raise storage_error(error, job.clip) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def _generate(job: Job, backend: Backend, order: Assignment) -> None:
    """Ask the backend, and write down what came of it where that is certain."""
    try:
        backend.generate(order)
    except JobCancelled as error:
        job.add(JobEvent(at=now(), state="cancelled", message=str(error)))
        raise
    except (StorageError, JobBusy):
        raise  # the job waits as it is
    except ShotwrightError as error:
        _stopped(error)
        if backend.repeatable or isinstance(error, BadInput | Refused):
            job.add(JobEvent(at=now(), state="failed", message=str(error)))
        raise
    except Exception as error:  # an error of ours, and doing the same again would meet it again
        if backend.repeatable:
            job.add(JobEvent(at=now(), state="failed", message=f"{job.title}: {error!r}"))
        raise


def _stopped(error: ShotwrightError) -> None:
    """Ctrl-C reaches the programs we started too, and what they then say is no failure of the job."""
    try:
        stopping.check()
    except Stopped as stop:
        raise stop from error


def _or_failed(job: Job, work: Callable[[], _Result]) -> _Result:
    """The result of `work`; what goes wrong in it ends the job."""
    try:
        return work()
    except StorageError:
        raise
    except ShotwrightError as error:
        _stopped(error)
        job.add(JobEvent(at=now(), state="failed", message=str(error)))
        raise


def _checked(job: Job, clip: Path, keep: bool) -> ClipFacts:
    """What is in the clip. One that is no use and was paid for is kept beside the job."""
    if not clip.is_file():
        raise MediaError(f"{job.title}: {job.record.backend} made no clip: generate the shot again.")
    try:
        return probe(clip)
    except MediaError as error:
        if keep:
            clip.replace(job.folder / "damaged.mp4")
        raise MediaError(f"{job.title}: {job.record.backend} made a clip that can't be used: {error}") from error


def _watched(job: Job, lease: Lease, progress: Progress) -> Progress:
    """Progress that also notices a cancel and a lost lease."""
    last = 0.0

    def step(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _LOOK:
            last = time.monotonic()
            if job.asked_to_cancel:
                raise JobCancelled(f"{job.title} was cancelled.")
            lease.check()
        progress(done, total)

    return step


# -- takes ----------------------------------------------------------------------------------------


def restore(project: Project, jobs: Sequence[Job], shot_id: str, take_id: str = "") -> Kept | None:
    """A take that was lost, cut again from the clip of its job: the one of a UUID, else the newest of the shot.

    `jobs`: those of the project, oldest first. None when none that is done has it. Raises JobBusy, MediaError or
    StorageError.
    """
    for job in reversed(jobs):
        shot = next((each for each in job.request.shots if each.shot == shot_id), None)
        if shot is None or (take_id and _take_id(job, shot) != take_id):
            continue
        try:
            status = job.status()
        except StorageError:
            continue
        if status.state == "done" and _clip_is_here(job, status.clip):
            with Lease.acquire(job.folder) as lease:
                return _file_takes(project, job, lease, [shot], lambda _done, _total: stopping.check())[0]
    return None


def _file_takes(
    project: Project, job: Job, lease: Lease, shots: Sequence[RequestShot], progress: Progress
) -> list[Kept]:
    """Cut the delivered clip into the takes of some of its shots, where they are not there."""
    status = job.status()
    facts = status.clip
    assert facts is not None
    ids = [shot.shot for shot in job.request.shots]
    parts = dict(zip(ids, sections(job.request, facts), strict=True))
    kept: list[Kept] = []
    for shot in shots:
        whole = first_whole(pair for pair in project.takes(shot.shot) if pair[1].id == _take_id(job, shot))
        if whole is None:
            if not _clip_is_here(job, facts):
                _clip_lost(job)
            lease.check()
            if job.asked_to_cancel and not status.closed:
                _cancelled(job)
            try:
                whole = _file_take(project, job, facts, shot, parts[shot.shot], progress)
            except JobCancelled:
                if status.closed:
                    raise
                _cancelled(job)
                raise
            job.add(JobEvent(at=now(), shot=shot.shot, take=whole[1].id))
        kept.append(whole)
    return kept


def _clip_lost(job: Job) -> NoReturn:
    message = f"{job.title}: the clip of its job is gone or damaged: generate the shot again."
    if not job.status().closed:
        job.add(JobEvent(at=now(), state="failed", message=message))
    raise MediaError(message)


def _take_id(job: Job, shot: RequestShot) -> str:
    """The take of a shot in a job's clip keeps its UUID when it is cut again, so what was circled stays circled."""
    return str(uuid.uuid5(uuid.UUID(job.id), shot.shot))


def _file_take(
    project: Project, job: Job, facts: ClipFacts, shot: RequestShot, section: Section, progress: Progress
) -> Kept:
    """One take: its part of the clip at the shot's exact rate, length and size."""
    with staging(project.shot_folder(shot.shot, shot.title) / "takes") as folder:
        movie = folder / "cut.mp4"
        asked = (job.request.width, job.request.height)
        made = conform(job.clip, facts, section, shot, movie, short=job.record.short, asked=asked, progress=progress)
        sha256 = sha256_of(movie)
        movie = movie.rename(folder / f"cut-{sha256[:8]}.mp4")
        take = Take(
            id=_take_id(job, shot),
            shot=shot.shot,
            label="",
            model=job.record.model,
            job=job.id,
            request=job.request,
            clip=facts,
            conform=made.record,
            file=PackageFile(name=movie.name, sha256=sha256, bytes=movie.stat().st_size),
            first=shot.first,
            last=shot.last,
            start=shot.start,
            end=shot.end,
            frames=made.frames,
            fps=made.fps,
            width=made.width,
            height=made.height,
            created=job.record.created,
        )
        return project.add_take(folder, take, shot.title)

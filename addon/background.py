"""References render in another Blender: start it, listen to it, cancel it.

What is known stands in this module and is mirrored to the window manager for panels. Only `pump`
changes either: a timer calls it in the GUI, scripts and tests call it in a loop.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import bpy

from ..core import names, terms
from ..core.errors import Refused, SceneError, ShotwrightError, storage_error
from ..jobs import process
from . import project, references_cache, shot_items

__all__ = [
    "Job",
    "ShotState",
    "active",
    "attach",
    "cancel",
    "detach",
    "mirror",
    "open_project",
    "program",
    "pump",
    "remove_copy",
    "running",
    "save_copy",
    "start",
    "state_of",
]

INTERVAL = 0.2
"""Seconds between two calls of `pump` in the GUI."""
_STALE = 24 * 3600.0  # seconds after which a copy belongs to nobody: Blender reads it in the first minutes
_CHECKING = 0.2  # share of a shot's bar that finding its fingerprint takes

_jobs: list[Job] = []
_shots: dict[str, ShotState] = {}
_last: list[Job] = []
_here: set[str] = set()
"""Shots of the open file: what was rendered for another one is not shown."""
_count = [0]


@dataclass
class ShotState:
    """How a shot's references are doing, or how it went last time."""

    id: str
    number: str
    frames: int
    state: str = "waiting"
    """One of `terms.REFERENCE_STATES`."""
    stage: str = ""
    done: int = 0
    total: int = 0
    factor: float = 0.0
    message: str = ""
    """What went wrong, a sentence."""
    fingerprint: str = ""
    """Of the package that is there now."""


@dataclass
class Job:
    """One background Blender and the shots it was given. Waits while another one works."""

    film: str
    project: Path
    copy: Path
    command: list[str]
    shots: dict[str, ShotState]
    child: process.Child | None = None
    cancelled: bool = False
    ended: bool = False
    message: str = ""
    """How it went as a whole, a sentence; empty when there is nothing to say."""
    notes: list[str] = field(default_factory=list)


def active() -> bool:
    """Whether anything is being rendered or waits for it."""
    return bool(_jobs)


def running(shot_ids: Iterable[str]) -> list[ShotState]:
    """Those of the shots that are being rendered or wait for it."""
    return [job.shots[shot_id] for shot_id in shot_ids for job in _jobs if shot_id in job.shots]


def state_of(shot_id: str) -> ShotState | None:
    """How a shot is doing or how it went last time in this Blender; None when it was never rendered here."""
    return _shots.get(shot_id)


# -- starting ---------------------------------------------------------------------------------------


def start(shot_ids: Sequence[str] = (), passes: Sequence[str] = ()) -> Job:
    """Render the references of these shots (all when none is named) in a background Blender.

    A copy of the open file as it is now is saved for it and deleted behind it; what is changed in the
    meantime does not matter. `passes` are some of `terms.PASSES`, all when empty. Returns at once.
    Raises SceneError when no shot can be rendered, Refused when one is being rendered already,
    StorageError where neither folder can be written, ProcessError when Blender can't be started.
    """
    from .shots import list_shots

    rows = list_shots()
    chosen = [row for row in rows if not shot_ids or row.shot.id in shot_ids]
    if not chosen:
        raise SceneError("This film has no shots yet: make some with Make Shots.")
    if all(row.problems for row in chosen):
        raise SceneError(chosen[0].problems[0].message)
    busy = running(row.shot.id for row in chosen)
    if busy:
        numbers = ", ".join(state.number for state in busy[:5]) + (", …" if len(busy) > 5 else "")
        raise Refused(f"{numbers}: references are being rendered already. Wait until they are done, or cancel them.")
    notes: list[str] = []
    folder = open_project(notes)
    copy = save_copy(folder)
    some = [row.shot.id for row in chosen] if len(chosen) < len(rows) else []
    job = Job(
        film=shot_items.film_name(),
        project=folder,
        copy=copy,
        command=_command(copy, folder, some, passes),
        shots={row.shot.id: ShotState(row.shot.id, row.shot.number, max(1, row.shot.frames)) for row in chosen},
        notes=notes,
    )
    if not _jobs:
        try:
            _launch(job)
        except ShotwrightError:
            remove_copy(copy)
            raise
    _jobs.append(job)
    _shots.update(job.shots)
    mirror(everything=True)
    if not bpy.app.background and not bpy.app.timers.is_registered(_tick):
        bpy.app.timers.register(_tick, first_interval=INTERVAL, persistent=True)
    return job


def open_project(notes: list[str]) -> Path:
    """The folder of the film's project, made where there is none. Raises StorageError."""
    known = project.stored_id()
    folder = project.open_project(notes).folder.absolute()
    if known != project.stored_id() and not bpy.app.background:
        # Else the next undo would take the file's new identity away.
        bpy.ops.ed.undo_push(message="New Project")
    return folder


def save_copy(project_folder: Path) -> Path:
    """Save the file as it is now: beside it, so that relative paths hold, else in the project folder."""
    here = Path(bpy.data.filepath)
    places = [here.absolute().parent, project_folder] if bpy.data.filepath else [project_folder]
    _count[0] += 1
    name = names.scene_copy(here.stem or "Untitled", os.getpid(), _count[0])
    _sweep(places)
    for place in places:
        path = place / name
        try:
            with _no_thumbnail():
                bpy.ops.wm.save_as_mainfile(filepath=str(path), copy=True, compress=False, check_existing=False)
            return path
        except RuntimeError as error:
            remove_copy(path)
            reason = str(error).strip().removeprefix("Error: ")
    raise storage_error(OSError(None, reason), project_folder)


@contextlib.contextmanager
def _no_thumbnail() -> Iterator[None]:
    """Inside, saving draws no picture of the file: it takes longer than the rest, and nobody sees this one."""
    preferences = bpy.context.preferences
    kept, dirty = preferences.filepaths.file_preview_type, preferences.is_dirty
    preferences.filepaths.file_preview_type = "NONE"
    try:
        yield
    finally:
        preferences.filepaths.file_preview_type = kept
        preferences.is_dirty = dirty


def _sweep(places: list[Path]) -> None:
    """Remove copies that a crash or a power cut left behind."""
    for place in places:
        with contextlib.suppress(OSError):
            for path in place.glob(".*-shotwright-*.blend"):
                if names.is_scene_copy(path.name) and time.time() - path.stat().st_mtime > _STALE:
                    path.unlink()


def _command(copy: Path, folder: Path, shot_ids: Sequence[str], passes: Sequence[str]) -> list[str]:
    verb = ["passes", str(copy), "--project", str(folder), "--json", "--progress", "--watch-stdin"]
    verb += [part for shot_id in shot_ids for part in ("--shot", shot_id)]
    verb += [part for name in passes for part in ("--pass", name)]
    return program(verb)


def program(verb: Sequence[str]) -> list[str]:
    """The command that does a verb in another Blender of this kind."""
    if bpy.app.module:
        return [sys.executable, str(Path(__file__).with_name("__main__.py")), *verb]
    # --addons: the extension may be enabled here without its having been saved in the preferences.
    package = __package__.rpartition(".")[0]
    factory = ["--factory-startup"] if bpy.app.factory_startup else []
    start_ = [bpy.app.binary_path, "--quiet", *factory, "-b", "--addons", package]
    return [*start_, "--command", terms.EXTENSION_ID, *verb]


def _launch(job: Job) -> None:
    copy, folder = job.copy, job.project

    def clean_up(ended: process.Ended) -> None:
        # In a thread: no bpy here.
        from ..jobs.files import remove_staging

        for left in ended.staging:
            remove_staging(Path(left), folder)
        remove_copy(copy, tries=20)

    job.child = process.Child(job.command, clean_up=clean_up)


def remove_copy(path: Path, tries: int = 1) -> None:
    """Delete a copy that `save_copy` made."""
    # Windows refuses for a moment while a virus scanner looks at it; only a thread may wait for that.
    for left in reversed(range(tries)):
        try:
            path.unlink(missing_ok=True)
            return
        except OSError:
            time.sleep(0.1 if left else 0.0)


# -- while it goes on -------------------------------------------------------------------------------


def cancel(shot_ids: Iterable[str] | None = None) -> None:
    """Stop the jobs that have one of these shots; all of them when none are named. `pump` tells when they are gone."""
    wanted = None if shot_ids is None else set(shot_ids)
    for job in _jobs:
        if wanted is None or wanted & job.shots.keys():
            job.cancelled = True
            if job.child:
                job.child.cancel()
    mirror()


def pump() -> bool:
    """Take in what happened; returns whether anything still goes on. Call it on the main thread."""
    if bpy.context.window_manager.is_interface_locked:
        return active()
    changed = False
    for job in list(_jobs):
        for event in job.child.poll() if job.child else ():
            changed = True
            if isinstance(event, process.Message):
                _take_in(job, event.fields)
            else:
                _finish(job, event)
        if job.cancelled and job.child is None:
            changed = True
            remove_copy(job.copy)
            _settle(job, "stopped", "")
    if _jobs and _jobs[0].child is None and not _jobs[0].ended:
        changed = True
        _launch_next(_jobs[0])
    if changed:
        mirror()
    return active()


def _launch_next(job: Job) -> None:
    try:
        _launch(job)
    except ShotwrightError as error:
        remove_copy(job.copy)
        _settle(job, "failed", str(error))


def _tick() -> float | None:
    return INTERVAL if pump() else None


def _take_in(job: Job, fields: Mapping[str, Any]) -> None:
    shot = job.shots.get(str(fields.get("shot")))
    if shot is None:
        return
    match fields["event"]:
        case "start":
            shot.state = "running"
        case "stage":
            shot.stage, shot.done, shot.total = str(fields["stage"]), int(fields["done"]), max(1, int(fields["total"]))
            part = shot.done / shot.total
            along = _CHECKING * part if shot.stage == "check" else _CHECKING + (1.0 - _CHECKING) * part
            shot.factor = max(shot.factor, min(1.0, along))
        case "end":
            _end_shot(shot, str(fields["status"]), str(fields["message"]), str(fields["package"] or ""))
        case _:
            pass


def _end_shot(shot: ShotState, state: str, message: str, fingerprint: str) -> None:
    shot.state = state if state in terms.values(terms.REFERENCE_STATES) else "done"
    shot.message, shot.factor = message, 1.0
    shot.fingerprint = fingerprint or shot.fingerprint


def _finish(job: Job, ended: process.Ended) -> None:
    document = ended.document if isinstance(ended.document, dict) else {}
    if document.get("schema") == "shotwright.report.1":
        for row in document["shots"]:
            if row["id"] in job.shots:
                message = " ".join(problem["message"] for problem in row["problems"])
                _end_shot(job.shots[row["id"]], row["status"], message, row["package"] or "")
        job.notes += document["notes"]
        _settle(job, "failed", "")
    elif job.cancelled or ended.cancelled:
        _settle(job, "stopped", "")
    else:
        if "error" in document:
            reason = str(document["error"]["message"])
        else:
            last = f" Its last words: {ended.log[-1]}" if ended.log and ended.code >= 0 else ""
            reason = (
                f"The background Blender is gone: {ended.reason()}. What was done is kept; render again to go on.{last}"
            )
        for line in ended.log:
            print(line, file=sys.stderr)
        _settle(job, "failed", reason)


def _settle(job: Job, state: str, message: str) -> None:
    """The job is over: what did not come to its end ends as `state`."""
    for shot in job.shots.values():
        if shot.state in ("waiting", "running"):
            shot.state, shot.message = state, message
    counts = {value: sum(shot.state == value for shot in job.shots.values()) for value, _, _ in terms.REFERENCE_STATES}
    said = ", ".join(f"{counts[value]} {label.lower()}" for value, label, _ in terms.REFERENCE_STATES if counts[value])
    job.message = " ".join([message or f"References: {said}.", *job.notes])
    job.ended = True
    _jobs.remove(job)
    _last[:] = [job]


# -- for panels ---------------------------------------------------------------------------------------


def mirror(everything: bool = False) -> None:
    """Write what is known to the window manager; `everything` after a file load, which replaced it."""
    cache = references_cache.cache()
    if cache is None:
        return
    if everything:
        cache.shots.clear()
        _here.clear()
        _here.update(item.uuid for _, item in shot_items.film_order())
    # Rows stand in the order of `_shots`, so that none has to be looked for.
    shown = [shot for shot in _shots.values() if shot.id in _here]
    for index, shot in enumerate(shown):
        row = cache.shots[index] if index < len(cache.shots) else cache.shots.add()
        if row.name != shot.id:
            row.name = shot.id
        for name in ("number", "state", "message", "fingerprint"):
            value = getattr(shot, name)
            if getattr(row, name) != value:
                setattr(row, name, value)
    job = next((job for job in _jobs if job.child), None)
    cache.state = "idle" if job is None else "stopping" if job.cancelled else "running"
    cache.label = _label(job) if job else ""
    cache.factor = _factor(job) if job else 0.0
    cache.message = _last[0].message if _last else ""
    references_cache.redraw()


def _factor(job: Job) -> float:
    frames = sum(shot.frames for shot in job.shots.values())
    return min(1.0, sum(shot.factor * shot.frames for shot in job.shots.values()) / frames)


def _label(job: Job) -> str:
    waiting = f" (+{len(_jobs) - 1})" if len(_jobs) > 1 else ""
    film = "" if job.film == shot_items.film_name() else f"{job.film}: "
    if job.cancelled:
        return f"{film}Stopping…{waiting}"
    shot = next((shot for shot in job.shots.values() if shot.state == "running"), None)
    if shot is None:
        return f"{film}Starting…{waiting}"
    verb = {"check": "checking", "draw": "drawing"}.get(shot.stage, shot.stage)
    count = f" {shot.done}/{shot.total}" if shot.total else ""
    return f"{film}{shot.number} {verb}{count}{waiting}".rstrip()


# -- registration -------------------------------------------------------------------------------------


def attach() -> None:
    """Begin with nothing known."""
    _forget()


def detach() -> None:
    """The extension goes, or Blender closes: no child stays behind."""
    if bpy.app.timers.is_registered(_tick):
        bpy.app.timers.unregister(_tick)
    process.end_all()
    for job in _jobs:
        if job.child is None:
            remove_copy(job.copy)
    _forget()


def _forget() -> None:
    _jobs.clear()
    _shots.clear()
    _last.clear()
    _here.clear()

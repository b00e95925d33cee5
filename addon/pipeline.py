"""One run over shots: references, takes, and what is known of each afterwards."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import bpy

from ..backends import catalog, registry
from ..core import terms
from ..core.errors import (
    BadInput,
    JobCancelled,
    MediaError,
    Refused,
    ShotwrightError,
    missing_package,
)
from ..core.job import Short
from ..core.model import ModelProfile
from ..core.names import slug
from ..core.records import ReferencePackage, Report, ShotReport
from ..core.shot import Problem, Shot, ShotListing
from ..core.take import Parameters, Request
from ..core.text import clean
from ..jobs import runner, takes
from ..jobs.files import move_new
from ..jobs.home import user_data_folder
from ..jobs.job import Job
from ..jobs.project import Project
from ..jobs.takes import Kept
from ..render_passes import package as passes_module
from . import progress, prompts
from .packages import Packages, Wanted, clock
from .shot_items import film_name, find_shot, scene_named

__all__ = ["Generate", "Run", "Wanted", "choice", "problem_of"]


@dataclass(frozen=True)
class Generate:
    """How takes are asked for."""

    model: str = takes.EMBEDDED
    picture: str = terms.DEFAULT_PICTURE
    """What the animatic shows: one of `terms.PICTURES`."""
    again: bool = False
    """Another take even where nothing changed."""
    together: bool = False
    """All shots in one request."""
    short: Short = "hold"

    @property
    def parameters(self) -> Parameters:
        """The request's parameters."""
        return {"picture": self.picture}


@dataclass
class _Work:
    """A shot on its way through a run."""

    row: ShotListing
    seconds: dict[str, float] = field(default_factory=dict)
    package: ReferencePackage | None = None
    drawn: bool = False
    report: ShotReport | None = None

    @property
    def shot(self) -> Shot:
        return self.row.shot


class Run:
    """What one `passes`, `generate` or `cut` does, shot by shot.

    A shot that fails is reported and the next one goes on.
    """

    def __init__(self, project: Project, notes: list[str]) -> None:
        self.project = project
        self.notes = notes
        self.packages = Packages(project)

    def report(self, shots: Sequence[ShotReport], **film: object) -> Report:
        """The report of everything so far; `film` are fields of `Report` about the cut."""
        if bpy.app.autoexec_fail:
            # What an artist sees who allowed them may be something else than what was drawn here.
            self.notes.append(f"Scripts of this file did not run here ({bpy.app.autoexec_fail_message}).")
        return Report(
            blender=bpy.app.version_string,
            film=film_name(),
            project=str(self.project.folder),
            shots=tuple(shots),
            notes=tuple(self.notes),
            **film,
        )

    def note(self, notes: Sequence[str]) -> None:
        """Add sentences to the report, each once."""
        self.notes += [note for note in notes if note not in self.notes]

    @property
    def exports(self) -> Path:
        """Where cuts go."""
        return self.project.folder / "exports"

    def next_export(self, kind: str = "cut", ending: str = ".mp4") -> Path:
        """A name in the project's exports that nothing has yet: film-cut-v001.mp4, film-page-v001.html, …"""
        stem = f"{slug(film_name())}-{kind}-v"
        found = (path.stem[len(stem) :] for path in self.exports.glob(f"{stem}*{ending}"))
        used = [int(digits) for digits in found if digits.isdecimal()]
        return self.exports / f"{stem}{max(used, default=0) + 1:03d}{ending}"

    def publish_export(self, finished: Path, kind: str = "cut") -> Path:
        """Give a finished file the next free name, whoever else exports now. Raises StorageError."""
        while not move_new(finished, name := self.next_export(kind, finished.suffix)):
            continue
        return name

    # -- verbs --------------------------------------------------------------------------------------

    def passes(self, row: ShotListing, wanted: Wanted) -> ShotReport:
        """Render a shot's references where they are not fresh."""
        work = _Work(row)

        def draw() -> None:
            self._draw(work, wanted)
            work.report = self._done(work, "done" if work.drawn else "fresh")

        progress.started(row.shot)
        self._guarded([work], draw)
        return self._ended(work)

    def generate(
        self, rows: Sequence[ShotListing], how: Generate, named: Collection[str] = frozenset()
    ) -> list[ShotReport]:
        """References and takes of shots, where they are not fresh; a locked shot keeps what it has.

        `named`: UUIDs of the shots that were asked for one by one, so that a locked one is said.
        """
        works = [_Work(row) for row in rows]
        for group in [works] if how.together else [[work] for work in works]:
            for work in group:
                progress.started(work.shot)
                self._prepare(work, work.shot.id in named)
            for work in group:  # one whose takes can't be read is no reason to fail the others of its request
                if work.report is None:
                    self._guarded([work], lambda work=work: self.project.takes(work.shot.id))
            ready = [work for work in group if work.report is None]
            if ready:
                self._guarded(ready, lambda ready=ready: self._take(ready, how))
            for work in group:
                self._ended(work)
        return [work.report for work in works]

    def existing_take(self, row: ShotListing) -> ShotReport:
        """The take a shot has, for the cut alone."""
        work = _Work(row)

        def find() -> None:
            found = self.chosen_take(row.shot)
            if found is None:
                if self.project.takes(row.shot.id):
                    raise MediaError(f"{row.shot.number}: its takes are damaged or gone: run generate again.")
                raise BadInput(f"{row.shot.number} has no take yet: run generate first.")
            work.report = self._with_take(self._done(work, "fresh"), found)

        progress.started(row.shot)
        self._guarded([work], find)
        return self._ended(work)

    # -- takes --------------------------------------------------------------------------------------

    def chosen_take(self, shot: Shot) -> Kept | None:
        """The circled (else newest) take of a shot; one whose file was lost is cut again from its job's clip."""
        wanted = choice(shot).circled
        found = takes.chosen_take(self.project, shot.id, choice(shot))
        if found and (not wanted or found[1].id == wanted):
            return found
        try:
            restored = runner.restore(self.project, self._jobs, shot.id, wanted)
        except ShotwrightError as error:
            if not found:
                raise
            self.note([f"The circled take of {shot.number} can't be cut again: {error}"])
            restored = None
        if restored:
            self.note([f"{shot.number} {restored[1].label} was cut again from the clip of its job."])
        elif wanted and found:
            self.note([f"The circled take of {shot.number} is gone: {found[1].label} is used instead."])
        return restored or found

    @cached_property
    def _jobs(self) -> list[Job]:
        """The jobs there were when a lost take was first missed: a film has thousands."""
        return self.project.jobs()

    def request(self, parts: Sequence[runner.Part], how: Generate) -> Request:
        """What is asked for some shots. Raises BadInput."""
        return runner.make_request(parts, how.model, how.parameters)

    def part(self, shot: Shot, package: ReferencePackage, how: Generate) -> runner.Part:
        """A shot for a request, with its prompt when the model takes text."""
        lens = passes_module.lens_of(scene_named(shot.scene), shot)
        profile = self._models.get(how.model)
        if profile is None or profile.prompt is None:
            return runner.Part(shot, package, lens)
        camera = prompts.RealCamera() if clean(shot.prompt.camera) else self._cameras.of(shot)
        found = prompts.compiled(shot, profile.prompt.read_as(), camera)
        self.note([*filter(None, [camera.problem]), *prompts.left_out(shot, profile, found)])
        return runner.Part(shot, package, lens, found.sent)

    @cached_property
    def _cameras(self) -> prompts.Cameras:
        return prompts.Cameras(self.project.folder)

    @cached_property
    def _models(self) -> Mapping[str, ModelProfile]:
        return catalog.load(user_data_folder() / "models").models

    def _prepare(self, work: _Work, named: bool) -> None:
        """References of a shot; `report` is set where it goes no further."""

        def draw() -> None:
            if work.shot.locked:
                work.report = self._locked(work, named)
            else:
                self._draw(work, Wanted())

        self._guarded([work], draw)

    def _locked(self, work: _Work, named: bool) -> ShotReport:
        number = work.shot.number
        found = self.chosen_take(work.shot)
        report = self._done(work, "locked")
        if found:
            report = self._with_take(report, found)
        else:
            self.note([f"{number} is locked and has no take: unlock it and generate it once."])
        if not named:
            return report
        problem = Problem(code="locked", message=f"{number} is locked: unlock it to make another take of it.")
        return report.model_copy(update={"status": "refused", "problems": (problem,)})

    def _take(self, works: list[_Work], how: Generate) -> None:
        """Takes of shots whose references are there, by one request."""
        with clock(works[0].seconds, "take"):
            request = self.request([self.part(work.shot, work.package, how) for work in works], how)
            found = [takes.fresh_take(self.project, w.shot, request, choice(w.shot)) for w in works]
            made = how.again or None in found
            if made:
                found = self._drive(works, request, how)
            else:
                self._close(request)
        for work, kept in zip(works, found, strict=True):
            self._settle(work.shot, kept)
            report = self._done(work, "done" if made or work.drawn else "fresh")
            work.report = self._with_take(report, kept)

    def _settle(self, shot: Shot, kept: Kept) -> None:
        """Remember the take that is up to date. It does not push a circled one out of the cut."""
        scene, item = find_shot(shot.id)
        if scene.library is None and item.current_take != kept[1].id:
            item.current_take = kept[1].id
        chosen = takes.chosen_take(self.project, shot.id, choice(shot))
        if chosen and chosen[1].id == item.circled_take and chosen[1].id != kept[1].id:
            stays = f"{chosen[1].label} stays in the cut, because it is circled"
            self.note([f"{shot.number} {kept[1].label} is up to date; {stays}."])

    def _close(self, request: Request) -> None:
        """The takes are filed; a crash may have come before their job was over, or in the middle of another clip."""
        with suppress(ShotwrightError):  # what has its take needs no job
            job, _ = runner.find_job(self.project, request)
            if job and not runner.close_filed(self.project, job):
                self.note(
                    [
                        f"A job of {job.title} is still {job.status().state}: the verb jobs resumes or cancels it. Its "
                        "takes are up to date without it."
                    ]
                )

    def _drive(self, works: list[_Work], request: Request, how: Generate) -> list[Kept]:
        backend = registry.get(how.model)
        job = runner.job_for(self.project, request, backend, how.again, how.short)
        first = works[0].shot
        kept = runner.drive(self.project, job, backend, progress.stage(first.id, job.title, how.model))
        for _, take in kept:
            self.note(take.conform.notes)
        return kept

    def _draw(self, work: _Work, wanted: Wanted) -> None:
        work.package, work.drawn = self.packages.get(work.shot, wanted, work.seconds)
        self.note(work.package.notes)

    # -- reports ------------------------------------------------------------------------------------

    @staticmethod
    def _ended(work: _Work) -> ShotReport:
        assert work.report is not None
        progress.ended(work.report)
        return work.report

    @staticmethod
    def _guarded(works: Sequence[_Work], step: Callable[[], None]) -> None:
        """Do a step for shots; what goes wrong in it is their report, and the night's other shots go on."""
        bad = [work for work in works if work.row.problems]
        for work in bad:
            work.report = _report(work, "skipped", work.row.problems)
        if bad:
            return
        try:
            step()
        except Exception as error:
            status, problem = _told(error, works[0].shot.number)
            for work in works:
                work.report = _report(work, status, (problem,))

    def _done(self, work: _Work, status: str) -> ShotReport:
        files: dict[str, str] = {}
        package = work.package
        if package:
            folder = self.project.package_folder(work.shot, package.fingerprint)
            place = folder.relative_to(self.project.folder).as_posix()
            files = {f"{place}/{file.name}": file.sha256 for file in package.files}
        return _report(work, status, (), files=files, package=package.fingerprint if package else None)

    def _with_take(self, report: ShotReport, kept: Kept) -> ShotReport:
        folder, take = kept
        place = folder.relative_to(self.project.folder).as_posix()
        found = find_shot(report.id)
        return report.model_copy(
            update={
                "files": {**report.files, f"{place}/{take.file.name}": take.file.sha256},
                "job": take.job,
                "take": take.id,
                "label": take.label,
                "circled": bool(found) and found[1].circled_take == take.id,
            }
        )


def choice(shot: Shot) -> takes.Choice:
    """What decides between the takes of a shot."""
    found = find_shot(shot.id)
    return takes.Choice(found[1].circled_take, found[1].current_take) if found else takes.Choice()


def _report(work: _Work, status: str, problems: Sequence[Problem], **fields: object) -> ShotReport:
    shot = work.shot
    return ShotReport(
        id=shot.id,
        number=shot.number,
        name=shot.name,
        frames=max(0, shot.frames),
        status=status,
        seconds={stage: round(value, 3) for stage, value in work.seconds.items()},
        problems=tuple(problems),
        **fields,
    )


def problem_of(error: ShotwrightError) -> Problem:
    """An error as a problem of a shot or of the film, by what kind it is."""
    code = "failed"
    for kind, name in ((BadInput, "bad-input"), (Refused, "refused"), (JobCancelled, "cancelled")):
        if isinstance(error, kind):
            code = name
    return Problem(code=code, message=str(error))


def _told(error: Exception, number: str) -> tuple[str, Problem]:
    """The status that an error means, and the sentence about it."""
    if isinstance(error, ShotwrightError):
        found = problem_of(error)
        return {"bad-input": "skipped"}.get(found.code, found.code), found
    if isinstance(error, ImportError):
        return "failed", Problem(code="failed", message=f"{number}: {missing_package(error)}")
    traceback.print_exception(error)
    text = f"{number}: Shotwright met an error of its own: {error!r}. Please report it with the lines on stderr."
    return "failed", Problem(code="failed", message=text)

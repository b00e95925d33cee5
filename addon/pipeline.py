"""One run over shots: references, takes, and what is known of each afterwards."""

from __future__ import annotations

import shutil
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import bpy

from ..backends import registry
from ..core.errors import BadInput, MediaError, ShotwrightError, missing_package
from ..core.framing import Method
from ..core.model import ModelProfile
from ..core.names import slug
from ..core.records import PackageFile, ReferencePackage, Report, ShotReport
from ..core.shot import Problem, Shot, ShotListing
from ..jobs import runner
from ..jobs.files import is_intact, publish, sha256_of, staging, write_json
from ..jobs.project import Project
from ..render_passes import package as passes_module
from ..render_passes.as_rendered import as_rendered
from ..render_passes.evaluation import Evaluation
from ..render_passes.geometry import MeshCache, view_layer_of
from ..render_passes.plan import Colours, plan_for
from . import progress
from .edit_clips import Clip, ShotCut
from .shot_items import film_name, find_shot, scene_named

__all__ = ["Run", "Wanted"]

_MODEL = "animatic"


@dataclass(frozen=True)
class Wanted:
    """What references are asked for; the defaults are the shot's own size and rate."""

    passes: tuple[str, ...] = ()
    profile: ModelProfile | None = None
    fit: Method = "pad"
    colours: Colours = "neutral"


class Run:
    """What one `passes`, `generate` or `cut` does, shot by shot.

    A shot that fails is reported and the next one goes on.
    """

    def __init__(self, project: Project, notes: list[str]) -> None:
        self.project = project
        self.notes = notes
        self.clips: list[Clip] = []
        self._meshes = MeshCache()

    def report(
        self,
        shots: list[ShotReport],
        movie: Path | None = None,
        movie_frames: int | None = None,
        saved: str | None = None,
    ) -> Report:
        """The report of everything so far."""
        if bpy.app.autoexec_fail:
            # What an artist sees who allowed them may be something else than what was drawn here.
            self.notes.append(f"Scripts of this file did not run here ({bpy.app.autoexec_fail_message}).")
        return Report(
            blender=bpy.app.version_string,
            film=film_name(),
            project=str(self.project.folder),
            shots=tuple(shots),
            movie=str(movie) if movie else None,
            movie_frames=movie_frames,
            saved=saved,
            notes=tuple(self.notes),
        )

    # -- per shot -----------------------------------------------------------------------------------

    def passes(self, row: ShotListing, wanted: Wanted) -> ShotReport:
        """Render a shot's references where they are not fresh."""

        def work(seconds: dict[str, float]) -> ShotReport:
            package, drawn = self._package(row.shot, wanted, seconds)
            return self._done(row.shot, "done" if drawn else "fresh", seconds, package)

        return self._guarded(row, work)

    def generate(self, row: ShotListing) -> ShotReport:
        """References and take of a shot, where they are not fresh; a locked shot keeps what it has."""
        if row.shot.locked and not row.problems:
            return self._guarded(row, lambda _seconds: self._locked(row.shot))
        return self._guarded(row, lambda seconds: self._generate(row.shot, seconds))

    def _locked(self, shot: Shot) -> ShotReport:
        if not self.add_existing(shot):
            self.notes.append(f"{shot.number} is locked and has no take: unlock it and generate it once.")
        return self._done(shot, "locked", {}, None)

    def _generate(self, shot: Shot, seconds: dict[str, float]) -> ShotReport:
        package, drawn = self._package(shot, Wanted(), seconds)
        scene = scene_named(shot.scene)
        with _clock(seconds, "take"):
            part = runner.Part(shot, package, passes_module.lens_of(scene, shot))
            request = runner.make_request([part], _MODEL)
            found = runner.fresh_take(self.project, shot, request, self._circled(shot))
            folder, take = found or runner.make_take(
                self.project, shot, package, request, registry.get(_MODEL), progress.stage(shot, _MODEL)
            )
        self.clips.append(Clip(shot, take, folder / take.file.name))
        report = self._done(shot, "fresh" if found and not drawn else "done", seconds, package)
        place = folder.relative_to(self.project.folder).as_posix()
        files = {**report.files, f"{place}/{take.file.name}": take.file.sha256}
        return report.model_copy(update={"take": take.id, "files": files})

    def existing_take(self, row: ShotListing) -> ShotReport:
        """The take a shot has, for the cut alone."""

        def work(seconds: dict[str, float]) -> ShotReport:
            if not self.add_existing(row.shot):
                if self.project.takes(row.shot.id):
                    raise MediaError(f"{row.shot.number}: its takes are damaged or gone: run generate again.")
                raise BadInput(f"{row.shot.number} has no take yet: run generate first.")
            take = self.clips[-1].take
            return self._done(row.shot, "fresh", seconds, None).model_copy(update={"take": take.id})

        return self._guarded(row, work)

    def add_existing(self, shot: Shot) -> bool:
        """Add the circled (else newest) whole take of a shot; False when it has none."""
        chosen = runner.chosen_take(self.project, shot, self._circled(shot))
        if chosen is None:
            return False
        self.clips.append(Clip(shot, chosen[1], chosen[0] / chosen[1].file.name))
        return True

    def add_other(self, shot: Shot, quiet: bool) -> None:
        """Add the take a shot has; a shot without one that fits is left out, with a note unless `quiet`."""
        reason = ""
        try:
            if not self.add_existing(shot):
                reason = "it has no take yet."
            elif self.clips[-1].take.fps != self.clips[0].take.fps:
                found, rate = self.clips.pop().take.fps, self.clips[0].take.fps
                reason = f"its take runs at {found} fps, the others at {rate}."
        except ShotwrightError as error:
            reason = str(error)
        if reason and not quiet:
            self._note((f"{shot.number} is not in this cut: {reason}",))

    def cuts(self) -> list[ShotCut]:
        """What the edit shows of each shot."""
        found: list[ShotCut] = []
        for clip in self.clips:
            circled = self._circled(clip.shot) == clip.take.id
            above = circled or clip.take.model != _MODEL
            found.append(ShotCut(clip.shot, None if above else clip, clip if above else None, circled))
        return found

    @staticmethod
    def _circled(shot: Shot) -> str:
        found = find_shot(shot.id)
        return found[1].circled_take if found else ""

    def next_export(self) -> Path:
        """A name for the cut in the project's exports that nothing has yet: cut-v001.mp4, …"""
        folder = self.project.folder / "exports"
        stem = f"{slug(film_name())}-cut-v"
        used = [int(p.stem[len(stem) :]) for p in folder.glob(f"{stem}*.mp4") if p.stem[len(stem) :].isdecimal()]
        return folder / f"{stem}{max(used, default=0) + 1:03d}.mp4"

    # -- inside -------------------------------------------------------------------------------------

    def _guarded(self, row: ShotListing, work: Callable[[dict[str, float]], ShotReport]) -> ShotReport:
        progress.started(row.shot)
        report = self._attempt(row, work)
        progress.ended(report)
        return report

    @staticmethod
    def _attempt(row: ShotListing, work: Callable[[dict[str, float]], ShotReport]) -> ShotReport:
        shot, seconds = row.shot, {}
        common = {"id": shot.id, "number": shot.number, "name": shot.name, "frames": max(0, shot.frames)}
        if row.problems:
            return ShotReport(**common, status="skipped", problems=row.problems)
        try:
            return work(seconds)
        except BadInput as error:
            problem = Problem(code="bad-input", message=str(error))
            return ShotReport(**common, status="skipped", seconds=seconds, problems=(problem,))
        except ShotwrightError as error:
            problem = Problem(code="failed", message=str(error))
            return ShotReport(**common, status="failed", seconds=seconds, problems=(problem,))
        except ImportError as error:
            problem = Problem(code="failed", message=f"{shot.number}: {missing_package(error)}")
            return ShotReport(**common, status="failed", seconds=seconds, problems=(problem,))
        except Exception as error:  # the night's other shots go on
            traceback.print_exc()
            text = (
                f"{shot.number}: Shotwright met an error of its own: {error!r}. "
                "Please report it with the lines on stderr."
            )
            problem = Problem(code="failed", message=text)
            return ShotReport(**common, status="failed", seconds=seconds, problems=(problem,))

    def _package(self, shot: Shot, wanted: Wanted, seconds: dict[str, float]) -> tuple[ReferencePackage, bool]:
        """The shot's package, and whether it had to be drawn."""
        scene = scene_named(shot.scene)
        aspect = scene.render.pixel_aspect_x / scene.render.pixel_aspect_y
        plan = plan_for(
            shot, wanted.passes, wanted.profile, method=wanted.fit, pixel_aspect=aspect, colours=wanted.colours
        )
        with as_rendered(scene, view_layer_of(scene)):
            evaluation = Evaluation(scene, plan, self._meshes)
            with _clock(seconds, "fingerprint"):
                print_ = evaluation.read(progress.stage(shot, "check"))
            final = self.project.package_folder(shot, print_)
            found = self.project.package(shot, print_)
            if found and all(is_intact(final, file) for file in found.files):
                self._note(found.notes)
                return found, False
            with staging(final.parent) as folder:
                progress.staging(shot, folder)
                drawn = passes_module.draw(plan, evaluation, folder, progress.stage(shot, "draw"))
                seconds.update(drawn.seconds)
                files = tuple(
                    PackageFile(name=path.name, sha256=sha256_of(path), bytes=path.stat().st_size)
                    for path in sorted(folder.iterdir())
                )
                record = passes_module.record(plan, print_, drawn, files)
                self._note(record.notes)
                write_json(folder / "package.json", record.document())
                if found:  # damaged, and the same inputs draw the same pictures
                    shutil.rmtree(final, ignore_errors=True)
                publish(folder, final)
        return self.project.package(shot, print_) or record, True

    def _note(self, notes: tuple[str, ...]) -> None:
        self.notes += [note for note in notes if note not in self.notes]

    def _done(self, shot: Shot, status: str, seconds: dict[str, float], package: ReferencePackage | None) -> ShotReport:
        files: dict[str, str] = {}
        if package:
            place = self.project.package_folder(shot, package.fingerprint).relative_to(self.project.folder).as_posix()
            files = {f"{place}/{file.name}": file.sha256 for file in package.files}
        rounded = {stage: round(value, 3) for stage, value in seconds.items()}
        return ShotReport(
            id=shot.id,
            number=shot.number,
            name=shot.name,
            frames=shot.frames,
            status=status,
            seconds=rounded,
            files=files,
            package=package.fingerprint if package else None,
        )


@contextmanager
def _clock(seconds: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    try:
        yield
    finally:
        seconds[stage] = time.perf_counter() - start

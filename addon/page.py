"""The page of the open film: what there is of each shot, from the scene, its newest package and its takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..core import terms
from ..core.errors import BadInput, StorageError
from ..core.framerate import FrameRate
from ..core.records import ReferencePackage
from ..core.shot import Shot, ShotListing
from ..core.take import Take
from ..jobs.files import create_text, is_intact, load, write_text
from ..jobs.project import Project
from ..media.page.document import TAKES, PageClip, PageFilm, PageShot
from ..media.page.markup import write_page
from ..render_passes import package as passes_module
from . import progress, takes
from .pipeline import Run, choice
from .shot_items import film_name, film_order, scene_named

__all__ = ["Written", "film", "write"]

_CAN_BE_SEEN = (".mp4", ".png")
_RECORD = "package.json"


@dataclass(frozen=True)
class Written:
    """A page on the disk."""

    path: Path
    bytes: int
    shots: int
    references: int
    takes: int
    preview: int
    """Most pixels a preview is high; 0 when everything is as it was made."""
    notes: tuple[str, ...]

    def document(self) -> dict[str, object]:
        """As plain JSON values."""
        return {
            "schema": "shotwright.page.1",
            "page": str(self.path),
            "bytes": self.bytes,
            "shots": self.shots,
            "references": self.references,
            "takes": self.takes,
            "preview": self.preview or None,
            "notes": list(self.notes),
        }

    def sentence(self) -> str:
        """What was written, for people."""
        return (
            f"{self.path}: {self.shots} shots, {self.references} references, {self.takes} takes, "
            f"{self.bytes / 1e6:,.1f} MB"
        )


def write(run: Run, rows: Sequence[ShotListing], path: Path | None, limit: int) -> Written:
    """Write the page of these shots, whole or not at all; to the project's next export unless `path` is given.

    `limit`: bytes of movies and pictures above which they are made smaller; 0 leaves them as they are. What can't be
    shown is said in its place and in the run's notes. Raises BadInput when there is nothing to show, StorageError.
    """
    shown = film(run.project, rows)
    clips = [clip for shot in shown.shots for clip in shot.clips]
    if not clips:
        raise BadInput("Nothing was rendered for these shots yet: run generate or passes first.")
    page = write_page(shown, limit, progress.stage("", shown.title, "page"))
    run.note(page.notes)
    if path:
        write_text(path, page.text)
    else:
        while not create_text(path := run.next_export("page", ".html"), page.text):
            continue
    count = sum(clip.column == TAKES for clip in clips)
    return Written(
        path, path.stat().st_size, len(shown.shots), len(clips) - count, count, page.preview, tuple(run.notes)
    )


def film(project: Project, rows: Sequence[ShotListing]) -> PageFilm:
    """What there is of these shots, in film order."""
    in_edit = takes.in_edit()
    ordered = sorted(rows, key=lambda row: row.shot.order)
    everything = sum(1 for _ in film_order())
    return PageFilm(film_name(), tuple(_shot(project, row, in_edit) for row in ordered), everything - len(ordered))


def _shot(project: Project, row: ShotListing, in_edit: frozenset[str]) -> PageShot:
    shot = row.shot
    notes = [problem.message for problem in row.problems]
    clips: list[PageClip] = []
    others: tuple[str, ...] = ()
    try:
        kept = project.takes(shot.id)
    except StorageError as error:  # one damaged record; the references are there all the same
        kept = []
        notes.append(str(error))
    chosen = choice(shot).circled
    clips += [_take(shot, folder, take, take.id == chosen, take.id in in_edit) for folder, take in kept]
    found = _newest_package(project, shot, notes)
    if found:
        folder, package = found
        notes += _differs(shot, package)
        clips += _references(shot, folder, package)
        others = tuple(file.name for file in package.files if Path(file.name).suffix not in _CAN_BE_SEEN)
    scene = scene_named(shot.scene)
    lens = passes_module.lens_of(scene, shot) if scene else None
    facts = (f"{lens:.4g} mm" if lens else "", shot.camera or "no camera", "locked" if shot.locked else "")
    return PageShot(
        id=shot.id,
        number=shot.number,
        name="" if shot.name == shot.number else shot.name,
        start=shot.start,
        end=shot.end,
        fps=shot.fps,
        width=shot.width,
        height=shot.height,
        clips=tuple(clips),
        facts=tuple(fact for fact in facts if fact),
        prompt=tuple((label, text) for value, label, _ in terms.SECTIONS if (text := getattr(shot.prompt, value))),
        others=others,
        notes=tuple(notes),
    )


# -- references -----------------------------------------------------------------------------------------


def _newest_package(project: Project, shot: Shot, notes: list[str]) -> tuple[Path, ReferencePackage] | None:
    """The package that was finished last, with its folder; what can't be read gets a note."""
    found: list[tuple[int, str, Path]] = []
    for path in (project.shot_folder(shot.id, shot.title) / "refs").glob(f"*/{_RECORD}"):
        try:
            found.append((path.stat().st_mtime_ns, path.parent.name, path))
        except OSError:  # it was cleaned away this moment
            continue
    for _, _, path in sorted(found, reverse=True):
        try:
            return path.parent, load(path, ReferencePackage.model_validate)
        except StorageError as error:
            notes.append(str(error))
    return None


def _differs(shot: Shot, package: ReferencePackage) -> list[str]:
    """A sentence when the references are of another range than the shot has now."""
    if package.model is not None:
        what = f"The references were made for {package.model}"
        return [f"{what}: {package.width}×{package.height} at {package.fps} frames a second."]
    if (package.first, package.last, package.fps) == (shot.first, shot.last, shot.fps):
        return []
    return [
        f"The references are of the frames {package.first}–{package.last} at {package.fps} frames a second, the shot "
        f"is {shot.first}–{shot.last} at {shot.fps} with its handles: render them again."
    ]


def _unlike(shot: Shot, frames: int, fps: FrameRate, size: tuple[int, int]) -> list[str]:
    """Length, rate and size where they are not the shot's: what is as it should be needs no words."""
    same = ((shot.last - shot.first + 1, f"{frames} frames"), (shot.fps, f"{fps} fps"))
    facts = [text for (wanted, text), value in zip(same, (frames, fps), strict=True) if value != wanted]
    return facts + ([] if size == (shot.width, shot.height) else ["{}×{}".format(*size)])


def _references(shot: Shot, folder: Path, package: ReferencePackage) -> list[PageClip]:
    """The pictures and movies of a package, in the order in which passes are listed; movies before stills."""
    known = terms.values(terms.PASSES)
    labels = {value: label for value, label, _ in terms.PASSES}
    names = {file.name for file in package.files}
    clips: list[tuple[int, PageClip]] = []
    for file in package.files:
        stem, suffix = Path(file.name).stem, Path(file.name).suffix
        if suffix not in _CAN_BE_SEEN or (suffix == ".png" and f"{stem}.mp4" in names):
            continue
        legend = {"mask": package.masks, "layout": package.layout}.get(stem, {})
        still = suffix == ".png"
        facts = _unlike(shot, package.kept, package.fps, (package.width, package.height)) if not still else []
        if stem == "depth" and package.depth_near is not None and package.depth_far is not None:
            facts.append(f"{package.depth_near:.3g}–{package.depth_far:.3g} m")
        clip = PageClip(
            column=stem,
            title=labels.get(stem, stem.capitalize()),
            path=folder / file.name,
            first=package.first,
            frames=package.kept,
            fps=package.fps,
            width=package.width,
            height=package.height,
            box=package.box,
            facts=tuple(facts),
            legend=tuple(legend.items()),
            problem="" if is_intact(folder, file) else f"{file.name} is gone or damaged: render the references again.",
        )
        clips.append((known.index(stem) if stem in known else len(known), clip))
    return [clip for _, clip in sorted(clips, key=lambda pair: (pair[1].still, pair[0], pair[1].path.name))]


# -- takes ----------------------------------------------------------------------------------------------


def _take(shot: Shot, folder: Path, take: Take, circled: bool, in_edit: bool) -> PageClip:
    marks = [word for word, is_so in (("circled", circled), ("in the edit", in_edit)) if is_so]
    if (take.start, take.end, take.fps) != (shot.start, shot.end, shot.fps):
        marks.append("another range")
    facts = [take.created[:16].replace("T", " "), *_unlike(shot, take.frames, take.fps, (take.width, take.height))]
    if take.conform.method in ("hold", "retime"):
        facts.append({"hold": f"{take.conform.held} held", "retime": "retimed"}[take.conform.method])
    problem = f"The file of {take.label} is gone or damaged: run generate, and it is cut again from its job's clip."
    return PageClip(
        column=TAKES,
        title=f"{take.label} {take.model}",
        path=folder / take.file.name,
        first=take.first,
        frames=take.frames,
        fps=take.fps,
        width=take.width,
        height=take.height,
        facts=tuple(facts),
        marks=tuple(marks),
        sound=take.conform.audio,
        problem="" if is_intact(folder, take.file) else problem,
    )

"""The storyboard of the open film: what each panel shows is drawn at the times it needs, and no others."""

from __future__ import annotations

import argparse
import datetime
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..core.asset import Asset
from ..core.brief import summary
from ..core.errors import BadInput, ShotwrightError
from ..core.names import slug
from ..core.shot import Shot, ShotListing
from ..core.storyboard import Panel, lay_out
from ..core.tags import tags_in
from ..jobs.files import STAGING, check_writable, write_bytes
from ..media.pictures import png_bytes, read_grey
from ..media.storyboard.letters import Letters
from ..media.storyboard.page import PANEL_HEIGHT, BoardShot, Paper, Picture, draw_pages, pages_of, pdf_bytes
from ..media.storyboard.panel import picture_size
from ..render_passes.as_rendered import as_rendered
from ..render_passes.board import panels
from ..render_passes.evaluation import Evaluation
from ..render_passes.geometry import MeshCache, view_layer_of
from ..render_passes.owners import owners_of
from ..render_passes.plan import Plan, plan_for
from . import progress
from .film import read_assets
from .pipeline import Run
from .prompts import Cameras
from .rhythm import fonts
from .shot_items import film_name, find_shot, scene_named

__all__ = ["Wishes", "Written", "set_stills", "wishes", "write"]

_FOLDER = "boards"


@dataclass(frozen=True)
class Wishes:
    """Where pages go and what stands on them."""

    date: str
    paper: Paper = "A4"
    pdf: Path | None = None
    png: Path | None = None
    """A .png, or a folder."""


@dataclass(frozen=True)
class Written:
    """A storyboard on the disk."""

    pdf: Path | None
    pages: tuple[Path, ...]
    count: int
    """Pages."""
    shots: tuple[dict[str, object], ...]
    failed: bool
    notes: tuple[str, ...]

    def document(self) -> dict[str, object]:
        """As plain JSON values."""
        return {
            "schema": "shotwright.boards.1",
            "pdf": str(self.pdf) if self.pdf else None,
            "png": [str(path) for path in self.pages],
            "pages": self.count,
            "shots": list(self.shots),
            "notes": list(self.notes),
        }

    def sentence(self) -> str:
        """What was written, for people."""
        where = ", ".join(str(path) for path in filter(None, (self.pdf, *self.pages)))
        return f"{where}: {len(self.shots)} panels on {self.count} page{'s' if self.count > 1 else ''}"


def wishes(given: argparse.Namespace) -> Wishes:
    """What the arguments of `boards` ask for. Raises StorageError when the PDF can't be written."""
    found = Wishes(
        date=given.date if given.date is not None else datetime.date.today().isoformat(),
        paper=given.paper,
        pdf=Path(given.pdf).absolute() if given.pdf else None,
        png=Path(given.png).absolute() if given.png else None,
    )
    if found.pdf:
        check_writable(found.pdf)
    return found


def write(run: Run, rows: Sequence[ShotListing], asked: Wishes) -> Written:
    """Write the storyboard of these shots; a PDF into the project's exports where no file is named.

    A shot that can't be drawn has a panel that says why, and a note. Pictures are kept in the project by what they
    show, and drawn again only when that has changed. Raises BadInput when not one can be drawn, StorageError.
    """
    boards = _Boards(run)
    shots: list[BoardShot] = []
    documents: list[dict[str, object]] = []
    for row in sorted(rows, key=lambda row: row.shot.order):
        made, document = boards.of(row)
        shots.append(made)
        documents.append(document)
    run.note([f"{shot.number}: {shot.problem}" for shot in shots if shot.problem])
    if all(shot.problem for shot in shots):
        raise BadInput(f"There is nothing to draw. {shots[0].number}: {shots[0].problem}")
    letters = Letters(fonts())
    laid = pages_of(shots, asked.paper)
    names = _names(asked.png, len(laid))
    tell = progress.stage("", "storyboard", "page")
    images: list[Picture] = []
    for index, image in enumerate(draw_pages(film_name(), laid, asked.paper, asked.date, letters)):
        if names:
            write_bytes(names[index], png_bytes(image))
        images.append(image)
        tell(index + 1, len(laid))
    pdf = asked.pdf
    if pdf:
        write_bytes(pdf, pdf_bytes(images, film_name()))
    elif not names:
        pdf = _publish(run, pdf_bytes(images, film_name()))
    if letters.missing:
        shown = " ".join(sorted(letters.missing)[:12])
        run.note([f"No font of this Blender has these letters, which stand as question marks: {shown}"])
    failed = any(shot.problem for shot in shots)
    return Written(pdf, tuple(names), len(laid), tuple(documents), failed, tuple(run.notes))


def set_stills(shots: Sequence[Shot], what: str) -> None:
    """Choose what first and last frame of shots show, for all of them or none. Raises BadInput for one that is locked
    or linked."""
    for shot in shots:
        if shot.locked or shot.read_only:
            raise BadInput(shot.read_only or f"{shot.number} is locked: unlock it, or leave it out with --shot.")
    for shot in shots:
        found = find_shot(shot.id)
        assert found is not None
        found[1].stills = what


class _Boards:
    """Panels of one run: what several shots share is read once."""

    def __init__(self, run: Run) -> None:
        self._folder = run.project.folder / _FOLDER
        self._cameras = Cameras(run.project.folder)
        self._assets = read_assets()
        self._owners = owners_of(self._assets)
        self._meshes = MeshCache()

    def of(self, row: ShotListing) -> tuple[BoardShot, dict[str, object]]:
        """A shot's panel with its words, and what is told of it."""
        shot = row.shot
        progress.started(shot)
        name = "" if shot.name == shot.number else shot.name
        seconds = max(0, shot.frames) / float(shot.fps.fraction)
        render = scene_named(shot.scene).render
        made = BoardShot(
            number=shot.number,
            name=name,
            sequence=shot.sequence,
            facts="",
            action=_named(shot.prompt.action, self._assets),
            duration=f"{seconds:.1f} s · {max(0, shot.frames)} f",
            aspect=shot.width * render.pixel_aspect_x / (shot.height * render.pixel_aspect_y),
        )
        document: dict[str, object] = {"id": shot.id, "number": shot.number, "name": shot.name}
        paths: list[Path] = []
        try:
            if row.problems:
                raise BadInput(row.problems[0].message)
            made, paths = self._drawn(shot, made)
        except ShotwrightError as error:
            made = replace(made, problem=str(error))
        document |= {
            "sequence": shot.sequence,
            "seconds": round(seconds, 3),
            "frames": shot.frames,
            "camera": made.facts,
            "action": made.action,
            "panel": made.panel.kind,
            "moves": [mark.label for mark in made.panel.marks],
            "ways": [trail.id for trail in (*made.panel.trails, *made.panel.end_trails)],
            "pictures": [path.relative_to(self._folder.parent).as_posix() for path in paths],
            "problem": made.problem or None,
        }
        return made, document

    def _drawn(self, shot: Shot, made: BoardShot) -> tuple[BoardShot, list[Path]]:
        camera = self._cameras.of(shot)
        if camera.brief is None or camera.track is None:
            raise BadInput(camera.problem)
        panel = lay_out(camera.brief, camera.track)
        paths = self._pictures(shot, _plan(shot, panel, made.aspect), panel.ghost)
        return replace(made, facts=summary(camera.brief), panel=panel, pictures=_reader(paths)), paths

    def _pictures(self, shot: Shot, plan: Plan, ghost: str) -> list[Path]:
        """The pictures of a plan, named after what they show."""
        scene = scene_named(shot.scene)
        with as_rendered(scene, view_layer_of(scene)):
            evaluation = Evaluation(scene, plan, self._meshes, None, self._owners)
            fingerprint = evaluation.read(progress.stage(shot.id, shot.number, "check"))
            ends = ("start", "ghost" if ghost else "end")[: plan.frames]
            paths = [self._folder / f"{fingerprint}-{end}.png" for end in ends]
            if any(read_grey(path) is None for path in paths):
                for path, picture in zip(paths, panels(evaluation, ghost), strict=True):
                    write_bytes(path, png_bytes(picture))
        return paths


def _plan(shot: Shot, panel: Panel, aspect: float) -> Plan:
    """The start, and the end too of a pair or a ghost; through a wider window where the panel is wider."""
    two = panel.kind == "pair" or panel.ghost
    times = ((shot.start, 0.0), (shot.end, 0.0)) if two else ((shot.start, 0.0),)
    width, height = picture_size(panel, aspect, PANEL_HEIGHT)
    left, low, right, high = panel.bounds
    across, up = 1 / (right - left), 1 / (high - low)
    window = (across, up, -across * (left + right - 1), -up * (low + high - 1))
    plan = plan_for(shot, ("board",))
    return replace(plan, times=times, width=width, height=height, window=window, kept=len(times))


def _reader(paths: Sequence[Path]) -> Callable[[], list[Picture]]:
    return lambda: [picture for path in paths if (picture := read_grey(path)) is not None]


def _named(text: str, assets: Sequence[Asset]) -> str:
    """A text with the names of assets instead of their tags."""
    names = {asset.tag: asset.name or asset.tag for asset in assets}
    parts: list[str] = []
    done = 0
    for found in tags_in(text):
        parts += (text[done : found.start], names.get(found.tag, text[found.start : found.end]))
        done = found.end
    return "".join((*parts, text[done:]))


def _names(target: Path | None, count: int) -> list[Path]:
    """Names of the pages' pictures: FILE.png, FILE-2.png, …, or film-boards-01.png, … in a folder."""
    if target is None:
        return []
    if target.suffix.lower() == ".png":
        return [target.with_stem(f"{target.stem}-{index + 1}") if index else target for index in range(count)]
    return [target / f"{slug(film_name())}-boards-{index + 1:02d}.png" for index in range(count)]


def _publish(run: Run, data: bytes) -> Path:
    """Write the PDF under the next free name: film-boards-v001.pdf, …"""
    staged = run.exports / f"{STAGING}{uuid.uuid4().hex[:12]}.pdf"
    write_bytes(staged, data)
    return run.publish_export(staged, "boards")

"""From takes to the cut: which take of each shot stands in the edit, and the movie made from it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..core import terms
from ..core.errors import BadInput, Refused, ShotwrightError
from ..core.framerate import FrameRate
from ..core.records import ShotReport
from ..core.shot import Problem, Shot
from ..core.take import Take
from ..jobs import takes
from ..jobs.files import STAGING
from ..jobs.takes import Kept
from ..media.contact_sheet import SheetShot, write_contact_sheet
from . import sequencer
from .pipeline import Run, circled
from .shot_items import edit_scene, film_name
from .shots import list_shots

__all__ = ["Done", "contact_sheet", "cut", "shot_cuts", "swap"]

_PICTURES = (".mp4", ".png")
"""What of a package can be looked at."""


@dataclass
class Done:
    """What became of the cut."""

    movie: Path | None = None
    movie_frames: int | None = None
    sheet: Path | None = None
    problems: list[Problem] = field(default_factory=list)

    def fields(self) -> dict[str, object]:
        """As fields of a `Report`."""
        return {
            "movie": str(self.movie) if self.movie else None,
            "movie_frames": self.movie_frames,
            "contact_sheet": str(self.sheet) if self.sheet else None,
            "problems": tuple(self.problems),
        }


def cut(
    run: Run,
    reports: Sequence[ShotReport],
    restore: Collection[str] = (),
    movie: Path | None = None,
    sheet: Path | None = None,
) -> Done:
    """Bring the takes of the film into the edit and render it; what goes wrong is a problem of the film.

    `restore`: UUIDs of shots that come back when their strips were deleted. `movie`: the project's next export
    unless given.
    """
    done = Done()
    cuts = shot_cuts(run, reports)
    if not cuts:
        return done
    try:
        scene, placed = sequencer.place(cuts, restore)
        run.note([*placed.notes, *placed.conflicts])
        target = movie or run.exports / f"{STAGING}{uuid.uuid4().hex[:12]}.mp4"
        done.movie_frames = sequencer.render_cut(scene, target)
        done.movie = movie or run.publish_export(target)
        if sheet:
            done.sheet = contact_sheet(run, cuts, sheet)
    except ShotwrightError as error:
        code = "bad-input" if isinstance(error, BadInput) else "refused" if isinstance(error, Refused) else "failed"
        done.problems.append(Problem(code=code, message=str(error)))
    return done


def contact_sheet(run: Run, cuts: Sequence[sequencer.ShotCut], path: Path) -> Path:
    """Write a picture of every shot's references: first, middle and last frame of what the take in the cut came from.

    Further pages are named `…-2.png`, `…-3.png`. Raises StorageError.
    """
    shots = [_sheet_shot(run, cut, clip) for cut in cuts if (clip := cut.above or cut.below)]
    made = write_contact_sheet(film_name(), shots, path)
    run.note(made.notes)
    return made.files[0]


def _sheet_shot(run: Run, cut: sequencer.ShotCut, clip: sequencer.Clip) -> SheetShot:
    shot, take = cut.shot, clip.take
    asked = next(each for each in take.request.shots if each.shot == shot.id)
    folder = run.project.package_folder(shot, asked.package)
    step = take.request.fps.fraction / take.fps.fraction
    first, last = round(take.head * step), round((take.end - take.first) * step)
    lens = f"{asked.lens:.4g} mm" if asked.lens else ""
    state = f"{take.label} {take.model}" + (", circled" if cut.circled else "")
    length = take.end - take.start + 1
    return SheetShot(
        title=shot.title,
        facts=" · ".join(fact for fact in (f"{length} frames", f"{take.fps} fps", lens, state) if fact),
        references={
            name.removesuffix(".mp4"): folder / name for name in _in_order(asked.files) if name.endswith(_PICTURES)
        },
        first=first,
        middle=(first + last) // 2,
        last=last,
    )


def _in_order(files: Collection[str]) -> list[str]:
    """Names of references in the order in which passes are listed."""
    known = terms.values(terms.PASSES)
    return sorted(files, key=lambda name: (known.index(Path(name).stem) if Path(name).stem in known else 99, name))


def swap(run: Run) -> None:
    """Bring what is circled now into the edit, where there is one."""
    cuts = shot_cuts(run)
    if edit_scene() is not None and cuts:
        _, placed = sequencer.place(cuts)
        run.note([*placed.notes, *placed.conflicts])


def shot_cuts(run: Run, reports: Sequence[ShotReport] = ()) -> list[sequencer.ShotCut]:
    """What of each shot of the film is cut in.

    `reports`: the shots that were worked on. Their takes decide the edit's frame rate; a shot that was not worked
    on and has no take, or one of another rate, is left out with a note.
    """
    by_id = {report.id: report for report in reports}
    rows = list_shots()
    rows.sort(key=lambda row: row.shot.id not in by_id)
    found: list[sequencer.ShotCut] = []
    rate: FrameRate | None = None
    for row in rows:
        shot, report = row.shot, by_id.get(row.shot.id)
        try:
            chosen = run.chosen_take(shot)  # cut again where it was lost
            reason = "" if chosen else "it has no take yet."
        except ShotwrightError as error:
            chosen, reason = None, str(error)
        if chosen and report is None and rate not in (None, chosen[1].fps):
            reason = f"its take runs at {chosen[1].fps} fps, the others at {rate}."
            chosen = None
        if chosen is None:
            if report is None:
                run.note([f"{shot.number} is not in this cut: {reason}"])
            continue
        rate = rate or chosen[1].fps
        found.append(_shot_cut(run, shot, report))
    return sorted(found, key=lambda each: each.shot.order)


def _shot_cut(run: Run, shot: Shot, report: ShotReport | None) -> sequencer.ShotCut:
    below = takes.newest_animatic(run.project, shot.id)
    above = takes.shown_take(run.project, shot.id, circled(shot))
    shown = (above or below or (None, None))[1]
    return sequencer.ShotCut(
        shot=shot,
        below=_clip(shot, below),
        above=_clip(shot, above),
        circled=above is not None and above[1].id == circled(shot),
        stale=(report is not None and report.status in ("failed", "skipped", "cancelled")) or _differs(shot, shown),
    )


def _clip(shot: Shot, kept: Kept | None) -> sequencer.Clip | None:
    return sequencer.Clip(shot, kept[1], kept[0] / kept[1].file.name) if kept else None


def _differs(shot: Shot, take: Take | None) -> bool:
    """Whether a take was made for another range or rate than its shot has now."""
    return take is not None and (take.first, take.last, take.start, take.end, take.fps) != (
        shot.first,
        shot.last,
        shot.start,
        shot.end,
        shot.fps,
    )

"""From takes to the cut: which take of each shot stands in the edit, and the movie made from it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..core import terms
from ..core.errors import ShotwrightError
from ..core.records import ShotReport
from ..core.shot import Problem, Shot
from ..core.take import Take
from ..jobs import takes
from ..jobs.files import STAGING
from ..jobs.takes import Kept
from ..media.contact_sheet import SheetShot, write_contact_sheet
from . import sequencer
from .pipeline import Run, choice, problem_of
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
    placed: bool = False
    """Whether the edit was brought up to date, which is worth saving even when the movie could not be rendered."""

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
    try:
        cuts = shot_cuts(run, reports)
        if not cuts:
            return done
        scene, placed = sequencer.place(cuts, restore)
        run.note([*placed.notes, *placed.conflicts])
        done.placed = True
        target = movie or run.exports / f"{STAGING}{uuid.uuid4().hex[:12]}.mp4"
        done.movie_frames = sequencer.render_cut(scene, target)
        done.movie = movie or run.publish_export(target)
        if sheet:
            done.sheet = contact_sheet(run, cuts, sheet)
    except ShotwrightError as error:
        done.problems.append(problem_of(error))
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

    `reports`: the shots that were worked on; they decide the edit's frame rate. A take of another rate is left out
    with a note, and so is a shot that was not worked on and has none. Raises SceneError when those that were
    worked on have scenes of several rates.
    """
    by_id = {report.id: report for report in reports}
    rows = list_shots()
    sequencer.check_rates(row.shot.fps for row in rows if row.shot.id in by_id and not row.problems)
    rows.sort(key=lambda row: row.shot.id not in by_id)
    found: list[sequencer.ShotCut] = []
    for row in rows:
        shot, report = row.shot, by_id.get(row.shot.id)
        try:
            run.chosen_take(shot)  # cut again where it was lost
            each = _shot_cut(run, shot, report)
            reason = "it has no take yet."
        except ShotwrightError as error:
            each, reason = None, str(error)
        if each is not None:
            found.append(each)
        elif report is None:
            run.note([f"{shot.number} is not in this cut: {reason}"])
    found = _of_one_rate(run, found)
    return sorted(found, key=lambda each: each.shot.order)


def _shot_cut(run: Run, shot: Shot, report: ShotReport | None) -> sequencer.ShotCut | None:
    """What is cut in of a shot; None when it has no take."""
    chosen = choice(shot)
    below = takes.animatic_take(run.project, shot.id, chosen)
    above = takes.shown_take(run.project, shot.id, chosen)
    shown = above or below
    if shown is None:
        return None
    failed = report is not None and report.status in ("failed", "skipped", "cancelled")
    other = report is not None and report.status in ("done", "fresh") and report.take not in (None, shown[1].id)
    return sequencer.ShotCut(
        shot=shot,
        below=_clip(shot, below),
        above=_clip(shot, above),
        circled=above is not None and above[1].id == chosen.circled,
        stale=failed or other or _differs(shot, shown[1]),
    )


def _of_one_rate(run: Run, cuts: list[sequencer.ShotCut]) -> list[sequencer.ShotCut]:
    """The cuts without takes of another frame rate than the edit's: that of the first shot, where a take has it."""
    if not cuts:
        return []
    first = cuts[0]
    rates = [clip.take.fps for clip in first.clips()]
    rate = first.shot.fps if first.shot.fps in rates else rates[-1]
    kept: list[sequencer.ShotCut] = []
    for cut in cuts:
        strange = [clip for clip in cut.clips() if clip.take.fps != rate]
        for clip in strange:
            why = "is circled and " if cut.circled and clip is cut.above else ""
            what = "uncircle it" if why else "generate the shot again"
            run.note(
                [
                    f"{cut.shot.number} {clip.take.label} {why}runs at {clip.take.fps} frames per second, the edit at "
                    f"{rate}: it is left out. To have the shot in the cut, {what}."
                ]
            )
        below = cut.below if cut.below not in strange else None
        above = cut.above if cut.above not in strange else None
        if below or above:
            kept.append(replace(cut, below=below, above=above, circled=cut.circled and above is not None))
    return kept


def _clip(shot: Shot, kept: Kept | None) -> sequencer.Clip | None:
    return sequencer.Clip(shot, kept[1], kept[0] / kept[1].file.name) if kept else None


def _differs(shot: Shot, take: Take) -> bool:
    """Whether a take was made for another range or rate than its shot has now."""
    return (take.first, take.last, take.start, take.end, take.fps) != (
        shot.first,
        shot.last,
        shot.start,
        shot.end,
        shot.fps,
    )

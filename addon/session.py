"""The composition root for everything that needs a scene: GUI, `--command` and the bpy module.

Each verb is one function of this module; operators call the same ones.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TextIO, assert_never

import bpy

from ..backends import catalog
from ..core import terms
from ..core.errors import BadInput, Refused, SceneError, ShotwrightError, StorageError, storage_error
from ..core.model import ModelProfile
from ..core.model_base import to_json
from ..core.quote import Quote
from ..core.records import Report, ShotReport
from ..core.shot import Problem, ShotListing
from ..jobs.files import STAGING, check_writable
from ..jobs.home import user_data_folder
from . import (
    asset_verb,
    cutting,
    film_jobs,
    fixes,
    flipbooks,
    handlers,
    make_shots,
    motion,
    page,
    pipeline,
    progress,
    project,
    prompt_tables,
    prompt_verb,
    quotes,
    rhythm,
    sequencer,
    sheets,
    storyboard,
    tables,
    takes,
)
from .shot_items import name_film, scene_named
from .shots import export_shot_list, list_shots, read_shots

__all__ = ["run"]


def run(given: argparse.Namespace, out: TextIO) -> int:
    """Do one parsed verb on the open file; returns the exit code."""
    handlers.settle()
    with progress.shown(_progress_mode(given)):
        match given.verb:
            case "shots":
                return _shots(given, out)
            case "make-shots":
                return _make_shots(given, out)
            case "passes":
                return _finish(given, out, _passes(given))
            case "flipbook":
                return _flipbook(given, out)
            case "assets":
                return _assets(given, out)
            case "prompt":
                return _prompt(given, out)
            case "style":
                return _style(given, out)
            case "generate":
                return _finish(given, out, _generate(given))
            case "cut":
                return _finish(given, out, _cut(given))
            case "page":
                return _page(given, out)
            case "boards":
                return _boards(given, out)
            case "rhythm":
                return _say(out, *rhythm.tell(given, _chosen_or_refuse(given)))
            case "quote":
                return _quote(given, out)
            case "takes":
                return _takes(given, out)
            case "jobs":
                return _jobs(given, out)
            case "motion":
                return _motion(given, out)
            case _:
                raise BadInput(f"There is no verb {given.verb!r}.")


# -- verbs ----------------------------------------------------------------------------------------


def _shots(given: argparse.Namespace, out: TextIO) -> int:
    rows = _chosen(given)
    if given.export:
        export_shot_list([row.shot for row in rows], Path(given.export))
    document = {"schema": "shotwright.shots.1", "shots": [row.row() for row in rows]}
    return _say(out, to_json(document) if given.json else tables.shots(rows))


def _make_shots(given: argparse.Namespace, out: TextIO) -> int:
    made = make_shots.make(_scene(given), given.source)
    if given.film:
        name_film(given.film)
    rows = list_shots()
    saved = _save(given)
    if given.json:
        document = {
            "schema": "shotwright.make-shots.1",
            "made": made.made,
            "updated": made.updated,
            "unchanged": made.unchanged,
            "notes": made.notes,
            "saved": saved,
            "shots": [row.row() for row in rows],
        }
        out.write(to_json(document))
    else:
        out.write(tables.shots(rows))
        out.write(f"{len(made.made)} made, {len(made.updated)} updated, {len(made.unchanged)} unchanged. ")
        out.write(f"Saved to {saved}.\n" if saved else "Not saved: add --save or --output FILE.\n")
    for note in made.notes:
        print(f"note: {note}", file=sys.stderr)
    out.flush()
    return terms.EXIT_DONE


def _passes(given: argparse.Namespace) -> Report:
    profile = _profile(given.model)
    rows = _chosen_or_refuse(given)
    run_ = _start(given, create=_work_for(rows))
    wanted = pipeline.Wanted(_in_order(given.passes), profile, given.fit, given.colours, given.occluded)
    reports = [run_.passes(row, wanted) for row in rows]
    return run_.report(reports)


def _flipbook(given: argparse.Namespace, out: TextIO) -> int:
    changed = flipbooks.change(given, [row.shot for row in _chosen_or_refuse(given)])
    saved = _save(given) if changed else None
    shots = [flipbooks.document(row.shot) for row in _chosen(given)]
    document = {"schema": "shotwright.flipbook.1", "shots": shots, "saved": saved}
    out.write(to_json(document) if given.json else tables.flipbooks(shots, saved, changed))
    out.flush()
    problems = [Problem(**problem) for shot in shots for problem in shot["problems"]]
    _tell([note for shot in shots for note in shot["notes"]], problems)
    return terms.EXIT_BAD_INPUT if problems else terms.EXIT_DONE


def _assets(given: argparse.Namespace, out: TextIO) -> int:
    if given.action == "sheet":
        return _sheets(given, out)
    changes = given.action != "list"
    if changes and _saves_here(given):
        _refuse_changed()
    notes: list[str] = []
    keeps = (lambda: project.open_project(notes).folder) if given.save or given.output else None
    chosen = [row.shot for row in _chosen(given)]
    notes += asset_verb.change(given, lambda: _scene(given), chosen, keeps)
    saved = _save(given) if changes else None
    document = asset_verb.document(given, read_shots() if changes else chosen)
    document |= {"saved": saved, "notes": notes}
    return _say(out, to_json(document) if given.json else tables.assets(document, saved, changes), notes)


def _sheets(given: argparse.Namespace, out: TextIO) -> int:
    wanted = asset_verb.wanted_sheet(given)
    if _saves_here(given):
        _refuse_changed()
    made = sheets.draw(wanted)
    notes: list[str] = []
    if given.project:
        project.relink(Path(given.project).absolute(), create=True)
    folder = project.open_project(notes).folder
    paths = [sheets.keep(folder, wanted, each) for each in made]
    saves = bool(given.save or given.output)
    done = sheets.put(wanted, paths) if saves else {}
    saved = _save(given) if set(done.values()) - {"unchanged"} or given.output else None
    rows = [
        {"kind": each.kind, "path": str(path), "width": each.width, "height": each.height, "done": done.get(str(path))}
        for each, path in zip(made, paths, strict=True)
    ]
    notes += dict.fromkeys(note for each in made for note in each.notes)
    document = {
        "schema": "shotwright.sheets.1",
        "tag": sheets.check(wanted).asset.tag,
        "sheets": rows,
        "saved": saved,
        "notes": notes,
    }
    return _say(out, to_json(document) if given.json else tables.sheets(rows, saved, saves), notes)


def _prompt(given: argparse.Namespace, out: TextIO) -> int:
    profile = _profile(given.model)
    chosen = [row.shot for row in _chosen_or_refuse(given)]
    if _saves_here(given):
        _refuse_changed()
    changed = prompt_verb.change(given, chosen, [row.shot for row in list_shots()])
    saved = _save(given) if changed else None
    if given.action == "export":
        document = prompt_verb.export_document(chosen, str(Path(given.target).absolute()))
        document = {"schema": "shotwright.prompt.1", **document, "saved": None}
        out.write(to_json(document) if given.json else prompt_tables.exported(document))
        return terms.EXIT_DONE
    document, notes = prompt_verb.document([row.shot for row in _chosen(given)], profile)
    document = {"schema": "shotwright.prompt.1", **document, "saved": saved}
    return _say(out, to_json(document) if given.json else prompt_tables.prompts(document, saved, changed), notes)


def _style(given: argparse.Namespace, out: TextIO) -> int:
    if _saves_here(given):
        _refuse_changed()
    changed = prompt_verb.change_style(given)
    saved = _save(given) if changed else None
    document = {"schema": "shotwright.style.1", **prompt_verb.style_document(), "saved": saved}
    return _say(out, to_json(document) if given.json else prompt_tables.style(document, saved, changed))


def _profile(name: str | None) -> ModelProfile | None:
    """The profile of a model, ours or from the user's folder. Raises BadInput with the names there are."""
    if name is None:
        return None
    models = catalog.load(user_data_folder() / "models")
    for complaint in models.complaints:
        print(f"note: {complaint}", file=sys.stderr)
    return models.get(name)


def _generate(given: argparse.Namespace) -> Report:
    rows = _chosen_or_refuse(given)
    _refuse_early(given)
    sequencer.check_rates(row.shot.fps for row in rows if not row.problems)
    run_ = _start(given, create=_work_for(rows))
    how = pipeline.Generate(picture=given.picture, again=given.again, together=given.together, short=given.short)
    named = {row.shot.id for row in rows} if given.shot else set()
    reports = run_.generate(rows, how, named)
    return _cut_takes(given, run_, reports)


def _cut(given: argparse.Namespace) -> Report:
    rows = _chosen_or_refuse(given)
    _refuse_early(given)
    run_ = _start(given, create=False)
    reports = [run_.existing_take(row) for row in rows]
    return _cut_takes(given, run_, reports)


def _cut_takes(given: argparse.Namespace, run_: pipeline.Run, reports: list[ShotReport]) -> Report:
    """Place what there is and render it. A night's other shots still reach the cut when one failed."""
    done = cutting.cut(
        run_,
        reports,
        restore={report.id for report in reports} if given.shot else set(),
        movie=Path(given.movie).absolute() if given.movie else None,
        sheet=Path(given.contact_sheet).absolute() if given.contact_sheet else None,
    )
    saved = None
    if done.placed:
        try:
            saved = _save(given)
        except ShotwrightError as error:  # the takes are on the disk, and their report is worth having
            done.problems.append(pipeline.problem_of(error))
    return run_.report(reports, saved=saved, **done.fields())


def _page(given: argparse.Namespace, out: TextIO) -> int:
    rows = _chosen_or_refuse(given)
    path = Path(given.page).absolute() if given.page else None
    if path:
        _refuse_export(given.page, "page")
        check_writable(path)
    run_ = _start(given, create=False)
    made = page.write(run_, rows, path, round(given.limit * 1e6))
    return _say(out, to_json(made.document()) if given.json else made.sentence() + "\n", run_.notes)


def _boards(given: argparse.Namespace, out: TextIO) -> int:
    rows = _chosen_or_refuse(given)
    wishes = storyboard.wishes(given)
    _refuse_export(given.pdf, "pdf")
    if (given.save or given.output) and not given.stills:
        raise BadInput("boards changes nothing without --stills: leave --save and --output out, or add it.")
    if _saves_here(given):
        _refuse_changed()
    if given.stills:
        storyboard.set_stills([row.shot for row in rows], given.stills)
    made = storyboard.write(_start(given, create=_work_for(rows)), rows, wishes)
    saved = _save(given)
    out.write(to_json({**made.document(), "saved": saved}) if given.json else made.sentence() + "\n")
    out.flush()
    _tell(made.notes)
    return terms.EXIT_BAD_INPUT if made.failed else terms.EXIT_DONE


def _quote(given: argparse.Namespace, out: TextIO) -> int:
    if (given.save or given.output) and not given.fix:
        raise BadInput("quote changes nothing without --fix: leave --save and --output out, or add it.")
    if _saves_here(given):
        _refuse_changed()
    profile = _profile(given.model or pipeline.Generate().model)
    fixed = fixes.fix(_quoted(given, profile).all_findings) if given.fix else fixes.Fixed()
    quote = _quoted(given, profile)
    saved = _save(given) if given.fix else None
    quote = quote.model_copy(update={"fixed": tuple(fixed.done), "notes": (*quote.notes, *fixed.left), "saved": saved})
    out.write(to_json(quote.document()) if given.json else tables.quote(quote, given.fix))
    out.flush()
    _tell(quote.notes, [problem for line in quote.lines for problem in line.problems])
    return terms.EXIT_BAD_INPUT if any(line.problems for line in quote.lines) else terms.EXIT_DONE


def _quoted(given: argparse.Namespace, profile: ModelProfile) -> Quote:
    """The quote of the shots as they are now. Without --model it is that of the animatic, as generate makes it."""
    rows = _chosen_or_refuse(given)
    run_ = _start(given, create=False)
    how = pipeline.Generate(picture=given.picture, again=given.again, together=given.together)
    if given.model in (None, how.model):
        if given.passes or given.fit or given.colours:
            raise BadInput("--pass, --fit and --colours are about the references of a model: name it with --model.")
        return quotes.quote(run_, rows, how, profile=profile)
    wanted = pipeline.Wanted(_in_order(given.passes), profile, given.fit or "pad", given.colours or "neutral")
    return quotes.quote(run_, rows, replace(how, model=given.model), wanted, profile)


def _in_order(passes: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in terms.values(terms.PASSES) if name in passes)


def _takes(given: argparse.Namespace, out: TextIO) -> int:
    rows = _chosen_or_refuse(given)
    run_ = _start(given, create=False)
    if given.action != "list":
        if not given.shot:
            raise BadInput(f"Name the shot whose take you want to {given.action} with --shot.")
        if _saves_here(given):
            _refuse_changed()
        for row in rows:
            if given.action == "circle":
                takes.circle(run_.project, row.shot, given.take)
            else:
                takes.uncircle(row.shot)
        cutting.swap(run_)
    saved = _save(given) if given.action != "list" else None
    shown = takes.in_edit()
    shots = [takes.document(run_.project, row.shot, shown) for row in rows]
    document = {"schema": "shotwright.takes.1", "shots": shots, "saved": saved, "notes": run_.notes}
    out.write(to_json(document) if given.json else tables.takes(shots, saved, given.action != "list"))
    out.flush()
    wrong = [Problem(code="failed", message=str(shot["problem"])) for shot in shots if shot["problem"]]
    _tell(run_.notes, wrong)
    return terms.EXIT_FAILED if wrong else terms.EXIT_DONE


def _jobs(given: argparse.Namespace, out: TextIO) -> int:
    chosen = {row.shot.id for row in _chosen(given)} if given.shot else set()
    film = _start(given, create=False).project
    rows = film_jobs.choose(film, given.job, chosen, given.open and given.action == "list")
    wrong: dict[str, str] = {}
    notes: list[str] = []
    if given.action == "resume":
        notes, wrong = film_jobs.resume(film, rows, named=bool(given.job or given.shot))
    elif given.action == "cancel":
        if not given.job and not given.shot:
            raise BadInput("Name the jobs to cancel with --job, or their shots with --shot.")
        notes, wrong = film_jobs.cancel(film, rows)
    if given.action != "list":
        rows = [row for row in film_jobs.choose(film, [], set(), False) if row.id in {old.id for old in rows}]
    jobs = [film_jobs.document(film, row) for row in rows]
    problems = [Problem(code="failed", message=message) for message in wrong.values()]
    document = {
        "schema": "shotwright.jobs.1",
        "project": str(film.folder),
        "jobs": jobs,
        "notes": notes,
        "problems": [problem.document() for problem in problems],
    }
    out.write(to_json(document) if given.json else tables.jobs(jobs))
    out.flush()
    _tell(notes, problems)
    return terms.EXIT_FAILED if wrong else terms.EXIT_DONE


def _motion(given: argparse.Namespace, out: TextIO) -> int:
    done = motion.put(_scene(given), motion.wanted(given))
    saved = _save(given)
    told = f"Saved to {saved}." if saved else "Not saved: add --save or --output FILE."
    words = to_json({**done.document(), "saved": saved}) if given.json else f"{done.sentence()} {told}\n"
    return _say(out, words, done.notes)


# -- what verbs share -----------------------------------------------------------------------------


def _scene(given: argparse.Namespace) -> bpy.types.Scene:
    """The scene named by --scene, else the open one; never the edit."""
    if given.scene:
        scene = scene_named(given.scene)
        if scene is None:
            names = ", ".join(scene.name_full for scene in bpy.data.scenes)
            raise BadInput(f"This file has no scene {given.scene!r}. It has: {names}.")
        return scene
    scene = bpy.context.scene
    if scene.shotwright.is_edit:
        layouts = [s for s in bpy.data.scenes if not s.shotwright.is_edit and s.library is None]
        if len(layouts) != 1:
            raise BadInput("The open scene is the edit: name the layout with --scene.")
        return layouts[0]
    return scene


def _chosen(given: argparse.Namespace) -> list[ShotListing]:
    """The shots that --scene and --shot leave. Raises BadInput for one that isn't there."""
    scene = getattr(given, "scene", None)
    if scene:
        _scene(given)
    rows = [row for row in list_shots() if scene in (None, row.shot.scene)]
    if not given.shot:
        return rows
    chosen: list[ShotListing] = []
    for wanted in given.shot:
        found = [row for row in rows if wanted in (row.shot.id, row.shot.number, row.shot.name)]
        if not found:
            known = ", ".join(row.shot.number for row in rows) or "none"
            raise BadInput(f"There is no shot {wanted!r}. Shots: {known}.")
        chosen += [row for row in found if row not in chosen]
    return chosen


def _chosen_or_refuse(given: argparse.Namespace) -> list[ShotListing]:
    rows = _chosen(given)
    if not rows and given.scene and list_shots():
        raise SceneError(f"The scene {given.scene!r} has no shots: leave --scene out, or make some with make-shots.")
    if not rows:
        raise SceneError(
            "This film has no shots yet: make some with make-shots and save them, or with Make Shots in the sidebar."
        )
    return rows


def _work_for(rows: Sequence[ShotListing]) -> bool:
    return any(not row.problems for row in rows)


def _start(given: argparse.Namespace, create: bool) -> pipeline.Run:
    """The run on the film's project. Without `create` nothing is written before there is work to keep."""
    notes: list[str] = []
    if given.project and (create or given.verb in ("cut", "takes", "jobs", "page", "quote")):
        project.relink(Path(given.project).absolute(), create)
    return pipeline.Run(project.open_project(notes, create), notes)


def _refuse_early(given: argparse.Namespace) -> None:
    """Say no before a night's work, not after it."""
    if _saves_here(given):
        _refuse_changed()
    if given.movie:
        flipbooks.refuse_overwriting(Path(given.movie), [row.shot for row in list_shots()])
    _refuse_export(given.movie)
    for path in filter(None, (given.movie, given.contact_sheet, given.output, given.save and bpy.data.filepath)):
        check_writable(Path(path).absolute())


def _refuse_export(path: str | None, what: str = "movie") -> None:
    """A cut or page among the project's exports is never written over."""
    place = project.folder()
    if path and place and Path(path).exists() and Path(path).resolve().is_relative_to((place / "exports").resolve()):
        made = {"movie": "cut"}.get(what, what)
        raise Refused(
            f"{path} is a {made} that was made before: give another name, or leave --{what} out for the next one."
        )


def _saves_here(given: argparse.Namespace) -> bool:
    """Whether the open file is what would be written; --output may name it too."""
    if not given.output:
        return bool(given.save)
    here, target = Path(bpy.data.filepath), Path(given.output)
    return target.exists() and here.exists() and target.samefile(here)


def _refuse_changed() -> None:
    if handlers.changed_on_disk():
        raise Refused(
            f"{bpy.data.filepath} was changed on disk since it was opened: open it again, or save elsewhere "
            "with --output FILE."
        )


def _save(given: argparse.Namespace) -> str | None:
    """Save as --save or --output asks; returns the path, or None when neither was given."""
    if not given.save and not given.output:
        return None
    if _saves_here(given):
        _refuse_changed()
    path = Path(given.output).absolute() if given.output else Path(bpy.data.filepath)
    check_writable(path)
    _write_blend(path)
    return str(path)


def _write_blend(path: Path) -> None:
    """Write a copy beside `path`, read it back and put it in its place; what was there becomes `.blend1`.

    On a full disk Blender reports success for a compressed file that it could not finish.
    """
    path = path.resolve()  # a link stays one
    temporary = path.with_name(f"{STAGING}{uuid.uuid4().hex[:12]}.blend")
    try:
        bpy.ops.wm.save_as_mainfile(filepath=str(temporary), compress=True, copy=True, check_existing=False)
        with bpy.data.libraries.load(str(temporary)):
            pass
    except (OSError, RuntimeError) as error:
        _forget(temporary)
        text = f"Blender could not write {path} whole: check the free space on the disk and run it again."
        raise StorageError(text) from error
    before = path.with_name(f"{path.name}1")
    try:
        if path.exists():
            _keep_copy(path, before)
        temporary.replace(path)
    except OSError as error:
        _forget(temporary)
        raise storage_error(error, path) from error


def _keep_copy(path: Path, before: Path) -> None:
    """Give the file that is there a second name: at no instant is there none of the first."""
    kept = path.with_name(f"{STAGING}{uuid.uuid4().hex[:12]}.blend1")
    try:
        try:
            os.link(path, kept)
        except OSError:  # a file system without links
            shutil.copy2(path, kept)
        kept.replace(before)
    finally:
        _forget(kept)


def _forget(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def _finish(given: argparse.Namespace, out: TextIO, report: Report) -> int:
    """Print a report and turn it into an exit code: 1 when work failed, 2 for bad input, 3 when refused, else 0."""
    out.write(to_json(report.document()) if given.json else tables.summary(report))
    problems = [problem for shot in report.shots for problem in shot.problems]
    _tell(report.notes, [*problems, *report.problems])
    out.flush()
    codes = [*map(_code, report.shots), *(_FILM_CODES.get(each.code, terms.EXIT_FAILED) for each in report.problems)]
    return max(codes, key=(0, 3, 2, 1).index, default=terms.EXIT_DONE)


_FILM_CODES = {"bad-input": terms.EXIT_BAD_INPUT, "refused": terms.EXIT_REFUSED}


def _say(out: TextIO, text: str, notes: Sequence[str] = ()) -> int:
    """Print what a verb has to say, with its notes beside it; returns the exit code."""
    out.write(text)
    out.flush()
    _tell(notes)
    return terms.EXIT_DONE


def _tell(notes: Sequence[str], problems: Sequence[Problem] = ()) -> None:
    for note in notes:
        print(f"note: {note}", file=sys.stderr)
    for message in dict.fromkeys(problem.message for problem in problems):
        print(f"shotwright: {message}", file=sys.stderr)


def _code(shot: ShotReport) -> int:
    match shot.status:
        case "done" | "fresh" | "locked":
            return terms.EXIT_DONE
        case "refused":
            return terms.EXIT_REFUSED
        case "skipped":
            return terms.EXIT_BAD_INPUT
        case "failed" | "cancelled":
            return terms.EXIT_FAILED
        case _:
            assert_never(shot.status)


def _progress_mode(given: argparse.Namespace) -> progress.Mode:
    if getattr(given, "progress", False):
        return "lines"
    return "bars" if sys.stderr.isatty() and not given.quiet else "nothing"

"""The rhythm of the open film: read from its edit where there is one, else from its shots."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import bpy

from ..core.errors import BadInput
from ..core.model_base import to_json
from ..core.rhythm import CutShot, Repeat, Rhythm, cut_shot, played, rhythm
from ..core.shot import Shot, ShotListing
from ..jobs.files import check_writable, write_bytes
from ..media.pictures import png_bytes
from ..media.rhythm import draw_rhythm
from . import progress, project, shot_items, strips
from .prompts import Cameras
from .shots import frame_rate
from .tables import plain

__all__ = ["fonts", "read", "table", "tell"]


def tell(given: argparse.Namespace, rows: Sequence[ShotListing]) -> tuple[str, list[str]]:
    """What the verb prints, its picture written, and the notes beside it. Raises BadInput, StorageError."""
    picture = Path(given.picture).absolute() if given.picture else None
    if picture:
        check_writable(picture)
    notes: list[str] = []
    found = read(rows, project.folder(), notes, named=bool(given.shot))
    if picture:
        write_bytes(picture, png_bytes(draw_rhythm(found, fonts())))
    if not given.json:
        return table(found), notes
    return to_json({**found.document(), "picture": str(picture) if picture else None, "notes": notes}), notes


def read(rows: Sequence[ShotListing], folder: Path | None, notes: list[str], named: bool = False) -> Rhythm:
    """The rhythm of these shots; of the edit where there is one and no shots were `named`.

    `folder` is the project's, None while there is none. What can't be measured is in the answer with its reason and
    in `notes`. Raises BadInput when no shot has a length.
    """
    known = {row.shot.id: row.shot for row in sorted(rows, key=lambda row: row.shot.order)}
    edit = None if named else shot_items.edit_scene()
    cuts = _cuts(edit, known, notes) if edit is not None else []
    source = "edit" if cuts else "shots"
    cuts = cuts or [_plain(shot, shot.frames, float(shot.fps.fraction)) for shot in known.values() if shot.frames > 0]
    if not cuts:
        raise BadInput("None of these shots has a length: their ends lie before their starts. Swap them.")
    cameras, measured = Cameras(folder), {}
    for cut in cuts:
        if cut.id not in measured:
            progress.stage(cut.id, cut.number, "camera")(len(measured), len(known))
            measured[cut.id] = cameras.of(known[cut.id])
    shots: list[CutShot] = []
    for cut in cuts:
        camera = measured[cut.id]
        if camera.brief is None or camera.track is None:
            shots.append(cut.model_copy(update={"problem": camera.problem}))
        else:
            shots.append(cut_shot(cut, camera.brief, camera.track))
    notes += [camera.problem for camera in measured.values() if camera.problem]
    return rhythm(shots, source, shot_items.film_name())


def _cuts(edit: bpy.types.Scene, known: dict[str, Shot], notes: list[str]) -> list[CutShot]:
    """What plays in the edit, in its order and lengths."""
    found = played(
        (piece.shot, piece.start, piece.end, piece.channel)
        for piece in strips.pieces(edit)
        if piece.role != "sound" and not piece.strip.mute and piece.shot in known
    )
    rate = float(frame_rate(edit).fraction)
    cut = {each.shot for each in found}
    left = [shot.number for shot in known.values() if shot.id not in cut]
    if found and left:
        notes.append(f"Not in the edit, and left out: {', '.join(left)}.")
    return [_plain(known[each.shot], each.end - each.start, rate) for each in found]


def _plain(shot: Shot, frames: int, rate: float) -> CutShot:
    name = "" if shot.name == shot.number else shot.name
    return CutShot(
        id=shot.id, number=shot.number, name=name, sequence=shot.sequence, seconds=frames / rate, frames=frames
    )


def fonts() -> list[Path]:
    """The fonts that come with Blender, which have most scripts between them; none where it has none."""
    folder = bpy.utils.system_resource("DATAFILES", path="fonts")
    return sorted(path for path in Path(folder).iterdir() if path.is_file()) if folder else []


# -- words ----------------------------------------------------------------------------------------------


def table(found: Rhythm) -> str:
    """The rhythm for people."""
    shots = found.shots
    lines = [f"{'shot':<8} {'seconds':>8}  {'size':<9} {'moves':<22} {'next':<10} name"]
    for index, shot in enumerate(shots):
        sizes = "–".join(dict.fromkeys(filter(None, (shot.size, shot.end_size)))) or "-"
        step = _step(found.changes[index].steps) if index < len(found.changes) else ""
        moves = ", ".join(shot.moves) or "-"
        lines.append(f"{shot.number:<8} {shot.seconds:>8.2f}  {sizes:<9} {moves:<22} {step:<10} {shot.name}".rstrip())
    longest, shortest = shots[found.longest], shots[found.shortest]
    source = "the edit" if found.source == "edit" else "the shot list"
    lines.append(
        f"{len(shots)} shots in {found.seconds:.1f} s of {source}: average {found.average:.2f} s, median "
        f"{found.median:.2f} s, longest {longest.number} {longest.seconds:.1f} s, shortest {shortest.number} "
        f"{shortest.seconds:.1f} s"
    )
    lines += [
        f"{each.name or 'No sequence'}: {each.shots} shots, {each.seconds:.1f} s, {each.cuts_per_minute:g} cuts/min"
        for each in found.sequences
    ]
    lines += [_repeat(found, each) for each in found.repeats]
    for change in found.changes:
        pair = f"{shots[change.first].number} to {shots[change.second].number}"
        for line in change.crosses:
            lines.append(f"Line: {pair}: the camera crosses the line between {line.replace(' ', ' and ')}.")
        if change.reverses:
            lines.append(f"Direction: {pair}: the subject goes the other way across the picture.")
    return "\n".join(map(plain, lines)) + "\n"


def _step(steps: int | None) -> str:
    if steps is None:
        return ""
    return f"{abs(steps)} {'wider' if steps > 0 else 'closer'}" if steps else "same size"


def _repeat(found: Rhythm, repeat: Repeat) -> str:
    pairs = zip((repeat.first, repeat.second), repeat.ends, strict=True)
    first, second = (f"{found.shots[place].number}'s {end}" for place, end in pairs)
    why = f": {repeat.reason}" if repeat.reason else ""
    word = {"echo": "Echo", "return": "Return", "accident": "Accident"}[repeat.kind]
    return f"{word}: {first} and {second} are {repeat.similarity:.0%} alike{why}."

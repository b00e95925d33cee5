"""The verbs `prompt` and `style`: show, change, export and import what is said to a model."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import bpy

from ..core import prompt_file, terms
from ..core.brief import summary
from ..core.dialect import PLAIN
from ..core.errors import BadInput, Refused, storage_error
from ..core.model import ModelProfile
from ..core.prompt import CompiledPrompt
from ..core.shot import Shot
from ..core.style import parse_kelvin, parse_palette, parse_shutter
from ..core.text import ESTIMATED, clean, length
from ..core.text_file import read_text_file
from ..jobs.files import write_text
from . import project
from .film import read_style
from .prompts import Cameras, compiled, left_out
from .shot_items import read_only_reason, writable
from .style_items import layout_scenes, style_scene

__all__ = ["change", "change_style", "document", "export_document", "set_prompt", "style_document"]

_SECTIONS = terms.values(terms.SECTIONS)
_STYLE = ("prefix", "palette", "white_balance", "lens", "shutter")


def change(given: argparse.Namespace, shots: Sequence[Shot], everything: Sequence[Shot]) -> bool:
    """Do what the verb `prompt` was asked for, for all of its shots or none; whether the scene was changed.

    `shots` are those that were chosen, `everything` is the film. Raises BadInput, Refused or StorageError.
    """
    said = {name: clean(text) for name in _SECTIONS if (text := getattr(given, f"section_{name}")) is not None}
    changes: dict[str, Any] = said
    if given.repeat_identity is not None:
        changes = {**said, "repeat_identity": given.repeat_identity}
    _check_arguments(given, bool(changes))
    match given.action:
        case "set":
            _put([(shot, changes) for shot in shots])
        case "clear":
            gone = dict.fromkeys(given.sections or _SECTIONS, "")
            _put([(shot, gone if given.sections else {**gone, "repeat_identity": False}) for shot in shots])
        case "export":
            _export(Path(given.target).absolute(), shots, given.force)
            return False
        case "import":
            _put(_read(Path(given.source), {shot.id for shot in shots} if given.shot else None, everything))
        case _:
            return False
    return True


def _check_arguments(given: argparse.Namespace, said: bool) -> None:
    action = given.action
    if said and action != "set":
        raise BadInput(f"Sections are changed with prompt set, not with prompt {action}.")
    if action == "set" and not said:
        flags = ", ".join(f"--{name}" for name in _SECTIONS)
        raise BadInput(f"Say what to set: {flags} or --repeat-identity.")
    if given.sections and action != "clear":
        raise BadInput(f"--section belongs to prompt clear, not to prompt {action}.")
    if action in ("set", "clear") and not given.shot:
        raise BadInput(f"Name the shot whose prompt you want to {action} with --shot.")
    if given.force and action != "export":
        raise BadInput(f"--force belongs to prompt export, not to prompt {action}.")
    for flag, value, belongs in (("--to", given.target, "export"), ("--from", given.source, "import")):
        if value and action != belongs:
            raise BadInput(f"{flag} belongs to prompt {belongs}, not to prompt {action}.")
        if action == belongs and not value:
            raise BadInput(f"Name the file with {flag} FILE.json.")
    if given.target and not given.target.lower().endswith(".json"):
        raise BadInput(f"--to {given.target} does not end in .json: prompts are written as JSON.")


def _export(path: Path, shots: Sequence[Shot], force: bool) -> None:
    """Write the prompts. Raises Refused where that would write over something else, unless `force`."""
    text = prompt_file.render(shots)
    try:
        differs = path.exists() and path.read_bytes() != text.encode()
    except OSError as error:
        raise storage_error(error, path) from error
    if differs and not force:
        raise Refused(f"{path} is there already, and not the same: give another name, or write over it with --force.")
    write_text(path, text)


def _read(path: Path, chosen: set[str] | None, shots: Sequence[Shot]) -> list[tuple[Shot, Mapping[str, Any]]]:
    """The shots of a file with what it says of them. Raises BadInput, also for a shot that isn't there."""
    text = read_text_file(path, "a file of prompts")
    try:
        entries = prompt_file.parse(text)
    except BadInput as error:
        raise BadInput(f"{path.name}: {error}") from error
    by_id = {shot.id: shot for shot in shots}
    by_number = {shot.number: shot for shot in shots}
    found: dict[str, tuple[Shot, Mapping[str, Any]]] = {}
    for entry in entries:
        shot = by_id.get(entry.id or "") or by_number.get(entry.number)
        if shot is None:
            known = ", ".join(shot.number for shot in shots[:20])
            raise BadInput(f"{path.name}: there is no shot {entry.number}. Shots: {known}. Nothing was changed.")
        if shot.id in found:
            raise BadInput(f"{path.name}: two of its prompts are for {shot.number}: remove one. Nothing was changed.")
        found[shot.id] = (shot, entry.said)
    return [pair for shot_id, pair in found.items() if chosen is None or shot_id in chosen]


def _put(changes: Sequence[tuple[Shot, Mapping[str, Any]]]) -> None:
    for item, said in [(writable(shot.id, "change its prompt"), said) for shot, said in changes]:
        set_prompt(item, said)


def set_prompt(item: bpy.types.PropertyGroup, said: Mapping[str, Any]) -> None:
    """Change sections of a stored shot's prompt."""
    for name, value in said.items():
        setattr(item.prompt, name, value)


def document(shots: Sequence[Shot], profile: ModelProfile | None) -> tuple[dict[str, Any], list[str]]:
    """What `shotwright prompt` tells, as plain JSON values, and notes. Without a profile in plain text."""
    cameras = Cameras(project.folder())
    rule = profile.prompt if profile else None
    dialect = rule.read_as() if rule else PLAIN
    rows: list[dict[str, Any]] = []
    notes: list[str] = []
    if profile and rule is None:
        notes.append(f"{profile.title} takes no text.")
    for shot in shots:
        camera = cameras.of(shot)
        row = _row(shot)
        row["camera"] = {
            "words": camera.words,
            "summary": summary(camera.brief) if camera.brief else "",
            "brief": camera.brief.document() if camera.brief else None,
            "typed": bool(clean(shot.prompt.camera)),
        }
        row |= {"compiled": None, "length": None}
        if profile is None or rule:
            found = compiled(shot, dialect, camera)
            row["compiled"] = found.document()
            row["length"] = {
                "unit": dialect.unit,
                "text": length(found.text, dialect.unit),
                "negative": length(found.negative, dialect.unit) if found.negative else 0,
                "max": dialect.limit,
                "estimated": dialect.unit in ESTIMATED,
            }
            notes += _notes(shot, profile, found)
        notes += [camera.problem] if camera.problem else []
        rows.append(row)
    told = {"model": profile.name if profile else None, "style": read_style().document(), "shots": rows}
    return {**told, "written": None}, notes


def export_document(shots: Sequence[Shot], path: str) -> dict[str, Any]:
    """What `shotwright prompt export` tells: what was written, and where. No camera is measured for it."""
    return {"model": None, "style": read_style().document(), "shots": list(map(_row, shots)), "written": path}


def _row(shot: Shot) -> dict[str, Any]:
    return {"id": shot.id, "number": shot.number, "name": shot.name, "prompt": shot.prompt.document()}


def _notes(shot: Shot, profile: ModelProfile | None, found: CompiledPrompt) -> list[str]:
    unknown = [f"{shot.number}: there is no asset @{tag}, so only its word is in the text." for tag in found.unknown]
    return unknown + (left_out(shot, profile, found) if profile else [])


# -- style ----------------------------------------------------------------------------------------------


def change_style(given: argparse.Namespace) -> bool:
    """Do what the verb `style` was asked for; whether the scene was changed. Raises BadInput."""
    parsers: dict[str, Callable[[str], Any]] = {
        "prefix": clean,
        "palette": parse_palette,
        "white_balance": parse_kelvin,
        "lens": clean,
        "shutter": parse_shutter,
    }
    said = {name: parse(text) for name, parse in parsers.items() if (text := getattr(given, name)) is not None}
    if said and given.action != "set":
        raise BadInput(f"The style is changed with style set, not with style {given.action}.")
    if given.action == "set" and not said:
        flags = ", ".join(f"--{name.replace('_', '-')}" for name in _STYLE)
        raise BadInput(f"Say what to set: {flags}.")
    if given.fields and given.action != "clear":
        raise BadInput(f"--field belongs to style clear, not to style {given.action}.")
    if given.action == "show":
        return False
    scene = style_scene()
    reason = read_only_reason(scene)
    if reason:
        raise BadInput(f"The film's style can't be changed here. {reason}")
    if given.action == "clear":
        said = {name: None for name in _STYLE if not given.fields or name.replace("_", "-") in given.fields}
    # A copied scene has a copy of the style, which would take the place of what is cleared.
    local = (each for each in layout_scenes() if each.library is None)
    for owner in local if given.action == "clear" else (scene,):
        for name, value in said.items():
            _set_style(owner.shotwright.style, name, value)
    return True


def _set_style(style: bpy.types.PropertyGroup, name: str, value: Any) -> None:
    if name != "palette":
        style.property_unset(name)
        if value:
            setattr(style, name, value)
        return
    style.palette.clear()
    for each in value or ():
        colour = style.palette.add()
        colour.share, colour.name, colour.colour = each.share, each.name, each.colour


def style_document() -> dict[str, Any]:
    """What `shotwright style` tells, as plain JSON values."""
    return {"scene": style_scene().name_full, "style": read_style().document()}

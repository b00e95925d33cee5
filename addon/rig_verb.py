"""The verb `rigs`: what is recognised in files of any kind that has armatures."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

import bpy

from ..core import terms
from ..core.errors import BadInput
from ..core.model_base import to_json
from ..core.rigs.data import JOINTS, SCHEMA, Recognised
from . import rig_files, rig_maps

__all__ = ["run"]


def run(given: argparse.Namespace, out: TextIO) -> int:
    """Recognise the rigs of each file and print them. One bad file of several does not stop the others.

    Raises BadInput when the only file can't be read, or when no file is open and none is named.
    """
    files: list[str] = list(given.files)
    if not files and not bpy.data.filepath:
        raise BadInput("No file is open: name one or more behind the verb, as in rigs character.fbx.")
    documents: list[dict[str, Any]] = []
    for file in files or [bpy.data.filepath]:
        try:
            if files:
                rig_files.open_or_import(Path(file))
            found = _chosen(given.armature, file)
        except BadInput as error:
            if len(files) < 2:
                raise
            documents.append({"file": file, "rigs": [], "problem": str(error)})
            print(f"shotwright: {error}", file=sys.stderr)
            continue
        documents.append({"file": file, "rigs": [each.document() for each in found]})
        if not given.json:
            out.write(_table(file, found))
    if given.json:
        several = {"files": documents} if len(files) > 1 else documents[0]
        out.write(to_json({"schema": SCHEMA, **several}))
    out.flush()
    return terms.EXIT_BAD_INPUT if any("problem" in each for each in documents) else terms.EXIT_DONE


def _chosen(names: Sequence[str], file: str) -> list[Recognised]:
    found = rig_maps.of_open_file(names)
    missing = [name for name in names if name not in {each.armature for each in found}]
    if missing:
        known = ", ".join(each.armature for each in rig_maps.of_open_file()) or "none"
        raise BadInput(f"{file} has no armature {missing[0]!r}. It has: {known}.")
    return found


def _table(file: str, rigs: Sequence[Recognised]) -> str:
    lines = [_plain(file)]
    for rig in rigs:
        what = f"a person, {rig.confidence:.0%} sure" if rig.humanoid else "no person"
        lines.append(f"  {_plain(rig.armature)}: {what}")
        lines += [f"    {_plain(sentence)}" for sentence in rig.why]
        for joint in JOINTS if rig.humanoid else ():
            at = rig.joints.get(joint)
            tail = " (tail)" if at and at.end == "tail" else ""
            lines.append(f"    {joint:<12} {_plain(at.bone) if at else '-'}{tail}")
    if not rigs:
        lines.append("  no armatures")
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """A name on one line, without what a terminal would obey."""
    return "".join(letter if letter.isprintable() else " " for letter in text)

"""Asset sheets drawn in another Blender, as the button does: the artist's file is only touched when they are there."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import bpy

from ..core.errors import ProcessError, ShotwrightError
from ..jobs import process
from . import background, sheets

__all__ = ["SheetJob", "start"]


@dataclass
class SheetJob:
    """Another Blender that draws the sheets of an asset."""

    wanted: sheets.Wanted
    child: process.Child

    def poll(self) -> list[Path] | None:
        """The sheets once they are drawn, None before that. Raises ProcessError with what went wrong."""
        for event in self.child.poll():
            if isinstance(event, process.Ended):
                return self._ended(event)
        return None

    def cancel(self) -> None:
        """Stop it; what is drawn is kept in the project, and is nobody's picture."""
        self.child.cancel()

    def _ended(self, ended: process.Ended) -> list[Path]:
        document = ended.document if isinstance(ended.document, dict) else {}
        if document.get("schema") == "shotwright.sheets.1":
            return [Path(row["path"]) for row in document["sheets"]]
        if "error" in document:
            raise ProcessError(str(document["error"]["message"]))
        for line in ended.log:
            print(line, file=sys.stderr)
        raise ProcessError(f"The background Blender is gone: {ended.reason()}. Render the sheet again.")


def start(wanted: sheets.Wanted) -> SheetJob:
    """Draw sheets of the open file as it is now. Raises BadInput, StorageError or ProcessError."""
    sheets.check(wanted)
    folder = background.open_project([])
    copy = background.save_copy(folder)
    try:
        child = process.Child(
            background.program(_verb(wanted, copy, folder)), clean_up=lambda _: background.remove_copy(copy, tries=20)
        )
    except ShotwrightError:
        background.remove_copy(copy)
        raise
    return SheetJob(wanted, child)


def _verb(wanted: sheets.Wanted, copy: Path, folder: Path) -> Sequence[str]:
    said = ["assets", str(copy), "sheet", "--tag", wanted.tag, "--project", str(folder), "--json", "--watch-stdin"]
    said += ["--ground", wanted.ground, "--size", str(wanted.size)]
    said += ["--colours", "neutral" if wanted.neutral else "viewport"]
    if wanted.kinds:
        said += ["--kind", wanted.kinds[0]]
    if wanted.variant:
        said += ["--variant", wanted.variant, "--variant-kind", wanted.variant_kind]
    if wanted.pose is not None:
        # The copy was saved at this frame.
        said += [f"--pose={bpy.context.scene.frame_current if wanted.pose == 'current' else wanted.pose}"]
    if wanted.front:
        said += [f"--front={wanted.front}"]
    return said

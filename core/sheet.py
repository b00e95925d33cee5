"""Asset sheets: which there are, what each kind of asset gets, and how their files are called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, get_args

from .errors import BadInput
from .names import slug

if TYPE_CHECKING:
    from .asset import AssetKind

__all__ = [
    "DEFAULT_SIZE",
    "MAX_SIZE",
    "MIN_SIZE",
    "SHEETS",
    "SHEETS_OF",
    "SHEET_KINDS",
    "Ground",
    "SheetKind",
    "kind_in",
    "sheet_stem",
    "turn_of",
]

SheetKind = Literal["two-panel", "turnaround", "prop", "views"]
Ground = Literal["white", "transparent"]

SHEET_KINDS: tuple[SheetKind, ...] = get_args(SheetKind)
SHEETS: Mapping[SheetKind, str] = {
    "two-panel": "full body and face",
    "turnaround": "five-view turnaround",
    "prop": "in context, face-on, macro",
    "views": "from its four corners",
}
"""What each shows, in words."""
SHEETS_OF: Mapping[AssetKind, tuple[SheetKind, ...]] = {
    "character": ("two-panel", "turnaround"),
    "prop": ("prop",),
    "location": ("views",),
}
"""What is drawn of each kind of asset where nothing is said."""

MIN_SIZE, DEFAULT_SIZE, MAX_SIZE = 640, 2048, 8192
"""Pixels across a sheet. Below, labels can't be read; above, graphics cards refuse."""

_AXES = {"-y": 0.0, "x": 90.0, "y": 180.0, "-x": 270.0}
"""Degrees from -Y, counter-clockwise seen from above."""


def turn_of(said: str) -> tuple[bool, float]:
    """What `--front` says: whether it is an axis, and degrees, counter-clockwise seen from above.

    Of an axis they count from -Y of the asset's own axes, else from the front that was found. Raises BadInput.
    """
    word = said.strip().lower().replace("+", "")
    if word in _AXES:
        return True, _AXES[word]
    try:
        degrees = float(word)
    except ValueError:
        degrees = float("inf")
    if not -360.0 <= degrees <= 360.0:
        raise BadInput(f"--front is x, y, -x, -y, or degrees from -360 to 360 as in --front=30, and not {said[:32]!r}.")
    return False, degrees


def sheet_stem(tag: str, kind: SheetKind, variant: str = "") -> str:
    """What the file of a sheet begins with; its hash follows."""
    return "-".join(filter(None, (slug(tag), slug(variant, "variant") if variant else "", kind, "sheet")))


_NAME = re.compile(rf"-({'|'.join(SHEET_KINDS)})-sheet-[0-9a-f]{{12}}\.png$")


def kind_in(name: str) -> str:
    """The kind of sheet that a file is by its name; empty where it is none."""
    found = _NAME.search(name)
    return found[1] if found else ""

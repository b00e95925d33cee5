"""A verb and its arguments, and the arguments that many verbs share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .progress_lines import PREFIX

__all__ = ["Option", "Verb"]


@dataclass(frozen=True)
class Option:
    """One argument of a verb, as argparse takes it."""

    flags: tuple[str, ...]
    help: str
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Verb:
    """One verb. `scene`: it needs a .blend; `saves`: it changes intent and can save; `long`: it works on shots.

    `actions` maps what it can do to a line of help; the first one is done when none is named.
    """

    name: str
    help: str
    description: str
    options: tuple[Option, ...] = ()
    actions: Mapping[str, str] = field(default_factory=dict[str, str])
    scene: bool = True
    files: str = ""
    """What it takes instead of a scene: any number of these files."""
    saves: bool = False
    long: bool = False

    def all_options(self) -> tuple[Option, ...]:
        """Its own options, saving where it saves, progress where it takes long, and what every verb has."""
        return (*self.options, *(_SAVE if self.saves else ()), *(_PROGRESS if self.long else ()), _JSON, _QUIET)


_JSON = Option(("--json",), "print one JSON document on stdout, and nothing else there", {"action": "store_true"})
_QUIET = Option(("--quiet",), "no progress on stderr", {"action": "store_true"})
_PROGRESS = (
    Option(
        ("--progress",),
        f"progress as lines on stderr for another program: {PREFIX.strip()} and a JSON object",
        {"action": "store_true"},
    ),
    Option(
        ("--watch-stdin",),
        "stop when stdin is closed, as when the program that started this one is gone; a copy of the scene that "
        "Shotwright made for this is deleted then",
        {"action": "store_true"},
    ),
)
_SAVE = (
    Option(("--save",), "save the file; refused when it changed on disk meanwhile", {"action": "store_true"}),
    Option(("--output",), "save to another file", {"metavar": "FILE"}),
)

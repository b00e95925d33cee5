"""The verbs, their arguments and their validation, for both command lines.

`shotwright VERB scene.blend …` (pip) and `blender -b scene.blend --command shotwright VERB …` differ
only in where the scene comes from; everything else is this table.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from . import terms
from .errors import BadInput
from .progress_lines import PREFIX

__all__ = ["VERBS", "Option", "Verb", "parse", "parser"]


@dataclass(frozen=True)
class Option:
    """One argument of a verb, as argparse takes it."""

    flags: tuple[str, ...]
    help: str
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Verb:
    """One verb. `scene`: it needs a .blend; `saves`: it changes intent and can save; `long`: it works on shots."""

    name: str
    help: str
    description: str
    options: tuple[Option, ...] = ()
    scene: bool = True
    saves: bool = False
    long: bool = False

    def all_options(self) -> tuple[Option, ...]:
        """Its own options, saving where it saves, progress where it takes long, and what every verb has."""
        return (*self.options, *(_SAVE if self.saves else ()), *(_PROGRESS if self.long else ()), _JSON, _QUIET)


_SCENE = Option(("--scene",), "only this scene of the file", {"metavar": "NAME"})
_SHOT = Option(
    ("--shot",),
    "only this shot, by number, name or id; may be given several times",
    {"metavar": "SHOT", "action": "append", "default": []},
)
_PROJECT = Option(
    ("--project",),
    "use this project folder instead of the one beside the file; made when it is empty or new",
    {"metavar": "FOLDER"},
)
_MOVIE = Option(("--movie",), "write the cut to this file instead of the project's exports", {"metavar": "FILE"})
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

VERBS: dict[str, Verb] = {
    verb.name: verb
    for verb in (
        Verb(
            "shots",
            "list the shots",
            "List every shot of the film in its order, with what is wrong with it.",
            (
                _SCENE,
                _SHOT,
                Option(("--export",), "also write a shot list: .json, .csv or .fountain", {"metavar": "FILE"}),
            ),
        ),
        Verb(
            "make-shots",
            "from cameras, markers or a shot list file",
            "Make shots, or update the ones made before. Without --save or --output it only shows what it would do.",
            (
                _SCENE,
                Option(
                    ("--from",),
                    "auto, cameras, markers, view, or a .json, .csv or .fountain file "
                    "(auto: markers bound to cameras where there are any, else cameras)",
                    {"dest": "source", "metavar": "SOURCE", "default": "auto"},
                ),
            ),
            saves=True,
        ),
        Verb(
            "passes",
            "render reference packages",
            "Render the references of every shot, or of some. What has not changed is not drawn again.",
            (
                _SCENE,
                _SHOT,
                Option(
                    ("--pass",),
                    f"only this reference ({', '.join(terms.values(terms.PASSES))}); may be given several times",
                    {
                        "dest": "passes",
                        "metavar": "PASS",
                        "action": "append",
                        "choices": terms.values(terms.PASSES),
                        "default": [],
                    },
                ),
                Option(
                    ("--model",),
                    "at the rate, length, size and depth encoding of this model instead of the shot's own",
                    {"metavar": "NAME"},
                ),
                Option(
                    ("--fit",),
                    "how the picture is brought to the model's shape: pad shows a little more than the camera, "
                    "crop a little less (default: pad)",
                    {"choices": ("pad", "crop"), "default": "pad"},
                ),
                Option(
                    ("--colours",),
                    "clay in neutral grey, or in the objects' viewport colours (default: neutral)",
                    {"choices": ("neutral", "viewport"), "default": "neutral"},
                ),
                _PROJECT,
            ),
            long=True,
        ),
        Verb(
            "generate",
            "passes + takes + cut",
            "Take every unlocked shot from the scene to the cut: references, an animatic take, its strip in the "
            "edit, and the edit as a movie. What is fresh is not made again.",
            (_SCENE, _SHOT, _PROJECT, _MOVIE),
            saves=True,
            long=True,
        ),
        Verb(
            "cut",
            "place takes, render the edit to a file",
            "Put the takes there are into the edit and render it.",
            (_SCENE, _SHOT, _PROJECT, _MOVIE),
            saves=True,
            long=True,
        ),
        Verb(
            "doctor",
            "what works here and what is missing",
            "Check Blender, graphics, ffmpeg, Python packages and folders, and say what to do about each.",
            scene=False,
        ),
    )
}


class _Parser(argparse.ArgumentParser):
    """Raises instead of leaving: inside Blender, sys.exit would skip the clean-up."""

    def error(self, message: str) -> NoReturn:
        raise BadInput(f"{message} (see {self.prog} --help)")


def parser(prog: str, version: str, with_file: bool) -> argparse.ArgumentParser:
    """The command line. `with_file`: the .blend must be named; inside Blender it may be open already."""
    top = _Parser(prog=prog, description="Direct AI video from a Blender layout.", allow_abbrev=False)
    top.add_argument("--version", action="version", version=f"shotwright {version}")
    verbs = top.add_subparsers(dest="verb", metavar="VERB", required=True)
    for verb in VERBS.values():
        sub = verbs.add_parser(verb.name, help=verb.help, description=verb.description, allow_abbrev=False)
        if verb.scene:
            hint = "the film" if with_file else "the film; left out when Blender has opened it already"
            sub.add_argument("blend", metavar="SCENE.blend", help=hint, nargs=None if with_file else "?")
        for option in verb.all_options():
            sub.add_argument(*option.flags, help=option.help, **option.settings)
        # Inside Blender it is accepted and means nothing: the pip command passes its arguments on.
        hint = "run in this Blender instead of the bpy module" if with_file else argparse.SUPPRESS
        sub.add_argument("--blender", metavar="PROGRAM", help=hint)
    return top


def parse(arguments: list[str], prog: str, version: str, with_file: bool) -> argparse.Namespace:
    """The validated arguments. Raises BadInput with what to do, or SystemExit(0) after --help."""
    given = parser(prog, version, with_file).parse_args(arguments)
    if getattr(given, "save", False) and given.output:
        raise BadInput("--save and --output exclude each other: leave one out")
    if getattr(given, "output", None) and not given.output.lower().endswith(".blend"):
        raise BadInput(f"--output {given.output} does not end in .blend: give the name of a Blender file")
    movie = getattr(given, "movie", None)
    if movie and not movie.lower().endswith(".mp4"):
        raise BadInput(f"--movie {movie} does not end in .mp4: the cut is written as mp4")
    return given

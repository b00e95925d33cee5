"""What was typed on either command line, read and validated by the table in `core.verbs`."""

from __future__ import annotations

import argparse
from typing import NoReturn

from .errors import BadInput
from .verbs import VERBS, Verb

__all__ = ["parse", "parser"]


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
            sub.add_argument("blend", metavar="SCENE.blend", help=hint, nargs="?")
        if verb.files:
            sub.add_argument("files", metavar=verb.files, help="the files", nargs="+" if with_file else "*")
        if verb.actions:
            told = "; ".join(f"{name}: {text}" for name, text in verb.actions.items())
            sub.add_argument("action", metavar="ACTION", help=told, nargs="?")
        for option in verb.all_options():
            sub.add_argument(*option.flags, help=option.help, **option.settings)
        # Inside Blender it is accepted and means nothing: the pip command passes its arguments on.
        hint = "run in this Blender instead of the bpy module" if with_file else argparse.SUPPRESS
        sub.add_argument("--blender", metavar="PROGRAM", help=hint)
    return top


def parse(arguments: list[str], prog: str, version: str, with_file: bool) -> argparse.Namespace:
    """The validated arguments. Raises BadInput with what to do, or SystemExit(0) after --help."""
    top = parser(prog, version, with_file)
    given, left = top.parse_known_args(arguments)
    _sort_out_action(given, VERBS[given.verb], left)
    if left:
        top.error(f"unrecognized arguments: {' '.join(left)}")
    if with_file and VERBS[given.verb].scene and not given.blend:
        raise BadInput(f"the following arguments are required: SCENE.blend (see {prog} {given.verb} --help)")
    if getattr(given, "save", False) and given.output:
        raise BadInput("--save and --output exclude each other: leave one out")
    if getattr(given, "output", None) and not given.output.lower().endswith(".blend"):
        raise BadInput(f"--output {given.output} does not end in .blend: give the name of a Blender file")
    movie = getattr(given, "movie", None)
    if movie and not movie.lower().endswith(".mp4"):
        raise BadInput(f"--movie {movie} does not end in .mp4: the cut is written as mp4")
    sheet = getattr(given, "contact_sheet", None)
    if sheet and not sheet.lower().endswith(".png"):
        raise BadInput(f"--contact-sheet {sheet} does not end in .png: it is written as PNG")
    page = getattr(given, "page", None)
    if page and not page.lower().endswith((".html", ".htm")):
        raise BadInput(f"--page {page} does not end in .html: it is written as HTML")
    pdf = getattr(given, "pdf", None)
    if pdf and not pdf.lower().endswith(".pdf"):
        raise BadInput(f"--pdf {pdf} does not end in .pdf: it is written as PDF")
    # Elsewhere --picture is a choice.
    if given.verb == "rhythm" and given.picture and not given.picture.lower().endswith(".png"):
        raise BadInput(f"--picture {given.picture} does not end in .png: it is written as PNG")
    if not 0 <= getattr(given, "limit", 0) <= 1_000_000:
        raise BadInput(f"--limit {given.limit:g} is no size: give megabytes from 0 to 1,000,000")
    return given


def _sort_out_action(given: argparse.Namespace, verb: Verb, left: list[str]) -> None:
    """`jobs film.blend list` and `jobs list film.blend` mean the same, with options between them too.

    `left`: what argparse could not place; what is placed here is taken out.
    """
    if not verb.actions:
        return
    if given.action is None and len(left) == 1 and not left[0].startswith("-"):
        given.action = left.pop()
    if given.blend in verb.actions and given.action not in verb.actions:
        given.blend, given.action = given.action, given.blend
    if given.action and given.action not in verb.actions and given.action.lower().endswith(".blend"):
        given.blend, given.action = given.action, given.blend
    if given.action is None:
        given.action = next(iter(verb.actions))
    if given.action not in verb.actions:
        known = ", ".join(verb.actions)
        raise BadInput(f"{verb.name} can't {given.action!r}: say {known}")

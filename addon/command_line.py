"""`blender -b scene.blend --command shotwright VERB …`, and the same for the bpy module."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import traceback
from pathlib import Path
from typing import TextIO

import bpy

from ..core import names, terms
from ..core.errors import BadInput, ShotwrightError, Stopped, error_json, missing_package, storage_error

__all__ = ["attach", "detach", "run"]

_registered: list[object] = []


def run(arguments: list[str], out: TextIO, with_file: bool) -> int:
    """Parse, open the file where one is named, do the verb, print, and return the exit code.

    `out` gets the JSON document or the text; everything else goes to stderr.
    """
    as_json = "--json" in arguments
    try:
        return _run(arguments, out, with_file)
    except SystemExit as leaving:  # --help and --version
        return int(leaving.code or 0)
    except BrokenPipeError:  # nobody reads on, as in `shotwright shots film.blend | head`
        return terms.EXIT_FAILED
    except ShotwrightError as error:
        return _fail(error, as_json, out)
    except OSError as error:
        return _fail(storage_error(error, error.filename or "a file"), as_json, out)
    except KeyboardInterrupt as stop:
        text = "Stopped. What was finished is kept: run it again to go on."
        return _fail(stop if isinstance(stop, Stopped) else Stopped(text), as_json, out)
    except Exception as error:
        traceback.print_exc()
        text = f"Shotwright met an error of its own: {error!r}. Please report it with the lines above."
        return _fail(ShotwrightError(text), as_json, out)


def _run(arguments: list[str], out: TextIO, with_file: bool) -> int:
    from ..core.commands import parse
    from ..core.version import version
    from ..jobs import stopping

    prog = "shotwright" if with_file else "blender -b SCENE.blend --command shotwright"
    with contextlib.redirect_stdout(out):
        given = parse(arguments, prog, version(), with_file)
    if given.verb == "doctor":
        # Without the session: a package it needs may be what is wrong.
        from ..jobs.doctor import report
        from .doctor import all_checks

        return report(all_checks(), given.json, out)
    with stopping.listening(getattr(given, "watch_stdin", False)):
        try:
            return _do(given, out)
        finally:
            # Whoever made the copy may be gone; when not, they find it removed.
            if stopping.stdin_closed() and names.is_scene_copy(Path(given.blend or "").name):
                with contextlib.suppress(OSError):
                    Path(given.blend).unlink()


def _do(given: argparse.Namespace, out: TextIO) -> int:
    try:
        from . import rig_verb, session
    except ImportError as error:
        raise missing_package(error) from error
    if given.verb == "rigs":
        return rig_verb.run(given, out)
    if getattr(given, "blend", None):
        _open(Path(given.blend))
    elif not bpy.data.filepath:
        raise BadInput("No file is open: put it before the command, as in blender -b film.blend --command shotwright …")
    return session.run(given, out)


def _open(path: Path) -> None:
    if not path.is_file():
        raise BadInput(f"There is no file {path}: check the path.")
    try:
        # Scripts inside a .blend are the file's, not the user's: they don't run here.
        bpy.ops.wm.open_mainfile(filepath=str(path.absolute()), use_scripts=False, load_ui=True)
    except RuntimeError as error:
        text = str(error).strip().removeprefix("Error: ")
        raise BadInput(f"Blender can't open {path}: {text}. Check that it is a .blend file.") from error


def _fail(error: ShotwrightError | Stopped, as_json: bool, out: TextIO) -> int:
    if as_json:
        with contextlib.suppress(OSError):  # stdout itself may be what can't be written
            out.write(error_json(error))
            out.flush()
    with contextlib.suppress(OSError):  # nobody reads it any more, as after `| head`
        print(f"shotwright: {error}", file=sys.stderr)
    return error.exit_code


def _blender_command(arguments: list[str]) -> int:
    """What Blender calls for `--command shotwright …`; its return value is the exit code."""
    sys.stdout.flush()
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="backslashreplace")
    os.dup2(2, 1)
    try:
        return run(list(arguments), out, with_file=False)
    finally:
        # Descriptor 1 stays with stderr: Blender ends now, and the version line it printed at the start is
        # still in its buffer when stdout is a pipe.
        with contextlib.suppress(OSError):
            out.close()


def attach() -> None:
    """Register the command with Blender."""
    _registered.append(bpy.utils.register_cli_command(terms.EXTENSION_ID, _blender_command))


def detach() -> None:
    """Take the command away."""
    while _registered:
        bpy.utils.unregister_cli_command(_registered.pop())

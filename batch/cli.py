"""`shotwright VERB scene.blend …`: the pip command.

Verbs that need a scene are handed to a child process: `addon/__main__.py` with the bpy module of this
Python, or the Blender named by `--blender` (or SHOTWRIGHT_BLENDER) with the extension installed.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from ..core import terms
from ..core.commands import parse
from ..core.errors import BadInput, MissingPackage, ShotwrightError, error_json
from ..core.version import version
from ..jobs import process

__all__ = ["main"]

_ROOT = Path(__file__).resolve().parents[1]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if reconfigure := getattr(sys.stdout, "reconfigure", None):
        # Documents are UTF-8 everywhere; a broken character of a file name stays valid JSON this way.
        reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        parsed = parse(given, "shotwright", version(), with_file=True)
        blender = parsed.blender or os.environ.get("SHOTWRIGHT_BLENDER")
        blend = getattr(parsed, "blend", None)
        if blend and not Path(blend).is_file():
            raise BadInput(f"There is no file {blend}: check the path.")
        if parsed.verb == "doctor" and not blender and not _has_bpy():
            return _doctor_alone(parsed.json)
        return process.run(_command(given, blender))
    except ShotwrightError as error:
        if "--json" in given:
            sys.stdout.write(error_json(error))
        print(f"shotwright: {error}", file=sys.stderr)
        return error.exit_code


def _has_bpy() -> bool:
    return importlib.util.find_spec("bpy") is not None


def _command(given: list[str], blender: str | None) -> list[str]:
    if blender is None:
        if not _has_bpy():
            raise MissingPackage(
                "This Python has no Blender module: install it with pip install 'shotwright[bpy]' "
                "(Python 3.11 for Blender 4.5, 3.13 for 5.2), or name a Blender with --blender."
            )
        return [sys.executable, str(_ROOT / "addon" / "__main__.py"), *given]
    # The command opens the file itself, so nothing of what was typed has to be taken apart here.
    return [blender, "--quiet", "-b", "--command", terms.EXTENSION_ID, *given]


def _doctor_alone(as_json: bool) -> int:
    """Without Blender there is still something to check."""
    from ..jobs.doctor import Check, checks, report

    missing = Check(
        name="blender",
        ok=False,
        text="This Python has no Blender module: pip install 'shotwright[bpy]', or name a Blender with --blender.",
    )
    return report([missing, *checks()], as_json, sys.stdout)


if __name__ == "__main__":
    raise SystemExit(main())

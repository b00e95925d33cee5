"""Pictures and sounds of assets: whether they can be used, and what is wrong with one that can't."""

from __future__ import annotations

import subprocess
from pathlib import Path

from ..core.errors import MediaError
from . import ffmpeg_tool
from .sequence import picture_facts

__all__ = ["SMALLEST", "picture_problem", "sound_problem"]

SMALLEST = 64
"""Shortest side of a picture that shows anything, in pixels; providers ask for 300 and more."""
_SOUNDS = "wav,mp3,flac,ogg,aac,aiff,mov,matroska,webm,w64,caf"


def picture_problem(path: Path, whole: bool = False) -> str:
    """What is wrong with a picture, to go behind its name ("is not there"); empty where nothing is.

    `whole` reads all of it, so that one that was cut off is found.
    """
    from PIL import Image

    problem = _file_problem(path)
    if problem:
        return problem
    try:
        size = picture_facts(path).size
        if whole:
            with Image.open(path) as image:
                image.load()
    except MediaError as error:
        return "is too large" if "above" in str(error) else "is no picture that can be read"
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return "is damaged"
    if min(size) < SMALLEST:
        return f"is only {size[0]}×{size[1]} pixels, below {SMALLEST}"
    return ""


def sound_problem(path: Path, whole: bool = False) -> str:
    """The same of a recording; `whole` decodes it."""
    problem = _file_problem(path)
    if problem or not whole:
        return problem
    source = ["-protocol_whitelist", "file", "-format_whitelist", _SOUNDS, "-i", f"file:{path}"]
    done = subprocess.run(
        [ffmpeg_tool.program(), "-hide_banner", "-nostdin", "-xerror", *source, "-map", "0:a:0", "-f", "null", "-"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return "is no sound that can be read" if done.returncode else ""


def _file_problem(path: Path) -> str:
    try:
        if path.is_dir():
            return "is a folder"
        if not path.is_file():
            return "is not there"
        return "" if path.stat().st_size else "is empty"
    except (OSError, ValueError):  # a name that the system can't look for
        return "is not there"

"""Names on disk and numbers of shots."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from . import terms

__all__ = ["is_scene_copy", "next_number", "number_after", "scene_copy", "scene_stem", "slug"]

# https://learn.microsoft.com/windows/win32/fileio/naming-a-file, "Naming Conventions"
_RESERVED = {"con", "prn", "aux", "nul", *(f"{p}{n}" for p in ("com", "lpt") for n in range(10))}


def slug(name: str, fallback: str = "untitled") -> str:
    """`name` as `[a-z0-9-]`, at most 40 long, safe on Windows, macOS and Linux.

    Accents are dropped, everything else becomes a dash. Names Windows reserves (`con`, `nul`, …)
    get `-x` behind them. A slug is a label, never an identity: two names may share one.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    text = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: terms.SLUG_LENGTH].rstrip("-")
    if not text:
        return fallback
    return f"{text}-x" if text in _RESERVED else text


_SCENE_COPY = re.compile(r"\.(?P<stem>.*)-shotwright-[0-9]+-[0-9]+", re.DOTALL)


def scene_copy(stem: str, process: int, count: int) -> str:
    """The name of the copy of `stem`.blend that a background Blender works on: `.film-shotwright-4711-1.blend`."""
    short = stem.encode()[:150].decode(errors="ignore")  # file systems count bytes, and 255 are the most
    return f".{short}-shotwright-{process}-{count}.blend"


def is_scene_copy(name: str) -> bool:
    """Whether a file's name is one that `scene_copy` gave."""
    return name.endswith(".blend") and _SCENE_COPY.fullmatch(name.removesuffix(".blend")) is not None


def scene_stem(stem: str) -> str:
    """The stem of the file a copy was made of; any other stem as it is."""
    match = _SCENE_COPY.fullmatch(stem)
    return match["stem"] if match else stem


def _numeric(number: str) -> int | None:
    match = re.fullmatch(rf"{terms.NUMBER_PREFIX}(\d+)[A-Za-z]?", number, re.ASCII)
    return int(match[1]) if match else None


def _format(value: int) -> str:
    return f"{terms.NUMBER_PREFIX}{value:0{terms.NUMBER_DIGITS}d}"


def next_number(taken: Iterable[str]) -> str:
    """The next free number behind the highest one: SH010, SH020, …"""
    highest = max((n for n in map(_numeric, taken) if n is not None), default=0)
    return _format((highest // terms.NUMBER_STEP + 1) * terms.NUMBER_STEP)


def number_after(number: str, taken: Iterable[str]) -> str:
    """A free number between `number` and the one behind it (SH010, SH020 → SH015), else the next."""
    used = sorted({n for n in map(_numeric, taken) if n is not None})
    here = _numeric(number)
    if here is None:
        return next_number(taken)
    above = next((n for n in used if n > here), None)
    if above is None:
        return next_number(taken)
    middle = (here + above) // 2
    return _format(middle) if middle > here else next_number(taken)

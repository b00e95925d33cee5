"""What is said to a model about a shot, made from the scene."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..core.asset import Asset
from ..core.compile import compile_prompt
from ..core.dialect import Dialect
from ..core.model import ModelProfile
from ..core.prompt import CompiledPrompt
from ..core.shorten import shorten
from ..core.shot import Shot
from ..core.text import ESTIMATED
from .film import read_assets, read_style

__all__ = ["RealCamera", "compiled", "left_out", "real_camera"]


_TOLD = 3
"""Sentences that a note shows of what was left out."""


@dataclass(frozen=True)
class RealCamera:
    """What the real camera of a shot does."""

    words: str = ""
    """For the CAMERA section."""
    brief: dict[str, Any] | None = None
    """The same as plain JSON values; None where it could not be measured."""


def real_camera(shot: Shot, assets: list[Asset]) -> RealCamera:
    """Measure a shot's camera."""
    return RealCamera()


def compiled(shot: Shot, dialect: Dialect, camera: RealCamera | None = None) -> CompiledPrompt:
    """The text that a model of a dialect reads for a shot, within its limit where sentences can be left out for it.

    The camera is measured where it is not given and no CAMERA section was typed.
    """
    assets = read_assets()
    if camera is None:
        camera = RealCamera() if shot.prompt.camera.strip() else real_camera(shot, assets)
    found = compile_prompt(shot.prompt, read_style(), assets, shot.assets, camera.words, dialect)
    return found if dialect.limit is None else shorten(found, dialect.limit, dialect.unit)


def left_out(shot: Shot, profile: ModelProfile, found: CompiledPrompt) -> list[str]:
    """A sentence for the artist where the prompt was shortened."""
    if not found.dropped or profile.prompt is None:
        return []
    unit = profile.prompt.unit
    limit = f"{profile.prompt.max:,} {unit}{' (estimated)' if unit in ESTIMATED else ''}"
    told = ", ".join(_short(dropped.text) for dropped in found.dropped[:_TOLD])
    more = f" and {len(found.dropped) - _TOLD} more" if len(found.dropped) > _TOLD else ""
    return [
        f"{shot.number}: {profile.title} reads at most {limit}, so this is left out of the prompt: {told}{more}. "
        "Shorten it to choose yourself."
    ]


def _short(text: str) -> str:
    return f'"{text}"' if len(text) <= 60 else f'"{text[:59]}…"'

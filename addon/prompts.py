"""What is said to a model about a shot, made from the scene."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..core.brief import CameraBrief, describe
from ..core.brief.track import CameraTrack
from ..core.compile import compile_prompt
from ..core.dialect import Dialect
from ..core.errors import ShotwrightError
from ..core.model import ModelProfile
from ..core.prompt import CompiledPrompt
from ..core.rigs.data import Recognised
from ..core.shorten import shorten
from ..core.shot import Shot
from ..core.text import ESTIMATED, short
from ..render_passes.geometry import MeshCache
from . import rig_maps
from .brief_reader import brief_of
from .film import read_assets, read_style
from .shot_items import scene_named

__all__ = ["Cameras", "RealCamera", "compiled", "left_out"]


_TOLD = 3
"""Sentences that a note shows of what was left out."""


@dataclass(frozen=True)
class RealCamera:
    """What the real camera of a shot does."""

    words: str = ""
    """For the CAMERA section."""
    brief: CameraBrief | None = None
    """The same as fields; None where it could not be measured."""
    track: CameraTrack | None = None
    """What it was measured from."""
    problem: str = ""
    """Why it could not be."""


class Cameras:
    """The real cameras of one run's shots: rigs and meshes that several shots share are read once.

    `folder` is the project's, where corrections of rigs are kept; None while there is none.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._assets = read_assets()
        self._rigs: dict[str, dict[str, Recognised]] = {}
        self._meshes = MeshCache()

    def of(self, shot: Shot) -> RealCamera:
        """Measure a shot's camera. It takes a look at many of its frames; the scene is as before afterwards."""
        try:
            if shot.scene not in self._rigs:
                self._rigs[shot.scene] = rig_maps.of_scene(scene_named(shot.scene), self._folder)
            brief, track = brief_of(shot, self._assets, self._rigs[shot.scene], self._meshes)
        except ShotwrightError as error:
            return RealCamera(problem=str(error))
        return RealCamera(describe(brief), brief, track)


def compiled(shot: Shot, dialect: Dialect, camera: RealCamera) -> CompiledPrompt:
    """The text that a model of a dialect reads for a shot, within its limit where sentences can be left out for it."""
    found = compile_prompt(shot.prompt, read_style(), read_assets(), shot.assets, camera.words, dialect)
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
    return f'"{short(text)}"'

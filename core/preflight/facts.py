"""What the rules look at. Every part may be unknown: a rule whose parts are missing says nothing.

Gathered from a scene by `addon.preflight`, or written down by a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ..asset import Asset
from ..asset_checks import AssetFacts
from ..brief.record import CameraBrief
from ..brief.track import CameraTrack
from ..model import ModelProfile
from ..prompt import CompiledPrompt, FilmStyle
from ..rigs.data import Recognised
from ..shot import Layout, Shot

__all__ = ["Ask", "Drawn", "Facts", "FlipbookState", "Marker", "Numbering", "Picture", "Remarks", "Sun"]


@dataclass(frozen=True)
class Numbering:
    """How a shot's number stands in the film."""

    same: int = 1
    """Shots that carry it, this one among them."""
    free: str = ""
    """A number nobody has."""


@dataclass(frozen=True)
class Ask:
    """What references are asked for, and how."""

    passes: tuple[str, ...]
    """Kinds of `core.model.REFERENCES`, the pictures of assets not among them."""
    fit: Literal["pad", "crop"] = "pad"
    pixel_aspect: float = 1.0
    """Width over height of one of the shot's pixels."""
    saturation: Mapping[str, float] | None = None
    """Saturation (HSV, 0 to 1) of the viewport colour of each object in the picture, where clay is drawn in it."""


@dataclass(frozen=True)
class Picture:
    """What was found in an asset's picture that can be read."""

    width: int
    height: int
    """Pixels."""
    camera: str = ""
    """Maker and model of the camera that its EXIF names: it is a photograph."""


@dataclass(frozen=True)
class Sun:
    """A sun that is rendered."""

    name: str
    energy: float
    shadow: bool
    """Whether it casts shadows."""


@dataclass(frozen=True)
class Marker:
    """A marker of the timeline that a camera is bound to."""

    name: str
    frame: int
    camera: str


@dataclass(frozen=True)
class Remarks:
    """What `render_passes.inspection` says of the camera, as packages note it; empty where all is well."""

    inside: str = ""
    cut: tuple[str, ...] = ()
    """What its clip range cuts off."""


@dataclass(frozen=True)
class FlipbookState:
    """What was found when a shot's flipbook was looked at."""

    problem: str = ""
    """Why it can't be used; empty when it can."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drawn:
    """The reference packages of a shot that are on disk."""

    fresh: bool
    """Whether one of them shows what the camera sees now."""
    others: int = 0
    """How many there are of earlier states."""


@dataclass(frozen=True)
class Facts:
    """Everything that is known about a shot, or, without one, about a film."""

    shot: Shot | None = None
    layout: Layout | None = None
    numbering: Numbering | None = None
    profile: ModelProfile | None = None
    ask: Ask | None = None
    assets: tuple[Asset, ...] | None = None
    """All of the film."""
    pictures: Mapping[str, Picture] | None = None
    """What is at each path that an asset names, by the path as it stands there; only what can be read."""
    found: Mapping[str, AssetFacts] | None = None
    """What is known of each asset beyond its record, by its UUID."""
    style: FilmStyle | None = None
    compiled: CompiledPrompt | None = None
    """The prompt as the model will read it, before and after what its limit makes of it."""
    track: CameraTrack | None = None
    brief: CameraBrief | None = None
    remarks: Remarks | None = None
    rigs: Mapping[str, Recognised] | None = None
    """What was recognised in the armatures of the shot's scene, by full name."""
    suns: tuple[Sun, ...] | None = None
    markers: tuple[Marker, ...] | None = None
    flipbook: FlipbookState | None = None
    drawn: Drawn | None = None

"""Lenses: field of view, what a focal length is called, what is sharp."""

from __future__ import annotations

import math
from typing import Literal

from .numbers import snap
from .record import Depth

__all__ = ["LENS_WORDS", "LensWord", "depth_word", "field_of_view", "lens_word", "sharp"]

LensWord = Literal["ultra wide", "wide", "normal", "long", "super long"]

LENS_WORDS: tuple[tuple[float, LensWord], ...] = (
    (24.0, "ultra wide"),
    (40.0, "wide"),
    (70.0, "normal"),
    (200.0, "long"),
    (math.inf, "super long"),
)
"""Focal lengths on 36×24 mm that are below each limit. A lens shorter than the picture's shorter side, 24 mm, is
ultra wide, one up to 35 mm wide, one around 50 mm normal (Wikipedia, "Wide-angle lens" and "Normal lens"); long ones
begin with the portrait lenses; the halfway points between the customary lenses are the limits here."""

_FULL_FRAME_DIAGONAL = math.hypot(36.0, 24.0)
_CONFUSION = 1500.0
"""Circles of the diagonal over this still look like points: two minutes of arc of a picture seen under 50 degrees, the
custom behind 0.03 mm on 36×24 mm."""


def field_of_view(sensor: float, lens: float) -> float:
    """Degrees that a lens sees across a side of the sensor, both in millimetres: 2·atan(sensor / 2·lens)."""
    return math.degrees(2 * math.atan(sensor / (2 * lens)))


def lens_word(lens: float, sensor: tuple[float, float]) -> LensWord:
    """What a lens is called, by the focal length with the same diagonal view on 36×24 mm."""
    equal = snap(lens * _FULL_FRAME_DIAGONAL / math.hypot(*sensor), 2)
    return next(word for limit, word in LENS_WORDS if equal < limit)


def sharp(lens: float, sensor: tuple[float, float], fstop: float, distance: float) -> tuple[float, float | None]:
    """Metres from the camera between which all looks sharp; the far one None when it is infinity.

    `lens` and `sensor` in millimetres, `distance` of the focus in metres. Thin lens (Greenleaf, Photographic Optics,
    1950): H = f²/(N·c) + f, near = s·(H - f)/(H + s - 2f), far = s·(H - f)/(H - s), with c the diagonal over 1500.
    """
    confusion = math.hypot(*sensor) / _CONFUSION
    hyperfocal = lens * lens / (fstop * confusion) + lens
    focus = max(distance * 1000, lens * 1.001)
    near = focus * (hyperfocal - lens) / (hyperfocal + focus - 2 * lens)
    far = focus * (hyperfocal - lens) / (hyperfocal - focus) if focus < hyperfocal else None
    return near / 1000, None if far is None else far / 1000


def depth_word(distance: float, near: float, far: float | None) -> Depth:
    """Shallow below a quarter of the focus distance in all; deep from twice of it."""
    if far is None or snap((far - near) / distance) >= 2:
        return "deep"
    return "shallow" if snap((far - near) / distance) < 0.25 else "moderate"

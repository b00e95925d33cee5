"""A flipbook: a movie or an image sequence from elsewhere that shows how a shot moves."""

from __future__ import annotations

import math
from typing import Literal

from .errors import BadInput
from .framerate import FrameRate
from .model_base import Stored

__all__ = ["Crop", "Fit", "Flipbook", "parse_crop", "parse_rate"]

Fit = Literal["pad", "crop"]
Crop = tuple[float, float, float, float]
"""Left, top, width and height, in parts of the picture's width and height, y down."""

_WHOLE: Crop = (0.0, 0.0, 1.0, 1.0)
_ROUNDING = 1e-6
"""Blender keeps floats in 32 bits, so that edges add up to a little more than 1."""


class Flipbook(Stored):
    """What the artist said about it, as it was found: the file may be gone and the numbers wrong.

    Its first picture shows the start of the shot's cut range; what it has before and behind goes to the handles.
    """

    path: str
    """Absolute: a movie, a folder of pictures, one picture of a sequence, or a pattern such as `name.####.png`."""
    rate: str = ""
    """Pictures a second of a sequence, as text (`24`, `23.976`, `24000/1001`); the shot's when empty."""
    offset: int = 0
    """Which of its pictures shows the start of the cut range, from 0; below 0 it begins later than the shot."""
    crop: Crop = _WHOLE
    """The part of its picture that is used, in parts of its width and height; all of it unless told."""
    fit: Fit = "pad"
    """When its shape is not the camera's: `pad` shows all of it with black beside, `crop` fills the picture."""

    @property
    def whole(self) -> bool:
        """Whether all of its picture is used."""
        return self.crop == _WHOLE

    def check(self) -> None:
        """Raises BadInput for numbers that can't be."""
        parse_rate(self.rate)
        _check_crop(self.crop)


def parse_rate(text: str) -> FrameRate | None:
    """The rate of a sequence; None for an empty text. Raises BadInput."""
    if not text.strip():
        return None
    try:
        return FrameRate.parse(text)
    except ValueError as error:
        raise BadInput(f"The flipbook's frame rate {error}.") from error


def parse_crop(text: str) -> Crop:
    """`left,top,width,height` in parts from 0 to 1. Raises BadInput."""
    try:
        parts = tuple(float(part) for part in text.split(","))
    except ValueError:
        parts = ()
    if len(parts) != 4:
        raise BadInput(f"{text!r} is no crop: write left,top,width,height in parts of the picture: 0.25,0,0.5,1.")
    _check_crop(parts)
    return parts


def _check_crop(crop: Crop) -> None:
    left, top, width, height = crop
    said = ",".join(f"{part:g}" for part in crop)
    if not all(math.isfinite(part) for part in crop) or width <= 0 or height <= 0:
        raise BadInput(f"The flipbook's crop {said} is empty: width and height (the last two) must be above 0.")
    if min(left, top) < 0 or max(left + width, top + height) > 1 + _ROUNDING:
        raise BadInput(
            f"The flipbook's crop {said} reaches over the edge of the picture: left plus width and top plus height "
            "go from 0 to 1."
        )

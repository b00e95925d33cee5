"""A camera's picture in a size that a model takes: cropped or widened, never stretched.

A model's sizes rarely have the picture's shape. The reference is drawn in the model's size with a projection
that shows a little more (`pad`) or a little less (`crop`) than the camera. Both are an affine map of normalised
device coordinates, x' = scale·x + offset, which a 4×4 matrix takes in whole: perspective, shifted, orthographic.
Changing the scene's resolution instead would move the framing, since Blender fits the sensor to the longer side.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Literal

from pydantic import Field

from .model import Size, SizeRule, check_picture
from .model_base import Stored

__all__ = ["Framing", "Method", "conform"]

Method = Literal["exact", "crop", "pad"]

_ASPECT_DENOMINATOR = 10_000
"""Blender keeps pixel aspects as 32-bit floats; the nearest such fraction is the number that was typed."""


class Framing(Stored):
    """Where a camera's picture lies in a model's picture.

    Normalised device coordinates: -1 to 1, x to the right, y up. A point (x, y) of the camera's picture lies at
    (scale_x·x + offset_x, scale_y·y + offset_y) in the model's. The shorter side's scale is 1.
    """

    width: int = Field(ge=1)
    height: int = Field(ge=1)
    """The camera's picture in pixels."""
    pixel_aspect: float = Field(default=1.0, gt=0)
    """Width over height of one of those pixels; the model's are square."""
    size: Size
    """What is drawn and asked for."""
    method: Method
    scale_x: float = Field(gt=0)
    scale_y: float = Field(gt=0)
    offset_x: float = 0.0
    offset_y: float = 0.0
    note: str
    """What happens, for the artist: "832×480: 2.5 % of the width is cropped." """

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point of the camera's picture in the model's, both in normalised device coordinates."""
        return self.scale_x * x + self.offset_x, self.scale_y * y + self.offset_y

    def pixel(self, x: float, y: float) -> tuple[float, float]:
        """A point of the camera's picture, in its normalised device coordinates, in the model's pixels.

        (0, 0) is the top left corner of the top left pixel; y goes down.
        """
        across, up = self.point(x, y)
        return (across + 1) / 2 * self.size.width, (1 - up) / 2 * self.size.height

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The camera's picture in the model's pixels: left, top, width, height; y goes down.

        After `pad` it lies inside and is what a take is cropped to; after `crop` it reaches over the edges.
        """
        left, top = self.pixel(-1, 1)
        return left, top, self.scale_x * self.size.width, self.scale_y * self.size.height

    @property
    def window(self) -> tuple[float, float, float, float]:
        """scale x, scale y, offset x, offset y."""
        return self.scale_x, self.scale_y, self.offset_x, self.offset_y

    def projection(self, matrix: Iterable[Iterable[float]]) -> list[list[float]]:
        """A camera's 4×4 projection, rows first, made into the one for the model's picture.

        `matrix` is that of the camera's own picture, in Blender `calc_matrix_camera(depsgraph, x=width, y=height,
        scale_x=…, scale_y=…)`. Rows x and y become scale·row + offset·w row, which is exact after the division
        by w whether the projection is a perspective, a shifted or an orthographic one. Raises ValueError when
        it is not 4×4.
        """
        rows = [[float(value) for value in row] for row in matrix]
        if [len(row) for row in rows] != [4, 4, 4, 4]:
            raise ValueError("a projection has four rows of four numbers")
        across = [self.scale_x * a + self.offset_x * w for a, w in zip(rows[0], rows[3], strict=True)]
        up = [self.scale_y * a + self.offset_y * w for a, w in zip(rows[1], rows[3], strict=True)]
        return [across, up, rows[2], rows[3]]


def conform(
    width: int,
    height: int,
    rule: SizeRule,
    method: Literal["crop", "pad"] = "pad",
    *,
    pixel_aspect: Fraction | float = 1,
    size: Size | None = None,
    anchor: tuple[float, float] = (0.5, 0.5),
) -> Framing:
    """The camera's picture of `width`×`height` in a size that `rule` takes, or in `size` whatever the rule says.

    `pad` (the default) shows a little more than the camera does, so nothing that was framed is lost and the take
    can be cropped to `box` again; `crop` shows nothing but what was framed, and less of it. `pixel_aspect` is the
    width of a pixel over its height (`pixel_aspect_x / pixel_aspect_y`). `anchor` says what stays put, from
    (0, 0), the lower left corner, to (1, 1); the middle unless told. Raises BadInput when there is no legal
    size, or for a picture that is none.
    """
    check_picture(width, height, pixel_aspect)
    aspect = Fraction(pixel_aspect).limit_denominator(_ASPECT_DENOMINATOR)
    target = size or rule.conform(width, height, aspect)
    # How much wider the model's picture is than the camera's.
    wider = target.aspect / (Fraction(width, height) * aspect)
    narrow_x = (wider > 1) == (method == "pad")
    scale_x, scale_y = (1 / wider, Fraction(1)) if narrow_x else (Fraction(1), wider)
    return Framing(
        width=width,
        height=height,
        pixel_aspect=float(aspect),
        size=target,
        method="exact" if wider == 1 else method,
        scale_x=float(scale_x),
        scale_y=float(scale_y),
        offset_x=_offset(scale_x, anchor[0]),
        offset_y=_offset(scale_y, anchor[1]),
        note=_note(width, height, target, scale_x, scale_y),
    )


def _offset(scale: Fraction, anchor: float) -> float:
    """Where the middle of the camera's picture goes, so that the part at `anchor` (0 to 1) stays at the edge."""
    return float(1 - scale) * (2 * min(1.0, max(0.0, anchor)) - 1)


def _note(width: int, height: int, size: Size, scale_x: Fraction, scale_y: Fraction) -> str:
    side, scale = ("width", scale_x) if scale_x != 1 else ("height", scale_y)
    if scale > 1:
        return f"{size}: {_percent(1 - 1 / scale)} of the {side} is cropped."
    if scale < 1:
        longer = "wider" if side == "width" else "higher"
        return f"{size}: the view is {_percent(1 / scale - 1)} {longer} than the camera's."
    if (width, height) == (size.width, size.height):
        return f"{size}: the camera's picture as it is."
    return f"{size}: the camera's picture, scaled from {width}×{height}."


def _percent(part: Fraction) -> str:
    value = float(part) * 100
    return "less than 0.1 %" if value < 0.05 else f"{value:.1f}".removesuffix(".0") + " %"

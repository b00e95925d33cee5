"""A camera's picture in a model's size: cropped or widened, never stretched."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Literal

import pytest
from pydantic import ValidationError
from shotwright.core.errors import BadInput
from shotwright.core.framing import Framing, conform
from shotwright.core.model import Size, SizeRule

Matrix = list[list[float]]
Point = tuple[float, float, float]

SIZES = [(1, 1), (832, 480), (1280, 720), (1920, 1080), (1080, 1920), (2048, 858), (7680, 4320), (333, 777), (8192, 2)]
METHODS: list[Literal["crop", "pad"]] = ["crop", "pad"]
WAN = SizeRule(grid=16, sizes=(Size(width=832, height=480), Size(width=480, height=832)), max_pixels=832 * 480)
POINTS = [(0.0, 0.0, -5.0), (1.5, -0.75, -3.0), (-20.0, 4.0, -100.0), (0.02, 0.01, -0.2)]


def size(width: int, height: int) -> Size:
    return Size(width=width, height=height)


def frustum(left: float, right: float, bottom: float, top: float, near: float = 0.1, far: float = 1000.0) -> Matrix:
    """glFrustum: what Blender's perspective cameras give, shifted when left and right differ."""
    return [
        [2 * near / (right - left), 0.0, (right + left) / (right - left), 0.0],
        [0.0, 2 * near / (top - bottom), (top + bottom) / (top - bottom), 0.0],
        [0.0, 0.0, -(far + near) / (far - near), -2 * far * near / (far - near)],
        [0.0, 0.0, -1.0, 0.0],
    ]


def ortho(left: float, right: float, bottom: float, top: float, near: float = 0.1, far: float = 1000.0) -> Matrix:
    """glOrtho."""
    return [
        [2 / (right - left), 0.0, 0.0, -(right + left) / (right - left)],
        [0.0, 2 / (top - bottom), 0.0, -(top + bottom) / (top - bottom)],
        [0.0, 0.0, -2 / (far - near), -(far + near) / (far - near)],
        [0.0, 0.0, 0.0, 1.0],
    ]


def seen(matrix: Matrix, point: Point) -> tuple[float, float, float]:
    """Where a point lies in normalised device coordinates."""
    x, y, z, w = (sum(a * b for a, b in zip(row, (*point, 1.0), strict=True)) for row in matrix)
    return x / w, y / w, z / w


def camera(kind: str, width: int, height: int) -> Matrix:
    """A projection whose picture has this shape, in camera units that are the same in both directions."""
    half = 0.05 * width / height
    match kind:
        case "perspective":
            return frustum(-half, half, -0.05, 0.05)
        case "shifted":
            return frustum(-half * 0.2, half * 1.8, -0.09, 0.01)
        case "orthographic":
            return ortho(-half * 100, half * 100, -5.0, 5.0)
        case _:
            return ortho(-half * 10, half * 190, -5.0, 5.0)


# -- the map ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["perspective", "shifted", "orthographic", "shifted orthographic"])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("picture", SIZES[:8])
@pytest.mark.parametrize("target", [(832, 480), (480, 832), (1280, 720), (624, 624)])
def test_the_projection_lands_where_the_map_says(
    kind: str, method: Literal["crop", "pad"], picture: tuple[int, int], target: tuple[int, int]
) -> None:
    framing = conform(*picture, WAN, method, size=size(*target), anchor=(0.25, 0.8))
    before = camera(kind, *picture)
    after = framing.projection(before)
    for point in POINTS:
        x, y, depth = seen(before, point)
        assert seen(after, point) == pytest.approx((*framing.point(x, y), depth), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("picture", SIZES)
@pytest.mark.parametrize("target", SIZES)
def test_nothing_is_stretched(
    method: Literal["crop", "pad"], picture: tuple[int, int], target: tuple[int, int]
) -> None:
    framing = conform(*picture, WAN, method, size=size(*target))
    # A square of the camera's picture is a square of the model's.
    across = framing.scale_x * target[0] / picture[0]
    up = framing.scale_y * target[1] / picture[1]
    assert across == pytest.approx(up, rel=1e-12)
    assert 1.0 in (framing.scale_x, framing.scale_y)
    assert (framing.offset_x, framing.offset_y) == (0.0, 0.0)
    scale = framing.scale_x * framing.scale_y
    same = Fraction(*picture) == Fraction(*target)
    assert framing.method == ("exact" if same else method)
    assert scale == 1 if same else (scale > 1) == (method == "crop")


@pytest.mark.parametrize("kind", ["perspective", "orthographic"])
def test_a_ball_stays_round(kind: str) -> None:
    framing = conform(2048, 858, WAN, size=size(832, 480))
    matrix = framing.projection(camera(kind, 2048, 858))
    right, up = seen(matrix, (0.01, 0.0, -1.0)), seen(matrix, (0.0, 0.01, -1.0))
    assert right[0] * 832 == pytest.approx(up[1] * 480, rel=1e-12)


@pytest.mark.parametrize("kind", ["perspective", "orthographic"])
def test_a_square_pixel_camera_stays_round_with_wide_pixels(kind: str) -> None:
    framing = conform(1440, 1080, WAN, pixel_aspect=4 / 3)
    matrix = framing.projection(camera(kind, 1920, 1080))
    right, up = seen(matrix, (0.01, 0.0, -1.0)), seen(matrix, (0.0, 0.01, -1.0))
    assert right[0] * framing.size.width == pytest.approx(up[1] * framing.size.height, rel=1e-12)


def test_the_matrix_is_left_alone() -> None:
    before = camera("perspective", 16, 9)
    copy = [list(row) for row in before]
    framing = conform(1600, 900, WAN)
    assert framing.projection(before) is not before
    assert before == copy
    assert conform(1280, 720, SizeRule()).projection(before) == before
    assert framing.projection(tuple(tuple(row) for row in before)) == framing.projection(before)


@pytest.mark.parametrize("matrix", [[], [[1.0] * 4] * 3, [[1.0] * 3] * 4, [[1.0] * 4] * 5])
def test_a_matrix_of_another_shape(matrix: Matrix) -> None:
    with pytest.raises(ValueError, match="four rows of four numbers"):
        conform(16, 9, WAN).projection(matrix)


# -- what is chosen ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("picture", "target", "method", "scale", "note"),
    [
        ((1920, 1080), (832, 480), "crop", (Fraction(40, 39), 1), "832×480: 2.5 % of the width is cropped."),
        ((1920, 1080), (832, 480), "pad", (1, Fraction(39, 40)),
         "832×480: the view is 2.6 % higher than the camera's."),
        ((1600, 960), (832, 480), "crop", (1, Fraction(26, 25)), "832×480: 3.8 % of the height is cropped."),
        ((1600, 960), (832, 480), "pad", (Fraction(25, 26), 1), "832×480: the view is 4 % wider than the camera's."),
        ((1920, 1080), (1280, 720), "pad", (1, 1), "1280×720: the camera's picture, scaled from 1920×1080."),
        ((1280, 720), (1280, 720), "crop", (1, 1), "1280×720: the camera's picture as it is."),
        ((1, 1), (2, 1), "pad", (Fraction(1, 2), 1), "2×1: the view is 100 % wider than the camera's."),
        ((1, 1), (2, 1), "crop", (1, 2), "2×1: 50 % of the height is cropped."),
        ((7681, 4320), (7680, 4320), "crop", (Fraction(7681, 7680), 1),
         "7680×4320: less than 0.1 % of the width is cropped."),
    ],
)  # fmt: skip
def test_what_happens_is_said(
    picture: tuple[int, int],
    target: tuple[int, int],
    method: Literal["crop", "pad"],
    scale: tuple[Fraction, Fraction],
    note: str,
) -> None:
    framing = conform(*picture, WAN, method, size=size(*target))
    assert (framing.scale_x, framing.scale_y) == (float(scale[0]), float(scale[1]))
    assert framing.note == note


@pytest.mark.parametrize("picture", SIZES)
def test_the_rule_chooses_the_size(picture: tuple[int, int]) -> None:
    framing = conform(*picture, WAN)
    assert framing.size == WAN.conform(*picture)
    assert (framing.width, framing.height) == picture
    assert all(math.isfinite(value) and value > 0 for value in (framing.scale_x, framing.scale_y))
    assert max(framing.scale_x, framing.scale_y) == 1


def test_pad_keeps_all_that_was_framed_and_crop_shows_nothing_else() -> None:
    for picture in SIZES:
        corners = [(x, y) for x in (-1, 1) for y in (-1, 1)]
        padded = [conform(*picture, WAN).point(*corner) for corner in corners]
        cropped = [conform(*picture, WAN, "crop").point(*corner) for corner in corners]
        assert all(abs(value) <= 1 for point in padded for value in point)
        assert all(abs(value) >= 1 for point in cropped for value in point)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("anchor", "edge"), [(0.0, -1.0), (1.0, 1.0), (-3.0, -1.0), (9.0, 1.0)])
def test_the_anchor_stays_at_its_edge(method: Literal["crop", "pad"], anchor: float, edge: float) -> None:
    wide = conform(1000, 1000, WAN, method, size=size(832, 480), anchor=(anchor, anchor))
    tall = conform(1000, 1000, WAN, method, size=size(480, 832), anchor=(anchor, anchor))
    for framing in (wide, tall):
        assert framing.point(edge, edge) == pytest.approx((edge, edge))


def test_wide_pixels() -> None:
    anamorphic = conform(1920, 1080, SizeRule(grid=2), pixel_aspect=2)
    assert (str(anamorphic.size), anamorphic.method) == ("3840×1080", "exact")
    # Blender keeps 1.0940 as a 32-bit float.
    pal = conform(720, 576, SizeRule(grid=2), pixel_aspect=1.0940001010894775)
    assert pal.pixel_aspect == 1.094


def test_the_box_is_the_picture_in_pixels() -> None:
    padded = conform(1920, 1080, WAN)
    assert padded.box == pytest.approx((0, 6, 832, 468))
    assert padded.pixel(0, 0) == (416, 240)
    assert padded.pixel(-1, 1) == pytest.approx((0, 6))
    low = conform(1920, 1080, WAN, anchor=(0.5, 0))
    assert low.window == pytest.approx((1, 39 / 40, 0, -1 / 40))
    assert low.box == pytest.approx((0, 12, 832, 468))
    cropped = conform(1920, 1080, WAN, "crop")
    assert cropped.box == pytest.approx((-32 / 3, 0, 832 * 40 / 39, 480))
    assert cropped.box[2] / cropped.box[3] == pytest.approx(16 / 9)


@pytest.mark.parametrize("picture", [(0, 0), (-1, 2), (1920, 0), (16_385, 16)])
def test_a_picture_that_is_none(picture: tuple[int, int]) -> None:
    with pytest.raises(BadInput, match="is no picture"):
        conform(*picture, WAN)


@pytest.mark.parametrize("aspect", [0, -2.0, math.nan, math.inf, 1e9])
def test_a_pixel_aspect_that_is_none(aspect: float) -> None:
    with pytest.raises(BadInput, match="is no pixel aspect"):
        conform(16, 9, WAN, pixel_aspect=aspect)


def test_a_framing_survives_json_and_does_not_change() -> None:
    framing = conform(1920, 1080, WAN, anchor=(0.5, 1))
    assert Framing.model_validate(framing.document()) == framing
    with pytest.raises(ValidationError, match="frozen"):
        framing.scale_x = 2.0

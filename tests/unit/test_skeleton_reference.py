"""Pose pictures against a plain drawing of the whole canvas, and against OpenCV's."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from shotwright.core.pose import JOINTS, PersonPose, Point, Points, points
from shotwright.media.skeleton import Skeletons, Style
from support.skeletons import Canvas, crowd, reference

# -- and the comparison ---------------------------------------------------------------------------------

SIZES = [(832, 480), (480, 832), (1280, 720), (96, 64), (16, 9), (1, 1), (1000, 1030), (1280, 1088), (300, 40)]


def apart(one: Canvas, two: Canvas) -> int:
    return int(abs(one.astype(int) - two).max())


@pytest.mark.parametrize("style", ["vace", "openpose", "wan-animate"])
@pytest.mark.parametrize("size", SIZES)
def test_equal_to_the_plain_drawing(size: tuple[int, int], style: Style) -> None:
    people = crowd(*size, 3)
    hands = style != "vace"
    drawn, plain = (
        Skeletons(*size, style).draw(people),
        reference(people, *size, style, hands, not (hands and "wan" in style)),
    )
    assert plain.any() and drawn.any()
    assert apart(drawn, plain) <= (1 if style == "vace" else 0)


@pytest.mark.parametrize("hands", [False, True])
@pytest.mark.parametrize("faces", [False, True])
def test_parts_equal_too(hands: bool, faces: bool) -> None:
    people = crowd(416, 240, 2)
    drawn = Skeletons(416, 240, "vace", hands=hands, face=faces).draw(people)
    assert apart(drawn, reference(people, 416, 240, "vace", hands, faces)) <= 1


@pytest.mark.parametrize("style", ["vace", "openpose", "wan-animate"])
def test_any_pose_is_equal(style: Style) -> None:
    """Points anywhere, also out of the picture, in its corners and on top of each other."""
    chance = np.random.default_rng(5)
    for index in range(6):
        width, height = (int(side) for side in chance.integers(30, 400, 2))

        def some(count: int, width: int = width, height: int = height) -> Points:
            at = chance.uniform(-0.1, 1.1, (count, 2)) * (width, height)
            at[:4] = (0, 0), (width, height), (width, height), (width / 2, -1)
            return points(Point(x, y, (0, 0, 1), "outside" if x > width else "seen") for x, y in at.tolist())

        person = PersonPose(
            id="a", depth=1, joints=some(len(JOINTS)), left_hand=some(21), right_hand=some(21), face=some(68)
        )
        drawn = Skeletons(width, height, style, hands=True).draw([person])
        plain = reference([person], width, height, style, True, style != "wan-animate")
        assert apart(drawn, plain) <= 1, index


OPENCV: dict[tuple[Style, int, int], str] = {
    ("vace", 1280, 720): "86a55d644f4765f6964ec9d8b7d05b01574a06f146130e06f94cae0b1f481a0d",
    ("vace", 720, 1280): "1e0170db4cf01c180ea8f476fe516d55fed98415366ffcb884a81c9b566e0128",
    ("openpose", 832, 480): "8ca16ecb48f827150b0afa363e1230e58831864ce7fb993da9b8b49d2d27a267",
    ("openpose", 720, 1280): "abc43fa903b33f6e4876ead0bcf1ecc9e708298cb46674627ce59fcf14087290",
    ("wan-animate", 832, 480): "e89ae979acc258a87462d1615aca4e22834ce82b8537592ae4b3f75a7871098f",
    ("wan-animate", 720, 1280): "bafa99c577cad18eaa98825058340ff986833fcf200cf602f44ad2b5c27641e3",
}
"""SHA-256 of the pictures that OpenCV 4.11 and 5.0 drew of `crowd(width, height, 3)`, byte for byte the same."""


@pytest.mark.parametrize("case", list(OPENCV))
def test_opencv_draws_the_same(case: tuple[Style, int, int]) -> None:
    style, width, height = case
    drawn = Skeletons(width, height, style).draw(crowd(width, height, 3))
    assert hashlib.sha256(drawn.tobytes()).hexdigest() == OPENCV[case]

"""Pose pictures: colours, widths, sides, who covers whom, and what is left out."""

from __future__ import annotations

import itertools
import math
import time
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pytest
from shotwright.core.errors import BadInput
from shotwright.core.pose import HAND_EDGES, JOINTS, LIMBS, PersonPose, Point, Points, joint_points, points
from shotwright.media.skeleton import COLOURS, Occluded, Skeletons, Style, canvas_size, draw, hand_colours
from support.skeletons import crowd, reference, walker

STYLES: tuple[Style, ...] = ("vace", "openpose", "wan-animate")
Picture = np.ndarray


def seen(x: float, y: float) -> Point:
    return Point(x, y, (0.0, 0.0, 2.0), "seen")


def person(name: str = "a", depth: float = 2.0, **joints: Point | tuple[float, float]) -> PersonPose:
    found = {joint: place if isinstance(place, Point) else seen(*place) for joint, place in joints.items()}
    return PersonPose(id=name, depth=depth, joints=joint_points(found))


def colour_of(style: Style, colour: tuple[int, ...]) -> tuple[int, ...]:
    return colour[::-1] if style == "vace" else colour


def bright(picture: Picture) -> Picture:
    """Coverage: a channel that is full in the middle, from 0 to 1."""
    return picture.max(axis=2) / max(1, picture.max())


# -- colours --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("style", STYLES)
def test_each_joint_has_its_colour(style: Style) -> None:
    # Larger than the canvas of vace: there each joint covers whole pixels.
    size = 1100 if style != "vace" else 1024
    count = 20 if style == "wan-animate" else 18
    for index, joint in enumerate(JOINTS):
        picture = draw([person(**{joint: (500.5, 300.5)})], size, size, style)
        found = tuple(int(value) for value in picture[300, 500])
        assert found == (colour_of(style, COLOURS[index]) if index < count else (0, 0, 0)), joint


@pytest.mark.parametrize("style", STYLES)
def test_each_limb_has_its_colour(style: Style) -> None:
    count = 19 if style == "wan-animate" else 17
    for index, (one, two) in enumerate(LIMBS):
        picture = draw([person(**{JOINTS[one]: (300.5, 500.5), JOINTS[two]: (700.5, 500.5)})], 1024, 1024, style)
        found = tuple(int(value) for value in picture[500, 500])
        dim = colour_of(style, tuple(int(value * 0.6) for value in COLOURS[index]))
        assert found == (dim if index < count else (0, 0, 0)), (JOINTS[one], JOINTS[two])


def test_red_and_blue_are_swapped_for_vace_alone() -> None:
    """What can be looked up in published pictures: the limb from the neck to the right shoulder, and the neck."""
    shoulder = person(neck=(500, 500), r_shoulder=(300, 500))
    nose = person(neck=(500, 500), nose=(500, 300))
    assert draw([shoulder], 1024, 1024, "vace")[500, 400].tolist() == [0, 0, 153]
    assert draw([nose], 1024, 1024, "vace")[400, 500].tolist() == [153, 0, 0]
    for style in ("openpose", "wan-animate"):
        assert draw([shoulder], 1024, 1024, style)[500, 400].tolist() == [153, 0, 0]
        assert draw([nose], 1024, 1024, style)[400, 500].tolist() == [0, 0, 153]


@pytest.mark.parametrize("swapped", [False, True])
def test_hands_are_a_rainbow_with_blue_points(swapped: bool) -> None:
    style: Style = "vace" if swapped else "openpose"
    for index, (one, two) in enumerate(HAND_EDGES):
        places: list[Point | None] = [None] * 21
        places[one], places[two] = seen(300, 500), seen(700, 500)
        hand = points(places)
        for part in ("left_hand", "right_hand"):
            picture = draw([person().model_copy(update={part: hand})], 1024, 1024, style, hands=True)
            assert tuple(picture[500, 500].tolist()) == colour_of(style, hand_colours()[index])
            assert tuple(picture[500, 300].tolist()) == colour_of(style, (0, 0, 255))
    assert hand_colours()[0] == (255, 0, 0) and hand_colours()[10] == (0, 255, 255)
    assert len(set(hand_colours())) == 20


def test_faces_are_white_points() -> None:
    face = points([seen(100 + 10 * index, 500) for index in range(68)])
    someone = person().model_copy(update={"face": face})
    for style in ("vace", "openpose"):
        picture = draw([someone], 1024, 1024, style)
        assert picture[500, 100:780:10].min() == 255
        assert picture[500, 105:770:10].max() == 0, "points, not lines"
        assert not draw([someone], 1024, 1024, style, face=False).any()
    assert not draw([someone], 1024, 1024, "wan-animate").any()


def test_what_each_style_draws() -> None:
    someone = walker(416, 450, 400)
    bare = someone.model_copy(update={"left_hand": None, "right_hand": None, "face": None})
    no_hands = someone.model_copy(update={"left_hand": None, "right_hand": None})
    no_face = someone.model_copy(update={"face": None})

    def same(style: Style, one: PersonPose, two: PersonPose) -> bool:
        return bool((draw([one], 832, 480, style) == draw([two], 832, 480, style)).all())

    assert same("vace", someone, no_hands) and not same("vace", someone, no_face)
    assert same("wan-animate", someone, no_face) and not same("wan-animate", someone, no_hands)
    assert not same("openpose", someone, no_hands) and not same("openpose", someone, no_face)
    assert not same("openpose", bare, no_face)


# -- widths -----------------------------------------------------------------------------------------------


@dataclass
class Wide:
    style: Style
    size: tuple[int, int]
    stick: int
    """Pixels of the canvas."""


WIDTHS = [
    *(Wide("vace", size, 9) for size in ((832, 480), (480, 832), (1280, 720), (720, 1280), (1024, 1024))),
    *(Wide("openpose", size, 9) for size in ((832, 480), (720, 1280))),
    *(Wide("wan-animate", size, stick) for size, stick in (((832, 480), 3), ((1280, 720), 5), ((1080, 1920), 9))),
]


@pytest.mark.parametrize("wide", WIDTHS, ids=str)
def test_width_of_limbs(wide: Wide) -> None:
    """2·4 + 1 pixels of the canvas in the middle: at 832×480 4.2 pixels for vace, 6.3 at 1280×720, else 9."""
    width, height = wide.size
    canvas = canvas_size(width, height) if wide.style == "vace" else wide.size
    flat = draw([person(neck=(width * 0.2, height / 2), nose=(width * 0.8, height / 2))], width, height, wide.style)
    upright = draw([person(neck=(width / 2, height * 0.2), nose=(width / 2, height * 0.8))], width, height, wide.style)
    across = float(bright(flat)[:, width // 2].sum()) * 255 / 153
    along = float(bright(upright)[height // 2].sum()) * 255 / 153
    # bright() is relative to a joint, which is brighter by 1/0.6.
    scale = max(1, flat[:, width // 2].max() / 153)
    assert scale == 1
    assert across == pytest.approx(wide.stick * height / canvas[1], abs=0.06)
    assert along == pytest.approx(wide.stick * width / canvas[0], abs=0.06)


@pytest.mark.parametrize("wide", WIDTHS, ids=str)
def test_width_of_joints_and_points(wide: Wide) -> None:
    width, height = wide.size
    canvas = canvas_size(width, height) if wide.style == "vace" else wide.size
    middle = (width / 2 + 0.5, height / 2 + 0.5)
    joint = bright(draw([person(neck=middle)], width, height, wide.style))
    spot = (canvas[0] / width) * (canvas[1] / height)
    pixels = {1: 5, 2: 13, 4: 49}[wide.stick // 2]
    assert joint.sum() * spot == pytest.approx(pixels, rel=0.02)
    if wide.style != "wan-animate":
        face = person().model_copy(update={"face": points([seen(*middle)] + [None] * 67)})
        dot = bright(draw([face], width, height, wide.style))
        assert dot.sum() * spot == pytest.approx(29, rel=0.02)


@pytest.mark.parametrize(
    ("style", "size", "wide", "radius"),
    [
        *(("openpose", (832, 480), 3, 9), ("wan-animate", (832, 480), 1, 3)),
        *(("wan-animate", (1280, 720), 1, 3), ("wan-animate", (1920, 1080), 3, 5)),
    ],
)
def test_width_of_hands(style: Style, size: tuple[int, int], wide: int, radius: int) -> None:
    """A line that OpenCV draws 2 wide is 3 pixels."""
    hand = points([seen(100, 100), seen(200, 100)] + [None] * 19)
    picture = draw([person().model_copy(update={"left_hand": hand})], *size, style).any(axis=2)
    assert picture[:, 150].sum() == wide
    assert picture[:, 200].sum() == radius


def test_soft_edges_for_vace_alone() -> None:
    someone = walker(416, 450, 400)
    kept = {style: len(np.unique(draw([someone], 832, 480, style).reshape(-1, 3), axis=0)) for style in STYLES}
    assert kept["vace"] > 500
    assert kept["openpose"] <= 1 + 18 + 17 + 20 + 1 + 1
    assert kept["wan-animate"] <= 1 + 20 + 19 + 20 + 1


def test_canvas_of_vace() -> None:
    sizes = {(832, 480): (1792, 1024), (480, 832): (1024, 1792), (1280, 720): (1792, 1024), (512, 512): (1024, 1024)}
    sizes |= {(1920, 1080): (1792, 1024), (16, 16): (1024, 1024)}
    assert {size: canvas_size(*size) for size in sizes} == sizes


# -- sides and depth ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("style", STYLES)
def test_left_and_right_are_the_persons_own(style: Style) -> None:
    """Seen from the front the right elbow is on the left of the picture; from behind it is the other way round."""
    for turn in (1, -1):
        someone = walker(416, 450, 400, 0.0, turn)
        picture = draw([someone], 832, 480, style, hands=False)
        for name, colour, side in (("r_elbow", COLOURS[3], -1), ("l_elbow", COLOURS[6], 1)):
            place = someone.joint(name)
            assert (place.x - 416) * side * turn > 0
            assert tuple(picture[int(place.y), int(place.x)].tolist()) == colour_of(style, colour)


@pytest.mark.parametrize("style", STYLES)
def test_a_mirrored_person_is_the_mirrored_picture(style: Style) -> None:
    """But for the cut to whole pixels: in blocks of 16×16 pixels."""

    def blocks(picture: Picture) -> Picture:
        return picture.reshape(30, 16, 52, 16, 3).mean(axis=(1, 3))

    one, two = (draw([walker(416, 450, 400, 0.9, turn)], 832, 480, style, hands=False) for turn in (1, -1))
    scale = blocks(one).max()
    assert abs(blocks(one)[:, ::-1] - blocks(two)).max() < 0.3 * scale
    assert abs(blocks(one) - blocks(two)).max() > 0.5 * scale


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("turned", [False, True])
def test_the_nearer_one_covers_the_farther(style: Style, turned: bool) -> None:
    """The same joint of two people in one place, and crossing limbs; whatever order they come in."""
    joint, other = (500.0, 500.0), (500.0, 300.0)
    far = person("far", 5.0, neck=joint, r_hip=(500, 900))
    near = person("near", 2.0, r_hip=joint, neck=other)
    people = [near, far] if turned else [far, near]
    picture = draw(people, 1024, 1024, style)
    # vace draws joint by joint, so that the hip comes later whoever has it.
    assert tuple(picture[500, 500].tolist()) == colour_of(style, COLOURS[8])
    swapped = [
        someone.model_copy(update={"depth": depth}) for someone, depth in zip((far, near), (2.0, 5.0), strict=True)
    ]
    expected = COLOURS[8] if style == "vace" else COLOURS[1]
    found = draw(swapped[::-1] if turned else swapped, 1024, 1024, style)
    assert tuple(found[500, 500].tolist()) == colour_of(style, expected)


@pytest.mark.parametrize("style", STYLES)
def test_crossing_people(style: Style) -> None:
    """Where the thigh of one crosses the shin of another, vace draws the later limb, the others the nearer person."""
    thigh = {"r_hip": (300.0, 500.0), "r_knee": (700.0, 500.0)}
    shin = {"r_knee": (500.0, 300.0), "r_ankle": (500.0, 700.0)}
    dim = {name: tuple(int(value * 0.6) for value in COLOURS[index]) for name, index in (("thigh", 7), ("shin", 8))}
    for near, top in (("thigh", "thigh"), ("shin", "shin")):
        one = person("one", 1.0 if near == "thigh" else 9.0, **thigh)
        two = person("two", 5.0, **shin)
        found = tuple(draw([one, two], 1024, 1024, style)[500, 500].tolist())
        assert found == colour_of(style, dim["shin" if style == "vace" else top])


def test_equally_far_people_go_by_id() -> None:
    one, two = person("1", nose=(50, 50)), person("2", neck=(50, 50))
    for people in ([one, two], [two, one]):
        assert draw(people, 100, 100, "openpose")[50, 50].tolist() == list(COLOURS[1])


# -- what is left out ---------------------------------------------------------------------------------------


def with_state(visible: str) -> PersonPose:
    x = 700.0 if visible != "outside" else 1100.0
    wrist = Point(x, 300, (0, 0, 2), cast("Any", visible))
    return person(r_elbow=(500, 300), r_wrist=wrist, r_shoulder=(300, 300))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("visible", "occluded", "kept"),
    [
        *(("seen", "keep", True), ("seen", "drop", True), ("occluded", "keep", True), ("occluded", "drop", False)),
        *(("outside", "keep", False), ("absent", "keep", False)),
    ],
)
def test_points_that_cannot_be_seen(style: Style, visible: str, occluded: Occluded, kept: bool) -> None:
    picture = draw([with_state(visible)], 1024, 1024, style, occluded=occluded)
    assert picture[300, 400].any() and picture[300, 500].any(), "the rest is drawn"
    assert bool(picture[300, 600].any()) == kept, "the limb"
    assert bool(picture[300, 700].any()) == kept, "the joint"
    assert not picture[300, 720:].any()


@pytest.mark.parametrize("style", STYLES)
def test_occluded_hands_and_faces(style: Style) -> None:
    def at(place: tuple[float, float], count: int) -> Points:
        return points([Point(*place, (0, 0, 2), "occluded")] * count)

    face = at((500, 500), 68) if style != "wan-animate" else None
    hidden = person().model_copy(update={"left_hand": at((200, 200), 21), "face": face})
    assert draw([hidden], 1024, 1024, style, hands=True)[200, 200].any()
    assert not draw([hidden], 1024, 1024, style, hands=True, occluded="drop").any()


@pytest.mark.parametrize("style", STYLES)
def test_a_point_outside_is_left_out_whatever_it_is_called(style: Style) -> None:
    for place in ((-5.0, 100.0), (100.0, -1.0), (205.0, 100.0), (100.0, 1e300)):
        picture = draw([person(neck=(100, 100), nose=place)], 200, 200, style)
        assert (picture == draw([person(neck=(100, 100))], 200, 200, style)).all()


@pytest.mark.parametrize("style", STYLES)
def test_what_is_near_an_edge_is_clipped_there(style: Style) -> None:
    for x, y in itertools.product((0, 100, 199.9), (0, 100, 199.9)):
        picture = draw([person(neck=(x, y), nose=(100, 101))], 200, 200, style)
        assert picture[int(y), int(x)].any()
        rows, columns = np.nonzero(picture.any(axis=2))
        assert rows.min() >= min(y, 100) - 5 and rows.max() <= max(y, 101) + 5
        assert columns.min() >= min(x, 100) - 5 and columns.max() <= max(x, 100) + 5


@pytest.mark.parametrize("style", STYLES)
def test_nobody_is_black(style: Style) -> None:
    nothing = (draw([], 832, 480, style), draw([person()], 832, 480, style))
    for picture in nothing:
        assert picture.shape == (480, 832, 3) and picture.dtype == np.uint8 and not picture.any()


@pytest.mark.parametrize("style", STYLES)
def test_numbers_that_are_none(style: Style) -> None:
    lost = person(neck=Point(math.nan, 10, (math.nan, 0, 0), "seen"), nose=(50, 50))
    assert lost.joint("neck").visible == "outside"
    assert (draw([lost], 100, 100, style) == draw([person(nose=(50, 50))], 100, 100, style)).all()
    joints = lost.joints.model_copy(update={"pixels": (math.nan,) * 20 + (math.inf,) * 20, "visible": "s" * 20})
    assert not draw([lost.model_copy(update={"joints": joints})], 100, 100, style).any()


@pytest.mark.parametrize("style", STYLES)
def test_estimated_points_are_drawn_like_others(style: Style) -> None:
    guessed = person(nose=Point(50, 50, (0, 0, 1), "seen", True), neck=(50, 80))
    assert (draw([guessed], 100, 100, style) == draw([person(nose=(50, 50), neck=(50, 80))], 100, 100, style)).all()


# -- sizes, repeats, speed ------------------------------------------------------------------------------------


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("size", [(1, 1), (2, 3), (16, 16), (9, 16), (480, 832), (16, 256), (4, 64), (1300, 1100)])
def test_any_size(size: tuple[int, int], style: Style) -> None:
    width, height = size
    picture = draw(crowd(width, height, 3), width, height, style)
    assert picture.shape == (height, width, 3) and picture.dtype == np.uint8 and picture.any()
    assert picture.flags.c_contiguous and picture.flags.writeable


@pytest.mark.parametrize("size", [(0, 10), (10, 0), (-1, 5), (9000, 9000), (100, 6), (6, 100)])
def test_sizes_that_cannot_be_drawn(size: tuple[int, int]) -> None:
    with pytest.raises(BadInput, match="16:1"):
        Skeletons(*size)


def test_choices_that_cannot_be_drawn() -> None:
    with pytest.raises(BadInput, match="vace, openpose, wan-animate"):
        Skeletons(64, 64, cast("Any", "stick"))
    with pytest.raises(BadInput, match="faces"):
        Skeletons(64, 64, "wan-animate", face=True)


@pytest.mark.parametrize("style", STYLES)
def test_the_same_again(style: Style) -> None:
    people = crowd(832, 480, 3)
    drawer = Skeletons(832, 480, style)
    first = drawer.draw(people)
    other = drawer.draw(crowd(832, 480, 1))
    again = drawer.draw(people[::-1])
    assert (first == again).all() and (other != first).any()
    assert first is not again and not np.shares_memory(first, again)
    assert (first == draw(people, 832, 480, style)).all()
    again[:] = 7
    assert (drawer.draw(people) == first).all()


@pytest.mark.parametrize("style", STYLES)
def test_far_quicker_than_the_plain_drawing(style: Style) -> None:
    people = crowd(832, 480, 3)
    drawer = Skeletons(832, 480, style)
    drawer.draw(people)

    def seconds(times: int, call: Any) -> float:
        found: list[float] = []
        for _ in range(times):
            begin = time.perf_counter()
            call()
            found.append(time.perf_counter() - begin)
        return min(found)

    plain = seconds(1, lambda: reference(people, 832, 480, style, style != "vace", True))
    assert seconds(5, lambda: drawer.draw(people)) < plain / 5

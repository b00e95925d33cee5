"""Rhythm: lengths, pace, changes from shot to shot, framings that come back."""

from __future__ import annotations

import math

import numpy as np
import pytest
from shotwright.core.brief import measure
from shotwright.core.rhythm import (
    ALIKE,
    WEIGHTS,
    Cut,
    CutShot,
    Frame,
    cut_shot,
    frames_of,
    played,
    rhythm,
    similarity,
)
from shotwright.media.rhythm import draw_rhythm
from support.cameras import camera, person

LOU, EVE = ("@lou", "character", person()), ("@eve", "character", person((1.2, 0, 0)))


def plain(number: str, seconds: float, **fields) -> CutShot:
    return CutShot(id=number, number=number, seconds=seconds, frames=round(seconds * 24), **fields)


def shot(number: str, place, seconds: float = 4.0, subjects=(LOU,), **given) -> CutShot:
    """A shot whose camera looks from a place at who stands at the origin."""
    track = camera(place, subjects=list(subjects), mentioned=["@lou"], **given)
    return cut_shot(plain(number, seconds), measure(track), track)


def around(degrees: float, distance: float = 3.0):
    """A camera at eye height that stands around the origin, and looks at it."""
    turn = math.radians(degrees)
    return {"place": (distance * math.sin(turn), -distance * math.cos(turn), 1.6), "yaw": -degrees}


def test_average_median_longest_and_shortest():
    found = rhythm([plain("A", 2, sequence="one"), plain("B", 3, sequence="one"), plain("C", 10)], "edit", "Film")
    assert (found.seconds, found.average, found.median) == (15.0, 5.0, 3.0)
    assert (found.longest, found.shortest) == (2, 0)
    first, second = found.sequences
    assert (first.name, first.shots, first.seconds, first.cuts_per_minute) == ("one", 2, 5.0, 24.0)
    assert (second.name, second.shots, second.average) == ("", 1, 10.0)


def test_nothing_to_measure_is_an_error():
    with pytest.raises(ValueError, match="at least one"):
        rhythm([plain("A", 0)], "shots")


def test_pace_is_level_in_an_even_cut_and_follows_one_that_gets_faster():
    even = rhythm([plain(str(index), 3) for index in range(6)], "shots").pace
    assert {each.seconds for each in even} == {3.0}
    assert (even[0].at, even[-1].at) == (0.0, 18.0)
    faster = [each.seconds for each in rhythm([plain(str(i), 8 - i) for i in range(7)], "shots").pace]
    assert faster == sorted(faster, reverse=True)
    assert 5 < faster[0] <= 8
    assert 2 <= faster[-1] < 4


def test_only_what_lies_on_top_plays():
    pieces = [("a", 0, 50, 1), ("a", 10, 50, 2), ("b", 50, 90, 1), ("c", 60, 70, 3), ("d", 5, 5, 9)]
    assert played(pieces) == [
        Cut(shot="a", start=0, end=50),
        Cut(shot="b", start=50, end=60),
        Cut(shot="c", start=60, end=70),
        Cut(shot="b", start=70, end=90),
    ]


def test_weights_make_one_and_a_framing_is_wholly_like_itself():
    assert sum(WEIGHTS.values()) == pytest.approx(1)
    frame = frames_of(*_measured((0, -3, 1.6)))[0]
    assert similarity(frame, frame)[0] == 1
    assert similarity(frame, None)[0] == similarity(None, None)[0] == 0
    assert similarity(frame, frame.model_copy(update={"subject": "@eve"}))[0] == pytest.approx(WEIGHTS["lens"])


def _measured(place):
    track = camera(place, subjects=[LOU], mentioned=["@lou"])
    return measure(track), track


@pytest.mark.parametrize(
    ("change", "part", "value"),
    [
        ({"share": 1.0}, "size", 0.0),
        ({"share": 0.5 * math.sqrt(2)}, "size", 0.5),
        ({"x": 0.675}, "place", 0.5),
        ({"bearing": -170.0}, "side", 1 - 20 / 60),
        ({"elevation": 45.0}, "height", 0.0),
        ({"tangent": 0.25}, "lens", 0.0),
        ({"part": "hands"}, "subject", 0.5),
    ],
)
def test_each_part_is_told_apart(change, part, value):
    frame = Frame(
        size="MS", share=0.5, subject="@lou", x=0.5, y=0.5, bearing=170.0, elevation=0.0, tangent=0.5, distance=3.0
    )
    total, parts = similarity(frame, frame.model_copy(update=change))
    assert parts == {name: pytest.approx(value if name == part else 1.0, abs=2e-3) for name in WEIGHTS}
    assert total == pytest.approx(1 - WEIGHTS[part] * (1 - value), abs=2e-3)


def test_bearing_goes_around_the_subject():
    frames = [frames_of(*_from(degrees))[0] for degrees in (0, 90, 180)]
    assert [frame.bearing for frame in frames] == [-90.0, 0.0, 90.0]
    assert all(abs(frame.elevation) < 2 for frame in frames)


def _from(degrees):
    given = around(degrees)
    track = camera(given.pop("place"), subjects=[LOU], mentioned=["@lou"], **given)
    return measure(track), track


def test_a_cut_within_thirty_degrees_at_one_size_is_an_accident():
    near, far, closer = (shot("B", **around(*each)) for each in ((20,), (50,), (20, 1.5)))
    start = shot("A", **around(0))
    found = rhythm([start, near], "shots").repeats
    assert [(each.kind, each.first, each.second) for each in found] == [("accident", 0, 1)]
    assert "@lou" in found[0].reason or "similarity" in found[0].reason
    assert rhythm([start, far], "shots").repeats == ()
    assert rhythm([start, closer], "shots").repeats == ()


def test_a_framing_that_comes_back_is_a_return_or_an_echo():
    wide, other = shot("A", **around(0, 8)), shot("B", **around(60, 2))
    again = wide.model_copy(update={"id": "Z", "number": "Z"})
    [back] = rhythm([wide, other, again], "shots").repeats
    assert (back.kind, back.similarity) == ("return", 1.0)
    third = shot("C", **around(-60, 1.2))
    echoes = [each for each in rhythm([wide, other, third, again], "shots").repeats if each.similarity == 1]
    assert [(each.kind, each.first, each.second) for each in echoes] == [("echo", 0, 3)]


def test_an_echo_is_found_at_the_end_of_a_move():
    wide = shot("A", (0, -8, 1.6))
    between = [shot("B", **around(70, 2)), shot("C", **around(-70, 1.2))]
    pulls = camera(lambda t: (0, -2 - 6 * t, 1.6), subjects=[LOU], mentioned=["@lou"])
    last = cut_shot(plain("D", 4), measure(pulls), pulls)
    [echo] = [each for each in rhythm([wide, *between, last], "shots").repeats if each.kind == "echo"]
    assert (echo.first, echo.second, echo.ends[1]) == (0, 3, "end")
    assert echo.similarity >= ALIKE


def test_the_line_between_two_persons_is_crossed_from_its_other_side_only():
    both = {"subjects": (LOU, EVE)}
    front, beside, behind = (shot(name, **around(turn, 4), **both) for name, turn in (("A", 0), ("B", 40), ("C", 180)))
    assert rhythm([front, beside], "shots").changes[0].crosses == ()
    assert rhythm([front, behind], "shots").changes[0].crosses == ("@eve @lou",)
    along = shot("D", (5, 0, 1.6), yaw=-90, **both)
    assert rhythm([front, along], "shots").changes[0].crosses == ()


def test_the_picture_is_the_same_each_time_and_holds_hostile_names():
    shots = [
        plain("SH010", 4, name="é 日本 🎬", size="LS", end_size="CU", moves=("push-in",)),
        plain("x" * 300, 0.04),
        plain("\u202eC\n", 900),
    ]
    found = rhythm(shots, "shots", "שלום\n" + "long " * 90)
    one = draw_rhythm(found)
    assert one.shape[1:] == (2000, 3)
    assert np.array_equal(one, draw_rhythm(found))
    longer = found.model_copy(update={"shots": (shots[0], *found.shots[1:])[:2]})
    assert not np.array_equal(one, draw_rhythm(rhythm(longer.shots, "shots")))

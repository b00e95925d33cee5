"""The words of `pose.json`: what is stored of people, how it is rounded, and that it stays small."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from pydantic import ValidationError
from shotwright.core.pose import (
    FACE_POINTS,
    HAND_EDGES,
    HAND_POINTS,
    JOINTS,
    LIMBS,
    PersonPose,
    Point,
    Points,
    PoseFrame,
    far_to_near,
    joint_points,
    parse_pose,
    points,
    pose_text,
)

COCO = "nose neck r_shoulder r_elbow r_wrist l_shoulder l_elbow l_wrist r_hip r_knee r_ankle l_hip l_knee l_ankle"


def somebody(name: str = "a", depth: float = 2.0, seed: float = 0.0, whole: bool = False) -> PersonPose:
    def some(count: int, guessed: bool) -> Points:
        return points(
            Point(
                123.456 + 7.89 * i + seed, 234.567 + i / 3, (1.23456 - i, -0.98765 + seed, 3.3333 + i), "seen", guessed
            )
            for i in range(count)
        )

    hand = some(HAND_POINTS, False) if whole else None
    face = some(FACE_POINTS, True) if whole else None
    body = some(len(JOINTS), False)
    return PersonPose(
        id=name, armature="Armature.001", depth=depth, joints=body, left_hand=hand, right_hand=hand, face=face
    )


def test_names_and_lists() -> None:
    assert " ".join(JOINTS[:14]) == COCO and JOINTS[14:] == ("r_eye", "l_eye", "r_ear", "l_ear", "l_toe", "r_toe")
    named = [f"{JOINTS[one]}-{JOINTS[two]}" for one, two in LIMBS]
    assert named[:3] == ["neck-r_shoulder", "neck-l_shoulder", "r_shoulder-r_elbow"]
    assert named[12:17] == ["neck-nose", "nose-r_eye", "r_eye-r_ear", "nose-l_eye", "l_eye-l_ear"]
    assert named[17:] == ["l_ankle-l_toe", "r_ankle-r_toe"]
    assert len(LIMBS) == 19 and len(set(LIMBS)) == 19
    # Every point of a hand but the wrist is the end of one edge.
    assert [end for _, end in HAND_EDGES] == list(range(1, 21))
    assert [start for start, _ in HAND_EDGES] == [0, 1, 2, 3, 0, 5, 6, 7, 0, 9, 10, 11, 0, 13, 14, 15, 0, 17, 18, 19]


def test_points_come_back() -> None:
    found = joint_points(
        {
            "nose": Point(10.123, 20.126, (0.12345, -1.0, 3.0), "seen", True),
            "neck": Point(11, 30, (0, 0, 3), "occluded"),
            "l_toe": Point(-5, 900, (0, -2, 3), "outside"),
        }
    )
    person = PersonPose(id="a", depth=3, joints=found)
    assert person.joint("nose") == Point(10.12, 20.13, (0.1235, -1.0, 3.0), "seen", True)
    assert person.joint("neck") == Point(11, 30, (0, 0, 3), "occluded", False)
    assert person.joint("l_toe").visible == "outside"
    assert person.joint("r_knee") == Point(0, 0, (0, 0, 0), "absent", False)
    assert found.visible == "so" + "-" * 16 + "x-"
    assert found.estimated == "1" + "0" * 19
    assert joint_points({"neck": Point(1, 1, (0, 0, 1), "seen")}).estimated == ""
    with pytest.raises(ValueError, match="r_shoulder"):
        joint_points({"right_shoulder": Point(1, 1, (0, 0, 1), "seen")})
    with pytest.raises(ValueError):
        person.joint("tail")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_point_without_a_place_is_outside(value: float) -> None:
    (found,) = [points([Point(value, 5, (value, 0, -1), "seen")]).point(0)]
    assert found == Point(0, 0, (0, 0, -1), "outside", False)
    assert points([Point(5, value, (0, 0, 1), "absent")]).point(0).visible == "absent"


def test_no_minus_zero() -> None:
    assert "-0" not in json.dumps(points([Point(-0.001, -0.0, (-0.00001, -0.0, 0), "seen")]).document())


@pytest.mark.parametrize(
    "wrong",
    [
        {"pixels": (1.0,), "metres": (0.0, 0.0, 0.0), "visible": "s"},
        {"pixels": (1.0, 2.0), "metres": (0.0, 0.0), "visible": "s"},
        {"pixels": (1.0, 2.0), "metres": (0.0, 0.0, 0.0), "visible": "q"},
        {"pixels": (1.0, 2.0), "metres": (0.0, 0.0, 0.0), "visible": "s", "estimated": "01"},
        {"pixels": (math.nan, 2.0), "metres": (0.0, 0.0, 0.0), "visible": "s"},
    ],
)
def test_points_that_do_not_fit(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Points(**wrong)


def test_people_that_do_not_fit() -> None:
    whole = somebody(whole=True)
    for part, count in (("joints", 19), ("left_hand", 20), ("right_hand", 22), ("face", 70)):
        wrong = points([None] * count)
        with pytest.raises(ValidationError, match=f"{part}: .*{count}"):
            PersonPose(**{**dict(whole), part: wrong})
    with pytest.raises(ValidationError, match="twice"):
        PoseFrame(picture=0, frame=1, people=(whole, whole))


def test_far_to_near() -> None:
    people = [somebody("b", 2), somebody("c", 5), somebody("a", 2)]
    assert [person.id for person in far_to_near(people)] == ["c", "a", "b"]


def test_the_file_comes_back() -> None:
    frames = [PoseFrame(picture=i, frame=1 + i / 2, people=(somebody(whole=True), somebody("b"))) for i in range(3)]
    text = pose_text(832, 480, [*frames, PoseFrame(picture=3, frame=2.5)])
    record = parse_pose(text)
    assert (record.width, record.height, record.joints) == (832, 480, JOINTS)
    assert record.frames[:3] == tuple(frames) and record.frames[3].people == ()
    assert json.loads(text)["schema"] == "shotwright.pose.1"
    assert len(text.splitlines()) == 6, "a line for each picture"
    assert parse_pose(pose_text(8, 8, [])).frames == ()
    for wrong in (text.replace("pose.1", "pose.2"), text.replace('"nose"', '"beak"', 1), text[:-9], "{}"):
        with pytest.raises(ValueError):
            parse_pose(wrong)


def test_the_file_is_small() -> None:
    def size(whole: bool) -> int:
        people = tuple(somebody(str(i), 2.0 + i, i * 0.17, whole) for i in range(3))
        return len(pose_text(832, 480, [PoseFrame(picture=i, frame=i, people=people) for i in range(10)]))

    assert size(False) * 100 < 3_000_000, "1000 pictures of three people"
    assert size(True) * 100 < 18_000_000

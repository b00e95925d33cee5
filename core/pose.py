"""People in a picture: where joints, hands and faces are, in pixels and in metres. Drawn by `media.skeleton`.

Names and order are OpenPose's 18 points (CMU OpenPose, doc/02_output, POSE_COCO_18) and two toes, which Wan-Animate
adds (Wan-Video/Wan2.2 wan/modules/animate/preprocess/human_visualization.py); hands have OpenPose's 21 points, faces
the 68 of iBUG 300-W. Left and right are the person's own.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from typing import Annotated, Literal, NamedTuple, Self, cast

from pydantic import Field, model_validator

from .model_base import Stored

__all__ = [
    "FACE_POINTS",
    "HAND_EDGES",
    "HAND_POINTS",
    "JOINTS",
    "LIMBS",
    "SCHEMA",
    "PersonPose",
    "Point",
    "Points",
    "PoseFrame",
    "PoseRecord",
    "Visible",
    "far_to_near",
    "joint_points",
    "parse_pose",
    "points",
    "pose_text",
]

SCHEMA = "shotwright.pose.1"

JOINTS = (
    *("nose", "neck"),
    *("r_shoulder", "r_elbow", "r_wrist", "l_shoulder", "l_elbow", "l_wrist"),
    *("r_hip", "r_knee", "r_ankle", "l_hip", "l_knee", "l_ankle"),
    *("r_eye", "l_eye", "r_ear", "l_ear"),
    *("l_toe", "r_toe"),
)
"""The joints of a body, in the order that is stored and drawn. The neck is the middle of the shoulders; a toe is the
middle between the tips of the big and the small one."""

LIMBS = (
    *((1, 2), (1, 5), (2, 3), (3, 4), (5, 6), (6, 7)),
    *((1, 8), (8, 9), (9, 10), (1, 11), (11, 12), (12, 13)),
    *((1, 0), (0, 14), (14, 16), (0, 15), (15, 17)),
    *((13, 18), (10, 19)),
)
"""Pairs of joints, in drawing order; the last two go to the toes."""

HAND_POINTS = 21
"""The wrist, then four points of each finger from the thumb, from the palm outwards."""
HAND_EDGES = tuple(
    (0 if joint == 1 else first + joint - 2, first + joint - 1) for first in range(1, 21, 4) for joint in range(1, 5)
)
"""Pairs of points of a hand, in drawing order."""
FACE_POINTS = 68
"""Jaw from the person's right (17), brows (2×5), nose (9), eyes (2×6), lips (20)."""

Visible = Literal["seen", "occluded", "outside", "absent"]
"""`occluded`: in the picture, behind something. `outside`: out of the picture, or behind the camera. `absent`: the rig
has no such point."""
_LETTERS: dict[Visible, str] = {"seen": "s", "occluded": "o", "outside": "x", "absent": "-"}
_WORDS: dict[str, Visible] = {letter: word for word, letter in _LETTERS.items()}

_PIXELS, _METRES = 2, 4
"""Decimals that are stored: hundredths of a pixel, tenths of a millimetre."""

_Number = Annotated[float, Field(allow_inf_nan=False)]


class Point(NamedTuple):
    """One point of a person."""

    x: float
    y: float
    """Pixels; (0, 0) is the top left corner of the top left pixel, y goes down."""
    metres: tuple[float, float, float]
    """In the camera's space: x to the right, y up, z forward, so that z is the depth."""
    visible: Visible
    estimated: bool = False
    """Derived from other bones (nose, eyes and ears from the head), not a bone of the rig."""


class Points(Stored):
    """Some points in a fixed order, one list per quantity to be short on disk. `points` makes it."""

    pixels: tuple[_Number, ...] = ()
    """x, y of each point, one after the other, as in `Point`."""
    metres: tuple[_Number, ...] = ()
    """x, y, z of each point."""
    visible: str = Field(pattern=r"^[sox\-]*$")
    """A letter for each point: s seen, o occluded, x outside, - absent."""
    estimated: str = Field(default="", pattern=r"^[01]*$")
    """1 for each point that is derived from others, else 0; empty when none is."""

    @model_validator(mode="after")
    def _even(self) -> Self:
        count = len(self.visible)
        if (len(self.pixels), len(self.metres)) != (2 * count, 3 * count):
            raise ValueError(f"{count} points need {2 * count} pixels and {3 * count} metres")
        if len(self.estimated) not in (0, count):
            raise ValueError(f"estimated: {count} points need {count} digits, or none")
        return self

    def __len__(self) -> int:
        return len(self.visible)

    def point(self, index: int) -> Point:
        """The point at `index`, from 0. Raises IndexError."""
        x, y, z = self.metres[3 * index : 3 * index + 3] or (0.0, 0.0, 0.0)
        return Point(
            self.pixels[2 * index],
            self.pixels[2 * index + 1],
            (x, y, z),
            _WORDS[self.visible[index]],
            self.estimated[index : index + 1] == "1",
        )


def points(found: Iterable[Point | None]) -> Points:
    """Points as they are stored: rounded to 0.01 pixel and 0.1 mm. None is an absent one.

    A point that has no finite place in the picture (behind the camera) becomes `outside`, at (0, 0).
    """
    pixels: list[float] = []
    metres: list[float] = []
    visible: list[str] = []
    estimated: list[str] = []
    for point in found:
        x, y, place, word, guess = point or Point(0.0, 0.0, (0.0, 0.0, 0.0), "absent")
        if not (math.isfinite(x) and math.isfinite(y)):
            x, y, word = 0.0, 0.0, "outside" if word != "absent" else word
        # + 0.0 turns -0.0, which JSON would keep, into 0.0.
        pixels += (round(x, _PIXELS) + 0.0, round(y, _PIXELS) + 0.0)
        metres += (round(value, _METRES) + 0.0 if math.isfinite(value) else 0.0 for value in place)
        visible.append(_LETTERS[word])
        estimated.append("1" if guess else "0")
    return Points(
        pixels=tuple(pixels),
        metres=tuple(metres),
        visible="".join(visible),
        estimated="".join(estimated) if "1" in estimated else "",
    )


def joint_points(found: dict[str, Point]) -> Points:
    """The joints of a body by name (`JOINTS`); those not given are absent. Raises ValueError for another name."""
    for name in found:
        if name not in JOINTS:
            raise ValueError(f"{name!r} is no joint: {', '.join(JOINTS)}")
    return points(found.get(name) for name in JOINTS)


class PersonPose(Stored):
    """One person in one picture."""

    id: str = Field(min_length=1, max_length=80)
    """The same in every picture of a shot."""
    armature: str = ""
    """What the artist calls the object that moves it."""
    depth: float = Field(allow_inf_nan=False)
    """Metres from the camera along its axis. Who is farther is drawn first; of two equally far the lower id."""
    joints: Points
    """In the order of `JOINTS`."""
    left_hand: Points | None = None
    right_hand: Points | None = None
    """21 points each."""
    face: Points | None = None
    """68 points."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        parts = {"joints": len(JOINTS), "left_hand": HAND_POINTS, "right_hand": HAND_POINTS, "face": FACE_POINTS}
        for name, count in parts.items():
            part: Points | None = getattr(self, name)
            if part is not None and len(part) != count:
                raise ValueError(f"{name}: {count} points, not {len(part)}")
        return self

    def joint(self, name: str) -> Point:
        """The joint of that name. Raises ValueError for a name that is not in `JOINTS`."""
        return self.joints.point(JOINTS.index(name))


def far_to_near(people: Iterable[PersonPose]) -> list[PersonPose]:
    """People in drawing order."""
    return sorted(people, key=lambda person: (-person.depth, person.id))


class PoseFrame(Stored):
    """The people in one picture."""

    picture: int = Field(ge=0)
    """Its place in the movie, from 0."""
    frame: float = Field(allow_inf_nan=False)
    """The scene's frame; between two whole ones where the movie's rate is not the scene's."""
    people: tuple[PersonPose, ...] = ()

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        ids = [person.id for person in self.people]
        if len(set(ids)) != len(ids):
            raise ValueError("people: an id is there twice")
        return self


class PoseRecord(Stored):
    """`pose.json`: everybody in every picture of a shot."""

    schema_name: Literal["shotwright.pose.1"] = Field(default=SCHEMA, alias="schema")
    width: int = Field(ge=1)
    height: int = Field(ge=1)
    """The picture in pixels."""
    joints: tuple[str, ...] = JOINTS
    """What each joint is called."""
    frames: tuple[PoseFrame, ...] = ()

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.joints != JOINTS:
            raise ValueError("joints: this version of Shotwright reads those of " + SCHEMA)
        return self


def pose_text(width: int, height: int, frames: Sequence[PoseFrame]) -> str:
    """`pose.json` as text: one line per picture, and no number longer than it has to be.

    About 0.8 kB for the joints of a person in a picture, 1.7 kB more for two hands, 2.8 kB for a face.
    """
    head = {"schema": SCHEMA, "width": width, "height": height, "joints": JOINTS}
    lines = ",\n".join(_compact(frame.model_dump(mode="json", exclude_defaults=True)) for frame in frames)
    return f'{_compact(head)[:-1]},"frames":[\n{lines}\n]}}\n'


def parse_pose(text: str) -> PoseRecord:
    """`pose.json` read back. Raises pydantic's ValidationError, a ValueError, when it is not one."""
    return PoseRecord.model_validate_json(text)


def _compact(value: object) -> str:
    return json.dumps(_short(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _short(value: object) -> object:
    """Whole numbers without ".0"."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, dict):
        return {key: _short(inner) for key, inner in cast("dict[str, object]", value).items()}
    if isinstance(value, list | tuple):
        return [_short(inner) for inner in cast("list[object]", value)]
    return value

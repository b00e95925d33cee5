"""An armature as plain data, and what is recognised in it. No Blender here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

__all__ = [
    "HAND_POINTS",
    "JOINTS",
    "SCHEMA",
    "Armature",
    "Bone",
    "End",
    "JointBone",
    "JointName",
    "Point",
    "Pose",
    "Recognised",
    "bones_hash",
]

SCHEMA = "shotwright.rigs.1"
"""The document of the `rigs` verb."""

Point = tuple[float, float, float]
"""A position in world space, in scene units."""

End = Literal["head", "tail"]

JointName = Literal[
    "nose",
    "neck",
    "r_shoulder",
    "r_elbow",
    "r_wrist",
    "l_shoulder",
    "l_elbow",
    "l_wrist",
    "r_hip",
    "r_knee",
    "r_ankle",
    "l_hip",
    "l_knee",
    "l_ankle",
    "r_eye",
    "l_eye",
    "r_ear",
    "l_ear",
]
"""OpenPose's 18 joints in its order (COCO body); `r` and `l` are the person's own sides.

https://github.com/CMU-Perceptual-Computing-Lab/openpose/blob/master/doc/02_output.md
"""

JOINTS: tuple[JointName, ...] = get_args(JointName)

HAND_POINTS = 21
"""Points of OpenPose's hand: the wrist, then four of each finger from the thumb on, knuckle to tip."""


@dataclass(frozen=True)
class Bone:
    """A bone at rest."""

    name: str
    parent: str | None
    head: Point
    tail: Point
    deform: bool = True
    weight: float = 0.0
    """About how many vertices follow it, skinned or parented; only to compare bones of one rig."""


@dataclass(frozen=True)
class Pose:
    """Heads and tails of all bones at one frame, in the order of `Armature.bones`."""

    frame: float
    heads: tuple[Point, ...]
    tails: tuple[Point, ...]


@dataclass(frozen=True)
class Armature:
    """An armature object: bones at rest, and where they are at some frames."""

    name: str
    bones: tuple[Bone, ...]
    poses: tuple[Pose, ...] = ()


@dataclass(frozen=True)
class JointBone:
    """The end of a bone at which a joint is."""

    bone: str
    end: End = "head"

    def document(self) -> dict[str, str]:
        """As it is written to JSON."""
        return {"bone": self.bone, "end": self.end}


@dataclass(frozen=True)
class Recognised:
    """What is known about one armature."""

    armature: str
    humanoid: bool
    joints: Mapping[JointName, JointBone | None]
    """Every joint of `JOINTS`; None where the rig has no bone for it."""
    hands: Mapping[str, tuple[JointBone | None, ...]] = field(default_factory=dict[str, tuple[JointBone | None, ...]])
    """`right` and `left`: 21 points each, where the rig has fingers."""
    confidence: float = 0.0
    """0 to 1."""
    why: tuple[str, ...] = ()
    """Sentences: what spoke for and against."""
    bones: str = ""
    """`bones_hash` of the armature."""
    seconds: float = 0.0

    def document(self) -> dict[str, Any]:
        """One entry of `rigs` in the document."""
        return {
            "armature": self.armature,
            "humanoid": self.humanoid,
            "confidence": round(self.confidence, 3),
            "joints": {name: _written(self.joints.get(name)) for name in JOINTS},
            "hands": {side: [_written(point) for point in points] for side, points in self.hands.items()},
            "why": list(self.why),
            "bones": self.bones,
            "seconds": round(self.seconds, 3),
        }


def _written(joint: JointBone | None) -> dict[str, str] | None:
    return joint.document() if joint else None


def bones_hash(names: Iterable[str]) -> str:
    """What a rig is known by, linked or local, in whatever file: 16 hexadecimal digits of its bones' names."""
    text = "\0".join(sorted(names))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]

"""What an artist said about a rig: it wins over what was recognised.

Kept in the project as `rigs/<hash>.json`, by a hash of the sorted bone names: linked rigs can't be written to, and
the same character in another file is the same rig.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from ..model_base import Stored
from .data import JOINTS, End, JointBone, JointName, Recognised, bones_hash

__all__ = ["CorrectedJoint", "Correction", "apply", "correction_of", "parse", "path_in"]

FOLDER = "rigs"
"""In the project folder."""


class CorrectedJoint(Stored):
    """The end of a bone a joint is at."""

    bone: str
    end: End = "head"


class Correction(Stored):
    """`rigs/<hash>.json`: the joints that were set by hand; None says that the rig has none. Others are recognised."""

    schema_name: Literal["shotwright.rig.1"] = Field(default="shotwright.rig.1", alias="schema")
    bones: str
    """`bones_hash` of the armature."""
    humanoid: bool | None = None
    """Whether it is a person, where that was said."""
    joints: dict[JointName, CorrectedJoint | None] = Field(default_factory=dict[JointName, CorrectedJoint | None])


def path_in(project: Path, bones: str) -> Path:
    """Where the correction of a rig is or would be."""
    return project / FOLDER / f"{bones}.json"


def parse(values: Any) -> Correction:
    """A correction from its JSON values. Raises pydantic's ValidationError."""
    return Correction.model_validate(values)


def correction_of(names: Iterable[str], joints: dict[JointName, JointBone | None]) -> Correction:
    """A correction for the rig with these bones."""
    given: dict[JointName, CorrectedJoint | None] = {
        name: CorrectedJoint(bone=at.bone, end=at.end) if at else None for name, at in joints.items()
    }
    return Correction(bones=bones_hash(names), joints=given)


def apply(found: Recognised, correction: Correction, names: Iterable[str]) -> Recognised:
    """What was recognised with what was said put over it; a bone that is not there is reported in `why`."""
    known = set(names)
    joints = dict(found.joints)
    gone: list[str] = []
    done: list[str] = []
    for joint in JOINTS:
        if joint not in correction.joints:
            continue
        said = correction.joints[joint]
        if said is not None and said.bone not in known:
            gone.append(f"{joint} ({said.bone!r})")
            continue
        joints[joint] = JointBone(said.bone, said.end) if said else None
        done.append(joint)
    why: list[str] = []
    if done:
        why.append(f"Set by hand: {', '.join(done)}.")
    if gone:
        why.append(f"The correction names bones this rig does not have: {', '.join(gone)}. They were left out.")
    humanoid = found.humanoid or any(joints.values())
    if correction.humanoid is not None:
        humanoid = correction.humanoid
        why.append("Said by hand to be a person." if humanoid else "Said by hand to be no person.")
    if not humanoid:
        joints = dict.fromkeys(JOINTS)
    confidence = 1.0 if done or correction.humanoid is not None else found.confidence
    return replace(found, humanoid=humanoid, joints=joints, confidence=confidence, why=(*why, *found.why))

"""Nose, eyes and ears: bones of the head with such names, and eyes that have none."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import TYPE_CHECKING

from .body import Body, axes
from .data import Armature, JointBone, JointName
from .names import Names
from .sides import forward
from .skeleton import Skeleton, bone_positions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["find"]

_NEAR = 0.55
"""Trunk lengths from where the head begins within which its face is: a head is half a trunk high, a cartoon's more."""


class _Face:
    """Bone ends in the head's own axes: (ahead, up, to the left), in trunk lengths, medians over the frames."""

    def __init__(self, rig: Armature, skeleton: Skeleton, body: Body, head: int) -> None:
        import numpy as np

        self.bones = [bone.name for bone in rig.bones]
        self.parents = {bone.name: bone.parent for bone in rig.bones}
        frame, _ = axes(skeleton, body.arms, body.legs, body.trunk)
        ahead = forward(skeleton, body)
        left = np.cross(frame.up, ahead)
        positions = bone_positions(rig) - skeleton.at[:, head][:, None, None]
        scale = frame.trunk[:, None, None]
        self.size = np.linalg.norm(positions, axis=3) / scale
        self.at = np.stack(
            [np.einsum("febx,fx->feb", positions, axis) / scale for axis in (ahead, frame.up, left)], axis=-1
        )

    def place(self, bone: str, end: int = 0) -> tuple[float, float, float]:
        """Ahead, up and left of where the head begins, in the rest pose."""
        ahead, up, left = self.at[0, end, self.bones.index(bone)]
        return float(ahead), float(up), float(left)

    def joint(self, joint: JointBone) -> tuple[float, float, float]:
        """The same for a joint."""
        return self.place(joint.bone, 0 if joint.end == "head" else 1)

    def firm(self, bone: str) -> bool:
        """Whether it is near and moves with the head."""
        sizes = self.size[:, 0, self.bones.index(bone)]
        return self.near(bone) and float(sizes.max() - sizes.min()) < 0.04

    def near(self, bone: str, end: int = 0) -> bool:
        """Whether it stays within the head: controls that a face looks at do not."""
        return float(self.size[:, end, self.bones.index(bone)].max()) < _NEAR


def find(
    rig: Armature, skeleton: Skeleton, body: Body, names: Names, taken: set[str]
) -> Mapping[JointName, JointBone | None]:
    """The joints of the face; `taken` are bones of the body, which are none of them."""
    found: dict[JointName, JointBone | None] = dict.fromkeys(("nose", "r_eye", "l_eye", "r_ear", "l_ear"))
    if body.head is None:
        return found
    face = _Face(rig, skeleton, body, body.head)
    for joint in found:
        given = names.joints.get(joint)
        if given is not None and face.near(given.bone, 0 if given.end == "head" else 1):
            found[joint] = given
    if not any(found.values()) and body.neck is not None:
        found.update(_drawn(face, skeleton, body.neck))
    for part in ("eye", "ear"):
        left, right = ("l_eye", "r_eye") if part == "eye" else ("l_ear", "r_ear")
        if found[left] is None or found[right] is None:
            pair = _named_pair(face, names, part)
            if pair is None and part == "eye":
                pair = _unnamed_eyes(face, names, taken) or _only_pair(face, skeleton, names, body.head)
            found[left], found[right] = pair or (None, None)
        one, other = found[left], found[right]
        if one and other and face.joint(one)[2] < face.joint(other)[2]:
            found[left], found[right] = other, one
    if found["nose"] is None:
        eye = found["l_eye"]
        eyes = face.joint(eye)[1] if eye else 10.0
        found["nose"] = _nose(face, names, eyes)
    return found


def _nose(face: _Face, names: Names, eyes: float) -> JointBone | None:
    """The foremost end of the bones called nose, in the middle of the face and not above the eyes."""
    best: tuple[float, JointBone | None] = (0.0, None)
    for bone in face.bones:
        if names.kinds.get(bone) != "nose" or bone in names.helpers:
            continue
        for index in (0, 1):
            ahead, up, left = face.place(bone, index)
            if face.near(bone, index) and abs(left) < 0.04 and up < eyes + 0.02 and ahead > best[0] + 0.01:
                best = (ahead, JointBone(bone, "head" if index == 0 else "tail"))
    return best[1]


def _named_pair(face: _Face, names: Names, part: str) -> tuple[JointBone, JointBone] | None:
    """Left and right bone called so that lie as mirror images on the head, those nearest to it."""
    bones = [bone for bone in face.bones if names.kinds.get(bone) == part and face.near(bone)]
    bones = [bone for bone in bones if bone not in names.helpers] or bones
    tops = [bone for bone in bones if face.parents[bone] not in bones] or bones
    pairs = [pair for one, other in combinations(tops, 2) if (pair := _mirrored(face, one, other))]
    if not pairs:
        return None
    left, right = min(pairs, key=lambda pair: (_distance(face, pair[0]), pair))
    return JointBone(left), JointBone(right)


def _distance(face: _Face, bone: str) -> float:
    return round(float(face.size[0, 0, face.bones.index(bone)]), 3)


def _mirrored(face: _Face, one: str, other: str) -> tuple[str, str] | None:
    """The two as left and right when they lie on both sides of the face at the same place, else None."""
    a, b = face.place(one), face.place(other)
    apart = abs(a[2] - b[2])
    if abs(a[0] - b[0]) + abs(a[1] - b[1]) + abs(a[2] + b[2]) > 0.06 or not 0.03 < apart < 0.6:
        return None
    return (one, other) if a[2] > 0 else (other, one)


def _unnamed_eyes(face: _Face, names: Names, taken: set[str]) -> tuple[JointBone, JointBone] | None:
    """A pair that hangs on the head, looks straight ahead, and carries nothing but its lids.

    Eyes lie a tenth to a quarter of a trunk apart, above where the head begins (adults: 6 cm, trunk 50 cm).
    """
    import numpy as np

    looking: list[str] = []
    for bone in face.bones:
        if bone in taken or not face.firm(bone) or names.kinds.get(bone, "eye") != "eye":
            continue
        head, tail = np.array(face.place(bone)), np.array(face.place(bone, 1))
        length = float(np.linalg.norm(tail - head))
        lids = sum(1 for child in face.bones if face.parents[child] == bone)
        if length > 1e-4 and (tail - head)[0] / length > 0.9 and 0.0 <= head[1] < 0.4 and head[0] > -0.02 and lids < 5:
            looking.append(bone)
    pairs = [pair for one, other in combinations(looking, 2) if (pair := _mirrored(face, one, other))]
    pairs = [pair for pair in pairs if 0.06 < 2 * face.place(pair[0])[2] < 0.3]
    if not pairs:
        return None
    left, right = min(pairs, key=lambda pair: (abs(2 * face.place(pair[0])[2] - 0.13), pair))
    return JointBone(left), JointBone(right)


def _only_pair(face: _Face, skeleton: Skeleton, names: Names, head: int) -> tuple[JointBone, JointBone] | None:
    """The one pair of single bones on a head that lies where eyes do, whichever way its bones point.

    Alone on the head, or in the front of it: ears and horns are beside it, hair hangs in chains.
    """
    below = [node for node in skeleton.below(head) if not skeleton.tips[node]]
    alone = len(below) == 2
    bones = [
        skeleton.nodes[node].bone for node in below if all(skeleton.tips[child] for child in skeleton.children[node])
    ]
    bones = [bone for bone in bones if names.kinds.get(bone, "eye") == "eye" and face.firm(bone)]
    found: list[tuple[str, str]] = []
    for one, other in combinations(bones, 2):
        pair = _mirrored(face, one, other)
        if pair is None:
            continue
        ahead, up, left = face.place(pair[0])
        if 0.03 < left < 0.15 and 0.0 <= up < 0.4 and (alone or ahead > 0.08):
            found.append(pair)
    if len(found) != 1:
        return None
    return JointBone(found[0][0]), JointBone(found[0][1])


def _drawn(face: _Face, skeleton: Skeleton, neck: int) -> dict[JointName, JointBone | None]:
    """The face of rigs whose bones are OpenPose's lines: neck to nose, nose to each eye, eye to ear.

    The nose lies before the neck, the eyes beside and above the nose, each ear behind its eye and farther out.
    """
    for nose in skeleton.children[neck]:
        eyes = [node for node in skeleton.children[nose] if len(skeleton.children[node]) == 1]
        if len(eyes) != 2 or len(skeleton.children[nose]) != 2:
            continue
        ears = [skeleton.children[eye][0] for eye in eyes]
        if not all(skeleton.tips[ear] for ear in ears):
            continue
        (nose_at, *places) = (face.joint(skeleton.nodes[node]) for node in (nose, *eyes, *ears))
        one, other, ear, other_ear = places
        beyond = nose_at[0] - face.joint(skeleton.nodes[neck])[0] > 0.08
        beside = beyond and one[2] * other[2] < 0 and abs(one[2] + other[2]) < 0.05 and abs(nose_at[2]) < 0.05
        above = min(one[1], other[1]) > nose_at[1]
        behind = ear[0] < one[0] < nose_at[0] and other_ear[0] < other[0] and abs(ear[2]) > abs(one[2])
        if beside and above and behind:
            left, right = (0, 1) if one[2] > 0 else (1, 0)
            return {
                "nose": skeleton.nodes[nose],
                "l_eye": skeleton.nodes[eyes[left]],
                "r_eye": skeleton.nodes[eyes[right]],
                "l_ear": skeleton.nodes[ears[left]],
                "r_ear": skeleton.nodes[ears[right]],
            }
    return {}

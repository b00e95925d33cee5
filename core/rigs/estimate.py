"""Where nose, eyes and ears are on a body whose rig has no bones for them: estimated from torso and head.

Measured on the average female and male body of MakeHuman (CC0, makehumancommunity.org), as offsets from the base of
the head bone in torso lengths: from the middle of the hips to the middle of the shoulders. An estimate, and marked as
one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

__all__ = ["FACE_JOINTS", "HEAD", "LARGE_HEAD", "body_axes", "face_in_box", "face_points", "find_head"]

Vector = tuple[float, float, float]

FACE_JOINTS = ("nose", "r_eye", "l_eye", "r_ear", "l_ear")

_HEAD = (0.05, 0.48)
"""Height of the base of the head above the shoulders in torso lengths: what begins higher is the top of the head."""
_MIDDLE, _NEAR = 0.05, 0.06
"""How far from the body's middle plane a head begins at most, and how close two candidates are, in torso lengths."""
_FRONT = 0.17
"""How far before or behind the shoulders a head begins at most: a jaw or a pony tail does further."""
_NOSE = 0.44
"""Height of the nose above the shoulders in torso lengths."""

HEAD = 0.5
"""Height of a head from chin to crown in torso lengths, as measured."""
LARGE_HEAD = 0.8
"""Height of a head in torso lengths above which it is no human's."""

_OFFSETS: dict[str, Vector] = {
    # to the person's left, up, forward
    "nose": (0.0, 0.0, 0.27),
    "l_eye": (0.064, 0.059, 0.19),
    "r_eye": (-0.064, 0.059, 0.19),
    "l_ear": (0.176, 0.019, -0.013),
    "r_ear": (-0.176, 0.019, -0.013),
}


def body_axes(joints: Mapping[str, Sequence[float]]) -> tuple[Vector, Vector, Vector, float, Vector] | None:
    """The person's left, up and forward, the torso's length, and the middle of the shoulders.

    `joints` are positions by joint name, in any right-handed space; shoulders and hips are needed. None where they
    lie in one place or in one line.
    """
    try:
        left, right = _vector(joints["l_shoulder"]), _vector(joints["r_shoulder"])
        middle = _scaled(_sum(left, right), 0.5)
        hips = _scaled(_sum(_vector(joints["l_hip"]), _vector(joints["r_hip"])), 0.5)
    except KeyError:
        return None
    spine = _sum(middle, _scaled(hips, -1))
    torso = _length(spine)
    if not torso > 1e-9:
        return None
    up = _scaled(spine, 1 / torso)
    across = _sum(left, _scaled(right, -1))
    across = _sum(across, _scaled(up, -_dot(across, up)))
    if _length(across) < torso * 0.05:
        return None
    across = _scaled(across, 1 / _length(across))
    forward = (
        across[1] * up[2] - across[2] * up[1],
        across[2] * up[0] - across[0] * up[2],
        across[0] * up[1] - across[1] * up[0],
    )
    return across, up, forward, torso, middle


def find_head(
    joints: Mapping[str, Sequence[float]], heads: Mapping[str, Sequence[float]], parents: Mapping[str, str | None]
) -> str | None:
    """The bone that carries the face; None where no bone begins between neck and crown.

    `heads`: where each bone begins, in the space of `joints`; `parents`: the bone each hangs on. The highest bone of
    the body's middle that begins below the eyes; of several at about its height the one that carries the others.
    """
    axes = body_axes(joints)
    if axes is None:
        return None
    left, up, forward, torso, middle = axes
    found: dict[str, float] = {}
    for name, head in heads.items():
        offset = _scaled(_sum(_vector(head), _scaled(middle, -1)), 1 / torso)
        high = _dot(offset, up)
        if abs(_dot(offset, left)) < _MIDDLE and abs(_dot(offset, forward)) < _FRONT and _HEAD[0] < high < _HEAD[1]:
            found[name] = high
    if not found:
        return None
    top = max(found.values())
    chosen = min((name for name in found if found[name] >= top - _NEAR), key=lambda n: (-found[n], n))
    while (above := parents.get(chosen)) in found and found[above] >= top - _NEAR:
        chosen = above
    return chosen


def face_in_box(low: Vector, high: Vector) -> dict[str, Vector]:
    """Nose, eyes and ears of a head that fills a box, as (to the left, up, forward) in the space of `low` and `high`.

    For heads no body of a human has (cartoons, robots): the face is the front of the box, eyes at half its height as
    in any drawing class, ears in the middle of its sides.
    """
    aside, high_up, deep = ((low[i] + high[i]) / 2 for i in range(3))
    width, height, depth = (high[i] - low[i] for i in range(3))
    front = deep + depth / 2
    return {
        "nose": (aside, high_up - 0.12 * height, front),
        "l_eye": (aside + 0.2 * width, high_up, front - 0.05 * depth),
        "r_eye": (aside - 0.2 * width, high_up, front - 0.05 * depth),
        "l_ear": (aside + 0.5 * width, high_up - 0.06 * height, deep),
        "r_ear": (aside - 0.5 * width, high_up - 0.06 * height, deep),
    }


def face_points(joints: Mapping[str, Sequence[float]], base: Sequence[float]) -> dict[str, Vector]:
    """Nose, eyes and ears of a body whose head bone begins at `base`, in the space of `joints`.

    The head is taken to look where the chest does, as it does at rest. Rigs begin the head anywhere between the top of
    the neck and the ears, so its height counts for a third only. Where the eyes are known the rest is placed from
    them. Empty without a torso.
    """
    axes = body_axes(joints)
    if axes is None:
        return {}
    left, up, forward, torso, middle = axes
    begins = _scaled(_sum(_vector(base), _scaled(middle, -1)), 1 / torso)
    high, deep = (_dot(begins, up) + 2 * _NOSE) / 3, _dot(begins, forward)
    origin = _sum(middle, _scaled(_sum(_scaled(up, high), _scaled(forward, deep)), torso))
    if "l_eye" in joints and "r_eye" in joints:
        eyes = _scaled(_sum(_vector(joints["l_eye"]), _vector(joints["r_eye"])), 0.5)
        _, high, deep = _OFFSETS["l_eye"]
        origin = _sum(eyes, _scaled(_sum(_scaled(up, high), _scaled(forward, deep)), -torso))
    found: dict[str, Vector] = {}
    for name, (aside, high, deep) in _OFFSETS.items():
        offset = _sum(_sum(_scaled(left, aside), _scaled(up, high)), _scaled(forward, deep))
        found[name] = _sum(origin, _scaled(offset, torso))
    return found


def _vector(value: Sequence[float]) -> Vector:
    return float(value[0]), float(value[1]), float(value[2])


def _sum(one: Vector, two: Vector) -> Vector:
    return one[0] + two[0], one[1] + two[1], one[2] + two[2]


def _scaled(vector: Vector, factor: float) -> Vector:
    return vector[0] * factor, vector[1] * factor, vector[2] * factor


def _dot(one: Vector, two: Vector) -> float:
    return one[0] * two[0] + one[1] * two[1] + one[2] * two[2]


def _length(vector: Vector) -> float:
    return math.sqrt(_dot(vector, vector))

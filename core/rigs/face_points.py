"""Points of the face where a rig has bones for them: which bone ends are which of the 68 points of iBUG 300-W.

Rigify is the convention with such bones in wide use (blender/rigify, metarigs/human.py); faces moved by shape keys have
none, and their points stay absent. What a face rig has no bone for (inner lips, half of the jaw) is absent too.
"""

from __future__ import annotations

from collections.abc import Container

from .data import End, JointBone

__all__ = ["face_bones"]

_PREFIXES = ("DEF-", "ORG-", "")
"""Generated rigs have deforming and original bones; metarigs the bare names."""
_ENOUGH = 20
"""Of the points below; a rig with fewer has some other face."""


def _both(right: dict[int, tuple[str, End]], mirror: dict[int, int]) -> dict[int, tuple[str, End]]:
    """The points of the person's right half, and their twins."""
    left: dict[int, tuple[str, End]] = {
        mirror[point]: (bone.replace(".R", ".L"), end) for point, (bone, end) in right.items()
    }
    return right | left


_RIGHT: dict[int, tuple[str, End]] = {
    0: ("jaw.R", "head"),
    4: ("jaw.R.001", "head"),
    6: ("jaw.R.001", "tail"),
    17: ("brow.T.R.001", "head"),
    19: ("brow.T.R.002", "head"),
    21: ("brow.T.R.003", "head"),
    31: ("nose.R.001", "head"),
    36: ("lid.T.R", "head"),
    37: ("lid.T.R.001", "head"),
    38: ("lid.T.R.003", "head"),
    39: ("lid.T.R.003", "tail"),
    40: ("lid.B.R.001", "head"),
    41: ("lid.B.R.003", "head"),
    48: ("lip.T.R.001", "tail"),
    50: ("lip.T.R.001", "head"),
    58: ("lip.B.R.001", "head"),
}
_MIRROR = {
    0: 16,
    4: 12,
    6: 10,
    17: 26,
    19: 24,
    21: 22,
    31: 35,
    36: 45,
    37: 44,
    38: 43,
    39: 42,
    40: 47,
    41: 46,
    48: 54,
    50: 52,
    58: 56,
}
_MIDDLE: dict[int, tuple[str, End]] = {
    8: ("chin", "head"),
    27: ("nose", "head"),
    29: ("nose.001", "head"),
    30: ("nose.002", "head"),
    33: ("nose.004", "head"),
    51: ("lip.T.L", "head"),
    57: ("lip.B.L", "head"),
}
_RIGIFY = _both(_RIGHT, _MIRROR) | _MIDDLE


def face_bones(names: Container[str]) -> dict[int, JointBone]:
    """Point of the face (0 to 67) → bone end, for an armature with these bones; empty where it has no such face."""
    for prefix in _PREFIXES:
        found = {
            point: JointBone(prefix + bone, end) for point, (bone, end) in _RIGIFY.items() if prefix + bone in names
        }
        if len(found) >= _ENOUGH:
            return found
    return {}

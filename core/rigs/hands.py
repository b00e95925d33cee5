"""Fingers: the 21 points of OpenPose's hands, where a rig has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .data import HAND_POINTS, JointBone
from .skeleton import Skeleton

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["hand"]


def hand(skeleton: Skeleton, wrist: int) -> tuple[JointBone | None, ...] | None:
    """The points of a hand, or None when it has fewer than three fingers.

    The thumb is the finger that begins nearest to the wrist, and the others follow by how far they begin from it.
    A point the rig has no bone for is None.
    """
    fingers = _fingers(skeleton, wrist)
    if len(fingers) < 3:
        return None
    thumb = min(fingers, key=lambda chain: skeleton.distance(chain[0], wrist))
    others = sorted((f for f in fingers if f is not thumb), key=lambda chain: skeleton.distance(chain[0], thumb[0]))
    points: list[JointBone | None] = [skeleton.nodes[wrist]]
    for chain in [thumb, *others][:5]:
        knuckles = [*chain[-4:]]
        points += [skeleton.nodes[node] for node in knuckles] + [None] * (4 - len(knuckles))
    points += [None] * (HAND_POINTS - len(points))
    return tuple(points)


def _fingers(skeleton: Skeleton, wrist: int) -> list[list[int]]:
    """The chains of a hand from the wrist's children on, through palms that carry several fingers."""
    found: list[list[int]] = []
    for child in skeleton.children[wrist]:
        chain = [child]
        while skeleton.children[chain[-1]]:
            below = skeleton.children[chain[-1]]
            if len(below) > 1 and sum(1 for node in below if skeleton.children[node]) > 1:
                found += _fingers(skeleton, chain[-1])
                chain = []
                break
            chain.append(max(below, key=skeleton.length))
        if len(chain) > 1:
            found.append(chain)
    return found

"""Left and right, by where the body looks: its feet and knees point forwards, its elbows back.

Which way that is in the scene does not matter, nor what the bones are called: a figure may face any way, lie down,
or be mirrored with all its names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .body import Body, axes, unit
from .limbs import Three
from .names import Names
from .skeleton import Skeleton

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["decide", "forward"]

CLEAR = 0.3
"""Above this the body's shape decides, below it the names do where they say something."""


def forward(skeleton: Skeleton, body: Body) -> Floats:
    """Where the body looks in every frame, (frames, 3), once its left side is known."""
    frame, _ = axes(skeleton, body.arms, body.legs, body.trunk)
    ahead = _cross(frame.side, frame.up)
    first = body.left if body.legs is not None and len(body.legs.limb.sides) == 2 else body.arms_left
    return ahead if first == 0 else -ahead


def _cross(a: Floats, b: Floats) -> Floats:
    import numpy as np

    return unit(np.cross(a, b))


def decide(skeleton: Skeleton, body: Body, names: Names) -> str:
    """Set which sides of the body are its left ones; returns what told, as a part of a sentence."""
    frame, agree = axes(skeleton, body.arms, body.legs, body.trunk)
    # Forwards, if the side the axis points to is the left one.
    ahead = _cross(frame.side, frame.up)
    votes: list[tuple[float, str]] = []
    if body.legs is not None:
        votes += [(_feet(skeleton, body.legs, frame.up, ahead), "the feet")]
        votes += [(_bent(skeleton, body.legs, ahead), "the knees")]
    if body.arms is not None:
        votes += [(-0.7 * _bent(skeleton, body.arms, ahead), "the elbows")]
        votes += [(0.6 * _thumbs(skeleton, body.arms, ahead), "the thumbs")]
    votes += [(_face(skeleton, body, names, frame.trunk, ahead), "the face")]
    shape = sum(vote for vote, _ in votes)
    said = _said(skeleton, body, names, agree)
    total = shape if abs(shape) >= CLEAR else shape + said
    pointing = 0 if total >= 0 else 1
    paired = body.legs is not None and len(body.legs.limb.sides) == 2
    body.left = pointing
    body.arms_left = pointing if agree >= 0 or not paired else 1 - pointing
    body.sure = min(1.0, abs(total) / 1.0)
    if abs(shape) >= CLEAR:
        strong = [what for vote, what in sorted(votes, key=lambda each: -abs(each[0])) if vote * shape > 0.1 * shape**2]
        told = " and ".join(strong[:2]) or "the joints together"
        if said * shape < 0:
            return f"{told}, against the bones' names"
        return told
    return "the bones' names, because its shape does not tell" if said else "a guess: nothing tells front from back"


def _legs_and_arms(body: Body) -> list[Three]:
    return [three for three in (body.legs, body.arms) if three is not None]


def _said(skeleton: Skeleton, body: Body, names: Names, agree: float) -> float:
    """What the names say: 1 when side 0 of the legs is called left, -1 when it is called right."""
    votes: list[float] = []
    for three in _legs_and_arms(body):
        turned = -1.0 if three is body.arms and body.legs is not None and agree < 0 else 1.0
        for index, chain in enumerate(three.limb.sides):
            for node in chain:
                called = {names.sides.get(alias.bone) for alias in skeleton.aliases[node]} - {None}
                if len(called) == 1:
                    votes.append((1.0 if called == {"l"} else -1.0) * (1.0 if index == 0 else -1.0) * turned)
    return sum(votes) / len(votes) if votes else 0.0


def _feet(skeleton: Skeleton, legs: Three, up: Floats, ahead: Floats) -> float:
    """From the ankles to the toes, -1 to 1."""
    import numpy as np

    told: list[float] = []
    for side, chain in enumerate(legs.limb.sides):
        _, knee, ankle = legs.joints(side)
        beyond = chain[chain.index(ankle) + 1 :]
        if not beyond:
            continue
        firm = [node for node in beyond if not skeleton.tips[node]]
        toe = firm[-1] if firm else beyond[-1]
        # Along the shin a foot says nothing: only what stands off it counts.
        shin = unit(skeleton.at[:, ankle] - skeleton.at[:, knee])
        foot = skeleton.at[:, toe] - skeleton.at[:, ankle]
        length = np.maximum(np.linalg.norm(foot, axis=1), 1e-9)
        off = foot - (foot * shin).sum(1, keepdims=True) * shin
        level = (off * ahead).sum(1) / length
        told.append(float(np.clip(np.median(level) * 1.5, -1, 1)) * (1.0 if firm else 0.4))
    return sum(told) / len(told) if told else 0.0


def _bent(skeleton: Skeleton, three: Three, ahead: Floats) -> float:
    """How far the middle joint stands before the line from the first to the last, -1 to 1."""
    import numpy as np

    told: list[float] = []
    for side in range(len(three.limb.sides)):
        first, middle, last = (skeleton.at[:, node] for node in three.joints(side))
        line = unit(last - first)
        off = middle - first
        off = off - (off * line).sum(1, keepdims=True) * line
        told.append(float(np.median((off * ahead).sum(1))) / (three.upper + three.lower))
    return float(np.clip(sum(told) / len(told) * 12, -1, 1))


def _thumbs(skeleton: Skeleton, arms: Three, ahead: Floats) -> float:
    """Where the thumbs are in the rest pose, arms spread or hanging: before the other fingers."""
    import numpy as np

    told: list[float] = []
    for side in range(len(arms.limb.sides)):
        wrist = arms.joints(side)[2]
        fingers = [child for child in skeleton.children[wrist] if skeleton.children[child]]
        if len(fingers) < 3:
            continue
        # A thumb begins nearest to the wrist.
        thumb = min(fingers, key=lambda node: skeleton.distance(node, wrist))
        others = np.mean([skeleton.at[0, node] for node in fingers if node != thumb], axis=0)
        across = skeleton.at[0, thumb] - others
        size = float(np.linalg.norm(across)) or 1.0
        told.append(float(across @ ahead[0]) / size)
    return sum(told) / len(told) if told else 0.0


def _face(skeleton: Skeleton, body: Body, names: Names, trunk: Floats, ahead: Floats) -> float:
    """Eyes, a nose, a jaw: bones of the head that are called so lie in front of where it begins."""
    import numpy as np

    if body.head is None:
        return 0.0
    told: list[float] = []
    for node in skeleton.below(body.head):
        kinds = {names.kinds.get(alias.bone) for alias in skeleton.aliases[node]}
        if kinds & {"eye", "nose"} and not skeleton.tips[node]:
            off = ((skeleton.at[:, node] - skeleton.at[:, body.head]) * ahead).sum(1) / trunk
            told.append(float(np.median(off)))
    return float(np.clip(8 * sum(told) / len(told), -1, 1)) if told else 0.0

"""Limbs: chains of joints that the body has twice, and how well one would be an arm or a leg.

Nothing here looks at names, or at which way is up: lengths and bends are the same in every pose and facing.
Proportions are those of adults (NASA-STD-3000, Vol. I, 3.3 Anthropometry), with room for cartoons and children.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import TYPE_CHECKING, Literal

from .skeleton import Skeleton

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["KINDS", "Limb", "Named", "Role", "Three", "find", "off", "threes"]

Role = Literal["arm", "leg"]

KINDS: dict[Role, tuple[str, str, str]] = {"arm": ("shoulder", "elbow", "wrist"), "leg": ("hip", "knee", "ankle")}
"""What a limb's three joints are called."""

Named = Callable[[int, str], float]
"""How well a joint's names go with a kind of joint, added to the score."""

ALIKE = 0.2
"""Left and right bones of one rig differ in length by less than this; scanned performers are not symmetrical."""


@dataclass(frozen=True)
class Limb:
    """A chain of joints from the trunk outwards, on both sides or, where the rig has but one, on one."""

    attach: int
    """The trunk's joint it hangs on; -1 when it is a root of its own."""
    sides: tuple[tuple[int, ...], ...]
    """One or two chains of equal length."""
    branches: tuple[int, ...] = ()
    """How many chains hang on each joint of it: five on a wrist with fingers."""
    inside: frozenset[int] = field(default_factory=frozenset[int])
    """Every joint that hangs on it, on any side."""


@dataclass(frozen=True)
class Three:
    """A choice of the limb's joints: shoulder, elbow and wrist, or hip, knee and ankle."""

    limb: Limb
    role: Role
    at: tuple[int, int, int]
    """Places in the chain."""
    score: float
    """Logarithm of a likelihood, up to a constant: 0 is very good, -5 is poor."""
    upper: float
    lower: float
    rest: float
    """Length of the chain beyond wrist or ankle."""

    def joints(self, side: int) -> tuple[int, int, int]:
        """The three joints of one side."""
        first, second, third = (self.limb.sides[side][place] for place in self.at)
        return first, second, third


# -- finding --------------------------------------------------------------------------------------


def find(skeleton: Skeleton) -> list[Limb]:
    """Every chain that could be an arm or a leg, those that come in pairs first."""
    reach = _reach(skeleton)
    pairs: list[Limb] = []
    singles: list[Limb] = []
    for attach in range(-1, len(skeleton.nodes)):
        hanging = skeleton.children[attach] if attach >= 0 else skeleton.roots
        long = [node for node in hanging if reach[node] > 0.08 * skeleton.size]
        if attach < 0:
            long = [node for node in hanging if skeleton.children[node]]
        for a, b in combinations(long, 2):
            twins = _twins(skeleton, a, b, attach < 0)
            if twins is not None:
                pairs += _limbs(skeleton, attach, twins)
        singles += [each for node in long for each in _single(skeleton, attach, node)]
    return pairs + [limb for limb in singles if not _explained(limb, pairs, reach)]


def _explained(single: Limb, pairs: list[Limb], reach: list[float]) -> bool:
    """Whether a single chain is a part of one of a pair, or a trunk, which carries a pair itself."""
    first = single.sides[0][0]
    for pair in pairs:
        a, b = pair.sides[0][0], pair.sides[1][0]
        if first in pair.inside and first not in (a, b):
            return True
        # A hand's fingers are too short to be meant.
        if {a, b} <= single.inside and reach[a] > 0.4 * reach[first]:
            return True
    return False


def _reach(skeleton: Skeleton) -> list[float]:
    """The longest way from the joint above through each joint to an end."""
    reach = [0.0] * len(skeleton.nodes)
    for node in reversed(range(len(skeleton.nodes))):
        below = max((reach[child] for child in skeleton.children[node]), default=0.0)
        reach[node] = below + skeleton.length(node)
    return reach


def _twins(skeleton: Skeleton, a: int, b: int, roots: bool) -> dict[int, int] | None:
    """Joints below `a` and their counterparts below `b`, or None when the two chains differ."""
    if not roots and not _alike(skeleton, a, b):
        return None
    found = {a: b}
    left, right = list(skeleton.children[a]), list(skeleton.children[b])
    if not left or not right:
        return found if bool(left) == bool(right) or skeleton.length(a) > 0 else None
    candidates: list[tuple[float, int, int, dict[int, int]]] = []
    for one in left:
        for other in right:
            below = _twins(skeleton, one, other, False)
            if below is not None:
                difference = _difference(skeleton, below)
                candidates.append((-len(below) + difference, one, other, below))
    taken: set[int] = set()
    for _, one, other, below in sorted(candidates, key=lambda each: each[:3]):
        if one not in taken and other not in taken:
            taken |= {one, other}
            found.update(below)
    return found if len(found) > 1 else None


def _alike(skeleton: Skeleton, a: int, b: int) -> bool:
    one, other = skeleton.length(a), skeleton.length(b)
    return abs(one - other) <= ALIKE * max(one, other) + 0.01 * skeleton.size


def _difference(skeleton: Skeleton, pairs: dict[int, int]) -> float:
    """Between 0 and 1: how much longer one side is than the other."""
    apart = sum(abs(skeleton.length(a) - skeleton.length(b)) for a, b in pairs.items())
    return min(0.99, apart / (sum(map(skeleton.length, pairs)) or 1.0))


def _limbs(skeleton: Skeleton, attach: int, pairs: dict[int, int]) -> Iterable[Limb]:
    first = next(iter(pairs))
    inside = frozenset([*pairs, *pairs.values(), *skeleton.below(first), *skeleton.below(pairs[first])])
    for chain in _chains(skeleton, first, pairs):
        twins = tuple(pairs[node] for node in chain)
        branches = tuple(_branching(skeleton, node) for node in chain)
        yield Limb(attach, (chain, twins), branches, inside)


def _single(skeleton: Skeleton, attach: int, node: int) -> Iterable[Limb]:
    inside = frozenset([node, *skeleton.below(node)])
    for chain in _chains(skeleton, node, inside):
        branches = tuple(_branching(skeleton, each) for each in chain)
        yield Limb(attach, (chain,), branches, inside)


def _branching(skeleton: Skeleton, node: int) -> int:
    """How many chains hang on a joint; of bare ends, as simple thumbs are, one counts."""
    chains = sum(1 for child in skeleton.children[node] if skeleton.children[child])
    return chains + (1 if chains and len(skeleton.children[node]) > chains else 0)


def _chains(skeleton: Skeleton, first: int, allowed: Iterable[int]) -> list[tuple[int, ...]]:
    """Ways from a joint to the ends below it: the longest, and one for each other long branch."""
    allowed = set(allowed)
    found: list[tuple[float, tuple[int, ...]]] = []

    def walk(node: int, way: tuple[int, ...], length: float) -> None:
        way = (*way, node)
        below = [child for child in skeleton.children[node] if child in allowed]
        if not below:
            found.append((length, way))
        for child in below:
            walk(child, way, length + skeleton.length(child))

    walk(first, (), 0.0)
    found.sort(key=lambda each: (-each[0], each[1]))
    chosen: list[tuple[float, tuple[int, ...]]] = []
    for length, way in found:
        shared = [sum(1 for one, other in zip(way, kept, strict=False) if one == other) for _, kept in chosen]
        # Fingers of one hand, toes of one foot: the same limb for us.
        if len(way) >= 3 and (not chosen or (max(shared) < 3 and length > 0.4 * chosen[0][0])) and len(chosen) < 3:
            chosen.append((length, way))
    return [way for _, way in chosen]


# -- judging --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Measured:
    """A limb's lengths and bends, the mean of its sides."""

    straight: list[list[float]]
    """Between two of its joints, as the crow flies."""
    along: list[float]
    """From its first joint along the chain."""
    bend: list[float]
    """Radians by which the chain turns at each joint, on average."""
    hinge: list[float]
    """How much that changes over the poses, radians."""
    apart: list[float]
    """Between the two sides; 0 for a single limb."""
    tip: bool
    """Whether the chain ends with a bone's tail."""


def _measure(skeleton: Skeleton, limb: Limb) -> _Measured:
    import numpy as np

    sides = [skeleton.at[:, list(side)] for side in limb.sides]
    count = len(limb.sides[0])
    between = np.mean([np.linalg.norm(at[:, :, None] - at[:, None], axis=3) for at in sides], axis=0)
    straight = np.median(between, axis=0)
    steps = [float(straight[i, i + 1]) for i in range(count - 1)]
    along = [sum(steps[:i]) for i in range(count)]
    turns = np.mean([_turns(at) for at in sides], axis=0)
    bend = np.median(turns, axis=0)
    hinge = turns.max(0) - turns.min(0)
    apart = [0.0] * count
    if len(sides) == 2:
        apart = [float(x) for x in np.median(np.linalg.norm(sides[0] - sides[1], axis=2), axis=0)]
    return _Measured(
        [[float(x) for x in row] for row in straight],
        along,
        [float(x) for x in bend],
        [float(x) for x in hinge],
        apart,
        all(skeleton.tips[side[-1]] for side in limb.sides),
    )


def _turns(at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Angles between one step of the chain and the next, (frames, joints); 0 at both ends."""
    import numpy as np

    steps = np.diff(at, axis=1)
    lengths = np.linalg.norm(steps, axis=2, keepdims=True)
    steps = steps / np.maximum(lengths, 1e-12)
    cosine = np.clip((steps[:, :-1] * steps[:, 1:]).sum(2), -1, 1)
    return np.pad(np.arccos(cosine), ((0, 0), (1, 1)))


def threes(skeleton: Skeleton, limb: Limb, role: Role, named: Named, keep: int = 4) -> list[Three]:
    """The best choices of a limb's three joints for a role, best first; `named` adds what names say."""
    measured = _measure(skeleton, limb)
    count = len(limb.sides[0])
    found: list[Three] = []
    for at in combinations(range(count), 3):
        three = _judge(measured, limb, role, at, skeleton)
        if three is not None:
            sides = [three.joints(side) for side in range(len(limb.sides))]
            said = [named(node, kind) for side in sides for node, kind in zip(side, KINDS[role], strict=True)]
            found.append(replace(three, score=three.score + sum(said) / len(sides)))
    return sorted(found, key=lambda three: -three.score)[:keep]


def _judge(m: _Measured, limb: Limb, role: Role, at: tuple[int, int, int], skeleton: Skeleton) -> Three | None:
    i, j, k = at
    upper, lower = m.straight[i][j], m.straight[j][k]
    end = len(m.along) - 1
    # The tail of a last bone is often an importer's guess: it counts only where nothing else does.
    guess = m.tip and k >= end - 1
    rest = m.along[end - 1 if m.tip and k < end - 1 else end] - m.along[k]
    if min(upper, lower) < 0.02 * skeleton.size:
        return None
    thick = 1 - upper / max(m.along[j] - m.along[i], 1e-9), 1 - lower / max(m.along[k] - m.along[j], 1e-9)
    score = -12 * sum(thick)
    score -= off(upper / lower, 1.1 if role == "arm" else 1.0, 0.25)
    widest = max(m.hinge[1:-1], default=0.0)
    if widest > 0.1:
        # Elbows and knees are the hinges of a body: nothing along a limb folds more.
        score += 1.0 * m.hinge[j] / widest
    pair = len(limb.sides) == 2
    if pair:
        half = m.apart[i] / 2
        if half < 0.03 * upper:
            return None
        score -= off(half / upper, 0.55 if role == "arm" else 0.24, 0.6)
    score += (_arm(limb, k, rest / lower) if role == "arm" else _leg(m, k, rest / lower)) * (0.4 if guess else 1.0)
    if guess:
        score -= 0.5
    if m.tip and k == end:
        # A wrist at a tail is that of a forearm without a hand, not that of a hand.
        score -= 0.1 + 1.2 * (k - j - 1)
    # What lies before the limb's first joint is a clavicle or half a pelvis, not another thigh: beasts stand on
    # their toes, and from the knee down their legs look like a person's.
    before = m.along[i] / upper
    score -= max(0.0, before - 0.6) ** 2 * 8 if role == "arm" else 1.5 * before + max(0.0, before - 0.35) ** 2 * 20
    if not pair:
        score -= 3.0
    return Three(limb, role, at, score, upper, lower, rest)


def _arm(limb: Limb, wrist: int, hand: float) -> float:
    """A hand of half the forearm, with fingers, or a thumb beside the rest, that begin at the wrist."""
    score = {0: 0.0, 1: 0.0, 2: 0.7}.get(limb.branches[wrist], 2.0)
    if any(count >= 3 for count in limb.branches[:wrist]):
        score -= 3.0
    return score - (off(hand, 0.55, 0.6) if hand > 0.0 else 0.0)


def _leg(m: _Measured, ankle: int, foot: float) -> float:
    """A foot of some four tenths of the shin up to the toes' bones, at an angle to it."""
    if foot <= 0.0:
        return -0.6
    # A foot stands at some 60 to 90 degrees to the shin; heels in high shoes at 30.
    return 1.2 * min(1.0, m.bend[ankle] / 1.0) - 0.6 - off(foot, 0.4, 0.45)


def off(value: float, expected: float, tolerance: float) -> float:
    """What a proportion off the expected takes away: 0.5 at one tolerance in logarithms, 1.4 at two, 3.2 at four.

    Student's t distribution with three degrees of freedom: cartoons are far off in one proportion, rarely in all.
    """
    distance = math.log(max(value, 1e-6) / expected) / tolerance
    return 2.0 * math.log1p(distance * distance / 3.0)

"""From limbs to a body: which pair is the arms, which the legs, what is trunk, neck and head, and where it looks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from . import limbs
from .limbs import Limb, Named, Three
from .skeleton import Skeleton

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Body", "Frame", "axes", "bodies", "median", "middle", "unit"]

_LIMBS = {2: 8, 1: 3}
"""Pairs, and single limbs, that are tried for each role; a person's own are among the first few."""
_HOPELESS = 7.0
_TRUNK = 0.62
"""From hips to shoulders, in lengths of thigh and shin."""
_CHOICES = 3
"""Choices of joints that are tried for each of them."""


@dataclass
class Body:
    """One way to see a person in a skeleton."""

    arms: Three | None
    legs: Three | None
    trunk: list[int]
    """Joints from the pelvis to the head, in this order."""
    neck: int | None
    head: int | None
    """Where the head begins; its children are face and hair."""
    score: float
    left: int = 0
    """Which side of the legs (of the arms, without legs) is the left one."""
    arms_left: int = 0
    sure: float = 0.0
    """How clear left and right are, 0 to 1."""
    notes: dict[str, float] = field(default_factory=dict[str, float])
    """What was measured, for the sentences."""


@dataclass(frozen=True)
class Frame:
    """The trunk's own axes in every frame: (frames, 3) each, lengths in scene units."""

    hips: Floats
    shoulders: Floats
    up: Floats
    side: Floats
    trunk: Floats
    """Length, (frames,)."""

    def places(self, at: Floats) -> tuple[list[float], list[float]]:
        """Height and distance from the middle of every joint of (frames, joints, 3), medians over the frames."""
        import numpy as np

        away = at - self.hips[:, None]
        high = np.einsum("fnx,fx->fn", away, self.up) / self.trunk[:, None]
        beside = np.einsum("fnx,fx->fn", away, self.side) / self.trunk[:, None]
        return np.median(high, axis=0).tolist(), np.median(beside, axis=0).tolist()

    def height(self, points: Floats) -> Floats:
        """0 at the hips, 1 at the shoulders; (frames,)."""
        return ((points - self.hips) * self.up).sum(1) / self.trunk

    def off(self, points: Floats) -> Floats:
        """Away from the middle, towards side 0, in trunk lengths; (frames,)."""
        return ((points - self.hips) * self.side).sum(1) / self.trunk


def bodies(skeleton: Skeleton, found: Sequence[Limb], named: Named) -> list[Body]:
    """The ways to see a person in a skeleton and its limbs, the likeliest first; sides are not decided yet."""
    arms = _best(skeleton, found, "arm", named)
    legs = _best(skeleton, found, "leg", named)
    pairs = [
        (arm, leg)
        for leg in legs
        for arm in arms
        if _apart(arm.limb, leg.limb) and len(arm.limb.sides) + len(leg.limb.sides) > 2
        if not (_has_twin(skeleton, arm, leg, found) or _has_twin(skeleton, leg, arm, found))
    ]
    # What trunk and stance can add does not make up for limbs as poor as these.
    least = max((arm.score + leg.score for arm, leg in pairs), default=0.0) - _HOPELESS
    tried = [_body(skeleton, arm, leg, named) for arm, leg in pairs if arm.score + leg.score >= least]
    made = [body for body in tried if body is not None]
    made += [body for leg in legs if len(leg.limb.sides) == 2 and (body := _body(skeleton, None, leg, named))]
    made += [body for arm in arms if len(arm.limb.sides) == 2 and (body := _body(skeleton, arm, None, named))]
    return sorted(made, key=lambda body: -body.score)


def _best(skeleton: Skeleton, found: Sequence[Limb], role: limbs.Role, named: Named) -> list[Three]:
    """Choices of joints for a role, from the limbs that fit it best; long limbs count more."""
    ranked: list[list[Three]] = []
    for limb in found:
        choices = limbs.threes(skeleton, limb, role, named)
        if choices:
            ranked.append(choices)
    ranked.sort(key=lambda choices: -(choices[0].score + 2 * _size(skeleton, choices[0])))
    tried = [
        choices
        for sides, count in _LIMBS.items()
        for choices in [each for each in ranked if len(each[0].limb.sides) == sides][:count]
    ]
    return [three for choices in tried for three in choices[:_CHOICES]]


def _size(skeleton: Skeleton, three: Three) -> float:
    """A limb's logarithmic share of the rig, at most 0."""
    return min(0.0, math.log(max(1e-6, (three.upper + three.lower) / (0.3 * skeleton.size))))


def _apart(one: Limb, other: Limb) -> bool:
    chains = {node for side in other.sides for node in side}
    mine = {node for side in one.sides for node in side}
    return not (mine & other.inside or chains & one.inside or one.attach in other.inside or other.attach in one.inside)


def _has_twin(skeleton: Skeleton, single: Three, pair: Three, found: Sequence[Limb]) -> bool:
    """Whether a single limb is one of two after all: its counterpart lies across from it as the pair's sides do."""
    if len(single.limb.sides) == 2 or len(pair.limb.sides) == 1:
        return False
    across = unit(_across(skeleton, pair))[0]
    mine = set(single.limb.sides[0])
    for limb in found:
        if len(limb.sides) == 2 and any(set(side) <= mine or mine <= set(side) for side in limb.sides):
            apart = unit(skeleton.at[0, limb.sides[0][-1]] - skeleton.at[0, limb.sides[1][-1]])
            if abs(float(apart @ across)) > 0.85:
                return True
    return False


def unit(vectors: Floats) -> Floats:
    """The same directions with length 1; what is too short stays 0."""
    import numpy as np

    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.where(lengths > 1e-12, vectors / np.maximum(lengths, 1e-12), 0.0)


def middle(skeleton: Skeleton, three: Three, which: int) -> Floats:
    """Between the two sides, (frames, 3); for a single limb where it leaves the trunk."""
    import numpy as np

    if len(three.limb.sides) == 1 and which == 0:
        node = three.limb.attach if three.limb.attach >= 0 else three.limb.sides[0][0]
        return skeleton.at[:, node]
    return np.mean([skeleton.at[:, three.joints(side)[which]] for side in range(len(three.limb.sides))], axis=0)


def _across(skeleton: Skeleton, three: Three | None) -> Floats:
    """From side 1 to side 0 of a pair; nothing for what is no pair."""
    if three is None or len(three.limb.sides) == 1:
        return skeleton.at[:, 0] * 0.0
    return skeleton.at[:, three.joints(0)[0]] - skeleton.at[:, three.joints(1)[0]]


def _body(skeleton: Skeleton, arm: Three | None, leg: Three | None, named: Named) -> Body | None:
    trunk = _trunk(skeleton, arm, leg)
    if trunk is None:
        return None
    frame, agree = axes(skeleton, arm, leg, trunk)
    chain, neck, head = _head(skeleton, arm, leg, trunk, frame, named)
    notes: dict[str, float] = {}
    score = 0.0
    for three in (arm, leg):
        if three is not None:
            score += three.score + 1.5 * _size(skeleton, three)
        else:
            score -= 6.0
    for three in (arm, leg):
        if three is not None and len(three.limb.sides) == 1:
            # What hangs in the middle is a tail, a neck or a trunk.
            beside = abs(median(frame.off(skeleton.at[:, three.joints(0)[0]])))
            if beside < 0.1:
                return None
    if arm is not None and leg is not None and len(trunk) == 1:
        score -= 1.5
    score += _proportions(skeleton, arm, leg, frame, notes)
    score += _upright(skeleton, arm, leg, frame, neck if neck is not None else trunk[-1], notes)
    if head is None and neck is None:
        score -= 2.0
    else:
        node = head if head is not None else neck
        assert node is not None
        heights = frame.height(skeleton.at[:, node])
        notes["head"] = min(float(heights[0]), median(heights))
        # A head sits a little above the shoulders: not a trunk's length above, as the end of a swan's neck.
        score -= min(3.0, 3.0 * max(0.0, notes["head"] - 1.7))
    body = Body(arm, leg, [*trunk, *(node for node in chain if node not in trunk)], neck, head, score, notes=notes)
    body.arms_left = 0 if agree >= 0 else 1
    return body


def median(values: Floats) -> float:
    import numpy as np

    return float(np.median(values))


def _trunk(skeleton: Skeleton, arm: Three | None, leg: Three | None) -> list[int] | None:
    """Joints from where the legs hang on to where the arms do."""
    low = leg.limb.attach if leg else -1
    high = arm.limb.attach if arm else -1
    if low >= 0 and high >= 0:
        return skeleton.path(low, high)
    if low >= 0:
        # The spine may begin at a joint above the one that carries the legs.
        return skeleton.above(low)
    if high >= 0 and arm is not None:
        way = skeleton.above(high)
        if leg is None:
            # Without legs the pelvis is the joint a trunk's length, nine tenths of an arm's, from the chest.
            trunk = 0.9 * (arm.upper + arm.lower)
            away = [abs(skeleton.distance(node, arm.joints(0)[0]) - trunk) for node in way]
            way = way[: away.index(min(away)) + 1]
        return way[::-1]
    return None


def axes(skeleton: Skeleton, arm: Three | None, leg: Three | None, trunk: list[int]) -> tuple[Frame, float]:
    """The trunk's axes, and whether side 0 of the arms is over side 0 of the legs (above 0) or not."""
    import numpy as np

    at = skeleton.at
    hips = at[:, trunk[0]] if leg is None else middle(skeleton, leg, 0)
    if arm is None:
        rise = at[:, _farthest(skeleton, leg, trunk)] - hips
        # Without arms the shoulders are where a trunk that fits the legs ends.
        length = _TRUNK * (leg.upper + leg.lower) if leg else 0.0
        shoulders = hips + np.minimum(length, np.linalg.norm(rise, axis=1))[:, None] * unit(rise)
    else:
        shoulders = middle(skeleton, arm, 0)
    up = shoulders - hips
    trunk_length = np.maximum(np.linalg.norm(up, axis=1), 1e-9 * skeleton.size)
    up = up / trunk_length[:, None]
    legs_across, arms_across = _across(skeleton, leg), _across(skeleton, arm)
    agree = float((unit(legs_across) * unit(arms_across)).sum(1).mean())
    side = legs_across + (1 if agree >= 0 else -1) * arms_across
    side = unit(side - (side * up).sum(1, keepdims=True) * up)
    return Frame(hips, shoulders, up, side, trunk_length), agree


def _farthest(skeleton: Skeleton, leg: Three | None, trunk: list[int]) -> int:
    """The joint farthest from the hips of those in the middle between the legs, on the other side of them."""
    import numpy as np

    inside = leg.limb.inside if leg is not None else frozenset[int]()
    nodes = [node for node in skeleton.below(trunk[-1]) if node not in inside]
    if leg is None or not nodes:
        return trunk[-1]

    def away(points: Floats) -> Floats:
        return np.asarray(
            np.median(np.linalg.norm(skeleton.at[:, nodes] - points[:, None], axis=2), axis=0), np.float64
        )

    a, b = leg.joints(0)[0], leg.joints(len(leg.limb.sides) - 1)[0]
    one, other = away(skeleton.at[:, a]), away(skeleton.at[:, b])
    middle_ones = abs(one - other) <= 0.1 * np.maximum(one, other)
    above = away(skeleton.at[:, leg.joints(0)[2]]) >= one
    rise = np.where(middle_ones & above, away(middle(skeleton, leg, 0)), 0.0)
    return nodes[int(np.argmax(rise))]


def _head(
    skeleton: Skeleton, arm: Three | None, leg: Three | None, trunk: list[int], frame: Frame, named: Named
) -> tuple[list[int], int | None, int | None]:
    """The chain that rises from the trunk to the head, the joint of the neck, and where the head begins.

    The neck is the trunk's joint nearest to a little above the shoulders: the neck's first bone in rigs that have
    one, the head's in others. A rig whose trunk ends below that has neither.
    """
    high, beside = frame.places(skeleton.at)
    limb_nodes = {node for three in (arm, leg) if three for node in three.limb.inside}
    best: tuple[float, list[int]] = (0.0, [])

    def walk(node: int, way: list[int], height: float) -> None:
        nonlocal best
        for child in skeleton.children[node]:
            if child in limb_nodes or child in trunk:
                continue
            where = high[child]
            if where < height - 0.02 or abs(beside[child]) > 0.13:
                continue
            if where > best[0] and len(way) < 12:
                best = (where, [*way, child])
            walk(child, [*way, child], where)

    for node in trunk:
        walk(node, [node], min(0.6, high[node]))
    spine = trunk[: trunk.index(best[1][0])] + best[1] if best[1] else list(trunk)
    ways = [node for node in spine if not skeleton.tips[node]]
    above = [node for node in ways if 0.72 < high[node] < 1.7 and node != trunk[0]]
    # Where nothing rises over the shoulders the last joint is a chest's.
    if not above or max(high[node] for node in spine) < 1.04:
        return spine, None, None
    neck = min(above, key=lambda node: (abs(high[node] - 1.08) - 0.3 * named(node, "neck"), node))
    later = ways[ways.index(neck) + 1 :]
    heads = [node for node in later if high[node] > high[neck] + 0.04]
    return spine, neck, _skull(skeleton, heads, neck)


def _skull(skeleton: Skeleton, heads: list[int], neck: int) -> int:
    """Where the head begins: the joint above the neck that has the most hanging on it, the lowest of them."""
    if not heads:
        return neck
    return max(heads, key=lambda node: (len(skeleton.children[node]), -heads.index(node)))


# -- judging --------------------------------------------------------------------------------------


def _proportions(
    skeleton: Skeleton, arm: Three | None, leg: Three | None, frame: Frame, notes: dict[str, float]
) -> float:
    """Arms, legs and trunk against each other; tolerances let cartoons through, not cranes or crabs."""
    score = 0.0
    trunk = median(frame.trunk)
    if leg is not None:
        length = leg.upper + leg.lower
        if arm is not None:
            notes["trunk"] = trunk / length
            score -= limbs.off(trunk / length, _TRUNK, 0.45)
    if arm is not None and leg is not None:
        notes["limbs"] = (leg.upper + leg.lower) / (arm.upper + arm.lower)
        score -= limbs.off(notes["limbs"], 1.4, 0.4)
    return score


def _upright(
    skeleton: Skeleton, arm: Three | None, leg: Three | None, frame: Frame, top: int, notes: dict[str, float]
) -> float:
    """A person's legs go on where the spine ends; those of a beast stand across it, and its forelegs stand too."""
    import numpy as np

    if leg is None:
        return 0.0
    down = unit(middle(skeleton, leg, 2) - frame.hips)
    spine = unit(skeleton.at[:, top] - frame.hips)
    cosine = (down * spine).sum(1)
    # A rest pose that is one tells most: a bird in flight trails its legs, a fox rears up.
    rise = np.linalg.norm(skeleton.at[:, top] - frame.hips, axis=1)
    mirrored = _symmetric(skeleton, arm, leg, frame)
    notes["mirrored"] = float(mirrored)
    # Unweighted bones may have no place of their own at rest: those files put them at the origin.
    designed = len(cosine) == 1 or (mirrored and abs(rise[0] - median(rise)) < 0.2 * median(rise))
    straight = float(cosine[0]) if designed else min(float(cosine[0]), median(cosine[1:]))
    notes["straight"] = straight
    score = -5.0 * max(0.0, straight + 0.75)
    if arm is not None:
        legs = leg.upper + leg.lower
        lifted = ((middle(skeleton, arm, 2) - middle(skeleton, leg, 2)) * -down).sum(1) / legs
        notes["lifted"] = float(lifted[0]) if designed else max(float(lifted[0]), median(lifted))
        score -= 8.0 * max(0.0, 0.4 - notes["lifted"])
        across = abs((unit(_across(skeleton, arm)) * unit(_across(skeleton, leg))).sum(1))
        if len(arm.limb.sides) + len(leg.limb.sides) == 4:
            # Shoulders lie over the hips, a dancer's twist aside; a neck and a foreleg of the same length do not.
            score -= 8.0 * max(0.0, 0.85 - (float(across[0]) if designed else median(across)))
    return score


def _symmetric(skeleton: Skeleton, arm: Three | None, leg: Three | None, frame: Frame) -> bool:
    """Whether left mirrors right in the rest pose: lines across are parallel, their middles in one plane."""
    import numpy as np

    across: list[Floats] = []
    middles: list[Floats] = []
    for three in (arm, leg):
        if three is not None and len(three.limb.sides) == 2:
            for one, other in zip(three.joints(0), three.joints(1), strict=True):
                across.append(skeleton.at[0, one] - skeleton.at[0, other])
                middles.append((skeleton.at[0, one] + skeleton.at[0, other]) / 2)
    directions = unit(np.array(across))
    normal = directions[int(np.argmax(np.linalg.norm(across, axis=1)))]
    off = (np.array(middles) - middles[0]) @ normal
    wide = np.linalg.norm(across, axis=1) > 0.1 * frame.trunk[0]
    return bool((abs(directions @ normal)[wide] > 0.9).all() and abs(off).max() < 0.1 * frame.trunk[0])

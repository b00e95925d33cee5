"""Put the motion of one body onto another by their joints. No Blender here.

Every part of a body (thigh, hand, chest, …) has a frame: its direction between two joints, and a second direction that
its bone carries along from a pose in which it is known. At a time t the bone of the target turns to
F_source(t) · F_target(rest)⁻¹ · R_target(rest), so neither rest poses nor rolls nor axes nor scales of the two have to
agree. All positions are in world space with Z up; turns are rotation matrices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from .chains import SEGMENTS, Chains, find_chains
from .data import JointBone
from .estimate import body_axes, find_head
from .turns import between, dot, frame, matrices, quaternions, shortest, slerp, unit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "Body",
    "Moves",
    "Rig",
    "body_of",
    "drive",
    "facing",
    "moved",
    "placed",
    "resampled",
    "turned",
    "up_of",
    "upright",
]

_BENT = (10.0, 30.0)
"""Degrees of an elbow or knee: below the first its hinge is not seen, above the second it is all that counts."""


@dataclass(frozen=True)
class Moves:
    """Where bones are at some moments: heads and tails (t, n, 3), turns (t, n, 3, 3)."""

    heads: Floats
    tails: Floats
    turns: Floats

    def __len__(self) -> int:
        return len(self.heads)

    def at(self, moments: slice) -> Moves:
        """Some of the moments."""
        return Moves(self.heads[moments], self.tails[moments], self.turns[moments])


@dataclass(frozen=True)
class Rig:
    """An armature: its bones, each with the row of its parent or -1, and where its joints are."""

    names: tuple[str, ...]
    parents: tuple[int, ...]
    joints: Mapping[str, JointBone]
    rest: Moves
    """One moment."""
    hands: Mapping[str, tuple[JointBone | None, ...]] = field(default_factory=dict[str, tuple[JointBone | None, ...]])

    def place(self, moves: Moves, joint: JointBone) -> Floats:
        """Positions of a joint, (t, 3)."""
        row = self.names.index(joint.bone)
        return (moves.tails if joint.end == "tail" else moves.heads)[:, row]

    def points(self, moves: Moves) -> dict[str, Floats]:
        """Positions of every joint there is, (t, 3) each."""
        return {name: self.place(moves, joint) for name, joint in self.joints.items()}


@dataclass(frozen=True)
class Body:
    """A rig with its parts found, and the frame of each part in a pose in which the body is understood."""

    rig: Rig
    chains: Chains
    pose: Moves
    """One moment: the rest pose where it is one a body can take."""
    frames: Mapping[str, Floats]
    """By part, (3, 3)."""
    head: int | None
    at_rest: bool
    leg: float
    """Thigh and shin, in scene units; 0 without legs."""
    balls: Mapping[str, tuple[int, Floats]]
    """By side: the ball of the foot, in the space of a bone by row; the ankle where there is no foot."""


def moves_of(places: Sequence[Sequence[float]], pose: Sequence[Sequence[float]], lengths: Sequence[float]) -> Moves:
    """Moments from what Blender gives: per moment the object's matrix and all bones' ones, 16 numbers each by column.

    `lengths`: of the bones, in their own space. Scales go into places; turns are orthonormal.
    """
    import numpy as np

    world = np.array(places, float).reshape(-1, 1, 4, 4).swapaxes(-1, -2)
    bones = np.array(pose, float).reshape(len(world), -1, 4, 4).swapaxes(-1, -2)
    all_of = world @ bones
    heads, along = all_of[..., :3, 3], all_of[..., :3, 1]
    tails = heads + along * np.array(lengths)[:, None]
    # Y is a bone's own direction: where scales shear a frame, that stays.
    made = frame(along, all_of[..., :3, 2])
    return Moves(heads, tails, np.stack([np.cross(made[..., 0], made[..., 1]), made[..., 0], made[..., 1]], axis=-1))


# -- standing, up, facing --------------------------------------------------------------------------


def _axes(points: Mapping[str, Floats]) -> tuple[Floats, Floats, Floats] | None:
    """Left, up and forward of bodies, (t, 3) each; up runs along the torso."""
    import numpy as np

    if not all(name in points for name in ("l_shoulder", "r_shoulder", "l_hip", "r_hip")):
        return None
    up = unit(points["l_shoulder"] + points["r_shoulder"] - points["l_hip"] - points["r_hip"])
    across = points["l_shoulder"] - points["r_shoulder"]
    left = unit(across - up * dot(across, up)[..., None])
    return left, up, np.cross(left, up)


def _standing(points: Mapping[str, Floats]) -> Floats:
    """How well bodies can be read in each pose: 1 for one that stands straight, below 0.6 for no use."""
    import numpy as np

    axes = _axes(points)
    if axes is None:
        return np.ones(len(next(iter(points.values()))))
    left, up, forward = axes
    scores = [np.clip(dot(unit(points["l_hip"] - points["r_hip"]), left), 0, 1) ** 0.25]
    size = np.linalg.norm(points["l_shoulder"] + points["r_shoulder"] - points["l_hip"] - points["r_hip"], axis=-1)
    for side in "lr":
        hip, knee, ankle = (points.get(f"{side}_{name}") for name in ("hip", "knee", "ankle"))
        if hip is not None and knee is not None and ankle is not None:
            straight = dot(unit(knee - hip), unit(ankle - knee))
            scores += [np.clip(-dot(unit(ankle - hip), up), 0, 1), np.clip(straight, 0, 1) ** 0.5]
            long = np.linalg.norm(ankle - hip, axis=-1) * 2 / np.maximum(size, 1e-12)
            scores.append(np.where((long > 0.3) & (long < 8), 1.0, 0.0))
        shoulder, elbow = points.get(f"{side}_shoulder"), points.get(f"{side}_elbow")
        if shoulder is not None and elbow is not None:
            scores.append(1 - 0.3 * np.abs(dot(unit(elbow - shoulder), forward)))
    return np.min(scores, axis=0) + 0.01 * np.mean(scores, axis=0)


def up_of(rig: Rig, moves: Moves) -> tuple[int, int] | None:
    """The axis (0 to 2) and sign along which the figure stands when that is not +Z; None where it is, or can't be told.

    A file may call another axis up than its importer thought. Somebody who lies all the time is believed when the rest
    pose stands.
    """
    import numpy as np

    votes: list[Floats] = []
    for each in (moves, rig.rest):
        points = rig.points(each)
        axes = _axes(points)
        if axes is None:
            return None
        if each is rig.rest and _standing(points)[0] < 0.6:
            continue
        votes.append(np.mean(axes[1], axis=0))
    mean = votes[0]
    axis = int(np.argmax(np.abs(mean)))
    if (axis == 2 and mean[2] > 0) or abs(mean[axis]) < 0.7 or mean[2] > 0.5:
        return None
    sign = 1 if mean[axis] > 0 else -1
    if len(votes) > 1 and votes[1][axis] * sign < 0.7:
        return None
    return axis, sign


def upright(axis: int, sign: int) -> Floats:
    """The rotation that makes an axis of the world point up."""
    import numpy as np

    return shortest(np.eye(3)[axis] * sign, np.array([0.0, 0.0, 1.0]))


def turned(moves: Moves, turn: Floats) -> Moves:
    """The same moments in a world that is turned by a rotation matrix."""
    return Moves(moves.heads @ turn.T, moves.tails @ turn.T, turn @ moves.turns)


def facing(rig: Rig, moves: Moves) -> Floats:
    """Angle about Z in radians under which each pose looks, from +X; NaN where a body lies or has no torso."""
    import numpy as np

    axes = _axes(rig.points(moves))
    if axes is None:
        return np.full(len(moves), np.nan)
    forward = axes[2]
    flat = np.linalg.norm(forward[:, :2], axis=-1) < 0.3
    return np.where(flat, np.nan, np.arctan2(forward[:, 1], forward[:, 0]))


def resampled(moves: Moves, at: Floats) -> Moves:
    """Between the moments, at fractional indices: turns by slerp, places straight."""
    import numpy as np

    last = len(moves) - 1
    at = np.clip(at, 0, last)
    low = np.minimum(np.floor(at).astype(int), max(last - 1, 0))
    high = np.minimum(low + 1, last)
    share = (at - low)[:, None]
    if np.allclose(share % 1, 0, atol=1e-9):
        nearest = np.rint(at).astype(int)
        return Moves(moves.heads[nearest], moves.tails[nearest], moves.turns[nearest])

    def straight(places: Floats) -> Floats:
        return places[low] * (1 - share[..., None]) + places[high] * share[..., None]

    q = quaternions(moves.turns)
    between_them = slerp(q[low], q[high], np.broadcast_to(share, q[low].shape[:-1]))
    return Moves(straight(moves.heads), straight(moves.tails), matrices(between_them))


# -- a body ----------------------------------------------------------------------------------------


def body_of(rig: Rig, moves: Moves | None = None) -> Body:
    """Find the parts of a rig and their frames. `moves`: where it may be understood when its rest pose is of no use.

    Raises ValueError with a sentence for a rig that lacks what a motion needs.
    """
    import numpy as np

    pose, at_rest = rig.rest, True
    if moves is not None and len(moves) and _standing(rig.points(rig.rest))[0] < 0.6:
        scores = _standing(rig.points(moves))
        best = int(np.argmax(scores))
        if scores[best] > _standing(rig.points(rig.rest))[0]:
            pose, at_rest = moves.at(slice(best, best + 1)), False
    points = {name: place[0] for name, place in rig.points(pose).items()}
    head = _head(rig, pose, points)
    chains = find_chains(rig.names, rig.parents, rig.joints, pose.heads[0], pose.tails[0], head)
    frames = _frames(rig, pose, points, chains, head)
    lengths = [
        float(np.linalg.norm(points[f"{side}_knee"] - points[f"{side}_hip"]))
        + float(np.linalg.norm(points[f"{side}_ankle"] - points[f"{side}_knee"]))
        for side in "lr"
        if all(f"{side}_{name}" in points for name in ("hip", "knee", "ankle"))
    ]
    leg = sum(lengths) / len(lengths) if lengths else 0.0
    body = Body(rig, chains, pose, frames, head, at_rest, leg, {})
    return replace(body, balls=_balls(body, points))


def _head(rig: Rig, pose: Moves, points: Mapping[str, Floats]) -> int | None:
    import numpy as np

    up = {name: None if above < 0 else rig.names[above] for name, above in zip(rig.names, rig.parents, strict=True)}
    heads = {name: tuple(pose.heads[0, row]) for row, name in enumerate(rig.names)}
    found = find_head({name: tuple(place) for name, place in points.items()}, heads, up)
    if found is None:
        eyes = [points[name] for name in ("l_eye", "r_eye", "nose") if name in points]
        if eyes and (joint := rig.joints.get("l_eye") or rig.joints.get("nose")):
            row = rig.names.index(joint.bone)
            return rig.parents[row] if joint.end == "head" and rig.parents[row] >= 0 else row
    return None if found is None or not np.isfinite(heads[found]).all() else rig.names.index(found)


def _torso(points: Mapping[str, Floats], chains: Chains, pose: Moves) -> Floats:
    """Left, up and forward as columns; of a body without hips from where its chest begins."""
    import numpy as np

    shoulders = points["l_shoulder"] - points["r_shoulder"] if {"l_shoulder", "r_shoulder"} <= points.keys() else None
    joints = {name: tuple(place) for name, place in points.items()}
    if (axes := body_axes(joints)) is not None:
        left, up, forward = axes[:3]
        return np.stack([left, up, forward], axis=-1)
    if shoulders is not None:
        middle = (points["l_shoulder"] + points["r_shoulder"]) / 2
        begins = pose.heads[0, chains.below]
        up = middle - begins if np.linalg.norm(middle - begins) > 0.2 * np.linalg.norm(shoulders) else np.eye(3)[2]
        turned_frame = frame(up, shoulders)
        left = turned_frame[:, 1]
        return np.stack([left, turned_frame[:, 0], np.cross(left, turned_frame[:, 0])], axis=-1)
    left = points["l_hip"] - points["r_hip"]
    found = frame(left, np.eye(3)[2])
    return np.stack([found[:, 0], found[:, 1], np.cross(found[:, 0], found[:, 1])], axis=-1)


def _frames(rig: Rig, pose: Moves, points: Mapping[str, Floats], chains: Chains, head: int | None) -> dict[str, Floats]:
    import numpy as np

    torso = _torso(points, chains, pose)
    left, up, forward = torso.T
    frames: dict[str, Floats] = {"chest": torso}
    if {"l_hip", "r_hip"} <= points.keys():
        hips = frame(points["l_hip"] - points["r_hip"], up)
        frames["pelvis"] = np.stack([hips[:, 0], hips[:, 1], np.cross(hips[:, 0], hips[:, 1])], axis=-1)
    if head is not None:
        frames["head"] = torso
    for side, out in (("l", left), ("r", -left)):
        if f"{side}_clavicle" in chains.parts:
            frames[f"{side}_clavicle"] = torso
        _limb(frames, points, side, ("upper_arm", "forearm"), out, forward, 1.0)
        _limb(frames, points, side, ("thigh", "shin"), -up, forward, -1.0)
        hand = _knuckles(rig, pose, side, points)
        if f"{side}_forearm" in frames:
            frames[f"{side}_hand"] = frames[f"{side}_forearm"]
        if hand is not None:
            frames[f"{side}_palm"] = hand
        if f"{side}_shin" in frames:
            ahead = _toe(rig, pose, chains, side, points)
            level = forward if ahead is None else ahead - up * float(ahead @ up)
            if np.linalg.norm(level) < 1e-6 or float(unit(level) @ forward) < 0.2:
                level = forward
            frames[f"{side}_foot"] = frame(level, up)
    return frames


def _limb(
    frames: dict[str, Floats],
    points: Mapping[str, Floats],
    side: str,
    parts: tuple[str, str],
    straight: Floats,
    forward: Floats,
    bends: float,
) -> None:
    """Frames of an arm or leg: along the bone, and to where the next one bends (`bends`: 1 ahead, -1 back).

    A straight limb bends ahead of the body, and is thought to have come where it is by the shortest turn.
    """
    import numpy as np

    joints = [SEGMENTS[part] for part in parts]
    names = [f"{side}_{joints[0][0]}", f"{side}_{joints[0][1]}", f"{side}_{joints[1][1]}"]
    if not all(name in points for name in names):
        return
    first, second, third = (points[name] for name in names)
    upper, lower = unit(second - first), unit(third - second)
    guess = shortest(straight, upper) @ forward
    across = (lower - upper * float(lower @ upper)) * bends
    bent = float(np.degrees(np.arccos(np.clip(upper @ lower, -1, 1))))
    share = float(np.clip((bent - _BENT[0]) / (_BENT[1] - _BENT[0]), 0, 1))
    if share > 0 and float(unit(across) @ guess) > -0.5:
        guess = guess * (1 - share) + unit(across) * share
    frames[f"{side}_{parts[0]}"] = frame(upper, guess)
    frames[f"{side}_{parts[1]}"] = frame(lower, shortest(upper, lower) @ frames[f"{side}_{parts[0]}"][:, 1])


def _knuckles(rig: Rig, pose: Moves, side: str, points: Mapping[str, Floats]) -> Floats | None:
    """A hand by its knuckles: towards the middle finger's, and from the little finger's to the index finger's."""
    hand = rig.hands.get("left" if side == "l" else "right", ())
    if len(hand) < 21 or f"{side}_wrist" not in points:
        return None
    index, middle, little = hand[5], hand[9], hand[17]
    if index is None or middle is None or little is None:
        return None
    index, middle, little = (rig.place(pose, joint)[0] for joint in (index, middle, little))
    return frame(middle - points[f"{side}_wrist"], index - little)


def _toe(rig: Rig, pose: Moves, chains: Chains, side: str, points: Mapping[str, Floats]) -> Floats | None:
    """From the ankle to where the toes begin, or to the end of the foot."""
    import numpy as np

    bones = chains.parts.get(f"{side}_foot")
    if not bones:
        return None
    ankle, foot = points[f"{side}_ankle"], bones[0]
    shin = float(np.linalg.norm(ankle - points[f"{side}_knee"])) if f"{side}_knee" in points else 0.0
    below = [pose.heads[0, row] - ankle for row, above in enumerate(rig.parents) if above == foot]
    below = [each for each in below if np.linalg.norm(each) > 0.15 * shin]
    if below:
        return max(below, key=lambda each: float(np.linalg.norm(each)))
    tail = pose.tails[0, foot] - ankle
    return tail if np.linalg.norm(tail) > 0.15 * shin else None


def _balls(body: Body, points: Mapping[str, Floats]) -> dict[str, tuple[int, Floats]]:
    """The ball of each foot in its bone's space: where the toes begin, else as far ahead as a foot is long."""
    import numpy as np

    balls: dict[str, tuple[int, Floats]] = {}
    up = body.frames["chest"][:, 1]
    for side in "lr":
        bones = body.chains.parts.get(f"{side}_foot")
        shin = body.chains.parts.get(f"{side}_shin")
        if not shin:
            continue
        ankle = points[f"{side}_ankle"]
        if not bones:
            row = shin[-1]
            balls[side] = row, body.pose.turns[0, row].T @ (ankle - body.pose.heads[0, row])
            continue
        ahead = body.frames[f"{side}_foot"][:, 0]
        toe = _toe(body.rig, body.pose, body.chains, side, points)
        # A foot's bone that an importer gave any direction tells nothing about where the ball is.
        if toe is None or float(unit(toe) @ ahead) < 0.3 or np.linalg.norm(toe) > 0.6 * body.leg:
            toe = ahead * 0.15 * body.leg - up * 0.05 * body.leg
        row = bones[0]
        balls[side] = row, body.pose.turns[0, row].T @ (ankle + toe - body.pose.heads[0, row])
    return balls


# -- from one to the other -------------------------------------------------------------------------


def moved(body: Body, moves: Moves, palms: bool = False) -> dict[str, Floats]:
    """The frame of every part at each moment, (t, 3, 3). `palms`: hands by their knuckles."""
    points = body.rig.points(moves)
    frames: dict[str, Floats] = {}
    for part, known in body.frames.items():
        if part.endswith("_palm"):
            continue
        if part.endswith("_hand") and palms and part.replace("hand", "palm") in body.frames:
            known = body.frames[part.replace("hand", "palm")]
        bones = body.chains.bones_of(part, body.head)
        if not bones:
            continue
        row = bones[-1] if part.endswith("_clavicle") else bones[0]
        carried = moves.turns[:, row] @ body.pose.turns[0, row].T @ known
        ends = body.chains.ends.get(part)
        if ends is not None:
            carried = frame(points[ends[1]] - points[ends[0]], carried[..., 1])
        frames[part] = carried
    return frames


def drive(source: Body, moves: Moves, target: Body) -> tuple[dict[int, Floats], dict[str, Floats]]:
    """Turn the bones of `target` as `source` moves: by row, (t, 3, 3) in world space, and the source's frames by part.

    The place of the body is not known yet: see `footing`.
    """
    both_palms = {part for part in source.frames if part.endswith("_palm")} & target.frames.keys()
    if not (source.at_rest and target.at_rest):
        # Fingers are told apart at rest: where that is no pose of a body, their order is not to be trusted.
        both_palms = set[str]()
    frames = moved(source, moves, palms=len(both_palms) == 2)
    known = dict(target.frames)
    if len(both_palms) == 2:
        known.update({part.replace("palm", "hand"): target.frames[part] for part in both_palms})
    since = {part: frames[part] @ known[part].T for part in frames if part in known}
    rest = target.pose.turns[0]
    chains = target.chains
    turns: dict[int, Floats] = {}

    def turn(row: int, by: Floats) -> None:
        turns[row] = by @ rest[row]

    pelvis, chest = since.get("pelvis"), since["chest"]
    if pelvis is not None and chains.pelvis is not None:
        turn(chains.pelvis, pelvis)
        for row in chains.waist:
            turn(row, pelvis)
    base = chest if pelvis is None or chains.pelvis is None else pelvis
    bends = source, moves, target
    for row, by in zip(chains.spine, _bend(*bends, "spine", base, chest), strict=True):
        turn(row, by)
    if "head" in since:
        for row, by in zip(chains.neck, _bend(*bends, "neck", chest, since["head"]), strict=True):
            turn(row, by)
    for part, bones in chains.parts.items():
        if part not in since or not bones:
            continue
        if part.endswith("_clavicle"):
            # What a clavicle adds to the chest counts, not where it points: rigs begin it anywhere.
            for count, row in enumerate(bones, 1):
                turn(row, between(chest, since[part], count / len(bones)))
        else:
            turn(bones[0], since[part])
    return turns, frames


def _bend(source: Body, moves: Moves, target: Body, chain: str, start: Floats, end: Floats) -> list[Floats]:
    """The turn since rest of each bone of the target's spine or neck, where the source's chain is as far along."""
    theirs: tuple[int, ...] = getattr(source.chains, chain)
    mine: tuple[int, ...] = getattr(target.chains, chain)
    # What carries the end is known by its frame; in between bones tell how they turned since the pose.
    to_rest = source.frames["chest"] @ target.frames["chest"].T
    inner = [moves.turns[:, row] @ source.pose.turns[0, row].T @ to_rest for row in theirs[:-1]]
    stops = [start, *inner, end]
    found: list[Floats] = []
    for count in range(1, len(mine) + 1):
        at = count / len(mine) * (len(stops) - 1)
        low = min(int(at + 1e-9), len(stops) - 2)
        found.append(between(stops[low], stops[low + 1], at - low))
    return found


def placed(rig: Rig, driven: Mapping[int, Floats], count: int) -> tuple[Floats, Floats]:
    """Heads (t, n, 3) and turns (t, n, 3, 3) of all bones when some are driven and the others rest on their parents."""
    import numpy as np

    pose = rig.rest
    heads = np.empty((count, len(rig.names), 3))
    turns = np.empty((count, len(rig.names), 3, 3))
    done = [False] * len(rig.names)

    def put(row: int) -> None:
        above = rig.parents[row]
        if above < 0:
            heads[:, row] = pose.heads[0, row]
            turns[:, row] = driven.get(row, pose.turns[0, row])
        else:
            if not done[above]:
                put(above)
            since = turns[:, above] @ pose.turns[0, above].T
            heads[:, row] = heads[:, above] + since @ (pose.heads[0, row] - pose.heads[0, above])
            turns[:, row] = driven.get(row, since @ pose.turns[0, row])
        done[row] = True

    for row in range(len(rig.names)):
        if not done[row]:
            put(row)
    return heads, turns

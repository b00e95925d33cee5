"""Keep a retargeted body on its feet: how high it stands, and that planted feet stay where they are. No Blender here.

A foot is planted while the source's is low and slow. From one planted moment to the next the body is moved as the
source moves over its own feet, so most of what differing proportions would slide is taken up by the path; what remains
between two planted feet is taken up by turning thigh and shin.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from .data import JointBone
from .retarget import Body, Moves, Rig, drive, facing, placed, turned
from .turns import axis_turn, dot, matrices, quaternions, shortest, slerp, unit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Feet", "Keys", "Stance", "Turned", "direction_errors", "feet_of", "keys_of", "put", "stance_of"]

_LOW = 0.06
"""Leg lengths above the ground under which a foot can be planted."""
_FLAT = 0.03
"""Leg lengths above the ground under which heel and ball both are on it."""
_SLOW = 0.5
"""Leg lengths a second under which it is: a swinging foot does three and more."""
_TURN = 2.5
"""Degrees that a thigh or shin is turned at most to keep its foot in place: more would show in the pose."""
_NEAR = 0.005
"""Leg lengths by which the lowest foot may be off its height so that the body rises and sinks softly."""
_SHORTEST = 0.08
"""Seconds: gaps and contacts below are noise of the recording."""
_BLEND = 0.1
"""Seconds over which a foot is taken and let go."""
_GROUND = 5.0
"""Percentile of the lowest foot's height that is the ground: a recording's lowest frames are its noise."""
_LEVEL = 8.0
"""Degrees a sole may be off level in contact before the rest pose is no longer believed, and may differ between
contacts so that these are."""


@dataclass(frozen=True)
class Stance:
    """Where a target stands: the middle of its hips (x, y), the angle it faces (radians), and its feet's heights."""

    place: tuple[float, float]
    facing: float
    ankles: Mapping[str, float]
    """By side: z of the ankle when the foot is flat on the ground."""
    balls: Mapping[str, float]
    """The same for the ball of the foot."""


@dataclass(frozen=True)
class Feet:
    """The feet of a motion, a column for each."""

    sides: tuple[str, ...]
    heights: Floats
    """Above standing flat on the ground, (t, sides)."""
    planted: Floats
    """0 to 1, (t, sides)."""
    ankles: Floats
    """(t, sides, 3)."""
    contacts: NDArray[np.bool_]
    """Whether it is planted, (t, sides)."""
    flat: NDArray[np.bool_]
    """Whether heel and ball are, (t, sides)."""
    ground: float
    """z under which no foot goes, but for noise."""


@dataclass(frozen=True)
class Turned:
    """A motion as the target does it, in world space."""

    turns: Mapping[int, Floats]
    """By row, (t, 3, 3)."""
    shift: Floats | None
    """What the body is moved by after its bones are turned, (t, 3); None where it has no legs to stand on."""
    scale: float
    feet: Feet | None
    points: Mapping[str, Floats]
    """Where the source's joints were, turned and upright, (t, 3)."""
    notes: tuple[str, ...]


def joint_places(rig: Rig, heads: Floats, turns: Floats, joint: JointBone) -> Floats:
    """Positions of a joint where bones are (t, n, 3) and turned (t, n, 3, 3)."""
    row = rig.names.index(joint.bone)
    if joint.end == "head":
        return heads[:, row]
    long = rig.rest.turns[0, row].T @ (rig.rest.tails[0, row] - rig.rest.heads[0, row])
    return heads[:, row] + turns[:, row] @ long


def _ball(body: Body, side: str, heads: Floats, turns: Floats) -> Floats:
    row, ball = body.balls[side]
    return heads[:, row] + turns[:, row] @ ball


# -- the source's feet -----------------------------------------------------------------------------


def feet_of(body: Body, moves: Moves, fps: float) -> Feet | None:
    """When the feet of a body are planted; None for a body without them. `fps`: moments a second."""
    import numpy as np

    sides = tuple(side for side in "lr" if side in body.balls)
    if not sides or body.leg <= 0:
        return None
    ankles = np.stack([body.rig.place(moves, body.rig.joints[f"{side}_ankle"]) for side in sides], 1)
    balls = np.stack([_ball(body, side, moves.heads, moves.turns) for side in sides], 1)
    low_ankle = float(np.percentile(ankles[..., 2].min(1), _GROUND))
    low_ball = float(np.percentile(balls[..., 2].min(1), _GROUND))
    heel, ball = ankles[..., 2] - low_ankle, balls[..., 2] - low_ball
    heights = np.minimum(heel, ball)
    speed = np.minimum(_speed(ankles, fps), _speed(balls, fps))
    contacts = (heights < _LOW * body.leg) & (speed < _SLOW * body.leg)
    for column in range(len(sides)):
        contacts[:, column] = _tidy(contacts[:, column], max(1, round(_SHORTEST * fps)))
    planted = _ramped(contacts, max(1, round(_BLEND * fps)))
    flat = contacts & (np.maximum(heel, ball) < _FLAT * body.leg)
    return Feet(sides, heights, planted, ankles, contacts, flat, min(low_ankle, low_ball))


def _speed(places: Floats, fps: float) -> Floats:
    """Units a second, (t, n); level and upright."""
    import numpy as np

    if len(places) < 2:
        return np.zeros(places.shape[:-1])
    away = np.empty_like(places)
    away[1:-1] = (places[2:] - places[:-2]) / 2
    away[0], away[-1] = places[1] - places[0], places[-1] - places[-2]
    return np.linalg.norm(away, axis=-1) * fps


def _tidy(flags: NDArray[np.bool_], least: int) -> NDArray[np.bool_]:
    """Without gaps and runs shorter than `least`; ends may be of any length."""
    import numpy as np

    flags = flags.copy()
    for value in (False, True):
        edges = np.flatnonzero(np.diff(flags.astype(np.int8))) + 1
        bounds = [0, *edges.tolist(), len(flags)]
        for start, end in pairwise(bounds[1:-1]):
            if flags[start] == value and end - start < least:
                flags[start:end] = not value
    return flags


def _ramped(flags: NDArray[np.bool_], reach: int) -> Floats:
    """1 where a flag is set, and a soft way to 0 over `reach` moments around."""
    import numpy as np

    weights = np.zeros(flags.shape)
    moments = np.arange(len(flags))
    for column in range(flags.shape[1]):
        at = np.flatnonzero(flags[:, column])
        if len(at):
            away = np.abs(moments[:, None] - at[None, :]).min(1) / (reach + 1)
            weights[:, column] = 0.5 + 0.5 * np.cos(np.pi * np.clip(away, 0, 1))
    return weights


def _smooth(values: Floats, sigma: float) -> Floats:
    """A Gaussian over the first axis, `sigma` in moments; the ends are held."""
    import numpy as np

    reach = max(1, round(3 * sigma))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / max(sigma, 1e-6)) ** 2)
    padded = np.pad(values, reach, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    return windows @ (kernel / kernel.sum())


def _steady(values: Floats, reach: int) -> Floats:
    """Never above the values, and without jumps: the least of `reach` moments around, smoothed."""
    import numpy as np

    windows = np.lib.stride_tricks.sliding_window_view(np.pad(values, reach, mode="edge"), 2 * reach + 1)
    return _smooth(windows.min(-1), reach / 3)


def level_soles(body: Body, moves: Moves, fps: float) -> Body:
    """The body with soles that are level while they are planted, where its reference pose did not tell that."""
    import numpy as np

    from .retarget import moved

    feet = feet_of(body, moves, fps)
    if feet is None:
        return body
    seen = moved(body, moves)
    offs: dict[str, Floats] = {}
    for column, side in enumerate(feet.sides):
        part, flat = f"{side}_foot", feet.flat[:, column]
        if part in seen and flat.sum() >= 3:
            ups = unit(seen[part][flat][:, 2, :])
            usual = unit(np.median(ups, axis=0))
            if np.median(ups @ usual) > np.cos(np.radians(_LEVEL)):
                offs[part] = usual
    worst = min((off[1] for off in offs.values()), default=1.0)
    if worst < 0.5 or (body.at_rest and worst > np.cos(np.radians(_LEVEL))):
        return body
    frames = dict(body.frames)
    for part, usual in offs.items():
        frames[part] = frames[part] @ shortest(np.array([0.0, 1.0, 0.0]), usual)
    return replace(body, frames=frames)


# -- the target on its feet ------------------------------------------------------------------------


def put(source: Body, moves: Moves, target: Body, stance: Stance, fps: float, here: bool = True) -> Turned:
    """Move `target` as `source` moves. `here`: from where it stands, as it faces; else where the source was.

    `moves`: upright, `fps` moments a second.
    """
    import numpy as np

    source = level_soles(source, moves, fps)
    if here:
        looks = facing(source.rig, moves)
        seen = looks[~np.isnan(looks)]
        if len(seen):
            turn = axis_turn(np.array([0.0, 0.0, 1.0]), np.array(stance.facing - seen[0]))
            moves = turned(moves, turn)
    driven, frames = drive(source, moves, target)
    points = source.rig.points(moves)
    notes: list[str] = []
    feet = feet_of(source, moves, fps)
    if feet is None or target.leg <= 0 or len(target.balls) == 0 or target.chains.pelvis is None:
        why = "the source has no legs" if feet is None else "the target has no two legs on one bone"
        notes.append(f"Only the upper body moves, and stays where it is: {why}.")
        kept = _upper(target, driven)
        return Turned(kept, None, 1.0, None, points, tuple(notes))
    scale = target.leg / source.leg
    heads, turns = placed(target.rig, driven, len(moves))
    hips = (points["l_hip"] + points["r_hip"]) / 2
    own = _middle(target.rig, heads, turns)
    start = np.array(stance.place) if here else hips[0, :2]
    shift = np.zeros((len(moves), 3))
    shift[:, :2] = start + scale * (hips[:, :2] - hips[0, :2]) - own[:, :2]
    legs = _Legs(target, feet, heads, turns, fps)
    floor = 0.0 if here else _floor(feet, stance, scale)
    shift, aims = _stand(legs, feet, stance, scale, shift, fps, floor)
    turns_of = dict(driven)
    for column, side in enumerate(legs.sides):
        legs.reach(turns_of, column, side, shift, aims[:, column], frames)
    return Turned(turns_of, shift, scale, feet, points, tuple(notes))


def _floor(feet: Feet, stance: Stance, scale: float) -> float:
    """How far above its own ground a target stands that goes where the source was."""
    return feet.ground - min(*stance.ankles.values(), *stance.balls.values())


def _upper(target: Body, driven: Mapping[int, Floats]) -> dict[int, Floats]:
    """Without pelvis and legs."""
    legs = {row for part, rows in target.chains.parts.items() if part[2:] in ("thigh", "shin", "foot") for row in rows}
    stays = {*legs, target.chains.pelvis, *target.chains.waist} - {target.chains.chest}
    return {row: turns for row, turns in driven.items() if row not in stays}


def _middle(rig: Rig, heads: Floats, turns: Floats) -> Floats:
    left, right = (joint_places(rig, heads, turns, rig.joints[name]) for name in ("l_hip", "r_hip"))
    return (left + right) / 2


class _Legs:
    """The target's legs as their bones are turned, before the body is moved."""

    def __init__(self, body: Body, feet: Feet, heads: Floats, turns: Floats, fps: float) -> None:
        import numpy as np

        self.steady = max(1, round(_BLEND * fps))
        self.body = body
        self.sides = tuple(side for side in feet.sides if side in body.balls)
        self.columns = [feet.sides.index(side) for side in self.sides]
        joints = body.rig.joints

        def places(name: str) -> Floats:
            found = [joint_places(body.rig, heads, turns, joints[f"{side}_{name}"]) for side in self.sides]
            return np.stack(found, axis=1)

        self.hips, self.knees, self.ankles = places("hip"), places("knee"), places("ankle")
        self.balls = np.stack([_ball(body, side, heads, turns) for side in self.sides], axis=1)

    def reach(
        self,
        turns: dict[int, Floats],
        column: int,
        side: str,
        shift: Floats,
        aim: Floats,
        frames: Mapping[str, Floats],
    ) -> None:
        """Turn thigh and shin so that the ankle comes to `aim` (t, 3); the foot keeps its turn.

        Two bones, the knee in its plane by the law of cosines.
        """
        import numpy as np

        hip, knee, ankle = (part[:, column] + shift for part in (self.hips, self.knees, self.ankles))
        thigh, shin = knee - hip, ankle - knee
        upper, lower = np.linalg.norm(thigh, axis=-1), np.linalg.norm(shin, axis=-1)
        to = aim - hip
        far = np.clip(np.linalg.norm(to, axis=-1), np.abs(upper - lower) * 1.001, _longest(hip, ankle, upper, lower))
        across = np.cross(unit(thigh), unit(shin)) - 0.05 * np.cross(unit(thigh), frames[f"{side}_thigh"][..., 1])
        along = unit(to)
        ahead = unit(np.cross(along, across))
        cosine = np.clip((upper**2 + far**2 - lower**2) / (2 * upper * far), -1, 1)
        first = cosine[:, None] * along + np.sqrt(1 - cosine**2)[:, None] * ahead
        second = unit(along * far[:, None] - first * upper[:, None])
        by = [quaternions(shortest(unit(old), new)) for old, new in ((thigh, first), (shin, second))]
        # A leg that is nearly straight would bend a lot to become a little shorter.
        widest = 2 * np.degrees(np.arccos(np.clip(np.abs(np.stack(by)[..., 0]).min(0), 0, 1)))
        share = np.minimum(1.0, _TURN / np.maximum(widest, 1e-9))
        share = np.where(np.linalg.norm(aim - ankle, axis=-1) > 1e-6 * self.body.leg, _steady(share, self.steady), 0.0)
        still = np.broadcast_to([1.0, 0.0, 0.0, 0.0], by[0].shape)
        for part, q in zip(("thigh", "shin"), by, strict=True):
            row = self.body.chains.parts[f"{side}_{part}"][0]
            turns[row] = matrices(slerp(still, q, share)) @ turns[row]


def _longest(hip: Floats, ankle: Floats, upper: Floats, lower: Floats) -> Floats:
    """How far a leg reaches: a hair less than straight, where it did not reach further before."""
    import numpy as np

    return np.maximum(0.9998 * (upper + lower), np.linalg.norm(ankle - hip, axis=-1))


def _stand(
    legs: _Legs, feet: Feet, stance: Stance, scale: float, shift: Floats, fps: float, floor: float
) -> tuple[Floats, Floats]:
    """The body's way, (t, 3), and where its ankles go, (t, sides, 3)."""
    import numpy as np

    weights = feet.planted[:, legs.columns]
    wanted = scale * feet.heights[:, legs.columns] + floor
    level = np.stack(
        [
            np.minimum(legs.ankles[:, column, 2] - stance.ankles[side], legs.balls[:, column, 2] - stance.balls[side])
            for column, side in enumerate(legs.sides)
        ],
        axis=1,
    )
    shift = shift.copy()
    exact = wanted.min(1) - level.min(1)
    near = _NEAR * legs.body.leg
    # It has corners where the lowest foot changes.
    shift[:, 2] = np.clip(_smooth(exact, 0.04 * fps), exact - near, exact + near)
    # The rate at which each foot would slide, and how it is shared between the path and the legs.
    goes = scale * feet.ankles[:, legs.columns, :2] - (legs.ankles[..., :2] + shift[:, None, :2])
    slides = np.diff(goes, axis=0, prepend=goes[:1])
    total = weights.sum(1, keepdims=True)
    steps = (weights[..., None] * slides).sum(1) / np.maximum(total, 1.0)
    shift[:, :2] += np.cumsum(steps, axis=0)
    stay = 1 - (1 - weights) * (1 - np.exp(-1 / (0.6 * _BLEND * fps)))
    rest = np.zeros_like(goes)
    for moment in range(1, len(rest)):
        more = weights[moment, :, None] * (slides[moment] - steps[moment])
        rest[moment] = (rest[moment - 1] + more) * stay[moment, :, None]
    aims = legs.ankles + shift[:, None, :]
    aims[..., :2] += rest
    aims[..., 2] += weights * (wanted - level - shift[:, 2:])
    return shift, aims


def stance_of(target: Body, now: Moves, origin: float) -> Stance:
    """Where a body stands. `now`: its pose at one moment; `origin`: z of what it stands on when its rest pose lies."""
    import numpy as np

    points, rest = target.rig.points(now), target.rig.points(target.pose)
    looks = float(facing(target.rig, now)[0])
    if np.isnan(looks):
        looks = float(facing(target.rig, target.pose)[0])
    hips = [each["l_hip"][0] + each["r_hip"][0] for each in (points, rest) if {"l_hip", "r_hip"} <= each.keys()]
    place = hips[0] / 2 if hips and np.isfinite(hips[0]).all() else np.zeros(3)
    up = target.frames["chest"][:, 1]
    lies = up[2] < 0.7
    heads, turns = target.pose.heads, target.pose.turns

    def height(at: Floats) -> float:
        return float(origin + (at[0] - heads[0, target.chains.below]) @ up + target.leg) if lies else float(at[0, 2])

    ankles = {side: height(rest[f"{side}_ankle"]) for side in target.balls}
    balls = {side: height(_ball(target, side, heads, turns)) for side in target.balls}
    return Stance((float(place[0]), float(place[1])), 0.0 if np.isnan(looks) else looks, ankles, balls)


@dataclass(frozen=True)
class Keys:
    """What is keyed, in each bone's own space."""

    turns: Mapping[str, list[tuple[float, float, float, float]]]
    """By bone: a quaternion (w, x, y, z) for each moment, without jumps of sign."""
    mover: str | None
    """The bone that carries the body."""
    places: list[tuple[float, float, float]]
    """Its location for each moment."""


def keys_of(
    rig: Rig, done: Turned, mover: int | None, free: frozenset[str], world: Sequence[float], local: bool
) -> Keys:
    """From turns in the world to what the bones of an armature are keyed with.

    `free`: bones that don't take over their parent's turn; `world`: the armature's matrix, 16 numbers by column;
    `local`: whether the mover's location is along its own rest axes rather than the armature's.
    """
    import numpy as np

    moments = len(next(iter(done.turns.values())))
    _, turns = placed(rig, done.turns, moments)
    rest = rig.rest.turns[0]
    found: dict[str, list[tuple[float, float, float, float]]] = {}
    for row in sorted(done.turns):
        above = rig.parents[row]
        if above < 0 or rig.names[row] in free:
            own = rest[row].T @ turns[:, row]
        else:
            own = (rest[above].T @ rest[row]).T @ turns[:, above].swapaxes(-1, -2) @ turns[:, row]
        q = quaternions(own)
        same = np.cumprod(np.where(dot(q[1:], q[:-1]) < 0, -1.0, 1.0))
        q[1:] *= same[:, None]
        found[rig.names[row]] = [tuple(each) for each in q.tolist()]
    if mover is None or done.shift is None:
        return Keys(found, None, [])
    matrix = np.array(world, float).reshape(4, 4).T[:3, :3]
    axes = np.linalg.inv(matrix) if not local else np.linalg.inv(matrix @ _in_armature(matrix, rest[mover]))
    return Keys(found, rig.names[mover], [tuple(each) for each in (done.shift @ axes.T).tolist()])


def _in_armature(matrix: Floats, turn: Floats) -> Floats:
    """A bone's turn in the space of its armature."""
    # A turn and one scale: its inverse is its transpose over the scale squared.
    return unit(matrix.T) @ turn


def direction_errors(target: Body, moves: Moves, points: Mapping[str, Floats], driven: Container[int]) -> Floats:
    """Degrees between the limbs of a body and those of the motion it was given, (t, limbs).

    `points`: where the source's joints were at the same moments; `driven`: rows of the bones that were turned.
    """
    import numpy as np

    mine = target.rig.points(moves)
    errors: list[Floats] = []
    for part, ends in target.chains.ends.items():
        if ends[0] in points and ends[1] in points and target.chains.parts[part][0] in driven:
            one, other = unit(mine[ends[1]] - mine[ends[0]]), unit(points[ends[1]] - points[ends[0]])
            errors.append(np.degrees(np.arccos(np.clip(dot(one, other), -1, 1))))
    return np.stack(errors, axis=1) if errors else np.zeros((len(moves), 0))

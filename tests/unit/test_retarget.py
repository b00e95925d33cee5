"""Retargeting between stick figures that are made here."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from shotwright.core.rigs import footing, turns
from shotwright.core.rigs.data import JointBone
from shotwright.core.rigs.retarget import Body, Moves, Rig, body_of, facing, placed, resampled, turned, up_of, upright

Floats = NDArray[np.float64]
Z = np.array([0.0, 0.0, 1.0])
FPS = 24.0


def about(axis: str, degrees: float) -> Floats:
    return turns.axis_turn(np.eye(3)["xyz".index(axis)], np.array(math.radians(degrees)))


BONES: dict[str, tuple[str | None, tuple[float, float, float]]] = {
    # parent, head; the figure looks along -Y, its left is +X
    "root": (None, (0, 0, 0)),
    "hips": ("root", (0, 0, 1.0)),
    "spine": ("hips", (0, 0, 1.15)),
    "chest": ("spine", (0, 0, 1.3)),
    "neck": ("chest", (0, 0, 1.55)),
    "head": ("neck", (0, 0, 1.65)),
    **{
        f"{side}_{name}": (parent if parent in ("chest", "hips") else f"{side}_{parent}", (sign * x, y, z))
        for side, sign in (("l", 1), ("r", -1))
        for name, parent, x, y, z in (
            ("collar", "chest", 0.05, 0, 1.5),
            ("arm", "collar", 0.2, 0, 1.5),
            ("forearm", "arm", 0.5, 0, 1.5),
            ("hand", "forearm", 0.75, 0, 1.5),
            ("thigh", "hips", 0.1, 0, 0.95),
            ("shin", "thigh", 0.1, 0, 0.5),
            ("foot", "shin", 0.1, 0, 0.08),
            ("toe", "foot", 0.1, -0.15, 0.02),
        )
    },
}
JOINTS = {
    "neck": "neck",
    **{
        f"{side}_{joint}": f"{side}_{bone}"
        for side in "lr"
        for joint, bone in (
            ("shoulder", "arm"),
            ("elbow", "forearm"),
            ("wrist", "hand"),
            ("hip", "thigh"),
            ("knee", "shin"),
            ("ankle", "foot"),
        )
    },
}


def rig(rolls: int | None = None, widths: float = 1.0, shins: float = 1.0) -> Rig:
    """A figure in T pose. `rolls`: a seed for bones that are turned any way; `shins`: their length."""
    names = tuple(BONES)
    parents = tuple(-1 if BONES[name][0] is None else names.index(BONES[name][0] or "") for name in names)
    heads = np.array([BONES[name][1] for name in names], float)
    heads[:, 0] *= widths
    low = heads[:, 2] < 0.5
    heads[:, 2] = np.where(low, 0.5 - (0.5 - heads[:, 2]) * shins, heads[:, 2])
    random = np.random.default_rng(rolls)
    made = np.tile(np.eye(3), (len(names), 1, 1))
    if rolls is not None:
        made = turns.matrices(turns.unit(random.normal(size=(len(names), 4))))
    tails = heads + 0.1 * made[:, :, 1]
    joints = {joint: JointBone(bone) for joint, bone in JOINTS.items()}
    return Rig(names, parents, joints, Moves(heads[None], tails[None], made[None]))


def with_rest(figure: Rig, bends: dict[str, Floats]) -> Rig:
    """The same figure with another rest pose."""
    heads, made = placed(figure, driven(figure, bends), 1)
    return replace(figure, rest=Moves(heads, heads + 0.1 * made[..., 1], made))


def driven(figure: Rig, bends: dict[str, Floats]) -> dict[int, Floats]:
    """World turns of bones that are each turned in the world since rest, with all that hangs on them."""
    found: dict[int, Floats] = {}
    for row in range(len(figure.names)):
        by, above = np.eye(3), row
        while above >= 0:
            if figure.names[above] in bends:
                by = bends[figure.names[above]] @ by
            above = figure.parents[above]
        found[row] = (by @ figure.rest.turns[0, row]).reshape(-1, 3, 3)
    return found


def moves(figure: Rig, bends: dict[str, Floats], way: Floats) -> Moves:
    """A motion: bones turned over time, (t, 3, 3), and the figure moved, (t, 3)."""
    count = len(way)
    turned_bones = {row: np.broadcast_to(each, (count, 3, 3)) for row, each in driven(figure, bends).items()}
    heads, made = placed(figure, turned_bones, count)
    heads = heads + way[:, None]
    return Moves(heads, heads + 0.1 * made[..., 1], made)


def in_world(figure: Rig, by: Floats, scale: float) -> Rig:
    rest = figure.rest
    heads, tails = scale * rest.heads @ by.T, scale * rest.tails @ by.T
    return replace(figure, rest=Moves(heads, tails, by @ rest.turns))


def wave(count: int = 30) -> tuple[dict[str, Floats], Floats]:
    """Arms and a leg go; the other foot stays."""
    at = np.linspace(0, 1, count)

    def over(axis: str, degrees: float) -> Floats:
        return turns.axis_turn(np.broadcast_to(np.eye(3)["xyz".index(axis)], (count, 3)), np.radians(degrees * at))

    bends = {
        "l_arm": over("y", 70),
        "l_forearm": over("z", -60),
        "r_arm": over("z", 50),
        "r_thigh": over("x", 40),
        "r_shin": over("x", -50),
        "spine": over("z", 20),
        "head": over("z", -30),
    }
    return bends, np.zeros((count, 3))


def onto(source: Rig, motion: Moves, target: Rig, here: bool = True) -> tuple[footing.Turned, Moves, Body]:
    """The target's moves in the world."""
    body = body_of(target)
    stance = footing.stance_of(body, target.rest, 0.0)
    done = footing.put(body_of(source, motion), motion, body, stance, FPS, here)
    heads, made = placed(target, done.turns, len(motion))
    heads = heads + (0 if done.shift is None else done.shift[:, None])
    long = np.linalg.norm(target.rest.tails - target.rest.heads, axis=-1)[..., None]
    return done, Moves(heads, heads + long * made[..., 1], made), body


def worst(done: footing.Turned, found: Moves, body: Body) -> float:
    return float(footing.direction_errors(body, found, done.points, done.turns).max())


A_POSE = {"l_arm": about("y", 45), "r_arm": about("y", -45)}


@pytest.mark.parametrize("scale", [0.01, 1.0, 100.0])
@pytest.mark.parametrize("rest", [{}, A_POSE], ids=["T", "A"])
@pytest.mark.parametrize("by", [np.eye(3), about("z", 90)], ids=["-Y", "+X"])
def test_rests_scales_rolls_and_facing_make_no_difference(scale: float, rest: dict[str, Floats], by: Floats):
    source = rig()
    motion = moves(source, *wave())
    target = in_world(with_rest(rig(rolls=3), rest), by, scale)
    done, found, body = onto(source, motion, target)
    assert done.scale == pytest.approx(scale)
    assert worst(done, found, body) < 0.01
    # Twist too: what the same figure would be turned to, whatever its bones are like.
    same, theirs, _ = onto(source, motion, in_world(rig(), by, scale))
    assert np.allclose(found.heads, theirs.heads, atol=2e-3 * scale)
    rows = [row for row in same.turns if row in done.turns]
    since = [found.turns[-1, row] @ target.rest.turns[0, row].T for row in rows]
    other = [theirs.turns[-1, row] @ by.T for row in rows]
    for row, one, two in zip(rows, since, other, strict=True):
        if "arm" not in target.names[row] and "hand" not in target.names[row]:
            assert np.allclose(one @ by, two @ by, atol=1e-3), target.names[row]


def test_twist_of_a_forearm_is_kept():
    source = rig()
    count = 10
    twist = turns.axis_turn(np.broadcast_to(np.eye(3)[0], (count, 3)), np.radians(np.linspace(0, 80, count)))
    motion = moves(source, {"l_forearm": twist}, np.zeros((count, 3)))
    target = with_rest(rig(rolls=5), A_POSE)
    _, found, _ = onto(source, motion, target)
    row = target.names.index("l_hand")
    turn = found.turns[-1, row] @ found.turns[0, row].T
    angle = math.degrees(math.acos((np.trace(turn) - 1) / 2))
    assert angle == pytest.approx(80, abs=0.1)


def test_a_source_that_lies_in_its_file_is_stood_up():
    source = in_world(rig(), about("x", 90), 1.0)
    motion = turned(moves(rig(), *wave()), about("x", 90))
    assert up_of(source, motion) == (1, -1)
    turn = upright(1, -1)
    assert np.allclose(turn @ np.array([0, -1, 0]), Z)
    assert up_of(rig(), moves(rig(), *wave())) is None


def test_somebody_who_lies_down_is_believed():
    source = rig()
    lying = turned(moves(source, *wave()), about("x", 90))
    assert up_of(source, lying) is None


def test_a_rest_pose_that_is_none_is_read_from_the_motion():
    stands = rig()
    motion = moves(stands, *wave())
    rest = with_rest(stands, {"l_thigh": about("y", -90), "r_thigh": about("y", 90), "l_arm": about("z", 50)})
    body = body_of(rest, motion)
    assert not body.at_rest
    done, found, target = onto(rest, motion, rig(rolls=1))
    assert worst(done, found, target) < 3


def walk(figure: Rig, steps: int = 4, count: int = 96) -> Moves:
    """Feet stay while the hips go over them: legs by two-bone inverse kinematics, by hand."""
    at = np.arange(count) / count * steps
    long = 0.4
    way = np.zeros((count, 3))
    way[:, 1] = -long * at
    way[:, 2] = -0.06
    bends: dict[str, Floats] = {}
    for side, phase in (("l", 0.0), ("r", 1.0)):
        step = (at + phase) / 2
        whole, part = np.floor(step), step % 1
        gone = np.clip((part - 0.5) * 2, 0, 1)
        ahead = -2 * long * (whole + gone * gone * (3 - 2 * gone)) + phase * long
        lift = 0.12 * np.sin(np.pi * gone) ** 2
        x, z = ahead - way[:, 1], lift + 0.08 - (0.95 - 0.06)
        upper, lower = 0.45, 0.42
        far = np.clip(np.hypot(x, z), 0.1, 0.8699)
        knee = np.arccos(np.clip((upper**2 + far**2 - lower**2) / (2 * upper * far), -1, 1))
        bend = np.pi - np.arccos(np.clip((upper**2 + lower**2 - far**2) / (2 * upper * lower), -1, 1))
        aim = np.arctan2(-x, -z)
        axis = np.broadcast_to(np.eye(3)[0], (count, 3))
        bends[f"{side}_thigh"] = turns.axis_turn(axis, -(aim + knee))
        bends[f"{side}_shin"] = turns.axis_turn(axis, bend)
        bends[f"{side}_foot"] = turns.axis_turn(axis, aim + knee - bend)
    return moves(figure, bends, way)


@pytest.mark.parametrize(("widths", "shins"), [(1.0, 1.0), (1.3, 1.0), (1.0, 0.8)])
def test_planted_feet_stay(widths: float, shins: float):
    source = rig()
    motion = walk(source)
    feet = footing.feet_of(body_of(source), motion, FPS)
    assert feet is not None
    assert 0.4 < feet.contacts.mean() < 0.9
    done, found, body = onto(source, motion, rig(rolls=2, widths=widths, shins=shins))
    assert worst(done, found, body) < 3
    for column, side in enumerate(feet.sides):
        ankle = found.heads[:, body.rig.names.index(f"{side}_foot")]
        on = feet.contacts[1:, column] & feet.contacts[:-1, column]
        theirs = done.scale * motion.heads[:, source.names.index(f"{side}_foot")]
        slid = np.linalg.norm(np.diff(ankle, axis=0) - np.diff(theirs, axis=0), axis=-1)[on]
        assert slid.max() < 0.01 * body.leg
    toes = [found.heads[:, body.rig.names.index(f"{side}_{name}"), 2] for side in "lr" for name in ("foot", "toe")]
    rest = [body.rig.rest.heads[0, body.rig.names.index(f"l_{name}"), 2] for name in ("foot", "toe")] * 2
    low = np.min([each - ground for each, ground in zip(toes, rest, strict=True)], axis=0)
    assert np.abs(low - done.scale * feet.heights.min(1)).max() < 0.015 * body.leg


def test_a_jump_stays_a_jump():
    source = rig()
    at = np.linspace(0, 1, 25)
    way = np.zeros((25, 3))
    way[:, 2] = np.clip(1.2 * np.sin(np.pi * (at * 2 - 0.5)), 0, None)
    motion = moves(source, {"l_arm": about("y", 30)}, way)
    done, found, body = onto(source, motion, in_world(rig(), np.eye(3), 2.0))
    height = found.heads[:, body.rig.names.index("l_foot"), 2]
    assert height.max() - height.min() == pytest.approx(2 * 1.2, rel=0.02)
    assert done.feet is not None
    assert not done.feet.contacts[height > height.min() + 0.3].any()


def test_it_starts_where_the_target_stands_or_where_the_source_was():
    source = rig()
    bends, way = wave()
    motion = moves(source, bends, way + [7.0, 3.0, 0.0])
    target = in_world(rig(), about("z", 90), 1.0)
    _, here, _ = onto(source, motion, target)
    _, there, _ = onto(source, motion, target, here=False)
    hips = target.names.index("hips")
    assert np.allclose(here.heads[0, hips, :2], 0, atol=1e-6)
    assert np.allclose(there.heads[0, hips, :2], [7, 3], atol=1e-6)
    assert facing(target, here)[0] == pytest.approx(0, abs=1e-6)
    assert facing(target, there)[0] == pytest.approx(-math.pi / 2, abs=1e-6)


def test_between_frames_turns_go_round():
    source = rig()
    motion = moves(source, {"l_arm": np.stack([np.eye(3), about("y", 90)])}, np.zeros((2, 3)))
    middle = resampled(motion, np.array([0.0, 0.5, 1.0]))
    row = source.names.index("l_arm")
    assert np.allclose(middle.turns[1, row], about("y", 45), atol=1e-9)
    assert np.allclose(middle.turns[2], motion.turns[1])


def test_what_a_motion_needs_is_said():
    figure = rig()
    joints = {name: joint for name, joint in figure.joints.items() if name in ("neck", "l_elbow")}
    with pytest.raises(ValueError, match="no common bone"):
        body_of(replace(figure, joints=joints))


def test_an_upper_body_alone_stays_where_it_is():
    source = rig()
    motion = moves(source, *wave())
    joints = {n: j for n, j in source.joints.items() if n[2:] not in ("hip", "knee", "ankle")}
    done, _, body = onto(source, motion, replace(rig(rolls=4), joints=joints))
    assert done.shift is None
    assert {body.rig.names[row] for row in done.turns} >= {"l_arm", "r_forearm", "l_hand"}
    assert not {"hips", "l_thigh"} & {body.rig.names[row] for row in done.turns}
    assert any("upper body" in note for note in done.notes)


@pytest.mark.parametrize("seed", range(5))
def test_quaternions_and_matrices_agree(seed: int):
    q = turns.unit(np.random.default_rng(seed).normal(size=(50, 4)))
    assert np.allclose(turns.matrices(turns.quaternions(turns.matrices(q))), turns.matrices(q))
    start, end = turns.unit(q[:25, 1:]), turns.unit(q[25:, 1:])
    assert np.allclose((turns.shortest(start, end) @ start[..., None])[..., 0], end)
    assert np.allclose((turns.shortest(start, -start) @ start[..., None])[..., 0], -start)

"""Armatures made of sticks, as plain data: people in any pose, facing, scale and naming, and what is no person."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shotwright.core.rigs.data import Armature, JointBone, Point

Vector = tuple[float, float, float]


@dataclass
class Sticks:
    """A rig being built: bones by name with parent, head and tail; left is +X, it looks along -Y, up is +Z."""

    bones: dict[str, tuple[str | None, Vector, Vector]] = field(default_factory=dict)
    truth: dict[str, tuple[str, str]] = field(default_factory=dict)
    bends: dict[str, tuple[Vector, float]] = field(default_factory=dict)
    """Bones that turn in the animation: axis through their head, and radians at its height."""
    helpers: set[str] = field(default_factory=set)

    def add(self, name: str, parent: str | None, head: Vector, tail: Vector, joint: str = "") -> str:
        self.bones[name] = (parent, head, tail)
        if joint:
            self.truth[joint] = (name, "head")
        return name

    def chain(self, name: str, parent: str | None, points: list[Vector]) -> str:
        """Bones `name.0`, `name.1`, … along points; returns the last."""
        last = parent
        for index, (head, tail) in enumerate(itertools.pairwise(points)):
            last = self.add(f"{name}.{index}", last, head, tail)
        assert last is not None
        return last


def _between(a: Vector, b: Vector, t: float) -> Vector:
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t)


def _mirror(point: Vector, side: int) -> Vector:
    return (point[0] * side, point[1], point[2])


def person(
    *,
    arms: str = "T",
    split: int = 1,
    clavicles: bool = True,
    fingers: int = 0,
    neck: bool = True,
    head: bool = True,
    feet: bool = True,
    hands: bool = True,
    missing: tuple[str, ...] = (),
) -> Sticks:
    """A person 1.75 m tall. `missing`: arms, legs, l_arm, r_leg and so on. `split`: bones for each long segment."""
    made = Sticks()
    hips = made.add("hips", None, (0, 0, 0.95), (0, 0, 1.08))
    spine = made.add("spine", hips, (0, 0, 1.08), (0, 0.01, 1.25))
    chest = made.add("chest", spine, (0, 0.01, 1.25), (0, 0.02, 1.46))
    if neck:
        top = made.add("neck", chest, (0, 0.02, 1.47), (0, 0, 1.56), "neck")
        if head:
            made.add("head", top, (0, 0, 1.56), (0, 0, 1.75))
    elif head:
        made.add("head", chest, (0, 0, 1.52), (0, 0, 1.75), "neck")
    for side, letter in ((1, "l"), (-1, "r")):
        if "arms" not in missing and f"{letter}_arm" not in missing:
            _arm(made, chest, side, letter, arms, split, clavicles, fingers, hands)
        if "legs" not in missing and f"{letter}_leg" not in missing:
            _leg(made, hips, side, letter, split, feet)
    return made


_ARMS: Mapping[str, tuple[Vector, Vector, Vector]] = {
    "T": ((0.46, 0.03, 1.42), (0.72, 0.01, 1.42), (0.90, 0.0, 1.42)),
    "A": ((0.37, 0.03, 1.22), (0.53, 0.0, 1.02), (0.63, -0.01, 0.87)),
    "hanging": ((0.21, 0.03, 1.14), (0.22, -0.01, 0.88), (0.22, -0.03, 0.70)),
}


def _arm(
    made: Sticks, chest: str, side: int, letter: str, pose: str, split: int, clavicle: bool, fingers: int, hands: bool
) -> None:
    shoulder = _mirror((0.18, 0.02, 1.42), side)
    elbow, wrist, end = (_mirror(point, side) for point in _ARMS[pose])
    parent = made.add(f"{letter}_clavicle", chest, _mirror((0.02, 0, 1.43), side), shoulder) if clavicle else chest
    last = _segment(made, f"{letter}_upperarm", parent, shoulder, elbow, split, f"{letter}_shoulder")
    made.bends[f"{letter}_forearm.0"] = ((0, 0, -1.0 * side) if pose != "hanging" else (-1, 0, 0), 1.2)
    last = _segment(made, f"{letter}_forearm", last, elbow, wrist, split, f"{letter}_elbow")
    if not hands:
        made.truth[f"{letter}_wrist"] = (last, "tail")
        return
    palm = _between(wrist, end, 0.5)
    hand = made.add(f"{letter}_hand", last, wrist, palm, f"{letter}_wrist")
    for finger in range(fingers):
        spread = (finger - (fingers - 1) / 2) * 0.02
        begin = _between(wrist, end, 0.2 if finger == 0 else 0.5)
        points = [_between(begin, end, t / 3) for t in range(4)]
        made.chain(
            f"{letter}_finger{finger}", hand, [(x, y + spread - (0.02 if finger == 0 else 0), z) for x, y, z in points]
        )


def _leg(made: Sticks, hips: str, side: int, letter: str, split: int, feet: bool) -> None:
    hip, knee, ankle = (_mirror(p, side) for p in ((0.1, 0, 0.92), (0.1, -0.02, 0.5), (0.1, 0.02, 0.09)))
    last = _segment(made, f"{letter}_thigh", hips, hip, knee, split, f"{letter}_hip")
    made.bends[f"{letter}_shin.0"] = ((1, 0, 0), 0.9)
    last = _segment(made, f"{letter}_shin", last, knee, ankle, split, f"{letter}_knee")
    if not feet:
        made.truth[f"{letter}_ankle"] = (last, "tail")
        return
    ball = _mirror((0.1, -0.12, 0.02), side)
    foot = made.add(f"{letter}_foot", last, ankle, ball, f"{letter}_ankle")
    made.add(f"{letter}_toe", foot, ball, _mirror((0.1, -0.19, 0.02), side))


def _segment(made: Sticks, name: str, parent: str, start: Vector, end: Vector, split: int, joint: str) -> str:
    last = parent
    for index in range(split):
        points = _between(start, end, index / split), _between(start, end, (index + 1) / split)
        last = made.add(f"{name}.{index}", last, *points, joint if index == 0 else "")
    return last


# -- to a rig -------------------------------------------------------------------------------------


def _turn(point: Vector, axis: Vector, angle: float) -> Vector:
    """Rodrigues' rotation about an axis through the origin."""
    length = math.sqrt(sum(a * a for a in axis)) or 1.0
    x, y, z = (a / length for a in axis)
    c, s = math.cos(angle), math.sin(angle)
    px, py, pz = point
    dot = (x * px + y * py + z * pz) * (1 - c)
    return (
        px * c + (y * pz - z * py) * s + x * dot,
        py * c + (z * px - x * pz) * s + y * dot,
        pz * c + (x * py - y * px) * s + z * dot,
    )


def _posed(sticks: Sticks, share: float) -> dict[str, tuple[Vector, Vector]]:
    """Every bone with its own bends and those of the bones above it."""
    order = list(sticks.bones)
    found: dict[str, tuple[Vector, Vector]] = {}
    for name in order:
        head, tail = sticks.bones[name][1:]
        way: list[str] = []
        above: str | None = name
        while above is not None:
            way.append(above)
            above = sticks.bones[above][0]
        for each in way:
            if each in sticks.bends:
                axis, angle = sticks.bends[each]
                about = sticks.bones[each][1]
                head, tail = (_add(_turn(_less(point, about), axis, angle * share), about) for point in (head, tail))
        found[name] = (head, tail)
    return found


def _add(a: Vector, b: Vector) -> Vector:
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2])


def _less(a: Vector, b: Vector) -> Vector:
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


def rig(
    sticks: Sticks,
    *,
    names: Callable[[str], str] | str = "kept",
    place: Callable[[Vector], Vector] = lambda point: point,
    frames: int = 4,
    seed: int = 1,
) -> tuple[Armature, dict[str, JointBone | None]]:
    """The armature as core.rigs takes it, and its true joints.

    `names`: "kept", "numbers" (shuffled), or a function of the name.
    """
    from shotwright.core.rigs.data import JOINTS, Armature, Bone, JointBone, Pose

    called = dict(zip(sticks.bones, sticks.bones, strict=True))
    if names == "numbers":
        order = list(sticks.bones)
        random.Random(seed).shuffle(order)
        called = {name: f"Bone.{index:03d}" for index, name in enumerate(order)}
    elif callable(names):
        called = {name: names(name) for name in sticks.bones}
    rest = _posed(sticks, 0.0)

    def at(point: Vector) -> Point:
        x, y, z = place(point)
        return (x, y, z)

    bones = tuple(
        Bone(
            called[name],
            called[parent] if parent else None,
            at(rest[name][0]),
            at(rest[name][1]),
            name not in sticks.helpers,
        )
        for name, (parent, _, _) in sticks.bones.items()
    )
    poses: list[Pose] = []
    for frame in range(frames):
        posed = _posed(sticks, frame / max(1, frames - 1))
        poses.append(Pose(frame, tuple(at(posed[n][0]) for n in posed), tuple(at(posed[n][1]) for n in posed)))
    truth: dict[str, JointBone | None] = dict.fromkeys(JOINTS)
    for joint, (bone, end) in sticks.truth.items():
        truth[joint] = JointBone(called[bone], "tail" if end == "tail" else "head")
    return Armature("Figure", bones, tuple(poses)), truth


def turned(degrees: float) -> Callable[[Vector], Vector]:
    """Facing another way."""
    return lambda point: _turn(point, (0, 0, 1), math.radians(degrees))


def lying(point: Vector) -> Vector:
    """On its back, as a Z-up figure imported as Y-up lies."""
    return _turn(point, (1, 0, 0), -math.pi / 2)


def scaled(factor: float) -> Callable[[Vector], Vector]:
    return lambda point: (point[0] * factor, point[1] * factor, point[2] * factor)


def mirrored(point: Vector) -> Vector:
    """What a negative scale does: bones called left are on the right."""
    return (-point[0], point[1], point[2])


# -- additions to a person ------------------------------------------------------------------------


def with_tail(made: Sticks) -> None:
    made.chain("tail", "hips", [(0, 0.08 + 0.15 * i, 0.95 - 0.08 * i) for i in range(6)])


def with_wings(made: Sticks) -> None:
    for side, letter in ((1, "l"), (-1, "r")):
        points = [(0.06, 0.1, 1.4), (0.4, 0.3, 1.7), (0.8, 0.4, 1.6), (1.2, 0.45, 1.3)]
        made.chain(f"{letter}_wing", "chest", [_mirror(point, side) for point in points])


def with_skirt(made: Sticks, strands: int = 8) -> None:
    for strand in range(strands):
        angle = 2 * math.pi * (strand + 0.5) / strands
        x, y = math.cos(angle), math.sin(angle)
        made.chain(
            f"skirt{strand}", "hips", [(x * (0.15 + 0.05 * i), y * (0.15 + 0.05 * i), 0.9 - 0.12 * i) for i in range(5)]
        )


def with_hair(made: Sticks) -> None:
    for strand, x in enumerate((-0.09, -0.05, 0.05, 0.09)):
        made.chain(
            f"hair{strand}",
            "head",
            [(x, 0.08, 1.7), (x * 1.2, 0.12, 1.55), (x * 1.3, 0.13, 1.4), (x * 1.4, 0.14, 1.25)],
        )


def with_controls(made: Sticks) -> None:
    """IK targets, poles and twist bones, deforming by their flag as an exporter leaves it."""
    made.add("root", None, (0, 0, 0), (0, 0.3, 0))
    for side, letter in ((1, "l"), (-1, "r")):
        made.add(f"{letter}_foot_ik", "root", _mirror((0.1, 0.02, 0.09), side), _mirror((0.1, -0.12, 0.02), side))
        made.add(f"{letter}_knee_pole", "root", _mirror((0.1, -0.8, 0.5), side), _mirror((0.1, -0.9, 0.5), side))
        made.add(
            f"{letter}_thigh_twist",
            f"{letter}_thigh.0",
            _mirror((0.1, -0.01, 0.71), side),
            _mirror((0.1, -0.02, 0.5), side),
        )
        made.add(f"{letter}_hand_ik", "root", _mirror(_ARMS["T"][1], side), _mirror(_ARMS["T"][2], side))


def with_sword(made: Sticks) -> None:
    made.add("sword", "r_hand", (-0.8, 0, 1.42), (-0.8, -1.1, 1.42))


# -- no persons -----------------------------------------------------------------------------------


def quadruped() -> Sticks:
    made = Sticks()
    hips = made.add("pelvis", None, (0, 0.5, 0.8), (0, 0.3, 0.82))
    spine = made.chain("spine", hips, [(0, 0.3, 0.82), (0, 0, 0.8), (0, -0.3, 0.8), (0, -0.45, 0.82)])
    neck = made.chain("neck", spine, [(0, -0.5, 0.85), (0, -0.65, 1.0)])
    made.add("head", neck, (0, -0.65, 1.0), (0, -0.9, 0.95))
    made.chain("tail", hips, [(0, 0.55, 0.85), (0, 0.7, 0.75), (0, 0.85, 0.6), (0, 0.95, 0.5)])
    for side, letter in ((1, "l"), (-1, "r")):
        front = [(0.12, -0.35, 0.75), (0.12, -0.3, 0.45), (0.12, -0.35, 0.12), (0.12, -0.42, 0.02)]
        back = [(0.12, 0.45, 0.75), (0.12, 0.35, 0.48), (0.12, 0.55, 0.25), (0.12, 0.5, 0.05), (0.12, 0.4, 0.02)]
        made.chain(f"{letter}_upper_arm", spine, [_mirror(p, side) for p in front])
        made.chain(f"{letter}_thigh", hips, [_mirror(p, side) for p in back])
        made.bends[f"{letter}_thigh.1"] = ((1, 0, 0), 0.5)
    return made


def bird() -> Sticks:
    made = Sticks()
    body = made.chain("body", None, [(0, 0.1, 0.3), (0, -0.05, 0.32), (0, -0.2, 0.36)])
    made.chain("neck", body, [(0, -0.2, 0.36), (0, -0.28, 0.45), (0, -0.32, 0.52), (0, -0.45, 0.52)])
    made.chain("tail", "body.0", [(0, 0.15, 0.3), (0, 0.3, 0.3), (0, 0.45, 0.28)])
    for side, letter in ((1, "l"), (-1, "r")):
        made.chain(
            f"{letter}_wing",
            body,
            [_mirror(p, side) for p in ((0.06, -0.1, 0.4), (0.3, -0.05, 0.45), (0.6, 0, 0.42), (0.9, 0.1, 0.4))],
        )
        made.chain(
            f"{letter}_leg",
            "body.0",
            [_mirror(p, side) for p in ((0.06, 0.06, 0.25), (0.06, 0.0, 0.17), (0.06, 0.06, 0.04), (0.06, -0.04, 0.0))],
        )
    return made


def snake() -> Sticks:
    made = Sticks()
    made.chain("snake", None, [(0.1 * math.sin(i), 0.1 * i, 0.05) for i in range(24)])
    return made


def spider(pairs: int = 4) -> Sticks:
    made = Sticks()
    body = made.chain("body", None, [(0, 0.2, 0.3), (0, 0, 0.3), (0, -0.2, 0.3)])
    for pair in range(pairs):
        for side, letter in ((1, "l"), (-1, "r")):
            y = -0.15 + 0.1 * pair
            points = [(0.08, y, 0.3), (0.3, y * 2, 0.55), (0.55, y * 3, 0.3), (0.7, y * 3.4, 0.0)]
            made.chain(f"{letter}_leg{pair}", body, [_mirror(p, side) for p in points])
    return made


def robot_arm() -> Sticks:
    made = Sticks()
    last = made.chain("arm", None, [(0, 0, 0), (0, 0, 0.4), (0.1, 0, 1.0), (0.7, 0, 1.2), (0.9, 0, 1.1), (1.0, 0, 1.0)])
    for side in (1, -1):
        made.chain(f"grip{side}", last, [(1.0, 0.05 * side, 1.0), (1.08, 0.08 * side, 0.95), (1.12, 0.02 * side, 0.9)])
    return made


def chair() -> Sticks:
    made = Sticks()
    seat = made.add("seat", None, (0, 0, 0.45), (0, 0.2, 0.45))
    made.chain("back", seat, [(0, 0.22, 0.45), (0, 0.25, 0.7), (0, 0.28, 0.95)])
    for x in (-0.2, 0.2):
        for y in (-0.2, 0.2):
            made.chain(f"leg{x}{y}", seat, [(x, y, 0.45), (x, y, 0.22), (x, y, 0.0)])
    return made


def tree() -> Sticks:
    made = Sticks()
    random_ = random.Random(3)

    def grow(name: str, parent: str | None, start: Vector, direction: Vector, length: float, depth: int) -> None:
        end = _add(start, (direction[0] * length, direction[1] * length, direction[2] * length))
        made.add(name, parent, start, end)
        for child in range(3 if depth else 0):
            lean = (random_.uniform(-0.7, 0.7), random_.uniform(-0.7, 0.7), 0.8)
            grow(f"{name}{child}", name, end, lean, length * random_.uniform(0.5, 0.8), depth - 1)

    grow("trunk", None, (0, 0, 0), (0, 0, 1), 1.5, 3)
    return made


def car() -> Sticks:
    made = Sticks()
    body = made.add("body", None, (0, 1.2, 0.5), (0, -1.2, 0.5))
    for x in (-0.8, 0.8):
        for y in (-1.3, 1.3):
            arm = made.add(f"suspension{x}{y}", body, (x * 0.5, y, 0.4), (x, y, 0.35))
            made.add(f"wheel{x}{y}", arm, (x, y, 0.35), (x * 1.2, y, 0.35))
    for x in (-0.7, 0.7):
        made.add(f"door{x}", body, (x, -0.4, 0.7), (x, 0.5, 0.7))
    made.add("steering", body, (0.35, -0.4, 0.8), (0.35, -0.2, 0.95))
    return made

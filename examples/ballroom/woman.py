"""The woman: one skinned mesh of a long belted coat, with hands, head, stockings and shoes."""

from __future__ import annotations

from math import cos, pi, sin

import bpy
import numpy as np
from mathutils import Matrix

from .looks import look
from .rig import SIDES, SKIRT_CHAINS, SPINE, WOMAN
from .shapes import Floats, Maker, Section, Shape, at, ball, box, lathe, loft, tube, turned

# For each vertex of a piece, the shares of the bones it follows.
Weights = dict[str, Floats]
WAIST, HEM = WOMAN.waist + 0.1, 0.235


class Skin:
    """Gathers pieces with their weights into one mesh."""

    def __init__(self, rig: bpy.types.Object) -> None:
        self.rig = rig
        self.maker = Maker()
        self.weights: list[tuple[int, Weights]] = []

    def add(self, shape: Shape, made_of: str, weights: Weights | str, smooth: bool = True) -> None:
        """Add a piece that follows one bone, or several by shares."""
        start, _ = self.maker.add(shape, look(made_of), smooth)
        if isinstance(weights, str):
            weights = {weights: np.ones(len(shape.points))}
        self.weights.append((start, weights))

    def finish(self, name: str, group: bpy.types.Collection) -> bpy.types.Object:
        """Make the object, its vertex groups and its armature modifier."""
        made = self.maker.finish(name, group)
        for start, weights in self.weights:
            for bone, shares in weights.items():
                vertex_group = made.vertex_groups.get(bone) or made.vertex_groups.new(name=bone)
                for index in np.nonzero(shares > 0.005)[0]:
                    vertex_group.add([start + int(index)], float(shares[index]), "REPLACE")
        made.parent = self.rig
        modifier = made.modifiers.new("Armature", "ARMATURE")
        modifier.object = self.rig
        return made


def skin_body(rig: bpy.types.Object, group: bpy.types.Collection) -> bpy.types.Object:
    """Dress the rig."""
    skin = Skin(rig)
    _bodice(skin)
    _skirt(skin)
    for side, sign in SIDES:
        _sleeve(skin, side)
        _hand(skin, side)
        _leg(skin, side, sign)
    _head(skin)
    return skin.finish("Woman.Body", group)


def _by_height(points: Floats) -> Weights:
    """The trunk: every vertebra's share, soft from one to the next."""
    z = points[:, 2]
    middles = [(low + high) / 2 for low, high in zip(WOMAN.spine, WOMAN.spine[1:], strict=False)]
    return {bone: np.interp(z, middles, np.eye(len(SPINE))[i]) for i, bone in enumerate(SPINE)}


def _bodice(skin: Skin) -> None:
    rows: list[Section] = [
        (0.93, 0.158, 0.118, -0.008),
        (1.0, 0.138, 0.105, -0.002),
        (1.06, 0.124, 0.096, 0.002),
        (1.14, 0.138, 0.104, 0.008),
        (1.22, 0.152, 0.12, 0.018),
        (1.29, 0.158, 0.112, 0.012),
        (1.35, 0.158, 0.088, -0.002),
        (1.39, 0.122, 0.07, -0.012),
        (1.425, 0.07, 0.058, -0.014),
    ]
    coat = loft(rows, 32, 2.3, 0.2)
    skin.add(coat, "Oxblood", _by_height(coat.points))
    belt = loft([(WAIST - 0.005, 0.134, 0.106, 0.0), (WAIST + 0.04, 0.132, 0.104, 0.0)], 32, 2.3, 0.15)
    skin.add(belt, "Oxblood.Dark", "spine.001")
    skin.add(box((0.0, -0.112, WAIST + 0.018), (0.05, 0.02, 0.06), 0.006), "Brass", "spine.001", False)
    for s in (-1, 1):  # wide lapels, and a collar turned up against the draught
        path = [
            (s * 0.012, -0.118, 1.1),
            (s * 0.035, -0.137, 1.2),
            (s * 0.075, -0.118, 1.31),
            (s * 0.088, -0.07, 1.385),
        ]
        lapel = tube(path, [0.012, 0.034, 0.042, 0.026], 8)
        skin.add(lapel, "Oxblood.Dark", _by_height(lapel.points))
        button = ball((s * 0.03, -0.118, 1.09), (0.012, 0.008, 0.012), 8)
        skin.add(button, "Brass", "spine.001")
    skin.add(_collar(), "Oxblood.Dark", "spine.003")


def _collar() -> Shape:
    """A band around the neck, open in front, higher behind."""
    points, faces, count = [], [], 22
    for i in range(count + 1):
        angle = pi * (1.52 * i / count - 0.76)  # from the right front over the back to the left
        high = 0.045 + 0.045 * sin(pi * i / count)
        for out, z in ((0.0, 1.39), (0.022, 1.39 + high), (0.034, 1.385 + high), (0.02, 1.385)):
            radius = 0.068 + out
            points.append((-radius * 1.08 * sin(angle), 0.016 + radius * cos(angle), z))
    for i in range(count):
        for k in range(4):
            a, b = i * 4 + k, i * 4 + (k + 1) % 4
            faces.append((a, b, b + 4, a + 4))
    return Shape(np.array(points, float), faces)


def _skirt(skin: Skin) -> None:
    """From the belt to mid-shin, in soft folds, wrapped over in front; two layers so that the hem has an inside."""
    around, rings = 70, 13
    points, faces, shares = [], [], []
    for layer in (0.0, 0.012):
        for ring in range(rings + 1):
            t = ring / rings
            z = WAIST + (HEM - WAIST) * t
            for i in range(around):
                angle = 2 * pi * i / around
                fold = 0.014 * t * sin(angle * 10 + 0.6) + 0.006 * t * sin(angle * 23)
                hips = 0.128 + 0.045 * min(1.0, t / 0.2) ** 0.7
                radius = hips + 0.115 * max(0.0, t - 0.16) / 0.84 + fold - layer
                points.append((radius * cos(angle), radius * 0.84 * sin(angle), z))
                shares.append((t, angle))
    for layer in (0, 1):
        base = layer * (rings + 1) * around
        for ring in range(rings):
            for i in range(around):
                j = (i + 1) % around
                a, b = base + ring * around, base + (ring + 1) * around
                face = (a + i, b + i, b + j, a + j)
                faces.append(face if layer == 0 else face[::-1])
    last = rings * around
    inner = last + (rings + 1) * around
    faces += [(last + i, inner + i, inner + (i + 1) % around, last + (i + 1) % around) for i in range(around)]
    skin.add(Shape(np.array(points), faces), "Oxblood", _skirt_weights(np.array(shares)))


def _skirt_weights(shares: Floats) -> Weights:
    """By height from the pelvis to the upper and the lower bones, by angle between neighbouring chains."""
    t, angle = shares[:, 0], shares[:, 1]
    pelvis = np.interp(t, (0.02, 0.2), (1.0, 0.0))
    lower = np.interp(t, (0.38, 0.68), (0.0, 1.0))
    upper = 1.0 - pelvis - lower * (1.0 - pelvis)
    lower = lower * (1.0 - pelvis)
    weights: Weights = {"spine": pelvis}
    step = 2 * pi / SKIRT_CHAINS
    for chain in range(SKIRT_CHAINS):
        off = np.abs((angle - chain * step + pi) % (2 * pi) - pi)
        near = np.clip(1.0 - off / step, 0.0, 1.0)
        weights[f"skirt.{chain}.01"] = near * upper
        weights[f"skirt.{chain}.02"] = near * lower
    return weights


def _along(skin: Skin, bone: str, rows: list[Section], square: float = 2.0, ends: float = 0.6) -> Shape:
    rest = skin.rig.data.bones[bone]
    scaled: list[Section] = [(t * rest.length, x, y, shift) for t, x, y, shift in rows]
    stand = Matrix(((1, 0, 0, 0), (0, 0, 1, 0), (0, -1, 0, 0), (0, 0, 0, 1)))
    return loft(scaled, 16, square, ends).moved(rest.matrix_local @ stand)


def _bend(skin: Skin, shape: Shape, upper: str, lower: str, soft: float) -> Weights:
    """Shares of two bones along a limb, blended over `soft` metres to each side of the joint."""
    joint = skin.rig.data.bones[lower]
    way = np.array((skin.rig.data.bones[upper].vector + joint.vector).normalized())
    along = (shape.points - np.array(joint.head_local)) @ way
    share = np.interp(along, (-soft, soft), (0.0, 1.0))
    return {upper: 1.0 - share, lower: share}


def _sleeve(skin: Skin, side: str) -> None:
    upper, lower = f"upper_arm.{side}", f"forearm.{side}"
    cap: list[Section] = [(0.4, 0.058, 0.06, 0.0), (0.8, 0.064, 0.066, 0.0), (1.02, 0.06, 0.062, 0.0)]
    skin.add(_along(skin, f"shoulder.{side}", cap), "Oxblood", f"shoulder.{side}")
    reach = skin.rig.data.bones[lower].length / skin.rig.data.bones[upper].length
    rows: list[Section] = [
        (-0.02, 0.06, 0.064, 0.0),
        (0.3, 0.054, 0.058, 0.0),
        (0.8, 0.048, 0.051, 0.0),
        (1.0, 0.047, 0.05, 0.0),
        (1.0 + reach * 0.3, 0.047, 0.05, 0.0),
        (1.0 + reach * 0.92, 0.044, 0.048, 0.0),
    ]
    sleeve = _along(skin, upper, rows, ends=0.25)
    skin.add(sleeve, "Oxblood", _bend(skin, sleeve, upper, lower, 0.05))
    cuff: list[Section] = [(0.72, 0.05, 0.054, 0.0), (0.95, 0.051, 0.055, 0.0)]
    skin.add(_along(skin, lower, cuff, ends=0.12), "Oxblood.Dark", lower)


def _hand(skin: Skin, side: str) -> None:
    hand = f"hand.{side}"
    # Sections are wide along the bone's X, which is through the palm, and deep along its Z, which is across.
    palm: list[Section] = [(-0.2, 0.019, 0.024, 0.0), (0.3, 0.018, 0.031, 0.0), (0.95, 0.014, 0.036, 0.0)]
    skin.add(_along(skin, hand, palm), "Skin", hand)
    for name in [name for name, _, _ in WOMAN.fingers] + ["thumb"]:
        for joint in ("01", "02"):
            bone, thick = f"{name}.{joint}.{side}", 0.0105 if name == "thumb" else 0.0092
            rows: list[Section] = [
                (-0.05, thick, thick, 0.0),
                (0.5, thick, thick, 0.0),
                (0.95, thick * 0.88, thick * 0.9, 0.0),
            ]
            skin.add(_along(skin, bone, rows, ends=1.0), "Skin", bone)


def _leg(skin: Skin, side: str, sign: float) -> None:
    thigh, shin = f"thigh.{side}", f"shin.{side}"
    reach = skin.rig.data.bones[shin].length / skin.rig.data.bones[thigh].length
    rows: list[Section] = [
        (0.05, 0.076, 0.08, 0.0),
        (0.5, 0.064, 0.066, 0.0),
        (0.95, 0.05, 0.052, 0.0),
        (1 + reach * 0.25, 0.046, 0.054, -0.012),
        (1 + reach * 0.6, 0.038, 0.044, -0.008),
        (1 + reach * 0.93, 0.029, 0.033, 0.0),
        (1 + reach, 0.031, 0.036, 0.004),
    ]
    leg = _along(skin, thigh, rows)
    skin.add(leg, "Stocking", _bend(skin, leg, thigh, shin, 0.05))
    _shoe(skin, side, sign)


def _shoe(skin: Skin, side: str, sign: float) -> None:
    """A court shoe with a block heel; the front follows the toe bone."""
    x = WOMAN.ankle[0] * sign
    lie = Matrix(((1, 0, 0, x), (0, 0, -1, 0), (0, 1, 0, 0), (0, 0, 0, 1)))  # along -> -Y, depth -> up

    def piece(rows: list[Section], ends: float) -> Shape:
        shape = loft(rows, 18, 2.3, ends).moved(lie)
        shape.points[:, 2] = np.maximum(shape.points[:, 2], 0.004)
        return shape

    back = piece(
        [
            (-0.068, 0.026, 0.03, -0.088),
            (-0.02, 0.031, 0.034, -0.08),
            (0.04, 0.032, 0.026, -0.052),
            (0.092, 0.038, 0.022, -0.022),
        ],
        0.4,
    )
    skin.add(back, "Oxblood.Dark", f"foot.{side}")
    front = piece([(0.08, 0.039, 0.021, -0.021), (0.115, 0.038, 0.017, -0.018), (0.15, 0.026, 0.013, -0.014)], 0.9)
    skin.add(front, "Oxblood.Dark", f"toe.{side}")
    heel = box((x, 0.052, 0.035), (0.036, 0.036, 0.07), 0.006)
    skin.add(heel, "Wood.Dark", f"foot.{side}", False)


def _head(skin: Skin) -> None:
    """Skull, nose, brows, eyes, ears, and hair gathered low behind."""
    base = WOMAN.head[1]

    def up(z: float) -> float:
        return base + z

    neck = loft([(1.38, 0.05, 0.05, -0.012), (1.44, 0.045, 0.047, -0.006), (1.52, 0.047, 0.05, 0.0)], 20, 2.0, 0.3)
    share = np.interp(neck.points[:, 2], (1.43, 1.5), (0.0, 1.0))
    skin.add(neck, "Skin", {"neck": 1 - share, "head": share})
    rows: list[Section] = [
        (up(0.005), 0.03, 0.036, 0.045),
        (up(0.03), 0.046, 0.062, 0.026),
        (up(0.07), 0.064, 0.083, 0.01),
        (up(0.115), 0.071, 0.092, 0.0),
        (up(0.155), 0.07, 0.09, -0.004),
        (up(0.18), 0.052, 0.068, -0.01),
    ]
    skin.add(loft(rows, 28, 2.15, 0.5), "Skin", "head")
    skin.add(
        tube(
            [(0, -0.086, up(0.115)), (0, -0.1, up(0.09)), (0, -0.106, up(0.072)), (0, -0.09, up(0.062))],
            [0.006, 0.009, 0.013, 0.01],
            8,
        ),
        "Skin",
        "head",
    )
    for s in (-1, 1):
        skin.add(ball((s * 0.029, -0.083, up(0.106)), (0.012, 0.008, 0.008), 10), "Hair", "head")
        skin.add(
            tube(
                [(s * 0.014, -0.09, up(0.128)), (s * 0.03, -0.088, up(0.133)), (s * 0.046, -0.074, up(0.127))],
                0.0045,
                6,
            ),
            "Hair",
            "head",
        )
        skin.add(ball((s * 0.07, 0.012, up(0.09)), (0.008, 0.014, 0.022), 10), "Skin", "head")
    skin.add(ball((0, -0.089, up(0.034)), (0.017, 0.009, 0.005), 12), "Oxblood", "head")
    cap = ball((0, 0, 0), (0.081, 0.102, 0.096), 24)
    skin.add(cap.moved(at(0, 0.018, up(0.138)) @ turned("X", 24)), "Hair", "head")
    skin.add(ball((0, 0.105, up(0.055)), (0.055, 0.05, 0.048), 18), "Hair", "head")
    for s in (-1, 1):  # a wave to each side of the parting
        wave = tube(
            [
                (s * 0.012, -0.07, up(0.185)),
                (s * 0.05, -0.066, up(0.165)),
                (s * 0.074, -0.028, up(0.13)),
                (s * 0.07, 0.03, up(0.09)),
            ],
            [0.014, 0.02, 0.02, 0.016],
            8,
        )
        skin.add(wave, "Hair", "head")
    skin.add(lathe([(0, -0.004), (0.012, 0), (0, 0.004)], 8).moved(at(0.05, 0.13, up(0.08))), "Brass", "head")

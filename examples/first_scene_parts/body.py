"""Mannequin bodies: lofted limbs, either hung on the bones as rigid parts or fused and skinned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import pi

import bpy
import numpy as np
from mathutils import Matrix, Vector

from .rig import SIDES, SPINE, Build
from .shapes import MeshMaker, Section, Surface, ellipsoid, loft, material


@dataclass(frozen=True)
class Part:
    """A closed shape in armature space, the bone that moves it and the garment it belongs to."""

    bone: str
    cloth: str  # "sweater", "trousers", "shoes", "skin", "hair", "eyes" or "lips"
    shape: Surface


def body_parts(build: Build, rig: bpy.types.Object) -> list[Part]:
    """Every shape of the body, in the rest pose."""
    parts = [*_trunk(build), *_head(build, rig)]
    for side, sign in SIDES:
        parts += [*_arm(build, rig, side), *_hand(build, rig, side, sign), *_leg(build, rig, side)]
        parts += _shoe(build, side, sign)
    return parts


def _upright(build: Build, rows: list[Section], square: float = 2.3, caps: tuple[float, float] = (0.5, 0.5)) -> Surface:
    """A loft along Z in shares of the height, its depth axis to the front."""
    h = build.height
    scaled = [tuple(v * h for v in row) for row in rows]
    stand = Matrix(((1, 0, 0, 0), (0, 0, -1, 0), (0, 1, 0, 0), (0, 0, 0, 1)))  # along -> up, depth -> -Y
    return loft(scaled, 28, square=square, caps=caps).moved(stand)


def _trunk(build: Build) -> Iterator[Part]:
    c, b = build.chest, build.belly
    w = build.hips / 0.052
    pelvis = [(0.488, 0.072 * w, 0.056, -0.004), (0.52, 0.091 * w, 0.066, -0.006), (0.56, 0.09 * w, 0.063, -0.002)]
    yield Part("spine", "trousers", _upright(build, [*pelvis, (0.595, 0.08 * w, 0.056 * b, 0.0)]))
    hem = [(0.548, 0.094 * w, 0.067 * b, 0.0), (0.58, 0.088 * w, 0.064 * b, 0.0), (0.62, 0.08 * c, 0.06 * b, 0.003)]
    yield Part("spine", "sweater", _upright(build, hem, caps=(0.12, 0.5)))
    waist = [
        (0.595, 0.083 * c, 0.061 * b, 0.003),
        (0.635, 0.08 * c, 0.06 * b, 0.004),
        (0.68, 0.086 * c, 0.062 * c, 0.003),
    ]
    yield Part("spine.001", "sweater", _upright(build, waist))
    ribs = [(0.655, 0.083 * c, 0.061 * c, 0.003), (0.7, 0.091 * c, 0.066 * c, 0.004), (0.75, 0.1 * c, 0.069 * c, 0.005)]
    yield Part("spine.002", "sweater", _upright(build, ribs))
    s = build.shoulders / 0.108
    yoke = [
        (0.725, 0.096 * c, 0.068 * c, 0.004),
        (0.765, 0.1 * c, 0.066 * c, 0.003),
        (0.79, 0.082 * s, 0.053 * c, -0.003),
    ]
    neck_hole = [(0.812, 0.058 * s, 0.042, -0.007), (0.832, 0.037, 0.034, -0.006)]
    yield Part("spine.003", "sweater", _upright(build, [*yoke, *neck_hole], caps=(0.5, 0.25)))
    collar = [(0.822, 0.038, 0.036, -0.007), (0.846, 0.034, 0.033, -0.003)]
    yield Part("neck", "sweater", _upright(build, collar, 2.0, (0.4, 0.15)))
    throat = [(0.815, 0.031, 0.031, -0.006), (0.85, 0.029, 0.03, -0.002), (0.89, 0.031, 0.033, 0.002)]
    yield Part("neck", "skin", _upright(build, throat, 2.0))


def _limb(build: Build, rig: bpy.types.Object, bone: str, rows: list[Section], square: float = 2.0) -> Surface:
    """A loft along a bone: rows run from 0 at its head to 1 at its tail, radii in shares of the height."""
    rest, h, f = rig.data.bones[bone], build.height, build.limbs
    scaled = [(t * rest.length, x * h * f, z * h * f, shift * h * f) for t, x, z, shift in rows]
    return loft(scaled, 20, square=square).moved(rest.matrix_local)


def _arm(build: Build, rig: bpy.types.Object, side: str) -> Iterator[Part]:
    collarbone: list[Section] = [(0.15, 0.02, 0.026, 0.0), (0.6, 0.025, 0.031, 0.0), (1.0, 0.029, 0.031, 0.0)]
    upper: list[Section] = [(0.0, 0.0305, 0.032, 0.0), (0.3, 0.0305, 0.032, 0.001), (0.7, 0.028, 0.0285, 0.0)]
    lower: list[Section] = [(0.0, 0.0275, 0.028, 0.0), (0.25, 0.028, 0.0285, 0.0), (0.7, 0.0235, 0.0245, 0.0)]
    yield Part(f"shoulder.{side}", "sweater", _limb(build, rig, f"shoulder.{side}", collarbone))
    yield Part(f"upper_arm.{side}", "sweater", _limb(build, rig, f"upper_arm.{side}", [*upper, (1, 0.027, 0.0275, 0)]))
    yield Part(f"forearm.{side}", "sweater", _limb(build, rig, f"forearm.{side}", [*lower, (0.96, 0.0215, 0.0225, 0)]))
    wrist: list[Section] = [(0.85, 0.013, 0.0165, 0.0), (1.0, 0.0125, 0.0165, 0.0)]
    yield Part(f"forearm.{side}", "skin", _limb(build, rig, f"forearm.{side}", wrist))


def _hand(build: Build, rig: bpy.types.Object, side: str, sign: float) -> Iterator[Part]:
    """A palm, four fingers a little curled, and a thumb; the local Z of the hand is its thumb side."""
    h, f = build.height * 0.0105, 0.5 + 0.5 * build.limbs
    rest = rig.data.bones[f"hand.{side}"].matrix_local
    inside = sign  # the palm looks along +X on the left hand, -X on the right
    palm = [
        (0.2, 1.0 * f, 1.6 * f, 0),
        (1.5, 1.25 * f, 2.2 * f, 0),
        (3.6, 1.15 * f, 2.75 * f, 0),
        (4.8, 0.95 * f, 2.6 * f, 0),
    ]

    def finger(rows: list[tuple[float, ...]], turn: Matrix) -> Part:
        shape = loft([tuple(v * h for v in row) for row in rows], 12, caps=(0.6, 1.0))
        return Part(f"hand.{side}", "skin", shape.moved(rest @ turn))

    yield finger(palm, Matrix())
    curl = Matrix.Rotation(-0.16 * inside, 4, "Z")
    for lane, length in ((1.95, 3.6), (0.65, 4.1), (-0.65, 3.8), (-1.9, 3.0)):
        rows = [(-0.8, 0.72 * f, 0.72 * f, 0), (length * 0.5, 0.68 * f, 0.68 * f, 0), (length, 0.52 * f, 0.55 * f, 0)]
        spread = Matrix.Rotation(0.05 * lane, 4, "X")
        yield finger(rows, Matrix.Translation((0, 4.9 * h, lane * f * h)) @ curl @ spread)
    thumb = [(-0.6, 0.95 * f, 1.0 * f, 0), (1.6, 0.85 * f, 0.85 * f, 0), (3.5, 0.6 * f, 0.62 * f, 0)]
    out = Matrix.Rotation(-0.35 * inside, 4, "Z") @ Matrix.Rotation(0.75, 4, "X")
    yield finger(thumb, Matrix.Translation((0.5 * inside * h, 1.5 * h, 1.7 * f * h)) @ out)


def _leg(build: Build, rig: bpy.types.Object, side: str) -> Iterator[Part]:
    upper: list[Section] = [(0.0, 0.051, 0.056, -0.004), (0.3, 0.049, 0.052, 0.001), (0.7, 0.041, 0.043, 0.002)]
    lower: list[Section] = [(0.0, 0.038, 0.039, 0.001), (0.3, 0.036, 0.039, -0.006), (0.7, 0.029, 0.031, -0.003)]
    yield Part(f"thigh.{side}", "trousers", _limb(build, rig, f"thigh.{side}", [*upper, (1.0, 0.0375, 0.039, 0.001)]))
    yield Part(f"shin.{side}", "trousers", _limb(build, rig, f"shin.{side}", [*lower, (0.93, 0.028, 0.03, 0)]))
    ankle: list[Section] = [(0.85, 0.017, 0.02, 0.0), (1.0, 0.018, 0.021, 0.0)]
    yield Part(f"shin.{side}", "skin", _limb(build, rig, f"shin.{side}", ankle))


def _shoe(build: Build, side: str, sign: float) -> Iterator[Part]:
    """Heel and middle follow the foot bone, the front the toe bone; both are flat underneath."""
    h, x = build.height, build.hips * sign * build.height
    back: list[Section] = [(-0.026, 0.022, 0.026, 0.024), (0.01, 0.026, 0.034, 0.028), (0.045, 0.027, 0.029, 0.022)]
    front: list[Section] = [(0.08, 0.03, 0.02, 0.013), (0.1, 0.03, 0.018, 0.011), (0.117, 0.024, 0.015, 0.009)]
    for bone, rows in (("foot", [*back, (0.076, 0.029, 0.022, 0.015)]), ("toe", front)):
        scaled = [tuple(v * h for v in row) for row in rows]
        shape = loft(scaled, 20, square=2.4, caps=(0.7, 0.5 if bone == "foot" else 0.9))
        # along -> -Y, depth -> up; the axes turn so that faces keep looking outwards
        floor = Matrix(((-1, 0, 0, x), (0, -1, 0, 0.012 * h), (0, 0, 1, 0), (0, 0, 0, 1)))
        placed = shape.moved(floor)
        placed.points[:, 2] = np.maximum(placed.points[:, 2], 0.0)
        yield Part(f"{bone}.{side}", "shoes", placed)


def _head(build: Build, rig: bpy.types.Object) -> Iterator[Part]:
    """A skull with jaw, nose, ears, eyes and hair; sizes in shares of the head's height."""
    size = 0.138 * build.height * build.head
    chin = Vector((0, -0.004 * build.height, build.height - size))
    place = Matrix.Translation(chin) @ Matrix(((1, 0, 0, 0), (0, 0, -1, 0), (0, 1, 0, 0), (0, 0, 0, 1)))

    def add(cloth: str, shape: Surface, turn: Matrix | None = None) -> Part:
        scaled = Surface(shape.points * size, shape.faces)
        return Part("head", cloth, scaled.moved(place @ (turn or Matrix())))

    jaw = 0.9 if build.name == "Ada" else 1.0
    skull: list[Section] = [
        (0.05, 0.13 * jaw, 0.15, 0.2),
        (0.12, 0.2 * jaw, 0.245, 0.13),
        (0.26, 0.27 * jaw, 0.345, 0.06),
        (0.42, 0.31, 0.405, 0.015),
        (0.6, 0.335, 0.425, 0.0),
        (0.78, 0.31, 0.4, -0.02),
        (0.9, 0.225, 0.3, -0.03),
    ]
    yield add("skin", loft(skull, 32, 4, square=2.15, caps=(0.45, 0.5)))
    bridge = Matrix.Translation((0, 0.545 * size, 0.405 * size)) @ Matrix.Rotation(pi - 0.36, 4, "X")
    nose: list[Section] = [(0.0, 0.032, 0.03, 0.0), (0.12, 0.04, 0.05, 0.0), (0.2, 0.062, 0.06, 0.0)]
    yield add("skin", loft(nose, 16, caps=(1.0, 0.7)), bridge)
    for sign in (-1, 1):
        yield add("skin", ellipsoid((sign * 0.33, 0.46, -0.03), (0.035, 0.11, 0.06), 14))
        yield add("eyes", ellipsoid((sign * 0.14, 0.52, 0.385), (0.038, 0.046, 0.03), 14))
        brow: list[Section] = [(-0.075, 0.014, 0.014, -0.012), (0.0, 0.019, 0.02, 0.0), (0.075, 0.014, 0.014, -0.014)]
        lie = Matrix.Translation((sign * 0.14 * size, 0.625 * size, 0.395 * size)) @ Matrix.Rotation(pi / 2, 4, "Z")
        yield add("hair", loft(brow, 10), lie)
    smile: list[Section] = [(0.1 * x, 0.012, 0.012, -0.028 * x * x) for x in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    lie = (
        Matrix.Translation((0, 0.21 * size, 0.395 * size))
        @ Matrix.Rotation(-pi / 2, 4, "Z")
        @ Matrix.Rotation(pi / 2, 4, "Y")
    )
    yield add("lips", loft(smile, 10), lie)
    if build.name == "Ada":
        yield from (add("hair", shape) for shape in _bun())
    else:
        yield from (add("hair", shape) for shape in _short_hair())


def _bun() -> Iterator[Surface]:
    tilt = Matrix.Translation((0, 0.68, -0.05)) @ Matrix.Rotation(-0.62, 4, "X")
    yield ellipsoid((0, 0, 0), (0.362, 0.35, 0.46), 32).moved(tilt)
    yield ellipsoid((0, 0.98, -0.33), (0.16, 0.15, 0.16), 18)


def _short_hair() -> Iterator[Surface]:
    tilt = Matrix.Translation((0, 0.725, -0.065)) @ Matrix.Rotation(-0.5, 4, "X")
    yield ellipsoid((0, 0, 0), (0.35, 0.335, 0.425), 32).moved(tilt)
    for sign in (-1, 1):  # half of a moustache each
        half = ellipsoid((0, 0, 0), (0.085, 0.035, 0.04), 12)
        yield half.moved(Matrix.Translation((sign * 0.065, 0.275, 0.41)) @ Matrix.Rotation(-0.25 * sign, 4, "Z"))


def _looks(build: Build) -> dict[str, bpy.types.Material]:
    colours = {"sweater": build.sweater, "trousers": build.trousers, "skin": build.skin, "hair": build.hair}
    colours |= {"shoes": build.shoes, "eyes": "#2f2a28", "lips": "#96604f"}
    return {cloth: material(f"{build.name}.{cloth.title()}", colour) for cloth, colour in colours.items()}


def hang_parts(build: Build, rig: bpy.types.Object, collection: bpy.types.Collection) -> None:
    """One object for each bone, parented to it: a body of rigid parts."""
    looks = _looks(build)
    makers: dict[str, MeshMaker] = {}
    for part in body_parts(build, rig):
        makers.setdefault(part.bone, MeshMaker()).add(part.shape, looks[part.cloth])
    for bone_name, maker in makers.items():
        made = maker.finish(f"{build.name}.{bone_name}", collection)
        bone = rig.data.bones[bone_name]
        made.parent, made.parent_type, made.parent_bone = rig, "BONE", bone_name
        # A bone parents from its tail; undo that, so the mesh stays where it was modelled.
        made.matrix_parent_inverse = (bone.matrix_local @ Matrix.Translation((0, bone.length, 0))).inverted()


def skin_body(build: Build, rig: bpy.types.Object, collection: bpy.types.Collection) -> bpy.types.Object:
    """One mesh deformed by the armature: fused clothes with blended weights, rigid head, hands and shoes."""
    looks, maker = _looks(build), MeshMaker()
    parts = body_parts(build, rig)
    rigid: list[tuple[str, tuple[int, int]]] = []
    soft: list[tuple[int, np.ndarray, list[str]]] = []
    for cloth in ("sweater", "trousers"):
        pieces = [part for part in parts if part.cloth == cloth]
        fused, edges = _fuse([part.shape for part in pieces], collection)
        start, _ = maker.add(fused, looks[cloth])
        bones = list(dict.fromkeys(part.bone for part in pieces))
        soft.append((start, _blended(fused.points, edges, rig, bones), bones))
    for part in parts:
        if part.cloth not in ("sweater", "trousers"):
            rigid.append((part.bone, maker.add(part.shape, looks[part.cloth])))
    made = maker.finish(f"{build.name}.Body", collection)
    for bone, (start, end) in rigid:
        _group(made, bone).add(range(start, end), 1.0, "REPLACE")
    for start, weights, bones in soft:
        for vertex, column in zip(*np.nonzero(weights > 0.01), strict=True):
            _group(made, bones[column]).add([start + int(vertex)], float(weights[vertex, column]), "REPLACE")
    made.parent = rig
    skin = made.modifiers.new("Armature", "ARMATURE")
    skin.object = rig
    skin.use_deform_preserve_volume = True
    return made


def _group(made: bpy.types.Object, bone: str) -> bpy.types.VertexGroup:
    return made.vertex_groups.get(bone) or made.vertex_groups.new(name=bone)


def _fuse(shapes: list[Surface], collection: bpy.types.Collection) -> tuple[Surface, np.ndarray]:
    """Melt overlapping shapes into one smooth surface; also returns its edges."""
    maker, clay = MeshMaker(), material("Clay", "#c8c0b4")
    for shape in shapes:
        maker.add(shape, clay)
    lump = maker.finish("Lump", collection)
    remesh = lump.modifiers.new("Remesh", "REMESH")
    remesh.mode, remesh.voxel_size = "VOXEL", 0.012
    smooth = lump.modifiers.new("Smooth", "SMOOTH")
    smooth.factor, smooth.iterations = 0.5, 8
    shaped = bpy.data.meshes.new_from_object(lump.evaluated_get(bpy.context.evaluated_depsgraph_get()))
    points = np.array([v.co[:] for v in shaped.vertices])
    faces = [tuple(p.vertices) for p in shaped.polygons]
    edges = np.array([e.vertices[:] for e in shaped.edges])
    rough = lump.data
    bpy.data.objects.remove(lump)
    bpy.data.meshes.remove(rough)
    bpy.data.meshes.remove(shaped)
    bpy.data.materials.remove(clay)
    return Surface(points, faces), edges


def _blended(points: np.ndarray, edges: np.ndarray, rig: bpy.types.Object, bones: list[str]) -> np.ndarray:
    """Weights: every vertex to its nearest bone, then blurred along the surface so joints bend softly."""
    reach = dict.fromkeys(SPINE, 1.6)  # the trunk is thick: it wins over an arm that is equally far
    distance = np.stack([_distance(points, rig.data.bones[b]) / reach.get(b, 1.0) for b in bones], axis=1)
    weights = np.eye(len(bones))[distance.argmin(axis=1)]
    neighbours = np.bincount(edges.ravel(), minlength=len(points))[:, None]
    a, b = edges[:, 0], edges[:, 1]
    for _ in range(24):
        total = np.empty_like(weights)
        for k in range(len(bones)):
            column = weights[:, k]
            total[:, k] = np.bincount(a, column[b], len(points)) + np.bincount(b, column[a], len(points))
        weights = 0.4 * weights + 0.6 * total / np.maximum(neighbours, 1)
    weights[weights < 0.01] = 0.0
    return weights / weights.sum(axis=1, keepdims=True)


def _distance(points: np.ndarray, bone: bpy.types.Bone) -> np.ndarray:
    """How far each point is from the bone, taken as a line from head to tail."""
    head, axis = np.array(bone.head_local), np.array(bone.tail_local - bone.head_local)
    t = np.clip((points - head) @ axis / (axis @ axis), 0.0, 1.0)
    return np.linalg.norm(points - head - t[:, None] * axis, axis=1)

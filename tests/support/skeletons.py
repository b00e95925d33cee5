"""Walking people, and a plain drawing of them: the whole canvas, shape by shape and step by step."""

from __future__ import annotations

import colorsys
import functools
import math
from collections.abc import Iterable

import numpy as np
from shotwright.core.pose import PersonPose, Point, Points, far_to_near, joint_points, points
from shotwright.media.skeleton import Style

# -- people ---------------------------------------------------------------------------------------------


def joints_of(foot_x: float, foot_y: float, unit: float, phase: float, turn: float) -> dict[str, tuple[float, float]]:
    """A walking person seen from the front; x and y in pixels, `unit` is an eighth of the height."""
    swing = math.sin(phase)
    found = {"neck": (0.0, 6.2), "nose": (0.1, 6.95), "r_eye": (-0.1, 7.15), "l_eye": (0.3, 7.15)}
    found |= {"r_ear": (-0.35, 7.05), "l_ear": (0.5, 7.02)}
    for name, side in (("r", -1), ("l", 1)):
        arm, leg = -side * swing * 0.6, side * swing * 0.5
        shoulder, hip = (0.75 * side, 6.2), (0.42 * side, 3.9)
        elbow = (shoulder[0] + 1.25 * math.sin(arm) + 0.15 * side, shoulder[1] - 1.25 * math.cos(arm))
        wrist = (elbow[0] + 1.15 * math.sin(arm + 0.45), elbow[1] - 1.15 * math.cos(arm + 0.45))
        knee = (hip[0] + 1.9 * math.sin(leg), hip[1] - 1.9 * math.cos(leg))
        bend = leg - 0.25 * (1 + side * swing)
        ankle = (knee[0] + 1.8 * math.sin(bend), knee[1] - 1.8 * math.cos(bend))
        limb = {"shoulder": shoulder, "elbow": elbow, "wrist": wrist, "hip": hip, "knee": knee, "ankle": ankle}
        limb["toe"] = (ankle[0] + 0.5, ankle[1] - 0.15)
        found |= {f"{name}_{joint}": place for joint, place in limb.items()}
    return {name: (foot_x + turn * x * unit, foot_y - y * unit) for name, (x, y) in found.items()}


def hand_of(wrist: tuple[float, float], unit: float, turn: float) -> Points:
    found = [wrist]
    for finger in range(5):
        angle = -0.7 + 0.33 * finger
        for joint in range(1, 5):
            far = unit * (0.2 + 0.12 * joint) * (0.8 if finger == 0 else 1)
            found.append((wrist[0] + turn * math.sin(angle) * far, wrist[1] + math.cos(angle) * far))
    return points(Point(x, y, (0, 0, 1), "seen") for x, y in found)


def face_of(nose: tuple[float, float], unit: float, turn: float) -> Points:
    """68 points of iBUG 300-W, roughly."""
    found = [(math.cos(math.pi * (1 - i / 16)), 0.1 - 1.1 * math.sin(math.pi * i / 16)) for i in range(17)]
    found += [(side * 0.5 + (i - 2) * 0.17, 0.62 - abs(i - 2) * 0.03) for side in (-1, 1) for i in range(5)]
    found += [(0.0, 0.4 - 0.15 * i) for i in range(4)] + [((i - 2) * 0.12, -0.2) for i in range(5)]
    for x, y, wide, high, count in (
        *((-0.45, 0.4, 0.15, 0.06, 6), (0.45, 0.4, 0.15, 0.06, 6)),
        *((0.0, -0.5, 0.35, 0.15, 12), (0.0, -0.5, 0.25, 0.07, 8)),
    ):
        turns = (2 * math.pi * i / count for i in range(count))
        found += [(x + wide * math.cos(angle), y + high * math.sin(angle)) for angle in turns]
    place = ((nose[0] + turn * x * 0.42 * unit, nose[1] - y * 0.5 * unit) for x, y in found)
    return points(Point(x, y, (0, 0, 1), "seen", True) for x, y in place)


def walker(
    x: float, foot: float, tall: float, phase: float = 0.9, turn: float = 1.0, name: str = "a", depth: float = 3.0
) -> PersonPose:
    """A person `tall` pixels high with hands and a face, whose feet stand at (x, foot)."""
    unit = tall / 7.6
    found = joints_of(x, foot, unit, phase, turn)
    head = ("nose", "r_eye", "l_eye", "r_ear", "l_ear")
    joints = {joint: Point(*place, (0, 0, depth), "seen", joint in head) for joint, place in found.items()}
    return PersonPose(
        id=name,
        depth=depth,
        joints=joint_points(joints),
        left_hand=hand_of(found["l_wrist"], unit, turn),
        right_hand=hand_of(found["r_wrist"], unit, turn),
        face=face_of(found["nose"], unit, turn),
    )


def crowd(width: int, height: int, count: int) -> list[PersonPose]:
    """People of different size side by side, who overlap in a high picture and fill a wide one."""
    tall = min(height * 0.88, width * 0.75)
    return [
        walker(
            width * (0.5 if count == 1 else 0.3 + 0.4 * index / (count - 1)),
            height * 0.94,
            tall * (1, 0.8, 0.9)[index % 3],
            0.9 + 1.3 * index,
            -1 if index % 3 == 1 else 1,
            name=str(index),
            depth=3 + index,
        )
        for index in range(count)
    ]


# -- the plain drawing ----------------------------------------------------------------------------------

LIMBS = "2-3 2-6 3-4 4-5 6-7 7-8 2-9 9-10 10-11 2-12 12-13 13-14 2-1 1-15 15-17 1-16 16-18 14-19 11-20"
COLOURS = "ff0000 ff5500 ffaa00 ffff00 aaff00 55ff00 00ff00 00ff55 00ffaa 00ffff 00aaff 0055ff 0000ff 5500ff aa00ff "
COLOURS += "ff00ff ff00aa ff0055 c8c800 646400"
RGB = [tuple(bytes.fromhex(colour)) for colour in COLOURS.split()]
Corner = tuple[int, int]
Canvas = np.ndarray


class Rows:
    """How far a shape reaches in each row."""

    def __init__(self) -> None:
        self.reach: dict[int, tuple[int, int]] = {}

    def add(self, x: int, y: int) -> None:
        low, high = self.reach.get(y, (x, x))
        self.reach[y] = (min(low, x), max(high, x))

    def paint(self, canvas: Canvas, colour: Iterable[int]) -> None:
        height, width = canvas.shape[:2]
        for y, (low, high) in self.reach.items():
            if 0 <= y < height and high >= 0 and low < width:
                canvas[y, max(low, 0) : high + 1] = colour


def toward_zero(number: int, by: int) -> int:
    return abs(number) // by * (1 if number >= 0 else -1)


def bresenham(rows: Rows, one: Corner, two: Corner) -> None:
    (x, y), (to_x, to_y) = sorted((one, two))
    wide, high, down = to_x - x, abs(to_y - y), 1 if to_y > y else -1
    steep = high > wide
    major, minor = max(wide, high), min(wide, high)
    if one != (x, y) and wide == 0:  # upright: from the first point on, whichever it is
        (x, y), down = one, -down
    error = major - 2 * minor
    for _ in range(major + 1):
        rows.add(x, y)
        aside = error < 0
        error += (2 * major if aside else 0) - 2 * minor
        x += 1 if aside or not steep else 0
        y += down if aside or steep else 0


def slide(rows: Rows, one: Corner, two: Corner, shift: int) -> None:
    """Where the filling of a polygon stops along an edge."""
    half = (1 << shift) >> 1
    (x, y), (to_x, to_y) = sorted((one, two), key=lambda corner: corner[1])
    y, to_y = (y + half) >> shift, (to_y + half) >> shift
    x, to_x = x << (16 - shift), to_x << (16 - shift)
    if to_y > y:
        step = toward_zero((to_x - x) * 2 + to_y - y, 2 * (to_y - y))
        for row in range(y, to_y):
            rows.add((x + 32768) >> 16, row)
            x += step


def fine(rows: Rows, one: Corner, two: Corner) -> None:
    """The outline between corners in 1/65536 of a pixel."""
    flat = abs(two[0] - one[0]) > abs(two[1] - one[1])
    (u, v), (to_u, to_v) = sorted((corner if flat else corner[::-1] for corner in (one, two)), key=lambda at: at[0])
    slope = toward_zero((to_v - v) << 16, (to_u - u) | 1)
    steps = [(((u + 32768) >> 16) + i, (v + 32768 + i * slope) >> 16) for i in range(((to_u - u) >> 16) + 1)]
    for along, aside in (*steps, ((to_u + 32768) >> 16, (to_v + 32768) >> 16)):
        rows.add(*((along, aside) if flat else (aside, along)))


def sine(angle: int) -> float:
    return float(np.float32(round(math.sin(math.radians(angle)), 7)))


def limb(canvas: Canvas, one: np.ndarray, two: np.ndarray, half: int, colour: Iterable[int]) -> None:
    x, y = int((one[0] + two[0]) / 2), int((one[1] + two[1]) / 2)
    length = int(math.sqrt((one[0] - two[0]) ** 2 + (one[1] - two[1]) ** 2) / 2)
    angle = int(math.degrees(math.atan2(one[1] - two[1], one[0] - two[0]))) % 360
    turn_x, turn_y = sine(90 + angle), sine(angle)
    corners: list[Corner] = []
    for step in range(361):
        along, across = length * sine(90 + step), half * sine(step)
        corners.append((round(x + along * turn_x - across * turn_y), round(y + along * turn_y + across * turn_x)))
    rows = Rows()
    for start, end in zip(corners, [*corners[1:], corners[0]], strict=True):
        bresenham(rows, start, end)
        slide(rows, start, end, 0)
    rows.paint(canvas, colour)


def disc(canvas: Canvas, at: np.ndarray, radius: int, colour: Iterable[int]) -> None:
    x, y = int(at[0]), int(at[1])
    rows, far, near, error = Rows(), radius, 0, 0
    while far >= near:
        for wide, down in ((far, near), (near, far)):
            for column in (x - wide, x + wide):
                rows.add(column, y - down)
                rows.add(column, y + down)
        near, error = near + 1, error + 2 * near + 1
        if error > 0:
            far, error = far - 1, error - (2 * far - 1)
    rows.paint(canvas, colour)


def line(canvas: Canvas, one: np.ndarray, two: np.ndarray, wide: int, colour: Iterable[int]) -> None:
    (x, y), (to_x, to_y) = (int(one[0]), int(one[1])), (int(two[0]), int(two[1]))
    rows = Rows()
    if wide == 1:
        bresenham(rows, (x, y), (to_x, to_y))
        return rows.paint(canvas, colour)
    length = math.hypot(x - to_x, y - to_y)
    if length:
        half = (wide * 32768 + (wide % 2) * 32768) / length
        right, down = round((to_y - y) * half), round((x - to_x) * half)
        x, y, to_x, to_y = x << 16, y << 16, to_x << 16, to_y << 16
        quad = [(x + right, y + down), (x - right, y - down), (to_x - right, to_y - down), (to_x + right, to_y + down)]
        for start, end in zip(quad, [*quad[1:], quad[0]], strict=True):
            fine(rows, start, end)
            slide(rows, start, end, 16)
        rows.paint(canvas, colour)
    for tip in (one, two):
        disc(canvas, tip, (wide * 32768 + 32768) >> 16, colour)
    return None


Shown = tuple[np.ndarray, list[bool]]


def shown(part: Points, size: tuple[int, int], scale: np.ndarray) -> Shown:
    at = np.array(part.pixels).reshape(-1, 2)
    drawn = [
        letter in "so" and 0 <= x <= size[0] and 0 <= y <= size[1]
        for (x, y), letter in zip(at, part.visible, strict=True)
    ]
    return at * scale, drawn


def limbs(canvas: Canvas, people: list[Shown], count: int, half: int, dim: float) -> None:
    for colour, pair in zip(RGB, LIMBS.split()[:count], strict=False):
        one, two = (int(joint) - 1 for joint in pair.split("-"))
        for at, drawn in people:
            if drawn[one] and drawn[two]:
                limb(canvas, at[one], at[two], half, [int(value * dim) for value in colour])


def joints(canvas: Canvas, people: list[Shown], count: int, radius: int) -> None:
    for joint in range(count):
        for at, drawn in people:
            if drawn[joint]:
                disc(canvas, at[joint], radius, RGB[joint])


def hand(canvas: Canvas, found: Shown, wide: int, radius: int) -> None:
    at, drawn = found
    drawn = [here and int(x) > 0 and int(y) > 0 for here, (x, y) in zip(drawn, at, strict=True)]
    edges = [
        (0 if joint == 1 else joint - 1 + 4 * finger, joint + 4 * finger)
        for finger in range(5)
        for joint in (1, 2, 3, 4)
    ]
    for index, (one, two) in enumerate(edges):
        if drawn[one] and drawn[two]:
            colour = [round(value * 255) for value in colorsys.hsv_to_rgb(index / 20, 1, 1)]
            line(canvas, at[one], at[two], wide, colour)
    for here, point in zip(drawn, at, strict=True):
        if here:
            disc(canvas, point, radius, (0, 0, 255))


def face(canvas: Canvas, found: Shown) -> None:
    for here, point in zip(found[1], found[0], strict=True):
        if here and int(point[0]) > 0 and int(point[1]) > 0:
            disc(canvas, point, 3, (255, 255, 255))


@functools.cache
def weights(source: int, target: int, kind: str) -> np.ndarray:
    """The matrix (target, source) that resizes one side."""
    found = np.zeros((target, source))
    for new in range(target):
        if kind == "area":
            begin, end = new * source / target, (new + 1) * source / target
            for old in range(int(begin), min(source, math.ceil(end))):
                found[new, old] = (min(end, old + 1) - max(begin, old)) * target / source
        elif kind == "lanczos":
            at = (new + 0.5) * source / target - 0.5
            base = math.floor(at)
            taps = [np.sinc(at - old) * np.sinc((at - old) / 4) for old in range(base - 3, base + 5)]
            for tap, old in zip(taps, range(base - 3, base + 5), strict=True):
                found[new, min(max(old, 0), source - 1)] += tap / sum(taps)
        else:
            base = new * source // target
            part = new + 1 - (base + 1) * target / source
            part = part % 1 if part > 0 else 0.0
            found[new, base] += 1 - part
            found[new, min(base + 1, source - 1)] += part
    return found


def resized(canvas: Canvas, width: int, height: int) -> Canvas:
    rows, columns = canvas.shape[:2]
    kind = "lanczos" if width * height > rows * columns else "area" if columns >= width and rows >= height else "blend"
    across, down = weights(columns, width, kind), weights(rows, height, kind)
    planes = [down @ canvas[..., channel] @ across.T for channel in range(3)]
    return np.clip(np.rint(np.stack(planes, axis=2)), 0, 255).astype(np.uint8)


def reference(people: list[PersonPose], width: int, height: int, style: Style, hands: bool, faces: bool) -> Canvas:
    """The picture, drawn in the plainest way."""
    people, vace = far_to_near(people), style == "vace"
    size = (width, height)
    if vace:
        factor = 1024 / min(size)
        size = (int(np.round(width * factor / 64)) * 64, int(np.round(height * factor / 64)) * 64)
    canvas, scale = np.zeros((size[1], size[0], 3), np.uint8), np.array(size) / (width, height)
    bodies = [shown(person.joints, (width, height), scale) for person in people]
    left, right, front = (
        [shown(part, (width, height), scale) for person in people if (part := getattr(person, name))]
        for name in ("left_hand", "right_hand", "face")
    )
    if vace:
        limbs(canvas, bodies, 17, 4, 1)
        canvas = (canvas * 0.6).astype(np.uint8)
        joints(canvas, bodies, 18, 4)
        for found in (left + right) if hands else []:
            hand(canvas, found, 2, 4)
        for found in front if faces else []:
            face(canvas, found)
        return resized(canvas[..., ::-1], width, height)
    toes = style == "wan-animate"
    half = max(int(min(size) / 200) - 1, 1) if toes else 4
    for index, body in enumerate(bodies):
        limbs(canvas, [body], 19 if toes else 17, half, 0.6)
        joints(canvas, [body], 20 if toes else 18, half)
        for side in (left, right) if hands else ():
            hand(canvas, side[index], max(half // 2, 1) if toes else 2, max(half // 2, 1) if toes else 4)
        if faces and not toes:
            face(canvas, front[index])
    return canvas

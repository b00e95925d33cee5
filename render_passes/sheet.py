"""Asset sheets drawn: the asset alone, its views at one scale, in soft light that is the same in all of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..core.sheet import SheetKind
from ..media.asset_sheet import Panel, Place, Rect, Ruler, Sheet, cut_out, elevations, metres, shape_for
from .geometry import Instance, boxes_of
from .light import Look, ShadowFrame, fit
from .raster import SHADOW_SIZE, Raster, Uploads
from .sheet_model import AROUND, Model

__all__ = ["Drawing", "Drawn", "draw_sheet"]

Floats = NDArray[np.float64]
Picture = NDArray[np.uint8]

_TURN = (("front", 0.0), ("three-quarter", 45.0), ("side", 90.0), ("three-quarter back", 135.0), ("back", 180.0))
"""Views of a turnaround, and degrees that the camera goes around, to the asset's left."""
_KEY = (-0.45, 0.75, 0.9)
"""Towards the light, to the right, up and back of each camera: what is shown is lit the same from all sides."""
_LINE = 0.34
"""How dark the lines are that keep pale shapes apart from a white ground."""
_MOST_PIXELS = 24_000_000
"""Of one drawing before it is made smaller."""
_EDGE = 0.012
"""Room beside a view, in parts of the asset's size."""
_CONTEXT, _ROOM = 0.28, 1.5
"""In context: tangent of half the angle of view, and how much more than the asset is seen around it."""
_CLOSE = 0.3
"""What a macro shows, in parts of the asset."""
_SPECK = 0.003
"""Part of a macro that a piece has to fill to count."""
_TALL = 0.7
"""Shape of a sheet of views."""
_PROBE = (160, 96)
_WIDE = 74.0
"""Degrees across of a wide view: a 24 mm lens on 36 mm."""
_EYE_HEIGHT = 1.6
_CORNERS = (("front left", 1, -1), ("front right", -1, -1), ("back left", 1, 1), ("back right", -1, 1))
"""Corners to look from, as the place itself looks ahead: to its left, to its back."""


@dataclass(frozen=True)
class Eye:
    """A camera. Axes of the model: x to its left, -y ahead, z up; metres."""

    view: Floats
    projection: Floats


def _basis(around: float, above: float = 0.0) -> Floats:
    """Rows right, up and back of a camera that looks at the model's middle from these degrees around and above."""
    a, e = math.radians(around), math.radians(above)
    right = np.array((math.cos(a), math.sin(a), 0.0))
    back = np.array((math.sin(a) * math.cos(e), -math.cos(a) * math.cos(e), math.sin(e)))
    return np.stack((right, np.cross(back, right), back))


def _flat(basis: Floats, low: Sequence[float], high: Sequence[float], near: float, far: float) -> Eye:
    """Without perspective, from `low` to `high` in the camera's right and up; `near` and `far` along its back."""
    pad = 0.05 * (near - far) + 0.01
    view = np.eye(4)
    view[:3, :3] = basis
    # Depth is counted from the camera, and what lies behind it is nothing.
    view[2, 3] = -(near + 2 * pad)
    near, far = pad, near - far + 4 * pad
    lens = np.eye(4)
    for axis in (0, 1):
        lens[axis, axis] = 2 / (high[axis] - low[axis])
        lens[axis, 3] = -(high[axis] + low[axis]) / (high[axis] - low[axis])
    lens[2, 2], lens[2, 3] = -2 / (far - near), -(far + near) / (far - near)
    return Eye(view, lens)


def _deep(basis: Floats, place: Floats, half: tuple[float, float], near: float, far: float) -> Eye:
    """With perspective from a place; `half` is the tangent of half the angle across and up."""
    view = np.eye(4)
    view[:3, :3] = basis
    view[:3, 3] = -basis @ place
    lens = np.zeros((4, 4))
    lens[0, 0], lens[1, 1] = 1 / half[0], 1 / half[1]
    lens[2, 2], lens[2, 3], lens[3, 2] = -(far + near) / (far - near), -2 * far * near / (far - near), -1.0
    return Eye(view, lens)


class Drawing:
    """Draws a model; call `free` when done."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.points = model.points()
        self.low, self.high = self.points.min(axis=0), self.points.max(axis=0)
        self.size = float((self.high - self.low).max())
        self.height = float(self.high[2])
        self._uploads = Uploads()
        self._corners = boxes_of(model.parts).reshape(-1, 3)

    def free(self) -> None:
        """Give the graphics memory back."""
        self._uploads = Uploads()

    def extent(self, basis: Floats) -> tuple[Floats, Floats]:
        """Lowest and highest of the asset to the right, up and back of a camera."""
        turned = self.points @ basis.T
        return turned.min(axis=0), turned.max(axis=0)

    def picture(self, eye: Eye, size: tuple[int, int], parts: Sequence[Instance] | None = None) -> Picture:
        """RGBA (h, w, 4) of `size`, straight alpha: drawn larger, then made smaller.

        `parts`: of the asset and around it, when it is to cast its shadow there.
        """
        parts = self.model.parts if parts is None else parts
        times = max(1, min(3, int(math.sqrt(_MOST_PIXELS / (size[0] * size[1])))))
        large = (size[0] * times, size[1] * times)
        raster = Raster(*large, frozenset({"clay"}), self._uploads)
        try:
            look, shadow = self._look(eye, parts, parts is not self.model.parts)
            buffers = raster.draw(parts, eye.view, eye.projection, look, shadow)
        finally:
            raster.free()
        assert buffers.clay is not None
        ink = 1.0 - _LINE * (buffers.clay[:, :, 3:].astype(np.float32) / 255.0)
        shaded = (buffers.clay[:, :, :3] * ink + 0.5).astype(np.uint8)
        return cut_out(shaded, buffers.depth > 0, size)

    def _look(self, eye: Eye, parts: Sequence[Instance], casts: bool = False) -> tuple[Look, ShadowFrame]:
        """Soft light over the camera's left shoulder; unless the asset `casts`, nothing has a shadow."""
        key = np.array(_KEY) @ eye.view[:3, :3]
        key /= np.linalg.norm(key)
        colours = self.model.colours
        look = Look(
            key=key,
            colours=colours,
            key_strength=0.6,
            background=(1.0, 1.0, 1.0, 1.0),
            ambient=(0.045 * self.size, 1.1, 0.4, 0.6),
        )
        if not casts:
            return look, fit(key, self._corners, self._corners, SHADOW_SIZE, sorted({part.object_id for part in parts}))
        middle = np.array((0.0, 0.0, self.height / 2))
        seen = middle + (self._corners - middle) * 2.2
        return look, fit(key, seen, self._corners, SHADOW_SIZE, [AROUND])

    def lines(self, eye: Eye, size: tuple[int, int]) -> Floats:
        """How much of a line each pixel is, (h, w), 0 to 1."""
        raster = Raster(*size, frozenset({"clay"}), self._uploads)
        try:
            drawn = raster.draw(self.model.parts, eye.view, eye.projection, *self._look(eye, self.model.parts)).lines
        finally:
            raster.free()
        assert drawn is not None
        return drawn / 255.0

    def ids(self, eye: Eye, size: tuple[int, int], parts: Sequence[Instance]) -> NDArray[np.int64]:
        """The number of the piece that each pixel shows (`Instance.asset_id`), (h, w); 0 for nothing."""
        raster = Raster(*size, frozenset({"ids"}), self._uploads)
        try:
            found = raster.draw(parts, eye.view, eye.projection).ids
        finally:
            raster.free()
        assert found is not None
        return found[:, :, 1].astype(np.int64)


# -- sheets -----------------------------------------------------------------------------------------


@dataclass
class Drawn:
    """A sheet before its words."""

    sheet: Sheet
    panels: list[Panel]
    rulers: list[Ruler]
    notes: list[str]


def draw_sheet(drawing: Drawing, kind: SheetKind, width: int) -> Drawn:
    """The panels of a sheet of `width` pixels."""
    match kind:
        case "turnaround":
            return _turnaround(drawing, width)
        case "two-panel":
            return _two_panel(drawing, Sheet(width))
        case "prop":
            return _prop(drawing, Sheet(width))
        case "views":
            return _views(drawing, Sheet(width, _TALL))


def _standing(
    drawing: Drawing, sheet: Sheet, area: Rect, views: Sequence[tuple[str, float]], rows: int = 2
) -> tuple[list[Panel], list[Ruler]]:
    """Panels of the whole asset without perspective, at one scale."""
    edge = _EDGE * drawing.size
    ends = [drawing.extent(_basis(around)) for _, around in views]
    widths = [float(high[0] - low[0]) + 2 * edge for low, high in ends]
    places, rulers = elevations(sheet, area, widths, drawing.height + edge, rows)
    panels: list[Panel] = []
    for (label, around), (low, high), place in zip(views, ends, places, strict=True):
        eye = _flat(
            _basis(around), (low[0] - edge, 0.0), (high[0] + edge, drawing.height + edge), float(high[2]), float(low[2])
        )
        panels.append(Panel(drawing.picture(eye, place.rect[2:]), place, label))
    rulers = [Ruler(each.left, each.right, each.ground, each.pixels, drawing.height) for each in rulers]
    return panels, rulers


def _turnaround(drawing: Drawing, width: int) -> Drawn:
    edge = _EDGE * drawing.size
    ends = [drawing.extent(_basis(around)) for _, around in _TURN]
    widths = [float(high[0] - low[0]) + 2 * edge for low, high in ends]
    sheet = Sheet(width, shape_for(widths, drawing.height + edge))
    return Drawn(sheet, *_standing(drawing, sheet, sheet.stage, _TURN), [])


def _two_panel(drawing: Drawing, sheet: Sheet) -> Drawn:
    left, top, width, height = sheet.stage
    square = height - sheet.label
    body, rulers = _standing(
        drawing, sheet, (left, top, width - square - sheet.gap, height), (("full body, front", 0.0),), 1
    )
    place = Place((left + width - square, top, square, square), top + square)
    eye, notes = _face(drawing)
    face = Panel(drawing.picture(eye, (square, square)), place, "face", framed=True)
    return Drawn(sheet, [*body, face], rulers, notes)


def _face(drawing: Drawing) -> tuple[Eye, list[str]]:
    """Straight at the face, at eye height and from far: what is above the chin, and the collar."""
    body = drawing.model.body
    joints = body.joints if body else {}
    points = drawing.points
    notes: list[str] = []
    around = 0.0
    if body and {"chin", "head_top"} <= joints.keys():
        chin, crown = np.array(joints["chin"]), np.array(joints["head_top"])
        tall = float(np.linalg.norm(crown - chin))
        middle = (chin + crown) / 2
        near = np.linalg.norm(points[:, :2] - middle[:2], axis=1) < 1.25 * tall
        own = points[near & (points[:, 2] > min(chin[2], crown[2]))]
        if body.facing is not None and math.hypot(body.facing[0], body.facing[1]) > 0.2:
            around = math.degrees(math.atan2(body.facing[0], -body.facing[1]))
        floor = float(min(chin[2], crown[2])) - 0.45 * tall
    else:
        notes.append("No head was found in its rig, so that the face is its upper part.")
        tall = 0.22 * drawing.height
        own = points[points[:, 2] > drawing.height - tall]
        middle = (own.min(axis=0) + own.max(axis=0)) / 2
        floor = drawing.height - 1.2 * tall
    basis = _basis(around)
    turned = own @ basis.T
    top = float(own[:, 2].max()) + 0.12 * tall
    across = max(top - floor, 1.16 * float(turned[:, 0].max() - turned[:, 0].min()))
    middle = np.array((*middle[:2], floor + across / 2 if across == top - floor else (floor + top) / 2))
    side = float(turned[:, 0].max() + turned[:, 0].min()) / 2
    middle = middle + basis[0] * (side - float(middle @ basis[0]))
    far = 5.0 * across
    tangent = across / 2 / far
    return _deep(basis, middle + basis[2] * far, (tangent, tangent), 0.2 * far, far + 3 * drawing.size), notes


def _prop(drawing: Drawing, sheet: Sheet) -> Drawn:
    left, top, width, height = sheet.stage
    column = (width - 2 * sheet.gap) // 3
    tall = height - sheet.label
    wide = f"face-on, {metres(float(drawing.high[0] - drawing.low[0]))} wide"
    middle, rulers = _standing(drawing, sheet, (left + column + sheet.gap, top, column, height), ((wide, 0.0),), 1)
    ends = [Place((left + number * (column + sheet.gap), top, column, tall), top + tall) for number in (0, 2)]
    around, eye = _in_context(drawing, column / tall)
    parts = [*drawing.model.parts, *around]
    context = Panel(drawing.picture(eye, (column, tall), parts), ends[0], "in context", framed=True)
    macro = Panel(drawing.picture(_macro(drawing, column / tall), (column, tall)), ends[1], "macro", framed=True)
    notes = [] if around else ["Nothing stands around it: in context it is alone."]
    return Drawn(sheet, [context, *middle, macro], rulers, notes)


def _in_context(drawing: Drawing, shape: float) -> tuple[list[Instance], Eye]:
    """What stands around the asset, and the camera that sees most of it; `shape` is width by height of its picture."""
    middle = np.array((0.0, 0.0, drawing.height / 2))
    reach = float(np.linalg.norm(drawing.high - drawing.low)) / 2
    half = (_CONTEXT * shape / max(1.0, shape), _CONTEXT / max(1.0, shape))
    far = _ROOM * reach / min(half)
    best: tuple[float, Eye] | None = None
    for around in (-30.0, 30.0, 0.0, -60.0, 60.0, -90.0, 90.0, 150.0, -150.0, 180.0):
        basis = _basis(around, 16.0)
        eye = _deep(basis, middle + basis[2] * far, half, 0.05 * far, 60.0 * far)
        alone = drawing.ids(eye, _PROBE, drawing.model.parts) > 0
        seen = drawing.ids(eye, _PROBE, [*drawing.model.parts, *drawing.model.around]) > AROUND
        part = float(seen.sum()) / max(1, int(alone.sum()))
        if best is None or part > best[0] + 0.05:
            best = part, eye
    assert best is not None
    # Of what is wholly hidden the context would show a wall.
    return (drawing.model.around if best[0] > 0.1 else []), best[1]


def _macro(drawing: Drawing, shape: float) -> Eye:
    """Close to where there is most to see: the window with most lines of a three-quarter view."""
    basis = _basis(-28.0, 30.0)
    low, high = drawing.extent(basis)
    size = high[:2] - low[:2]
    window = _CLOSE * max(float(size[1]), float(size[0]) / shape)
    pixel = max(float(size.max()) / 320, 1e-9)
    cells = (max(1, round(float(size[0]) / pixel)), max(1, round(float(size[1]) / pixel)))
    whole = _flat(basis, low.tolist(), high.tolist(), float(high[2]), float(low[2]))
    drawn = drawing.lines(whole, cells)
    pieces = drawing.ids(whole, cells, drawing.model.parts)
    box = (max(1, round(window / pixel)), max(1, round(window * shape / pixel)))
    row, column = _busiest(drawn, pieces, box)
    middle = np.array((low[0] + column * pixel, high[1] - row * pixel))
    half = np.array((window * shape, window)) / 2
    return _flat(basis, (middle - half).tolist(), (middle + half).tolist(), float(high[2]), float(low[2]))


def _busiest(drawn: Floats, pieces: NDArray[np.int64], box: tuple[int, int]) -> tuple[float, float]:
    """Middle (row, column) of the window of `box` (rows, columns) with most pieces and lines.

    Pieces count more: a row of slats has lines enough. Of equal ones, the innermost.
    """
    rows, columns = drawn.shape
    high, wide = min(box[0], rows), min(box[1], columns)

    def sums(values: Floats) -> Floats:
        total = np.pad(values.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
        return total[high:, wide:] - total[:-high, wide:] - total[high:, :-wide] + total[:-high, :-wide]

    score = sums(drawn)
    score /= max(float(score.max()), 1.0)
    numbers = [number for number in np.unique(pieces).tolist() if number]
    for number in numbers:
        score += 2.0 / len(numbers) * (sums((pieces == number).astype(np.float64)) > _SPECK * high * wide)
    y, x = np.mgrid[: score.shape[0], : score.shape[1]]
    off = np.hypot(y + high / 2 - rows / 2, x + wide / 2 - columns / 2)
    best = np.unravel_index(np.argmax(score - 0.1 * off / max(rows, columns)), score.shape)
    return float(best[0] + high / 2), float(best[1] + wide / 2)


def _views(drawing: Drawing, sheet: Sheet) -> Drawn:
    left, top, width, height = sheet.stage
    column, row = (width - sheet.gap) // 2, (height + sheet.gap // 2) // 2
    tall = row - sheet.label - sheet.gap // 2
    panels: list[Panel] = []
    for number, (label, across, along) in enumerate(_CORNERS):
        at = left + (number % 2) * (column + sheet.gap), top + (number // 2) * row
        place = Place((*at, column, tall), at[1] + tall)
        eye = _from_corner(drawing, across, along, column / tall)
        panels.append(Panel(drawing.picture(eye, (column, tall)), place, label, framed=True))
    return Drawn(sheet, panels, [], [])


def _from_corner(drawing: Drawing, across: float, along: float, shape: float) -> Eye:
    """At a person's eye height in a corner, looking to the one opposite; a little further in where it is blocked."""
    half = (math.tan(math.radians(_WIDE / 2)), math.tan(math.radians(_WIDE / 2)) / shape)
    best: tuple[float, Eye] | None = None
    for inset in (0.05, 0.1, 0.16, 0.22):
        place = np.array(((0.5 - inset) * across, (0.5 - inset) * along, 0.0)) * 2
        place = place * np.abs((drawing.high - drawing.low) / 2)
        place[2] = min(_EYE_HEIGHT, 0.6 * drawing.height)
        basis = _basis(math.degrees(math.atan2(place[0], -place[1])))
        reach = float(np.hypot(place[0], place[1]))
        eye = _deep(basis, place, half, 0.002 * reach, 8 * reach + drawing.size)
        near = _deep(basis, place, half, 0.002 * reach, 0.25 * reach)
        blocked = float((drawing.ids(near, _PROBE, drawing.model.parts) > 0).mean())
        if best is None or blocked < best[0] - 0.05:
            best = blocked, eye
    assert best is not None
    return best[1]

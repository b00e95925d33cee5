"""One storyboard panel: the drawn picture with frames, arrows of the camera's moves and people's ways."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from ...core.storyboard import Flat, Mark, Panel, Trail

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

    from .letters import Letters

    Picture = NDArray[np.uint8]

__all__ = ["FINER", "GAP", "INK", "TRAIL", "draw_panel", "picture_size", "width_of"]

FINER = 2
"""Pictures and shapes are drawn this much larger than the page: Pillow draws no soft edges."""
GAP = 20
"""Between the two pictures of a pair, in pixels of the page."""
INK, TRAIL, _WHITE = (24, 24, 26), (224, 92, 16), (255, 255, 255)
_LINE, _HALO = 4, 4
"""Width of frames and curves, and of the white around them."""
_SHAFT, _HEAD = 18, 44
"""Thickness of a block arrow and of its head."""
_TEXT = 23
_FADED = 0.55
"""Of the light that is missing to white, how much is added outside both frames."""
_VEIL = 0.5
"""Of the picture under the subject at its end, how much is white."""
_DASH, _SPACE = 22, 13
_EDGE = 0.02
"""A way that begins this near to the picture's edge comes from outside."""

Place = Callable[[Flat], Flat]


def width_of(panel: Panel, aspect: float, height: int) -> int:
    """Pixels that a panel is wide at a height. `aspect`: the shot's width over its height."""
    if panel.kind == "pair":
        return 2 * round(aspect * height) + GAP
    left, low, right, high = panel.bounds
    return round(aspect * (right - left) / (high - low) * height)


def picture_size(panel: Panel, aspect: float, height: int) -> tuple[int, int]:
    """Size of each picture to draw for a panel of this height on the page, even numbers."""
    wide = round(aspect * height) if panel.kind == "pair" else width_of(panel, aspect, height)
    return max(2, wide * FINER // 2 * 2), max(2, height * FINER // 2 * 2)


def draw_panel(panel: Panel, pictures: Sequence[Picture], size: tuple[int, int], letters: Letters) -> Image:
    """The panel, RGB of `size` pixels. `pictures`: grey (h, w) uint8, one, or start and end of a pair, or start
    and ghost: the subject at the end, 255 elsewhere."""
    from PIL import Image
    from PIL.ImageDraw import Draw

    canvas = Image.new("RGB", (size[0] * FINER, size[1] * FINER), _WHITE)
    each = (size[0] - GAP) // 2 if panel.kind == "pair" else size[0]
    places = [(0, each)] if panel.kind != "pair" else [(0, each), (size[0] - each, each)]
    for (left, wide), picture in zip(places, pictures, strict=False):
        image = Image.fromarray(picture).resize((wide * FINER, size[1] * FINER), Image.Resampling.LANCZOS)
        if panel.kind == "wide":
            image = _faded(image, panel, _placing(panel.bounds, (left, wide, size[1]), FINER))
        image = image.convert("RGB")
        canvas.paste(_haunted(image, pictures[1]) if panel.ghost else image, (left * FINER, 0))
    fine = [_placing(panel.bounds, (left, wide, size[1]), FINER) for left, wide in places]
    pen = _Pen(Draw(canvas), FINER)
    for (left, wide), place, trails in zip(places, fine, (panel.trails, panel.end_trails), strict=False):
        for trail in trails:
            pen.trail(trail, place, panel.bounds)
        pen.box(left, 0, left + wide, size[1], dashed=left > 0)
    pen.frames(panel, fine[0])
    for mark in panel.marks:
        pen.mark(mark, panel, fine[0])
    image = canvas.resize(size, Image.Resampling.BOX)
    _words(
        Draw(image),
        panel,
        [_placing(panel.bounds, (left, wide, size[1]), 1) for left, wide in places],
        places[0][1],
        letters,
    )
    return image


def _placing(bounds: tuple[float, float, float, float], at: tuple[int, int, int], scale: int) -> Place:
    """From places in the start's picture to pixels."""
    left, low, right, high = bounds
    x, wide, tall = at
    return lambda point: (
        scale * (x + (point[0] - left) / (right - left) * wide),
        scale * (high - point[1]) / (high - low) * tall,
    )


def _faded(image: Image, panel: Panel, place: Place) -> Image:
    """Lighter where neither frame is."""
    from PIL import Image
    from PIL.ImageDraw import Draw

    mask = Image.new("L", image.size, round(255 * _FADED))
    for frame in filter(None, (_UNIT, panel.end)):
        Draw(mask).polygon([place(corner) for corner in frame], fill=0)
    return Image.composite(Image.new("L", image.size, 255), image, mask)


def _haunted(image: Image, ghost: Picture) -> Image:
    """With the subject where it ends: a light body, its lines in the colour of ways."""
    import numpy as np
    from PIL import Image, ImageChops, ImageFilter

    size = image.size
    body = Image.fromarray(np.where(ghost < 255, 255, 0).astype(np.uint8)).resize(size, Image.Resampling.BILINEAR)
    ink = Image.fromarray(np.where(ghost < 255, 255 - ghost, 0).astype(np.uint8)).resize(size, Image.Resampling.LANCZOS)
    veil = body.point([round(level * _VEIL) for level in range(256)])
    image = Image.composite(Image.new("RGB", size, _WHITE), image, veil)
    lines = ink.point([max(0, min(255, (level - 120) * 3)) for level in range(256)]).filter(ImageFilter.MaxFilter(3))
    lines = ImageChops.lighter(lines, ImageChops.difference(body.filter(ImageFilter.MaxFilter(7)), body))
    return Image.composite(Image.new("RGB", size, TRAIL), image, lines)


_UNIT = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
_OFF = 0.84
_OUT = {"left": (-1.0, 0.0), "right": (1.0, 0.0), "up": (0.0, 1.0), "down": (0.0, -1.0)}


class _Pen:
    """Shapes, each with white around it so that it reads over any tone."""

    def __init__(self, on: ImageDraw, scale: int) -> None:
        self._on, self._k = on, scale

    def box(self, left: float, top: float, right: float, bottom: float, dashed: bool) -> None:
        """The picture's edge."""
        k, half = self._k, _LINE / 2
        if not dashed:
            self._on.rectangle((left * k, top * k, right * k - 1, bottom * k - 1), outline=INK, width=3 * k)
            return
        across, up = ((left + half) * k, (right - half) * k), ((top + half) * k, (bottom - half) * k)
        self._closed([(across[0], up[0]), (across[1], up[0]), (across[1], up[1]), (across[0], up[1])], True)

    def frames(self, panel: Panel, place: Place) -> None:
        """The start's frame solid, the end's dashed."""
        if panel.kind != "wide" or panel.end is None:
            return
        if panel.bounds != (0.0, 0.0, 1.0, 1.0):
            self._closed([place(corner) for corner in _UNIT], False)
        self._closed([place(corner) for corner in panel.end], True)

    def _closed(self, points: list[Flat], dashed: bool) -> None:
        k = self._k
        around = [*points, points[0]]
        self._on.line(around, fill=_WHITE, width=(_LINE + _HALO) * k, joint="curve")
        for a, b in pairwise(around):
            for start, end in _dashes(a, b, _DASH * k, _SPACE * k) if dashed else [(a, b)]:
                self._on.line((*start, *end), fill=INK, width=_LINE * k)

    def trail(self, trail: Trail, place: Place, bounds: tuple[float, float, float, float]) -> None:
        """Somebody's way: a curve to an arrowhead, from a dot where it begins in the picture."""
        k = self._k
        points = [place(point) for point in trail.points]
        self._curve(points, TRAIL, _LINE + 1)
        x, y = trail.points[0]
        if min(x - bounds[0], bounds[2] - x, y - bounds[1], bounds[3] - y) < _EDGE:
            return
        x, y = points[0]
        for radius, colour in ((9, _WHITE), (6, TRAIL)):
            self._on.ellipse((x - radius * k, y - radius * k, x + radius * k, y + radius * k), fill=colour)

    def _curve(self, points: list[Flat], colour: tuple[int, int, int], width: int) -> None:
        k = self._k
        head = 22 * k
        tip, neck = points[-1], _before(points, head)
        shaft = [point for point in points if math.dist(point, tip) > head * 0.8] or [points[0]]
        for wide, fill in ((width + 2 * _HALO, _WHITE), (width, colour)):
            self._on.line([*shaft, neck], fill=fill, width=wide * k, joint="curve")
            self._head(neck, tip, (13 + (wide - width) / 2) * k, (wide - width) / 2 * k, fill)

    def _head(self, neck: Flat, tip: Flat, half: float, more: float, fill: tuple[int, int, int]) -> None:
        long = math.dist(neck, tip) or 1.0
        ux, uy = (tip[0] - neck[0]) / long, (tip[1] - neck[1]) / long
        bx, by = neck[0] - ux * more, neck[1] - uy * more
        self._on.polygon(
            [(tip[0] + ux * 2 * more, tip[1] + uy * 2 * more), (bx - uy * half, by + ux * half)]
            + [(bx + uy * half, by - ux * half)],
            fill=fill,
        )

    # -- the camera --------------------------------------------------------------------------------

    def mark(self, mark: Mark, panel: Panel, place: Place) -> None:
        """The arrow of a move."""
        way = _way(mark, panel)
        if way is not None:
            self._block(place(way[0]), place(way[1]), mark.travels)
        elif mark.kind in ("arc", "roll"):
            points = [place(point) for point in _bow(mark)]
            self._curve(points, INK, 10 if mark.travels else 5)
        elif mark.kind == "handheld":
            waves = [place((0.03 + 0.0012 * i, 0.945 + 0.018 * math.sin(i / 5))) for i in range(126)]
            self._on.line(waves, fill=_WHITE, width=(_LINE + _HALO) * self._k, joint="curve")
            self._on.line(waves, fill=INK, width=_LINE * self._k, joint="curve")
        else:
            for start, end in _corners(mark, panel):
                self._small(place(start), place(end), mark.travels)

    def _block(self, start: Flat, end: Flat, full: bool) -> None:
        """A block arrow: dark where the camera travels, white where it turns."""
        k = self._k
        long = math.dist(start, end) or 1.0
        ux, uy = (end[0] - start[0]) / long, (end[1] - start[1]) / long
        neck = max(0.35 * long, long - _HEAD * 0.9 * k)

        def at(along: float, aside: float) -> Flat:
            return start[0] + ux * along - uy * aside, start[1] + uy * along + ux * aside

        s, h = _SHAFT / 2 * k, _HEAD / 2 * k
        shape = [at(0, s), at(neck, s), at(neck, h), at(long, 0), at(neck, -h), at(neck, -s), at(0, -s)]
        self._on.line([*shape, shape[0], shape[1]], fill=_WHITE, width=(_LINE + 2 * _HALO) * k, joint="curve")
        self._on.polygon(shape, fill=INK if full else _WHITE)
        self._on.line([*shape, shape[0], shape[1]], fill=INK, width=_LINE * k, joint="curve")

    def _small(self, start: Flat, end: Flat, full: bool) -> None:
        """An arrow at a corner."""
        long = math.dist(start, end)
        least = 34 * self._k
        if long < least:  # around its middle, so that it is seen
            ux, uy = ((end[0] - start[0]) / long, (end[1] - start[1]) / long) if long else (1.0, 0.0)
            middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
            start = middle[0] - ux * least / 2, middle[1] - uy * least / 2
            end = middle[0] + ux * least / 2, middle[1] + uy * least / 2
        self._curve([start, end], INK, 7 if full else 3)


def _way(mark: Mark, panel: Panel) -> tuple[Flat, Flat] | None:
    """Start and tip of a straight arrow at the frame's edge; None for a move that has none."""
    out = _OUT.get(mark.direction)
    if out is None or mark.kind in ("arc", "roll", "handheld", "zoom", "dolly-zoom", "push-in", "pull-out"):
        return None
    x, y = out
    if mark.travels:  # along the upper or the left edge
        return ((0.5 - 0.15 * x, 0.91), (0.5 + 0.15 * x, 0.91)) if x else ((0.07, 0.5 - 0.2 * y), (0.07, 0.5 + 0.2 * y))
    left, low, right, high = panel.bounds
    free = (x > 0 and right > 1.1) or (x < 0 and left < -0.1) or (y > 0 and high > 1.1) or (y < 0 and low < -0.1)
    # From the frame's middle: across its edge, where there is room.
    inner, outer = (0.4, 0.62) if free else (0.18 if y else 0.28, 0.45)
    start, tip = (0.5 + x * inner, 0.5 + y * inner), (0.5 + x * outer, 0.5 + y * outer)
    # Beside the middle, where people are.
    return ((start[0], _OFF), (tip[0], _OFF)) if x else ((_OFF, start[1]), (_OFF, tip[1]))


def _bow(mark: Mark) -> list[Flat]:
    """An arc's curve along the lower edge, a roll's along the upper one."""
    steps = [index / 24 for index in range(25)]
    if mark.kind == "roll":
        points = [(0.38 + 0.24 * t, 0.87 + 0.3 * t * (1 - t)) for t in steps]
        return points if mark.direction == "clockwise" else points[::-1]
    points = [(0.3 + 0.4 * t, 0.14 - 0.36 * t * (1 - t)) for t in steps]
    return points if mark.direction == "right" else points[::-1]


def _corners(mark: Mark, panel: Panel) -> list[tuple[Flat, Flat]]:
    """Small arrows: from the start's corners to the end's; without an end frame inwards or outwards."""
    inwards = mark.direction in ("in", "forward") or mark.kind == "push-in"
    found: list[tuple[Flat, Flat]] = []
    for index, (x, y) in enumerate(_UNIT):
        if panel.kind == "wide" and panel.end is not None:
            end = panel.end[index]
            found.append((_share((x, y), end, 0.12), _share((x, y), end, 0.88)))
            continue
        near, far = (_share((x, y), (0.5, 0.5), part) for part in (0.08, 0.26))
        found.append((near, far) if inwards else (far, near))
    return found


def _share(a: Flat, b: Flat, part: float) -> Flat:
    return a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part


def _before(points: Sequence[Flat], back: float) -> Flat:
    """The last place of a curve that is so far from its end: what wriggles nearer to it says nothing of the way."""
    tip = points[-1]
    for a, b in pairwise(reversed(points)):
        near, far = math.dist(a, tip), math.dist(b, tip)
        if far >= back:
            return _share(a, b, (back - near) / (far - near)) if far > near else b
    return points[0]


def _dashes(a: Flat, b: Flat, dash: float, space: float) -> list[tuple[Flat, Flat]]:
    long = math.dist(a, b)
    count = max(1, round((long + space) / (dash + space)))
    unit = long / (count * dash + (count - 1) * space)
    step = (dash + space) * unit / (long or 1.0)
    return [(_share(a, b, i * step), _share(a, b, i * step + dash * unit / (long or 1.0))) for i in range(count)]


_ASIDE = 0.15
"""How far from a corner the letter of a frame stands: corners have arrows."""


# -- words --------------------------------------------------------------------------------------------


def _words(on: ImageDraw, panel: Panel, places: Sequence[Place], wide: int, letters: Letters) -> None:
    """The letters of the frames, and the moves' names inside the first picture, which is `wide`."""
    if panel.kind == "pair":
        for name, place in zip("AB", places, strict=True):
            _tag(on, letters, name, place((_ASIDE, 1.0)), 1)
    elif panel.kind == "wide" and panel.end is not None:
        leftwards = sum(x for x, _ in panel.end) < 2  # B stands to the left of A: their letters on the outer sides
        _tag(on, letters, "A", places[0]((1 - _ASIDE if leftwards else _ASIDE, 1.0)), -1 if leftwards else 1)
        part = 1 - _ASIDE if leftwards else _ASIDE
        _tag(on, letters, "B", places[0](_share(panel.end[2], panel.end[3], part)), 1 if leftwards else -1)
    for mark in panel.marks:
        at, anchor = _label_place(mark, panel)
        x, y = places[0](at)
        text = mark.label.upper()
        long = letters.width(text, _TEXT, "bold")
        left = min(x - {"l": 0.0, "m": 0.5, "r": 1.0}[anchor] * long, wide - long - 8)
        letters.draw(on, (max(8, left), y), text, _TEXT, INK, weight="bold", halo=3)


def _tag(on: ImageDraw, letters: Letters, text: str, corner: Flat, side: int) -> None:
    """A letter in a small box inside a frame's upper left (`side` 1) or upper right (-1) corner."""
    x, y = corner[0] + 8 * side, corner[1] + 8
    left = min(x, x + 34 * side)
    on.rectangle((left, y, left + 34, y + 34), fill=INK)
    letters.draw(on, (left + 17, y + 27), text, 26, _WHITE, weight="bold", anchor="m")


def _label_place(mark: Mark, panel: Panel) -> tuple[Flat, str]:
    way = _way(mark, panel)
    if way is None:
        if mark.kind == "handheld":
            return (0.2, 0.93), "l"
        if mark.kind == "roll":
            return (0.5, 0.72), "m"
        if panel.end is not None and panel.end[0][1] > 0.06:
            return (0.5, panel.end[0][1] / 2 - 0.02), "m"
        return (0.5, 0.04 if mark.kind != "arc" else 0.16), "m"
    (ax, ay), (bx, by) = way
    if ay == by:
        return ((ax + bx) / 2, ay - 0.13), "m"
    return ((ax + 0.05, (ay + by) / 2 - 0.02), "l") if mark.travels else ((ax - 0.05, (ay + by) / 2 - 0.02), "r")

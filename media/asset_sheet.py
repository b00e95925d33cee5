"""The page of an asset sheet: where its panels stand, its scale in metres, and its words."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .slate import Lettering, drawable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

    Picture = NDArray[np.uint8]

__all__ = [
    "SHAPE",
    "Panel",
    "Place",
    "Rect",
    "Ruler",
    "Sheet",
    "cut_out",
    "elevations",
    "metres",
    "png_with_facts",
    "shape_for",
    "sheet_facts",
]

Rect = tuple[int, int, int, int]
"""Left, top, width, height in pixels."""

SHAPE = 9 / 16
"""Height of a sheet by its width."""
_LEAST = 0.3
"""Of the lowest sheet."""
_MARGIN, _GAP = 0.030, 0.022
"""Around a sheet and between its panels, in parts of its width."""
_HEAD, _FOOT, _LABEL = 0.060, 0.026, 0.030
"""Heights of the title, of the line below and of a label, in parts of the width."""
_RULER = 0.040
"""Room for the numbers beside the panels."""
_INK, _DIM = (34, 34, 36), (112, 112, 116)
_FAINT, _RULE = (34, 34, 36, 32), (34, 34, 36, 90)
"""Lines let through what is behind a sheet without a ground."""
_STEPS = (1.0, 2.0, 5.0)


@dataclass(frozen=True)
class Place:
    """Where a panel stands on its sheet."""

    rect: Rect
    ground: int
    """Row of the pixels under the feet; the bottom of `rect` where nothing stands."""


@dataclass(frozen=True)
class Panel:
    """One picture on a sheet."""

    picture: Picture
    """RGBA of the size of its place, straight alpha."""
    place: Place
    label: str
    framed: bool = False
    """Cut by its frame: a close-up, a view."""


@dataclass(frozen=True)
class Ruler:
    """The metres beside panels that stand on one line."""

    left: int
    right: int
    ground: int
    pixels: float
    """Of a metre."""
    height: float
    """Of the asset, metres."""


class Sheet:
    """A page of `width` pixels, to be filled. The same panels give the same pixels.

    `shape` is its height by its width.
    """

    def __init__(self, width: int, shape: float = SHAPE) -> None:
        self.width, self.height = width, 2 * round(width * shape / 2)
        self.margin, self.gap = self.px(_MARGIN), self.px(_GAP)
        top = self.margin + self.px(_HEAD) + self.gap
        bottom = self.height - self.margin - self.px(_FOOT)
        self.stage: Rect = (self.margin, top, width - 2 * self.margin, bottom - top)
        """Where panels may stand, their labels included."""
        self.label = self.px(_LABEL)
        self.ruler = self.px(_RULER)

    def px(self, part: float) -> int:
        """Pixels of a part of the width."""
        return max(1, round(part * self.width))

    def draw(
        self, title: str, words: str, foot: str, panels: Sequence[Panel], rulers: Sequence[Ruler], white: bool = True
    ) -> Image:
        """The page, RGB on white or RGBA on nothing. `words` stand beside the title, `foot` at the bottom."""
        from PIL import Image, ImageDraw

        # Without a ground it is ink that lets everything through: letters are smoothed towards it.
        page = Image.new("RGBA", (self.width, self.height), (*_INK, 0))
        draw = ImageDraw.Draw(page)
        self._words(draw, title, words, foot)
        for ruler in rulers:
            self._ruler(draw, ruler)
        for panel in panels:
            left, top, width, height = panel.place.rect
            page.alpha_composite(Image.fromarray(panel.picture), (left, top))
            if panel.framed:
                draw.rectangle((left, top, left + width - 1, top + height - 1), outline=_RULE, width=self._hair)
            letters = Lettering(self.px(0.0115))
            text = letters.fit(drawable(panel.label), max(width + self.gap, self.px(0.08)))
            draw.text(
                (left + width / 2, panel.place.ground + self.label * 0.62),
                text,
                fill=_DIM,
                font=letters.font,
                anchor="mm",
            )
        if not white:
            return page
        ground = Image.new("RGBA", page.size, "white")
        ground.alpha_composite(page)
        return ground.convert("RGB")

    @property
    def _hair(self) -> int:
        """Width of a thin line."""
        return max(1, round(self.width / 2000))

    def _words(self, draw: ImageDraw, title: str, words: str, foot: str) -> None:
        big, small, least = (Lettering(self.px(part)) for part in (0.026, 0.0125, 0.0105))
        base = self.margin + self.px(0.036)
        room = self.width - 2 * self.margin
        name = big.fit(drawable(title), room * 0.55)
        draw.text((self.margin, base), name, fill=_INK, font=big.font, anchor="ls")
        left = self.margin + big.width(name) + self.gap
        said = small.fit(drawable(words), self.width - self.margin - left)
        draw.text((self.width - self.margin, base), said, fill=_DIM, font=small.font, anchor="rs")
        line = self.margin + self.px(_HEAD) - self.px(0.008)
        draw.line((self.margin, line, self.width - self.margin, line), fill=_RULE, width=self._hair)
        bottom = self.height - self.margin
        draw.text((self.margin, bottom), least.fit(drawable(foot), room), fill=_DIM, font=least.font, anchor="ls")

    def _ruler(self, draw: ImageDraw, ruler: Ruler) -> None:
        """Lines behind the panels at even heights, the ground, and a mark at the top of the asset."""
        letters = Lettering(self.px(0.0105))
        step = _step(ruler.height, ruler.pixels, letters.row)
        places = max(0, -math.floor(math.log10(step) + 1e-9))
        for index in range(math.floor(ruler.height / step + 1e-6) + 1):
            row = round(ruler.ground - index * step * ruler.pixels)
            if index and (ruler.height - index * step) * ruler.pixels < 1.1 * letters.row:
                break
            draw.line((ruler.left, row, ruler.right, row), fill=_RULE if index == 0 else _FAINT, width=self._hair)
            text = f"{index * step:.{places}f}" if index else "0"
            draw.text((ruler.left - self.px(0.005), row), text, fill=_DIM, font=letters.font, anchor="rm")
        top = round(ruler.ground - ruler.height * ruler.pixels)
        dash = self.px(0.004)
        for at in range(ruler.left, ruler.right, 2 * dash):
            draw.line((at, top, min(at + dash, ruler.right), top), fill=_RULE, width=self._hair)
        text = metres(ruler.height)
        draw.text((ruler.left - self.px(0.005), top), text, fill=_INK, font=letters.font, anchor="rm")


def cut_out(large: Picture, seen: NDArray[np.bool_], size: tuple[int, int]) -> Picture:
    """A larger picture (h, w, 3) made smaller, RGBA of `size` with straight alpha; `seen` (h, w) is where it is.

    Smoothed with the white around it and taken off that again: on white it is the same picture, and elsewhere it has
    no pale rim.
    """
    import numpy as np
    from PIL import Image

    on_white = np.where(seen[:, :, None], large, np.uint8(255))
    smaller = (
        Image.fromarray(each).resize(size, Image.Resampling.LANCZOS)
        for each in (on_white, seen.astype(np.uint8) * np.uint8(255))
    )
    colour, cover = (np.asarray(each, np.float32) for each in smaller)
    alpha = np.maximum(cover, 1.0)[:, :, None] / 255.0
    bare = np.clip((colour - 255.0 * (1.0 - alpha)) / alpha, 0, 255)
    return np.dstack((np.rint(bare), cover)).astype(np.uint8)


def metres(length: float) -> str:
    """A length as sheets say it: 1.86 m, 0.184 m, 0.0021 m."""
    return f"{length:.2f} m" if length >= 0.5 else f"{length:.3g} m"


def _step(height: float, pixels: float, row: int) -> float:
    """Metres between two lines: eight at most, and far enough apart for their numbers of `row` pixels."""
    steps = (step * 10.0**power for power in range(-9, 9) for step in _STEPS)
    return next(step for step in steps if height / step <= 8 and step * pixels >= 1.6 * row)


def shape_for(widths: Sequence[float], height: float) -> float:
    """The shape of a sheet whose panels, of these widths and one height in metres, stand in one row: 16:9 at most."""
    across = (1 - 2 * _MARGIN - _RULER - _GAP * len(widths)) / sum(widths)
    words = 2 * _MARGIN + _HEAD + 2 * _GAP + _FOOT + _LABEL
    return min(SHAPE, max(_LEAST, across * height + words))


def elevations(
    sheet: Sheet, area: Rect, widths: Sequence[float], height: float, most_rows: int = 2
) -> tuple[list[Place], list[Ruler]]:
    """Where panels of these widths and one height, in metres, stand at one scale on common ground lines.

    In one row or two, whichever is larger; spread over the area.
    """
    left, top, width, high = area
    left, width = left + sheet.ruler, width - sheet.ruler
    best: tuple[float, list[list[int]]] = (0.0, [])
    for rows in range(1, most_rows + 1):
        count = math.ceil(len(widths) / rows)
        split = [list(range(len(widths)))[at : at + count] for at in range(0, len(widths), count)]
        across = min((width - sheet.gap * len(row)) / sum(widths[i] for i in row) for row in split)
        down = (high / len(split) - sheet.label - sheet.gap) / height
        if min(across, down) > best[0]:
            best = min(across, down), split
    pixels, split = best
    places: list[Place] = []
    rulers: list[Ruler] = []
    for number, row in enumerate(split):
        tall = max(1, round(height * pixels))
        spare = max(0.0, high / len(split) - sheet.label - sheet.gap - tall)
        # What is low stands in the middle of its room.
        ground = round(top + high * (number + 1) / len(split) - spare / 2) - sheet.label
        sizes = [max(1, round(widths[i] * pixels)) for i in row]
        free = (width - sum(sizes)) / len(sizes)
        at = left + free / 2
        for size in sizes:
            places.append(Place((round(at), ground - tall, size, tall), ground))
            at += size + free
        rulers.append(Ruler(left, left + width, ground, pixels, height))
    return places, rulers


def png_with_facts(page: Image, facts: Mapping[str, str]) -> bytes:
    """A page as PNG with facts about it as texts. The same page and facts give the same bytes."""
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    for name, text in facts.items():
        info.add_itxt(f"shotwright:{name}", text)
    stream = io.BytesIO()
    page.save(stream, "PNG", compress_level=6, pnginfo=info)
    return stream.getvalue()


def sheet_facts(data: bytes) -> dict[str, str]:
    """The facts in a PNG of `png_with_facts`; nothing for any other file."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            image.load()
            texts = dict(getattr(image, "text", {}))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return {}
    prefix = "shotwright:"
    return {name.removeprefix(prefix): str(text) for name, text in texts.items() if name.startswith(prefix)}

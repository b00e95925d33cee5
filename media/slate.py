"""Text burnt into pictures: a slate inside the title-safe area, a board's tag; and what letters can be drawn."""

from __future__ import annotations

import functools
import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from ..core.errors import BadInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

    Picture = NDArray[np.uint8]
    Levels = NDArray[np.uint16]

__all__ = ["SHADE", "Lettering", "Rect", "Slate", "SlateFacts", "SlatedPanel", "Tag", "drawable", "safe_area"]

Rect = tuple[int, int, int, int]
"""Left, top, width, height in pixels, y down."""

_SAFE = 0.05
"""Title safe: text stays 5 % from each edge (SMPTE ST 2046-1, 90 % of width and height)."""
_TEXT = 0.038
"""Height of the text in frame heights."""
_NARROW = 0.75
"""In a picture narrower than 4:3 the text is as high as in a 4:3 picture of its width."""
_COMFORT, _LEAST = 12, 9
"""Pixels of text height: what is tried first in small pictures, and below which nobody can read it."""
_SHRINK = 0.7
"""Text gets this much smaller before a fact is left out."""
_COVER = 0.45
"""Bands cover at most this part of the picture's height."""
_ROW, _PAD, _GAP = 1.5, 0.5, 1.3
"""Height of a row, room at its ends and between two facts, in text heights."""
_STUB = 6.0
"""A name is shortened to no less than this many text heights, unless nothing else is left."""
SHADE = 0.35
"""Light that a band lets through: white reads on it (7:1) and what happens behind it too."""
_GROUND = 24
"""Grey behind two pictures: darker than any board, and not black, so that their edges show."""
_MARGIN = 0.012
"""Room around and between two pictures, in widths of the area."""


# -- letters ------------------------------------------------------------------------------------------

_ALIKE = dict(zip("–—−×•′„‚ıøØłŁđĐðÐ", "---x·'“'ioOlLdDdD", strict=True))
_ALIKE.update({"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "Th"})
"""What stands for letters that have no decomposition in Unicode."""


@functools.cache
def _font(pixels: int) -> FreeTypeFont:
    from PIL import ImageFont

    return cast("FreeTypeFont", ImageFont.load_default(pixels))


@functools.cache
def _glyph(letter: str) -> bytes:
    from PIL import Image, ImageDraw

    image = Image.new("L", (40, 40))
    ImageDraw.Draw(image).text((8, 8), letter, fill=255, font=_font(20))
    return image.tobytes()


def _known(letter: str) -> bool:
    return letter == " " or (letter.isprintable() and _glyph(letter) != _glyph("\uffff"))


@functools.lru_cache(4096)
def _plain(letter: str) -> str:
    """The letter, its nearest relatives in the font, nothing for marks and joiners, else a question mark."""
    if _known(letter):
        return letter
    kind = unicodedata.category(letter)
    if letter.isspace() or kind == "Cc":
        return " "
    if kind in ("Mn", "Me", "Cf"):
        return ""
    parts = unicodedata.normalize("NFKD", _ALIKE.get(letter, letter))
    return "".join(part for part in parts if _known(part)).strip() or "?"


def drawable(text: str) -> str:
    """`text` in one line of letters that Pillow's own font has: ASCII and some typographic signs.

    Accents are dropped (é becomes e), breaks and control characters become one space, marks of direction and
    joiners vanish, and any other letter (emoji, other scripts) becomes a question mark.
    """
    return " ".join("".join(map(_plain, unicodedata.normalize("NFC", text))).split())


class Lettering:
    """Pillow's own font at one size. `pixels`: its height, from 1. Texts have to be `drawable`."""

    def __init__(self, pixels: int) -> None:
        self.pixels = pixels
        self.font = _font(pixels)
        self.row = round(pixels * _ROW)
        """Height of a row of text in pixels."""

    def width(self, text: str) -> int:
        """Pixels that the text takes, rounded up."""
        return math.ceil(self.font.getlength(text))

    def fit(self, text: str, room: float) -> str:
        """The text, shortened with … to `room` pixels; empty when not even one letter has room."""
        if self.width(text) <= room:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self._cut(text, middle, room) else (low, middle - 1)
        return text[:low].rstrip() + "…" if low else ""

    def _cut(self, text: str, letters: int, room: float) -> bool:
        return self.width(text[:letters].rstrip() + "…") <= room

    # Running numbers stand in cells, so that they don't jump from picture to picture.

    def cell(self, letter: str) -> int:
        """Width of a letter in a running number: digits, minus and blanks share one."""
        return self.width("0" if letter in " -0123456789" else letter)

    def cells(self, text: str) -> int:
        """Pixels that a running number takes."""
        return sum(map(self.cell, text))


def safe_area(area: Rect) -> Rect:
    """The title-safe part of a picture that lies in `area`."""
    left, top, width, height = area
    across, down = math.ceil(width * _SAFE), math.ceil(height * _SAFE)
    return left + across, top + down, max(0, width - 2 * across), max(0, height - 2 * down)


# -- what stands where ----------------------------------------------------------------------------------

Fact = str
_ORDER: tuple[Fact, ...] = ("shot", "counter", "timecode", "lens", "film", "date")
"""By importance: what doesn't fit is left out from the end."""
_RUNNING: tuple[Fact, ...] = ("counter", "timecode")


@dataclass(frozen=True)
class SlateFacts:
    """What a slate says; an empty text is left out."""

    shot: str
    """Number and name."""
    lens: str = ""
    film: str = ""
    date: str = ""
    counter: str = ""
    timecode: str = ""
    """Of these two the longest that will be burnt; shorter ones stand at its right end."""


@dataclass(frozen=True)
class _Row:
    """One line: facts at its left end, and at its right end."""

    left: tuple[Fact, ...]
    right: tuple[Fact, ...] = ()

    def only(self, facts: tuple[Fact, ...]) -> _Row:
        left, right = (tuple(fact for fact in side if fact in facts) for side in (self.left, self.right))
        return _Row(left, right)

    @property
    def facts(self) -> tuple[Fact, ...]:
        return self.left + self.right


_TOP = (_Row(("film",), ("date",)),)
_BOTTOMS: tuple[tuple[_Row, ...], ...] = (
    (_Row(("shot", "lens"), ("counter", "timecode")),),
    (_Row(("shot",), ("lens",)), _Row(("counter",), ("timecode",))),
    (_Row(("shot",), ("lens",)), _Row(("counter",)), _Row(("timecode",))),
)
"""From the widest picture to the narrowest."""


@dataclass(frozen=True)
class _Layout:
    lettering: Lettering
    top: tuple[_Row, ...]
    bottom: tuple[_Row, ...]


class _Planner:
    """Finds the layout with the most facts that a room of `width`×`height` pixels holds; `above`: the width on top."""

    def __init__(self, facts: SlateFacts, width: int, height: int, above: int) -> None:
        self._texts: dict[Fact, str] = {fact: getattr(facts, fact) for fact in _ORDER}
        self._room = (width, height)
        self._above = above

    def plan(self, pixels: int) -> _Layout | None:
        """The layout for text about `pixels` high; None when there is no room for a line."""
        there = tuple(fact for fact in _ORDER if self._texts[fact])
        sizes = range(pixels, max(_LEAST, math.floor(pixels * _SHRINK)) - 1, -max(1, pixels // 12))
        for count in range(len(there), 0, -1):
            for whole in (True, False):
                for size in sizes:
                    for layout in self._layouts(there[:count], Lettering(size)):
                        if self._holds(layout, whole):
                            return layout
        alone = _Layout(Lettering(sizes[-1]), (), (_Row(there[:1]),))
        return alone if there and self._room[1] >= alone.lettering.row else None

    def _layouts(self, facts: tuple[Fact, ...], lettering: Lettering) -> Iterator[_Layout]:
        def kept(rows: tuple[_Row, ...]) -> tuple[_Row, ...]:
            return tuple(row for row in (row.only(facts) for row in rows) if row.facts)

        for bottom in _BOTTOMS:
            yield _Layout(lettering, kept(_TOP), kept(bottom))

    def _holds(self, layout: _Layout, whole: bool) -> bool:
        width, height = self._room
        rows = len(layout.top) + len(layout.bottom)
        return (
            rows * layout.lettering.row <= height * _COVER / (1 - 2 * _SAFE)
            and all(self._least(row, layout.lettering, whole) <= self._above for row in layout.top)
            and all(self._least(row, layout.lettering, whole) <= width for row in layout.bottom)
        )

    def _least(self, row: _Row, lettering: Lettering, whole: bool) -> int:
        """The narrowest that a row can be; a shot's number is never cut, with `whole` its name neither."""
        taken = 0
        for fact in row.facts:
            text = self._texts[fact]
            if fact in _RUNNING:
                taken += lettering.cells(text)
            elif fact == "film" or (fact == "shot" and not whole):
                number = lettering.width(text.split()[0] + "…") if fact == "shot" else 0
                taken += min(lettering.width(text), max(number, round(_STUB * lettering.pixels)))
            else:
                taken += lettering.width(text)
        return taken + _spare(row, lettering)


def _spare(row: _Row, lettering: Lettering) -> int:
    """Pixels of a row that stay empty: its ends and the gaps between facts."""
    return round((2 * _PAD + (len(row.facts) - 1) * _GAP) * lettering.pixels)


# -- burning ----------------------------------------------------------------------------------------------


class Slate:
    """Burns facts into pictures of one size: shot, lens, counter and timecode below, film and date above.

    `width` and `height`: the picture's, in pixels. `area`: the part of it that is the shot's, whose title-safe
    area is used; None for all of it. `shade`: light that the bands let through, 0 to 1. `tag`: a tag in the upper
    left corner of the pictures, which stays free. Names that are too long are shortened with …; where there is no
    room, the date goes first, then film, lens, timecode and counter.
    """

    def __init__(
        self,
        width: int,
        height: int,
        facts: SlateFacts,
        area: Rect | None = None,
        shade: float = SHADE,
        tag: Rect | None = None,
    ) -> None:
        area = area or (0, 0, width, height)
        still = {fact: drawable(getattr(facts, fact)) for fact in _ORDER if fact not in _RUNNING}
        facts = replace(facts, **still)
        left, top, across, down = safe_area(area)
        self._size = (width, height)
        self._bands: list[_Band] = []
        self.places: dict[Fact, Rect] = {}
        """What is shown, by importance, and where in the picture."""
        self.clear = (area[1], area[1] + area[3])
        """The rows of the picture between the bands: from the first to the one behind the last."""
        pixels = _text_height(area[2], area[3])
        indent = max(0, tag[0] + tag[2] + round(_PAD * pixels) - left) if tag else 0
        layout = _Planner(facts, across, down, across - indent).plan(pixels)
        if layout is None:
            return
        rows = layout.lettering.row
        bottom = top + down - rows * len(layout.bottom)
        above = _Band(layout.lettering, layout.top, facts, (left + indent, top, max(0, across - indent)), shade)
        below = _Band(layout.lettering, layout.bottom, facts, (left, bottom, across), shade)
        self._bands = [band for band in (above, below) if band.places]
        self.clear = (top + rows * len(layout.top) if layout.top else area[1], bottom)
        found = {**above.places, **below.places}
        self.places = {fact: found[fact] for fact in _ORDER if fact in found}

    def burn(self, picture: Picture, counter: str = "", timecode: str = "") -> Picture:
        """The RGB picture (height, width, 3) uint8, C-contiguous, with the slate; changed in place."""
        width, height = self._size
        flat = picture.reshape(height, width * 3)
        for band in self._bands:
            band.burn(flat, {"counter": counter, "timecode": timecode})
        return picture


def _text_height(width: int, height: int) -> int:
    return max(_COMFORT, round(_TEXT * min(height, _NARROW * width)))


class _Band:
    """Some rows of text: the still ones drawn once, the running ones put together from digits."""

    def __init__(
        self, lettering: Lettering, rows: tuple[_Row, ...], facts: SlateFacts, place: tuple[int, int, int], shade: float
    ) -> None:
        import numpy as np
        from PIL import Image

        left, top, width = place
        self.places: dict[Fact, Rect] = {}
        self._lettering = lettering
        self._shade = round(shade * 256)
        self._runs: dict[Fact, tuple[slice, slice, int]] = {}
        self._digits: dict[str, tuple[Levels, Levels]] = {}
        image = Image.new("L", (width, lettering.row * len(rows)), 0)
        for index, row in enumerate(rows):
            for fact, (at, wide) in self._draw(image, row, facts, index * lettering.row).items():
                self.places[fact] = (left + at, top + index * lettering.row, wide, lettering.row)
        self._keep, self._add = self._levels(np.asarray(image))
        self._work = np.empty_like(self._keep)
        self._place = (slice(top, top + image.height), slice(left * 3, (left + width) * 3))

    def _draw(self, image: Image, row: _Row, facts: SlateFacts, top: int) -> dict[Fact, tuple[int, int]]:
        """Draw the still facts and remember where the running ones stand: left edge and width of each fact."""
        from PIL import ImageDraw

        letters, draw = self._lettering, ImageDraw.Draw(image)
        texts: dict[Fact, str] = {fact: getattr(facts, fact) for fact in row.facts}
        room = self._shared(texts, image.width - _spare(row, letters))
        gap = round(_GAP * letters.pixels)
        left, right = round(_PAD * letters.pixels), image.width - round(_PAD * letters.pixels)
        placed: list[tuple[Fact, int]] = []
        for fact in row.left:
            placed.append((fact, left))
            left += room[fact] + gap
        for fact in reversed(row.right):
            right -= room[fact]
            placed.append((fact, right))
            right -= gap
        for fact, at in placed:
            if fact in _RUNNING:
                cells = (slice(top, top + letters.row), slice(at * 3, (at + room[fact]) * 3))
                self._runs[fact] = (*cells, room[fact])
            else:
                text = letters.fit(texts[fact], room[fact])
                draw.text((at, top + letters.row / 2), text, fill=255, font=letters.font, anchor="lm")
        return {fact: (at, room[fact]) for fact, at in placed}

    def _shared(self, texts: dict[Fact, str], room: int) -> dict[Fact, int]:
        """How wide each fact of a row is; the shot, else the film, gets what the others leave."""
        letters = self._lettering
        wide = {fact: letters.cells(text) if fact in _RUNNING else letters.width(text) for fact, text in texts.items()}
        for fact in ("shot", "film"):
            if fact in wide:
                wide[fact] = max(0, min(wide[fact], room - sum(wide.values()) + wide[fact]))
        return wide

    def _levels(self, alpha: Picture) -> tuple[Levels, Levels]:
        """For each value of three channels: 1/256 that is kept of it, and 1/256 levels of white that come on top."""
        import numpy as np

        text = np.repeat(alpha, 3, axis=1).astype(np.uint32)
        return (self._shade * (255 - text) // 255).astype(np.uint16), (text * 256).astype(np.uint16)

    def _digit(self, letter: str) -> tuple[Levels, Levels]:
        import numpy as np
        from PIL import Image, ImageDraw

        if letter not in self._digits:
            letters = self._lettering
            image = Image.new("L", (letters.cell(letter), letters.row), 0)
            middle = (image.width / 2, letters.row / 2)
            ImageDraw.Draw(image).text(middle, letter, fill=255, font=letters.font, anchor="mm")
            self._digits[letter] = self._levels(np.asarray(image))
        return self._digits[letter]

    def burn(self, flat: Picture, texts: dict[Fact, str]) -> None:
        """Into a picture as (height, width·3)."""
        import numpy as np

        for fact, (rows, columns, width) in self._runs.items():
            text = texts[fact]
            while self._lettering.cells(text) > width:  # longer than announced: its end tells more
                text = text[1:]
            keep, add = self._keep[rows, columns], self._add[rows, columns]
            at = keep.shape[1] - 3 * self._lettering.cells(text)
            keep[:, :at], add[:, :at] = self._shade, 0
            for letter in text:
                kept, added = self._digit(letter)
                keep[:, at : at + kept.shape[1]], add[:, at : at + kept.shape[1]] = kept, added
                at += kept.shape[1]
        under = flat[self._place]
        np.multiply(under, self._keep, out=self._work, dtype=np.uint16)
        self._work += self._add
        self._work >>= 8
        under[...] = self._work


class SlatedPanel:
    """One picture, or two whole ones side by side on a dark ground, under a slate.

    `width`, `height`, `facts`, `area` and `tag` as `Slate` takes them; `count`: 1 or 2 pictures, all of that size.
    Of two, the parts in `area` are scaled with their shape kept, to where no text is. Raises BadInput when they have
    no room.
    """

    def __init__(
        self, width: int, height: int, count: int, facts: SlateFacts, area: Rect | None = None, tag: Rect | None = None
    ) -> None:
        import numpy as np

        self._area = area or (0, 0, width, height)
        if count > 1:
            self._slate = Slate(width, height, facts, self._area, shade=1.0)
        else:
            self._slate = Slate(width, height, facts, self._area, tag=tag)
        self.places = _side_by_side(self._area, self._slate.clear) if count > 1 else []
        """Where two pictures stand, from left to right; empty for one."""
        self._ground = np.full((height, width, 3), _GROUND, np.uint8)
        self._canvas = self._ground.copy()

    def draw(self, pictures: Sequence[Picture], counter: str, timecode: str) -> Picture:
        """The panel with RGB pictures (height, width, 3), uint8. Valid until it draws again."""
        import numpy as np

        if self.places:
            np.copyto(self._canvas, self._ground)
            for picture, place in zip(pictures, self.places, strict=True):
                self._canvas[_slices(place)] = _scaled(picture[_slices(self._area)], place[2:])
        else:
            np.copyto(self._canvas, pictures[0])
        return self._slate.burn(self._canvas, counter, timecode)


def _side_by_side(area: Rect, clear: tuple[int, int]) -> list[Rect]:
    """Places for two pictures of the area's shape, in its rows from `clear[0]` to `clear[1]`."""
    left, _, width, height = area
    margin = max(2, round(width * _MARGIN / 2) * 2)
    across, down = (width - 3 * margin) // 2, clear[1] - clear[0] - 2 * margin
    scale = min(across / width, down / height)
    size = (round(width * scale), round(height * scale))
    if min(size) < 2:
        raise BadInput("The clip is too small for two pictures: use one of them.")
    top = clear[0] + (clear[1] - clear[0] - size[1]) // 2
    middle = left + width // 2
    return [(middle - margin // 2 - size[0], top, *size), (middle + margin // 2, top, *size)]


def _scaled(picture: Picture, size: tuple[int, int]) -> Picture:
    import numpy as np
    from PIL import Image

    # Pillow's bilinear filter averages over all that becomes one pixel, so lines don't flicker.
    image = Image.fromarray(np.ascontiguousarray(picture))
    return np.asarray(image.resize(size, Image.Resampling.BILINEAR))


def _slices(rect: Rect) -> tuple[slice, slice]:
    left, top, width, height = rect
    return slice(top, top + height), slice(left, left + width)


class Tag:
    """A short text in a light box in the upper left corner of grey pictures of one size."""

    def __init__(self, width: int, height: int, text: str) -> None:
        import numpy as np
        from PIL import Image, ImageDraw

        pixels = max(8, round(height * _TEXT * 1.2))
        font = _font(pixels)
        pad = max(2, pixels // 3)
        box = (min(width, round(font.getlength(text)) + 2 * pad), min(height, round(pixels * 1.2) + 2 * pad))
        image = Image.new("L", box, 245)
        draw = ImageDraw.Draw(image)
        draw.rectangle((0, 0, box[0] - 1, box[1] - 1), outline=20)
        draw.text((box[0] / 2, box[1] / 2), text, fill=20, font=font, anchor="mm")
        self._picture = np.asarray(image)
        left, top = min(round(width * _SAFE), width - box[0]), min(round(height * _SAFE), height - box[1])
        self.place: Rect = (left, top, *box)

    def stamp(self, frame: Picture) -> Picture:
        """The grey frame (h, w) with the tag, changed in place."""
        frame[_slices(self.place)] = self._picture
        return frame

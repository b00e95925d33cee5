"""Text in any script on pages: letters from the first font that has them, and never a box for one that none has."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from ...core.text import right_to_left, without_hidden
from ..slate import drawable

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

__all__ = ["Letters", "Weight"]

_FIRST = ("Inter", "NotoSans-", "NotoSans", "Noto Sans")
"""How the names of fonts begin that are asked first, in this order; the others after them by name."""
_JOINS = ("Mn", "Me", "Mc", "Cf")
"""Kinds of signs that belong to the letter before them."""

Weight = Literal["regular", "bold"]


class Letters:
    """Fonts by coverage. `fonts`: font files, those of Blender for instance; Pillow's own font stands behind them.

    Pillow's own has ASCII and some signs: without files, accents are dropped and other scripts become question marks,
    as on slates. A font file that can't be read is passed over.
    """

    def __init__(self, fonts: Sequence[Path] = ()) -> None:
        self._files = sorted(fonts, key=lambda path: (_rank(path.name), path.name))
        self._base = str(self._files[0]) if self._files else ""
        self._sizes: dict[tuple[str, int, Weight], FreeTypeFont | None] = {}
        self._known: dict[tuple[str, str], bool] = {}
        self.missing: set[str] = set()
        """Letters that no font has."""

    def width(self, text: str, pixels: int, weight: Weight = "regular") -> float:
        """Pixels that one line takes."""
        return sum(font.getlength(run) for font, run in self._runs(text, pixels, weight))

    def draw(
        self,
        on: ImageDraw,
        at: tuple[float, float],
        text: str,
        pixels: int,
        fill: tuple[int, int, int] = (20, 20, 20),
        *,
        weight: Weight = "regular",
        anchor: Literal["l", "m", "r"] = "l",
        halo: int = 0,
    ) -> None:
        """One line with its baseline at `at`, which is its left end, middle or right end. `halo`: white around it."""
        runs = self._runs(text, pixels, weight)
        x = at[0] - {"l": 0.0, "m": 0.5, "r": 1.0}[anchor] * sum(font.getlength(run) for font, run in runs)
        for font, run in runs:
            on.text((x, at[1]), run, fill=fill, font=font, anchor="ls", stroke_width=halo, stroke_fill=(255, 255, 255))
            x += font.getlength(run)

    def fit(self, text: str, pixels: int, room: float, weight: Weight = "regular") -> str:
        """The text, shortened with … to `room` pixels."""
        if self.width(text, pixels, weight) <= room:
            return text
        low, high = 0, len(text)
        while low < high:
            half = (low + high + 1) // 2
            fits = self.width(text[:half].rstrip() + "…", pixels, weight) <= room
            low, high = (half, high) if fits else (low, half - 1)
        return text[:low].rstrip() + "…" if low else ""

    def wrap(self, text: str, pixels: int, room: float, most: int) -> list[str]:
        """The text in at most `most` lines of `room` pixels; the last one ends with … where something is left out."""
        lines: list[str] = []
        rest = " ".join(text.split())
        while rest and len(lines) < most - 1:
            line = self._first_line(rest, pixels, room)
            lines.append(line.rstrip())
            rest = rest[len(line) :].lstrip()
        return [*lines, self.fit(rest, pixels, room)] if rest else lines

    def _first_line(self, text: str, pixels: int, room: float) -> str:
        """As many words as fit; of a word that is too long by itself, and of scripts without spaces, letters."""
        if self.width(text, pixels) <= room:
            return text
        low, high = 1, len(text)
        while low < high:
            half = (low + high + 1) // 2
            low, high = (half, high) if self.width(text[:half], pixels) <= room else (low, half - 1)
        space = text.rfind(" ", 0, low + 1)
        wide = unicodedata.east_asian_width(text[low - 1]) in "WF"
        return text[:low] if space <= 0 or wide else text[: space + 1]

    def _runs(self, text: str, pixels: int, weight: Weight) -> list[tuple[FreeTypeFont, str]]:
        """The line in pieces of one font each, from left to right."""
        runs: list[tuple[str, str]] = []
        for letter in unicodedata.normalize("NFC", " ".join(without_hidden(text).split())):
            before = runs[-1][0] if runs else None
            if before is not None and (letter == " " or unicodedata.category(letter) in _JOINS):
                name, shown = before, letter  # a space belongs to the words before it
            else:
                name, shown = self._font_of(letter)
            if runs and runs[-1][0] == name:
                runs[-1] = (name, runs[-1][1] + shown)
            elif shown:
                if runs and runs[-1][1].endswith(" "):  # between two scripts it is neither's
                    runs[-1:] = [(runs[-1][0], runs[-1][1].rstrip()), (self._base, " ")]
                runs.append((name, shown))
        if right_to_left(text):
            runs.reverse()
        return [(self._font(name, pixels, weight) or _own(pixels), run) for name, run in runs]

    def _font_of(self, letter: str) -> tuple[str, str]:
        for path in self._files:
            if self._has(str(path), letter):
                return str(path), letter
        plain = drawable(letter) or ("" if letter.isspace() or not letter.isprintable() else "?")
        if plain == "?" and letter != "?":
            self.missing.add(letter)
        return (self._base if plain.isascii() else ""), plain

    def _has(self, name: str, letter: str) -> bool:
        key = (name, letter)
        if key not in self._known:
            font = self._font(name, 20, "regular")
            self._known[key] = font is not None and _glyph(font, letter) != _glyph(font, "\uffff")
        return self._known[key]

    def _font(self, name: str, pixels: int, weight: Weight) -> FreeTypeFont | None:
        if not name:
            return _own(pixels)
        key = (name, pixels, weight)
        if key not in self._sizes:
            self._sizes[key] = _load(name, pixels, weight)
        return self._sizes[key]


def _rank(name: str) -> int:
    return next((rank for rank, begin in enumerate(_FIRST) if name.startswith(begin)), len(_FIRST))


def _load(name: str, pixels: int, weight: Weight) -> FreeTypeFont | None:
    from PIL import ImageFont

    try:
        font = ImageFont.truetype(name, pixels)
    except (OSError, ValueError):
        return None
    if weight == "bold":
        try:
            axes = font.get_variation_axes()
            named = [str(axis.get("name", b"")) for axis in axes]
            values = [float(axis["default"] or 0) for axis in axes]
            place = next(i for i, each in enumerate(named) if "eight" in each)
            values[place] = min(700.0, float(axes[place]["maximum"] or 700))
            font.set_variation_by_axes(values)
        except (OSError, NotImplementedError, StopIteration, KeyError):
            pass  # it has one weight
    return font


def _glyph(font: FreeTypeFont, letter: str) -> bytes:
    from PIL import Image, ImageDraw

    image = Image.new("L", (60, 60))
    ImageDraw.Draw(image).text((15, 40), letter, fill=255, font=font, anchor="ls")
    return image.tobytes()


@functools.cache
def _own(pixels: int) -> FreeTypeFont:
    from PIL import ImageFont

    return cast("FreeTypeFont", ImageFont.load_default(pixels))

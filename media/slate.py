"""Text burnt into pictures: shot, frame counter, timecode, inside the title-safe area."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Slate", "Tag"]

_SAFE = 0.05
"""Title safe: text stays 5 % from each edge (SMPTE ST 2046-1, 90 % of width and height)."""
_TEXT = 0.038
"""Height of the text in frame heights."""


class Slate:
    """Burns a fixed text (bottom left) and a running one (bottom right) into frames of one size.

    `width` and `height` in pixels. Text that is too long for the room it has is shortened with …
    """

    def __init__(self, width: int, height: int, text: str) -> None:
        from PIL import ImageFont

        self._size = (width, height)
        pixels = max(8, round(height * _TEXT))
        self._font = ImageFont.load_default(pixels)
        self._margin = (round(width * _SAFE), round(height * _SAFE))
        self._bar = round(pixels * 1.7)
        # A name may have line breaks, which Pillow can't measure.
        self._text = "".join(letter if letter.isprintable() else " " for letter in text)

    def _fit(self, text: str, room: float) -> str:
        if self._font.getlength(text) <= room:
            return text
        while text and self._font.getlength(text + "…") > room:
            text = text[:-1]
        return text.rstrip() + "…"

    def burn(self, frame: NDArray[np.uint8], counter: str) -> NDArray[np.uint8]:
        """A copy of an RGB frame (h, w, 3) uint8 with both texts on a darkened band."""
        import numpy as np
        from PIL import Image, ImageDraw

        width, height = self._size
        left, up = self._margin
        top = max(0, height - up - self._bar)
        picture = frame.copy()
        # The band is darkened, not painted: what happens behind it stays readable.
        picture[top : top + self._bar] = (picture[top : top + self._bar] * 0.35).astype(np.uint8)
        image = Image.fromarray(picture)
        draw = ImageDraw.Draw(image)
        middle = top + self._bar / 2
        room = width - 2 * left
        taken = self._font.getlength(counter)
        draw.text((width - left, middle), counter, fill=(255, 255, 255), font=self._font, anchor="rm")
        text = self._fit(self._text, room - taken - self._bar)
        draw.text((left, middle), text, fill=(255, 255, 255), font=self._font, anchor="lm")
        return np.asarray(image)


class Tag:
    """A short text in a light box in the upper left corner of grey pictures of one size."""

    def __init__(self, width: int, height: int, text: str) -> None:
        import numpy as np
        from PIL import Image, ImageDraw, ImageFont

        pixels = max(8, round(height * _TEXT * 1.2))
        font = ImageFont.load_default(pixels)
        pad = max(2, pixels // 3)
        box = (min(width, round(font.getlength(text)) + 2 * pad), min(height, round(pixels * 1.2) + 2 * pad))
        image = Image.new("L", box, 245)
        draw = ImageDraw.Draw(image)
        draw.rectangle((0, 0, box[0] - 1, box[1] - 1), outline=20)
        draw.text((box[0] / 2, box[1] / 2), text, fill=20, font=font, anchor="mm")
        self._picture = np.asarray(image)
        left, top = min(round(width * _SAFE), width - box[0]), min(round(height * _SAFE), height - box[1])
        self._place = (slice(top, top + box[1]), slice(left, left + box[0]))

    def stamp(self, frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The grey frame (h, w) with the tag, changed in place."""
        frame[self._place] = self._picture
        return frame

"""Exact frame rates. 23.976 is 24000/1001 and nothing else, or a long film drifts out of sync."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Self

from pydantic import Field, model_validator

from .model_base import Stored

__all__ = ["FrameRate"]

_BASE_DENOMINATOR = 10_000
"""Blender keeps `fps_base` as a 32-bit float; 1.001 comes back as 1.00100004. The nearest fraction
with a denominator up to this one is the number that was typed."""


class FrameRate(Stored):
    """Frames per second as a fraction in lowest terms, above 0 and at most 1000."""

    num: int = Field(gt=0)
    den: int = Field(gt=0)

    @model_validator(mode="after")
    def _in_range(self) -> Self:
        if Fraction(self.num, self.den) > 1000:
            raise ValueError(f"{self.num}/{self.den} frames per second is above 1000")
        return self

    @classmethod
    def of(cls, value: Fraction | int) -> FrameRate:
        """From an exact number of frames per second."""
        exact = Fraction(value)
        return cls(num=exact.numerator, den=exact.denominator)

    @classmethod
    def from_blender(cls, fps: int, fps_base: float) -> FrameRate:
        """From `scene.render.fps` and `fps_base`: 24 and 1.001 give 24000/1001."""
        return cls.of(Fraction(fps) / Fraction(fps_base).limit_denominator(_BASE_DENOMINATOR))

    @classmethod
    def parse(cls, text: str) -> FrameRate:
        """From `24`, `24000/1001` or `23.976`; a decimal near an NTSC rate means that rate.

        Raises ValueError with a sentence when it is none of these.
        """
        if not re.fullmatch(r"\s*\d{1,9}(\.\d{1,9}|/\d{1,9})?\s*", text, re.ASCII):
            raise ValueError(f"{text!r} is not a frame rate: write 24, 23.976 or 24000/1001")
        try:
            exact = Fraction(text.strip())
        except ZeroDivisionError:
            raise ValueError(f"{text!r} is not a frame rate: write 24, 23.976 or 24000/1001") from None
        if not 0 < exact <= 1000:
            raise ValueError(f"{text!r} is not a frame rate: it must be above 0 and at most 1000")
        if "." in text:
            ntsc = Fraction(round(exact) * 1000, 1001)
            if ntsc and abs(exact - ntsc) < Fraction(1, 200):
                exact = ntsc
        return cls.of(exact)

    @property
    def fraction(self) -> Fraction:
        """Frames per second, exact."""
        return Fraction(self.num, self.den)

    def __str__(self) -> str:
        return str(self.num) if self.den == 1 else f"{self.num}/{self.den}"

    def timecode(self, frame: int) -> str:
        """Non-drop SMPTE timecode HH:MM:SS:FF of a frame counted from 0 (SMPTE ST 12-1).

        Non-drop counts the rounded rate, so at 24000/1001 it runs 0.1 % slower than the clock.
        """
        rate = max(1, round(self.fraction))
        seconds, frames = divmod(abs(frame), rate)
        sign = "-" if frame < 0 else ""
        return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{frames:02d}"

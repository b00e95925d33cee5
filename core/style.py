"""The film's style as it is typed: a palette in one line, a white balance, a shutter; and what is wrong with it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from . import terms
from .errors import BadInput
from .prompt import PaletteColour
from .text import clean, short

__all__ = [
    "EXAMPLE",
    "MAX_SHUTTER",
    "MIN_SHUTTER",
    "adds_up",
    "is_hex",
    "is_shutter",
    "is_white_balance",
    "parse_kelvin",
    "parse_palette",
    "parse_shutter",
    "scaled",
    "shares_problem",
]

EXAMPLE = "60 aged ivory #e8dcc0, 30 verdigris #43b3ae, 10 oxblood #4a0000"
"""A palette, for messages and help."""

MIN_SHUTTER, MAX_SHUTTER = 1.0, 360.0
"""Degrees of a shutter angle; 360 is open all the time."""

_COLOUR = re.compile(r"(?P<share>[0-9]{1,3}(?:\.[0-9]{1,6})?) ?(?![0-9.:])%? ?(?P<name>[^#]*?) ?(?P<hex>#.*)?")
_SEMICOLON = re.compile(r"; ?[0-9]")
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def parse_palette(text: str) -> tuple[PaletteColour, ...]:
    """A palette from `60 aged ivory #e8dcc0, 30 verdigris, 10 #4a0000`: share, name, hex code; none for no text.

    Raises BadInput unless each part is a colour and the shares add to 100.
    """
    text = clean(text)
    if not text:
        return ()
    if _SEMICOLON.search(text):
        raise BadInput(f"{_short(text)} is divided by semicolons: write commas between the colours, such as {EXAMPLE}.")
    colours = tuple(_colour(part.strip(" ")) for part in text.split(","))
    problem = shares_problem(colours)
    if problem:
        raise BadInput(problem)
    return colours


def _colour(part: str) -> PaletteColour:
    found = _COLOUR.fullmatch(part)
    if found is None or not (found["name"] or found["hex"]):
        raise BadInput(
            f"{_short(part)} is no colour of a palette: write its share in per cent and its name, and its hex code if "
            f"you like, such as {EXAMPLE}."
        )
    if found["hex"] and not is_hex(found["hex"]):
        raise BadInput(
            f"{_short(found['hex'])} is no hex code: write # and six digits from 0 to 9 and a to f, such as #e8dcc0."
        )
    share = float(found["share"])
    if not 0 < share <= 100:
        raise BadInput(f"{_short(part)} has a share of {share:g} %: write one above 0 and up to 100.")
    return PaletteColour(share=share, name=found["name"], colour=(found["hex"] or "").lower())


def is_hex(colour: str) -> bool:
    """Whether a colour is written as `#e8dcc0`."""
    return _HEX.fullmatch(colour) is not None


def adds_up(shares: Sequence[float]) -> bool:
    """Whether shares of a palette add to 100; half a per cent is let pass, for thirds are written as 33.3."""
    return abs(math.fsum(shares) - 100) <= 0.5


def scaled(shares: Sequence[float]) -> list[float]:
    """Shares above 0 in their proportion, in tenths that add to 100 exactly: those that lose most by it are rounded up.

    Method of largest remainders. None falls below a tenth unless there are more than a thousand.
    """
    total = sum(shares)
    exact = [1000 * share / total for share in shares]
    tenths = [max(1, math.floor(share + 1e-9)) for share in exact]
    order = sorted(range(len(shares)), key=lambda index: (tenths[index] - exact[index], index))
    over = 1000 - sum(tenths)
    for index in order[: max(0, over)]:
        tenths[index] += 1
    if over < 0:
        tenths[tenths.index(max(tenths))] += over
    return [value / 10 for value in tenths]


def shares_problem(colours: Sequence[PaletteColour]) -> str | None:
    """What to change where the shares of a palette do not add to 100."""
    shares = [each.share for each in colours]
    if not shares or adds_up(shares):
        return None
    total = math.fsum(shares)
    largest = max(colours, key=lambda each: each.share)
    name = largest.name or largest.colour
    over = total - 100
    told = f"take {over:g} off" if over > 0 else f"add {-over:g}"
    change = (
        f", for instance {name} {largest.share - over:g} instead of {largest.share:g}" if largest.share > over else ""
    )
    return f"The palette adds to {total:g} %, not 100: {told}{change}."


def is_white_balance(kelvin: int) -> bool:
    """Whether this many kelvin can be a white balance; see `terms.MIN_KELVIN`."""
    return terms.MIN_KELVIN <= kelvin <= terms.MAX_KELVIN


def is_shutter(angle: float) -> bool:
    """Whether this many degrees can be a shutter angle."""
    return MIN_SHUTTER <= angle <= MAX_SHUTTER


def parse_kelvin(text: str) -> int:
    """A white balance such as `3000` or `3000 K`. Raises BadInput when it is none, or out of `terms.MIN_KELVIN` to
    `terms.MAX_KELVIN`.
    """
    found = re.fullmatch(r"([0-9]{1,9}) ?[kK]?", text.strip())
    if found is None:
        raise BadInput(f"{_short(text)} is no white balance: write kelvin, such as 3000 or 5600.")
    kelvin = int(found[1])
    if not is_white_balance(kelvin):
        raise BadInput(
            f"{kelvin} K is no white balance: write {terms.MIN_KELVIN} to {terms.MAX_KELVIN} K; candles have 1850, "
            "tungsten 3200, daylight 5600."
        )
    return kelvin


def parse_shutter(text: str) -> float:
    """A shutter angle such as `180`, `172.8` or `180°`. Raises BadInput when it is none, or outside of 1 to 360."""
    found = re.fullmatch(r"([0-9]{1,9}(?:[.,][0-9]{1,9})?) ?\u00b0?", text.strip())
    if found is None:
        raise BadInput(f"{_short(text)} is no shutter angle: write degrees, such as 180.")
    angle = float(found[1].replace(",", "."))
    if not is_shutter(angle):
        raise BadInput(
            f"A shutter of {angle:g}° is none: write {MIN_SHUTTER:g} to {MAX_SHUTTER:g} degrees; 180 is the usual one."
        )
    return angle


def _short(text: str) -> str:
    return f'"{short(clean(text), 40)}"'

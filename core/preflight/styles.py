"""Rules about the style of the film: palette, white balance, shutter."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from .. import terms
from ..prompt import FilmStyle, PaletteColour
from .rules import Hit, Hits, Limits, rule
from .texts import hidden
from .words import listed, short

__all__ = ["scaled"]


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


@rule("style-palette-sum")
def _palette_sum(style: FilmStyle, limits: Limits) -> Hits:
    shares = [colour.share for colour in style.palette]
    total = sum(shares)
    if shares and min(shares) > 0 and abs(total - 100) > limits["tolerance"]:
        fields = {
            "shares": ":".join(f"{share:g}" for share in shares),
            "total": f"{total:g}",
            "right": ":".join(f"{share:g}" for share in scaled(shares)),
        }
        yield Hit(fields, "style.palette")


@rule("style-palette-share")
def _palette_share(style: FilmStyle) -> Hits:
    for colour in style.palette:
        if colour.share <= 0:
            yield _colour(colour, share=f"{colour.share:g}")


@rule("style-palette-colour")
def _palette_colour(style: FilmStyle) -> Hits:
    for colour in style.palette:
        if colour.colour and not re.fullmatch(r"#[0-9a-fA-F]{6}", colour.colour):
            yield _colour(colour, colour=repr(short(colour.colour, 20)))


@rule("style-palette-unnamed")
def _palette_unnamed(style: FilmStyle) -> Hits:
    for colour in style.palette:
        if not colour.name.strip():
            yield Hit({"share": f"{colour.share:g}", "colour": colour.colour or "no colour"}, "style.palette")


def _colour(of: PaletteColour, **fields: object) -> Hit:
    return Hit({"name": repr(short(of.name or of.colour, 40)), **fields}, "style.palette")


@rule("style-white-balance")
def _white_balance(style: FilmStyle) -> Hits:
    kelvin = style.white_balance
    if kelvin is not None and not terms.MIN_KELVIN <= kelvin <= terms.MAX_KELVIN:
        fields = {"kelvin": f"{kelvin:,}", "low": f"{terms.MIN_KELVIN:,}", "high": f"{terms.MAX_KELVIN:,}"}
        yield Hit(fields, "style.white_balance")


@rule("style-shutter")
def _shutter(style: FilmStyle, limits: Limits) -> Hits:
    if style.shutter is not None and not limits["least"] <= style.shutter <= limits["most"]:
        yield Hit({"shutter": f"{style.shutter:g}"}, "style.shutter")


@rule("style-hidden-characters")
def _hidden(style: FilmStyle) -> Hits:
    texts = {"prefix": style.prefix, "lenses": style.lens}
    texts |= {f"palette {number}": colour.name for number, colour in enumerate(style.palette, 1)}
    found = {place: hidden(text) for place, text in texts.items()}
    if any(found.values()):
        places = listed([place for place, letters in found.items() if letters])
        letters = listed(list(dict.fromkeys(letter for letters in found.values() for letter in letters)))
        yield Hit({"places": places, "letters": letters}, "style")

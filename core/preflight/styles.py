"""Rules about the style of the film: palette, white balance, shutter."""

from __future__ import annotations

from .. import terms
from ..prompt import FilmStyle, PaletteColour
from ..style import MAX_SHUTTER, MIN_SHUTTER, adds_up, is_hex, is_shutter, is_white_balance, scaled
from ..text import hidden, short
from .rules import Hit, Hits, rule
from .words import listed


@rule("style-palette-sum")
def _palette_sum(style: FilmStyle) -> Hits:
    shares = [colour.share for colour in style.palette]
    if shares and min(shares) > 0 and not adds_up(shares):
        fields = {
            "shares": ":".join(f"{share:g}" for share in shares),
            "total": f"{sum(shares):g}",
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
        if colour.colour and not is_hex(colour.colour):
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
    if kelvin is not None and not is_white_balance(kelvin):
        fields = {"kelvin": f"{kelvin:,}", "low": f"{terms.MIN_KELVIN:,}", "high": f"{terms.MAX_KELVIN:,}"}
        yield Hit(fields, "style.white_balance")


@rule("style-shutter")
def _shutter(style: FilmStyle) -> Hits:
    if style.shutter is not None and not is_shutter(style.shutter):
        fields = {"shutter": f"{style.shutter:g}", "least": f"{MIN_SHUTTER:g}", "most": f"{MAX_SHUTTER:g}"}
        yield Hit(fields, "style.shutter")


@rule("style-hidden-characters")
def _hidden(style: FilmStyle) -> Hits:
    texts = {"prefix": style.prefix, "lenses": style.lens}
    texts |= {f"palette {number}": colour.name for number, colour in enumerate(style.palette, 1)}
    found = {place: hidden(text) for place, text in texts.items()}
    if any(found.values()):
        places = listed([place for place, letters in found.items() if letters])
        letters = listed(list(dict.fromkeys(letter for letters in found.values() for letter in letters)))
        yield Hit({"places": places, "letters": letters}, "style")

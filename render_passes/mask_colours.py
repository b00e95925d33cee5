"""The colour an asset has in masks."""

from __future__ import annotations

import colorsys
import hashlib

__all__ = ["colour_of"]


def colour_of(name: str) -> tuple[int, int, int]:
    """The mask colour of an asset, RGB 0..255: from its name alone, so it is the same in every shot."""
    digest = hashlib.sha256(name.encode()).digest()
    hue = int.from_bytes(digest[:2], "big") / 65536
    value, saturation = (0.65, 0.80, 0.95)[digest[2] % 3], (0.55, 0.75, 0.95)[digest[3] % 3]
    red, green, blue = colorsys.hsv_to_rgb(hue, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)

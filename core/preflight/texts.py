"""Letters in a text that nobody sees and a model reads, and the direction in which it is read."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

__all__ = ["BIDI", "control_letters", "direction_letters", "hidden", "right_to_left", "without_hidden"]

BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that change in which direction text is shown (Unicode Standard Annex #9, Bidi_Control)."""
_WHITE = frozenset("\t\n\r")


def control_letters(text: str) -> tuple[str, ...]:
    """The control characters of a text but tabs and line ends, each once, as U+0007."""
    return _once(letter for letter in text if unicodedata.category(letter) == "Cc" and letter not in _WHITE)


def direction_letters(text: str) -> tuple[str, ...]:
    """The characters of a text that turn its direction, each once, as U+202E."""
    return _once(letter for letter in text if letter in BIDI)


def hidden(text: str) -> tuple[str, ...]:
    """Both of them."""
    return (*control_letters(text), *direction_letters(text))


def without_hidden(text: str) -> str:
    """The text without them. Words that a control character parted stay parted, by a space."""
    kept: list[str] = []
    parted = False
    for letter in text:
        if letter in BIDI:
            continue
        if unicodedata.category(letter) == "Cc" and letter not in _WHITE:
            parted = True
            continue
        if parted and kept and not kept[-1].isspace() and not letter.isspace():
            kept.append(" ")
        parted = False
        kept.append(letter)
    return "".join(kept)


def right_to_left(text: str) -> bool:
    """Whether most of its letters are of a script that is written from the right."""
    directions = [unicodedata.bidirectional(letter) for letter in text if letter.isalpha()]
    return sum(each in ("R", "AL") for each in directions) * 2 > len(directions)


def _once(letters: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"U+{ord(letter):04X}" for letter in letters))

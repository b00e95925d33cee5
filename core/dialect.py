"""How a model reads a prompt: with headings or flowing, how a tag is written, where constraints go, how long.

A provider's way of reading is a `Dialect` like `PLAIN`: a function that writes a tag, a limit in its own unit.
Where pictures are numbered and not all of them can be sent, compile once for `tags`, choose, and compile again
with a `tag` that knows the numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from . import terms
from .prompt import TagUse
from .text import Unit

__all__ = ["DIALECTS", "PLAIN", "SECTIONS", "Dialect", "Mention", "limited"]


@dataclass(frozen=True)
class Mention:
    """A place in the text that names an asset."""

    use: TagUse
    words: str
    """What a model without tags reads here: the description where it is named first, its name later."""
    first: bool
    """Whether it is named for the first time."""
    number: int
    """Its place among the assets with pictures, in order of appearance, from 1; 0 without pictures."""
    picture: int
    """Number of its first picture when all pictures are counted in that order, from 1; 0 without pictures."""


@dataclass(frozen=True)
class Dialect:
    """How a model reads a prompt."""

    name: str
    tag: Callable[[Mention], str | None] | None = None
    """Writes an asset's name, such as `@Image1` or `<<<image_1>>>`; None, or for None from it: in words."""
    headings: bool = False
    """Whether each section stands under its name."""
    between: str = "\n"
    """What stands between two sections."""
    order: tuple[str, ...] = terms.values(terms.SECTIONS)
    """The sections it has, in its order."""
    negative: bool = False
    """Whether there is a field of its own for what must not be."""
    limit: int | None = None
    """Longest text, and longest negative one; None: no limit is known."""
    unit: Unit = "characters"
    """What the limit counts."""


PLAIN = Dialect("plain")
"""Flowing text, a paragraph for each section: what any model reads."""
SECTIONS = Dialect("sections", headings=True, between="\n\n")
"""Each section under its name: for people."""
DIALECTS = {dialect.name: dialect for dialect in (PLAIN, SECTIONS)}
"""Every dialect by the name that a model's profile has for it."""


def limited(dialect: Dialect, limit: int | None, unit: Unit, negative: bool) -> Dialect:
    """A dialect with the limit of one model, and with its field for what must not be."""
    return replace(dialect, limit=limit, unit=unit, negative=negative)

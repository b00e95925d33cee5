"""Tags in texts: where a prompt names an asset (`@lou`), in any script, and nothing that only looks like it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from . import terms
from .prompt import Prompt
from .shot import Shot

__all__ = ["Tag", "mentioned", "plain_tag", "replace_tag", "tags_in", "tags_of"]

_NAMED = re.compile("@([A-Za-z][A-Za-z0-9_]*)")
_MAIL = re.compile(r"\w@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]")
"""The end of a local part and a domain: the way an address begins matters less than the dot behind."""


class Tag(NamedTuple):
    """A tag in a text."""

    tag: str
    """In lower case and without its @. It may be no tag that an asset can have, too long a one for instance."""
    start: int
    end: int
    """Where it stands, the @ included: `text[start:end]`."""


def tags_in(text: str) -> list[Tag]:
    """The tags of a text in its order, repeated ones too.

    A tag is an @ and the letters a-z, digits and _ behind it, in either case, beginning with a letter. It ends
    where another script begins, since many are written without spaces. An @ behind a word, as in an address, is
    none; neither is one beside another @.
    """
    return list(_tags(text))


def _tags(text: str) -> Iterator[Tag]:
    addresses = {found.start() + 1 for found in _MAIL.finditer(text)} if "@" in text else set[int]()
    for found in _NAMED.finditer(text):
        start, end = found.span()
        before, behind = text[start - 1 : start], text[end : end + 1]
        if start not in addresses and not _continues(before) and not _continues(behind):
            yield Tag(found[1].lower(), start, end)


def _continues(letter: str) -> bool:
    """Whether a letter before an @ or behind a name is of the same word: Latin ones with accents are."""
    if not letter:
        return False
    if letter in "@_" or letter in "0123456789":
        return True
    return unicodedata.name(letter, "").startswith(("LATIN ", "COMBINING "))


def mentioned(prompt: Prompt) -> tuple[str, ...]:
    """The tags that a prompt names, each once, in the order in which its sections are read."""
    texts = (str(getattr(prompt, section)) for section in terms.values(terms.SECTIONS))
    return tuple(dict.fromkeys(found.tag for text in texts for found in tags_in(text)))


def tags_of(shot: Shot) -> tuple[str, ...]:
    """The tags that a shot's prompt names, then those of its cast; each once."""
    return tuple(dict.fromkeys((*mentioned(shot.prompt), *(each.tag for each in shot.assets))))


def replace_tag(text: str, old: str, new: str) -> str:
    """`text` with `@new` wherever it names `@old`; a longer tag that begins alike (`@lou2`) stays."""
    parts: list[str] = []
    done = 0
    for found in tags_in(text):
        if found.tag == old.lower():
            parts += (text[done : found.start], "@", new)
            done = found.end
    return "".join((*parts, text[done:]))


def plain_tag(text: str) -> str:
    """A tag as it was typed, with or without its @, as it is stored: `@Lou` is `lou`. It may still be a bad one."""
    return text.strip().removeprefix("@").lower()

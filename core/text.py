"""Text on its way to a model: what hides in it, its sentences, and how long it is in the model's own unit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Literal, assert_never

__all__ = [
    "ESTIMATED",
    "Unit",
    "clean",
    "control_letters",
    "direction_letters",
    "hidden",
    "length",
    "right_to_left",
    "sentence_ends",
    "short",
    "without_hidden",
]

Unit = Literal["characters", "utf16", "bytes", "words", "tokens"]
"""In what a provider counts: Unicode characters, UTF-16 code units, bytes of UTF-8, words, or tokens of its own."""

ESTIMATED: frozenset[Unit] = frozenset({"tokens"})
"""Units whose length is estimated: every model has a tokenizer of its own, and none of them is here."""

_TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Characters that turn text around, so that it reads otherwise than it is: embeddings, overrides and isolates (Unicode
Standard Annex 9). Marks that only say which way a neighbour is written (U+061C, U+200E, U+200F) are honest text."""
_LINES = "\t\n\r"
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls; a tab and a line break are blanks
    f"{_TURNING}"
    "\ud800-\udfff\ufeff"  # halves of characters, byte order marks
    "\U000e0000-\U000e007f]"  # tag characters, which nobody sees and a model reads
)
_BLANK = re.compile("[ \t-\r\x85\u2028\u2029]+")
_MARKS = 30
"""Combining marks in a row that are kept, as in the Stream-Safe Text Format (Unicode Standard Annex 15): no language
stacks more, and ordering them takes time that grows with the square of their number."""

_CJK = (
    "\u2e80-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60\U00020000-\U0003ffff"
)
_WORD = re.compile(f"[{_CJK}]|[^\\s{_CJK}]+")
_TOKEN = re.compile(f"(?P<sign>[{_CJK}])|(?P<latin>[A-Za-z\u00c0-\u024f]+)|(?P<word>[^\\W{_CJK}]+)|[^\\w\\s]")
_LATIN_PER_TOKEN, _OTHER_PER_TOKEN = 6, 3

_MARK = "[.!?\u2026\u061f\u06d4\u0964]"
_SENTENCE = re.compile(
    f"(?<!{_MARK}){_MARK}++[\"'\u201d\u2019\u00bb)\\]]*+(?= |$)|[\u3002\uff01\uff1f]++[\u300d\u300f\u201d]*+"
)

_BEFORE = 16
"""Characters before a stop in which a number's No stands."""
_NUMBERED = re.compile(r"\b[Nn]o(?:\. [0-9]|\.? ?[0-9]+\. [a-z])$")
"""Up to the second character behind the stop."""


def clean(text: str) -> str:
    """Text as it is sent: on one line, in Unicode's composed form (NFC), without controls or what turns text around.

    Text from right to left stays as it is and in its order. Takes time in proportion to its length.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", _fewer_marks(_HIDDEN.sub("", text)))
    else:
        text = _HIDDEN.sub("", text)
    return _BLANK.sub(" ", text).strip(" ")


def _fewer_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for letter in text:
        marks = marks + 1 if unicodedata.combining(letter) else 0
        if marks <= _MARKS:
            kept.append(letter)
    return "".join(kept)


def control_letters(text: str) -> tuple[str, ...]:
    """The control characters of a text but tabs and line ends, and halves of characters; each once, as U+0007."""
    return _once(letter for letter in text if _is_control(letter))


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cs") and letter not in _LINES


def direction_letters(text: str) -> tuple[str, ...]:
    """The characters of a text that turn its direction, each once, as U+202E."""
    return _once(letter for letter in text if letter in _TURNING)


def hidden(text: str) -> tuple[str, ...]:
    """Both of them."""
    return (*control_letters(text), *direction_letters(text))


def without_hidden(text: str) -> str:
    """The text without them. Words that a control character parted stay parted, by a space."""
    kept: list[str] = []
    parted = False
    for letter in text:
        if letter in _TURNING:
            continue
        if _is_control(letter):
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


def short(text: str, most: int = 60) -> str:
    """The beginning of a text of the artist's, on one line and without what a terminal would obey."""
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return plain if len(plain) <= most else plain[: most - 1] + "…"


def sentence_ends(text: str) -> Iterator[int]:
    """Where the sentences of a text end, its own end last: each is behind a mark and the quotes and brackets closed.

    The stop of a number ends none: No. 1, No 1. shot.
    """
    end = 0
    for found in _SENTENCE.finditer(text):
        if found[0] == "." and _NUMBERED.search(text, max(0, found.start() - _BEFORE), found.end() + 2):
            continue
        end = found.end()
        yield end
    if end < len(text):
        yield len(text)


def length(text: str, unit: Unit) -> int:
    """How long a text is in a unit. Tokens are estimated, see `ESTIMATED`.

    A word is what stands between blanks, and each Chinese, Japanese or Korean sign. English has about four tokens
    for three words (https://help.openai.com/en/articles/4936856): a Latin word counts one for each six letters
    begun, one of another script one for each three, a sign and a punctuation mark one each, and the end one.
    """
    match unit:
        case "characters":
            return len(text)
        case "utf16":
            return len(text.encode("utf-16-le", "surrogatepass")) // 2
        case "bytes":
            return len(text.encode("utf-8", "surrogatepass"))
        case "words":
            return sum(1 for _ in _WORD.finditer(text))
        case "tokens":
            return sum(map(_tokens, _TOKEN.finditer(text))) + 1
        case _:
            assert_never(unit)


def _tokens(found: re.Match[str]) -> int:
    if found["latin"]:
        return -(-len(found["latin"]) // _LATIN_PER_TOKEN)
    if found["word"]:
        return -(-len(found["word"]) // _OTHER_PER_TOKEN)
    return 1

"""A compiled prompt brought to a limit by leaving out whole sentences; what happens and what the camera does stay."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import NamedTuple

from .prompt import CompiledPrompt, Dropped, Span
from .text import Unit, length, sentence_ends

__all__ = ["shorten"]

_GOES = ("style", "location", "subject", "constraints")
"""Sections in the order in which their sentences are left out, the last sentence of each first. Repeated identity
goes before all of them; ACTION and CAMERA stay."""


class _Sentence(NamedTuple):
    section: str
    start: int
    """Behind the sentence before it, so with the blank between them."""
    end: int
    repeated: bool


def shorten(compiled: CompiledPrompt, limit: int, unit: Unit) -> CompiledPrompt:
    """A prompt whose text, and whose negative text, are at most `limit` long where sentences can be left out for it.

    First what repeats the assets' identity, then sentences of STYLE, LOCATION, SUBJECT and CONSTRAINTS, the last
    of each first. What is left out stands in `dropped`. ACTION and CAMERA stay, so the text may still be too long:
    ask `length`. Equal inputs give an equal text.
    """
    sentences = _sentences(compiled)
    order = sorted(
        (each for each in sentences if each.repeated or each.section in _GOES),
        key=lambda each: (not each.repeated, -1 if each.repeated else _GOES.index(each.section), -each.start),
    )
    gone: list[_Sentence] = []
    if length(compiled.text, unit) > limit:
        count = _fewest(len(order), lambda n: _fits(compiled, _ranges(compiled, sentences, order[:n]), limit, unit))
        gone = sorted(order[:count], key=lambda each: each.start)
    ranges = _ranges(compiled, sentences, gone) if gone else [(0, len(compiled.text))]
    text, spans = _of(compiled.text, compiled.spans, ranges)
    negative, negative_spans, cut = _cut_items(compiled, limit, unit)
    dropped = [Dropped(section=s.section, text=compiled.text[s.start : s.end].strip(" ")) for s in gone]
    return compiled.model_copy(
        update={
            "text": text,
            "spans": spans,
            "negative": negative,
            "negative_spans": negative_spans,
            "dropped": (*compiled.dropped, *dropped, *cut),
        }
    )


def _fewest(most: int, enough: Callable[[int], bool]) -> int:
    """The smallest number that is enough, or `most`; whatever is enough stays so with more."""
    low, high = 0, most
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return low


def _sentences(compiled: CompiledPrompt) -> list[_Sentence]:
    """All sentences of the text. A stop inside of an asset's own words ends none: they stay whole."""
    found: list[_Sentence] = []
    starts = [span.start for span in compiled.spans]
    for section, group in groupby(compiled.spans, key=lambda span: span.section):
        body = [span for span in group if span.source != "heading"]
        if not section or not body:
            continue
        first, last = body[0].start, body[-1].end
        start = first
        for end in sentence_ends(compiled.text[first:last]):
            end += first
            mark = compiled.spans[bisect_right(starts, end - 1) - 1]
            if end == last or not mark.source.startswith("asset."):
                inside = compiled.spans[bisect_right(starts, start) - 1 : bisect_right(starts, end - 1)]
                repeated = any(span.source.endswith(".identity") for span in inside)
                found.append(_Sentence(section, start, end, repeated))
                start = end
    return found


def _ranges(
    compiled: CompiledPrompt, sentences: Sequence[_Sentence], gone: Sequence[_Sentence]
) -> list[tuple[int, int]]:
    """The parts of the text without some sentences; a section without any goes with its heading."""
    lost = set(gone)
    ranges: list[tuple[int, int]] = []
    heads = {span.section: (span.start, span.end) for span in compiled.spans if span.source == "heading"}
    between = next(((span.start, span.end) for span in compiled.spans if not span.section), (0, 0))
    for section, group in groupby(sentences, key=lambda each: each.section):
        kept = [each for each in group if each not in lost]
        if not kept:
            continue
        if ranges:
            ranges.append(between)
        if section in heads:
            ranges.append(heads[section])
        blank = compiled.text[kept[0].start] == " "
        ranges.append((kept[0].start + blank, kept[0].end))
        ranges += [(each.start, each.end) for each in kept[1:]]
    return ranges


def _fits(compiled: CompiledPrompt, ranges: Sequence[tuple[int, int]], limit: int, unit: Unit) -> bool:
    return length("".join(compiled.text[start:end] for start, end in ranges), unit) <= limit


def _of(text: str, spans: Sequence[Span], ranges: Sequence[tuple[int, int]]) -> tuple[str, tuple[Span, ...]]:
    """Parts of a text one behind the other, and the map of them."""
    starts = [span.start for span in spans]
    made: list[Span] = []
    length_ = 0
    for start, end in ranges:
        at = max(0, bisect_right(starts, start) - 1)
        while at < len(spans) and spans[at].start < end:
            span = spans[at]
            at += 1
            size = min(end, span.end) - max(start, span.start)
            made.append(span.model_copy(update={"start": length_, "end": length_ + size}))
            length_ += size
    return "".join(text[start:end] for start, end in ranges), tuple(made)


def _cut_items(compiled: CompiledPrompt, limit: int, unit: Unit) -> tuple[str, tuple[Span, ...], list[Dropped]]:
    """The negative text with as many of its first items as fit, its map, and what was cut off."""
    text, spans = compiled.negative, compiled.negative_spans
    if length(text, unit) <= limit:
        return text, spans, []
    ends = [span.start for span in spans if not span.section] + [len(text)]
    keep = len(ends) - _fewest(len(ends), lambda n: n == len(ends) or length(text[: ends[-1 - n]], unit) <= limit)
    end = ends[keep - 1] if keep else 0
    left, kept = _of(text, spans, [(0, end)] if end else [])
    return left, kept, [Dropped(section="constraints", text=text[end:].removeprefix(", "))]

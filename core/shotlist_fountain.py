r"""Shot lists in a screenplay: notes `[[SHOT: …]]` in a Fountain file (https://fountain.io/syntax).

The grammar of a note; it may stand anywhere but in a boneyard, and may run over several lines:

    note  = "[[" "SHOT" ":" head { "|" key ":" value } "]]"
    head  = [ number ] [ name ]      or      key ":" value      or nothing
    key   = a heading of `shotlist_csv.COLUMNS` but film, or "frames" for a range: 1-48, 10 to 20

`SH010 Wide on the room` is a number and a name when its first word is letters and digits and ends
in them, like SH010, 12, 12A or SQ010_SH020; a colon or a dash behind it is left out. Else the whole
head is the name. A shot without a number gets the next one behind the highest of the file. Before
`| [ ] * \` a backslash takes their meaning away. An empty value is as good as none, but `sequence:`
alone says that the shot is in none.

The film is the title page's `Title:`. A shot is in the sequence of the section (`#` or `##`) it stands
under; where no section came yet, in that of the scene heading, with its scene number before it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from . import names, terms
from .errors import ShotListError
from .framerate import FrameRate
from .shotlist import (
    MAX_TEXT,
    PROMPT_FIELDS,
    Complaints,
    Draft,
    ShotList,
    ShotListEntry,
    build,
    one_line,
    show,
    too_many,
    unknown,
)
from .shotlist_csv import COLUMNS, NAMES, PAIRS, draft, heading

__all__ = ["EXAMPLE", "parse", "render"]

EXAMPLE = "[[SHOT: SH010 Wide on the room | camera: Cam.Wide | frames: 1-48]]"
"""A note, for messages and help."""

_RANGE = "frames"
_KEYS: Mapping[str, str] = {
    **{key: name for key, name in NAMES.items() if name != "film"},
    _RANGE: _RANGE,
    "range": _RANGE,
}
_FILLS: Mapping[str, tuple[str, ...]] = {**PAIRS, _RANGE: ("start", "end")}
_KNOWN = [alias for name, group in COLUMNS.items() if name != "film" for alias in group]

_SHOT = re.compile(r"\s*SHOT\s*:", re.IGNORECASE)
_FORGOT_COLON = re.compile(r"\s*SHOT\s+(?:[A-Za-z]+[_-]?)?[0-9]+[A-Za-z]?(?:\s|\||$)", re.IGNORECASE)
_PART = r"(?:[A-Za-z]+[_-]?)?[0-9]+[A-Za-z]?"
_NUMBER = re.compile(rf"({_PART}(?:[_-]{_PART})*):?(?:\s+(?:[-–—]\s+)?|$)")
_BETWEEN = re.compile(r"(?<=[0-9sf])\s*(?:-|–|—|\.\.|to)\s*(?=-?[0-9])")
_MEANING = re.compile(r"([\\|\[\]*])")
_SPELLED = re.compile(r"\\([\\|\[\]*_:/#.])")
_SCENE = re.compile(r"(?:INT|EXT|EST|INT\.?/EXT|EXT\.?/INT|I/E)[. ]", re.IGNORECASE)
_PLAIN_SECTION = re.compile(r"[\w(](?:[\w .,'&()+-]*[\w).])?")


# -- writing ----------------------------------------------------------------------------------------


def render(shots: ShotList) -> str:
    """The shot list as Fountain text: a title page, sections for sequences, a note for each shot."""
    title = _spell(shots.film).replace("_", "\\_")
    lines = [f"Title: {title}", ""] if title else []
    section = ""
    for entry in shots.shots:
        if entry.sequence != section and _PLAIN_SECTION.fullmatch(entry.sequence):
            section = entry.sequence
            lines += [f"# {section}", ""]
        lines += [_note(entry, section), ""]
    return "\n".join(lines)


def _note(entry: ShotListEntry, section: str) -> str:
    pairs: list[tuple[str, object]] = []
    if entry.sequence != section:
        pairs.append(("sequence", entry.sequence))
    pairs += [("scene", entry.scene), ("camera", entry.camera)]
    if entry.start is not None and entry.end is not None:
        dash = "-" if entry.start >= 0 and entry.end >= 0 else " to "
        pairs.append((_RANGE, f"{entry.start}{dash}{entry.end}"))
    else:
        pairs += [("start", entry.start), ("end", entry.end)]
    pairs.append(("duration", entry.duration))
    if entry.head is not None and entry.tail is not None:
        pairs.append(("handles", f"{entry.head}/{entry.tail}"))
    else:
        pairs += [("head", entry.head), ("tail", entry.tail)]
    if entry.width is not None:
        pairs.append(("size", f"{entry.width}x{entry.height}"))
    locked = None if entry.locked is None else "yes" if entry.locked else "no"
    pairs += [("fps", entry.fps), ("mode", entry.mode), ("locked", locked), ("id", entry.id)]
    repeat = None if entry.prompt_repeat_identity is None else "yes" if entry.prompt_repeat_identity else "no"
    pairs += [(name.replace("_", " "), getattr(entry, name) or None) for name in PROMPT_FIELDS]
    pairs.append(("prompt repeat identity", repeat))
    written = [f"{key}: {_spell(str(value))}".rstrip() for key, value in pairs if value is not None]
    return f"[[SHOT: {' | '.join([*_head(entry), *written])}]]"


def _head(entry: ShotListEntry) -> list[str]:
    compact = _spell(f"{entry.number} {entry.name}".strip())
    if _split_head(compact) == {"number": entry.number, "name": entry.name}:
        return [compact]
    named = [f"name: {_spell(entry.name)}"] if entry.name else []
    return [f"number: {_spell(entry.number)}", *named]


def _spell(text: str) -> str:
    return _MEANING.sub(r"\\\1", text)


def _unspell(text: str) -> str:
    return _SPELLED.sub(r"\1", text)


# -- reading ----------------------------------------------------------------------------------------


def parse(text: str, fps: FrameRate | None = None) -> ShotList:
    """The shot list of the notes in a screenplay, in their order.

    `fps` turns timecodes and seconds into frames in notes without a rate of their own. Raises
    ShotListError with the line, also when there is no shot note at all.
    """
    complaints = Complaints()
    text = _without_boneyard(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    notes, rest = _notes(text, complaints)
    film, sequences = _outline(rest)
    drafts: list[Draft] = []
    for note in notes:
        drafts.append(_draft(note, sequences[note.line - 1], fps, complaints))
        if len(drafts) > terms.MAX_SHOT_LIST_ROWS:
            raise too_many(f"over {terms.MAX_SHOT_LIST_ROWS:,}")
    if not notes:
        complaints.stop_if_any()
        raise ShotListError(f"There are no shots in it: write a note for each one into the script, such as {EXAMPLE}.")
    return build(film, _numbered(drafts), complaints)


@dataclass(frozen=True, slots=True)
class _Note:
    line: int
    body: str
    """What stands behind `SHOT:`, line breaks folded."""


def _without_boneyard(text: str) -> str:
    """`text` with `/* … */` blanked, line breaks kept; one that is never closed is text."""
    last = text.rfind("*/") + 2
    if last < 2:
        return text
    inside = re.compile(r"\\.|/\*.*?\*/", re.DOTALL)
    return inside.sub(lambda m: m[0] if m[0][0] == "\\" else "\n" * m[0].count("\n"), text[:last]) + text[last:]


def _notes(text: str, complaints: Complaints) -> tuple[list[_Note], str]:
    """The shot notes of `text`, and `text` without any notes but with all of its line breaks."""
    breaks = [match.start() for match in re.finditer("\n", text)]
    notes: list[_Note] = []
    rest: list[str] = []
    kept = 0
    begin: int | None = None

    def unclosed(at: int | None) -> None:
        if at is not None and _SHOT.match(text, at + 2):
            line = bisect_right(breaks, at) + 1
            complaints.add(f"line {line}: the note [[SHOT: is never closed: write ]] behind it.")

    for token in re.finditer(r"\\.|\[\[|\]{2,}", text, re.DOTALL):
        if token[0] == "[[":
            unclosed(begin)
            begin = token.start()
        elif token[0][0] == "]" and begin is not None:
            line = bisect_right(breaks, begin) + 1
            content = text[begin + 2 : token.end() - 2]
            if match := _SHOT.match(content):
                notes.append(_Note(line, one_line(content[match.end() :])))
            elif _FORGOT_COLON.match(content):
                complaints.add(f"line {line}: the note [[SHOT has no colon: write it like {EXAMPLE}.")
            rest += [text[kept:begin], "\n" * content.count("\n")]
            kept, begin = token.end(), None
    unclosed(begin)
    return notes, "".join([*rest, text[kept:]])


def _outline(text: str) -> tuple[str, list[str]]:
    """The film's title, and the sequence that each line is in."""
    lines = text.split("\n")
    title, body = _title_page(lines)
    section = scene = ""
    sequences: list[str] = []
    alone = True
    for index, line in enumerate(lines):
        bare = line.strip()
        if index >= body:
            if match := re.match(r"(#{1,6})[ \t]*(?=[^# \t])", bare):
                section = one_line(bare[match.end() :]) if len(match[1]) <= 2 else section
            elif alone and (_SCENE.match(bare) or re.match(r"\.\w", bare)):
                scene = _scene(bare)
            alone = not bare or bare[0] in "#="
        sequences.append((section or scene)[:MAX_TEXT].strip())
    return title, sequences


def _title_page(lines: list[str]) -> tuple[str, int]:
    """The `Title:` and the index of the first line behind the title page."""
    begin = next((index for index, line in enumerate(lines) if line.strip()), len(lines))
    if begin == len(lines) or not re.match(r"[A-Za-z][A-Za-z ]{0,40}:", lines[begin]):
        return "", begin
    end = next((index for index in range(begin, len(lines)) if not lines[index].strip()), len(lines))
    parts: list[str] = []
    ours = False
    for line in lines[begin:end]:
        if not line[:1].isspace():
            key, _, value = line.partition(":")
            ours, line = key.strip().lower() == "title", value
        if ours and line.strip():
            parts.append(_plain(line.strip()))
    return " ".join(parts), end


def _plain(text: str) -> str:
    """Text without the emphasis around it (`_**BRICK & STEEL**_`) and without backslashes."""
    mark = re.match(r"[*_]+", text)
    if mark and len(text) > 2 * mark.end() and text.endswith(mark[0][::-1]):
        text = text[mark.end() : -mark.end()]
    return _unspell(text)


def _scene(line: str) -> str:
    """A scene heading as the name of a sequence: `.CELLAR #12#` is `12 CELLAR`."""
    match = re.search(r"#([\w.)-]+)#$", line)
    text = line[: match.start()].rstrip() if match else line
    text = one_line(text.removeprefix("."))
    return f"{match[1]} {text}" if match else text


def _draft(note: _Note, sequence: str, fps: FrameRate | None, complaints: Complaints) -> Draft:
    """The draft of a note that stands in `sequence`."""
    wrong: list[str] = []
    head, *segments = _segments(note.body)
    pairs = [(name, name, value) for name, value in _split_head(head).items()]
    pairs += _pairs(segments, wrong, quiet=complaints.full)
    texts = {"sequence": sequence}
    labels: dict[str, str] = {}
    for name, key, value in pairs:
        fills = (name, *_FILLS.get(name, ()))
        wrong += [f"{labels[part]} and {key} both say {part}: remove one of them" for part in fills if part in labels]
        labels.update(dict.fromkeys(fills, key))
        texts[name] = value
    span = texts.pop(_RANGE, "")
    if span:
        ends = _BETWEEN.split(span)
        if len(ends) == 2:
            texts["start"], texts["end"] = ends
        else:
            wrong.append(f"{labels[_RANGE]} is {show(span)}: write a range such as 1-48, or the length as duration: 48")
    for sentence in wrong:
        complaints.add(f"line {note.line}: {sentence}.")
    made = draft(f"line {note.line}", {name: value for name, value in texts.items() if value}, labels, fps, complaints)
    return replace(made, partial=True) if wrong else made


def _pairs(segments: list[str], wrong: list[str], quiet: bool) -> Iterator[tuple[str, str, str]]:
    """Column, key as written, and text of each `key: value`."""
    for segment in filter(None, segments):
        key, colon, value = segment.partition(":")
        name = _KEYS.get(heading(key), "")
        if name and colon:
            yield name, key.strip(), _unspell(value.strip())
        else:
            hint = "" if quiet else unknown(key.strip(), _KNOWN)
            what = f"{hint} is not a key of a shot note" if colon else f"{hint} has no colon"
            wrong.append(f"{what}: write key: value, with one of {', '.join(n for n in COLUMNS if n != 'film')}")


def _segments(body: str) -> Iterator[str]:
    """The parts of a note between bars; a bar behind a backslash is none."""
    part: list[str] = []
    for token in re.finditer(r"\\.|\||[^\\|]+|\\", body):
        if token[0] == "|":
            yield "".join(part).strip()
            part = []
        else:
            part.append(token[0])
    yield "".join(part).strip()


def _split_head(head: str) -> dict[str, str]:
    """Column to text of the first part of a note; a head that names neither has no columns."""
    key, colon, value = head.partition(":")
    name = _KEYS.get(heading(key), "")
    if colon and name:
        return {name: _unspell(value.strip())}
    if match := _NUMBER.match(head):
        return {"number": match[1], "name": _unspell(head[match.end() :])}
    return {"name": _unspell(head)} if head else {}


def _numbered(drafts: list[Draft]) -> list[Draft]:
    """The drafts, those without a number counted on from the highest one."""
    taken = [str(each.values["number"]) for each in drafts if "number" in each.values]
    last: list[str] = taken
    done: list[Draft] = []
    for each in drafts:
        if "number" not in each.values:
            last = [names.next_number(last)]
            each = Draft(each.place, {**each.values, "number": last[0]}, each.labels, each.texts, each.partial)
        done.append(each)
    return done

"""Shot lists as CSV: a spreadsheet with one shot in a row and the headings in the first one.

Columns come in any order, under any of the names in `COLUMNS`; letter case, spaces, `_`, `-` and
dots do not matter. Cells are divided by comma, semicolon or tab, whichever the headings show.

Written cells of text that begin with `= + - @` get an apostrophe before them, so that a spreadsheet
never takes them for a formula (https://owasp.org/www-community/attacks/CSV_Injection); `parse`
takes exactly one such apostrophe away again.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from . import terms
from .errors import ShotListError
from .framerate import FrameRate
from .shotlist import PROMPT_FIELDS, Complaints, Draft, ShotList, build, one_line, rate, show, too_many, unknown

__all__ = ["COLUMNS", "parse", "render"]

PROMPT = (*PROMPT_FIELDS, "prompt_repeat_identity")
"""Columns that are written when a shot of the list has a prompt."""

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": ("number", "shot number", "shot no", "shot", "no", "nr", "#"),
    "name": ("name", "shot name", "description", "title", "action"),
    "sequence": ("sequence", "seq"),
    "scene": ("scene", "blender scene", "scene name"),
    "camera": ("camera", "cam", "camera name"),
    "start": ("start", "start frame", "in", "frame in", "first", "first frame"),
    "end": ("end", "end frame", "out", "frame out", "last", "last frame"),
    "duration": ("duration", "length", "frames", "frame count"),
    "head": ("head", "head handle", "handle head", "handle in"),
    "tail": ("tail", "tail handle", "handle tail", "handle out"),
    "handles": ("handles", "handle"),
    "width": ("width", "w", "resolution x"),
    "height": ("height", "h", "resolution y"),
    "size": ("size", "resolution"),
    "mode": ("mode",),
    "locked": ("locked", "lock"),
    "fps": ("fps", "frame rate", "rate"),
    **{name: (name,) for name in PROMPT},
    "film": ("film", "project", "film title"),
    "id": ("id", "uuid", "shot id"),
}
"""Column to the headings it may have; the first one is written. `handles` holds `8/8` (or `8` for
both ends), `size` holds `1920x1080`; they are read, head and tail, width and height are written."""

PAIRS: Mapping[str, tuple[str, str]] = {"handles": ("head", "tail"), "size": ("width", "height")}
"""Columns that fill two fields."""
_DELIMITERS = (",", ";", "\t")
_FORMULA = re.compile("'*[=+\\-@\uff1d\uff0b\uff0d\uff20]")
"""What a spreadsheet takes for a formula (full-width signs too), behind any number of apostrophes."""
_YES = frozenset({"yes", "y", "true", "1", "x", "on"})
_NO = frozenset({"no", "n", "false", "0", "off"})
_FRAMES = re.compile(r"([+-]?[0-9]{1,9})(?:[.,]0{1,6})? ?(?:f|frames?)?", re.IGNORECASE)
_SECONDS = re.compile(r"([+-]?[0-9]{1,9}(?:[.,][0-9]{1,9})?) ?s(?:ec|econds?)?", re.IGNORECASE)
_TIMECODE = re.compile(r"(-?)([0-9]{1,3}):([0-9]{1,2}):([0-9]{1,2})([:;])([0-9]{1,3})")
_PAIR = re.compile(r"([0-9]{1,9})(?: ?[x×*/+,] ?([0-9]{1,9}))?", re.IGNORECASE)


def heading(text: str) -> str:
    """A heading as it is compared: small letters, without spaces, `_`, `-` and dots."""
    return re.sub(r"[\s_.\-]+", "", text).lower()


NAMES: Mapping[str, str] = {heading(alias): name for name, aliases in COLUMNS.items() for alias in aliases}
"""Heading, as `heading` gives it, to column."""


def render(shots: ShotList) -> str:
    """The shot list as CSV text with commas and line feeds, the film in every row.

    All columns are written, those of the prompt when a shot has one.

    Text beyond ASCII gets a byte order mark before it: without one Excel reads the file in an old code page.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    prompted = any(getattr(entry, name) for entry in shots.shots for name in PROMPT)
    columns = [name for name in COLUMNS if name not in PAIRS and (prompted or name not in PROMPT)]
    writer.writerow(columns)
    for entry in shots.shots:
        values: dict[str, object] = {name: getattr(entry, name) for name in columns if name != "film"}
        writer.writerow([_cell(values.get(name, shots.film)) for name in columns])
    if shots.film and not shots.shots:
        writer.writerow([_cell(shots.film) if name == "film" else "" for name in columns])
    text = out.getvalue()
    return text if text.isascii() else "\ufeff" + text


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return f"'{value}" if _FORMULA.match(value) else value
    return str(value)


def parse(text: str, fps: FrameRate | None = None) -> ShotList:
    """The shot list in CSV text.

    `fps` turns timecodes and seconds into frames in rows without a rate of their own. Empty rows are
    skipped; a row with nothing but the film adds no shot. Raises ShotListError with the row, counted
    as a spreadsheet counts, and the column.
    """
    rows = _rows(text.removeprefix("\ufeff"))
    first = next(rows, None)
    if first is None:
        raise ShotListError("The file is empty: write headings in the first row, such as number, name, camera.")
    columns = _columns(*first)
    complaints = Complaints()
    film = ""
    drafts: list[Draft] = []
    for row, cells in rows:
        texts = _texts(row, cells, columns, complaints)
        own = texts.pop("film", "")
        if own and film and own != film:
            complaints.add(f"row {row}: the film is {show(own)}, but rows above say {show(film)}: use one title.")
        film = film or own
        if not texts:
            continue
        drafts.append(draft(f"row {row}", texts, columns.labels, fps, complaints))
        if len(drafts) > terms.MAX_SHOT_LIST_ROWS:
            raise too_many(f"over {terms.MAX_SHOT_LIST_ROWS:,}")
    return build(film, drafts, complaints)


# -- rows and headings ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Columns:
    names: Sequence[str]
    """Column of each cell, "" where there is no heading."""
    labels: Mapping[str, str]
    """Column or field to its heading as the file has it."""


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that say something, each with its number in a spreadsheet."""
    mark = re.match(r"sep=([,;\t])[ \t]*[\r\n]", text, re.IGNORECASE)  # Excel's own way to name the delimiter
    delimiter = mark[1] if mark else _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    row = 0
    while True:
        begin = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise ShotListError(
                f"row {row + 1} (line {begin}) can't be read ({error}): look for a quote that is not closed, or "
                'write quotes inside of a quoted cell twice ("").'
            ) from error
        if cells is None:
            return
        row += 1
        if any(map(str.strip, cells)) and not (mark and row == 1):
            yield row, cells


def _delimiter(text: str) -> str:
    """The delimiter that finds most known headings in the first line that says something."""
    lines = io.StringIO(text[:100_000], newline=None)
    line = next((line for line in lines if line.strip(" \t\n,;")), ",")

    def known(delimiter: str) -> tuple[int, int]:
        cells = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True))
        return sum(heading(cell) in NAMES for cell in cells), len(cells)

    return max(_DELIMITERS, key=known)


def _columns(row: int, cells: Sequence[str]) -> _Columns:
    names = [NAMES.get(heading(cell), "") for cell in cells]
    strange = [cell for cell, name in zip(cells, names, strict=True) if cell.strip() and not name]
    known = ", ".join(COLUMNS)
    if not any(names):
        raise ShotListError(
            f"row {row} should hold the headings, such as number, name, camera; found "
            f"{', '.join(map(show, strange[:8]))}. Known headings: {known}."
        )
    if strange:
        aliases = [alias for group in COLUMNS.values() for alias in group]
        told = ", ".join(unknown(cell, aliases) for cell in strange[:50])
        more = f" and {len(strange) - 50} more" if len(strange) > 50 else ""
        raise ShotListError(
            f"row {row}: a shot list has no column {told}{more}. Rename or remove it. Known headings: {known}."
        )
    labels: dict[str, str] = {}
    for cell, name in zip(cells, names, strict=True):
        for part in (name, *PAIRS.get(name, ())) if name else ():
            label = f"column {show(cell.strip())}"
            if part in labels:
                raise ShotListError(f"row {row}: {labels[part]} and {label} both say {part}: remove one of them.")
            labels[part] = label
    if "number" not in labels:
        raise ShotListError(f'row {row}: there is no column for the shot number: add one with the heading "number".')
    return _Columns(names, labels)


def _texts(row: int, cells: Sequence[str], columns: _Columns, complaints: Complaints) -> dict[str, str]:
    texts: dict[str, str] = {}
    width = len(columns.names)
    for index, cell in enumerate(cells):
        text = one_line(cell)
        if not text:
            continue
        if index >= width or not columns.names[index]:
            complaints.add(
                f"row {row}: cell {index + 1} is {show(text)}, but that column has no heading: put text with "
                "the delimiter in it in quotes, or give the column a heading."
            )
            break
        texts[columns.names[index]] = text[1:] if text[0] == "'" and _FORMULA.match(text) else text
    return texts


# -- text to values; Fountain notes hold the same text --------------------------------------------------


def draft(
    place: str, texts: Mapping[str, str], labels: Mapping[str, str], fps: FrameRate | None, complaints: Complaints
) -> Draft:
    """The draft of a row of texts: column to text. Adds a complaint for each text that is no value."""
    values: dict[str, object] = {}
    shown: dict[str, str] = {}
    partial = False
    own = _rate(texts.get("fps", "")) or fps
    for name, text in texts.items():
        try:
            made = _values(name, text, own)
        except ValueError as error:
            title = Draft(place, texts).title
            complaints.add(f"{title}: {labels.get(name, name)} is {show(text)}: {error}.")
            partial = True
            continue
        values.update(made)
        shown.update(dict.fromkeys(made, text))
    return Draft(place, values, labels, shown, partial)


def _rate(text: str) -> FrameRate | None:
    try:
        found = rate(text)
    except ValueError:
        return None
    return found if isinstance(found, FrameRate) else None


def _values(name: str, text: str, fps: FrameRate | None) -> dict[str, object]:
    """The fields that a text fills. Raises ValueError that says what to write."""
    match name:
        case "start" | "end" | "duration":
            return {name: frames(text, fps)}
        case "head" | "tail" | "width" | "height":
            return {name: _whole(text)}
        case "handles" | "size":
            return dict(zip(PAIRS[name], _two(name, text), strict=True))
        case "locked" | "prompt_repeat_identity":
            return {name: _yes(text)}
        case _:
            return {name: text}


def frames(text: str, fps: FrameRate | None) -> int:
    """Frames from `48`, seconds `2.5s` or non-drop timecode `00:00:02:12`, counted from 0.

    Raises ValueError that says what to write, also where seconds or timecode meet no rate.
    """
    if match := _FRAMES.fullmatch(text):
        return int(match[1])
    match = _SECONDS.fullmatch(text) or _TIMECODE.fullmatch(text)
    if match is None:
        raise ValueError("write frames such as 48, seconds such as 2.5s, or a timecode such as 00:00:02:12")
    if fps is None:
        raise ValueError("seconds and timecodes need a frame rate: give fps too, such as 24, or write frames")
    if match.re is _TIMECODE:
        return _timecode(match, fps)
    return math.floor(Fraction(match[1].replace(",", ".")) * fps.fraction + Fraction(1, 2))


def _timecode(match: re.Match[str], fps: FrameRate) -> int:
    """The frame of a non-drop timecode; the inverse of `FrameRate.timecode`."""
    per_second = max(1, round(fps.fraction))
    hours, minutes, seconds, part = (int(match[group]) for group in (2, 3, 4, 6))
    if match[5] == ";":
        raise ValueError("drop-frame timecode (with ;) is not read: write non-drop timecode (with :) or frames")
    if minutes > 59 or seconds > 59 or part >= per_second:
        raise ValueError(
            f"a timecode is HH:MM:SS:FF, with minutes and seconds up to 59 and frames up to {per_second - 1} "
            f"at {fps} fps"
        )
    total = ((hours * 60 + minutes) * 60 + seconds) * per_second + part
    return -total if match[1] else total


def _whole(text: str) -> int:
    match = _FRAMES.fullmatch(text)
    if match is None:
        raise ValueError("write a whole number")
    return int(match[1])


def _two(name: str, text: str) -> tuple[int, int]:
    match = _PAIR.fullmatch(text)
    if match is None or (name == "size" and match[2] is None):
        raise ValueError("write 1920x1080" if name == "size" else "write 8/8 (head/tail), or 8 for both")
    return int(match[1]), int(match[2] or match[1])


def _yes(text: str) -> bool:
    word = text.lower()
    if word not in _YES | _NO:
        raise ValueError("write yes or no")
    return word in _YES

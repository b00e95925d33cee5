"""Storyboard pages: panels with number, size, lens, move, action and length, as pictures and as a PDF."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from ...core.storyboard import Panel
from .letters import Letters
from .panel import INK, TRAIL, draw_panel, width_of

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

Picture = NDArray[np.uint8]

__all__ = ["PANEL_HEIGHT", "BoardShot", "Paper", "Picture", "draw_pages", "pages_of", "pdf_bytes"]

Paper = Literal["A4", "letter"]

_DPI = 254
"""Ten pixels a millimetre."""
_PAPERS: dict[Paper, tuple[int, int]] = {"A4": (2970, 2100), "letter": (2794, 2159)}
PANEL_HEIGHT = 366
"""Pixels that a picture is high on the page, so that four of 16:9 stand in a row of A4."""
_SIDE, _TOP, _ROW, _ROWS, _BETWEEN = 90, 170, 612, 3, 40
"""Margins, where the first row begins, from row to row, rows on a page, room between panels."""
_LEAST = 560
"""Pixels that the words under a narrow picture have at least."""
_TITLE, _NUMBER, _FACTS, _ACTION = 46, 36, 26, 28
_LINES = 5
"""Of words under a panel's number."""
_DIM, _GROUND, _EMPTY = (104, 104, 110), (255, 255, 255), (240, 240, 242)


_STILL = Panel("still")


@dataclass(frozen=True)
class BoardShot:
    """A shot on a page."""

    number: str
    name: str
    sequence: str
    facts: str
    """Lens, height, size and moves in a line."""
    action: str
    duration: str
    """4.0 s · 96 f."""
    aspect: float
    panel: Panel = _STILL
    pictures: Callable[[], Sequence[Picture]] = tuple
    """Reads the drawn pictures, grey (h, w) uint8."""
    problem: str = ""
    """Why there is none."""

    @property
    def width(self) -> int:
        """Pixels that its picture is wide on the page."""
        return width_of(self.panel, self.aspect, PANEL_HEIGHT)


def pages_of(shots: Iterable[BoardShot], paper: Paper) -> list[list[list[BoardShot]]]:
    """The shots as pages of rows; each sequence begins a page."""
    room = _PAPERS[paper][0] - 2 * _SIDE
    pages: list[list[list[BoardShot]]] = []
    for _, group in groupby(shots, key=lambda shot: shot.sequence):
        rows: list[list[BoardShot]] = []
        left = 0
        for shot in group:
            wide = _cell(shot, room)
            if not rows or wide > left:
                rows.append([])
                left = room
            rows[-1].append(shot)
            left -= wide + _BETWEEN
        pages += [rows[at : at + _ROWS] for at in range(0, len(rows), _ROWS)]
    return pages


def _cell(shot: BoardShot, room: int) -> int:
    return min(room, max(_LEAST, shot.width))


def draw_pages(
    film: str, pages: Sequence[Sequence[Sequence[BoardShot]]], paper: Paper, date: str, letters: Letters
) -> Iterator[Picture]:
    """The pages, RGB (h, w, 3) uint8 at 254 dots per inch; the same input gives the same pixels."""
    sequences = [page[0][0].sequence for page in pages]
    for index, page in enumerate(pages):
        place = sequences[: index + 1].count(sequences[index]), sequences.count(sequences[index])
        yield np.asarray(_page(film, page, paper, date, letters, (index + 1, len(pages)), place))


def _page(
    film: str,
    rows: Sequence[Sequence[BoardShot]],
    paper: Paper,
    date: str,
    letters: Letters,
    number: tuple[int, int],
    of_sequence: tuple[int, int],
) -> Image:
    from PIL import Image
    from PIL.ImageDraw import Draw

    size = _PAPERS[paper]
    image = Image.new("RGB", size, _GROUND)
    on = Draw(image)
    right = size[0] - _SIDE
    where = f"page {number[0]} of {number[1]}"
    end = " · ".join(filter(None, (date, where)))
    letters.draw(on, (right, 100), end, _FACTS, _DIM, anchor="r")
    room = right - _SIDE - letters.width(end, _FACTS) - 80
    title = letters.fit(film, _TITLE, room, "bold")
    letters.draw(on, (_SIDE, 104), title, _TITLE, INK, weight="bold")
    sequence = rows[0][0].sequence
    if sequence:
        part = f" ({of_sequence[0]} of {of_sequence[1]})" if of_sequence[1] > 1 else ""
        used = letters.width(title, _TITLE, "bold") + 40
        letters.draw(on, (_SIDE + used, 104), letters.fit(sequence + part, 34, room - used), 34, _DIM)
    on.line((_SIDE, 130, right, 130), fill=INK, width=3)
    for place, row in enumerate(rows):
        left = _SIDE
        for shot in row:
            wide = _cell(shot, size[0] - 2 * _SIDE)
            _shot(image, on, shot, (left, _TOP + place * _ROW), wide, letters)
            left += wide + _BETWEEN
    _legend(on, letters, size, rows)
    return image


def _shot(image: Image, on: ImageDraw, shot: BoardShot, at: tuple[int, int], room: int, letters: Letters) -> None:
    left, top = at
    wide = min(shot.width, room)
    if shot.problem:
        on.rectangle((left, top, left + wide - 1, top + PANEL_HEIGHT - 1), fill=_EMPTY, outline=INK, width=3)
        for line, text in enumerate(letters.wrap(shot.problem, _FACTS, wide - 60, 8)):
            letters.draw(on, (left + 30, top + 60 + 36 * line), text, _FACTS, _DIM)
    else:
        tall = round(PANEL_HEIGHT * wide / shot.width)  # only what is wider than a page is lower
        picture = draw_panel(shot.panel, shot.pictures(), (wide, tall), letters)
        image.paste(picture, (left, top + PANEL_HEIGHT - tall))
    y = top + PANEL_HEIGHT + 46
    letters.draw(on, (left + room, y), shot.duration, _FACTS, _DIM, anchor="r")
    room_left = room - letters.width(shot.duration, _FACTS) - 24
    number = letters.fit(shot.number, _NUMBER, room_left, "bold")
    letters.draw(on, (left, y), number, _NUMBER, INK, weight="bold")
    used = letters.width(number, _NUMBER, "bold") + 18
    if room_left - used > 40:
        letters.draw(on, (left + used, y), letters.fit(shot.name, _ACTION, room_left - used), _ACTION, INK)
    facts = letters.wrap(shot.facts, _FACTS, room, 2)
    for line, text in enumerate(facts):
        letters.draw(on, (left, y + 38 + 34 * line), text, _FACTS, _DIM)
    y += 40 + 34 * len(facts)
    for line, text in enumerate(letters.wrap(shot.action, _ACTION, room, _LINES - len(facts))):
        letters.draw(on, (left, y + 36 * line), text, _ACTION, INK)


def _legend(on: ImageDraw, letters: Letters, size: tuple[int, int], rows: Sequence[Sequence[BoardShot]]) -> None:
    """What the signs mean that are on this page."""
    panels = [shot.panel for row in rows for shot in row]
    marks = [mark for panel in panels for mark in panel.marks if mark.kind != "handheld"]
    words: list[tuple[str, str]] = []
    if any(panel.kind != "still" for panel in panels):
        words.append(("frames", "A start frame, B (dashed) end frame of a move"))
    if any(mark.travels for mark in marks):
        words.append(("full", "the camera travels"))
    if any(not mark.travels for mark in marks):
        words.append(("hollow", "the camera turns or zooms"))
    if any(panel.trails or panel.end_trails or panel.ghost for panel in panels):
        words.append(("way", "way of a person, and in these lines where somebody ends"))
    x, y = float(_SIDE), size[1] - 52
    for sign, text in words:
        _sign(on, sign, x, y - 9)
        letters.draw(on, (x + 58, y), text, 24, _DIM)
        x += 58 + letters.width(text, 24) + 56


def _sign(on: ImageDraw, sign: str, x: float, y: float) -> None:
    if sign == "frames":
        on.rectangle((x, y - 13, x + 44, y + 13), outline=INK, width=3)
        return
    if sign == "way":
        on.line((x, y, x + 34, y), fill=TRAIL, width=5)
        on.polygon([(x + 30, y - 9), (x + 30, y + 9), (x + 46, y)], fill=TRAIL)
        return
    shape = [(x, y - 6), (x + 26, y - 6), (x + 26, y - 14), (x + 46, y), (x + 26, y + 14), (x + 26, y + 6), (x, y + 6)]
    on.polygon(shape, fill=INK if sign == "full" else _GROUND)
    on.line([*shape, shape[0], shape[1]], fill=INK, width=3)


def pdf_bytes(pages: Iterable[Picture], title: str) -> bytes:
    """The pages as one PDF of pictures, at their printed size. The same pages give the same bytes."""
    from PIL import Image

    first, *rest = map(Image.fromarray, pages)
    stream = io.BytesIO()
    never = time.gmtime(0)  # a date would make each file another one
    first.save(
        stream,
        "PDF",
        save_all=True,
        append_images=rest,
        resolution=float(_DPI),
        quality=92,
        subsampling=0,
        title=title,
        producer="Shotwright",
        creationDate=never,
        modDate=never,
    )
    return stream.getvalue()

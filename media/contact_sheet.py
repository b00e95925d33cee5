"""The contact sheet: first, middle and last picture of every shot in every reference, as PNG pages."""

from __future__ import annotations

import math
import os
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import MediaError, ShotwrightError, storage_error
from . import ffmpeg_tool
from .pictures import png_bytes
from .slate import Lettering, drawable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

    Picture = NDArray[np.uint8]

__all__ = ["ContactSheet", "SheetShot", "read_pictures_at", "write_contact_sheet"]

_HEIGHT = 200
"""Of a thumbnail, in pixels; less where a page would get too wide."""
_WIDEST = 4 * _HEIGHT
"""Of a thumbnail: wider pictures (panoramas) are made lower."""
_PAGE = (4000, 6000)
"""Most pixels of a page: 72 MB while it is drawn."""
_LEAST = 1000
"""Narrowest page, so that titles have room."""
_MARGIN, _GAP, _BETWEEN = 48, 8, 44
"""Pixels around a page, between thumbnails and between shots."""
_TITLE, _NAME, _LABEL, _REASON = 40, 28, 18, 16
"""Text heights: the film, a shot, what stands beside the thumbnails, why one is missing."""
_GROUND, _EMPTY, _LINE = (26, 26, 26), (34, 34, 34), (74, 74, 74)
_BRIGHT, _DIM, _WARN = (240, 240, 240), (158, 158, 158), (226, 160, 90)
_ROWS = ("first", "middle", "last")
_LEGEND = "Of each shot the first, middle and last picture of its cut range, in every reference."
_ENDS = " Stills are the ends of all that was drawn, handles included."
_STILLS = "stills"
"""The column of `first.png` and `last.png`, which never need the same row."""


@dataclass(frozen=True)
class SheetShot:
    """One shot on the sheet."""

    title: str
    """Number and name."""
    facts: str
    """Length, rate, lens, take: one line."""
    references: Mapping[str, Path]
    """Label → file, in the order of the columns: a movie gives three pictures, a `.png` one; `.npz` is left out.

    `first.png` stands first, `last.png` last, any other still first; `board.png` is left out beside `board.mp4`.
    """
    first: int
    middle: int
    last: int
    """Indices of the cut range's pictures inside the movies, counted from 0; handles lie before and behind."""


@dataclass(frozen=True)
class ContactSheet:
    """What was written."""

    files: tuple[Path, ...]
    """The pages, in order."""
    notes: tuple[str, ...]
    """What could not be shown, a sentence each."""


def write_contact_sheet(
    title: str, shots: Sequence[SheetShot], path: Path, progress: Callable[[int, int], None] | None = None
) -> ContactSheet:
    """Write the sheet of a film as `path`, `…-2.png`, `…-3.png`, …: at most 4000×6000 pixels each.

    A picture that can't be read leaves a marked cell and a note. `progress(done, total)` counts shots and may
    raise. Each page is whole before its file is opened. Without shots nothing is written. Raises StorageError.
    """
    columns = list(dict.fromkeys(label for shot in shots for label in _cells(shot)))
    if not shots or not columns:
        return ContactSheet((), ("There is nothing to show: render references first.",))
    per_page = _Page.capacity()
    total = math.ceil(len(shots) / per_page)
    files: list[Path] = []
    notes: list[str] = []
    for number in range(total):
        thumbs: list[_Thumbs] = []
        for shot in shots[number * per_page : (number + 1) * per_page]:
            thumbs.append(_read(shot))
            notes += _complaints(thumbs[-1], shot)
            if progress is not None:
                progress(number * per_page + len(thumbs), len(shots))
        page = _Page(columns, thumbs, f"page {number + 1} of {total}" if total > 1 else "")
        files.append(path.with_stem(f"{path.stem}-{number + 1}") if number else path)
        data = page.draw(title, shots[number * per_page :])
        try:
            files[-1].write_bytes(data)
        except OSError as error:
            raise storage_error(error, files[-1]) from error
    return ContactSheet(tuple(files), tuple(notes))


# -- reading --------------------------------------------------------------------------------------------


def read_pictures_at(path: Path, indices: Iterable[int], height: int = _HEIGHT) -> dict[int, Picture]:
    """Some pictures of a movie by their index from 0, or a still as 0, scaled to `height`; RGB (h, w, 3) uint8.

    The shape is kept; what would be wider than 4·height is lower instead. Indices behind the end are not in the
    answer. Decodes up to the last one. Raises MediaError.
    """
    wanted = sorted({index for index in indices if index >= 0})
    if not path.is_file():
        raise MediaError(f"{path.name} is not there.")
    if not wanted:
        return {}
    widest = height * _WIDEST // _HEIGHT
    select = "+".join(rf"eq(n\,{index})" for index in wanted)
    scale = (
        rf"scale=w=max(2\,round(min({widest}\,{height}*dar))):h=max(2\,round(min({height}\,{widest}/dar)))"
        ":flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp"
    )
    done = subprocess.run(
        [ffmpeg_tool.program(), "-hide_banner", "-nostdin", "-loglevel", "error", "-i", str(path), "-map", "0:v:0"]
        + ["-vf", f"select={select},{scale}", "-fps_mode", "passthrough", "-frames:v", str(len(wanted))]
        + ["-c:v", "ppm", "-pix_fmt", "rgb24", "-f", "image2pipe", "pipe:1"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise ffmpeg_tool.failure(done.stderr.decode("utf-8", "replace"), path)
    return dict(zip(wanted, _ppm(done.stdout), strict=False))


def _ppm(data: bytes) -> Iterator[Picture]:
    """The pictures in binary PPM files one behind the other, as ffmpeg writes them."""
    import numpy as np

    at = 0
    while at < len(data):
        kind, size, depth = (data[at : at + 40].split(b"\n", 3) + [b"", b""])[:3]
        assert (kind, depth) == (b"P6", b"255")
        width, height = map(int, size.split())
        begin = at + len(kind) + len(size) + len(depth) + 3
        at = begin + width * height * 3
        yield np.frombuffer(data[begin:at], np.uint8).reshape(height, width, 3)


Source = tuple[Path, int]
_Thumbs = dict[str, list["Picture | str | None"]]
"""Column → what stands in its three rows: a picture, why there is none, or nothing that should be there."""


def _cells(shot: SheetShot) -> dict[str, list[Source | None]]:
    """Column → file and index of the picture in each of its three rows."""
    cells: dict[str, list[Source | None]] = {}
    names = {path.name for path in shot.references.values()}
    for label, path in shot.references.items():
        if path.suffix == ".npz" or (path.name == "board.png" and "board.mp4" in names):
            continue
        if path.suffix != ".png":
            cells[label] = [(path, index) for index in (shot.first, shot.middle, shot.last)]
        elif path.name in ("first.png", "last.png"):
            cells.setdefault(_STILLS, [None] * 3)[0 if path.name == "first.png" else 2] = (path, 0)
        else:
            cells[label] = [(path, 0), None, None]
    return cells


def _read(shot: SheetShot) -> _Thumbs:
    cells = _cells(shot)
    wanted: dict[Path, set[int]] = {}
    for path, index in (cell for column in cells.values() for cell in column if cell):
        wanted.setdefault(path, set()).add(index)
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        read = dict(zip(wanted, pool.map(_try, wanted.keys(), wanted.values()), strict=True))

    def found(cell: Source | None) -> Picture | str | None:
        if cell is None:
            return None
        pictures = read[cell[0]]
        return pictures if isinstance(pictures, str) else pictures.get(cell[1], f"It has no picture {cell[1] + 1}.")

    return {label: [found(cell) for cell in column] for label, column in cells.items()}


def _try(path: Path, indices: set[int]) -> dict[int, Picture] | str:
    try:
        return read_pictures_at(path, indices)
    except ShotwrightError as error:
        return str(error)


def _complaints(thumbs: _Thumbs, shot: SheetShot) -> list[str]:
    reasons = ((label, cell) for label, cells in thumbs.items() for cell in cells if isinstance(cell, str))
    return [f"{shot.title}: {label}: {reason}" for label, reason in dict.fromkeys(reasons)]


# -- drawing --------------------------------------------------------------------------------------------


class _Page:
    """Some shots below each other; references are columns, so that one moment is a row and time runs down."""

    def __init__(self, columns: Sequence[str], thumbs: Sequence[_Thumbs], counted: str) -> None:
        self._columns = columns
        self._thumbs = thumbs
        self._counted = counted
        self._label = Lettering(_LABEL)
        self._left = _MARGIN + max(map(self._label.width, _ROWS)) + 2 * _GAP
        self._scale, self._cell = self._sizes()
        content = self._left + len(columns) * (self._cell[0] + _GAP) - _GAP + _MARGIN
        self._width = min(_PAGE[0], max(_LEAST, content))

    @staticmethod
    def _head() -> int:
        return _MARGIN + Lettering(_TITLE).row + Lettering(_LABEL).row + _BETWEEN

    @staticmethod
    def _block(height: int) -> int:
        return Lettering(_NAME).row + _GAP // 2 + Lettering(_LABEL).row + 3 * (height + _GAP) - _GAP

    @classmethod
    def capacity(cls) -> int:
        """How many shots a page holds."""
        return (_PAGE[1] - cls._head() - _MARGIN + _BETWEEN) // (cls._block(_HEIGHT) + _BETWEEN)

    def _sizes(self) -> tuple[float, tuple[int, int]]:
        """How much smaller than read the thumbnails are shown, and a cell's width and height."""
        cells = [cell for thumbs in self._thumbs for column in thumbs.values() for cell in column]
        widest = max(
            (cell.shape[1] for cell in cells if cell is not None and not isinstance(cell, str)), default=_HEIGHT
        )
        room = max(1, (_PAGE[0] - self._left - _MARGIN + _GAP) // len(self._columns) - _GAP)
        scale = min(1.0, room / widest)
        label = max(self._label.width(drawable(column)) for column in self._columns)
        width = min(room, max(math.floor(widest * scale), min(label, _HEIGHT)))
        return scale, (width, max(1, math.floor(_HEIGHT * scale)))

    def draw(self, title: str, shots: Sequence[SheetShot]) -> bytes:
        """The page as PNG; `shots` begins with those on it."""
        import numpy as np
        from PIL import Image, ImageDraw

        block = self._block(self._cell[1]) + _BETWEEN
        height = self._head() + len(self._thumbs) * block - _BETWEEN + _MARGIN
        image = Image.new("RGB", (self._width, height), _GROUND)
        draw = ImageDraw.Draw(image)
        self._title(draw, title)
        top = self._head()
        for thumbs, shot in zip(self._thumbs, shots, strict=False):
            self._shot(image, draw, shot, thumbs, top)
            top += block
        return png_bytes(np.asarray(image))

    def _title(self, draw: ImageDraw, title: str) -> None:
        large = Lettering(_TITLE)
        right = self._width - _MARGIN
        _text(draw, large, _MARGIN, _MARGIN, title, right - _MARGIN, _BRIGHT)
        top = _MARGIN + large.row
        counted = self._label.width(self._counted)
        _text(draw, self._label, right - counted, top, self._counted, counted, _DIM)
        legend = _LEGEND + _ENDS if _STILLS in self._columns else _LEGEND
        _text(draw, self._label, _MARGIN, top, legend, right - _MARGIN - counted - 2 * _GAP, _DIM)
        line = top + self._label.row + _BETWEEN // 2
        draw.line((_MARGIN, line, right - 1, line), fill=_LINE)

    def _shot(self, image: Image, draw: ImageDraw, shot: SheetShot, thumbs: _Thumbs, top: int) -> None:
        name = Lettering(_NAME)
        room = self._width - _MARGIN - self._left
        end = self._left + _text(draw, name, self._left, top, shot.title, room * 2 // 3, _BRIGHT) + 3 * _GAP
        # One baseline for both sizes.
        lower = top + (name.row - self._label.row) // 2 + (_NAME - _LABEL) // 4
        _text(draw, self._label, end, lower, shot.facts, self._width - _MARGIN - end, _DIM)
        top += name.row + _GAP // 2
        for at, column in enumerate(self._columns):
            left = self._left + at * (self._cell[0] + _GAP)
            if column in thumbs:
                _text(draw, self._label, left, top, column, self._cell[0], _DIM)
            for row, cell in enumerate(thumbs.get(column, ())):
                y = top + self._label.row + row * (self._cell[1] + _GAP)
                self._put(image, draw, cell, left, y)
        for row, label in enumerate(_ROWS):
            y = top + self._label.row + row * (self._cell[1] + _GAP) + (self._cell[1] - self._label.row) // 2
            _text(draw, self._label, _MARGIN, y, label, self._left - _MARGIN, _DIM)

    def _put(self, image: Image, draw: ImageDraw, cell: Picture | str | None, left: int, top: int) -> None:
        from PIL import Image

        if cell is None:
            return
        width, height = self._cell
        if isinstance(cell, str):
            box = (left, top, left + width - 1, top + height - 1)
            draw.rectangle(box, fill=_EMPTY, outline=_WARN)
            _wrapped(draw, cell, box)
            return
        thumb = Image.fromarray(cell)
        if self._scale < 1:
            size = (max(1, math.floor(thumb.width * self._scale)), max(1, math.floor(thumb.height * self._scale)))
            thumb = thumb.resize(size, Image.Resampling.BILINEAR)
        image.paste(thumb, (left, top + (height - thumb.height) // 2))


def _text(
    draw: ImageDraw, lettering: Lettering, left: int, top: int, text: str, room: int, fill: tuple[int, int, int]
) -> int:
    """Write a line into a row that begins at `top`; its width in pixels."""
    fitted = lettering.fit(drawable(text), room)
    draw.text((left, top + lettering.row / 2), fitted, fill=fill, font=lettering.font, anchor="lm")
    return lettering.width(fitted)


def _wrapped(draw: ImageDraw, text: str, box: tuple[int, int, int, int]) -> None:
    """Write a reason into a cell, line by line; what has no room is cut off."""
    lettering = Lettering(_REASON)
    left, top, right, bottom = box[0] + _GAP, box[1] + _GAP, box[2] - _GAP, box[3] - _GAP
    words = drawable(text).split()
    while words and top + lettering.row <= bottom:
        line = words.pop(0)
        while words and lettering.width(f"{line} {words[0]}") <= right - left:
            line += f" {words.pop(0)}"
        if words and top + 2 * lettering.row > bottom:
            line += "…"
        _text(draw, lettering, left, top, line, right - left, _WARN)
        top += lettering.row

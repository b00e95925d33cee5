"""The rhythm of a cut as a picture: bars coloured by size, moves, pace curve, framings that come back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.rhythm import CutShot, Repeat, Rhythm
from .storyboard.letters import Letters, Weight

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.ImageDraw import ImageDraw

__all__ = ["draw_rhythm"]

_WIDE = 2000
_LEFT, _RIGHT = 110, 60
_TOP, _ARCS, _BARS, _MOVES, _PACE, _FOOT = 120, 190, 150, 64, 220, 150
"""Heights of the parts of the picture, from top to bottom."""
_WEDGE = 46
"""Height at the end of a bar of the colour of the size it ends in."""
_GROUND, _INK, _DIM, _GRID = (255, 255, 255), (28, 28, 30), (112, 112, 118), (222, 222, 226)
_ECHO, _BAD = (38, 98, 196), (206, 52, 40)
_COLOURS = {
    "ECU": (122, 28, 60),
    "CU": (178, 52, 72),
    "MCU": (218, 104, 84),
    "MS": (236, 160, 92),
    "MLS": (226, 204, 130),
    "LS": (140, 184, 168),
    "EWS": (86, 136, 168),
    "": (196, 196, 200),
}
"""From warm and dark, close, to cool, wide."""
_NAMES = {"": "not measured"}
_MOVE_WORDS = {
    "push-in": "push in",
    "pull-out": "pull out",
    "dolly-zoom": "dolly zoom",
}


def draw_rhythm(found: Rhythm, fonts: Sequence[Path] = ()) -> NDArray[np.uint8]:
    """The picture, RGB (h, w, 3) uint8, 2000 pixels wide; the same rhythm gives the same pixels."""
    import numpy as np
    from PIL import Image
    from PIL.ImageDraw import Draw

    letters = Letters(fonts)
    height = _TOP + _ARCS + _BARS + _MOVES + _PACE + _FOOT
    scale = 2  # Pillow draws no soft edges: twice as large, then smaller
    shapes = Image.new("RGB", (_WIDE * scale, height * scale), _GROUND)
    sheet = _Sheet(found, scale)
    sheet.shapes(Draw(shapes))
    image = shapes.resize((_WIDE, height), Image.Resampling.BOX)
    sheet.words(Draw(image), letters)
    return np.asarray(image)


class _Sheet:
    def __init__(self, found: Rhythm, scale: int) -> None:
        self._found, self._scale = found, scale
        self._starts = [0.0]
        for shot in found.shots:
            self._starts.append(self._starts[-1] + shot.seconds)
        self._bars = _TOP + _ARCS
        self._pace = self._bars + _BARS + _MOVES
        longest = found.shots[found.longest].seconds
        self._step = _tick(max(longest, 0.1), 4)
        self._high = max(longest, self._step)

    # -- places ------------------------------------------------------------------------------------

    def _x(self, seconds: float) -> float:
        return _LEFT + seconds / self._starts[-1] * (_WIDE - _LEFT - _RIGHT)

    def _y(self, seconds: float) -> float:
        return self._pace + _PACE - seconds / self._high * (_PACE - 24)

    def _middle(self, index: int, end: str) -> float:
        """Where in its bar an end of a shot is."""
        share = 0.2 if end == "start" else 0.8
        return self._x(self._starts[index] * (1 - share) + self._starts[index + 1] * share)

    def _times(self) -> list[float]:
        step = _tick(self._starts[-1], 12)
        return [step * index for index in range(int(self._starts[-1] / step) + 1)]

    # -- shapes ------------------------------------------------------------------------------------

    def shapes(self, on: ImageDraw) -> None:
        k = self._scale
        for seconds in self._times():
            x = self._x(seconds) * k
            on.line((x, self._bars * k, x, (self._pace + _PACE) * k), fill=_GRID, width=k)
        level = self._step
        while level <= self._high:
            on.line((_LEFT * k, self._y(level) * k, (_WIDE - _RIGHT) * k, self._y(level) * k), fill=_GRID, width=k)
            level += self._step
        for index, shot in enumerate(self._found.shots):
            box = (self._x(self._starts[index]), self._bars, self._x(self._starts[index + 1]), self._bars + _BARS)
            self._bar(on, shot, box)
        self._curve(on)
        for repeat in self._found.repeats:
            self._arc(on, repeat)
        for change in self._found.changes:
            if change.crosses or change.reverses:
                x, y = self._x(self._starts[change.second]) * k, (self._bars + _BARS + 10) * k
                on.polygon([(x, y), (x - 8 * k, y + 14 * k), (x + 8 * k, y + 14 * k)], fill=_BAD)

    def _bar(self, on: ImageDraw, shot: CutShot, box: tuple[float, float, float, float]) -> None:
        k = self._scale
        left, top, right, bottom = (value * k for value in box)
        start, end = _COLOURS[shot.size or ""], _COLOURS[shot.end_size or shot.size or ""]
        on.rectangle((left, top, right, bottom), fill=start)
        if end != start:  # a move to another size: the colour it ends in grows below the words
            on.polygon([(left, bottom), (right, bottom - _WEDGE * k), (right, bottom)], fill=end)
        on.line((left, top, left, bottom), fill=_GROUND, width=3 * k)
        on.line((right, top, right, bottom), fill=_GROUND, width=3 * k)

    def _curve(self, on: ImageDraw) -> None:
        k = self._scale
        for index, shot in enumerate(self._found.shots):
            y = self._y(shot.seconds) * k
            ends = self._x(self._starts[index]) * k + 2 * k, self._x(self._starts[index + 1]) * k - 2 * k
            on.line((ends[0], y, ends[1], y), fill=(178, 178, 184), width=3 * k)
        y = self._y(self._found.average) * k
        for x in range(_LEFT, _WIDE - _RIGHT, 16):
            on.line((x * k, y, (x + 8) * k, y), fill=_DIM, width=k)
        points = [(self._x(each.at) * k, self._y(each.seconds) * k) for each in self._found.pace]
        on.line(points, fill=_INK, width=4 * k, joint="curve")

    def _arc(self, on: ImageDraw, repeat: Repeat) -> None:
        k = self._scale
        left, right = (self._middle(i, e) for i, e in zip((repeat.first, repeat.second), repeat.ends, strict=True))
        high = self._height(repeat)
        colour = _BAD if repeat.kind == "accident" else _ECHO
        base = self._bars - 6
        on.arc((left * k, (base - high) * k, right * k, (base + high) * k), 180, 360, fill=colour, width=3 * k)
        for x in (left, right):
            on.ellipse(((x - 5) * k, (base - 5) * k, (x + 5) * k, (base + 5) * k), fill=colour)

    def _height(self, repeat: Repeat) -> float:
        span = (repeat.second - repeat.first) / max(1, len(self._found.shots) - 1)
        return 40 + (_ARCS - 90) * span

    # -- words -------------------------------------------------------------------------------------

    def words(self, on: ImageDraw, letters: Letters) -> None:
        found = self._found
        title = f"{found.film or 'Untitled'} – rhythm of the {'edit' if found.source == 'edit' else 'shots'}"
        letters.draw(on, (_LEFT, 58), letters.fit(title, 34, _WIDE - 2 * _LEFT, "bold"), 34, _INK, weight="bold")
        shots = found.shots
        facts = (
            f"{len(shots)} shots in {found.seconds:.1f} s · average {found.average:.1f} s · median {found.median:.1f} "
            f"s · longest {shots[found.longest].number} {shots[found.longest].seconds:.1f} s · shortest "
            f"{shots[found.shortest].number} {shots[found.shortest].seconds:.1f} s"
        )
        letters.draw(on, (_LEFT, 98), letters.fit(facts, 22, _WIDE - _LEFT - _RIGHT), 22, _DIM)
        for index, shot in enumerate(shots):
            self._label(on, letters, index, shot)
        self._arc_words(on, letters)
        self._scales(on, letters)
        self._legend(on, letters)

    def _label(self, on: ImageDraw, letters: Letters, index: int, shot: CutShot) -> None:
        left, right = self._x(self._starts[index]), self._x(self._starts[index + 1])
        room, middle = right - left - 10, (left + right) / 2
        dark = sum(_COLOURS[shot.size or ""]) < 380
        fill = (255, 255, 255) if dark else _INK
        part = shot.start.part if shot.start else ""
        rows: tuple[tuple[str, int, Weight], ...] = (
            (shot.number, 22, "bold"),
            (part or " – ".join(dict.fromkeys(filter(None, (shot.size, shot.end_size)))), 19, "regular"),
            (f"{shot.seconds:.1f} s", 19, "regular"),
        )
        for row, (text, pixels, weight) in enumerate(rows):
            shown = letters.fit(text, pixels, room, weight)
            letters.draw(on, (left + 9, self._bars + 36 + 30 * row), shown, pixels, fill, weight=weight)
        moves = [_MOVE_WORDS.get(move, move) for move in shot.moves if move != "static" or len(shot.moves) == 1]
        for row, text in enumerate(moves[:2]):
            colour = _DIM if text == "static" else _INK
            letters.draw(
                on, (middle, self._bars + _BARS + 40 + 22 * row), letters.fit(text, 18, room), 18, colour, anchor="m"
            )

    def _arc_words(self, on: ImageDraw, letters: Letters) -> None:
        for repeat in self._found.repeats:
            ends = [self._middle(i, e) for i, e in zip((repeat.first, repeat.second), repeat.ends, strict=True)]
            what = {"echo": "echo", "return": "return", "accident": "jump?"}[repeat.kind]
            colour = _BAD if repeat.kind == "accident" else _ECHO
            at = sum(ends) / 2, self._bars - 6 - self._height(repeat) - 9
            letters.draw(on, at, f"{what} {repeat.similarity:.2f}", 18, colour, anchor="m", halo=3)

    def _scales(self, on: ImageDraw, letters: Letters) -> None:
        bottom = self._pace + _PACE
        for seconds in self._times():
            letters.draw(on, (self._x(seconds), bottom + 28), _clock(seconds), 18, _DIM, anchor="m")
        level = self._step
        while level <= self._high:
            letters.draw(on, (_LEFT - 12, self._y(level) + 6), f"{level:g} s", 18, _DIM, anchor="r")
            level += self._step
        letters.draw(
            on, (_LEFT + 8, self._pace + 20), "pace: shot length, smoothed – dashed: average", 18, _DIM, halo=3
        )

    def _legend(self, on: ImageDraw, letters: Letters) -> None:
        x, y = float(_LEFT), self._pace + _PACE + 78
        used = {size for shot in self._found.shots for size in (shot.size or "", shot.end_size or shot.size or "")}
        for size in [each for each in _COLOURS if each in used]:
            on.rectangle((x, y - 16, x + 22, y + 4), fill=_COLOURS[size])
            text = _NAMES.get(size, size)
            letters.draw(on, (x + 30, y), text, 19, _INK)
            x += 60 + letters.width(text, 19)
        x += 20
        for colour, text in (
            (_ECHO, "framing that comes back"),
            (_BAD, "may look like a jump; ▲ line or direction changes"),
        ):
            on.line((x, y - 6, x + 26, y - 6), fill=colour, width=4)
            letters.draw(on, (x + 34, y), text, 19, _INK)
            x += 70 + letters.width(text, 19)
        sequences = " · ".join(
            f"{each.name or 'no sequence'}: {each.shots} shots, {each.cuts_per_minute:g} cuts a minute"
            for each in self._found.sequences
        )
        letters.draw(on, (_LEFT, y + 42), letters.fit(sequences, 19, _WIDE - _LEFT - _RIGHT), 19, _DIM)


def _tick(whole: float, most: int) -> float:
    """A round step that divides `whole` into at most `most` parts: 1, 2 or 5 times a power of ten; minutes as such."""
    steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600]
    return next((step for step in steps if whole / step <= most), steps[-1] * max(1, round(whole / 3600 / most)))


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds, 1), 60)
    return f"{int(minutes)}:{rest:02.0f}" if seconds >= 60 else f"{rest:g} s"

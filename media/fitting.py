"""How a clip's pictures become a movie's of another rate and size: which one when, and which part of it where."""

from __future__ import annotations

import bisect
import contextlib
import itertools
import math
import statistics
import subprocess
import tempfile
import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import IO, TYPE_CHECKING

from . import ffmpeg_tool
from .probe import Scan, source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "SAME_RATE",
    "SHAPES",
    "Axis",
    "Frame",
    "axis",
    "decode",
    "decode_files",
    "finish",
    "hdr_of",
    "nearest",
    "place",
]

SHAPES = Fraction(1, 100)
"""Pictures whose shape differs less from the asked one fill it; others get black bars."""
SAME_RATE = Fraction(1, 100_000)
"""Rates this close are one: a picture more or less in an hour."""
_EXACT = "bicubic+accurate_rnd+full_chroma_int+full_chroma_inp"
_MARGIN = 8
"""Pixels around a crop that still colour the pixels inside when it is scaled."""
_UNTAGGED = ("unknown", "unspecified", "reserved")
_HDR = {"smpte2084": "PQ", "arib-std-b67": "HLG"}


def hdr_of(found: Scan) -> str | None:
    """PQ or HLG where the pictures are in one of these, else None."""
    return _HDR.get(found.transfer)


# Time


def nearest(times: tuple[Fraction, ...], begin: Fraction, end: Fraction, moments: list[Fraction]) -> list[int]:
    """The index of the picture nearest to each moment, of two the earlier, and none that is shown before `begin`
    or from `end` on.

    No picture is shown earlier than a usual picture lasts: where a clip of variable rate stands still, it
    goes on standing until then.
    """
    low = bisect.bisect_left(times, begin)
    high = bisect.bisect_left(times, end) - 1
    if high < low:  # the part is shorter than a picture: it has the one that is seen
        low = high = max(0, bisect.bisect_right(times, begin) - 1)
    usual = statistics.median(after - before for before, after in itertools.pairwise(times)) if len(times) > 1 else 0
    chosen: list[int] = []
    for moment in moments:
        index = max(0, bisect.bisect_right(times, moment) - 1)
        if index + 1 < len(times):
            ahead = times[index + 1] - moment
            index += ahead < moment - times[index] and ahead <= usual
        chosen.append(min(max(index, low), high))
    return chosen


# Size


@dataclass(frozen=True)
class Axis:
    """One direction of the way from the clip's pixels to the take's: a window of them, scaled, cut, padded."""

    stored: int
    begin: int
    end: int
    """The window in the clip's pixels."""
    left: int
    right: int
    """Where its edges come to lie in the take's pixels; may be outside."""
    size: int
    """The shot's pixels."""
    low: int
    high: int
    """The part of the take's pixels that may show the clip; the others are black."""

    @property
    def even(self) -> int:
        return self.size + self.size % 2

    @property
    def whole(self) -> bool:
        """Whether all of the clip's picture fills the take's."""
        placed = (self.begin, self.end, self.left, self.right) == (0, self.stored, 0, self.even)
        return placed and (self.low, self.high) == (0, self.size)

    @property
    def scaled(self) -> bool:
        return self.right - self.left != self.end - self.begin

    @property
    def seen(self) -> int:
        """Pixels of the take that show the clip."""
        return min(self.right, self.high) - self.at

    @property
    def at(self) -> int:
        """The first pixel of the take that shows the clip."""
        return max(self.left, self.low)

    @property
    def subsampled(self) -> bool:
        """Whether every step fits the chroma planes, which have half the pixels."""
        places = (self.begin, self.end, self.left, self.right, self.size, self.low, self.high)
        return not any(n % 2 for n in places)


def axis(stored: int, low: float, high: float, size: int, seen: tuple[int, int] | None = None) -> Axis:
    """For a picture of `stored` pixels that lies from `low` to `high` in a take of `size`.

    Outside of `seen`, two places in the take's pixels, the take is black. The edges are rounded, not the scale,
    so nothing is off by more than half a pixel.
    """
    scale = (high - low) / stored
    first, last = (0, size) if seen is None else (max(0, seen[0]), min(size, seen[1]))
    begin = max(0, math.floor((first - low) / scale) - _MARGIN)
    end = min(stored, math.ceil((last - low) / scale) + _MARGIN)
    begin -= begin % 2
    end = min(stored, end + end % 2)
    return Axis(stored, begin, end, round(low + begin * scale), round(low + end * scale), size, first, last)


@dataclass(frozen=True)
class Frame:
    """How the clip's pictures become the take's."""

    width: int
    height: int
    filters: list[str]
    """ffmpeg's, from decoded pictures to yuv420p in BT.709."""
    changed: bool
    notes: list[str]


def place(across: Axis, down: Axis, found: Scan) -> list[str]:
    """Filters up to the scaled window, in BT.709."""
    filters: list[str] = []
    if found.matrix in _UNTAGGED:
        # As players do: large pictures are BT.709, small ones BT.601.
        large = found.width >= 1280 or found.height > 576
        filters.append(f"setparams=colorspace={'bt709' if large else 'smpte170m'}")
    if (across.begin, across.end, down.begin, down.end) != (0, across.stored, 0, down.stored):
        window = (across.end - across.begin, down.end - down.begin, across.begin, down.begin)
        filters.append("crop={}:{}:{}:{}:exact=1".format(*window))
    size = f"{across.right - across.left}:{down.right - down.left}"
    colour = "" if found.matrix == "bt709" and not found.full_range else ":out_color_matrix=bt709:out_range=tv"
    return [*filters, f"scale={size}:flags={_EXACT}{colour}"]


def finish(across: Axis, down: Axis) -> list[str]:
    """Filters from the scaled window to the take's picture."""
    if across.whole and down.whole:
        return ["format=yuv420p"]
    # Chroma has half the pixels, so odd places need it in full.
    halves = across.subsampled and down.subsampled and not (across.scaled or down.scaled)
    cut = (across.seen, down.seen, across.at - across.left, down.at - down.left)
    pad = (across.even, down.even, across.at, down.at)
    filters = [f"format={'yuv420p' if halves else 'yuv444p'}"]
    filters += ["crop={}:{}:{}:{}".format(*cut), "pad={}:{}:{}:{}:color=black".format(*pad)]
    if across.size % 2 or down.size % 2:
        filters.append(f"fillborders=right={across.size % 2}:bottom={down.size % 2}:mode=smear")
    return [*filters, f"scale=flags={_EXACT}", "format=yuv420p"]


# Pictures


def decode(clip: Path, wanted: list[int], frame: Frame) -> Generator[NDArray[np.uint8], None, None]:
    """The wanted pictures of a clip in the take's size, as `MovieWriter` takes them for yuv420p."""
    # Times play no part from here on; counted pictures do.
    trim = f"trim=start_frame={wanted[0]}:end_frame={wanted[-1] + 1}"
    opened = [text for key, value in source(clip).items() for text in (f"-{key}", value)]
    yield from _read([*opened, "-map", "0:V:0"], [trim, *frame.filters], wanted, frame, clip)


def decode_files(
    files: Sequence[Path],
    size: tuple[int, int],
    load: Callable[[Path], NDArray[np.uint8]],
    frame: Frame,
) -> Generator[NDArray[np.uint8], None, None]:
    """Pictures in files, as `decode` gives a clip's. `load` reads one as RGB of `size`; files may follow themselves."""
    each = [path for path, _ in itertools.groupby(files)]
    wanted = [index for index, (_, same) in enumerate(itertools.groupby(files)) for _ in same]
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{size[0]}x{size[1]}", "-i", "pipe:0"]
    yield from _read(raw, frame.filters, wanted, frame, files[0], (load(path) for path in each))


def _read(
    opened: list[str],
    filters: list[str],
    wanted: list[int],
    frame: Frame,
    name: Path,
    fed: Iterable[NDArray[np.uint8]] | None = None,
) -> Generator[NDArray[np.uint8], None, None]:
    """What ffmpeg makes of `opened`, or of the pictures it is fed, counted from the first one wanted."""
    import numpy as np

    shape = (frame.height * 3 // 2, frame.width)
    with (
        tempfile.TemporaryFile() as log,
        subprocess.Popen(
            [ffmpeg_tool.program(), "-hide_banner", "-loglevel", "error", "-nostdin", "-xerror", *opened]
            + ["-vf", ",".join(filters), "-fps_mode", "passthrough"]
            + ["-f", "rawvideo", "-pix_fmt", "yuv420p", "pipe:1"],
            stdin=subprocess.DEVNULL if fed is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
        ) as process,
    ):
        assert process.stdout
        feeder = _Feeder(process.stdin, fed) if process.stdin and fed is not None else None
        at, picture = wanted[0] - 1, b""
        try:
            for index in wanted:
                while at < index:
                    picture = process.stdout.read(math.prod(shape))
                    at += 1
                if len(picture) != math.prod(shape):
                    process.wait()
                    if feeder and feeder.error:
                        raise feeder.error
                    log.seek(0)
                    raise ffmpeg_tool.failure(log.read().decode("utf-8", "replace"), name)
                yield np.frombuffer(picture, np.uint8).reshape(shape)
        finally:
            process.kill()
            if feeder:
                feeder.join()


class _Feeder(threading.Thread):
    """Writes pictures into ffmpeg while what comes out of it is read; `error` is what went wrong with one."""

    def __init__(self, stream: IO[bytes], pictures: Iterable[NDArray[np.uint8]]) -> None:
        super().__init__(name="shotwright pictures in", daemon=True)
        self.error: BaseException | None = None
        self._stream, self._pictures = stream, pictures
        self.start()

    def run(self) -> None:
        """Feed until there are no more, or ffmpeg is gone."""
        try:
            for picture in self._pictures:
                try:
                    self._stream.write(picture.data)
                except OSError:  # its reader has all it wants, or tells why it ended
                    break
        except BaseException as error:
            self.error = error
        finally:
            with contextlib.suppress(OSError):
                self._stream.close()

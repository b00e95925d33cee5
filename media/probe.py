"""What a delivered clip is, found by decoding all of it: length, exact rate, size as shown, sound, hash."""

from __future__ import annotations

import hashlib
import itertools
import math
import re
import subprocess
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from ..core.errors import MediaError
from ..core.framerate import FrameRate
from ..core.take import ClipFacts
from . import ffmpeg_tool

__all__ = ["Scan", "frame_times", "probe", "scan", "source"]

# Playlists and the like name other files and addresses, which a clip from outside must not make ffmpeg open.
_FORMATS = "mov,matroska,webm,avi,mpegts,mpeg,flv,ogg,mxf,asf,nut,gif,apng,yuv4mpegpipe,ivf,h264,hevc,mpegvideo,m4v"
_AGAIN = "fetch it again, or let it be made again"
_NO_SOUND = "ask for a video and not for sound"
_NTSC = tuple(Fraction(rate * 1000, 1001) for rate in (24, 30, 48, 60, 120))
_USUAL = (
    *(Fraction(rate) for rate in (24, 25, 30, 60, 50, 48, 16, 15, 12, 8, 10, 20, 18, 120, 100)),
    *_NTSC,
    *(Fraction(rate) for rate in range(1, 241)),
    *(Fraction(25, 2), Fraction(15, 2)),
)
"""Rates that films have, before all others."""
_COARSEST = Fraction(1, 200)
"""Seconds. Times that all lie on a coarser grid than this were not rounded to it: frames are missing."""
_JITTER = 2
"""Steps of the time base that times may lie off an even rate: rounded once, and once more by a copy."""
_UNKNOWN_RATE = Fraction(25)
"""For a single picture in a file that says nothing about time."""


@dataclass(frozen=True)
class Scan:
    """What one decoding of a clip's pictures showed. Times are in the file's own clock."""

    start: Fraction
    """Seconds at which the first picture is shown; sound is counted in the same clock."""
    times: tuple[Fraction, ...]
    """Seconds from the first picture, never falling; empty where the file gives no times."""
    tail: Fraction
    """Seconds for which the last picture is shown; 0 where the file does not say."""
    tick: Fraction
    """Seconds that one step of the time base lasts."""
    declared: Fraction | None
    """Frames per second, as the file's header has it."""
    frames: int
    width: int
    height: int
    """Pixels as they are stored, turned as shown."""
    aspect: Fraction
    """Width of a pixel over its height."""
    matrix: str
    """Of the first picture, in ffmpeg's words: `bt709`, `unknown`, …"""
    transfer: str
    full_range: bool
    audio: bool

    @property
    def shown(self) -> tuple[int, int]:
        """Width and height with square pixels."""
        return max(1, round(self.width * self.aspect)), self.height


def source(path: Path) -> dict[str, str]:
    """ffmpeg's options for reading `path` and nothing but that file; `i` has its name."""
    return {"protocol_whitelist": "file", "format_whitelist": _FORMATS, "i": f"file:{path}"}


def scan(path: Path, limit: int | None = None, advice: str = _AGAIN) -> Scan:
    """Decode the first `limit` pictures of a clip, or all. Raises MediaError that ends with `advice`."""
    if not path.is_file():
        raise MediaError(f"There is no clip at {path}: {advice}.")
    if not path.stat().st_size:
        raise MediaError(f"{path.name} is empty: {advice}.")
    opened = [text for key, value in source(path).items() for text in (f"-{key}", value)]
    done = subprocess.run(
        [ffmpeg_tool.program(), "-hide_banner", "-nostdin", "-nostats", "-loglevel", "repeat+level+info"]
        # Of several threads that decode, not all report every error.
        + ["-xerror", "-copyts", "-threads", "1", *opened, "-map", "0:V:0", "-vf", "showinfo=checksum=0"]
        + ["-fps_mode", "passthrough", *([] if limit is None else ["-frames:v", str(limit)]), "-f", "null", "-"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    text = done.stderr.decode("utf-8", "replace")
    shown = [line for line in text.splitlines() if _SHOWN.match(line)]
    _refuse(path, text, done.returncode, len(_lines(shown)), advice)
    return _parse(shown, _has_audio(text))


def frame_times(path: Path) -> tuple[Fraction, ...]:
    """When each picture of a clip is shown, in seconds from the first one. Raises MediaError.

    Exact to the file's time base; of use for clips of variable rate, where it can't be computed.
    """
    found = scan(path)
    return found.times or tuple(index / (found.declared or _UNKNOWN_RATE) for index in range(found.frames))


def probe(path: Path, advice: str = _AGAIN) -> ClipFacts:
    """Decode every picture of a clip and say what it is. Raises MediaError that ends with `advice`.

    Errors in the data are errors here, so a clip that passes can be read to its end. The rate is exact where
    all pictures last equally long; times that a coarse time base has rounded (milliseconds in Matroska and
    WebM) are taken for the even rate they came from. A cover picture is no video.
    """
    found = scan(path, advice=advice)
    rate, variable = _rate(found)
    width, height = found.shown
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return ClipFacts(
        sha256=digest,
        bytes=path.stat().st_size,
        frames=found.frames,
        fps=FrameRate.of(rate),
        variable=variable,
        width=width,
        height=height,
        audio=found.audio,
    )


_SHOWN = re.compile(r"\[Parsed_showinfo_\d+ @ \w+\] \[info\] ")
_PICTURE = re.compile(r"\bn: *\d+ pts: *(-?\d+|NOPTS) (?:.*?\bduration: *(-?\d+) )?.*? sar:(\d+)/(\d+) s:(\d+)x(\d+)")
_CLOCK = re.compile(r"config in time_base: (\d+)/(\d+), frame_rate: (\d+)/(\d+)")
_COLOUR = re.compile(r"color_range:(\S+) color_space:(\S+) color_primaries:\S+ color_trc:(\S+)")
# Matroska and MPEG-TS just end where they are cut off, and decoders make up for what is missing.
_BROKEN = re.compile(
    r"ended prematurely|partial file|\btruncated\b|Packet corrupt|exceeds containing master element"
    r"|concealing \d+ DC|corrupt decoded frame"
)
_STREAM = re.compile(r"^\[info\]   Stream #0:\d+.*?: (Video|Audio|Subtitle|Data|Attachment)\b", re.MULTILINE)


def _lines(shown: list[str]) -> list[re.Match[str]]:
    return [match for line in shown if (match := _PICTURE.search(line))]


def _parse(shown: list[str], audio: bool) -> Scan:
    pictures = _lines(shown)
    clock = next(match for line in shown if (match := _CLOCK.search(line)))
    colour = next((match for line in shown if (match := _COLOUR.search(line))), None)
    tick = Fraction(int(clock[1]), int(clock[2]))
    declared = Fraction(int(clock[3]), int(clock[4])) if int(clock[3]) and int(clock[4]) else None
    stamps = [int(match[1]) for match in pictures if match[1] != "NOPTS"]
    whole = len(stamps) == len(pictures)
    first = pictures[0]
    return Scan(
        start=stamps[0] * tick if stamps else Fraction(0),
        times=tuple((at - stamps[0]) * tick for at in itertools.accumulate(stamps, max)) if whole else (),
        tail=max(0, int(pictures[-1][2] or 0)) * tick,
        tick=tick,
        declared=declared,
        frames=len(pictures),
        width=int(first[5]),
        height=int(first[6]),
        # 0/1 means that nobody knows.
        aspect=Fraction(int(first[3]), int(first[4])) if int(first[3]) and int(first[4]) else Fraction(1),
        matrix=colour[2] if colour else "unknown",
        transfer=colour[3] if colour else "unknown",
        full_range=bool(colour) and colour[1] == "pc",
        audio=audio,
    )


def _has_audio(text: str) -> bool:
    return "Audio" in _STREAM.findall(text.partition("Stream mapping:")[0])


def _reason(text: str) -> str:
    """What ffmpeg complained about first; empty when it did not."""
    lines = re.findall(r"^(?:\[[^\]]* @ \w+\] )*\[(?:error|fatal)\] (.*\S)", text, re.MULTILINE)
    return f" ({lines[0].rstrip('.')})" if lines else ""


def _begins_as_mp4(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(8)[4:] in (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide")


def _refuse(path: Path, text: str, code: int, frames: int, again: str) -> None:
    """Raise the sentence for a clip that can't be read to its end."""
    if not re.search(r"^\[info\] Input #0, ", text, re.MULTILINE):
        if "moov atom not found" in text and _begins_as_mp4(path):
            raise MediaError(f"{path.name} is cut off: the index of an mp4 is missing from it; {again}.")
        other = re.search("moov atom not found|Format not on whitelist", text)
        reason = " (it is none of mp4, mov, mkv, webm and the like)" if other else _reason(text)
        raise MediaError(f"{path.name} is no movie that can be read{reason}: {again}.")
    if "matches no streams" in text:
        if _has_audio(text):
            raise MediaError(f"{path.name} has sound but no pictures: {_NO_SOUND if again == _AGAIN else again}.")
        raise MediaError(f"{path.name} has no video in it: {again}.")
    if code or _BROKEN.search(text):
        read = f"after {frames:,} good frames" if frames else "from its first frame"
        raise MediaError(f"{path.name} is damaged {read}{_reason(text)}: {again}.")
    if not frames:
        raise MediaError(f"{path.name} has no frames: {again}.")


def _rate(found: Scan) -> tuple[Fraction, bool]:
    """Frames per second and whether they vary."""
    times = found.times
    if len(times) < 2 or not times[-1]:
        lone = [rate for rate in (found.declared,) if rate and rate <= 1000]
        if found.frames == 1 and found.tail and not (lone and abs(1 / lone[0] - found.tail) <= found.tick):
            lone.insert(0, 1 / found.tail)
        return (lone or [_UNKNOWN_RATE])[0], False
    steps = {after - before for before, after in itertools.pairwise(times)}
    even = next(iter(steps)) if len(steps) == 1 else None
    rate = _even(1 / even, found) if even else _rounded(found)
    if rate is not None:
        return min(rate, Fraction(1000)), False
    # The last picture has no next one that would tell how long it lasts.
    tail = found.tail or times[-1] / (len(times) - 1)
    return min(len(times) / (times[-1] + tail), Fraction(1000)), True


def _even(rate: Fraction, found: Scan) -> Fraction:
    """The rate of times with equal steps: as they are, unless a usual rate was rounded to them."""
    # 23.976 typed as a decimal; it means the NTSC rate and is a millionth off.
    ntsc = next((exact for exact in _NTSC if abs(rate / exact - 1) < Fraction(2, 10**6)), None)
    if rate in _USUAL or ntsc:
        return ntsc or rate
    usual = _closest(found, found.tick)
    return usual if usual and _spread(found.times, usual) < found.tick else rate


def _rounded(found: Scan) -> Fraction | None:
    """The even rate from which a time base rounded the times; None when they vary."""
    grid = found.tick * math.gcd(*(int(time / found.tick) for time in found.times))
    average = (len(found.times) - 1) / found.times[-1]
    tick = grid if grid <= min(_COARSEST, 1 / average / 8) else found.tick
    usual = _closest(found, tick)
    for rate in (usual, average):
        if rate and _spread(found.times, rate) <= _JITTER * tick:
            return rate
    return None


def _closest(found: Scan, tick: Fraction) -> Fraction | None:
    """The usual rate nearest to times on a grid of `tick` seconds.

    The header's where it fits too, for short clips fit several.
    """
    count, last = len(found.times) - 1, found.times[-1]
    near = (rate for rate in dict.fromkeys(_USUAL) if abs(count / rate - last) <= (_JITTER + 1) * tick)
    spread = {rate: _spread(found.times, rate) for rate in near}
    if not spread:
        return None
    best = min(spread, key=lambda rate: spread[rate])
    header = found.declared or best
    for rate in (header, *(exact for exact in _NTSC if abs(exact - header) < Fraction(1, 200))):
        if rate in spread and spread[rate] <= max(spread[best], tick):
            return rate
    return best


def _spread(times: tuple[Fraction, ...], rate: Fraction) -> Fraction:
    """Seconds between the times that lie farthest before and behind an even rate."""
    off = [time - index / rate for index, time in enumerate(times)]
    return max(off) - min(off)

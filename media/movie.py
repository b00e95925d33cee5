"""Movies in and out as numpy frames, exact to the frame and the same bytes every time."""

from __future__ import annotations

import contextlib
import math
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self, cast

from ..core.errors import MediaError
from ..core.framerate import FrameRate
from . import ffmpeg_tool

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["MovieWriter", "Sound", "count_frames", "read_frames"]

Pixels = Literal["gray", "rgb24", "rgb0", "yuv420p"]
_CHANNELS: dict[str, int] = {"gray": 1, "rgb24": 3, "rgb0": 4}

# x264 gives the same bytes for the same settings and thread count, so all of them are fixed.
# No B-frames and one key frame a second: editors seek to the frame.
# One quantiser for all frames: with crf a still picture goes on changing while the rate settles.
_H264 = {
    "vcodec": "libx264",
    "preset": "superfast",
    "qp": 14,
    "threads": 2,
    "bf": 0,
    "pix_fmt": "yuv420p",
    "color_range": "tv",
    "colorspace": "bt709",
    "color_primaries": "bt709",
    "color_trc": "bt709",
    "movflags": "+faststart",
    "fflags": "+bitexact",
    "flags:v": "+bitexact",
    "map_metadata": "-1",
}
_AAC = {
    "acodec": "aac",
    "b:a": "192k",
    "flags:a": "+bitexact",
    # Whichever of pictures and sound comes first, they lie in the file in the same order.
    "max_interleave_delta": 0,
}
_HERTZ = 48_000
_TEMPO_WINDOW = 2048
"""Samples in a piece of sound that ffmpeg's atempo lays anew. It puts their beginnings where they belong, and so
their middles too early."""
_BT709 = {"range": "tv", "colorspace": "bt709", "color_primaries": "bt709", "color_trc": "bt709"}


def _library() -> Any:
    # ffmpeg-python has no types.
    import ffmpeg  # pyright: ignore[reportMissingTypeStubs]

    return cast(Any, ffmpeg)


def _shape(width: int, height: int, pixels: Pixels) -> tuple[int, ...]:
    """Of a frame's array."""
    if pixels == "yuv420p":
        return (height * 3 // 2, width)
    return (height, width) if pixels == "gray" else (height, width, _CHANNELS[pixels])


_EXACT = "bicubic+accurate_rnd+full_chroma_int+full_chroma_inp"
"""For reading: without these swscale is half a level too dark on average."""


@dataclass(frozen=True)
class Sound:
    """A part of a file's first audio stream, to lie under a movie: as AAC at 48 kHz, mono or stereo.

    Before, between and behind what the file has of it there is silence.
    """

    source: dict[str, str]
    """ffmpeg's options for the file; `i` is its name."""
    begin: Fraction
    """Seconds in the file's own clock at which the movie begins."""
    seconds: Fraction
    """How long the part is; what the file has behind it is not heard."""
    length: Fraction
    """How long the movie is in seconds."""
    speed: Fraction = Fraction(1)
    """Seconds of the part in a second of the movie; the pitch stays."""

    def stream(self) -> Any:
        """The part as a stream of ffmpeg-python."""
        rest = {key: value for key, value in self.source.items() if key != "i"}
        audio = _library().input(self.source["i"], vn=None, **rest)["a:0"]
        shift = f"PTS-({self.begin.numerator}/{self.begin.denominator})/TB"
        # first_pts: what begins earlier is cut off, what begins late gets silence in front, and gaps are filled.
        audio = audio.filter("asetpts", shift).filter("aresample", _HERTZ, first_pts=0)
        audio = audio.filter("atrim", end_sample=max(1, round(self.seconds * _HERTZ)))
        early = 0.0
        for factor in _tempos(self.speed):
            audio = audio.filter("atempo", factor)
            early = (early + _TEMPO_WINDOW / 2) / factor - _TEMPO_WINDOW / 2
        if early:
            audio = audio.filter("adelay", f"{max(0, round(early))}S", all=1)
        samples = max(1, round(self.length * _HERTZ))
        audio = audio.filter("aformat", sample_rates=_HERTZ, channel_layouts="mono|stereo")
        return audio.filter("apad", whole_len=samples).filter("atrim", end_sample=samples)


def _tempos(speed: Fraction) -> list[float]:
    """The steps for ffmpeg's atempo, which goes down to a half."""
    steps: list[float] = []
    while speed < Fraction(1, 2):
        steps.append(0.5)
        speed *= 2
    return steps + ([] if speed == 1 else [float(speed)])


class MovieWriter:
    """An H.264 mp4 written frame by frame; use as a context manager.

    Frames are uint8 arrays of shape (height, width) for `gray`, (height, width, 3) for `rgb24` and
    (height, width, 4) for `rgb0` (the fourth is ignored), top row first, display-referred sRGB values.
    For `yuv420p` they are (height * 3/2, width): the plane of luma, then those of Cb and Cr, BT.709 in the range
    of television; they are encoded as they are.
    With `flipped` they are views of arrays that lie bottom row first, as graphics memory gives them,
    and are written without a copy. With `sound` the movie gets that too. Width and height must be even.
    Leaving the block on an error stops ffmpeg; the file is then incomplete and the caller throws its folder away.
    Raises MediaError, or StorageError when the disk is full.
    """

    def __init__(
        self,
        path: Path,
        width: int,
        height: int,
        fps: FrameRate,
        pixels: Pixels = "rgb24",
        flipped: bool = False,
        sound: Sound | None = None,
    ) -> None:
        if width % 2 or height % 2 or width < 2 or height < 2:
            raise MediaError(f"{width}×{height} can't be written as H.264: use even numbers from 2.")
        self.path = path
        self.shape = _shape(width, height, pixels)
        self.frames = 0
        self._flipped = flipped
        stream = _library().input("pipe:", format="rawvideo", pix_fmt=pixels, s=f"{width}x{height}", framerate=str(fps))
        if flipped:
            stream = stream.filter("vflip")
        if pixels == "yuv420p":
            stream = stream.filter("setparams", **_BT709)
        else:
            # The input is full-range RGB; say so, or swscale assumes BT.601 for small pictures.
            # Grey is rounded down otherwise, by half a level on average.
            exact = {"flags": "bicubic+accurate_rnd"} if pixels == "gray" else {}
            stream = stream.filter("scale", out_color_matrix="bt709", out_range="tv", **exact)
        settings = {**_H264, "g": max(1, round(fps.fraction)), "video_track_timescale": fps.num}
        streams = [stream]
        if sound is not None:
            streams.append(sound.stream())
            settings |= _AAC
        output = _library().output(*streams, str(path), **settings).overwrite_output()
        # Sound is cut out in its file's own clock.
        command = (output.global_args("-copyts") if sound else output).compile(cmd=ffmpeg_tool.program())
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__, with ffmpeg
        self._process = subprocess.Popen(
            [*command, "-hide_banner", "-loglevel", "warning"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self._log,
        )

    def write(self, frame: NDArray[np.uint8]) -> None:
        """Add one frame."""
        if frame.shape != self.shape or frame.dtype.name != "uint8":
            raise MediaError(f"{self.path.name}: a frame is {frame.dtype} {frame.shape}, not uint8 {self.shape}.")
        assert self._process.stdin
        rows = frame[::-1] if self._flipped else frame
        try:
            self._process.stdin.write((rows if rows.flags.c_contiguous else rows.copy()).data)
        except OSError as error:
            self._process.wait()
            raise ffmpeg_tool.failure(self._messages(), self.path) from error
        self.frames += 1

    def _messages(self) -> str:
        self._log.seek(0)
        return self._log.read().decode("utf-8", "replace")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is not None:
                self._process.kill()
            assert self._process.stdin
            with contextlib.suppress(OSError):  # ffmpeg is gone already; its exit code tells
                self._process.stdin.close()
            code = self._process.wait()
            if kind is None and code:
                raise ffmpeg_tool.failure(self._messages(), self.path)
        finally:
            self._log.close()


def count_frames(path: Path) -> int:
    """Number of video frames in a movie, by decoding every one of them. Raises MediaError."""
    text = ffmpeg_tool.run(
        ["-loglevel", "error", "-xerror", "-i", str(path), "-map", "0:v:0", "-fps_mode", "passthrough"]
        + ["-progress", "pipe:1", "-f", "null", "-"],
        path,
    )
    counts = [line.partition("=")[2] for line in text.splitlines() if line.startswith("frame=")]
    if not counts:
        raise MediaError(f"{path.name} has no video frames.")
    return int(counts[-1])


def read_frames(path: Path, width: int, height: int, pixels: Pixels = "rgb24") -> Iterator[NDArray[np.uint8]]:
    """The frames of a movie of known size, in order, as `MovieWriter` takes them. Raises MediaError."""
    import numpy as np

    shape = _shape(width, height, pixels)
    size = math.prod(shape)
    stream = _library().input(str(path))
    stream = stream.filter("scale", in_color_matrix="bt709", in_range="tv", flags=_EXACT)
    command = stream.output("pipe:", format="rawvideo", pix_fmt=pixels, fps_mode="passthrough").compile(
        cmd=ffmpeg_tool.program()
    )
    with (
        tempfile.TemporaryFile() as log,
        subprocess.Popen(
            [*command, "-hide_banner", "-loglevel", "error", "-nostdin"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
        ) as process,
    ):
        assert process.stdout
        try:
            while chunk := process.stdout.read(size):
                if len(chunk) != size:
                    break
                yield np.frombuffer(chunk, np.uint8).reshape(shape)
        finally:
            if process.poll() is None and not process.stdout.closed:
                process.stdout.close()
            code = process.wait()
        if code:
            log.seek(0)
            raise ffmpeg_tool.failure(log.read().decode("utf-8", "replace"), path)

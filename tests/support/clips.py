"""Clips as models deliver them, in any shape: numbered pictures, flashes with beeps, dots at known places."""

from __future__ import annotations

import subprocess
import wave
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from shotwright.core.framerate import FrameRate
from shotwright.core.take import Request, RequestShot
from shotwright.media import ffmpeg_tool

__all__ = [
    "beeps",
    "encode",
    "ffmpeg",
    "flashes",
    "levels",
    "luma",
    "number",
    "numbers",
    "pitch",
    "request_of",
    "requested",
    "sound",
    "sync_clip",
]

SIZE = (64, 48)
HERTZ = 48_000
_BITS = 8
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-qp", "8", "-pix_fmt", "yuv420p")
BT709 = "setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709"


def ffmpeg(*arguments: str, data: bytes = b"") -> bytes:
    """Run ffmpeg; fails the test with its messages when it fails."""
    command = [ffmpeg_tool.program(), "-hide_banner", "-loglevel", "error", "-y", *arguments]
    done = subprocess.run(command, input=data, capture_output=True, check=False)
    assert not done.returncode, done.stderr.decode("utf-8", "replace")
    return done.stdout


def number(index: int, size: tuple[int, int] = SIZE) -> np.ndarray:
    """A grey picture (h, w) with the index in eight upright bars, the lowest bit left."""
    bits = [(index >> bit) & 1 for bit in range(_BITS)]
    row = np.array([235 if bits[x * _BITS // size[0]] else 20 for x in range(size[0])], np.uint8)
    return np.tile(row, (size[1], 1))


def encode(
    path: Path,
    pictures: Iterable[np.ndarray],
    fps: Fraction | int = 24,
    *,
    filters: str = BT709,
    options: Sequence[str] = X264,
    inputs: Sequence[str] = (),
) -> Path:
    """Write grey (h, w) or RGB (h, w, 3) pictures; `filters` may change times, `inputs` adds files such as sound."""
    shown = list(pictures)
    height, width = shown[0].shape[:2]
    kind = "gray" if shown[0].ndim == 2 else "rgb24"
    raw = ["-f", "rawvideo", "-pix_fmt", kind, "-s", f"{width}x{height}", "-framerate", str(Fraction(fps))]
    # scale: what was sent is full range, and its matrix is said.
    chain = ["-vf", f"scale=out_color_matrix=bt709:out_range=tv,{filters}"]
    data = b"".join(picture.tobytes() for picture in shown)
    ffmpeg(*raw, "-i", "pipe:", *inputs, *chain, "-fps_mode", "passthrough", *options, str(path), data=data)
    return path


def numbers(path: Path, size: tuple[int, int] = SIZE) -> list[int]:
    """The index in each picture of a movie."""
    found: list[int] = []
    for picture in levels(path, size):
        middle = picture[size[1] // 2]
        bars = [middle[int((bit + 0.5) * size[0] / _BITS)] > 128 for bit in range(_BITS)]
        found.append(sum(1 << bit for bit, lit in enumerate(bars) if lit))
    return found


def _raw(path: Path, size: tuple[int, int], kind: str, channels: int) -> Iterator[np.ndarray]:
    data = ffmpeg("-i", str(path), "-map", "0:v:0", "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", kind, "-")
    length = size[0] * size[1] * channels
    assert data and len(data) % length == 0, (len(data), size)
    shape = (size[1], size[0]) if channels == 1 else (size[1], size[0], channels)
    for begin in range(0, len(data), length):
        yield np.frombuffer(data[begin : begin + length], np.uint8).reshape(shape)


def levels(path: Path, size: tuple[int, int], kind: str = "gray") -> list[np.ndarray]:
    """The pictures of a movie as (h, w), or (h, w, 3) with `rgb24`."""
    return list(_raw(path, size, kind, 3 if kind == "rgb24" else 1))


def luma(path: Path, size: tuple[int, int]) -> list[np.ndarray]:
    """The luma planes (h, w) of a yuv420p movie, as they are stored."""
    width, height = size
    data = ffmpeg("-i", str(path), "-map", "0:v:0", "-fps_mode", "passthrough", "-f", "rawvideo", "-")
    length = width * height * 3 // 2
    assert len(data) % length == 0
    planes = np.frombuffer(data, np.uint8).reshape(-1, length)[:, : width * height]
    return list(planes.reshape(-1, height, width))


# Flashes and beeps


def sound(path: Path, seconds: Fraction | float, moments: Iterable[Fraction | float], hertz: int = HERTZ) -> Path:
    """A WAV of silence with a beep of 60 ms at each moment."""
    samples = np.zeros(round(float(seconds) * hertz), np.float64)
    tone = 0.7 * np.sin(np.arange(round(0.06 * hertz)) * 2 * np.pi * 1000 / hertz)
    for moment in moments:
        begin = round(float(moment) * hertz)
        piece = samples[begin : begin + len(tone)]
        piece[:] = tone[: len(piece)]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(hertz)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path


def sync_clip(
    path: Path,
    frames: int,
    fps: Fraction | int,
    lit: Sequence[int],
    *,
    options: Sequence[str] = (*X264, "-c:a", "aac"),
    late: Fraction | float = 0,
    seconds: Fraction | float | None = None,
    lead: Fraction | float = 0,
) -> Path:
    """A clip that flashes white for 0.15 s from each of the pictures `lit` on, while a beep begins.

    Its sound begins `late` seconds after the picture, or `lead` before it, and lasts until `seconds`, or to the
    end. In the lead there is a beep without a flash.
    """
    end = Fraction(frames) / Fraction(fps) if seconds is None else seconds
    moments = [Fraction(index) / Fraction(fps) - late for index in lit]
    heard = [moment + lead for moment in moments if moment >= 0] + ([float(lead) / 2] if lead else [])
    wav = sound(path.with_suffix(".wav"), end - late + lead, heard)
    white, black = np.full(SIZE[::-1], 235, np.uint8), np.full(SIZE[::-1], 16, np.uint8)
    inputs = ["-itsoffset", str(float(late)), "-i", str(wav), "-map", "0:v", "-map", "1:a"]
    last = max(1, round(0.15 * fps))
    pictures = (white if any(index - last < k <= index for k in lit) else black for index in range(frames))
    filters = f"{BT709},setpts=PTS+{float(lead)}/TB"
    return encode(path, pictures, fps, filters=filters, options=options, inputs=inputs)


def flashes(path: Path, fps: Fraction | int, size: tuple[int, int] = SIZE) -> list[float]:
    """Seconds at which the pictures of a movie of even rate turn white."""
    bright = [picture.mean() > 128 for picture in levels(path, size)]
    return [
        float(index / Fraction(fps)) for index, lit in enumerate(bright) if lit and not (index and bright[index - 1])
    ]


def _samples(path: Path) -> np.ndarray:
    filters = f"aresample={HERTZ}:async=1:first_pts=0"
    data = ffmpeg("-copyts", "-i", str(path), "-map", "0:a:0", "-af", filters, "-ac", "1", "-f", "f32le", "-")
    return np.frombuffer(data, np.float32)


def beeps(path: Path) -> tuple[list[float], float]:
    """Seconds at which beeps begin, and how long the sound lasts."""
    samples = _samples(path)
    loud = np.flatnonzero(np.abs(samples) > 0.25)
    begins = [index for place, index in enumerate(loud) if not place or index - loud[place - 1] > 0.1 * HERTZ]
    return [float(index) / HERTZ for index in begins], len(samples) / HERTZ


def pitch(path: Path) -> float:
    """Hertz of the loudest tone in a movie."""
    samples = _samples(path)
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(power)) * HERTZ / len(samples)


# Requests


def requested(frames: int, fps: Fraction | int = 24, **values: Any) -> RequestShot:
    """A shot that asks for a take of `frames` at `fps`; `pictures` of the clip, all kept unless told."""
    pictures = values.pop("pictures", frames)
    found = {
        "shot": values.get("number", "10"),
        "number": "10",
        "name": "",
        "package": "p",
        "files": {},
        "first": 1,
        "last": frames,
        "start": 1,
        "end": frames,
        "fps": FrameRate.of(Fraction(fps)),
        "width": SIZE[0],
        "height": SIZE[1],
        "frames": pictures,
        "kept": pictures,
    }
    return RequestShot.model_validate({**found, **values})


def request_of(*shots: RequestShot, fps: Fraction | int = 24, size: tuple[int, int] = SIZE) -> Request:
    """A request for one clip of these shots."""
    return Request(model="m", film="f", shots=shots, fps=FrameRate.of(Fraction(fps)), width=size[0], height=size[1])


def numbered(folder: Path, rate: Fraction | int, frames: int) -> Path:
    """A clip whose pictures carry their index, made once in a folder."""
    path = folder / f"{rate}-{frames}.mp4".replace("/", "_")
    return path if path.exists() else encode(path, (number(index) for index in range(frames)), rate)

"""Films for pages: movies whose pixels say which picture they are, and what a browser shows of them."""

from __future__ import annotations

import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
from shotwright.core.framerate import FrameRate
from shotwright.core.records import Box
from shotwright.media.movie import MovieWriter
from shotwright.media.page.document import TAKES, PageClip, PageFilm, PageShot
from shotwright.media.pictures import write_png

BITS = 10
WHOLE: Box = (0.0, 0.0, 1.0, 1.0)

READ = """(canvas) => {
  const {width, height} = canvas;
  const copy = new OffscreenCanvas(width, height).getContext("2d", {willReadFrequently: true});
  copy.drawImage(canvas, 0, 0);
  const pixels = copy.getImageData(0, 0, width, height).data;
  let number = 0;
  for (let bit = 0; bit < BITS; bit++) {
    const x = Math.floor((bit + 0.5) * width / BITS), y = Math.floor(height / 2);
    if (pixels[4 * (y * width + x)] > 127) number += 1 << bit;
  }
  return number;
}""".replace("BITS", str(BITS))
"""Which picture a canvas shows, by its pixels."""


def pattern(number: int, width: int = 160, height: int = 90, box: Box = WHOLE) -> np.ndarray:
    """A grey picture with `number` as stripes, the lowest bit on the left, inside `box`; noise outside of it."""
    left, top = round(box[0] * width), round(box[1] * height)
    wide, high = round(box[2] * width), round(box[3] * height)
    bits = (number >> (np.arange(wide) * BITS // wide)) & 1
    inner = np.broadcast_to(np.where(bits, 225, 30).astype(np.uint8), (high, wide))
    picture = np.random.default_rng(number).integers(0, 255, (height, width), dtype=np.uint8)
    picture[max(0, top) : top + high, max(0, left) : left + wide] = inner[
        max(0, -top) : max(0, -top) + height, max(0, -left) : max(0, -left) + width
    ]
    return picture


def counting(
    path: Path, frames: int, fps: FrameRate | int = 24, size: tuple[int, int] = (160, 90), box: Box = WHOLE
) -> Path:
    """A movie whose picture n says n."""
    rate = fps if isinstance(fps, FrameRate) else FrameRate.of(fps)
    with MovieWriter(path, *size, rate, "gray") as writer:
        for number in range(frames):
            writer.write(pattern(number, *size, box))
    return path


def flat(path: Path, grey: int, frames: int = 12, size: tuple[int, int] = (160, 90)) -> Path:
    """A movie of one grey."""
    with MovieWriter(path, *size, FrameRate.of(24), "gray") as writer:
        for _ in range(frames):
            writer.write(np.full(size[::-1], grey, np.uint8))
    return path


def still(path: Path, number: int, size: tuple[int, int] = (160, 90)) -> Path:
    write_png(path, np.repeat(pattern(number, *size)[:, :, None], 3, axis=2))
    return path


def ffmpeg(*arguments: str) -> None:
    subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-loglevel", "error", "-y", *arguments],
        check=True,
    )


def clip(path: Path, column: str = "clay", **given: Any) -> PageClip:
    """A clip of a file that `counting` or `still` made: 24 pictures at 24 a second from frame 1001 unless given."""
    values: dict[str, Any] = {
        "title": path.stem,
        "first": 1001,
        "frames": 24,
        "fps": FrameRate.of(24),
        "width": 160,
        "height": 90,
    }
    return PageClip(column=column, path=path, **{**values, **given})


def shot(*clips: PageClip, number: str = "SH010", **given: Any) -> PageShot:
    """A shot of the layout frames 1001 to 1024."""
    values: dict[str, Any] = {
        "id": f"id-{number}",
        "name": "Wide",
        "start": 1001,
        "end": 1024,
        "fps": FrameRate.of(24),
        "width": 160,
        "height": 90,
    }
    return PageShot(number=number, clips=clips, **{**values, **given})


def film(*shots: PageShot, title: str = "Film") -> PageFilm:
    return PageFilm(title, shots)


def mixed(folder: Path) -> PageShot:
    """A shot of 48 frames whose clips differ in all they can: handles, rates, lengths, boxes, how they are encoded."""
    folder.mkdir(exist_ok=True)
    padded = {"box": (0.1, 0.2, 0.8, 0.6), "width": 320, "height": 240}
    cropped = {"box": (0.0, -0.25, 1.0, 1.5), "width": 200, "height": 160}
    b_frames = folder / "b_frames.mp4"
    raw = counting(folder / "raw.mp4", 48)
    ffmpeg(*f"-i {raw} -c:v libx264 -bf 3 -b_strategy 0 -g 30 -crf 12 -pix_fmt yuv420p {b_frames}".split())
    ntsc = FrameRate(num=24000, den=1001)
    return shot(
        clip(counting(folder / "t001.mp4", 48), TAKES, frames=48),
        clip(counting(folder / "t002.mp4", 64), TAKES, frames=64, first=993),
        clip(counting(folder / "short.mp4", 30), TAKES, frames=30, first=1007),
        clip(b_frames, "motion", frames=48),
        clip(counting(folder / "sixteen.mp4", 37, 16), "depth", frames=33, fps=FrameRate.of(16)),
        clip(counting(folder / "sixty.mp4", 120, 60), "edges", frames=120, fps=FrameRate.of(60)),
        clip(counting(folder / "ntsc.mp4", 48, ntsc), "mask", frames=48, fps=ntsc),
        clip(counting(folder / "padded.mp4", 48, size=(320, 240), box=padded["box"]), "clay", frames=48, **padded),
        clip(counting(folder / "cropped.mp4", 48, size=(200, 160), box=cropped["box"]), "board", frames=48, **cropped),
        clip(still(folder / "first.png", 321), "first", frames=1),
        end=1048,
    )


def expected(clip: PageClip, frame: int, fps: FrameRate) -> int:
    """The picture of a clip nearest to a layout frame, found by trying all of them."""
    step = fps.fraction / clip.fps.fraction
    return min(range(clip.frames), key=lambda index: (abs(clip.first + index * step - frame), index))


def off(clip: PageClip, index: int, frame: int, fps: FrameRate) -> Fraction:
    """How far a picture is from a layout frame, in the longer of the two frames."""
    step = fps.fraction / clip.fps.fraction
    return abs(clip.first + index * step - frame) / max(Fraction(1), step)

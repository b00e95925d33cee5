"""The files of a page: posters; movies and pictures as they are, or as previews when they are too much together."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ...core.errors import MediaError, ShotwrightError, StorageError, storage_error
from ...core.framerate import FrameRate
from .. import ffmpeg_tool
from ..contact_sheet import read_pictures_at
from .document import PageClip, PageShot

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Embedded", "Media", "Shown", "embed"]

Progress = Callable[[int, int], None]

_POSTER = 216
"""Height of a poster in pixels."""
_QUALITY = 80
"""JPEG's, of posters and of pictures that were made smaller."""
_STEPS = ((540, 24), (360, 28), (270, 31), (180, 34))
"""Height of a preview and x264's rate factor, tried one after the other until all fit."""
_TYPES = {".mp4": "video/mp4", ".png": "image/png", ".jpg": "image/jpeg"}


@dataclass(frozen=True)
class Media:
    """One file in the page; clips with the same bytes share it."""

    key: str
    kind: str
    """MIME type."""
    data: bytes


@dataclass(frozen=True)
class Shown:
    """A clip as it is in the page."""

    clip: PageClip
    """With a problem where it can't be shown."""
    poster: bytes = b""
    """The picture at the start of the shot's cut range, as JPEG."""
    key: str = ""
    """Of its file; empty when it can't be shown."""


@dataclass(frozen=True)
class Embedded:
    """What became of the clips."""

    shots: tuple[tuple[Shown, ...], ...]
    """The clips of each shot."""
    media: tuple[Media, ...]
    preview: int = 0
    """Most pixels a preview is high; 0 when everything is as it was made."""
    total: int = 0
    """Bytes of everything as it was made."""


def embed(shots: Sequence[PageShot], limit: int, progress: Progress | None = None) -> Embedded:
    """Read what the page needs. `limit`: bytes of all movies and pictures above which previews are made; 0 is none.

    A file that can't be read leaves its clip with a problem. The same files give the same bytes.
    `progress(done, total)` counts clips and may raise. Raises StorageError when previews find no room.
    """
    tell = progress or _nobody
    pairs = [(shot, clip) for shot in shots for clip in shot.clips]
    shown: list[Shown] = []
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        for each in pool.map(_with_poster, pairs):
            shown.append(each)
            tell(len(shown), len(pairs))
    clips = list({each.clip.path: each.clip for each in shown if each.poster}.values())
    total = sum(clip.path.stat().st_size for clip in clips)
    if not limit or total <= limit:
        return _read(shots, shown, {clip.path: clip.path for clip in clips}, 0, total)
    try:
        with tempfile.TemporaryDirectory(prefix="shotwright-page-") as folder:
            small, height = _previews(clips, Path(folder), limit, tell)
            return _read(shots, shown, small, height, total)
    except OSError as error:
        raise storage_error(error, tempfile.gettempdir()) from error


def _nobody(_done: int, _total: int) -> None:
    """Nobody listens."""


def _read(
    shots: Sequence[PageShot], shown: Sequence[Shown], files: Mapping[Path, Path], preview: int, total: int
) -> Embedded:
    """The bytes of the files, each once, and which clip has which. `files`: what stands for which file."""
    media: dict[str, Media] = {}
    keys: dict[Path, str] = {}
    wrong: dict[Path, str] = {}
    for original, path in files.items():
        try:
            data = path.read_bytes()
        except OSError as error:
            wrong[original] = f"{original.name} could not be read: {(error.strerror or str(error)).lower()}."
            continue
        key = keys[original] = f"m{hashlib.sha256(data).hexdigest()[:16]}"
        media.setdefault(key, Media(key, _TYPES[path.suffix.lower()], data))

    def told(each: Shown) -> Shown:
        if each.clip.path in wrong and not each.clip.problem:
            return Shown(replace(each.clip, problem=wrong[each.clip.path]))
        return replace(each, key=keys.get(each.clip.path, "") if each.poster else "")

    rest = iter(shown)
    by_shot = tuple(tuple(told(next(rest)) for _ in shot.clips) for shot in shots)
    return Embedded(by_shot, tuple(media.values()), preview, total)


# -- pictures -------------------------------------------------------------------------------------------


def _with_poster(pair: tuple[PageShot, PageClip]) -> Shown:
    """A clip with a small picture of what the camera sees at the start of the shot, or with why there is none."""
    shot, clip = pair
    if clip.problem:
        return Shown(clip)
    index = clip.index_at(shot.start, shot.fps)
    try:
        found = read_pictures_at(clip.path, [index], round(_POSTER / min(1.0, clip.box[3])))
    except StorageError:
        raise
    except ShotwrightError as error:
        return Shown(replace(clip, problem=str(error)))
    if index not in found:
        return Shown(replace(clip, problem=f"{clip.path.name} has no picture {index + 1}."))
    return Shown(clip, _jpeg(_seen(found[index], clip)))


def _seen(picture: NDArray[np.uint8], clip: PageClip) -> NDArray[np.uint8]:
    """The part of a picture that lies in the clip's box, black where the box goes beyond it."""
    import numpy as np

    high, wide = picture.shape[:2]
    left, top, width, height = (round(part * side) for part, side in zip(clip.box, (wide, high) * 2, strict=True))
    seen = np.zeros((max(1, height), max(1, width), 3), np.uint8)
    inside = picture[max(0, top) : max(0, top + height), max(0, left) : max(0, left + width)]
    y, x = max(0, -top), max(0, -left)
    seen[y : y + inside.shape[0], x : x + inside.shape[1]] = inside[: seen.shape[0] - y, : seen.shape[1] - x]
    return seen


def _jpeg(picture: NDArray[np.uint8]) -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "JPEG", quality=_QUALITY, optimize=True)
    return stream.getvalue()


# -- previews -------------------------------------------------------------------------------------------


def _previews(clips: Sequence[PageClip], folder: Path, limit: int, tell: Progress) -> tuple[dict[Path, Path], int]:
    """Smaller files that fit together into `limit` bytes, or the smallest there are, by the files they stand for;
    and their height."""
    small: dict[Path, Path] = {}
    height = 0
    for height, factor in _STEPS:
        place = folder / str(height)
        place.mkdir()
        with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
            tasks = [
                pool.submit(_smaller, clip, place / str(index), height, factor) for index, clip in enumerate(clips)
            ]
            for index, (clip, task) in enumerate(zip(clips, tasks, strict=True), 1):
                small[clip.path] = task.result()
                tell(index, len(clips))
        if sum(path.stat().st_size for path in small.values()) <= limit:
            break
    return small, height


def _smaller(clip: PageClip, target: Path, height: int, factor: int) -> Path:
    """A preview of a file; the file itself where it is no larger, or where none can be made."""
    try:
        made = _small_still(clip, target, height) if clip.still else _small_movie(clip, target, height, factor)
    except MediaError:  # its first picture could be read: the page shows what it can
        return clip.path
    return made if made.stat().st_size < clip.path.stat().st_size else clip.path


def _small_still(clip: PageClip, target: Path, height: int) -> Path:
    path = target.with_suffix(".jpg")
    path.write_bytes(_jpeg(read_pictures_at(clip.path, [0], min(height, clip.height))[0]))
    return path


def _small_movie(clip: PageClip, target: Path, height: int, factor: int) -> Path:
    """An H.264 mp4 with the same pictures at the same times, and its sound. The same bytes every time."""
    path = target.with_suffix(".mp4")
    scale = rf"scale=w=-2:h=2*trunc(min({height}\,ih)/2):flags=bicubic+accurate_rnd"
    ffmpeg_tool.run(
        ["-loglevel", "error", "-y", "-i", str(clip.path), "-map", "0:v:0", "-map", "0:a:0?", "-vf", scale]
        + ["-fps_mode", "passthrough", "-c:v", "libx264", "-preset", "fast", "-crf", str(factor), "-threads", "2"]
        + ["-bf", "0", "-g", str(_second(clip.fps)), "-pix_fmt", "yuv420p", "-flags:v", "+bitexact"]
        + ["-video_track_timescale", str(clip.fps.num), "-c:a", "aac", "-b:a", "96k", "-flags:a", "+bitexact"]
        + ["-map_metadata", "-1", "-fflags", "+bitexact", "-movflags", "+faststart", str(path)],
        clip.path,
    )
    return path


def _second(fps: FrameRate) -> int:
    """A key frame a second, so that a player finds each picture quickly."""
    return max(1, round(fps.fraction))

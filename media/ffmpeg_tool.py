"""The ffmpeg program that comes with imageio-ffmpeg, and what it answers."""

from __future__ import annotations

import errno
import functools
import os
import re
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path

from ..core.errors import MediaError, MissingPackage, ShotwrightError, storage_error

__all__ = ["failure", "program", "run"]


def program() -> str:
    """Path of the ffmpeg executable. Raises MissingPackage with what to do when there is none.

    `IMAGEIO_FFMPEG_EXE` chooses another one (imageio-ffmpeg's own variable).
    """
    try:
        import imageio_ffmpeg  # pyright: ignore[reportMissingTypeStubs]
    except ImportError as error:
        raise MissingPackage(
            "The package imageio-ffmpeg is missing: install it with pip, or reinstall the extension."
        ) from error
    bundled = _bundled()
    if bundled is not None:
        return bundled
    try:
        return imageio_ffmpeg.get_ffmpeg_exe()
    except RuntimeError as error:
        raise MissingPackage(
            "imageio-ffmpeg found no ffmpeg for this system: install ffmpeg and set IMAGEIO_FFMPEG_EXE to its path."
        ) from error


@functools.cache
def _bundled() -> str | None:
    """The program in the wheel, made executable; None when the wheel has none or another is chosen.

    Blender unpacks wheels with zipfile, which loses the executable bit; imageio-ffmpeg then finds
    nothing. Where the wheel can't be changed, a copy in the data folder is used.
    """
    if os.environ.get("IMAGEIO_FFMPEG_EXE"):
        return None
    import imageio_ffmpeg  # pyright: ignore[reportMissingTypeStubs]

    folder = Path(imageio_ffmpeg.__file__).parent / "binaries"
    found = sorted(path for path in folder.glob("ffmpeg-*") if path.is_file())
    if not found:
        return None
    path = found[-1]
    if os.access(path, os.X_OK):
        return str(path)
    try:
        path.chmod(path.stat().st_mode | 0o111)
        return str(path)
    except OSError:
        copy = Path(tempfile.gettempdir()) / f"shotwright-{os.getuid()}" / path.name
        return str(_copy(path, copy))


def _copy(path: Path, copy: Path) -> Path:
    try:
        copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not copy.is_file() or copy.stat().st_size != path.stat().st_size:
            temporary = copy.with_name(f".tmp-{uuid.uuid4().hex[:12]}")
            shutil.copyfile(path, temporary)
            temporary.chmod(0o700)
            temporary.replace(copy)
    except OSError as error:
        raise storage_error(error, copy) from error
    return copy


def failure(text: str, path: Path) -> ShotwrightError:
    """The error that ffmpeg's messages in `text` mean for the file `path`."""
    if "No space left on device" in text:
        return storage_error(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), path)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    reason = re.sub(r"^\[[^\]]*\]\s*", "", lines[-1]) if lines else "it stopped without a message"
    return MediaError(f"ffmpeg could not handle {path.name}: {reason}")


def run(arguments: list[str], path: Path) -> str:
    """Run ffmpeg with `arguments` on `path` and return what it printed; raises MediaError or StorageError."""
    done = subprocess.run(
        [program(), "-hide_banner", "-nostdin", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    text = done.stderr.decode("utf-8", "replace")
    if done.returncode:
        raise failure(text, path)
    return done.stdout.decode("utf-8", "replace")

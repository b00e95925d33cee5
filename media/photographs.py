"""Whether a picture is a photograph, by what cameras write into their files."""

from __future__ import annotations

from pathlib import Path

__all__ = ["camera_of"]

_MAKER, _MODEL = 0x010F, 0x0110
"""Tags of Exif 2.32 (CIPA DC-008), which cameras and phones set and renderers and drawing programs don't."""


def camera_of(path: Path) -> str:
    """Maker and model of the camera that took a picture; empty where its file names none, or can't be read."""
    from PIL import Image

    try:
        with Image.open(path) as image:
            exif = image.getexif()
            words = [str(exif.get(tag, "")).replace("\0", "").strip() for tag in (_MAKER, _MODEL)]
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return ""
    maker, model = words
    return model if model.startswith(maker) else f"{maker} {model}".strip()

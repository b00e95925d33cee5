"""Pictures on disk."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["png_bytes", "read_grey", "write_png"]


def png_bytes(picture: NDArray[np.uint8]) -> bytes:
    """A picture, uint8 (h, w) grey or (h, w, 3) RGB, as PNG. The same pixels give the same bytes."""
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "PNG", compress_level=3)
    return stream.getvalue()


def read_grey(path: Path) -> NDArray[np.uint8] | None:
    """A picture as grey, uint8 (h, w); None when it is not there or can't be read to its end."""
    import numpy as np
    from PIL import Image

    try:
        with Image.open(io.BytesIO(path.read_bytes())) as image:
            return np.asarray(image.convert("L"))
    except (OSError, SyntaxError, ValueError):  # Pillow's for what is no picture, or a broken PNG
        return None


def write_png(path: Path, picture: NDArray[np.uint8]) -> None:
    """Write a picture as PNG."""
    path.write_bytes(png_bytes(picture))

"""Image sequences: which files belong together, which numbers are missing, and their pictures."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..core import terms
from ..core.errors import BadInput, MediaError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

__all__ = ["PictureFacts", "Sequence", "picture", "picture_facts", "sequence_at"]

_PICTURES = frozenset((".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp", ".tga"))
_LINEAR = frozenset((".exr", ".hdr", ".dpx", ".cin"))
_TURNED = ("JPEG", "MPO", "TIFF", "WEBP")
"""What cameras write and turn by a note; PNG would be decoded whole to look for one."""
_NUMBER = re.compile(r"(?P<before>(?:.*\D)?)(?P<number>\d{1,8})(?P<behind>\D*)", re.DOTALL)
_PATTERN = re.compile(r"(?P<before>.*?)(?:#+|%0?\d*d)(?P<behind>[^#%]*)", re.DOTALL)

_Key = tuple[str, str, str]
"""What the names of a sequence have before and behind the number, and their ending in small letters."""


@dataclass(frozen=True)
class Sequence:
    """The pictures of a sequence, one for each number from the first to the last."""

    files: tuple[Path, ...]
    """Where a number is missing, the file before it."""
    first: int
    """The first number."""
    missing: tuple[int, ...] = ()
    """Numbers without a file."""


@dataclass(frozen=True)
class PictureFacts:
    """What a picture's file is."""

    size: tuple[int, int]
    """Width and height as shown."""
    bytes: int
    sha256: str


def sequence_at(path: Path) -> Sequence | None:
    """The sequence that a path means: a folder, one picture of it, or a pattern such as `name.####.png`.

    None where it is another file, which may be a movie. Raises BadInput when there are no pictures, or it is not
    clear which; OSError when the folder can't be read.
    """
    if path.is_dir():
        return _in_folder(path)
    ending = path.suffix.lower()
    if ending in _LINEAR:
        raise _linear(path.name)
    if path.is_file():
        if ending not in _PICTURES:
            return None
        key = _key(path.name)
        if key is None:
            raise BadInput(f"{path.name} is one picture and has no number: choose a movie or a numbered sequence.")
        return _sequence(path, _groups(path.parent)[key[0]])
    if path.parent.is_dir():
        pattern = _PATTERN.fullmatch(path.stem)
        key = _key(path.name)
        wanted = (pattern["before"], pattern["behind"], ending) if pattern else key[0] if key else None
        found = _groups(path.parent).get(wanted) if wanted and ending in _PICTURES else None
        if found:
            return _sequence(path, found)
        if pattern and ending in _PICTURES:
            raise BadInput(f"There are no pictures named {path.name} in {path.parent}: check the name.")
    raise BadInput(f"There is no movie and no picture at {path}: put it back, or choose another.")


def _key(name: str) -> tuple[_Key, int] | None:
    """To which sequence a name belongs and its number there: the last one in it; None without one."""
    ending = Path(name).suffix
    match = _NUMBER.fullmatch(name[: len(name) - len(ending)])
    return ((match["before"], match["behind"], ending.lower()), int(match["number"])) if match else None


def _groups(folder: Path) -> dict[_Key, list[tuple[int, Path]]]:
    """The numbered pictures of a folder by sequence."""
    found: dict[_Key, list[tuple[int, Path]]] = {}
    for path in folder.iterdir():
        key = _key(path.name) if path.suffix.lower() in _PICTURES and not path.name.startswith(".") else None
        if key and path.is_file():
            found.setdefault(key[0], []).append((key[1], path))
    return found


def _in_folder(folder: Path) -> Sequence:
    groups = _groups(folder)
    if len(groups) == 1:
        return _sequence(folder, next(iter(groups.values())))
    if groups:
        shown = sorted(f"{before}#{behind}{ending}" for before, behind, ending in groups)
        named = ", ".join(shown[:4]) + (", …" if len(shown) > 4 else "")
        raise BadInput(f"{folder} has {len(groups)} sequences ({named}): choose one picture of the one you mean.")
    if any(path.suffix.lower() in _LINEAR for path in folder.iterdir()):
        raise _linear(folder.name)
    kinds = ", ".join(sorted(ending[1:] for ending in _PICTURES))
    raise BadInput(f"{folder} has no numbered pictures ({kinds}): choose another folder, or a movie.")


def _linear(name: str) -> BadInput:
    return BadInput(
        f"{name}: EXR, HDR and film scans hold light, not the picture that is shown of it: write PNG or JPEG with "
        "the look you want."
    )


def _sequence(path: Path, group: Iterable[tuple[int, Path]]) -> Sequence:
    by_number: dict[int, Path] = {}
    for number, file in sorted(group):
        if number in by_number:
            raise BadInput(f"{by_number[number].name} and {file.name} have the same number: move one of them away.")
        by_number[number] = file
    first, last = min(by_number), max(by_number)
    if last - first >= terms.MAX_FRAMES:
        raise BadInput(
            f"{path.name}: its numbers go from {first} to {last}, more than {terms.MAX_FRAMES:,}: a number in a name "
            "is wrong."
        )
    files: list[Path] = []
    for number in range(first, last + 1):
        files.append(by_number.get(number) or files[-1])
    missing = tuple(number for number in range(first, last + 1) if number not in by_number)
    return Sequence(tuple(files), first, missing)


# Pictures


def picture_facts(path: Path) -> PictureFacts:
    """Size and hash of a picture, read once as long as nobody writes it. Raises MediaError, OSError."""
    status = path.stat()
    return _facts(path, status.st_mtime_ns, status.st_size)


@functools.lru_cache(maxsize=16_384)
def _facts(path: Path, _changed: int, size: int) -> PictureFacts:
    with _opened(path) as image:
        # 5 to 8: lying on its side.
        turned = image.format in _TURNED and image.getexif().get(0x0112) in (5, 6, 7, 8)
        shown = (image.height, image.width) if turned else image.size
    if max(shown) > terms.MAX_SIDE:
        raise MediaError(f"{path.name} is {shown[0]}×{shown[1]}, above {terms.MAX_SIDE} a side: scale it down.")
    with path.open("rb") as stream:
        return PictureFacts(shown, size, hashlib.file_digest(stream, "sha256").hexdigest())


def _opened(path: Path) -> Image.Image:
    from PIL import Image

    try:
        return Image.open(path)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> MediaError:
    return MediaError(f"{path.name} is damaged or no picture: write it again, or move it away.")


def picture(path: Path, size: tuple[int, int]) -> NDArray[np.uint8]:
    """A picture as uint8 (h, w, 3), turned as shown, over black where it is transparent. Raises MediaError."""
    import numpy as np
    from PIL import Image, ImageOps

    with _opened(path) as image:
        try:
            shown = _eight_bits(ImageOps.exif_transpose(image) if image.format in _TURNED else image)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            raise _damaged(path) from error
    if shown.size != size:
        raise MediaError(f"{path.name} was changed meanwhile: run it again.")
    return np.ascontiguousarray(np.asarray(shown, np.uint8))


def _eight_bits(image: Image.Image) -> Image.Image:
    """RGB of any picture; what is transparent is black."""
    import numpy as np
    from PIL import Image

    if image.mode.startswith("I"):  # 16 bits of grey, which Pillow would clip
        return Image.fromarray((np.asarray(image).astype(np.uint32) >> 8).clip(0, 255).astype(np.uint8)).convert("RGB")
    if image.mode == "F":
        raise ValueError("floats have no white")
    if "A" in image.getbands() or "transparency" in image.info:
        clear = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", clear.size, (0, 0, 0, 255)), clear).convert("RGB")
    return image.convert("RGB")

"""The text of a file that somebody typed or exported: a shot list, a list of assets, prompts."""

from __future__ import annotations

from pathlib import Path

from . import terms
from .errors import BadInput

__all__ = ["read_text_file"]


def read_text_file(path: Path, what: str, error: type[BadInput] = BadInput) -> str:
    """The whole text, without a byte order mark. `what` the file should be is said in messages: "a shot list".

    Raises `error` when there is no such file, when it is larger than `terms.MAX_SHOT_LIST_BYTES`, or no UTF-8.
    """
    limit = terms.MAX_SHOT_LIST_BYTES
    try:
        if path.exists() and not path.is_file():
            raise error(f"{path} is not a file: check the path.")
        with path.open("rb") as file:
            raw = file.read(limit + 1)
    except FileNotFoundError as cause:
        raise error(f"There is no file {path}: check the path.") from cause
    except OSError as cause:
        raise error(f"Can't read {path} ({cause.strerror or cause}): check its permissions.") from cause
    if len(raw) > limit:
        raise error(
            f"{path.name} is larger than the {limit / 1e6:.0f} MB that {what} may have: "
            "split it, or check that it is the right file."
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        line = raw.count(b"\n", 0, cause.start) + 1
        raise error(
            f"{path.name}, line {line}: byte {raw[cause.start]:#04x} is not UTF-8: "
            "save the file as UTF-8 in your editor or spreadsheet."
        ) from cause

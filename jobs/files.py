"""Writing so that a file is whole or absent: temporary name, fsync, rename."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..core.errors import StorageError, storage_error
from ..core.model_base import to_json

__all__ = ["publish", "read_json", "sha256_of", "staging", "write_json", "write_text"]

_STAGING = ".tmp-"


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text atomically, replacing what was there. Raises StorageError."""
    temporary = path.with_name(f"{_STAGING}{uuid.uuid4().hex[:12]}-{path.name[-40:]}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise storage_error(error, path) from error


def write_json(path: Path, value: object) -> None:
    """Write plain JSON values atomically."""
    write_text(path, to_json(value))


def read_json(path: Path) -> Any:
    """Plain JSON values from a file we wrote. Raises StorageError when it can't be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise StorageError(f"Can't read {path}: {error.strerror or error}.") from error
    except ValueError as error:
        raise StorageError(f"{path} is damaged ({error}): restore it from a backup, or move it away.") from error


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, as 64 hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def staging(parent: Path) -> Generator[Path]:
    """A new folder beside its later place; removed with all in it unless `publish` moved it away."""
    folder = parent / f"{_STAGING}{uuid.uuid4().hex[:12]}"
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise storage_error(error, parent) from error
    try:
        yield folder
    except OSError as error:
        raise storage_error(error, parent) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(folder: Path, final: Path) -> bool:
    """Move a staged folder to its place in one step; False when another got there first.

    Every file is on the disk before its folder has its name. Raises StorageError.
    """
    try:
        for path in folder.rglob("*"):
            if path.is_file():
                with path.open("rb+") as stream:
                    os.fsync(stream.fileno())
        # Not replace(): an existing folder is a fact and is never overwritten.
        folder.rename(final)
    except OSError as error:
        if final.is_dir():
            return False
        raise storage_error(error, final) from error
    return True

"""Writing so that a file is whole or absent: temporary name, fsync, rename."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from ..core.errors import StorageError, storage_error
from ..core.model_base import to_json
from ..core.records import PackageFile

__all__ = [
    "STAGING",
    "check_writable",
    "create_text",
    "is_intact",
    "load",
    "move_new",
    "publish",
    "read_json",
    "remove_staging",
    "sha256_of",
    "staging",
    "sweep",
    "sync_folder",
    "write_bytes",
    "write_json",
    "write_text",
]

_Record = TypeVar("_Record")

STAGING = ".tmp-"
"""How the names of files and folders begin that are not finished."""


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text atomically, replacing what was there. Raises StorageError."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file atomically, replacing what was there. Raises StorageError."""
    temporary = path.with_name(f"{STAGING}{uuid.uuid4().hex[:12]}-{path.name[-40:]}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise storage_error(error, path) from error


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, so that a rename outlives a power cut. Nothing to do on Windows."""
    with contextlib.suppress(OSError):  # some shares can't
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def check_writable(path: Path) -> None:
    """Raise StorageError when no file can be written at `path`. Makes its folder, as writing would."""
    temporary = path.with_name(f"{STAGING}{uuid.uuid4().hex[:12]}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as stream:
            stream.write(bytes(4096))  # an empty file fits on a full disk
    except OSError as error:
        raise storage_error(error, path) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def create_text(path: Path, text: str) -> bool:
    """Write a new file with its content in one step; False when there is one already. Raises StorageError."""
    temporary = path.with_name(f"{STAGING}{uuid.uuid4().hex[:12]}-{path.name[-40:]}")
    write_text(temporary, text)
    made = move_new(temporary, path)
    if not made:
        with contextlib.suppress(OSError):
            temporary.unlink()
    return made


def move_new(source: Path, target: Path) -> bool:
    """Give a finished file a name; False, and it stays where it is, when another has it. Raises StorageError."""
    try:
        try:
            os.link(source, target)
            with contextlib.suppress(OSError):  # a virus scanner may hold it
                source.unlink()
        except FileExistsError:
            return False
        except OSError:  # a file system without links
            if target.exists():
                return False
            source.rename(target)
        sync_folder(target.parent)
        return True
    except OSError as error:
        raise storage_error(error, target) from error


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


def load(path: Path, parse: Callable[[Any], _Record]) -> _Record:
    """A record that we wrote, as `parse` reads its JSON values. Raises StorageError when it is damaged."""
    try:
        return parse(read_json(path))
    except ValidationError as error:
        raise StorageError(
            f"{path} is damaged or from a newer Shotwright ({error.error_count()} fields do not fit): "
            "restore it from a backup, or move it away."
        ) from error


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, as 64 hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def is_intact(folder: Path, file: PackageFile) -> bool:
    """Whether a recorded file is there with the very bytes it had."""
    path = folder / file.name
    try:
        status = path.stat()
        return status.st_size == file.bytes and _hash_once(path, status.st_mtime_ns, status.st_size) == file.sha256
    except OSError:
        return False


@functools.lru_cache(maxsize=4096)
def _hash_once(path: Path, _changed: int, _size: int) -> str:
    """A cut looks at each take several times; as long as nobody wrote the file, once is enough."""
    return sha256_of(path)


@contextmanager
def staging(parent: Path) -> Generator[Path]:
    """A new folder beside its later place; removed with all in it unless `publish` moved it away."""
    folder = parent / f"{STAGING}{uuid.uuid4().hex[:12]}"
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


def remove_staging(folder: Path, inside: Path) -> None:
    """Remove a staging folder that a process which is gone left behind, when it is one and lies `inside` a folder."""
    if folder.name.startswith(STAGING) and folder.is_relative_to(inside):
        shutil.rmtree(folder, ignore_errors=True)


def sweep(folder: Path, patterns: Sequence[str], age: float = 86_400.0) -> None:
    """Remove what killed runs left: staged files and folders in `folder / pattern` older than `age` seconds."""
    for pattern in patterns:
        for path in folder.glob(f"{pattern}/{STAGING}*"):
            with contextlib.suppress(OSError):
                if time.time() - path.stat().st_mtime < age:
                    continue
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink()


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
        sync_folder(final.parent)
    except OSError as error:
        if final.is_dir():
            return False
        raise storage_error(error, final) from error
    return True

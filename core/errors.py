"""The one error tree. Every message says what to do next; `exit_code` is what a command line returns.

ShotwrightError                1  something failed
├── BadInput                   2  what was asked for, or the scene, has to change
│   ├── SceneError                the .blend file or a scene in it
│   └── ShotListError             a shot list file
├── Refused                    3  it could be done, but not without your word
├── StorageError               1  the disk said no: read-only, full, gone
├── RenderError                1  drawing references failed
├── MediaError                 1  a movie could not be written or read
├── ProcessError               1  a child process (Blender) failed
├── JobBusy                    1  another process drives this job
├── JobCancelled               1  somebody cancelled this job
└── MissingPackage             1  a Python package is absent or too old

KeyboardInterrupt
└── Stopped                    1  you, or the program that started this one, asked it to stop
"""

from __future__ import annotations

import errno
import json
from pathlib import Path

from . import terms

__all__ = [
    "BadInput",
    "JobBusy",
    "JobCancelled",
    "MediaError",
    "MissingPackage",
    "ProcessError",
    "Refused",
    "RenderError",
    "SceneError",
    "ShotListError",
    "ShotwrightError",
    "Stopped",
    "StorageError",
    "error_json",
    "missing_package",
    "storage_error",
]


class ShotwrightError(Exception):
    """Something failed. The text is a sentence for the artist and says what to do next."""

    exit_code = terms.EXIT_FAILED


class BadInput(ShotwrightError):
    """What was asked for, or the scene, has to change first."""

    exit_code = terms.EXIT_BAD_INPUT


class SceneError(BadInput):
    """The .blend file or a scene in it can't be used as it is."""


class ShotListError(BadInput):
    """A shot list file can't be read; the message names the line or row."""


class Refused(ShotwrightError):
    """It could be done, but not without the user's word (file changed on disk, budget, offline)."""

    exit_code = terms.EXIT_REFUSED


class StorageError(ShotwrightError):
    """The disk said no: read-only, full, or gone."""


class RenderError(ShotwrightError):
    """Drawing a reference failed."""


class MediaError(ShotwrightError):
    """A movie or picture could not be written or read."""


class ProcessError(ShotwrightError):
    """A child process failed or could not be started."""


class JobBusy(ShotwrightError):
    """Another process drives this job; the message names it."""


class JobCancelled(ShotwrightError):
    """Somebody cancelled this job while it ran."""


class MissingPackage(ShotwrightError):
    """A Python package is absent or too old; the message says what to install."""


class Stopped(KeyboardInterrupt):
    """Somebody asked to stop. No ShotwrightError: nothing failed, and no shot may swallow it and go on."""

    exit_code = terms.EXIT_STOPPED


def error_json(error: ShotwrightError | Stopped) -> str:
    """The document `--json` prints instead of a result. Needs no package: one may be what is missing."""
    found = {"kind": type(error).__name__, "message": str(error)}
    return json.dumps({"schema": "shotwright.error.1", "error": found}, ensure_ascii=False, indent=2) + "\n"


def missing_package(error: ImportError) -> MissingPackage:
    """The sentence for a package that does not load. Raise it `from error`."""
    return MissingPackage(
        f"A Python package Shotwright needs is missing or too old here ({error}). Run the doctor verb; another "
        "extension may have brought an older one."
    )


_ADVICE = {
    errno.ENOSPC: "the disk is full: free some space and run it again",
    errno.EDQUOT: "your disk quota is used up: free some space and run it again",
    errno.EROFS: "it is read-only: save the .blend somewhere you can write, or change its permissions",
    errno.EACCES: "you may not write there: change its permissions, or save the .blend elsewhere",
    errno.EPERM: "you may not write there: change its permissions, or save the .blend elsewhere",
    errno.EEXIST: "part of that path is a file: move the file away, or choose another folder",
    errno.ENOTDIR: "part of that path is a file: move the file away, or choose another folder",
    errno.ENAMETOOLONG: "the path is too long: use a shorter folder",
}


def storage_error(error: OSError, path: Path | str) -> StorageError:
    """The sentence for an `OSError` at `path`. Raise it `from error`."""
    advice = _ADVICE.get(error.errno or 0)
    if advice is None:
        advice = f"{(error.strerror or str(error)).lower()}: check the folder and run it again"
    return StorageError(f"Can't write {path}: {advice}.")

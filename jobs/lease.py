"""Who drives a job: files that only one process can create, kept fresh by a heartbeat.

`lease-0001.json`, `lease-0002.json`, …: the highest number holds. A lease is never taken away: whoever follows one
that was released, or whose holder is gone, creates the next number, and a file can be created once. So of two that
follow the same lease one wins, whatever they saw before.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import re
import sys
import threading
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from ..core.errors import JobBusy, storage_error
from ..core.model_base import to_json
from .files import STAGING

__all__ = ["HEARTBEAT", "TIMEOUT", "Lease", "holder"]

HEARTBEAT = 5.0
"""Seconds between two signs of life."""
TIMEOUT = 60.0
"""Seconds without one after which a holder that can't be asked (another machine) counts as gone."""

_STILL_ACTIVE = 259
"""https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-getexitcodeprocess"""


@dataclass(frozen=True)
class _Found:
    """The newest lease of a folder."""

    number: int
    path: Path
    content: dict[str, Any]

    @property
    def who(self) -> str:
        """The holder, for a sentence."""
        return f"process {self.content.get('pid', '?')} on {self.content.get('host', 'another machine')}"


class Lease:
    """The right to drive the job in a folder; a context manager that keeps it fresh and gives it back."""

    def __init__(self, folder: Path, number: int, token: str) -> None:
        self._folder = folder
        self._number = number
        self._token = token
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="shotwright lease", daemon=True)

    @classmethod
    def acquire(cls, folder: Path) -> Lease:
        """Take the lease of a job's folder. Raises JobBusy when somebody else drives the job, or StorageError."""
        found = _newest(folder)
        if found is not None and _is_held(found):
            raise JobBusy(f"It is being made by {found.who} already: wait for that one, or cancel the job.")
        number = found.number + 1 if found else 1
        lease = cls(folder, number, uuid.uuid4().hex)
        try:
            won = _create(lease._path, lease._content(released=False))
        except OSError as error:
            raise storage_error(error, lease._path) from error
        if not won or not lease.holds():
            if won:  # somebody followed a newer lease than the one we saw
                lease._path.unlink(missing_ok=True)
            raise JobBusy("Another process took this job up at the same moment: wait for that one.")
        for path in folder.glob("lease-*.json"):
            if _number(path) < number:
                with contextlib.suppress(OSError):
                    path.unlink()
        return lease

    @property
    def _path(self) -> Path:
        return self._folder / f"lease-{self._number:04d}.json"

    def _content(self, released: bool) -> dict[str, Any]:
        return {
            "schema": "shotwright.lease.1",
            "token": self._token,
            "host": platform.node(),
            "boot": _boot(),
            "pid": os.getpid(),
            "processes": _namespace(),
            "started": _started(os.getpid()),
            "released": released,
        }

    def holds(self) -> bool:
        """Whether the job is still ours: after a long sleep somebody may have followed us."""
        found = _newest(self._folder)
        return found is not None and found.number == self._number and found.content.get("token") == self._token

    def check(self) -> None:
        """Raise JobBusy when the job is somebody else's by now. Called before anything that can't be taken back."""
        if not self.holds():
            raise JobBusy("Another process took this job over while this one slept; it goes on there.")

    def release(self) -> None:
        """Give the job back. What was lost already is left alone."""
        self._done.set()
        with contextlib.suppress(OSError):
            if self.holds():
                # In place, where it fits on a full disk too; who reads half of it takes it for held.
                with self._path.open("r+", encoding="utf-8") as stream:
                    stream.write(to_json(self._content(released=True)))
                    stream.truncate()

    def _beat(self) -> None:
        while not self._done.wait(HEARTBEAT):
            with contextlib.suppress(OSError):
                os.utime(self._path)  # without a time: on a share the server's clock counts

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
        self._thread.join()


def holder(folder: Path) -> str | None:
    """Who drives the job in a folder now ("process 4711 on render1"), or None."""
    found = _newest(folder)
    return found.who if found is not None and _is_held(found) else None


def _number(path: Path) -> int:
    match = re.fullmatch(r"lease-(\d{4,9})\.json", path.name, re.ASCII)
    return int(match[1]) if match else 0


def _newest(folder: Path) -> _Found | None:
    path = max(folder.glob("lease-*.json"), key=_number, default=None)
    if path is None or not _number(path):
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        content = {}  # another is writing it this moment, or it is damaged: its age decides
    return _Found(_number(path), path, cast("dict[str, Any]", content) if isinstance(content, dict) else {})


def _create(path: Path, content: dict[str, Any]) -> bool:
    """Create a file with its content in one step; False when it is there already."""
    temporary = path.with_name(f"{STAGING}{uuid.uuid4().hex[:12]}")
    try:
        with temporary.open("w", encoding="utf-8") as stream:
            stream.write(to_json(content))
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            return False
        except OSError:  # a file system without links: created first, filled a moment later
            try:
                with path.open("x", encoding="utf-8") as stream:
                    stream.write(to_json(content))
            except FileExistsError:
                return False
        return True
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def _is_held(found: _Found) -> bool:
    content = found.content
    if content.get("released"):
        return False
    if content.get("host") == platform.node() and content.get("boot"):
        if content["boot"] != _boot():
            return False  # this machine was started anew meanwhile
        if content.get("processes") == _namespace():  # another container counts its processes anew
            return _is_alive(content.get("pid"), content.get("started"))
    return _age(found.path) < TIMEOUT


def _age(path: Path) -> float:
    """Seconds since the last sign of life, by the clock that the folder's file system uses."""
    try:
        last = path.stat().st_mtime
    except OSError:
        return 0.0
    probe = path.with_name(f"{STAGING}{uuid.uuid4().hex[:12]}")
    try:
        probe.touch()
        return probe.stat().st_mtime - last
    except OSError:  # read-only for us
        return time.time() - last
    finally:
        with contextlib.suppress(OSError):
            probe.unlink()


# -- processes ------------------------------------------------------------------------------------


def _boot() -> str:
    """What tells one start of this machine from another; empty where the system does not say."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return "" if sys.platform == "linux" else platform.node()


def _namespace() -> str:
    """What tells one container's process numbers from another's; empty where the system has no such thing."""
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return ""


def _started(pid: int) -> str:
    """When a process began, in the system's own count, so that a number used again is no sign of life; or ''."""
    fields = _stat(pid)
    return fields[19] if len(fields) > 19 else ""


def _stat(pid: int) -> list[str]:
    """Fields of /proc/PID/stat from the third on (proc_pid_stat(5)); empty where there is no such thing."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


def _is_alive(pid: object, started: object) -> bool:
    if not isinstance(pid, int) or pid <= 0:
        return False
    if sys.platform == "win32":
        return _is_alive_on_windows(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # somebody else's process
    fields = _stat(pid)
    # A zombie ended; it only waits for its parent to notice.
    return not fields or (fields[0] not in "ZX" and (not started or fields[19] == started))


def _is_alive_on_windows(pid: int) -> bool:
    import ctypes

    windows: Any = ctypes  # these names are missing from the stubs of other systems
    kernel = windows.WinDLL("kernel32", use_last_error=True)
    handle = kernel.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
    if not handle:
        return False
    try:
        code = ctypes.c_ulong()
        return bool(kernel.GetExitCodeProcess(handle, ctypes.byref(code))) and code.value == _STILL_ACTIVE
    finally:
        kernel.CloseHandle(handle)

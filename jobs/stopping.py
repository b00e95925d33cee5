"""The child's side of being asked to stop: Ctrl-C, a signal, or a parent that is gone.

Nothing is interrupted where it stands: a request is noted, and the work looks at it where it can leave
everything clean.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any, cast

from ..core import terms
from ..core.errors import Stopped

__all__ = ["check", "listening", "requested", "stdin_closed"]

PATIENCE = 60.0
"""Seconds a process whose parent is gone may take to end; then it is ended."""
_INTERVAL = 0.2  # seconds between two looks at stdin
_ECHO = 0.2
"""Seconds in which a second signal is the same one: sent to the whole group, and passed on by our parent too."""
_ERROR_BROKEN_PIPE = 109


@dataclass
class _State:
    # Plain values: a lock could be held already by the code that a signal handler interrupts.
    requested: bool = False
    at: float = 0.0
    """When a signal asked, by `time.monotonic`."""
    stdin_closed: bool = False


_state = _State()


def requested() -> bool:
    """Whether somebody asked this process to stop."""
    return _state.requested


def stdin_closed() -> bool:
    """Whether it was stdin that was closed, so that nobody may be left to clean up behind us."""
    return _state.stdin_closed


def check() -> None:
    """Raise Stopped when somebody asked. Called between frames and between shots."""
    if _state.requested:
        raise Stopped("Stopped before it was done; run it again to go on.")


@contextmanager
def listening(watch_stdin: bool = False) -> Generator[None]:
    """Inside, SIGINT and SIGTERM (and with `watch_stdin` a closed stdin) are requests that `check` sees.

    A second signal ends the process at once. Only the main thread can listen to signals.
    """
    _forget()
    names = [name for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)]
    numbers = [signal.Signals[name] for name in names]
    before = {number: signal.signal(number, _on_signal) for number in numbers}
    if sys.platform != "win32":
        # Writing to a reader that is gone is an error to handle, not the end (Python's own start does the same).
        before[signal.SIGPIPE] = signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(done,), name="shotwright-stdin", daemon=True)
    if watch_stdin:
        watcher.start()
    try:
        yield
    finally:
        done.set()
        if watch_stdin:
            watcher.join()
        for number, handler in before.items():
            # None: a handler that Python does not know (Blender's own for Ctrl-C in background).
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        _forget()


def _forget() -> None:
    _state.requested = _state.stdin_closed = False


def _on_signal(number: int, _frame: FrameType | None) -> None:
    if _state.requested and not _state.stdin_closed:
        if time.monotonic() - _state.at < _ECHO:
            return
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)
        return
    _state.requested, _state.at = True, time.monotonic()
    # A plain write: print could be in the middle of something on this very thread.
    os.write(2, b"Stopping after this step. Ask again to end at once.\n")


def _watch(done: threading.Event) -> None:
    """Look at stdin until it is closed; then ask to stop, and end the process when that takes too long."""
    while not done.wait(_INTERVAL):
        if _is_closed():
            _state.requested = _state.stdin_closed = True
            if not done.wait(PATIENCE):
                os._exit(terms.EXIT_STOPPED)
            return


def _is_closed() -> bool:
    """Whether the other end of stdin was closed. Never waits; what was written to it is thrown away."""
    try:
        if sys.platform == "win32":
            return _is_closed_on_windows()
        import select

        while select.select([0], [], [], 0)[0]:
            if not os.read(0, 65536):
                return True
    except (OSError, ValueError):
        return True
    return False


def _is_closed_on_windows() -> bool:
    """As above; a console or a file never counts as closed."""
    import ctypes
    import msvcrt

    # PeekNamedPipe fails with ERROR_BROKEN_PIPE when the other end is closed.
    # https://learn.microsoft.com/windows/win32/api/namedpipeapi/nf-namedpipeapi-peeknamedpipe
    windows: Any = ctypes  # these names are missing from the stubs of other systems
    kernel = windows.WinDLL("kernel32", use_last_error=True)
    handle = ctypes.c_void_p(cast(Any, msvcrt).get_osfhandle(0))
    peeked = kernel.PeekNamedPipe(handle, None, 0, None, None, None)
    return not peeked and windows.get_last_error() == _ERROR_BROKEN_PIPE

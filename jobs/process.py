"""Starting and watching child processes."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO, Any

from ..core import progress_lines
from ..core.errors import ProcessError

__all__ = ["Child", "Ended", "Message", "end_all", "run"]

MAX_DOCUMENT = 64 * 1024 * 1024
"""Bytes of stdout that are kept; a document longer than this is not ours."""
MAX_LINE = 64 * 1024
"""Bytes of one line of stderr that are looked at."""
MAX_WAITING = 4096
"""Messages that wait for `poll`; above it, the ones about stages are dropped."""
LOG_LINES = 200
"""Last lines of stderr that are kept for error messages."""
GRACE = (20.0, 5.0)
"""Seconds between asking and terminating, and between terminating and killing."""

_WINDOWS = sys.platform == "win32"
_LINGER = 2.0  # seconds that output may go on after the program ended, when a grandchild holds the pipe

_living: set[Child] = set()
_living_lock = threading.Lock()


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> int:
    """Run a program with our own stdout and stderr and return its exit code.

    Ctrl-C reaches the child too and SIGTERM is passed on; we wait for it, so that it can clean up. A
    program ended by signal N returns 128 + N, as shells do. Raises ProcessError when it can't be started.
    """
    try:
        with subprocess.Popen(command, env=environment) as child, _passing_on(child):
            while True:
                try:
                    code = child.wait()
                    break
                except KeyboardInterrupt:
                    continue
    except OSError as error:
        raise ProcessError(f"Can't start {command[0]}: {error.strerror or error}. Check the path.") from error
    return 128 - code if code < 0 else code


@contextmanager
def _passing_on(child: subprocess.Popen[bytes]) -> Generator[None]:
    """Inside, a SIGTERM for us is one for the child. On Windows nobody can be asked that way."""
    if _WINDOWS or threading.current_thread() is not threading.main_thread():
        yield
        return

    def pass_on(_number: int, _frame: FrameType | None) -> None:
        child.terminate()

    before = signal.signal(signal.SIGTERM, pass_on)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL if before is None else before)


# -- children that are watched --------------------------------------------------------------------


@dataclass(frozen=True)
class Message:
    """A progress line of the child, as core/progress_lines describes it."""

    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Ended:
    """The child is gone; the last event."""

    code: int
    """As `Popen.returncode`: below 0 when a signal ended it."""
    document: Any
    """The JSON document of stdout, or None where there was none."""
    cancelled: bool
    log: tuple[str, ...]
    """The last lines of stderr that were no progress."""
    staging: tuple[str, ...]
    """Folders with half-done work it did not come to remove."""

    def reason(self) -> str:
        """Why it ended, as part of a sentence: `it was killed (signal 9)`."""
        if self.code < 0:
            return f"it was killed (signal {-self.code})"
        if self.code >= 0xC0000000:  # https://learn.microsoft.com/windows/win32/debug/getexceptioncode
            return f"it crashed (0x{self.code:08X})"
        return f"it ended with code {self.code}"


class Child:
    """A program that runs beside us, watched by threads that never touch bpy.

    Its stdout is one JSON document, its stderr is progress lines among anything else. Its stdin stays
    open as long as we live, so that a program started with `--watch-stdin` never outlives us.

    `clean_up` is called with `Ended` in a thread once the program is gone, before `poll` tells; what it
    raises is lost. Raises ProcessError when the program can't be started.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str] | None = None,
        clean_up: Callable[[Ended], None] | None = None,
        grace: tuple[float, float] = GRACE,
    ) -> None:
        self._clean_up = clean_up
        self._grace = grace
        self._events: queue.Queue[Message | Ended] = queue.Queue()
        self._document = bytearray()
        self._staging: dict[str, str] = {}
        self._log: deque[str] = deque(maxlen=LOG_LINES)
        self._cancelled = threading.Event()
        self._gone = threading.Event()
        self._finished = threading.Event()
        try:
            self._process = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                # A group of its own: Ctrl-C in our terminal is not for it, and its own children end with it.
                start_new_session=not _WINDOWS,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except (OSError, ValueError) as error:
            text = getattr(error, "strerror", None) or str(error)
            raise ProcessError(f"Can't start {command[0]}: {text}. Check the path.") from error
        with _living_lock:
            _living.add(self)
        self._readers = [self._thread(self._read_document), self._thread(self._read_lines)]
        self._thread(self._watch)

    @staticmethod
    def _thread(work: Callable[[], None]) -> threading.Thread:
        # Daemons: a program that never ends must not keep Blender from closing.
        thread = threading.Thread(target=work, name=f"shotwright-{work.__name__.strip('_')}", daemon=True)
        thread.start()
        return thread

    @property
    def pid(self) -> int:
        """The system's number of the process."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended, or is not cleaned up after yet."""
        return not self._finished.is_set()

    def poll(self) -> list[Message | Ended]:
        """What happened since the last call, oldest first. Never waits."""
        found: list[Message | Ended] = []
        with contextlib.suppress(queue.Empty):
            while True:
                found.append(self._events.get_nowait())
        return found

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is gone and cleaned up after; False when `timeout` seconds were not enough."""
        return self._finished.wait(timeout)

    def cancel(self) -> None:
        """Ask it to end (its stdin closes), then terminate it, then kill it. Returns at once."""
        if not self._cancelled.is_set() and not self._gone.is_set():
            self._cancelled.set()
            self._thread(self._end)

    def kill(self) -> None:
        """End it now, with everything it started."""
        self._cancelled.set()
        if not self._gone.is_set():
            self._signal(kill=True)

    # -- threads ------------------------------------------------------------------------------------

    def _end(self) -> None:
        self._close(self._process.stdin)
        if self._gone.wait(self._grace[0]):
            return
        self._signal(kill=False)
        if not self._gone.wait(self._grace[1]):
            self._signal(kill=True)

    def _signal(self, kill: bool) -> None:
        # OSError: it ended this very moment.
        with contextlib.suppress(OSError):
            if kill and sys.platform != "win32":
                os.killpg(self._process.pid, signal.SIGKILL)
            elif kill:
                self._process.kill()
            else:
                self._process.terminate()

    def _watch(self) -> None:
        code = self._process.wait()
        self._gone.set()
        deadline = time.monotonic() + _LINGER
        for reader in self._readers:
            reader.join(max(0.0, deadline - time.monotonic()))
        self._close(self._process.stdin)
        ended = Ended(code, self._parsed(), self._cancelled.is_set(), tuple(self._log), self._half_done())
        try:
            if self._clean_up:
                with contextlib.suppress(Exception):
                    self._clean_up(ended)
        finally:
            self._events.put(ended)
            self._finished.set()
            with _living_lock:
                _living.discard(self)

    def _half_done(self) -> tuple[str, ...]:
        return tuple(folder for folder in self._staging.values() if Path(folder).is_dir())

    def _parsed(self) -> Any:
        try:
            return json.loads(bytes(self._document)) if len(self._document) <= MAX_DOCUMENT else None
        except (ValueError, RecursionError):
            return None

    def _read_document(self) -> None:
        stream = self._process.stdout
        assert stream
        for chunk in _chunks(stream):
            if len(self._document) <= MAX_DOCUMENT:
                self._document += chunk

    def _read_lines(self) -> None:
        stream = self._process.stderr
        assert stream
        rest = b""
        for chunk in _chunks(stream):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._line(line)
            # An endless line is not kept; its end then is a line of its own.
            rest = rest if len(rest) <= MAX_LINE else b""
        self._line(rest)

    def _line(self, raw: bytes) -> None:
        text = raw.decode("utf-8", "replace").strip()
        fields = progress_lines.parse(text)
        if fields is None:
            if text:
                self._log.append(text[:1000])
            return
        if fields["event"] == "staging":
            self._staging[str(fields.get("shot"))] = str(fields.get("folder"))
        if fields["event"] != "stage" or self._events.qsize() < MAX_WAITING:
            self._events.put(Message(fields))

    @staticmethod
    def _close(stream: IO[bytes] | None) -> None:
        if stream:
            with contextlib.suppress(OSError):
                stream.close()


def _chunks(stream: IO[bytes]) -> Generator[bytes]:
    """What comes out of a pipe until it is closed; the pipe is closed behind it."""
    with contextlib.suppress(OSError, ValueError), stream:
        while chunk := stream.read(65536):
            yield chunk


def end_all(patience: float = 3.0) -> None:
    """Ask every child to end, and kill those that have not after `patience` seconds."""
    with _living_lock:
        children = list(_living)
    for child in children:
        child.cancel()
    deadline = time.monotonic() + patience
    for child in children:
        if not child.wait(max(0.0, deadline - time.monotonic())):
            child.kill()
    for child in children:
        child.wait(patience)


atexit.register(end_all)

"""Starting and watching child processes."""

from __future__ import annotations

import signal
import subprocess
import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager

from ..core.errors import ProcessError

__all__ = ["run"]


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> int:
    """Run a program with our own stdout and stderr and return its exit code.

    Ctrl-C reaches the child too, SIGTERM is passed on; we wait for it, so that it can clean up. A
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
    """Inside, a SIGTERM for us is one for the child."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda _number, _frame: child.terminate())
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)

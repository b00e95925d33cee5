"""Starting and watching child processes."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence

from ..core.errors import ProcessError

__all__ = ["run"]


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> int:
    """Run a program with our own stdout and stderr and return its exit code.

    Ctrl-C reaches the child too; we wait for it, so that it can clean up. A program ended by signal
    N returns 128 + N, as shells do. Raises ProcessError when it can't be started.
    """
    try:
        with subprocess.Popen(command, env=environment) as child:
            while True:
                try:
                    code = child.wait()
                    break
                except KeyboardInterrupt:
                    continue
    except OSError as error:
        raise ProcessError(f"Can't start {command[0]}: {error.strerror or error}. Check the path.") from error
    return 128 - code if code < 0 else code

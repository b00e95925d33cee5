"""Work that goes on beside the drawing: one thread, in order, a few items ahead at most."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

__all__ = ["InOrder"]


class InOrder:
    """Runs functions one after the other in a thread; use as a context manager.

    `put` waits while `ahead` functions are queued, so memory stays bounded. An error in the thread is
    raised by the next `put` or at the end of the block; nothing runs after it. Leaving the block on an
    error drops what is queued. The functions must not touch bpy.
    """

    def __init__(self, ahead: int = 6) -> None:
        self._queue: queue.Queue[Callable[[], None] | None] = queue.Queue(ahead)
        self._error: BaseException | None = None
        self._dropped = False
        self._thread = threading.Thread(target=self._work, name="shotwright pictures", daemon=True)

    def _work(self) -> None:
        while (task := self._queue.get()) is not None:
            if self._error is None and not self._dropped:
                try:
                    task()
                except BaseException as error:
                    self._error = error

    def put(self, task: Callable[[], None]) -> None:
        """Queue a function."""
        if self._error is not None:
            raise self._error
        self._queue.put(task)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._dropped = kind is not None
        self._queue.put(None)
        self._thread.join()
        if kind is None and self._error is not None:
            raise self._error

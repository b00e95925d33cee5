"""What a lower room asks of a higher one. Protocols, and what is handed through them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from .quote import Price
from .take import Request

__all__ = ["Assignment", "Backend", "Progress"]


class Progress(Protocol):
    """Called as work goes on."""

    def __call__(self, done: int, total: int, /) -> None:
        """`done` of `total` steps are finished. Raises Stopped or JobCancelled when the work has to end."""
        ...


@dataclass(frozen=True)
class Assignment:
    """One clip to be made."""

    job: str
    """The job's UUID: our key with providers that take one."""
    created: str
    """When the job was made (UTC, ISO 8601): the same on every attempt to finish it."""
    request: Request
    inputs: Mapping[str, Mapping[str, Path]]
    """Shot UUID → file name → path of the references named in the request."""
    clip: Path
    """Where to write the clip."""
    progress: Progress


class Backend(Protocol):
    """Makes a clip from a request."""

    name: str
    """The model's name in requests and take folders."""
    repeatable: bool
    """Whether asking again after a lost answer costs nothing; else such a job waits as `unknown`."""

    def quote(self, request: Request) -> Price:
        """What the request costs. Raises BadInput when the model can't take it."""
        ...

    def generate(self, order: Assignment) -> None:
        """Write the clip of all the request's shots, one behind the other, to `order.clip`.

        Raises a ShotwrightError; what was half written is the caller's to throw away.
        """
        ...

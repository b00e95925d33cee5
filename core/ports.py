"""What a lower room asks of a higher one. Protocols only."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from .records import Request

__all__ = ["Backend", "Progress"]


class Progress(Protocol):
    """Called as work goes on."""

    def __call__(self, done: int, total: int, /) -> None:
        """`done` of `total` steps are finished."""
        ...


class Backend(Protocol):
    """Makes a clip from a request."""

    name: str
    """The model's name in requests and take folders."""

    def generate(
        self, request: Request, inputs: Mapping[str, Mapping[str, Path]], clip: Path, progress: Progress
    ) -> None:
        """Write the clip of all the request's shots, one behind the other, to `clip`.

        `inputs` maps shot uuid → file name → path of the references named in the request.
        Raises a ShotwrightError; what was half written is the caller's to throw away.
        """
        ...

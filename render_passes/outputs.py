"""What every pass is: it takes the buffers of each frame and leaves files in a folder."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import ClassVar, TypeVar

from .evaluation import Moment
from .plan import Plan
from .raster import Buffers

__all__ = ["Output"]

_Kept = TypeVar("_Kept")


class Output:
    """One pass over one package. `add` runs beside the drawing, in a thread, in order; never bpy there.

    `close` ends what is open; on an error the folder is thrown away by who made it.
    """

    needs: ClassVar[frozenset[str]] = frozenset()
    """The buffers of `raster.Buffers` it reads; depth always comes."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder = folder
        self.plan = plan
        self._open = ExitStack()

    def keep(self, manager: _Kept) -> _Kept:
        """Enter a context manager that `close` leaves."""
        return self._open.enter_context(manager)  # type: ignore[arg-type, return-value]

    def meet(self, index: int, moment: Moment) -> None:
        """Called on the main thread before frame `index` is drawn, for what is not in the buffers."""

    def add(self, index: int, buffers: Buffers) -> None:
        """Take frame `index`, from 0."""
        raise AssertionError(f"{type(self).__name__} takes no frames")

    def finish(self) -> dict[str, object]:
        """After the last frame: close the files and return facts for the package's record.

        `notes` among them are sentences for the artist.
        """
        self._open.close()
        return {}

    def abort(self, error: BaseException) -> None:
        """After an error: stop what is running."""
        self._open.__exit__(type(error), error, error.__traceback__)

"""What a run tells while it goes on: nothing, bars on stderr, or lines for another program.

Whatever it tells, this is also where it looks whether somebody asked it to stop.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from ..core.ports import Progress
from ..core.progress_lines import to_line
from ..core.records import ShotReport
from ..core.shot import Shot
from ..jobs import stopping

__all__ = ["ended", "shown", "stage", "staging", "started"]

Mode = Literal["nothing", "bars", "lines"]
_mode: list[Mode] = ["nothing"]
_INTERVAL = 0.1  # seconds between two lines about one stage


@contextmanager
def shown(mode: Mode) -> Iterator[None]:
    """Inside, progress is shown this way."""
    _mode.append(mode)
    try:
        yield
    finally:
        _mode.pop()


def started(shot: Shot) -> None:
    """A shot begins. Raises Stopped."""
    stopping.check()
    _line("start", shot=shot.id, number=shot.number, name=shot.name, frames=max(0, shot.frames))


def staging(shot: Shot, folder: Path) -> None:
    """A shot's files are made in this folder, so that somebody can remove it should we be killed."""
    _line("staging", shot=shot.id, folder=str(folder))


def ended(report: ShotReport) -> None:
    """A shot is done with, one way or the other."""
    message = " ".join(problem.message for problem in report.problems)
    _line("end", shot=report.id, status=report.status, message=message, package=report.package)


def stage(shot_id: str, number: str, name: str) -> Progress:
    """What a stage of a shot calls as it goes on; it raises Stopped."""
    update = _bar(f"{number} {name}") if _mode[-1] == "bars" else _lines(shot_id, name)

    def step(done: int, total: int) -> None:
        stopping.check()
        update(done, total)

    return step


def _line(event: str, **fields: object) -> None:
    if _mode[-1] == "lines":
        # Whoever listened may be gone: that is for `--watch-stdin` to notice, and no failure of the shot.
        with suppress(OSError):
            sys.stderr.write(to_line(event, **fields))
            sys.stderr.flush()


def _lines(shot_id: str, name: str) -> Progress:
    last = -_INTERVAL

    def update(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if done >= total or now - last >= _INTERVAL:
            last = now
            _line("stage", shot=shot_id, stage=name, done=done, total=total)

    return update


def _bar(label: str) -> Progress:
    from tqdm import tqdm

    bar = tqdm(desc=label, unit="f", leave=False)

    def update(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)
        if done >= total:
            bar.close()

    return update

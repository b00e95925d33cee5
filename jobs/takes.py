"""Which of a shot's takes is meant: the circled one, the newest, the next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from ..core.errors import BadInput
from ..core.shot import Shot
from ..core.take import Request, Take
from .files import is_intact
from .project import Project

__all__ = ["EMBEDDED", "Kept", "chosen_take", "find_take", "first_whole", "fresh_take", "newest_animatic", "shown_take"]

EMBEDDED = "animatic"
"""The model whose takes lie below the others in the edit."""

Kept = tuple[Path, Take]
"""The folder and the record of a take."""


def first_whole(takes: Iterable[Kept]) -> Kept | None:
    """The first of these takes whose file is there and undamaged."""
    return next((pair for pair in takes if is_intact(pair[0], pair[1].file)), None)


def chosen_take(project: Project, shot_id: str, circled: str = "") -> Kept | None:
    """The circled, else the newest of a shot's takes that are whole; None when it has none."""
    return first_whole(_by_choice(project.takes(shot_id), circled))


def shown_take(project: Project, shot_id: str, circled: str = "") -> Kept | None:
    """What lies above the animatic: the circled take, else the newest of another model; None when there is none."""
    takes = project.takes(shot_id)
    return first_whole(p for p in _by_choice(takes, circled) if p[1].id == circled or p[1].model != EMBEDDED)


def newest_animatic(project: Project, shot_id: str) -> Kept | None:
    """The newest whole take of the embedded model, which shows the layout as it is."""
    return first_whole(pair for pair in reversed(project.takes(shot_id)) if pair[1].model == EMBEDDED)


def fresh_take(project: Project, shot: Shot, request: Request, circled: str = "") -> Kept | None:
    """The take that this very request would make again: the circled one, else the newest such; None without one."""
    wanted = request.digest_for(shot.id)
    same = [pair for pair in project.takes(shot.id) if pair[1].request.digest_for(shot.id) == wanted]
    return first_whole(_by_choice(same, circled))


def find_take(takes: Sequence[Kept], shot: Shot, wanted: str, current: str = "") -> Kept:
    """A take by label (`t002`), UUID or folder name, or `next`, `previous`, `newest`, `oldest` seen from `current`.

    After the last comes the first. Raises BadInput with the takes there are, or when its file is gone.
    """
    if not takes:
        raise BadInput(f"{shot.number} has no take yet: run generate first.")
    ids = [take.id for _, take in takes]
    here = ids.index(current) if current in ids else len(ids) - 1
    steps = {"next": here + 1, "previous": here - 1, "newest": -1, "oldest": 0}
    if wanted in steps:
        found = takes[steps[wanted] % len(takes)]
    else:
        found = next((p for p in takes if wanted.lower() in (p[1].label, p[1].id, p[0].name)), None)
    if found is None:
        known = ", ".join(take.label for _, take in takes)
        raise BadInput(f"{shot.number} has no take {wanted!r}: say {known}, next, previous, newest or oldest.")
    if first_whole([found]) is None:
        raise BadInput(f"The file of {shot.number} {found[1].label} is gone or damaged: choose another take.")
    return found


def _by_choice(takes: Sequence[Kept], circled: str) -> list[Kept]:
    """The circled take first, then the others, newest first."""
    newest = list(reversed(takes))
    newest.sort(key=lambda pair: pair[1].id != circled)
    return newest

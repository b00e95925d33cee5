"""Which of a shot's takes is meant: the circled one, the newest, the next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..core.errors import BadInput
from ..core.shot import Shot
from ..core.take import Request, Take
from .files import is_intact
from .project import Project

__all__ = [
    "EMBEDDED",
    "Choice",
    "Kept",
    "animatic_take",
    "chosen_take",
    "find_take",
    "first_whole",
    "fresh_take",
    "shown_take",
]

EMBEDDED = "animatic"
"""The model whose takes lie below the others in the edit."""

Kept = tuple[Path, Take]
"""The folder and the record of a take."""


def first_whole(takes: Iterable[Kept]) -> Kept | None:
    """The first of these takes whose file is there and undamaged."""
    return next((pair for pair in takes if is_intact(pair[0], pair[1].file)), None)


@dataclass(frozen=True)
class Choice:
    """What decides between a shot's takes: first the artist's word, then what was found up to date, then age."""

    circled: str = ""
    """UUID of the take the artist chose; '' leaves it to the others."""
    current: str = ""
    """UUID of the take that the last `generate` made or found up to date; '' where there was none."""

    def order(self, takes: Sequence[Kept]) -> list[Kept]:
        """These takes, the one that is meant first."""
        ranked = list(reversed(takes))
        ranked.sort(key=lambda pair: (pair[1].id != self.circled, pair[1].id != self.current))
        return ranked


_NONE = Choice()


def chosen_take(project: Project, shot_id: str, choice: Choice = _NONE) -> Kept | None:
    """The take of a shot that is meant, of those that are whole; None when it has none."""
    return first_whole(choice.order(project.takes(shot_id)))


def shown_take(project: Project, shot_id: str, choice: Choice = _NONE) -> Kept | None:
    """What lies above the animatic: the circled take, else one of another model; None when there is none."""
    takes = choice.order(project.takes(shot_id))
    return first_whole(pair for pair in takes if pair[1].id == choice.circled or pair[1].model != EMBEDDED)


def animatic_take(project: Project, shot_id: str, choice: Choice = _NONE) -> Kept | None:
    """The animatic that lies below: it shows the layout as it is, whatever is circled."""
    takes = Choice(current=choice.current).order(project.takes(shot_id))
    return first_whole(pair for pair in takes if pair[1].model == EMBEDDED)


def fresh_take(project: Project, shot: Shot, request: Request, choice: Choice = _NONE) -> Kept | None:
    """The take that this very request would make again; None without one."""
    wanted = request.digest_for(shot.id)
    same = [pair for pair in project.takes(shot.id) if pair[1].request.digest_for(shot.id) == wanted]
    return first_whole(choice.order(same))


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

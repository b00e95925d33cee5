"""What stops a shot before any work starts: the rules that need no more than the shot list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from ..names import next_number
from ..shot import Layout, Problem, Shot, ShotListing
from .facts import Facts, Numbering
from .rules import check

__all__ = ["listing", "numbering", "problems"]


def listing(shots: Iterable[Shot], layouts: Mapping[str, Layout]) -> list[ShotListing]:
    """Every shot with its problems, in film order. `layouts` maps scene names to their facts."""
    ordered = sorted(shots, key=lambda shot: shot.order)
    known = numbering(ordered)
    return [
        ShotListing(
            shot=shot,
            problems=tuple(problems(shot, layouts[shot.scene], known[shot.number].same, known[shot.number].free)),
        )
        for shot in ordered
    ]


def numbering(shots: Iterable[Shot]) -> dict[str, Numbering]:
    """How each number stands in the film."""
    counts = Counter(shot.number for shot in shots)
    free = next_number(counts)
    return {number: Numbering(same, free) for number, same in counts.items()}


def problems(shot: Shot, layout: Layout, same_number: int = 1, free_number: str = "") -> list[Problem]:
    """What stops `shot` from being rendered; empty when nothing does.

    `same_number` is how many shots of the film carry its number, `free_number` one nobody has.
    """
    facts = Facts(shot=shot, layout=layout, numbering=Numbering(same_number, free_number))
    return [finding.problem for finding in check(facts, ("shot",)) if finding.severity == "error"]

"""Cameras whose brief is known beforehand: each is set up by arithmetic, and what a director of photography would note
about it is written beside it, from the set-up and from docs/camera-brief.md alone. Shots begin at frame 101 and run at
24 frames a second.

    python tests/support/known_cameras.py      how many cameras, and how many words of their briefs are right
"""

from __future__ import annotations

if __name__ == "__main__":
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from support.tree import load_tree

    load_tree()

from shotwright.core.brief import measure
from support.known import same
from support.known_film import film
from support.known_moves import combined_moves, single_moves
from support.known_views import angles, frames, optics, sizes

__all__ = ["CAMERAS", "COMBINED", "score"]

COMBINED = tuple(combined_moves())
"""Several moves at a time, one after the other, or with a subject that goes somewhere."""
CAMERAS = (*sizes(), *angles(), *frames(), *optics(), *single_moves(), *film(), *COMBINED)


def score() -> tuple[int, int, list[str]]:
    """Words asked, words right, and a line for each that is wrong."""
    asked = right = 0
    wrong: list[str] = []
    for known in CAMERAS:
        for field, wanted, found in known.asked(measure(known.track)):
            asked += 1
            right += same(wanted, found)
            if not same(wanted, found):
                wrong.append(f"{known.name}: {field} is {found!r}, not {wanted!r}")
    return asked, right, wrong


if __name__ == "__main__":
    asked, right, wrong = score()
    print(f"{len(CAMERAS)} cameras, {len(COMBINED)} of them combined moves, {right} words right of {asked} words")
    print("\n".join(wrong))

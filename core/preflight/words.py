"""Small pieces of sentences that several rules say."""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["count", "listed", "percent"]


def listed(names: Sequence[str], most: int = 3) -> str:
    """Names in a sentence: a, b and c; a, b, c and 4 more."""
    shown = list(names[:most])
    if len(names) > most:
        return f"{', '.join(shown)} and {len(names) - most} more"
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: 1 frame, 2,000 frames."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def percent(part: float) -> str:
    """A part as a percentage, rounded up to a tenth so that nothing becomes 0 %."""
    return f"{math.ceil(part * 1000 - 1e-6) / 10:g} %"

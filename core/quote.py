"""What a run would make, ask for and cost, told before anything is sent."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .framerate import FrameRate
from .model_base import Stored
from .preflight.finding import Finding
from .prompt import CompiledText
from .shot import Problem

__all__ = ["NO_PRICE", "Price", "Quote", "QuoteLine"]

NO_PRICE = "no price is known"
"""Basis of a price that nobody could say: it is not free."""


class Price(Stored):
    """What a request costs."""

    amount: str = Field(default="0", pattern=r"^\d+(\.\d+)?$")
    """An exact decimal number."""
    currency: str = Field(default="", pattern=r"^([A-Z]{3})?$")
    """ISO 4217; empty when it costs nothing."""
    basis: str = ""
    """How it was reckoned, or why it is free."""

    @property
    def free(self) -> bool:
        """Whether nothing has to be paid."""
        return float(self.amount) == 0


class QuoteLine(Stored):
    """What would happen with one request."""

    shots: tuple[str, ...]
    """UUIDs, in the order of the clip."""
    numbers: tuple[str, ...]
    action: Literal["make", "resume", "restore", "nothing", "locked", "blocked"]
    """`make`: references and a clip where they are not fresh. `resume`: a job on its way is taken to its end.
    `restore`: a take is cut again from a clip that is here. `nothing`: the take is fresh. `locked`: left alone.
    `blocked`: something has to change first, see `problems`."""
    references: Literal["fresh", "draw"] | None = None
    model: str
    frames: int = 0
    """Of the clip."""
    fps: FrameRate | None = None
    seconds: float = 0.0
    width: int = 0
    height: int = 0
    uploads: tuple[str, ...] = ()
    """Names of the files the model gets; nothing of an embedded backend leaves the machine."""
    passes: tuple[str, ...] = ()
    """References that are rendered for it."""
    prompt: CompiledText | None = None
    """What the model is told; None for one that takes no text."""
    price: Price = Price()
    problems: tuple[Problem, ...] = ()
    """What stops it, the errors among `findings` too."""
    findings: tuple[Finding, ...] = ()
    """What the rules of `core.preflight` say of its shots, the worst first."""


class Quote(Stored):
    """`shotwright quote`: a line per request, and what they cost together."""

    schema_name: Literal["shotwright.quote.1"] = Field(default="shotwright.quote.1", alias="schema")
    film: str
    model: str
    lines: tuple[QuoteLine, ...]
    prices: tuple[Price, ...] = ()
    """Sums by currency; empty when all of it is free."""
    notes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    """What the rules say of the film: its assets, in whichever shot, and its style."""
    fixed: tuple[str, ...] = ()
    """What was mended before, with --fix."""
    saved: str | None = None
    """Where that was saved; None when it was not."""

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """Those of the film and those of every line, each once."""
        kept: dict[tuple[str, str, str], Finding] = {}
        for each in (*self.findings, *(finding for line in self.lines for finding in line.findings)):
            kept.setdefault((each.code, each.message, each.asset if each.of_film else each.shot), each)
        return tuple(kept.values())

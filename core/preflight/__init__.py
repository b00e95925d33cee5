"""What is wrong with a shot before any work starts: rules as data, evaluated on what is known."""

from __future__ import annotations

from . import assets, cameras, light, models, people, prompts, references, shots, styles, subjects
from .facts import Facts
from .finding import Finding
from .listing import listing, problems
from .rules import check, rules, skipped

__all__ = ["Facts", "Finding", "check", "listing", "problems", "rules", "skipped"]

_RULES = (assets, cameras, light, models, people, prompts, references, shots, styles, subjects)
"""Importing them registers their functions."""

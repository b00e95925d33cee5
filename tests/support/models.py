"""A model's file as somebody may write their own: the least that one has to say."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["entry"]


def entry(**changes: Any) -> str:
    """The file of the model `mine`, with some of its fields changed."""
    whole = {
        "schema": "shotwright.model.1",
        "name": "mine",
        "title": "Mine",
        "backend": "mine",
        "frame_rates": "any",
        "length": "any",
        "size": "any",
        "references": {},
    }
    return json.dumps({**whole, **changes})

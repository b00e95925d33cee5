"""Backends by name, imported when first used."""

from __future__ import annotations

import importlib
from typing import cast

from ..core.errors import BadInput
from ..core.ports import Backend

__all__ = ["get", "names"]

_BACKENDS = {"animatic": "animatic:AnimaticBackend"}
"""name → "module:Class" inside this room."""


def names() -> tuple[str, ...]:
    """Every backend's name."""
    return tuple(_BACKENDS)


def get(name: str) -> Backend:
    """The backend of a name. Raises BadInput with the names there are."""
    target = _BACKENDS.get(name)
    if target is None:
        raise BadInput(f"There is no model {name!r}: use {', '.join(_BACKENDS)}.")
    module, _, attribute = target.partition(":")
    kind = getattr(importlib.import_module(f".{module}", __package__), attribute)
    return cast(Backend, kind())

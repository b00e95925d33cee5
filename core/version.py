"""Our version, from the one place that has it."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

__all__ = ["version"]


@cache
def version() -> str:
    """The version in `blender_manifest.toml`, which both the extension and the pip package carry."""
    manifest = Path(__file__).resolve().parents[1] / "blender_manifest.toml"
    with manifest.open("rb") as stream:
        return str(tomllib.load(stream)["version"])

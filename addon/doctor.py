"""What works here and what is missing: the part that asks Blender."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

import bpy

from ..core.errors import ShotwrightError
from ..jobs.doctor import NEEDS, Check, checks, older_copies
from ..render_passes import compat

__all__ = ["all_checks"]

_SUPPORTED = ((4, 5), (6, 0))
"""From this version of Blender, up to but without that one."""


def all_checks() -> list[Check]:
    """Everything: Blender, graphics, packages and who brought an old one, ffmpeg, folders."""
    return [_blender(), _graphics(), *checks(), *_foreign_packages()]


def _blender() -> Check:
    low, high = _SUPPORTED
    here = tuple(bpy.app.version[:2])
    kind = "Blender" if bpy.app.binary_path else "bpy module"
    text = f"{kind} {bpy.app.version_string}"
    if not low <= here < high:
        text += f": Shotwright is made for {low[0]}.{low[1]} and newer, below {high[0]}.0. Use one of those."
        return Check(name="blender", ok=False, text=text)
    return Check(name="blender", ok=True, text=text)


def _graphics() -> Check:
    obstacle = compat.gpu_obstacle()
    if obstacle:
        return Check(name="graphics", ok=False, text=obstacle)
    try:
        compat.gpu_ready()
    except ShotwrightError as error:
        return Check(name="graphics", ok=False, text=str(error))
    return Check(name="graphics", ok=True, text=compat.gpu_name())


def _foreign_packages() -> list[Check]:
    """Extensions share one site-packages: name those whose manifest or files bring a pydantic we can't use."""
    found: list[Check] = []
    for name in ("pydantic",):
        lowest = NEEDS[name]
        needed = ".".join(str(part) for part in lowest)
        for owner, version in _wheels_of_others(name):
            if version < lowest:
                shown = ".".join(str(part) for part in version)
                text = (
                    f"The extension {owner!r} brings {name} {shown}, Shotwright needs {needed} or newer. Blender keeps "
                    f"one copy for all extensions: if Shotwright stops with an import error, disable {owner!r}."
                )
                found.append(Check(name=f"{name} of {owner}", ok=False, text=text))
        for version, folder in older_copies(name, sys.path):
            text = f"{name} {version} in {folder} is older than the {needed} Shotwright needs: remove it from there."
            found.append(Check(name=f"old {name}", ok=False, text=text))
    return found


def _wheels_of_others(package: str) -> list[tuple[str, tuple[int, ...]]]:
    """(extension id, version) of every wheel of a package in other extensions' manifests."""
    found: list[tuple[str, tuple[int, ...]]] = []
    for repository in bpy.context.preferences.extensions.repos:
        for manifest in sorted(Path(repository.directory).glob("*/blender_manifest.toml")):
            try:
                data = tomllib.loads(manifest.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                continue
            if data.get("id") == "shotwright":
                continue
            for wheel in data.get("wheels", ()):
                match = re.match(rf"{package}-(\d+(?:\.\d+)*)", Path(str(wheel)).name, re.IGNORECASE)
                if match:
                    found.append((str(data.get("id")), tuple(int(part) for part in match[1].split("."))))
    return found

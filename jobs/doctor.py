"""What works on this machine and what is missing: the part that needs no Blender.

No package is needed to say so, pydantic least of all: another extension may have brought an old one.
"""

from __future__ import annotations

import dataclasses
import importlib
import importlib.metadata
import json
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO

from ..core.errors import ShotwrightError
from ..core.version import version
from ..media import ffmpeg_tool
from .home import user_data_folder

__all__ = ["Check", "checks", "older_copies", "report"]

NEEDS = {
    "pydantic": (2, 7),
    "pillow": (10, 3),
    "ffmpeg-python": (0, 2),
    "imageio-ffmpeg": (0, 5),
    "tqdm": (4, 66),
}
"""Packages and the lowest version that has what we use."""

_MODULES = {
    "pydantic": "pydantic.main",
    "pillow": "PIL.Image",
    "ffmpeg-python": "ffmpeg",
    "imageio-ffmpeg": "imageio_ffmpeg",
    "tqdm": "tqdm",
}
"""What each package is imported as; a module that loads its binary part where there is one."""


@dataclasses.dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    text: str
    """What was found, or what is wrong and what to do."""


def checks() -> list[Check]:
    """Python, packages, ffmpeg and the data folder."""
    found = [
        Check(name="shotwright", ok=True, text=version()),
        Check(name="python", ok=True, text=".".join(str(part) for part in sys.version_info[:3])),
    ]
    found += [_package(name, lowest) for name, lowest in NEEDS.items()]
    return [*found, _numpy(), _ffmpeg(), _folder("data folder", user_data_folder())]


def _numbers(text: str) -> tuple[int, ...]:
    parts = text.split(".")[:3]
    return tuple(int(digits) for part in parts if (digits := "".join(c for c in part if c.isdecimal())))


def _package(name: str, lowest: tuple[int, int]) -> Check:
    needed = ".".join(str(part) for part in lowest)
    try:
        distribution = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return Check(
            name=name, ok=False, text=f"Missing: install {name} {needed} or newer, or reinstall the extension."
        )
    where = Path(str(distribution.locate_file(""))).resolve()
    if _numbers(distribution.version) < lowest:
        text = (
            f"{distribution.version} in {where} is too old, {needed} is needed: another extension or add-on brought "
            "it. Update or disable that one, then disable and enable Shotwright."
        )
        return Check(name=name, ok=False, text=text)
    try:
        importlib.import_module(_MODULES[name])
    except Exception as error:  # whatever a broken package raises
        text = f"{distribution.version} in {where} does not load ({error}): install {name} again."
        return Check(name=name, ok=False, text=text)
    return Check(name=name, ok=True, text=f"{distribution.version} in {where}")


def _numpy() -> Check:
    """Blender brings its own, with or without the metadata of a package."""
    try:
        numpy = importlib.import_module("numpy")
    except Exception as error:  # whatever a broken package raises
        text = f"It does not load ({error}): install numpy again, or reinstall Blender."
        return Check(name="numpy", ok=False, text=text)
    return Check(name="numpy", ok=True, text=f"{numpy.__version__} in {Path(str(numpy.__file__)).parents[1]}")


def older_copies(name: str, folders: Iterable[str]) -> list[tuple[str, Path]]:
    """Every installed version of a package that is too old, with its folder; the first is what Python imports."""
    lowest = NEEDS[name]
    return [
        (found.version, Path(str(found.locate_file(""))))
        for found in importlib.metadata.distributions(name=name, path=list(folders))
        if _numbers(found.version) < lowest
    ]


def _ffmpeg() -> Check:
    try:
        program = ffmpeg_tool.program()
        text = ffmpeg_tool.run(["-version"], Path(program)).splitlines()[0]
    except (ShotwrightError, OSError) as error:
        return Check(name="ffmpeg", ok=False, text=str(error))
    return Check(name="ffmpeg", ok=True, text=f"{text.partition(' Copyright')[0]} at {program}")


def _folder(name: str, folder: Path) -> Check:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        text = f"Can't write {folder} ({error.strerror}): set SHOTWRIGHT_HOME to a folder you can write."
        return Check(name=name, ok=False, text=text)
    return Check(name=name, ok=True, text=str(folder))


def report(found: Sequence[Check], as_json: bool, out: TextIO) -> int:
    """Print the checks; 0 when all are fine, else 1."""
    good = all(check.ok for check in found)
    if as_json:
        rows = [dataclasses.asdict(check) for check in found]
        document = {"schema": "shotwright.doctor.1", "ok": good, "checks": rows}
        out.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    else:
        width = max(len(check.name) for check in found)
        for check in found:
            out.write(f"{'ok  ' if check.ok else 'FAIL'}  {check.name:<{width}}  {check.text}\n")
    out.flush()
    return 0 if good else 1

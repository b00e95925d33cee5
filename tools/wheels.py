"""The wheels inside the extension zips: wheels.lock, which wheel fits where, fetching, and making the lock."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterable
from email.parser import HeaderParser
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "wheels.lock"
CACHE = ROOT / "wheels"
PINS = ROOT / "tools" / "requirements-wheels.txt"

DEFAULT_PYTAGS = ("cp311", "cp313")  # Blender 4.5 to 5.0, Blender 5.1 and later
LOCKED_PYTAGS = (*DEFAULT_PYTAGS, "cp314")  # some Linux distributions build Blender with their own Python

# Blender's platform -> what pip calls it, the newest that Blender's own minimum allows first.
PIP_PLATFORMS = {
    "linux-x64": (
        "manylinux_2_28_x86_64",
        "manylinux_2_27_x86_64",
        "manylinux_2_17_x86_64",
        "manylinux2014_x86_64",
    ),
    "windows-x64": ("win_amd64",),
    "macos-arm64": ("macosx_12_0_arm64",),  # pip counts the earlier ones in
}
MARKERS = {
    "linux-x64": {"platform_system": "Linux", "sys_platform": "linux", "os_name": "posix"},
    "windows-x64": {"platform_system": "Windows", "sys_platform": "win32", "os_name": "nt"},
    "macos-arm64": {"platform_system": "Darwin", "sys_platform": "darwin", "os_name": "posix"},
}


class WheelError(Exception):
    """A wheel is missing or wrong; the message says what to do."""


class Wheel(NamedTuple):
    """One file of wheels.lock. `platforms` is empty for a wheel that goes wherever its file name says."""

    name: str
    version: str
    filename: str
    sha256: str
    platforms: tuple[str, ...] = ()

    @property
    def tags(self) -> tuple[str, str, str]:
        """Python, ABI and platform, as the file name has them."""
        python, abi, platform = self.filename.removesuffix(".whl").split("-")[-3:]
        return python, abi, platform

    def fits_platform(self, platform: str) -> bool:
        if self.platforms and platform not in self.platforms:
            return False
        wheel_platform = self.tags[2]
        patterns = {
            "linux-x64": r"manylinux.*_x86_64",
            "windows-x64": r"win_amd64",
            "macos-arm64": r"macosx_.*_(arm64|universal2)",
        }
        return wheel_platform == "any" or re.fullmatch(patterns[platform], wheel_platform) is not None

    def fits_python(self, pytag: str) -> bool:
        python, abi, _ = self.tags
        if abi == "abi3":
            return int(python.removeprefix("cp")) <= int(pytag.removeprefix("cp"))
        return pytag in python.split(".") or "py3" in python.split(".")


def read_lock(path: Path = LOCK) -> list[Wheel]:
    entries: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["wheel"]
    return [Wheel(**{**entry, "platforms": tuple(entry.get("platforms", ()))}) for entry in entries]


def write_lock(wheels: Iterable[Wheel], path: Path = LOCK) -> None:
    lines = [
        "# The wheels of the extension zips, made by `make lock` from tools/requirements-wheels.txt.",
        "# tools/zip.py takes those that fit a platform and its Pythons, unchanged and checked.",
    ]
    for wheel in sorted(wheels, key=lambda wheel: wheel.filename.lower()):
        lines += ["", "[[wheel]]"]
        lines += [f"{key} = {json.dumps(getattr(wheel, key))}" for key in ("name", "version", "filename", "sha256")]
        if wheel.platforms:
            lines.append(f"platforms = {json.dumps(list(wheel.platforms))}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def select(wheels: Iterable[Wheel], platform: str, pytags: Iterable[str]) -> list[Wheel]:
    """The wheels for one platform and these Pythons, each once; an error when a package is not covered."""
    wheels = list(wheels)
    chosen: dict[str, Wheel] = {}
    restricted = {wheel.name for wheel in wheels if wheel.platforms and platform not in wheel.platforms}
    for pytag in pytags:
        for name in sorted({wheel.name for wheel in wheels} - restricted):
            fitting = [w for w in wheels if w.name == name and w.fits_platform(platform) and w.fits_python(pytag)]
            if len(fitting) != 1:
                raise WheelError(f"wheels.lock has {len(fitting)} wheels of {name} for {platform} {pytag}, not one")
            chosen[fitting[0].filename] = fitting[0]
    return [chosen[filename] for filename in sorted(chosen, key=str.lower)]


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def pip_download(
    destination: Path, requirements: str, python: str, abis: Iterable[str], platforms: Iterable[str]
) -> None:
    """Let pip fetch wheels for another platform and Python; it uses whatever index the user has configured."""
    with tempfile.TemporaryDirectory() as scratch:
        listing = Path(scratch) / "requirements.txt"
        listing.write_text(requirements, encoding="utf-8")
        command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"]
        command += ["--only-binary=:all:", "--implementation=cp", f"--python-version={python}"]
        command += [f"--abi={abi}" for abi in abis] + [f"--platform={platform}" for platform in platforms]
        command += [f"--dest={destination}", f"--requirement={listing}"]
        if subprocess.run(command, stdout=sys.stderr.fileno(), check=False).returncode:
            raise WheelError(f"pip could not download these wheels for Python {python}:\n{requirements}")


def dotted(pytag: str) -> str:
    """cp313 -> 3.13"""
    digits = pytag.removeprefix("cp")
    return f"{digits[0]}.{digits[1:]}"


def fetch(wheels: Iterable[Wheel]) -> None:
    """Put the wheels that are not there yet, or are damaged, into the cache."""
    CACHE.mkdir(exist_ok=True)
    groups: dict[tuple[str, str, str], list[Wheel]] = {}
    for wheel in wheels:
        path = CACHE / wheel.filename
        if path.exists() and sha256_of(path) == wheel.sha256:
            continue
        path.unlink(missing_ok=True)
        python, abi, platform = wheel.tags
        groups.setdefault((python if python.startswith("cp") else "cp311", abi, platform), []).append(wheel)
    for (python, abi, platform), group in groups.items():
        pinned = "".join(f"{wheel.name}=={wheel.version} --hash=sha256:{wheel.sha256}\n" for wheel in group)
        pip_download(CACHE, pinned, dotted(python), [abi], platform.split("."))
        for wheel in group:
            if not (CACHE / wheel.filename).exists():
                raise WheelError(f"pip downloaded something else than {wheel.filename}")


def make_lock(path: Path = LOCK) -> list[Wheel]:
    """Download what the pins name for every platform and Python, check that nothing is missing, write the lock."""
    from packaging.requirements import Requirement

    lines = [line for line in PINS.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    pins = [Requirement(line) for line in lines]
    found: dict[str, Wheel] = {}
    where: dict[str, set[str]] = {}
    CACHE.mkdir(exist_ok=True)
    for platform, pip_platforms in PIP_PLATFORMS.items():
        for pytag in LOCKED_PYTAGS:
            marks = {**MARKERS[platform], "python_version": dotted(pytag), "python_full_version": f"{dotted(pytag)}.0"}
            wanted = [f"{pin.name}{pin.specifier}" for pin in pins if not pin.marker or pin.marker.evaluate(marks)]
            print(f"{platform} {pytag}: {len(wanted)} packages", file=sys.stderr, flush=True)
            with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
                pip_download(Path(scratch), "\n".join(wanted), dotted(pytag), [pytag, "abi3", "none"], pip_platforms)
                here = sorted(Path(scratch).glob("*.whl"))
                check_complete(here, marks, f"{platform} {pytag}")
                for file in here:
                    name, version = file.name.split("-")[:2]
                    found[file.name] = Wheel(name.replace("_", "-").lower(), version, file.name, sha256_of(file))
                    where.setdefault(file.name, set()).add(platform)
                    file.replace(CACHE / file.name)
    wheels = [limit(wheel, where[wheel.filename]) for wheel in found.values()]
    write_lock(wheels, path)
    return wheels


def limit(wheel: Wheel, platforms: set[str]) -> Wheel:
    """A wheel for any platform that a marker asks for on some only goes into those zips only."""
    if wheel.tags[2] != "any" or platforms == set(PIP_PLATFORMS):
        return wheel
    return wheel._replace(platforms=tuple(sorted(platforms)))


def check_complete(files: list[Path], marks: dict[str, str], label: str) -> None:
    """Everything that the wheels ask for is among them, in a version that they accept."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    versions = {canonicalize_name(file.name.split("-")[0]): file.name.split("-")[1] for file in files}
    for file in files:
        with zipfile.ZipFile(file) as archive:
            inside = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
            headers = HeaderParser().parsestr(archive.read(inside).decode("utf-8"))
        for text in headers.get_all("Requires-Dist", []):
            need = Requirement(text)
            if need.marker and not need.marker.evaluate({**marks, "extra": ""}):
                continue
            version = versions.get(canonicalize_name(need.name))
            if version is None or not need.specifier.contains(version, prereleases=True):
                raise WheelError(f"{label}: {file.name} needs {text}; add it to {PINS.name}")

#!/usr/bin/env python3
"""Makes and reuses the virtual environments of this checkout, and checks what Blender needs of the system.

    tools/env.py dev            .venv-dev: unit tests, lint, types, docs, zips (no bpy)
    tools/env.py bpy45 bpy52    .venv-bpy45, .venv-bpy52: Blender as a Python module
    tools/env.py bpy --any      one of the two: a ready one, else one that can be made; the newest first
    tools/env.py system         shared libraries of a headless Blender; installs them when root on Debian

Prints the path of each environment's Python on stdout, everything else on stderr.
Exit codes: 0 ready, 1 something failed, 2 bad usage, 3 there is no fitting Python.
Runs on any Python from 3.9, with the standard library alone.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
EXIT_NO_PYTHON = 3
STAMP = "shotwright-requirements.sha256"
Version = tuple[int, int]


class Environment(NamedTuple):
    """One virtual environment: its name, the Pythons it takes (best first) and what it is for."""

    name: str
    versions: tuple[Version, ...]
    purpose: str

    @property
    def folder(self) -> Path:
        return ROOT / f".venv-{self.name}"

    @property
    def requirements(self) -> Path:
        return ROOT / "tools" / f"requirements-{self.name}.txt"

    @property
    def python(self) -> Path:
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


ENVIRONMENTS = {
    environment.name: environment
    for environment in (
        Environment("dev", ((3, 11), (3, 12), (3, 13), (3, 14)), "unit tests, lint and zips"),
        Environment("bpy45", ((3, 11),), "Blender 4.5 as a Python module"),
        Environment("bpy52", ((3, 13),), "Blender 5.2 as a Python module"),
    )
}
BPY_NEWEST_FIRST = ("bpy52", "bpy45")

# Library -> Debian package. The last one lets Workbench and the gpu module draw without a display.
SYSTEM_LIBRARIES = {
    "libX11.so.6": "libx11-6",
    "libXrender.so.1": "libxrender1",
    "libXfixes.so.3": "libxfixes3",
    "libXi.so.6": "libxi6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libSM.so.6": "libsm6",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
}


BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_BROWSER = (
    "there is no Chromium: install one (on Debian, as root: apt-get install chromium), or name its program in "
    "SHOTWRIGHT_CHROMIUM"
)


class EnvError(Exception):
    """The environment can't be made; the message says what to do."""


class MissingPythonError(EnvError):
    """No Python of a fitting version is installed."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def label(version: Version) -> str:
    return f"{version[0]}.{version[1]}"


def candidates(version: Version) -> Iterator[Path]:
    """Places where a Python of this version may be, the likeliest first; most don't exist."""
    name = f"python{label(version)}"
    if sys.version_info[:2] == version and sys.prefix == sys.base_prefix:
        yield Path(sys.executable)
    for command in (name, "python3", "python"):
        if found := shutil.which(command):
            yield Path(found)
    home = Path.home()
    pyenv = Path(os.environ.get("PYENV_ROOT", home / ".pyenv")) / "versions"
    uv = Path(os.environ.get("UV_PYTHON_INSTALL_DIR", home / ".local/share/uv/python"))
    for folder, pattern in ((pyenv, f"{label(version)}.*"), (uv, f"cpython-{label(version)}.*")):
        for install in sorted(folder.glob(pattern), reverse=True):
            yield install / "bin" / name
    for folder in ("/usr/local/bin", "/usr/bin", "/opt/homebrew/bin"):
        yield Path(folder) / name


def probe(python: Path, code: str) -> str | None:
    """What the code prints in that Python, or None when it does not run (a shim may be an empty promise)."""
    try:
        done = subprocess.run(
            [str(python), "-I", "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode().strip()


def find_python(versions: tuple[Version, ...], purpose: str) -> Path:
    """The first installed Python of one of the versions that can make virtual environments."""
    without_venv = ""
    for version in versions:
        seen: set[Path] = set()
        for python in candidates(version):
            if python in seen:
                continue
            seen.add(python)
            if probe(python, "import sys; print('%d.%d' % sys.version_info[:2])") != label(version):
                continue
            if probe(python, "import venv, ensurepip; print('ok')") == "ok":
                return python
            without_venv = without_venv or (
                f"{python} can't make virtual environments; on Debian: apt-get install python{label(version)}-venv"
            )
    wanted = " or ".join(label(version) for version in versions)
    raise MissingPythonError(without_venv or f"no Python {wanted} found ({purpose} needs it)")


def fingerprint(environment: Environment) -> str:
    return hashlib.sha256(environment.requirements.read_bytes()).hexdigest()


def is_ready(environment: Environment) -> bool:
    """Whether the environment is complete and made from today's requirements. Reads two small files."""
    stamp = environment.folder / STAMP
    return environment.python.exists() and stamp.exists() and stamp.read_text().strip() == fingerprint(environment)


def is_usable(environment: Environment) -> bool:
    """Whether an environment without a valid stamp can be completed; else it is made anew."""
    version = probe(environment.python, "import sys, pip; print('%d.%d' % sys.version_info[:2])")
    return version in {label(version) for version in environment.versions}


def ensure(name: str) -> Path:
    """Make or complete the environment and return its Python; at once when nothing changed."""
    environment = ENVIRONMENTS[name]
    if is_ready(environment):
        return environment.python
    stamp = environment.folder / STAMP
    stamp.unlink(missing_ok=True)
    if not is_usable(environment):
        base = find_python(environment.versions, environment.purpose)
        if environment.folder.exists():
            say(f"{environment.folder.name} is half-built: making it again")
            shutil.rmtree(environment.folder)
        say(f"making {environment.folder.name} with {base}")
        run([str(base), "-m", "venv", str(environment.folder)])
    say(f"installing {environment.requirements.name} into {environment.folder.name}")
    pip = [str(environment.python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    run([*pip, "-r", str(environment.requirements)])
    stamp.write_text(fingerprint(environment) + "\n")
    return environment.python


def run(command: list[str]) -> None:
    """Run a command with its output on stderr; stdout is for the paths."""
    done = subprocess.run(command, stdout=sys.stderr.fileno(), check=False)
    if done.returncode:
        raise EnvError(f"this failed with exit code {done.returncode}: {' '.join(command)}")


def ensure_any_bpy() -> Path:
    """The newest bpy environment that is ready, else the newest that can be made."""
    for name in BPY_NEWEST_FIRST:
        if is_ready(ENVIRONMENTS[name]):
            return ENVIRONMENTS[name].python
    reasons: list[str] = []
    for name in BPY_NEWEST_FIRST:
        try:
            return ensure(name)
        except MissingPythonError as error:
            reasons.append(str(error))
    raise MissingPythonError("; ".join(reasons))


def missing_libraries() -> dict[str, str]:
    """The shared libraries that a headless Blender needs and the loader does not find: library -> package."""
    if not sys.platform.startswith("linux"):
        return {}
    missing: dict[str, str] = {}
    for library, package in SYSTEM_LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing[library] = package
    return missing


def browser() -> str | None:
    """The program of a Chromium, for the tests of pages; None when there is none."""
    named = os.environ.get("SHOTWRIGHT_CHROMIUM")
    return named or next((found for name in BROWSERS if (found := shutil.which(name))), None)


def ensure_browser() -> str:
    """Install Chromium when root on a Debian-like system and there is none. Returns its program."""
    if browser() is None and shutil.which("apt-get") and os.geteuid() == 0:
        say("installing Chromium for the tests of pages")
        os.environ["DEBIAN_FRONTEND"] = "noninteractive"
        run(["apt-get", "update", "-q"])
        run(["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"])
    found = browser()
    if found is None:
        raise EnvError(NO_BROWSER)
    return found


def ensure_system() -> None:
    """Install the missing libraries when root on a Debian-like system, else say which packages to install."""
    missing = missing_libraries()
    if missing and shutil.which("apt-get") and os.geteuid() == 0:
        say("installing what Blender needs: " + " ".join(missing.values()))
        os.environ["DEBIAN_FRONTEND"] = "noninteractive"
        run(["apt-get", "update", "-q"])
        run(["apt-get", "install", "-q", "-y", "--no-install-recommends", *missing.values()])
        missing = missing_libraries()
    if missing:
        raise EnvError(
            f"Blender needs {', '.join(missing)}; on Debian, as root: "
            f"apt-get install --no-install-recommends {' '.join(missing.values())}"
        )


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="+", choices=[*ENVIRONMENTS, "bpy", "system"], metavar="NAME")
    parser.add_argument("--any", action="store_true", help="with bpy: one environment is enough")
    options = parser.parse_args(arguments)
    code = 0
    for name in options.names:
        try:
            if name == "system":
                ensure_system()
            elif name == "bpy" and options.any:
                print(ensure_any_bpy())
            else:
                for each in reversed(BPY_NEWEST_FIRST) if name == "bpy" else [name]:
                    print(ensure(each))
        except EnvError as error:
            say(f"env: {error}")
            code = max(code, EXIT_NO_PYTHON if isinstance(error, MissingPythonError) else 1)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The extension as a user has it: the real zip, installed and enabled in a Blender with folders of its own.

Import nothing here from Blender at the top: `prepare` has to set the folders first.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "bl_ext.user_default.shotwright"
_PLATFORMS = {
    ("Linux", "x86_64"): "linux-x64",
    ("Windows", "AMD64"): "windows-x64",
    ("Darwin", "arm64"): "macos-arm64",
}

NEW_BLENDER = f"""
import os, sys
import bpy
bpy.ops.extensions.package_install_files(
    filepath=os.environ["SHOTWRIGHT_ZIP"], repo="user_default", enable_on_install=True
)
import {PACKAGE} as shotwright
"""
"""First lines of a program for `run_python` that needs a Blender with the extension just enabled."""


class NoExtension(Exception):
    """There is no zip to test here; the text says why."""


def prepare() -> Path:
    """Temporary user folders for this process and its children; call before the first `import bpy`."""
    if "bpy" in sys.modules:
        raise RuntimeError("bpy was imported before its user folders were set")
    folder = Path(tempfile.mkdtemp(prefix="shotwright-tests-"))
    os.environ["BLENDER_USER_RESOURCES"] = str(folder / "blender")
    os.environ["SHOTWRIGHT_HOME"] = str(folder / "home")
    return folder


def find_zip() -> Path:
    """The zip named by SHOTWRIGHT_ZIP, else one built now. Raises NoExtension."""
    given = os.environ.get("SHOTWRIGHT_ZIP")
    if given:
        return Path(given)
    this = _PLATFORMS.get((platform.system(), platform.machine()))
    if this is None:
        raise NoExtension(f"no zip is made for {platform.system()} {platform.machine()}")
    python = ROOT / ".venv-dev" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.is_file():
        raise NoExtension("SHOTWRIGHT_ZIP is not set and there is no .venv-dev to build a zip with: tools/env.py dev")
    environment = {name: value for name, value in os.environ.items() if name != "PYTAGS"}
    command = [str(python), str(ROOT / "tools/zip.py"), "--platform", this]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise RuntimeError(f"the zip could not be built: {done.stderr.strip()}")
    return Path(done.stdout.splitlines()[-1].split("\t")[0])


def install() -> None:
    """Install and enable the extension in this process. Raises NoExtension where there is no zip."""
    path = find_zip()
    os.environ["SHOTWRIGHT_ZIP"] = str(path)
    import bpy

    done = bpy.ops.extensions.package_install_files(
        filepath=str(path), repo="user_default", enable_on_install=True, overwrite=True
    )
    if done != {"FINISHED"} or PACKAGE not in bpy.context.preferences.addons:
        raise RuntimeError(f"{path.name} was not enabled ({done}), see the output above")


def wheels_folder(resources: Path | None = None) -> Path:
    """Where Blender unpacks the wheels of extensions."""
    user = resources or Path(os.environ["BLENDER_USER_RESOURCES"])
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return user / "extensions" / ".local" / "lib" / version / "site-packages"


def run_python(
    program: str, folder: Path, arguments: tuple[str, ...] = (), **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a program in a new Python with empty user folders inside `folder`; it ends without clean-up.

    Without clean-up, because 4.5 never ends when something is still registered.
    """
    environment = {
        **os.environ,
        "BLENDER_USER_RESOURCES": str(folder / "blender"),
        "SHOTWRIGHT_HOME": str(folder / "home"),
        **variables,
    }
    ending = "\nimport os, sys\nsys.stdout.flush(); sys.stderr.flush(); os._exit(0)\n"
    return subprocess.run(
        [sys.executable, *arguments, "-c", program + ending],
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
        check=False,
    )

"""The per-user data folder, shared by the GUI, the command and every Blender version."""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["unsaved_folder", "user_data_folder"]


def user_data_folder() -> Path:
    """Where facts that belong to no film are kept; not created here.

    `SHOTWRIGHT_HOME` decides when it is set. Else the platform's place for application data:
    `%LOCALAPPDATA%` on Windows, `~/Library/Application Support` on macOS, `$XDG_DATA_HOME` or
    `~/.local/share` elsewhere (XDG Base Directory Specification 0.8).
    """
    chosen = os.environ.get("SHOTWRIGHT_HOME")
    if chosen:
        return Path(chosen).expanduser().absolute()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "Shotwright"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Shotwright"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "shotwright"


def unsaved_folder(project_id: str) -> Path:
    """Where the project of a file without a name is kept until its first save."""
    return user_data_folder() / "unsaved" / project_id

"""Folders that can't be written and disks that are full."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

__all__ = ["read_only", "small_disk"]


@contextlib.contextmanager
def _tmpfs(folder: Path, options: str) -> Iterator[Path]:
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("needs root on Linux, to mount a file system")
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", options, "shotwright-tests", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"can't mount a file system here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        # Lazily: Blender may still have a file of it open.
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextlib.contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """`folder` as a disk of its own with `size` (as `512k`) of room; skips the test where that can't be made."""
    with _tmpfs(folder, f"size={size}"):
        yield folder


@contextlib.contextmanager
def read_only(folder: Path) -> Iterator[Path]:
    """Inside, nothing can be written in `folder` and what it has can be read; skips where that can't be made."""
    if os.name == "posix" and os.geteuid() != 0:
        paths = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
        modes = [path.stat().st_mode for path in paths]
        for path in paths:
            path.chmod(0o555)
        try:
            yield folder
        finally:
            for path, mode in zip(paths, modes, strict=True):
                path.chmod(mode)
        return
    # Root writes everywhere but on a read-only file system: the folder mounted over itself.
    if not sys.platform.startswith("linux"):
        pytest.skip("needs permissions as POSIX has them")
    for command in (["mount", "--bind", str(folder), str(folder)], ["mount", "-o", "remount,bind,ro", str(folder)]):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)
            pytest.skip(f"can't mount a read-only folder here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)

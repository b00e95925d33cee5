"""Tests inside Blender, against the extension installed from its zip: `bl_ext.user_default.shotwright`."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support import extension

# Before anything imports bpy: the test modules import it, and the extension, at their top.
_folder = extension.prepare()
_obstacle = ""
_exit_code = [0]
try:
    extension.install()
except extension.NoExtension as missing:
    _obstacle = str(missing)
except BaseException:
    shutil.rmtree(_folder, ignore_errors=True)
    raise


class _NoZip(pytest.Item):
    """Stands for a test module where there is no zip to test."""

    def runtest(self) -> None:
        pytest.skip(_obstacle)


class _NoZipModule(pytest.File):
    def collect(self) -> Iterator[pytest.Item]:
        yield _NoZip.from_parent(self, name="needs the extension")


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.File | None:
    return _NoZipModule.from_parent(parent, path=module_path) if _obstacle else None


@pytest.fixture(autouse=True)
def fresh_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test starts in an empty, unsaved file, with a data folder of its own."""
    import bpy

    monkeypatch.setenv("SHOTWRIGHT_HOME", str(tmp_path / "home"))
    # read_factory_settings would disable the extension.
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(exitstatus: int) -> None:
    _exit_code[0] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    shutil.rmtree(_folder, ignore_errors=True)
    # 4.5 never ends when a class or handler is still registered at exit.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(_exit_code[0])

"""Hands the version of the manifest to setuptools and keeps this file out of the package; see pyproject.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

MANIFEST = Path(__file__).with_name("blender_manifest.toml")


class BuildRooms(build_py):
    """The root folder is the package, so setuptools takes this file for one of its modules."""

    def find_package_modules(self, package: str, package_dir: str) -> list[tuple[str, str, str]]:
        modules: list[tuple[str, str, str]] = super().find_package_modules(package, package_dir)
        return [module for module in modules if module[:2] != ("shotwright", "setup")]


setup(
    version=tomllib.loads(MANIFEST.read_text(encoding="utf-8"))["version"],
    cmdclass={"build_py": BuildRooms},
)

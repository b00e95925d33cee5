"""The manifest, the lock of the wheels and the pip package agree with each other and with Blender's rules."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOT_ROOMS = {"tests", "tools", "docs", "examples"}


def load_tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"shotwright_tool_{name}", ROOT / "tools" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


wheels = load_tool("wheels")
env = load_tool("env")
MANIFEST: dict[str, Any] = tomllib.loads((ROOT / "blender_manifest.toml").read_text(encoding="utf-8"))
PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = wheels.read_lock()


def rooms() -> set[str]:
    return {path.parent.name for path in ROOT.glob("*/__init__.py")} - NOT_ROOMS


@pytest.fixture(scope="module")
def pip_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that pip builds from a clean copy of the rooms and the files at the root."""
    tree, output = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("wheel")
    for room in rooms():
        shutil.copytree(ROOT / room, tree / room, ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copyfile(path, tree / path.name)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run([*command, f"--wheel-dir={output}", str(tree)], check=True)
    return next(output.glob("*.whl"))


# --- the manifest ---------------------------------------------------------------------------------------------------


def test_manifest_names_the_package():
    assert MANIFEST["schema_version"] == "1.0.0"
    assert MANIFEST["id"] == PYPROJECT["project"]["name"] == "shotwright"
    assert MANIFEST["type"] == "add-on"
    assert MANIFEST["license"] == ["SPDX:" + PYPROJECT["project"]["license"]]
    assert "Blender" not in MANIFEST["name"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", MANIFEST["version"])
    assert re.fullmatch(r"\d+\.\d+\.\d+", MANIFEST["blender_version_min"])


def test_short_texts_keep_blenders_rules():
    texts = [MANIFEST["tagline"], *MANIFEST["permissions"].values()]
    for text in texts:
        assert 0 < len(text) <= 64, text
        assert text[-1].isalnum(), f"ends with punctuation: {text}"
        assert text == text.strip()


def test_permissions_are_known_to_blender():
    assert set(MANIFEST["permissions"]) <= {"files", "network", "clipboard", "camera", "microphone"}


def test_platforms_are_those_that_wheels_are_locked_for():
    assert set(MANIFEST["platforms"]) == set(wheels.PIP_PLATFORMS)


def test_source_manifest_leaves_the_wheels_to_the_build():
    assert "wheels" not in MANIFEST
    assert "generated" not in MANIFEST["build"]


def test_every_folder_is_a_room_or_kept_out_of_the_zip():
    excluded = {pattern.strip("/") for pattern in MANIFEST["build"]["paths_exclude_pattern"]}
    assert NOT_ROOMS.issubset(excluded)
    assert not rooms() & excluded
    for kept in ("LICENSE", "README.md"):
        assert kept not in excluded


# --- the lock -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("platform", sorted(wheels.PIP_PLATFORMS))
@pytest.mark.parametrize("pytag", wheels.LOCKED_PYTAGS)
def test_lock_has_one_wheel_of_each_package_everywhere(platform: str, pytag: str):
    chosen = wheels.select(LOCK, platform, [pytag])
    names = [wheel.name for wheel in chosen]
    assert len(names) == len(set(names))
    assert {"pydantic", "pydantic-core", "pillow", "ffmpeg-python", "imageio-ffmpeg", "tqdm"} <= set(names)
    assert ("colorama" in names) == (platform == "windows-x64")
    for wheel in chosen:
        if wheel.name in ("pydantic-core", "pillow"):
            assert wheel.tags[0] == pytag


@pytest.mark.parametrize("platform", sorted(wheels.PIP_PLATFORMS))
def test_default_zip_carries_both_pythons_side_by_side(platform: str):
    chosen = wheels.select(LOCK, platform, wheels.DEFAULT_PYTAGS)
    for name in ("pydantic-core", "pillow"):
        assert [wheel.tags[0] for wheel in chosen if wheel.name == name] == ["cp311", "cp313"]


def test_an_unlocked_python_is_refused():
    with pytest.raises(wheels.WheelError, match="cp399"):
        wheels.select(LOCK, "linux-x64", ["cp399"])


def test_lock_entries_are_well_formed():
    filenames = [wheel.filename for wheel in LOCK]
    assert len(filenames) == len(set(filenames))
    for wheel in LOCK:
        assert re.fullmatch(r"[0-9a-f]{64}", wheel.sha256)
        assert wheel.filename.startswith(f"{wheel.name.replace('-', '_')}-{wheel.version}-")


def test_lock_names_no_host():
    text = wheels.LOCK.read_text(encoding="utf-8")
    assert "://" not in text
    assert set(re.findall(r"^(\w+) =", text, re.MULTILINE)) <= {"name", "version", "filename", "sha256", "platforms"}


def test_lock_follows_the_pins():
    pins = dict(re.findall(r"^([\w-]+)==([\w.]+)", wheels.PINS.read_text(encoding="utf-8"), re.MULTILINE))
    assert {wheel.name: wheel.version for wheel in LOCK} == pins


def test_tests_run_with_the_versions_that_ship():
    shipped = {wheel.name: wheel.version for wheel in LOCK}
    for environment in env.ENVIRONMENTS.values():
        text = environment.requirements.read_text(encoding="utf-8")
        pins = {name.replace("_", "-").lower(): version for name, version in re.findall(r"(?m)^([\w-]+)==(\S+)", text)}
        for name in shipped.keys() - {"colorama"}:
            assert pins[name] == shipped[name], f"{environment.requirements.name}: {name}"


# --- pip ------------------------------------------------------------------------------------------------------------


def test_pyproject_lists_every_room():
    folders = {path.parent.relative_to(ROOT).parts for room in rooms() for path in (ROOT / room).rglob("__init__.py")}
    expected = {"shotwright"} | {".".join(("shotwright", *parts)) for parts in folders}
    assert set(PYPROJECT["tool"]["setuptools"]["packages"]) == expected


def test_pip_takes_its_version_from_the_manifest(pip_wheel: Path):
    assert pip_wheel.name == f"shotwright-{MANIFEST['version']}-py3-none-any.whl"


def test_pip_wheel_has_every_module_and_nothing_else(pip_wheel: Path):
    names = {name for name in zipfile.ZipFile(pip_wheel).namelist() if ".dist-info/" not in name}
    kinds = (".py", ".json", ".html", ".css", ".js")
    files = [path for room in rooms() for path in (ROOT / room).rglob("*") if path.suffix in kinds]
    expected = {path.relative_to(ROOT).as_posix() for path in files}
    expected |= {"__init__.py", "registration.py", "blender_manifest.toml", "py.typed"}
    assert names == {"shotwright/" + name for name in expected}


# --- environments ---------------------------------------------------------------------------------------------------


def test_every_environment_has_pinned_requirements():
    for environment in env.ENVIRONMENTS.values():
        lines = environment.requirements.read_text(encoding="utf-8").splitlines()
        for line in lines:
            assert line.startswith("#") or re.fullmatch(r"[\w-]+==\S+", line), line


def test_a_missing_python_is_named():
    with pytest.raises(env.MissingPythonError, match=r"no Python 9\.9 found \(nothing needs it\)"):
        env.find_python(((9, 9),), "nothing")

"""The zip, installed and enabled: all or nothing, nothing heavy, and nothing left behind."""

from __future__ import annotations

import json
import os
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import addon_utils
import bl_ext.user_default.shotwright as shotwright
import bpy
import pytest
from bl_ext.user_default.shotwright import registration
from bl_ext.user_default.shotwright.addon import command_line, handlers, preferences
from support import extension
from support.snapshot import registered

OURS = extension.PACKAGE


@pytest.fixture
def off() -> Iterator[None]:
    """Inside the test the extension is unregistered; afterwards it is registered again, whatever happened."""
    shotwright.unregister()
    yield
    shotwright.unregister()
    shotwright.register()


def handler_count() -> int:
    lists = (getattr(bpy.app.handlers, name) for name in dir(bpy.app.handlers))
    functions = [function for each in lists if isinstance(each, list) for function in each]
    return sum(function.__module__.startswith(OURS) for function in functions)


# --- installed as users have it -------------------------------------------------------------------------------------


def test_the_zip_is_what_runs():
    place = Path(shotwright.__file__)
    assert place.is_relative_to(Path(os.environ["BLENDER_USER_RESOURCES"]) / "extensions" / "user_default")
    # Never the tree as well: two copies of every class. (pytest imports the bare root of a checkout of this name.)
    assert not [name for name in sys.modules if name.startswith("shotwright.")]
    assert OURS in bpy.context.preferences.addons


def test_the_installed_files_are_those_of_the_zip():
    with zipfile.ZipFile(os.environ["SHOTWRIGHT_ZIP"]) as archive:
        packed = {name for name in archive.namelist() if name.endswith(".py")}
    folder = Path(shotwright.__file__).parent
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*.py")}
    assert found == packed
    assert not any(name.startswith(("tests/", "tools/", "docs/", "examples/")) for name in packed)


def test_the_wheels_are_unpacked_and_work_alone(tmp_path: Path):
    """The virtual environment has the same packages, so the import runs without its site-packages."""
    wheels = extension.wheels_folder()
    names = ("pydantic", "pydantic_core", "PIL", "ffmpeg", "imageio_ffmpeg", "tqdm")
    assert wheels.is_dir()
    program = f"""
import importlib, json, sys
sys.path.append({str(wheels)!r})
print(json.dumps({{name: importlib.import_module(name).__file__ for name in {names!r}}}))
"""
    done = extension.run_python(program, tmp_path, ("-I", "-S"))
    assert done.returncode == 0, done.stderr
    places = json.loads(done.stdout)
    assert set(places) == set(names)
    assert all(Path(place).is_relative_to(wheels) for place in places.values()), places


def test_the_ffmpeg_of_the_wheel_is_run_although_blender_unpacks_it_not_executable(tmp_path: Path):
    program = f"""
{extension.NEW_BLENDER}
import json, stat
from pathlib import Path
wheels = {str(extension.wheels_folder(tmp_path / "blender"))!r}
unpacked = [p for p in Path(wheels, "imageio_ffmpeg", "binaries").glob("ffmpeg-*")]
before = unpacked[0].stat().st_mode & 0o111
# The copy of the wheel must be the one that is used, not the one of the virtual environment.
sys.path[:] = [wheels, *(entry for entry in sys.path if entry != wheels)]
from {OURS}.media import ffmpeg_tool
program = ffmpeg_tool.program()
version = ffmpeg_tool.run(["-version"], Path(program))
print("RESULT" + json.dumps([str(unpacked[0]), before, program, version]))
"""
    done = extension.run_python(program, tmp_path)
    assert done.returncode == 0, done.stderr
    unpacked, before, program, version = json.loads(done.stdout.partition("RESULT")[2])
    assert before == 0, "Blender keeps the executable bit now: the work-around can go"
    assert program == unpacked
    assert version.startswith("ffmpeg version")


def test_enabling_imports_neither_pydantic_nor_numpy(tmp_path: Path):
    """bpy itself brings numpy, so what counts is who asks: every import made while enabling is looked at."""
    program = f"""
import builtins, json, sys
asked, real = [], builtins.__import__
def spy(name, globals=None, *rest, **named):
    asked.append(((globals or {{}}).get("__name__", ""), name))
    return real(name, globals, *rest, **named)
import bpy
before = set(sys.modules)
builtins.__import__ = spy
{extension.NEW_BLENDER}
builtins.__import__ = real
new = sorted(set(sys.modules) - before)
print("RESULT" + json.dumps([[pair for pair in asked if pair[0].startswith({OURS!r})], new]))
"""
    done = extension.run_python(program, tmp_path)
    assert done.returncode == 0, done.stderr
    asked, new = json.loads(done.stdout.partition("RESULT")[2])
    assert [f"{OURS}.operators.shot", "bpy"] in asked  # the spy works
    assert f"{OURS}.panels.shots" in new
    heavy = {"numpy", "pydantic", "pydantic_core", "PIL", "ffmpeg", "imageio_ffmpeg", "tqdm", "requests", "openai"}
    assert [pair for pair in asked if pair[1].partition(".")[0] in heavy] == []
    assert [name for name in new if name.partition(".")[0] in heavy] == []


# --- all or nothing -------------------------------------------------------------------------------------------------


def test_unregister_leaves_nothing_and_register_brings_all_back(off: None, capfd: pytest.CaptureFixture[str]):
    without = registered()
    assert not [name for name in without["classes"] if name.startswith("SHOTWRIGHT")]
    assert without["operators"] == []
    assert "shotwright" not in without["scene"]
    assert handler_count() == 0
    assert not command_known(capfd)
    shotwright.register()
    within = registered()
    assert "SHOTWRIGHT_PT_shots" in within["classes"]
    assert "make_shots" in within["operators"]
    assert "shotwright" in within["scene"]
    assert handler_count() == len(handlers._HANDLERS)
    assert command_known(capfd)
    shotwright.unregister()
    assert registered() == without


def command_known(capfd: pytest.CaptureFixture[str]) -> bool:
    """Whether Blender has our command: it warns about a second one of the same name, and there is no list."""
    capfd.readouterr()
    handle = bpy.utils.register_cli_command("shotwright", lambda arguments: 0)
    bpy.utils.unregister_cli_command(handle)
    return "duplicate command" in "".join(capfd.readouterr())


def test_register_and_unregister_twice_is_once(off: None):
    without = registered()
    shotwright.register()
    once = registered()
    shotwright.register()
    assert registered() == once
    assert handler_count() == len(handlers._HANDLERS)
    assert len(command_line._registered) == 1
    shotwright.unregister()
    shotwright.unregister()
    assert registered() == without


def test_disabling_and_enabling_as_users_do(capfd: pytest.CaptureFixture[str]):
    before = registered()
    timers = [name for name in dir(registration) if "timer" in name]
    bpy.context.scene.shotwright.film = "Kept"
    bpy.ops.preferences.addon_disable(module=OURS)
    try:
        assert handler_count() == 0
        assert not hasattr(bpy.context.scene, "shotwright")
        assert not command_known(capfd)
    finally:
        bpy.ops.preferences.addon_enable(module=OURS)
    assert registered() == before
    assert bpy.context.scene.shotwright.film == "Kept"
    assert timers == []


@pytest.mark.parametrize("place", range(0, 30, 3))
def test_a_step_that_fails_takes_everything_back(off: None, monkeypatch: pytest.MonkeyPatch, place: int):
    without = registered()
    steps = registration._steps()
    place = min(place, len(steps) - 1)

    def fail() -> None:
        raise RuntimeError("this step fails")

    broken = [*steps[:place], (fail, steps[place][1]), *steps[place + 1 :]]
    with monkeypatch.context() as patch:
        patch.setattr(registration, "_steps", lambda: broken)
        with pytest.raises(RuntimeError, match="this step fails"):
            shotwright.register()
    assert registered() == without
    assert handler_count() == 0
    shotwright.register()
    assert hasattr(bpy.context.scene, "shotwright")


@pytest.mark.parametrize(
    ("owner", "name"),
    [(handlers, "_remember_file"), (bpy.utils, "register_cli_command")],
    ids=["handlers", "command"],
)
def test_a_step_that_fails_half_way_leaves_nothing(
    off: None, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], owner: object, name: str
):
    without = registered()

    def fail(*_: object) -> None:
        raise RuntimeError("half way")

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, fail)
        with pytest.raises(RuntimeError, match="half way"):
            shotwright.register()
    assert registered() == without
    assert handler_count() == 0
    assert not command_known(capfd)
    shotwright.register()
    assert registered() != without


def test_enabling_that_fails_leaves_blender_clean_and_works_the_next_time(monkeypatch: pytest.MonkeyPatch):
    before = registered()
    bpy.ops.preferences.addon_disable(module=OURS)
    seen: list[Exception] = []

    def fail() -> None:
        raise RuntimeError("no properties today")

    with monkeypatch.context() as patch:
        patch.setattr(registration.properties, "attach", fail)
        assert addon_utils.enable(OURS, default_set=True, handle_error=seen.append) is None
    assert "no properties today" in str(seen[0])
    assert handler_count() == 0
    assert not hasattr(bpy.types, "SHOTWRIGHT_PT_shots")
    bpy.ops.preferences.addon_enable(module=OURS)
    assert registered() == before


def test_a_removal_that_fails_does_not_keep_the_others(off: None, monkeypatch: pytest.MonkeyPatch):
    without = registered()
    steps = registration._steps()
    removed: list[str] = []

    def fail() -> None:
        raise RuntimeError("stuck")

    extra = (lambda: None, fail)
    last = (lambda: None, lambda: removed.append("first step"))
    with monkeypatch.context() as patch:
        patch.setattr(registration, "_steps", lambda: [last, *steps[:5], extra, *steps[5:]])
        shotwright.register()
        with pytest.raises(ExceptionGroup, match="could not remove everything") as caught:
            shotwright.unregister()
    assert [str(error) for error in caught.value.exceptions] == ["stuck"]
    assert removed == ["first step"]
    assert registered() == without


# --- what is registered ---------------------------------------------------------------------------------------------


def test_nothing_starts_by_itself(tmp_path: Path):
    program = f"""
import bpy
started = []
bpy.app.timers.register = lambda *a, **k: started.append("timer")
import threading, subprocess
threads = threading.active_count()
{extension.NEW_BLENDER}
print("RESULT", started, threading.active_count() - threads, os.path.exists(os.environ["SHOTWRIGHT_HOME"]))
"""
    done = extension.run_python(program, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.partition("RESULT")[2].strip() == "[] 0 False"


def test_preferences_give_new_shots_their_handles():
    addon = bpy.context.preferences.addons[OURS]
    assert preferences.default_handles() == 0
    addon.preferences.default_handles = 8
    try:
        assert bpy.ops.shotwright.add_shot() == {"FINISHED"}
        shot = bpy.context.scene.shotwright.shots[0]
        assert (shot.handle_head, shot.handle_tail) == (8, 8)
    finally:
        addon.preferences.default_handles = 0


def test_every_operator_and_panel_says_what_it_does():
    kinds = (bpy.types.Operator, bpy.types.Panel, bpy.types.Menu)
    ours = [cls for kind in kinds for cls in kind.__subclasses__() if cls.__module__.startswith(OURS)]
    ours = [cls for cls in ours if hasattr(cls, "bl_label")]
    assert len(ours) >= 10
    for cls in ours:
        assert cls.bl_label, cls
        assert cls.__doc__, cls
        if issubclass(cls, bpy.types.Operator):
            assert cls.bl_idname.startswith("shotwright."), cls
            assert not cls.__doc__.rstrip().endswith("."), f"{cls}: Blender adds the full stop of a tooltip"

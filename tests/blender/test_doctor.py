"""What doctor says about Blender, and about packages that other extensions bring into the one site-packages."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from types import SimpleNamespace

import bpy
import pytest
from bl_ext.user_default.shotwright.addon import command_line, doctor
from bl_ext.user_default.shotwright.core.errors import RenderError
from bl_ext.user_default.shotwright.jobs.doctor import Check, report
from bl_ext.user_default.shotwright.media import ffmpeg_tool
from bl_ext.user_default.shotwright.render_passes import compat
from support import extension


def named(checks: list[Check]) -> dict[str, Check]:
    return {check.name: check for check in checks}


def old_pydantic(folder: Path, version: str = "1.10.2") -> Path:
    """A pydantic of that version, as pip and Blender leave it in a site-packages; importing it works."""
    info = folder / f"pydantic-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: pydantic\nVersion: {version}\n", encoding="utf-8")
    (folder / "pydantic").mkdir()
    (folder / "pydantic" / "__init__.py").write_text(
        f"VERSION = {version!r}\n\n\nclass BaseModel:\n    pass\n", encoding="utf-8"
    )
    (folder / "pydantic" / "main.py").write_text("", encoding="utf-8")
    return folder


def old_wheel(folder: Path, version: str = "1.10.2") -> Path:
    """The same as a wheel."""
    tree = old_pydantic(folder / "tree", version)
    info = f"pydantic-{version}.dist-info"
    (tree / info / "WHEEL").write_text(
        "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n", encoding="utf-8"
    )
    names = [path.relative_to(tree).as_posix() for path in sorted(tree.rglob("*")) if path.is_file()]
    (tree / info / "RECORD").write_text("".join(f"{name},,\n" for name in [*names, f"{info}/RECORD"]), encoding="utf-8")
    wheel = folder / f"pydantic-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name in [*names, f"{info}/RECORD"]:
            archive.write(tree / name, name)
    return wheel


def other_extension(folder: Path, wheel: Path, name: str = "elderly") -> Path:
    """The zip of another extension that brings a wheel."""
    manifest = f"""schema_version = "1.0.0"
id = "{name}"
version = "1.0.0"
name = "Elderly"
tagline = "Brings an old package"
maintainer = "Somebody"
type = "add-on"
license = ["SPDX:GPL-3.0-or-later"]
blender_version_min = "4.5.0"
wheels = ["./wheels/{wheel.name}"]
"""
    path = folder / f"{name}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("blender_manifest.toml", manifest)
        archive.writestr("__init__.py", "def register(): pass\ndef unregister(): pass\n")
        archive.write(wheel, f"wheels/{wheel.name}")
    return path


DOCTOR = f"""
import io
from {extension.PACKAGE}.addon import command_line
out = io.StringIO()
code = command_line.run(["doctor", "--json"], out, with_file=True)
print("RESULT" + repr((code, out.getvalue())))
"""


def ask_doctor(program: str, folder: Path, **variables: str) -> tuple[int, dict]:
    """Exit code and document of the doctor verb in a new Blender."""
    done = extension.run_python(program + DOCTOR, folder, **variables)
    assert "RESULT" in done.stdout, done.stdout + done.stderr
    code, text = eval(done.stdout.partition("RESULT")[2])
    return code, json.loads(text)


# --- this machine ---------------------------------------------------------------------------------------------------


def test_all_is_well_here():
    found = named(doctor.all_checks())
    assert {name: check.text for name, check in found.items() if not check.ok} == {}
    assert bpy.app.version_string in found["blender"].text
    assert found["graphics"].text == compat.gpu_name()
    assert "ffmpeg version" in found["ffmpeg"].text
    for name in (
        "shotwright",
        "python",
        "pydantic",
        "pillow",
        "ffmpeg-python",
        "imageio-ffmpeg",
        "tqdm",
        "data folder",
    ):
        assert name in found


def test_the_verb_prints_one_document_and_a_table():
    out = io.StringIO()
    assert command_line.run(["doctor", "--json"], out, with_file=True) == 0
    document = json.loads(out.getvalue())
    assert (document["schema"], document["ok"]) == ("shotwright.doctor.1", True)
    assert {"name", "ok", "text"} == set(document["checks"][0])
    out = io.StringIO()
    assert command_line.run(["doctor"], out, with_file=True) == 0
    assert out.getvalue().splitlines()[0].startswith("ok    blender")


def test_one_bad_check_is_exit_code_one():
    out = io.StringIO()
    bad = Check(name="graphics", ok=False, text="Blender needs libEGL")
    assert report([Check(name="python", ok=True, text="3.11"), bad], False, out) == 1
    assert out.getvalue().splitlines() == ["ok    python    3.11", "FAIL  graphics  Blender needs libEGL"]


@pytest.mark.parametrize(
    ("version", "ok"), [((4, 4, 9), False), ((4, 5, 0), True), ((5, 9, 1), True), ((6, 0, 0), False)]
)
def test_blender_versions(monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int], ok: bool):
    class App:
        binary_path = "/opt/blender"
        version_string = ".".join(str(part) for part in version)

    App.version = version
    monkeypatch.setattr(doctor, "bpy", SimpleNamespace(app=App))
    check = doctor._blender()
    assert check.ok is ok
    assert f"Blender {App.version_string}" in check.text
    assert ok or "Use one of those" in check.text


def test_graphics_that_do_not_work(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(compat, "gpu_obstacle", lambda: "Blender needs libEGL: install it")
    assert (doctor._graphics().ok, doctor._graphics().text) == (False, "Blender needs libEGL: install it")

    def fail() -> None:
        raise RenderError("Blender found no graphics driver: install Mesa")

    monkeypatch.setattr(compat, "gpu_obstacle", lambda: None)
    monkeypatch.setattr(compat, "gpu_ready", fail)
    assert (doctor._graphics().ok, doctor._graphics().text) == (False, "Blender found no graphics driver: install Mesa")


def test_a_missing_libegl_is_said_before_blender_aborts(monkeypatch: pytest.MonkeyPatch):
    def missing(name: str) -> None:
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr(compat.sys, "platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setattr(compat.ctypes, "CDLL", missing)
    assert "apt install libegl1" in str(compat.gpu_obstacle())
    monkeypatch.setenv("DISPLAY", ":0")
    assert compat.gpu_obstacle() is None


def test_a_data_folder_that_can_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("SHOTWRIGHT_HOME", str(tmp_path / "file" / "home"))
    check = named(doctor.all_checks())["data folder"]
    assert not check.ok
    assert "set SHOTWRIGHT_HOME to a folder you can write" in check.text


def test_an_ffmpeg_that_does_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    broken = tmp_path / "ffmpeg"
    broken.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(broken))
    ffmpeg_tool._bundled.cache_clear()
    try:
        check = named(doctor.all_checks())["ffmpeg"]
    finally:
        monkeypatch.undo()
        ffmpeg_tool._bundled.cache_clear()
    assert not check.ok
    assert check.text


# --- packages of others ---------------------------------------------------------------------------------------------


def test_an_older_copy_on_the_path_is_named_with_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = old_pydantic(tmp_path / "site-packages")
    monkeypatch.syspath_prepend(str(folder))
    found = [check for check in doctor.all_checks() if not check.ok]
    texts = " ".join(check.text for check in found)
    assert str(folder) in texts
    assert "1.10.2" in texts
    assert {check.name for check in found} == {"pydantic", "old pydantic"}


def test_an_extension_that_brings_an_older_pydantic_is_named(tmp_path: Path):
    """Installed for real. Blender unpacks the newer wheel, so nothing breaks, and it is named all the same."""
    zipped = other_extension(tmp_path, old_wheel(tmp_path))
    program = f"""
{extension.NEW_BLENDER}
bpy.ops.extensions.package_install_files(filepath={str(zipped)!r}, repo="user_default", enable_on_install=True)
assert "bl_ext.user_default.elderly" in bpy.context.preferences.addons
"""
    code, document = ask_doctor(program, tmp_path)
    wrong = {check["name"]: check["text"] for check in document["checks"] if not check["ok"]}
    assert code == 1
    assert set(wrong) == {"pydantic of elderly"}
    assert "The extension 'elderly' brings pydantic 1.10.2" in wrong["pydantic of elderly"]
    assert "disable 'elderly'" in wrong["pydantic of elderly"]


def test_doctor_works_when_an_old_pydantic_is_what_gets_imported(tmp_path: Path):
    """The worst case, and the one doctor is for: no verb works, and doctor says why."""
    zipped = other_extension(tmp_path, old_wheel(tmp_path))
    program = f"""
{extension.NEW_BLENDER}
bpy.ops.extensions.package_install_files(filepath={str(zipped)!r}, repo="user_default", enable_on_install=True)
import importlib, io
sys.path.insert(0, {str(tmp_path / "tree")!r})
importlib.invalidate_caches()
from {extension.PACKAGE}.addon import command_line
out = io.StringIO()
code = command_line.run(["shots", {str(tmp_path / "film.blend")!r}, "--json"], out, with_file=True)
import pydantic
print("SHOTS" + repr((code, out.getvalue(), pydantic.VERSION)) + "SHOTS")
"""
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "film.blend"))
    done = extension.run_python(program + DOCTOR, tmp_path)
    assert "RESULT" in done.stdout, done.stdout + done.stderr
    code, text, version = eval(done.stdout.split("SHOTS")[1])
    assert version == "1.10.2"
    assert code == 1
    assert "Run the doctor verb" in json.loads(text)["error"]["message"]
    code, text = eval(done.stdout.partition("RESULT")[2])
    assert code == 1
    wrong = {check["name"]: check["text"] for check in json.loads(text)["checks"] if not check["ok"]}
    assert {"pydantic", "pydantic of elderly", "old pydantic"} <= set(wrong)
    assert str(tmp_path / "tree") in wrong["pydantic"]


def test_enabling_works_with_an_old_pydantic(tmp_path: Path):
    """Enabling imports no pydantic, so an old one can't keep the extension from saying what is wrong."""
    folder = old_pydantic(tmp_path / "site-packages")
    program = f"""
import sys
sys.path.insert(0, {str(folder)!r})
{extension.NEW_BLENDER}
bpy.context.scene.render.fps = 24
print("RESULT", bpy.ops.shotwright.add_shot(), len(bpy.context.scene.shotwright.shots), "pydantic" in sys.modules)
"""
    done = extension.run_python(program, tmp_path)
    assert done.stdout.partition("RESULT")[2].strip() == "{'FINISHED'} 1 False", done.stdout + done.stderr


def test_a_wheel_of_a_good_version_and_a_broken_manifest_are_no_complaint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name, text in (
        ("new", 'id = "new"\nwheels = ["./wheels/pydantic-2.99.0-py3-none-any.whl"]\n'),
        ("core", 'id = "core"\nwheels = ["./wheels/pydantic_core-2.1.0-py3-none-any.whl"]\n'),
        ("broken", 'id = "broken\n'),
        ("nothing", 'id = "nothing"\n'),
        ("ours", 'id = "shotwright"\nwheels = ["./wheels/pydantic-1.0.0-py3-none-any.whl"]\n'),
        ("old", 'id = "old"\nwheels = ["./wheels/Pydantic-2.6-py3-none-any.whl"]\n'),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "blender_manifest.toml").write_text(text, encoding="utf-8")
    repository = bpy.context.preferences.extensions.repos.new(name="Dev", module="dev", custom_directory=str(tmp_path))
    try:
        found = [check for check in doctor.all_checks() if not check.ok]
    finally:
        bpy.context.preferences.extensions.repos.remove(repository)
    assert [check.name for check in found] == ["pydantic of old"]

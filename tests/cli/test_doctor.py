"""`doctor`, and machines that lack something: there it speaks, and nothing aborts."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import cli


@pytest.fixture
def lacking(environment, tmp_path):
    """Variables under which a piece of Python runs first in every child (a sitecustomize)."""

    def variables(code: str) -> dict[str, str]:
        place = tmp_path / "site"
        place.mkdir()
        (place / "sitecustomize.py").write_text(code)
        return {"PYTHONPATH": f"{place}{':' if sys.platform != 'win32' else ';'}{environment['PYTHONPATH']}"}

    return variables


def test_healthy(shotwright):
    document = shotwright("doctor", "--json", code=0).document
    assert (document["schema"], document["ok"]) == ("shotwright.doctor.1", True)
    checks = {check["name"]: check for check in document["checks"]}
    assert {"blender", "graphics", "python", "pydantic", "ffmpeg", "data folder"} <= set(checks)
    assert all(set(check) == {"name", "ok", "text"} and check["ok"] and check["text"] for check in checks.values())
    text = shotwright("doctor", code=0).out.splitlines()
    assert len(text) == len(checks) and all(line.startswith("ok ") for line in text)


def test_data_folder_that_can_not_be_written(shotwright, tmp_path):
    (tmp_path / "file").touch()
    env = {"SHOTWRIGHT_HOME": str(tmp_path / "file" / "home")}
    document = shotwright("doctor", "--json", env=env, code=1).document
    assert document["ok"] is False
    (bad,) = [check for check in document["checks"] if not check["ok"]]
    assert bad["name"] == "data folder"
    assert env["SHOTWRIGHT_HOME"] in bad["text"] and "set SHOTWRIGHT_HOME to a folder you can write" in bad["text"]
    text = shotwright("doctor", env=env, code=1).out
    assert f"FAIL  {bad['name']}" in text


def test_read_only_data_folder(shotwright, small_disk):
    env = {"SHOTWRIGHT_HOME": str(small_disk(read_only=True) / "home")}
    document = shotwright("doctor", "--json", env=env, code=1).document
    assert [check["name"] for check in document["checks"] if not check["ok"]] == ["data folder"]


NO_EGL = """
import ctypes
real = ctypes.CDLL
class CDLL(real):
    def __init__(self, name, *rest, **more):
        if name and "libEGL" in str(name):
            raise OSError(f"{name}: cannot open shared object file: No such file or directory")
        super().__init__(name, *rest, **more)
ctypes.CDLL = CDLL
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux draws through EGL")
def test_no_egl(shotwright, lacking, film):
    env = {**lacking(NO_EGL), "DISPLAY": ""}
    path = film("film")
    before = cli.sha256(path)
    for verb in ("passes", "generate"):
        ran = shotwright(verb, path, "--json", env=env, code=1)
        assert set(ran.statuses().values()) == {"failed"}
        assert all("libEGL" in problem and "apt install" in problem for problem in ran.problems)
        assert ran.document["movie"] is None
    assert cli.sha256(path) == before and not cli.half_written(path.parent)
    document = shotwright("doctor", "--json", env=env, code=1).document
    (bad,) = [check for check in document["checks"] if not check["ok"]]
    assert bad["name"] == "graphics" and "libEGL" in bad["text"]


def test_library_really_gone(environment, film, finished):
    """The same with the library itself hidden, in a mount namespace of the child's own."""
    library = Path("/usr/lib/x86_64-linux-gnu/libEGL.so.1")
    if not shutil.which("unshare") or not library.exists():
        pytest.skip("needs unshare and libEGL.so.1 in its usual place")
    hide = ["unshare", "-m", "sh", "-c", f'mount --bind /dev/null {library} && exec "$@"', "sh"]
    if subprocess.run([*hide, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no mount namespaces here")
    command = [*hide, sys.executable, "-m", "shotwright.batch.cli"]
    environment = {**environment, "DISPLAY": ""}
    path = film("ntsc")
    ran = cli.run([*command, "passes", str(path), "--json"], environment, path.parent)
    assert ran.code == 1 and "libEGL" in ran.problems[0]
    # The cut is made of movies: it needs no graphics.
    ran = cli.run([*command, "cut", str(finished), "--json"], environment, path.parent)
    assert ran.code == 0 and ran.document["movie_frames"] == 9


@pytest.mark.parametrize("broken", ["pydantic", "numpy", "PIL"])
def test_broken_package(shotwright, lacking, film, broken):
    """Another extension may have brought a version that does not load: then the doctor must still speak."""
    env = lacking(
        "import importlib.abc, sys\n"
        "class Broken(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name.partition('.')[0] == {broken!r}:\n"
        "            raise ImportError('made for another Python')\n"
        "sys.meta_path.insert(0, Broken())\n"
    )
    path = film("film")
    document = shotwright("doctor", "--json", env=env, code=1).document
    bad = [check for check in document["checks"] if not check["ok"]]
    package = {"PIL": "pillow"}.get(broken, broken)
    assert [check["name"] for check in bad] == [package]
    assert "made for another Python" in bad[0]["text"] and "install" in bad[0]["text"]
    ran = shotwright("generate", path, "--json", env=env, code=1)
    # Blender itself prints a traceback on stderr where numpy is missing.
    text = ran.document["error"]["message"] if "error" in ran.document else " ".join(ran.problems)
    assert "made for another Python" in text and "doctor" in text
    assert not cli.half_written(path.parent)


def test_no_ffmpeg(shotwright, film, tmp_path):
    env = {"IMAGEIO_FFMPEG_EXE": str(tmp_path / "nowhere" / "ffmpeg")}
    document = shotwright("doctor", "--json", env=env, code=1).document
    (bad,) = [check for check in document["checks"] if not check["ok"]]
    assert bad["name"] == "ffmpeg" and "ffmpeg" in bad["text"]
    ran = shotwright("passes", film("ntsc"), "--json", env=env, code=1)
    assert ran.statuses() == {"SH010": "failed"} and "ffmpeg" in ran.problems[0]


def test_no_blender_module(shotwright, lacking, film):
    env = lacking(
        "import importlib.util\n"
        "real = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, *rest: None if name == 'bpy' else real(name, *rest)\n"
    )
    message = shotwright("shots", film("film"), "--json", env=env, code=1).message
    assert "shotwright[bpy]" in message and "--blender" in message
    document = shotwright("doctor", "--json", env=env, code=1).document
    assert document["ok"] is False and document["checks"][0]["name"] == "blender"
    assert "--blender" in document["checks"][0]["text"]

"""The command line as a user runs it: child processes, with the bpy module of this Python."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support import cli
from support.tree import ROOT

SUPPORT = Path(cli.__file__).resolve().parent


ONCE = {
    *("test_assets", "test_boards", "test_crash", "test_flipbook", "test_jobs"),
    *("test_page", "test_preflight", "test_prompt", "test_quote", "test_takes"),
}
"""Modules about what both Blenders do alike; they run with the newest bpy module there is."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if sys.version_info < (3, 13) and (ROOT / ".venv-bpy52").is_dir() and "SHOTWRIGHT_TEST_ALL" not in os.environ:
        skip = pytest.mark.skip(reason="does not depend on the Blender version: it runs with 5.2")
        for item in items:
            if item.path.stem in ONCE:
                item.add_marker(skip)


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The variables of every child: the checkout importable as `shotwright`, a data folder of our own."""
    room = tmp_path_factory.mktemp("room")
    packages = room / "packages"
    packages.mkdir()
    try:
        (packages / "shotwright").symlink_to(ROOT, target_is_directory=True)
    except OSError as error:  # Windows without developer mode
        pytest.skip(f"no symbolic links here: {error}")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SHOTWRIGHT_", "PYTHON"))}
    folders = {name: str(room / name.lower()) for name in ("SHOTWRIGHT_HOME", "BLENDER_USER_RESOURCES")}
    return {**clean, **folders, "PYTHONPATH": str(packages)}


@pytest.fixture
def shotwright(environment: dict[str, str], tmp_path: Path) -> Callable[..., cli.Ran]:
    """`shotwright("shots", path, "--json")`; `env` adds variables. Checks the exit code when one is given."""

    def run(*arguments: object, code: int | None = None, env: dict[str, str] | None = None) -> cli.Ran:
        command = [sys.executable, "-m", "shotwright.batch.cli", *map(str, arguments)]
        ran = cli.run(command, {**environment, **(env or {})}, tmp_path)
        assert ran.code in ((0, 1, 2, 3) if code is None else (code,)), (ran.code, ran.out, ran.err)
        return ran

    return run


@pytest.fixture
def in_bpy(environment: dict[str, str], tmp_path: Path) -> Callable[..., cli.Ran]:
    """Run a piece of Python with bpy and the tree loaded and registered; `sys.argv[1:]` are the arguments."""
    start = (
        f"import sys\nsys.path.insert(0, {str(SUPPORT.parent)!r})\n"
        "from support.tree import load_tree\nload_tree()\n"
        "import bpy\nimport shotwright\nshotwright.register()\ntry:\n"
    )
    # 4.5 never ends when a class or handler is still registered at exit.
    end = "\nfinally:\n    sys.stdout.flush()\n    shotwright.unregister()\n    bpy.app.handlers.load_post.clear()\n"

    def run(code: str, *arguments: object) -> cli.Ran:
        body = "\n".join(f"    {line}" for line in code.strip().splitlines())
        ran = cli.run([sys.executable, "-c", start + body + end, *map(str, arguments)], environment, tmp_path)
        assert ran.code == 0, (ran.out, ran.err)
        return ran

    return run


@pytest.fixture
def change(in_bpy: Callable[..., cli.Ran]) -> Callable[[Path, str], None]:
    """Open a file in Blender, run a piece of Python with `scene`, and save it."""

    def run(path: Path, code: str) -> None:
        opened = "bpy.ops.wm.open_mainfile(filepath=sys.argv[1])\nscene = bpy.context.scene\n"
        in_bpy(f"{opened}{code}\nbpy.ops.wm.save_mainfile()", path)

    return run


@pytest.fixture(scope="session")
def built(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the scenes of `support/cli_scenes.py`."""
    folder = tmp_path_factory.mktemp("scenes")
    ran = cli.run([sys.executable, str(SUPPORT / "cli_scenes.py"), str(folder)], environment, folder)
    assert ran.code == 0, ran.err
    return folder


@pytest.fixture
def film(built: Path, tmp_path: Path) -> Callable[..., Path]:
    """`film("bare")`: a copy of a built scene, alone in a folder of its own."""

    def copy(name: str, to: str | None = None) -> Path:
        place = tmp_path / "film" / f"{to or name}.blend"
        place.parent.mkdir(exist_ok=True)
        shutil.copyfile(built / f"{name}.blend", place)
        return place

    return copy


@pytest.fixture(scope="session")
def generated(built: Path, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `film.blend` and its project after one `generate`."""
    folder = tmp_path_factory.mktemp("generated")
    shutil.copyfile(built / "film.blend", folder / "film.blend")
    command = [sys.executable, "-m", "shotwright.batch.cli", "generate", "film.blend", "--save"]
    ran = cli.run(command, environment, folder)
    assert ran.code == 0, ran.err
    return folder


@pytest.fixture
def finished(generated: Path, tmp_path: Path) -> Path:
    """`film.blend` with everything generated, as a copy of its own (modification times kept)."""
    return Path(shutil.copytree(generated, tmp_path / "film", copy_function=shutil.copy2)) / "film.blend"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """`small_disk(kib=64)` mounts a file system of that size; `read_only=True` one nothing can be written to."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("needs Linux and root to mount a small file system")
    mounted: list[Path] = []

    def mount(kib: int = 64, read_only: bool = False) -> Path:
        place = tmp_path / f"disk{len(mounted)}"
        place.mkdir()
        options = f"size={kib}k" + (",ro" if read_only else "")
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.skip(f"can't mount here: {done.stderr.strip()}")
        mounted.append(place)
        return place

    yield mount
    for place in mounted:
        subprocess.run(["umount", str(place)], check=True)

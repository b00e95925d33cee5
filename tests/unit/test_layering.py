"""The house's floors, as data: who may import whom. A new folder, arrow or package has to be written here."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest
from support.tree import ROOT

ROOMS: dict[str, tuple[set[str], set[str], set[str]]] = {
    # room: (rooms it may import, packages at top level or inside functions, packages inside functions only)
    "core": (set(), {"pydantic"}, {"numpy"}),
    "media": ({"core"}, {"numpy", "PIL", "ffmpeg", "imageio_ffmpeg"}, set()),
    "jobs": ({"core", "media"}, {"pydantic"}, set()),
    "backends": ({"core", "media"}, {"requests", "pydantic"}, {"openai"}),
    "batch": ({"core", "media", "jobs", "backends", "planning"}, {"tqdm"}, {"ray"}),
    "render_passes": ({"core", "media"}, {"numpy", "bpy", "gpu", "mathutils"}, set()),
    "addon": (
        {"core", "media", "jobs", "backends", "planning", "render_passes"},
        {"bpy", "mathutils", "addon_utils"},
        {"tqdm"},
    ),
    "operators": ({"core", "addon"}, {"bpy"}, set()),
    "panels": ({"core", "addon"}, {"bpy"}, set()),
}
ROOT_FILES: dict[str, tuple[set[str], set[str], set[str]]] = {
    "registration.py": ({"addon", "operators", "panels"}, set(), {"bpy"}),
    "__init__.py": (set(), set(), set()),
    "setup.py": (set(), {"setuptools"}, set()),
}
LAZY_IN_ROOT = {"__init__.py": {"registration"}}
NOT_ROOMS = {"tests", "docs", "examples", "tools"}
"""Folders without product code: nothing in a room may import them."""

HEAVY_AT_ENABLING = {"pydantic", "numpy", "PIL", "ffmpeg", "imageio_ffmpeg", "tqdm", "requests"}


def imports(path: Path) -> list[tuple[int, str, bool, bool]]:
    """(line, "room" or "package", is relative, is inside a function or TYPE_CHECKING) of every import."""
    found: list[tuple[int, str, bool, bool]] = []
    floors = len(path.relative_to(ROOT).parts) - 1

    def visit(node: ast.AST, lazy: bool) -> None:
        for child in ast.iter_child_nodes(node):
            deeper = lazy or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                deeper = True
            if isinstance(child, ast.Import):
                found.extend((child.lineno, alias.name.split(".")[0], False, lazy) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                # Dots above the room's own folder; a room may have folders in it.
                depth = child.level - floors
                if child.level and depth == 1:
                    names = [child.module] if child.module else [alias.name for alias in child.names]
                    found.extend((child.lineno, str(name).split(".")[0], True, lazy) for name in names)
                elif depth > 1:
                    found.append((child.lineno, "outside the tree", True, lazy))
                elif not child.level:
                    found.append((child.lineno, str(child.module).split(".")[0], False, lazy))
            visit(child, deeper)

    visit(ast.parse(path.read_text(encoding="utf-8")), False)
    return found


def broken(path: Path, rule: tuple[set[str], set[str], set[str]]) -> list[str]:
    """What a file imports that its rule does not allow."""
    rooms, anywhere, lazily = rule
    rooms = rooms | LAZY_IN_ROOT.get(path.name if path.parent == ROOT else "", set())
    wrong: list[str] = []
    for line, name, relative, lazy in imports(path):
        if relative:
            allowed = name in rooms
        elif name in sys.stdlib_module_names:
            allowed = True
        elif name == "shotwright":
            # A program started by path loads the tree under this name first.
            allowed = path.name == "__main__.py" and lazy
        else:
            allowed = name in anywhere or (lazy and name in lazily)
        if path == ROOT / "__init__.py" and not lazy and name != "__future__":
            allowed = False
        if path.name == "__main__.py" and name == "bpy" and not lazy:
            allowed = False
        if not allowed:
            wrong.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    return wrong


def files_of(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_room_imports_only_what_it_may(room: str) -> None:
    files = files_of(room)
    assert files, f"{room} is empty: a room appears when it has something in it"
    assert [line for path in files for line in broken(path, ROOMS[room])] == []


def test_root_files_import_only_what_they_may() -> None:
    found = {path.name for path in ROOT.glob("*.py")}
    assert found == set(ROOT_FILES)
    assert [line for name, rule in ROOT_FILES.items() for line in broken(ROOT / name, rule)] == []


def test_every_folder_with_code_is_a_room() -> None:
    folders = {path.parent.relative_to(ROOT).parts[0] for path in ROOT.glob("*/**/*.py")}
    folders = {name for name in folders if not name.startswith(".") and name not in {"out", "dist", "build", "wheels"}}
    assert folders <= set(ROOMS) | NOT_ROOMS


def test_no_circles_between_rooms() -> None:
    floors = list(ROOMS)
    for room, (below, _, _) in ROOMS.items():
        for other in below & set(floors):
            assert room not in ROOMS[other][0], f"{room} and {other} import each other"


def test_torch_is_nowhere_outside_the_worker() -> None:
    for room in ROOMS:
        for path in files_of(room):
            assert not {name for _, name, _, _ in imports(path)} & {"torch", "diffusers", "transformers"}


def enabled_modules() -> set[Path]:
    """Every file that enabling the extension imports, followed through top-level relative imports."""
    seen: set[Path] = set()
    waiting = [ROOT / "registration.py"]
    while waiting:
        path = waiting.pop()
        if path in seen or not path.is_file():
            continue
        seen.add(path)
        if path.parent != ROOT:
            waiting.append(path.parent / "__init__.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom) and node.level:
                base = path.parent
                for _ in range(node.level - 1):
                    base = base.parent
                base = base.joinpath(*node.module.split(".")) if node.module else base
                waiting += [base.with_suffix(".py"), base / "__init__.py"]
                waiting += [base / f"{alias.name}.py" for alias in node.names]
    return seen


def test_enabling_imports_nothing_heavy() -> None:
    files = enabled_modules()
    assert ROOT / "addon" / "properties.py" in files
    heavy = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in sorted(files)
        for line, name, relative, lazy in imports(path)
        if not relative and not lazy and name in HEAVY_AT_ENABLING
    ]
    assert heavy == []


def test_the_check_sees_a_wrong_arrow(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = ROOT / "core" / "wrong_for_a_test.py"
    source = "from ..media import movie\n\ndef f():\n    import torch\n    from ..addon import shots\n"
    monkeypatch.setattr(Path, "read_text", lambda _self, **_options: source)
    assert [line.split(" imports ")[1] for line in broken(wrong, ROOMS["core"])] == ["media", "torch", "addon"]

"""The process that runs a verb with a bpy wheel: `python addon/__main__.py VERB scene.blend …`.

Started by path, so the tree is loaded as the package `shotwright` first. stdout is kept aside and
file descriptor 1 pointed at stderr before bpy is imported: Blender and importers print there.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path


def _load_tree() -> None:
    root = Path(__file__).resolve().parents[1]
    if "shotwright" in sys.modules:
        return
    spec = importlib.util.spec_from_file_location(
        "shotwright", root / "__init__.py", submodule_search_locations=[str(root)]
    )
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["shotwright"] = module
    spec.loader.exec_module(module)


def main(arguments: list[str]) -> int:
    """Run one verb and return its exit code."""
    # `python addon/__main__.py` puts addon/ itself first on the path.
    here = str(Path(__file__).resolve().parent)
    sys.path[:] = [entry for entry in sys.path if os.path.realpath(entry or ".") != here]
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    _load_tree()
    import bpy
    import shotwright
    from shotwright.addon import command_line

    shotwright.register()
    try:
        return command_line.run(arguments, out, with_file=True)
    finally:
        out.close()
        # 4.5 never ends when a class or handler is still registered at exit.
        shotwright.unregister()
        bpy.app.handlers.load_post.clear()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

"""The process that runs a verb with a bpy wheel: `python addon/__main__.py VERB scene.blend …`.

Started by path, so the tree is loaded as the package `shotwright` first. stdout is kept aside and
file descriptor 1 pointed at stderr before bpy is imported: Blender and importers print there.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import signal
import sys
import traceback
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
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="backslashreplace")
    os.dup2(2, 1)
    # Ended by a service manager or a farm, it tidies up as after Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    _load_tree()
    import shotwright
    from shotwright.addon import command_line

    shotwright.register()
    try:
        return command_line.run(arguments, out, with_file=True)
    finally:
        with contextlib.suppress(OSError):
            out.close()
        shotwright.unregister()


def _leave(code: int) -> None:
    """End the process without Blender's own clean-up.

    The 4.5 module never ends when something of Python is left in it, such as a driver expression of
    the open file.
    """
    import bpy

    with contextlib.suppress(OSError):
        Path(bpy.app.tempdir).rmdir()  # the session's own, when it is empty
    with contextlib.suppress(OSError):
        sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    try:
        _code = main(sys.argv[1:])
    except BaseException:
        traceback.print_exc()
        _code = 1
    _leave(_code)

"""Load the checkout as the package `shotwright`."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


def load_tree(root: Path = ROOT) -> ModuleType:
    """The root package under the name `shotwright`; its rooms import as `shotwright.core` and so on."""
    if "shotwright" in sys.modules:
        return sys.modules["shotwright"]
    spec = importlib.util.spec_from_file_location(
        "shotwright", root / "__init__.py", submodule_search_locations=[str(root)]
    )
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["shotwright"] = module
    spec.loader.exec_module(module)
    return module

"""Makes the checkout importable as `shotwright`, wherever it lies and whatever its folder is called."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.tree import load_tree

load_tree()

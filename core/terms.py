"""Names, enums and limits that every room shares.

Nothing but the standard library: properties and panels read this while the extension is being
enabled, and enabling must not import pydantic or numpy.
"""

from __future__ import annotations

EXTENSION_ID = "shotwright"
"""The extension's id, the pip package's name and the name of the command."""

# -- shots ----------------------------------------------------------------------------------------

NUMBER_PREFIX = "SH"
NUMBER_STEP = 10
"""Numbers go SH010, SH020, …, so that a shot can be slipped in between."""
NUMBER_DIGITS = 3
NUMBER_PATTERN = r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}"
"""What a shot number may look like; the field uses letters behind the digits too (SH010A)."""

MODES: tuple[tuple[str, str, str], ...] = (("per-shot", "Per Shot", "One request for this shot alone"),)
"""How a shot becomes a clip: (value, label, description). More modes come with the code behind them."""
DEFAULT_MODE = "per-shot"

SOURCES: tuple[tuple[str, str, str], ...] = (
    ("manual", "By Hand", "Added by hand"),
    ("camera", "Camera", "Made from a camera"),
    ("marker", "Marker", "Made from a marker bound to a camera"),
    ("view", "View", "Made from the viewport"),
    ("file", "Shot List", "Read from a shot list file"),
)
"""Where a shot came from: (value, label, description)."""

MAX_FRAMES = 100_000
"""Longest shot, in frames: over an hour at 24 fps, so anything above is a typing error."""
MAX_SIDE = 16_384
"""Longest picture side in pixels: the texture limit OpenGL drivers of the last ten years share."""
MAX_HANDLES = 1_000
"""Longest handle at one end of a shot, in frames."""
MAX_SHOT_LIST_ROWS = 20_000
MAX_SHOT_LIST_BYTES = 16 * 1024 * 1024
"""Limits of a shot list file; the longest features have some 3,000 shots."""

PROJECT_FOLDER = "shotwright"
"""Name of the project folder beside a .blend."""
PROJECT_RECORD = "project.json"

# -- references and takes ---------------------------------------------------------------------------

PASSES: tuple[tuple[str, str, str], ...] = (
    ("clay", "Clay", "Neutral model with one key light"),
    ("depth", "Depth", "Distance to the camera, near is white, one range for the whole shot"),
)
"""The references that can be rendered: (value, label, description)."""

SLUG_LENGTH = 40
"""Longest slug in a file name; keeps paths under Windows' 260 characters."""

# -- exit codes ---------------------------------------------------------------------------------------

EXIT_DONE = 0
EXIT_FAILED = 1
EXIT_BAD_INPUT = 2
EXIT_REFUSED = 3


def values(table: tuple[tuple[str, str, str], ...]) -> tuple[str, ...]:
    """The values of one of the tables above, in order."""
    return tuple(row[0] for row in table)

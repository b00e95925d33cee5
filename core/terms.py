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

# -- what is said to a model ------------------------------------------------------------------------

SECTIONS: tuple[tuple[str, str, str], ...] = (
    ("subject", "Subject", "Who is seen, and the beat they carry"),
    ("location", "Location", "Where it is, and how the place looks"),
    ("action", "Action", "One thing that happens, one movement"),
    ("camera", "Camera", "A brief for the camera; derived from the real one while empty"),
    ("style", "Style", "What this shot has beyond the style of the film"),
    ("constraints", "Constraints", "What must not happen"),
)
"""The sections of a prompt, in the order in which a model reads them: (value, label, description)."""

ASSET_KINDS: tuple[tuple[str, str, str], ...] = (
    ("character", "Character", "Somebody who acts"),
    ("location", "Location", "Where it happens"),
    ("prop", "Prop", "A thing that matters"),
    ("style", "Style", "How pictures look"),
    ("voice", "Voice", "How somebody sounds"),
)
"""What has to look (or sound) the same everywhere: (value, label, description)."""

VARIANT_KINDS: tuple[tuple[str, str, str], ...] = (
    ("wardrobe", "Wardrobe", "What is worn"),
    ("phase", "Phase", "A state: new, broken, wet, years later"),
    ("light", "Light", "A time of day and its light"),
)
"""In what an asset can vary from shot to shot, one choice of each: (value, label, description)."""

SHEETS: tuple[tuple[str, str, str], ...] = (
    ("two-panel", "Two Panels", "Full body and face"),
    ("turnaround", "Turnaround", "Five views at one scale"),
    ("prop", "Prop", "In context, face-on and macro"),
    ("views", "Views", "A place from its four corners"),
)
"""The sheets that can be drawn of an asset: (value, label, description)."""

TAG_PATTERN = r"[a-z][a-z0-9_]{0,31}"
"""What an asset's tag may look like behind its @: what every provider's own tags allow."""
MIN_KELVIN, MAX_KELVIN = 1_500, 15_000
"""White balance that means something: below a candle (1,850 K) and above open shade under a clear sky (12,000 K)."""

# -- references and takes ---------------------------------------------------------------------------

PASSES: tuple[tuple[str, str, str], ...] = (
    ("clay", "Clay", "Neutral model under one key light with its shadow"),
    ("depth", "Depth", "Distance to the camera, near is white, one range for the whole shot"),
    ("pose", "Pose", "The skeletons of the people in the shot, from the joints of their rigs"),
    ("edges", "Edges", "Line art, white on black"),
    ("board", "Board", "Line art over grey tone with the shot's number"),
    ("first", "First Frame", "A still of the first frame"),
    ("last", "Last Frame", "A still of the last frame"),
    ("normal", "Normals", "Which way surfaces face, seen from the camera"),
    ("mask", "Masks", "One flat colour per asset"),
    ("layout", "Layout", "A box around each asset that moves, on white"),
    ("flow", "Flow", "Motion of each point in pixels, as data"),
    ("motion", "Motion", "A movie from elsewhere, brought to the shot's range, rate and size"),
)
"""The references that can be rendered: (value, label, description)."""
DEFAULT_PASSES = ("clay", "depth", "pose", "edges", "board", "first", "last")
"""What is rendered when nothing else is asked for; `motion` too where a shot has a flipbook."""

FLIPBOOK_FITS: tuple[tuple[str, str, str], ...] = (
    ("pad", "Pad", "All of it is shown, with black beside it"),
    ("crop", "Crop", "It fills the picture, and what is over is cropped"),
)
"""What is done with a flipbook of another shape than the camera's picture: (value, label, description)."""

PICTURES: tuple[tuple[str, str, str], ...] = (
    ("clay", "Clay", "The clay reference"),
    ("board", "Board", "The storyboard panels"),
    ("two-up", "Two-Up", "Clay on the left and the board on the right, both whole"),
)
"""What an animatic shows under its slate: (value, label, description)."""
DEFAULT_PICTURE = "clay"

STILLS: tuple[tuple[str, str, str], ...] = (
    ("clay", "Clay", "As the clay reference"),
    ("board", "Board", "Line art over tone, as a storyboard panel without its number"),
)
"""What a shot's first and last frame show, which a model starts and ends with: (value, label, description)."""
DEFAULT_STILLS = "clay"

REFERENCE_STATES: tuple[tuple[str, str, str], ...] = (
    ("waiting", "Waiting", "Its turn has not come"),
    ("running", "Rendering", "It is being checked or drawn"),
    ("done", "Rendered", "Drawn just now"),
    ("fresh", "Up to Date", "Nothing had changed since it was drawn"),
    ("skipped", "Skipped", "Something about the shot has to change first"),
    ("failed", "Failed", "Something broke"),
    ("stopped", "Stopped", "Cancelled before it was done"),
)
"""How a shot's references are doing in the background: (value, label, description)."""

RENDER_STATES: tuple[tuple[str, str, str], ...] = (
    ("idle", "Idle", "Nothing renders"),
    ("running", "Rendering", "A background Blender renders references"),
    ("stopping", "Stopping", "It was asked to stop"),
)

SLUG_LENGTH = 40
"""Longest slug in a file name; keeps paths under Windows' 260 characters."""

# -- exit codes ---------------------------------------------------------------------------------------

EXIT_DONE = 0
EXIT_FAILED = 1
EXIT_BAD_INPUT = 2
EXIT_REFUSED = 3
EXIT_STOPPED = EXIT_FAILED
"""Asked to stop: what was asked for is not done."""


def values(table: tuple[tuple[str, str, str], ...]) -> tuple[str, ...]:
    """The values of one of the tables above, in order."""
    return tuple(row[0] for row in table)

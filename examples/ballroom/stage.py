"""Where things are: the room's measures, the marks on its floor, and the shots on the timeline.

Metres, floor at z = 0, north is +Y. The windows are in the east, the double doors in the north. Headings are
degrees around Z: 0 looks south (-Y), 90 east, 180 north.
"""

from __future__ import annotations

from dataclasses import dataclass

from mathutils import Vector

HALF_WIDTH, HALF_LENGTH, HEIGHT = 9.0, 15.0, 8.4
WALL = 0.45
BAYS = 7
BAY = 2 * HALF_LENGTH / BAYS
WINDOW_WIDTH, WINDOW_SILL, WINDOW_SPRING = 2.5, 0.5, 5.1
DOOR_WIDTH, DOOR_HEIGHT = 2.5, 3.7
GALLERY_EDGE, GALLERY_FLOOR = 12.7, 4.5

TO_SUN = Vector((0.80, -0.44, 0.36)).normalized()

MOP_MARK = Vector((0.9, 0.2, 0.0))
"""Where Lou mops, in the first shot and again in the last."""
TABLE_MARK = Vector((-2.0, 6.1, 0.0))
"""The record player's table."""
TABLE_TOP = 0.78
DANCE_MARK = Vector((2.0, 4.0, 0.0))
"""Where the dance ends, he freezes, and they meet."""
DOOR_MARK = Vector((0.72, 14.6, 0.0))
"""Where she stands in the doorway."""


@dataclass(frozen=True)
class Range:
    """A shot's place on the timeline, both ends included."""

    number: str
    name: str
    start: int
    end: int

    @property
    def frames(self) -> int:
        """How long it is."""
        return self.end - self.start + 1


def _ranges() -> dict[str, Range]:
    lengths = (
        ("SH010", "Establishing", 96),
        ("SH020", "Record", 84),
        ("SH030", "Feet", 72),
        ("SH040", "Dance", 96),
        ("SH050", "Push-in", 80),
        ("SH060", "Two-shot", 96),
        ("SH070", "Pan to the door", 96),
        ("SH080", "Crane", 480),
    )
    ranges: dict[str, Range] = {}
    start = 1
    for number, name, frames in lengths:
        ranges[number] = Range(number, name, start, start + frames - 1)
        start += frames
    return ranges


SHOTS = _ranges()
FIRST, LAST = SHOTS["SH010"].start, SHOTS["SH080"].end
REPRISE = LAST - SHOTS["SH010"].end
"""The last four seconds repeat the first four, this many frames later."""

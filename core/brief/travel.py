"""What a camera's way through the world is called: dolly, truck, pedestal, crane, arc, push-in, pull-out, follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from .draft import Direction, Draft, joined, moving
from .path import Path, heading
from .record import MoveKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["travels"]

_LEAST = 0.02
"""Of the distance to the subject: a shorter way changes the picture by less than is seen."""
_STEADY = 2e-4
"""Metres a second; below is rounding of the file's numbers."""
_STRAIGHT = 0.15
"""Deviation from a straight way over its length; an arc of 60 degrees has as much."""
_SHORTEST = 0.4
"""Seconds; a way is not cut into shorter pieces."""
_PARTS = 3
"""Times that a way is halved at most."""
_ALONG = 25.0
"""Degrees between way and view within which a camera goes straight in or out."""
_SHARE = 0.3
"""Part of a way from which its vertical, sideward or forward component is a move."""
_TILTS = 3.0
"""Degrees of tilt that make a crane of a pedestal, and of a push-in that rises."""
_OVER = 30.0
"""Degrees of tilt that it takes to go over something rather than up beside it."""
_ARC = 12.0
"""Degrees around something that are seen as an arc; fewer are as good as straight."""

_IN: tuple[MoveKind, Direction] = ("push-in", "in")
_OUT: tuple[MoveKind, Direction] = ("pull-out", "out")


@dataclass(frozen=True)
class _Way:
    """A stretch of the path."""

    path: Path
    first: int
    last: int
    least: float
    """Metres that count."""

    @property
    def part(self) -> slice:
        return slice(self.first, self.last + 1)

    @property
    def places(self) -> Floats:
        return self.path.place[self.part]

    @property
    def chord(self) -> Floats:
        return self.places[-1] - self.places[0]

    @property
    def goal(self) -> Floats | None:
        """Where the subject is meanwhile."""
        return None if self.path.subject is None else self.path.subject[self.part]

    @property
    def watched(self) -> bool:
        """Whether the subject is in the picture for most of it."""
        return self.path.subject is not None and float(self.path.inside[self.part].mean()) >= 0.6

    def mean(self, values: Floats) -> float:
        return float(values[self.part].mean())


def travels(path: Path, shake: float) -> list[Draft]:
    """The moves that are ways, in order of time. `shake` in metres, of a hand, is not one of them."""
    import numpy as np

    if len(path.seconds) < 2:
        return []
    speed = np.linalg.norm(np.diff(path.place, axis=0), axis=-1) / path.step
    least = max(1e-3, _LEAST * float(np.median(path.away)), 4 * shake)
    noise = max(_STEADY, 1e-6 * float(np.max(np.abs(path.place))) / path.step, 2 * shake)
    drafts: list[Draft] = []
    for first, last in moving(speed, path.step, noise):
        drafts += _cut(_Way(path, first, last, least), _PARTS)
    return [each for each in joined(drafts, path.step) if each.amount > 0]


def _cut(way: _Way, parts: int) -> list[Draft]:
    """One stretch, or the pieces that it bends into."""
    import numpy as np

    places, chord = way.places, way.chord
    if float(np.max(np.linalg.norm(places - places[0], axis=-1))) < way.least:
        return []
    found = _follow(way) or _arc(way) or _over(way)
    if found:
        return found
    size = float(np.linalg.norm(chord))
    off = places - places[0]
    along = off @ chord / max(size, 1e-9)
    aside = np.linalg.norm(off - np.outer(along / max(size, 1e-9), chord), axis=-1)
    # A way that goes back on itself leaves its chord lengthwise.
    beyond = np.maximum(np.maximum(-along, along - size), aside)
    far = int(np.argmax(beyond if size > way.least else np.linalg.norm(off, axis=-1)))
    straight = size > way.least and float(beyond[far]) <= max(_STRAIGHT * size, 0.5 * way.least)
    room = round(_SHORTEST / way.path.step)
    if straight or parts == 0 or not room <= far <= len(places) - 1 - room:
        return _straight(way) if size >= way.least else []
    middle = way.first + far
    return [
        *_cut(_Way(way.path, way.first, middle, way.least), parts - 1),
        *_cut(_Way(way.path, middle, way.last, way.least), parts - 1),
    ]


def _course(way: _Way) -> Floats:
    """Metres gone."""
    import numpy as np

    steps = np.linalg.norm(np.diff(way.places, axis=0), axis=-1)
    return np.concatenate([[0.0], np.cumsum(steps)])


def _draft(way: _Way, kind: MoveKind, direction: Direction, amount: float, effect: float) -> Draft:
    return Draft(kind, direction, amount, "m", way.first, way.last, effect, _course(way))


def _rise(way: _Way, kind: Literal["crane", "pedestal"], rise: float) -> Draft:
    return _draft(way, kind, "up" if rise > 0 else "down", abs(rise), abs(rise) / way.mean(way.path.across))


# -- beside a subject that goes somewhere -----------------------------------------------------------


def _follow(way: _Way) -> list[Draft]:
    """The subject goes, and the camera goes with it."""
    import numpy as np

    goal = way.goal
    if goal is None or not way.watched:
        return []
    gone, chord = goal[-1] - goal[0], way.chord
    size, away = float(np.linalg.norm(gone)), way.mean(way.path.away)
    apart = way.places - goal
    if size < max(0.1 * away, 2 * way.least) or float(np.linalg.norm(chord - gone)) > 0.6 * size:
        return []
    # Along the way too, it stays where it is from the subject.
    steady = apart - np.linspace(0, 1, len(apart))[:, None] * (apart[-1] - apart[0])
    if float(np.max(np.linalg.norm(steady - steady[0], axis=-1))) > max(0.35 * away, way.least):
        return []
    draft = _draft(way, "follow", _bearing(way, chord), float(np.linalg.norm(chord)), size / way.mean(way.path.across))
    draft.subject = True
    near = np.linalg.norm(apart, axis=-1)
    found = [draft, *_nearer(way, float(near[0]), float(near[-1]), 0.8)]
    rise = float(chord[2] - gone[2])
    if abs(rise) >= max(0.15 * away, way.least):
        found.append(_rise(way, "crane", rise))
    return found


def _nearer(way: _Way, before: float, after: float, least: float) -> list[Draft]:
    """A push-in or pull-out that goes with another move, where the distance changes by as much."""
    import numpy as np

    before, after = max(before, 1e-3), max(after, 1e-3)
    if min(before, after) / max(before, after) > least or abs(before - after) < way.least:
        return []
    amount, effect = abs(before - after), abs(float(np.log(before / after)))
    draft = _draft(way, *(_IN if after < before else _OUT), amount, effect)
    draft.subject = True
    return [draft]


def _bearing(way: _Way, chord: Floats) -> Direction:
    """Which way a camera goes, seen from itself."""
    import numpy as np

    if abs(float(chord[2])) > float(np.hypot(chord[0], chord[1])):
        return "up" if chord[2] > 0 else "down"
    ahead, aside = _split(way, chord)
    if abs(ahead) >= abs(aside):
        return "forward" if ahead > 0 else "back"
    return "right" if aside > 0 else "left"


def _split(way: _Way, chord: Floats) -> tuple[float, float]:
    """Metres forward and to the right, on the ground, by where the camera looks in the middle of the way."""
    import numpy as np

    _, up, forward = way.path.axes[way.part].mean(axis=0)
    # Where the camera looks down or up, the picture's own up and down lead forward.
    ahead = (forward if abs(forward[2]) < 0.98 * np.linalg.norm(forward) else -np.sign(forward[2]) * up)[:2]
    ahead = ahead / max(float(np.linalg.norm(ahead)), 1e-9)
    return float(chord[:2] @ ahead), float(chord[0] * ahead[1] - chord[1] * ahead[0])


# -- around something -------------------------------------------------------------------------------


def _arc(way: _Way) -> list[Draft]:
    """A way around the subject, or around the point that the camera keeps looking at."""
    if way.path.steep:
        return []
    about = _arc_about(way, way.goal, True) if way.watched else []
    if len(about) == 1:
        return about
    # Around two people, say, of whom the subject is one: not nearer to it, but around what is between them.
    other = _arc_about(way, _pivot(way), False)
    return other if other and (not about or len(other) < len(about)) else about


def _arc_about(way: _Way, goal: Floats | None, subject: bool) -> list[Draft]:
    import numpy as np

    if goal is None:
        return []
    apart = way.places - goal
    flat = np.hypot(apart[:, 0], apart[:, 1])
    if float(np.min(flat)) < 1e-3 or float(np.linalg.norm(goal[-1] - goal[0])) > 0.5 * float(np.linalg.norm(way.chord)):
        return []
    # Anticlockwise seen from above, as mathematics counts: a camera that goes to its right.
    angle = np.unwrap(np.arctan2(apart[:, 1], apart[:, 0]))
    turned = float(angle[-1] - angle[0])
    # Around a point that is not the subject there is nothing to come nearer to.
    if not subject and abs(float(flat[-1] - flat[0])) > 0.1 * float(np.mean(flat)):
        return []
    round_ = abs(turned) > 0.85 * float(np.sum(np.abs(np.diff(angle))))
    if abs(np.degrees(turned)) < _ARC or not round_ or not _bends(apart, turned):
        return []
    share = (angle - angle[0]) / turned
    even = flat - (flat[0] + share * (flat[-1] - flat[0]))
    kept = heading(-apart, np.eye(3))[:, 0] - way.path.turns[way.part, 0]
    kept = np.degrees(np.unwrap(np.radians(kept)))
    strays = abs(float(kept[-1] - kept[0])) > 0.35 * way.mean(way.path.field)
    if strays or float(np.max(np.abs(even))) > 0.2 * float(np.mean(flat)):
        return []
    draft = Draft(
        "arc",
        "right" if turned > 0 else "left",
        abs(float(np.degrees(turned))),
        "deg",
        way.first,
        way.last,
        abs(turned) * float(np.mean(flat)) / way.mean(way.path.across),
        np.abs(angle - angle[0]),
        subject,
        {"pan"} if subject else set(),
    )
    found = [draft, *(_nearer(way, float(flat[0]), float(flat[-1]), 0.9) if subject else [])]
    rise = float(way.chord[2])
    if abs(rise) >= max(0.15 * float(np.mean(flat)), way.least):
        found.append(_rise(way, "crane", rise))
    return found


def _over(way: _Way) -> list[Draft]:
    """Up and over the subject, or down again, always as far from it: an arm that swings, and one crane."""
    import numpy as np

    if not way.watched or way.goal is None:
        return []
    apart = np.linalg.norm(way.places - way.goal, axis=-1)
    rise, gone = float(way.chord[2]), float(np.linalg.norm(way.chord))
    pitch = way.path.turns[way.part, 1]
    tilted = abs(float(pitch[-1] - pitch[0])) >= _OVER
    if not tilted or abs(rise) < _SHARE * gone or float(np.max(apart)) > 1.2 * float(np.min(apart)):
        return []
    return [_rise(way, "crane", rise)]


def _bends(apart: Floats, turned: float) -> bool:
    """Whether the way bulges away from its middle, as a circle does: at least 0.4 of a circle's own sagitta."""
    import numpy as np

    if abs(turned) > 2.6:
        return True
    flat = apart[:, :2]
    chord = flat[-1] - flat[0]
    size = float(np.linalg.norm(chord))
    normal = np.array([chord[1], -chord[0]]) / max(size, 1e-9) * np.sign(turned)
    bulge = float(np.max((flat - flat[0]) @ normal))
    return bulge >= 0.4 * size * np.tan(abs(turned) / 4) / 2


def _pivot(way: _Way) -> Floats | None:
    """The point on the ground plane that the camera keeps looking at, one for each sample of the way; None where
    there is none. Least squares of its distances from the lines of sight."""
    import numpy as np

    yaw = np.radians(way.path.turns[way.part, 0])
    if float(np.ptp(yaw)) < np.radians(_ARC):
        return None
    ways: Floats = np.stack([np.sin(yaw), np.cos(yaw)], axis=-1)
    across = np.eye(2) - np.einsum("ni,nj->nij", ways, ways)
    places = way.places[:, :2]
    known: Floats = np.einsum("nij,nj->i", across, places)
    point: Floats = np.asarray(np.linalg.pinv(across.sum(axis=0)) @ known, float)
    to: Floats = point - places
    ahead: Floats = np.einsum("ni,ni->n", to, ways)
    missed: Floats = np.einsum("nij,nj->ni", across, to)
    if float(ahead.min()) <= 0 or float(np.abs(missed).max()) > 0.1 * float(ahead.mean()):
        return None
    return np.tile([*point, 0.0], (len(places), 1))


# -- straight on ------------------------------------------------------------------------------------


def _straight(way: _Way) -> list[Draft]:
    import numpy as np

    chord = way.chord
    size = float(np.linalg.norm(chord))
    view = way.path.axes[way.part, 2].mean(axis=0)
    view /= max(float(np.linalg.norm(view)), 1e-9)
    along = float(np.degrees(np.arccos(np.clip(abs(float(chord @ view)) / size, 0, 1))))
    rise, (ahead, aside) = float(chord[2]), _split(way, chord)
    pitch = way.path.turns[way.part, 1]
    tilts = abs(float(pitch[-1] - pitch[0])) >= _TILTS
    # Up or down the picture: what a level camera passes over on its way in is a rise of its own.
    lift = abs(float(chord @ way.path.axes[way.part, 1].mean(axis=0)))
    if along <= _ALONG and lift < _SHARE * size and not (tilts and abs(rise) >= _SHARE * size):
        return [_in_or_out(way, size if chord @ view > 0 else -size)]
    found: list[Draft] = []
    flat = float(np.hypot(ahead, aside))
    least = max(_SHARE * size, way.least)
    if abs(rise) >= least:
        level = flat < 0.1 * size and abs(float(np.mean(pitch))) <= 20 and not tilts
        kind: Literal["pedestal", "crane"] = "pedestal" if level else "crane"
        found.append(_rise(way, kind, rise))
    if abs(aside) >= least:
        effect = abs(aside) / way.mean(way.path.across)
        found.append(_draft(way, "truck", "right" if aside > 0 else "left", abs(aside), effect))
    if abs(ahead) >= least:
        found.append(_in_or_out(way, ahead))
    return found


def _in_or_out(way: _Way, ahead: float) -> Draft:
    """Forward or back by as many metres: a push-in or pull-out where the subject is what comes nearer, else a dolly."""
    import numpy as np

    goal = way.goal
    effect = abs(ahead) / way.mean(way.path.away)
    if goal is not None and way.watched:
        far = np.maximum(np.linalg.norm(goal - way.places, axis=-1), 1e-3)
        nearer = float(far[0] - far[-1])
        # Half of the way at least has to bring it nearer, or the camera passes it by.
        if nearer * np.sign(ahead) >= 0.5 * abs(ahead):
            effect = abs(float(np.log(far[0] / far[-1])))
            draft = _draft(way, *(_IN if ahead > 0 else _OUT), abs(ahead), effect)
            draft.subject = True
            return draft
    return _draft(way, "dolly", "forward" if ahead > 0 else "back", abs(ahead), effect)

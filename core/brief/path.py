"""The camera's path as curves over time: place, turns, lens and subject, without the shake of a hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .figure import eyes, middle
from .numbers import finite
from .picture import Eye
from .track import Body, CameraTrack, Subject, Vector

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Path", "Shake", "heading", "path_of", "steadied"]

_STEEP = 80.0
"""Degrees of pitch from which a heading says nothing any more."""
_NO_SUBJECT = 5.0
"""Metres to what is looked at when nothing tells: a small room."""
_NO_FIELD = 40.0
"""Degrees across that an orthographic camera or a panorama turns by are measured with."""
_SHAKE_WINDOW = 2.4
"""Seconds: what goes back and forth faster is shake (a held camera trembles at about 4 per second, Japanese Journal of
Ergonomics 31/6, 1995; a walker's steps come at 2, and who stands sways at less than 1), what is slower is meant."""
_SHAKE_LEAST = 0.001
"""Of the picture's width (rms): less is under two pixels of an HD picture, and nobody sees it."""
_SHAKE_MOST = 0.06
"""Of the picture's width (rms): more is no shake but pans and tilts."""
_SHAKE_RATE = 0.8
"""Changes of side a second; one corner of a path has two or three in all."""
_STEADY = 0.4
"""Seconds: the deviation of the Gaussian that takes shake out of a path."""


@dataclass(frozen=True)
class Path:
    """Curves of n samples at even times."""

    frames: Floats
    seconds: Floats
    place: Floats
    """(n, 3), metres."""
    turns: Floats
    """(n, 3), degrees: to the right, up, clockwise; of the whole path continuous."""
    level: Floats
    """(3, 3), rows: to the right, forward and up of the frame that the turns are told in; the world's own unless the
    camera looks steeply down or up."""
    zoom: Floats
    """Natural logarithm of focal length over sensor width; of an orthographic camera, of 1 over its width; 0 of a
    panorama."""
    lens: Floats
    field: Floats
    """Degrees across the picture."""
    axes: Floats
    """(n, 3, 3), rows: the camera's right, up and forward in the world."""
    subject: Floats | None
    """(n, 3), the middle of what the shot is about; None without."""
    face: Floats | None
    """(n, 3), its eyes; None without."""
    inside: NDArray[np.bool_]
    """At which of them the subject is in the picture, or almost."""
    away: Floats
    """Metres to the subject, else to the nearest thing, else 5."""
    across: Floats
    """Metres that the picture shows at that distance."""
    steep: bool
    """Whether the camera looks steeply down or up at some time."""
    perspective: bool

    @property
    def step(self) -> float:
        """Seconds from one to the next."""
        return float(self.seconds[1] - self.seconds[0]) if len(self.seconds) > 1 else 1.0


@dataclass(frozen=True)
class Shake:
    """A hand's shake (rms)."""

    degrees: float
    """Of its turns."""
    metres: float
    picture: float
    """Degrees by which the picture shakes, for both."""


def path_of(track: CameraTrack, eyes_: Sequence[Eye], subject: Subject | None) -> Path:
    """The curves of a shot, brought to even times where the samples are not."""
    import numpy as np

    frames = np.array([eye.frame for eye in eyes_], float)
    place = np.array([eye.place for eye in eyes_], float)
    axes = np.array([(eye.right, eye.up, eye.forward) for eye in eyes_], float)
    steep = bool(np.max(np.abs(np.degrees(np.arcsin(np.clip(axes[:, 2, 2], -1, 1))))) > _STEEP)
    level = _level(axes, steep)
    middles, faces = _anchors(track, eyes_, subject)
    away = _away(eyes_, place, middles)
    across = np.array([_across(eye, float(far)) for eye, far in zip(eyes_, away, strict=True)])
    widths = [_width(eye) for eye in eyes_]
    path = Path(
        frames=frames,
        seconds=(frames - frames[0]) / float(track.fps.fraction),
        place=place,
        turns=_turns(axes, level),
        level=level,
        zoom=-np.log(np.array(widths, float)),
        lens=np.array([eye.lens for eye in eyes_], float),
        field=np.array([_field(eye) for eye in eyes_]),
        axes=axes,
        subject=middles,
        face=faces,
        inside=np.array([_in_picture(eye, middles, faces, i) for i, eye in enumerate(eyes_)], bool),
        away=away,
        across=across,
        steep=steep,
        perspective=track.projection == "perspective",
    )
    return _even(path)


def heading(ways: Floats, level: Floats) -> Floats:
    """Degrees to the right of forward, and up, (n, 2), of directions (n, 3)."""
    import numpy as np

    local = ways @ level.T
    flat = np.hypot(local[:, 0], local[:, 1])
    return np.degrees(np.stack([np.arctan2(local[:, 0], local[:, 1]), np.arctan2(local[:, 2], flat)], axis=-1))


def _level(axes: Floats, steep: bool) -> Floats:
    import numpy as np

    if not steep:
        return np.eye(3)
    right, up, forward = axes[len(axes) // 2]
    return np.array([right, forward, up])


def _turns(axes: Floats, level: Floats) -> Floats:
    """Heading, pitch and roll in a level frame, unwrapped."""
    import numpy as np

    forward, right = axes[:, 2] @ level.T, axes[:, 0] @ level.T
    yaw = np.arctan2(forward[:, 0], forward[:, 1])
    pitch = np.arcsin(np.clip(forward[:, 2], -1, 1))
    flat: Floats = np.stack([np.cos(yaw), -np.sin(yaw), np.zeros_like(yaw)], axis=-1)
    over = np.cross(flat, forward)
    roll = np.arctan2(-np.sum(right * over, axis=-1), np.sum(right * flat, axis=-1))
    return np.degrees(np.unwrap(np.stack([yaw, pitch, roll], axis=-1), axis=0))


def _field(eye: Eye) -> float:
    if eye.projection != "perspective":
        return _NO_FIELD
    return math.degrees(2 * math.atan(eye.sensor[0] / (2 * eye.lens)))


def _width(eye: Eye) -> float:
    """What zooming changes."""
    if eye.projection == "panoramic":
        return 1.0
    return eye.sensor[0] / eye.lens if eye.projection == "perspective" else eye.width


def _across(eye: Eye, away: float) -> float:
    return 2 * away * math.tan(math.radians(_NO_FIELD / 2)) if eye.projection == "panoramic" else eye.metres(away)[0]


def _anchors(track: CameraTrack, eyes_: Sequence[Eye], subject: Subject | None) -> tuple[Floats | None, Floats | None]:
    """The subject's middle and eyes at each sample; where it is hidden, what lies between."""
    if subject is None:
        return None, None
    places = {id(sample): place for place, sample in enumerate(track.samples)}
    middles: list[Vector | None] = []
    faces: list[Vector | None] = []
    before: Body | None = None
    for eye in eyes_:
        place = places.get(id(eye.sample))
        body = subject.bodies[place] if place is not None and place < len(subject.bodies) else None
        same = body is before and bool(middles)
        middles.append(middles[-1] if same else middle(body) if body else None)
        faces.append(faces[-1] if same else eyes(body, subject.kind == "character") if body else None)
        before = body
    return _filled(middles), _filled(faces)


def _filled(points: Sequence[Vector | None]) -> Floats | None:
    import numpy as np

    known = [(index, point) for index, point in enumerate(points) if point is not None and finite(point)]
    if not known:
        return None
    at = np.arange(len(points))
    columns = zip(*(point for _, point in known), strict=True)
    return np.stack([np.interp(at, [index for index, _ in known], list(column)) for column in columns], axis=-1)


def _away(eyes_: Sequence[Eye], place: Floats, middles: Floats | None) -> Floats:
    import numpy as np

    if middles is not None:
        return np.maximum(np.linalg.norm(middles - place, axis=-1), 1e-3)
    near = [eye.sample.nearest for eye in eyes_ if eye.sample.nearest and math.isfinite(eye.sample.nearest)]
    return np.full(len(place), max(float(np.median(near)), 1e-3) if near else _NO_SUBJECT)


def _in_picture(eye: Eye, middles: Floats | None, faces: Floats | None, index: int) -> bool:
    for points in (middles, faces):
        if points is not None:
            x, y, z = (float(value) for value in points[index])
            where = eye.seen((x, y, z))
            if where and all(-0.1 <= part <= 1.1 for part in where):
                return True
    return False


def _even(path: Path) -> Path:
    """At even times: all that is measured per second depends on it."""
    import numpy as np

    steps = np.diff(path.seconds)
    if len(steps) < 2 or np.allclose(steps, steps[0], rtol=1e-3):
        return path
    count = min(len(path.seconds) * 2, max(len(path.seconds), round(path.seconds[-1] / float(np.median(steps))) + 1))
    seconds: Floats = np.linspace(0.0, float(path.seconds[-1]), count)

    def spread(values: Floats) -> Floats:
        flat = values.reshape(len(values), -1)
        columns = [np.interp(seconds, path.seconds, flat[:, column]) for column in range(flat.shape[1])]
        return np.stack(columns, axis=-1).reshape(count, *values.shape[1:])

    return replace(
        path,
        frames=spread(path.frames),
        seconds=seconds,
        place=spread(path.place),
        turns=spread(path.turns),
        zoom=spread(path.zoom),
        lens=spread(path.lens),
        field=spread(path.field),
        axes=spread(path.axes),
        subject=None if path.subject is None else spread(path.subject),
        face=None if path.face is None else spread(path.face),
        inside=spread(path.inside.astype(float)) > 0.5,
        away=spread(path.away),
        across=spread(path.across),
    )


def steadied(path: Path) -> tuple[Path, Shake | None]:
    """The path without shake, and the shake; the same path and None when a tripod or a dolly carried it.

    Shake is what remains when a parabola is fitted around each moment (Savitzky and Golay, 1964): large enough to be
    seen, going from side to side, through most of the shot.
    """
    import numpy as np

    count = len(path.seconds)
    window = min(round(_SHAKE_WINDOW / path.step) // 2 * 2 + 1, (count - 1) // 2 * 2 - 1)
    if window < 5 or path.step > 0.17:
        return path, None
    turned, moved = path.turns - _fitted(path.turns, window), path.place - _fitted(path.place, window)
    aside: Floats = np.einsum("nij,nj->ni", path.axes[:, :2], moved) / path.across[:, None]
    seen: Floats = turned[:, :2] / path.field[:, None] + aside
    if not _shaken(seen, path.seconds[-1]):
        return path, None
    shake = Shake(_rms(turned), _rms(moved), _rms(seen * path.field[:, None]))
    sigma = _STEADY / path.step
    return replace(path, turns=_smoothed(path.turns, sigma), place=_smoothed(path.place, sigma)), shake


def _shaken(seen: Floats, seconds: float) -> bool:
    import numpy as np

    size = _rms(seen)
    if not _SHAKE_LEAST <= size <= _SHAKE_MOST:
        return False
    parts: list[Floats] = np.array_split(seen, 6)
    often = sum(_rms(part) > 0.4 * size for part in parts)
    main: Floats = seen[:, int(np.argmax(np.std(seen, axis=0)))]
    beyond = np.sign(main[np.abs(main) > 0.3 * np.std(main)])
    sides = int(np.count_nonzero(np.diff(beyond)))
    return often >= 5 and sides >= max(4, _SHAKE_RATE * seconds)


def _rms(vectors: Floats) -> float:
    """Root of the mean square length."""
    return float((vectors**2).sum(axis=-1).mean()) ** 0.5


def _padded(curve: Floats, pad: int) -> Floats:
    """Continued beyond both ends by turning it about them, so that a steady motion stays one."""
    import numpy as np

    pad = min(pad, len(curve) - 1)
    before, after = 2 * curve[:1] - curve[pad:0:-1], 2 * curve[-1:] - curve[-2 : -pad - 2 : -1]
    return np.concatenate([before, curve, after])


def _filtered(curve: Floats, kernel: Floats) -> Floats:
    import numpy as np

    pad = min(len(kernel) // 2, len(curve) - 1)
    kernel = kernel[len(kernel) // 2 - pad : len(kernel) // 2 + pad + 1]
    kernel = kernel / kernel.sum()
    wide = _padded(curve, pad)
    around = np.lib.stride_tricks.sliding_window_view(wide, 2 * pad + 1, axis=0)
    filtered: Floats = np.einsum("nak,k->na", around, kernel)
    return filtered


def _fitted(curve: Floats, window: int) -> Floats:
    import numpy as np

    at = np.arange(window) - window // 2
    # The weights with which a least squares parabola takes its value in the middle.
    fit = np.linalg.pinv(np.stack([np.ones(window), at, at**2], axis=-1).astype(float))
    return _filtered(curve, fit[0])


def _smoothed(curve: Floats, sigma: float) -> Floats:
    import numpy as np

    reach = max(1, math.ceil(3 * sigma))
    return _filtered(curve, np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2))

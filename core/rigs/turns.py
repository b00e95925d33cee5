"""Rotations as arrays: frames from directions, quaternions, what lies between. No Blender here."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["axis_turn", "between", "dot", "frame", "matrices", "quaternions", "shortest", "slerp", "unit"]


def unit(vectors: Floats) -> Floats:
    """Of length 1; zero stays zero."""
    import numpy as np

    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 1e-12)


def dot(one: Floats, other: Floats) -> Floats:
    """Scalar products along the last axis."""
    import numpy as np

    return np.einsum("...i,...i->...", one, other)


def frame(primary: Floats, secondary: Floats) -> Floats:
    """Orthonormal frames, (…, 3, 3): first column along `primary`, second as near to `secondary` as that allows.

    Where the two are parallel the second is any direction across the first.
    """
    import numpy as np

    first = unit(primary)
    second = secondary - first * dot(first, secondary)[..., None]
    least = np.eye(3)[np.argmin(np.abs(first), axis=-1)]
    other = least - first * dot(first, least)[..., None]
    flat = np.linalg.norm(second, axis=-1, keepdims=True) < 1e-6
    second = unit(np.where(flat, other, second))
    return np.stack([first, second, np.cross(first, second)], axis=-1)


def axis_turn(axis: Floats, angle: Floats) -> Floats:
    """Rotation matrices about unit axes by radians (Rodrigues)."""
    import numpy as np

    x, y, z = np.moveaxis(np.asarray(axis, float), -1, 0)
    zero = np.zeros_like(x)
    cross = np.stack([zero, -z, y, z, zero, -x, -y, x, zero], -1).reshape(*x.shape, 3, 3)
    sine, cosine = np.sin(angle)[..., None, None], np.cos(angle)[..., None, None]
    return np.eye(3) + sine * cross + (1 - cosine) * (cross @ cross)


def shortest(start: Floats, end: Floats) -> Floats:
    """The smallest rotations that take unit vectors to others; any half turn where they are opposite."""
    import numpy as np

    start, end = np.broadcast_arrays(start, end)
    across = np.cross(start, end)
    sine = np.linalg.norm(across, axis=-1)
    angle = np.arctan2(sine, dot(start, end))
    side = frame(start, np.zeros_like(start))[..., 1]
    axis = np.where((sine > 1e-9)[..., None], unit(across), side)
    return axis_turn(axis, angle)


def quaternions(turns: Floats) -> Floats:
    """Unit quaternions (w, x, y, z) of rotation matrices.

    The largest of four candidates (Shepperd, 1978): stable for every rotation.
    """
    import numpy as np

    m = turns
    trace = m[..., 0, 0] + m[..., 1, 1] + m[..., 2, 2]
    squares = np.stack([trace, m[..., 0, 0], m[..., 1, 1], m[..., 2, 2]], -1)
    best = np.argmax(squares, axis=-1)
    a, b, c = m[..., 2, 1] - m[..., 1, 2], m[..., 0, 2] - m[..., 2, 0], m[..., 1, 0] - m[..., 0, 1]
    d, e, f = m[..., 1, 0] + m[..., 0, 1], m[..., 0, 2] + m[..., 2, 0], m[..., 2, 1] + m[..., 1, 2]
    x, y, z = (1 - trace + 2 * m[..., i, i] for i in range(3))
    table = np.stack(
        [np.stack(row, -1) for row in ((1 + trace, a, b, c), (a, x, d, e), (b, d, y, f), (c, e, f, z))], -2
    )
    return unit(np.take_along_axis(table, best[..., None, None], axis=-2)[..., 0, :])


def matrices(quaternion: Floats) -> Floats:
    """Rotation matrices of unit quaternions."""
    import numpy as np

    w, x, y, z = np.moveaxis(quaternion, -1, 0)
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    return np.stack([np.stack(row, -1) for row in rows], -2)


def slerp(one: Floats, other: Floats, share: Floats) -> Floats:
    """Quaternions `share` of the way from one to the other, the short way round (Shoemake, 1985)."""
    import numpy as np

    cosine = dot(one, other)
    other = np.where((cosine < 0)[..., None], -other, other)
    angle = np.arccos(np.clip(np.abs(cosine), 0, 1))
    near = angle < 1e-4
    sine = np.where(near, 1.0, np.sin(angle))
    first = np.where(near, 1 - share, np.sin((1 - share) * angle) / sine)
    second = np.where(near, share, np.sin(share * angle) / sine)
    return unit(first[..., None] * one + second[..., None] * other)


def between(one: Floats, other: Floats, share: float) -> Floats:
    """Rotation matrices `share` of the way from one to the other."""
    import numpy as np

    found = slerp(quaternions(one), quaternions(other), np.full(one.shape[:-2], share))
    return matrices(found)

"""The rules of `shaders.py` in numpy, for pictures whose depth, normals and light come from Cycles.

Change both together: `tests/blender/test_fallback.py` holds them against each other.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .exr import Passes
from .light import Look

__all__ = ["Reach", "encoded", "finished", "lines", "lit"]

_Floats = NDArray[np.float32]
_Ints = NDArray[np.int64]
Reach = tuple[float, float, bool]
"""Pixels across and up that a metre takes at one metre's distance; True where that shrinks with distance."""


def lit(seen: Passes, body: Passes, look: Look, base: _Floats, reach: Reach) -> _Floats:
    """Clay under the key light, display-referred, (h, w, 3); on the background the shadows of the ground."""
    facing = np.clip(seen.normal @ look.key.astype(np.float32), 0.0, 1.0)
    # What has no matt part is lit as if nothing stood before it.
    lit = np.where(seen.matt, np.clip(seen.light, 0.0, 1.0), facing)
    radius, strength, below, above = look.ambient
    openness = _openness(seen, body, radius, strength, reach)
    ambient = (below + (above - below) * (0.5 + 0.5 * seen.normal[..., 2])) * openness
    picture = np.minimum(base * (ambient + look.key_strength * lit)[..., None], 1.0) ** (1 / 2.2)
    far = np.linalg.norm(seen.position - np.array((*look.middle[:2], look.ground or 0.0), np.float32), axis=-1)
    fade = (1.0 - _smoothstep(0.5, 1.0, far / look.reach)) * (seen.depth > 0)
    shadow = (0.62 + 0.38 * lit / max(float(look.key[2]), 1e-3)) * openness
    grey = np.array(look.background[:3], np.float32) * (1.0 + (shadow - 1.0) * fade)[..., None]
    return np.where((body.depth > 0)[..., None], picture, grey)


def _openness(seen: Passes, body: Passes, radius: float, strength: float, reach: Reach) -> _Floats:
    """Soft ambient: how much of five neighbours, at a fixed distance in the world, stands in front."""
    height, width = seen.depth.shape
    y, x = np.mgrid[:height, :width]
    far = radius / np.maximum(seen.depth if reach[2] else np.float32(1.0), 1e-4)
    across, up = (np.clip(far * pixels, 2.0, 48.0) for pixels in reach[:2])
    closed = np.zeros((height, width), np.float32)
    for i in range(5):
        angle, part = math.tau / 5 * (i + 0.5), (1.0, 0.45)[i % 2]
        column = np.clip(x + np.trunc(math.cos(angle) * across * part).astype(np.int64), 0, width - 1)
        row = np.clip(y - np.trunc(math.sin(angle) * up * part).astype(np.int64), 0, height - 1)
        to = seen.position[row, column] - seen.position
        distance = np.linalg.norm(to, axis=-1)
        rises = np.einsum("ijk,ijk->ij", to, seen.normal) / np.maximum(distance, 1e-5)
        near = np.clip(rises - 0.12, 0.0, 1.0) * np.clip(2.0 - distance / radius, 0.0, 1.0)
        closed += np.where(body.depth[row, column] > 0, near, 0.0)
    return np.clip(1.0 - strength * closed / 5.0, 0.0, 1.0)


def lines(seen: Passes, assets: _Ints, strands: NDArray[np.bool_]) -> _Floats:
    """A line where depth leaves the surface's own plane, where normals break, or where assets change.

    Hair has lines around it, but not around each of its strands.
    """
    line = np.zeros(seen.depth.shape, np.float32)
    body = slice(None, -1), slice(1, None)
    for here, there in (body, body[::-1]):
        for one, two in (((slice(None), here), (slice(None), there)), ((here, slice(None)), (there, slice(None)))):
            depth, other, normal = seen.depth[one], seen.depth[two], seen.normal[one]
            to = seen.position[two] - seen.position[one]
            off = np.abs(np.einsum("ijk,ijk->ij", to, normal)) / np.maximum(depth, 1e-5)
            bend = 1.0 - np.einsum("ijk,ijk->ij", normal, seen.normal[two])
            drawn = np.where(other > depth, _smoothstep(0.012, 0.03, off), 0.0)
            drawn = np.maximum(drawn, 0.8 * _smoothstep(0.25, 0.6, bend))
            drawn[(assets[one] != assets[two]) & (other >= depth)] = 1.0
            drawn[strands[one] & strands[two] & (assets[one] == assets[two])] = 0.0
            drawn = np.where(other > 0, np.where(depth > 0, drawn, 0.0), depth > 0)
            line[one] = np.maximum(line[one], drawn)
    return line


def _smoothstep(low: float, high: float, values: _Floats) -> _Floats:
    part = np.clip((values - low) / (high - low), 0.0, 1.0)
    return part * part * (3.0 - 2.0 * part)


def finished(light: _Floats, line: _Floats) -> NDArray[np.uint8]:
    """Clay and lines with smooth edges, uint8 (h, w, 4): surfaces along their own direction, lines by a small tent."""
    luma = np.array((0.299, 0.587, 0.114), np.float32)
    bright = light @ luma
    height, width = bright.shape
    y, x = np.mgrid[:height, :width].astype(np.float32)
    beside = np.pad(bright, 1, mode="edge")
    north, south, east, west = beside[:-2, 1:-1], beside[2:, 1:-1], beside[1:-1, 2:], beside[1:-1, :-2]
    nw, ne, sw, se = ((bright + one + two) / 3 for one in (north, south) for two in (west, east))
    around = np.stack((bright, north, south, east, west))
    low, high = around.min(axis=0), around.max(axis=0)
    at = np.nonzero(high - low > 0.03)
    along = np.stack(((sw + se) - (nw + ne), (nw + sw) - (ne + se)))[:, at[0], at[1]]
    dx, dy = np.clip(along / np.maximum(np.abs(along).min(axis=0) + 0.02, 1e-4), -6.0, 6.0) * ((1.0,), (-1.0,))
    y, x, low, high = y[at], x[at], low[at], high[at]
    near = 0.5 * (_sample(light, y - dy / 6, x - dx / 6) + _sample(light, y + dy / 6, x + dx / 6))
    wide = 0.5 * near + 0.25 * (_sample(light, y - dy / 2, x - dx / 2) + _sample(light, y + dy / 2, x + dx / 2))
    tone = wide @ luma
    final = np.concatenate((light, line[..., None]), axis=-1)
    final[..., :3][at] = np.where(((tone < low) | (tone > high))[:, None], near, wide)
    padded = np.pad(line, 1, mode="edge")
    sides = padded[1:-1, 2:] + padded[1:-1, :-2] + padded[2:, 1:-1] + padded[:-2, 1:-1]
    final[..., 3] = np.clip((0.5 * line + 0.125 * sides) * 1.35, 0.0, 1.0)
    return np.rint(final * 255.0).astype(np.uint8)


def _sample(picture: _Floats, y: _Floats, x: _Floats) -> _Floats:
    """A picture between its pixels, bilinear; (0, 0) is the middle of the first one."""
    height, width = picture.shape[:2]
    y, x = np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)
    top, left = y.astype(np.int64), x.astype(np.int64)
    below, right = np.minimum(top + 1, height - 1), np.minimum(left + 1, width - 1)
    down, across = y - top, x - left
    if picture.ndim == 3:
        down, across = down[:, None], across[:, None]
    upper = picture[top, left] * (1 - across) + picture[top, right] * across
    return upper * (1 - down) + (picture[below, left] * (1 - across) + picture[below, right] * across) * down


def encoded(seen: Passes, view: NDArray[np.float64]) -> NDArray[np.uint8]:
    """View-space normals as a picture, uint8 (h, w, 4)."""
    coded = np.empty((*seen.depth.shape, 4), np.float32)
    coded[..., :3] = (seen.normal @ view[:3, :3].T.astype(np.float32)) * 0.5 + 0.5
    coded[..., 3] = 1.0
    coded[seen.depth <= 0] = (0.5, 0.5, 1.0, 0.0)
    return np.rint(coded * 255.0).astype(np.uint8)

"""Read back what a render wrote: uncompressed OpenEXR pictures, one part, whole lines, float channels.

Blender keeps the passes of a background render to itself and has no way to read a file of many layers,
so they go through a temporary file. Layout after "OpenEXR File Layout", openexr.com/en/latest/OpenEXRFileLayout.html.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..core.errors import MediaError, storage_error
from .compat import PASS_CHANNELS

__all__ = ["Passes", "read_exr", "read_passes"]

_BACKGROUND = 1e9
"""Cycles says 1e10 metres where there is nothing."""

_MAGIC = 20000630
_BYTES = {0: 4, 1: 2, 2: 4}
"""Size of a channel's pixel by its type: unsigned, half, float."""
_FLOAT = 2


@dataclass(frozen=True)
class _Header:
    channels: tuple[tuple[str, int], ...]
    """Name and pixel type, in the order of the file."""
    left: int
    top: int
    width: int
    height: int
    end: int
    """Where the table of line offsets begins."""


@dataclass(frozen=True)
class Passes:
    """What one Cycles render showed; rows from the top, zeros where there is nothing."""

    depth: NDArray[np.float32]
    """Metres along the viewing axis, along the ray for panoramas, (h, w)."""
    position: NDArray[np.float32]
    """In the world, metres, (h, w, 3)."""
    normal: NDArray[np.float32]
    """In the world, length 1, (h, w, 3)."""
    index: NDArray[np.int64]
    """Pass index of the object, (h, w)."""
    light: NDArray[np.float32]
    """What a white matt surface there would shine with, (h, w)."""
    matt: NDArray[np.bool_]
    """Where there is a matt part to be lit; metal and glass have none, (h, w)."""


def read_passes(path: Path) -> Passes:
    """The passes of a render written inside `compat.float_layers`. Raises as `read_exr` does."""
    channels = read_exr(path, [channel for parts in PASS_CHANNELS.values() for channel in parts])
    passes = {name: [channels[part] for part in parts] for name, parts in PASS_CHANNELS.items()}
    depth = passes["depth"][0]
    depth = np.where(depth < _BACKGROUND, depth, np.float32(0.0))
    normal = np.stack(passes["normal"], axis=-1)
    normal /= np.maximum(np.linalg.norm(normal, axis=-1, keepdims=True), 1e-6)
    index = np.where(depth > 0, np.rint(passes["index"][0]), 0.0).astype(np.int64)
    position = np.stack(passes["position"], axis=-1)
    return Passes(depth, position, normal, index, passes["light"][0], passes["albedo"][0] > 1e-4)


def read_exr(path: Path, suffixes: Iterable[str]) -> dict[str, NDArray[np.float32]]:
    """The channels of a picture whose names end in `.suffix`, by suffix: float32 (h, w), rows from the top.

    A layer's name comes before the suffix and may be anything: "Depth.Z" finds "View Layer.Depth.Z". Raises
    MediaError when the file is cut short, is no such OpenEXR file or lacks a channel, StorageError when it
    can't be opened.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise MediaError(f"{path.name} was not written: check that the disk is not full, and run it again.") from error
    except OSError as error:
        raise storage_error(error, path) from error
    try:
        header = _read_header(data, path.name)
        lines = _lines(data, header)
    except (struct.error, IndexError, ValueError) as error:
        raise MediaError(
            f"{path.name} is damaged or cut short: check that the disk is not full, and run it again."
        ) from error
    found = {suffix: _channel(lines, header, suffix, path.name) for suffix in suffixes}
    if not all(np.isfinite(values).all() for values in found.values()):
        found = {suffix: np.nan_to_num(values, nan=0.0) for suffix, values in found.items()}
    return found


def _read_header(data: bytes, name: str) -> _Header:
    magic, version = struct.unpack_from("<iI", data)
    if magic != _MAGIC:
        raise MediaError(f"{name} is no OpenEXR file: choose another one, or render it again.")
    # Bits of the version: 0x200 tiles, 0x800 deep pixels, 0x1000 several parts.
    if version & 0xFF != 2 or version & 0x1A00:
        raise MediaError(f"{name} has tiles, deep pixels or several parts: save it as one part of whole lines.")
    attributes: dict[str, bytes] = {}
    at = 8
    while data[at]:
        key, at = _text(data, at)
        _, at = _text(data, at)
        (size,) = struct.unpack_from("<i", data, at)
        at += 4
        if size < 0 or at + size > len(data):
            raise ValueError("an attribute reaches over the end")
        attributes[key] = data[at : at + size]
        at += size
    if attributes.get("compression") != b"\0":
        raise MediaError(f"{name} is compressed: save it without compression.")
    left, top, right, bottom = struct.unpack("<4i", attributes.get("dataWindow", b""))
    if right < left or bottom < top:
        raise ValueError("an empty picture")
    return _Header(_channels(attributes.get("channels", b"")), left, top, right - left + 1, bottom - top + 1, at + 1)


def _channels(data: bytes) -> tuple[tuple[str, int], ...]:
    channels: list[tuple[str, int]] = []
    at = 0
    while data[at]:
        name, at = _text(data, at)
        kind, _, across, down = struct.unpack_from("<iI2i", data, at)
        if kind not in _BYTES or (across, down) != (1, 1):
            raise ValueError("a channel of another size")
        channels.append((name, kind))
        at += 16
    return tuple(channels)


def _text(data: bytes, at: int) -> tuple[str, int]:
    """The text that ends at the next zero, and what comes after it."""
    end = data.index(b"\0", at)
    return data[at:end].decode("utf-8", "replace"), end + 1


def _lines(data: bytes, header: _Header) -> NDArray[np.uint8]:
    """The bytes of every line, (h, bytes of a line)."""
    size = header.width * sum(_BYTES[kind] for _, kind in header.channels)
    offsets = struct.unpack_from(f"<{header.height}Q", data, header.end)
    lines = np.empty((header.height, size), np.uint8)
    rows: set[int] = set()
    for offset in offsets:
        y, length = struct.unpack_from("<2i", data, offset)
        if length != size:
            raise ValueError("a line of another length")
        row = y - header.top
        if not 0 <= row < header.height:
            raise ValueError("a line outside the picture")
        lines[row] = np.frombuffer(data, np.uint8, size, offset + 8)
        rows.add(row)
    if len(rows) != header.height:
        raise ValueError("a line is missing")
    return lines


def _channel(lines: NDArray[np.uint8], header: _Header, suffix: str, name: str) -> NDArray[np.float32]:
    start = 0
    for channel, kind in header.channels:
        size = header.width * _BYTES[kind]
        if kind == _FLOAT and (channel == suffix or channel.endswith(f".{suffix}")):
            return np.ascontiguousarray(lines[:, start : start + size]).view("<f4").astype(np.float32)
        start += size
    raise MediaError(f"{name} has no pass {suffix!r} in 32-bit floats: this Blender may be too new; update Shotwright.")

"""What a take's pictures look like: registered with the camera to a pixel, the same colours, nothing stretched."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shotwright.core.framerate import FrameRate
from shotwright.core.framing import conform as framing
from shotwright.core.model import Size, SizeRule
from shotwright.media.conform import Conformed, Section, conform
from shotwright.media.movie import MovieWriter
from shotwright.media.probe import probe
from support.clips import BT709, X264, encode, ffmpeg, levels, luma, requested

VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-crf", "5")
Box = tuple[float, float, float, float]
WHOLE: Box = (0.0, 0.0, 1.0, 1.0)


def made(clip: Path, size: tuple[int, int], asked: tuple[int, int], box: Box = WHOLE, frames: int = 2) -> Conformed:
    facts = probe(clip)
    shot = requested(frames, width=size[0], height=size[1], box=box)
    part = Section(Fraction(0), facts.frames / facts.fps.fraction)
    done = conform(clip, facts, part, shot, clip.with_name("t.mp4"), asked=asked)
    found = probe(clip.with_name("t.mp4"))
    assert (found.width, found.height) == (done.width, done.height)
    return done


def dots(size: tuple[int, int], places: Sequence[tuple[float, float]]) -> np.ndarray:
    """Grey with a bright blob at each place, in parts of width and height."""
    y, x = np.mgrid[: size[1], : size[0]] + 0.5
    picture = np.full(size[::-1], 60.0)
    for part_x, part_y in places:
        picture += 180 * np.exp(-((x - part_x * size[0]) ** 2 + (y - part_y * size[1]) ** 2) / (2 * 2.0**2))
    return np.clip(picture, 0, 255).astype(np.uint8)


def blob(picture: np.ndarray, near: tuple[float, float], reach: int = 9) -> tuple[float, float]:
    """Where the blob near a pixel is, as the centre of its light."""
    left, top = max(0, int(near[0]) - reach), max(0, int(near[1]) - reach)
    window = picture[top : top + 2 * reach, left : left + 2 * reach].astype(float)
    light = np.clip(window - 110, 0, None)
    assert light.sum() > 100, "no blob here"
    y, x = np.mgrid[: window.shape[0], : window.shape[1]] + 0.5
    return left + float((x * light).sum() / light.sum()), top + float((y * light).sum() / light.sum())


PLACES = [(0.25, 0.3), (0.7, 0.35), (0.5, 0.75)]


def check_places(take: Path, size: tuple[int, int], file: tuple[int, int], box: Box) -> np.ndarray:
    """Every dot of the asked picture is where the box says, to a pixel; the first picture."""
    picture = levels(take, file)[0]
    for x, y in PLACES:
        expected = ((x - box[0]) / box[2] * size[0], (y - box[1]) / box[3] * size[1])
        found = blob(picture, expected)
        assert abs(found[0] - expected[0]) <= 1 and abs(found[1] - expected[1]) <= 1, (expected, found)
    return picture


@pytest.mark.parametrize("size", [(96, 64), (97, 65), (160, 100), (161, 91), (64, 96)], ids=str)
@pytest.mark.parametrize(
    "box",
    [
        WHOLE,
        (0.1, 0.0, 0.8, 1.0),
        (0.0, 0.083, 1.0, 0.834),
        (0.13, 0.17, 0.66, 0.71),
        (-0.1, 0.0, 1.2, 1.0),
        (0.0, -0.21, 1.0, 1.42),
        (-0.07, 0.11, 1.13, 0.8),
    ],
    ids=str,
)
def test_registration(tmp_path: Path, size: tuple[int, int], box: Box) -> None:
    """Boxes that crop and boxes that reach outside, to even and odd sizes."""
    clip = encode(tmp_path / "c.mp4", [dots((96, 64), PLACES)] * 2)
    done = made(clip, size, (96, 64), box)
    even = (size[0] + size[0] % 2, size[1] + size[1] % 2)
    assert (done.width, done.height) == even
    assert done.record.scaled == (box != WHOLE or size != (96, 64))
    assert len(done.record.notes) == (1 if even != size else 0)
    picture = check_places(tmp_path / "t.mp4", size, even, box)
    for side, outside in ((picture[:, 0], box[0] < 0), (picture[0], box[1] < 0)):
        assert (float(np.median(side)) < 8) == outside, "what lies outside of the clip is black, all else is not"


@pytest.mark.parametrize("method", ["pad", "crop"])
@pytest.mark.parametrize("size", [(120, 80), (80, 120), (121, 51)], ids=str)
def test_what_framing_makes_comes_back(tmp_path: Path, size: tuple[int, int], method: Any) -> None:
    """From the camera's picture to a model's size and back."""
    model = Size(width=96, height=64)
    found = framing(*size, SizeRule(sizes=(model,)), method, size=model)
    left, top, width, height = found.box
    box = (left / 96, top / 64, width / 96, height / 64)
    # Dots at known places of the camera's picture, which must all be in the model's.
    camera = [(0.35, 0.4), (0.6, 0.45), (0.5, 0.62)]
    parts = [(box[0] + x * box[2], box[1] + y * box[3]) for x, y in camera]
    clip = encode(tmp_path / "c.mp4", [dots((96, 64), parts)] * 2)
    done = made(clip, size, (96, 64), box)
    picture = levels(tmp_path / "t.mp4", (done.width, done.height))[0]
    for x, y in camera:
        place = blob(picture, (x * size[0], y * size[1]))
        assert abs(place[0] - x * size[0]) <= 1 and abs(place[1] - y * size[1]) <= 1


@pytest.mark.parametrize(
    ("clip_size", "bars"),
    [((64, 64), "x"), ((96, 40), "y"), ((40, 64), "x"), ((192, 128), ""), ((48, 32), "")],
    ids=str,
)
def test_a_clip_of_another_size(tmp_path: Path, clip_size: tuple[int, int], bars: str) -> None:
    """Fitted whole and in the middle when its shape is another; never stretched."""
    clip = encode(tmp_path / "c.mp4", [dots(clip_size, [(0.5, 0.5), (0.3, 0.4)])] * 2)
    done = made(clip, (96, 64), (96, 64))
    assert done.record.scaled
    (note,) = done.record.notes
    assert ("black" in note) == bool(bars) and f"{clip_size[0]}×{clip_size[1]}" in note
    scale = min(96 / clip_size[0], 64 / clip_size[1])
    picture = levels(tmp_path / "t.mp4", (96, 64))[0]
    for x, y in ((0.5, 0.5), (0.3, 0.4)):
        expected = 48 + (x - 0.5) * clip_size[0] * scale, 32 + (y - 0.5) * clip_size[1] * scale
        found = blob(picture, expected, 6)
        assert abs(found[0] - expected[0]) <= 1 and abs(found[1] - expected[1]) <= 1
    assert (picture[:, 0].max() < 8) == (bars == "x") and (picture[0].max() < 8) == (bars == "y")


def test_a_shape_that_differs_little_fills_the_picture(tmp_path: Path) -> None:
    clip = encode(tmp_path / "c.mp4", [dots((160, 90), PLACES)] * 2)
    done = made(clip, (160, 90), (161, 90))
    assert "black" not in "".join(done.record.notes)
    check_places(tmp_path / "t.mp4", (160, 90), (160, 90), WHOLE)


def test_identity_costs_only_the_encoding(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    soft = [np.kron(random.integers(30, 220, (8, 12)), np.ones((8, 8))).astype(np.uint8) for _ in range(6)]
    clip = encode(tmp_path / "c.mp4", soft)
    done = made(clip, (96, 64), (96, 64), frames=6)
    assert not done.record.scaled and not done.record.notes
    before, after = luma(clip, (96, 64)), luma(tmp_path / "t.mp4", (96, 64))
    off = np.abs(np.stack(before).astype(int) - np.stack(after))
    assert off.max() <= 12 and off.mean() < 0.6
    # Byte for byte what comes out when the decoded planes are encoded.
    planes = np.frombuffer(ffmpeg("-i", str(clip), "-f", "rawvideo", "-"), np.uint8).reshape(6, 96, 96)
    with MovieWriter(tmp_path / "d.mp4", 96, 64, FrameRate(num=24, den=1), "yuv420p") as writer:
        for frame in planes:
            writer.write(frame)
    assert (tmp_path / "d.mp4").read_bytes() == (tmp_path / "t.mp4").read_bytes()


def test_yuv_is_written_as_it_is(tmp_path: Path) -> None:
    """No matrix, no range: even levels of all three planes come back."""
    levels_of = [(16, 128, 128), (100, 90, 170), (235, 128, 128), (60, 200, 40)]
    with MovieWriter(tmp_path / "m.mp4", 32, 16, FrameRate(num=24, den=1), "yuv420p") as writer:
        for y, cb, cr in levels_of:
            frame = np.full((24, 32), y, np.uint8)
            frame[16:].reshape(2, -1)[0], frame[16:].reshape(2, -1)[1] = cb, cr
            writer.write(frame)
    data = np.frombuffer(ffmpeg("-i", str(tmp_path / "m.mp4"), "-f", "rawvideo", "-"), np.uint8).reshape(4, -1)
    for row, expected in zip(data, levels_of, strict=True):
        for plane, value in zip((row[:512], row[512:640], row[640:]), expected, strict=True):
            assert np.abs(plane.astype(int) - value).max() <= 1


@pytest.mark.parametrize(
    ("filters", "options"),
    [
        (BT709, X264),
        ("scale=out_color_matrix=smpte170m:out_range=tv,setparams=colorspace=smpte170m:range=tv", X264),
        ("scale=out_color_matrix=smpte170m:out_range=tv,setparams=colorspace=unknown", X264),
        ("scale=out_color_matrix=bt709:out_range=pc,format=yuv420p,setparams=colorspace=bt709:range=pc", X264),
        ("scale=out_color_matrix=bt2020nc:out_range=tv,setparams=colorspace=bt2020nc:range=tv", X264),
        (BT709, ("-c:v", "libx264", "-pix_fmt", "yuv422p10le", "-qp", "4")),
        (BT709, ("-c:v", "prores_ks", "-pix_fmt", "yuv444p10le")),
        (BT709, VP9),
        ("format=rgb24", ("-c:v", "qtrle")),
        ("format=gbrp", ("-c:v", "ffv1")),
    ],
    ids=["709", "601", "untagged", "full", "2020", "422-10", "prores", "vp9", "rgb", "gbr"],
)
@pytest.mark.parametrize("size", [(96, 64), (80, 54)], ids=["same", "scaled"])
def test_colours_stay(tmp_path: Path, filters: str, options: Sequence[str], size: tuple[int, int]) -> None:
    """Patches of colour look the same, read as what the file says it is."""
    colours = [(200, 40, 40), (40, 180, 60), (50, 60, 210), (200, 190, 60), (128, 128, 128), (20, 20, 20)]
    picture = np.zeros((64, 96, 3), np.uint8)
    for index, colour in enumerate(colours):
        picture[:, index * 16 : index * 16 + 16] = colour
    name = "c.webm" if "libvpx-vp9" in options else "c.mkv" if "ffv1" in options else "c.mov"
    clip = encode(tmp_path / name, [picture] * 2, filters=filters, options=options)
    made(clip, size, (96, 64))
    for shown in levels(tmp_path / "t.mp4", size, "rgb24"):
        for index, colour in enumerate(colours):
            x = int((index + 0.5) * size[0] / 6)
            assert np.abs(shown[20:40, x - 2 : x + 2].reshape(-1, 3).mean(0) - colour).max() < 5, index


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_clip(tmp_path: Path, turn: int) -> None:
    """A phone stores its pictures lying; the take stands as the clip is shown."""
    lying = encode(tmp_path / "l.mp4", [dots((64, 96) if turn == 180 else (96, 64), [(0.3, 0.2)])] * 2)
    clip = tmp_path / "c.mp4"
    ffmpeg("-display_rotation", str(turn), "-i", str(lying), "-c", "copy", str(clip))
    done = made(clip, (64, 96), (64, 96))
    assert not done.record.scaled
    # Turned counterclockwise as ffmpeg counts.
    x, y = {90: (0.2, 0.7), 180: (0.7, 0.8), 270: (0.8, 0.3)}[turn]
    found = blob(levels(tmp_path / "t.mp4", (64, 96))[0], (x * 64, y * 96))
    assert abs(found[0] - x * 64) <= 1 and abs(found[1] - y * 96) <= 1


def test_pixels_that_are_not_square(tmp_path: Path) -> None:
    """72×64 stored pixels of 4:3 are shown as 96×64."""
    clip = encode(tmp_path / "c.mp4", [dots((72, 64), PLACES)] * 2, filters=f"{BT709},setsar=4/3")
    done = made(clip, (96, 64), (96, 64))
    assert done.record.scaled and not done.record.notes
    check_places(tmp_path / "t.mp4", (96, 64), (96, 64), WHOLE)


def test_a_cover_is_not_the_clip(tmp_path: Path) -> None:
    """A file has a picture beside its video."""
    whole = encode(tmp_path / "w.mp4", [dots((96, 64), PLACES)] * 3)
    cover = encode(tmp_path / "c.png", [dots((50, 50), [])], options=("-frames:v", "1", "-update", "1"))
    inputs = ["-i", str(whole), "-i", str(cover), "-map", "1:v", "-map", "0:v", "-c", "copy"]
    ffmpeg(*inputs, "-disposition:v:0", "attached_pic", str(tmp_path / "c.mp4"))
    assert not made(tmp_path / "c.mp4", (96, 64), (96, 64), frames=3).record.notes
    check_places(tmp_path / "t.mp4", (96, 64), (96, 64), WHOLE)


def test_a_large_untagged_clip_is_bt709(tmp_path: Path) -> None:
    """As players show it."""
    picture = np.full((2, 1280, 3), (200, 40, 40), np.uint8)
    untagged = "scale=1280:578:out_color_matrix=bt709:out_range=tv,setparams=colorspace=unknown"
    clip = encode(tmp_path / "c.mp4", [picture] * 2, filters=untagged)
    made(clip, (64, 28), (1280, 578))
    shown = levels(tmp_path / "t.mp4", (64, 28), "rgb24")[0]
    assert np.abs(shown.reshape(-1, 3).mean(0) - (200, 40, 40)).max() < 4


def test_hdr_is_said(tmp_path: Path) -> None:
    hdr = "setparams=colorspace=bt2020nc:color_primaries=bt2020:color_trc=smpte2084:range=tv"
    options = ("-c:v", "libx265", "-pix_fmt", "yuv420p10le", "-x265-params", "log-level=none")
    clip = encode(tmp_path / "c.mp4", [dots((96, 64), PLACES)] * 2, filters=hdr, options=options)
    (note,) = made(clip, (96, 64), (96, 64)).record.notes
    assert "HDR" in note

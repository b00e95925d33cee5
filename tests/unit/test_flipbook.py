"""Flipbooks: which picture of a movie or sequence is shown when and where, what is said, and what is refused."""

from __future__ import annotations

import functools
import itertools
import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from shotwright.core.errors import BadInput, MediaError
from shotwright.core.flipbook import Flipbook, parse_crop, parse_rate
from shotwright.core.framerate import FrameRate
from shotwright.media.flipbook import Motion, Target, motion_for, source_of
from shotwright.media.movie import MovieWriter
from shotwright.media.sequence import sequence_at
from support.cli import exact_rate
from support.clips import SIZE, X264, encode, ffmpeg, levels, number, numbered, numbers, sound

RATES = [Fraction(text) for text in ("12", "16", "24000/1001", "24", "25", "30", "60")]
Make = Callable[..., Path]


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Numbered clips by rate and length, made once."""
    return functools.partial(numbered, tmp_path_factory.mktemp("clips"))


def target(frames: int, fps: Fraction | int = 24, **values: Any) -> Target:
    """A package of a shot of `frames`, at its own rate and size unless told."""
    scene = FrameRate.of(Fraction(fps))
    found: dict[str, Any] = {"number": "SH010", "scene_fps": scene, "head": 0, "tail": 0, "covered": frames}
    found |= {"fps": scene, "frames": frames, "kept": frames, "width": SIZE[0], "height": SIZE[1]}
    found |= {"box": (0.0, 0.0, 1.0, 1.0), "aspect": Fraction(*SIZE)}
    return Target(**{**found, **values})


def write(motion: Motion, out: Path, wanted: Target) -> Path:
    with MovieWriter(out, wanted.width, wanted.height, wanted.fps, "yuv420p") as movie:
        for picture in motion.decoded():
            movie.write(picture)
    return out


def shown(path: Path, wanted: Target, out: Path, **book: Any) -> tuple[Motion, list[int]]:
    """A flipbook brought to a package: what is known of it, and the numbers in the pictures that were written."""
    motion = motion_for(Flipbook(path=str(path), **book), wanted)
    return motion, numbers(write(motion, out, wanted))


def sequence(
    folder: Path, indices: Any, name: str = "f.{:04d}.png", first: int = 1, size: tuple[int, int] = SIZE
) -> Path:
    """Pictures that carry their index, in a new folder."""
    folder.mkdir(parents=True)
    for index in indices:
        Image.fromarray(number(index, size)).save(folder / name.format(first + index))
    return folder


def refused(path: Path, wanted: Target | None = None, **book: Any) -> str:
    with pytest.raises(BadInput) as caught:
        motion_for(Flipbook(path=str(path), **book), wanted or target(8))
    text = str(caught.value)
    assert text.startswith("SH010, flipbook: ") and text.endswith("."), text
    return text


# When


@pytest.mark.parametrize(("rate", "fps"), list(itertools.product(RATES, RATES)), ids=str)
def test_every_pair_of_rates(clips: Make, tmp_path: Path, rate: Fraction, fps: Fraction) -> None:
    frames = round(2 * fps) - 1
    wanted = target(frames, fps)
    motion, found = shown(clips(rate, round(2 * rate) + 1), wanted, tmp_path / "m.mp4")
    assert len(found) == frames and motion.held == 0
    assert exact_rate(tmp_path / "m.mp4") == f"{fps.numerator}/{fps.denominator}"
    assert max(abs(index - k * rate / fps) for k, index in enumerate(found)) <= Fraction(1, 2)
    assert ("a second" in " ".join(motion.notes)) == (rate != fps)


def test_the_same_says_nothing(clips: Make, tmp_path: Path) -> None:
    motion, found = shown(clips(24, 20), target(20), tmp_path / "m.mp4")
    assert found == list(range(20)) and (motion.notes, motion.held, motion.left) == ((), 0, 0)


def test_the_first_picture_shows_the_start_and_handles_hold(clips: Make, tmp_path: Path) -> None:
    motion, found = shown(clips(24, 20), target(30, head=4, tail=6), tmp_path / "m.mp4")
    assert found == [0] * 4 + list(range(20)) + [19] * 6
    assert motion.held == 10
    first, last = motion.notes
    assert "begins later" in first and "first 4 frames, all of it in the handle" in first
    assert "is shorter" in last and "last 6 frames, all of it in the handle" in last


def test_an_offset_gives_handles_pictures(clips: Make, tmp_path: Path) -> None:
    motion, found = shown(clips(24, 40), target(20, head=4, tail=6), tmp_path / "m.mp4", offset=7)
    assert found == list(range(3, 23)) and motion.held == 0 and motion.left == 20
    (note,) = motion.notes
    assert "3 pictures (0.125 s) before the shot and 17 pictures (0.708 s) behind the shot are left out" in note


def test_an_offset_counts_the_sources_pictures(clips: Make, tmp_path: Path) -> None:
    """At 12 a second, picture 6 is half a second in, where the shot at 24 starts."""
    _, found = shown(clips(12, 24), target(24, head=2), tmp_path / "m.mp4", offset=6)
    assert max(abs(index - (6 + Fraction(k - 2, 2))) for k, index in enumerate(found)) <= Fraction(1, 2)
    assert found[2] == 6


def test_a_later_beginning_holds_the_first(clips: Make, tmp_path: Path) -> None:
    motion, found = shown(clips(24, 20), target(16), tmp_path / "m.mp4", offset=-5)
    assert found == [0] * 5 + list(range(11)) and motion.held == 5


def test_shorter_and_partly_in_the_handle(clips: Make, tmp_path: Path) -> None:
    motion, found = shown(clips(24, 20), target(30, tail=6), tmp_path / "m.mp4")
    assert found == list(range(20)) + [19] * 10 and motion.held == 10
    assert "last 10 frames, 4 of them in the cut range" in motion.notes[0]


def test_a_models_filling_is_no_matter(clips: Make, tmp_path: Path) -> None:
    """24 frames at 24 are 16 at 16; the model makes 17, and the 17th is cut off again."""
    wanted = Target(**{**vars(target(24)), "fps": FrameRate(num=16, den=1), "frames": 17, "kept": 16, "model": "m"})
    motion, found = shown(clips(24, 24), wanted, tmp_path / "m.mp4")
    assert len(found) == 17 and motion.held == 0 and motion.left == 0
    assert max(abs(index - k * Fraction(3, 2)) for k, index in enumerate(found[:16])) <= Fraction(1, 2)
    assert found[16] == 23
    (note,) = motion.notes
    assert "24 pictures a second and the model 16" in note


def test_ntsc_on_film(clips: Make, tmp_path: Path) -> None:
    """23.976 against 24 drifts by a picture in 42 seconds: nothing is held, and it is said."""
    rate = Fraction(24000, 1001)
    motion, found = shown(clips(rate, 48), target(48), tmp_path / "m.mp4")
    assert found == list(range(48)) and motion.held == motion.left == 0
    assert "24000/1001 pictures a second and the shot 24" in motion.notes[0]


def test_variable_rate(tmp_path: Path) -> None:
    """Pictures 0 to 9 last 1/24 s, from 10 on 1/12 s."""
    filters = "setpts='if(lt(N,10),N,10+(N-10)*2)/24/TB',setparams=range=tv:colorspace=bt709"
    clip = encode(tmp_path / "v.mkv", (number(i) for i in range(20)), 24, filters=filters, options=X264)
    motion, found = shown(clip, target(28), tmp_path / "m.mp4")
    assert motion.source.variable and "last differently long" in motion.notes[0]
    exact = [k if k < 10 else 10 + (k - 10) / 2 for k in range(28)]
    assert max(abs(index - wanted) for index, wanted in zip(found, exact, strict=True)) <= 0.5
    # Picture 14 is shown 18/24 s in, whatever the average rate would say.
    _, found = shown(clip, target(8), tmp_path / "o.mp4", offset=14)
    assert found[::2] == [14, 15, 16, 17]


# Sequences


@pytest.mark.parametrize("name", ["f.{:04d}.png", "{}.png", "shot_v002_{:08d}.tif", "täke {}_x.bmp", "a{:06d}.webp"])
@pytest.mark.parametrize("first", [0, 1, 997])
def test_any_numbering(tmp_path: Path, name: str, first: int) -> None:
    folder = sequence(tmp_path / "Bilder ü", range(12), name, first)
    motion, found = shown(folder, target(12), tmp_path / "m.mp4")
    assert found == list(range(12)) and motion.notes == ()
    assert motion.source.sequence and motion.source.sequence.first == first
    one = folder / name.format(first + 3)
    assert source_of(one).digest == source_of(folder).digest


def test_a_pattern_and_a_first_picture_that_is_gone(tmp_path: Path) -> None:
    folder = sequence(tmp_path / "s", range(6), first=1001)
    Image.fromarray(number(9)).save(folder / "other.0001.png")
    for name in ("f.####.png", "f.%04d.png", "f.#.png", "f.1000.png"):
        found = sequence_at(folder / name)
        assert found and (found.first, len(found.files)) == (1001, 6), name
    assert "2 sequences (f.#.png, other.#.png)" in refused(folder)
    assert "no pictures named g.####.png" in refused(folder / "g.####.png")


def test_gaps_hold_the_picture_before(tmp_path: Path) -> None:
    folder = sequence(tmp_path / "s", [0, 1, 2, 5, 6, 8, 9], first=101)
    motion, found = shown(folder, target(10), tmp_path / "m.mp4")
    assert found == [0, 1, 2, 2, 2, 5, 6, 6, 8, 9]
    assert motion.notes == ("SH010: the flipbook lacks 3 pictures (104-105, 108): the ones before them are held.",)


def test_a_sequence_has_the_rate_it_is_given(tmp_path: Path) -> None:
    folder = sequence(tmp_path / "s", range(12))
    motion, found = shown(folder, target(24), tmp_path / "m.mp4", rate="12")
    assert motion.fps == FrameRate(num=12, den=1) and motion.held == 0
    assert max(abs(index - Fraction(k, 2)) for k, index in enumerate(found)) <= Fraction(1, 2)
    assert "12 pictures a second and the shot 24" in motion.notes[0]


def test_kinds_of_pictures(tmp_path: Path) -> None:
    """16 bits, grey, palette, alpha, JPEG lying on its side: each as bright as it is."""
    size = SIZE
    grey = np.full(size[::-1], 200, np.uint8)
    folder = tmp_path / "s"
    folder.mkdir()
    Image.fromarray(grey.astype(np.uint16) * 257).save(folder / "f1.png")
    Image.fromarray(grey).save(folder / "f2.png")
    Image.fromarray(grey).convert("P").save(folder / "f3.png")
    clear = np.dstack([grey, grey, grey, np.full_like(grey, 128)])
    Image.fromarray(clear).save(folder / "f4.png")
    rgb16 = ffmpeg(
        *("-f", "rawvideo", "-pix_fmt", "gray", "-s", "64x48", "-i", "pipe:", "-frames:v", "1"),
        *("-pix_fmt", "rgb48be", "-f", "image2pipe", "-c:v", "png", "-"),
        data=grey.tobytes(),
    )
    (folder / "f5.png").write_bytes(rgb16)
    wanted = target(5)
    motion = motion_for(Flipbook(path=str(folder)), wanted)
    means = [picture.mean() for picture in levels(write(motion, tmp_path / "m.mp4", wanted), size)]
    assert [round(mean) for mean in means] == [200, 200, 200, pytest.approx(100, abs=2), 200]
    turned = tmp_path / "t"
    turned.mkdir()
    upright = Image.fromarray(number(5).T.copy())  # stored on its side
    exif = Image.Exif()
    exif[0x0112] = 6
    upright.transpose(Image.Transpose.ROTATE_90).transpose(Image.Transpose.ROTATE_90).save(
        turned / "1.jpg", exif=exif, quality=95
    )
    assert source_of(turned).scan.shown == SIZE


def test_colours_stay(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    folder.mkdir()
    picture = np.zeros((48, 64, 3), np.uint8)
    picture[:, :32], picture[:, 32:] = (200, 40, 60), (20, 150, 220)
    for index in range(3):
        Image.fromarray(picture).save(folder / f"{index}.png")
    wanted = target(3)
    out = write(motion_for(Flipbook(path=str(folder)), wanted), tmp_path / "m.mp4", wanted)
    found = levels(out, SIZE, "rgb24")[1].astype(int)
    assert abs(found[24, 10] - (200, 40, 60)).max() <= 3 and abs(found[24, 50] - (20, 150, 220)).max() <= 3


# Where


def quarters(size: tuple[int, int]) -> np.ndarray:
    """Four grey fields: 60, 110 above, 160, 210 below."""
    picture = np.zeros(size[::-1], np.uint8)
    across, down = size[0] // 2, size[1] // 2
    picture[:down, :across], picture[:down, across:] = 60, 110
    picture[down:, :across], picture[down:, across:] = 160, 210
    return picture


def placed(tmp_path: Path, size: tuple[int, int], wanted: Target, still: bool = False, **book: Any):
    """The first picture of a package made of quarters, as integers, and the notes."""
    if still:
        folder = tmp_path / "q"
        folder.mkdir()
        Image.fromarray(quarters(size)).save(folder / "1.png")
        path = folder
    else:
        path = encode(tmp_path / "q.mp4", [quarters(size)] * 3)
    motion = motion_for(Flipbook(path=str(path), **book), wanted)
    out = write(motion, tmp_path / "m.mp4", wanted)
    return levels(out, (wanted.width, wanted.height))[0].astype(int), " ".join(motion.notes)


@pytest.mark.parametrize("still", [False, True])
def test_scaled(tmp_path: Path, still: bool) -> None:
    found, notes = placed(tmp_path, (160, 120), target(1), still)
    assert [round(found[y, x]) for y, x in ((5, 5), (5, 58), (42, 5), (42, 58))] == pytest.approx(
        [60, 110, 160, 210], abs=3
    )
    assert "160×120 and the camera's picture 64×48: it is scaled" in notes


@pytest.mark.parametrize("still", [False, True])
def test_a_portrait_source_gets_bars(tmp_path: Path, still: bool) -> None:
    """48×96 in 128×96: shown whole, 40 black on each side."""
    wanted = target(1, width=128, height=96, aspect=Fraction(4, 3))
    found, notes = placed(tmp_path, (48, 96), wanted, still)
    assert found[:, :38].max() < 5 and found[:, 90:].max() < 5
    assert found[10, 44] == pytest.approx(60, abs=3) and found[85, 84] == pytest.approx(210, abs=3)
    assert found[10, 41] > 40 and found[85, 87] > 150
    assert "48×96" in notes and "shown whole, with black at its sides" in notes


@pytest.mark.parametrize("still", [False, True])
def test_a_portrait_source_is_cropped(tmp_path: Path, still: bool) -> None:
    """96×192 in 128×96: scaled to 128×256, of which the middle 96 rows are seen."""
    wanted = target(1, width=128, height=96, aspect=Fraction(4, 3))
    found, notes = placed(tmp_path, (96, 192), wanted, still, fit="crop")
    assert [found[y, x] for y, x in ((5, 5), (5, 120), (90, 5), (90, 120))] == pytest.approx([60, 110, 160, 210], abs=3)
    assert "62.5 % of its height is cropped" in notes


def test_a_part_of_the_picture(tmp_path: Path) -> None:
    """The lower right quarter alone fills the picture."""
    found, notes = placed(tmp_path, (160, 120), target(1), crop=(0.5, 0.5, 0.5, 0.5))
    inside = found[2:, 2:]  # the outermost pixels are scaled from both sides of the edge
    assert inside.min() > 205 and inside.max() < 215
    assert "80×60 (a part of 160×120)" in notes


def test_beside_a_part_there_is_black_not_the_rest(tmp_path: Path) -> None:
    """The left half is upright: padded, nothing of the right half is seen."""
    found, _ = placed(tmp_path, (128, 96), target(1, width=128, height=96), crop=(0.0, 0.0, 0.5, 1.0))
    assert found[:, :30].max() < 5 and found[:, 98:].max() < 5
    assert found[20, 40] == pytest.approx(60, abs=3) and found[20, 90] == pytest.approx(60, abs=3)


@pytest.mark.parametrize("fit", ["pad", "crop"])
@pytest.mark.parametrize("still", [False, True])
def test_registration_in_a_wider_package(tmp_path: Path, fit: str, still: bool) -> None:
    """A package of 160×96 shows 16 pixels more on each side of the camera's 128×96; there motion is black."""
    box = (0.1, 0.0, 0.8, 1.0)
    wanted = target(1, width=160, height=96, box=box, aspect=Fraction(4, 3))
    found, notes = placed(tmp_path, (256, 96 if fit == "crop" else 192), wanted, still, fit=fit)
    assert found[:, :14].max() < 5 and found[:, 146:].max() < 5
    assert found[10, 18] == pytest.approx(60, abs=4) and found[90, 142] == pytest.approx(210, abs=4)
    edge = int(np.argmax(np.diff(found[10, 20:140]))) + 21
    assert abs(edge - 80) <= 1
    assert "160×96 show around the camera's picture is black" in notes


def test_registration_in_a_cropped_package(tmp_path: Path) -> None:
    """A package that shows less than the camera: its box reaches over the edges."""
    wanted = target(1, width=96, height=96, box=(-1 / 6, 0.0, 4 / 3, 1.0), aspect=Fraction(4, 3))
    found, notes = placed(tmp_path, (128, 96), wanted)
    assert found.min() > 50 and abs(int(np.argmax(np.diff(found[10]))) + 1 - 48) <= 1
    assert "black" not in notes


def test_pixels_that_are_not_square(tmp_path: Path) -> None:
    """A camera's 64×48 with pixels twice as wide is 128×48 as shown: a source of that shape fills it."""
    found, notes = placed(tmp_path, (256, 96), target(1, aspect=Fraction(128, 48)))
    assert found.min() > 50 and "black" not in notes and "cropped" not in notes


# What is refused


def test_what_can_not_be_used(clips: Make, tmp_path: Path) -> None:
    good = clips(24, 20)
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    heard = sound(tmp_path / "only.wav", 1, [0.5])
    ffmpeg("-i", str(heard), str(tmp_path / "only.m4a"))
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "list.txt").write_text("not a movie")
    (tmp_path / "nothing").mkdir()
    (tmp_path / "light").mkdir()
    (tmp_path / "light" / "f.0001.exr").write_bytes(b"v/1\x01")
    Image.fromarray(number(1)).save(tmp_path / "lone.png")
    said = {
        tmp_path / "gone.mp4": "There is no movie and no picture at",
        tmp_path / "gone" / "f.####.png": "There is no movie and no picture at",
        cut: "cut.mp4 is",
        tmp_path / "only.m4a": "has sound but no pictures",
        tmp_path / "empty.mp4": "is empty",
        tmp_path / "list.txt": "no movie that can be read",
        tmp_path / "nothing": "has no numbered pictures",
        tmp_path / "light": "EXR",
        tmp_path / "light" / "f.0001.exr": "EXR",
        tmp_path / "lone.png": "has no number",
    }
    for path, words in said.items():
        text = refused(path)
        assert words in text, text
        assert "fetch it again" not in text and "ask for a video" not in text


def test_mixed_sizes_and_damaged_pictures(tmp_path: Path) -> None:
    folder = sequence(tmp_path / "s", range(4))
    Image.fromarray(number(2, (32, 48))).save(folder / "f.0003.png")
    assert "f.0003.png is 32×48 and f.0001.png 64×48" in refused(folder)
    (folder / "f.0003.png").write_bytes(b"no picture")
    assert "f.0003.png is damaged" in refused(folder)
    shutil.copyfile(folder / "f.0001.png", folder / "f.0003.png")
    shutil.copyfile(folder / "f.0001.png", folder / "f.3.png")
    assert "have the same number" in refused(folder)


def test_a_picture_that_ends_early_fails_when_it_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    folder.mkdir()
    noise = np.random.default_rng(1).integers(0, 255, (48, 64, 3), np.uint8)
    for index in range(3):
        Image.fromarray(noise).save(folder / f"{index}.png")
    whole = (folder / "1.png").read_bytes()
    (folder / "1.png").write_bytes(whole[: len(whole) // 2])
    wanted = target(3)
    with pytest.raises(MediaError, match=r"1\.png is damaged"):
        write(motion_for(Flipbook(path=str(folder)), wanted), tmp_path / "m.mp4", wanted)


@pytest.mark.parametrize("offset", [20, 1000, -8, -1000])
def test_offsets_outside(clips: Make, offset: int) -> None:
    assert "choose one from 0 to 19" in refused(clips(24, 20), offset=offset)


def test_handles_alone_are_not_enough(clips: Make) -> None:
    assert "choose one from 0 to 19" in refused(clips(24, 20), target(18, head=5, tail=5), offset=20)
    assert "choose one from 0 to 19" in refused(clips(24, 20), target(18, head=5, tail=5), offset=-8)


def test_the_last_offsets_inside(clips: Make, tmp_path: Path) -> None:
    assert shown(clips(24, 20), target(8), tmp_path / "a.mp4", offset=19)[1] == [19] * 8
    assert shown(clips(24, 20), target(8), tmp_path / "b.mp4", offset=-7)[1] == [0] * 8


@pytest.mark.parametrize(
    "text", ["", "1,2,3", "a,b,c,d", "0,0,0,1", "0,0,1,-1", "0.5,0,0.6,1", "-0.1,0,1,1", "nan,0,1,1"]
)
def test_bad_crops(text: str) -> None:
    with pytest.raises(BadInput, match="crop"):
        parse_crop(text)


def test_crops() -> None:
    assert parse_crop("0.1,0.2,0.9,0.8") == (0.1, 0.2, 0.9, 0.8)


@pytest.mark.parametrize("text", ["0", "-5", "fast", "1/0", "1001"])
def test_bad_rates(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadInput, match="frame rate"):
        parse_rate(text)
    assert "frame rate" in refused(tmp_path, rate=text)


def test_a_movie_takes_no_rate(clips: Make) -> None:
    assert "frame rate of its own" in refused(clips(24, 20), rate="12")


def test_a_crop_of_next_to_nothing(clips: Make) -> None:
    assert "its crop leaves 3×2 pixels" in refused(clips(24, 20), crop=(0.5, 0.5, 0.05, 0.05))


# Fingerprints


def test_what_the_settings_cover(tmp_path: Path) -> None:
    folder = sequence(tmp_path / "s", range(12))

    def settings(**book: Any) -> dict[str, object]:
        return motion_for(Flipbook(path=str(folder), **book), target(8)).settings()

    before = settings()
    assert settings() == before
    for book in ({"offset": 1}, {"rate": "12"}, {"crop": (0.0, 0.0, 0.5, 0.5)}, {"crop": (0.0, 0.0, 0.5, 1.0)}):
        assert settings(**book) != before, book
    assert settings(crop=(0.0, 0.0, 0.5, 1.0)) != settings(crop=(0.0, 0.0, 0.5, 1.0), fit="crop")
    moved = tmp_path / "elsewhere"
    folder.rename(moved)
    folder = moved
    assert settings() == before
    Image.fromarray(number(77)).save(moved / "f.0004.png")
    assert settings() != before


def test_eight_thousand_pixels(tmp_path: Path) -> None:
    folder = tmp_path / "8k"
    folder.mkdir()
    Image.fromarray(quarters((7680, 4320))).save(folder / "f1.png", compress_level=1)
    wanted = target(2, width=160, height=90, aspect=Fraction(16, 9))
    motion = motion_for(Flipbook(path=str(folder)), wanted)
    found = levels(write(motion, tmp_path / "m.mp4", wanted), (160, 90))[1].astype(int)
    assert [found[y, x] for y, x in ((5, 5), (5, 150), (85, 5), (85, 150))] == pytest.approx([60, 110, 160, 210], abs=3)

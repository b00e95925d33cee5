"""What a clip is: every kind a model or a person may hand over, whole and damaged."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from shotwright.core.errors import MediaError
from shotwright.media.probe import frame_times, probe
from support.clips import SIZE, X264, encode, ffmpeg, number, sync_clip

VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8")


def pictures(count: int) -> list[np.ndarray]:
    return [number(index) for index in range(count)]


def noise(count: int, size: tuple[int, int] = (96, 64)) -> list[np.ndarray]:
    """Pictures that are hard to compress, so that the file is mostly picture data."""
    random = np.random.default_rng(1)
    return [random.integers(0, 256, size[::-1], np.uint8) for _ in range(count)]


@pytest.mark.parametrize("rate", ["16", "24000/1001", "24", "25", "30000/1001", "30", "60", "12.5", "23", "60000/1001"])
@pytest.mark.parametrize("name", ["c.mp4", "c.mkv", "c.ts"])
def test_rate_and_length_are_exact(tmp_path: Path, name: str, rate: str) -> None:
    facts = probe(encode(tmp_path / name, pictures(50), Fraction(rate)))
    assert (facts.frames, facts.fps.fraction, facts.variable) == (50, Fraction(rate), False)
    assert (facts.width, facts.height, facts.audio) == (*SIZE, False)


@pytest.mark.parametrize("count", [1, 2, 3, 5, 16])
@pytest.mark.parametrize("rate", ["24000/1001", "24", "30"])
@pytest.mark.parametrize("name", ["c.mp4", "c.mkv"])
def test_short_clips_have_their_rate(tmp_path: Path, name: str, rate: str, count: int) -> None:
    facts = probe(encode(tmp_path / name, pictures(count), Fraction(rate)))
    assert (facts.frames, facts.fps.fraction, facts.variable) == (count, Fraction(rate), False)


def test_a_copy_of_rounded_times_is_still_even(tmp_path: Path) -> None:
    first = encode(tmp_path / "a.mkv", pictures(40), Fraction(24000, 1001))
    ffmpeg("-i", str(first), "-c", "copy", str(tmp_path / "b.mp4"))
    facts = probe(tmp_path / "b.mp4")
    assert (facts.fps.fraction, facts.variable) == (Fraction(24000, 1001), False)


@pytest.mark.parametrize(("typed", "meant"), [("23.976", "24000/1001"), ("29.97", "30000/1001"), ("17.3", "173/10")])
def test_decimal_rates(tmp_path: Path, typed: str, meant: str) -> None:
    assert probe(encode(tmp_path / "c.mp4", pictures(30), Fraction(typed))).fps.fraction == Fraction(meant)


def test_hash_and_size_are_the_files(tmp_path: Path) -> None:
    path = encode(tmp_path / "c.mp4", pictures(3))
    facts = probe(path)
    assert facts.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert facts.bytes == path.stat().st_size


def test_variable_rate(tmp_path: Path) -> None:
    """Milliseconds 0, 10, 40, 90, …: the average counts, and each time is known."""
    slower = "settb=1/1000,setpts=10*N*N"
    facts = probe(encode(tmp_path / "c.mkv", pictures(12), filters=slower, options=(*X264, "-enc_time_base", "1/1000")))
    assert facts.frames == 12 and facts.variable
    assert frame_times(tmp_path / "c.mkv") == tuple(Fraction(index * index, 100) for index in range(12))
    assert abs(12 / facts.fps.fraction - Fraction(121, 100)) < Fraction(3, 10)


def test_frames_that_are_missing_from_an_even_rate_make_it_variable(tmp_path: Path) -> None:
    gaps = "select='not(eq(mod(n,5),3))'"
    facts = probe(encode(tmp_path / "c.mp4", pictures(40), filters=gaps))
    assert facts.frames == 32 and facts.variable
    assert frame_times(tmp_path / "c.mp4")[:5] == tuple(Fraction(index, 24) for index in (0, 1, 2, 4, 5))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("c.webm", VP9),
        ("c.mkv", X264),
        ("c.mov", ("-c:v", "prores_ks", "-pix_fmt", "yuv422p10le")),
        ("c.mp4", ("-c:v", "libx264", "-pix_fmt", "yuv422p10le", "-preset", "ultrafast")),
        ("c.gif", ()),
        ("c.avi", ("-c:v", "mpeg4")),
    ],
)
def test_kinds_of_files(tmp_path: Path, name: str, options: Sequence[str]) -> None:
    facts = probe(encode(tmp_path / name, pictures(20), 25, options=options))
    assert (facts.frames, facts.fps.fraction, facts.width, facts.height) == (20, 25, *SIZE)


@pytest.mark.parametrize(("turn", "size"), [(90, (48, 64)), (180, (64, 48)), (270, (48, 64))])
def test_a_turned_clip_has_the_size_it_is_shown_in(tmp_path: Path, turn: int, size: tuple[int, int]) -> None:
    upright = encode(tmp_path / "u.mp4", pictures(3))
    ffmpeg("-display_rotation", str(turn), "-i", str(upright), "-c", "copy", str(tmp_path / "c.mp4"))
    facts = probe(tmp_path / "c.mp4")
    assert (facts.width, facts.height) == size


@pytest.mark.parametrize(("aspect", "width"), [("4/3", 85), ("8/9", 57), ("1/1", 64)])
def test_pixels_that_are_not_square(tmp_path: Path, aspect: str, width: int) -> None:
    facts = probe(encode(tmp_path / "c.mp4", pictures(3), filters=f"setsar={aspect}"))
    assert (facts.width, facts.height) == (width, 48)


def test_sound_is_found(tmp_path: Path) -> None:
    assert probe(sync_clip(tmp_path / "c.mp4", 12, 24, [3])).audio


def test_times_that_do_not_begin_at_zero(tmp_path: Path) -> None:
    facts = probe(encode(tmp_path / "c.ts", pictures(20), filters="setpts=PTS+90/TB"))
    assert (facts.frames, facts.fps.fraction, facts.variable) == (20, 24, False)


# What is no clip


def refused(path: Path) -> str:
    with pytest.raises(MediaError) as caught:
        probe(path)
    message = str(caught.value)
    assert path.name in message
    assert "fetch it again" in message or "ask for a video" in message
    return message


def test_missing_and_empty_files(tmp_path: Path) -> None:
    assert "no clip" in refused(tmp_path / "none.mp4")
    (tmp_path / "empty.mp4").touch()
    assert "is empty" in refused(tmp_path / "empty.mp4")
    assert "no clip" in refused(tmp_path)


@pytest.mark.parametrize("data", [b'{"error": "moderation"}', b"<html>502</html>", bytes(5000), b"\xff" * 5000])
def test_what_is_no_movie(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "c.mp4").write_bytes(data)
    assert "no movie" in refused(tmp_path / "c.mp4")


def test_a_playlist_opens_nothing(tmp_path: Path) -> None:
    """It names a good movie, which would be read if ffmpeg followed it."""
    encode(tmp_path / "c.mp4", pictures(5))
    encode(tmp_path / "c.ts", pictures(5))
    playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nc.ts\n#EXT-X-ENDLIST\n"
    for name, text in (("a.mp4", playlist), ("a.m3u8", playlist), ("b.mp4", "ffconcat version 1.0\nfile c.mp4\n")):
        (tmp_path / name).write_text(text)
        assert "no movie" in refused(tmp_path / name)


def test_a_picture_is_no_movie(tmp_path: Path) -> None:
    encode(tmp_path / "c.png", pictures(1), options=("-frames:v", "1", "-update", "1"))
    assert "no movie" in refused(tmp_path / "c.png")


def test_sound_alone_is_called_so(tmp_path: Path) -> None:
    whole = sync_clip(tmp_path / "c.mp4", 12, 24, [3])
    ffmpeg("-i", str(whole), "-vn", "-c", "copy", str(tmp_path / "s.mp4"))
    assert "sound but no pictures" in refused(tmp_path / "s.mp4")


def test_a_cover_is_no_video(tmp_path: Path) -> None:
    whole = sync_clip(tmp_path / "c.mp4", 12, 24, [3])
    cover = encode(tmp_path / "c.png", pictures(1), options=("-frames:v", "1", "-update", "1"))
    inputs = ["-i", str(whole), "-i", str(cover)]
    ffmpeg(
        *inputs, "-map", "0:a", "-map", "1:v", "-c", "copy", "-disposition:v:0", "attached_pic", str(tmp_path / "s.mp4")
    )
    assert "sound but no pictures" in refused(tmp_path / "s.mp4")
    covers = ["-map", "1:v", "-map", "0:v", "-c", "copy", "-disposition:v:0", "attached_pic"]
    ffmpeg(*inputs, *covers, str(tmp_path / "v.mp4"))
    assert probe(tmp_path / "v.mp4").frames == 12


@pytest.fixture(scope="module")
def noisy(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, bytes]:
    """An mp4 of 40 noisy frames, with its index in front (True) or at the end."""
    folder = tmp_path_factory.mktemp("noisy")
    return {
        front: encode(
            folder / f"{front}.mp4", noise(40), options=("-c:v", "libx264", *(("-movflags", "+faststart") * front))
        ).read_bytes()
        for front in (True, False)
    }


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("front", [True, False])
def test_cut_off(tmp_path: Path, noisy: dict[bool, bytes], front: bool, part: float) -> None:
    data = noisy[front]
    (tmp_path / "c.mp4").write_bytes(data[: int(len(data) * part)])
    message = refused(tmp_path / "c.mp4")
    assert "damaged" in message or ("cut off" in message and not front)


@pytest.mark.parametrize("where", [0.3, 0.5, 0.7])
def test_rotten_in_the_middle(tmp_path: Path, noisy: dict[bool, bytes], where: float) -> None:
    """Thousands of bytes are zero: a failed download in parts leaves such files."""
    data = bytearray(noisy[True])
    begin = int(len(data) * where)
    data[begin : begin + 9000] = bytes(9000)
    (tmp_path / "c.mp4").write_bytes(data)
    assert "damaged after" in refused(tmp_path / "c.mp4")


def test_cut_off_webm_and_ts(tmp_path: Path) -> None:
    for name, options in (("c.webm", VP9), ("c.ts", X264)):
        path = encode(tmp_path / name, noise(30), options=options)
        path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
        assert "damaged" in refused(path)


def test_no_frames(tmp_path: Path) -> None:
    encode(tmp_path / "c.mp4", pictures(5), options=(*X264, "-frames:v", "0"))
    refused(tmp_path / "c.mp4")


def test_names_that_look_like_options_and_addresses(tmp_path: Path) -> None:
    path = encode(tmp_path / "c.mp4", pictures(3))
    for name in ("-vf.mp4", "a:b %03d.mp4", "concat:x|y.mp4", "ünï ' \".mp4"):
        other = path.rename(tmp_path / name)
        assert probe(other).frames == 3
        path = other

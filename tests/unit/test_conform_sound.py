"""Picture and sound stay together: a flash and a beep at the same instant, whatever is done to the clip."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest
from shotwright.core.take import ClipFacts
from shotwright.media.conform import Conformed, Section, conform, sections
from shotwright.media.probe import probe
from support.clips import SIZE, X264, beeps, encode, ffmpeg, flashes, number, pitch, request_of, requested, sync_clip

NTSC = Fraction(24000, 1001)
VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus")


def whole(facts: ClipFacts) -> Section:
    return Section(Fraction(0), facts.frames / facts.fps.fraction)


def in_sync(
    take: Path, fps: Fraction | int, count: int, frames: int, clip_fps: Fraction | int = 24
) -> tuple[list[float], list[float]]:
    """Flashes and beeps of a take, after checking that they are as many, together, and that it sounds to its end."""
    seen, (heard, length) = flashes(take, fps), beeps(take)
    assert len(seen) == len(heard) == count, (seen, heard)
    # The nearest picture can be half a picture of the clip early, which is more than one of a faster take.
    # A millisecond is what a beep takes to become loud.
    allowed = max(1 / fps, Fraction(1, 2) / clip_fps) + Fraction(1, 1000)
    assert max(abs(a - b) for a, b in zip(seen, heard, strict=True)) <= allowed, (seen, heard)
    assert abs(length - frames / fps) < 0.0005
    return seen, heard


def made(clip: Path, out: Path, frames: int, fps: Fraction | int, **options: str) -> Conformed:
    facts = probe(clip)
    assert facts.audio
    return conform(clip, facts, whole(facts), requested(frames, fps), out, asked=SIZE, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("clip_fps", "fps"),
    [(24, 24), (NTSC, 25), (25, NTSC), (16, 24), (30, 24), (24, 60), (60, 16), (Fraction(30000, 1001), 30)],
    ids=str,
)
def test_rates(tmp_path: Path, clip_fps: Fraction | int, fps: Fraction | int) -> None:
    count = round(3 * clip_fps)
    clip = sync_clip(tmp_path / "c.mp4", count, clip_fps, [count // 6, count // 2, count - count // 6])
    frames = round(3 * fps)
    done = made(clip, tmp_path / "t.mp4", frames, fps)
    in_sync(tmp_path / "t.mp4", Fraction(fps), 3, frames, clip_fps)
    assert done.record.audio and probe(tmp_path / "t.mp4").fps.fraction == fps


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("c.webm", VP9),
        ("c.mkv", (*X264, "-c:a", "aac")),
        ("c.mov", ("-c:v", "prores_ks", "-c:a", "pcm_s16le")),
        ("c.ts", (*X264, "-c:a", "aac")),
        ("c.mp4", ("-c:v", "libx264", "-bf", "3", "-c:a", "aac", "-ac", "6", "-ar", "44100")),
    ],
)
def test_kinds_of_files(tmp_path: Path, name: str, options: Sequence[str]) -> None:
    clip = sync_clip(tmp_path / name, 48, 24, [6, 24, 40], options=options)
    made(clip, tmp_path / "t.mp4", 50, 25)
    in_sync(tmp_path / "t.mp4", 25, 3, 50)


def test_trim(tmp_path: Path) -> None:
    clip = sync_clip(tmp_path / "c.mp4", 72, 24, [0, 20, 60])
    assert made(clip, tmp_path / "t.mp4", 40, 24).record.method == "trim"
    in_sync(tmp_path / "t.mp4", 24, 2, 40)


def test_hold_ends_in_silence(tmp_path: Path) -> None:
    clip = sync_clip(tmp_path / "c.mp4", 48, 24, [2, 30])
    assert made(clip, tmp_path / "t.mp4", 96, 24).record.held == 48
    in_sync(tmp_path / "t.mp4", 24, 2, 96)


def test_hold_does_not_sound_like_the_next_shot(tmp_path: Path) -> None:
    clip = sync_clip(tmp_path / "c.mp4", 48, 24, [4, 30])
    facts = probe(clip)
    done = conform(clip, facts, Section(Fraction(0), Fraction(1)), requested(48), tmp_path / "t.mp4", asked=SIZE)
    assert done.record.held == 24
    in_sync(tmp_path / "t.mp4", 24, 1, 48)


def test_gaps_in_the_sound_are_silent(tmp_path: Path) -> None:
    """A second of sound is left out of the file; what comes behind stays where it was."""
    clip = sync_clip(tmp_path / "c.mp4", 96, 24, [6, 72], options=(*X264, "-c:a", "pcm_s16le", "-f", "matroska"))
    gap = ["-af", "aselect='not(between(t,1,2))'", "-c:a", "pcm_s16le", "-c:v", "copy"]
    ffmpeg("-i", str(clip), *gap, str(tmp_path / "g.mkv"))
    made(tmp_path / "g.mkv", tmp_path / "t.mp4", 96, 24)
    in_sync(tmp_path / "t.mp4", 24, 2, 96)


@pytest.mark.parametrize("frames", [60, 90, 130])
def test_retime_keeps_sync_and_pitch(tmp_path: Path, frames: int) -> None:
    """48 frames run for up to 2.7 times as long."""
    clip = sync_clip(tmp_path / "c.mp4", 48, 24, [8, 36])
    done = made(clip, tmp_path / "t.mp4", frames, 24, short="retime")
    assert done.record.speed == str(Fraction(48, frames))
    seen, _ = in_sync(tmp_path / "t.mp4", 24, 2, frames)
    assert abs(seen[1] - 36 * frames / 48 / 24) <= 1 / 24
    assert abs(pitch(tmp_path / "t.mp4") - 1000) < 30


@pytest.mark.parametrize("fps", [24, NTSC, 30])
def test_second_section(tmp_path: Path, fps: Fraction | int) -> None:
    """The first shot's flash must not be heard or seen in the second's take, nor the other way round."""
    clip = sync_clip(tmp_path / "c.mp4", 80, 24, [4, 30, 40, 66])
    facts = probe(clip)
    frames = int(40 * Fraction(fps) / 24)
    shots = [requested(frames, fps, pictures=40, number=number) for number in ("10", "20")]
    parts = sections(request_of(*shots), facts)
    for shot, part, count in zip(shots, parts, (2, 2), strict=True):
        conform(clip, facts, part, shot, tmp_path / f"{shot.number}.mp4", asked=SIZE)
        in_sync(tmp_path / f"{shot.number}.mp4", Fraction(fps), count, frames)


@pytest.mark.parametrize("name", ["c.mp4", "c.mkv"])
@pytest.mark.parametrize("late", [0.5, 0.3])
def test_sound_that_begins_late(tmp_path: Path, name: str, late: float) -> None:
    clip = sync_clip(tmp_path / name, 48, 24, [4, 24, 40], late=late)
    made(clip, tmp_path / "t.mp4", 48, 24)
    seen, (heard, length) = flashes(tmp_path / "t.mp4", 24), beeps(tmp_path / "t.mp4")
    assert len(seen) == 3 and len(heard) == 2 and abs(length - 2) < 0.0005
    assert max(abs(a - b) for a, b in zip(seen[1:], heard, strict=True)) < 1 / 24


@pytest.mark.parametrize("name", ["c.mp4", "c.mkv", "c.ts"])
def test_pictures_that_begin_late(tmp_path: Path, name: str) -> None:
    """The file's clock runs for half a second before the first picture; what sounds then is not the take's."""
    clip = sync_clip(tmp_path / name, 48, 24, [6, 24, 40], lead=0.5)
    made(clip, tmp_path / "t.mp4", 48, 24)
    in_sync(tmp_path / "t.mp4", 24, 3, 48)


def test_an_edit_list_that_cuts_the_beginning(tmp_path: Path) -> None:
    """Cut without encoding again, an mp4 has pictures and sound in front that are not shown."""
    clip = sync_clip(tmp_path / "c.mp4", 96, 24, [4, 50, 80], options=(*X264, "-g", "24", "-c:a", "aac"))
    ffmpeg("-ss", "1.3", "-i", str(clip), "-c", "copy", str(tmp_path / "e.mp4"))
    facts = probe(tmp_path / "e.mp4")
    made(tmp_path / "e.mp4", tmp_path / "t.mp4", facts.frames, 24)
    in_sync(tmp_path / "t.mp4", 24, 2, facts.frames)


def test_sound_that_ends_early(tmp_path: Path) -> None:
    clip = sync_clip(tmp_path / "c.mp4", 72, 24, [4, 20], seconds=1)
    made(clip, tmp_path / "t.mp4", 72, 24)
    in_sync(tmp_path / "t.mp4", 24, 2, 72)


def test_a_section_behind_the_end_of_the_sound_is_silent(tmp_path: Path) -> None:
    clip = sync_clip(tmp_path / "c.mp4", 72, 24, [4, 20, 60], seconds=1)
    facts = probe(clip)
    part = Section(Fraction(2), Fraction(3))
    conform(clip, facts, part, requested(24), tmp_path / "t.mp4", asked=SIZE)
    assert len(flashes(tmp_path / "t.mp4", 24)) == 1
    heard, length = beeps(tmp_path / "t.mp4")
    assert not heard and abs(length - 1) < 0.0005


def test_sound_with_damage_does_not_cost_the_pictures(tmp_path: Path) -> None:
    """A hundred bytes of it are zero; it goes on behind them."""
    clip = sync_clip(tmp_path / "c.mkv", 48, 24, [4, 40], options=(*X264, "-c:a", "flac"))
    data = bytearray(clip.read_bytes())
    middle = data.rindex(b"\xff\xf8", 0, len(data) * 3 // 5)
    data[middle + 20 : middle + 120] = bytes(100)
    clip.write_bytes(data)
    assert made(clip, tmp_path / "t.mp4", 48, 24).frames == 48
    assert len(flashes(tmp_path / "t.mp4", 24)) == 2 and abs(beeps(tmp_path / "t.mp4")[1] - 2) < 0.0005


def test_no_sound_stays_none(tmp_path: Path) -> None:
    clip = encode(tmp_path / "c.mp4", [number(k) for k in range(8)])
    facts = probe(clip)
    done = conform(clip, facts, whole(facts), requested(8), tmp_path / "t.mp4", asked=SIZE)
    assert not done.record.audio and not probe(tmp_path / "t.mp4").audio


def test_one_picture_with_sound(tmp_path: Path) -> None:
    clip = sync_clip(tmp_path / "c.mp4", 24, 24, [0])
    done = made(clip, tmp_path / "t.mp4", 1, 24)
    assert done.frames == 1 and abs(beeps(tmp_path / "t.mp4")[1] - 1 / 24) < 0.0005


def test_the_same_bytes_every_time(tmp_path: Path) -> None:
    clip = sync_clip(tmp_path / "c.mp4", 60, 24, [4, 30])
    for name in ("a.mp4", "b.mp4", "c2.mp4"):
        made(clip, tmp_path / name, 70, 30, short="retime")
    assert len({(tmp_path / name).read_bytes() for name in ("a.mp4", "b.mp4", "c2.mp4")}) == 1

"""Takes from clips: exact in length, rate and size, whatever the clip is."""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shotwright.core.errors import MediaError, Stopped, StorageError
from shotwright.core.framerate import FrameRate
from shotwright.core.take import ClipFacts, Conform
from shotwright.media.conform import Conformed, Section, conform, sections
from shotwright.media.probe import probe
from support.cli import exact_rate
from support.clips import BT709, SIZE, X264, encode, number, numbered, numbers, request_of, requested, sound
from support.disks import small_disk

RATES = [Fraction(text) for text in ("16", "24000/1001", "24", "25", "30000/1001", "30", "60")]
Make = Callable[..., Path]


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Numbered clips by rate and length, made once."""
    return functools.partial(numbered, tmp_path_factory.mktemp("clips"))


@pytest.mark.parametrize(("clip_rate", "scene_rate"), list(itertools.product(RATES, RATES)), ids=str)
def test_every_pair_of_rates(clips: Make, tmp_path: Path, clip_rate: Fraction, scene_rate: Fraction) -> None:
    clip = clips(clip_rate, round(3 * clip_rate) + 1)
    facts = probe(clip)
    assert facts.fps.fraction == clip_rate and not facts.variable
    frames = round(3 * scene_rate) - 1
    shot = requested(frames, scene_rate)
    made = conform(clip, facts, Section(Fraction(0), facts.frames / clip_rate), shot, tmp_path / "t.mp4", asked=SIZE)
    assert exact_rate(tmp_path / "t.mp4") == f"{scene_rate.numerator}/{scene_rate.denominator}"
    shown = numbers(tmp_path / "t.mp4")
    assert len(shown) == frames == made.frames
    drift = [abs(index - k * clip_rate / scene_rate) for k, index in enumerate(shown)]
    assert max(drift) <= Fraction(1, 2)
    assert made.record.resampled == (clip_rate != scene_rate)
    assert not made.record.scaled and made.record.speed == "1" and not made.record.held


def whole(facts: ClipFacts) -> Section:
    return Section(Fraction(0), facts.frames / facts.fps.fraction)


def make(clip: Path, out: Path, frames: int, fps: Fraction | int = 24, **options: Any) -> tuple[Conformed, list[int]]:
    """Conform a whole clip; what was written and the numbers in its pictures."""
    facts = probe(clip)
    done = conform(clip, facts, whole(facts), requested(frames, fps), out, asked=SIZE, **options)
    return done, numbers(out)


def test_as_asked_nothing_is_said(clips: Make, tmp_path: Path) -> None:
    done, shown = make(clips(24, 40), tmp_path / "t.mp4", 40)
    assert shown == list(range(40))
    assert done.record == Conform(method="exact", begin="0", end="5/3")
    assert (done.frames, done.fps, done.width, done.height) == (40, FrameRate(num=24, den=1), *SIZE)


def test_rounding_to_whole_frames_is_exact(clips: Make, tmp_path: Path) -> None:
    """50 frames at 25 last two seconds, as 48 at 24 do, and 49 at 24 are less than half a picture over 2.02 s."""
    done, _ = make(clips(25, 50), tmp_path / "t.mp4", 48)
    assert (done.record.method, done.record.notes) == ("exact", ())
    done, _ = make(clips(25, 51), tmp_path / "t.mp4", 49)
    assert (done.record.method, done.record.held, done.record.notes) == ("exact", 0, ())


def test_longer_is_trimmed(clips: Make, tmp_path: Path) -> None:
    done, shown = make(clips(24, 40), tmp_path / "t.mp4", 30)
    assert shown == list(range(30))
    assert done.record.method == "trim" and done.record.end == "5/3"
    (note,) = done.record.notes
    assert "not asked for" in note and note.startswith("10:")


@pytest.mark.parametrize(("surplus", "notes"), [(10, 0), (9, 0), (8, 1)])
def test_trimming_what_was_asked_as_filling_needs_no_word(
    clips: Make, tmp_path: Path, surplus: int, notes: int
) -> None:
    clip = clips(24, 40)
    shot = requested(30, pictures=30 + surplus, kept=30)
    (part,) = sections(request_of(shot), probe(clip))
    done = conform(clip, probe(clip), part, shot, tmp_path / "t.mp4", asked=SIZE)
    assert done.record.method == "trim" and len(done.record.notes) == notes


def test_shorter_is_held(clips: Make, tmp_path: Path) -> None:
    done, shown = make(clips(24, 40), tmp_path / "t.mp4", 50)
    assert shown == list(range(40)) + [39] * 10
    assert (done.record.method, done.record.held, done.record.speed) == ("hold", 10, "1")
    (note,) = done.record.notes
    assert "10 frames" in note and "shorter" in note


@pytest.mark.parametrize(("clip_fps", "fps"), [(24, 24), (16, 24), (30, 24), (24, Fraction(24000, 1001))])
def test_shorter_is_slowed(clips: Make, tmp_path: Path, clip_fps: int, fps: Fraction | int) -> None:
    clip = clips(clip_fps, 40)
    frames = round(50 * Fraction(fps) / clip_fps)
    done, shown = make(clip, tmp_path / "t.mp4", frames, fps, short="retime")
    speed = Fraction(40, clip_fps) / (frames / Fraction(fps))
    assert (done.record.method, done.record.held, done.record.speed) == ("retime", 0, str(speed))
    assert done.record.resampled and len(done.record.notes) == 1
    drift = [abs(index - k * speed * clip_fps / Fraction(fps)) for k, index in enumerate(shown)]
    assert len(shown) == frames and max(drift) <= 1 and shown[-1] == 39


def test_single_pictures(clips: Make, tmp_path: Path) -> None:
    done, shown = make(clips(24, 1), tmp_path / "a.mp4", 1)
    assert (done.record.method, shown) == ("exact", [0])
    done, shown = make(clips(24, 40), tmp_path / "b.mp4", 1)
    assert (done.record.method, shown) == ("trim", [0])
    done, shown = make(clips(24, 1), tmp_path / "c.mp4", 12)
    assert (done.record.held, shown) == (11, [0] * 12)
    done, shown = make(clips(24, 1), tmp_path / "d.mp4", 12, short="retime")
    assert (done.record.speed, shown) == ("1/12", [0] * 12)


def test_handles_count(clips: Make, tmp_path: Path) -> None:
    """The take has the shot's handles: `first` to `last`, whatever the cut range is."""
    clip = clips(24, 40)
    shot = requested(20, first=91, last=130, start=101, end=120, pictures=40)
    done = conform(clip, probe(clip), whole(probe(clip)), shot, tmp_path / "t.mp4", asked=SIZE)
    assert done.frames == 40 and not done.record.notes


# Several shots


def test_sections_lie_one_behind_the_other(clips: Make, tmp_path: Path) -> None:
    clip = clips(24, 97)
    shots = [requested(30, number="10", pictures=33, kept=30), requested(40, number="20"), requested(24, number="30")]
    parts = sections(request_of(*shots), probe(clip))
    assert [(part.begin, part.end) for part in parts] == [
        (Fraction(0), Fraction(33, 24)),
        (Fraction(33, 24), Fraction(73, 24)),
        (Fraction(73, 24), Fraction(97, 24)),
    ]
    assert [part.surplus for part in parts] == [Fraction(3, 24), 0, 0]
    assert not any(part.notes for part in parts)
    begins = [0, 33, 73]
    for shot, part, begin in zip(shots, parts, begins, strict=True):
        done = conform(clip, probe(clip), part, shot, tmp_path / "t.mp4", asked=SIZE)
        assert numbers(tmp_path / "t.mp4") == list(range(begin, begin + done.frames))
        assert done.record.method == ("trim" if shot.number == "10" else "exact") and not done.record.notes


@pytest.mark.parametrize("clip_fps", RATES, ids=str)
@pytest.mark.parametrize("fps", [Fraction(24), Fraction(24000, 1001), Fraction(25)], ids=str)
def test_no_picture_of_another_shot(clips: Make, tmp_path: Path, clip_fps: Fraction, fps: Fraction) -> None:
    """Two seconds and one, delivered at any rate: numbers below the cut are the first shot's."""
    cut, end = 2 * clip_fps, 3 * clip_fps
    clip = clips(clip_fps, round(end))
    facts = probe(clip)
    shots = [requested(round(2 * fps), fps, number="10"), requested(round(fps), fps, number="20")]
    parts = sections(request_of(*shots, fps=fps), facts)
    for shot, part in zip(shots, parts, strict=True):
        conform(clip, facts, part, shot, tmp_path / f"{shot.number}.mp4", asked=SIZE)
    first, second = numbers(tmp_path / "10.mp4"), numbers(tmp_path / "20.mp4")
    assert max(first) < cut + Fraction(1, 10) and min(second) > cut - Fraction(1, 10)
    assert max(abs(index - k * clip_fps / fps) for k, index in enumerate(first)) <= 1
    assert max(abs(index - cut - k * clip_fps / fps) for k, index in enumerate(second)) <= Fraction(11, 10)


def test_a_boundary_between_pictures_belongs_to_the_one_before(clips: Make, tmp_path: Path) -> None:
    """At 10.3 pictures the tenth is nearest, and it is the first shot's."""
    clip = clips(24, 40)
    facts = probe(clip)
    cut = Fraction(103, 240)
    conform(clip, facts, Section(cut, facts.frames / facts.fps.fraction), requested(20), tmp_path / "t.mp4", asked=SIZE)
    assert numbers(tmp_path / "t.mp4")[:3] == [11, 11, 12]
    conform(clip, facts, Section(Fraction(0), cut + Fraction(1, 60)), requested(20), tmp_path / "t.mp4", asked=SIZE)
    assert numbers(tmp_path / "t.mp4")[9:] == [9, *[10] * 10]


def test_another_length_is_split_in_proportion(clips: Make) -> None:
    facts = probe(clips(24, 72))
    shots = [requested(20, number="10"), requested(28, number="20")]
    one, two = sections(request_of(*shots), facts)
    assert (one.begin, one.end, two.begin, two.end) == (0, Fraction(30, 24), Fraction(30, 24), 3)
    assert all("in proportion" in part.notes[0] for part in (one, two))


def test_half_a_frame_more_or_less_is_none(clips: Make) -> None:
    """51 pictures at 25 are 2.04 s, 49 at 24 are 2.0417 s."""
    shots = [requested(20, number="10"), requested(29, number="20")]
    one, two = sections(request_of(*shots), probe(clips(25, 51)))
    assert (one.end, two.begin, two.end) == (Fraction(20, 24), Fraction(20, 24), Fraction(51, 25))
    assert not any("in proportion" in note for note in one.notes + two.notes)
    assert "25 frames a second instead of 24" in one.notes[0]


def test_one_shot_is_the_whole_clip(clips: Make) -> None:
    (part,) = sections(request_of(requested(200)), probe(clips(24, 40)))
    assert (part.begin, part.end, part.notes) == (0, Fraction(40, 24), ())


def test_boundaries_do_not_add_up_rounding(clips: Make) -> None:
    shots = [requested(7, number=str(index)) for index in range(7)]
    parts = sections(request_of(*shots, fps=Fraction(24000, 1001)), probe(clips(Fraction(24000, 1001), 49)))
    assert [part.begin for part in parts] == [index * 7 / Fraction(24000, 1001) for index in range(7)]
    assert all(before.end == after.begin for before, after in itertools.pairwise(parts))


def test_a_clip_too_short_for_its_shots(clips: Make, tmp_path: Path) -> None:
    """Three pictures for five shots: each take still has a picture."""
    clip = clips(24, 3)
    shots = [requested(4, number=str(index)) for index in range(5)]
    for shot, part in zip(shots, sections(request_of(*shots), probe(clip)), strict=True):
        conform(clip, probe(clip), part, shot, tmp_path / "t.mp4", asked=SIZE)
        assert len(numbers(tmp_path / "t.mp4")) == 4


# Variable rate


def test_variable_rate(tmp_path: Path) -> None:
    """Pictures at 0, 10, 40, 90, … ms: each picture of the take shows the nearest one."""
    options = (*X264, "-enc_time_base", "1/1000")
    pictures = (number(index) for index in range(16))
    clip = encode(tmp_path / "c.mkv", pictures, filters=f"{BT709},settb=1/1000,setpts=10*N*N", options=options)
    done, shown = make(clip, tmp_path / "t.mp4", 54)
    assert done.record.resampled and "differently long" in done.record.notes[0]
    times = [index * index / 100 for index in range(16)]
    for k, index in enumerate(shown):
        assert abs(times[index] - k / 24) == pytest.approx(min(abs(time - k / 24) for time in times))


def test_where_a_clip_stands_still_it_goes_on_standing(tmp_path: Path) -> None:
    """Equal pictures are left out of some files; the next one comes a picture early at most, not half of the pause."""
    options = (*X264, "-enc_time_base", "1/24")
    pictures = (number(index) for index in range(50) if index < 5 or index > 44)
    clip = encode(tmp_path / "c.mkv", pictures, filters=f"{BT709},setpts='if(lt(N,5),N,N+40)/24/TB'", options=options)
    _, shown = make(clip, tmp_path / "t.mp4", 50)
    assert shown == [0, 1, 2, 3, *[4] * 40, 45, *range(45, 50)]


# What goes wrong


def test_progress_is_told_and_may_stop_it(clips: Make, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    make(clips(24, 40), tmp_path / "t.mp4", 40, progress=lambda done, total: told.append((done, total)))
    assert told == [(k, 40) for k in range(1, 41)]

    def stop(done: int, total: int) -> None:
        if done == 20:
            raise Stopped

    with pytest.raises(Stopped):
        make(clips(24, 40), tmp_path / "s.mp4", 40, progress=stop)
    assert not (tmp_path / "s.mp4").exists()
    assert not children()


def children() -> list[str]:
    """ffmpeg programs that this process has started and that have not ended."""
    found: list[str] = []
    for status in Path("/proc").glob("[0-9]*/stat") if Path("/proc/self/stat").exists() else []:
        with contextlib.suppress(OSError):
            name, _, rest = status.read_text().partition("(")[2].rpartition(") ")
            if "ffmpeg" in name and rest.split()[1] == str(os.getpid()):
                found.append(name)
    return found


def test_a_clip_that_changed_since_is_an_error(clips: Make, tmp_path: Path) -> None:
    facts = probe(clips(24, 40))
    with pytest.raises(MediaError):
        conform(clips(24, 30), facts, whole(facts), requested(40), tmp_path / "t.mp4", asked=SIZE)
    with pytest.raises(MediaError, match="no clip"):
        conform(tmp_path / "gone.mp4", facts, whole(facts), requested(40), tmp_path / "t.mp4", asked=SIZE)
    assert not list(tmp_path.iterdir()) and not children()


def test_a_clip_that_rots_is_an_error(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    noise = [random.integers(0, 256, SIZE[::-1], np.uint8) for _ in range(30)]
    clip = encode(tmp_path / "c.mp4", noise)
    facts = probe(clip)
    data = bytearray(clip.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 5000] = bytes(5000)
    clip.write_bytes(data)
    with pytest.raises(MediaError):
        conform(clip, facts, whole(facts), requested(30), tmp_path / "t.mp4", asked=SIZE)
    assert not (tmp_path / "t.mp4").exists()


@pytest.mark.parametrize("size", ["16k", "64k", "200k"])
@pytest.mark.parametrize("audio", [False, True])
def test_full_disk(tmp_path: Path, size: str, audio: bool) -> None:
    random = np.random.default_rng(1)
    noise = [random.integers(0, 256, (96, 128), np.uint8) for _ in range(48)]
    wav = ("-i", str(sound(tmp_path / "s.wav", 2, [0.5]))) if audio else ()
    clip = encode(tmp_path / "c.mp4", noise, inputs=wav)
    facts = probe(clip)
    shot = requested(48, width=128, height=96)
    with small_disk(tmp_path / "disk", size) as disk:
        with pytest.raises(StorageError, match="disk is full"):
            conform(clip, facts, whole(facts), shot, disk / "t.mp4", asked=(128, 96))
        assert not list(disk.iterdir()) and not children()


def test_a_folder_that_is_missing(clips: Make, tmp_path: Path) -> None:
    with pytest.raises(MediaError):
        make(clips(24, 40), tmp_path / "no" / "t.mp4", 40)


def test_the_same_bytes_every_time(clips: Make, tmp_path: Path) -> None:
    for name in ("a.mp4", "b.mp4"):
        make(clips(25, 50), tmp_path / name, 48)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()

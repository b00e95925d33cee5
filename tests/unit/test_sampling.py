"""When the layout is drawn for a model: exact counts and exact times for every pairing of frame rates."""

from __future__ import annotations

import math
import time
from fractions import Fraction
from itertools import pairwise

import pytest
from pydantic import ValidationError
from shotwright.core.errors import BadInput
from shotwright.core.framerate import FrameRate
from shotwright.core.model import LengthRule
from shotwright.core.sampling import Sampling, sample
from shotwright.core.shot import Handles, Shot

RATES = ["16", "23.976", "24", "25", "29.97", "30", "60"]
LENGTHS = [1, 2, 23, 24, 25, 100, 10_000]
ANY = LengthRule()
WAN = LengthRule(min=5, max=81, step=4, offset=1)


def shot(frames: int = 24, fps: str = "24", start: int = 1, head: int = 0, tail: int = 0) -> Shot:
    return Shot(
        id="0b9f3b5e-32e4-4a51-9f39-0a5f5f1f0001",
        scene="Scene",
        number="SH010",
        name="",
        start=start,
        end=start + frames - 1,
        handles=Handles(head=head, tail=tail),
        fps=FrameRate.parse(fps),
        width=1920,
        height=1080,
        order=0,
    )


def drawn(frames: int, scene: str, model: str, length: LengthRule = ANY, **more: int) -> Sampling:
    return sample(shot(frames, scene, **more), FrameRate.parse(model), length)


@pytest.mark.parametrize("frames", LENGTHS)
@pytest.mark.parametrize("model", RATES)
@pytest.mark.parametrize("scene", RATES)
def test_every_pairing_covers_the_shot_and_never_drifts(scene: str, model: str, frames: int) -> None:
    sampling = drawn(frames, scene, model, start=-7)
    step = FrameRate.parse(scene).fraction / FrameRate.parse(model).fraction
    # The clip is not shorter than the shot, and one frame less would be.
    assert sampling.kept * step >= frames > (sampling.kept - 1) * step
    assert sampling.frames == sampling.kept
    times = sampling.times
    assert len(times) == sampling.frames
    assert times[0] == (-7, 0.0)
    for index in {0, min(1, len(times) - 1), len(times) // 2, len(times) - 1}:
        exact = -7 + index * step
        assert sampling.time(index) == exact
        assert times[index].frame == math.floor(exact)
        assert times[index].subframe == float(exact - math.floor(exact))
    assert all(0 <= subframe < 1 for _, subframe in times)
    assert all(a < b for a, b in pairwise(times))
    # The last one lies inside the last frame or before it, and the one behind it would not.
    assert times[-1].frame <= -7 + frames - 1
    assert sampling.time(0) + len(times) * step >= -7 + frames


@pytest.mark.parametrize(
    ("frames", "scene", "model", "kept"),
    [
        (24, "24", "16", 16), (25, "24", "16", 17), (120, "24", "16", 80), (121, "24", "16", 81), (1, "24", "16", 1),
        (24, "23.976", "24", 25), (1001, "29.97", "30", 1003), (1000, "29.97", "30", 1001), (30, "30", "29.97", 30),
        (1001, "30", "29.97", 1000), (25, "25", "16", 16), (25, "25", "60", 60), (60, "60", "16", 16),
        (1, "60", "16", 1),
        (1, "16", "60", 4), (16, "16", "24", 24), (100, "23.976", "23.976", 100), (24_000, "23.976", "16", 16_016),
    ],
)  # fmt: skip
def test_counts(frames: int, scene: str, model: str, kept: int) -> None:
    assert drawn(frames, scene, model).kept == kept


def test_24_to_16_steps_one_and_a_half_frames() -> None:
    sampling = drawn(6, "24", "16", start=101)
    assert sampling.times == ((101, 0.0), (102, 0.5), (104, 0.0), (105, 0.5))
    assert sampling.step == Fraction(3, 2)
    assert sampling.seconds == Fraction(1, 4)


@pytest.mark.parametrize("fps", RATES)
def test_one_rate_draws_the_scenes_own_frames(fps: str) -> None:
    sampling = drawn(50, fps, fps, start=10)
    assert sampling.times == tuple((frame, 0.0) for frame in range(10, 60))
    assert sampling.notes == ()


def test_negative_frames_count_upwards() -> None:
    assert drawn(6, "24", "16", start=-3).times == ((-3, 0.0), (-2, 0.5), (0, 0.0), (1, 0.5))


def test_handles_are_drawn() -> None:
    sampling = drawn(24, "24", "24", start=100, head=8, tail=4)
    assert (sampling.first, sampling.scene_frames, sampling.frames) == (92, 36, 36)
    assert sampling.times[-1] == (127, 0.0)


@pytest.mark.parametrize(
    ("frames", "kept", "asked"), [(1, 1, 5), (6, 4, 5), (8, 6, 9), (24, 16, 17), (120, 80, 81), (121, 81, 81)]
)
def test_the_models_next_length(frames: int, kept: int, asked: int) -> None:
    sampling = drawn(frames, "24", "16", WAN)
    assert (sampling.kept, sampling.frames, len(sampling.times)) == (kept, asked, asked)


def test_beyond_the_shot_the_layout_goes_on_or_holds() -> None:
    fps = FrameRate.of(16)
    going = sample(shot(8), fps, WAN)
    held = sample(shot(8), fps, WAN, "hold")
    assert going.times[:6] == held.times[:6]
    assert going.times[6:] == ((10, 0.0), (11, 0.5), (13, 0.0))
    assert held.times[6:] == (held.times[5],) * 3 == ((8, 0.5),) * 3


def test_a_long_shot_is_exact_at_its_end() -> None:
    sampling = drawn(100_000, "23.976", "29.97")
    assert sampling.kept == 125_000
    assert sampling.time(124_999) == 1 + 124_999 * Fraction(4, 5)
    begun = time.perf_counter()
    assert sampling.times[-1] == (100_000, 0.2) == (math.floor(sampling.time(124_999)), 0.2)
    assert time.perf_counter() - begun < 5


def test_a_subframe_never_becomes_the_next_frame() -> None:
    rate = FrameRate.of(Fraction(10**15, 10**15 + 1))
    sampling = sample(shot(3, "1"), rate, ANY)
    exact = Sampling(first=0, scene_frames=2, scene_fps=rate, fps=FrameRate.of(1), frames=2, kept=2)
    assert sampling.times[1].frame == 2
    (_, (frame, subframe)) = exact.times
    assert frame == 0
    assert subframe < 1 and subframe == 1 - 2.0**-24


# -- what the artist reads --------------------------------------------------------------------------


def test_notes_say_what_happens() -> None:
    assert drawn(120, "24", "16", WAN).notes == (
        "SH010: the scene runs at 24 frames a second and the model at 16: the layout is drawn between its frames where "
        "needed, so the motion keeps its speed.",
        "SH010 lasts 5 s, 80 frames of the model's; it makes 81: the last one is cut off again, where the layout goes "
        "on past frame 120.",
    )
    assert drawn(1, "24", "16", WAN).notes[-1] == (
        "SH010 lasts 0.04167 s, 1 frame of the model's; it makes 5: the last 4 are cut off again, where the layout "
        "goes on past frame 1."
    )
    held = sample(shot(8), FrameRate.of(16), WAN, "hold")
    assert held.notes[-1].endswith("the last 3 are cut off again, where its last moment is held past frame 8.")


def test_a_clip_that_is_longer_by_less_than_a_frame_is_told() -> None:
    assert (
        drawn(121, "24", "16", WAN).notes[-1] == "SH010: the clip is 20.8 ms longer than the shot and is trimmed to it."
    )
    assert len(drawn(24, "24", "16").notes) == 1


# -- what can't be drawn ----------------------------------------------------------------------------


def test_too_long_for_the_model() -> None:
    with pytest.raises(BadInput) as caught:
        drawn(122, "24", "16", WAN)
    assert str(caught.value) == (
        "SH010 lasts 5.083 s, which is 82 frames at 16 a second, and the model makes at most 81: "
        "shorten it to 121 frames, or split it."
    )
    assert drawn(121, "24", "16", WAN).frames == 81
    with pytest.raises(BadInput, match="121 frames with its handles"):
        drawn(120, "24", "16", WAN, head=1, tail=1)


@pytest.mark.parametrize("scene", RATES)
def test_the_advised_length_fits(scene: str) -> None:
    with pytest.raises(BadInput) as caught:
        drawn(10_000, scene, "16", WAN)
    fitting = int(str(caught.value).split("shorten it to ")[1].split()[0].replace(",", ""))
    assert drawn(fitting, scene, "16", WAN).kept <= 81
    with pytest.raises(BadInput):
        drawn(fitting + 1, scene, "16", WAN)


@pytest.mark.parametrize("frames", [0, -5])
def test_an_empty_shot(frames: int) -> None:
    with pytest.raises(BadInput, match="SH010 is empty"):
        drawn(frames, "24", "16")


def test_an_empty_shot_with_handles_is_still_empty() -> None:
    with pytest.raises(BadInput, match="SH010 is empty"):
        drawn(0, "24", "16", head=8, tail=8)


def test_a_clip_without_end() -> None:
    with pytest.raises(BadInput, match="100,000,000 frames, more than 1,000,000"):
        drawn(100_000, "1", "1000")


def test_a_sampling_covers_its_shot_and_survives_json() -> None:
    sampling = drawn(120, "24", "16", WAN)
    assert Sampling.model_validate(sampling.document()) == sampling
    with pytest.raises(ValidationError, match="do not cover"):
        Sampling.model_validate({**sampling.document(), "frames": 79})
    with pytest.raises(ValidationError, match="frozen"):
        sampling.frames = 3

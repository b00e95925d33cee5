"""Takes from clips: exact in length, rate and size, whatever the clip is."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from shotwright.media.conform import Section, conform
from shotwright.media.probe import probe
from support.cli import exact_rate
from support.clips import SIZE, encode, number, numbers, requested

RATES = [Fraction(text) for text in ("16", "24000/1001", "24", "25", "30000/1001", "30", "60")]
Make = Callable[..., Path]


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Numbered clips by rate and length, made once."""
    folder = tmp_path_factory.mktemp("clips")

    def make(rate: Fraction | int, frames: int) -> Path:
        path = folder / f"{rate}-{frames}.mp4".replace("/", "_")
        return path if path.exists() else encode(path, (number(index) for index in range(frames)), rate)

    return make


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

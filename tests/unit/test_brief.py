"""Bad tracks: a brief comes out all the same."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from shotwright.core.brief import CameraBrief, describe, measure, summary
from support.cameras import camera, person

LOU = ("@lou", "character", person())
NAN = math.nan


def test_a_track_without_samples_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one sample"):
        measure(replace(camera((0, -4, 1.5)), samples=()))


def test_one_sample_is_static() -> None:
    track = camera((0, -4, 1.5), subjects=[LOU])
    brief = measure(replace(track, samples=track.samples[:1]))
    assert [move.kind for move in brief.moves] == ["static"]
    assert brief.start.size == "MLS"
    assert CameraBrief.model_validate(brief.document()) == brief
    assert describe(brief).endswith("The camera is static. Deep focus.")
    assert summary(brief) == "50 mm · 1.5 m · medium long shot · static"

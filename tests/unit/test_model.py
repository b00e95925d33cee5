"""What a model takes: lengths, rates, sizes, references, and where each fact comes from."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from typing import Any

import pytest
from pydantic import ValidationError
from shotwright.core import terms
from shotwright.core.errors import BadInput
from shotwright.core.framerate import FrameRate
from shotwright.core.model import (
    DEPTH_ENCODINGS,
    REFERENCES,
    Fact,
    LengthRule,
    ModelProfile,
    Reference,
    Size,
    SizeRule,
    parse_profile,
)
from shotwright.core.model_base import to_json

WAN = LengthRule(min=5, max=81, step=4, offset=1)
WAN_SMALL = SizeRule(grid=16, sizes=(Size(width=832, height=480), Size(width=480, height=832)), max_pixels=832 * 480)
WAN_LARGE = SizeRule(
    grid=16,
    sizes=tuple(Size(width=w, height=h) for w, h in ((832, 480), (480, 832), (1280, 720), (720, 1280))),
    max_pixels=1280 * 720,
)
FACT = {"source": "a page", "date": "2026-11-20", "status": "documented"}


def document(**changes: Any) -> dict[str, Any]:
    """A profile as a file would have it; None takes a field out."""
    whole: dict[str, Any] = {
        "schema": "shotwright.model.1",
        "name": "film-1",
        "title": "Film 1",
        "backend": "film",
        "frame_rates": ["24000/1001", 24],
        "length": {"min": 5, "max": 81, "step": 4, "offset": 1},
        "size": {"grid": 16, "sizes": ["832x480"]},
        "references": {"depth": {"encoding": "disparity"}, "asset": {"max": 3}},
        "passes": ["depth"],
        "provenance": dict.fromkeys(("frame_rates", "length", "size", "references"), FACT),
        **changes,
    }
    return {key: value for key, value in whole.items() if value is not None}


def profile(**changes: Any) -> ModelProfile:
    return parse_profile(json.dumps(document(**changes)))


def told(**changes: Any) -> str:
    with pytest.raises(BadInput) as caught:
        profile(**changes)
    return str(caught.value)


# -- lengths ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "frames", "legal"),
    [
        (LengthRule(), 1, 1), (LengthRule(), 10_000, 10_000),
        (WAN, 1, 5), (WAN, 4, 5), (WAN, 5, 5), (WAN, 6, 9), (WAN, 80, 81), (WAN, 81, 81),
        (LengthRule(step=4, offset=1), 1, 1), (LengthRule(step=4, offset=1), 2, 5),
        (LengthRule(step=8, offset=1), 97, 97), (LengthRule(step=8, offset=1), 98, 105),
        (LengthRule(step=24), 1, 24), (LengthRule(step=24), 25, 48), (LengthRule(min=10), 3, 10),
    ],
)  # fmt: skip
def test_smallest_legal_length(rule: LengthRule, frames: int, legal: int) -> None:
    assert rule.at_least(frames) == legal
    assert rule.allows(legal)


@pytest.mark.parametrize("rule", [WAN, LengthRule(min=3, max=50, step=7, offset=2), LengthRule(max=9), LengthRule()])
def test_smallest_legal_length_against_a_search(rule: LengthRule) -> None:
    legal = [n for n in range(1, 200) if n >= rule.min and n % rule.step == rule.offset and n <= (rule.max or n)]
    assert [n for n in range(-5, 200) if rule.allows(n)] == legal
    assert rule.longest == (legal[-1] if rule.max else None)
    for frames in range(1, 200):
        above = [n for n in legal if n >= frames]
        if above:
            assert rule.at_least(frames) == above[0]
        else:
            with pytest.raises(BadInput, match=f"{frames} frames are needed and the model makes at most {legal[-1]}"):
                rule.at_least(frames)


@pytest.mark.parametrize(
    "fields", [{"offset": 1}, {"step": 4, "offset": 4}, {"min": 9, "max": 8},
               {"min": 6, "max": 8, "step": 4, "offset": 1}, {"step": 0}, {"min": 0}, {"offset": -1}, {"max": 0}],
)  # fmt: skip
def test_impossible_lengths_are_refused(fields: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        LengthRule(**fields)


# -- frame rates ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rates", "shot", "chosen"),
    [
        ("any", "23.976", "24000/1001"), ("any", "7/3", "7/3"),
        (["16"], "60", "16"), (["16"], "1", "16"),
        (["24", "30"], "23.976", "24"), (["24", "30"], "25", "24"), (["24", "30"], "29.97", "30"),
        (["24", "30"], "60", "30"),
        (["30000/1001", "30"], "30", "30"), (["30000/1001", "30"], "29.97", "30000/1001"),
        (["12", "48"], "24", "48"), (["48", "12"], "24", "48"),
    ],
)  # fmt: skip
def test_nearest_legal_rate(rates: Any, shot: str, chosen: str) -> None:
    assert str(profile(frame_rates=rates).rate(FrameRate.parse(shot))) == chosen


# -- sizes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "picture", "chosen"),
    [
        (SizeRule(), (1, 1), "1×1"), (SizeRule(), (1919, 1079), "1919×1079"), (SizeRule(), (7680, 4320), "7680×4320"),
        (SizeRule(grid=2), (1920, 1080), "1920×1080"), (SizeRule(grid=2), (1, 1), "2×2"),
        (SizeRule(grid=2), (1919, 1079), "1920×1080"),
        (WAN_SMALL, (1920, 1080), "832×480"), (WAN_SMALL, (1080, 1920), "480×832"), (WAN_SMALL, (832, 480), "832×480"),
        (WAN_SMALL, (7680, 4320), "832×480"), (WAN_SMALL, (640, 360), "832×480"),
        (WAN_SMALL, (2048, 858), "960×400"), (WAN_SMALL, (1024, 1024), "624×624"), (WAN_SMALL, (1, 1), "624×624"),
        (WAN_LARGE, (1920, 1080), "1280×720"), (WAN_LARGE, (1080, 1920), "720×1280"),
        (WAN_LARGE, (854, 480), "832×480"),
        (WAN_LARGE, (640, 360), "832×480"), (WAN_LARGE, (1280, 720), "1280×720"),
        (SizeRule(sizes=(Size(width=64, height=64),), only_listed=True), (4000, 10), "64×64"),
        (SizeRule(grid=2, max_pixels=1280 * 720), (3840, 2160), "1280×720"),
        (SizeRule(grid=2, min_pixels=1280 * 720), (640, 360), "1280×720"),
        (SizeRule(grid=2, min_aspect=0.4, max_aspect=2.5, max_pixels=250_000), (4000, 400), "790×316"),
    ],
)  # fmt: skip
def test_size_for_a_picture(rule: SizeRule, picture: tuple[int, int], chosen: str) -> None:
    size = rule.conform(*picture)
    assert str(size) == chosen
    assert rule.allows(size.width, size.height)


@pytest.mark.parametrize(
    ("pixel_aspect", "chosen"), [(1, "1440×1080"), (Fraction(4, 3), "1920×1080"), (0.5, "1440×2160"), (2, "2880×1080")]
)
def test_size_of_pixels_that_are_not_square(pixel_aspect: float, chosen: str) -> None:
    assert str(SizeRule(grid=2).conform(1440, 1080, pixel_aspect)) == chosen


@pytest.mark.parametrize("rule", [WAN_SMALL, WAN_LARGE, SizeRule(grid=2), SizeRule(grid=64, max_pixels=2_000_000)])
@pytest.mark.parametrize(
    "picture", [(1, 1), (2, 3), (8192, 2), (2, 8192), (16_384, 16_384), (1998, 1080), (1440, 1080), (333, 777)]
)
def test_every_picture_gets_a_legal_size(rule: SizeRule, picture: tuple[int, int]) -> None:
    size = rule.conform(*picture)
    assert rule.allows(size.width, size.height)
    aspect = picture[0] / picture[1]
    if 1 / 3 < aspect < 3 and min(picture) > 100:
        assert abs(math.log(size.width / size.height / aspect)) < 0.11


def test_a_size_the_model_is_made_for_beats_the_pictures_shape_up_to_a_tenth() -> None:
    rule = SizeRule(grid=2, sizes=(Size(width=1000, height=1000),))
    assert str(rule.conform(1100, 1000)) == "1000×1000"
    assert str(rule.conform(1120, 1000)) != "1000×1000"
    only = SizeRule(grid=2, sizes=rule.sizes, only_listed=True)
    assert str(only.conform(1120, 1000)) == "1000×1000"


@pytest.mark.parametrize("picture", [(0, 10), (10, 0), (-1, 5), (16_385, 2)])
def test_a_picture_that_is_none(picture: tuple[int, int]) -> None:
    with pytest.raises(BadInput, match="is no picture"):
        WAN_SMALL.conform(*picture)


@pytest.mark.parametrize("aspect", [0, -1, math.nan, math.inf])
def test_a_pixel_aspect_that_is_none(aspect: float) -> None:
    with pytest.raises(BadInput, match="is no pixel aspect"):
        WAN_SMALL.conform(10, 10, aspect)


def test_allows_keeps_every_limit() -> None:
    rule = SizeRule(grid=2, min_pixels=100, max_pixels=10_000, min_aspect=0.4, max_aspect=2.5)
    legal = [(10, 10), (100, 100), (50, 20), (20, 50)]
    broken = [(11, 10), (8, 10), (102, 100), (52, 20), (20, 52), (0, 0), (-10, -10)]
    assert [rule.allows(*size) for size in legal + broken] == [True] * 4 + [False] * 7
    assert not SizeRule(sizes=(Size(width=64, height=64),), only_listed=True).allows(64, 66)
    assert not SizeRule().allows(terms.MAX_SIDE + 1, 2)


@pytest.mark.parametrize(
    "fields",
    [
        {"min_pixels": 5, "max_pixels": 4}, {"min_aspect": 2, "max_aspect": 1}, {"only_listed": True}, {"grid": 0},
        {"grid": 16, "sizes": ({"width": 830, "height": 480},)},
        {"max_pixels": 100, "sizes": ({"width": 20, "height": 20},)},
        {"grid": 16, "max_pixels": 200}, {"grid": 1024, "min_aspect": 20, "max_aspect": 30}, {"max_aspect": math.inf},
    ],
)  # fmt: skip
def test_impossible_sizes_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SizeRule.model_validate(fields)


# -- profiles ---------------------------------------------------------------------------------------


def test_a_profile_is_read() -> None:
    read = profile(licence="Apache-2.0")
    assert [str(rate) for rate in read.frame_rates or ()] == ["24000/1001", "24"]
    assert read.length == WAN
    assert read.size.sizes == (Size(width=832, height=480),)
    assert read.references == {"depth": Reference(encoding="disparity"), "asset": Reference(max=3)}


def test_any_is_said_aloud() -> None:
    read = profile(frame_rates="any", length="any", size="any")
    assert (read.frame_rates, read.length, read.size) == (None, LengthRule(), SizeRule())
    for field in ("frame_rates", "length", "size", "references"):
        assert told(**{field: None}).startswith(f"{field} is missing")


def test_a_profile_survives_its_own_document() -> None:
    for changes in ({}, {"frame_rates": "any", "length": "any", "size": "any"}):
        read = profile(**changes)
        again = parse_profile(to_json(read.document()))
        assert again == read
        assert again.unsure == read.unsure


def test_a_profile_does_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        profile().title = "Other"


def test_every_pass_is_a_reference() -> None:
    assert set(terms.values(terms.PASSES)) <= set(REFERENCES)
    assert [value for value, _ in DEPTH_ENCODINGS] == ["linear", "disparity", "per-frame"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"lenght": {}}, '"lenght" (did you mean length?) is not a field of a profile'),
        ({"length": {"maxx": 3}}, 'length: "maxx" (did you mean max?) is not a field of a profile'),
        ({"length": {"max": "81"}}, 'length.max: input should be a valid integer, not "81"'),
        ({"length": {"max": 81.5}}, "length.max: input should be a valid integer"),
        ({"length": {"min": True}}, "length.min: input should be a valid integer, not true"),
        ({"length": []}, "length: input should be an object"),
        ({"length": {"step": 4, "offset": 4}}, "length: offset 4 has to be smaller than step 4"),
        ({"length": {"max": 10**40}}, "length.max: input should be less than or equal to 1000000"),
        ({"frame_rates": []}, "frame_rates: the list should have at least 1 item."),
        ({"frame_rates": 24}, "frame_rates: input should be a valid array, not 24"),
        ({"frame_rates": ["fast"]}, "'fast' is not a frame rate"),
        ({"frame_rates": [0]}, "frame_rates.0.num: "),
        ({"frame_rates": [True]}, "frame_rates.0: "),
        ({"frame_rates": [23.976]}, "frame_rates.0: "),
        ({"size": {"sizes": ["832:480"]}}, 'size.sizes.0: write a size as "832x480", not "832:480"'),
        ({"size": {"sizes": ["832x０480"]}}, "write a size as"),
        ({"size": {"sizes": ["832x48000000000"]}}, "write a size as"),
        ({"size": {"sizes": [{"width": 0, "height": 1}]}}, "size.sizes.0.width: "),
        ({"size": {"grid": 16, "sizes": ["830x480"]}}, "the size 830×480 breaks the limits beside it"),
        ({"size": {"max_aspect": "wide"}}, 'size.max_aspect: input should be a valid number, not "wide"'),
        ({"name": "Film 1"}, "name: write lower-case letters"),
        ({"name": "nul"}, "name: write lower-case letters"),
        ({"name": "a..b"}, "name: write lower-case letters"),
        ({"name": "x" * 41}, "name: write lower-case letters"),
        ({"name": 3}, "name: input should be a valid string, not 3"),
        ({"title": ""}, "title: "),
        ({"references": {"detph": {}}}, 'references: "detph" (did you mean depth?) is not known here'),
        ({"references": {"depth": {}}}, "references.depth: depth needs an encoding, and nothing else has one"),
        ({"references": {"clay": {"encoding": "linear"}}, "passes": []}, "references.clay: depth needs an encoding"),
        ({"references": {"depth": {"encoding": "log"}}}, "references.depth.encoding: "),
        ({"references": {"clay": {"min": 2}}}, "references.clay: min 2 is above max 1"),
        ({"passes": ["clay"]}, 'passes: "clay" is not known here'),
        ({"passes": ["depth", "depth"]}, "passes: one is named twice"),
        ({"limits": [{"kinds": ["pose"], "max": 1}]}, 'limits: "pose" is not known here'),
        ({"limits": [{"kinds": [], "max": 1}]}, "limits.0.kinds: "),
        ({"provenance": {"lenght": FACT}}, 'provenance: "lenght" (did you mean length?) is not known here'),
        ({"provenance": {"title": FACT}}, 'provenance: "title" is not known here'),
        ({"provenance": {"length": {**FACT, "status": "true"}}}, "provenance.length.status: "),
        ({"provenance": {"length": {**FACT, "date": "20 Nov 2026"}}}, "provenance.length.date: "),
        ({"provenance": {"length": {**FACT, "date": 20261120}}}, "provenance.length.date: "),
        ({"provenance": {"length": {**FACT, "source": ""}}}, "provenance.length.source: "),
        ({"provenance": {"length": {"source": "x"}}}, "provenance.length.date is missing"),
        ({"schema": "shotwright.model.2"}, 'schema is "shotwright.model.2": this version of Shotwright reads'),
        ({"schema": None}, "schema is missing: this version"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(changes: dict[str, Any], sentence: str) -> None:
    message = told(**changes)
    assert sentence in message
    assert message.endswith(".")
    assert "pydantic" not in message


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "it is not JSON: line 1, column 1"),
        ("{\n  'a': 1}", "it is not JSON: line 2, column 3"),
        ("[]", "it is not a profile: write an object"),
        ("null", "it is not a profile"),
        ('{"a": 1, "a": 2}', 'it is not JSON: "a" is there twice'),
        ('{"a": NaN}', "NaN is no number here"),
        ('{"a": 1e999}', "schema is missing"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a": ' + "1" * 5000 + "}", "it is not JSON"),
        ('{"schema": ["shotwright.model.1"]}', "schema is"),
        ('{"schema": "\\ud800"}', "schema is"),
    ],
)
def test_text_that_is_no_profile(text: str, sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_profile(text)
    assert sentence in str(caught.value)
    str(caught.value).encode()


def test_broken_unicode_inside_a_profile_is_a_sentence() -> None:
    text = json.dumps(document(title="\ud800"))
    with pytest.raises(BadInput):
        parse_profile(text)


def test_many_mistakes_are_counted() -> None:
    message = told(title=1, backend=2, upstream=3, licence=4, name=5, passes=6)
    assert message.count("; ") == 4
    assert message.endswith("; and 2 more.")


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert parse_profile("\ufeff" + json.dumps(document())).name == "film-1"


# -- provenance -------------------------------------------------------------------------------------


def test_what_nobody_vouches_for_is_unsure() -> None:
    bare = profile(provenance={}, licence="MIT")
    assert bare.unsure == (
        "licence", "frame_rates", "length.min", "length.max", "length.step", "length.offset", "size.grid", "size.sizes",
        "references.depth.encoding", "references.asset.max",
    )  # fmt: skip
    assert profile().unsure == ()


def test_the_nearest_entry_speaks() -> None:
    doubtful = {**FACT, "status": "unsure"}
    read = profile(provenance={"frame_rates": FACT, "size": FACT, "references": doubtful, "length": FACT,
                               "length.max": doubtful, "references.asset": FACT})  # fmt: skip
    assert read.unsure == ("length.max", "references.depth.encoding")
    assert read.fact("length.min") == Fact.model_validate(FACT)
    assert read.fact("licence") is None


def test_any_needs_a_word_too() -> None:
    read = profile(frame_rates="any", length="any", size="any", references={}, passes=[], provenance={})
    assert read.unsure == ("frame_rates", "length", "size", "references")

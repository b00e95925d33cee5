"""A prompt brought to a limit: what goes, in which order, and that its map stays whole."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from typing import get_args

import pytest
from shotwright.core.asset import Asset
from shotwright.core.compile import compile_prompt
from shotwright.core.dialect import PLAIN, SECTIONS
from shotwright.core.prompt import CompiledPrompt, FilmStyle, Prompt
from shotwright.core.shorten import shorten
from shotwright.core.text import Unit, length

LOU = Asset(
    id="1", scene="S", tag="lou", kind="character", name="Lou", description="A robot. It is old", identity=("one eye",)
)
PROMPT = Prompt(
    subject="@lou waits. He is tired.",
    location="A hall. Rain outside.",
    action="He turns once. He lets go of the broom.",
    camera="24 mm. Slow push-in.",
    style="Long shadows.",
    constraints="No text. No cuts.",
    repeat_identity=True,
)
WHOLE = """SUBJECT
Lou (A robot. It is old) waits. He is tired.

LOCATION
A hall. Rain outside.

ACTION
He turns once. He lets go of the broom.

CAMERA
24 mm. Slow push-in.

STYLE
Soft. Grain. Long shadows.

CONSTRAINTS
No text. No cuts. Lou keeps: one eye."""
KEPT = "ACTION\nHe turns once. He lets go of the broom.\n\nCAMERA\n24 mm. Slow push-in."
ORDER = [
    "Lou keeps: one eye.", "Long shadows.", "Grain.", "Soft.", "Rain outside.", "A hall.", "He is tired.",
    "Lou (A robot. It is old) waits.", "No cuts.", "No text.",
]  # fmt: skip
"""Sentences as they go, the first one first."""


def whole(**fields: object) -> CompiledPrompt:
    dialect = replace(SECTIONS, **fields)
    return compile_prompt(PROMPT, FilmStyle(prefix="Soft. Grain."), [LOU], [], "", dialect)


def check(found: CompiledPrompt) -> None:
    for text, spans in ((found.text, found.spans), (found.negative, found.negative_spans)):
        assert [span.start for span in spans] == [0, *(span.end for span in spans)][: len(spans)]
        assert (spans[-1].end if spans else 0) == len(text)


def test_what_fits_stays():
    assert whole().text == WHOLE
    assert shorten(whole(), len(WHOLE), "characters") == whole()


def test_sentences_go_one_by_one_and_action_and_camera_stay():
    for count in range(1, len(ORDER) + 1):
        longer = shorten(whole(), limit_for(count - 1), "characters")
        found = shorten(whole(), len(longer.text) - 1, "characters")
        check(found)
        assert len(found.text) < len(longer.text)
        assert {each.text for each in found.dropped} == set(ORDER[:count])
        assert found.text == shorten(longer, len(longer.text) - 1, "characters").text
    assert found.text == KEPT
    hopeless = shorten(whole(), 5, "characters")
    assert hopeless.text == KEPT
    assert [each.section for each in hopeless.dropped] == [
        "subject", "subject", "location", "location", "style", "style", "style", *["constraints"] * 3,
    ]  # fmt: skip


def limit_for(count: int) -> int:
    """The length of the text when so many sentences are gone."""
    found = whole()
    for _ in range(count):
        found = shorten(found, len(found.text) - 1, "characters")
    return len(found.text)


def test_a_section_goes_with_its_heading():
    found = shorten(whole(), limit_for(4), "characters")
    assert "STYLE" not in found.text and "\n\n\n" not in found.text
    assert "CAMERA\n24 mm. Slow push-in.\n\nCONSTRAINTS\nNo text. No cuts." in found.text


def test_the_map_still_leads_to_the_field():
    found = shorten(whole(), limit_for(5), "characters")
    at = found.text.index("A hall")
    assert found.source_at(at) == "shot.location"
    assert found.source_at(found.text.index("It is old")) == "asset.lou.description"
    assert found.source_at(found.text.index("CAMERA")) == "heading"


@pytest.mark.parametrize("unit", get_args(Unit))
def test_every_unit(unit: Unit):
    size = length(WHOLE, unit)
    found = shorten(whole(), size - 1, unit)
    assert length(found.text, unit) < size
    assert found.dropped


def test_a_negative_text_loses_its_last_items():
    found = whole(negative=True)
    assert found.negative == "text, cuts"
    cut = shorten(found, 9, "characters")
    check(cut)
    assert cut.negative == "text"
    assert cut.dropped[-1].text == "cuts"
    assert shorten(found, 3, "characters").negative == ""
    check(shorten(found, 3, "characters"))


def test_nothing_to_leave_out():
    nothing = compile_prompt(Prompt(), FilmStyle(), [], [], "")
    assert shorten(nothing, 0, "characters") == nothing
    check(nothing)
    one = compile_prompt(Prompt(subject="One. Two."), FilmStyle(), [], [], "")
    empty = shorten(one, 2, "characters")
    assert (empty.text, empty.spans, len(empty.dropped)) == ("", (), 2)


def test_whatever_goes_in_the_limit_is_kept_or_nothing_is_left_to_drop():
    rng = random.Random(3)
    words = ["@lou", "rain.", "Really?!", "a", "机器人。", "(x.)", "No cuts.", "e\u0301", "مرحبا؟", "…"]
    units: tuple[Unit, ...] = get_args(Unit)
    for _ in range(600):
        texts = {name: " ".join(rng.choices(words, k=rng.randrange(7))) for name in PROMPT.document()}
        prompt = Prompt.model_validate({**texts, "repeat_identity": rng.random() < 0.5})
        dialect = replace(rng.choice([PLAIN, SECTIONS]), negative=rng.random() < 0.5)
        found = compile_prompt(prompt, FilmStyle(prefix=texts["style"]), [LOU], [], "", dialect)
        unit, limit = rng.choice(units), rng.randrange(120)
        less = shorten(found, limit, unit)
        check(less)
        left = {span.section for span in less.spans} - {""}
        assert length(less.text, unit) <= limit or left <= {"action", "camera"}
        assert length(less.negative, unit) <= limit or not less.negative
        for section in ("action", "camera"):
            assert told(less, section) == told(found, section)
        assert shorten(found, limit, unit) == less


def told(found: CompiledPrompt, section: str) -> str:
    return "".join(found.text[span.start : span.end] for span in found.spans if span.section == section)


def test_a_hundred_kilobytes():
    prompt = Prompt(subject="a. " * 33_000, style="@lou. " * 16_000, action="He turns.")
    found = compile_prompt(prompt, FilmStyle(), [LOU], [], "")
    before = time.perf_counter()
    less = shorten(found, 512, "tokens")
    assert time.perf_counter() - before < 4, "linear takes 1 s at most; quadratic takes minutes"
    assert length(less.text, "tokens") <= 512
    check(less)

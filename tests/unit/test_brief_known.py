"""Cameras whose brief is known: every word of it, and what must hold for all of them whatever the words are."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import pytest
from shotwright.core.brief import CameraBrief, describe, measure, summary
from shotwright.core.framerate import FrameRate
from support.cameras import backwards, mirrored, nudged
from support.known import Known, same
from support.known_cameras import CAMERAS, COMBINED, score

OTHER_SIDE = {
    "left": "right",
    "right": "left",
    "clockwise": "anticlockwise",
    "anticlockwise": "clockwise",
    "left-to-right": "right-to-left",
    "right-to-left": "left-to-right",
}
REVERSED = {
    "push-in": "pull-out",
    "pull-out": "push-in",
    "in": "out",
    "out": "in",
    "left": "right",
    "right": "left",
    "up": "down",
    "down": "up",
    "forward": "back",
    "back": "forward",
    "clockwise": "anticlockwise",
    "anticlockwise": "clockwise",
    "ease-in": "ease-out",
    "ease-out": "ease-in",
}
every = pytest.mark.parametrize("known", CAMERAS, ids=lambda known: known.name)


@every
def test_every_word(known: Known) -> None:
    rows = known.asked(measure(known.track))
    assert rows
    assert [row for row in rows if not same(row[1], row[2])] == []


def test_how_many_words_are_right() -> None:
    asked, right, wrong = score()
    print(f"{len(CAMERAS)} cameras, {len(COMBINED)} of them combined moves, {right} words right of {asked} words")
    assert len(CAMERAS) >= 40
    assert len(COMBINED) >= 12
    assert asked >= 400
    assert (right, wrong) == (asked, [])


def test_a_wrong_word_is_counted() -> None:
    pan = next(known for known in CAMERAS if known.name == "pan")
    wrong = replace(pan, moves=[{**pan.moves[0], "direction": "left"}])
    assert [row[0] for row in wrong.asked(measure(wrong.track)) if not same(row[1], row[2])] == ["moves.0.direction"]


@every
def test_noise_turns_no_word(known: Known) -> None:
    told = describe(measure(known.track))
    for seed in range(3):
        assert describe(measure(nudged(known.track, 1e-6, seed))) == told
    assert describe(measure(known.track)) == told


@every
def test_a_brief_is_stored_and_read_back(known: Known) -> None:
    brief = measure(known.track)
    assert CameraBrief.model_validate(brief.document()) == brief
    assert brief.document()["schema"] == "shotwright.brief.1"
    assert brief.moves


@every
def test_words_are_one_line_of_sentences(known: Known) -> None:
    brief = measure(known.track)
    text = describe(brief)
    assert text.endswith(".")
    assert "  " not in text and "\n" not in text and "None" not in text and " ," not in text and ", ." not in text
    assert brief.subject is None or brief.subject.id in text
    assert 0 < len(summary(brief)) < 120


@every
def test_a_plain_shot_is_told_in_few_words(known: Known) -> None:
    brief = measure(known.track)
    if [move.kind for move in brief.moves] == ["static"]:
        assert len(describe(brief)) <= 250


@every
def test_a_mirror_changes_sides_and_nothing_else(known: Known) -> None:
    brief, other = measure(known.track), measure(mirrored(known.track))

    def turned(word: str | None) -> str | None:
        return OTHER_SIDE.get(word or "", word)

    # Two moves of the same weight keep their order by name, not by side.
    key = [(m.kind, turned(m.direction), m.pace, m.easing, m.keeps, m.first, m.last) for m in brief.moves]
    assert [(m.kind, m.direction, m.pace, m.easing, m.keeps, m.first, m.last) for m in other.moves] == key
    assert other.travel == turned(brief.travel)
    for view, seen in ((brief.start, other.start), (brief.end, other.end)):
        assert (seen.size, seen.framing, seen.angle, seen.dutch) == (view.size, view.framing, view.angle, view.dutch)
        assert seen.facing == turned(view.facing)
        assert math.isclose(seen.roll, -view.roll, abs_tol=0.02)
        assert (seen.place is None) == (view.place is None)
        if view.place and seen.place:
            assert (seen.place.across, seen.place.up) == (turned(view.place.across), view.place.up)


@pytest.mark.parametrize("known", [each for each in CAMERAS if "handheld" not in each.name], ids=lambda each: each.name)
def test_half_the_speed_is_the_same_move(known: Known) -> None:
    brief = measure(known.track)
    slow = measure(replace(known.track, fps=FrameRate.of(Fraction(12))))
    assert slow.seconds == pytest.approx(2 * brief.seconds)
    done = [move for move in brief.moves if move.kind != "static"]
    other = [move for move in slow.moves if move.kind != "static"]
    assert [(m.kind, m.direction, m.easing) for m in other] == [(m.kind, m.direction, m.easing) for m in done]
    for move, half in zip(done, other, strict=True):
        assert half.amount == pytest.approx(move.amount, rel=0.01)
        assert half.speed == pytest.approx(move.speed / 2, rel=0.05, abs=0.01)


@pytest.mark.parametrize("known", [each for each in CAMERAS if "handheld" not in each.name], ids=lambda each: each.name)
def test_backwards_every_move_is_its_opposite(known: Known) -> None:
    brief, back = measure(known.track), measure(backwards(known.track))
    ends = 2 * brief.first + (brief.last - brief.first)

    def turned(word: str | None) -> str | None:
        return REVERSED.get(word or "", word)

    wanted = {
        (turned(m.kind), turned(m.direction), turned(m.easing), ends - m.last, ends - m.first) for m in brief.moves
    }
    assert {(m.kind, m.direction, m.easing, m.first, m.last) for m in back.moves} == wanted
    if brief.subject and back.subject:
        assert (back.start.size, back.end.size) == (brief.end.size, brief.start.size)

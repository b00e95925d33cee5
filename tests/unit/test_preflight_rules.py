"""Every rule says something where it should, and nothing where it just should not."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from itertools import accumulate

import pytest
from pydantic import ValidationError
from shotwright.core.brief import measure
from shotwright.core.brief.track import CameraTrack
from shotwright.core.preflight import Facts, check, rules, skipped
from shotwright.core.preflight.rules import _FILE, CHECKS, Rule, Rules
from support.preflight import GOOD, filmed, profile
from support.preflight_cases import CASES

CODES = sorted(CASES)


def test_nothing_is_wrong_with_a_good_shot():
    assert check(GOOD) == ()
    assert skipped(GOOD) == ()


def test_every_rule_has_a_function_and_a_case():
    assert list(rules()) == [each["code"] for each in json.loads(_FILE.read_text(encoding="utf-8"))["rules"]]
    assert set(rules()) == set(CHECKS) == set(CASES)
    assert len(rules()) >= 45


@pytest.mark.parametrize("code", CODES)
def test_trips(code: str):
    case, rule = CASES[code], rules()[code]
    found = [finding for finding in check(case.trips) if finding.code == code]
    assert found, check(case.trips)
    for finding in found:
        assert finding.about == rule.about
        assert finding.severity == rule.severity_for(case.trips.profile)
        assert finding.fix == rule.fix
        assert finding.shot == case.trips.shot.id
        assert "{" not in finding.message and "  " not in finding.message
    assert case.says in found[0].message, found[0].message


@pytest.mark.parametrize("code", CODES)
def test_just_misses(code: str):
    """It looked, and found nothing."""
    misses = CASES[code].misses
    assert code not in skipped(misses)
    assert code not in [finding.code for finding in check(misses)]


@pytest.mark.parametrize("code", CODES)
def test_says_nothing_without_its_facts(code: str):
    assert check(Facts()) == ()
    for need in CHECKS[code].needs:
        facts = replace(CASES[code].trips, **{need: None})
        assert code in skipped(facts)
        assert code not in [finding.code for finding in check(facts)]


def test_the_worst_comes_first():
    found = check(CASES["camera-none"].trips)
    assert [finding.severity for finding in found] == sorted(
        (finding.severity for finding in found), key=("error", "warning", "note").index
    )


@pytest.mark.parametrize("code", [code for code in CODES if not rules()[code].models.all])
def test_rules_of_models_leave_the_others_alone(code: str):
    """A model that reads neither text nor pictures: an animatic."""
    silent = profile(references={}).model_copy(update={"prompt": None, "references": {}, "limits": (), "passes": ()})
    for model in (silent, None):
        assert code in skipped(replace(CASES[code].trips, profile=model))


def test_a_limit_that_nobody_checked_stops_no_shot():
    (sure,) = [each for each in check(CASES["model-length-long"].trips) if each.code == "model-length-long"]
    assert (sure.severity, sure.source, sure.status) == ("error", "a test", "measured")
    doubtful = replace(CASES["model-length-long"].trips, profile=profile(unsure=("length.max",)))
    (unsure,) = [each for each in check(doubtful) if each.code == "model-length-long"]
    assert (unsure.severity, unsure.status) == ("warning", "unsure")


# -- jumps ----------------------------------------------------------------------------------------


def jumps(of: CameraTrack) -> list[str]:
    found = check(replace(GOOD, track=of, brief=measure(of)))
    return [finding.message for finding in found if finding.code == "camera-jump"]


def steps(*lengths: float) -> list[float]:
    """Where a camera is that stands for five frames before and after steps of these lengths."""
    return list(accumulate([0.0] * 5 + list(lengths) + [0.0] * 5))


@pytest.mark.parametrize(
    ("aside", "turned", "says"),
    [
        (steps(4), None, "at frame 6:"),
        (steps(0.31), None, "at frame 6:"),  # 6 m away: a twentieth is 0.3 m
        (steps(0.29), None, ""),
        ([x + 0.1 * i for i, x in enumerate(steps(4))], None, "at frame 6:"),  # on a dolly that goes
        (steps(0.6, 0.7, 0.6), None, ""),
        ([4.0 * (i // 2) for i in range(20)], None, ""),  # on twos: no step stands out
        ([0.0] * 11, steps(90), "at frame 6:"),
        ([0.0] * 11, steps(14), ""),
        ([0.0] * 14, steps(15, 30, 30, 15), ""),  # a whip pan in a sixth of a second
        ([*steps(4), *(x + 4 for x in steps(4))], None, "at frames 6 and 17: make several shots"),
        ([0.0, 4.0], None, ""),  # nothing to compare with
        ([0.0], None, ""),
    ],
)
def test_a_jump_stands_out(aside: list[float], turned: list[float] | None, says: str):
    found = jumps(filmed(*aside, turned=turned or ()))
    assert len(found) == bool(says)
    assert not found or says in found[0]


def test_a_step_of_many_frames_may_be_a_fast_move():
    (said,) = jumps(filmed(*steps(4), step=3))
    assert "jumps at frames 14-16: make two shots" in said
    assert jumps(filmed(*steps(4), step=4)) == []


def test_a_camera_that_is_nowhere_for_a_while_is_passed_over():
    lost = filmed(*steps(4))
    nowhere = ((math.nan,) * 4,) * 4
    samples = tuple(replace(each, matrix=nowhere) if each.frame == 3 else each for each in lost.samples)
    assert len(jumps(replace(lost, samples=samples))) == 1


# -- subjects -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        ({}, True),
        ({"framing": "single"}, True),
        ({"framing": "insert"}, False),
        ({"framing": "insert", "part": "hands"}, False),
        ({"framing": "single", "part": "feet"}, False),
    ],
)
@pytest.mark.parametrize("code", ["subject-still", "subject-lost", "subject-small"])
def test_a_part_of_somebody_need_not_walk(code: str, seen: dict[str, str], said: bool):
    facts = CASES[code].trips
    cut = facts.brief.start.model_copy(update=seen)
    for changed in ({"start": cut}, {"end": cut}, {"start": cut, "end": cut}):
        found = check(replace(facts, brief=facts.brief.model_copy(update=changed)))
        assert (code in [finding.code for finding in found]) is said


# -- the file -------------------------------------------------------------------------------------

RULE = {
    "code": "test-rule",
    "title": "A rule",
    "severity": "warning",
    "about": "shot",
    "sentence": "{number} is wrong.",
    "source": "a test",
    "date": "2026-11-20",
    "status": "measured",
}


def read(**changed: object) -> Rule:
    document = {key: value for key, value in {**RULE, **changed}.items() if value is not None}
    return Rule.model_validate_json(json.dumps(document), strict=True)


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"code": "Bad"}, "code"),
        ({"severity": "fatal"}, "severity"),
        ({"about": "weather"}, "about"),
        ({"severity": "error", "status": "unsure"}, "stops no shot"),
        ({"sterner": {"reads": "text", "severity": "error"}, "status": "unsure"}, "stops no shot"),
        ({"sterner": {"reads": "smell", "severity": "note"}}, "'smell' is nothing a model reads"),
        ({"models": {"reads": ["smell"]}}, "'smell' is nothing a model reads"),
        ({"sentence": "{shot.id} is wrong."}, "no plain name"),
        ({"sentence": "{} is wrong."}, "no plain name"),
        ({"source": None}, "source"),
        ({"date": "yesterday"}, "date"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_bad_rule_is_refused(changed: dict[str, object], complaint: str):
    read()
    with pytest.raises(ValidationError, match=re.escape(complaint)):
        read(**changed)


def test_a_rule_is_there_once():
    document = json.dumps({"schema": "shotwright.rules.1", "rules": [RULE, RULE]})
    with pytest.raises(ValidationError, match="test-rule is there twice"):
        Rules.model_validate_json(document, strict=True)


def test_texts_of_the_rules_end_as_sentences_do():
    for rule in rules().values():
        handed_on = rule.sentence.endswith(("{said}", "{note}", "{problem}", "{why}"))
        assert handed_on or rule.sentence[-1] in ".:", rule.code
        assert not rule.advice or rule.advice[-1] == ".", rule.code
        assert rule.advice or rule.sentence[-1] != ":", f"{rule.code} announces advice"

"""What a request holds of a prompt, and what a model's profile says about text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError
from shotwright.backends import catalog
from shotwright.core.dialect import PLAIN, SECTIONS
from shotwright.core.errors import BadInput
from shotwright.core.framerate import FrameRate
from shotwright.core.model import ModelProfile, PromptRule, parse_profile
from shotwright.core.model_base import to_json
from shotwright.core.prompt import CompiledText
from shotwright.core.take import Request, RequestShot
from support.models import entry


def shot(name: str, prompt: CompiledText | None = None) -> RequestShot:
    return RequestShot(
        shot=name,
        number="SH010",
        name="Wide",
        package="d79fc240ad5151d8d30f42f78e2bce82",
        files={"clay.mp4": "00"},
        first=-3,
        last=80,
        start=1,
        end=76,
        fps=FrameRate(num=24000, den=1001),
        width=640,
        height=360,
        frames=84,
        kept=84,
        lens=24.0,
        prompt=prompt,
    )


def request(*shots: RequestShot) -> Request:
    fps = FrameRate(num=24, den=1)
    parameters: dict[str, str | int | float | bool] = {"picture": "board"}
    return Request(model="animatic", film="film", shots=shots, fps=fps, width=640, height=360, parameters=parameters)


def test_a_request_without_a_prompt_has_the_digest_it_had_before_there_were_any():
    asked = request(shot("a"), shot("b"))
    assert asked.digest() == "59551f86f26c466c74e54305fb26e49106e929d7301f22b15f8e8f6c616b5d37"
    assert asked.digest_for("b") == "bfab42454eae3fef35ad58c910e990e4c1f393521fb43c51dc86c77e5b40878f"
    assert "prompt" not in to_json(asked.document())
    assert Request.model_validate(asked.document()) == asked


def test_a_prompt_is_part_of_what_is_asked():
    one, other = CompiledText(text="Lou turns."), CompiledText(text="Lou turns.", negative="text")
    asked = request(shot("a", one), shot("b"))
    assert asked.document()["shots"][0]["prompt"] == {"text": "Lou turns.", "negative": ""}
    assert "prompt" not in asked.document()["shots"][1]
    assert Request.model_validate(json.loads(to_json(asked.document()))) == asked
    digests = {request(shot("a", each)).digest_for("a") for each in (None, one, other)}
    assert len(digests) == 3
    assert asked.digest_for("b") == request(shot("b")).digest()
    with pytest.raises(ValidationError):
        Request.model_validate({**asked.document(), "shots": [{**shot("a").document(), "prompt": "Lou turns."}]})


def profile(**changes: Any) -> ModelProfile:
    return parse_profile(entry(**changes))


def test_a_profile_from_before_there_were_prompts_takes_no_text():
    assert profile().prompt is None
    assert "prompt" not in profile().unsure
    assert parse_profile(to_json(profile().document())) == profile()


def test_a_profile_says_how_text_is_taken():
    rule = {"max": 2500, "unit": "utf16", "negative": True, "dialect": "sections", "languages": ["en"]}
    found = profile(prompt=rule)
    assert found.prompt == PromptRule(max=2500, unit="utf16", negative=True, dialect="sections", languages=("en",))
    dialect = found.prompt.read_as()
    assert (dialect.headings, dialect.limit, dialect.unit, dialect.negative) == (SECTIONS.headings, 2500, "utf16", True)
    assert "prompt.max" in found.unsure
    fact = {"source": "a page", "date": "2026-11-20", "status": "documented"}
    assert not any(path.startswith("prompt") for path in profile(prompt=rule, provenance={"prompt": fact}).unsure)
    assert profile(prompt={}).prompt == PromptRule()
    assert PromptRule().read_as() == PLAIN


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ({"dialect": "pirate"}, 'prompt.dialect: "pirate" is not known here'),
        ({"dialect": "section"}, '"section" (did you mean sections?) is not known here'),
        ({"max": 0}, "prompt.max: input should be greater than or equal to 1"),
        ({"max": "512"}, "prompt.max: input should be a valid integer"),
        ({"unit": "letters"}, "prompt.unit: input should be 'characters', 'utf16'"),
        ({"maximum": 3}, 'prompt: "maximum" (did you mean max?) is not a field of a profile'),
        ({"negative": "yes"}, "prompt.negative: input should be a valid boolean"),
    ],
)
def test_a_wrong_rule_is_named(rule: dict[str, Any], sentence: str):
    with pytest.raises(BadInput) as caught:
        profile(prompt=rule)
    assert sentence in str(caught.value)


def test_ours():
    models = catalog.load().models
    assert models["animatic"].prompt is None
    for name in ("wan2.1-vace-1.3b", "wan2.1-vace-14b"):
        rule = models[name].prompt
        assert rule
        assert (rule.max, rule.unit, rule.negative) == (512, "tokens", True)
        assert [path for path in models[name].unsure if path.startswith("prompt")] == ["prompt.languages"]

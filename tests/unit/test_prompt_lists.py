"""Prompts in shot lists; that they survive writing and reading is in test_shotlist_json."""

from __future__ import annotations

import json

import pytest
from shotwright.core import shotlist, shotlist_csv, shotlist_fountain, shotlist_json
from shotwright.core.errors import ShotListError
from shotwright.core.framerate import FrameRate
from shotwright.core.prompt import Prompt
from shotwright.core.shot import Shot
from shotwright.core.shotlist import from_shots


def shot(**sections: str | bool) -> Shot:
    return Shot(
        id="0b9f3b5e-32e4-4a51-9f39-0a5f5f1f0001",
        scene="Scene",
        number="SH010",
        name="Wide",
        start=1,
        end=48,
        fps=FrameRate.of(24),
        width=64,
        height=64,
        order=0,
        prompt=Prompt.model_validate(sections),
    )


def test_a_list_without_prompts_is_as_it_was():
    shots = from_shots([shot()])
    for module in (shotlist_json, shotlist_csv, shotlist_fountain):
        assert "prompt" not in module.render(shots)
    (row,) = shotlist_json.parse('{"shots": [{"number": "SH010"}]}').shots
    assert (row.prompt_subject, row.prompt_repeat_identity) == ("", None)


def test_what_each_format_says():
    shots = from_shots([shot(subject="@lou\nwaits\x07", camera="locked off", repeat_identity=True)])
    (row,) = json.loads(shotlist_json.render(shots))["shots"]
    assert {key: value for key, value in row.items() if key.startswith("prompt")} == {
        "prompt_subject": "@lou waits",
        "prompt_camera": "locked off",
        "prompt_repeat_identity": True,
    }
    head, line = shotlist_csv.render(shots).splitlines()
    assert "fps,prompt_subject,prompt_location," in head
    assert ",'@lou waits,,,locked off,,,yes," in line
    assert "| prompt subject: @lou waits | prompt camera: locked off |" in shotlist_fountain.render(shots)


@pytest.mark.parametrize("heading", ["Prompt Subject", "prompt_subject", "PROMPT-SUBJECT"])
def test_headings_of_a_spreadsheet(heading: str):
    (row,) = shotlist_csv.parse(f'number,{heading}\nSH010,"two\nlines"\n').shots
    assert row.prompt_subject == "two lines"


def test_the_longest_section():
    most = "x" * shotlist.MAX_PROMPT
    for module in (shotlist_json, shotlist_csv, shotlist_fountain):
        (row,) = module.parse(module.render(from_shots([shot(subject=most)]))).shots
        assert row.prompt_subject == most
    with pytest.raises(ShotListError, match=r"shot 1 .SH010.: prompt_subject is .*: write text, at most 100,000 char"):
        from_shots([shot(subject=most + "x")])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"shots": [{"number": "A", "prompt_subject": 3}]}', "prompt_subject is 3: write text"),
        ('{"shots": [{"number": "A", "prompt_repeat_identity": "x"}]}', 'prompt_repeat_identity is "x": write true or'),
        ('{"shots": [{"number": "A", "prompt_sujbect": "x"}]}', "(did you mean prompt_subject?)"),
    ],
)
def test_a_wrong_field(text: str, sentence: str):
    with pytest.raises(ShotListError) as caught:
        shotlist_json.parse(text)
    assert sentence in str(caught.value)

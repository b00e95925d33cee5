"""What is typed for the film's style, and prompts in a file."""

from __future__ import annotations

import json

import pytest
from shotwright.core import prompt_file, terms
from shotwright.core.errors import BadInput
from shotwright.core.framerate import FrameRate
from shotwright.core.prompt import PaletteColour, Prompt
from shotwright.core.shot import Shot
from shotwright.core.style import EXAMPLE, parse_kelvin, parse_palette, parse_shutter, shares_problem


def test_a_palette():
    assert parse_palette(EXAMPLE) == (
        PaletteColour(share=60, name="aged ivory", colour="#e8dcc0"),
        PaletteColour(share=30, name="verdigris", colour="#43b3ae"),
        PaletteColour(share=10, name="oxblood", colour="#4a0000"),
    )
    assert parse_palette("33.3% Red #FF0000,33.3 %  green ,33.3 #0000ff") == (
        PaletteColour(share=33.3, name="Red", colour="#ff0000"),
        PaletteColour(share=33.3, name="green"),
        PaletteColour(share=33.3, name="", colour="#0000ff"),
    )
    assert parse_palette("100 white") == (PaletteColour(share=100, name="white"),)
    assert parse_palette("100 white; warm") == (PaletteColour(share=100, name="white; warm"),)
    assert parse_palette(" \n") == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "60 ivory, 40 verdigris, 10 oxblood",
            "The palette adds to 110 %, not 100: take 10 off, for instance ivory 50 instead of 60.",
        ),
        ("50 ivory", "The palette adds to 50 %, not 100: add 50, for instance ivory 100 instead of 50."),
        ("40 a, 40 b, 40 c, 40 d, 40 e", "The palette adds to 200 %, not 100: take 100 off."),
        ("60 a; 40 b", '"60 a; 40 b" is divided by semicolons: write commas between the colours, such as 60 aged'),
        ("60 a;40 #ffffff", "write commas between"),
        ("ivory", '"ivory" is no colour of a palette: write its share in per cent and its name'),
        ("60", '"60" is no colour of a palette'),
        ("60 ivory,, 40 b", '"" is no colour of a palette'),
        ("60:30:10", '"60:30:10" is no colour'),
        ("60 ivory #e8dcc, 40 b", '"#e8dcc" is no hex code: write # and six digits'),
        ("60 ivory #e8dcg0, 40 b", '"#e8dcg0" is no hex code'),
        ("60 ivory #e8dcc0 x, 40 b", '"#e8dcc0 x" is no hex code'),
        ("0 ivory, 100 b", "has a share of 0 %"),
        ("101 ivory", "has a share of 101 %"),
        ("-60 ivory, 160 b", '"-60 ivory" is no colour'),
        ("nan ivory", '"nan ivory" is no colour'),
        ("60 " + "x" * 100_000 + "#", '"#" is no hex code'),
    ],
)
def test_what_is_no_palette(text: str, sentence: str):
    with pytest.raises(BadInput) as caught:
        parse_palette(text)
    assert sentence in str(caught.value)
    assert len(str(caught.value)) < 300


def test_shares_that_are_almost_right_pass():
    thirds = [PaletteColour(share=33.3, name=name) for name in "abc"]
    assert shares_problem(thirds) is None
    assert shares_problem([]) is None
    assert "33.3" in (shares_problem(thirds[:2]) or "")


def test_white_balance_and_shutter():
    assert [parse_kelvin(text) for text in ("3000", " 5600 K", "1500", "15000k")] == [3000, 5600, 1500, 15000]
    assert [parse_shutter(text) for text in ("180", "172,8", "1", "360°", "90.5 °")] == [180, 172.8, 1, 360, 90.5]
    for text in ("1000", "15001", "0", "999999999"):
        with pytest.raises(BadInput, match=f"write {terms.MIN_KELVIN} to {terms.MAX_KELVIN} K"):
            parse_kelvin(text)
    for text in ("warm", "", "-3000", "3e3", "3000.5", "٣٠٠٠"):
        with pytest.raises(BadInput, match="write kelvin, such as 3000"):
            parse_kelvin(text)
    for text in ("0", "0.5", "361", "999999999"):
        with pytest.raises(BadInput, match="write 1 to 360 degrees"):
            parse_shutter(text)
    for text in ("half", "1/48", "", "nan", "inf", "-180"):
        with pytest.raises(BadInput, match="write degrees"):
            parse_shutter(text)


# -- prompts in a file ----------------------------------------------------------------------------------


def shot(number: str, **sections: str) -> Shot:
    return Shot(
        id=f"id-{number}",
        scene="Scene",
        number=number,
        name="",
        start=1,
        end=2,
        fps=FrameRate.of(24),
        width=64,
        height=64,
        order=0,
        prompt=Prompt(**sections),
    )


def test_what_is_written_is_read():
    shots = [shot("SH010", subject="@lou “waits”", camera="مرحبا"), shot("SH020")]
    first, second = prompt_file.parse(prompt_file.render(shots))
    assert (first.id, first.number) == ("id-SH010", "SH010")
    assert first.said == shots[0].prompt.document()
    assert second.said == {**dict.fromkeys(terms.values(terms.SECTIONS), ""), "repeat_identity": False}


def test_what_is_left_out_is_not_said():
    text = json.dumps({"schema": prompt_file.SCHEMA, "shots": [{"number": "SH010", "action": " two\nlines\u202e "}]})
    (entry,) = prompt_file.parse("\ufeff" + text)
    assert entry.said == {"action": "two lines"}


def lists(*shots: object) -> str:
    return json.dumps({"schema": prompt_file.SCHEMA, "shots": shots})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "it is not JSON: line 1, column 1"),
        ("{", "it is not JSON"),
        ("[]", "write an object"),
        ("[" * 100_000, "it is not a file of prompts"),
        ("{}", "schema is missing"),
        ('{"schema": "shotwright.prompts.2"}', 'schema is "shotwright.prompts.2": this version of Shotwright reads'),
        ('{"schema": 1e999}', "schema is Infinity"),
        ('{"schema": "shotwright.prompts.1"}', "shots: field required"),
        ('{"schema": "shotwright.prompts.1", "shots": [], "film": ""}', "film: extra inputs"),
        ('{"schema": "shotwright.prompts.1", "shots": {}}', "shots: "),
        (lists(3), "shot 1: input should be"),
        (lists({}), "shot 1: the number is missing"),
        (lists({"number": "SH010", "sujbect": "x"}), "SH010: sujbect is not a field of a prompt, use id, number, subj"),
        (lists({"number": "SH010", "subject": 3}), "SH010: subject: input should be a valid string"),
        (lists({"number": "SH010", "repeat_identity": "yes"}), "SH010: repeat_identity: input should be a valid bool"),
        (lists({"number": ""}), "shot 1: number: "),
        (lists({"number": "SH010"}, {"number": "SH010"}), "two shots have the number SH010: remove one of them"),
        (lists({"number": "a", "id": "x"}, {"number": "b", "id": "x"}), "two shots have the id x"),
        (lists(*({"number": f"n{i}", "x": 1} for i in range(9))), "; and 4 more."),
    ],
)
def test_a_file_that_can_not_be_read(text: str, sentence: str):
    with pytest.raises(BadInput) as caught:
        prompt_file.parse(text)
    assert sentence in str(caught.value)
    assert len(str(caught.value)) < 1500

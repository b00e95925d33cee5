"""Tags in texts: found in any script, addresses left alone, renamed whole."""

from __future__ import annotations

from time import perf_counter

import pytest
from shotwright.core.prompt import Prompt
from shotwright.core.tags import mentioned, plain_tag, replace_tag, tags_in


def names(text: str) -> list[str]:
    return [found.tag for found in tags_in(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("no tag", []),
        ("@lou", ["lou"]),
        ("@lou sweeps, @Lou2 looks at @LOU's broom.", ["lou", "lou2", "lou"]),
        ("(@lou) “@ballroom”: @record_player, @lou.", ["lou", "ballroom", "record_player", "lou"]),
        ("@lou-like and then.@lou", ["lou", "lou"]),
        ("@lou.She walks", ["lou"]),
        ("a@b.c, lou.x@mail.example.org and café@b.com", []),
        ("почта@b.com", []),
        ("mail me: x@lou", []),
        ("@@lou @lou@ @lou@ballroom", []),
        ("@ lou @ @1080p @_x @é", []),
        ("@löu @loué @loú", []),
        ("他和@lou在舞厅。@ballroom里很黑", ["lou", "ballroom"]),
        ("@lou가 걷는다", ["lou"]),
        ("في @ballroom يرقص @lou وحده", ["ballroom", "lou"]),
        ("\u2067@lou\u2069", ["lou"]),
        ("@\u200flou", []),
        ("line\n@lou\ttab@ballroom\x00@lou", ["lou", "lou"]),
        ("@" + "a" * 40, ["a" * 40]),
    ],
)
def test_which_tags_a_text_has(text: str, expected: list[str]):
    assert names(text) == expected
    for found in tags_in(text):
        assert text[found.start : found.end].lower() == f"@{found.tag}"


def test_a_long_text_takes_no_time():
    for piece in ("@lou sweeps. ", "a@b.c ", "@@", "x@", "@a.", "a.b-c@d-", "é@"):
        text = piece * (100_000 // len(piece))
        clock = perf_counter()
        tags_in(text)
        assert perf_counter() - clock < 1.0, piece
    assert len(tags_in("@lou sweeps. " * 8_000)) == 8_000


def test_what_a_prompt_mentions_in_reading_order():
    prompt = Prompt(
        constraints="never show @lamp, @lou stays dry",
        subject="@Lou the robot with @broom",
        location="@ballroom",
        camera="close on @broom",
        action="sweeps",
    )
    assert mentioned(prompt) == ("lou", "broom", "ballroom", "lamp")
    assert mentioned(Prompt()) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@lou", "@louise"),
        ("@LOU and @lou2, lou, a@lou.com: @lou's @lou", "@louise and @lou2, lou, a@lou.com: @louise's @louise"),
        ("在@lou在", "在@louise在"),
        ("nothing", "nothing"),
    ],
)
def test_a_tag_is_replaced_whole(text: str, expected: str):
    assert replace_tag(text, "lou", "louise") == expected


def test_a_tag_as_typed():
    assert [plain_tag(text) for text in ("@Lou", "lou", " @lou ", "@@lou", "")] == ["lou", "lou", "lou", "@lou", ""]

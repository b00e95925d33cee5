"""The parts of preflight that are no rules: hidden characters, palettes, words, pictures of cameras, the listing."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from shotwright.core.preflight import check, listing, problems
from shotwright.core.preflight.listing import numbering
from shotwright.core.preflight.styles import scaled
from shotwright.core.preflight.words import count, listed, percent
from shotwright.core.quote import Quote, QuoteLine
from shotwright.core.text import (
    control_letters,
    direction_letters,
    hidden,
    right_to_left,
    short,
    without_hidden,
)
from shotwright.media.photographs import camera_of
from support.preflight import GOOD, change, shot
from support.preflight_cases import CASES

# -- texts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "control", "direction", "plain"),
    [
        ("", (), (), ""),
        ("Lou\twalks\r\non", (), (), "Lou\twalks\r\non"),
        ("a\x07b", ("U+0007",), (), "a b"),
        ("a \x07b", ("U+0007",), (), "a b"),
        ("a\x07 b\x07", ("U+0007",), (), "a b"),
        ("\x00\x1b\x00a", ("U+0000", "U+001B"), (), "a"),
        ("a\x85b", ("U+0085",), (), "a b"),
        ("\u202eabc\u202c", (), ("U+202E", "U+202C"), "abc"),
        ("a\u2066\x7fb", ("U+007F",), ("U+2066",), "a b"),
        ("a\ud800b", ("U+D800",), (), "a b"),
        ("a\u200fb", (), (), "a\u200fb"),  # how a neighbour is written, and sent as it is
        ("👩\u200d🚀", (), (), "👩\u200d🚀"),  # joined on purpose
        ("سلام لو", (), (), "سلام لو"),
    ],
)
def test_hidden_characters(text: str, control: tuple[str, ...], direction: tuple[str, ...], plain: str):
    assert control_letters(text) == control
    assert direction_letters(text) == direction
    assert hidden(text) == (*control, *direction)
    assert without_hidden(text) == plain
    assert hidden(plain) == ()


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("", False),
        ("123 !", False),
        ("walks", False),
        ("يمشي", True),
        ("הולך", True),
        ("يمشي Lou", True),
        ("Lou يم", False),
    ],
)
def test_right_to_left(text: str, turned: bool):
    assert right_to_left(text) is turned


# -- palettes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shares", "wanted"),
    [
        ((60, 30, 10), [60, 30, 10]),
        ((60, 30, 20), [54.5, 27.3, 18.2]),
        ((1, 1, 1), [33.4, 33.3, 33.3]),
        ((0.5, 0.5), [50, 50]),
        ((1000, 0.001), [99.9, 0.1]),
        ((7,), [100]),
    ],
)
def test_shares_are_scaled_to_100(shares: tuple[float, ...], wanted: list[float]):
    assert scaled(shares) == wanted


@pytest.mark.parametrize("number", [2, 3, 6, 7, 11, 13, 64, 999])
def test_scaled_shares_add_to_100_exactly(number: int):
    made = scaled([1 + 0.37 * (index % 5) for index in range(number)])
    assert sum(round(10 * share) for share in made) == 1000
    assert min(made) >= 0.1


# -- words ----------------------------------------------------------------------------------------


def test_words():
    assert [listed(list("abcde")[:n]) for n in range(6)] == [
        "",
        "a",
        "a and b",
        "a, b and c",
        "a, b, c and 1 more",
        "a, b, c and 2 more",
    ]
    assert (count(1, "frame"), count(2000, "frame"), count(2, "body", "bodies")) == (
        "1 frame",
        "2,000 frames",
        "2 bodies",
    )
    assert [percent(part) for part in (0.025, 0.0251, 1.0, 0.00001)] == ["2.5 %", "2.6 %", "100 %", "0.1 %"]
    assert short("two\nlines \x1b[31m of text") == "two lines [31m of text"
    assert short("x" * 100, 10) == "xxxxxxxxx…"


# -- photographs ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("maker", "model", "wanted"),
    [
        ("Canon", "Canon EOS R5", "Canon EOS R5"),
        ("Apple", "iPhone 17", "Apple iPhone 17"),
        ("", "", ""),
        (None, None, ""),
    ],
)
@pytest.mark.parametrize("ending", ["jpg", "png", "webp"])
def test_camera_of(tmp_path: Path, ending: str, maker: str | None, model: str | None, wanted: str):
    exif = Image.Exif()
    if maker is not None:
        exif[0x010F], exif[0x0110] = maker, model
    path = tmp_path / f"a.{ending}"
    Image.new("RGB", (8, 8)).save(path, exif=exif)
    assert camera_of(path) == wanted


def test_camera_of_what_is_no_picture(tmp_path: Path):
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff\xe1 nothing")
    assert camera_of(tmp_path / "a.jpg") == camera_of(tmp_path / "gone.jpg") == camera_of(tmp_path) == ""


# -- the listing and the quote --------------------------------------------------------------------


def test_the_listing_says_what_stops_a_shot_and_nothing_else():
    good = shot()
    assert problems(good, GOOD.layout) == []
    assert problems(shot(prompt=CASES["prompt-control"].trips.shot.prompt), GOOD.layout) == []
    (found,) = problems(shot(camera=None), GOOD.layout)
    assert (found.code, found.message) == ("camera-none", "SH010 has no camera: choose one in the Shot panel.")
    twice = [good, shot(id="other", order=1)]
    rows = listing(twice, {"Layout": GOOD.layout})
    assert [[each.code for each in row.problems] for row in rows] == [["number-taken"]] * 2
    assert rows[0].problems[0].message == (
        "2 shots have the number SH010: renumber all but one, for instance to SH020."
    )
    assert numbering(twice)["SH010"].same == 2


def test_findings_of_a_quote_are_there_once():
    facts = change(shot_camera=None, style=CASES["style-palette-sum"].trips.style)
    line = QuoteLine(shots=("a",), numbers=("SH010",), action="blocked", model="m", findings=check(facts))
    film = check(facts, ("asset", "style"))
    quote = Quote(film="f", model="m", lines=(line, line), findings=film)
    assert [each.code for each in quote.all_findings] == ["style-palette-sum", "camera-none"]


def test_findings_of_two_assets_that_say_the_same_are_two():
    """Of two assets with one tag, and one sentence about both, a fix has to reach both."""
    (finding,) = (each for each in check(CASES["text-control"].trips) if each.code == "text-control")
    both = (finding, finding.model_copy(update={"asset": "another"}), finding)
    quote = Quote(film="f", model="m", lines=(), findings=both)
    assert [each.asset for each in quote.all_findings] == [finding.asset, "another"]

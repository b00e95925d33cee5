"""The slate: where text stands, what is left out, that nothing else changes; and which letters can be drawn."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from shotwright.core.errors import BadInput
from shotwright.media.slate import Lettering, Rect, Slate, SlatedPanel, SlateFacts, Tag, drawable, safe_area

FACTS = SlateFacts("SH010 Robot enters", "35 mm", "The Film", "2026-11-20", "1076  76/76", "00:00:03:03")
ORDER = ["shot", "counter", "timecode", "lens", "film", "date"]
SIZES = [(1280, 720), (720, 720), (270, 480), (96, 64), (480, 200), (1080, 1920), (64, 400), (32, 32), (16, 16), (2, 2)]
LONG = replace(FACTS, shot="SH010 " + "long name " * 30, film="long film " * 30)


def noise(width: int, height: int) -> np.ndarray:
    return np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8)


def black(width: int, height: int) -> np.ndarray:
    return np.zeros((height, width, 3), np.uint8)


def part(picture: np.ndarray, rect: Rect) -> np.ndarray:
    left, top, width, height = rect
    return picture[top : top + height, left : left + width]


def apart(one: Rect, other: Rect) -> bool:
    return (
        one[0] + one[2] <= other[0]
        or other[0] + other[2] <= one[0]
        or one[1] + one[3] <= other[1]
        or other[1] + other[3] <= one[1]
    )


# -- letters ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("SH010 Robot", "SH010 Robot"),
        ("two\nlines\r\n\tand\x00 a tab", "two lines and a tab"),
        ("Café Ångström – naïve", "Cafe Angstrom - naive"),
        ("Cafe\u0301", "Cafe"),
        ("Straße, Œuvre, Łódź, 4×5", "Strasse, OEuvre, Lodz, 4x5"),
        ("🤖", "?"),
        ("a\u200d\u200f\ufe0fb", "ab"),
        ("שלום", "????"),
        ("\ud800", "?"),
        ("“quoted” · 10 °C…", "“quoted” · 10 °C…"),
        ("  \u00a0 ", ""),
        ("", ""),
    ],
)
def test_only_letters_that_can_be_drawn(text: str, drawn: str) -> None:
    assert drawable(text) == drawn


def test_a_long_text_is_shortened() -> None:
    lettering = Lettering(20)
    text = "A name that is too long"
    assert lettering.fit(text, lettering.width(text)) == text
    short = lettering.fit(text, lettering.width(text) - 1)
    assert short.endswith("…") and text.startswith(short[:-1]) and len(short) > 15
    assert lettering.width(short) < lettering.width(text)
    assert lettering.fit(text, 3) == ""


# -- where it stands --------------------------------------------------------------------------------------


@pytest.mark.parametrize("facts", [FACTS, LONG, SlateFacts("SH010"), SlateFacts("")])
@pytest.mark.parametrize("size", SIZES)
def test_nothing_changes_outside_the_title_safe_area(size: tuple[int, int], facts: SlateFacts) -> None:
    before = noise(*size)
    slate = Slate(*size, facts)
    after = slate.burn(before.copy(), "1001   1/76", "00:00:00:00")
    width, height = size
    rows, columns = np.nonzero((before != after).any(axis=2))
    if not slate.places:
        assert not len(rows)
        return
    assert rows.min() >= height * 0.05 and rows.max() < height * 0.95
    assert columns.min() >= width * 0.05 and columns.max() < width * 0.95


@pytest.mark.parametrize("facts", [FACTS, LONG])
@pytest.mark.parametrize("size", SIZES)
def test_no_text_lies_over_another(size: tuple[int, int], facts: SlateFacts) -> None:
    slate = Slate(*size, facts)
    assert all(apart(one, other) for one, other in itertools.combinations(slate.places.values(), 2))
    drawn = slate.burn(black(*size), facts.counter, facts.timecode)
    for fact, place in slate.places.items():
        assert part(drawn, place).max() > 200 or min(size) < 40, fact
        part(drawn, place)[...] = 0
    assert drawn.max() == 0, "ink outside the places"


def test_bands_darken_and_text_reads_on_white() -> None:
    before = np.full((720, 1280, 3), 255, np.uint8)
    after = Slate(1280, 720, FACTS).burn(before.copy(), "1001   1/76", "00:00:00:00")
    band = after[part_rows(after)]
    assert 80 <= np.median(band) <= 95
    assert band.max() == 255
    changing = noise(1280, 720)
    burnt = Slate(1280, 720, FACTS).burn(changing.copy(), "1001   1/76", "00:00:00:00")
    assert burnt[650:680, 400:800].std() > 15, "the picture shows through"


def part_rows(picture: np.ndarray) -> slice:
    """The rows of the lower band."""
    _, top, _, height = Slate(picture.shape[1], picture.shape[0], FACTS).places["shot"]
    return slice(top, top + height)


def test_facts_are_left_out_by_importance() -> None:
    counts: list[int] = []
    for width in (480, 240, 140, 96, 70, 40):
        shown = list(Slate(width, width * 9 // 16, FACTS).places)
        assert shown == ORDER[: len(shown)]
        counts.append(len(shown))
    assert counts[0] == 6 and counts[-1] < 3
    assert counts == sorted(counts, reverse=True)
    assert list(Slate(1280, 720, replace(FACTS, lens="", date="")).places) == ["shot", "counter", "timecode", "film"]


def test_the_number_of_a_shot_is_never_cut() -> None:
    for size in ((1280, 720), (270, 480), (96, 64)):
        slate = Slate(*size, LONG)
        number = Slate(*size, replace(LONG, shot="SH010 …"))
        rows = part(slate.burn(black(*size)), slate.places["shot"])
        wide = Lettering(9).width("SH010")
        same = part(number.burn(black(*size)), number.places["shot"])
        if rows.shape[0] == same.shape[0]:
            assert np.array_equal(rows[:, :wide], same[:, :wide])
        assert slate.places["shot"][2] > wide


def test_running_numbers_stand_still() -> None:
    slate = Slate(640, 360, FACTS)
    left, top, width, height = slate.places["timecode"]
    one, other = (slate.burn(black(640, 360), "1001   1/76", f"00:00:0{second}:00") for second in (1, 2))
    changed = np.nonzero((one != other).any(axis=(0, 2)))[0]
    assert len(changed) and left <= changed.min() and changed.max() < left + width
    assert changed.max() - changed.min() < Lettering(14).cell("0") + 1, "only the digit that counts"
    assert np.array_equal(slate.burn(black(640, 360), "1001   1/76", "00:00:01:00"), one), "nothing is left of the last"
    slate.burn(black(640, 360), "1076  76/76", "-00:00:09:09")
    assert np.array_equal(
        slate.burn(black(640, 360), "1/7", "1:00"), Slate(640, 360, FACTS).burn(black(640, 360), "1/7", "1:00")
    ), "nothing is left of a longer one"
    longer = slate.burn(black(640, 360), "1" * 40, "2" * 40)
    assert np.array_equal(longer[: top - height], one[: top - height])


def test_a_slate_for_a_part_of_the_picture() -> None:
    area = (40, 100, 400, 200)
    before = noise(640, 480)
    after = Slate(640, 480, FACTS, area).burn(before.copy(), "1", "2")
    rows, columns = np.nonzero((before != after).any(axis=2))
    assert rows.min() >= 110 and rows.max() < 290
    assert columns.min() >= 60 and columns.max() < 420


@pytest.mark.parametrize("number", ["SH010", "A-number-of-thirty-two-letters--"])
@pytest.mark.parametrize("size", [(640, 360), (270, 480), (96, 64)])
def test_the_tag_of_a_board_stays_free(size: tuple[int, int], number: str) -> None:
    tag = Tag(*size, number)
    slate = Slate(*size, FACTS, tag=tag.place)
    before = noise(*size)
    after = slate.burn(before.copy(), "1", "2")
    assert np.array_equal(part(before, tag.place), part(after, tag.place))
    assert "shot" in slate.places


# -- panels -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1280, 720), (720, 720), (270, 480), (96, 64), (480, 200)])
def test_two_pictures_are_whole_and_free_of_text(size: tuple[int, int]) -> None:
    width, height = size
    panel = SlatedPanel(width, height, 2, FACTS)
    left, right = np.full((height, width, 3), 90, np.uint8), np.full((height, width, 3), 200, np.uint8)
    drawn = panel.draw((left, right), FACTS.counter, FACTS.timecode)
    one, other = panel.places
    assert one[1:] == other[1:] and apart(one, other)
    assert one[0] >= 0 and other[0] + other[2] <= width
    assert one[0] == pytest.approx(width - other[0] - other[2], abs=1)
    assert one[2] / one[3] == pytest.approx(width / height, rel=0.05)
    assert (part(drawn, one) == 90).all() and (part(drawn, other) == 200).all()
    part(drawn, one)[...] = 0
    part(drawn, other)[...] = 0
    assert (drawn > 200).any(), "the text is beside them"


def test_two_pictures_keep_their_corners() -> None:
    picture = black(640, 360)
    for rows, columns, grey in ((0, 0, 60), (0, 600, 120), (330, 0, 180), (330, 600, 240)):
        picture[rows : rows + 30, columns : columns + 40] = grey
    panel = SlatedPanel(640, 360, 2, FACTS)
    drawn = panel.draw((picture, picture), "", "")
    for place in panel.places:
        found = part(drawn, place)
        assert [int(found[y, x, 0]) for y in (1, -2) for x in (1, -2)] == [60, 120, 180, 240]


def test_one_picture_fills_the_panel() -> None:
    picture = noise(320, 180)
    kept = picture.copy()
    drawn = SlatedPanel(320, 180, 1, FACTS).draw((picture,), "1", "2")
    assert np.array_equal(picture, kept), "the frame that was read is not written into"
    assert np.array_equal(drawn[:9], picture[:9])
    assert not np.array_equal(drawn, picture)


def test_no_room_for_two() -> None:
    with pytest.raises(BadInput, match="too small for two"):
        SlatedPanel(8, 8, 2, FACTS)


def test_safe_area() -> None:
    assert safe_area((0, 0, 1920, 1080)) == (96, 54, 1728, 972)
    assert safe_area((10, 20, 99, 99)) == (15, 25, 89, 89)

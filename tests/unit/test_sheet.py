"""Asset sheets: what is asked for, where panels stand, and pages that are the same every time."""

from __future__ import annotations

import io
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image
from shotwright.core import terms
from shotwright.core.errors import BadInput
from shotwright.core.sheet import SHEET_KINDS, SHEETS, SHEETS_OF, kind_in, sheet_stem, turn_of
from shotwright.media.asset_sheet import (
    Panel,
    Place,
    Sheet,
    cut_out,
    elevations,
    metres,
    png_with_facts,
    shape_for,
    sheet_facts,
)


def test_the_kinds_are_the_same_everywhere():
    assert terms.values(terms.SHEETS) == SHEET_KINDS == tuple(SHEETS)
    assert set(SHEETS_OF) == {"character", "prop", "location"}


@pytest.mark.parametrize(
    ("said", "turn"),
    [
        ("-y", (True, 0.0)),
        ("X", (True, 90.0)),
        ("+y", (True, 180.0)),
        ("-x", (True, 270.0)),
        ("30", (False, 30.0)),
        ("-22.5", (False, -22.5)),
    ],
)
def test_front(said: str, turn: tuple[bool, float]):
    assert turn_of(said) == turn


@pytest.mark.parametrize("said", ["z", "", "left", "nan", "inf", "361"])
def test_no_front(said: str):
    with pytest.raises(BadInput, match="--front is x, y"):
        turn_of(said)


def test_names_tell_the_kind():
    assert sheet_stem("lou", "two-panel") == "lou-two-panel-sheet"
    assert sheet_stem("lou", "turnaround", "Old Apron") == "lou-old-apron-turnaround-sheet"
    assert kind_in("lou-old-apron-turnaround-sheet-0123456789ab.png") == "turnaround"
    assert kind_in("lou-front-0123456789ab.png") == kind_in("turnaround-sheet.png") == ""


@pytest.mark.parametrize(
    ("widths", "height"),
    [((0.7, 0.6, 0.4, 0.6, 0.7), 1.8), ((1.8, 1.3, 0.4, 1.3, 1.8), 1.8), ((2, 3, 4, 3, 2), 0.4), ((0.05,), 0.002)],
)
def test_panels_stand_on_one_line_at_one_scale(widths: tuple[float, ...], height: float):
    sheet = Sheet(2048)
    places, rulers = elevations(sheet, sheet.stage, widths, height)
    left, top, width, high = sheet.stage
    (pixels,) = {ruler.pixels for ruler in rulers}
    assert {place.ground for place in places} == {ruler.ground for ruler in rulers}
    for place, across in zip(places, widths, strict=True):
        x, y, w, h = place.rect
        assert w == max(1, round(across * pixels)) and h == max(1, round(height * pixels))
        assert y + h == place.ground
        assert left <= x and x + w <= left + width and y >= top and place.ground + sheet.label <= top + high + 1
    boxes = sorted(place.rect for place in places)
    in_rows = [(a, b) for a, b in pairwise(boxes) if a[1] == b[1]]
    assert all(a[0] + a[2] < b[0] for a, b in in_rows)


def test_a_sheet_is_as_high_as_it_needs_to_be():
    assert shape_for((0.7, 0.6, 0.4, 0.6, 0.7), 1.8) == 9 / 16
    assert 0.3 <= shape_for((4.0, 3.0, 2.0, 3.0, 4.0), 0.5) < 0.35
    assert Sheet(2048, 0.4).height == 820


def test_lengths():
    assert [metres(each) for each in (19.0, 1.857, 0.66, 0.1838, 0.0021)] == [
        "19.00 m",
        "1.86 m",
        "0.66 m",
        "0.184 m",
        "0.0021 m",
    ]


def disc(colour: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    y, x = np.mgrid[:192, :192]
    seen = np.hypot(x - 95.5, y - 95.5) < 70
    return np.full((192, 192, 3), colour, np.uint8), seen


def test_a_cut_out_has_no_pale_rim():
    """Of a dark disc every half-covered pixel is dark too: 4 of 255 paler at most, where the rim was 130."""
    small = cut_out(*disc((20, 30, 60)), (64, 64))
    assert small.shape == (64, 64, 4)
    edge = (small[:, :, 3] > 40) & (small[:, :, 3] < 215)
    assert edge.sum() > 60
    assert (small[edge][:, :3].astype(int) - (20, 30, 60)).max() <= 4
    assert small[0, 0, 3] == 0 and tuple(small[32, 32]) == (20, 30, 60, 255)


@pytest.mark.parametrize("white", [True, False])
def test_pages_are_the_same_every_time(white: bool):
    def page() -> bytes:
        sheet = Sheet(800)
        picture = cut_out(*disc((200, 40, 40)), (100, 100))
        panel = Panel(picture, Place((300, 200, 100, 100), 300), "front")
        drawn = sheet.draw("Löu 🎬 " * 40, "words " * 60, "foot " * 90, [panel], [], white)
        assert drawn.size == (800, 450) and drawn.mode == ("RGB" if white else "RGBA")
        return png_with_facts(drawn, {"sheet": "prop", "tag": "lou"})

    data = page()
    assert data == page()
    assert sheet_facts(data) == {"sheet": "prop", "tag": "lou"}
    with Image.open(io.BytesIO(data)) as image:
        corner = image.getpixel((2, 2))
        assert corner == (255, 255, 255) if white else corner[3] == 0
        assert image.getpixel((350, 250))[:3] == (200, 40, 40)


def test_other_pictures_have_no_facts():
    stream = io.BytesIO()
    Image.new("RGB", (8, 8)).save(stream, "PNG")
    assert sheet_facts(stream.getvalue()) == sheet_facts(b"no png") == sheet_facts(b"") == {}

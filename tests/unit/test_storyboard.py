"""Storyboards: which picture holds a move, where frames, arrows and ways lie, and what pages hold."""

from __future__ import annotations

import math

import numpy as np
import pytest
from shotwright.core.brief import measure
from shotwright.core.storyboard import Mark, Panel, Trail, lay_out
from shotwright.media.storyboard.letters import Letters
from shotwright.media.storyboard.page import PANEL_HEIGHT, BoardShot, draw_pages, pages_of, pdf_bytes
from shotwright.media.storyboard.panel import INK, TRAIL, draw_panel, picture_size, width_of
from support.cameras import camera, person, turned

LOU = ("@lou", "character", person())
TAN = 36 / 2 / 50
"""Of half the field of view across of the tests' cameras."""


def panel(place, **given) -> Panel:
    track = camera(place, **{"subjects": [LOU], "mentioned": ["@lou"], **given})
    return lay_out(measure(track), track)


# -- layout -------------------------------------------------------------------------------------------


def test_a_camera_that_stands_has_a_plain_frame():
    assert panel((0, -5, 1.5)) == Panel("still")


@pytest.mark.parametrize("degrees", [-15.0, 10.0, 20.0])
def test_a_pans_end_frame_is_where_the_turned_camera_looks(degrees):
    found = panel((0, -5, 1.5), yaw=lambda t: degrees * t)
    assert found.kind == "wide"
    assert [(mark.kind, mark.travels) for mark in found.marks] == [("pan", False)]
    edges = [0.5 + math.tan(math.radians(degrees + side * math.degrees(math.atan(TAN)))) / TAN / 2 for side in (-1, 1)]
    assert [corner[0] for corner in found.end] == pytest.approx([edges[0], edges[1], edges[1], edges[0]], abs=2e-3)
    left, low, right, high = found.bounds
    assert all(left <= x <= right and low <= y <= high for x, y in found.end)
    assert (left == 0) is (degrees > 0)


def test_a_push_in_has_its_end_inside_the_start_by_the_distances_to_the_subject():
    found = panel(lambda t: (0, -4 + t, 1.5))
    assert (found.kind, found.bounds) == ("wide", (0, 0, 1, 1))
    assert [mark.label for mark in found.marks] == ["push in 1 m"]
    (left, low), (right, _), (_, high), _ = found.end
    assert right - left == pytest.approx(3 / 4, abs=0.02)
    assert high - low == pytest.approx(3 / 4, abs=0.02)
    assert left + right == pytest.approx(1, abs=1e-3)


def test_a_zooms_end_is_as_large_as_the_lenses_say():
    found = panel((0, -5, 1.5), lens=lambda t: 40 + 40 * t)
    assert [round(x, 2) for corner in found.end for x in corner] == [0.25, 0.25, 0.75, 0.25, 0.75, 0.75, 0.25, 0.75]
    assert found.marks[0].label == "zoom in 40–80 mm"
    wider = panel((0, -5, 1.5), lens=lambda t: 60 - 20 * t)
    assert wider.end[0] == pytest.approx((-0.25, -0.25), abs=1e-3)
    assert wider.bounds == pytest.approx((-0.3, -0.3, 1.3, 1.3), abs=1e-3)


def test_a_truck_moves_the_frame_by_what_it_goes_at_the_subjects_distance():
    found = panel(lambda t: (-0.5 + t, -4, 1.5))
    assert found.end[0] == pytest.approx((1 / (4 * 2 * TAN), 0), abs=0.01)
    assert (found.marks[0].kind, found.marks[0].direction, found.marks[0].travels) == ("truck", "right", True)


@pytest.mark.parametrize(
    "given",
    [
        {"place": (0, -5, 1.5), "yaw": lambda t: 120 * t},
        {"place": lambda t: (0, -3 - 9 * t, 1.5 + 5 * t), "target": (0, 0, 1)},
        {"place": lambda t: (4 * math.sin(t), -4 * math.cos(t), 1.5), "target": (0, 0, 1.5)},
        {"place": lambda t: (0, -3 - 3 * t, 1.5), "lens": lambda t: 30 + 30 * t},
    ],
    ids=["far pan", "crane and pull-out", "arc", "dolly zoom"],
)
def test_what_no_single_picture_holds_becomes_a_pair(given):
    found = panel(given.pop("place"), **given)
    assert (found.kind, found.end, found.bounds) == ("pair", None, (0, 0, 1, 1))


def test_a_panorama_and_a_camera_that_is_none_are_plain():
    assert panel((0, -5, 1.5), projection="panoramic", yaw=lambda t: 20 * t).kind == "still"
    nan = float("nan")
    assert panel((nan, nan, nan)).kind == "still"


def test_somebody_who_walks_leaves_a_way_on_the_ground_and_who_sways_none():
    walks = ("@lou", "character", lambda t: person((-1.5 + 3 * t, 0, 0)))
    [trail] = panel((0, -6, 1.0), subjects=[walks]).trails
    assert trail.id == "@lou"
    xs, ys = zip(*trail.points, strict=True)
    assert xs[0] == pytest.approx(0.5 - 1.5 / (12 * TAN), abs=0.01)
    assert list(xs) == sorted(xs)
    assert ys == pytest.approx([0.5 - 1 / (12 * TAN * 20.25 / 36)] * len(ys), abs=0.02)
    sways = ("@lou", "character", lambda t: person((0.15 * math.sin(9 * t), 0, 0)))
    assert panel((0, -6, 1.0), subjects=[sways]).trails == ()


def test_a_way_ends_at_the_pictures_edge_and_a_subject_that_moves_is_shown_at_its_end():
    leaves = ("@lou", "character", lambda t: person((6 * t, 0, 0)))
    [trail] = panel((0, -6, 1.0), subjects=[leaves]).trails
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in trail.points)
    follows = panel((0, -6, 1.2), yaw=lambda t: 12 * t, subjects=[("@lou", "character", lambda t: person((t, 0, 0)))])
    assert (follows.kind, follows.ghost) == ("wide", "@lou")
    assert panel((0, -6, 1.2), yaw=lambda t: 12 * t).ghost == ""


def test_a_rolled_camera_still_projects_its_corners():
    found = panel((0, -5, 1.5), roll=lambda t: 30 * t)
    middle = [sum(corner[axis] for corner in found.end) / 4 for axis in (0, 1)]
    assert middle == pytest.approx([0.5, 0.5], abs=1e-3)
    assert turned((0, 0, 0), roll=30)  # the same turn as above
    assert found.marks[0].label == "roll clockwise 30°"


# -- panels -------------------------------------------------------------------------------------------


def grey(size, level=200) -> np.ndarray:
    return np.full((size[1], size[0]), level, np.uint8)


def drawn(found: Panel, *more: np.ndarray) -> np.ndarray:
    size = (width_of(found, 16 / 9, 200), 200)
    pictures = [grey(picture_size(found, 16 / 9, 200)), *more]
    return np.asarray(draw_panel(found, pictures, size, Letters()))


def share(picture: np.ndarray, colour) -> float:
    return float((np.abs(picture.astype(int) - colour).max(axis=2) < 24).mean())


def test_a_still_is_a_picture_with_an_edge():
    picture = drawn(Panel("still"))
    assert picture.shape == (200, 356, 3)
    assert (picture[20:-20, 20:-20] == 200).all()
    assert (picture[0] <= 40).all()


def test_outside_both_frames_the_picture_is_lighter():
    found = Panel("wide", (0, -0.5, 2, 1.5), ((1.0, 0), (2.0, 0), (2.0, 1), (1.0, 1)))
    picture = drawn(found)
    assert picture[20, 100, 0] > 215  # above the start's frame
    assert picture[100, 60, 0] == picture[100, 250, 0] == 200


def test_a_way_reads_over_any_tone_and_arrows_are_dark_or_white():
    way = Trail("@lou", ((0.2, 0.3), (0.5, 0.35), (0.8, 0.3)))
    assert 0.002 < share(drawn(Panel("still", trails=(way,))), TRAIL) < 0.05
    travels, turns = (Panel("still", marks=(Mark("truck", "right", "", each),)) for each in (True, False))
    assert share(drawn(travels), INK) > share(drawn(turns), INK) > share(drawn(Panel("still")), INK)


def test_the_arrow_points_where_the_camera_goes():
    def head(direction):
        """Where the arrow is thickest, from its middle."""
        marked = drawn(Panel("still", marks=(Mark("truck", direction, "", True),)))[4:-4, 4:-4, 0] < 60
        found = np.flatnonzero(marked.any(axis=0))
        return float(np.argmax(marked.sum(axis=0)) - (found[0] + found[-1]) / 2)

    assert head("right") > 4
    assert head("left") < -4


def test_a_ghost_is_drawn_in_the_colour_of_ways_only_where_it_is():
    found = Panel("wide", end=((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)), ghost="@lou")
    ghost = np.full((400, 712), 255, np.uint8)
    assert share(drawn(found, ghost), TRAIL) == 0
    ghost[150:250, 300:400] = 200
    picture = drawn(found, ghost)
    assert share(picture, TRAIL) > 0.001
    assert share(picture[135:], TRAIL) == share(picture[:, :140], TRAIL) == 0


@pytest.mark.parametrize(
    "kind", ["arc", "roll", "handheld", "zoom", "dolly-zoom", "push-in", "crane", "follow", "tilt"]
)
@pytest.mark.parametrize("direction", ["", "left", "up", "forward", "clockwise", "in"])
def test_every_move_draws_something(kind, direction):
    plain = drawn(Panel("still"))
    assert not np.array_equal(plain, drawn(Panel("still", marks=(Mark(kind, direction, "", True),))))


# -- pages --------------------------------------------------------------------------------------------


def shot(number: str, sequence: str = "", found: Panel | None = None, **fields) -> BoardShot:
    found = found or Panel("still")
    pictures = [grey(picture_size(found, 16 / 9, PANEL_HEIGHT))] * (2 if found.kind == "pair" else 1)
    words = {"name": "", "facts": "35 mm", "action": "Goes.", "duration": "1.0 s · 24 f", "aspect": 16 / 9, **fields}
    return BoardShot(number=number, sequence=sequence, panel=found, pictures=lambda: pictures, **words)


def test_twelve_panels_a_page_and_each_sequence_on_its_own():
    shots = [shot(f"A{index}", "one") for index in range(13)] + [shot("B", "two")]
    pages = pages_of(shots, "A4")
    assert [[len(row) for row in page] for page in pages] == [[4, 4, 4], [1], [1]]
    assert pages_of([], "A4") == []
    wide = Panel("pair")
    assert [len(row) for row in pages_of([shot("A", found=wide), shot("B", found=wide)], "letter")[0]] == [1, 1]


def test_pages_and_pdf_are_the_same_each_time():
    pages = pages_of([shot("A"), shot("B", "two", Panel("pair"))], "A4")
    images = [list(draw_pages("Film", pages, "A4", "2026-01-02", Letters())) for _ in range(2)]
    assert [image.shape for image in images[0]] == [(2100, 2970, 3)] * 2
    assert pdf_bytes(images[0], "Film") == pdf_bytes(images[1], "Film")
    other = list(draw_pages("Film", pages, "A4", "2026-01-03", Letters()))
    assert not np.array_equal(other[0], images[0][0])


def test_the_pdf_has_every_page_at_its_printed_size():
    pages = pages_of([shot("A", "one"), shot("B", "two")], "letter")
    data = pdf_bytes(draw_pages("Film", pages, "letter", "", Letters()), "Film")
    assert data.startswith(b"%PDF")
    assert data.count(b"/Type /Page\n") == 2
    assert b"792.0" in data  # 11 inches in points
    assert b"612.0" in data


def test_hostile_words_and_shapes_are_drawn_inside_their_room():
    shots = [
        shot("\u202e" + "x" * 400, name="日本語🎬" * 80, action="word " * 500 + "\n\n\x07", facts="f" * 900),
        shot("tall", name="日本語🎬", aspect=9 / 16),
        shot("flat", aspect=40.0),
        shot("", problem="It has no camera. " * 60),
    ]
    letters = Letters()
    [*pages] = draw_pages("T" * 500, pages_of(shots, "A4"), "A4", "d" * 50, letters)
    for image in pages:
        assert (image[:, -60:] == 255).all()
        assert (image[:, :60] == 255).all()
    assert {"日", "本", "語", "🎬"} <= letters.missing


# -- letters ------------------------------------------------------------------------------------------


def test_without_fonts_accents_are_dropped_and_other_scripts_are_question_marks():
    letters = Letters()
    assert letters.width("Žluťoučký", 30) == letters.width("Zlutoucky", 30)
    assert letters.width("日本", 30) == letters.width("??", 30)
    assert letters.missing == {"日", "本"}
    assert letters.width("a\u202eb\x07c", 30) == letters.width("ab c", 30)


def test_lines_are_wrapped_at_words_and_shortened_at_the_end():
    letters = Letters()
    text = "one two three four five six seven eight nine ten"
    room = letters.width("one two three", 20)
    lines = letters.wrap(text, 20, room, 3)
    assert lines[0] == "one two three"
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert all(letters.width(line, 20) <= room for line in lines)
    assert letters.wrap("short", 20, 500, 3) == ["short"]
    assert letters.wrap("", 20, 500, 3) == []
    assert all(letters.wrap("x" * 300, 20, 60, 4))


def test_a_file_that_is_no_font_is_passed_over(tmp_path):
    broken = tmp_path / "Inter.woff2"
    broken.write_bytes(b"no font")
    assert Letters([broken, tmp_path / "gone.ttf"]).width("abc", 20) == Letters().width("abc", 20)

"""The contact sheet: the right pictures in the right cells, pages of bounded size, and what can't be read."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from shotwright.core.errors import MediaError, Stopped, StorageError
from shotwright.core.framerate import FrameRate
from shotwright.media import contact_sheet
from shotwright.media.contact_sheet import SheetShot, read_pictures_at, write_contact_sheet
from shotwright.media.movie import MovieWriter
from shotwright.media.pictures import write_png

GROUND = 26
WARN = (226, 160, 90)


def movie(path: Path, greys: Sequence[int], width: int = 160, height: int = 90) -> Path:
    with MovieWriter(path, width, height, FrameRate.of(24), "gray") as writer:
        for grey in greys:
            writer.write(np.full((height, width), grey, np.uint8))
    return path


def still(path: Path, grey: int, width: int = 160, height: int = 90) -> Path:
    write_png(path, np.full((height, width, 3), grey, np.uint8))
    return path


def shot(references: Mapping[str, Path], title: str = "SH010 Robot", picks: tuple[int, int, int] = (0, 1, 2)):
    return SheetShot(title, "3 frames · 24 fps", references, *picks)


def pixels(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path))


def boxes(picture: np.ndarray, grey: int) -> tuple[int, int, int, int]:
    """Left, top, width, height of the area of one grey that is larger than any letter."""
    same = (np.abs(picture.astype(int) - grey) <= 2).all(axis=2)
    for shift in (1, 2, 4, 8, 16):  # what is left has 32 like it to the right and below
        same = same[:-shift] & same[shift:]
        same = same[:, :-shift] & same[:, shift:]
    rows, columns = (np.nonzero(same.any(axis=axis))[0] for axis in (1, 0))
    assert len(rows), f"no {grey}"
    return int(columns[0]), int(rows[0]), int(np.ptp(columns)) + 32, int(np.ptp(rows)) + 32


# -- reading ------------------------------------------------------------------------------------------


def test_pictures_by_index(tmp_path: Path) -> None:
    path = movie(tmp_path / "a.mp4", range(50, 200, 10))
    found = read_pictures_at(path, [14, 3, 3, 0, 15, -1], height=60)
    assert list(found) == [0, 3, 14]
    assert {index: round(float(picture.mean())) for index, picture in found.items()} == pytest.approx(
        {0: 50, 3: 80, 14: 190}, abs=1
    )
    assert {picture.shape for picture in found.values()} == {(60, 107, 3)}
    assert read_pictures_at(path, []) == {}


def test_pictures_keep_their_shape(tmp_path: Path) -> None:
    tall = movie(tmp_path / "tall.mp4", [90], 90, 160)
    wide = movie(tmp_path / "wide.mp4", [90], 1000, 100)
    assert read_pictures_at(tall, [0], height=80)[0].shape == (80, 45, 3)
    assert read_pictures_at(wide, [0], height=80)[0].shape == (32, 320, 3)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "I;16"])
def test_stills_of_any_kind(tmp_path: Path, mode: str) -> None:
    Image.new(mode, (32, 18)).save(tmp_path / "a.png")
    assert read_pictures_at(tmp_path / "a.png", [0], height=9)[0].shape == (9, 16, 3)


def test_what_is_no_movie(tmp_path: Path) -> None:
    (tmp_path / "bad.mp4").write_bytes(b"x" * 99)
    with pytest.raises(MediaError, match=r"bad\.mp4"):
        read_pictures_at(tmp_path / "bad.mp4", [0])
    with pytest.raises(MediaError, match=r"none\.mp4 is not there"):
        read_pictures_at(tmp_path / "none.mp4", [0])
    with pytest.raises(MediaError):
        read_pictures_at(tmp_path, [0])


# -- the sheet ------------------------------------------------------------------------------------------


def test_a_column_for_each_reference_and_a_row_for_each_moment(tmp_path: Path) -> None:
    clay = movie(tmp_path / "clay.mp4", [60, 80, 100, 120, 140])
    edges = movie(tmp_path / "edges.mp4", [180, 190, 200, 210, 220])
    made = write_contact_sheet("Film", [shot({"clay": clay, "edges": edges}, picks=(1, 2, 3))], tmp_path / "s.png")
    assert (made.files, made.notes) == ((tmp_path / "s.png",), ())
    picture = pixels(made.files[0])
    cells = [[boxes(picture, grey) for grey in column] for column in ((80, 100, 120), (190, 200, 210))]
    for column in cells:
        assert len({(left, width, height) for left, _, width, height in column}) == 1
        assert column[0][3] == 200 and column[0][2] == 356
        assert column[0][1] < column[1][1] < column[2][1]
    assert [one[1] for one in cells[0]] == [other[1] for other in cells[1]]
    assert cells[0][0][0] + 356 < cells[1][0][0]
    for grey in (60, 140, 180, 220):
        with pytest.raises(AssertionError):
            boxes(picture, grey)
    left, top, width, height = cells[1][2]
    assert picture.shape[1] - left - width >= 48 and picture.shape[0] - top - height == 48
    assert (picture[:48] == GROUND).all() and (picture[:, :40] == GROUND).all()
    assert (picture[48:110, 48:200] > 230).any(), "the film's title"


def test_stills_stand_where_they_belong(tmp_path: Path) -> None:
    references = {
        "clay": movie(tmp_path / "clay.mp4", [60, 80, 100]),
        "depth data": tmp_path / "depth.npz",
        "first": still(tmp_path / "first.png", 140),
        "last": still(tmp_path / "last.png", 160),
        "panel": still(tmp_path / "board.png", 200),
    }
    made = write_contact_sheet("Film", [shot(references)], tmp_path / "s.png")
    assert made.notes == ()
    picture = pixels(made.files[0])
    clay = [boxes(picture, grey) for grey in (60, 80, 100)]
    first, last, board = (boxes(picture, grey) for grey in (140, 160, 200))
    assert (first[0], last[0]) == (first[0], first[0]), "one column"
    assert (first[1], last[1], board[1]) == (clay[0][1], clay[2][1], clay[0][1])
    assert len({clay[0][0], first[0], board[0]}) == 3
    references["board"] = movie(tmp_path / "board.mp4", [220, 230, 240])
    picture = pixels(write_contact_sheet("Film", [shot(references)], tmp_path / "s.png").files[0])
    assert boxes(picture, 220)
    with pytest.raises(AssertionError):
        boxes(picture, 200)


def test_what_can_not_be_read_is_marked_and_told(tmp_path: Path) -> None:
    (tmp_path / "bad.mp4").write_bytes(b"x" * 99)
    references = {
        "clay": movie(tmp_path / "clay.mp4", [60, 80]),
        "edges": tmp_path / "bad.mp4",
        "depth": tmp_path / "gone.mp4",
    }
    made = write_contact_sheet("Film", [shot(references)], tmp_path / "s.png")
    assert len(made.notes) == 3
    assert made.notes[0] == "SH010 Robot: clay: It has no picture 3."
    assert made.notes[1].startswith("SH010 Robot: edges: ffmpeg could not handle bad.mp4")
    assert made.notes[2] == "SH010 Robot: depth: gone.mp4 is not there."
    picture = pixels(made.files[0])
    marks = (picture == WARN).all(axis=2)
    frames = np.nonzero(marks.sum(axis=1) > 340)[0]
    assert len(frames) == 6, "top and bottom of three rows of cells"
    assert boxes(picture, 60) and boxes(picture, 80)


def test_shots_with_other_references_keep_the_columns(tmp_path: Path) -> None:
    clay, depth, tall = (
        movie(tmp_path / "clay.mp4", [60, 70, 80]),
        movie(tmp_path / "depth.mp4", [100, 110, 120]),
        movie(tmp_path / "tall.mp4", [140, 150, 160], 90, 160),
    )
    shots = [shot({"clay": clay, "depth": depth}), shot({"depth": tall}, "SH020")]
    picture = pixels(write_contact_sheet("Film", shots, tmp_path / "s.png").files[0])
    assert boxes(picture, 100)[0] == boxes(picture, 140)[0] > boxes(picture, 60)[0]
    assert boxes(picture, 140)[2:] == (113, 200), "its own shape"


def test_no_page_is_larger_than_it_may_be(tmp_path: Path) -> None:
    wide = movie(tmp_path / "wide.mp4", [60, 80, 100], 480, 120)
    other = movie(tmp_path / "other.mp4", [180, 190, 200], 480, 120)
    tall = movie(tmp_path / "tall.mp4", [120, 140, 160], 240, 480)
    names = {f"reference {index}": other for index in range(8)}
    shots = [shot({"clay": wide, **names, "last": tall}, f"SH{number:03d}") for number in range(20)]
    told: list[tuple[int, int]] = []
    made = write_contact_sheet("Film", shots, tmp_path / "s.png", lambda *at: told.append(at))
    capacity = contact_sheet._Page.capacity()  # pyright: ignore[reportPrivateUsage]
    assert capacity > 5
    assert [path.name for path in made.files] == [
        "s.png",
        *(f"s-{page}.png" for page in range(2, math.ceil(20 / capacity) + 1)),
    ]
    assert told == [(done, 20) for done in range(1, 21)]
    for path in made.files:
        height, width, _ = pixels(path).shape
        assert width <= 4000 and height <= 6000
    picture = pixels(made.files[0])[:600]
    one, two, narrow = (boxes(picture, grey) for grey in (60, 180, 120))
    assert one[0] + one[2] + 8 == two[0], "side by side"
    assert narrow[0] + narrow[2] <= 4000 - 48
    assert one[2] / one[3] == pytest.approx(4, rel=0.05)
    assert narrow[1] == one[1] and narrow[3] == one[3] < 200, "all of one height"


@pytest.mark.parametrize("text", ["", "two\nlines", "🤖", "שלום", "x" * 5000, "a\x00b"])
def test_any_text(tmp_path: Path, text: str) -> None:
    clay = movie(tmp_path / "clay.mp4", [60, 80, 100])
    made = write_contact_sheet(text, [SheetShot(text, text, {text: clay}, 0, 1, 2)], tmp_path / "s.png")
    assert made.notes == ()
    assert boxes(pixels(made.files[0]), 60)[3] == 200


def test_a_shot_of_one_frame(tmp_path: Path) -> None:
    clay = movie(tmp_path / "clay.mp4", [60])
    made = write_contact_sheet("Film", [shot({"clay": clay}, picks=(0, 0, 0))], tmp_path / "s.png")
    assert made.notes == ()
    assert boxes(pixels(made.files[0]), 60)[3] > 600, "three times the same"


def test_nothing_to_show(tmp_path: Path) -> None:
    for shots in ([], [shot({})], [shot({"flow": tmp_path / "flow.npz"})]):
        made = write_contact_sheet("Film", shots, tmp_path / "s.png")
        assert made.files == () and len(made.notes) == 1
    assert list(tmp_path.iterdir()) == []


def test_the_same_sheet_is_the_same_bytes(tmp_path: Path) -> None:
    shots = [shot({"clay": movie(tmp_path / "clay.mp4", [60, 80, 100])})]
    one, other = (write_contact_sheet("Film", shots, tmp_path / name).files[0] for name in ("a.png", "b.png"))
    assert one.read_bytes() == other.read_bytes()


def test_stopped_or_without_a_place_nothing_half_written(tmp_path: Path) -> None:
    def stop(_done: int, _total: int) -> None:
        raise Stopped("stop")

    shots = [shot({"clay": movie(tmp_path / "clay.mp4", [60, 80, 100])})]
    with pytest.raises(Stopped):
        write_contact_sheet("Film", shots, tmp_path / "s.png", stop)
    assert not (tmp_path / "s.png").exists()
    with pytest.raises(StorageError):
        write_contact_sheet("Film", shots, tmp_path / "none" / "s.png")

"""The embedded backend: exact length, three pictures, several shots, the same bytes, and what it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shotwright.backends import animatic, catalog, registry
from shotwright.backends.animatic import AnimaticBackend
from shotwright.core import terms
from shotwright.core.errors import BadInput, MediaError, ShotwrightError, Stopped
from shotwright.core.framerate import FrameRate
from shotwright.core.ports import Assignment
from shotwright.core.take import Request, RequestShot
from shotwright.media.movie import MovieWriter, count_frames, read_frames
from shotwright.media.slate import SlatedPanel, SlateFacts

WIDTH, HEIGHT = 320, 180
RATE = FrameRate.parse("24")
CLAY, BOARD = 90, 200


def movie(path: Path, frames: int, grey: int, width: int = WIDTH, height: int = HEIGHT) -> Path:
    """Grey pictures that get lighter by one each."""
    with MovieWriter(path, width, height, RATE, "gray") as writer:
        for index in range(frames):
            writer.write(np.full((height, width), grey + index, np.uint8))
    return path


def shot(number: str = "SH010", frames: int = 4, **changes: Any) -> RequestShot:
    whole: dict[str, Any] = {
        "shot": f"id-{number}",
        "number": number,
        "name": "Robot",
        "package": "p",
        "files": {},
        "first": 1001,
        "last": 1000 + frames,
        "start": 1001,
        "end": 1000 + frames,
        "fps": RATE,
        "width": WIDTH,
        "height": HEIGHT,
        "frames": frames,
        "kept": frames,
        "lens": 35.0,
    }
    return RequestShot(**{**whole, **changes})


def request(*shots: RequestShot, picture: Any = None, **changes: Any) -> Request:
    whole: dict[str, Any] = {
        "model": "animatic",
        "film": "Film",
        "shots": shots or (shot(),),
        "fps": RATE,
        "width": WIDTH,
        "height": HEIGHT,
        "parameters": {} if picture is None else {"picture": picture},
    }
    return Request(**{**whole, **changes})


class Made:
    """Runs the backend and keeps what it told."""

    def __init__(self, folder: Path, asked: Request, inputs: Mapping[str, Mapping[str, Path]] | None = None) -> None:
        self.told: list[tuple[int, int]] = []
        self.clip = folder / "clip.mp4"
        self.asked = asked
        if inputs is None:
            inputs = {part.shot: references(folder, part.shot, part.frames) for part in asked.shots}
        self.order = Assignment(
            "job", "2026-11-20T23:59:59Z", asked, inputs, self.clip, lambda *at: self.told.append(at)
        )
        AnimaticBackend().generate(self.order)

    @property
    def pictures(self) -> list[np.ndarray]:
        return list(read_frames(self.clip, self.asked.width, self.asked.height))


def references(folder: Path, name: str, frames: int) -> dict[str, Path]:
    """The movies of a shot, under names that say nothing."""
    greys = {"clay": CLAY, "board": BOARD}
    return {
        f"{kind}.mp4": movie(folder / f"{name}-{index}.mp4", frames, grey)
        for index, (kind, grey) in enumerate(greys.items())
    }


def burnt(
    grey: int, counter: str, timecode: str, widest: tuple[str, str], shot: str = "SH010 Robot", count: int = 1
) -> np.ndarray:
    """The picture that is expected."""
    facts = SlateFacts(shot, "35 mm", "Film", "2026-11-20", *widest)
    picture = np.full((HEIGHT, WIDTH, 3), grey, np.uint8)
    return SlatedPanel(WIDTH, HEIGHT, count, facts).draw((picture,), counter, timecode).copy()


def near(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two pictures are the same but for what H.264 does to sharp letters."""
    return bool(np.abs(one.astype(int) - other.astype(int)).mean() < 1.5)


# -- the clip -------------------------------------------------------------------------------------------


def test_a_picture_for_each_frame_with_its_own_numbers(tmp_path: Path) -> None:
    made = Made(tmp_path, request())
    pictures = made.pictures
    assert len(pictures) == 4 == count_frames(made.clip)
    assert made.told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    widest = ("1004  4/4", "00:00:00:03")
    for index, picture in enumerate(pictures):
        expected = burnt(CLAY + index, f"{1001 + index}  {index + 1}/4", f"00:00:00:0{index}", widest)
        assert near(picture, expected)
        wrong = burnt(CLAY + index, f"{1001 + index}  {index + 2}/4", f"00:00:00:0{index}", widest)
        error, worse = (np.abs(picture.astype(int) - other.astype(int)).sum() for other in (expected, wrong))
        assert error < worse


def test_the_same_assignment_gives_the_same_bytes(tmp_path: Path) -> None:
    asked = request(picture="two-up")
    inputs = {"id-SH010": references(tmp_path, "a", 4)}
    first = Made(tmp_path, asked, inputs).clip.read_bytes()
    assert Made(tmp_path, asked, inputs).clip.read_bytes() == first
    assert Made(tmp_path, request(picture="two-up", film="Other"), inputs).clip.read_bytes() != first


@pytest.mark.parametrize(("picture", "grey"), [("clay", CLAY), ("board", BOARD)])
def test_one_picture_fills_the_clip(tmp_path: Path, picture: str, grey: int) -> None:
    found = Made(tmp_path, request(picture=picture)).pictures[0]
    outside = np.concatenate([found[:8].ravel(), found[:, :14].ravel(), found[173:].ravel()])
    assert np.abs(outside.astype(int) - grey).max() <= 3
    assert found.max() > 230, "text"
    assert np.median(found[60:110]) == pytest.approx(grey, abs=2)


def test_clay_left_and_board_right(tmp_path: Path) -> None:
    found = Made(tmp_path, request(picture="two-up")).pictures[0][:, :, 1].astype(int)
    row = found[HEIGHT // 2 - 10]
    left, right = (np.nonzero(np.abs(row - grey) <= 3)[0] for grey in (CLAY, BOARD))
    assert 145 <= len(left) <= 160 and len(right) == pytest.approx(len(left), abs=2)
    assert left.max() < WIDTH / 2 < right.min()
    column = np.nonzero(np.abs(found[40:135, 80] - CLAY) <= 3)[0]
    assert len(left) / len(column) == pytest.approx(WIDTH / HEIGHT, rel=0.06)
    assert np.median(found[:8]) == pytest.approx(24, abs=3), "a dark ground"


def test_shots_one_behind_the_other_each_with_its_slate(tmp_path: Path) -> None:
    parts = (shot("SH010", 3), shot("SH020", 2, name="Two", first=77, last=78, start=77, end=78))
    made = Made(tmp_path, request(*parts))
    pictures = made.pictures
    assert len(pictures) == 5
    assert made.told == [(done, 5) for done in range(1, 6)]
    assert near(pictures[2], burnt(CLAY + 2, "1003  3/3", "00:00:00:02", ("1003  3/3", "00:00:00:02")))
    second = burnt(CLAY, "77  1/2", "00:00:00:00", ("78  2/2", "00:00:00:01"), "SH020 Two")
    assert near(pictures[3], second)


def test_a_longer_reference_does_not_make_the_clip_longer(tmp_path: Path) -> None:
    made = Made(tmp_path, request(), {"id-SH010": references(tmp_path, "long", 9)})
    assert count_frames(made.clip) == 4


@pytest.mark.parametrize(
    "name", ["two\nlines", "🤖 robot", "שלום", "a\x00b\x1b[1m", "\u202eright to left", "x" * 500, ""]
)
def test_names_that_can_not_be_drawn(tmp_path: Path, name: str) -> None:
    made = Made(tmp_path, request(shot(name=name), film=name))
    assert len(made.pictures) == 4


@pytest.mark.parametrize("picture", ["clay", "two-up"])
@pytest.mark.parametrize("size", [(96, 64), (270, 480), (180, 180)])
def test_any_shape(tmp_path: Path, size: tuple[int, int], picture: str) -> None:
    inputs = {kind: movie(tmp_path / kind, 4, 90, *size) for kind in ("clay.mp4", "board.mp4")}
    asked = request(shot(width=size[0], height=size[1]), width=size[0], height=size[1], picture=picture)
    made = Made(tmp_path, asked, {"id-SH010": inputs})
    assert made.pictures[3].shape == (size[1], size[0], 3)


def test_the_slate_keeps_to_the_shots_part_of_the_clip(tmp_path: Path) -> None:
    made = Made(tmp_path, request(shot(box=(0.0, 0.25, 1.0, 0.5))))
    found = made.pictures[0][:, :, 1].astype(int)
    assert np.abs(found[:49] - CLAY).max() <= 3 and np.abs(found[131:] - CLAY).max() <= 3
    assert found[49:131].max() > 200


# -- the numbers --------------------------------------------------------------------------------------------


def texts(part: RequestShot, fps: FrameRate = RATE) -> list[tuple[str, str]]:
    return animatic._running(request(part, fps=fps), part)  # pyright: ignore[reportPrivateUsage]


def test_handles_count_outside_the_cut_range() -> None:
    part = shot(frames=16, first=93, last=108, start=97, end=104)
    assert [text for text, _ in texts(part)][::5] == [" 93  -3/8", " 98   2/8", "103   7/8", "108  12/8"]
    assert [code for _, code in texts(part)][:5:2] == ["-00:00:00:04", "-00:00:00:02", "00:00:00:00"]
    assert texts(part)[3][0] == " 96   0/8"


def test_timecode_counts_the_rounded_rate_and_never_drops() -> None:
    film = FrameRate.parse("23.976")
    part = shot(frames=24 * 60 + 2, fps=film)
    found = texts(part, film)
    assert [found[at][1] for at in (0, 23, 24, 24 * 60)] == ["00:00:00:00", "00:00:00:23", "00:00:01:00", "00:01:00:00"]
    slow = FrameRate.parse("29.97")
    assert texts(shot(frames=1802, fps=slow), slow)[1800][1] == "00:01:00:00"


def test_a_clip_at_another_rate_names_the_layouts_frames() -> None:
    part = shot(frames=5, first=1, last=8, start=1, end=8)
    found = texts(part, FrameRate.of(Fraction(12)))
    assert [text.split()[0] for text, _ in found] == ["1", "3", "5", "7", "9"]
    assert found[1][1] == "00:00:00:02"


def test_what_the_slate_says(tmp_path: Path) -> None:
    def facts(**changes: Any) -> SlateFacts:
        part = shot(**changes)
        order = Assignment("j", "2026-11-20T23:59:59Z", request(part), {}, tmp_path, lambda *_: None)
        return animatic._facts(order, part, texts(part))  # pyright: ignore[reportPrivateUsage]

    assert facts() == SlateFacts("SH010 Robot", "35 mm", "Film", "2026-11-20", "1001  1/4", "00:00:00:00")
    assert facts(name="SH010").shot == facts(name="").shot == "SH010"
    assert facts(lens=None).lens == ""
    assert facts(lens=49.99999).lens == "50 mm"
    assert facts(lens=27.5).lens == "27.5 mm"
    assert facts(start=1003).timecode == "-00:00:00:02", "room for the longest"


# -- what it refuses ------------------------------------------------------------------------------------------


def test_every_picture_there_is_can_be_made() -> None:
    assert terms.values(terms.PICTURES)[0] == terms.DEFAULT_PICTURE
    for value in terms.values(terms.PICTURES):
        assert AnimaticBackend().quote(request(picture=value)).free


@pytest.mark.parametrize("picture", ["watercolour", "", 3, True, "Clay", "x" * 10_000])
def test_an_unknown_picture(tmp_path: Path, picture: Any) -> None:
    with pytest.raises(BadInput, match="use clay, board, two-up") as caught:
        Made(tmp_path, request(picture=picture), {})
    assert len(str(caught.value)) < 200
    with pytest.raises(BadInput):
        AnimaticBackend().quote(request(picture=picture))
    assert not (tmp_path / "clip.mp4").exists()


@pytest.mark.parametrize(
    ("picture", "given", "told"),
    [
        ("clay", [], "SH010: the animatic needs the clay reference: render it too."),
        ("board", ["clay"], "SH010: the animatic needs the board reference: render it too."),
        ("two-up", ["clay"], "SH010: the animatic needs the board reference: render it too."),
        ("two-up", [], "SH010: the animatic needs the clay and the board references: render them too."),
    ],
)
def test_a_missing_reference(tmp_path: Path, picture: str, given: list[str], told: str) -> None:
    inputs = {f"{kind}.mp4": movie(tmp_path / f"{kind}.mp4", 4, 90) for kind in given}
    with pytest.raises(BadInput) as caught:
        Made(tmp_path, request(picture=picture), {"id-SH010": inputs} if given else {})
    assert str(caught.value) == told


def test_a_reference_that_is_too_short(tmp_path: Path) -> None:
    inputs = {"clay.mp4": movie(tmp_path / "a.mp4", 4, 90), "board.mp4": movie(tmp_path / "b.mp4", 3, 90)}
    with pytest.raises(MediaError, match=r"board\.mp4 ends after 3 of 4 pictures"):
        Made(tmp_path, request(picture="two-up"), {"id-SH010": inputs})


def test_a_reference_of_another_size(tmp_path: Path) -> None:
    inputs = {"clay.mp4": movie(tmp_path / "a.mp4", 4, 90, 160, 90)}
    with pytest.raises(MediaError, match=r"clay\.mp4 is 160×90 and the clip 320×180"):
        Made(tmp_path, request(), {"id-SH010": inputs})
    assert not (tmp_path / "clip.mp4").exists()


@pytest.mark.parametrize("content", [b"", b"no movie at all" * 100])
def test_a_reference_that_is_no_movie(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.mp4").write_bytes(content)
    with pytest.raises(ShotwrightError, match=r"a\.mp4"):
        Made(tmp_path, request(), {"id-SH010": {"clay.mp4": tmp_path / "a.mp4"}})


def test_it_can_be_stopped(tmp_path: Path) -> None:
    def stop(done: int, _total: int) -> None:
        if done == 2:
            raise Stopped("stop")

    inputs = {"id-SH010": references(tmp_path, "a", 4)}
    order = Assignment("j", "2026-11-20", request(), inputs, tmp_path / "clip.mp4", stop)
    with pytest.raises(Stopped):
        AnimaticBackend().generate(order)


def test_what_the_catalogue_says_of_it() -> None:
    backend = registry.get("animatic")
    price = backend.quote(request())
    assert backend.repeatable and price.free and price.currency == "" and price.basis.endswith(".")
    references = catalog.load().get("animatic").references
    assert (references["clay"].min, references["board"].min) == (1, 0)

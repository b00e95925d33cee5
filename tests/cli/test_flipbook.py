"""The verb flipbook: list, set, change and clear, with what is wrong said and nothing stored."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support import cli

SIZE = (96, 64)
BITS = 8


def numbered(index: int, size: tuple[int, int] = SIZE) -> np.ndarray:
    row = np.array([235 if (index >> (x * BITS // size[0])) & 1 else 20 for x in range(size[0])], np.uint8)
    return np.tile(row, (size[1], 1))


def sequence(folder: Path, indices, name: str = "f.{:04d}.png", first: int = 1) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for index in indices:
        Image.fromarray(numbered(index)).save(folder / name.format(first + index))
    return folder


def movie(folder: Path, frames: int, rate: str = "24", name: str = "in.mp4") -> Path:
    """A movie whose pictures carry their index."""
    pictures = sequence(folder / f"of-{name}", range(frames))
    out = folder / name
    arguments = ["-y", "-framerate", rate, "-start_number", "1", "-i", str(pictures / "f.%04d.png")]
    _, text = cli._ffmpeg(*arguments, "-pix_fmt", "yuv420p", "-qp", "8", "-video_track_timescale", "24000", str(out))
    assert out.is_file(), text
    return out


def shown(path: Path, size: tuple[int, int] = SIZE) -> list[int]:
    """The index in each picture of a movie."""
    raw, text = cli._ffmpeg("-i", str(path), "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "gray", "-")
    assert raw, text
    frames = np.frombuffer(raw, np.uint8).reshape(-1, size[1], size[0])
    at = [int((bit + 0.5) * size[0] / BITS) for bit in range(BITS)]
    return [sum(1 << bit for bit, x in enumerate(at) if frame[size[1] // 2, x] > 128) for frame in frames]


def motion_of(document, number: str) -> Path:
    shot = next(shot for shot in document["shots"] if shot["number"] == number)
    assert shot["status"] in ("done", "fresh"), shot["problems"]
    return next(Path(document["project"], name) for name in shot["files"] if name.endswith("/motion.mp4"))


def test_listing_without_any(shotwright, film):
    path = film("film")
    before = cli.sha256(path)
    ran = shotwright("flipbook", path, "--json", code=0)
    document = ran.document
    assert document["schema"] == "shotwright.flipbook.1" and document["saved"] is None
    assert [shot["number"] for shot in document["shots"]] == ["SH010", "SH020", "SH030"]
    keys = {"id", "number", "name", "frames", "flipbook", "source", "held", "left", "notes", "problems"}
    assert all(set(shot) == keys and shot["flipbook"] is None for shot in document["shots"])
    assert shotwright("flipbook", path, code=0).out.count("no flipbook") == 3
    assert cli.sha256(path) == before


def test_set_draw_change_and_clear(shotwright, film, tmp_path):
    """SH010 is 2 to 4 with a frame before and two behind: six pictures."""
    path = film("film")
    source = movie(path.parent / "Füße", 12)
    arguments = ("flipbook", path, "--shot", "SH010", "--movie", source, "--offset", "3")
    before = cli.sha256(path)
    ran = shotwright(*arguments, "--json", code=0)
    assert cli.sha256(path) == before and ran.document["saved"] is None
    ran = shotwright(*arguments, "--save", "--json", code=0)
    assert ran.document["saved"] == str(path)
    shot = ran.document["shots"][0]
    assert shot["flipbook"] == {
        "path": str(source),
        "rate": "",
        "offset": 3,
        "crop": [0.0, 0.0, 1.0, 1.0],
        "fit": "pad",
    }
    found = {key: shot["source"][key] for key in ("kind", "frames", "fps", "width", "height", "missing")}
    assert found == {"kind": "movie", "frames": 12, "fps": "24", "width": 96, "height": 64, "missing": []}
    assert shot["source"]["sha256"] == cli.sha256(source)
    assert (shot["held"], shot["left"], shot["problems"]) == (0, 6, [])
    assert any("left out" in note for note in shot["notes"]) and f"note: {shot['notes'][0]}" in ran.err

    drawn = shotwright("passes", path, "--shot", "SH010", "--pass", "clay", "--pass", "motion", "--json", code=0)
    motion = motion_of(drawn.document, "SH010")
    assert shown(motion) == [2, 3, 4, 5, 6, 7]
    package = json.loads((motion.parent / "package.json").read_text())
    assert package["passes"] == ["clay", "motion"] and package["notes"] == shot["notes"]
    assert drawn.document["notes"] == shot["notes"]

    shotwright("flipbook", path, "--shot", "SH010", "--offset", "5", "--save", code=0)
    drawn = shotwright("passes", path, "--json", code=0)
    assert shown(motion_of(drawn.document, "SH010")) == [4, 5, 6, 7, 8, 9]
    others = [shot for shot in drawn.document["shots"] if shot["number"] != "SH010"]
    assert not any(name.endswith("motion.mp4") for shot in others for name in shot["files"])

    ran = shotwright("flipbook", path, "--shot", "SH010", "--clear", "--save", "--json", code=0)
    assert ran.document["shots"][0]["flipbook"] is None
    assert shotwright("flipbook", path, "--json", code=0).document["shots"][0]["flipbook"] is None
    drawn = shotwright("passes", path, "--shot", "SH010", "--pass", "motion", "--json", code=2)
    assert "has no flipbook" in drawn.problems[0]


def test_a_sequence_at_another_rate_with_gaps(shotwright, film):
    path = film("film")
    folder = sequence(path.parent / "pics", [i for i in range(20) if i not in (4, 9, 10)], first=1001)
    arguments = ("--shot", "SH020", "--movie", folder / "f.####.png", "--fps", "60", "--save", "--json")
    (shot,) = shotwright("flipbook", path, *arguments, code=0).document["shots"]
    assert (shot["source"]["fps"], shot["source"]["first"], shot["held"]) == ("60", 1001, 0)
    assert shot["source"]["missing"] == [1005, 1010, 1011]
    said = " ".join(shot["notes"])
    assert "lacks 3 pictures (1005, 1010-1011)" in said and "60 pictures a second and the shot 24" in said
    drawn = shotwright("passes", path, "--shot", "SH020", "--pass", "motion", "--json", code=0)
    held = {4: 3, 9: 8, 10: 8}
    found = shown(motion_of(drawn.document, "SH020"))
    assert len(found) == 4
    for k, index in enumerate(found):
        exact = Fraction(60, 24) * k
        near = [n for n in range(20) if abs(n - exact) <= Fraction(1, 2)]
        assert index in [held.get(n, n) for n in near]


def test_ntsc_and_saving_elsewhere(shotwright, film, tmp_path):
    path = film("ntsc")
    source = movie(path.parent, 24)
    out = tmp_path / "other" / "deep" / "ntsc.blend"
    out.parent.mkdir(parents=True)
    before = cli.sha256(path)
    ran = shotwright("flipbook", path, "--shot", "SH010", "--movie", source, "--output", out, "--json", code=0)
    assert ran.document["saved"] == str(out) and cli.sha256(path) == before
    (shot,) = shotwright("flipbook", out, "--json", code=0).document["shots"]
    assert shot["flipbook"]["path"] == str(source)
    assert any("24 pictures a second and the shot 24000/1001" in note for note in shot["notes"])
    drawn = shotwright("passes", out, "--pass", "motion", "--json", code=0)
    assert shown(motion_of(drawn.document, "SH010")) == [0, 1, 2, 3]
    assert cli.exact_rate(motion_of(drawn.document, "SH010")) == "24000/1001"


def test_a_source_that_went_away(shotwright, film):
    path = film("film")
    source = movie(path.parent, 12)
    shotwright("flipbook", path, "--shot", "SH010", "--movie", source, "--save", code=0)
    source.unlink()
    ran = shotwright("flipbook", path, "--json", code=2)
    assert "There is no movie and no picture" in ran.problems[0]
    assert [len(shot["problems"]) for shot in ran.document["shots"]] == [1, 0, 0]
    ran = shotwright("passes", path, "--json", code=2)
    assert ran.statuses() == {"SH010": "skipped", "SH020": "done", "SH030": "done"}
    assert "SH010, flipbook:" in shotwright("quote", path, code=2).err


@pytest.fixture
def bad(film, tmp_path):
    """A film, and a folder with everything that can't be used."""
    folder = tmp_path / "bad"
    folder.mkdir()
    good = movie(folder, 12)
    (folder / "cut.mp4").write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    (folder / "text.mp4").write_text("no movie")
    (folder / "empty").mkdir()
    cli._ffmpeg("-f", "lavfi", "-i", "sine=d=1", str(folder / "only.m4a"))
    mixed = sequence(folder / "mixed", range(3))
    Image.fromarray(numbered(1, (48, 64))).save(mixed / "f.0002.png")
    return film("film"), folder


def test_what_is_refused(shotwright, bad):
    path, folder = bad
    good = ("--movie", folder / "in.mp4")
    said = [
        (("--movie", folder / "gone.mp4"), "There is no movie and no picture"),
        (("--movie", folder / "cut.mp4"), "cut.mp4"),
        (("--movie", folder / "text.mp4"), "no movie that can be read"),
        (("--movie", folder / "empty"), "no numbered pictures"),
        (("--movie", folder / "only.m4a"), "sound but no pictures"),
        (("--movie", folder / "mixed"), "f.0002.png is 48×64"),
        ((*good, "--fps", "25"), "frame rate of its own"),
        (("--movie", folder / "of-in.mp4", "--fps", "0"), "frame rate"),
        ((*good, "--offset", "12"), "choose one from 0 to 11"),
        ((*good, "--offset", "1.5"), "--offset"),
        ((*good, "--crop", "0.5,0,0.6,1"), "over the edge"),
        ((*good, "--crop", "0,0,0,1"), "is empty"),
        (("--offset", "2"), "has no flipbook yet"),
        ((*good, "--clear"), "--clear"),
    ]
    before = cli.sha256(path)
    for arguments, words in said:
        ran = shotwright("flipbook", path, "--shot", "SH010", *arguments, "--save", "--json", code=2)
        assert words in ran.message, (words, ran.message)
    assert "with --shot" in shotwright("flipbook", path, *good, "--json", code=2).message
    assert cli.sha256(path) == before


def test_a_locked_shot_is_refused(shotwright, film):
    path = film("locked")
    ran = shotwright("flipbook", path, "--shot", "SH010", "--movie", movie(path.parent, 4), "--save", "--json", code=3)
    assert "locked" in ran.message


def test_the_cut_is_not_written_over_a_flipbook(shotwright, film):
    path = film("film")
    source = movie(path.parent, 12)
    shotwright("flipbook", path, "--shot", "SH010", "--movie", source, "--save", code=0)
    before = cli.sha256(source)
    for verb in ("generate", "cut"):
        ran = shotwright(verb, path, "--movie", source, "--json", code=2)
        assert "is the flipbook of SH010" in ran.message
    assert cli.sha256(source) == before


def test_a_take_and_a_contact_sheet(shotwright, film):
    """The motion stands among the references that a job keeps and a sheet shows."""
    path = film("film")
    shotwright("flipbook", path, "--shot", "SH030", "--movie", movie(path.parent, 4), "--save", code=0)
    sheet = path.parent / "sheet.png"
    ran = shotwright("generate", path, "--contact-sheet", sheet, "--json", code=0)
    assert ran.statuses() == {"SH010": "done", "SH020": "done", "SH030": "done"}
    assert shown(motion_of(ran.document, "SH030")) == [0, 1] and sheet.is_file()


def test_sizes_and_ranges_that_are_none(shotwright, film):
    """What is wrong with the shot is said as a sentence, whatever the flipbook is."""
    for name, words in (("size_zero", "is no picture"), ("range_empty", "is empty")):
        path = film(name)
        source = movie(path.parent, 4)
        number = "SH010" if name == "size_zero" else "SH020"
        ran = shotwright("flipbook", path, "--shot", number, "--movie", source, "--save", "--json", code=2)
        assert words in ran.message


def test_for_a_model(shotwright, film):
    """Six frames at 24 are four at 16; the model makes five, in 768×512."""
    path = film("film")
    shotwright(
        "flipbook", path, "--shot", "SH010", "--movie", movie(path.parent, 12), "--offset", "1", "--save", code=0
    )
    ran = shotwright("passes", path, "--shot", "SH010", "--model", "wan2.1-vace-1.3b", "--json", code=0)
    motion = motion_of(ran.document, "SH010")
    assert cli.stream_of(motion) == ("768x512", 16.0)
    found = shown(motion, (768, 512))
    assert len(found) == 5
    assert max(abs(index - Fraction(3, 2) * k) for k, index in enumerate(found)) <= Fraction(1, 2)

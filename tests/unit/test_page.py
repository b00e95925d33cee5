"""A film's page as text: what is in it, that nothing of it points outside, and that it is the same every time."""

from __future__ import annotations

import base64
import hashlib
import html
import io
import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from shotwright.core.errors import Stopped
from shotwright.core.framerate import FrameRate
from shotwright.media.movie import count_frames
from shotwright.media.page import embed as embed_module
from shotwright.media.page.document import PageFilm
from shotwright.media.page.embed import embed
from shotwright.media.page.markup import write_page
from shotwright.media.probe import probe
from support import pages
from support.pages import clip, expected, film, shot


def data(text: str) -> list[dict[str, Any]]:
    return json.loads(re.search(r'<script type="application/json" id="shots">(.*?)</script>', text)[1])


def files(text: str) -> dict[str, bytes]:
    found = re.findall(r'<script type="text/plain" id="(m\w+)" data-kind="[\w/]+">([\w+/=]*)</script>', text)
    return {key: base64.b64decode(value) for key, value in found}


def posters(text: str) -> list[np.ndarray]:
    found = re.findall(r'<img src="data:image/jpeg;base64,([\w+/=]*)"', text)
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(each))).convert("L")).astype(int) for each in found]


def number(picture: np.ndarray) -> int:
    """What a picture of `pages.pattern` says."""
    width = picture.shape[1]
    middle = picture[picture.shape[0] // 2]
    return sum(int(middle[int((bit + 0.5) * width / pages.BITS)] > 127) << bit for bit in range(pages.BITS))


# -- time -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", ["24", "16", "60", "30", "24000/1001", "23", "12.5"])
@pytest.mark.parametrize("first", [993, 1001, 1010])
def test_the_nearest_picture(rate: str, first: int) -> None:
    each = clip(Path("a.mp4"), fps=FrameRate.parse(rate), first=first, frames=40)
    fps = FrameRate.of(24)
    for frame in range(980, 1080):
        assert each.index_at(frame, fps) == expected(each, frame, fps)


def test_a_still_is_the_same_at_all_times() -> None:
    assert clip(Path("first.png"), frames=1).index_at(4000, FrameRate.of(24)) == 0


# -- what is in it --------------------------------------------------------------------------------------


def test_movies_are_in_it_byte_by_byte_and_once(tmp_path: Path) -> None:
    one, two = pages.counting(tmp_path / "one.mp4", 24), pages.counting(tmp_path / "two.mp4", 25)
    rows = [shot(clip(one), clip(two, "depth")), shot(clip(one), number="SH020")]
    page = write_page(film(*rows))
    assert page.notes == () and page.preview == 0
    assert sorted(files(page.text).values()) == sorted([one.read_bytes(), two.read_bytes()])
    shots = data(page.text)
    assert [[each["media"] for each in row["clips"]] for row in shots][1][0] == shots[0]["clips"][0]["media"]
    for row in shots:
        for each in row["clips"]:
            assert each["media"] in files(page.text)


def test_posters_show_the_start_of_the_cut_as_the_camera_sees_it(tmp_path: Path) -> None:
    padded, cropped = (0.1, 0.2, 0.8, 0.6), (0.0, -0.25, 1.0, 1.5)
    row = shot(
        clip(pages.counting(tmp_path / "a.mp4", 40), first=993, frames=40),
        clip(pages.counting(tmp_path / "b.mp4", 40, 60), first=1000, frames=40, fps=FrameRate.of(60)),
        clip(pages.counting(tmp_path / "c.mp4", 40, box=padded, size=(320, 240)), first=998, frames=40, box=padded,
             width=320, height=240),
        clip(pages.counting(tmp_path / "d.mp4", 40, box=cropped, size=(240, 90)), first=995, frames=40, box=cropped,
             width=240, height=90),
        clip(pages.still(tmp_path / "first.png", 77)),
    )  # fmt: skip
    found = posters(write_page(film(row)).text)
    assert [number(picture) for picture in found] == [8, 2, 3, 6, 77]
    for picture, each in zip(found, row.clips, strict=True):
        assert picture.shape[1] / picture.shape[0] == pytest.approx(each.shape[0] / each.shape[1], rel=0.02)
    assert found[3][:20].max() < 8 and found[3][-20:].max() < 8, "black where nothing was drawn"


def test_facts(tmp_path: Path) -> None:
    each = clip(pages.counting(tmp_path / "a.mp4", 24), "takes", title="t001 kling", facts=("2026-01-02 03:04",),
                marks=("circled",), legend=(("lou", "#ff0000"),))  # fmt: skip
    row = shot(each, facts=("35 mm",), prompt=(("Subject", "@lou waits"),), others=("depth.npz",), notes=("Hm.",),
               fps=FrameRate(num=24000, den=1001))  # fmt: skip
    text = write_page(PageFilm("A film", (row,), left_out=3)).text
    for wanted in ("24 frames", "1.00 s", "23.976 fps", "160×90", "35 mm", "layout 1001–1024", "t001 kling", "circled",
                   "2026-01-02 03:04", "#ff0000", "@lou waits", "depth.npz", "Hm.", "1 shot of 4"):  # fmt: skip
        assert wanted in text, wanted
    assert data(text)[0]["fps"] == [24000, 1001]


def test_the_same_film_gives_the_same_text(tmp_path: Path) -> None:
    row = pages.mixed(tmp_path)
    assert write_page(film(row)).text == write_page(film(row)).text
    assert write_page(film(row), 20_000).text == write_page(film(row), 20_000).text


# -- alone and safe -------------------------------------------------------------------------------------


def test_nothing_points_outside(tmp_path: Path) -> None:
    text = write_page(film(shot(clip(pages.counting(tmp_path / "a.mp4", 24))))).text
    rest = re.sub(r'<script type="text/plain".*?</script>|data:image/jpeg;base64,[\w+/=]*', "", text)
    assert not re.findall(r"https?:|//[a-z]+\.|@import|url\(|\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon", rest)
    assert set(re.findall(r'(?:src|href)="([^"]*)"', rest)) == {"data:,", ""}
    assert str(tmp_path) not in text


def test_the_policy_lets_this_script_run_and_no_other(tmp_path: Path) -> None:
    text = write_page(film(shot(clip(pages.counting(tmp_path / "a.mp4", 24))))).text
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in html.unescape(policy)


@pytest.mark.parametrize(
    "text",
    ["</script><script>x()</script>", '"><img src=x>', "' onload='x()", "<!--", "&lt;", "$title", "${data}", "]]>"],
)
def test_text_of_others_is_never_markup(tmp_path: Path, text: str) -> None:
    path = pages.counting(tmp_path / "a.mp4", 24)
    plain = write_page(film(shot(clip(path, title="A", facts=("A",)), name="A", prompt=(("Subject", "A"),)), title="A"))
    made = write_page(
        film(shot(clip(path, title=text, facts=(text,)), name=text, prompt=(("Subject", text),)), title=text)
    )
    tags = re.compile(r"<[/!a-zA-Z]")
    assert len(tags.findall(made.text)) == len(tags.findall(plain.text))
    assert data(made.text)[0]["clips"][0]["title"] == text
    assert html.unescape(re.search(r"<title>(.*?)</title>", made.text)[1]) == text


def test_control_characters_and_half_letters(tmp_path: Path) -> None:
    path = pages.counting(tmp_path / "a.mp4", 24)
    text = write_page(film(shot(clip(path), name="a\x00b\x9b\x1b\ud800c"))).text
    text.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", text)
    assert "a\ufffdb\ufffd\ufffd?c" in text


# -- what can't be shown --------------------------------------------------------------------------------


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("no movie")
    row = shot(
        clip(tmp_path / "gone.mp4"), clip(tmp_path / "text.mp4", "depth"), clip(tmp_path / "x.mp4", problem="Lost."),
        clip(pages.counting(tmp_path / "short.mp4", 4), "edges", first=900, frames=200),
    )  # fmt: skip
    page = write_page(film(row))
    assert [note.split(": ")[2].split(".")[0] for note in page.notes][:1] == ["gone"]
    assert len(page.notes) == 4 and page.notes[3].endswith("short.mp4 has no picture 102.")
    assert [each["media"] for each in data(page.text)[0]["clips"]] == ["", "", "", ""]
    assert page.text.count('class="problem"') == 4 and files(page.text) == {}


def test_a_file_that_goes_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = shot(clip(pages.counting(tmp_path / "a.mp4", 24)))
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "a.mp4":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert embed((row,), 0).shots[0][0].clip.problem == "a.mp4 could not be read: permission denied."


def test_it_can_be_stopped(tmp_path: Path) -> None:
    row = shot(clip(pages.counting(tmp_path / "a.mp4", 24)))

    def stop(_done: int, _total: int) -> None:
        raise Stopped("stopped")

    with pytest.raises(Stopped):
        write_page(film(row), progress=stop)


# -- previews -------------------------------------------------------------------------------------------


def test_previews_have_the_same_pictures_at_the_same_times(tmp_path: Path) -> None:
    ntsc = FrameRate(num=24000, den=1001)
    path = pages.counting(tmp_path / "a.mp4", 60, ntsc, (1280, 720), (0.1, 0.1, 0.8, 0.8))  # noise around it
    sound = tmp_path / "b.mp4"
    pages.ffmpeg(*f"-i {path} -f lavfi -i sine=d=3 -c:v copy -c:a aac -shortest {sound}".split())
    row = shot(
        clip(path, frames=60, fps=ntsc, width=1280, height=720),
        clip(sound, "takes", frames=60, fps=ntsc, width=1280, height=720),
        clip(pages.still(tmp_path / "first.png", 5, (1280, 720)), "first", width=1280, height=720),
    )
    total = sum(each.path.stat().st_size for each in row.clips)
    assert write_page(film(row), total).preview == 0
    page = write_page(film(row), total // 3)
    assert 0 < page.preview <= 540
    assert f"at most {page.preview} pixels high" in page.notes[0] and html.escape(page.notes[0]) in page.text
    kept = files(page.text)
    assert sum(map(len, kept.values())) <= total // 3
    for each, known in zip(data(page.text)[0]["clips"][:2], row.clips[:2], strict=True):
        made = tmp_path / f"{each['media']}.mp4"
        made.write_bytes(kept[each["media"]])
        facts = probe(made)
        assert (facts.frames, facts.fps, facts.variable) == (count_frames(known.path), ntsc, False)
        assert facts.height <= page.preview and facts.audio == (known.column == "takes")
        assert Fraction(facts.width, facts.height) == Fraction(16, 9)


def test_what_never_fits_is_made_as_small_as_can_be_and_said(tmp_path: Path) -> None:
    row = shot(clip(pages.counting(tmp_path / "a.mp4", 24, size=(640, 360)), width=640, height=360))
    page = write_page(film(row), 1)
    assert page.preview == embed_module._STEPS[-1][0]
    assert "make pages of some shots with --shot" in page.notes[0]


def test_an_empty_film() -> None:
    text = write_page(film()).text
    assert data(text) == [] and "0 shots" in text
    assert "Nothing was rendered" in write_page(film(shot(end=1000))).text

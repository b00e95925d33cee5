"""The page in a browser: it opens, fetches nothing, and does what its buttons say."""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page
from shotwright.media.page.markup import write_page
from support import pages
from support.pages import READ, clip, film, shot

ASK = {
    "fetch": "fetch('http://127.0.0.1:9/').then(() => 'fetched', () => 'refused')",
    "picture": "new Promise(r => { const i = new Image(); i.onload = () => r('fetched'); "
    "i.onerror = () => r('refused'); i.src = 'http://127.0.0.1:9/a.png'; })",
    "script": "new Promise(r => { const s = document.createElement('script'); s.textContent = 'window.ran = 1'; "
    "document.body.append(s); r(window.ran ? 'ran' : 'refused'); })",
}


def two(folder: Path) -> Any:
    """A shot with a white and a black take."""
    return film(
        shot(
            clip(pages.flat(folder / "white.mp4", 235), "takes", frames=12),
            clip(pages.flat(folder / "black.mp4", 20), "takes", frames=12),
            end=1012,
        )
    )


def stage(page: Page) -> np.ndarray:
    """The viewer's picture as it is on the screen, in grey."""
    page.wait_for_function("() => Player.current.fresh && !Player.current.scheduled")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    shot_ = page.locator(".stage").screenshot()
    return np.asarray(Image.open(io.BytesIO(shot_)).convert("L")).astype(int)


def across(picture: np.ndarray, part: float) -> int:
    """The grey in the middle of the height at a part of the width."""
    return int(picture[picture.shape[0] // 2, int(picture.shape[1] * part)])


# -- alone ----------------------------------------------------------------------------------------------


def test_it_opens_without_a_word_and_fetches_nothing(opened: Any, tmp_path: Path) -> None:
    page = opened(film(shot(clip(pages.counting(tmp_path / "clay.mp4", 24)))), offline=True)
    assert page.title() == "Film"
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("section.shot").count() == 1
    fetched = "performance.getEntriesByType('resource').filter((each) => !/^data:/.test(each.name)).length"
    assert page.evaluate(fetched) == 0
    page.locator(".play").click()
    page.wait_for_function("() => Player.current.frame > 1004")


@pytest.mark.parametrize("what", ASK)
def test_the_page_may_not_reach_out(opened: Any, tmp_path: Path, what: str) -> None:
    page = opened(film(shot(clip(pages.counting(tmp_path / "clay.mp4", 24)))))
    assert page.evaluate(ASK[what]) == "refused"
    page.wait_for_timeout(100)
    assert opened.said and all("Content Security Policy" in line for line in opened.said)
    opened.said.clear()
    opened.fetched.clear()  # refused before it left


def test_nothing_plays_by_itself(opened: Any, tmp_path: Path) -> None:
    page = opened(film(shot(clip(pages.counting(tmp_path / "clay.mp4", 24)))))
    page.wait_for_timeout(600)
    assert page.evaluate("() => [Player.current, document.querySelectorAll('canvas.drawn').length]") == [None, 0]
    assert page.locator("video, audio").count() == 0
    assert page.locator(".frame").text_content() == "layout 1001"


def test_without_scripts_there_are_the_pictures(opened: Any, tmp_path: Path) -> None:
    page = opened(film(shot(clip(pages.flat(tmp_path / "white.mp4", 235)))), java_script_enabled=False)
    assert page.locator(".tools").is_visible() is False
    assert page.get_by_text("Nothing plays here").is_visible()
    picture = np.asarray(Image.open(io.BytesIO(page.locator("figure img").screenshot())).convert("L"))
    assert abs(picture.mean() - 235) < 3


# -- what others wrote ------------------------------------------------------------------------------------

NASTY = [
    "</script><script>alert(1)</script>",
    '" onmouseover="alert(2)" x="',
    "<img src=x onerror=alert(3)>",
    "'&amp;<b>bold</b>]]>",
    "\u202eright to left\u202c \u05e9\u05dc\u05d5\u05dd",
    "line\u2028and\u2029paragraph, $title ${style} {{x}}",
    "<!--", "\N{CLAPPER BOARD} \U0001d54f é e\u0301",
]  # fmt: skip


def test_text_of_others_stays_text(opened: Any, tmp_path: Path) -> None:
    path = pages.counting(tmp_path / "clay.mp4", 24)
    shots = [
        shot(
            clip(path, title=text, facts=(text,), marks=(text,), legend=((text, '"><script>alert(4)</script>'),)),
            clip(path, column=f"column {text}", problem=text),
            number=f"SH{index}",
            name=text,
            facts=(text,),
            prompt=(("Subject", text),),
            others=(text,),
            notes=(text,),
        )
        for index, text in enumerate(NASTY)
    ]
    page = opened(film(*shots, title=NASTY[0]))
    assert page.title() == NASTY[0]
    assert page.locator("h1").text_content() == NASTY[0]
    for index, text in enumerate(NASTY):
        section = page.locator("section").nth(index)
        section.scroll_into_view_if_needed()
        for place in ("h2", "figcaption .name", "figcaption .facts", ".legend", "dd", ".others", "section > .problem"):
            found = page.locator(f"section:nth-of-type({index + 1}) {place.removeprefix('section ')}").first
            assert text in found.text_content(), (place, text)
        section.locator(".compare").click()
        assert text in section.locator(".pick-one option").first.text_content()
        section.locator(".close").click()
    assert page.locator("b, script[src], [onmouseover], [onerror]").count() == 0
    assert page.locator("main bdi").count() > 0


def test_control_characters_are_replaced(opened: Any, tmp_path: Path) -> None:
    path = pages.counting(tmp_path / "clay.mp4", 24)
    page = opened(
        film(shot(clip(path), name="a\x00b\x1bc\x07d\x9be\ud800f", prompt=(("Subject", "one\r\ntwo\tthree"),)))
    )
    assert page.locator("h2 bdi").nth(1).text_content() == "a\ufffdb\ufffdc\ufffdd\ufffde?f"
    assert page.locator("section dd").text_content() == "one\ntwo\tthree"


def test_direction_of_a_name_stays_inside_of_it(opened: Any, tmp_path: Path) -> None:
    path = pages.counting(tmp_path / "clay.mp4", 24)
    page = opened(film(shot(clip(path), name="\u202egnihton")))
    number, facts = page.locator("h2 .number").bounding_box(), page.locator("header .facts").nth(1).bounding_box()
    assert number["x"] < facts["x"]
    assert page.locator("section .facts li").first.text_content() == "24 frames"


# -- what can't be shown ----------------------------------------------------------------------------------


def test_what_is_damaged_says_so_and_the_others_play(opened: Any, tmp_path: Path) -> None:
    good = pages.counting(tmp_path / "good.mp4", 96)
    torn = tmp_path / "torn.mp4"
    data = bytearray(good.read_bytes())
    at = data.index(b"mdat") + (len(data) - data.index(b"mdat")) // 2
    data[at : at + 4000] = bytes(4000)
    torn.write_bytes(bytes(data))
    gone = tmp_path / "gone.mp4"
    text = tmp_path / "text.mp4"
    text.write_text("no movie")
    row = shot(
        clip(good, frames=96), clip(torn, "depth", frames=96), clip(gone, "pose"), clip(text, "edges"),
        clip(good, "takes", problem="The file of t001 is gone or damaged: run generate."), end=1096,
    )  # fmt: skip
    made = write_page(film(row))
    assert len(made.notes) == 3
    page = opened(film(row))
    assert page.locator("figure .problem").all_text_contents() == [
        "The file of t001 is gone or damaged: run generate.",
        "gone.mp4 is not there.",
        next(note for note in made.notes if "text.mp4" in note).split(": ", 2)[2],
    ]
    page.keyboard.press("End")
    page.wait_for_function("() => Player.current.frame === 1096")
    page.keyboard.press("Home")
    page.locator(".loop").uncheck()
    page.keyboard.press("l")
    page.wait_for_function("() => Player.current.frame === 1096 && !Player.current.playing", timeout=30_000)
    number = page.evaluate("(read) => eval(read)(document.querySelector('[data-clip=\"0\"] canvas'))", READ)
    assert number == 95


def test_a_file_that_lies_about_itself_is_said(opened: Any, tmp_path: Path) -> None:
    row = shot(clip(pages.counting(tmp_path / "a.mp4", 24)), clip(pages.counting(tmp_path / "b.mp4", 24), "depth"))
    page = opened(film(row), "EncodedVideoChunk = class { constructor() { throw new Error('no'); } }")
    page.keyboard.press("End")
    page.wait_for_function("() => document.querySelectorAll('figure .problem').length === 2")
    assert "can't be decoded here" in page.locator("figure .problem").first.text_content()


def test_a_shot_with_nothing(opened: Any, tmp_path: Path) -> None:
    row = shot(notes=("SH020 has no camera.",), number="SH020", end=1000)
    page = opened(film(shot(clip(pages.counting(tmp_path / "clay.mp4", 24))), row))
    section = page.locator("section").nth(1)
    assert section.locator(".problem").text_content() == "SH020 has no camera."
    assert "Nothing was rendered" in section.text_content()
    assert "0 frames" in section.text_content()
    assert section.locator("button").count() == 0
    page.keyboard.press("n")
    page.keyboard.press("Space")


# -- comparing --------------------------------------------------------------------------------------------


def test_wipe(opened: Any, tmp_path: Path) -> None:
    page = opened(two(tmp_path))
    page.keyboard.press("c")
    for value in (50, 20, 90):
        page.locator(".wipe").fill(str(value))
        picture = stage(page)
        assert across(picture, value / 100 - 0.04) == pytest.approx(235, abs=4)
        assert across(picture, value / 100 + 0.04) == pytest.approx(20, abs=4)
    box = page.locator(".stage").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 40)
    page.mouse.up()
    assert float(page.locator(".wipe").input_value()) == pytest.approx(70, abs=1)
    assert across(stage(page), 0.66) > 200 > 50 > across(stage(page), 0.74)


def test_one_and_the_other(opened: Any, tmp_path: Path) -> None:
    page = opened(two(tmp_path))
    page.locator(".compare").click()
    page.get_by_label("A/B").check()
    for key, grey in ((None, 235), ("x", 20), ("x", 235)):
        if key:
            page.keyboard.press(key)
        assert across(stage(page), 0.5) == pytest.approx(grey, abs=4)
    page.get_by_role("button", name="Show B", exact=True).click()
    assert across(stage(page), 0.5) == pytest.approx(20, abs=4)
    page.get_by_role("button", name="Close").click()
    assert page.locator(".viewer").count() == 0
    assert page.locator(".compare").get_attribute("aria-expanded") == "false"


def test_difference_and_side_by_side(opened: Any, tmp_path: Path) -> None:
    page = opened(two(tmp_path))
    page.keyboard.press("c")
    page.get_by_label("Difference").check()
    assert across(stage(page), 0.5) == pytest.approx(215, abs=6)
    page.locator(".pick-two").select_option(label="white")
    assert stage(page)[20:-40, 20:-20].max() <= 2
    page.locator(".pick-two").select_option(label="black")
    page.get_by_label("Side by side").check()
    picture = stage(page)
    assert (across(picture, 0.25), across(picture, 0.75)) == (pytest.approx(235, abs=4), pytest.approx(20, abs=4))


def test_what_is_compared_is_in_sync(opened: Any, tmp_path: Path) -> None:
    row = shot(
        clip(pages.counting(tmp_path / "t001.mp4", 48), "takes", frames=48),
        clip(pages.counting(tmp_path / "t002.mp4", 60), "takes", frames=60, first=995),
        end=1048,
    )
    page = opened(film(row))
    page.keyboard.press("c")
    page.keyboard.press("l")
    seen = page.evaluate(
        """(read) => new Promise((done) => { read = eval(read); const seen = []; const look = () =>
        requestAnimationFrame(() => { seen.push([...document.querySelectorAll(".stage canvas")].map(read));
        if (seen.length < 60) look(); else done(seen); }); look(); })""",
        READ,
    )
    started = [row for row in seen if row[1] >= 6]
    assert len(started) > 30 and len({row[0] for row in started}) > 8
    assert {after - before for before, after in started} == {6}


def test_a_picture_is_shown_large(opened: Any, tmp_path: Path) -> None:
    page = opened(two(tmp_path))
    page.get_by_role("button", name="Show black of SH010 Wide large").click()
    assert across(stage(page), 0.5) == pytest.approx(20, abs=4)
    assert page.locator(".viewer").get_attribute("data-mode") == "one"
    assert page.locator(".modes").is_visible() is False


# -- choosing ---------------------------------------------------------------------------------------------


def test_filter_and_columns(opened: Any, tmp_path: Path) -> None:
    path = pages.counting(tmp_path / "clay.mp4", 24)
    rows = [
        shot(clip(path, "clay"), clip(path, "depth"), number=f"SH{number:03d}", name=name)
        for number, name in ((10, "Ballroom"), (20, "Balcony"), (30, "Street"))
    ]
    page = opened(film(*rows))

    def visible() -> list[str]:
        return [each.split()[0] for each in page.locator("section:visible h2").all_text_contents()]

    page.locator("#find").fill("bAL")
    assert visible() == ["SH010", "SH020"]
    assert page.locator("#found").text_content() == "2 of 3"
    page.locator("#find").fill("sh030")
    assert visible() == ["SH030"]
    page.locator("#find").fill("nothing like it")
    assert visible() == []
    assert page.get_by_text("No shot has this").is_visible()
    page.locator("#find").fill("")
    assert len(visible()) == 3 and page.get_by_text("No shot has this").is_hidden()
    page.get_by_label("Depth").uncheck()
    assert page.locator("figure:visible").count() == 3
    page.keyboard.press("End")
    page.wait_for_function("() => Player.current.frame === 1024")
    assert page.evaluate("() => [...Player.current.sources.keys()]") == [0], "what is hidden is not decoded"
    page.get_by_label("Depth").check()
    page.wait_for_function("() => document.querySelectorAll('canvas.drawn').length === 2")


def test_size_of_tiles(opened: Any, tmp_path: Path) -> None:
    path = pages.counting(tmp_path / "clay.mp4", 24)
    page = opened(film(shot(*(clip(path, str(index)) for index in range(9)))))
    small = page.locator("figure").first.bounding_box()["width"]
    page.locator("#size").fill("600")
    assert page.locator("figure").first.bounding_box()["width"] > 2 * small


@pytest.mark.parametrize("width", [360, 768, 1280, 2560])
def test_it_fits_any_screen(opened: Any, tmp_path: Path, width: int) -> None:
    path = pages.counting(tmp_path / "clay.mp4", 24)
    wide = shot(*(clip(path, str(index)) for index in range(7)), name="A name that is long enough to need a line " * 3)
    page = opened(film(wide), viewport={"width": width, "height": 800})
    page.keyboard.press("c")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    for each in page.locator("figure").all():
        box = each.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width + 0.5


# -- for everyone -----------------------------------------------------------------------------------------


def test_everything_has_a_name_and_takes_the_focus(opened: Any, tmp_path: Path) -> None:
    page = opened(two(tmp_path))
    page.keyboard.press("c")
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll("button, input, select")].filter((each) => {
        const label = each.getAttribute("aria-label") || each.textContent.trim() && each.tagName === "BUTTON"
          || [...(each.labels || [])].some((label) => label.textContent.trim());
        return !label; }).map((each) => each.outerHTML)"""
    )
    assert unnamed == []
    assert page.locator("img:not([alt]), [tabindex]").count() == 0
    page.locator("#find").focus()
    seen: set[str] = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("() => document.activeElement.className || document.activeElement.tagName"))
        outline = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
        assert outline in ("solid", "auto") or seen & {"BODY"}
    assert {"play", "scrub", "speed", "compare", "enlarge", "pick-one"} <= seen
    assert page.locator(".scrub").get_attribute("aria-valuetext") == "frame 1 / 12, 00:00:00:00"


def test_a_button_reached_by_keyboard_is_pressed_by_space(opened: Any, tmp_path: Path) -> None:
    page = opened(two(tmp_path))
    page.locator("#find").focus()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.classList.contains('compare')"):
            break
    page.keyboard.press("Space")
    assert page.locator(".viewer").count() == 1
    assert page.locator(".play").get_attribute("aria-label") == "Play"


def test_less_motion_means_no_loop(opened: Any, tmp_path: Path) -> None:
    page = opened(two(tmp_path), reduced_motion="reduce")
    assert page.locator(".loop").is_checked() is False
    page.keyboard.press("l")
    page.wait_for_function("() => Player.current.frame === 1012 && !Player.current.playing")


def test_on_paper_there_are_pictures_and_no_buttons(opened: Any, tmp_path: Path) -> None:
    page = opened(two(tmp_path))
    page.emulate_media(media="print")
    assert page.locator(".tools, .transport").first.is_visible() is False
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator("figure img").first.is_visible()
    assert page.pdf().startswith(b"%PDF")


# -- long films -------------------------------------------------------------------------------------------


def test_previews_play_in_sync_and_are_said(opened: Any, tmp_path: Path) -> None:
    size = (1280, 720)
    row = shot(
        *(
            clip(pages.counting(tmp_path / f"{name}.mp4", 48, size=size), name, frames=48, width=1280, height=720)
            for name in ("clay", "depth")
        ),
        clip(pages.still(tmp_path / "first.png", 77, size), "first", frames=1, width=1280, height=720),
        end=1048, width=1280, height=720,
    )  # fmt: skip
    limit = sum(each.path.stat().st_size for each in row.clips) // 2
    whole = write_page(film(row), 0)
    small = write_page(film(row), limit)
    assert not whole.preview and small.preview and len(small.text) < len(whole.text)
    page = opened(film(row), limit=limit)
    assert "previews" in page.locator(".notice").text_content()
    for key, frame in (("End", 1048), ("ArrowLeft", 1047), ("Home", 1001)):
        page.keyboard.press(key)
        page.wait_for_function(f"() => Player.current.frame === {frame} && !Player.current.scheduled")
        seen = page.evaluate("(read) => [...document.querySelectorAll('figure canvas')].map(eval(read))", READ)
        assert seen == [frame - 1001, frame - 1001, 77]


def test_two_hundred_shots_open_at_once(opened: Any, tmp_path: Path) -> None:
    files = [pages.counting(tmp_path / f"{index}.mp4", 24 + index, size=(320, 180)) for index in range(40)]
    shots = [
        shot(
            *(
                clip(files[(number + place) % 40], column, width=320, height=180)
                for place, column in enumerate(("takes", "clay", "depth"))
            ),
            number=f"SH{number:04d}",
        )
        for number in range(200)
    ]
    path = tmp_path / "long.html"
    path.write_text(write_page(film(*shots)).text, encoding="utf-8", newline="\n")
    before = time.monotonic()
    page = opened(path)
    assert page.locator("section").count() == 200
    assert time.monotonic() - before < 20
    page.wait_for_timeout(500)
    assert page.locator(".transport").count() < 20, "controls come when a shot comes near"
    assert page.locator("canvas.drawn").count() == 0
    page.locator("#find").fill("SH0150")
    section = page.locator('section[data-shot="id-SH0150"]')
    section.locator(".play").click()
    page.wait_for_function("() => Player.current.frame > 1006")
    assert page.evaluate("() => Player.current.sources.size") == 3
    page.locator("#find").fill("")
    page.evaluate("() => scrollTo(0, 0)")
    page.wait_for_function("() => !Player.current.playing")
    page.locator("section").first.locator(".play").click()
    page.wait_for_function("() => Player.current.shot.title === 'SH0000 Wide' && Player.current.frame > 1004")
    page.locator("section").nth(1).locator(".play").click()
    page.wait_for_function("() => Player.current.shot.title === 'SH0001 Wide' && Player.current.frame > 1004")
    assert page.evaluate("() => Player.current.sources.size") == 3

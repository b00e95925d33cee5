"""Shot lists in scripts: the grammar of a note, film and sequence from the script, bad notes by line."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from shotwright.core.errors import ShotListError
from shotwright.core.framerate import FrameRate
from shotwright.core.shotlist import ShotList, ShotListEntry
from shotwright.core.shotlist_fountain import EXAMPLE, parse, render

DOC = (Path(__file__).parents[2] / "docs" / "shot-lists.md").read_text(encoding="utf-8")
FPS = FrameRate.of(24)


def message(text: str, fps: FrameRate | None = None) -> str:
    with pytest.raises(ShotListError) as caught:
        parse(text, fps)
    return str(caught.value)


def shot(text: str, fps: FrameRate | None = None) -> ShotListEntry:
    (entry,) = parse(text, fps).shots
    return entry


def fields(text: str, fps: FrameRate | None = None) -> dict[str, object]:
    return shot(text, fps).model_dump(exclude_defaults=True)


def test_the_example_in_the_docs_is_read() -> None:
    example = re.search(r"```fountain\n(.*?)```", DOC, re.DOTALL)
    assert example
    shots = parse(example[1])
    first, second, third = shots.shots
    assert shots.film == "The Ballroom"
    assert (first.number, first.name, first.sequence, first.camera) == (
        "SH010",
        "Wide on the room",
        "SQ010",
        "Cam.Wide",
    )
    assert (first.start, first.end, first.head, first.tail) == (1, 48, 8, 8)
    assert (second.number, second.name, second.start, second.width) == ("SH020", "Anna walks in", 49, 1920)
    assert (third.number, third.name, third.sequence, third.duration) == ("SH030", "Close on her hand", "SQ020", 48)


def test_the_example_in_messages_is_read() -> None:
    assert fields(EXAMPLE) == {
        "number": "SH010", "name": "Wide on the room", "camera": "Cam.Wide", "start": 1, "end": 48
    }  # fmt: skip


@pytest.mark.parametrize(
    ("head", "number", "name"),
    [
        ("SH020 Wide", "SH020", "Wide"),
        ("SH020", "SH020", ""),
        ("12A Wide on the room", "12A", "Wide on the room"),
        ("SQ010_SH020 Wide", "SQ010_SH020", "Wide"),
        ("SH020: Wide", "SH020", "Wide"),
        ("SH020 – Wide", "SH020", "Wide"),
        ("12:", "12", ""),
        ("12-Wide", "SH010", "12-Wide"),
        ("Wide on the room", "SH010", "Wide on the room"),
        ("2-shot of both", "SH010", "2-shot of both"),
        ("A-wide", "SH010", "A-wide"),
        ("Wide: the room", "SH010", "Wide: the room"),
        ("name: 10 people run", "SH010", "10 people run"),
        ("name: 10 people | number: x", "x", "10 people"),
        ("number: wide-a | name: B", "wide-a", "B"),
        ("", "SH010", ""),
        (" | name: x", "SH010", "x"),
        ("SH020 a \\| b \\[c\\] \\\\ \\*", "SH020", "a | b [c] \\ *"),
        ("SH020 a list[0]", "SH020", "a list[0]"),
    ],
)
def test_the_head_is_number_and_name(head: str, number: str, name: str) -> None:
    entry = shot(f"[[SHOT: {head}]]")
    assert (entry.number, entry.name) == (number, name)


@pytest.mark.parametrize(
    ("segment", "expected"),
    [
        ("frames: 1-48", {"start": 1, "end": 48}),
        ("frames: 1 – 48", {"start": 1, "end": 48}),
        ("frames: 1..48", {"start": 1, "end": 48}),
        ("frames: -20 to -10", {"start": -20, "end": -10}),
        ("frames: -20--10", {"start": -20, "end": -10}),
        ("frames: 1s-2s", {"start": 24, "end": 48}),
        ("frames: 00:00:01:00-00:00:01:23", {"start": 24, "end": 47}),
        ("Range: 5-6", {"start": 5, "end": 6}),
        ("in: 3 | out: 4", {"start": 3, "end": 4}),
        ("duration: 2.5s", {"duration": 60}),
        ("Length : 00:00:02:00", {"duration": 48}),
        ("duration: 2s | fps: 50", {"duration": 100, "fps": {"num": 50, "den": 1}}),
        ("handles: 8/4", {"head": 8, "tail": 4}),
        ("handles: 8", {"head": 8, "tail": 8}),
        ("head: 0", {"head": 0}),
        ("size: 1920×1080", {"width": 1920, "height": 1080}),
        ("width: 20 | height: 10", {"width": 20, "height": 10}),
        ("lock: yes | cam: A.B", {"locked": True, "camera": "A.B"}),
        ("scene: Set | mode: per-shot", {"scene": "Set", "mode": "per-shot"}),
        ("camera: a: b", {"camera": "a: b"}),
        ("camera: | | sequence: ", {}),
    ],
)
def test_keys_fill_fields(segment: str, expected: dict[str, object]) -> None:
    assert fields(f"[[SHOT: SH010 | {segment}]]", FPS) == {"number": "SH010", **expected}


def test_notes_may_stand_anywhere_and_run_over_lines() -> None:
    text = (
        "[[shot:A1]]\n\nShe [[ Shot : A2 run\n  fast\n\n | camera:\n Cam ]] walks.[[SHOT:A3]][[SHOT:A4]]\n\nANNA\n"
        "(beat [[SHOT:A5]])\n~sings [[SHOT:A6]]\n> THE END [[SHOT:A7]] <\n= x [[SHOT:A8]]\n"
    )
    shots = parse(text).shots
    assert [entry.number for entry in shots] == [f"A{i}" for i in range(1, 9)]
    assert (shots[1].name, shots[1].camera) == ("run fast", "Cam")


def test_other_notes_and_the_boneyard_are_left_alone() -> None:
    text = (
        "[[Shot list: later]] [[shots: none]] [[x [[SHOT: A1]] /* [[SHOT: A2\n*/ SHOT: A3 \\[[SHOT: A4]] ]] "
        "/* [[SHOT: A5]]"
    )
    assert [entry.number for entry in parse(text).shots] == ["A1", "A5"]


def test_numbers_count_on_from_the_highest_of_the_file() -> None:
    shots = parse("[[SHOT: first]] [[SHOT: SH040 second]] [[SHOT: third]] [[SHOT: X]]").shots
    assert [(e.number, e.name) for e in shots] == [
        ("SH050", "first"), ("SH040", "second"), ("SH060", "third"), ("SH070", "X")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "film"),
    [
        ("Title: Big Fish\nCredit: by\n\n", "Big Fish"),
        ("\ufeff\n\nAuthor: A: B\nTITLE:\n    _**BRICK & STEEL**_\n\tPart Two\nDate: x\n\n", "BRICK & STEEL Part Two"),
        ("Title: a\\_b [[note]]\n\n", "a_b"),
        ("FADE IN:\n\nTitle: No\n\n", ""),
        ("She said: Title: x\n\n", ""),
        ("INT. X\n\nTitle: x\n\n", ""),
    ],
)
def test_the_title_page_names_the_film(text: str, film: str) -> None:
    assert parse(text + "[[SHOT: A1]]").film == film


@pytest.mark.parametrize(
    ("text", "sequence"),
    [
        ("# SQ010\n\nINT. ROOM\n\n", "SQ010"),
        ("# Act One\n\n## SQ010 \n\n### Beat\n\n= SQ020\n\n", "SQ010"),
        ("## SQ010\n# SQ020\n", "SQ020"),
        ("# SQ010 [[a note]]\n\n", "SQ010"),
        ("INT. ROOM - DAY\n\n", "INT. ROOM - DAY"),
        ("Title: x\n\nint./ext. car - day\n\n", "int./ext. car - day"),
        ("EXT ROOM #12#\n\n", "12 EXT ROOM"),
        (".CELLAR #1-A#\n\n", "1-A CELLAR"),
        (".CELLAR [[x]]\n\nINTERIOR\n\n...what\n\n", "CELLAR"),
        ("INT. A\n\nAnna:\nINT. B\n\n", "INT. A"),
        ("INT. A\n\n/*\n\nINT. B\n\n*/\n\n", "INT. A"),
        ("#\n\n", ""),
        ("", ""),
    ],
)
def test_the_script_says_the_sequence(text: str, sequence: str) -> None:
    assert shot(text + "She waits. [[SHOT: A1]]").sequence == sequence
    assert shot(text + "[[SHOT: A1 | sequence: Other]]").sequence == "Other"
    assert shot(text + "[[SHOT: A1 | sequence:]]").sequence == ""


def test_a_note_in_a_heading_belongs_to_it() -> None:
    assert shot("INT. ROOM [[SHOT: A1]] - DAY\n").sequence == "INT. ROOM  - DAY"
    assert shot("# SQ010 [[SHOT: A1]]").sequence == "SQ010"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ["There are no shots in it", EXAMPLE]),
        ("INT. ROOM\n\n[[a note]]\n", ["There are no shots in it", EXAMPLE]),
        ("/* [[SHOT: A1]] */", ["There are no shots in it"]),
        ("x\n\n[[SHOT: A1 | camra: x]]", ["line 3: ", '"camra" (did you mean camera?) is not a key of a shot note']),
        ("a\r\nb\r\n[[SHOT: A1 | lens: 35]]", ['line 3: "lens"']),
        ("/*\n\n*/\n[[b\n]]\n[[SHOT: A1\n\n| zzz: 1]]", ['line 6: "zzz" is not a key']),
        ("[[SHOT: A1 | zzz]]", ['line 1: "zzz" has no colon: write key: value']),
        ("[[SHOT: A1 | film: x]]", ['line 1: "film" is not a key']),
        ("[[SHOT: A1 | cam: x | camera: y]]", ["line 1: cam and camera both say camera: remove one"]),
        ("[[SHOT: A1 | number: A2]]", ["line 1: number and number both say number"]),
        ("[[SHOT: A1 | frames: 1-2 | start: 1]]", ["line 1: frames and start both say start"]),
        (
            "[[SHOT: A1 | frames: 48]]",
            ['line 1: frames is "48": write a range such as 1-48, or the length as duration'],
        ),
        ("[[SHOT: A1 | frames: 1-2-3]]", ['frames is "1-2-3": write a range']),
        ("[[SHOT: A1 | frames: 9-2]]", ["line 1 (A1): the end 2 is before the start 9"]),
        ("[[SHOT: A1 | duration: 2s]]", ['line 1 (A1): duration is "2s": seconds and timecodes need a frame rate']),
        ("[[SHOT: A1 | size: wide]]", ['line 1 (A1): size is "wide": write 1920x1080']),
        ("[[SHOT: A1 | Handles: 1/2000]]", ['Handles is "1/2000": write a whole number from 0 to 1,000']),
        ("[[SHOT: A1 | locked: si]]", ['locked is "si": write yes or no']),
        ("[[SHOT: number: a b]]", ['number is "a b": write a shot number']),
        ("[[SHOT: A1]]\n[[SHOT: A1]]", ["line 2 (A1): line 1 has the number A1 too: change one"]),
        ("[[SHOT: A1]] [[SHOT: A1]]", ["line 1 (A1): line 1 has the number A1 too: change one"]),
        ("\n[[SHOT: A1 | camera: x\n\n[[SHOT: A2]]", ["line 2: the note [[SHOT: is never closed: write ]]"]),
        ("[[SHOT: A1]]\n\n[[SHOT: A2", ["line 3: the note [[SHOT: is never closed"]),
        ("a\n[[SHOT SH010 Wide]]", ["line 2: the note [[SHOT has no colon", EXAMPLE]),
        ("[[SHOT: " + "x" * 201 + "]]", ["line 1 (SH010): name is", "at most 200 characters"]),
        ("Title: " + "x" * 201 + "\n\n[[SHOT: A1]]", ["film's title is", "at most 200 characters"]),
    ],
)
def test_bad_notes_name_the_line_and_the_way_out(text: str, parts: list[str]) -> None:
    told = message(text)
    for part in parts:
        assert part in told


def test_one_mistake_makes_one_complaint() -> None:
    assert "\n" not in message("[[SHOT: A1 | strat: 1 | end: 5]]")


def test_sections_are_written_for_sequences_and_notes_say_the_rest() -> None:
    shots = ShotList(
        film="Ball_room",
        shots=(
            ShotListEntry(number="SH010", name="Wide", sequence="SQ010", camera="Cam_Wide", start=1, end=48),
            ShotListEntry(number="SH020", sequence="SQ010", start=-5, end=5, head=8, tail=8),
            ShotListEntry(number="SH030", sequence="[odd]"),
            ShotListEntry(number="SH040"),
        ),
    )
    assert render(shots).split("\n") == [
        "Title: Ball\\_room", "",
        "# SQ010", "",
        "[[SHOT: SH010 Wide | camera: Cam_Wide | frames: 1-48]]", "",
        "[[SHOT: SH020 | frames: -5 to 5 | handles: 8/8]]", "",
        "[[SHOT: SH030 | sequence: \\[odd\\]]]", "",
        "[[SHOT: SH040 | sequence:]]", "",
    ]  # fmt: skip
    assert parse(render(shots)) == shots


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"INT. ROOM {i}\n\n[[SHOT: Wide {i} | frames: {i}-{i + 5}]]\n\n" for i in range(10_000)),
        "/*" * 200_000 + "[[SHOT: A1]]",
        "[[" * 200_000 + "[[SHOT: A1]]",
        "[[SHOT: A1 " + "| " * 200_000 + "]]",
        "[[SHOT: A1" + " " * 300_000 + "| camera: x]]",
        "[[SHOT: A1 | frames: 1" + " " * 300_000 + "]] " + "\n" * 300_000,
        "[[SHOT: A1]]" + "\\" * 300_001,
    ],
    ids=["10000 unnumbered", "boneyards", "open notes", "bars", "spaces", "spaces in a range", "backslashes"],
)
def test_long_scripts_take_seconds(text: str) -> None:
    begin = time.perf_counter()
    try:
        numbers = [entry.number for entry in parse(text).shots]
    except ShotListError as error:
        assert "frames" in str(error)
    else:
        assert len(set(numbers)) == (10_000 if "INT." in text else 1)
    assert time.perf_counter() - begin < 10

"""Shot lists as CSV: headings, delimiters, times, formulas, and what is said about bad rows."""

from __future__ import annotations

import csv
import io
import re
from fractions import Fraction
from pathlib import Path

import pytest
from shotwright.core.errors import ShotListError
from shotwright.core.framerate import FrameRate
from shotwright.core.shotlist import ShotList, ShotListEntry
from shotwright.core.shotlist_csv import COLUMNS, frames, parse, render

DOC = (Path(__file__).parents[2] / "docs" / "shot-lists.md").read_text(encoding="utf-8")
FPS = FrameRate.of(24)
NTSC = FrameRate.of(Fraction(24000, 1001))


def message(text: str, fps: FrameRate | None = None) -> str:
    with pytest.raises(ShotListError) as caught:
        parse(text, fps)
    return str(caught.value)


def shot(text: str, fps: FrameRate | None = None) -> ShotListEntry:
    (entry,) = parse(text, fps).shots
    return entry


def test_the_example_in_the_docs_is_read() -> None:
    example = re.search(r"```csv\n(.*?)```", DOC, re.DOTALL)
    assert example
    first, second, third = parse(example[1]).shots
    assert (first.number, first.name, first.camera) == ("SH010", "Wide on the room, empty", "Cam.Wide")
    assert (first.start, first.end, first.head, first.tail) == (1, 48, 8, 8)
    assert (second.width, second.height) == (1920, 1080)
    assert third.sequence == "SQ020"


def test_the_docs_name_every_heading() -> None:
    table = dict(re.findall(r"^\| ([a-z_]+) \|(.*)\|$", DOC.split("| column |")[1], re.MULTILINE))
    for name, aliases in COLUMNS.items():
        told = re.sub(r"\(.*\)", "", table[name]).strip()
        assert (name, *filter(None, told.split(", "))) == tuple(item.strip() for item in aliases)


@pytest.mark.parametrize(("name", "alias"), [(name, alias) for name in COLUMNS for alias in COLUMNS[name]])
def test_every_heading_is_understood_however_it_is_spelt(name: str, alias: str) -> None:
    cell, expected = {
        "number": ("SH010", {"number": "SH010"}),
        "start": ("5", {"start": 5}),
        "end": ("9", {"end": 9}),
        "handles": ("8/4", {"head": 8, "tail": 4}),
        "size": ("1920 x 1080", {"width": 1920, "height": 1080}),
        "locked": ("x", {"locked": True}),
        "prompt_repeat_identity": ("x", {"prompt_repeat_identity": True}),
        "fps": ("24", {"fps": FPS}),
        "mode": ("per-shot", {"mode": "per-shot"}),
        "id": ("0B9F3B5E-32E4-4A51-9F39-0A5F5F1F0001", {"id": "0b9f3b5e-32e4-4a51-9f39-0a5f5f1f0001"}),
    }.get(name, ("64", {name: 64 if name in ("duration", "head", "tail", "width", "height") else "64"}))
    others = {
        "number": {}, "end": {"number": "A", "start": "1"}, "width": {"number": "A", "height": "10"},
        "height": {"number": "A", "width": "10"},
    }.get(name, {"number": "A"})  # fmt: skip
    for spelt in (alias, alias.upper(), f"  {alias.title().replace(' ', '_')} ", alias.replace(" ", "-")):
        shots = parse(f"{';'.join([*others, spelt])}\n{';'.join([*others.values(), cell])}\n")
        if name == "film":
            assert shots.film == "64"
        else:
            assert {key: getattr(shots.shots[0], key) for key in expected} == expected


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_comma_semicolon_tab_and_all_line_ends_are_read(delimiter: str, end: str) -> None:
    rows = [["camera", "number", "name"], ["Cam", "SH010", '"a,b;c"'], ["", "", ""], [], ["Cam", "SH020", "d"]]
    shots = parse(end.join(delimiter.join(row) for row in rows))
    assert [(s.number, s.name, s.camera) for s in shots.shots] == [("SH010", "a,b;c", "Cam"), ("SH020", "d", "Cam")]


def test_the_line_in_which_excel_names_the_delimiter_is_understood() -> None:
    assert shot("sep=;\r\nnumber;name\r\nSH010;a, b\r\n").name == "a, b"
    assert message("sep=;\nnumber;start\nA;x\n").startswith("row 3 (A): ")


def test_the_mark_and_empty_cells_at_the_end_of_rows_do_no_harm() -> None:
    assert shot("\ufeffnumber;name;;\nSH010;x;;;\n").name == "x"


def test_short_rows_are_filled_and_quoted_line_breaks_become_spaces() -> None:
    first, second = parse('number,name,camera\nSH010\nSH020,"first\r\n second\nthird  fourth",Cam\n').shots
    assert (first.name, first.camera) == ("", None)
    assert second.name == "first second third  fourth"


def test_rows_are_counted_as_a_spreadsheet_counts_them() -> None:
    assert message('\nnumber,name,start\nA,"x\ny",1\n,,\nB,z,?\n').startswith('row 5 (B): column "start" is "?": write')


def test_headings_alone_are_an_empty_list() -> None:
    assert parse("number,name\n") == ShotList()
    assert parse(render(ShotList(film="=A"))) == ShotList(film="=A")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("48", 48), ("-12", -12), ("+7", 7), ("48.0", 48), ("48,00", 48), ("48 frames", 48), ("48f", 48),
        ("2s", 48), ("2.5s", 60), ("2,5 sec", 60), ("-1s", -24), ("0.02s", 0), ("0.0209s", 1),
        ("00:00:02:12", 60), ("01:00:00:00", 86_400), ("-00:00:01:00", -24), ("0:0:1:5", 29),
    ],
)  # fmt: skip
def test_times_become_frames_at_24(text: str, expected: int) -> None:
    assert frames(text, FPS) == expected


@pytest.mark.parametrize("rate", [FPS, NTSC, FrameRate.of(25), FrameRate.of(Fraction(60000, 1001)), FrameRate.of(1)])
def test_timecode_is_the_inverse_of_the_one_that_is_shown(rate: FrameRate) -> None:
    for frame in (0, 1, 23, 24, 59, 1500, 86_400, 123_457, -1, -30):
        assert frames(rate.timecode(frame), rate) == frame


def test_seconds_at_an_ntsc_rate_follow_the_clock() -> None:
    assert frames("100s", NTSC) == 2398  # 100 * 24000/1001 = 2397.6
    assert frames("00:01:40:00", NTSC) == 2400


def test_the_rate_in_the_row_wins_over_the_one_given() -> None:
    first, second = parse("number,fps,length\nA,50,2s\nB,,2s\n", FPS).shots
    assert (first.duration, second.duration) == (100, 48)
    assert (str(first.fps), second.fps) == ("50", None)


@pytest.mark.parametrize("word", ["yes", "TRUE", "1", "x", "Y", "on"])
@pytest.mark.parametrize("other", ["no", "False", "0", "n", "off"])
def test_yes_and_no_are_read_in_every_spelling(word: str, other: str) -> None:
    assert shot(f"number,locked\nA,{word}\n").locked is True
    assert shot(f"number,locked\nA,{other}\n").locked is False
    assert shot("number,locked\nA,\n").locked is None


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "'=1", "''-1", "＝1", "＠x"])
def test_no_written_text_is_a_formula_and_reading_undoes_the_guard(text: str) -> None:
    shots = ShotList(film=text, shots=(ShotListEntry(number="A", name=text, camera=text, start=-5, end=-1),))
    written = render(shots)
    cells = dict(zip(*csv.reader(io.StringIO(written.removeprefix("\ufeff"))), strict=True))
    assert cells["name"] == cells["camera"] == cells["film"] == f"'{text}"
    assert (cells["start"], cells["end"]) == ("-5", "-1")
    assert parse(written) == shots


def test_an_apostrophe_before_a_word_stays() -> None:
    assert shot("number,name\nA,'tis late\n").name == "'tis late"


def test_a_byte_order_mark_is_written_only_where_excel_needs_it() -> None:
    assert render(ShotList(shots=(ShotListEntry(number="A", name="é"),))).startswith("\ufeffnumber,")
    assert render(ShotList(shots=(ShotListEntry(number="A", name="e"),))).startswith("number,")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ["The file is empty: write headings in the first row"]),
        ("\n,,\n  \n", ["The file is empty"]),
        ("SH010,wide\n", ["row 1 should hold the headings", 'found "SH010", "wide"', "Known headings: number, name"]),
        (
            "number,lens,camra,Lighting\nA,1,2,3\n",
            ["row 1: a shot list has no column", '"lens"', '"camra" (did you mean camera?)', '"Lighting"', "Known"],
        ),
        ("name,camera\nx,y\n", ["row 1: there is no column for the shot number", '"number"']),
        ("number,In,First Frame\n", ['column "In" and column "First Frame" both say start: remove one']),
        ("number,size,width\n", ['column "size" and column "width" both say width']),
        ("number,name\nA,b,c\n", ['row 2: cell 3 is "c", but that column has no heading']),
        ("number,,name\nA,b,c\n", ['row 2: cell 2 is "b", but that column has no heading']),
        ("number,name\nA,b\n,c\n", ["row 3: the number is missing"]),
        ('number,name\nA,b\nB,"c\nd\n', ["row 3 (line 3) can't be read", "quote that is not closed"]),
        ('number,name\nA,"b"c\n', ["row 2 (line 2) can't be read"]),
        ("number,name\nA," + "x" * 200_000, ["row 2 (line 2) can't be read (field larger"]),
        ("number,first\nA,soon\n", ['row 2 (A): column "first" is "soon": write frames such as 48, seconds']),
        ("number,length\nA,2s\n", ['column "length" is "2s": seconds and timecodes need a frame rate']),
        ("number,length,fps\nA,2s,fast\n", ['column "fps" is "fast": write a frame rate such as 24']),
        ("number,in,out\nA,00:00:01:00,00:00:02:00\n", ["need a frame rate: give fps too"]),
        ("number,length\nA,0\n", ['column "length" is "0": write a whole number from 1 to 100,000']),
        ("number,start\nA,9999999\n", ['column "start" is "9999999": write a whole number from -1,048,574']),
        ("number,start\nA," + "9" * 5000, ["999…\": write frames such as 48"]),
        ("number,start,end\nA,10,9\n", ["row 2 (A): the end 9 is before the start 10"]),
        ("number,locked\nA,perhaps\n", ['column "locked" is "perhaps": write yes or no']),
        ("number,size\nA,1920\n", ['column "size" is "1920": write 1920x1080']),
        ("number,size\nA,1x5\n", ['column "size" is "1x5": write a whole number from 2 to 16,384']),
        ("number,handles\nA,8/8/8\n", ['column "handles" is "8/8/8": write 8/8']),
        ("number,mode\nA,cheap\n", ['column "mode" is "cheap": write per-shot']),
        ("number,id\nA,7\n", ['column "id" is "7": write the id that Shotwright wrote']),
        ("number,name\nA," + "x" * 201, ['column "name"', "at most 200 characters"]),
        ("number,name\nA,a\x00b\n", ['column "name" is "a\\u0000b": write one line of text']),
        ("number\nA B\n", ['row 2 (A B): column "number" is "A B": write a shot number such as SH010']),
        ("number\nA\nB\nA\n", ["row 4 (A): row 2 has the number A too: change one of them"]),
        ("number,film\nA,One\nB,Two\n", ['row 3: the film is "Two", but rows above say "One"']),
    ],
)  # fmt: skip
def test_bad_tables_name_the_row_the_column_and_the_way_out(text: str, parts: list[str]) -> None:
    told = message(text)
    for part in parts:
        assert part in told


@pytest.mark.parametrize(
    ("cell", "part"),
    [
        ("00:00:01:24", "frames up to 23 at 24 fps"),
        ("00:60:00:00", "minutes and seconds up to 59"),
        ("00:00:01;12", "drop-frame timecode (with ;) is not read"),
        ("00:00:01", "a timecode such as 00:00:02:12"),
        ("1,234,567", "write frames such as 48"),
    ],
)
def test_bad_times_say_what_to_write(cell: str, part: str) -> None:
    assert part in message(f'number\tstart\nA\t"{cell}"\n', FPS)


def test_a_bad_cell_is_not_blamed_on_another_one() -> None:
    assert message("number,start,end\nA,x,5\n").count("\n") == 0


def test_five_bad_rows_are_told_and_the_rest_is_counted() -> None:
    told = message("number,start\n" + "".join(f"A{i},x\n" for i in range(100))).split("\n")
    assert len(told) == 6
    assert told[5] == "… and 95 more."

"""Shot lists as JSON, and what holds for all three formats: round trips, limits, files."""

from __future__ import annotations

import json
import random
import re
import time
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from uuid import UUID

import pytest
from shotwright.core import shotlist, shotlist_csv, shotlist_fountain, shotlist_json, terms
from shotwright.core.errors import ShotListError
from shotwright.core.framerate import FrameRate
from shotwright.core.model_base import to_json
from shotwright.core.shot import Handles, Shot
from shotwright.core.shotlist import ShotList, ShotListEntry
from shotwright.core.shotlist_json import json_schema, parse, render

DOCS = Path(__file__).parents[2] / "docs"
FORMATS = [shotlist_json, shotlist_csv, shotlist_fountain]
NTSC = FrameRate.of(Fraction(24000, 1001))
UUID_1 = "0b9f3b5e-32e4-4a51-9f39-0a5f5f1f0001"

NASTY = [
    "", "=1+1", "+49", "-5", "@x", "'=x", "''@x", "'tis", "a,b", "a;b", 'say "cut"', '"', "a|b", "a||b", "[[x]]", "x]",
    "]]]", "\\", "a\\", "\\|", "\\\\]", "a: b", "camera: x", "10 people", "2-shot", "- dash", ": x",
    "12A", "SH020", "#x", "# x", "#1#", "/* a */",
    "*/", "/*", "*bold*", "_under_", "**", "INT. ROOM - DAY", ".x", "Title: y", "é 漢字 🎬", "a  b", "name:", ":",
    "x|", "1-2",
    "\uff1dx", "\u200bx", "no", "null", "sep=;", "\ufeffx",
]  # fmt: skip
ALPHABET = " '=+-@|[]\\:*/#_.,;\"é漢🎬aSHOT019"


def message(text: str) -> str:
    with pytest.raises(ShotListError) as caught:
        parse(text)
    return str(caught.value)


def one(**fields: object) -> str:
    return json.dumps({"shots": [{"number": "SH010", **fields}]})


def random_text(rng: random.Random) -> str:
    if rng.random() < 0.5:
        return rng.choice(NASTY)
    return "".join(rng.choices(ALPHABET, k=rng.randrange(1, 12))).strip()


def random_entry(rng: random.Random, index: int) -> ShotListEntry:
    """An entry with each field there or not, by chance."""

    def maybe(value: object) -> object:
        return value if rng.random() < 0.6 else None

    values: dict[str, object] = {
        "number": rng.choice([f"SH{index:03d}", f"{index}A", f"wide_{index}-b", f"x{index}x"]),
        "name": random_text(rng),
        "sequence": rng.choice(["", "SQ010", "Act (1)", random_text(rng)]),
        "scene": maybe(random_text(rng)),
        "camera": maybe(random_text(rng)),
        "head": maybe(rng.randrange(0, 1001)),
        "tail": maybe(rng.randrange(0, 1001)),
        "locked": rng.choice([None, True, False]),
        "mode": maybe("per-shot"),
        "fps": maybe(rng.choice([NTSC, FrameRate.of(24), FrameRate.of(Fraction(25, 2))])),
        "id": maybe(str(UUID(int=rng.getrandbits(128)))),
        "prompt_repeat_identity": rng.choice([None, True, False]),
        **{name: random_text(rng) for name in shotlist.PROMPT_FIELDS if rng.random() < 0.4},
    }
    start, length = rng.randrange(-500, 500), rng.randrange(1, 900)
    spans = [
        {},
        {"start": start},
        {"duration": length},
        {"start": start, "end": start + length - 1},
        {"start": start, "duration": length},
        {"end": start, "duration": length},
        {"start": start, "end": start + length - 1, "duration": length},
    ]
    size = {"width": rng.randrange(2, 5000), "height": rng.randrange(2, 5000)} if rng.random() < 0.5 else {}
    return ShotListEntry.model_validate({**values, **rng.choice(spans), **size})


def make_shot(**changes: object) -> Shot:
    values: dict[str, object] = {
        "id": UUID_1, "scene": "Scene", "number": "SH010", "name": "Wide", "camera": "Cam", "start": 1, "end": 48,
        "handles": Handles(head=8, tail=4), "fps": NTSC, "width": 1920, "height": 1080, "order": 0, "film": "Film",
        "sequence": "SQ010", "locked": True,
    }  # fmt: skip
    return Shot.model_validate({**values, **changes})


# -- all formats --------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", FORMATS, ids=lambda module: module.__name__)
@pytest.mark.parametrize("seed", range(60))
def test_random_lists_survive_writing_and_reading(module: ModuleType, seed: int) -> None:
    rng = random.Random(seed)
    entries = tuple(random_entry(rng, index) for index in range(1, 21))
    shots = ShotList(film=random_text(rng), shots=entries)
    again = module.parse(module.render(shots), FrameRate.of(24))
    assert again == shots
    assert module.render(again) == module.render(shots)


@pytest.mark.parametrize("module", FORMATS, ids=lambda module: module.__name__)
@pytest.mark.parametrize("text", NASTY)
def test_every_text_field_survives_every_nasty_text(module: ModuleType, text: str) -> None:
    entry = ShotListEntry(number="SH010", name=text, sequence=text, scene=text, camera=text)
    plain = ShotListEntry(number="SH020")
    shots = ShotList(film=text, shots=(entry, plain))
    assert module.parse(module.render(shots), None) == shots


@pytest.mark.parametrize("ending", shotlist.FORMATS)
def test_exported_shots_come_back_with_every_field(ending: str, tmp_path: Path) -> None:
    other = make_shot(id=str(UUID(int=7)), number="SH020", start=-20, end=-10, order=1, name="two\nlines", locked=False)
    shots = shotlist.from_shots([other, make_shot()])
    path = tmp_path / f"list{ending}"
    path.write_text(shotlist.write(shots, path), encoding="utf-8")
    first, second = shotlist.read(path).shots
    assert (first.id, first.number, first.start, first.end, first.head, first.tail) == (UUID_1, "SH010", 1, 48, 8, 4)
    assert (first.fps, first.locked, first.mode, first.width, first.height) == (NTSC, True, "per-shot", 1920, 1080)
    assert (first.scene, first.camera, first.sequence) == ("Scene", "Cam", "SQ010")
    assert (second.name, second.start, second.end, second.locked) == ("two lines", -20, -10, False)
    assert shotlist.read(path) == shots


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"start": 9, "end": 3}, "the end 3 is before the start 9"),
        ({"number": "SH 010"}, 'number is "SH 010"'),
        ({"width": 0}, "width is 0"),
        ({"start": 1, "end": 200_000}, "more than 100,000"),
    ],
)
def test_a_shot_that_no_list_can_hold_is_named(changes: dict[str, object], part: str) -> None:
    with pytest.raises(ShotListError, match=re.escape(part)) as caught:
        shotlist.from_shots([make_shot(**changes)])
    assert str(caught.value).startswith("shot 1 (SH")


def test_two_shots_with_one_number_are_not_exported() -> None:
    with pytest.raises(ShotListError, match=r"shot 2 \(SH010\): shot 1 has the number SH010 too"):
        shotlist.from_shots([make_shot(), make_shot(id=str(UUID(int=7)), order=1)])


@pytest.mark.parametrize("module", FORMATS, ids=lambda module: module.__name__)
def test_ten_thousand_shots_take_seconds(module: ModuleType) -> None:
    entries = tuple(
        ShotListEntry(
            number=f"SH{i:05d}", name=f"Shot {i}", camera="Cam", start=i, end=i + 47, head=8, tail=8, fps=NTSC
        )
        for i in range(1, 10_001)
    )
    shots = ShotList(film="Long", shots=entries)
    begin = time.perf_counter()
    again = module.parse(module.render(shots), None)
    assert time.perf_counter() - begin < 10
    assert again == shots


@pytest.mark.parametrize(
    ("module", "text"),
    [
        (shotlist_json, json.dumps({"shots": [{"number": f"A{i}"} for i in range(terms.MAX_SHOT_LIST_ROWS + 1)]})),
        (shotlist_csv, "number\n" + "".join(f"A{i}\n" for i in range(terms.MAX_SHOT_LIST_ROWS + 1))),
        (shotlist_fountain, "".join(f"[[SHOT: A{i}]]\n" for i in range(terms.MAX_SHOT_LIST_ROWS + 1))),
    ],
    ids=["json", "csv", "fountain"],
)
def test_too_many_shots_are_refused_with_the_limit(module: ModuleType, text: str) -> None:
    with pytest.raises(ShotListError, match="more than the 20,000 it may have: split it"):
        module.parse(text, None)


# -- files --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ending", "text"),
    [
        (".json", '{"film": "Café",\r\n "shots": [{"number": "SH010", "name": "Señor"}]}\r\n'),
        (".csv", "number;name;film\r\nSH010;Señor;Café\r\n"),
        (".fountain", "Title: Café\r\n\r\n[[SHOT: SH010 Señor]]\r\n"),
    ],
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_byte_order_mark_and_windows_line_ends_are_read(ending: str, text: str, mark: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"list{ending.upper()}"
    path.write_bytes(mark + text.encode())
    shots = shotlist.read(path)
    assert (shots.film, shots.shots[0].number, shots.shots[0].name) == ("Café", "SH010", "Señor")


@pytest.mark.parametrize("ending", shotlist.FORMATS)
def test_text_that_is_not_utf8_names_the_line_and_the_way_out(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"list{ending}"
    path.write_bytes("number\nSH010 Café\n".encode("latin-1"))
    with pytest.raises(ShotListError, match=r"list\.\w+, line 2: byte 0xe9 is not UTF-8: save the file as UTF-8"):
        shotlist.read(path)


def test_files_that_cannot_be_lists_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ShotListError, match="There is no file"):
        shotlist.read(tmp_path / "none.csv")
    with pytest.raises(ShotListError, match=r"use \.json, \.csv, \.fountain"):
        shotlist.read(tmp_path / "list.xlsx")
    with pytest.raises(ShotListError, match=r"use \.json, \.csv, \.fountain"):
        shotlist.write(ShotList(), tmp_path / "list")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(ShotListError, match="is not a file"):
        shotlist.read(tmp_path / "folder.csv")
    large = tmp_path / "large.csv"
    large.write_bytes(b"x" * (terms.MAX_SHOT_LIST_BYTES + 1))
    with pytest.raises(ShotListError, match="larger than the 17 MB"):
        shotlist.read(large)


def test_the_file_is_named_before_what_is_wrong_in_it(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_text("[", encoding="utf-8")
    with pytest.raises(ShotListError, match=r"^list\.json: line 1, column 2: "):
        shotlist.read(path)


# -- JSON ---------------------------------------------------------------------------------------------


def test_the_example_in_the_docs_is_read() -> None:
    example = re.search(r"```json\n(.*?)```", (DOCS / "shot-lists.md").read_text(encoding="utf-8"), re.DOTALL)
    assert example
    shots = parse(example[1])
    first, second = shots.shots
    assert shots.film == "The Ballroom"
    assert (first.number, first.camera, first.start, first.end, first.head) == ("SH010", "Cam.Wide", 1, 48, 8)
    assert first.fps == NTSC
    assert (second.duration, second.locked, second.start) == (72, True, None)


def test_the_schema_file_is_what_the_code_says() -> None:
    text = (DOCS / "schemas" / "shotlist.1.json").read_text(encoding="utf-8")
    assert text == to_json(json_schema())


def test_the_schema_names_every_field_its_limits_and_its_meaning() -> None:
    schema = json_schema()
    entry = schema["$defs"]["ShotListEntry"]
    assert schema["$id"] == "shotwright.shotlist.1"
    assert set(entry["properties"]) == set(ShotListEntry.model_fields)
    assert all(one["description"] and one["title"] for one in entry["properties"].values())
    assert entry["properties"]["duration"]["anyOf"][0] == {"type": "integer", "minimum": 1, "maximum": 100_000}
    assert entry["additionalProperties"] is False


def test_a_bare_list_of_shots_and_whole_floats_are_taken() -> None:
    shots = parse('\ufeff[{"number": "SH010", "start": 1.0, "end": 48}]')
    assert (shots.shots[0].start, type(shots.shots[0].start)) == (1, int)


@pytest.mark.parametrize(
    ("written", "rate"),
    [
        (24, "24"),
        (23.976, "24000/1001"),
        ("23,976", "24000/1001"),
        ("29.97 fps", "30000/1001"),
        ("25/2", "25/2"),
        ({"num": 24, "den": 1}, "24"),
    ],
)
def test_frame_rates_are_read_in_every_spelling(written: object, rate: str) -> None:
    assert str(parse(one(fps=written)).shots[0].fps) == rate


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "The file is empty: write"),
        (" \n", "The file is empty: write"),
        ('{\n  "shots": [\n    {"number" "A"}\n]}', "line 3, column 15: this is not JSON (expecting ':' delimiter)"),
        ('{"shots": []', "line 1, column 13: this is not JSON"),
        ('"text"', 'The file holds "text": write an object'),
        ("null", "The file holds null: write an object"),
        ("{}", "shots is missing: write a list"),
        ('{"shots": {}}', "shots is an object: write a list"),
        ('{"shots": ["SH010"]}', 'shot 1 is "SH010": write an object'),
        ('{"shot": [], "shots": []}', '"shot" (did you mean shots?)'),
        ('{"film": 3, "shots": []}', "film is 3: write the title"),
        ('{"film": "a\\nb", "shots": []}', 'film\'s title is "a\\nb": write one line'),
        ('{"shots": [], "film": NaN}', "NaN in it, which is not JSON"),
        ('{"shots": [{"number": "A", "start": -Infinity}]}', "-Infinity in it"),
        ('{"shots": [{"number": "A",\n "start": 1e999}]}', "line 2: 1e999 is not a number"),
        ('{"shots": [{"number": "A", "start": ' + "9" * 5000 + "}]}", "999… is not a number"),
        ('{"film": "a", "film": "b", "shots": []}', 'the key "film" twice in an object'),
        ('{"shots": [{"number": "SH7", "name": "a", "name": "b"}]}', 'the key "name" twice in the shot "SH7"'),
        ("[" * 100_000, "nested hundreds deep"),
        ('{"a":' * 100_000, "nested hundreds deep"),
        ('{"schema": "shotwright.shotlist.2", "shots": []}', "from a newer Shotwright; this one reads up to"),
        ('{"schema": "shotwright.package.1", "shots": []}', 'schema "shotwright.package.1", which is no shot list'),
        ('{"schema": 1, "shots": []}', "schema 1, which is no shot list"),
        ('[{"number": "A"}, {"number": "A"}]', "shot 2 (A): shot 1 has the number A too: change one"),
        (f'[{{"number": "A", "id": "{UUID_1}"}}, {{"number": "B", "id": "{UUID_1.upper()}"}}]', "has the id"),
        ('[{"name": "x"}]', "shot 1: the number is missing: write a shot number such as SH010"),
    ],
)
def test_bad_files_say_where_and_what_to_do(text: str, part: str) -> None:
    assert part in message(text)


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"number": 10}, "shot 1: number is 10: write a shot number such as SH010"),
        ({"number": "a b"}, 'number is "a b": write'),
        ({"number": ""}, 'number is "": write'),
        ({"camra": "x"}, 'shot 1 (SH010): "camra" (did you mean camera?) is not a field of a shot'),
        ({"start": "1"}, 'shot 1 (SH010): start is "1": write a whole number'),
        ({"start": 1.5}, "start is 1.5: write a whole number"),
        ({"start": True}, "start is true: write a whole number"),
        ({"start": [1]}, "start is a list: write a whole number"),
        ({"start": 2_000_000}, "start is 2000000: write a whole number from -1,048,574 to 1,048,574"),
        ({"start": 5, "end": 4}, "the end 4 is before the start 5: swap the two"),
        ({"start": 0, "end": 100_000}, "100,001 frames, more than 100,000: shorten"),
        ({"start": 1, "end": 10, "duration": 9}, "10 long, not the 9 given as duration"),
        ({"end": 4}, "an end without a start"),
        ({"duration": 0}, "duration is 0: write a whole number from 1 to 100,000"),
        ({"head": -1}, "head is -1: write a whole number from 0 to 1,000"),
        ({"width": 1920}, "width and height go together"),
        ({"width": 1, "height": 20_000}, "width is 1: write a whole number from 2 to 16,384"),
        ({"locked": "yes"}, 'locked is "yes": write true or false'),
        ({"locked": 1}, "locked is 1: write true or false"),
        ({"mode": "cheap"}, 'mode is "cheap": write per-shot'),
        ({"id": "x"}, 'id is "x": write the id that Shotwright wrote'),
        ({"name": None}, "name is null: write one line of text"),
        ({"name": "a\nb"}, 'name is "a\\nb": write one line of text'),
        ({"name": "a\u2028b"}, "write one line of text"),
        ({"name": "x" * 201}, "xxx…\": write one line of text, at most 200"),
        ({"name": "\ud800"}, "write one line of text"),
        ({"camera": 3}, "camera is 3: write a name from Blender"),
        ({"fps": 0}, "fps is 0: write a frame rate such as 24"),
        ({"fps": 1001}, "fps is 1001: write a frame rate"),
        ({"fps": "1e999999999"}, 'fps is "1e999999999": write a frame rate'),
        ({"fps": "1/0"}, 'fps is "1/0": write a frame rate'),
        ({"fps": True}, "fps is true: write a frame rate"),
        ({"fps": {"num": 24}}, "fps is an object: write a frame rate"),
    ],
)  # fmt: skip
def test_bad_fields_name_the_shot_the_field_and_the_way_out(fields: dict[str, object], part: str) -> None:
    told = message(one(**fields))
    assert part in told
    told.encode("utf-8")  # a message must be printable


def test_an_unknown_field_is_not_blamed_on_another_one() -> None:
    told = message(one(strat=1, end=3))
    assert "did you mean start?" in told
    assert "without a start" not in told


def test_five_mistakes_are_told_and_the_rest_is_counted() -> None:
    told = message(json.dumps([{"number": f"A{i}", "start": "x"} for i in range(1, 1001)])).split("\n")
    assert len(told) == 6
    assert told[4].startswith("shot 5 (A5): start")
    assert told[5] == "… and 995 more."


def test_twenty_thousand_unknown_fields_are_answered_soon() -> None:
    text = json.dumps([{"number": f"A{i}", f"camra{i}": 1} for i in range(20_000)])
    begin = time.perf_counter()
    assert "… and 19,995 more." in message(text)
    assert time.perf_counter() - begin < 10


def test_what_says_nothing_is_not_written() -> None:
    text = render(ShotList(shots=(ShotListEntry(number="SH010", locked=False, start=0),)))
    assert json.loads(text)["shots"] == [{"number": "SH010", "start": 0, "locked": False}]

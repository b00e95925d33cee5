"""`make-shots`: where shots come from, that making twice changes nothing, and what is saved."""

from __future__ import annotations

import csv
import json
import time
from pathlib import Path

import pytest
from support import cli


def ids(document):
    return [shot["id"] for shot in document["shots"]]


def test_dry_run_leaves_the_file(shotwright, film):
    path = film("bare")
    before = cli.contents(path.parent)
    document = shotwright("make-shots", path, "--json", code=0).document
    assert document["schema"] == "shotwright.make-shots.1"
    assert len(document["made"]) == 2 and document["saved"] is None
    assert ids(document) == document["made"]
    text = shotwright("make-shots", path, code=0).out
    assert "2 made, 0 updated, 0 unchanged. Not saved: add --save or --output FILE." in text
    assert cli.contents(path.parent) == before


def test_save_and_again(shotwright, film):
    path = film("bare")
    first = shotwright("make-shots", path, "--save", "--json", code=0).document
    assert first["saved"] == str(path)
    assert [(shot["name"], shot["start"], shot["end"]) for shot in first["shots"]] == [
        ("Close", 1, 8),
        ("Wide", 1, 8),
    ]
    again = shotwright("make-shots", path, "--save", "--json", code=0).document
    assert (again["made"], again["updated"]) == ([], [])
    assert ids(again) == again["unchanged"] == ids(first)
    assert ids(shotwright("shots", path, "--json").document) == ids(first)


def test_output_writes_another_file(shotwright, film, tmp_path):
    path = film("bare")
    before = cli.sha256(path)
    target = tmp_path / "new folder" / "copy.blend"
    made = shotwright("make-shots", path, "--output", target, "--json", code=0).document
    assert made["saved"] == str(target)
    assert cli.sha256(path) == before
    assert ids(shotwright("shots", target, "--json").document) == made["made"]
    assert shotwright("shots", path, "--json").document["shots"] == []


def test_markers(shotwright, film):
    path = film("markers")
    made = shotwright("make-shots", path, "--from", "markers", "--save", "--json", code=0).document
    assert [(shot["name"], shot["camera"], shot["start"], shot["end"]) for shot in made["shots"]] == [
        ("intro", "Wide", 1, 4),
        ("turn", "Close", 5, 8),
        ("out", "Wide", 9, 12),
    ]
    # auto takes the markers too, and finds the same shots.
    again = shotwright("make-shots", path, "--json", code=0).document
    assert again["unchanged"] == ids(made) == ids(again)
    # The cameras have shots already.
    cameras = shotwright("make-shots", path, "--from", "cameras", "--json", code=0).document
    assert cameras["made"] == [] and ids(cameras) == ids(made)


def test_moved_marker_updates_its_shot(shotwright, film, change):
    path = film("markers")
    made = shotwright("make-shots", path, "--save", "--json", code=0).document
    change(path, "scene.timeline_markers['turn'].frame = 7")
    again = shotwright("make-shots", path, "--json", code=0).document
    assert ids(again) == ids(made)
    assert again["updated"] == ids(made)[:2] and again["unchanged"] == ids(made)[2:]
    assert [(shot["start"], shot["end"]) for shot in again["shots"]] == [(1, 6), (7, 8), (9, 12)]


def test_view(shotwright, film):
    path = film("viewport")
    made = shotwright("make-shots", path, "--from", "view", "--save", "--json", code=0).document
    (shot,) = made["shots"]
    assert shot["source"] == "view" and shot["camera"] not in (None, "Wide")
    again = shotwright("make-shots", path, "--from", "view", "--json", code=0).document
    assert ids(again) == ids(made)


@pytest.mark.parametrize("ending", ["json", "csv", "fountain"])
def test_shot_list(shotwright, film, tmp_path, ending):
    script = "INT. HALL - DAY\n\n[[SHOT: SH010 In | camera: Wide | frames: 1-3]]\n\nIt slides.\n\n[[SHOT: SH020]]\n"
    text = {
        "json": json.dumps(
            {"shots": [{"number": "SH010", "name": "In", "camera": "Wide", "start": 1, "end": 3}, {"number": "SH020"}]}
        ),
        "csv": "number,name,camera,start,end\nSH010,In,Wide,1,3\nSH020,,,,\n",
        "fountain": script,
    }[ending]
    source = tmp_path / f"list.{ending}"
    source.write_text(text, encoding="utf-8")
    path = film("bare")
    made = shotwright("make-shots", path, "--from", source, "--save", "--json", code=0).document
    assert made["made"] == ids(made)
    first, second = made["shots"]
    assert (first["number"], first["name"], first["camera"]) == ("SH010", "In", "Wide")
    assert (first["start"], first["end"], first["source"]) == (1, 3, "file")
    assert (second["number"], second["source"]) == ("SH020", "file")
    again = shotwright("make-shots", path, "--from", source, "--save", "--json", code=0).document
    assert ids(again) == ids(made) and again["made"] == []


def test_shot_list_with_a_camera_that_is_not_there(shotwright, film, tmp_path):
    source = tmp_path / "list.csv"
    source.write_text("number,camera\nSH010,Crane\n")
    ran = shotwright("make-shots", film("bare"), "--from", source, "--json", code=0)
    (note,) = ran.document["notes"]
    assert "'Crane'" in note and "SH010" in note
    assert f"note: {note}" in ran.err


def test_locked_shot_is_left_alone(shotwright, film, tmp_path):
    path = film("locked")
    before = shotwright("shots", path, "--json").document["shots"]
    source = tmp_path / "list.csv"
    source.write_text("number,name,start,end\nSH010,Other,2,2\nSH020,New,2,2\n")
    ran = shotwright("make-shots", path, "--from", source, "--json", code=0).document
    assert ran["shots"][0] == before[0]
    assert ran["shots"][1]["name"] == "New"
    assert ran["notes"] == ["SH010 is locked and was left as it is."]


def test_ten_thousand_rows(shotwright, film, tmp_path):
    source = tmp_path / "long.csv"
    with source.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["number", "name", "camera", "start", "end"])
        writer.writerows([f"SH{10 * (i + 1):05d}", f"Shot {i}", "Wide", 1, 8] for i in range(10_000))
    path = film("bare")
    start = time.monotonic()
    document = shotwright("make-shots", path, "--from", source, "--save", "--json", code=0).document
    seconds = time.monotonic() - start
    assert len(document["made"]) == len(set(document["made"])) == 10_000
    assert [shot["order"] for shot in document["shots"]] == list(range(10_000))
    start = time.monotonic()
    again = shotwright("make-shots", path, "--from", source, "--json", code=0).document
    assert again["unchanged"] == document["made"]
    # Some 4 s each on a small machine; quadratic work would take minutes.
    assert max(seconds, time.monotonic() - start) < 60


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"number,camra\nSH010,Wide\n", ["camra", "did you mean camera"]),
        ("a.csv", b"number,start\nSH010,soon\n", ["row 2", "SH010", "soon", "write frames"]),
        ("a.csv", b"number,name\nSH010,caf\xe9\n", ["line 2", "UTF-8"]),
        ("a.csv", b"", ["empty"]),
        ("a.csv", b"number,start,end\nSH010,9,2\n", ["SH010", "before the start"]),
        ("a.csv", b"number\nSH010\nSH010\n", ["SH010", "row 2", "change one"]),
        ("a.csv", b"number\n" + b"".join(b"S%d\n" % i for i in range(20_001)), ["20,000", "split"]),
        ("a.json", b'{"shots": [{"number": 10}]}', ["shot 1", "number is 10", "SH010"]),
        ("a.json", b'{"shots": [{"number": "SH010", "lens": 35}]}', ["lens", "is not a field"]),
        ("a.json", b'{"shots": [{"number": "SH010", "start": "1"}]}', ["start", "whole number"]),
        ("a.json", b'{"shots": [', ["line 1", "not JSON"]),
        ("a.json", b"\xff\xfe\x00", ["UTF-8"]),
        ("a.json", b'{"schema": "shotwright.shotlist.9", "shots": []}', ["newer Shotwright"]),
        ("a.json", b'{"shots": [{"number": "SH010", "scene": "Attic"}]}', ["'Attic'", "SH010"]),
        ("a.json", b'{"shots": [{"number": "SH010", "fps": 30}]}', ["30 fps", "runs at 24"]),
        ("a.fountain", b"\xff", ["UTF-8"]),
    ],
)
def test_bad_shot_lists(shotwright, film, tmp_path, name, content, words):
    source = tmp_path / name
    source.write_bytes(content)
    path = film("bare")
    before = cli.contents(path.parent)
    ran = shotwright("make-shots", path, "--from", source, "--save", "--json", code=2)
    for word in (name, *words):
        assert word in ran.message
    assert cli.contents(path.parent) == before


@pytest.mark.parametrize(
    ("scene", "source", "words"),
    [
        ("empty", "auto", ["no camera", "Shift+A"]),
        ("empty", "cameras", ["no camera"]),
        ("markers_unbound", "markers", ["no marker bound to a camera", "Bind Camera"]),
        ("bare", "markers", ["no marker", "make shots from cameras"]),
        ("rate_high", "auto", ["4,800", "Output Properties"]),
    ],
)
def test_nothing_to_make_shots_from(shotwright, film, scene, source, words):
    path = film(scene)
    before = cli.contents(path.parent)
    ran = shotwright("make-shots", path, "--from", source, "--save", "--json", code=2)
    for word in words:
        assert word in ran.message
    assert cli.contents(path.parent) == before


MEDDLE = """
import os
from bpy.app.handlers import persistent
from shotwright.addon import command_line

@persistent
def meddle(*_):
    with open(sys.argv[1], "ab") as stream:
        stream.write(b"x")

# Behind ours, so the file is known by then as it was when it was opened.
bpy.app.handlers.{event}.append(meddle)
code = command_line._blender_command(sys.argv[2:])
bpy.app.handlers.{event}.remove(meddle)
assert code == 3, code
"""


@pytest.mark.parametrize("option", [["--save"], ["--output", "{path}"]])
def test_refused_when_the_file_changed_meanwhile(in_bpy, film, option):
    path = film("bare")
    option = [part.format(path=path) for part in option]
    ran = in_bpy(MEDDLE.format(event="load_post"), path, "make-shots", path, *option, "--json")
    assert ran.document["error"]["kind"] == "Refused"
    assert str(path) in ran.message and "--output" in ran.message
    assert path.read_bytes().endswith(b"x")
    assert [p.name for p in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("event", ["load_post", "render_complete"])
def test_generate_is_refused_before_and_after_the_work(in_bpy, film, event):
    path = film("ntsc")
    ran = in_bpy(MEDDLE.format(event=event), path, "generate", path, "--save", "--json")
    if event == "load_post":
        assert ran.document["error"]["kind"] == "Refused" and str(path) in ran.message
    else:  # the work is done, and its report is worth having
        (problem,) = ran.document["problems"]
        assert problem["code"] == "refused" and str(path) in problem["message"]
        assert (ran.document["shots"][0]["status"], ran.document["saved"]) == ("done", None)
        assert Path(ran.document["movie"]).is_file()
    assert path.read_bytes().endswith(b"x")
    takes = list(path.parent.glob("shotwright/shots/*/takes/t001-*/take.json"))
    assert len(takes) == (0 if event == "load_post" else 1)
    assert (path.parent / "shotwright").exists() == bool(takes)


def test_the_film_gets_a_name(shotwright, film):
    path = film("bare")
    made = shotwright("make-shots", path, "--film", "Ballroom", "--save", "--json", code=0).document
    assert {shot["film"] for shot in made["shots"]} == {"Ballroom"}
    assert {shot["film"] for shot in shotwright("shots", path, "--json").document["shots"]} == {"Ballroom"}
    again = shotwright("make-shots", path, "--save", "--json", code=0).document
    assert {shot["film"] for shot in again["shots"]} == {"Ballroom"}

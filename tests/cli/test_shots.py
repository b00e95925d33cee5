"""`shots`, the shape of what is printed, and the command line itself."""

from __future__ import annotations

import csv
import json
import uuid
from pathlib import Path

import pytest
from support import cli

FIELDS = {
    "id", "scene", "number", "name", "camera", "start", "end", "handles", "fps", "width", "height", "order", "film",
    "sequence", "mode", "locked", "source", "flipbook", "stills", "prompt", "assets", "copied_from", "read_only",
    "frames", "problems",
}  # fmt: skip


def test_json(shotwright, film):
    document = shotwright("shots", film("film"), "--json", code=0).document
    assert document["schema"] == "shotwright.shots.1"
    first, second, third = document["shots"]
    for shot in document["shots"]:
        assert set(shot) == FIELDS
        assert str(uuid.UUID(shot["id"])) == shot["id"]
        assert (shot["scene"], shot["width"], shot["height"]) == ("Layout", 96, 64)
        assert shot["fps"] == {"num": 24, "den": 1}
        assert (shot["film"], shot["locked"], shot["problems"]) == ("film", False, [])
    assert [shot["order"] for shot in (first, second, third)] == [0, 1, 2]
    assert [shot["number"] for shot in (first, second, third)] == ["SH010", "SH020", "SH030"]
    assert (first["camera"], first["start"], first["end"], first["frames"]) == ("A Wide", 2, 4, 3)
    assert first["handles"] == {"head": 1, "tail": 2}
    assert (second["camera"], second["start"], second["end"], second["frames"]) == ("B Close", 3, 6, 4)
    assert second["source"] == "camera"


def test_text(shotwright, film):
    lines = shotwright("shots", film("film"), code=0).out.splitlines()
    assert len(lines) == 3
    assert [line.split()[0] for line in lines] == ["SH010", "SH020", "SH030"]
    assert "A Wide" in lines[0] and "2-4" in lines[0] and "24 fps" in lines[0] and "96×64" in lines[0]


def test_problems_in_both_forms(shotwright, film):
    path = film("camera_deleted")
    shot = shotwright("shots", path, "--json", code=0).document["shots"][1]
    assert [problem["code"] for problem in shot["problems"]] == ["camera-none"]
    text = shotwright("shots", path, code=0).out
    assert f"! {shot['problems'][0]['message']}" in text


def test_no_shots_yet(shotwright, film):
    path = film("bare")
    assert shotwright("shots", path, "--json", code=0).document["shots"] == []
    assert shotwright("shots", path, code=0).out == "No shots yet: make some with make-shots.\n"


def test_choose_by_number_name_id_and_scene(shotwright, film):
    path = film("two_scenes")
    everything = shotwright("shots", path, "--json").document["shots"]
    assert [shot["scene"] for shot in everything] == ["Layout", "Night"]
    wanted = everything[1]
    assert shotwright("shots", path, "--json", "--scene", "Night").document["shots"] == [wanted]
    # Asked for in three ways, a shot is listed once.
    choices = [part for choice in ("number", "name", "id") for part in ("--shot", wanted[choice])]
    assert shotwright("shots", path, "--json", *choices).document["shots"] == [wanted]
    name = shotwright("shots", path, "--json", "--shot", "Night Camera", "--shot", everything[0]["id"])
    assert name.document["shots"] == [wanted, everything[0]]


@pytest.mark.parametrize("ending", ["json", "csv", "fountain"])
def test_export_leaves_the_file_and_reads_back(shotwright, film, tmp_path, ending):
    path = film("film")
    before = cli.sha256(path)
    target = tmp_path / "lists" / f"out.{ending}"
    shots = shotwright("shots", path, "--json", "--export", target, code=0).document["shots"]
    assert cli.sha256(path) == before
    text = target.read_text(encoding="utf-8-sig")
    if ending == "json":
        rows = json.loads(text)["shots"]
        assert [row["number"] for row in rows] == [shot["number"] for shot in shots]
        assert [row["id"] for row in rows] == [shot["id"] for shot in shots]
    elif ending == "csv":
        rows = list(csv.DictReader(text.splitlines()))
        assert [(row["number"], row["camera"], row["start"]) for row in rows] == [
            (shot["number"], shot["camera"], str(shot["start"])) for shot in shots
        ]
    else:
        assert all(shot["number"] in text for shot in shots)
    # Its own export changes nothing.
    made = shotwright("make-shots", path, "--from", target, "--json", code=0).document
    assert (made["made"], made["updated"]) == ([], [])
    assert made["unchanged"] == [shot["id"] for shot in shots]


def test_help_and_version(shotwright):
    top = shotwright("--help", code=0)
    for verb in ("shots", "make-shots", "passes", "generate", "cut", "doctor"):
        assert verb in top.out
        assert f"usage: shotwright {verb}" in shotwright(verb, "--help", code=0).out
    version = shotwright("--version", code=0)
    assert version.out.startswith("shotwright 0.") and version.err == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), ["VERB"]),
        (("render", "x.blend"), ["'render'", "make-shots"]),
        (("shots",), ["SCENE.blend"]),
        (("shots", "x.blend", "--sho", "1"), ["--sho"]),
        (("passes", "x.blend", "--pass", "normals"), ["'normals'", "'clay'"]),
        (("generate", "x.blend", "--save", "--output", "y.blend"), ["--save", "--output", "leave one out"]),
        (("make-shots", "x.blend", "--output", "y.txt"), ["y.txt", ".blend"]),
        (("cut", "x.blend", "--movie", "y.mov"), ["y.mov", ".mp4"]),
        (("shots", "nowhere/x.blend"), ["nowhere/x.blend", "check the path"]),
        (("shots", "."), ["no file .", "check the path"]),
    ],
)
def test_bad_usage(shotwright, tmp_path, arguments, words):
    (tmp_path / "x.blend").touch()
    before = cli.contents(tmp_path)
    ran = shotwright(*arguments, "--json", code=2)
    for word in words:
        assert word in ran.message
    assert cli.contents(tmp_path) == before
    text = shotwright(*arguments, code=2)
    assert text.out == "" and "shotwright: " in text.err


@pytest.mark.parametrize(
    ("verb", "option", "words"),
    [
        ("shots", ("--shot", "SH999"), ["'SH999'", "SH010, SH020, SH030"]),
        ("passes", ("--shot", "sh010"), ["'sh010'", "SH010"]),
        ("generate", ("--scene", "Nacht"), ["'Nacht'", "Layout"]),
        ("make-shots", ("--scene", "Nacht"), ["'Nacht'", "Layout"]),
        ("make-shots", ("--from", "camera"), ["camera", ".csv"]),
        ("make-shots", ("--from", "nowhere.csv"), ["nowhere.csv", "check the path"]),
        ("shots", ("--export", "list.xlsx"), ["list.xlsx", ".csv"]),
        ("generate", ("--output", "{film}/film.blend/x.blend"), ["film.blend", "part of that path is a file"]),
    ],
)
def test_what_is_not_there(shotwright, film, verb, option, words):
    path = film("film")
    before = cli.contents(path.parent)
    option = [part.format(film=path.parent) for part in option]
    ran = shotwright(verb, path, *option, "--json")
    assert ran.code == (1 if "--output" in option else 2)
    for word in words:
        assert word in ran.message
    assert cli.contents(path.parent) == before


def test_shot_list_missing_is_no_shot(shotwright, film):
    """A scene without shots is told apart from a film without shots."""
    path = film("camera_unlinked")
    assert "'Other' has no shots" in shotwright("passes", path, "--scene", "Other", "--json", code=2).message
    for verb in ("passes", "generate", "cut"):
        message = shotwright(verb, film("bare"), "--json", code=2).message
        assert "no shots yet" in message and "make-shots" in message


def test_paths_of_every_kind(shotwright, film, tmp_path):
    path = film("film", "Büro 1 🎬 %s 'q'")
    assert len(shotwright("shots", path, "--json", code=0).document["shots"]) == 3
    relative = path.relative_to(tmp_path)
    assert len(shotwright("shots", relative, "--json", code=0).document["shots"]) == 3


def test_documents_are_utf8_in_any_locale(shotwright, film):
    env = {"PYTHONIOENCODING": "ascii"}
    error = shotwright("shots", "Bü🎬.blend", "--json", env=env, code=2).document["error"]
    assert "Bü🎬.blend" in error["message"]
    document = shotwright("shots", film("film", "Bü🎬"), "--json", env=env, code=0).document
    assert document["shots"][0]["film"] == "Bü🎬"


def test_script_in_the_file_does_not_run(shotwright, film):
    """And on 4.5 a file with a driver expression once kept the process from ever ending."""
    path = film("script_inside")
    ran = shotwright("passes", path, "--json", code=0)
    assert ran.statuses() == {"SH010": "done"}
    assert not (path.parent / "ran.txt").exists()


def test_another_blender(shotwright, film, tmp_path):
    """`--blender` gets the command with what was typed, and its exit code is ours."""
    fake = tmp_path / "blender.py"
    fake.write_text("#!/usr/bin/env python3\nimport sys\nprint(sys.argv[1:])\nsys.exit(3)\n")
    fake.chmod(0o755)
    path = film("film")
    given = ["shots", str(path), "--json", "--blender", str(fake)]
    expected = ["--quiet", "-b", "--command", "shotwright", *given]
    assert eval(shotwright(*given, code=3).out) == expected
    assert eval(shotwright(*given[:3], env={"SHOTWRIGHT_BLENDER": str(fake)}, code=3).out) == expected[:-2]
    message = shotwright("shots", path, "--json", "--blender", tmp_path / "none", code=1).message
    assert "none" in message and "Check the path" in message


IN_BLENDER = """
import os
from shotwright.addon import command_line
stdout = os.dup(1)
os.dup2(2, 1)  # what Blender says while it opens a file is not the command's
if sys.argv[1] != "-": bpy.ops.wm.open_mainfile(filepath=sys.argv[1])
os.dup2(stdout, 1)
code = command_line._blender_command(sys.argv[2:])
os.write(2, f"code={code}\\n".encode())
"""


def test_the_form_inside_blender(in_bpy, film):
    """`blender -b film.blend --command shotwright …`: the file is open already, or named."""
    path = film("film")
    opened = in_bpy(IN_BLENDER, path, "shots", "--json")
    assert len(opened.document["shots"]) == 3 and "code=0" in opened.err
    named = in_bpy(IN_BLENDER, "-", "shots", path, "--json")
    assert named.document == opened.document
    nothing = in_bpy(IN_BLENDER, "-", "shots", "--json")
    assert "No file is open" in nothing.message and "code=2" in nothing.err
    text = in_bpy(IN_BLENDER, "-", "--help")
    assert "usage: blender" in text.out and "code=0" in text.err


def test_nobody_reads_on(environment, film, tmp_path):
    """`shotwright shots film.blend | head -1` ends without a traceback."""
    import os
    import subprocess
    import sys

    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "shotwright.batch.cli", "shots", str(film("film")), "--json"],
            stdout=writer,
            stderr=subprocess.PIPE,
            env=environment,
            cwd=tmp_path,
            check=False,
        )
    finally:
        os.close(writer)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr and b"Exception" not in done.stderr


def test_stdout_on_a_full_disk(environment, film, tmp_path):
    import subprocess
    import sys

    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "shotwright.batch.cli", "shots", str(film("film")), "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment,
            cwd=tmp_path,
            check=False,
        )
    assert done.returncode == 1
    assert b"the disk is full" in done.stderr and b"Traceback" not in done.stderr

"""Scenes with something wrong: what is said, what is still done, and what is left behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import cli


@pytest.mark.parametrize(
    ("scene", "bad", "words"),
    [
        ("camera_deleted", "SH020", ["has no camera", "Shot panel"]),
        ("camera_unlinked", "SH020", ["'B Close'", "'Layout'", "choose another one"]),
        ("range_empty", "SH020", ["frame 2, before its start at 6", "Swap"]),
        ("range_outside", "SH020", ["5-20", "1-6", "'Layout'", "Output Properties"]),
        ("viewless", "SH020", ["nothing is in front", "'B Sky'", "turn the camera"]),
    ],
)
def test_one_bad_shot_among_good_ones(shotwright, film, scene, bad, words):
    path = film(scene)
    before = cli.sha256(path)
    ran = shotwright("generate", path, "--json", code=2)
    assert ran.statuses() == {"SH010": "done", bad: "skipped"}
    (problem,) = ran.problems
    for word in (bad, *words):
        assert word in problem
    assert cli.sha256(path) == before
    document = ran.document
    assert cli.frames_of(Path(document["movie"])) == document["movie_frames"] == document["shots"][0]["frames"]
    assert not cli.half_written(path.parent)
    assert len(list(path.parent.glob("shotwright/shots/*/takes/t001-*"))) == 1


def test_two_shots_of_one_number(shotwright, film):
    path = film("same_numbers")
    ran = shotwright("generate", path, "--json", code=2)
    assert [shot["status"] for shot in ran.document["shots"]] == ["skipped", "skipped", "done"]
    first, second = ran.problems
    assert first == second and "2 shots have the number SH010" in first and "to SH040" in first
    assert ran.document["movie_frames"] == 2


@pytest.mark.parametrize(
    ("scene", "words"),
    [
        ("library_gone", ["//heads.blend", "put it back", "Find Missing Files"]),
        ("size_zero", ["0×0", "no picture", "Output Properties"]),
        ("size_odd", ["97×64", "even numbers", "98×64"]),
        ("range_long", ["200,000", "100,000", "split"]),
    ],
)
@pytest.mark.parametrize("verb", ["passes", "generate"])
def test_nothing_can_be_done(shotwright, film, scene, words, verb):
    """Bad input alone starts no work: not even a project folder is made."""
    path = film(scene)
    before = cli.contents(path.parent)
    ran = shotwright(verb, path, "--json", code=2)
    assert ran.statuses() == {"SH010": "skipped"}
    (problem,) = ran.problems
    for word in ("SH010", *words):
        assert word in problem
    assert ran.document["movie"] is None
    assert cli.contents(path.parent) == before


@pytest.mark.parametrize(
    ("verb", "scene", "words"),
    [("shots", "rate_high", ["'Layout'", "4,800", "1000"]), ("generate", "rate_zero", ["'Layout'", "1000"])],
)
def test_frame_rate_no_movie_has(shotwright, film, scene, words, verb):
    path = film(scene)
    before = cli.contents(path.parent)
    ran = shotwright(verb, path, "--json", code=2)
    for word in (*words, "Output Properties"):
        assert word in ran.message
    assert cli.contents(path.parent) == before


def test_two_frame_rates(shotwright, film):
    """Said before a night's work, not after it."""
    path = film("rates_mixed")
    before = cli.contents(path.parent)
    message = shotwright("generate", path, "--json", code=2).message
    assert "24 and 25" in message and "one frame rate" in message
    assert cli.contents(path.parent) == before
    assert shotwright("generate", path, "--scene", "Night", "--json", code=0).document["movie_frames"] == 3
    assert shotwright("passes", path, "--json", code=0).statuses() == {"SH010": "done", "SH020": "fresh"}


def test_shot_lists_of_bad_shots(shotwright, film, tmp_path):
    """What can't stand in a shot list is named, and no file is written."""
    target = tmp_path / "list.json"
    message = shotwright("shots", film("range_empty"), "--export", target, "--json", code=2).message
    assert "SH020" in message and "swap" in message
    assert not target.exists()


def _plain_film(in_bpy, path):
    save = "bpy.ops.wm.save_as_mainfile(filepath=sys.argv[1], compress=False)"
    in_bpy(f"bpy.ops.wm.open_mainfile(filepath=sys.argv[1])\n{save}", path)
    for left in path.parent.glob("*.blend1"):
        left.unlink()


@pytest.mark.parametrize(
    ("kind", "verb"), [("empty", "shots"), ("text", "generate"), ("short", "passes"), ("cut", "make-shots")]
)
def test_not_a_blend_file(shotwright, film, kind, verb):
    path = film("film")
    raw = path.read_bytes()
    path.write_bytes({"empty": b"", "text": b"Dear diary,\n", "short": raw[:8], "cut": raw[: len(raw) // 2]}[kind])
    before = cli.contents(path.parent)
    ran = shotwright(verb, path, *(["--save"] if verb in ("make-shots", "generate") else []), "--json", code=2)
    assert "film.blend" in ran.message and "Check that it is a .blend file" in ran.message
    assert cli.contents(path.parent) == before


def test_uncompressed_file_cut_short(shotwright, film, in_bpy):
    path = film("film")
    _plain_film(in_bpy, path)
    path.write_bytes(path.read_bytes()[:-5000])
    before = cli.contents(path.parent)
    ran = shotwright("generate", path, "--save", "--json", code=2)
    assert "film.blend" in ran.message and "Check that it is a .blend file" in ran.message
    assert cli.contents(path.parent) == before

"""`quote`: what a run would make, ask for and cost, with nothing drawn, written or sent."""

from __future__ import annotations

import shutil

import pytest
from support import cli, cli_jobs

LENGTHS = {"SH010": 6, "SH020": 4, "SH030": 2}
"""Pictures of each clip, handles included."""
FREE = {"amount": "0", "currency": "", "basis": "It is made on this machine and costs nothing."}
NOTHING = {"amount": "0", "currency": "", "basis": "nothing new is asked for"}
RATE = {"num": 24, "den": 1}


@pytest.fixture
def quote(shotwright):
    """Run `quote` on a file; nothing on disk may change."""

    def run(path, *arguments, code=0):
        before = cli.contents(path.parent)
        ran = shotwright("quote", path, *arguments, "--json", code=code)
        assert cli.contents(path.parent) == before
        document = ran.document
        keys = ["schema", "film", "model", "lines", "prices", "notes", "findings", "fixed", "saved"]
        assert list(document) == keys
        assert (document["schema"], document["film"], document["model"]) == ("shotwright.quote.1", "film", "animatic")
        assert [document[key] for key in keys[4:]] == [[], [], [], [], None]
        for line in document["lines"]:
            # tests/cli/test_preflight.py is about them.
            assert {finding["code"] for finding in line["findings"]} <= {"references-stale"}
        return ran

    return run


def actions(ran):
    return {" + ".join(line["numbers"]): line["action"] for line in ran.document["lines"]}


def line_of(number, shot, **changed):
    """What stands in the document for a shot that nothing was made of yet."""
    frames = LENGTHS[number]
    return {
        "shots": [shot],
        "numbers": [number],
        "action": "make",
        "references": "draw",
        "model": "animatic",
        "frames": frames,
        "fps": RATE,
        "seconds": frames / 24,
        "width": 96,
        "height": 64,
        "uploads": [],
        "passes": ["clay", "depth", "pose", "edges", "board", "first", "last"],
        "prompt": None,
        "price": FREE,
        "problems": [],
        "findings": [],
        **changed,
    }


def test_before_anything(shotwright, quote, film):
    path = film("film")
    ids = {row["number"]: row["id"] for row in shotwright("shots", path, "--json").document["shots"]}
    document = quote(path).document
    assert document["lines"] == [line_of(number, ids[number]) for number in LENGTHS]
    text = shotwright("quote", path, "--shot", "SH020", code=0).out
    (line, total) = text.splitlines()
    assert line.split() == ["SH020", "make", "animatic", "4", "f", "0.17", "s", "96×64", "free"]
    assert total == "Together: free"


def test_after_generate(quote, finished):
    document = quote(finished).document
    for line in document["lines"]:
        (number,) = line["numbers"]
        expected = line_of(number, line["shots"][0], action="nothing", references="fresh", price=NOTHING)
        assert line == expected


def test_references_without_a_take(shotwright, quote, film):
    path = film("film")
    shotwright("passes", path, "--shot", "SH030", code=0)
    lines = {line["numbers"][0]: line for line in quote(path).document["lines"]}
    assert {number: line["references"] for number, line in lines.items()} == {
        "SH010": "draw",
        "SH020": "draw",
        "SH030": "fresh",
    }
    assert lines["SH030"]["action"] == "make" and lines["SH030"]["price"] == FREE


def test_open_jobs(quote, finished):
    """Wherever a job stands, it is taken to its end, and nothing is asked for again."""
    project = finished.parent / "shotwright"
    for number, state in (("SH010", "queued"), ("SH020", "running"), ("SH030", "delivered")):
        job = cli_jobs.job_of(project, number)
        shutil.rmtree(cli_jobs.take_of(project, number))
        cli_jobs.rewind(job, state)
        if state != "delivered":
            (job / "clip.mp4").unlink()
    ran = quote(finished)
    assert set(actions(ran).values()) == {"resume"}
    assert {line["references"] for line in ran.document["lines"]} == {"fresh"}
    assert all(line["price"] == NOTHING for line in ran.document["lines"])


def test_lost_take(quote, finished):
    project = finished.parent / "shotwright"
    shutil.rmtree(cli_jobs.take_of(project, "SH020"))
    assert actions(quote(finished)) == {"SH010": "nothing", "SH020": "restore", "SH030": "nothing"}


def test_lost_take_and_clip(quote, finished):
    """There is nothing to restore it from: it would be made again."""
    project = finished.parent / "shotwright"
    shutil.rmtree(cli_jobs.take_of(project, "SH020"))
    (cli_jobs.job_of(project, "SH020") / "clip.mp4").unlink()
    assert actions(quote(finished)) == {"SH010": "nothing", "SH020": "make", "SH030": "nothing"}


def test_changed_camera(quote, finished, change):
    change(finished, "scene.objects['B Close'].location.z += 0.5")
    ran = quote(finished)
    assert actions(ran) == {"SH010": "nothing", "SH020": "make", "SH030": "nothing"}
    line = ran.document["lines"][1]
    assert line["references"] == "draw"
    assert [(each["code"], each["severity"]) for each in line["findings"]] == [("references-stale", "note")]


def test_locked_shot(shotwright, film):
    path = film("locked")
    before = cli.contents(path.parent)
    ran = shotwright("quote", path, "--json", code=0)
    assert actions(ran) == {"SH010": "locked", "SH020": "make"}
    assert ran.document["lines"][0]["references"] is None and ran.document["lines"][0]["frames"] == 0
    assert shotwright("quote", path, code=0).out.splitlines()[0].split() == ["SH010", "locked", "animatic"]
    assert cli.contents(path.parent) == before


def test_shot_with_problems(shotwright, film):
    path = film("range_empty")
    before = cli.contents(path.parent)
    ran = shotwright("quote", path, "--json", code=2)
    assert actions(ran) == {"SH010": "make", "SH020": "blocked"}
    (problem,) = ran.document["lines"][1]["problems"]
    assert problem["message"].startswith("SH020") and f"shotwright: {problem['message']}" in ran.err
    text = shotwright("quote", path, code=2).out
    assert f"error    {problem['message']}" in text
    assert cli.contents(path.parent) == before


def test_together(quote, finished):
    ran = quote(finished, "--together")
    # Each of its takes is what a common clip would give.
    assert actions(ran) == {"SH010 + SH020 + SH030": "nothing"}
    assert ran.document["lines"][0]["frames"] == 12
    two = quote(finished, "--together", "--picture", "board", "--shot", "SH030", "--shot", "SH010")
    (line,) = two.document["lines"]
    assert (line["action"], line["references"], line["frames"]) == ("make", "fresh", 8)
    assert sorted(line["numbers"]) == ["SH010", "SH030"]


def test_no_shots(shotwright, film):
    path = film("bare")
    assert "no shots yet" in shotwright("quote", path, "--json", code=2).message
    assert "There is no shot 'SH990'" in shotwright("quote", film("film"), "--shot", "SH990", "--json", code=2).message

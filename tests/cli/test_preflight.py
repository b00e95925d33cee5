"""`quote` with what is wrong: findings in the table and in JSON, --fix, --model."""

from __future__ import annotations

import json

import pytest
from support import cli

TROUBLE = """
shot = scene.shotwright.shots[0]
shot.prompt.action = "@lui walks\\x07 off"
shot.assets.add().name = "lou"
for scenes in range(2):
    lou = scene.shotwright.assets.add()
    lou.uuid, lou.tag, lou.name, lou.description = f"id-{scenes}", "lou", "Lou", "a robot"
for share, name in ((60, "oxblood"), (30, "bone"), (20, "petrol")):
    colour = scene.shotwright.style.palette.add()
    colour.share, colour.name = share, name
scene.shotwright.style.white_balance = 1000
"""
MODEL = {
    "schema": "shotwright.model.1",
    "name": "house-one",
    "title": "House One",
    "backend": "house",
    "frame_rates": "any",
    "length": {"max": 4},
    "size": {"grid": 16},
    "references": {"clay": {"min": 1}, "depth": {"encoding": "linear"}},
    "limits": [{"kinds": ["clay", "depth"], "max": 1}],
    "passes": ["clay"],
    "prompt": {"max": 500},
    "provenance": {
        name: {"source": "the house", "date": "2026-11-20", "status": "measured"}
        for name in ("frame_rates", "length", "size", "references", "limits", "prompt")
    },
}


@pytest.fixture
def trouble(film, change):
    path = film("film")
    change(path, TROUBLE)
    return path


def found(ran, number="SH010"):
    (line,) = (line for line in ran.document["lines"] if line["numbers"] == [number])
    return {finding["code"]: finding["severity"] for finding in line["findings"]}


def of_film(ran):
    return {finding["code"]: finding["severity"] for finding in ran.document["findings"]}


def test_findings(shotwright, trouble):
    """Warnings stop nothing; what is said of the film stands in the table once."""
    before = cli.contents(trouble.parent)
    ran = shotwright("quote", trouble, "--json", code=0)
    assert {line["action"] for line in ran.document["lines"]} == {"make"}
    film = {
        "tag-taken": "warning",
        "picture-none": "note",
        "style-palette-sum": "warning",
        "style-white-balance": "warning",
    }
    assert of_film(ran).items() >= film.items()
    assert found(ran).items() >= {"prompt-control": "warning", "tag-unknown": "warning", **film}.items()
    assert "prompt-control" not in found(ran, "SH020")
    (palette,) = (each for each in ran.document["findings"] if each["code"] == "style-palette-sum")
    assert palette["message"].startswith("The palette 60:30:20 adds to 110 instead of 100: change the shares")
    assert (palette["fix"], palette["where"], palette["shot"]) == ("scale-palette", "style.palette", "")
    assert palette["source"] and palette["date"] and palette["status"] == "documented"
    text = shotwright("quote", trouble, code=0).out
    assert text.count("adds to 110") == text.count("2 assets have the tag @lou") == 1
    lines = text.splitlines()
    assert lines.index("Film") > next(i for i, line in enumerate(lines) if line.startswith("SH030"))
    (control,) = (line for line in lines if "nobody sees (U+0007)" in line)
    assert control.startswith("         warning  SH010: ACTION has") and control.endswith("  [--fix]")
    assert "\x07" not in text
    assert cli.contents(trouble.parent) == before


def test_fix_shows_what_it_would_do(shotwright, trouble):
    before = cli.contents(trouble.parent)
    text = shotwright("quote", trouble, "--fix", code=0).out
    assert "Fixed: SH010: characters that nobody sees are taken out.\n" in text
    assert "Fixed: The film's style: its palette is 54.5:27.3:18.2 now.\n" in text
    assert "Not saved: add --save or --output FILE." in text
    assert "adds to 110" not in text
    assert cli.contents(trouble.parent) == before


def test_fix_and_save(shotwright, trouble):
    ran = shotwright("quote", trouble, "--fix", "--save", "--json", code=0)
    assert ran.document["saved"] == str(trouble)
    assert len(ran.document["fixed"]) == 3
    assert {"prompt-control", "style-palette-sum", "style-white-balance"}.isdisjoint({*found(ran), *of_film(ran)})
    again = shotwright("quote", trouble, "--fix", "--json", code=0)
    assert (again.document["fixed"], again.document["saved"]) == ([], None)
    assert again.document["lines"] == ran.document["lines"]
    assert "Nothing was there to be fixed." in shotwright("quote", trouble, "--fix", code=0).out
    other = trouble.with_name("other.blend")
    assert shotwright("quote", trouble, "--fix", "--output", other, "--json", code=0).document["saved"] == str(other)
    assert other.is_file()


def test_errors_are_mended_too(shotwright, film):
    path = film("range_empty")
    assert found(shotwright("quote", path, "--json", code=2), "SH020")["range-empty"] == "error"
    ran = shotwright("quote", path, "--fix", "--json", code=0)
    assert ran.document["fixed"] == ["SH020: start and end are swapped, frames 2-6."]
    assert [line["action"] for line in ran.document["lines"]] == ["make", "make"]
    assert shotwright("quote", path, "--json", code=2).document["lines"][1]["action"] == "blocked"


def test_a_camera_that_sees_nothing(shotwright, film):
    ran = shotwright("quote", film("viewless"), "--json", code=2)
    (first, second) = ran.document["lines"]
    assert (first["action"], second["action"]) == ("make", "blocked")
    assert [problem["code"] for problem in second["problems"]] == ["view-empty"]
    assert "shotwright: SH020: 'B Sky' sees nothing in the whole shot" in ran.err


def test_a_model_without_a_backend(shotwright, trouble):
    ran = shotwright("quote", trouble, "--model", "wan2.1-vace-1.3b", "--json", code=2)
    assert ran.document["model"] == "wan2.1-vace-1.3b"
    (line, *_) = ran.document["lines"]
    assert line["action"] == "blocked"
    assert {"no-backend", "tag-taken"} == {problem["code"] for problem in line["problems"]}
    assert (line["frames"], line["fps"], line["width"], line["height"]) == (5, {"num": 16, "den": 1}, 768, 512)
    assert (line["references"], line["passes"]) == ("draw", ["depth"])
    assert "lui walks off" in line["prompt"]["text"] and "\x07" not in line["prompt"]["text"]
    assert ran.err.count("makes no clips with Wan2.1 VACE 1.3B: render its references with passes --model") == 1
    assert found(ran)["tag-taken"] == "error"
    assert found(ran)["depth-encoding-unsure"] == "warning"
    text = shotwright("quote", trouble, "--model", "wan2.1-vace-1.3b", "--shot", "SH010", code=2).out
    assert "         error    This version of Shotwright makes no clips with" in text
    assert "depth; prompt of" in text
    assert text.endswith("Together: no price is known\n")


def test_a_model_of_the_users(shotwright, film, tmp_path):
    folder = tmp_path / "home" / "models"
    folder.mkdir(parents=True)
    (folder / "house.json").write_text(json.dumps(MODEL))
    env = {"SHOTWRIGHT_HOME": str(tmp_path / "home")}
    path = film("film")
    ran = shotwright("quote", path, "--model", "house-one", "--json", code=2, env=env)
    assert found(ran)["model-length-long"] == "error"
    assert found(ran, "SH020").get("model-length-long") is None
    (long, short, _) = ran.document["lines"]
    assert [problem["code"] for problem in long["problems"]] == ["model-length-long"]
    assert [problem["code"] for problem in short["problems"]] == ["no-backend"]
    assert short["frames"] == 4 and short["prompt"] is not None
    both = ("--pass", "clay", "--pass", "depth", "--shot", "SH020")
    ran = shotwright("quote", path, "--model", "house-one", *both, "--json", code=2, env=env)
    assert found(ran, "SH020")["references-together"] == "error"
    ran = shotwright("quote", path, "--model", "house-one", "--pass", "depth", "--json", code=2, env=env)
    assert found(ran, "SH020")["references-required"] == "error"


def test_what_was_typed_is_checked(shotwright, film):
    path = film("film")
    before = cli.contents(path.parent)
    for arguments, says in (
        (("--save",), "changes nothing without --fix"),
        (("--output", "other.blend"), "changes nothing without --fix"),
        (("--pass", "clay"), "name it with --model"),
        (("--model", "animatic", "--fit", "crop"), "name it with --model"),
        (("--model", "wan2.1-vace-2.3b"), "did you mean wan2.1-vace-1.3b?"),
        (("--colours", "pink"), "invalid choice"),
    ):
        assert says in shotwright("quote", path, *arguments, "--json", code=2).message
    assert cli.contents(path.parent) == before
    same = shotwright("quote", path, "--model", "animatic", "--json", code=0).document
    assert same == shotwright("quote", path, "--json", code=0).document


def test_generate_goes_on_as_before(shotwright, trouble):
    """A warning is no reason to stop, and an animatic takes no prompt."""
    ran = shotwright("generate", trouble, "--shot", "SH030", "--json", code=0)
    assert ran.statuses() == {"SH030": "done"}

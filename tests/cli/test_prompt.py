"""The verbs prompt and style: shown, set, cleared, exported, imported; what is wrong is said and nothing is stored."""

from __future__ import annotations

import json
from pathlib import Path

from support import cli

PALETTE = "60 aged ivory #e8dcc0, 30 verdigris #43b3ae, 10 oxblood #4a0000"


def shots(ran: cli.Ran) -> dict[str, dict]:
    assert ran.document["schema"] == "shotwright.prompt.1"
    return {shot["number"]: shot for shot in ran.document["shots"]}


def whole(text: str, spans: list[dict]) -> None:
    assert [span["start"] for span in spans] == [0, *(span["end"] for span in spans)][: len(spans)]
    assert (spans[-1]["end"] if spans else 0) == len(text)


def test_set_show_and_clear(shotwright, film):
    path = film("film")
    before = cli.sha256(path)
    arguments = ("--subject", "@lou  waits\n for rain", "--constraints", "No cuts", "--repeat-identity")
    ran = shotwright("prompt", path, "set", "--shot", "SH010", *arguments, "--json", code=0)
    assert cli.sha256(path) == before and ran.document["saved"] is None
    assert list(shots(ran)) == ["SH010"]
    ran = shotwright("prompt", path, "set", "--shot", "SH010", *arguments, "--save", code=0)
    assert f"Saved to {path}." in ran.out and "No cuts" in ran.out

    ran = shotwright("prompt", path, "--json", code=0)
    assert list(shots(ran)) == ["SH010", "SH020", "SH030"]
    shot = shots(ran)["SH010"]
    assert set(shot) == {"id", "number", "name", "prompt", "camera", "compiled", "length"}
    assert shot["prompt"]["subject"] == "@lou waits for rain" and shot["prompt"]["repeat_identity"] is True
    compiled = shot["compiled"]
    assert compiled["text"].startswith("lou waits for rain.") and compiled["text"].endswith("No cuts.")
    assert compiled["unknown"] == ["lou"] and "there is no asset @lou" in ran.err
    whole(compiled["text"], compiled["spans"])
    assert shot["length"]["text"] == len(compiled["text"]) and shot["length"]["max"] is None
    brief = shot["camera"]["brief"]
    assert brief["schema"] == "shotwright.brief.1" and brief["camera"]
    assert shot["camera"]["words"] and not shot["camera"]["typed"]
    (camera,) = {span["source"] for span in compiled["spans"] if span["section"] == "camera"} - {"separator"}
    assert camera == "camera"
    assert "(from the real camera)" in shotwright("prompt", path, code=0).out

    shotwright("prompt", path, "set", "--shot", "SH010", "--camera", "locked off", "--save", code=0)
    ran = shotwright("prompt", path, "--shot", "SH010", "--json", code=0)
    assert shots(ran)["SH010"]["camera"]["typed"] and "locked off." in shots(ran)["SH010"]["compiled"]["text"]
    assert shot["camera"]["words"] == shots(ran)["SH010"]["camera"]["words"]

    ran = shotwright("prompt", path, "set", "--shot", "SH010", "--action", "turns", "--no-repeat-identity", "--save")
    shotwright("prompt", path, "clear", "--shot", "SH010", "--section", "subject", "--save", code=0)
    shot = shots(shotwright("prompt", "show", path, "--shot", "SH010", "--json", code=0))["SH010"]
    assert (shot["prompt"]["subject"], shot["prompt"]["action"]) == ("", "turns")
    assert shot["prompt"]["repeat_identity"] is False
    shotwright("prompt", path, "clear", "--shot", "SH010", "--save", code=0)
    shot = shots(shotwright("prompt", path, "--shot", "SH010", "--json", code=0))["SH010"]
    assert not any(shot["prompt"].values())


def test_as_a_model_reads_it(shotwright, film):
    path = film("film")
    text = "He waits in the rain for a very long time. " * 60
    arguments = ("--subject", text, "--action", "He turns.", "--constraints", "No cuts.")
    shotwright("prompt", path, "set", "--shot", "SH010", *arguments, "--save", code=0)
    ran = shotwright("prompt", path, "--shot", "SH010", "--model", "wan2.1-vace-1.3b", "--json", code=0)
    shot = shots(ran)["SH010"]
    assert shot["compiled"]["negative"] == "cuts"
    assert (shot["length"]["unit"], shot["length"]["max"], shot["length"]["estimated"]) == ("tokens", 512, True)
    assert shot["length"]["text"] <= 512 and len(shot["compiled"]["text"]) < len(text)
    assert "He turns." in shot["compiled"]["text"]
    assert len(shot["compiled"]["dropped"]) > 5
    assert "reads at most 512 tokens (estimated)" in ran.err
    whole(shot["compiled"]["text"], shot["compiled"]["spans"])
    ran = shotwright("prompt", path, "--model", "animatic", "--json", code=0)
    assert [shot["compiled"] for shot in ran.document["shots"]] == [None] * 3
    assert "Animatic takes no text." in ran.err
    assert "takes no text" in shotwright("prompt", path, "--model", "animatic", code=0).out
    assert "There is no model 'wan'" in shotwright("prompt", path, "--model", "wan", "--json", code=2).message


def test_export_and_import(shotwright, film, tmp_path):
    path, listed = film("film"), tmp_path / "prompts.json"
    shotwright("prompt", path, "set", "--shot", "SH010", "--subject", "روبوت @lou", "--save", code=0)
    before = cli.sha256(path)
    assert f"Written to {listed}." in shotwright("prompt", path, "export", "--to", listed, code=0).out
    assert cli.sha256(path) == before
    document = json.loads(listed.read_text("utf-8"))
    assert document["schema"] == "shotwright.prompts.1"
    assert [shot["number"] for shot in document["shots"]] == ["SH010", "SH020", "SH030"]
    assert document["shots"][0]["subject"] == "روبوت @lou"
    document["shots"] = document["shots"][:2]
    document["shots"][0] |= {"subject": "", "action": "He turns"}
    document["shots"][1] = {"number": "SH020", "location": "a hall"}
    listed.write_text(json.dumps(document), "utf-8")
    found = shots(shotwright("prompt", path, "import", "--from", listed, "--save", "--json", code=0))
    assert [found[n]["prompt"]["action"] for n in found] == ["He turns", "", ""]
    assert (found["SH010"]["prompt"]["subject"], found["SH020"]["prompt"]["location"]) == ("", "a hall")
    listed.write_text(json.dumps({**document, "shots": [{"number": "SH010", "style": "ink"}, {"number": "SH030"}]}))
    before = cli.sha256(path)
    shotwright("prompt", path, "import", "--from", listed, "--shot", "SH030", code=0)
    assert shots(shotwright("prompt", path, "--json"))["SH010"]["prompt"]["style"] == ""
    assert cli.sha256(path) == before


def test_an_export_writes_over_nothing_else(shotwright, film, tmp_path):
    path, listed = film("film"), tmp_path / "prompts.json"
    listed.write_text("mine", "utf-8")
    ran = shotwright("prompt", path, "export", "--to", listed, "--json", code=3)
    assert "write over it with --force" in ran.message and str(listed) in ran.message
    assert listed.read_text("utf-8") == "mine"
    ran = shotwright("prompt", path, "export", "--to", listed, "--force", "--json", code=0)
    assert ran.document["written"] == str(listed)
    assert [set(shot) for shot in ran.document["shots"]] == [{"id", "number", "name", "prompt"}] * 3
    written = listed.read_bytes()
    shotwright("prompt", path, "export", "--to", listed, code=0)  # the same again
    assert listed.read_bytes() == written
    one = shotwright("prompt", path, "export", "--to", tmp_path / "one.json", "--shot", "SH020", code=0).out
    assert "SH020" in one and "SH010" not in one
    assert "--force belongs to prompt export" in shotwright("prompt", path, "--force", "--json", code=2).message


def bad_files(folder: Path) -> dict[str, str]:
    texts = {
        "none.json": "there is no shot SH999. Shots: SH010, SH020, SH030. Nothing was changed.",
        "twice.json": "two of its prompts are for SH010: remove one.",
        "broken.json": "it is not JSON: line 1",
        "latin.json": "line 1: byte 0xe9 is not UTF-8",
        "missing.json": "There is no file",
    }
    good = {"number": "SH010", "subject": "changed"}
    whole_ = {"schema": "shotwright.prompts.1", "shots": [good, {"number": "SH999"}]}
    (folder / "none.json").write_text(json.dumps(whole_))
    (folder / "broken.json").write_text("{")
    (folder / "latin.json").write_bytes(b'{"schema": "\xe9"}')
    return texts


def test_a_bad_file_changes_nothing(shotwright, film, tmp_path):
    path = film("film")
    texts = bad_files(tmp_path)
    ids = {shot["number"]: shot["id"] for shot in shotwright("shots", path, "--json").document["shots"]}
    twice = [{"number": "SH010", "subject": "changed"}, {"number": "SH011", "id": ids["SH010"], "subject": "too"}]
    (tmp_path / "twice.json").write_text(json.dumps({"schema": "shotwright.prompts.1", "shots": twice}))
    before = cli.sha256(path)
    for name, sentence in texts.items():
        ran = shotwright("prompt", path, "import", "--from", tmp_path / name, "--save", "--json", code=2)
        assert sentence in ran.message and name in ran.message
    assert cli.sha256(path) == before


def test_bad_arguments_change_nothing(shotwright, film):
    path = film("film")
    before = cli.sha256(path)
    ran = shotwright("prompt", path, "set", "--subject", "x", "--save", "--json", code=2)
    assert ran.message == "Name the shot whose prompt you want to set with --shot."
    ran = shotwright("style", path, "set", "--palette", "60 a, 40 b, 10 c", "--save", "--json", code=2)
    assert ran.message == "The palette adds to 110 %, not 100: take 10 off, for instance a 50 instead of 60."
    ran = shotwright("style", path, "set", "--prefix", "x", "--white-balance", "1000", "--save", "--json", code=2)
    assert ran.message.startswith("1000 K is no white balance: write 1500 to 15000 K")
    assert cli.sha256(path) == before


def test_a_locked_shot_keeps_its_prompt(shotwright, film, tmp_path):
    path, listed = film("film"), tmp_path / "list.csv"
    listed.write_text("number,locked\nSH020,yes\n")
    shotwright("make-shots", path, "--from", listed, "--save", code=0)
    before = cli.sha256(path)
    both = ("--shot", "SH010", "--shot", "SH020")
    ran = shotwright("prompt", path, "set", *both, "--subject", "x", "--save", "--json", code=3)
    assert ran.message == "SH020 is locked: unlock it to change its prompt."
    assert cli.sha256(path) == before


def test_text_that_hides_or_runs_on(shotwright, film):
    path = film("film")
    text = "safe\u202egnp \x1b[31m روبوت\u0007 " + "word " * 20_000
    ran = shotwright("prompt", path, "set", "--shot", "SH010", "--action", text, "--save", "--json", code=0)
    found = shots(ran)["SH010"]["compiled"]["text"]
    assert found.startswith("safegnp [31m روبوت word word") and len(found) > 100_000
    assert not set("\u202e\x1b\x07") & set(shotwright("prompt", path, code=0).out)


def test_style(shotwright, film):
    path = film("film")
    assert shotwright("style", path, code=0).out.count(" -\n") == 5
    arguments = ("--prefix", "35 mm film", "--palette", PALETTE, "--white-balance", "3000", "--shutter", "180")
    ran = shotwright("style", path, "set", *arguments, "--lens", "soft edges", "--save", "--json", code=0)
    assert ran.document["schema"] == "shotwright.style.1" and ran.document["saved"] == str(path)
    ran = shotwright("style", path, "--json", code=0)
    style = ran.document["style"]
    assert [(each["share"], each["name"], each["colour"]) for each in style["palette"]] == [
        (60, "aged ivory", "#e8dcc0"),
        (30, "verdigris", "#43b3ae"),
        (10, "oxblood", "#4a0000"),
    ]
    assert (style["prefix"], style["white_balance"], style["shutter"]) == ("35 mm film", 3000, 180)
    assert PALETTE in shotwright("style", path, code=0).out
    shot = shots(shotwright("prompt", path, "--shot", "SH020", "--json", code=0))["SH020"]
    assert (
        "35 mm film. Palette 60 % aged ivory, 30 % verdigris, 10 % oxblood. 3000 K tungsten white balance. "
        "Lenses: soft edges. 180° shutter." in shot["compiled"]["text"]
    )
    shotwright("style", path, "clear", "--field", "palette", "--field", "white-balance", "--save", code=0)
    style = shotwright("style", path, "--json", code=0).document["style"]
    assert (style["palette"], style["white_balance"], style["lens"]) == ([], None, "soft edges")
    shotwright("style", path, "clear", "--save", code=0)
    assert shotwright("style", path, code=0).out.count(" -\n") == 5

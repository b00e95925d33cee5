"""The verb assets: list, add, change, remove and cast, and what is refused with nothing changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image
from support import cli


def picture(path: Path, colour: str = "red", size: tuple[int, int] = (640, 480)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(path)
    return path


def assets_of(shotwright, path: Path, *arguments: object) -> dict[str, dict]:
    """The film's assets by tag."""
    document = shotwright("assets", path, *arguments, "--json", code=0).document
    return {asset["tag"]: asset for asset in document["assets"]}


def test_a_film_without_any(shotwright, film):
    path = film("film")
    before = cli.sha256(path)
    document = shotwright("assets", path, "--json", code=0).document
    assert document == {"schema": "shotwright.assets.1", "assets": [], "problems": [], "saved": None, "notes": []}
    assert "No assets yet" in shotwright("assets", path, "list", code=0).out
    assert cli.sha256(path) == before


def test_add_change_and_remove(shotwright, film):
    path = film("film")
    before = cli.sha256(path)
    lou = ("--tag", "@Lou", "--name", "Lou", "--description", "a janitor robot", "--must-not", "human")
    more = ("--fact", "CRT for a head", "--fact", "yellowed plastic", "--object", "Suzanne")
    front = picture(path.parent / "pics" / "Lou front.PNG")
    ran = shotwright("assets", path, "add", *lou, *more, "--picture", front, "--json", code=0)
    assert ran.document["saved"] is None and cli.sha256(path) == before
    assert not (path.parent / "shotwright").exists()
    assert [asset["tag"] for asset in ran.document["assets"]] == ["lou"]

    ran = shotwright("assets", path, "add", *lou, *more, "--picture", front, "--save", "--json", code=0)
    assert ran.document["saved"] == str(path) and ran.document["notes"] == ["@lou: added."]
    asset = assets_of(shotwright, path)["lou"]
    kept = path.parent / "shotwright" / "assets" / "lou" / f"lou-front-{cli.sha256(front)[:12]}.png"
    assert kept.read_bytes() == front.read_bytes() and front.is_file()
    assert asset["pictures"] == [f"//shotwright/assets/lou/{kept.name}"]
    assert {key: asset[key] for key in ("kind", "name", "description", "must_not", "identity", "objects")} == {
        "kind": "character",
        "name": "Lou",
        "description": "a janitor robot",
        "must_not": "human",
        "identity": ["CRT for a head", "yellowed plastic"],
        "objects": ["Suzanne"],
    }
    assert asset["problems"] == [] and asset["shots"] == []

    side = picture(path.parent / "side.jpg", "blue")
    shotwright("assets", path, "change", "--tag", "lou", "--picture", front, "--picture", side, "--fact", "", "--save")
    asset = assets_of(shotwright, path)["lou"]
    assert asset["identity"] == [] and asset["description"] == "a janitor robot"
    assert [name.rpartition("/")[2] for name in asset["pictures"]] == [kept.name, f"side-{cli.sha256(side)[:12]}.jpg"]
    shotwright("assets", path, "remove", "--tag", "lou", "--save", code=0)
    assert assets_of(shotwright, path) == {}
    assert kept.is_file() and cli.half_written(path.parent) == []


def test_variants_and_casts(shotwright, film):
    path = film("film")
    shotwright("assets", path, "add", "--tag", "ballroom", "--kind", "location", "--save", code=0)
    for name, kelvin, words in (("night", 3000, "one lamp"), ("morning", 6000, "sun through dust")):
        how = ("--variant", name, "--variant-kind", "light", "--white-balance", kelvin, "--description", words)
        shotwright("assets", path, "change", "--tag", "ballroom", *how, "--save", code=0)
    shotwright("assets", path, "change", "--tag", "ballroom", "--variant", "night", "--white-balance", 3200, "--save")
    asset = assets_of(shotwright, path)["ballroom"]
    keys = ("kind", "name", "white_balance", "description")
    assert [tuple(each[key] for key in keys) for each in asset["variants"]] == [
        ("light", "night", 3200, "one lamp"),
        ("light", "morning", 6000, "sun through dust"),
    ]
    cast = ("assets", path, "cast", "--tag", "@ballroom", "--shot", "SH010", "--shot", "SH020")
    shotwright(*cast, "--variant", "night", "--save", code=0)
    shotwright("assets", path, "cast", "--tag", "ballroom", "--shot", "SH020", "--variant", "morning", "--save", code=0)
    asset = assets_of(shotwright, path)["ballroom"]
    assert [(each["number"], each["cast"], each["prompt"], each["variants"]) for each in asset["shots"]] == [
        ("SH010", True, False, {"light": "night"}),
        ("SH020", True, False, {"light": "morning"}),
    ]
    text = shotwright("assets", path, code=0).out
    assert "SH010 (night) SH020 (morning)" in text and "light     night  3200 K  one lamp" in text
    assert "SH030" not in text
    assert list(assets_of(shotwright, path, "--shot", "SH030")) == []

    remove = ("assets", path, "remove", "--tag", "ballroom")
    assert "is chosen in SH010" in shotwright(*remove, "--variant", "night", "--save", "--json", code=3).message
    message = shotwright(*remove, "--save", "--json", code=3).message
    assert "named in SH010, SH020" in message and message.endswith("it may go all the same with --force.")
    assert "no variant 'noon'" in shotwright(*cast, "--variant", "noon", "--json", code=2).message
    assert "one light" in shotwright(*cast, "--variant", "night", "--variant", "morning", "--json", code=2).message
    shotwright(*remove, "--variant", "night", "--force", "--save", code=0)
    asset = assets_of(shotwright, path)["ballroom"]
    assert [each["variants"] for each in asset["shots"]] == [{}, {"light": "morning"}]
    shotwright("assets", path, "cast", "--shot", "SH010", "--clear", "--save", code=0)
    assert [each["number"] for each in assets_of(shotwright, path)["ballroom"]["shots"]] == ["SH020"]
    shotwright(*remove, "--force", "--save", code=0)
    assert assets_of(shotwright, path) == {}


def test_rename_goes_through_the_film(shotwright, film, change):
    path = film("film")
    change(
        path,
        "shots = scene.shotwright.shots\n"
        "shots[0].prompt.subject = '@Lou, not @lou2, mail lou@lou.com; (@lou)'\n"
        "shots[1].prompt.camera = 'follows @LOU'\n"
        "shots[2].locked = True\n"
        "shots[2].prompt.constraints = 'no @lou'",
    )
    shotwright("assets", path, "add", "--tag", "lou", "--save", code=0)
    broom = ("--tag", "broom", "--kind", "prop", "--description", "the broom of @lou", "--fact", "as tall as @lou")
    shotwright("assets", path, "add", *broom, "--save", code=0)
    shotwright("assets", path, "cast", "--tag", "lou", "--shot", "SH010", "--save", code=0)
    taken = shotwright("assets", path, "change", "--tag", "lou", "--rename", "broom", "--save", "--json", code=2)
    assert "is an asset @broom already" in taken.message
    rename = ("assets", path, "change", "--tag", "lou", "--rename", "@Louise", "--name", "Louise", "--save", "--json")
    ran = shotwright(*rename, code=0)
    assert any("@louise" in note and "SH010, SH020, SH030" in note for note in ran.document["notes"])
    found = assets_of(shotwright, path)
    assert found["louise"]["name"] == "Louise"
    assert found["broom"]["description"] == "the broom of @louise" and found["broom"]["identity"] == [
        "as tall as @louise"
    ]
    shots = shotwright("shots", path, "--json", code=0).document["shots"]
    assert shots[0]["prompt"]["subject"] == "@louise, not @lou2, mail lou@lou.com; (@louise)"
    assert (shots[1]["prompt"]["camera"], shots[2]["prompt"]["constraints"]) == ("follows @louise", "no @louise")
    assert [each["tag"] for each in shots[0]["assets"]] == ["louise"]
    (problem,) = shotwright("assets", path, "--json", code=0).document["problems"]
    assert (problem["code"], problem["tag"]) == ("tag-unknown", "lou2")


MANY = {
    "schema": "shotwright.assetlist.1",
    "assets": [
        {"tag": "@lou", "description": "ein Roboter – רובוט", "pictures": ["pics/lou.png"], "objects": ["Suzanne"]},
        {
            "tag": "ballroom",
            "kind": "location",
            "collections": [],
            "variants": [
                {"kind": "light", "name": "night", "white_balance": 3000},
                {"kind": "light", "name": "morning", "white_balance": 6000, "pictures": ["pics/lou.png"]},
            ],
        },
    ],
}


def test_many_from_a_file(shotwright, film):
    path = film("film")
    picture(path.parent / "lists" / "pics" / "lou.png")
    file = path.parent / "lists" / "assets.json"
    file.write_text(json.dumps(MANY), encoding="utf-8")
    ran = shotwright("assets", path, "add", "--from", file, "--save", "--json", code=0)
    assert ran.document["notes"] == ["@lou, @ballroom: added."]
    found = assets_of(shotwright, path)
    assert found["lou"]["description"] == "ein Roboter – רובוט" and len(found["ballroom"]["variants"]) == 2
    assert found["ballroom"]["variants"][1]["pictures"][0].startswith("//shotwright/assets/ballroom/lou-")
    again = shotwright("assets", path, "add", "--from", file, "--save", "--json", code=0)
    assert again.document["notes"] == ["@lou, @ballroom: as it was."]
    file.write_text(json.dumps({"assets": [{"tag": "lou", "name": "Lou"}, {"tag": "new"}]}), encoding="utf-8")
    again = shotwright("assets", path, "add", "--from", file, "--json", code=0)
    assert again.document["notes"] == ["@new: added.", "@lou: changed."]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([{"tag": "lou"}, {"tag": "@Lou"}], "@lou twice"),
        ([{"tag": "ok"}, {"tag": "Not A Tag"}], "asset 2 (@not a tag)"),
        ([{"tag": "ok"}, {"tag": "x", "objects": ["Suzane"]}], "did you mean 'Suzanne'?"),
        ([{"tag": "ok"}, {"tag": "x", "kind": "hero"}], "kind"),
        ([{"tag": "ok"}, {"tag": "x", "colour": "red"}], "colour"),
        ([{"tag": "ok"}, {"tag": "x", "pictures": ["gone.png"]}], "gone.png is not there"),
        ([{"tag": "ok"}, {"tag": "x", "description": "a\u0007b"}], "control character U+0007"),
        ([{"tag": "ok"}, {"tag": "x", "variants": [{"kind": "light", "name": "n", "white_balance": 1000}]}], "1500 K"),
        ("[", "no JSON"),
        ({"assets": {}}, "no list of assets"),
        ({"schema": "x", "assets": []}, "schema"),
        (["lou"], "asset 1"),
    ],
)
def test_a_bad_file_changes_nothing(shotwright, film, rows, words):
    path = film("film")
    before = cli.contents(path.parent)
    file = path.parent.parent / "assets.json"
    file.write_text(rows if isinstance(rows, str) else json.dumps(rows), encoding="utf-8")
    ran = shotwright("assets", path, "add", "--from", file, "--save", "--json", code=2)
    assert words in ran.message, ran.message
    assert cli.contents(path.parent) == before


def test_what_is_refused(shotwright, film):
    path = film("film")
    shotwright("assets", path, "add", "--tag", "lou", "--save", code=0)
    bad = path.parent / "text.png"
    bad.write_text("no picture")
    cut = picture(path.parent / "cut.png")
    cut.write_bytes(cut.read_bytes()[:-60])
    tiny = picture(path.parent / "tiny.png", size=(8, 8))
    before = cli.contents(path.parent)
    said = [
        (("add",), "--tag"),
        (("add", "--tag", "lou"), "already"),
        (("add", "--tag", "lou\u202e"), "is no tag"),
        (("add", "--tag", "new", "--description", "x" * 100_000), "100,000 characters"),
        (("add", "--tag", "new", "--description", "bell \x07"), "U+0007"),
        (("add", "--tag", "new", "--object", "Suzane"), "did you mean 'Suzanne'?"),
        (("add", "--tag", "new", "--collection", "Nothing"), "no collection 'Nothing'"),
        (("add", "--tag", "new", "--picture", bad), "no picture that can be read"),
        (("add", "--tag", "new", "--picture", cut), "is damaged"),
        (("add", "--tag", "new", "--picture", tiny), "8×8"),
        (("add", "--tag", "new", "--picture", path.parent / "gone.png"), "is not there"),
        (("add", "--tag", "new", "--sound", bad), "only a voice has a sound: leave it out"),
        (
            ("add", "--tag", "new", "--kind", "voice", "--object", "Suzanne"),
            "leave its objects out",
        ),
        (("add", "--tag", "new", "--kind", "voice", "--sound", bad), "is no sound"),
        (("add", "--tag", "new", "--shot", "SH010"), "assets cast"),
        (("add", "--tag", "new", "--variant", "night"), "does not take --variant"),
        (("change", "--tag", "lo"), "did you mean @lou?"),
        (("change", "--tag", "lou", "--variant", "night", "--white-balance", "1000"), "1500 K"),
        (("change", "--tag", "lou", "--variant", "night"), "--variant-kind"),
        (("change", "--tag", "lou", "--white-balance", "3000"), "--variant"),
        (("change", "--tag", "lou", "--variant", "n", "--variant-kind", "phase", "--name", "x"), "of the asset"),
        (("change", "--tag", "lou", "--rename", "x y"), "is no tag"),
        (("remove", "--tag", "nobody"), "there are @lou"),
        (("cast", "--tag", "lou"), "--shot"),
        (("cast", "--tag", "lou", "--shot", "SH999"), "no shot 'SH999'"),
        (("cast", "--tag", "lou", "--shot", "SH010", "--picture", bad), "does not take --picture"),
        (("list", "--tag", "nobody"), "No asset has the tag @nobody"),
    ]
    for arguments, words in said:
        ran = shotwright("assets", path, *arguments, *(("--save",) if arguments[0] != "list" else ()), "--json", code=2)
        assert words in ran.message, (arguments, ran.message)
    assert cli.contents(path.parent) == before


def test_a_locked_shot_keeps_its_cast(shotwright, film):
    path = film("locked")
    shotwright("assets", path, "add", "--tag", "lou", "--save", code=0)
    ran = shotwright(
        "assets", path, "cast", "--tag", "lou", "--shot", "SH020", "--shot", "SH010", "--save", "--json", code=3
    )
    assert "SH010 is locked" in ran.message
    assert assets_of(shotwright, path)["lou"]["shots"] == []


def test_what_is_wrong_is_listed(shotwright, film, change):
    path = film("film")
    one = picture(path.parent / "one.png")
    for tag in ("lou", "other"):
        shotwright("assets", path, "add", "--tag", tag, "--object", "Suzanne", "--picture", one, "--save", code=0)
    change(
        path,
        "a = scene.shotwright.assets\n"
        "a[1].pictures[0].path = '//gone.png'\n"
        "v = a[0].variants.add(); v.kind, v.name, v.white_balance = 'light', 'dusk', 1000\n"
        "e = scene.shotwright.shots[0].assets.add(); e.name, e.light, e.wardrobe = 'lou', 'night', 'apron'\n"
        "scene.shotwright.shots[1].prompt.action = '@luo dances'\n"
        "other = bpy.data.scenes.new('Bar')\n"
        "b = other.shotwright.assets.add(); b.tag, b.kind = 'lou', 'voice'",
    )
    document = shotwright("assets", path, "--json", code=0).document
    problems = [problem for asset in document["assets"] for problem in asset["problems"]]
    codes = {problem["code"] for problem in problems}
    assert codes == {"object-twice", "white-balance", "variant-unknown", "tag-taken", "sound-none", "file-bad"}
    assert any("1000 K" in each["message"] and "1500 K" in each["message"] for each in problems)
    assert [p["code"] for p in document["problems"]] == ["tag-unknown"]
    assert "did you mean @lou?" in document["problems"][0]["message"]
    told = shotwright("assets", path, "change", "--tag", "lou", "--name", "x", "--json", code=2).message
    assert "2 assets have the tag @lou" in told
    twin = document["assets"][0]
    assert (twin["tag"], twin["scene"]) == ("lou", "Bar")
    shotwright("assets", path, "remove", "--tag", twin["id"], "--save", code=0)
    assert [each["scene"] for each in shotwright("assets", path, "--json").document["assets"]] == ["Layout", "Layout"]


def test_masks_and_boxes_are_called_by_the_tag(shotwright, film):
    path = film("film")
    drawn = ("passes", path, "--shot", "SH010", "--pass", "mask", "--pass", "layout", "--json")
    package = packages(shotwright(*drawn, code=0))
    assert set(package["masks"]) == {"Plane", "Suzanne", "Cube"} and set(package["layout"]) == {"Cube"}
    shotwright("assets", path, "add", "--tag", "box", "--kind", "prop", "--object", "Cube", "--save", code=0)
    package = packages(shotwright(*drawn, code=0))
    assert set(package["masks"]) == {"Plane", "Suzanne", "@box"} and set(package["layout"]) == {"@box"}


def packages(ran) -> dict:
    (shot,) = ran.document["shots"]
    assert shot["status"] == "done", shot["problems"]
    first = Path(ran.document["project"], next(iter(shot["files"])))
    return json.loads((first.parent / "package.json").read_text(encoding="utf-8"))

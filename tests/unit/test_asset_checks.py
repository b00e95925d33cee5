"""What is wrong with assets and the shots that name them, and what may be said of one."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from shotwright.core.asset import MAX_TEXT, Asset, ShotAsset, Variant
from shotwright.core.asset_checks import AssetFacts, AssetProblem, problems_of_assets
from shotwright.core.asset_list import SCHEMA, AssetRow, VariantRow, checked, json_schema, parse
from shotwright.core.errors import BadInput
from shotwright.core.framerate import FrameRate
from shotwright.core.prompt import Prompt
from shotwright.core.shot import Shot
from support.tree import ROOT


def asset(tag: str = "lou", **fields: object) -> Asset:
    values = {"id": tag, "scene": "Layout", "tag": tag, "kind": "character", "pictures": ("//lou.png",), **fields}
    return Asset.model_validate(values)


def shot(number: str = "SH010", **fields: object) -> Shot:
    values = {"id": number, "scene": "Layout", "number": number, "name": "", "start": 1, "end": 8, "order": 0}
    return Shot.model_validate({**values, "fps": FrameRate.of(Fraction(24)), "width": 1280, "height": 720, **fields})


def found(*assets: Asset, shots: tuple[Shot, ...] = (), **facts: AssetFacts) -> list[AssetProblem]:
    return problems_of_assets(assets, shots, facts)


def the(code: str, problems: list[AssetProblem]) -> AssetProblem:
    assert [problem.code for problem in problems] == [code]
    return problems[0]


def test_nothing_is_wrong():
    night = Variant(kind="light", name="night", white_balance=3000)
    ballroom = asset("ballroom", kind="location", variants=(night,), objects=("Set",))
    said = Prompt(subject="@Lou", location="@ballroom", camera="mail a@b.c")
    assert (
        found(asset(objects=("Rig",)), ballroom, shots=(shot(prompt=said, assets=(ShotAsset(tag="ballroom"),)),)) == []
    )


@pytest.mark.parametrize("tag", ["", "Lou", "1lou", "lou!", "a" * 33, "לו", "lou\u202e", "lou\x07", "@lou", "a b"])
def test_bad_tags(tag: str):
    problem = the("tag-bad", found(asset(tag)))
    assert (
        ("a-z" if tag else "has no tag") in problem.message
        and problem.severity == "error"
        and "\x07" not in problem.message
    )


def test_two_assets_of_one_tag():
    problem = the("tag-taken", found(asset(), asset(id="other", scene="Bar")))
    assert "2 assets have the tag @lou" in problem.message and "'Bar'" in problem.message


def test_texts():
    assert "U+0007" in the("text-control", found(asset(identity=("a", "bell \x07")))).message
    assert "100,000" in the("text-long", found(asset(description="x" * 100_000))).message
    hebrew = "רובוט של \u2067@lou\u2069 – ניקיון"
    assert found(asset(description=hebrew, must_not="two\nlines\tand a tab")) == []


def test_pictures_and_sounds():
    bare = the("picture-none", found(asset(pictures=())))
    assert bare.severity == "warning" and "@lou has no picture" in bare.message
    assert found(asset(pictures=(), variants=(Variant(kind="wardrobe", name="apron", pictures=("a.png",)),))) == []
    assert the("sound-none", found(asset(kind="voice", pictures=()))).severity == "warning"
    facts = AssetFacts({"//lou.png": "is not there", "a.png": ""}, ("an object that was removed",))
    codes = [problem.code for problem in found(asset(pictures=("//lou.png", "a.png")), lou=facts)]
    assert codes == ["file-bad", "object-gone"]


def test_two_assets_that_claim_one_object():
    both = found(asset(objects=("Rig", "Rig")), asset("ballroom", kind="location", objects=("Rig",)))
    assert "@lou and @ballroom" in the("object-twice", both).message
    assert "shows it as @lou" in both[0].message.replace("pictures show it as", "shows it as")
    assert found(asset(objects=("Set",)), asset("ballroom", collections=("Set",))) == []
    assert found(asset(objects=("Rig",)), asset("voice", kind="voice", sound="a.wav", objects=("Rig",))) == []


@pytest.mark.parametrize(("kelvin", "good"), [(None, True), (1000, False), (1500, True), (15000, True), (15001, False)])
def test_white_balance(kelvin: int | None, good: bool):
    problems = found(asset(variants=(Variant(kind="light", name="night", white_balance=kelvin),)))
    assert (problems == []) == good
    if not good:
        assert "1500 K" in the("white-balance", problems).message and "15000 K" in problems[0].message


def test_variants_of_one_name():
    twice = (Variant(kind="light", name="night"),) * 2
    assert "2 times" in the("variant-twice", found(asset(variants=twice))).message
    assert found(asset(variants=(Variant(kind="light", name="night"), Variant(kind="phase", name="night")))) == []


def test_tags_that_no_asset_has():
    said = Prompt(subject="@luo and @luo and @LOU", action="@nobody_knows", camera="a@b.c @@x")
    problems = found(asset(), shots=(shot(prompt=said),))
    assert [(each.code, each.tag, each.shot) for each in problems] == [
        ("tag-unknown", "luo", "SH010"),
        ("tag-unknown", "nobody_knows", "SH010"),
    ]
    assert "in SUBJECT" in problems[0].message and "did you mean @lou?" in problems[0].message
    assert "there are @lou" in problems[1].message
    odd = found(asset(), asset("Bad Tag"), shots=(shot(prompt=said),))
    assert [each.message.partition("no asset has that tag: ")[2] for each in odd if each.code == "tag-unknown"] == [
        "did you mean @lou?",
        "there are @lou.",
    ]
    (alone,) = [each for each in found(asset("Bad Tag"), shots=(shot(prompt=Prompt(subject="@lou")),)) if each.shot]
    assert alone.message.endswith("give the assets tags that can be typed.")
    assert "no assets yet" in the("tag-unknown", found(shots=(shot(prompt=Prompt(subject="@lou")),))).message
    assert the("cast-unknown", found(asset(), shots=(shot(assets=(ShotAsset(tag="luo"),)),))).tag == "luo"


def test_variants_that_the_asset_does_not_have():
    room = asset("ballroom", variants=(Variant(kind="light", name="night"),))
    assert found(room, shots=(shot(assets=(ShotAsset(tag="ballroom", light="night"),)),)) == []
    problem = the("variant-unknown", found(room, shots=(shot(assets=(ShotAsset(tag="ballroom", light="noon"),)),)))
    assert "(night)" in problem.message and (problem.asset, problem.shot) == ("ballroom", "SH010")
    problem = the("variant-unknown", found(room, shots=(shot(assets=(ShotAsset(tag="ballroom", phase="old"),)),)))
    assert "no phase at all" in problem.message


def test_a_large_film_is_checked_in_no_time():
    assets = [asset(f"a{index}", objects=(f"O{index}",)) for index in range(500)]
    shots = [shot(f"SH{index}", prompt=Prompt(subject=f"@a{index % 600} " * 50)) for index in range(1000)]
    problems = problems_of_assets(assets, shots)
    assert len(problems) == 100


# --- what may be said ----------------------------------------------------------------------------------------------


def test_a_row_as_it_is_stored():
    row = checked(AssetRow(tag=" @Lou", name=" Lou ", description="two\nlines", identity=("", " a  b "), must_not=""))
    assert (row.tag, row.name, row.description, row.identity, row.must_not) == ("lou", "Lou", "two lines", ("a b",), "")
    assert checked(AssetRow(tag="lou")) == AssetRow(tag="lou")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (AssetRow(tag=""), "is no tag"),
        (AssetRow(tag="lou", description="x" * (MAX_TEXT + 1)), "4,001 characters"),
        (AssetRow(tag="lou", name="x" * 64), "64 characters"),
        (AssetRow(tag="lou", identity=("ok", "\x1b[31m")), r"U\+001B"),
        (AssetRow(tag="lou", description="\ud800"), r"U\+D800"),
        (AssetRow(tag="lou", variants=(VariantRow(kind="light", name=" "),)), "needs a name"),
        (AssetRow(tag="lou", variants=(VariantRow(kind="light", name="n", white_balance=1000),)), "1500 K"),
        (AssetRow(tag="lou", variants=(VariantRow(kind="light", name="n", white_balance=-1),)), "1500 K"),
        (AssetRow(tag="lou", variants=(VariantRow(kind="phase", name="n", white_balance=3000),)), "only a light"),
        (AssetRow(tag="lou", variants=(VariantRow(kind="phase", name="n"),) * 2), "twice"),
    ],
)
def test_what_may_not_be_said(row: AssetRow, words: str):
    with pytest.raises(BadInput, match=words):
        checked(row)


def test_a_file_of_assets():
    rows = parse("\ufeff" + json.dumps({"schema": SCHEMA, "assets": [{"tag": "@Lou", "kind": None}]}))
    assert rows == (AssetRow(tag="lou"),)
    assert parse('[{"tag": "lou"}]') == rows and parse('{"assets": []}') == ()
    for text, words in (
        ('{"assets": [{"tag": "a", "tag": "b"}]}', "twice in one object"),
        ('{"assets": [{}]}', "asset 1, tag"),
        ('{"asets": []}', "'asets' is not a part"),
        ('{"schema": "shotwright.assetlist.2", "assets": []}', "has the schema"),
        ("[" * 100_000, "no JSON"),
        ('{"assets": [' + '{"tag": "a"},' * 1000 + '{"tag": "a"}]}', "1,001 assets"),
        ('[{"tag": "lou", "variants": [{"name": "n"}]}]', r"asset 1 \(@lou\), variants.0.kind"),
        ('[{"tag": "lou", "variants": [{"kind": "light", "name": "n", "white_balance": "x"}]}]', "white_balance"),
    ):
        with pytest.raises(BadInput, match=words):
            parse(text)


def test_the_schema_in_the_docs():
    text = (ROOT / "docs" / "schemas" / "assetlist.1.json").read_text(encoding="utf-8")
    assert json.loads(text) == json_schema()


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"tag": "lou", "facts": []}, r"asset 1 \(@lou\), facts is no field of it: use tag, kind, .*identity"),
        (
            {"tag": "lou", "variants": [{"kind": "light", "name": "night", "kelvin": 3000}]},
            r"variants\.0\.kelvin is no field of it: use kind, name, .*white_balance",
        ),
    ],
)
def test_a_field_that_there_is_not_is_told_with_those_there_are(row: dict[str, object], says: str):
    with pytest.raises(BadInput, match=says):
        parse(json.dumps([row]))

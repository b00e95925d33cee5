"""The text made of a prompt: what it says, where each part comes from, and what it is kept safe from."""

from __future__ import annotations

import random
import time
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from shotwright.core import terms
from shotwright.core.asset import Asset, ShotAsset, Variant
from shotwright.core.compile import compile_prompt, light_words
from shotwright.core.dialect import DIALECTS, PLAIN, SECTIONS, Dialect, Mention, limited
from shotwright.core.prompt import CompiledPrompt, FilmStyle, PaletteColour, Prompt, Span
from shotwright.core.text import clean, length, sentence_ends

LOU = Asset(
    id="1",
    scene="Scene",
    tag="lou",
    kind="character",
    name="Lou",
    description="a janitor robot of yellowed plastic with a CRT for a head",
    identity=("a cracked screen", "one antenna"),
    must_not="human, glossy",
    pictures=("//lou-front.png", "//lou-side.png"),
    variants=(
        Variant(kind="wardrobe", name="apron", description="in a grey apron", must_not="clean"),
        Variant(kind="wardrobe", name="tails", description="in tails", pictures=("//tails.png",)),
    ),
)
BALLROOM = Asset(
    id="2",
    scene="Scene",
    tag="ballroom",
    kind="location",
    name="the ballroom",
    description="a ruined Art Deco hall",
    variants=(
        Variant(kind="light", name="night", description="at night under one lamp", white_balance=3000),
        Variant(kind="light", name="morning", white_balance=6000),
    ),
)
PLAYER = Asset(id="3", scene="Scene", tag="player", kind="prop", name="the record player", pictures=("//player.png",))
INK = Asset(id="4", scene="Scene", tag="ink", kind="style", name="Ink", description="loose ink over wash")
VOICE = Asset(
    id="5", scene="Scene", tag="hum", kind="voice", name="a hum", description="low and kind", sound="//hum.wav"
)
ASSETS = (LOU, BALLROOM, PLAYER, INK, VOICE)

STYLE = FilmStyle(
    prefix="35 mm film still",
    palette=(
        PaletteColour(share=60, name="aged ivory", colour="#e8dcc0"),
        PaletteColour(share=30, name="verdigris"),
        PaletteColour(share=10, name="oxblood"),
    ),
    white_balance=5600,
    lens="anamorphic, soft edges",
    shutter=180,
)


def made(
    prompt: Prompt | None = None,
    style: FilmStyle | None = None,
    cast: Sequence[ShotAsset] = (),
    camera: str = "",
    dialect: Dialect = PLAIN,
    assets: Sequence[Asset] = ASSETS,
    **sections: Any,
) -> CompiledPrompt:
    return compile_prompt(prompt or Prompt(**sections), style or FilmStyle(), assets, cast, camera, dialect)


def sources(text: str, spans: Sequence[Span]) -> list[tuple[str, str]]:
    """Each part with its source; the map has to be whole."""
    assert [span.start for span in spans] == [0, *(span.end for span in spans)][: len(spans)]
    assert all(span.start < span.end for span in spans)
    assert (spans[-1].end if spans else 0) == len(text)
    return [(text[span.start : span.end], span.source) for span in spans]


def test_six_sections_and_the_style_of_the_film():
    prompt = Prompt(
        subject="@lou waits for someone",
        location="@ballroom",
        action="@lou turns once",
        style="long shadows",
        constraints="No text, no cuts",
    )
    cast = (ShotAsset(tag="lou", wardrobe="apron"), ShotAsset(tag="ballroom", light="night"))
    found = made(prompt, STYLE, cast, "24 mm, medium shot of @lou, slow push-in")
    assert found.text.split("\n") == [
        "Lou, a janitor robot of yellowed plastic with a CRT for a head, in a grey apron, waits for someone.",
        "The ballroom, a ruined Art Deco hall, at night under one lamp.",
        "Lou turns once.",
        "24 mm, medium shot of Lou, slow push-in.",
        "35 mm film still. long shadows. Palette 60 % aged ivory, 30 % verdigris, 10 % oxblood. "
        "3000 K tungsten white balance. Lenses: anamorphic, soft edges. 180° shutter.",
        "No text, no cuts. Lou must not be: human, glossy. Lou must not be: clean.",
    ]
    assert found.negative == ""
    assert found == made(prompt, STYLE, cast, "24 mm, medium shot of @lou, slow push-in")
    assert [part for part in sources(found.text, found.spans) if part[1] != "separator"] == [
        ("Lou", "asset.lou.name"),
        ("a janitor robot of yellowed plastic with a CRT for a head", "asset.lou.description"),
        ("in a grey apron", "asset.lou.variant.apron"),
        (" waits for someone", "shot.subject"),
        ("The ballroom", "asset.ballroom.name"),
        ("a ruined Art Deco hall", "asset.ballroom.description"),
        ("at night under one lamp", "asset.ballroom.variant.night"),
        ("Lou", "asset.lou.name"),
        (" turns once", "shot.action"),
        ("24 mm, medium shot of ", "camera"),
        ("Lou", "asset.lou.name"),
        (", slow push-in", "camera"),
        ("35 mm film still", "film.prefix"),
        ("long shadows", "shot.style"),
        ("Palette 60 % aged ivory, 30 % verdigris, 10 % oxblood", "film.palette"),
        ("3000 K tungsten white balance", "asset.ballroom.variant.night.white_balance"),
        ("Lenses: anamorphic, soft edges", "film.lens"),
        ("180° shutter", "film.shutter"),
        ("No text, no cuts", "shot.constraints"),
        ("Lou", "asset.lou.name"),
        (" must not be: human, glossy", "asset.lou.must_not"),
        ("Lou", "asset.lou.name"),
        (" must not be: clean", "asset.lou.variant.apron.must_not"),
    ]
    assert found.source_at(0) == "asset.lou.name"
    assert found.source_at(len(found.text) - 1) == "separator"
    with pytest.raises(IndexError):
        found.source_at(len(found.text))


def test_sections_for_people_have_headings_and_empty_ones_vanish():
    found = made(action="@lou turns", constraints="No cuts!", dialect=SECTIONS, cast=(ShotAsset(tag="ballroom"),))
    assert found.text == (
        "LOCATION\nThe ballroom, a ruined Art Deco hall.\n\n"
        "ACTION\nLou, a janitor robot of yellowed plastic with a CRT for a head, turns.\n\n"
        "CONSTRAINTS\nNo cuts! Lou must not be: human, glossy."
    )
    assert ("ACTION\n", "heading") in sources(found.text, found.spans)
    nothing = made()
    assert (nothing.text, nothing.spans, nothing.tags) == ("", (), ())


def test_a_camera_typed_by_hand_stays():
    assert made(camera="24 mm").text == "24 mm."
    assert made(Prompt(camera="locked off"), camera="24 mm").text == "locked off."
    assert made(Prompt(camera=" \t\x00"), camera="24 mm").text == "24 mm."


NAMED = "Lou, a janitor robot of yellowed plastic with a CRT for a head"
INSIDE = "Lou (a janitor robot of yellowed plastic with a CRT for a head)"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("@lou", f"{NAMED}."),
        ("@lou.", f"{NAMED}."),
        ("@lou dances", f"{NAMED}, dances."),
        ("@lou, who dances", f"{NAMED}, who dances."),
        ("@lou; rain", f"{NAMED}; rain."),
        ("@lou — rain", f"{NAMED} — rain."),
        ("(@lou) dances", f"({NAMED}) dances."),
        ("@lou's arm, @lou’s eye", f"Lou's{INSIDE[3:]} arm, Lou’s eye."),
        ("@lou' arm", f"Lou'{INSIDE[3:]} arm."),
        ("'go, @lou' he hears", f"'go, Lou'{INSIDE[3:]} he hears."),
        ("@lou-like dolls", f"{INSIDE}-like dolls."),
        ("@lou跳舞。", f"{INSIDE}跳舞。"),
        ("it is @lou! @lou dances", f"it is {NAMED}! Lou dances."),
        ("@Lou and @LOU", f"{NAMED}, and Lou."),
        ("dust near @player. @player plays", "dust near the record player. The record player plays."),
        ("mail@lou.com, @@lou, a@lou", "mail@lou.com, @@lou, a@lou."),
    ],
)
def test_tags_become_words(typed: str, read: str):
    found = made(assets=[LOU.model_copy(update={"must_not": ""}), PLAYER], subject=typed)
    assert found.text == read
    assert found.unknown == ()
    sources(found.text, found.spans)


def test_a_description_of_sentences_stands_in_brackets():
    lou = Asset(id="1", scene="S", tag="lou", kind="character", description="A robot. It is old.")
    assert made(assets=[lou], action="@lou turns").text == "Lou (A robot. It is old) turns."


LONG = "a janitor robot of yellowed plastic with a CRT for a head; navy workwear, chunky hands, flat feet"


def test_a_long_description_is_a_sentence_at_the_end_of_its_section():
    lou = LOU.model_copy(update={"description": LONG})
    found = made(subject="The hands of @lou, too big for this.", action="@lou waits.", assets=(lou,))
    assert found.text.split("\n") == [
        f"The hands of Lou, too big for this. Lou: {LONG}.",
        "Lou waits.",
        "Lou must not be: human, glossy.",
    ]
    assert ("Lou", "asset.lou.name") in sources(found.text, found.spans)
    assert (LONG, "asset.lou.description") in sources(found.text, found.spans)


@pytest.mark.parametrize("typed", ["@ballroom", "@Ballroom."])
def test_a_section_that_only_names_an_asset_is_its_description(typed: str):
    hall = BALLROOM.model_copy(update={"description": LONG})
    found = made(location=typed, assets=(hall,), cast=(ShotAsset(tag="ballroom", light="night"),))
    assert found.text.split("\n")[0] == f"The ballroom: {LONG}, at night under one lamp."
    silent = made(cast=(ShotAsset(tag="ballroom"),), assets=(hall,))
    assert silent.text == f"The ballroom: {LONG}."


def test_unknown_tags_keep_their_word():
    found = made(subject="@Nobody and @nobody and @lou2", cast=(ShotAsset(tag="ghost"),))
    assert found.text == "Nobody and nobody and lou2."
    assert found.unknown == ("nobody", "lou2", "ghost")
    assert found.tags == ()


def test_assets_name_each_other_without_end():
    a = Asset(id="1", scene="S", tag="a", kind="character", name="Ann", description="the sister of @b, @nobody")
    b = Asset(id="2", scene="S", tag="b", kind="character", name="Ben", description="the brother of @a, @b himself")
    found = made(assets=[a, b], subject="@a meets @b")
    assert found.text == "Ann, the sister of Ben, nobody, meets Ben, the brother of Ann, Ben himself."
    assert found.unknown == ("nobody",)


def test_the_cast_is_described_where_nothing_names_it():
    cast = [ShotAsset(tag=tag) for tag in ("ink", "player", "hum", "ballroom", "lou")]
    found = made(subject="@lou alone", cast=cast, assets=[a.model_copy(update={"must_not": ""}) for a in ASSETS])
    assert found.text.split("\n") == [
        f"{NAMED}, alone. The record player.",
        "The ballroom, a ruined Art Deco hall.",
        "Ink, loose ink over wash.",
    ]
    used = [(use.tag, use.mentioned) for use in found.tags]
    assert used == [("lou", True), ("player", False), ("ballroom", False), ("ink", False), ("hum", False)]
    assert found.tags[-1].sound == "//hum.wav"


def test_what_only_the_camera_sees_is_described_as_a_subject():
    lou = LOU.model_copy(update={"must_not": ""})
    found = made(location="@ballroom", camera="Two-shot of @lou and @player in @ballroom", assets=[lou, *ASSETS[1:]])
    assert found.text.split("\n") == [
        f"{NAMED}. The record player.",
        "The ballroom, a ruined Art Deco hall.",
        "Two-shot of Lou and the record player in the ballroom.",
    ]
    assert [(use.tag, use.mentioned) for use in found.tags] == [("lou", False), ("player", False), ("ballroom", True)]
    assert made(Prompt(camera="On @lou"), assets=[lou]).text == f"On {NAMED}."


def test_pictures_of_a_chosen_variant_go_first():
    plain, tails, none = (
        made(subject="@lou", cast=[ShotAsset(tag="lou", wardrobe=name)]).tags[0] for name in ("", "tails", "gone")
    )
    assert plain.pictures == none.pictures == ("//lou-front.png", "//lou-side.png")
    assert (tails.pictures, tails.variants) == (("//tails.png",), (("wardrobe", "tails"),))
    assert none.variants == ()


def test_of_two_assets_with_one_tag_the_first_counts():
    other = LOU.model_copy(update={"name": "Other", "must_not": ""})
    assert made(subject="@lou", assets=[other, LOU]).text.startswith("Other, ")


def test_identity_is_repeated_on_request():
    once, again = (made(subject="@lou", repeat_identity=repeat).text for repeat in (False, True))
    assert "cracked" not in once
    assert again == once + " Lou keeps: a cracked screen, one antenna."


def test_the_light_of_the_place_goes_before_the_films():
    lamp = Asset(
        id="9", scene="S", tag="lamp", kind="prop", variants=(Variant(kind="light", name="on", white_balance=2700),)
    )
    cast = [ShotAsset(tag="lamp", light="on"), ShotAsset(tag="ballroom", light="morning")]
    style = FilmStyle(white_balance=5600)
    assert "6000 K daylight white balance" in made(style=style, cast=cast, assets=[lamp, BALLROOM]).text
    assert "2700 K tungsten white balance" in made(style=style, cast=cast[:1], assets=[lamp, BALLROOM]).text
    assert made(style=style).text == "5600 K daylight white balance."


@pytest.mark.parametrize(
    ("kelvin", "words"),
    [
        (terms.MIN_KELVIN, "1500 K candlelight"),
        (1850, "1850 K candlelight"),
        (3200, "3200 K tungsten"),
        (4100, "4100 K fluorescent"),
        (5000, "5000 K low sun"),
        (5600, "5600 K daylight"),
        (6500, "6500 K overcast"),
        (8000, "8000 K open shade"),
        (terms.MAX_KELVIN, "15000 K blue sky"),
    ],
)
def test_words_for_light(kelvin: int, words: str):
    assert light_words(kelvin) == words


def test_what_is_wrong_is_compiled_all_the_same():
    style = FilmStyle(
        palette=(PaletteColour(share=70.5, name="red"), PaletteColour(share=39.5, name="", colour="#00ff00")),
        white_balance=1000,
        lens="old lenses",
        shutter=400,
    )
    text = made(style=style).text
    assert text == "Palette 70.5 % red, 39.5 % #00ff00. 1000 K candlelight white balance. old lenses. 400° shutter."


# -- dialects -----------------------------------------------------------------------------------------


def test_a_field_for_what_must_not_be():
    dialect = limited(PLAIN, 512, "tokens", negative=True)
    found = made(
        subject="@lou",
        constraints="No text, no logos and no cuts. Hands stay on the broom. No one else is seen. Never @player!",
        repeat_identity=True,
        dialect=dialect,
    )
    assert found.text == (
        f"{NAMED}.\nHands stay on the broom. No one else is seen. Lou keeps: a cracked screen, one antenna."
    )
    assert found.negative == "text, logos and cuts, the record player, Lou as human, glossy"
    assert (" as human, glossy", "asset.lou.must_not") in sources(found.negative, found.negative_spans)
    sources(found.text, found.spans)
    assert found.sent.document() == {"text": found.text, "negative": found.negative}


@pytest.mark.parametrize(
    ("typed", "text", "negative"),
    [
        ("No text!", "", "text"),
        ("No one else.", "No one else.", ""),
        ("None.", "None.", ""),
        ("Never again!", "Never again!", ""),
        ("No more; not ever.", "No more; not ever.", ""),
        ("No. 1 shot stays. No 2. shot goes. No cuts.", "No. 1 shot stays. No 2. shot goes.", "cuts"),
        ("Only no. 7. No cuts.", "Only no. 7.", "cuts"),
        ("No hats or no shoes.", "", "hats or shoes"),
        ("No cuts; nobody else is seen.", "No cuts; nobody else is seen.", ""),
        ("No hats and no one else.", "No hats and no one else.", ""),
        ("No text or no logo that isn't hers.", "No text or no logo that isn't hers.", ""),
        ("Don't show her without a hat. No rain.", "Don't show her without a hat.", "rain"),
        ("No matter what, she smiles.", "No matter what, she smiles.", ""),
        ("Say yes or no. No cuts.", "Say yes or no.", "cuts"),
    ],
)
def test_what_is_a_prohibition_and_nothing_else(typed: str, text: str, negative: str):
    found = compile_prompt(
        Prompt(constraints=typed), FilmStyle(), (), (), "", limited(PLAIN, 512, "tokens", negative=True)
    )
    assert (found.text, found.negative) == (text, negative)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("No. 1 waits.", ["No. 1 waits."]),
        ("The No 12. shot goes on. Then no. 3.", ["The No 12. shot goes on.", " Then no. 3."]),
        ("No 12. Then three.", ["No 12.", " Then three."]),
        ("No. Three wait.", ["No.", " Three wait."]),
        ("Casino. 3 wait.", ["Casino.", " 3 wait."]),
    ],
)
def test_a_number_ends_no_sentence(text: str, sentences: list[str]):
    ends = list(sentence_ends(text))
    assert [text[a:b] for a, b in zip([0, *ends], ends, strict=False)] == sentences


def kling(mention: Mention) -> str | None:
    return f"<<<image_{mention.picture}>>>" if mention.picture else None


def seedance(mention: Mention) -> str | None:
    return f"{mention.words} [Image {mention.number}]" if mention.number else None


def test_a_provider_writes_tags_its_own_way():
    prompt = Prompt(subject="@lou's arm on @player in @ballroom", action="@lou turns", repeat_identity=True)
    found = made(prompt, dialect=replace(PLAIN, name="kling", tag=kling))
    assert found.text == (
        "<<<image_1>>>'s arm on <<<image_3>>> in the ballroom, a ruined Art Deco hall.\n<<<image_1>>> turns.\n"
        "<<<image_1>>> must not be: human, glossy. <<<image_1>>> keeps: a cracked screen, one antenna."
    )
    assert [use.tag for use in found.tags] == ["lou", "player", "ballroom"]
    assert ("<<<image_3>>>", "asset.player.tag") in sources(found.text, found.spans)
    named = made(Prompt(action="@lou and @player. @lou turns"), dialect=replace(PLAIN, tag=seedance)).text
    assert named.startswith(f"{NAMED} [Image 1] and the record player [Image 2]. Lou [Image 1] turns.")


def test_pictures_that_are_sent_are_numbered_in_a_second_round():
    first = made(action="@lou and @player")
    sent = [use.tag for use in first.tags if use.tag == "player"]
    dialect = replace(
        PLAIN, tag=lambda mention: f"@Image{sent.index(mention.use.tag) + 1}" if mention.use.tag in sent else None
    )
    assert made(action="@lou and @player", dialect=dialect).text.startswith(f"{NAMED}, and @Image1.")


def test_a_dialect_has_its_own_order():
    found = made(subject="s", action="a", camera="c", dialect=replace(PLAIN, order=("action", "subject")))
    assert found.text == "a.\ns."
    assert set(DIALECTS) == {"plain", "sections"}


# -- safety -------------------------------------------------------------------------------------------


def test_what_hides_is_removed_and_what_is_read_stays():
    assert clean("a\x00b\x1b[31m\x7f\x85c\td\r\ne\u2028f") == "ab[31m c d e f"
    assert clean("safe\u202egnp.exe\u2066\u2069 \ufeff\ud800x\U000e0041") == "safegnp.exe x"
    assert clean("e\u0301 A\u030a") == "é Å"
    arabic, hebrew = "روبوت يرقص وحيدًا", "רובוט רוקד לבד"
    assert clean(f"{arabic} {hebrew} می\u200cروم") == unicodedata.normalize("NFC", f"{arabic} {hebrew} می\u200cروم")
    assert len(clean("a" + "\u0316" * 1000)) == 31
    assert clean("👩‍🚀 é") == "👩‍🚀 é"
    assert made(action=f"{arabic} @lou، ثم").text.startswith(f"{arabic} {NAMED}، ثم.\n")


def test_units():
    text = "Lou dances, é 🎬"
    assert length(text, "characters") == 15
    assert length(text, "utf16") == 16
    assert length(text, "bytes") == 19
    assert length(text, "words") == 4
    assert length("机器人 dances", "words") == 4
    assert length("", "tokens") == 1
    assert length("Lou dances alone.", "tokens") == 5
    assert length("a janitor of yellowed plastic", "tokens") == 9
    assert length("机器人跳舞。", "tokens") == 7
    assert length("робот танцует", "tokens") == 6


WORDS = [
    "@lou", "@Lou's", "@ballroom,", "@player", "@nobody", "@hum.", "a", "robot", "dances.", "Really?!", "(so)", "…",
    "e\u0301", "\u0301", "\u202e", "\x00", "\n\n", "\t", "مرحبا", "機械", "機械。次", "👩‍🚀", "no", "No cuts.", "and",
    "x@lou.com", "@", "@@lou", "@lou\u0301", "@lou機", "\ud800", "\"quoted.\"", "%", "'", "'s", ",", ";", "--",
]  # fmt: skip


def words(rng: random.Random) -> str:
    return rng.choice(["", " "]).join(rng.choices(WORDS, k=rng.choice([0, 1, 3, 9])))


def random_input(rng: random.Random) -> tuple[Prompt, FilmStyle, list[Asset], list[ShotAsset], str, Dialect]:
    prompt = Prompt(**{name: words(rng) for name in terms.values(terms.SECTIONS)}, repeat_identity=rng.random() < 0.5)
    style = FilmStyle(
        prefix=words(rng),
        lens=words(rng),
        shutter=rng.choice([None, 180, 172.8]),
        white_balance=rng.choice([None, 3000]),
        palette=tuple(PaletteColour(share=rng.randrange(99), name=words(rng)) for _ in range(rng.randrange(3))),
    )
    assets = [
        Asset(
            id=str(index),
            scene="S",
            tag=tag,
            kind=rng.choice(["character", "location", "prop", "style", "voice"]),
            name=rng.choice(["", words(rng)]),
            description=words(rng),
            identity=tuple(words(rng) for _ in range(rng.randrange(3))),
            must_not=words(rng),
            pictures=("//x.png",) * rng.randrange(3),
            variants=(Variant(kind="light", name="night", description=words(rng), white_balance=3000),),
        )
        for index, tag in enumerate(["lou", "ballroom", "player", "hum"])
        if rng.random() < 0.8
    ]
    cast = [ShotAsset(tag=tag, light="night") for tag in ("lou", "hum", "ghost") if rng.random() < 0.5]
    dialect = rng.choice([PLAIN, SECTIONS, replace(PLAIN, tag=kling), replace(SECTIONS, negative=True, tag=seedance)])
    return prompt, style, assets, cast, words(rng), dialect


def test_the_map_is_whole_whatever_goes_in():
    rng = random.Random(7)
    for _ in range(1500):
        given = random_input(rng)
        found = compile_prompt(*given)
        for text, spans in ((found.text, found.spans), (found.negative, found.negative_spans)):
            parts = sources(text, spans)
            assert "".join(part for part, _ in parts) == text
            assert text == text.strip()
            for line in text.split("\n"):
                assert clean(line) == line
            assert not set(text) & {*map(chr, range(10)), "\r", "\u202e", "\ud800"}
        assert compile_prompt(*given) == found
        known = {asset.tag for asset in given[2]}
        assert {use.tag for use in found.tags} <= known
        assert not set(found.unknown) & known
        assert not given[5].negative or "must not be" not in found.text


@pytest.mark.parametrize(
    "text",
    [
        "word " * 20_000,
        "@lou " * 20_000,
        "." * 100_000 + "x",
        "." + ")" * 100_000 + "x",
        "a@" + "1." * 50_000,
        "@" * 100_000,
        "a" + "\u0301\u0316" * 50_000,
        " ".join(f"@x{number}" for number in range(14_000)),
        "no " + "and " * 25_000,
        "مرحبا " * 16_000,
    ],
    ids=["words", "tags", "dots", "brackets", "mail", "ats", "marks", "unknown", "and", "arabic"],
)
def test_a_hundred_kilobytes(text: str):
    def spent(text: str) -> float:
        before = time.process_time()
        found = made(action=text, constraints=text, dialect=limited(PLAIN, 512, "tokens", negative=True))
        length(found.text, "tokens")
        return time.process_time() - before

    tenth = min(spent(text[: len(text) // 10]) for _ in range(3))
    assert spent(text) < 40 * max(tenth, 0.005), "linear is 10 times a tenth, quadratic 100 times"

"""For each rule facts that trip it and facts that just don't, with a piece of what is said."""

from __future__ import annotations

from typing import NamedTuple

from shotwright.core.asset import Asset, ShotAsset, Variant
from shotwright.core.asset_checks import AssetFacts
from shotwright.core.framerate import FrameRate
from shotwright.core.preflight import Facts
from shotwright.core.preflight.facts import Drawn, FlipbookState, Marker, Numbering, Picture, Remarks, Sun
from shotwright.core.prompt import PaletteColour
from shotwright.core.shot import Layout
from support.preflight import (
    GOOD,
    HALL,
    LOU,
    ask,
    asset,
    brief,
    change,
    compiled,
    figure,
    filmed,
    move,
    moved,
    profile,
    prompt,
    recognised,
    shot,
    style,
    track,
)

__all__ = ["CASES", "Case"]


class Case(NamedTuple):
    trips: Facts
    misses: Facts
    says: str


def _cast(*tags: str, **variants: str) -> tuple[ShotAsset, ...]:
    return tuple(ShotAsset(tag=tag, **variants) for tag in tags)


def _assets(**changed: object) -> tuple[object, ...]:
    return (LOU.model_copy(update=changed), HALL)


def _lit(kelvin: int) -> Asset:
    return HALL.model_copy(update={"variants": (Variant(kind="light", name="night", white_balance=kelvin),)})


def _layout(**changed: object) -> Layout:
    return GOOD.layout.model_copy(update=changed)


def _palette(*shares: float, names: str = "abc", colour: str = "") -> tuple[PaletteColour, ...]:
    pairs = zip(shares, names, strict=False)
    return tuple(PaletteColour(share=share, name=name, colour=colour) for share, name in pairs)


SHOT = {
    "camera-none": Case(change(shot_camera=None), change(shot_camera="Other"), "choose one in the Shot panel"),
    "camera-gone": Case(change(shot_camera="Lost"), change(shot_camera="Other"), "'Lost' is no longer in the scene"),
    "range-empty": Case(change(shot_start=50, shot_end=49), change(shot_start=49), "Swap the two."),
    "range-long": Case(change(shot_end=100_001), change(shot_end=100_000), "100,001 frames long"),
    "range-outside": Case(change(shot_end=101), change(shot_end=100), "only has 1-100"),
    "size-zero": Case(change(shot_width=1), change(shot_width=2), "which is no picture"),
    "size-odd": Case(change(shot_height=545), change(shot_height=2), "for instance to 960×546"),
    "size-large": Case(change(shot_width=16_386), change(shot_width=16_384), "16384 a side"),
    "number-taken": Case(change(numbering=Numbering(2, "SH020")), change(numbering=Numbering(1)), "to SH020"),
    "library-missing": Case(
        change(layout=_layout(missing_libraries=("//set.blend",))), change(layout=_layout()), "//set.blend"
    ),
    "flipbook-unusable": Case(
        change(flipbook=FlipbookState("It is no movie.")), change(flipbook=FlipbookState(notes=("x",))), "no movie"
    ),
    "flipbook-uneven": Case(
        change(flipbook=FlipbookState(notes=("3 frames are held.",))), change(), "3 frames are held."
    ),
    "references-stale": Case(change(drawn=Drawn(False, 1)), change(drawn=Drawn(False, 0)), "drawn again"),
}

MODEL = {
    "model-length-long": Case(change(shot_end=82), change(shot_end=81), "at most 81: shorten it to 81 frames"),
    "model-length-short": Case(change(shot_end=4), change(shot_end=5), "no clip below 5: the rest (1 frame) is made"),
    "model-length-padded": Case(change(shot_end=50), change(shot_end=53), "makes 53: 3 frames at the end are cut"),
    "model-rate": Case(
        change(shot_fps=FrameRate.of(25)),
        change(shot_fps=FrameRate.of(24)),
        "runs at 25 frames a second and Test One at 24",
    ),
    "model-size-none": Case(
        change(shot_width=16_386), change(shot_width=16_384), "makes no size for a picture of 16386×544"
    ),
    "model-crop": Case(
        change(shot_height=540, ask=ask(fit="crop")), change(ask=ask(fit="crop")), "of the width is cropped"
    ),
    "model-pad": Case(change(shot_height=540), change(), "above and below what the camera shows"),
    "model-shape": Case(
        change(profile_size={"sizes": ["640x640"], "only_listed": True}),
        change(shot_height=540),
        "frame nearer to that shape",
    ),
    "model-aspect": Case(change(shot_width=1120), change(shot_width=1088), "wider than the 2 that Test One takes"),
    "model-pixels-many": Case(
        change(shot_width=1920, shot_height=1088),
        change(shot_width=1280, shot_height=720),
        "more than the 1,000,000 pixels",
    ),
    "model-pixels-few": Case(
        change(shot_width=320, shot_height=180), change(shot_width=448, shot_height=256), "less than the 100,000 pixels"
    ),
    "model-enlarged": Case(
        change(profile_size={"sizes": ["480x272"], "only_listed": True}),
        change(profile_size={"sizes": ["832x480"], "only_listed": True}),
        "960×544 at 480×272, and the take is enlarged 2 times",
    ),
    "model-unsure": Case(
        change(profile_unsure=("references.clay",)), change(profile_unsure=("references.first",)), "references.clay"
    ),
    "model-licence": Case(change(profile_licence=""), change(profile_licence="MIT"), "names no licence"),
}

_WITHOUT_ASSETS = profile().model_copy(update={"references": {"clay": GOOD.profile.references["clay"]}, "limits": ()})

REFERENCES = {
    "references-required": Case(
        change(profile_references={"first": {"min": 1}}),
        change(profile_references={"first": {"min": 1}}, ask=ask("clay", "first")),
        "needs first frame",
    ),
    "references-together": Case(change(ask=ask("clay", "depth")), change(ask=ask("clay", "pose")), "clay and depth"),
    "references-unread": Case(change(ask=ask("clay", "flow")), change(ask=ask("clay", "first")), "does not read flow"),
    "references-none": Case(change(ask=ask("flow")), change(ask=ask("flow", "pose")), "from words alone"),
    "references-assets-many": Case(
        change(assets=_assets(pictures=("//a.png", "//b.png"))),
        change(assets=_assets(pictures=("//a.png",))),
        "3 pictures of @lou and @hall, and Test One takes 2",
    ),
    "references-assets-unread": Case(
        change(profile=_WITHOUT_ASSETS),
        change(profile=_WITHOUT_ASSETS, assets=(LOU.model_copy(update={"pictures": ()}), asset("hall", pictures=()))),
        "@lou and @hall can only be described",
    ),
    "references-voice-unread": Case(
        change(assets=(LOU, HALL, asset("hum", kind="voice")), shot_assets=_cast("hum")),
        change(assets=(LOU, HALL, asset("hum", kind="voice"))),
        "@hum is not heard",
    ),
    "depth-encoding-unsure": Case(
        change(profile_unsure=("references.depth.encoding",), ask=ask("depth")),
        change(profile_unsure=("references.depth.encoding",)),
        "reads depth as linear is a conclusion",
    ),
}

PROMPT = {
    "prompt-empty": Case(
        change(shot_prompt=prompt(subject="", location="", action="", style="", constraints="")),
        change(shot_prompt=prompt(subject="", location="", action="x", style="", constraints="")),
        "no prompt",
    ),
    "prompt-action-empty": Case(change(shot_prompt=prompt(action=" ")), change(), "into ACTION"),
    "prompt-huge": Case(
        change(shot_prompt=prompt(action="é" * 50_000)),
        change(shot_prompt=prompt(action="é" * 16_000)),
        "ACTION is 100,000 bytes long",
    ),
    "prompt-long": Case(
        change(compiled=compiled(shot(prompt=prompt(action="walks " * 300)))),
        change(compiled=compiled(shot(prompt=prompt(action="walks " * 100)))),
        "reads at most 200",
    ),
    "prompt-shortened": Case(
        change(compiled=compiled(shot(), limit=50)), change(compiled=compiled(shot(), limit=200)), "left out, first"
    ),
    "prompt-control": Case(
        change(shot_prompt=prompt(action="walks\x07 off\x00")),
        change(shot_prompt=prompt(action="walks\toff\nslowly")),
        "ACTION has characters that nobody sees (U+0007 and U+0000)",
    ),
    "prompt-direction": Case(
        change(shot_prompt=prompt(camera="a \u202estill\u202c camera")),
        change(shot_prompt=prompt(camera="مصوّر ساكن")),
        "CAMERA has characters that turn text around (U+202E and U+202C)",
    ),
    "prompt-right-to-left": Case(
        change(shot_prompt=prompt(action="لو ترفع الإبرة عن الأسطوانة")),
        change(shot_prompt=prompt(action="Lou lifts the needle, humming سلام")),
        "ACTION is written from right to left, and Test One reads en",
    ),
    "prompt-identity-none": Case(
        change(shot_prompt=prompt(repeat_identity=True), assets=(asset(identity=()), asset("hall", identity=()))),
        change(shot_prompt=prompt(repeat_identity=True)),
        "have no such facts",
    ),
    "prompt-repeated": Case(
        change(shot_prompt=prompt(style="No other  people")), change(), "the same in STYLE and CONSTRAINTS"
    ),
    "prompt-untagged": Case(
        change(shot_prompt=prompt(subject="Lou, wary", location="", action="Lou walks"), shot_assets=()),
        change(shot_prompt=prompt(subject="Louise walks with @hall")),
        "names Lou, and not @lou",
    ),
    "tag-unknown": Case(change(shot_prompt=prompt(action="@lui walks")), change(), "did you mean @lou?"),
}

ASSETS = {
    "tag-bad": Case(
        change(assets=(LOU, HALL, asset("Old Lamp"))), change(assets=(LOU, HALL, asset("lamp"))), "Old Lamp"
    ),
    "tag-taken": Case(
        change(assets=(LOU, HALL, asset("lou", id="other", scene="Night"))),
        change(assets=(LOU, HALL, asset("cat"), asset("cat", id="other"))),
        "2 assets have the tag @lou",
    ),
    "text-control": Case(change(assets=_assets(must_not="a\x07")), change(assets=_assets(must_not="a\tb")), "U+0007"),
    "text-long": Case(
        change(assets=_assets(description="word " * 20_000)), change(assets=_assets(description="word " * 20)), "@lou"
    ),
    "text-direction": Case(
        change(assets=_assets(description="robot\u2066")), change(assets=_assets(description="روبوت")), "U+2066"
    ),
    "asset-undescribed": Case(change(assets=_assets(description=" ")), change(), "@lou has no description"),
    "picture-none": Case(
        change(assets=_assets(pictures=(), variants=())), change(assets=_assets(pictures=("//x.png",))), "no picture"
    ),
    "sound-none": Case(
        change(assets=(LOU, HALL, asset("hum", kind="voice")), shot_assets=_cast("hum")),
        change(assets=(LOU, HALL, asset("hum", kind="voice", sound="//hum.wav")), shot_assets=_cast("hum")),
        "@hum has no sound",
    ),
    "file-bad": Case(
        change(found={"id-lou": AssetFacts({"//lou.png": "is not there"})}),
        change(found={"id-lou": AssetFacts({"//other.png": "is not there"})}),
        "//lou.png is not there",
    ),
    "picture-small": Case(
        change(pictures={"//lou.png": Picture(299, 800)}), change(pictures={"//lou.png": Picture(300, 300)}), "299×800"
    ),
    "picture-photograph": Case(
        change(pictures={"//lou.png": Picture(900, 900, "Canon EOS R5")}),
        change(pictures={"//hall.png": Picture(900, 900, "Canon EOS R5")}),
        "is a photograph (Canon EOS R5)",
    ),
    "asset-person-name": Case(
        change(assets=_assets(name="Greta Garbo")), change(assets=_assets(name="Lou the Robot")), "called Greta Garbo"
    ),
    "object-gone": Case(
        change(found={"id-lou": AssetFacts({}, ("an object that was removed",))}),
        change(),
        "an object that was removed",
    ),
    "object-twice": Case(
        change(assets=(LOU, HALL.model_copy(update={"objects": LOU.objects}))), change(), "'lou object' stands for"
    ),
    "object-none": Case(
        change(assets=_assets(objects=())), change(assets=_assets(objects=(), collections=("Lou",))), "stands for @lou"
    ),
    "variant-twice": Case(
        change(assets=_assets(variants=LOU.variants * 2)),
        change(assets=_assets(variants=(*LOU.variants, Variant(kind="phase", name="apron")))),
        "'apron' 2 times",
    ),
    "white-balance": Case(
        change(assets=(LOU, _lit(1000))),
        change(assets=(LOU, _lit(1500))),
        "1000 K is no white balance",
    ),
    "cast-unknown": Case(change(shot_assets=_cast("lui")), change(shot_assets=_cast("lou")), "@lui in its cast"),
    "cast-twice": Case(change(shot_assets=_cast("lou", "lou")), change(), "@lou 2 times"),
    "cast-unnamed": Case(
        change(shot_prompt=prompt(subject="somebody", action="somebody walks")), change(), "its pictures go along"
    ),
    "variant-unknown": Case(
        change(shot_assets=_cast("lou", wardrobe="tuxedo")),
        change(shot_assets=_cast("lou", wardrobe="apron")),
        "'tuxedo'",
    ),
}

STYLE = {
    "style-palette-sum": Case(
        change(style=style(palette=_palette(60, 30, 20))),
        change(style=style(palette=_palette(33.3, 33.3, 33.3))),
        "60:30:20 adds to 110 instead of 100: change the shares; in proportion they would be 54.5:27.3:18.2",
    ),
    "style-palette-share": Case(
        change(style=style(palette=_palette(60, 40, 0))),
        change(style=style(palette=_palette(60, 40))),
        "'c' has a share of 0",
    ),
    "style-palette-colour": Case(
        change(style=style(palette=_palette(100, colour="#12345"))),
        change(style=style(palette=_palette(100, colour="#12345F"))),
        "'#12345', which is none",
    ),
    "style-palette-unnamed": Case(
        change(style=style(palette=_palette(60, 40, names=" b"))), change(), "60 of no colour has no name"
    ),
    "style-white-balance": Case(
        change(style=style(white_balance=1000)), change(style=style(white_balance=15000)), "1,000 K is none"
    ),
    "style-shutter": Case(change(style=style(shutter=-1.0)), change(style=style(shutter=360.0)), "-1° is none"),
    "style-hidden-characters": Case(
        change(style=style(lens="soft\x1b")), change(style=style(lens="soft\n")), "U+001B) in its lenses"
    ),
}

_GROUND = moved(track(), ground=3.0, below=True)

CAMERA = {
    "camera-inside": Case(
        change(remarks=Remarks("the camera is inside 'Wall'")), change(remarks=Remarks(cut=("x",))), "'Wall'"
    ),
    "camera-clip": Case(
        change(remarks=Remarks(cut=("clip range cuts 'Lou'",))), change(remarks=Remarks("x")), "cuts 'Lou'"
    ),
    "camera-under-ground": Case(
        change(track=_GROUND), change(track=moved(track(), ground=3.0)), "'Cam' is 2 m under the ground at frame 1"
    ),
    "camera-panoramic": Case(
        change(track=track(projection="panoramic")), change(track=track(projection="orthographic")), "is panoramic"
    ),
    "camera-cut": Case(
        change(markers=(Marker("cut", 30, "Other"),)),
        change(markers=(Marker("a", 1, "Other"), Marker("b", 30, "Cam"), Marker("c", 50, "Other"))),
        "cuts from 'Cam' to 'Other' at frame 30: end the shot at frame 29",
    ),
    "camera-jump": Case(
        change(track=filmed(*(0.0 if frame < 13 else 4.0 for frame in range(1, 26)))),
        # A fast truck of 4 m in a fifth of a second.
        change(track=filmed(*(4 * min(1.0, max(0.0, (frame - 10) / 5)) for frame in range(1, 26)))),
        "'Cam' jumps at frame 13: make two shots of it, with a cut there.",
    ),
    "view-empty": Case(
        change(track=track(fills=({}, {}, {}))), change(track=track(fills=({}, {"@lou": 0.1}, {}))), "in the whole shot"
    ),
    "view-blank": Case(
        change(track=track(fills=({"@lou": 0.1}, {}, {"@lou": 0.1}))),
        change(track=track(fills=({"@lou": 0.1}, None, {"@lou": 0.1}))),
        "sees nothing at frame 25",
    ),
    "camera-whip": Case(
        change(brief=brief(moves=(move("pan", "left", amount=120.0, unit="deg", speed=240.0, pace="whip"),))),
        change(brief=brief(moves=(move("pan", "left", amount=60.0, unit="deg", speed=60.0, pace="fast"),))),
        "its pan of 240° a second, frames 1-49",
    ),
    "camera-moves": Case(
        change(brief=brief(moves=tuple(move(kind, "") for kind in ("pan", "tilt", "dolly", "zoom")))),
        change(brief=brief(moves=tuple(move(kind, "") for kind in ("pan", "tilt", "dolly", "static", "handheld")))),
        "combines 4 moves (pan, tilt, dolly and zoom)",
    ),
    "camera-typed-lens": Case(
        change(shot_prompt=prompt(camera="85 mm, close")),
        change(shot_prompt=prompt(camera="a 32mm lens, 2 m away")),
        "CAMERA says 85 mm, and the camera has 35 mm",
    ),
    "camera-typed-still": Case(
        change(shot_prompt=prompt(camera="A locked-off wide"), brief=brief(moves=(move("pan", "left", pace="slow"),))),
        change(
            shot_prompt=prompt(camera="A locked-off wide"),
            brief=brief(moves=(move("pan", "left", pace="imperceptible"),)),
        ),
        "CAMERA says 'locked-off', and the camera moves (pan)",
    ),
    "camera-typed-move": Case(
        change(shot_prompt=prompt(camera="slow push-in on the record")),
        change(shot_prompt=prompt(camera="wide, no zoom")),
        "CAMERA says 'push-in', and the camera stands still",
    ),
}

_SMALL = {"view": {"share": 0.08}}
_STILL = track(bodies=(figure(),) * 3)
_WAVING = track(bodies=(figure(), figure(arm=0.95), figure()))

SUBJECT = {
    "subject-unseen": Case(
        change(brief=brief(unseen=("@lou", "@hall"))), change(brief=brief()), "@lou and @hall are in the shot and never"
    ),
    "subject-none": Case(
        change(brief=brief(subject=None)), change(brief=brief(subject=None), track=track(fills=({}, {}, {}))), "no"
    ),
    "subject-lost": Case(
        change(brief=brief(**_SMALL), track=_STILL), change(brief=brief(**_SMALL), track=_WAVING), "may leave it out"
    ),
    "subject-small": Case(
        change(brief=brief(**_SMALL)), change(brief=brief(view={"share": 0.1})), "at most 8 % of the picture's height"
    ),
    "subject-still": Case(change(track=_STILL), change(track=_WAVING), "@lou moves 0 of its own height"),
}

LIGHT = {
    "light-none": Case(change(suns=()), change(suns=(), ask=ask("depth")), "no sun is rendered"),
    "light-shadow-off": Case(
        change(suns=(Sun("Key", 3.0, False), Sun("Fill", 1.0, True))),
        change(suns=(Sun("Key", 3.0, True), Sun("Fill", 1.0, False))),
        "'Key' is its key light and casts no shadow",
    ),
    "light-rivals": Case(
        change(suns=(Sun("Key", 3.0, True), Sun("Rim", 2.9, True))),
        change(suns=(Sun("Key", 3.0, True), Sun("Rim", 2.0, True))),
        "'Rim' is about as strong as 'Key'",
    ),
    "clay-saturated": Case(
        change(ask=ask("clay", saturation={"Crowd": 0.9, "Wall": 0.2})),
        change(ask=ask("clay", saturation={"Crowd": 0.3})),
        "('Crowd', up to 0.90)",
    ),
}

_HALF_OUT = track(bodies=(figure((0.0, -4.5)),) * 3)
_DANCE = prompt(action="@lou dances")
_AWAY = track(bodies=(figure((0.0, -9.0)),) * 3)

RIGS = {
    "rig-stranger": Case(
        change(rigs={"Beast": recognised(False)}),
        change(rigs={"Beast": recognised(False)}, ask=ask("clay")),
        "Beast is not drawn as a person: It has four legs.",
    ),
    "rig-limbs-missing": Case(
        change(rigs={"Rig": recognised(without=("l_wrist", "r_knee"))}),
        change(rigs={"Rig": recognised(without=("l_ear", "nose"))}),
        "no left wrist and right knee",
    ),
    "pose-nobody": Case(
        change(track=_AWAY), change(track=_AWAY, ask=ask("clay")), "none of the people is in its picture"
    ),
    "rig-joints-outside": Case(
        change(track=_HALF_OUT),
        change(track=_HALF_OUT, brief=brief(view={"size": "CU"})),
        "of the joints of @lou lie outside",
    ),
    "clay-limbs": Case(
        change(shot_prompt=_DANCE),
        change(shot_prompt=_DANCE, track=_AWAY),
        "2 words",
    ),
}

CASES: dict[str, Case] = {
    **SHOT,
    **MODEL,
    **REFERENCES,
    **PROMPT,
    **ASSETS,
    **STYLE,
    **CAMERA,
    **SUBJECT,
    **LIGHT,
    **RIGS,
}

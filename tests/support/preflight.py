"""A shot about which nothing is wrong, as facts, and small changes to them. Import it after the tree is loaded."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from shotwright.core.asset import Asset, ShotAsset, Variant
from shotwright.core.asset_checks import AssetFacts
from shotwright.core.brief.record import CameraBrief, Move, SeenSubject, View
from shotwright.core.brief.track import Body, CameraTrack, Sample, Subject
from shotwright.core.compile import compile_prompt
from shotwright.core.framerate import FrameRate
from shotwright.core.model import ModelProfile, parse_profile
from shotwright.core.preflight import Facts
from shotwright.core.preflight.facts import Ask, Drawn, FlipbookState, Marker, Numbering, Picture, Remarks, Sun
from shotwright.core.prompt import FilmStyle, PaletteColour, Prompt
from shotwright.core.rigs.data import JOINTS, JointBone, Recognised
from shotwright.core.shot import Layout, Shot

__all__ = [
    "GOOD",
    "HALL",
    "LOU",
    "ask",
    "asset",
    "brief",
    "change",
    "compiled",
    "figure",
    "filmed",
    "move",
    "moved",
    "profile",
    "prompt",
    "recognised",
    "shot",
    "style",
    "track",
]

_FACT = {"source": "a test", "date": "2026-11-20", "status": "measured"}
_PROFILE: dict[str, Any] = {
    "schema": "shotwright.model.1",
    "name": "test-1.0",
    "title": "Test One",
    "backend": "nobody",
    "upstream": "test/one",
    "licence": "MIT",
    "frame_rates": ["24"],
    "length": {"min": 5, "max": 81, "step": 4, "offset": 1},
    "size": {"grid": 16, "min_pixels": 100000, "max_pixels": 1000000, "min_aspect": 0.5, "max_aspect": 2.0},
    "references": {"clay": {}, "depth": {"encoding": "linear"}, "pose": {}, "first": {}, "asset": {"max": 2}},
    "limits": [{"kinds": ["clay", "depth"], "max": 1}],
    "passes": ["clay"],
    "prompt": {"max": 200, "unit": "words", "languages": ["en"]},
    "provenance": dict.fromkeys(
        ("upstream", "licence", "frame_rates", "length", "size", "references", "limits", "prompt"), _FACT
    ),
}


def profile(**changed: Any) -> ModelProfile:
    """A model of which everything is known, with some fields of its file changed; `unsure` names unsure facts."""
    document = {**_PROFILE, "provenance": dict(_PROFILE["provenance"])}
    for name in changed.pop("unsure", ()):
        document["provenance"][name] = {**_FACT, "status": "unsure"}
    for name, value in changed.items():
        whole = name in ("size", "length") or not isinstance(value, dict) or not isinstance(document.get(name), dict)
        document[name] = value if whole else {**document[name], **value}
    return parse_profile(json.dumps(document))


def prompt(**changed: Any) -> Prompt:
    sections = {
        "subject": "@lou, wary",
        "location": "@hall",
        "action": "@lou lifts the needle off the record and listens to the empty hall",
        "style": "grainy",
        "constraints": "no other people",
    }
    return Prompt(**{**sections, **changed})


def shot(**changed: Any) -> Shot:
    """Two seconds at 24 frames a second and one frame: 49, a legal length."""
    fields: dict[str, Any] = {
        "id": "7f1f9a52-58a5-4a2c-8f6c-6a2f6d1a0001",
        "scene": "Layout",
        "number": "SH010",
        "name": "Needle",
        "camera": "Cam",
        "start": 1,
        "end": 49,
        "fps": FrameRate.of(24),
        "width": 960,
        "height": 544,
        "order": 0,
        "prompt": prompt(),
        "assets": (ShotAsset(tag="lou", wardrobe="apron"), ShotAsset(tag="hall", light="night")),
    }
    return Shot(**{**fields, **changed})


def asset(tag: str = "lou", **changed: Any) -> Asset:
    fields: dict[str, Any] = {
        "id": f"id-{tag}",
        "scene": "Layout",
        "tag": tag,
        "kind": "character",
        "name": tag.title(),
        "description": "a janitor robot of yellowed plastic",
        "identity": ("a CRT for a head",),
        "pictures": (f"//{tag}.png",),
        "objects": (f"{tag} object",),
    }
    return Asset(**{**fields, **changed})


LOU = asset(variants=(Variant(kind="wardrobe", name="apron", description="a red apron"),))
HALL = asset("hall", kind="location", variants=(Variant(kind="light", name="night", white_balance=3000),))


def style(**changed: Any) -> FilmStyle:
    fields: dict[str, Any] = {
        "prefix": "16 mm film",
        "palette": tuple(
            PaletteColour(share=share, name=name, colour=colour)
            for share, name, colour in ((60, "oxblood", "#4a0404"), (30, "bone", ""), (10, "petrol", "#1a4a55"))
        ),
        "white_balance": 4300,
        "shutter": 180.0,
    }
    return FilmStyle(**{**fields, **changed})


# -- the camera -----------------------------------------------------------------------------------

_LOOKING_NORTH = ((1.0, 0.0, 0.0, 0.0), (0.0, 0.0, -1.0, -6.0), (0.0, 1.0, 0.0, 1.0), (0.0, 0.0, 0.0, 1.0))
"""At (0, -6, 1), looking along +y."""


def figure(at: tuple[float, float] = (0.0, 0.0), arm: float = 0.0) -> Body:
    """Somebody of 1.8 m with a wrist that is `arm` higher."""
    x, y = at
    points = tuple((x + dx, y, z) for dx in (-0.3, 0.3) for z in (0.0, 1.8))
    joints = {"neck": (x, y, 1.5), "r_wrist": (x - 0.3, y, 0.8 + arm), "r_ankle": (x, y, 0.1), "l_ankle": (x, y, 0.1)}
    return Body(points, joints)


def track(**changed: Any) -> CameraTrack:
    """A still camera before somebody who walks a metre; looked at closely three times."""
    bodies = changed.pop("bodies", tuple(figure((0.5 * step, 0.0)) for step in range(3)))
    fills = changed.pop("fills", ({"@lou": 0.2},) * 3)
    samples = tuple(
        Sample(frame, _LOOKING_NORTH, 35.0, (36.0, 20.25), ground=0.0, fills=filled, nearest=6.0)
        for frame, filled in zip((1.0, 25.0, 49.0), fills, strict=True)
    )
    fields: dict[str, Any] = {
        "camera": "Cam",
        "projection": "perspective",
        "fps": FrameRate.of(24),
        "size": (960, 544),
        "samples": samples,
        "subjects": (Subject("@lou", "Lou", "character", bodies, tagged=True),),
    }
    return CameraTrack(**{**fields, **changed})


def filmed(*aside: float, turned: Sequence[float] = (), step: int = 1) -> CameraTrack:
    """A camera `aside` by so many metres, and `turned` to the left by so many degrees, at every `step`th frame."""
    samples: list[Sample] = []
    for index, x in enumerate(aside):
        angle = math.radians(turned[index]) if turned else 0.0
        right, forward = (math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))
        matrix = (
            (right[0], 0.0, -forward[0], x),
            (right[1], 0.0, -forward[1], -6.0),
            (0.0, 1.0, 0.0, 1.0),
            (0.0, 0.0, 0.0, 1.0),
        )
        samples.append(Sample(1.0 + step * index, matrix, 35.0, (36.0, 20.25), ground=0.0, nearest=6.0))
    standing = Subject("@lou", "Lou", "character", (figure(),) * len(samples), tagged=True)
    return replace(track(), samples=tuple(samples), subjects=(standing,))


def moved(found: CameraTrack, **changed: Any) -> CameraTrack:
    """A track whose samples are changed."""
    return replace(found, samples=tuple(replace(sample, **changed) for sample in found.samples))


def brief(**changed: Any) -> CameraBrief:
    view: dict[str, Any] = {"sensor": (36.0, 20.25), "lens": 35.0, "pitch": 0.0, "roll": 0.0, "angle": "eye"}
    view |= {"size": "LS", "share": 0.5, **changed.pop("view", {})}
    fields: dict[str, Any] = {
        "camera": "Cam",
        "projection": "perspective",
        "first": 1,
        "last": 49,
        "seconds": 2.0,
        "subject": SeenSubject(id="@lou", name="Lou", kind="character", tagged=True),
        "start": View(frame=1, **view),
        "end": View(frame=49, **view),
        "moves": (move("static", ""),),
    }
    return CameraBrief(**{**fields, **changed})


def move(kind: str, direction: str, **changed: Any) -> Move:
    fields: dict[str, Any] = {"kind": kind, "direction": direction, "first": 1, "last": 49}
    return Move(**{**fields, **changed})


def recognised(humanoid: bool = True, without: tuple[str, ...] = ()) -> Recognised:
    joints = {name: None if name in without or not humanoid else JointBone(name) for name in JOINTS}
    return Recognised("Rig", humanoid, joints, why=() if humanoid else ("It has four legs.",))


def ask(*passes: str, **changed: Any) -> Ask:
    return Ask(passes or ("clay", "pose"), **changed)


# -- everything together --------------------------------------------------------------------------


def compiled(of: Shot, limit: int | None = None):
    """The prompt of a shot as the model reads it."""
    from shotwright.core.shorten import shorten

    made = compile_prompt(of.prompt, style(), (LOU, HALL), of.assets, "a still camera")
    return made if limit is None else shorten(made, limit, "words")


GOOD = Facts(
    shot=shot(),
    layout=Layout(scene="Layout", start=1, end=100, cameras=frozenset({"Cam", "Other"})),
    numbering=Numbering(1, "SH020"),
    profile=profile(),
    ask=ask(),
    assets=(LOU, HALL),
    found={each.id: AssetFacts(files={}) for each in (LOU, HALL)},
    pictures={"//lou.png": Picture(1024, 1024), "//hall.png": Picture(1024, 576)},
    style=style(),
    compiled=compiled(shot()),
    track=track(),
    brief=brief(),
    remarks=Remarks(),
    rigs={"Rig": recognised()},
    suns=(Sun("Key", 3.0, True),),
    markers=(Marker("cut", 1, "Cam"), Marker("next", 50, "Other")),
    flipbook=FlipbookState(),
    drawn=Drawn(fresh=True, others=2),
)
"""Nothing is wrong with this, and nothing is unknown."""


def change(**changed: Any) -> Facts:
    """Good facts with some changed; `shot_…` and `profile_…` change a field of the shot and of the profile."""
    of_shot = {name.removeprefix("shot_"): changed.pop(name) for name in [*changed] if name.startswith("shot_")}
    of_model = {name.removeprefix("profile_"): changed.pop(name) for name in [*changed] if name.startswith("profile_")}
    if of_shot:
        changed["shot"] = shot(**of_shot)
    if of_model:
        changed["profile"] = profile(**of_model)
    return replace(GOOD, **changed)

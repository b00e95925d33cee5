"""What the director says: the text of all eight shots, the film's style, and the assets. Plain data, no bpy.

The camera is left out of the shots' text: it is read from the scene. `intent` is what it should say.
"""

from __future__ import annotations

from dataclasses import dataclass

NIGHT, MORNING = "night", "morning"


@dataclass(frozen=True)
class Style:
    """What holds for the whole film."""

    prefix: str
    palette: tuple[tuple[int, str, str], ...]
    """Share in per cent, name and colour."""
    white_balance: int
    """Kelvin, where no light is chosen."""
    lens: str
    shutter: float
    """Angle in degrees."""


@dataclass(frozen=True)
class Variant:
    """One of several states of an asset."""

    name: str
    description: str
    kelvin: int | None = None


@dataclass(frozen=True)
class Asset:
    """A thing that must look the same in every shot."""

    tag: str
    kind: str
    """character, location, prop or style"""
    name: str
    """What a text without tags calls it."""
    description: str
    """Goes behind the name where it is first mentioned."""
    must_not: str
    """It must not become this."""
    identity: tuple[str, ...] = ()
    """What has to hold in every picture."""
    objects: tuple[str, ...] = ()
    """Scene objects that stand for it."""
    collections: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()


@dataclass(frozen=True)
class ShotText:
    """One shot as it is told to the crew."""

    number: str
    name: str
    subject: str
    location: str
    action: str
    constraints: str
    assets: tuple[str, ...]
    intent: str
    """Size, angle, height and move the camera is meant to read as."""
    variants: dict[str, str]
    """Which variant of an asset this shot is in, by tag."""
    style: str = ""
    """Empty: that of the film."""
    repeat_identity: bool = False
    """Whether the constraints say again what identity depends on: where somebody is close."""


STYLE = Style(
    prefix=(
        "Live-action feature film, photographed on 35 mm, a faded grand ballroom after the last party. Practical light "
        "and one low sun through tall windows, dust in the beams, soft grain, restrained colour."
    ),
    palette=(
        (60, "aged ivory and amber", "#d9c79e"),
        (30, "faded verdigris", "#7f9a92"),
        (10, "oxblood", "#6e2f2e"),
    ),
    white_balance=3000,
    lens="vintage spherical primes, gentle fall-off at the edges, warm flare, no distortion",
    shutter=180,
)

ASSETS = (
    Asset(
        "@lou",
        "character",
        "Lou",
        "a janitor robot as tall as a man, a cathode-ray television of yellowed ivory plastic for a head with a dark "
        "curved screen, two upright bars of amber light for eyes and a pair of wire aerials; navy work jacket with two "
        "breast pockets and rolled sleeves, oxblood belt, navy trousers with turn-ups; chunky three-fingered plastic "
        "hands; feet like small rectangular computer cases with ventilation slots",
        "a robot with a mouth or a human face, chrome, glowing joints, wheels, a screen with text or a logo",
        identity=("a television for a head with two amber bars", "three fingers and a thumb on each hand"),
        collections=("Lou",),
    ),
    Asset(
        "@woman",
        "character",
        "the woman",
        "about sixty, upright and unhurried, in a long belted oxblood wool coat to mid-shin with wide lapels and a "
        "raised collar, dark hair in a low bun, dark court shoes with a block heel, no jewellery",
        "young, like any real person, with a hat, a bag or a phone, smiling to the camera",
        identity=("a long oxblood coat", "dark hair in a low bun"),
        collections=("Woman",),
    ),
    Asset(
        "@ballroom",
        "location",
        "the ballroom",
        "eighteen by thirty metres, herringbone parquet worn to a dull shine, seven arched windows with verdigris bars "
        "in the right-hand wall and blind mirror windows facing them, ivory pilasters, coffered ceiling, two tarnished "
        "chandeliers, sconces, a musicians' gallery over double doors, round tables askew under ivory cloths, gilt "
        "chairs with oxblood seats, some fallen, paper streamers, confetti on the floor",
        "a room with guests, modern furniture, polished marble, Christmas decoration or crystal sparkle",
        collections=("Set",),
        variants=(
            Variant(NIGHT, "in the small hours, lamps on, a street light low and amber through the windows", 3000),
            Variant(MORNING, "the morning after, lamps off, cool clear sun through the windows, dust in the air", 6000),
        ),
    ),
    Asset(
        "@recordplayer",
        "prop",
        "the record player",
        "a portable one of the 1950s in a verdigris case with an ivory top and an oxblood handle, brass tone arm, on a "
        "small wooden table with records on the shelf below, an oxblood clip lamp bent over it",
        "a gramophone with a horn, a deck with a digital display or a brand",
        objects=("RecordPlayer", "Record", "ToneArm", "ClipLamp", "RecordTable"),
    ),
    Asset(
        "@mop",
        "prop",
        "the mop",
        "a string mop with a plain wooden pole, grey-white cotton strings and an oxblood clamp",
        "a broom, a flat mop, a pole that bends",
        objects=("Mop.Pole", "Mop.Head"),
    ),
)

_NIGHT = {"@ballroom": NIGHT}
_ALONE = "Nobody else in the room. "
_KEEP = "Keep the geometry of the reference. No cut, no text, no music notes, no lens change."

SHOTS = (
    ShotText(
        "SH010",
        "Establishing",
        "@lou, small in an enormous room, doing his rounds as on every night.",
        "@ballroom, the whole length of it, chandeliers above him, the doors open behind.",
        "@lou pushes @mop out and pulls it back, steps back once, straightens and turns his screen to "
        "the record player.",
        _ALONE + "He stays where he is. " + _KEEP,
        ("@lou", "@ballroom", "@mop"),
        "wide establishing shot, eye level, 24 mm at 1.6 m, static, one-point perspective",
        _NIGHT,
    ),
    ShotText(
        "SH020",
        "Record",
        "The hands of @lou: too big for this, and very careful.",
        "@ballroom out of focus; @recordplayer in the pool of the clip lamp.",
        "Both hands lower the record on the spindle; the right hand carries the tone arm over and lets it down.",
        "Three fingers and a thumb on each hand. The record turns only once it lies. " + _KEEP,
        ("@lou", "@recordplayer", "@ballroom"),
        "close-up of the hands, slightly high angle, 85 mm, static, shallow depth of field",
        _NIGHT,
        repeat_identity=True,
    ),
    ShotText(
        "SH030",
        "Feet",
        "The feet of @lou, which have understood before the rest of him.",
        "The parquet of @ballroom at confetti height.",
        "A toe taps, a heel answers, and the feet step off to the side with the mop's head as their partner.",
        "Feet keep their rectangular cases and never slide. Legs only, no hands, no head. " + _KEEP,
        ("@lou", "@mop", "@ballroom"),
        "low close shot of the feet, level from 0.3 m above the floor, 35 mm, static",
        _NIGHT,
    ),
    ShotText(
        "SH040",
        "Dance",
        "@lou, dancing with @mop as if it were somebody.",
        "@ballroom, crossing the window light from left to right, @recordplayer behind him.",
        "Two long steps, one full turn around the mop, a lunge that dips it; he holds.",
        "Weight in every step; both hands stay on the pole; he turns once, to his left. " + _KEEP,
        ("@lou", "@mop", "@ballroom", "@recordplayer"),
        "full shot, eye level at 1.25 m, 32 mm, truck right following him at one distance",
        _NIGHT,
    ),
    ShotText(
        "SH050",
        "Push-in",
        "@lou, caught; and far behind him, out of focus in the open doorway, @woman.",
        "@ballroom, looking down its length to the doors.",
        "He freezes; then only his screen turns towards what is behind him, while she takes one step in.",
        "She stays small and soft. His body does not move after the jolt. " + _KEEP,
        ("@lou", "@woman", "@mop", "@ballroom"),
        "close-up on the screen, eye level at 1.5 m, 50 mm, slow push-in of 0.85 m, shallow depth of field",
        _NIGHT,
        repeat_identity=True,
    ),
    ShotText(
        "SH060",
        "Two-shot",
        "@lou on the left, @woman on the right, face to face.",
        "@ballroom, the doors between them in the depth.",
        "She offers her hand; he takes it from below, lays the other at her back, and they sway one step out and back.",
        "He stays left, she stays right. Hands stay joined. No kiss, no lift. " + _KEEP,
        ("@lou", "@woman", "@ballroom"),
        "medium two-shot, eye level at 1.4 m, 40 mm, static, profiles",
        _NIGHT,
        repeat_identity=True,
    ),
    ShotText(
        "SH070",
        "Pan to the door",
        "@woman, leaving; @lou with the hand she let go of still in the air.",
        "@ballroom, from the window light to the gallery's shadow and the doors.",
        "She walks to the doors without hurry, the coat swinging, half looks back, and goes on.",
        "She never stops. He does not follow. " + _KEEP,
        ("@woman", "@lou", "@ballroom"),
        "medium to full shot, eye level at 1.5 m, 35 mm, pan right with her, the camera stands still",
        _NIGHT,
    ),
    ShotText(
        "SH080",
        "Crane",
        "@lou, alone again, at the same work in the same place; the room has grown.",
        "@ballroom in clear morning light, the confetti where they danced.",
        "@lou mops backwards across the floor to where he began, stops, and turns his screen to the "
        "silent record player.",
        _ALONE + "The rise must not be felt for the first seconds. One continuous take. " + _KEEP,
        ("@lou", "@mop", "@ballroom"),
        "full shot to vast wide, 24 mm, crane up from 1.35 m to 6.35 m with a dolly back, imperceptible at first, 20 s",
        {"@ballroom": MORNING},
    ),
)

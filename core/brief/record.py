"""What a director of photography notes about a shot's camera, as fields. `describe` makes words of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ..model_base import Stored

__all__ = [
    "Angle",
    "CameraBrief",
    "Depth",
    "DepthOfField",
    "Easing",
    "Facing",
    "Framing",
    "Move",
    "MoveKind",
    "Pace",
    "Part",
    "Place",
    "SeenSubject",
    "ShotSize",
    "Travel",
    "View",
]

Number = Annotated[float, Field(allow_inf_nan=False)]

ShotSize = Literal["ECU", "CU", "MCU", "MS", "MLS", "LS", "EWS"]
"""From the closest to the widest; LS is the whole figure and what is wider, up to EWS."""
Framing = Literal["single", "two-shot", "group", "over-shoulder", "insert", "none"]
Angle = Literal["low", "eye", "high", "top"]
Part = Literal["", "hand", "hands", "foot", "feet", "legs", "legs and feet", "arm", "torso", "back", "body"]
"""What is seen of a person without a head; `body` is all below it."""
Facing = Literal["left", "right", "towards", "away"]
Travel = Literal["left-to-right", "right-to-left", "towards", "away", "up", "down", "still"]
Depth = Literal["shallow", "moderate", "deep"]
MoveKind = Literal[
    "static",
    "pan",
    "tilt",
    "roll",
    "dolly",
    "truck",
    "pedestal",
    "crane",
    "arc",
    "push-in",
    "pull-out",
    "follow",
    "zoom",
    "dolly-zoom",
    "handheld",
]
Pace = Literal["imperceptible", "slow", "medium", "fast", "whip"]
Easing = Literal["linear", "ease-in", "ease-out", "ease-in-out"]


class SeenSubject(Stored):
    """Somebody or something in the picture."""

    id: str
    name: str
    """In one line, at most 60 characters."""
    kind: Literal["character", "location", "prop", "thing"]
    tagged: bool = False
    share: Number = 0.0
    """The largest part of the picture's height in which it is really seen, by rays where there were any."""

    @property
    def called(self) -> str:
        """How it is called in words: its tag with @, else its name."""
        return self.id if self.tagged else self.name


class Place(Stored):
    """Where the main subject is in the picture: a person's eyes in a close shot, else the middle of what is seen."""

    x: Number
    y: Number
    """From the lower left corner (0, 0) to the upper right one (1, 1)."""
    across: Literal["left", "centre", "right"]
    up: Literal["upper", "middle", "lower"]
    head_room: Number | None = None
    """Part of the picture's height above a person's head; below 0 where the head is cut."""


class View(Stored):
    """The picture at one time."""

    frame: Number
    lens: Number | None = None
    """Focal length in millimetres; None without perspective."""
    sensor: tuple[Number, Number]
    """Width and height in millimetres of the part that the picture shows."""
    lens_word: Literal["ultra wide", "wide", "normal", "long", "super long", ""] = ""
    """By the focal length that gives the same diagonal view on 36×24 mm."""
    hfov: Number | None = None
    vfov: Number | None = None
    """Field of view in degrees; None without perspective."""
    width: Number | None = None
    """Metres across the picture of an orthographic camera."""
    height: Number | None = None
    """Metres above the ground; below 0 under it, None where there is none."""
    below: bool = False
    """Whether the camera is under the ground."""
    pitch: Number
    """Degrees; above 0 it looks up."""
    roll: Number
    """Degrees; above 0 the camera leans clockwise, as seen from behind it."""
    angle: Angle
    dutch: bool = False
    """Whether it leans by 5 degrees or more."""
    distance: Number | None = None
    """Metres to the main subject: a person's eyes, else its middle."""
    size: ShotSize | None = None
    """None where the main subject is not in the picture, and of a panorama."""
    share: Number | None = None
    """The main subject's own height (a person's, standing) over the picture's, where it stands."""
    framing: Framing = "none"
    part: Part = ""
    """Of a person whose head is out of the picture."""
    beside: tuple[str, ...] = ()
    """Ids of the others in a two-shot or group; of whose shoulder it is."""
    order: tuple[str, ...] = ()
    """Ids of all in a two-shot or group, from left to right."""
    place: Place | None = None
    facing: Facing | None = None


class Move(Stored):
    """One thing that the camera does."""

    kind: MoveKind
    direction: Literal["", "left", "right", "up", "down", "forward", "back", "in", "out", "clockwise", "anticlockwise"]
    """The camera's. Of a follow: forward is behind the subject, back before it, left and right beside it. An arc to
    the right goes anticlockwise seen from above. A dolly-zoom that goes in, zooms out."""
    amount: Number = 0.0
    unit: Literal["m", "deg", "mm", ""] = ""
    """Millimetres of focal length, of a zoom. Of a handheld camera, degrees by which the picture shakes (rms)."""
    speed: Number = 0.0
    """Units per second, on average."""
    pace: Pace | None = None
    """By how fast the picture changes; None of static and handheld."""
    easing: Easing | None = None
    first: int
    last: int
    """Layout frames."""
    subject: str = ""
    """Id of the subject that the move is about or that it keeps in frame; empty when there is none."""
    keeps: tuple[Literal["pan", "tilt"], ...] = ()
    """Turns that only keep the subject in frame, and are no moves of their own therefore."""
    lens: tuple[Number, Number] | None = None
    """Focal lengths at its start and end, of a zoom and a dolly-zoom."""
    creeps: bool = False
    """Whether it can't be noticed in its first quarter, although it can later."""


class DepthOfField(Stored):
    """What is sharp, at the start and the end of the shot."""

    distance: tuple[Number, Number]
    """In focus, in metres."""
    near: tuple[Number, Number]
    far: tuple[Number | None, Number | None]
    """Limits of what is sharp; None is infinity."""
    depth: tuple[Depth, Depth]
    on: tuple[str, str]
    """Ids of the subjects in focus; empty for none of them."""
    fstop: Number
    rack: bool = False
    """Whether focus goes from one thing to another."""


class CameraBrief(Stored):
    """A shot's camera over its cut range."""

    schema_name: Literal["shotwright.brief.1"] = Field(default="shotwright.brief.1", alias="schema")
    camera: str
    projection: Literal["perspective", "orthographic", "panoramic"]
    first: Number
    last: Number
    """Layout frames."""
    seconds: Number
    """From the first to the last frame."""
    subject: SeenSubject | None = None
    """What the shot is about."""
    others: tuple[SeenSubject, ...] = ()
    """Who and what else is in the picture at some time, the important ones first."""
    start: View
    end: View
    travel: Travel | None = None
    """Where the main subject goes, in the picture; None without one."""
    moves: tuple[Move, ...]
    """The important ones first; holds of some length are `static` and come last."""
    focus: DepthOfField | None = None
    """None while depth of field is off: all is sharp."""
    inside: str = ""
    """Name of an object that the camera is in."""
    unseen: tuple[str, ...] = ()
    """Ids that the prompt or the cast names and that are never in the picture."""
    notes: tuple[str, ...] = ()
    """What could not be measured as it should, a sentence each."""

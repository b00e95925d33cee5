"""What one model is asked for, and the clip that came back for a shot."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Literal, Self

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from .framerate import FrameRate
from .model_base import Stored
from .prompt import CompiledText
from .records import Box, PackageFile

__all__ = ["ClipFacts", "Conform", "Parameters", "Request", "RequestShot", "Take", "parse_take"]

Parameters = dict[str, str | int | float | bool]


class RequestShot(Stored):
    """A shot inside a request: what it looks like and where it lies."""

    shot: str
    number: str
    name: str
    package: str
    """Fingerprint of its reference package."""
    files: dict[str, str]
    """Name and SHA-256 of each file the backend gets."""
    first: int
    last: int
    """First and last layout frame of the take, handles included, both inside."""
    start: int
    end: int
    """First and last layout frame of the cut range."""
    fps: FrameRate
    """The scene's, and the take's."""
    width: int
    height: int
    """The shot's picture in pixels, and the take's."""
    frames: int = Field(ge=1)
    """Pictures of the clip that are asked for this shot."""
    kept: int = Field(ge=1)
    """How many of them, from the first, are the shot; those behind them only fill the model's length."""
    box: Box = (0.0, 0.0, 1.0, 1.0)
    """Where the shot's picture lies in the clip's."""
    lens: float | None = None
    """Millimetres at the start of the cut range; None for an orthographic camera."""
    prompt: CompiledText | None = None
    """What the model is told; None for one that takes no text."""

    @model_serializer(mode="wrap")
    def _without_no_prompt(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Where there is none the record is as it was before there were any, and so is its digest."""
        document: dict[str, Any] = handler(self)
        return document if self.prompt else {key: value for key, value in document.items() if key != "prompt"}

    @property
    def title(self) -> str:
        """Number and name, as a slate shows them."""
        return self.number if self.name in ("", self.number) else f"{self.number} {self.name}"


class Request(Stored):
    """What one model is asked for: one clip of one or several shots, their references, parameters."""

    schema_name: Literal["shotwright.request.2"] = Field(default="shotwright.request.2", alias="schema")
    model: str
    film: str
    shots: tuple[RequestShot, ...] = Field(min_length=1)
    """In the order in which the clip shows them, one behind the other."""
    fps: FrameRate
    """The clip's, as asked for."""
    width: int
    height: int
    parameters: Parameters = Field(default_factory=dict[str, str | int | float | bool])

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len({shot.shot for shot in self.shots}) != len(self.shots):
            raise ValueError("a request names each shot once")
        return self

    @property
    def frames(self) -> int:
        """Length of the clip in pictures, as asked for."""
        return sum(shot.frames for shot in self.shots)

    def digest(self) -> str:
        """SHA-256 of the request's canonical JSON: equal requests, equal digests."""
        return _digest(self.document())

    def digest_for(self, shot_id: str) -> str:
        """SHA-256 of what is asked for one of its shots, whichever others are in the clip.

        Two requests with the same one ask for the same of this shot; that is what a fresh take means.
        Raises KeyError when the shot is not in it.
        """
        part = next((shot for shot in self.shots if shot.shot == shot_id), None)
        if part is None:
            raise KeyError(shot_id)
        return _digest({**self.document(), "shots": [part.document()]})


class ClipFacts(Stored):
    """What was found in a clip as it was delivered."""

    sha256: str
    bytes: int = Field(ge=0)
    frames: int = Field(ge=1)
    fps: FrameRate
    """Exact where every picture lasts equally long, else the average."""
    variable: bool = False
    """Whether pictures last differently long."""
    width: int
    height: int
    """Pixels as shown: turned and with square pixels."""
    audio: bool = False


class Conform(Stored):
    """How a part of a clip became a take of exact length, rate and size."""

    method: Literal["exact", "trim", "hold", "retime"]
    """`exact`: nothing was left over or missing. `trim`: the part was longer and was cut off. `hold`: it was
    shorter, and its last picture stands. `retime`: it was shorter or longer and runs slower or faster."""
    begin: str
    end: str
    """The part of the clip in seconds, exact fractions such as `5/3`."""
    speed: str = "1"
    """Seconds of the clip in a second of the take, an exact fraction."""
    held: int = 0
    """Pictures of the take behind the end of the clip that repeat its last one."""
    resampled: bool = False
    """Whether the clip runs at another rate than the take, so that pictures repeat or are left out."""
    scaled: bool = False
    """Whether the pictures were cropped, scaled or padded."""
    audio: bool = False
    """Whether the take has sound."""
    notes: tuple[str, ...] = ()
    """What the artist should know, a sentence each."""


class Take(Stored):
    """`take.json`: one clip for a shot, with everything needed to make it again."""

    schema_name: Literal["shotwright.take.2"] = Field(default="shotwright.take.2", alias="schema")
    id: str
    shot: str
    label: str
    """t001, t002, …"""
    model: str
    job: str | None
    """UUID of the job whose clip this is a part of; None for takes made before there were jobs."""
    request: Request
    clip: ClipFacts | None
    """The clip as delivered, which lies in the job's folder."""
    conform: Conform
    file: PackageFile
    """The conformed movie beside this record."""
    first: int
    last: int
    """First and last layout frame of the file, handles included."""
    start: int
    end: int
    """The cut range inside it."""
    frames: int
    fps: FrameRate
    width: int
    height: int
    created: str
    """UTC, ISO 8601."""

    @property
    def head(self) -> int:
        """Pictures before the cut range."""
        return self.start - self.first

    @property
    def tail(self) -> int:
        """Pictures behind the cut range."""
        return self.last - self.end


def parse_take(document: Mapping[str, Any]) -> Take:
    """A take from the JSON values of any version of its record. Raises pydantic's ValidationError."""
    values = dict(document)
    if values.get("schema") == "shotwright.take.1":
        values = _take_2(values)
    return Take.model_validate(values)


def _take_2(old: dict[str, Any]) -> dict[str, Any]:
    """Version 1 knew no jobs: its clip came at the scene's rate and length, and its request had one shot."""
    frames, last = old["frames"], old["first"] + old["frames"] - 1
    request = {key: value for key, value in old["request"].items() if key != "schema"}
    fps, width, height = old["fps"], old["width"], old["height"]
    shots = [{**shot, "last": last, "kept": shot["frames"]} for shot in request["shots"]]
    rest = {key: value for key, value in old.items() if key not in ("schema", "request_digest", "request")}
    return {
        **rest,
        "job": None,
        "request": {**request, "shots": shots, "fps": fps, "width": width, "height": height},
        "clip": None,
        "conform": {"method": "exact", "begin": "0", "end": str(Fraction(frames * fps["den"], fps["num"]))},
        "last": last,
    }


def _digest(document: object) -> str:
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()

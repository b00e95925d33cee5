"""What a model takes: frame rates, lengths, sizes, references; and where each of these facts comes from.

A profile is data (`backends/catalog/*.json`, schema "shotwright.model.1"). It says what a model is, never how
a backend asks for it. `parse_profile` reads one; `unsure` lists what nobody has checked.
"""

from __future__ import annotations

import datetime
import difflib
import json
import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Annotated, Any, Literal, NoReturn, Self, cast

from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator

from . import terms
from .dialect import DIALECTS, Dialect, limited
from .errors import BadInput
from .framerate import FrameRate
from .model_base import Stored
from .names import slug
from .text import Unit

__all__ = [
    "DEPTH_ENCODINGS",
    "REFERENCES",
    "SCHEMA",
    "DepthEncoding",
    "Fact",
    "LengthRule",
    "Limit",
    "ModelProfile",
    "PoseStyle",
    "PromptRule",
    "Reference",
    "Size",
    "SizeRule",
    "check_picture",
    "parse_profile",
]

SCHEMA = "shotwright.model.1"
"""Name and version of the format."""

REFERENCES = tuple(dict.fromkeys((*terms.values(terms.PASSES), "pose", "board", "first", "last", "asset")))
"""What a model can be shown: the passes, first and last picture of the shot, and the pictures of assets."""

DEPTH_ENCODINGS: tuple[tuple[str, str], ...] = (
    ("linear", "Distance, near white and far black, one range for the whole shot"),
    ("disparity", "One over distance, near white and far black, one range for the whole shot"),
    ("per-frame", "One over distance, near white and far black, stretched in each frame on its own"),
)
"""How a depth reference is written: (value, description). All three are near white, without gamma."""

DepthEncoding = Literal["linear", "disparity", "per-frame"]
PoseStyle = Literal["vace", "openpose", "wan-animate"]
"""How a pose reference is drawn; `media/skeleton.py` says where each comes from."""
Status = Literal["measured", "documented", "unsure"]

_ANY: Mapping[str, Any] = {"frame_rates": None, "length": {}, "size": {}}
"""What the word "any" stands for in a file, by field."""
_FACTS = ("upstream", "licence", "frame_rates", "length", "size", "references", "limits", "prompt")
"""The fields that are somebody else's word, so that somebody has to be named."""
_SHAPE_WEIGHT = 10
"""A shape that is 1 % off counts as much as a number of pixels that is 10 % off."""
_LOSS = 0.1
"""Up to this part of the picture, a size the model is made for beats a size of the picture's own shape."""
_SLACK = 1e-6
"""Aspect limits are written with a few decimals; 1:2.5 has to pass 0.4."""
_MANY = 1_000_000
"""Above any frame count and any number of references that means something."""
_SHOWN = 4
"""Complaints of one file that are shown; the rest is counted."""


class Fact(Stored):
    """Where something comes from."""

    source: str = Field(min_length=1, max_length=500)
    """A page, a file with its commit, or the experiment."""
    date: datetime.date
    """The day the source was read or the experiment was made."""
    status: Status
    """`measured`: tried out. `documented`: its makers say so. `unsure`: concluded, or the sources disagree."""


class Size(Stored):
    """Picture size in square pixels; "832x480" in a file."""

    width: int = Field(ge=1, le=terms.MAX_SIDE)
    height: int = Field(ge=1, le=terms.MAX_SIDE)

    @property
    def pixels(self) -> int:
        """Width times height."""
        return self.width * self.height

    @property
    def aspect(self) -> Fraction:
        """Width over height, exact."""
        return Fraction(self.width, self.height)

    def __str__(self) -> str:
        return f"{self.width}×{self.height}"


def _read_size(value: object) -> object:
    if isinstance(value, str):
        parts = value.replace("×", "x").split("x")
        if len(parts) != 2 or not all(p.isascii() and p.isdigit() and len(p) < 6 for p in parts):
            raise ValueError('write a size as "832x480"')
        return Size(width=int(parts[0]), height=int(parts[1]))
    return Size.model_validate(value) if isinstance(value, dict) else value


def _read_rate(value: object) -> object:
    if isinstance(value, str):
        return FrameRate.parse(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return FrameRate.of(value)
    return FrameRate.model_validate(value) if isinstance(value, dict) else value


class LengthRule(Stored):
    """Which numbers of frames a model makes: min ≤ n ≤ max and n = k·step + offset. As it is: any."""

    min: int = Field(default=1, ge=1, le=terms.MAX_FRAMES)
    max: int | None = Field(default=None, ge=1, le=_MANY)
    """None: no limit."""
    step: int = Field(default=1, ge=1, le=terms.MAX_FRAMES)
    offset: int = Field(default=0, ge=0)
    """Wan makes 4k+1 frames: step 4, offset 1."""

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.offset >= self.step:
            raise ValueError(f"offset {self.offset} has to be smaller than step {self.step}")
        if self.max is not None and self._up(self.min) > self.max:
            raise ValueError(f"no length from {self.min} to {self.max} is {self.step}k+{self.offset}")
        return self

    def _up(self, frames: int) -> int:
        return frames + (self.offset - frames) % self.step

    @property
    def longest(self) -> int | None:
        """The longest legal length in frames; None when there is no limit."""
        return None if self.max is None else self.max - (self.max - self.offset) % self.step

    def allows(self, frames: int) -> bool:
        """Whether a clip can have exactly this many frames."""
        return frames >= self.min and frames == self._up(frames) and (self.max is None or frames <= self.max)

    def at_least(self, frames: int) -> int:
        """The smallest legal length that is not below `frames`. Raises BadInput when all are."""
        found = self._up(max(frames, self.min))
        if self.max is not None and found > self.max:
            raise BadInput(
                f"{frames:,} frames are needed and the model makes at most {self.longest:,}: "
                "shorten the shot, or split it."
            )
        return found


class SizeRule(Stored):
    """Which picture sizes a model makes. As it is: any."""

    grid: int = Field(default=1, ge=1, le=1024)
    """Both sides are multiples of this."""
    sizes: tuple[Annotated[Size, BeforeValidator(_read_size)], ...] = ()
    """Sizes the model is made for."""
    only_listed: bool = False
    """True: it makes nothing but `sizes`."""
    min_pixels: int | None = Field(default=None, ge=1, le=terms.MAX_SIDE**2)
    max_pixels: int | None = Field(default=None, ge=1, le=terms.MAX_SIDE**2)
    """Limits of width times height, both legal."""
    min_aspect: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    max_aspect: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    """Limits of width over height, both legal."""

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.min_pixels and self.max_pixels and self.min_pixels > self.max_pixels:
            raise ValueError("min_pixels is above max_pixels")
        if self.min_aspect and self.max_aspect and self.min_aspect > self.max_aspect:
            raise ValueError("min_aspect is above max_aspect")
        if self.only_listed and not self.sizes:
            raise ValueError("only_listed needs sizes")
        for size in self.sizes:
            if not self._within(size.width, size.height):
                raise ValueError(f"the size {size} breaks the limits beside it")
        limited = self.min_pixels or self.max_pixels or self.min_aspect or self.max_aspect
        if limited and not self.sizes and self._search(1.0, self._clamped(1.0)) is None:
            raise ValueError("no size keeps these limits")
        return self

    def _within(self, width: int, height: int) -> bool:
        if width % self.grid or height % self.grid or max(width, height) > terms.MAX_SIDE:
            return False
        pixels, aspect = width * height, width / height
        return (
            (self.min_pixels or 0) <= pixels <= (self.max_pixels or pixels)
            and (self.min_aspect or 0) * (1 - _SLACK) <= aspect
            and aspect <= (self.max_aspect or aspect) * (1 + _SLACK)
        )

    def _clamped(self, pixels: float) -> float:
        return max(self.min_pixels or 0, min(self.max_pixels or math.inf, pixels))

    def allows(self, width: int, height: int) -> bool:
        """Whether a clip can have exactly this size."""
        if self.only_listed and not any((s.width, s.height) == (width, height) for s in self.sizes):
            return False
        return min(width, height) > 0 and self._within(width, height)

    def conform(self, width: int, height: int, pixel_aspect: Fraction | float = 1) -> Size:
        """The legal size for a picture of `width`×`height` pixels, each `pixel_aspect` times as wide as high.

        Among the sizes the model is made for, the one nearest in shape and number of pixels wins, shape counting
        ten times as much; when it would cost more than a tenth of the picture and others are legal, it is a size
        on the grid with the picture's shape and about as many pixels. The shapes may still differ a little:
        `core.framing` crops or widens, nothing is stretched. Raises BadInput for a picture that is none, or
        when no legal size exists.
        """
        check_picture(width, height, pixel_aspect)
        wide = float(pixel_aspect)
        shape, pixels = width / height * wide, width * height * max(wide, 1 / wide)
        if self.sizes:
            near = min(self.sizes, key=lambda s: (_cost(s.width, s.height, shape, pixels), s.pixels, s.width))
            ratio = near.width / near.height / shape
            if self.only_listed or min(ratio, 1 / ratio) >= 1 - _LOSS:
                return near
            pixels = near.pixels
        elif pixel_aspect == 1 and self._within(width, height):
            return Size(width=width, height=height)
        found = self._search(shape, self._clamped(pixels))
        if found is None:
            raise BadInput(f"The model makes no size for a picture of {width}×{height}: change its resolution.")
        return found

    def _search(self, shape: float, pixels: float) -> Size | None:
        """The legal size with the lowest cost, over every height on the grid and the two widths beside the shape."""
        widest = float(terms.MAX_SIDE // self.grid)
        shape = max(self.min_aspect or 1 / widest, min(self.max_aspect or widest, shape))
        best: tuple[float, int, int] | None = None
        for height in range(self.grid, terms.MAX_SIDE + 1, self.grid):
            left = max(1, int(shape * height / self.grid)) * self.grid
            for width in (left, left + self.grid):
                if self._within(width, height):
                    found = (_cost(width, height, shape, pixels), width, height)
                    best = found if best is None else min(best, found)
        return best and Size(width=best[1], height=best[2])


def check_picture(width: int, height: int, pixel_aspect: Fraction | float) -> None:
    """Raises BadInput unless the sides are 1 to `terms.MAX_SIDE` and the pixel aspect is above 0 and below 1000."""
    if min(width, height) < 1 or max(width, height) > terms.MAX_SIDE:
        raise BadInput(f"{width}×{height} is no picture: set both sides to 1 to {terms.MAX_SIDE} pixels.")
    if not 0.001 < pixel_aspect < 1000:
        raise BadInput(f"{float(pixel_aspect)} is no pixel aspect: set it above 0.001 and below 1000.")


def _cost(width: int, height: int, shape: float, pixels: float) -> float:
    """How far a size is from a shape and a number of pixels; 0 when both are met."""
    return _SHAPE_WEIGHT * abs(math.log(width / height / shape)) + abs(math.log(width * height / pixels))


class Reference(Stored):
    """How a model takes one kind of reference."""

    min: int = Field(default=0, ge=0)
    """0: it can be left out."""
    max: int = Field(default=1, ge=1, le=_MANY)
    """How many of this kind one request may carry."""
    encoding: DepthEncoding | None = None
    """Of depth: how it is written for this model. See `DEPTH_ENCODINGS`."""
    alternatives: tuple[DepthEncoding, ...] = ()
    """Other encodings worth a try."""
    style: PoseStyle | None = None
    """Of pose: how skeletons are drawn for this model."""

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.min > self.max:
            raise ValueError(f"min {self.min} is above max {self.max}")
        return self


class Limit(Stored):
    """At most `max` references of these kinds together."""

    kinds: tuple[str, ...] = Field(min_length=1)
    max: int = Field(ge=1, le=_MANY)


class PromptRule(Stored):
    """How a model takes text."""

    dialect: str = "plain"
    """How it reads it: one of `dialect.DIALECTS`."""
    max: int | None = Field(default=None, ge=1, le=_MANY)
    """Longest text, and longest negative one; None: no limit is known."""
    unit: Unit = "characters"
    """What `max` counts."""
    negative: bool = False
    """Whether there is a field of its own for what must not be."""
    languages: tuple[str, ...] = ()
    """ISO 639-1 codes of the languages it is made for; empty: not known."""

    @field_validator("dialect")
    @classmethod
    def _dialect(cls, value: str) -> str:
        _known("prompt.dialect", (value,), tuple(DIALECTS))
        return value

    def read_as(self) -> Dialect:
        """The dialect with this model's limits."""
        return limited(DIALECTS[self.dialect], self.max, self.unit, self.negative)


class ModelProfile(Stored):
    """One model: what it takes, and the source, date and status of each such fact."""

    schema_name: Literal["shotwright.model.1"] = Field(default=SCHEMA, alias="schema")
    name: str
    """Lower case, digits, single dots and dashes, at most 40 long: `wan2.1-vace-1.3b`."""
    title: str = Field(min_length=1, max_length=80)
    """What menus show."""
    backend: str = Field(min_length=1, max_length=40)
    """Who makes the clip: a name in `backends.registry`."""
    upstream: str = Field(default="", max_length=200)
    """What the backend calls the model: a repository of weights, a provider's model id."""
    licence: str = Field(default="", max_length=200)
    """SPDX name of the weights' licence, or a sentence."""
    frame_rates: tuple[Annotated[FrameRate, BeforeValidator(_read_rate)], ...] | None = Field(min_length=1)
    """The rates it makes; None (in a file also "any"): the shot's own."""
    length: LengthRule
    size: SizeRule
    references: dict[str, Reference]
    """How it takes each kind of reference; the keys are among `REFERENCES`."""
    limits: tuple[Limit, ...] = ()
    """Limits over several kinds: Wan VACE takes one control video, whichever it is."""
    passes: tuple[str, ...] = ()
    """What is rendered for it unless the artist says otherwise."""
    prompt: PromptRule | None = None
    """How it takes text; None: it takes none."""
    provenance: dict[str, Fact] = Field(default_factory=dict[str, Fact])
    """Where each fact comes from, by field; "length" speaks for all of `length`, "length.max" for that alone."""

    @field_validator("name")
    @classmethod
    def _name(cls, value: str) -> str:
        dashed = value.replace(".", "-")
        if slug(dashed) != dashed:
            raise ValueError(
                f"write lower-case letters, digits, single dots and dashes, at most {terms.SLUG_LENGTH} characters"
            )
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _known("references", self.references, REFERENCES)
        taken = tuple(self.references)
        for limit in self.limits:
            _known("limits", limit.kinds, taken)
        _known("passes", self.passes, taken)
        if len(set(self.passes)) != len(self.passes):
            raise ValueError("passes: one is named twice")
        for kind, reference in self.references.items():
            if (kind == "depth") != (reference.encoding is not None):
                raise ValueError(f"references.{kind}: depth needs an encoding, and nothing else has one")
            if kind != "pose" and reference.style is not None:
                raise ValueError(f"references.{kind}: only pose has a style")
        _known("provenance", self.provenance, tuple(_paths(self.document())))
        return self

    def rate(self, fps: FrameRate) -> FrameRate:
        """The legal frame rate nearest to `fps`, by ratio; of two equally near ones the higher."""
        if self.frame_rates is None:
            return fps
        wanted = fps.fraction

        def far(rate: FrameRate) -> tuple[Fraction, Fraction]:
            ratio = rate.fraction / wanted
            return max(ratio, 1 / ratio), -rate.fraction

        return min(self.frame_rates, key=far)

    def fact(self, path: str) -> Fact | None:
        """Where a field ("length.max") comes from: its own entry, or the nearest one above it."""
        while path:
            if path in self.provenance:
                return self.provenance[path]
            path = path.rpartition(".")[0]
        return None

    @property
    def unsure(self) -> tuple[str, ...]:
        """The facts nobody has checked, as field paths: those marked unsure, and those without a source."""
        stated = self.model_dump(mode="json", include=set(_FACTS), exclude_defaults=True)
        found = {path: self.fact(path) for path in _leaves(stated)}
        return tuple(path for path, fact in found.items() if fact is None or fact.status == "unsure")


def _known(where: str, words: Mapping[str, Any] | tuple[str, ...], known: tuple[str, ...]) -> None:
    for word in words:
        if word not in known:
            raise ValueError(f"{where}: {_hinted(word, known)} is not known here")


def _hinted(word: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(word[:40], known, n=1)
    return f"{_brief(word)} (did you mean {near[0]}?)" if near else _brief(word)


def _brief(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str).encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= 40 else text[:39] + "…"


def _paths(document: Mapping[str, Any], above: str = "") -> Iterator[str]:
    """Every field of a document and of the objects in it, as "a.b"."""
    for key, value in document.items():
        if above or key in _FACTS:
            yield above + key
            if isinstance(value, dict):
                yield from _paths(cast("dict[str, Any]", value), f"{above}{key}.")


def _leaves(document: Mapping[str, Any], above: str = "") -> Iterator[str]:
    """Every field that holds a value or nothing; not those that hold other fields."""
    for key, value in document.items():
        if isinstance(value, dict) and value:
            yield from _leaves(cast("dict[str, Any]", value), f"{above}{key}.")
        else:
            yield above + key


# -- files ------------------------------------------------------------------------------------------


def parse_profile(text: str) -> ModelProfile:
    """The profile in JSON text. "any" may stand for frame_rates, length and size; a rate is "24000/1001" or 16.

    Types are taken strictly ("81" is no number). Raises BadInput with what is wrong, field by field.
    """
    document = _load(text.removeprefix("\ufeff"))
    found = document.get("schema")
    if found != SCHEMA:
        told = "is missing" if found is None else f"is {_brief(found)}"
        raise BadInput(f'schema {told}: this version of Shotwright reads "{SCHEMA}".')
    for key, meant in _ANY.items():
        if document.get(key) == "any":
            document[key] = meant
    try:
        return ModelProfile.model_validate_json(json.dumps(document), strict=True)
    except ValidationError as error:
        raise BadInput(_sentence(error)) from error


def _load(text: str) -> dict[str, Any]:
    try:
        document: object = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
        json.dumps(document).encode()
    except json.JSONDecodeError as error:
        raise BadInput(f"it is not JSON: line {error.lineno}, column {error.colno}: {error.msg.lower()}.") from error
    except RecursionError:
        raise BadInput("it is not a profile: it is nested too deeply.") from None
    except ValueError as error:
        raise BadInput(f"it is not JSON: {error}.") from error
    if not isinstance(document, dict):
        raise BadInput('it is not a profile: write an object, {"schema": "' + SCHEMA + '", …}.')
    return cast("dict[str, Any]", document)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"{_brief(next(key for key in keys if keys.count(key) > 1))} is there twice")
    return document


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number here")


def _sentence(error: ValidationError) -> str:
    told = [_complaint(dict(detail)) for detail in error.errors(include_url=False)]
    more = f"; and {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
    return "; ".join(told[:_SHOWN]) + more + "."


def _complaint(detail: Mapping[str, Any]) -> str:
    where = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "missing":
        return f"{where} is missing"
    if detail["type"] == "extra_forbidden":
        above, _, key = where.rpartition(".")
        return f"{above + ': ' if above else ''}{_hinted(key, _fields())} is not a field of a profile"
    message = str(detail["msg"]).removeprefix("Value error, ")
    if not where:
        return message
    message = (message[:1].lower() + message[1:]).replace("tuple", "the list").removesuffix(" after validation, not 0")
    value = detail["input"]
    return f"{where}: {message}" + ("" if isinstance(value, dict | list) else f", not {_brief(value)}")


def _fields() -> tuple[str, ...]:
    kinds = (ModelProfile, LengthRule, SizeRule, Reference, Limit, PromptRule, Fact)
    return tuple(dict.fromkeys(field.alias or name for kind in kinds for name, field in kind.model_fields.items()))

"""The shot list: what a director writes down before a camera exists, and what a shot exports to.

`ShotListEntry` is one row. Readers and writers of the three formats are `shotlist_json`,
`shotlist_csv` and `shotlist_fountain`; `read` and `write` choose among them by the file's ending.
The readers make a `Draft` of each row and hand them to `build`, which turns all that is wrong with
them into sentences.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    Strict,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
    model_validator,
)

from . import terms
from .errors import ShotListError
from .framerate import FrameRate
from .model_base import Stored
from .shot import Shot
from .text import clean
from .text_file import read_text_file

__all__ = ["FORMATS", "ShotList", "ShotListEntry", "from_shots", "read", "write"]

FORMATS = (".json", ".csv", ".fountain")
"""File endings that `read` and `write` know."""

MAX_FRAME = 1_048_574
"""Blender's own limit of a scene's frame range, in both directions."""
MAX_TEXT = 200
MAX_PROMPT = 100_000
"""Longest section of a prompt, in characters: what one cell of a CSV file may hold, and far above any model's limit."""
PROMPT_FIELDS = tuple(f"prompt_{section}" for section in terms.values(terms.SECTIONS))
"""The fields of a row that hold the sections of its prompt."""
MAX_NAME = 255
"""Longest name of a Blender data-block in 5.x, in bytes; 63 in 4.5."""
_CONTROL = r"\x00-\x1f\x7f\x85\u2028\u2029"
"""What a regular expression calls control characters and line breaks; none may be in a field."""
_SHOWN = 5
_RATE = re.compile(r"([0-9]{1,7}(?:[.,][0-9]{1,20})?|[0-9]{1,9}/[0-9]{1,9})(?: ?fps)?", re.IGNORECASE)


def _uuid_text(value: str) -> str:
    return str(UUID(value))


def _mode(value: str) -> str:
    if value not in terms.values(terms.MODES):
        raise ValueError("unknown mode")
    return value


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _cleaned(value: object) -> object:
    return clean(value) if isinstance(value, str) else value


def _none_if_blank(value: str | None) -> str | None:
    return value or None


def rate(value: object) -> object:
    """A frame rate from text (`24`, `24000/1001`, `23.976`, `23,976`) or a number; the rest as it is.

    Raises ValueError when it is text or a number, and no rate above 0 and up to 1000.
    """
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return value
    match = _RATE.fullmatch(str(value).strip())
    if match is None:
        raise ValueError("not a frame rate")
    text = match[1].replace(",", ".")
    num, _, den = text.partition("/")
    if not 0 < float(num) <= 1000 * float(den or 1):
        raise ValueError("not a frame rate above 0 and up to 1000")
    return FrameRate.parse(text)


Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_TEXT, pattern=rf"^[^{_CONTROL}]*$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_NAME, pattern=rf"^[^{_CONTROL}]*$")]
Section = Annotated[str, BeforeValidator(_cleaned), StringConstraints(strip_whitespace=True, max_length=MAX_PROMPT)]
Number = Annotated[str, StringConstraints(strip_whitespace=True, pattern=rf"^{terms.NUMBER_PATTERN}$")]
Frame = Annotated[int, Strict(), Field(ge=-MAX_FRAME, le=MAX_FRAME), BeforeValidator(_whole)]
Length = Annotated[int, Strict(), Field(ge=1, le=terms.MAX_FRAMES), BeforeValidator(_whole)]
Handle = Annotated[int, Strict(), Field(ge=0, le=terms.MAX_HANDLES), BeforeValidator(_whole)]
Side = Annotated[int, Strict(), Field(ge=2, le=terms.MAX_SIDE), BeforeValidator(_whole)]
Mode = Annotated[
    str, AfterValidator(_mode), WithJsonSchema({"type": "string", "enum": list(terms.values(terms.MODES))})
]
Rate = Annotated[
    FrameRate,
    BeforeValidator(rate),
    PlainSerializer(str, return_type=str, when_used="json"),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "examples": ["24", "23.976", "24000/1001"]},
                {"type": "number", "exclusiveMinimum": 0, "maximum": 1000},
                {
                    "type": "object",
                    "properties": {
                        "num": {"type": "integer", "minimum": 1},
                        "den": {"type": "integer", "minimum": 1},
                    },
                    "required": ["num", "den"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]


class ShotListEntry(Stored):
    """One row of a shot list. Everything but the number may be left out.

    `start` and `end` are layout frames, both inside. Where only `duration` (frames) is given the
    shot is laid behind the one before it; where nothing is given it keeps the range it has, or
    gets the scene's.
    """

    id: Annotated[str, AfterValidator(_uuid_text), WithJsonSchema({"type": "string", "format": "uuid"})] | None = Field(
        default=None, description="UUID of the shot in the scene; leave it out for a new shot."
    )
    number: Number = Field(description="Shot number such as SH010: letters, digits, - and _.")
    name: Line = Field(default="", description="What happens in the shot, in a few words.")
    sequence: Line = Field(default="", description="The sequence the shot belongs to.")
    scene: Annotated[Name | None, AfterValidator(_none_if_blank)] = Field(
        default=None, description="Name of the Blender scene the shot is laid out in."
    )
    camera: Annotated[Name | None, AfterValidator(_none_if_blank)] = Field(
        default=None, description="Name of the camera object in Blender."
    )
    start: Frame | None = Field(default=None, description="First frame of the cut range in the layout, inside.")
    end: Frame | None = Field(default=None, description="Last frame of the cut range in the layout, inside.")
    duration: Length | None = Field(default=None, description="Length of the cut range in frames.")
    head: Handle | None = Field(default=None, description="Handle before the cut range, in frames.")
    tail: Handle | None = Field(default=None, description="Handle behind the cut range, in frames.")
    width: Side | None = Field(default=None, description="Width of the picture in pixels; together with height.")
    height: Side | None = Field(default=None, description="Height of the picture in pixels; together with width.")
    mode: Mode | None = Field(default=None, description="How the shot becomes a clip.")
    locked: Annotated[bool, Strict()] | None = Field(default=None, description="True when nobody may change the shot.")
    fps: Rate | None = Field(default=None, title="Fps", description="Frames per second: 24, 23.976 or 24000/1001.")
    prompt_subject: Section = Field(
        default="", description="Who is seen, and the beat they carry; assets by tag (@lou)."
    )
    prompt_location: Section = Field(default="", description="Where it is, and how the place looks.")
    prompt_action: Section = Field(default="", description="One thing that happens, one movement.")
    prompt_camera: Section = Field(
        default="", description="A brief for the camera; derived from the real one where it is empty."
    )
    prompt_style: Section = Field(default="", description="What the shot has beyond the style of the film.")
    prompt_constraints: Section = Field(default="", description="What must not happen.")
    prompt_repeat_identity: Annotated[bool, Strict()] | None = Field(
        default=None, description="True when the constraints repeat what the assets' identity depends on."
    )

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.start is not None and self.end is not None:
            frames = self.end - self.start + 1
            if frames < 1:
                raise ValueError(f"the end {self.end} is before the start {self.start}: swap the two")
            if frames > terms.MAX_FRAMES:
                raise ValueError(
                    f"frames {self.start} to {self.end} are {frames:,} frames, more than {terms.MAX_FRAMES:,}: "
                    "shorten the shot or split it into several"
                )
            if self.duration is not None and self.duration != frames:
                raise ValueError(
                    f"frames {self.start} to {self.end} are {frames} long, not the {self.duration} given as "
                    "duration: leave one of the three out"
                )
        elif self.end is not None and self.duration is None:
            raise ValueError("there is an end without a start: give the start too, or the duration")
        if (self.width is None) != (self.height is None):
            raise ValueError("width and height go together: give both or neither")
        return self


class ShotList(Stored):
    """A shot list: entries in film order, numbers and ids unique."""

    schema_name: Literal["shotwright.shotlist.1"] = Field(
        default="shotwright.shotlist.1", alias="schema", description="What kind of file this is, and its version."
    )
    film: Line = Field(default="", description="Title of the film.")
    shots: tuple[ShotListEntry, ...] = Field(
        default=(), max_length=terms.MAX_SHOT_LIST_ROWS, description="The shots in film order."
    )

    @model_validator(mode="after")
    def _unique(self) -> Self:
        for name in ("number", "id"):
            rows: dict[str, int] = {}
            for index, entry in enumerate(self.shots, 1):
                value = getattr(entry, name)
                if value is None:
                    continue
                if value in rows:
                    raise ValueError(f"shots {rows[value]} and {index} have the same {name} {value}: change one")
                rows[value] = index
        return self


def from_shots(shots: Sequence[Shot]) -> ShotList:
    """The shot list of existing shots, with everything a reader needs to find them again.

    Raises ShotListError when a shot can't stand in a list as it is: an empty range, a number
    that is taken twice, a picture without a size.
    """
    drafts = [
        Draft(
            place=f"shot {index}",
            values={
                "id": shot.id,
                "number": shot.number,
                "name": _short(shot.name),
                "sequence": _short(shot.sequence),
                "scene": shot.scene,
                "camera": shot.camera,
                "start": shot.start,
                "end": shot.end,
                "head": shot.handles.head,
                "tail": shot.handles.tail,
                "width": shot.width,
                "height": shot.height,
                "mode": shot.mode,
                "locked": shot.locked,
                "fps": shot.fps,
                **{f"prompt_{name}": value for name, value in shot.prompt.document().items() if value},
            },
        )
        for index, shot in enumerate(sorted(shots, key=lambda shot: shot.order), 1)
    ]
    film = next((shot.film for shot in shots if shot.film), "")
    return build(_short(film), drafts, Complaints())


def _short(text: str) -> str:
    return re.sub(rf"[{_CONTROL}]+", " ", text).strip()[:MAX_TEXT].rstrip()


# -- what the readers of the three formats share ----------------------------------------------------


_WHOLE = "a whole number from {:,} to {:,}"
_TEXT = f"one line of text, at most {MAX_TEXT} characters"
_NAME = f"a name from Blender on one line, at most {MAX_NAME} characters"
_WANTED = {
    "film": _TEXT,
    "number": "a shot number such as SH010 (text of letters, digits, - and _, at most 32)",
    "id": "the id that Shotwright wrote, or leave it out for a new shot",
    "name": _TEXT,
    "sequence": _TEXT,
    "scene": _NAME,
    "camera": _NAME,
    "start": _WHOLE.format(-MAX_FRAME, MAX_FRAME),
    "end": _WHOLE.format(-MAX_FRAME, MAX_FRAME),
    "duration": _WHOLE.format(1, terms.MAX_FRAMES) + " (frames)",
    "head": _WHOLE.format(0, terms.MAX_HANDLES) + " (frames)",
    "tail": _WHOLE.format(0, terms.MAX_HANDLES) + " (frames)",
    "width": _WHOLE.format(2, terms.MAX_SIDE) + " (pixels)",
    "height": _WHOLE.format(2, terms.MAX_SIDE) + " (pixels)",
    "mode": ", ".join(terms.values(terms.MODES)),
    "locked": "true or false",
    "fps": "a frame rate such as 24, 23.976 or 24000/1001, above 0 and at most 1000",
    **dict.fromkeys(PROMPT_FIELDS, f"text, at most {MAX_PROMPT:,} characters"),
    "prompt_repeat_identity": "true or false",
}
"""What to write, for each field."""


class Complaints:
    """What is wrong with a shot list file: the first five are told, the others are counted."""

    def __init__(self) -> None:
        self._told: list[str] = []
        self._more = 0

    @property
    def full(self) -> bool:
        """True when further complaints are only counted: their text need not be made."""
        return len(self._told) >= _SHOWN

    def add(self, sentence: str) -> None:
        """Note one more thing."""
        if self.full:
            self._more += 1
        else:
            self._told.append(sentence)

    def stop_if_any(self) -> None:
        """Raise ShotListError when there was a complaint, one line for each."""
        if self._told:
            more = [f"… and {self._more:,} more."] if self._more else []
            raise ShotListError("\n".join(self._told + more))


@dataclass(frozen=True, slots=True)
class Draft:
    """One row as a file has it, before it is checked."""

    place: str
    """Where it stands: `row 3`, `line 12`, `shot 4`."""
    values: Mapping[str, object]
    """Field name to value, of `ShotListEntry`."""
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    """How the file calls a field, where it has another name for it."""
    texts: Mapping[str, str] = field(default_factory=dict[str, str])
    """What the file says, where the value was made from text."""
    partial: bool = False
    """True when a field was refused already: what several fields say together is not checked."""

    @property
    def title(self) -> str:
        """Place and number, for messages."""
        number = self.values.get("number")
        return f"{self.place} ({shorten(number)})" if isinstance(number, str) and number.strip() else self.place

    def found(self, name: str, value: object) -> str:
        """`start is "abc"`: the field as the file calls it, and what it says."""
        return f"{self.labels.get(name, name)} is {show(self.texts.get(name, value))}"


def build(film: str, drafts: Sequence[Draft], complaints: Complaints) -> ShotList:
    """The shot list of checked drafts. Raises ShotListError with these and all earlier complaints."""
    if len(drafts) > terms.MAX_SHOT_LIST_ROWS:
        raise too_many(f"{len(drafts):,}")
    entries: list[ShotListEntry] = []
    seen: dict[tuple[str, str], str] = {}
    for draft in drafts:
        entry = _entry(draft, complaints)
        if entry is None:
            continue
        entries.append(entry)
        for name, value in (("number", entry.number), ("id", entry.id)):
            if value is None:
                continue
            if before := seen.get((name, value)):
                complaints.add(f"{draft.title}: {before} has the {name} {value} too: change one of them.")
            seen[name, value] = draft.place
    complaints.stop_if_any()
    try:
        return ShotList(film=film, shots=tuple(entries))
    except ValidationError as error:
        raise ShotListError(f"The film's title is {show(film)}: write {_WANTED['film']}.") from error


def too_many(count: str) -> ShotListError:
    """The sentence for a list with `count` shots, above the limit."""
    return ShotListError(
        f"The list has {count} shots, more than the {terms.MAX_SHOT_LIST_ROWS:,} it may have: "
        "split it into several files."
    )


def _entry(draft: Draft, complaints: Complaints) -> ShotListEntry | None:
    try:
        return ShotListEntry.model_validate(draft.values)
    except ValidationError as error:
        told: set[str] = set()
        for detail in error.errors():
            name = str(detail["loc"][0]) if detail["loc"] else ""
            if name in told:
                continue
            told.add(name)
            if not name and draft.partial:
                continue
            if not name:
                text = detail["msg"].removeprefix("Value error, ")
            elif detail["type"] == "missing" and len(detail["loc"]) == 1:
                text = f"the {name} is missing: write {_WANTED[name]}"
            else:
                text = f"{draft.found(name, draft.values.get(name))}: write {_WANTED.get(name, 'something else')}"
            complaints.add(f"{draft.title}: {text}.")
        return None


def show(value: object) -> str:
    """A value from a file as a message shows it: short, one line, safe to print."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, (list, tuple)):
        return "a list"
    if value is None or isinstance(value, (str, bool)):
        text = json.dumps(shorten(value) if isinstance(value, str) else value, ensure_ascii=False)
        return text.encode("utf-8", "backslashreplace").decode()
    return shorten(str(value))


def shorten(text: str, length: int = 40) -> str:
    """`text` cut to `length` characters, printable even when it has broken Unicode in it."""
    cut = text if len(text) <= length else text[: length - 1] + "…"
    return cut.encode("utf-8", "backslashreplace").decode()


def unknown(word: str, known: Collection[str]) -> str:
    """`"camra" (did you mean camera?)`; the hint is there when something known is near."""
    near = difflib.get_close_matches(word.strip().lower()[:40], known, n=1)
    return f"{show(word)} (did you mean {near[0]}?)" if near else show(word)


def one_line(text: str) -> str:
    """`text` with line breaks and tabs turned into single spaces; other spaces stay."""
    parts = (part.strip() for part in text.replace("\t", " ").splitlines())
    return " ".join(part for part in parts if part)


# -- files ------------------------------------------------------------------------------------------


def read(path: Path, fps: FrameRate | None = None) -> ShotList:
    """The shot list in a .json, .csv or .fountain file.

    `fps` turns timecodes and seconds into frames where the file names no rate of its own.
    Raises ShotListError with the line or row and what to do.
    """
    match path.suffix.lower():
        case ".json":
            from .shotlist_json import parse
        case ".csv":
            from .shotlist_csv import parse
        case ".fountain":
            from .shotlist_fountain import parse
        case _:
            raise _unknown_format(path)
    text = read_text_file(path, "a shot list", ShotListError)
    try:
        return parse(text, fps)
    except ShotListError as error:
        raise ShotListError(f"{path.name}: {error}") from error


def write(shots: ShotList, path: Path) -> str:
    """The text of a shot list in the format of `path`'s ending.

    The caller writes it, as UTF-8. Raises ShotListError for another ending.
    """
    match path.suffix.lower():
        case ".json":
            from .shotlist_json import render
        case ".csv":
            from .shotlist_csv import render
        case ".fountain":
            from .shotlist_fountain import render
        case _:
            raise _unknown_format(path)
    return render(shots)


def _unknown_format(path: Path) -> ShotListError:
    ending = path.suffix or "no ending"
    return ShotListError(f"{path.name}: {ending} is not a shot list format: use {', '.join(FORMATS)}.")

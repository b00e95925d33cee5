"""Prompts of many shots in one JSON file: written, edited elsewhere and read again.

`{"schema": "shotwright.prompts.1", "shots": [{"number": "SH010", "subject": "…"}, …]}`; a section that is left out
stays as it is, an empty one is cleared.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Self, cast

from pydantic import BeforeValidator, Field, Strict, ValidationError, model_validator

from . import terms
from .errors import BadInput
from .model_base import Stored, to_json
from .shot import Shot
from .text import clean

__all__ = ["SCHEMA", "PromptEntry", "parse", "render"]

SCHEMA = "shotwright.prompts.1"
"""Name and version of the format."""

_SHOWN = 5


def _clean(value: object) -> object:
    return clean(value) if isinstance(value, str) else value


_Text = Annotated[str | None, BeforeValidator(_clean)]


class PromptEntry(Stored):
    """The prompt of one shot, which is found by its id where there is one, else by its number."""

    id: str | None = None
    number: str = Field(min_length=1, max_length=32)
    subject: _Text = None
    location: _Text = None
    action: _Text = None
    camera: _Text = None
    style: _Text = None
    constraints: _Text = None
    repeat_identity: Annotated[bool, Strict()] | None = None

    @property
    def said(self) -> dict[str, str | bool]:
        """The fields that are there, `repeat_identity` among them."""
        return self.model_dump(exclude={"id", "number"}, exclude_none=True)


class _PromptFile(Stored):
    schema_name: Literal["shotwright.prompts.1"] = Field(alias="schema")
    shots: tuple[PromptEntry, ...] = Field(max_length=terms.MAX_SHOT_LIST_ROWS)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for name in ("number", "id"):
            count = Counter(value for shot in self.shots if (value := getattr(shot, name)) is not None)
            value, times = count.most_common(1)[0] if count else ("", 0)
            if times > 1:
                raise ValueError(f"two shots have the {name} {value}: remove one of them")
        return self


def render(shots: Sequence[Shot]) -> str:
    """The prompts of shots, all sections of each."""
    rows = [{"id": shot.id, "number": shot.number, **shot.prompt.document()} for shot in shots]
    return to_json({"schema": SCHEMA, "shots": rows})


def parse(text: str) -> tuple[PromptEntry, ...]:
    """The prompts in a file. Raises BadInput with what is wrong, up to five things at a time."""
    try:
        document: object = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise BadInput(f"it is not JSON: line {error.lineno}, column {error.colno}: {error.msg.lower()}.") from error
    except (RecursionError, ValueError) as error:
        raise BadInput("it is not a file of prompts: a number or its nesting is out of bounds.") from error
    if not isinstance(document, dict):
        raise BadInput(f'it is not a file of prompts: write an object, {{"schema": "{SCHEMA}", "shots": […]}}.')
    found = cast("dict[str, Any]", document)
    if found.get("schema") != SCHEMA:
        told = f"is {json.dumps(found['schema'])[:60]}" if "schema" in found else "is missing"
        raise BadInput(f'schema {told}: this version of Shotwright reads "{SCHEMA}".')
    try:
        return _PromptFile.model_validate(found).shots
    except ValidationError as error:
        told = [_complaint(dict(detail), found) for detail in error.errors(include_url=False)]
        more = f"; and {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
        raise BadInput("; ".join(told[:_SHOWN]) + more + ".") from error


def _complaint(detail: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    place = detail["loc"]
    message = str(detail["msg"]).removeprefix("Value error, ")
    if len(place) < 2:
        return message if not place else f"{place[0]}: {message[:1].lower()}{message[1:]}"
    row = document["shots"][place[1]]
    number = cast("dict[str, object]", row).get("number") if isinstance(row, dict) else None
    title = number[:32] if isinstance(number, str) and number else f"shot {place[1] + 1}"
    name = ".".join(map(str, place[2:]))
    if detail["type"] == "extra_forbidden":
        known = ", ".join(field for field in PromptEntry.model_fields)
        return f"{title}: {name[:40]} is not a field of a prompt, use {known}"
    if detail["type"] == "missing":
        return f"{title}: the {name} is missing"
    return f"{title}: {name + ': ' if name else ''}{message[:1].lower()}{message[1:]}"

"""Shot lists as JSON: the format that keeps everything and that other programs write.

The text is one object `{"schema": "shotwright.shotlist.1", "film": "…", "shots": [{…}, …]}` with the
fields of `ShotListEntry`; `json_schema` describes it. Frames are whole numbers.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, cast

from .errors import ShotListError
from .framerate import FrameRate
from .model_base import to_json
from .shotlist import Complaints, Draft, ShotList, ShotListEntry, build, show, unknown

__all__ = ["SCHEMA", "json_schema", "parse", "render"]

SCHEMA = "shotwright.shotlist.1"
"""Name and version of the format; also the `$id` of its JSON Schema."""

_TOP = ("schema", "film", "shots")
_FIELDS = tuple(ShotListEntry.model_fields)
_DIGITS = 25


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a shot list, as plain JSON values."""
    body = ShotList.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA, **body, "required": ["shots"]}


def render(shots: ShotList) -> str:
    """The shot list as JSON text. Fields that say nothing are left out."""
    entries = [entry.model_dump(mode="json", exclude_defaults=True) for entry in shots.shots]
    return to_json({"schema": SCHEMA, "film": shots.film, "shots": entries})


def parse(text: str, fps: FrameRate | None = None) -> ShotList:
    """The shot list in JSON text; a bare list of shots is taken too.

    `fps` is not needed: JSON counts in frames. Raises ShotListError with line and column where the
    text is not JSON, else with the shot, the field, what was found and what to write.
    """
    document = _load(text.removeprefix("\ufeff"))
    if isinstance(document, list):
        document = {"shots": cast("list[object]", document)}
    if not isinstance(document, dict):
        raise ShotListError(
            f'The file holds {show(document)}: write an object, {{"schema": "{SCHEMA}", "shots": […]}}.'
        )
    top = cast("dict[str, object]", document)
    _check_schema(top.get("schema", SCHEMA))
    complaints = Complaints()
    for key in top:
        if key not in _TOP:
            complaints.add(f"{unknown(key, _TOP)} is not a part of a shot list: use {', '.join(_TOP)}.")
    film = top.get("film", "")
    if not isinstance(film, str):
        complaints.add(f"film is {show(film)}: write the title of the film in quotes.")
        film = ""
    shots = top.get("shots")
    if not isinstance(shots, list):
        told = "is missing" if shots is None else f"is {show(shots)}"
        complaints.add(f'shots {told}: write a list, "shots": [{{"number": "SH010"}}].')
        shots = []
    return build(film, _drafts(cast("list[object]", shots), complaints), complaints)


def _drafts(shots: Sequence[object], complaints: Complaints) -> list[Draft]:
    drafts: list[Draft] = []
    for index, shot in enumerate(shots, 1):
        if not isinstance(shot, dict):
            complaints.add(f'shot {index} is {show(shot)}: write an object such as {{"number": "SH010"}}.')
            continue
        values = cast("dict[str, object]", shot)
        strange = [key for key in values if key not in _FIELDS]
        known = {key: value for key, value in values.items() if key in _FIELDS} if strange else values
        draft = Draft(f"shot {index}", known, partial=bool(strange))
        for key in strange:
            hint = "" if complaints.full else unknown(key, _FIELDS)
            complaints.add(f"{draft.title}: {hint} is not a field of a shot: use {', '.join(_FIELDS)}.")
        drafts.append(draft)
    return drafts


def _check_schema(found: object) -> None:
    if found == SCHEMA:
        return
    family, _, current = SCHEMA.rpartition(".")
    match = re.fullmatch(rf"{re.escape(family)}\.([0-9]{{1,9}})", found) if isinstance(found, str) else None
    if match and int(match[1]) > int(current):
        raise ShotListError(
            f"The file is {found}, from a newer Shotwright; this one reads up to {SCHEMA}: "
            "update Shotwright, or export the list as CSV there."
        )
    raise ShotListError(f'The file has the schema {show(found)}, which is no shot list: write "{SCHEMA}".')


class _Loader:
    """The hooks of `json.loads`, with the text at hand to say where something stands."""

    def __init__(self, text: str) -> None:
        self.text = text

    def pairs(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        values = dict(pairs)
        if len(values) < len(pairs):
            twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
            number = values.get("number")
            owner = f"the shot {show(number)}" if isinstance(number, str) else "an object"
            raise ShotListError(f"The file has the key {show(twice)} twice in {owner}: remove one of them.")
        return values

    def whole(self, digits: str) -> int:
        if len(digits) > _DIGITS:
            raise self.refuse(digits)
        return int(digits)

    def decimal(self, digits: str) -> float:
        value = float(digits)
        if math.isinf(value):
            raise self.refuse(digits)
        return value

    def refuse(self, word: str) -> ShotListError:
        line = self.text.count("\n", 0, max(0, self.text.find(word))) + 1
        short = word if len(word) <= _DIGITS else word[:_DIGITS] + "…"
        return ShotListError(f"line {line}: {short} is not a number a shot list can hold: write a smaller one.")

    def constant(self, word: str) -> float:
        raise ShotListError(f"The file has {word} in it, which is not JSON: write a number, or leave it out.")


def _load(text: str) -> object:
    if not text.strip():
        raise ShotListError(f'The file is empty: write {{"schema": "{SCHEMA}", "shots": […]}}.')
    hooks = _Loader(text)
    try:
        return json.loads(
            text,
            object_pairs_hook=hooks.pairs,
            parse_int=hooks.whole,
            parse_float=hooks.decimal,
            parse_constant=hooks.constant,
        )
    except json.JSONDecodeError as error:
        raise ShotListError(
            f"line {error.lineno}, column {error.colno}: this is not JSON ({error.msg[:1].lower()}{error.msg[1:]}): "
            "look for a missing or extra comma, quote or bracket there."
        ) from error
    except RecursionError as error:
        raise ShotListError(
            "The file has lists or objects nested hundreds deep: a shot list is one list of shots. "
            "Check that it is the right file."
        ) from error

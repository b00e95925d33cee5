"""What is said of assets from outside: on a command line, or in a file with many of them.

The file is one object `{"schema": "shotwright.assetlist.1", "assets": [{…}, …]}` with the fields of `AssetRow`;
`json_schema` describes it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, cast

from pydantic import Field, ValidationError

from . import terms
from .asset import MAX_TEXT, AssetKind, VariantKind
from .asset_checks import tag_advice
from .errors import BadInput
from .model_base import Stored
from .style import is_white_balance
from .tags import plain_tag
from .text import control_letters

__all__ = ["MAX_NAME", "SCHEMA", "AssetRow", "VariantRow", "checked", "json_schema", "parse"]

SCHEMA = "shotwright.assetlist.1"
"""Name and version of the format; also the `$id` of its JSON Schema."""
MAX_NAME = 63
"""Longest name of an asset or a variant, in characters: what Blender's own names have room for."""
_MOST = 1_000
"""Assets in a file; the largest films have some hundreds."""


class VariantRow(Stored):
    """What is said of a variant. What is left out (or null) stays as it is, an empty text takes it away."""

    kind: VariantKind
    name: str
    description: str | None = None
    must_not: str | None = None
    white_balance: int | None = Field(default=None, description="Kelvin, of a light; 0 takes it away.")
    pictures: tuple[str, ...] | None = None


class AssetRow(Stored):
    """What is said of an asset. What is left out (or null) stays as it is, an empty text or list takes it away.

    Paths are absolute, relative to the file they are written in, or `//` and relative to the .blend.
    """

    tag: str = Field(description="With or without its @; unique in the film.")
    kind: AssetKind | None = Field(default=None, description="A character when it is left out of a new asset.")
    name: str | None = None
    description: str | None = None
    identity: tuple[str, ...] | None = Field(default=None, description="Facts that hold in every picture.")
    must_not: str | None = None
    pictures: tuple[str, ...] | None = None
    sound: str | None = None
    objects: tuple[str, ...] | None = Field(default=None, description="Names of objects that stand for it.")
    collections: tuple[str, ...] | None = Field(default=None, description="Names of collections that stand for it.")
    variants: tuple[VariantRow, ...] = Field(default=(), description="Those that are added or changed.")


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a file of assets, as plain JSON values."""
    body = AssetRow.model_json_schema(ref_template="#/$defs/{model}")
    parts: dict[str, Any] = body.pop("$defs", {})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA,
        "$defs": {**parts, "AssetRow": body},
        "type": "object",
        "properties": {
            "schema": {"const": SCHEMA},
            "assets": {"type": "array", "items": {"$ref": "#/$defs/AssetRow"}, "maxItems": _MOST},
        },
        "required": ["assets"],
        "additionalProperties": False,
    }


def parse(text: str) -> tuple[AssetRow, ...]:
    """The assets of a file, checked. A bare list is taken too. Raises BadInput with the asset and what to change."""
    try:
        document = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"The file of assets is no JSON: {error}. Correct it there.") from error
    if isinstance(document, dict):
        top = cast("dict[str, object]", document)
        strange = [key for key in top if key not in ("schema", "assets")]
        if strange:
            raise BadInput(f"{strange[0][:40]!r} is not a part of a file of assets: use schema and assets.")
        if top.get("schema", SCHEMA) != SCHEMA:
            raise BadInput(f'The file has the schema {str(top["schema"])[:60]!r}: write "{SCHEMA}".')
        document = top.get("assets")
    if not isinstance(document, list):
        raise BadInput(f'The file has no list of assets: write {{"schema": "{SCHEMA}", "assets": […]}}.')
    found = cast("list[object]", document)
    if len(found) > _MOST:
        raise BadInput(f"The file has {len(found):,} assets: split it into files of {_MOST:,} at most.")
    rows = tuple(_row(index, each) for index, each in enumerate(found, 1))
    twice = [tag for tag, count in Counter(row.tag for row in rows).items() if count > 1]
    if twice:
        raise BadInput(f"The file has @{twice[0]} twice: make one asset of the two, or give one another tag.")
    return rows


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    twice = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
    if twice:
        raise ValueError(f"the key {twice[0][:40]!r} stands twice in one object")
    return dict(pairs)


def _row(index: int, value: object) -> AssetRow:
    where = f"asset {index}"
    if isinstance(value, Mapping):
        tag = cast("Mapping[str, object]", value).get("tag")
        where += f" (@{plain_tag(tag)[:40]})" if isinstance(tag, str) else ""
    try:
        row = AssetRow.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            known = VariantRow if first["loc"][0] == "variants" else AssetRow
            told = f"{place[:60]} is no field of it: use {', '.join(known.model_fields)}."
        else:
            told = (f"{place}: " if place else "") + f"{first['msg'].lower()}."
        raise BadInput(f"In the file, {where}, {told}") from error
    try:
        return checked(row)
    except BadInput as error:
        raise BadInput(f"In the file, {where}: {error}") from error


# -- what may be said -------------------------------------------------------------------------------


def checked(row: AssetRow) -> AssetRow:
    """The row with its tag as it is stored and its texts on one line. Raises BadInput with what to change."""
    tag = plain_tag(row.tag)
    advice = tag_advice(tag)
    if advice:
        raise BadInput(advice)
    names = [(each.kind, each.name) for each in row.variants]
    if len(set(names)) < len(names):
        kind, name = next(pair for pair in names if names.count(pair) > 1)
        raise BadInput(f"@{tag} has the {kind} {name!r} twice: name each variant once.")
    facts = None if row.identity is None else tuple(filter(None, (_text(fact, "fact") for fact in row.identity)))
    texts = {
        "name": _text(row.name, "name", MAX_NAME),
        "description": _text(row.description, "description"),
        "must_not": _text(row.must_not, "text of what it must not be"),
    }
    variants = tuple(map(_variant, row.variants))
    return row.model_copy(update={"tag": tag, **texts, "identity": facts, "variants": variants})


def _variant(row: VariantRow) -> VariantRow:
    name = _text(row.name, "name of a variant", MAX_NAME)
    if not name:
        raise BadInput("A variant needs a name: night, apron, broken.")
    if row.white_balance is not None and row.kind != "light" and row.white_balance:
        raise BadInput(f"The {row.kind} {name!r} has a white balance: only a light can have one.")
    if row.white_balance and not is_white_balance(row.white_balance):
        raise BadInput(
            f"{row.white_balance} K is no white balance: choose {terms.MIN_KELVIN} K (a candle) to "
            f"{terms.MAX_KELVIN} K (open shade), or 0 for the film's."
        )
    texts = {
        "name": name,
        "description": _text(row.description, "description"),
        "must_not": _text(row.must_not, "text of what it must not be"),
    }
    return row.model_copy(update=texts)


def _text(text: str | None, what: str, most: int = MAX_TEXT) -> str | None:
    """A text as it is stored: on one line. Raises BadInput for one that is too long or has control characters."""
    if text is None:
        return None
    if len(text) > most:
        raise BadInput(f"The {what} has {len(text):,} characters: shorten it to {most:,} at most.")
    controls = control_letters(text)
    if controls:
        raise BadInput(f"The {what} has the control character {controls[0]} in it: type it again without.")
    return " ".join(text.split())

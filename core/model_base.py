"""The base of every stored object: closed fields, immutable, one way to write JSON."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ConfigDict


class Stored(BaseModel):
    """An immutable record that refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    def document(self) -> dict[str, Any]:
        """This record as plain JSON values (dict, list, str, number, bool, None)."""
        return self.model_dump(mode="json", by_alias=True)


def to_json(value: object) -> str:
    """`value` (plain JSON values) as UTF-8 text with stable layout and a final newline."""
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"

"""Progress as lines between a child process and whoever started it.

`--progress` writes one JSON object per line to stderr, behind a prefix no Blender prints. Every line
has `event`:

start     shot, number, name, frames, index, total     a shot begins; `index` counts from 1
stage     shot, stage, done, total                     `done` of `total` steps of a stage, ten times a second at most
staging   shot, folder                                 half-done work lies there until the shot ends
end       shot, status, message, package               as in the report; `message` joins its problems
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

__all__ = ["PREFIX", "parse", "to_line"]

PREFIX = "@shotwright "


def to_line(event: str, **fields: object) -> str:
    """One line in ASCII, newline included, so that neither a code page nor a line break splits it."""
    return f"{PREFIX}{json.dumps({'event': event, **fields})}\n"


def parse(line: str) -> Mapping[str, Any] | None:
    """The fields of a progress line; None for any other line.

    Blender's own output is buffered and may end in the middle of a line, so the prefix counts
    wherever it stands, and what stands behind the object does not matter.
    """
    _, found, text = line.partition(PREFIX)
    if not found:
        return None
    try:
        value, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    fields = cast(dict[str, Any], value)
    return fields if isinstance(fields.get("event"), str) else None

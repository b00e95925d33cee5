"""A camera whose brief is known beforehand, and how it is compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shotwright.core.brief import CameraBrief, describe
from shotwright.core.brief.track import CameraTrack
from support.cameras import person

__all__ = ["LOU", "Known", "same"]

LOU = ("@lou", "character", person())


@dataclass(frozen=True)
class Known:
    """A camera and its brief's words."""

    name: str
    track: CameraTrack
    words: Mapping[str, object]
    """Field of the brief, dotted, and what it says."""
    moves: Sequence[Mapping[str, object]] = ()
    """The moves in their order, and fields of each."""
    says: Sequence[str] = ()
    """What stands in its text."""
    never: Sequence[str] = ()
    """What does not."""

    def asked(self, brief: CameraBrief) -> list[tuple[str, object, object]]:
        """Field, what it should say, what it says."""
        document = {"brief": brief.document(), "moves": list(brief.document()["moves"])}
        rows = [(field, value, _field(document["brief"], field)) for field, value in self.words.items()]
        if self.moves:
            rows.append(("moves", [each["kind"] for each in self.moves], [each["kind"] for each in document["moves"]]))
            for place, (wanted, found) in enumerate(zip(self.moves, document["moves"], strict=False)):
                rows += [(f"moves.{place}.{field}", value, found.get(field)) for field, value in wanted.items()]
        text = describe(brief)
        rows += [(f"{words!r} in {text!r}", True, words in text) for words in self.says]
        rows += [(f"{words!r} in {text!r}", False, words in text) for words in self.never]
        return rows


def same(wanted: object, found: object) -> bool:
    """Words as they are; numbers within a twentieth, frames within two."""
    if isinstance(wanted, float) and isinstance(found, int | float):
        return abs(wanted - found) <= 0.05 * abs(wanted) + 1e-6
    if isinstance(wanted, int) and not isinstance(wanted, bool) and isinstance(found, int | float):
        return abs(wanted - found) <= 2
    return wanted == found


def _field(document: object, dotted: str) -> object:
    for name in dotted.split("."):
        if isinstance(document, list):
            document = document[int(name)] if name.isdigit() and int(name) < len(document) else None
        elif isinstance(document, dict):
            document = document[name]
        else:
            return None
    return document

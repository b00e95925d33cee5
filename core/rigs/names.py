"""What bone names say: conventions as whole maps, and words of many languages. Evidence, never proof."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from .data import JOINTS, Armature, End, JointBone, JointName

__all__ = ["Names", "Preset", "Side", "presets", "read"]

Side = Literal["l", "r"]

_MAPS = Path(__file__).with_name("maps")
_WORDS = "words.json"
_BODY = ("neck", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")

AGREES, DIFFERS, PRESET = 0.6, -0.4, 1.2
"""What a name adds to the score of a joint: it fits, it is another joint's, it is the one of a whole convention."""


@dataclass(frozen=True)
class Preset:
    """A convention: the names of the joints' bones, `{side}` standing for left or right."""

    convention: str
    sides: Mapping[Side, str]
    joints: Mapping[str, str]

    def names(self) -> dict[JointName, tuple[str, End]]:
        """Bone and end for each joint it names."""
        found: dict[JointName, tuple[str, End]] = {}
        for joint in JOINTS:
            side, _, part = joint.rpartition("_")
            pattern = self.joints.get(part)
            if pattern is None:
                continue
            name, _, end = pattern.partition("/")
            if side == "l" or side == "r":
                name = name.replace("{side}", self.sides[side])
            found[joint] = (name, "tail" if end == "tail" else "head")
        return found


@dataclass(frozen=True)
class Names:
    """What the names of one rig say."""

    kinds: Mapping[str, str]
    """What begins at a bone (`elbow`, `eye`, …), for the bones whose name says it."""
    sides: Mapping[str, Side]
    helpers: frozenset[str]
    """Bones named as controls, targets, twists and the like."""
    preset: Preset | None
    """The convention that fits completely."""
    joints: Mapping[JointName, JointBone]
    """Its joints in this rig."""

    def joint(self, bone: JointBone, kind: str) -> float:
        """How well a bone's end goes with being a joint of some kind, whichever side."""
        if self.preset is not None:
            if any(name.endswith(kind) and found == bone for name, found in self.joints.items()):
                return PRESET
            return 0.0
        said = self.kinds.get(bone.bone)
        if said is None or said == "any" or bone.end == "tail" or bone.bone in self.helpers:
            return 0.0
        return AGREES if said == kind else DIFFERS


@cache
def presets() -> tuple[Preset, ...]:
    """The conventions of `maps/*.json`."""
    found: list[Preset] = []
    for path in sorted(_MAPS.glob("*.json")):
        if path.name != _WORDS:
            data = json.loads(path.read_text(encoding="utf-8"))
            found.append(Preset(data["convention"], data["sides"], data["joints"]))
    return tuple(found)


@dataclass(frozen=True)
class _Words:
    kinds: Mapping[str, str]
    helper: frozenset[str]
    left: frozenset[str]
    right: frozenset[str]


@cache
def _words() -> _Words:
    data: dict[str, Any] = json.loads((_MAPS / _WORDS).read_text(encoding="utf-8"))
    kinds = {_fold(word).replace(" ", ""): kind for kind, words in data["words"].items() for word in words}
    helper, left, right = (frozenset(map(_fold, data[name])) for name in ("helper", "left", "right"))
    return _Words(kinds, helper, left, right)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


_NAMESPACE = re.compile(r"^.*[:|]")
_NUMBERED = re.compile(r"_\d{1,4}$")
"""What Sketchfab puts behind every name."""
_PIECES = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-zß-ÿ]+|[^\W\d_A-Za-zß-ÿ]+|\d+")


def read(rig: Armature) -> Names:
    """What the names of a rig's bones say."""
    kinds: dict[str, str] = {}
    sides: dict[str, Side] = {}
    helpers: set[str] = set()
    for bone in rig.bones:
        kind, side, helper = _understand(bone.name)
        if kind:
            kinds[bone.name] = kind
        if side:
            sides[bone.name] = side
        if helper:
            helpers.add(bone.name)
    preset, joints = _fitting({bone.name for bone in rig.bones})
    return Names(kinds, sides, frozenset(helpers), preset, joints)


def _fitting(names: set[str]) -> tuple[Preset | None, dict[JointName, JointBone]]:
    """The convention all of whose body joints are there; the one that names most when several are."""
    known = {name: name for name in names}
    for name in sorted(names, reverse=True):
        plain = _NAMESPACE.sub("", name)
        for short in (plain, _NUMBERED.sub("", plain), _NUMBERED.sub("", name)):
            known.setdefault(short, name)
    best: tuple[Preset | None, dict[JointName, JointBone]] = (None, {})
    for preset in presets():
        named = preset.names().items()
        found: dict[JointName, JointBone] = {j: JointBone(known[n], end) for j, (n, end) in named if n in known}
        body = [joint for joint in JOINTS if joint.rpartition("_")[2] in _BODY]
        if all(joint in found for joint in body) and len(found) > len(best[1]):
            best = (preset, found)
    return best


def _understand(name: str) -> tuple[str | None, Side | None, bool]:
    """What begins at a bone, its side, and whether it is a helper, by its name alone."""
    words = _words()
    text = unicodedata.normalize("NFKC", _NAMESPACE.sub("", name))
    side: Side | None = None
    pieces: list[str] = []
    for piece in _PIECES.findall(text):
        folded = str(piece).casefold()
        if folded.isdigit():
            continue
        found, folded = _side(folded, words)
        side = side or found
        if folded:
            pieces.append(folded)
    helper = any(piece in words.helper for piece in pieces)
    kind: str | None = None
    longest = 0
    for start in range(len(pieces)):
        for stop in range(start + 1, min(start + 3, len(pieces)) + 1):
            run = "".join(pieces[start:stop])
            if run in words.kinds and len(run) > longest:
                kind, longest = words.kinds[run], len(run)
    return kind, side, helper


def _side(piece: str, words: _Words) -> tuple[Side | None, str]:
    """The side a piece of a name says, and what is left of it."""
    if piece in words.left:
        return "l", ""
    if piece in words.right:
        return "r", ""
    for side, said in (("l", ("left", "左")), ("r", ("right", "右"))):
        for word in said:
            if piece.startswith(word) and len(piece) > len(word):
                return ("l" if side == "l" else "r"), piece.removeprefix(word)
    return None, piece

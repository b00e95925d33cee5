"""What a shot may be about: assets, people and things, and which objects of the scene they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import bpy

from ..core.asset import Asset
from ..core.brief.track import Body
from ..core.rigs.data import Recognised

__all__ = ["Found", "Owners"]

Kind = Literal["character", "location", "prop", "thing"]

_KINDS: dict[str, Kind] = {"character": "character", "location": "location", "prop": "prop"}
"""Kinds of assets that can stand in a scene."""


@dataclass
class Found:
    """A subject as the scene has it."""

    id: str
    name: str
    kind: Kind
    tagged: bool = False
    person: bool = False
    bodies: list[Body | None] = field(default_factory=list)


class Owners:
    """Whose each instance is. Holds objects of Blender: use it within one reading and let it go.

    The nearest object up the parents that stands for an asset decides, then the smallest collection that does. What
    is no asset's belongs to the root of its parents; but a person whose place is tagged, or who hangs on one root with
    others or with half a set, is a subject of its own.
    """

    def __init__(self, assets: Sequence[Asset], recognised: Mapping[str, Recognised]) -> None:
        self._objects = {obj.session_uid: obj for obj in bpy.data.objects}
        self._people = {
            obj.session_uid
            for obj in bpy.data.objects
            if obj.type == "ARMATURE" and (known := recognised.get(obj.name_full)) and known.humanoid
        }
        self._alone = self._lone_people()
        self.assets: dict[str, Found] = {}
        self._explicit: dict[int, str] = {}
        self._collected: dict[int, str] = {}
        self._stand_for(assets)
        self._known: dict[tuple[int, int], Found] = {}
        self._others: dict[str, Found] = {}

    def _stand_for(self, assets: Sequence[Asset]) -> None:
        by_name = {obj.name_full: obj.session_uid for obj in bpy.data.objects}
        groups: list[tuple[int, str, set[int]]] = []
        collections = {each.name_full: each for each in bpy.data.collections}
        for asset in assets:
            name = f"@{asset.tag}"
            if asset.kind not in _KINDS or name in self.assets:
                continue
            objects = [by_name[each] for each in asset.objects if each in by_name]
            held = [_inside(collections[each]) for each in asset.collections if each in collections]
            if not objects and not any(held):
                continue
            self.assets[name] = Found(name, asset.name or asset.tag, _KINDS[asset.kind], tagged=True)
            for uid in objects:
                self._explicit.setdefault(uid, name)
            groups += [(len(uids), name, uids) for uids in held]
        for _, name, uids in sorted(groups, key=lambda group: group[0]):
            for uid in uids:
                self._collected.setdefault(uid, name)

    def all(self) -> list[Found]:
        """Assets first, in their order, then what else was met."""
        return [*self.assets.values(), *self._others.values()]

    def of(self, uid: int, owner: int) -> Found:
        """Whose an object is that stands in the scene itself, or that `owner` instances; session uids."""
        key = uid, owner
        if key not in self._known:
            self._known[key] = self._find(*dict.fromkeys(key))
        return self._known[key]

    def hangs_on(self, owner: int, above: bpy.types.Object) -> bool:
        """Whether an object is this one or is parented to it."""
        return any(obj == above for obj in self._chain(owner))

    def _find(self, *uids: int) -> Found:
        for table in (self._explicit, self._collected):
            for uid in uids:
                for obj in self._chain(uid):
                    tag = table.get(obj.session_uid)
                    if tag is None:
                        continue
                    person = self._person(uid)
                    if person and table is self._collected and self.assets[tag].kind == "location":
                        return self._other(self._objects[person])
                    return self.assets[tag]
        owner = uids[-1]
        root, person = self._root(owner), self._person(owner)
        return self._other(self._objects[person] if person and root.session_uid not in self._alone else root)

    def _other(self, obj: bpy.types.Object) -> Found:
        name = obj.name_full
        if name not in self._others:
            self._others[name] = Found(name, _words(obj.name), "thing")
        return self._others[name]

    def _lone_people(self) -> set[int]:
        """Session uids of the roots on which hangs one person, and little else."""
        people: dict[int, set[int]] = {}
        things: dict[int, int] = {}
        for uid in self._people:
            people.setdefault(self._root(uid).session_uid, set()).add(uid)
        for uid, obj in self._objects.items():
            if people and obj.type == "MESH" and (root := self._root(uid).session_uid) in people:
                things[root] = things.get(root, 0) + (1 if self._person(uid) else -1)
        return {root for root, found in people.items() if len(found) == 1 and things.get(root, 0) >= 0}

    def _person(self, uid: int) -> int:
        """Session uid of the person that an object hangs on, or 0."""
        for obj in self._chain(uid):
            rigs = [m.object for m in obj.modifiers if m.type == "ARMATURE" and m.object]
            for each in (obj, *rigs):
                if each.session_uid in self._people:
                    return each.session_uid
        return 0

    def _root(self, uid: int) -> bpy.types.Object:
        *_, root = self._chain(uid)
        return root

    def _chain(self, uid: int) -> Iterator[bpy.types.Object]:
        """An object and what it is parented to, or skinned to, upwards; as `geometry.root_of`."""
        obj, seen = self._objects.get(uid), set[int]()
        while obj is not None and obj.session_uid not in seen:
            seen.add(obj.session_uid)
            yield obj
            rigs = (m.object for m in obj.modifiers if m.type == "ARMATURE" and m.object)
            obj = obj.parent or next(rigs, None)


def _words(name: str) -> str:
    """An object's name as words: `Ada.Rig` is Ada, `Wall_Back.001` is Wall Back."""
    plain = re.sub(r"[ ._-]+", " ", re.sub(r"\.\d{3,}$", "", name)).strip()
    short = re.sub(r" (rig|metarig|armature|skeleton|root|ctrl)$", "", plain, flags=re.IGNORECASE)
    return short or name


def _inside(collection: bpy.types.Collection) -> set[int]:
    """Session uids of a collection's objects, its children's, and those of collections that these instance."""
    found: set[int] = set()
    left, seen = [collection], set[int]()
    while left:
        each = left.pop()
        if each.session_uid in seen:
            continue
        seen.add(each.session_uid)
        for obj in each.all_objects:
            found.add(obj.session_uid)
            if obj.instance_type == "COLLECTION" and obj.instance_collection:
                left.append(obj.instance_collection)
    return found

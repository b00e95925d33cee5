"""What a shot may be about: assets, people and things, and which objects of the scene they are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, cast

import bpy

from ..core.asset import PLACED, Asset
from ..core.brief.track import Body
from ..core.rigs.data import Recognised
from ..render_passes.owners import owners_of, rigs_of, root_of, upwards

__all__ = ["SceneSubject", "SceneSubjects"]

Kind = Literal["character", "location", "prop", "thing"]


@dataclass
class SceneSubject:
    """A subject as the scene has it."""

    id: str
    name: str
    kind: Kind
    tagged: bool = False
    person: bool = False
    bodies: list[Body | None] = field(default_factory=list)


class SceneSubjects:
    """Which subject each instance belongs to. Holds objects of Blender: use it within one reading and let it go.

    Whose it is `render_passes.owners` says, as for masks and boxes. But a person whose place is tagged, or who hangs
    on one root with others or with half a set, is a subject of its own.
    """

    def __init__(self, assets: Sequence[Asset], recognised: Mapping[str, Recognised]) -> None:
        self._owners = owners_of(assets)
        self._objects = {obj.session_uid: obj for obj in bpy.data.objects}
        self._people = {
            obj.session_uid
            for obj in bpy.data.objects
            if obj.type == "ARMATURE" and (known := recognised.get(obj.name_full)) and known.humanoid
        }
        self._alone = self._lone_people()
        self._assets = _standing(assets)
        self._known: dict[tuple[int, int], SceneSubject] = {}
        self._others: dict[str, SceneSubject] = {}

    def all(self) -> list[SceneSubject]:
        """Assets first, in their order, then what else was met."""
        return [*self._assets.values(), *self._others.values()]

    def of(self, uid: int, owner: int) -> SceneSubject:
        """Whose an object is that stands in the scene itself, or that `owner` instances; session uids."""
        key = uid, owner
        if key not in self._known:
            self._known[key] = self._find(self._objects[uid], self._objects[owner] if owner != uid else None)
        return self._known[key]

    def hangs_on(self, owner: int, above: bpy.types.Object) -> bool:
        """Whether an object is this one or is parented to it."""
        return above in upwards(self._objects[owner])

    def _find(self, obj: bpy.types.Object, placer: bpy.types.Object | None) -> SceneSubject:
        asset = self._owners.of_object(obj, placer)
        if asset:
            person = self._person(obj) or (placer and self._person(placer))
            named = self._owners.named(obj) or (placer and self._owners.named(placer))
            in_place = person and not named and self._assets[asset].kind == "location"
            return self._other(person) if person and in_place else self._assets[asset]
        root, person = root_of(placer or obj), self._person(placer or obj)
        return self._other(person if person and root.session_uid not in self._alone else root)

    def _other(self, obj: bpy.types.Object) -> SceneSubject:
        name = obj.name_full
        if name not in self._others:
            self._others[name] = SceneSubject(name, _words(obj.name), "thing")
        return self._others[name]

    def _lone_people(self) -> set[int]:
        """Session uids of the roots on which hangs one person, and little else."""
        people: dict[int, set[int]] = {}
        things: dict[int, int] = {}
        for uid in self._people:
            people.setdefault(root_of(self._objects[uid]).session_uid, set()).add(uid)
        for obj in self._objects.values():
            if people and obj.type == "MESH" and (root := root_of(obj).session_uid) in people:
                things[root] = things.get(root, 0) + (1 if self._person(obj) else -1)
        return {root for root, found in people.items() if len(found) == 1 and things.get(root, 0) >= 0}

    def _person(self, obj: bpy.types.Object) -> bpy.types.Object | None:
        """The rig of the person that an object hangs on."""
        return next((rig for rig in rigs_of(obj) if rig.session_uid in self._people), None)


def _standing(assets: Sequence[Asset]) -> dict[str, SceneSubject]:
    """The assets for which something stands in the file, shown or not, by id; of two with one tag the first."""
    objects = {obj.name_full for obj in bpy.data.objects}
    filled = {each.name_full for each in bpy.data.collections if len(each.all_objects)}
    found: dict[str, SceneSubject] = {}
    for asset in assets:
        if asset.kind in PLACED and asset.tag and (objects & {*asset.objects} or filled & {*asset.collections}):
            subject = SceneSubject(asset.mark, asset.name or asset.tag, cast("Kind", asset.kind), tagged=True)
            found.setdefault(asset.mark, subject)
    return found


def _words(name: str) -> str:
    """An object's name as words: `Ada.Rig` is Ada, `Wall_Back.001` is Wall Back."""
    plain = re.sub(r"[ ._-]+", " ", re.sub(r"\.\d{3,}$", "", name)).strip()
    short = re.sub(r" (rig|metarig|armature|skeleton|root|ctrl)$", "", plain, flags=re.IGNORECASE)
    return short or name

"""Whose each thing in the picture is: the asset that it stands for, else the root of its parents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import bpy

from ..core.asset import PLACED, Asset

__all__ = ["Owners", "owners_of", "rigs_of", "root_of", "upwards"]

_Inside = dict[str, str]
"""Asset by full name of an object, within one instanced collection."""


@dataclass
class Owners:
    """Assets by what stands for them: full names of objects and of collections, each to an asset's id.

    The nearest wins: the object itself, then its parents upwards, a rig that moves it counting as one, then the
    collections of each from the inside out. What a collection instance shows belongs to what it is within
    the instanced collection; then to the object that places it, to the instanced collection, and to what that
    object belongs to. Of two that are equally near, the one named first.
    """

    objects: Mapping[str, str] = field(default_factory=dict[str, str])
    collections: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        self.ids = frozenset((*self.objects.values(), *self.collections.values()))
        self._held = _held(self.collections)
        self._inside: dict[str, _Inside] = {}
        self._known: dict[tuple[int, int], str] = {}

    def of(self, item: bpy.types.DepsgraphObjectInstance) -> str:
        """The asset of an instance: its id, or the full name of the root of its parents."""
        placer = item.parent if item.is_instance and item.parent else None
        obj, by = item.object.original, placer.original if placer else None
        key = (obj.session_uid, by.session_uid if by else 0)
        if key not in self._known:
            asset = self.of_object(obj, by) if self.ids else ""
            self._known[key] = asset or root_of(by or obj).name_full
        return self._known[key]

    def of_object(self, obj: bpy.types.Object, placer: bpy.types.Object | None = None) -> str:
        """The id of the asset that an original object stands for, placed by another one or not; empty for none."""
        if placer is None:
            return self.named(obj) or self._collected(obj)
        whole = placer.instance_collection if placer.instance_type == "COLLECTION" else None
        if whole is not None:
            found = self._within(whole).get(obj.name_full, "")
            own = self.objects.get(placer.name_full, "") or self.collections.get(whole.name_full, "")
            return found or own or self.of_object(placer)
        return (
            self.named(obj) or self.objects.get(placer.name_full, "") or self._collected(obj) or self.of_object(placer)
        )

    def named(self, obj: bpy.types.Object) -> str:
        """The id of the asset that an object or what is above it stands for by itself, collections aside."""
        return next((self.objects[each.name_full] for each in upwards(obj) if each.name_full in self.objects), "")

    def _collected(self, obj: bpy.types.Object) -> str:
        return next((self._held[each.name_full] for each in upwards(obj) if each.name_full in self._held), "")

    def _within(self, whole: bpy.types.Collection) -> _Inside:
        """Assets of what an instance of a collection shows, instances in it too; without the collection's own."""
        if whole.name_full not in self._inside:
            found: _Inside = {}
            self._walk(whole, "", found, set())
            self._inside[whole.name_full] = found
        return self._inside[whole.name_full]

    def _walk(self, group: bpy.types.Collection, asset: str, found: _Inside, seen: set[tuple[str, str]]) -> None:
        if (group.name_full, asset) in seen:
            return
        seen.add((group.name_full, asset))
        for obj in group.objects:
            own = self.named(obj) or asset
            if own:
                found.setdefault(obj.name_full, own)
            if obj.instance_type == "COLLECTION" and obj.instance_collection is not None:
                part = obj.instance_collection
                tagged = self.objects.get(obj.name_full) or self.collections.get(part.name_full) or own
                self._walk(part, tagged, found, seen)
        for child in group.children:
            self._walk(child, self.collections.get(child.name_full, asset), found, seen)


def owners_of(assets: Iterable[Asset]) -> Owners:
    """Whose each thing is, by the film's assets. Of two assets that claim one, the first has it."""
    objects: dict[str, str] = {}
    collections: dict[str, str] = {}
    for asset in assets:
        if asset.kind in PLACED and asset.tag:
            for name in asset.objects:
                objects.setdefault(name, asset.mark)
            for name in asset.collections:
                collections.setdefault(name, asset.mark)
    return Owners(objects, collections)


def _held(collections: Mapping[str, str]) -> dict[str, str]:
    """The asset of each object that lies in a collection of one, or in a child of it: the innermost's."""
    near: dict[str, tuple[int, str]] = {}
    by_name = {each.name_full: each for each in bpy.data.collections} if collections else {}
    for name, asset in collections.items():
        level = [by_name[name]] if name in by_name else []
        depth = 0
        while level:
            for obj in (obj for group in level for obj in group.objects):
                if obj.name_full not in near or depth < near[obj.name_full][0]:
                    near[obj.name_full] = (depth, asset)
            level = [child for group in level for child in group.children]
            depth += 1
    return {name: asset for name, (_, asset) in near.items()}


def _movers(obj: bpy.types.Object) -> Iterator[bpy.types.Object]:
    """The armatures that an object is skinned to."""
    return (each.object for each in obj.original.modifiers if each.type == "ARMATURE" and each.object)


def upwards(obj: bpy.types.Object) -> list[bpy.types.Object]:
    """An object and what is above it: parents, and above a skinned mesh without one the rig that moves it.

    Ends where it began: a rig may be parented to the very mesh it moves.
    """
    found: list[bpy.types.Object] = []
    names: set[str] = set()
    above: bpy.types.Object | None = obj
    while above is not None and above.name_full not in names:
        found.append(above)
        names.add(above.name_full)
        above = above.parent or next(_movers(above), None)
    return found


def root_of(obj: bpy.types.Object) -> bpy.types.Object:
    """The topmost parent, of a rig above a mesh too."""
    return upwards(obj)[-1]


def rigs_of(obj: bpy.types.Object) -> Iterator[bpy.types.Object]:
    """The armatures that an object is, hangs on or is moved by, nearest first."""
    for each in upwards(obj):
        if each.type == "ARMATURE":
            yield each
        yield from _movers(each)

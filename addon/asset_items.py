"""The stored assets of the .blend: find, add and remove them, keep their paths right, and one of each.

Nothing heavy at the top: handlers and panels read this while Blender starts. `assets` is what verbs and buttons do.
"""

from __future__ import annotations

import os
import re
import unicodedata
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

import bpy

from .flipbooks import absolute, moved, relative
from .shot_items import layout_scenes

__all__ = [
    "active",
    "add",
    "appended",
    "before_save",
    "cast_of",
    "claimed_tags",
    "find",
    "free_tag",
    "is_empty",
    "is_lost",
    "placed_objects",
    "point_to",
    "put_back",
    "reconcile",
    "remove",
    "stored",
]

Stored = tuple[bpy.types.Scene, bpy.types.PropertyGroup]
"""A stored asset with the scene it stands in. Never kept: undo moves them in memory."""

_PREFIX = re.compile(r"^(?:rig|geo|grp|char|prop|set|col)[ ._-]+")
_SUFFIX = re.compile(r"(?:[ ._-]*(?:rig|metarig|armature|geo|geometry|mesh|grp|group|root|ctrl|empty|set|\d{3}))+$")
"""What names of objects begin and end with that says nothing of who it is."""


def stored() -> Iterator[Stored]:
    """Every stored asset with its scene, local scenes first, in a stable order."""
    for scene in layout_scenes():
        for item in scene.shotwright.assets:
            yield scene, item


def find(tag: str) -> list[Stored]:
    """The stored assets of a tag, or the one of a uuid: one, when all is well."""
    return [(scene, item) for scene, item in stored() if tag and tag in (item.tag, item.uuid)]


def active(scene: bpy.types.Scene) -> bpy.types.PropertyGroup | None:
    """The asset that is chosen in the scene's list."""
    group = scene.shotwright
    return group.assets[group.active_asset] if 0 <= group.active_asset < len(group.assets) else None


def claimed_tags() -> set[str]:
    """The tags in use."""
    return {item.tag for _, item in stored()}


def free_tag(name: str) -> str:
    """A tag that nothing has, made of a name: `Lou_rig.001` gives `lou`, or `lou2` where there is a @lou."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    plain = _SUFFIX.sub("", _PREFIX.sub("", plain)) or plain
    plain = re.sub(r"[^a-z0-9]+", "_", plain).strip("_").lstrip("0123456789_")[:28].rstrip("_") or "asset"
    taken = claimed_tags()
    count = 2
    tag = plain
    while tag in taken:
        tag = f"{plain}{count}"
        count += 1
    return tag


def add(scene: bpy.types.Scene, tag: str, kind: str) -> bpy.types.PropertyGroup:
    """A new asset at the end of a scene's list, the active one from now on."""
    group = scene.shotwright
    item = group.assets.add()
    item.uuid, item.tag, item.kind = str(uuid.uuid4()), tag, kind
    group.active_asset = len(group.assets) - 1
    return item


def remove(scene: bpy.types.Scene, asset_id: str) -> None:
    """Remove an asset from its scene's list. Its pictures stay on disk."""
    group = scene.shotwright
    index = next((i for i, item in enumerate(group.assets) if item.uuid == asset_id), None)
    if index is not None:
        group.assets.remove(index)
        group.active_asset = min(group.active_asset, max(0, len(group.assets) - 1))


def cast_of(shot: bpy.types.PropertyGroup, tag: str) -> bpy.types.PropertyGroup | None:
    """How a stored shot has an asset in its cast; None when it does not."""
    return next((each for each in shot.assets if each.name == tag), None)


def placed_objects() -> set[str]:
    """Full names of the objects in any collection: one that was deleted is in none, and an asset may still hold it."""
    groups = [*(scene.collection for scene in bpy.data.scenes), *bpy.data.collections]
    return {obj.name_full for group in groups for obj in group.objects}


def is_lost(obj: bpy.types.Object | None, placed: set[str]) -> bool:
    """Whether what an asset holds is no object any more, or one that was deleted; `placed` is of `placed_objects`."""
    return obj is None or obj.name_full not in placed


def is_empty(collection: bpy.types.Collection | None) -> bool:
    """Whether what an asset holds is no collection any more, or one with nothing in it."""
    return collection is None or not len(collection.all_objects)


def reconcile() -> None:
    """A copied scene has copies of its assets: what stands for those stands for the ones they were copied from.

    The oldest scene keeps an asset; the objects of a copied scene are other objects. Linked scenes keep theirs.
    """
    first: dict[str, tuple[bpy.types.Scene, int]] = {}
    for scene in sorted(bpy.data.scenes, key=lambda scene: scene.session_uid):
        if scene.library is not None or scene.shotwright.is_edit:
            continue
        doubled: list[str] = []
        for index, item in enumerate(scene.shotwright.assets):
            if not item.uuid:
                item.uuid = str(uuid.uuid4())
            if item.uuid not in first:
                first[item.uuid] = (scene, index)
            elif first[item.uuid][0] != scene:
                older, at = first[item.uuid]
                _join(older.shotwright.assets[at], item)
                doubled.append(item.uuid)
        for asset_id in doubled:
            remove(scene, asset_id)


def _join(asset: bpy.types.PropertyGroup, copy: bpy.types.PropertyGroup) -> None:
    objects = {each.object for each in asset.objects}
    for each in copy.objects:
        if each.object and each.object not in objects:
            asset.objects.add().object = each.object
    collections = {each.collection for each in asset.collections}
    for each in copy.collections:
        if each.collection and each.collection not in collections:
            asset.collections.add().collection = each.collection


# Paths: Blender keeps those of its own data right, and not those of properties


def _paths(scenes: Iterable[bpy.types.Scene]) -> Iterator[tuple[bpy.types.Scene, bpy.types.PropertyGroup, str]]:
    """Every property of a scene's assets that holds a path, with its scene and name; those that are set."""
    for scene in scenes:
        for item in scene.shotwright.assets:
            if item.sound:
                yield scene, item, "sound"
            for owner in (item, *item.variants):
                yield from ((scene, picture, "path") for picture in owner.pictures if picture.path)


def _local() -> list[bpy.types.Scene]:
    return [scene for scene in bpy.data.scenes if scene.library is None]


def before_save(target: str, project: Path | None) -> dict[tuple[int, str], str]:
    """Make the paths right for a file saved at `target`; returns what they were, by scene and place in it.

    `project` is the folder of an unsaved file's project, which moves beside the file.
    """
    former: dict[tuple[int, str], str] = {}
    if not target:
        return former
    for scene, owner, name in _paths(_local()):
        path = getattr(owner, name)
        wanted = moved(path, Path(target).parent, project)
        if wanted != path:
            former[scene.session_uid, owner.path_from_id(name)] = path
            setattr(owner, name, wanted)
    return former


def put_back(former: dict[tuple[int, str], str]) -> None:
    """The file was saved elsewhere as a copy, or not at all: the paths are as they were."""
    for scene, owner, name in list(_paths(_local())):
        path = former.get((scene.session_uid, owner.path_from_id(name)))
        if path is not None:
            setattr(owner, name, path)


def appended(scene: bpy.types.Scene, library: str) -> None:
    """Assets of a scene that came from another file: their paths were relative to that one."""
    home = Path(absolute(library)).parent
    for _, owner, name in list(_paths([scene])):
        path = getattr(owner, name)
        if path.startswith("//"):
            setattr(owner, name, relative(Path(os.path.normpath(home / path[2:]))))


def point_to(old: Path, new: Path, start: Path) -> None:
    """What lies in the project folder `old` is now looked for in `new`, relative to the folder `start`."""
    for _, owner, name in list(_paths(_local())):
        path = Path(absolute(getattr(owner, name)))
        if path.is_relative_to(old):
            setattr(owner, name, relative(new / path.relative_to(old), start))

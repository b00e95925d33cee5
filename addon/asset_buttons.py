"""What the buttons of the Assets panel do: to the asset that is active in a scene, with what is selected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import bpy

from ..core.asset import PLACED
from ..core.asset_list import AssetRow, VariantRow, checked
from ..core.errors import BadInput
from ..core.rigs.recognise import recognise_all
from ..core.shot import Shot
from ..core.tags import plain_tag
from ..jobs.project import Project
from ..media.asset_files import picture_problem
from ..render_passes.owners import rigs_of, upwards
from . import asset_items, assets, project, rig_reader
from .flipbooks import absolute, relative
from .shot_items import active_shot
from .shots import read_shots

__all__ = [
    "add_from",
    "add_pictures",
    "add_variant",
    "assign",
    "cast_active",
    "named_in",
    "remove_active",
    "remove_variant",
    "rename_active",
]


def add_from(scene: bpy.types.Scene, selected: Sequence[bpy.types.Object], tag: str, kind: str) -> str:
    """Add an asset that the selected objects stand for; returns its tag. Raises BadInput.

    `kind` may be "auto": a character when a person's rig is among them, else a prop.
    """
    objects = _standing(selected)
    if selected and not objects:
        raise BadInput("Cameras and lights stand for nothing in a picture: select objects that can be seen.")
    person = next((obj for obj in objects if _is_person(obj)), None)
    if kind == "auto":
        kind = "character" if person or not objects else "prop"
    if kind not in PLACED:
        objects = []
    first = person or next(iter(objects), None)
    tag = plain_tag(tag) or asset_items.free_tag(first.name if first else kind)
    row = AssetRow(tag=tag, kind=kind, objects=tuple(obj.name_full for obj in objects))
    assets.put([row], scene, Path.cwd(), mode="add")
    return tag


def _standing(selected: Iterable[bpy.types.Object]) -> list[bpy.types.Object]:
    """What is picked to stand for an asset: of a rig's meshes the rig, without what is parented to another one."""
    picked: dict[str, bpy.types.Object] = {}
    for obj in selected:
        if obj.type not in ("CAMERA", "LIGHT", "LIGHT_PROBE", "SPEAKER"):
            whole = next(rigs_of(obj), obj)
            picked.setdefault(whole.name_full, whole)
    return [obj for obj in picked.values() if not any(above.name_full in picked for above in upwards(obj)[1:])]


def _is_person(obj: bpy.types.Object) -> bool:
    if obj.type != "ARMATURE":
        return False
    return any(found.humanoid for found in recognise_all(rig_reader.read_all([obj.name])))


def assign(scene: bpy.types.Scene, selected: Sequence[bpy.types.Object]) -> None:
    """Let the selected objects stand for the active asset too. Raises BadInput."""
    item = asset_items.active(scene)
    if item.kind not in PLACED:
        raise BadInput(f"@{item.tag} is a {item.kind}, and no object stands for one: change its kind first.")
    objects = _standing(selected)
    if not objects:
        raise BadInput("Cameras and lights stand for nothing in a picture: select objects that can be seen.")
    there = {each.object for each in item.objects}
    for index in reversed([i for i, each in enumerate(item.objects) if each.object is None]):
        item.objects.remove(index)
    for obj in objects:
        if obj not in there:
            item.objects.add().object = obj


def named_in(scene: bpy.types.Scene) -> str:
    """The numbers of the shots that name the active asset; empty where none does."""
    return assets.named_in(asset_items.active(scene).tag)


def remove_active(scene: bpy.types.Scene, force: bool) -> None:
    """Remove the active asset. Raises Refused while shots name it, unless `force`."""
    assets.remove(asset_items.active(scene).uuid, force)


def rename_active(scene: bpy.types.Scene, tag: str) -> None:
    """Give the active asset another tag, in all that names it; of two with one tag, it alone. Raises BadInput."""
    item = asset_items.active(scene)
    if len(asset_items.find(item.tag)) == 1:
        assets.rename(item.tag, tag)
        return
    new = checked(AssetRow(tag=tag)).tag
    if asset_items.find(new):
        raise BadInput(f"There is an asset @{new} already: choose another tag.")
    item.tag = new


def add_pictures(scene: bpy.types.Scene, paths: Sequence[str], variant: int = -1) -> None:
    """Add pictures to the active asset or one of its variants, all or none. Raises BadInput or StorageError.

    They are copied into the project where it is on the disk already.
    """
    item = asset_items.active(scene)
    if not -1 <= variant < len(item.variants):
        raise BadInput("That variant is gone: choose another.")
    found = [absolute(path) for path in paths if path]
    if not found:
        raise BadInput("Choose one picture or several.")
    for path in found:
        problem = picture_problem(Path(path), whole=True)
        if problem:
            raise BadInput(f"{path} {problem}: choose another picture.")
    place = project.folder()
    if place is not None and Project.read(place) is not None:
        found = [assets.keep_file(place, item.tag, path) for path in found]
    pictures = (item if variant < 0 else item.variants[variant]).pictures
    there = {absolute(each.path) for each in pictures}
    for path in found:
        if path not in there:
            pictures.add().path = relative(Path(path))


def add_variant(scene: bpy.types.Scene, kind: str, name: str) -> None:
    """Add a variant to the active asset; a name is found when none is given. Raises BadInput."""
    item = asset_items.active(scene)
    names = {each.name for each in item.variants if each.kind == kind}
    count = 1
    while not name and f"{kind} {count}" in names:
        count += 1
    row = checked(AssetRow(tag="any", variants=(VariantRow(kind=kind, name=name or f"{kind} {count}"),))).variants[0]
    if row.name in names:
        raise BadInput(f"@{item.tag} has the {kind} {row.name!r} already: choose another name.")
    variant = item.variants.add()
    variant.kind, variant.name = kind, row.name


def remove_variant(scene: bpy.types.Scene, index: int) -> bool:
    """Remove a variant of the active asset, and take it out of the shots that have it; False when there is none.

    Raises BadInput.
    """
    item = asset_items.active(scene)
    if index >= len(item.variants):
        return False
    variant = item.variants[index]
    alike = [each for each in item.variants if (each.kind, each.name) == (variant.kind, variant.name)]
    if len(alike) > 1 or len(asset_items.find(item.tag)) > 1:
        item.variants.remove(index)
    else:
        assets.remove_variant(item.tag, variant.kind, variant.name, force=True)
    return True


def cast_active(scene: bpy.types.Scene, kind: str, variant: str) -> None:
    """Put the active asset into the active shot, or with a kind choose its variant; what is so already is undone.

    Raises BadInput or Refused.
    """
    tag = asset_items.active(scene).tag
    item = active_shot(scene)
    there = asset_items.cast_of(item, tag)
    shots = [_read(item.uuid)]
    if not kind:
        if there is None:
            assets.cast(shots, tag)
        else:
            assets.uncast(shots, tag)
    else:
        name = "" if there is not None and getattr(there, kind) == variant else variant
        assets.cast(shots, tag, [name], kind)


def _read(shot_id: str) -> Shot:
    """The shot as the verbs see it."""
    return next(shot for shot in read_shots() if shot.id == shot_id)

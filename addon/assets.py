"""The film's assets, changed: add, change, remove, rename, cast. All of what was asked for is done, or nothing."""

from __future__ import annotations

import difflib
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import bpy

from ..core import terms
from ..core.asset import PLACED
from ..core.asset_checks import AssetFacts, AssetProblem, close_to, problems_of_assets, tag_advice
from ..core.asset_list import AssetRow, VariantRow, checked
from ..core.errors import BadInput, Refused, storage_error
from ..core.names import slug
from ..core.shot import Shot
from ..core.tags import plain_tag, replace_tag, tags_of
from ..jobs.files import STAGING, move_new, sha256_of
from ..media.asset_files import picture_problem, sound_problem
from . import asset_items
from .film import read_assets
from .flipbooks import absolute, relative
from .shot_items import read_only_reason, scenes_with_shots, writable
from .shots import read_shots

__all__ = [
    "Done",
    "cast",
    "check_rename",
    "facts",
    "keep_file",
    "kind_of_variant",
    "named_in",
    "no_such",
    "problems",
    "put",
    "remove",
    "remove_variant",
    "rename",
    "uncast",
    "users_of",
]

Item = bpy.types.PropertyGroup
_TEXTS = ("name", "description", "must_not")


@dataclass
class Done:
    """What was done: tags of assets by outcome."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


# -- looking ----------------------------------------------------------------------------------------


def problems(shots: Sequence[Shot] | None = None) -> list[AssetProblem]:
    """Everything that is wrong with the film's assets and with how shots name them. Reads files' heads."""
    assets = read_assets()
    return problems_of_assets(assets, read_shots() if shots is None else shots, facts())


def facts() -> dict[str, AssetFacts]:
    """What the records of assets don't say, by the asset's uuid: files that are gone, objects that are."""
    placed = asset_items.placed_objects()
    found: dict[str, AssetFacts] = {}
    for scene, item in asset_items.stored():
        files: dict[str, str] = {}
        pictures = [*item.pictures, *(picture for variant in item.variants for picture in variant.pictures)]
        for path in filter(None, (picture.path for picture in pictures)):
            files[path] = picture_problem(Path(absolute(path, scene.library)))
        if item.sound:
            files[item.sound] = sound_problem(Path(absolute(item.sound, scene.library)))
        found[item.uuid] = AssetFacts(files, tuple(_lost(item, placed)))
    return found


def _lost(item: Item, placed: set[str]) -> Iterator[str]:
    for each in item.objects:
        if each.object is None:
            yield "an object that was removed"
        elif asset_items.is_lost(each.object, placed):
            yield f"the object {each.object.name!r}, which is in no scene"
    for each in item.collections:
        if each.collection is None:
            yield "a collection that was removed"
        elif asset_items.is_empty(each.collection):
            yield f"the collection {each.collection.name!r}, which is empty"


def users_of(tag: str, shots: Iterable[Shot]) -> list[Shot]:
    """The shots whose prompt or cast names an asset."""
    return [shot for shot in shots if tag in tags_of(shot)]


def named_in(tag: str) -> str:
    """The numbers of the shots whose prompt or cast names an asset, for a sentence; empty where none does.

    Of two assets with one tag the other stays who the shots mean, so that none names this one alone.
    """
    return _numbers(users_of(tag, read_shots())) if len(asset_items.find(tag)) == 1 else ""


def no_such(tag: str) -> str:
    """The sentence for a tag that no asset has."""
    return f"No asset has the tag @{tag[:40]}: {close_to(tag, read_assets())}"


def kind_of_variant(tag: str, name: str) -> str:
    """The kind of the one variant of this name that an asset has; empty where there is none, or several."""
    kinds = {each.kind for _, item in asset_items.find(tag) for each in item.variants if each.name == name}
    return kinds.pop() if len(kinds) == 1 else ""


def _one(tag: str) -> asset_items.Stored:
    """The asset of a tag, to be changed. Raises BadInput when there is none, several, or it is another file's."""
    found = asset_items.find(tag)
    if not found:
        raise BadInput(no_such(tag))
    if len(found) > 1:
        raise BadInput(
            f"{len(found)} assets have the tag @{tag}: give one another tag in the sidebar, or remove one, by its id "
            "on the command line."
        )
    scene, item = found[0]
    reason = read_only_reason(scene)
    if reason:
        raise BadInput(f"@{tag}: {reason}")
    return scene, item


# -- adding and changing ----------------------------------------------------------------------------


@dataclass
class _Plan:
    """What is to be written of an asset, everything looked up."""

    row: AssetRow
    kind: str
    old: str
    """UUID of the asset that is changed; empty for a new one."""
    objects: list[bpy.types.Object] | None
    collections: list[bpy.types.Collection] | None
    paths: dict[str, str]
    """Where each file that the row names is, by how the row names it."""


def put(
    rows: Sequence[AssetRow],
    scene: bpy.types.Scene,
    base: Path,
    project: Callable[[], Path] | None = None,
    mode: Literal["add", "change", "both"] = "both",
) -> Done:
    """Add or change assets, all of the rows or none; new ones go to `scene`.

    Relative paths are relative to `base`. With a `project` folder, which is asked for when all is well, files are
    copied into it. Raises BadInput for anything that can't be, StorageError when a file can't be copied.
    """
    plans = [_plan(checked(row), scene, base, mode) for row in rows]
    if project is not None and any(plan.paths for plan in plans):
        folder = project()
        for plan in plans:
            plan.paths = {said: keep_file(folder, plan.row.tag, path) for said, path in plan.paths.items()}
    done = Done()
    for plan in plans:
        if not plan.old:
            asset_items.add(scene, plan.row.tag, plan.kind)
            _write(asset_items.find(plan.row.tag)[0][1], plan)
            done.added.append(plan.row.tag)
        else:
            changed = _write(_one(plan.row.tag)[1], plan)
            (done.changed if changed else done.unchanged).append(plan.row.tag)
    return done


def _plan(row: AssetRow, scene: bpy.types.Scene, base: Path, mode: str) -> _Plan:
    exists = bool(asset_items.find(row.tag))
    if exists and mode == "add":
        raise BadInput(f"There is an asset @{row.tag} already: change it, or choose another tag.")
    if not exists and mode == "change":
        raise BadInput(no_such(row.tag))
    item = _one(row.tag)[1] if exists else None
    reason = None if exists else read_only_reason(scene)
    if reason:
        raise BadInput(reason)
    kind = row.kind or (item.kind if item else "character")
    objects = _found(row.objects, "object", list(scene.objects), list(bpy.data.objects))
    collections = _found(row.collections, "collection", scene.collection.children_recursive, bpy.data.collections)
    _check_kind(row, kind, item)
    pictures = [*(row.pictures or ()), *(path for each in row.variants for path in each.pictures or ())]
    paths = {said: _checked_file(said, base, "picture") for said in filter(None, pictures)}
    if row.sound:
        paths[row.sound] = _checked_file(row.sound, base, "sound")
    return _Plan(row, kind, item.uuid if item else "", objects, collections, paths)


def _check_kind(row: AssetRow, kind: str, item: Item | None) -> None:
    had = (len(item.objects) or len(item.collections)) if item else 0
    stands = row.objects or row.collections or (had and row.objects is None and row.collections is None)
    if stands and kind not in PLACED:
        advice = "leave its objects out" if row.objects or row.collections else "take its objects away too"
        raise BadInput(f"@{row.tag} is a {kind}, and no object stands for one: {advice}.")
    if kind != "voice" and (row.sound or (item and item.sound and row.sound is None)):
        advice = "leave it out" if row.sound else "take it away too"
        raise BadInput(f"@{row.tag} is a {kind}, and only a voice has a sound: {advice}.")


def _found(names: Sequence[str] | None, what: str, near: Iterable, every: Iterable) -> list | None:
    """The data of these names: the scene's own, else the file's. Raises BadInput with what comes close."""
    if names is None:
        return None
    near, every = list(near), list(every)
    found = []
    for name in dict.fromkeys(filter(None, names)):
        match = next((each for each in (*near, *every) if name in (each.name_full, each.name)), None)
        if match is None:
            close = difflib.get_close_matches(name[:64], [each.name for each in (*near, *every)], n=1)
            hint = f"did you mean {close[0]!r}?" if close else "check its name in the Outliner."
            raise BadInput(f"This file has no {what} {name[:64]!r}: {hint}")
        found.append(match)
    return found


def _checked_file(said: str, base: Path, what: str) -> str:
    """The absolute path of a picture or sound that can be read. Raises BadInput."""
    path = Path(absolute(said)) if said.startswith("//") else (base / said).absolute()
    problem = (picture_problem if what == "picture" else sound_problem)(path, whole=True)
    if problem:
        raise BadInput(f"{said} {problem}: choose another {what}.")
    return absolute(str(path))


def keep_file(project: Path, tag: str, path: str) -> str:
    """Copy a file into the project, named by its content so that nothing is overwritten; returns the copy's path.

    One that lies in the project already stays where it is. Raises StorageError.
    """
    source = Path(path)
    if source.is_relative_to(project):
        return path
    folder = project / "assets" / slug(tag)
    name = f"{slug(source.stem, 'picture')}-{sha256_of(source)[:12]}{source.suffix.lower()}"
    target = folder / name
    staged = folder / f"{STAGING}{uuid.uuid4().hex[:12]}"
    if target.is_file():
        return str(target)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, staged)
        if not move_new(staged, target):
            staged.unlink(missing_ok=True)
    except OSError as error:
        with suppress(OSError):
            staged.unlink(missing_ok=True)
        raise storage_error(error, target) from error
    return str(target)


def _write(item: Item, plan: _Plan) -> bool:
    """Store what the row says; whether anything was different."""
    row = plan.row
    changed = _set(item, "kind", plan.kind)
    for name in _TEXTS:
        changed |= _set(item, name, getattr(row, name))
    if row.sound is not None:
        changed |= _set(item, "sound", relative(Path(plan.paths[row.sound])) if row.sound else "")
    changed |= _set_list(item.identity, "text", row.identity)
    changed |= _set_list(item.pictures, "path", _stored_paths(row.pictures, plan))
    changed |= _set_list(item.objects, "object", plan.objects)
    changed |= _set_list(item.collections, "collection", plan.collections)
    for variant in row.variants:
        changed |= _write_variant(item, variant, plan)
    return changed


def _write_variant(item: Item, row: VariantRow, plan: _Plan) -> bool:
    found = next((each for each in item.variants if (each.kind, each.name) == (row.kind, row.name)), None)
    changed = found is None
    variant = found or item.variants.add()
    changed |= _set(variant, "kind", row.kind)
    for name in _TEXTS:
        changed |= _set(variant, name, getattr(row, name))
    changed |= _set(variant, "white_balance", row.white_balance)
    changed |= _set_list(variant.pictures, "path", _stored_paths(row.pictures, plan))
    return changed


def _stored_paths(said: Sequence[str] | None, plan: _Plan) -> list[str] | None:
    return None if said is None else [relative(Path(plan.paths[each])) for each in said if each]


def _set(owner: Item, name: str, value: object) -> bool:
    if value is None or getattr(owner, name) == value:
        return False
    setattr(owner, name, value)
    return True


def _set_list(collection: bpy.types.bpy_prop_collection, name: str, values: Sequence[object] | None) -> bool:
    if values is None or [getattr(each, name) for each in collection] == list(values):
        return False
    collection.clear()
    for value in values:
        setattr(collection.add(), name, value)
    return True


# -- removing and renaming --------------------------------------------------------------------------


def remove(tag: str, force: bool = False) -> None:
    """Remove an asset by its tag or uuid, and take it out of every cast; its files stay. Raises BadInput.

    Raises Refused while shots name it, unless `force`: their prompts go on naming it. Of two assets with one tag,
    the other is who the shots mean.
    """
    scene, item = _one(tag)
    tag = item.tag
    if len(asset_items.find(tag)) > 1:
        asset_items.remove(scene, item.uuid)
        return
    users = users_of(tag, read_shots())
    if users and not force:
        raise Refused(
            f"@{tag} is named in {_numbers(users)}: take it out of their prompts and casts first, or say that it may "
            "go all the same."
        )
    for _, shot in _changeable():
        for index in reversed([i for i, each in enumerate(shot.assets) if each.name == tag]):
            shot.assets.remove(index)
    asset_items.remove(scene, item.uuid)


def remove_variant(tag: str, kind: str, name: str, force: bool = False) -> None:
    """Remove a variant. Raises BadInput; Refused while shots choose it, unless `force`: they then choose none."""
    _, item = _one(tag)
    kind = _variant_kind(tag, kind, name)
    users = [
        shot for shot in read_shots() if any(each.tag == tag and getattr(each, kind) == name for each in shot.assets)
    ]
    if users and not force:
        raise Refused(
            f"{name!r} of @{tag} is chosen in {_numbers(users)}: choose another there, or say that it may go all the "
            "same."
        )
    for _, shot in _changeable():
        for each in shot.assets:
            if each.name == tag and getattr(each, kind) == name:
                setattr(each, kind, "")
    item.variants.remove(next(i for i, each in enumerate(item.variants) if (each.kind, each.name) == (kind, name)))


def _variant_kind(tag: str, kind: str, name: str) -> str:
    """The kind of a variant by its name; `kind` may be given. Raises BadInput."""
    _, item = _found_asset(tag)
    kinds = [each.kind for each in item.variants if each.name == name and kind in ("", each.kind)]
    if not kinds:
        there = ", ".join(f"{each.name} ({each.kind})" for each in item.variants if kind in ("", each.kind))
        raise BadInput(f"@{tag} has no variant {name[:64]!r}: it has {there or 'none'}.")
    if len(set(kinds)) > 1:
        raise BadInput(f"@{tag} has {name!r} as {' and as '.join(kinds)}: say which with --variant-kind.")
    return kinds[0]


def _found_asset(tag: str) -> asset_items.Stored:
    """The asset of a tag, to be looked at: a linked one will do. Raises BadInput."""
    found = asset_items.find(tag)
    if not found:
        raise BadInput(no_such(tag))
    return found[0]


def _changeable() -> Iterator[asset_items.Stored]:
    """Every stored shot of this file; linked ones keep what they say."""
    for scene in scenes_with_shots():
        if scene.library is None:
            yield from ((scene, shot) for shot in scene.shotwright.shots)


def _numbers(shots: Sequence[Shot]) -> str:
    return ", ".join(shot.number for shot in shots[:12]) + (f" and {len(shots) - 12} more" if len(shots) > 12 else "")


def check_rename(tag: str, new: str) -> str:
    """The new tag as it is stored. Raises BadInput when the asset can't have it."""
    new = plain_tag(new)
    _one(tag)
    advice = tag_advice(new)
    if advice:
        raise BadInput(advice)
    if new != tag and asset_items.find(new):
        raise BadInput(f"There is an asset @{new} already: choose another tag.")
    linked = [shot for shot in users_of(tag, read_shots()) if shot.read_only]
    if linked:
        raise BadInput(f"@{tag} is named in {_numbers(linked)}, of another file: rename it there.")
    return new


def rename(tag: str, new: str) -> list[str]:
    """Give an asset another tag, in every prompt, cast and text that names it; returns the numbers of those shots.

    Locked shots too: what they say stays the same. Raises BadInput.
    """
    new = check_rename(tag, new)
    users = users_of(tag, read_shots())
    _one(tag)[1].tag = new
    for _, shot in _changeable():
        for section in terms.values(terms.SECTIONS):
            _rename_in(shot.prompt, section, tag, new)
        for each in shot.assets:
            if each.name == tag:
                each.name = new
    for scene in bpy.data.scenes:
        for asset in scene.shotwright.assets if scene.library is None else ():
            for owner in (asset, *asset.variants):
                _rename_in(owner, "description", tag, new)
                _rename_in(owner, "must_not", tag, new)
            for fact in asset.identity:
                _rename_in(fact, "text", tag, new)
        if scene.library is None:
            for name in ("prefix", "lens"):
                _rename_in(scene.shotwright.style, name, tag, new)
    return [shot.number for shot in users]


def _rename_in(owner: Item, name: str, tag: str, new: str) -> None:
    text = getattr(owner, name)
    renamed = replace_tag(text, tag, new)
    if renamed != text:
        setattr(owner, name, renamed)


# -- casting ----------------------------------------------------------------------------------------


_CASTING = "change who is in it"


def cast(shots: Sequence[Shot], tag: str, variants: Sequence[str] = (), kind: str = "") -> bool:
    """Put an asset into shots, with variants by name; whether anything was different.

    What is not named stays as it was chosen before. Raises BadInput, or Refused for a locked shot.
    """
    tag = _found_asset(plain_tag(tag))[1].tag  # it may have been named by its uuid
    chosen: dict[str, str] = {}
    for name in variants:
        of = _variant_kind(tag, kind, name) if name or not kind else kind
        if of in chosen:
            raise BadInput(f"A shot has one {of}: choose {chosen[of]!r} or {name!r}.")
        chosen[of] = name
    changed = False
    for item in [writable(shot.id, _CASTING) for shot in shots]:
        each = asset_items.cast_of(item, tag)
        if each is None:
            each = item.assets.add()
            each.name, changed = tag, True
        for of, name in chosen.items():
            changed |= _set(each, of, name)
    return changed


def uncast(shots: Sequence[Shot], tag: str = "") -> bool:
    """Take an asset out of shots, or all of them; whether there were any. Raises BadInput or Refused."""
    changed = False
    for item in [writable(shot.id, _CASTING) for shot in shots]:
        for index in reversed([i for i, each in enumerate(item.assets) if tag in ("", each.name)]):
            item.assets.remove(index)
            changed = True
    return changed

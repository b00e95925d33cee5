"""Asset sheets of the open file: drawn, kept in the project, and put among the pictures of their asset."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import bpy

from ..core.asset import PLACED, Asset, Variant
from ..core.errors import BadInput, storage_error
from ..core.names import slug
from ..core.sheet import (
    DEFAULT_SIZE,
    MAX_SIZE,
    MIN_SIZE,
    SHEETS,
    SHEETS_OF,
    Ground,
    SheetKind,
    kind_in,
    sheet_stem,
    turn_of,
)
from ..jobs.files import STAGING, move_new
from ..media.asset_sheet import metres, png_with_facts, sheet_facts
from ..media.slate import drawable
from ..render_passes.as_rendered import as_rendered
from ..render_passes.geometry import view_layer_of
from ..render_passes.owners import owners_of
from ..render_passes.sheet import Drawing, draw_sheet
from ..render_passes.sheet_model import model_of, posed
from . import asset_items, assets, project, rig_maps
from .film import read_assets
from .flipbooks import absolute, relative
from .shot_items import film_name, layout_scenes, read_only_reason

__all__ = ["Made", "Wanted", "check", "draw", "draw_and_keep", "keep", "put"]


@dataclass(frozen=True)
class Wanted:
    """What is asked for."""

    tag: str
    kinds: tuple[SheetKind, ...] = ()
    """Those of the asset's kind when empty."""
    variant: str = ""
    variant_kind: str = ""
    pose: str | int | None = None
    """rest, current or a frame; None is rest for characters and current for the others."""
    ground: Ground = "white"
    neutral: bool = False
    """Grey clay instead of the objects' colours."""
    front: str = ""
    size: int = DEFAULT_SIZE


@dataclass(frozen=True)
class Made:
    """One sheet."""

    kind: SheetKind
    data: bytes
    """PNG."""
    width: int
    height: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Plan:
    asset: Asset
    variant: Variant | None
    kinds: tuple[SheetKind, ...]
    pose: str | int
    turn: tuple[bool, float]


def check(wanted: Wanted) -> _Plan:
    """What will be drawn, all of it looked up. Raises BadInput with one sentence for anything that can't be."""
    found = [asset for asset in read_assets() if wanted.tag and wanted.tag in (asset.tag, asset.id)]
    if not found:
        raise BadInput(assets.no_such(wanted.tag))
    if len(found) > 1:
        raise BadInput(f"{len(found)} assets have the tag @{wanted.tag}: give one of them another tag first.")
    asset = found[0]
    if asset.kind not in PLACED:
        raise BadInput(
            f"@{asset.tag} is a {asset.kind}, and nothing in the scene stands for one: there is no sheet of it."
        )
    _check_stands(asset)
    if not MIN_SIZE <= wanted.size <= MAX_SIZE:
        raise BadInput(f"--size is {MIN_SIZE} to {MAX_SIZE} pixels across, and not {wanted.size}.")
    pose = wanted.pose if wanted.pose is not None else ("rest" if asset.kind == "character" else "current")
    turn = turn_of(wanted.front) if wanted.front else (False, 0.0)
    return _Plan(asset, _variant(asset, wanted), wanted.kinds or SHEETS_OF[asset.kind], pose, turn)


def _check_stands(asset: Asset) -> None:
    placed = asset_items.placed_objects()
    groups = [each for each in bpy.data.collections if each.name_full in asset.collections]
    if any(name in placed for name in asset.objects) or not all(map(asset_items.is_empty, groups)):
        return
    if groups:
        names = " and ".join(repr(each.name) for each in groups[:2])
        raise BadInput(f"@{asset.tag} stands for the empty collection {names}: put its objects there first.")
    raise BadInput(
        f"No object stands for @{asset.tag}: name one with assets change --tag {asset.tag} --object NAME --save, or "
        "with Assign Selected Objects in the sidebar."
    )


def _variant(asset: Asset, wanted: Wanted) -> Variant | None:
    if not wanted.variant:
        if wanted.variant_kind:
            raise BadInput("Name the variant that the sheet is of with --variant.")
        return None
    found = [each for each in asset.variants if each.name == wanted.variant and wanted.variant_kind in ("", each.kind)]
    if not found:
        there = ", ".join(f"{each.name} ({each.kind})" for each in asset.variants)
        raise BadInput(f"@{asset.tag} has no variant {wanted.variant[:64]!r}: it has {there or 'none'}.")
    if len(found) > 1:
        kinds = " and as ".join(each.kind for each in found)
        raise BadInput(f"@{asset.tag} has {wanted.variant!r} as {kinds}: say which with --variant-kind.")
    return found[0]


# -- drawing ----------------------------------------------------------------------------------------


def draw(wanted: Wanted) -> list[Made]:
    """The sheets, drawn; the scene is as before. Raises BadInput, SceneError or RenderError."""
    plan = check(wanted)
    asset, owners = plan.asset, owners_of(read_assets())
    scene = _scene_of(asset)
    layer = view_layer_of(scene)
    recognised = rig_maps.of_scene(scene, project.folder())
    with as_rendered(scene, layer), posed(scene, layer, asset.mark, owners, plan.pose):
        model = model_of(scene, layer, asset.mark, owners, recognised, plan.turn, wanted.neutral)
        pose = "at rest" if plan.pose == "rest" and model.rigged else f"frame {scene.frame_current}"
        drawing = Drawing(model)
        try:
            return [_sheet(drawing, kind, wanted, plan, pose) for kind in plan.kinds]
        finally:
            drawing.free()


def _scene_of(asset: Asset) -> bpy.types.Scene:
    """The scene that shows the asset: where it is kept, else the first layout with something of it."""
    scenes = sorted(layout_scenes(), key=lambda scene: scene.name_full != asset.scene)
    objects, groups = set(asset.objects), set(asset.collections)
    for scene in scenes:
        names = {each.name_full for each in scene.collection.children_recursive}
        placed = [each for each in scene.objects if each.instance_type == "COLLECTION"]
        names.update(each.instance_collection.name_full for each in placed if each.instance_collection)
        if names & groups or any(each.name_full in objects for each in scene.objects):
            return scene
    return scenes[0]


def _sheet(drawing: Drawing, kind: SheetKind, wanted: Wanted, plan: _Plan, pose: str) -> Made:
    asset, variant = plan.asset, plan.variant
    drawn = draw_sheet(drawing, kind, wanted.size)
    name = asset.name or asset.tag
    title = name[0].upper() + name[1:] if drawable(name) == name else asset.tag
    words = [asset.mark, *([f"{variant.name} ({variant.kind})"] if variant else []), SHEETS[kind]]
    across, deep, high = (drawing.high - drawing.low).tolist()
    facts = f"{metres(high)} high, {metres(across)} wide, {metres(deep)} deep"
    foot = " · ".join(filter(None, (film_name(), pose, facts, "neutral clay" if wanted.neutral else "")))
    page = drawn.sheet.draw(title, " · ".join(words), foot, drawn.panels, drawn.rulers, wanted.ground == "white")
    data = png_with_facts(page, {"sheet": kind, "tag": asset.tag, "variant": variant.name if variant else ""})
    return Made(kind, data, *page.size, tuple(_notes(drawing, plan, drawn.notes)))


def _notes(drawing: Drawing, plan: _Plan, more: Sequence[str]) -> Iterator[str]:
    mark = plan.asset.mark
    for note in (*drawing.model.notes, *more):
        yield f"{mark}: {note}"
    if plan.variant:
        yield f"{mark}: a variant has no objects of its own, so that its sheet differs in its label alone."
    if plan.asset.kind == "character" and drawing.model.body is None:
        yield f"{mark}: no person's rig was found; its front is {drawing.model.front}: turn it with --front."


# -- keeping ----------------------------------------------------------------------------------------


def keep(folder: Path, wanted: Wanted, made: Made) -> Path:
    """Write a sheet into the project `folder` under a name with its hash; the one that is there is not touched.

    Raises StorageError.
    """
    plan = check(wanted)
    place = folder / "assets" / slug(plan.asset.tag)
    stem = sheet_stem(plan.asset.tag, made.kind, plan.variant.name if plan.variant else "")
    target = place / f"{stem}-{sha256(made.data).hexdigest()[:12]}.png"
    staged = place / f"{STAGING}{uuid.uuid4().hex[:12]}"
    if target.is_file() and target.read_bytes() == made.data:
        return target
    try:
        place.mkdir(parents=True, exist_ok=True)
        staged.write_bytes(made.data)
        if not move_new(staged, target):
            staged.unlink(missing_ok=True)
    except OSError as error:
        with suppress(OSError):
            staged.unlink()
        raise storage_error(error, target) from error
    return target


def draw_and_keep(wanted: Wanted) -> list[Path]:
    """The sheets, in the project of the open file. Raises what `draw` and `keep` do."""
    made = draw(wanted)
    folder = project.open_project([]).folder
    return [keep(folder, wanted, each) for each in made]


def put(wanted: Wanted, paths: Sequence[Path]) -> dict[str, str]:
    """Put kept sheets among the pictures of their asset or variant; what was done by path: added, replaced, unchanged.

    A newer sheet of a kind takes the place of the older one; no file is deleted. Raises BadInput for linked assets.
    """
    plan = check(wanted)
    scene, item = asset_items.find(plan.asset.id)[0]
    reason = read_only_reason(scene)
    if reason:
        raise BadInput(f"@{plan.asset.tag}: {reason}")
    owner = item
    if plan.variant:
        said = plan.variant.kind, plan.variant.name
        owner = next(each for each in item.variants if (each.kind, each.name) == said)
    return {str(path): _put_one(owner.pictures, path) for path in paths}


def _put_one(pictures: Any, path: Path) -> str:
    kind = kind_in(path.name)
    if any(Path(absolute(each.path)) == path for each in pictures if each.path):
        return "unchanged"
    older = [index for index, each in enumerate(pictures) if each.path and _is_sheet(Path(absolute(each.path)), kind)]
    if not older:
        pictures.add().path = relative(path)
        return "added"
    pictures[older[0]].path = relative(path)
    for index in reversed(older[1:]):
        pictures.remove(index)
    return "replaced"


def _is_sheet(path: Path, kind: str) -> bool:
    """Whether a picture is a sheet of this kind that was drawn here; by its name alone where the file is gone."""
    if kind_in(path.name) != kind:
        return False
    try:
        return sheet_facts(path.read_bytes()).get("sheet") == kind
    except OSError:
        return True

"""What belongs to the film and not to a shot: its assets and its style, read from the .blend."""

from __future__ import annotations

import bpy

from ..core.asset import Asset, ShotAsset, Variant
from ..core.prompt import FilmStyle, PaletteColour, Prompt
from . import asset_items
from .shot_items import read_only_reason
from .style_items import style_scene

__all__ = ["prompt_of", "read_assets", "read_style", "shot_assets"]

_TEXTS = ("subject", "location", "action", "camera", "style", "constraints")


def prompt_of(item: bpy.types.PropertyGroup) -> Prompt:
    """The prompt of a stored shot."""
    stored = item.prompt
    texts = {name: getattr(stored, name) for name in _TEXTS}
    return Prompt(**texts, repeat_identity=stored.repeat_identity)


def shot_assets(item: bpy.types.PropertyGroup) -> tuple[ShotAsset, ...]:
    """The assets of a stored shot and their variants."""
    return tuple(
        ShotAsset(tag=each.name, wardrobe=each.wardrobe, phase=each.phase, light=each.light) for each in item.assets
    )


def read_assets() -> list[Asset]:
    """Every asset of the film, by scene and then in the order in which they were made."""
    return [_asset(scene, item) for scene, item in asset_items.stored()]


def read_style() -> FilmStyle:
    """The style of the film."""
    return _style(style_scene())


def _style(scene: bpy.types.Scene) -> FilmStyle:
    stored = scene.shotwright.style
    return FilmStyle(
        prefix=stored.prefix,
        palette=tuple(
            PaletteColour(share=round(each.share, 3), name=each.name, colour=each.colour) for each in stored.palette
        ),
        white_balance=stored.white_balance or None,
        lens=stored.lens,
        shutter=round(stored.shutter, 3) or None,
    )


def _asset(scene: bpy.types.Scene, item: bpy.types.PropertyGroup) -> Asset:
    return Asset(
        id=item.uuid,
        scene=scene.name_full,
        tag=item.tag,
        kind=item.kind,
        name=item.name,
        description=item.description,
        identity=tuple(fact.text for fact in item.identity if fact.text),
        must_not=item.must_not,
        pictures=_paths(item.pictures),
        sound=item.sound,
        objects=tuple(each.object.name_full for each in item.objects if each.object),
        collections=tuple(each.collection.name_full for each in item.collections if each.collection),
        variants=tuple(_variant(each) for each in item.variants),
        read_only=read_only_reason(scene),
    )


def _variant(item: bpy.types.PropertyGroup) -> Variant:
    return Variant(
        kind=item.kind,
        name=item.name,
        description=item.description,
        must_not=item.must_not,
        white_balance=item.white_balance or None,
        pictures=_paths(item.pictures),
    )


def _paths(pictures: bpy.types.bpy_prop_collection) -> tuple[str, ...]:
    return tuple(each.path for each in pictures if each.path)

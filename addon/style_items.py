"""The film's style as it is stored. No pydantic here: panels read this while they draw."""

from __future__ import annotations

import bpy

from .shot_items import layout_scenes, scenes_with_shots

__all__ = ["style_scene"]


def style_scene() -> bpy.types.Scene:
    """The scene that holds the film's style: the first with one, else the first with shots, else the open one."""
    with_shots = scenes_with_shots()
    styled = (scene for scene in [*with_shots, *layout_scenes()] if _has_style(scene.shotwright.style))
    return next(styled, with_shots[0] if with_shots else bpy.context.scene)


def _has_style(style: bpy.types.PropertyGroup) -> bool:
    return bool(style.prefix or len(style.palette) or style.white_balance or style.lens or round(style.shutter, 3))

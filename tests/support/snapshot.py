"""What a scene looks like to its artist, as one comparable value."""

from __future__ import annotations

from typing import Any

import bpy

__all__ = ["data_counts", "properties_of", "registered", "scene_state"]

_SKIP = {"rna_type", "bl_rna"}


def properties_of(owner: bpy.types.bpy_struct) -> dict[str, Any]:
    """Every plain setting of a Blender struct."""
    values: dict[str, Any] = {}
    for prop in owner.bl_rna.properties:
        if prop.identifier in _SKIP or prop.is_readonly or prop.type in ("POINTER", "COLLECTION"):
            continue
        value = getattr(owner, prop.identifier)
        values[prop.identifier] = tuple(value) if getattr(prop, "is_array", False) else value
    return values


def data_counts() -> dict[str, int]:
    """How many data-blocks of each kind there are."""
    return {
        prop.identifier: len(getattr(bpy.data, prop.identifier))
        for prop in bpy.data.bl_rna.properties
        if prop.type == "COLLECTION" and prop.identifier != "all_ids"
    }


def scene_state(scene: bpy.types.Scene) -> dict[str, Any]:
    """Frame, camera, selection, visibility, settings, transforms and numbers of things."""
    layer = scene.view_layers[0]
    render = properties_of(scene.render)
    return {
        "frame": (scene.frame_current, scene.frame_subframe),
        "range": (scene.frame_start, scene.frame_end, scene.frame_preview_start, scene.frame_preview_end),
        "camera": scene.camera.name if scene.camera else None,
        "active": layer.objects.active.name if layer.objects.active else None,
        "objects": [
            (
                obj.name,
                obj.select_get(view_layer=layer),
                obj.hide_get(view_layer=layer),
                obj.hide_viewport,
                obj.hide_render,
                tuple(tuple(row) for row in obj.matrix_world),
            )
            for obj in scene.objects
        ],
        "render": render,
        "image": properties_of(scene.render.image_settings),
        "ffmpeg": properties_of(scene.render.ffmpeg),
        "view": properties_of(scene.view_settings),
        "strips": len(scene.sequence_editor.strips) if scene.sequence_editor else None,
        "counts": data_counts(),
        "context": (bpy.context.scene.name, bpy.context.window.scene.name),
    }


def registered() -> dict[str, Any]:
    """Everything an extension can leave behind in Blender, by name."""
    kinds = (bpy.types.Panel, bpy.types.Operator, bpy.types.Menu, bpy.types.UIList, bpy.types.PropertyGroup)
    classes = {cls.__name__ for kind in (*kinds, bpy.types.AddonPreferences) for cls in kind.__subclasses__()}
    handlers = {
        name: [f"{function.__module__}.{function.__name__}" for function in getattr(bpy.app.handlers, name)]
        for name in dir(bpy.app.handlers)
        if isinstance(getattr(bpy.app.handlers, name), list)
    }
    return {
        # A class that is only defined is no trace; one that Blender knows is.
        "classes": {name for name in classes if hasattr(bpy.types, name)},
        "operators": sorted(dir(bpy.ops.shotwright)),
        "scene": sorted(prop.identifier for prop in bpy.types.Scene.bl_rna.properties),
        "window manager": sorted(prop.identifier for prop in bpy.types.WindowManager.bl_rna.properties),
        "handlers": handlers,
        "keymaps": {
            (config.name, keymap.name, len(keymap.keymap_items))
            for config in bpy.context.window_manager.keyconfigs
            for keymap in config.keymaps
        },
    }

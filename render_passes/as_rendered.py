"""The viewport's dependency graph made to evaluate what a render would, and put back afterwards.

Python has no dependency graph in render mode outside a render engine, and a render per frame would
evaluate everything anew. So visibility and render-time settings are set, and restored whatever happens.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import bpy

__all__ = ["as_rendered", "notes"]

_MODIFIER_LEVELS = {"SUBSURF": ("levels", "render_levels"), "MULTIRES": ("levels", "render_levels")}
_CURVES = {"CURVE", "SURFACE", "FONT"}


class _Changes:
    """Set properties now, put them back in reverse."""

    def __init__(self) -> None:
        self._before: list[tuple[Any, str, Any]] = []

    def set(self, owner: Any, name: str, value: Any) -> None:
        before = getattr(owner, name)
        if before != value:
            self._before.append((owner, name, before))
            setattr(owner, name, value)

    def undo(self) -> None:
        for owner, name, value in reversed(self._before):
            setattr(owner, name, value)
        self._before.clear()


@contextmanager
def as_rendered(scene: bpy.types.Scene, layer: bpy.types.ViewLayer) -> Iterator[None]:
    """Inside, the layer's dependency graph shows what a render of the scene would.

    Objects and collections are visible when renders show them; modifiers, subdivision and curve
    resolution, particles and simplify have their render settings. The playhead and the camera are kept too.
    """
    changes = _Changes()
    frame, subframe, camera = scene.frame_current, scene.frame_subframe, scene.camera
    # An object that was just removed stands here as None until the layer is evaluated, and hide_get brings the layer
    # up to date, which frees what a loop over it stands on.
    hidden = [obj for obj in list(layer.objects) if obj is not None and obj.hide_get(view_layer=layer)]
    try:
        _layer_collections(layer.layer_collection, changes)
        for name in ("simplify_subdivision", "simplify_child_particles"):
            changes.set(scene.render, name, getattr(scene.render, f"{name}_render"))
        for obj in hidden:
            obj.hide_set(False, view_layer=layer)
        for obj in scene.objects:
            _object(obj, changes)
        for collection in bpy.data.collections:
            _collection(collection, changes)
        yield
    finally:
        changes.undo()
        for obj in hidden:
            obj.hide_set(True, view_layer=layer)
        scene.frame_set(frame, subframe=subframe)
        if scene.camera != camera:
            scene.camera = camera


def _layer_collections(root: bpy.types.LayerCollection, changes: _Changes) -> None:
    changes.set(root, "hide_viewport", False)
    for child in root.children:
        _layer_collections(child, changes)


def _collection(collection: bpy.types.Collection, changes: _Changes) -> None:
    changes.set(collection, "hide_viewport", collection.hide_render)
    # Objects that only stand in an instanced collection are in no scene of their own.
    for obj in collection.objects:
        _object(obj, changes)


def _object(obj: bpy.types.Object, changes: _Changes) -> None:
    if not _animated(obj, "hide_viewport"):
        changes.set(obj, "hide_viewport", obj.hide_render and not _animated(obj, "hide_render"))
    changes.set(obj, "show_instancer_for_viewport", obj.show_instancer_for_render)
    for system in obj.particle_systems:
        changes.set(system.settings, "display_percentage", 100)
        changes.set(system.settings, "child_percent", system.settings.rendered_child_count)
    for modifier in obj.modifiers:
        changes.set(modifier, "show_viewport", modifier.show_render)
        levels = _MODIFIER_LEVELS.get(modifier.type)
        if levels:
            changes.set(modifier, levels[0], getattr(modifier, levels[1]))
    if obj.type in _CURVES and obj.data is not None and obj.data.render_resolution_u:
        changes.set(obj.data, "resolution_u", obj.data.render_resolution_u)
    if obj.type == "META" and obj.data is not None:
        changes.set(obj.data, "resolution", obj.data.render_resolution)


def _animated(owner: bpy.types.ID, path: str) -> bool:
    animation = owner.animation_data
    if animation is None:
        return False
    if any(driver.data_path == path for driver in animation.drivers):
        return True
    action = animation.action
    if action is None:
        return False
    if hasattr(action, "fcurves"):
        return any(curve.data_path == path for curve in action.fcurves)
    slot = animation.action_slot
    bags = (strip.channelbag(slot) for layer in action.layers for strip in layer.strips) if slot else ()
    return any(curve.data_path == path for bag in bags if bag is not None for curve in bag.fcurves)


def notes(scene: bpy.types.Scene) -> list[str]:
    """Sentences about what can still differ from a render of this scene."""
    groups = {
        modifier.node_group.name
        for obj in scene.objects
        for modifier in obj.modifiers
        if modifier.type == "NODES" and modifier.node_group and modifier.show_render
    }
    asks = sorted(
        name
        for name in groups
        if any(node.bl_idname == "GeometryNodeIsViewport" for node in bpy.data.node_groups[name].nodes)
    )
    return [
        f"The node group {name!r} asks whether it is in the viewport; references are drawn as there." for name in asks
    ]

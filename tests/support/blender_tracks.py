"""Tracks of real cameras. Import it after the extension is installed."""

from __future__ import annotations

from collections.abc import Iterable

import bpy
from bl_ext.user_default.shotwright.addon import brief_reader, rig_reader
from bl_ext.user_default.shotwright.addon.shots import read_shots
from bl_ext.user_default.shotwright.core.asset import Asset
from bl_ext.user_default.shotwright.core.brief.track import CameraTrack, Subject
from bl_ext.user_default.shotwright.core.rigs.recognise import recognise_all
from bl_ext.user_default.shotwright.core.shot import Shot
from support.film import new_shot
from support.stage import Stage

__all__ = ["asset", "ids", "read", "recognised", "shot_of", "subject"]


def shot_of(scene: bpy.types.Scene, **fields: object) -> Shot:
    """A shot of the scene's camera over the scene's range."""
    if "cast" in fields:
        fields["assets"] = fields.pop("cast")
    new_shot(scene, camera=scene.camera)
    return read_shots()[-1].model_copy(update=fields)


def recognised(scene: bpy.types.Scene):
    return {each.armature: each for each in recognise_all(rig_reader.read_scene(scene))}


def asset(tag: str, objects: Iterable[str] = (), collections: Iterable[str] = (), kind: str = "prop") -> Asset:
    return Asset(
        id=tag, scene="Scene", tag=tag, kind=kind, name="", objects=tuple(objects), collections=tuple(collections)
    )


def read(stage: Stage, assets: Iterable[Asset] = (), **fields: object) -> CameraTrack:
    shot = shot_of(stage.scene, **fields)
    return brief_reader.track_of(shot, list(assets), recognised(stage.scene))


def subject(track: CameraTrack, id: str) -> Subject:
    return next(each for each in track.subjects if each.id == id)


def ids(track: CameraTrack) -> set[str]:
    return {each.id for each in track.subjects}

"""Set and restore: what drawing changes in a scene is put back, whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import bpy

__all__ = ["kept"]


@contextmanager
def kept(scene: bpy.types.Scene) -> Iterator[None]:
    """Inside, the scene's playhead may move; afterwards frame and camera are as before.

    Moving the playhead over a marker bound to a camera changes `scene.camera`, so that is kept too.
    """
    frame, subframe, camera = scene.frame_current, scene.frame_subframe, scene.camera
    try:
        yield
    finally:
        scene.frame_set(frame, subframe=subframe)
        if scene.camera != camera:
            scene.camera = camera

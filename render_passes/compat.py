"""What differs between Blender versions when drawing: how the `gpu` module comes to life."""

from __future__ import annotations

import ctypes
import os
import sys

import bpy
import gpu

from ..core.errors import RenderError

__all__ = ["gpu_name", "gpu_obstacle", "gpu_ready"]


def gpu_obstacle() -> str | None:
    """Why Blender can't draw here, or None. Asking first matters: without libEGL Blender aborts."""
    if not bpy.app.background or not sys.platform.startswith("linux"):
        return None
    if os.environ.get("DISPLAY"):
        return None
    try:
        ctypes.CDLL("libEGL.so.1")
    except OSError:
        return (
            "Blender needs libEGL to draw without a screen, and this machine has none: "
            "install it (Debian and Ubuntu: apt install libegl1 libgl1-mesa-dri; Fedora: dnf install mesa-libEGL)."
        )
    return None


def gpu_ready() -> None:
    """Make the `gpu` module usable; cheap when it already is. Raises RenderError with what to install."""
    try:
        gpu.platform.backend_type_get()
        return
    except SystemError:
        pass
    obstacle = gpu_obstacle()
    if obstacle:
        raise RenderError(obstacle)
    if hasattr(gpu, "init"):
        gpu.init()
    else:
        _wake_by_render()
    try:
        gpu.platform.backend_type_get()
    except SystemError as error:
        raise RenderError("Blender found no graphics driver: install Mesa or your card's driver.") from error


def _wake_by_render() -> None:
    """Before 5.2 there is no gpu.init(); any Workbench render creates the context."""
    images = set(bpy.data.images)
    scene = bpy.data.scenes.new(".shotwright wake")
    data = bpy.data.cameras.new(".shotwright wake")
    camera = bpy.data.objects.new(".shotwright wake", data)
    try:
        scene.collection.objects.link(camera)
        scene.camera = camera
        scene.render.engine = "BLENDER_WORKBENCH"
        scene.render.resolution_x = scene.render.resolution_y = 8
        scene.render.resolution_percentage = 100
        bpy.ops.render.render(scene=scene.name)
    finally:
        bpy.data.objects.remove(camera)
        bpy.data.cameras.remove(data)
        bpy.data.scenes.remove(scene)
        for image in set(bpy.data.images) - images:  # the Render Result
            bpy.data.images.remove(image)


def gpu_name() -> str:
    """Renderer and driver version, for the records."""
    return f"{gpu.platform.renderer_get()} ({gpu.platform.backend_type_get()})"

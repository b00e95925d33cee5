"""What differs between Blender versions when drawing: how the `gpu` module comes to life."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import bpy
import gpu

from ..core.errors import RenderError

__all__ = [
    "CYCLES_SETTINGS",
    "LAYER_SETTINGS",
    "PASSES",
    "PASS_CHANNELS",
    "RENDER_SETTINGS",
    "float_layers",
    "gpu_name",
    "gpu_obstacle",
    "gpu_ready",
    "has_shader_nodes",
    "white_clay",
]


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


# -- renders whose passes are read back -----------------------------------------------------------

_V5 = bpy.app.version >= (5, 0, 0)

# One sample through the middle of every pixel, lit directly. No version has all of these settings; those that a
# version lacks are left out.
RENDER_SETTINGS: dict[str, object] = {
    "engine": "CYCLES",
    "film_transparent": True,
    "resolution_percentage": 100,
    "use_border": False,
    "use_compositing": False,
    "use_file_extension": False,
    "use_freestyle": False,
    "use_motion_blur": False,
    "use_multiview": False,
    "use_overwrite": True,
    "use_persistent_data": False,
    "use_placeholder": False,
    "use_sequencer": False,
    "use_auto_generate_texture_cache": False,
}
CYCLES_SETTINGS: dict[str, object] = {
    "device": "CPU",
    "samples": 1,
    "use_layer_samples": "IGNORE",
    "use_sample_subset": False,
    "sample_offset": 0,
    "time_limit": 0.0,
    "use_adaptive_sampling": False,
    "use_denoising": False,
    "use_guiding": False,
    "use_light_tree": False,
    "use_fast_gi": False,
    "light_sampling_threshold": 0.0,
    "sample_clamp_direct": 0.0,
    "max_bounces": 0,
    "min_transparent_bounces": 0,
    "film_exposure": 1.0,
    "film_transparent_glass": False,
    "pixel_filter_type": "BLACKMAN_HARRIS",
    "filter_width": 0.01,
    "use_pixel_jitter": False,
    "seed": 0,
    "use_animated_seed": False,
}
LAYER_SETTINGS: dict[str, object] = {"use": True, "world_override": None, "pass_alpha_threshold": 0.5}
PASSES = {"combined", "z", "position", "normal", "object_index", "diffuse_direct", "diffuse_color"}

PASS_CHANNELS = {
    "depth": ("Depth.Z",),
    "position": ("Position.X", "Position.Y", "Position.Z"),
    "normal": ("Normal.X", "Normal.Y", "Normal.Z"),
    "index": ("Object Index.X",) if _V5 else ("IndexOB.X",),
    "light": ("Diffuse Direct.G",) if _V5 else ("DiffDir.G",),
    "albedo": ("Diffuse Color.G",) if _V5 else ("DiffCol.G",),
}
"""Where the passes of a Cycles render lie in its file."""

_IMAGE_SETTINGS = ("media_type", "file_format", "color_mode", "color_depth", "exr_codec", "use_exr_interleave")
# In this order: what kind of file it is decides which formats and depths there are.


@contextmanager
def float_layers(settings: bpy.types.ImageFormatSettings) -> Iterator[None]:
    """Inside, renders are written as one uncompressed OpenEXR part with all passes in 32-bit floats."""
    names = [name for name in _IMAGE_SETTINGS if hasattr(settings, name)]
    before = [(name, getattr(settings, name)) for name in names]
    wanted = ("MULTI_LAYER_IMAGE", "OPEN_EXR_MULTILAYER", "RGBA", "32", "NONE", True)
    try:
        for name, value in zip(_IMAGE_SETTINGS, wanted, strict=True):
            if name in names:
                setattr(settings, name, value)
        yield
    finally:
        for name, value in before:
            setattr(settings, name, value)


def has_shader_nodes(material: bpy.types.Material) -> bool:
    """Whether a material is made of nodes; from 5.0 on every one is, and asking is deprecated."""
    return material.node_tree is not None and (_V5 or material.use_nodes)


def white_clay(name: str) -> bpy.types.Material:
    """A new material that is white and matt."""
    material = bpy.data.materials.new(name)
    if not _V5:
        material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    nodes.clear()
    shader, output = nodes.new("ShaderNodeBsdfDiffuse"), nodes.new("ShaderNodeOutputMaterial")
    shader.inputs["Color"].default_value = (1.0, 1.0, 1.0, 1.0)
    links.new(shader.outputs[0], output.inputs["Surface"])
    return material

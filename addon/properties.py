"""What the .blend remembers: intent alone. Facts (packages, takes) live on disk."""

from collections.abc import Iterator
from contextlib import contextmanager

import bpy
from bpy.props import (
    BoolProperty,
    CollectionProperty,
    EnumProperty,
    FloatVectorProperty,
    IntProperty,
    PointerProperty,
    StringProperty,
)

from ..core import terms

__all__ = ["CLASSES", "attach", "detach", "quiet"]

_quiet: list[None] = []


@contextmanager
def quiet() -> Iterator[None]:
    """Inside, choosing a row of the shot list does not move the scene's playhead and camera."""
    _quiet.append(None)
    try:
        yield
    finally:
        _quiet.pop()


def _is_camera(_self: bpy.types.PropertyGroup, item: bpy.types.Object) -> bool:
    return item.type == "CAMERA"


def _shot_picked(self: "SHOTWRIGHT_PG_scene", _context: bpy.types.Context) -> None:
    """Picking a shot jumps the scene to its camera and range."""
    from . import shot_items

    scene = self.id_data
    if _quiet:
        return
    if 0 <= self.active_shot < len(self.shots) and shot_items.read_only_reason(scene) is None:
        shot_items.jump_to(scene, self.shots[self.active_shot])


class SHOTWRIGHT_PG_flipbook(bpy.types.PropertyGroup):
    """A movie or image sequence from elsewhere that shows how a shot moves; none while `path` is empty."""

    path: StringProperty(
        name="Flipbook",
        description="A movie, a folder of pictures, or one picture of a sequence",
        subtype="FILE_PATH",
        options={"PATH_SUPPORTS_BLEND_RELATIVE"},
    )
    rate: StringProperty(
        name="Rate", description="Pictures a second of a sequence (24, 23.976, 24000/1001); the scene's when empty"
    )
    offset: IntProperty(
        name="Offset",
        description="Which of its pictures shows the start of the cut range, from 0",
        min=-terms.MAX_FRAMES,
        max=terms.MAX_FRAMES,
    )
    crop: FloatVectorProperty(
        name="Crop",
        description="The part that is used: left, top, width and height, in parts of its picture",
        size=4,
        default=(0.0, 0.0, 1.0, 1.0),
        min=0.0,
        max=1.0,
        precision=3,
    )
    fit: EnumProperty(
        name="Fit",
        description="What is done when its shape is not the camera's",
        items=terms.FLIPBOOK_FITS,
        default="pad",
    )


class SHOTWRIGHT_PG_shot(bpy.types.PropertyGroup):
    """One shot of a scene."""

    # `name` comes with every PropertyGroup and is the shot's name.
    uuid: StringProperty(name="Identity", options={"HIDDEN"})
    number: StringProperty(name="Number", description="SH010, SH020, …; unique in the film", maxlen=32)
    camera: PointerProperty(
        name="Camera", description="What the shot is seen through", type=bpy.types.Object, poll=_is_camera
    )
    frame_start: IntProperty(name="Start", description="First frame of the cut range", default=1)
    frame_end: IntProperty(name="End", description="Last frame of the cut range, inside it", default=1)
    handle_head: IntProperty(name="Head", description="Frames rendered before the start", min=0, max=terms.MAX_HANDLES)
    handle_tail: IntProperty(name="Tail", description="Frames rendered behind the end", min=0, max=terms.MAX_HANDLES)
    use_custom_size: BoolProperty(name="Own Size", description="Use a size of its own instead of the scene's")
    width: IntProperty(name="Width", subtype="PIXEL", min=0, max=65536, default=1280)
    height: IntProperty(name="Height", subtype="PIXEL", min=0, max=65536, default=720)
    locked: BoolProperty(name="Locked", description="Nothing regenerates this shot or changes it from outside")
    mode: EnumProperty(
        name="Mode", description="How the shot becomes a clip", items=terms.MODES, default=terms.DEFAULT_MODE
    )
    sequence: StringProperty(name="Sequence", description="Shots that belong together, for instance SQ010")
    order: IntProperty(name="Order", description="Place in the film", options={"HIDDEN"})
    source: EnumProperty(name="Made From", items=terms.SOURCES, default="manual", options={"HIDDEN"})
    source_name: StringProperty(name="Marker", options={"HIDDEN"})
    made_start: IntProperty(options={"HIDDEN"})
    made_end: IntProperty(options={"HIDDEN"})
    copied_from: StringProperty(name="Copied From", options={"HIDDEN"})
    circled_take: StringProperty(name="Circled Take", options={"HIDDEN"})
    current_take: StringProperty(name="Current Take", options={"HIDDEN"})
    flipbook: PointerProperty(name="Flipbook", type=SHOTWRIGHT_PG_flipbook)


class SHOTWRIGHT_PG_scene(bpy.types.PropertyGroup):
    """The shots of one scene, and which film and project they belong to."""

    shots: CollectionProperty(name="Shots", type=SHOTWRIGHT_PG_shot)
    active_shot: IntProperty(name="Active Shot", update=_shot_picked, options={"SKIP_SAVE"})
    film: StringProperty(name="Film", description="Name of the film; the file's name when empty")
    project_uuid: StringProperty(name="Project", options={"HIDDEN"})
    project_folder: StringProperty(
        name="Project Folder", description="Where references, takes and exports are kept", options={"HIDDEN"}
    )
    is_edit: BoolProperty(name="Edit", description="This scene is the film's edit", options={"HIDDEN"})


CLASSES = (SHOTWRIGHT_PG_flipbook, SHOTWRIGHT_PG_shot, SHOTWRIGHT_PG_scene)


def attach() -> None:
    """Give every scene its shots."""
    bpy.types.Scene.shotwright = PointerProperty(type=SHOTWRIGHT_PG_scene)


def detach() -> None:
    """Take the property away; the values stay in the file for the next time."""
    del bpy.types.Scene.shotwright

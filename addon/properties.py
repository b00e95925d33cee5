"""What the .blend remembers: intent alone. Facts (packages, takes) live on disk."""

from collections.abc import Iterator
from contextlib import contextmanager

import bpy
from bpy.props import (
    BoolProperty,
    CollectionProperty,
    EnumProperty,
    FloatProperty,
    FloatVectorProperty,
    IntProperty,
    PointerProperty,
    StringProperty,
)

from ..core import terms

__all__ = ["CLASSES", "attach", "detach", "quiet"]

_quiet: list[None] = []

_SECTION = {value: description for value, _, description in terms.SECTIONS}


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
    item = shot_items.active_shot(scene)
    if item is not None and shot_items.read_only_reason(scene) is None:
        shot_items.jump_to(scene, item)


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


class SHOTWRIGHT_PG_prompt(bpy.types.PropertyGroup):
    """The six sections of a shot's prompt. Assets are named by tag: @lou."""

    subject: StringProperty(name="Subject", description=_SECTION["subject"])
    location: StringProperty(name="Location", description=_SECTION["location"])
    action: StringProperty(name="Action", description=_SECTION["action"])
    camera: StringProperty(name="Camera", description=_SECTION["camera"])
    style: StringProperty(name="Style", description=_SECTION["style"])
    constraints: StringProperty(name="Constraints", description=_SECTION["constraints"])
    repeat_identity: BoolProperty(
        name="Repeat Identity", description="Say again in CONSTRAINTS what the assets' identity depends on"
    )


class SHOTWRIGHT_PG_shot_asset(bpy.types.PropertyGroup):
    """An asset in a shot, and how it is there. `name` is its tag, without the @."""

    wardrobe: StringProperty(name="Wardrobe", description="Name of the variant; empty for none")
    phase: StringProperty(name="Phase", description="Name of the variant; empty for none")
    light: StringProperty(name="Light", description="Name of the variant; empty for none")


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
    stills: EnumProperty(
        name="Stills",
        description="What the shot's first and last frame show, which a model starts and ends with",
        items=terms.STILLS,
        default=terms.DEFAULT_STILLS,
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
    prompt: PointerProperty(name="Prompt", type=SHOTWRIGHT_PG_prompt)
    assets: CollectionProperty(name="Assets", type=SHOTWRIGHT_PG_shot_asset)


class SHOTWRIGHT_PG_picture(bpy.types.PropertyGroup):
    """A reference picture."""

    path: StringProperty(
        name="Picture",
        description="A picture of the asset",
        subtype="FILE_PATH",
        options={"PATH_SUPPORTS_BLEND_RELATIVE"},
    )


class SHOTWRIGHT_PG_variant(bpy.types.PropertyGroup):
    """One way an asset can be. `name` comes with every PropertyGroup."""

    kind: EnumProperty(name="Kind", items=terms.VARIANT_KINDS, default="wardrobe")
    description: StringProperty(name="Description", description="What is different")
    must_not: StringProperty(name="Must Not Be", description="What it must not be or become")
    white_balance: IntProperty(
        name="White Balance", description="In kelvin; 0 for the film's", min=0, max=100_000, subtype="TEMPERATURE"
    )
    pictures: CollectionProperty(name="Pictures", type=SHOTWRIGHT_PG_picture)


class SHOTWRIGHT_PG_asset_object(bpy.types.PropertyGroup):
    """An object that stands for an asset."""

    object: PointerProperty(name="Object", type=bpy.types.Object)


class SHOTWRIGHT_PG_asset_collection(bpy.types.PropertyGroup):
    """A collection that stands for an asset."""

    collection: PointerProperty(name="Collection", type=bpy.types.Collection)


class SHOTWRIGHT_PG_fact(bpy.types.PropertyGroup):
    """A fact of identity: `text` is a few words."""

    text: StringProperty(name="Fact", description="What has to hold in every picture")


class SHOTWRIGHT_PG_asset(bpy.types.PropertyGroup):
    """Something that has to look the same everywhere. `name` is what it is called."""

    uuid: StringProperty(name="Identity", options={"HIDDEN"})
    tag: StringProperty(name="Tag", description="How prompts name it, without the @", maxlen=32)
    kind: EnumProperty(name="Kind", items=terms.ASSET_KINDS, default="character")
    description: StringProperty(name="Description", description="A few words that are put in its place")
    identity: CollectionProperty(name="Identity", type=SHOTWRIGHT_PG_fact)
    must_not: StringProperty(name="Must Not Be", description="What it must not be or become")
    pictures: CollectionProperty(name="Pictures", type=SHOTWRIGHT_PG_picture)
    sound: StringProperty(
        name="Sound",
        description="A recording of the voice",
        subtype="FILE_PATH",
        options={"PATH_SUPPORTS_BLEND_RELATIVE"},
    )
    objects: CollectionProperty(name="Objects", type=SHOTWRIGHT_PG_asset_object)
    collections: CollectionProperty(name="Collections", type=SHOTWRIGHT_PG_asset_collection)
    variants: CollectionProperty(name="Variants", type=SHOTWRIGHT_PG_variant)


class SHOTWRIGHT_PG_colour(bpy.types.PropertyGroup):
    """A colour of the film. `name` is how texts call it."""

    share: FloatProperty(name="Share", description="Per cent of the picture", min=0.0, max=100.0, subtype="PERCENTAGE")
    colour: StringProperty(name="Colour", description="As #rrggbb; empty when only its name is known", maxlen=7)


class SHOTWRIGHT_PG_style(bpy.types.PropertyGroup):
    """What every picture of the film has in common."""

    prefix: StringProperty(name="Prefix", description="Stands before everything else in STYLE")
    palette: CollectionProperty(name="Palette", type=SHOTWRIGHT_PG_colour)
    white_balance: IntProperty(
        name="White Balance", description="In kelvin; 0 to leave it open", min=0, max=100_000, subtype="TEMPERATURE"
    )
    lens: StringProperty(name="Lenses", description="Character of the lenses: anamorphic, soft edges, warm flares")
    shutter: FloatProperty(
        name="Shutter", description="Shutter angle in degrees; 0 to leave it open", min=0.0, max=360.0
    )


class SHOTWRIGHT_PG_scene(bpy.types.PropertyGroup):
    """The shots of one scene, and which film and project they belong to."""

    shots: CollectionProperty(name="Shots", type=SHOTWRIGHT_PG_shot)
    active_shot: IntProperty(name="Active Shot", update=_shot_picked, options={"SKIP_SAVE"})
    assets: CollectionProperty(name="Assets", type=SHOTWRIGHT_PG_asset)
    active_asset: IntProperty(name="Active Asset", options={"SKIP_SAVE"})
    style: PointerProperty(name="Film Style", type=SHOTWRIGHT_PG_style)
    film: StringProperty(name="Film", description="Name of the film; the file's name when empty")
    project_uuid: StringProperty(name="Project", options={"HIDDEN"})
    project_folder: StringProperty(
        name="Project Folder", description="Where references, takes and exports are kept", options={"HIDDEN"}
    )
    is_edit: BoolProperty(name="Edit", description="This scene is the film's edit", options={"HIDDEN"})


CLASSES = (
    SHOTWRIGHT_PG_flipbook,
    SHOTWRIGHT_PG_prompt,
    SHOTWRIGHT_PG_shot_asset,
    SHOTWRIGHT_PG_shot,
    SHOTWRIGHT_PG_picture,
    SHOTWRIGHT_PG_variant,
    SHOTWRIGHT_PG_asset_object,
    SHOTWRIGHT_PG_asset_collection,
    SHOTWRIGHT_PG_fact,
    SHOTWRIGHT_PG_asset,
    SHOTWRIGHT_PG_colour,
    SHOTWRIGHT_PG_style,
    SHOTWRIGHT_PG_scene,
)


def attach() -> None:
    """Give every scene its shots."""
    bpy.types.Scene.shotwright = PointerProperty(type=SHOTWRIGHT_PG_scene)


def detach() -> None:
    """Take the property away; the values stay in the file for the next time."""
    del bpy.types.Scene.shotwright

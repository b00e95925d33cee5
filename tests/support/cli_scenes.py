"""Builds the scenes of the cli tier: `python cli_scenes.py FOLDER` writes one .blend per function below.

Runs in a child process with the bpy module. Everything is small: 96 × 64 pixels and a few frames.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.tree import load_tree

EVIL_NAMES = (
    "CON",
    "a:b*?<>|",
    "trailing dots...",
    "x" * 200,
    "🎬🦊",
    "...",
    "..\\..\\x",
    "../../../x",
    "two\nlines",
    "tab\tand \x07 bell",
    "%s {} %d",
    "-rf",
)
"""Names of shots and cameras that file systems, terminals and text drawing choke on."""


def main(folder: Path) -> None:
    import bpy

    load_tree()
    import shotwright

    shotwright.register()
    for build in SCENES:
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        build()
        bpy.ops.wm.save_as_mainfile(filepath=str(folder / f"{build.__name__}.blend"))
    library_gone(folder)
    # 4.5 never ends when a class or handler is still registered at exit.
    shotwright.unregister()


SCENES: list[Callable[[], None]] = []


def scene(build: Callable[[], None]) -> Callable[[], None]:
    SCENES.append(build)
    return build


# -- parts ----------------------------------------------------------------------------------------


def layout(*cameras: str, end: int = 8):
    """The open scene as a small layout: a floor, a still head, a box that slides, and cameras."""
    import bpy

    scene = bpy.context.scene
    scene.name = "Layout"
    scene.render.resolution_x, scene.render.resolution_y = 96, 64
    scene.frame_start, scene.frame_end = 1, end
    furnish(scene, end)
    for index, name in enumerate(cameras):
        angle = 2.1 * index
        add_camera(scene, name, (7 * math.sin(angle), -7 * math.cos(angle), 3))
    return scene


def furnish(scene, end: int) -> None:
    import bpy

    bpy.ops.mesh.primitive_plane_add(size=12)
    bpy.ops.mesh.primitive_monkey_add(size=2, location=(0, 0, 1.2))
    bpy.ops.mesh.primitive_cube_add(size=1, location=(-2, 0.5, 0.5))
    box = bpy.context.object
    box.keyframe_insert("location", frame=1)
    box.location.x = 2
    box.keyframe_insert("location", frame=end)


def add_camera(scene, name: str, place: tuple[float, float, float]):
    import bpy
    from mathutils import Vector

    camera = bpy.data.objects.new(name, bpy.data.cameras.new(name))
    scene.collection.objects.link(camera)
    camera.location = place
    camera.rotation_euler = (Vector((0, 0, 1)) - Vector(place)).to_track_quat("-Z", "Y").to_euler()
    return camera


def shots(*ranges: tuple[int, int], scene=None):
    """Shots from the scene's cameras in order of name, with these ranges."""
    import bpy
    from shotwright.addon import make_shots

    scene = scene or bpy.context.scene
    make_shots.make(scene, "cameras")
    for item, (start, end) in zip(scene.shotwright.shots, ranges, strict=False):
        item.frame_start, item.frame_end = start, end
    return scene.shotwright.shots


# -- films ----------------------------------------------------------------------------------------


@scene
def bare() -> None:
    """Two cameras and no shots."""
    layout("Wide", "Close")


@scene
def empty() -> None:
    """Nothing but the scene."""


@scene
def film() -> None:
    """Three shots; the first has handles, the second shares its time with the others."""
    scene = layout("A Wide", "B Close", "C Side")
    scene.camera = scene.objects["A Wide"]
    items = shots((2, 4), (3, 6), (7, 8))
    items[0].handle_head, items[0].handle_tail = 1, 2


@scene
def long() -> None:
    """The second shot is long enough to be caught while its take is made."""
    layout("A Wide", "B Close", end=240)
    shots((1, 2), (1, 240))


@scene
def locked() -> None:
    """The first shot is locked."""
    layout("A Wide", "B Close", end=3)
    shots((1, 3), (1, 2))[0].locked = True


@scene
def markers() -> None:
    """Three markers bound to two cameras, and one that is bound to none."""
    scene = layout("Wide", "Close", end=12)
    for name, frame, camera in (("intro", 1, "Wide"), ("turn", 5, "Close"), ("out", 9, "Wide"), ("note", 3, None)):
        marker = scene.timeline_markers.new(name, frame=frame)
        marker.camera = scene.objects.get(camera or "")


@scene
def markers_unbound() -> None:
    """Markers, but no camera is bound to one."""
    layout("Wide").timeline_markers.new("note", frame=3)


@scene
def viewport() -> None:
    """A camera, and a 3D viewport that looks at the scene from elsewhere."""
    import bpy
    from mathutils import Euler

    layout("Wide")
    for screen in bpy.data.screens:
        for area in screen.areas:
            if area.type == "VIEW_3D":
                view = area.spaces.active.region_3d
                view.view_perspective = "PERSP"
                view.view_location = (0, 0, 1)
                view.view_rotation = Euler((1.1, 0, 0.8)).to_quaternion()
                view.view_distance = 6


@scene
def two_scenes() -> None:
    """A film in two scenes."""
    import bpy

    shots((1, 2), scene=layout("Day Camera", end=3))
    night = bpy.data.scenes.new("Night")
    night.render.resolution_x, night.render.resolution_y = 96, 64
    night.frame_start, night.frame_end = 1, 3
    for obj in bpy.data.scenes["Layout"].collection.objects:
        if obj.type == "MESH":
            night.collection.objects.link(obj)
    add_camera(night, "Night Camera", (0, -7, 3))
    shots((1, 3), scene=night)


@scene
def ntsc() -> None:
    """24 / 1.001 frames per second."""
    scene = layout("Wide", end=4)
    scene.render.fps, scene.render.fps_base = 24, 1.001
    shots()


@scene
def viewless() -> None:
    """The second camera looks away from everything."""
    scene = layout("A Wide", "B Sky", end=2)
    scene.objects["B Sky"].rotation_euler = (math.pi, 0, 0)
    shots()


@scene
def script_inside() -> None:
    """A text that would run when the file is opened, and a driver that would run at each frame."""
    import bpy

    scene = layout("Wide", end=2)
    text = bpy.data.texts.new("own.py")
    text.write("import bpy, pathlib\npathlib.Path(bpy.data.filepath).with_name('ran.txt').write_text('ran')\n")
    text.use_module = True
    box = next(obj for obj in scene.objects if obj.name == "Suzanne")
    box.driver_add("scale", 0).driver.expression = "__import__('os').getpid() * 0 + 1"
    shots()


@scene
def evil_names() -> None:
    """Names that no file system takes, as scene, film, cameras and shots."""
    scene = layout(end=1)
    scene.render.resolution_x, scene.render.resolution_y = 480, 270  # the slate has room for a name
    scene.name = "CON:\\*?"
    scene.shotwright.film = "..\\..\\film:\n*?"
    for index, name in enumerate(EVIL_NAMES):
        add_camera(scene, name, (index - 5, -7, 3))
    for item in shots():
        item.name = item.camera.name
    long = next(item for item in scene.shotwright.shots if item.name.startswith("xxx"))
    long.name = "x" * 200


# -- films with something wrong ---------------------------------------------------------------------


@scene
def camera_deleted() -> None:
    import bpy

    layout("A Wide", "B Close", end=2)
    shots()
    bpy.data.objects.remove(bpy.data.objects["B Close"])


@scene
def camera_unlinked() -> None:
    """The camera still exists, in another scene."""
    import bpy

    scene = layout("A Wide", "B Close", end=2)
    shots()
    close = scene.objects["B Close"]
    bpy.data.scenes.new("Other").collection.objects.link(close)
    scene.collection.objects.unlink(close)


@scene
def range_empty() -> None:
    layout("A Wide", "B Close", end=6)
    shots((1, 2), (6, 2))


@scene
def range_outside() -> None:
    layout("A Wide", "B Close", end=6)
    shots((1, 2), (5, 20))


@scene
def range_long() -> None:
    layout("A Wide", end=200_000)
    shots()


@scene
def same_numbers() -> None:
    layout("A Wide", "B Close", "C Side", end=2)
    shots()[1].number = "SH010"


@scene
def size_zero() -> None:
    import bpy

    layout("A Wide", end=2)
    render = bpy.context.scene.render
    render.resolution_x = render.resolution_y = 4
    render.resolution_percentage = 1
    shots()


@scene
def size_odd() -> None:
    scene = layout("A Wide", end=2)
    scene.render.resolution_x = 97
    shots()


@scene
def rate_high() -> None:
    """4,800 frames per second, which no movie has."""
    scene = layout("A Wide", end=2)
    shots()
    scene.render.fps, scene.render.fps_base = 24, 0.005


@scene
def rate_zero() -> None:
    """The smallest base that Blender takes."""
    scene = layout("A Wide", end=2)
    shots()
    scene.render.fps_base = 0.00001


@scene
def rates_mixed() -> None:
    import bpy

    two_scenes()
    bpy.data.scenes["Night"].render.fps = 25


def library_gone(folder: Path) -> None:
    """A head linked from a file that is then taken away."""
    import bpy

    library = folder / "heads.blend"
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    bpy.ops.mesh.primitive_monkey_add()
    bpy.ops.wm.save_as_mainfile(filepath=str(library))
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    scene = layout("A Wide", end=2)
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "library_gone.blend"))
    with bpy.data.libraries.load(str(library), link=True, relative=True) as (there, here):
        here.objects = [name for name in there.objects if name.startswith("Suzanne")]
    scene.collection.objects.link(here.objects[0])
    shots()
    bpy.ops.wm.save_mainfile()
    library.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Ballroom, the example film: a scene of eight shots, built from nothing with bpy alone.

A janitor robot mops an empty ballroom, puts a record on, dances with his mop; a woman has come in. They
dance. She leaves, and he mops again.

    python examples/ballroom/build.py OUT.blend                       # with bpy installed
    blender -b --python examples/ballroom/build.py -- OUT.blend       # with Blender itself
"""

from __future__ import annotations

import sys
from pathlib import Path

import bpy
from mathutils import Vector

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ballroom.acting import Cast, gather
from ballroom.cameras import build_cameras
from ballroom.furniture import furnish
from ballroom.lights import build_lights
from ballroom.lou import hang_body
from ballroom.props import build_props
from ballroom.rig import LOU, WOMAN, build_rig
from ballroom.room import build_room
from ballroom.shapes import at
from ballroom.skirt import drag_skirt
from ballroom.stage import FIRST, LAST, MOP_MARK, SHOTS
from ballroom.story_dance import dance_with_mop, freeze
from ballroom.story_meeting import absent, leave, meet
from ballroom.story_work import feet_wake, mop_again, mop_alone, put_record_on
from ballroom.woman import skin_body


def build(scene: bpy.types.Scene | None = None) -> Cast:
    """Build the film into a scene (the current one by default) of an otherwise empty file."""
    scene = scene or bpy.context.scene
    if bpy.context.window:
        bpy.context.window.scene = scene  # edit mode, needed for bones, works in the window's scene
    _settings(scene)
    groups = {name: _group(scene, name) for name in ("Set", "Props", "Lou", "Woman", "Cameras", "Lights")}
    cast = _cast(groups)
    perform(cast)
    # The skirt is worked out before there is a room: frames go by faster.
    drag_skirt(cast.woman.rig, scene, tuple((SHOTS[n].start, SHOTS[n].end) for n in ("SH050", "SH060", "SH070")))
    build_cameras(scene, groups["Cameras"], cast)
    build_lights(scene, groups["Lights"])
    build_room(groups["Set"])
    furnish(groups["Set"])
    scene.frame_set(FIRST)
    return cast


def _cast(groups: dict[str, bpy.types.Collection]) -> Cast:
    lou, woman = build_rig(LOU, groups["Lou"]), build_rig(WOMAN, groups["Woman"])
    hang_body(lou, groups["Lou"])
    skin_body(woman, groups["Woman"])
    props = build_props(groups["Props"])
    bpy.data.objects["Bucket"].matrix_world = at(*(MOP_MARK + Vector((-0.15, 1.0, 0))), 25)
    return gather(lou, woman, props)


def perform(cast: Cast) -> None:
    """The whole story, shot by shot."""
    mop_alone(cast)
    put_record_on(cast)
    feet_wake(cast)
    dance_with_mop(cast)
    freeze(cast)
    meet(cast)
    leave(cast)
    mop_again(cast)
    absent(cast, "SH010", "SH020", "SH030", "SH040", "SH080")
    cast.finish()


def _group(scene: bpy.types.Scene, name: str) -> bpy.types.Collection:
    made = bpy.data.collections.new(name)
    scene.collection.children.link(made)
    return made


def _settings(scene: bpy.types.Scene) -> None:
    """Size, speed and a plain picture: 640 x 360 at 24 frames, Workbench, no tone curve."""
    scene.frame_start, scene.frame_end = FIRST, LAST
    render = scene.render
    render.fps, render.fps_base = 24, 1.0
    render.resolution_x, render.resolution_y, render.resolution_percentage = 640, 360, 100
    render.engine = "BLENDER_WORKBENCH"
    scene.view_settings.view_transform = "Standard"
    scene.unit_settings.system = "METRIC"
    shading = scene.display.shading
    shading.light, shading.color_type = "STUDIO", "MATERIAL"
    shading.show_cavity, shading.cavity_type = True, "BOTH"
    shading.show_shadows = True


def _arguments() -> list[str]:
    """What follows the script's name, or follows `--` when Blender runs it."""
    if "--" in sys.argv:
        return sys.argv[sys.argv.index("--") + 1 :]
    return [] if bpy.app.binary_path else sys.argv[1:]


def main() -> int:
    """Build into an empty file and save it."""
    arguments = _arguments()
    target = Path(arguments[0]) if len(arguments) == 1 else None
    if target is None or target.suffix != ".blend":
        print("Usage: build.py OUT.blend (one file name ending in .blend).", file=sys.stderr)
        return 2
    if not target.parent.is_dir():
        print(f"The folder {target.parent} does not exist.", file=sys.stderr)
        return 2
    bpy.ops.wm.read_factory_settings(use_empty=True)
    build()
    bpy.ops.wm.save_as_mainfile(filepath=str(target.resolve()), compress=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

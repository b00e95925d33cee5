"""The first example: a blocked scene of eight seconds, built from nothing with bpy alone.

Ada reads at her table. Bruno comes in through the door with a present. She looks up and waves; he puts
it down before her; she is touched. Three shots: a wide, a medium that pushes in slowly, a close-up.

    python examples/first_scene.py OUT.blend                       # with bpy installed
    blender -b --python examples/first_scene.py -- OUT.blend       # with Blender itself
"""

from __future__ import annotations

import sys
from math import radians
from pathlib import Path

import bpy
from mathutils import Vector

sys.path.insert(0, str(Path(__file__).resolve().parent))

from first_scene_parts.body import hang_parts, skin_body
from first_scene_parts.cameras import build_cameras, build_lights
from first_scene_parts.rig import Build, build_rig, hold_prop
from first_scene_parts.room import build_room
from first_scene_parts.shapes import spun
from first_scene_parts.story import ADA_FACING, ADA_SEAT, BRUNO_FACING, perform_ada, perform_bruno

FRAMES = (1, 192)

ADA = Build(
    name="Ada", height=1.63, shoulders=0.098, hips=0.053, chest=0.94, belly=0.93, limbs=0.93, head=1.02,
    sweater="#cb9455", trousers="#6a7c8e", skin="#e3b99d", hair="#4f392e", shoes="#7a5444",
)  # fmt: skip
BRUNO = Build(
    name="Bruno", height=1.87, shoulders=0.116, hips=0.053, chest=1.12, belly=1.32, limbs=1.12, head=0.97,
    sweater="#5f908c", trousers="#7d6752", skin="#d2a482", hair="#48413c", shoes="#4b4441",
)  # fmt: skip


def build(scene: bpy.types.Scene | None = None) -> bpy.types.Scene:
    """Build the example into a scene (the current one by default) of an otherwise empty file."""
    scene = scene or bpy.context.scene
    if bpy.context.window:
        bpy.context.window.scene = scene  # edit mode, needed for bones, works in the window's scene
    _settings(scene)
    groups = {name: _collection(scene, name) for name in ("Set", "Props", "Ada", "Bruno", "Cameras", "Lights")}
    things = build_room(groups["Set"], groups["Props"])

    ada = build_rig(ADA, groups["Ada"])
    ada.matrix_world = spun(radians(ADA_FACING), ADA_SEAT)
    skin_body(ADA, ada, groups["Ada"])
    perform_ada(ada, ADA.height)

    bruno = build_rig(BRUNO, groups["Bruno"])
    bruno.matrix_world = spun(radians(BRUNO_FACING), Vector((1.02, 0.365, 0)))
    hold_prop(bruno, things["parcel"])
    hang_parts(BRUNO, bruno, groups["Bruno"])
    perform_bruno(bruno, BRUNO.height, things["parcel"])

    build_cameras(scene, groups["Cameras"], focus=ada)
    build_lights(scene, groups["Lights"])
    scene.frame_set(FRAMES[0])
    return scene


def _collection(scene: bpy.types.Scene, name: str) -> bpy.types.Collection:
    made = bpy.data.collections.new(name)
    scene.collection.children.link(made)
    return made


def _settings(scene: bpy.types.Scene) -> None:
    """Size, speed and a plain picture: 640 x 360 at 24 frames, Workbench, no tone curve."""
    scene.frame_start, scene.frame_end = FRAMES
    render = scene.render
    render.fps, render.fps_base = 24, 1.0
    render.resolution_x, render.resolution_y, render.resolution_percentage = 640, 360, 100
    render.engine = "BLENDER_WORKBENCH"
    scene.view_settings.view_transform = "Standard"
    scene.unit_settings.system = "METRIC"
    shading = scene.display.shading
    shading.light, shading.color_type = "STUDIO", "MATERIAL"
    shading.show_cavity, shading.cavity_type = True, "BOTH"


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
        print("Usage: first_scene.py OUT.blend (one file name ending in .blend).", file=sys.stderr)
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

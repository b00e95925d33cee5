"""From shots to takes and the edit in a small scene, as the verbs do it. Import it after the extension is installed."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
from bl_ext.user_default.shotwright.addon import cutting, pipeline, project, sequencer, shot_items
from bl_ext.user_default.shotwright.addon.shots import list_shots
from bl_ext.user_default.shotwright.core.records import ShotReport
from bl_ext.user_default.shotwright.core.shot import ShotListing
from bl_ext.user_default.shotwright.media.movie import read_frames
from bl_ext.user_default.shotwright.render_passes.as_rendered import as_rendered
from bl_ext.user_default.shotwright.render_passes.evaluation import Evaluation
from bl_ext.user_default.shotwright.render_passes.geometry import MeshCache, view_layer_of
from bl_ext.user_default.shotwright.render_passes.plan import plan_for
from support.film import add_camera, add_cube, project_folder, set_up

__all__ = ["SIZE", "cuts", "draw", "fingerprint", "generate", "leftovers", "pictures", "place", "row", "run", "slide"]

BOTH = ("clay", "depth")
SIZE = (160, 90)


def slide(scene: bpy.types.Scene) -> bpy.types.Scene:
    """A cube that slides to the right in front of a camera, and a floor."""
    set_up(scene, frames=40, size=SIZE)
    add_camera(scene, "Cam")
    cube = add_cube(scene)
    cube.location.x = -3.0
    cube.keyframe_insert("location", frame=1)
    cube.location.x = 3.0
    cube.keyframe_insert("location", frame=40)
    floor = add_cube(scene, "Floor", at=(0.0, 0.0, -1.5))
    floor.scale = (10.0, 10.0, 0.1)
    scene.frame_set(7)
    return scene


def run() -> pipeline.Run:
    """What a verb works with."""
    notes: list[str] = []
    return pipeline.Run(project.open_project(notes), notes)


def row(shot_id: str) -> ShotListing:
    """A shot with its problems."""
    return next(row for row in list_shots() if row.shot.id == shot_id)


def draw(shot_id: str, passes: tuple[str, ...] = BOTH) -> ShotReport:
    """The package of a shot."""
    return run().passes(row(shot_id), pipeline.Wanted(passes))


def fingerprint(shot_id: str, passes: tuple[str, ...] = BOTH) -> str:
    """The fingerprint of a shot now."""
    shot = row(shot_id).shot
    scene = shot_items.scene_named(shot.scene)
    assert scene is not None
    with as_rendered(scene, view_layer_of(scene)):
        return Evaluation(scene, plan_for(shot, passes), MeshCache()).read(lambda *_: None)


def generate(**how: object) -> tuple[pipeline.Run, list[ShotReport]]:
    """Packages and takes of every shot. `how`: fields of `pipeline.Generate`."""
    work = run()
    return work, work.generate(list_shots(), pipeline.Generate(**how))


def cuts(work: pipeline.Run | None = None) -> list[sequencer.ShotCut]:
    """What would be cut in of each shot: the takes there are, else those of a new run."""
    if work is not None:
        return cutting.shot_cuts(work)
    return cutting.shot_cuts(*generate())


def place(work: pipeline.Run | None = None) -> tuple[bpy.types.Scene, sequencer.Cut]:
    """The edit with the takes there are, made anew where a shot changed."""
    return sequencer.place(cuts(work))


def pictures(movie: Path, size: tuple[int, int] = SIZE) -> list[np.ndarray]:
    """Every frame of a movie."""
    return list(read_frames(movie, *size))


def leftovers() -> list[str]:
    """Anything half written in the project."""
    return [path.name for path in project_folder().rglob(".*")]

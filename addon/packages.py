"""The reference package of a shot: found by its fingerprint, or drawn."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from time import perf_counter

import bpy

from ..core.errors import RenderError
from ..core.framing import Method
from ..core.model import ModelProfile
from ..core.preflight.facts import Remarks
from ..core.records import PackageFile, ReferencePackage
from ..core.rigs.data import Recognised
from ..core.shot import Shot
from ..jobs.files import is_intact, publish, sha256_of, staging, write_json
from ..jobs.project import Project
from ..render_passes import package as passes_module
from ..render_passes.as_rendered import as_rendered
from ..render_passes.evaluation import Evaluation
from ..render_passes.geometry import MeshCache, view_layer_of
from ..render_passes.inspection import remarks
from ..render_passes.owners import Owners, owners_of
from ..render_passes.plan import Colours, Occluded, Plan, plan_for
from . import progress, rig_maps
from .film import read_assets
from .shot_items import scene_named

__all__ = ["Found", "Packages", "Wanted", "clock"]


@dataclass(frozen=True)
class Wanted:
    """What references are asked for; the defaults are the shot's own size and rate."""

    passes: tuple[str, ...] = ()
    profile: ModelProfile | None = None
    fit: Method = "pad"
    colours: Colours = "neutral"
    occluded: Occluded = "keep"


@dataclass(frozen=True)
class Found:
    """What was found out about a package without drawing it."""

    plan: Plan
    fingerprint: str
    package: ReferencePackage | None
    """The whole package of what the camera sees now; None when it has to be drawn."""
    remarks: Remarks | None = None
    """What is wrong with the camera; None where nothing could be looked at."""


class Packages:
    """The packages of one run: meshes that several shots share are read once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self.meshes = MeshCache()
        """May be shared with other readings of the run."""
        self._rigs: dict[str, dict[str, Recognised]] = {}

    @cached_property
    def _owners(self) -> Owners:
        """Whose each thing of the film is."""
        return owners_of(read_assets())

    def plan(self, shot: Shot, wanted: Wanted) -> Plan:
        """What is to be drawn. Raises BadInput when the model can't take the shot."""
        render = scene_named(shot.scene).render
        aspect = render.pixel_aspect_x / render.pixel_aspect_y
        return plan_for(
            shot,
            wanted.passes,
            wanted.profile,
            method=wanted.fit,
            pixel_aspect=aspect,
            colours=wanted.colours,
            occluded=wanted.occluded,
        )

    def _recognised(self, scene: bpy.types.Scene, plan: Plan) -> dict[str, Recognised]:
        """The same where poses are drawn, else nothing."""
        if "pose" not in plan.passes:
            return {}
        return self.recognised(scene)

    def recognised(self, scene: bpy.types.Scene) -> dict[str, Recognised]:
        """What is known of a scene's armatures by full name, the artist's corrections over it; read once a run."""
        if scene.name_full not in self._rigs:
            self._rigs[scene.name_full] = rig_maps.of_scene(scene, self._project.folder)
        return self._rigs[scene.name_full]

    def find(self, shot: Shot, wanted: Wanted) -> Found:
        """What the camera sees now, and the package of it where there is one. Raises BadInput, SceneError."""
        scene = scene_named(shot.scene)
        plan = self.plan(shot, wanted)
        with as_rendered(scene, view_layer_of(scene)):
            evaluation = Evaluation(scene, plan, self.meshes, self._recognised(scene, plan), self._owners)
            fingerprint = evaluation.read(progress.stage(shot.id, shot.number, "check"))
            with suppress(RenderError):  # without graphics a quote is a quote all the same
                return Found(plan, fingerprint, self._whole(shot, fingerprint)[0], _remarks(plan, evaluation))
        return Found(plan, fingerprint, self._whole(shot, fingerprint)[0])

    def get(self, shot: Shot, wanted: Wanted, seconds: dict[str, float]) -> tuple[ReferencePackage, bool]:
        """The shot's package, and whether it had to be drawn. `seconds` gets what each stage took."""
        scene = scene_named(shot.scene)
        plan = self.plan(shot, wanted)
        with as_rendered(scene, view_layer_of(scene)):
            with clock(seconds, "rigs"):
                known = self._recognised(scene, plan)
            evaluation = Evaluation(scene, plan, self.meshes, known, self._owners)
            with clock(seconds, "fingerprint"):
                fingerprint = evaluation.read(progress.stage(shot.id, shot.number, "check"))
            whole, found = self._whole(shot, fingerprint)
            if whole:
                return whole, False
            final = self._project.package_folder(shot, fingerprint)
            with staging(final.parent) as folder:
                progress.staging(shot, folder)
                drawn = passes_module.draw(plan, evaluation, folder, progress.stage(shot.id, shot.number, "draw"))
                seconds.update(drawn.seconds)
                files = tuple(
                    PackageFile(name=path.name, sha256=sha256_of(path), bytes=path.stat().st_size)
                    for path in sorted(folder.iterdir())
                )
                record = passes_module.record(plan, fingerprint, drawn, files)
                write_json(folder / "package.json", record.document())
                if found:  # damaged, and the same inputs draw the same pictures
                    shutil.rmtree(final, ignore_errors=True)
                publish(folder, final)
        return self._project.package(shot, fingerprint) or record, True

    def _whole(self, shot: Shot, fingerprint: str) -> tuple[ReferencePackage | None, ReferencePackage | None]:
        """The package of a fingerprint if it is undamaged, and whether or not it is."""
        found = self._project.package(shot, fingerprint)
        final = self._project.package_folder(shot, fingerprint)
        return (found if found and all(is_intact(final, file) for file in found.files) else None), found


def _remarks(plan: Plan, evaluation: Evaluation) -> Remarks | None:
    """What drawing would say of the camera, from the same moments. Raises RenderError without graphics."""
    lens = evaluation.camera.data
    if lens.type == "PANO":
        return None
    return remarks(plan.shot.number, *evaluation.some(passes_module.MOMENTS), lens.clip_start, lens.clip_end)


@contextmanager
def clock(seconds: dict[str, float], stage: str) -> Iterator[None]:
    """Note how long the block took, under the name of its stage."""
    start = perf_counter()
    try:
        yield
    finally:
        seconds[stage] = perf_counter() - start

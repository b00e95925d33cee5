"""The reference package of a shot: found by its fingerprint, or drawn."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from time import perf_counter

import bpy

from ..core.framing import Method
from ..core.model import ModelProfile
from ..core.records import PackageFile, ReferencePackage
from ..core.rigs.data import Recognised
from ..core.shot import Shot
from ..jobs.files import is_intact, publish, sha256_of, staging, write_json
from ..jobs.project import Project
from ..render_passes import package as passes_module
from ..render_passes.as_rendered import as_rendered
from ..render_passes.evaluation import Evaluation
from ..render_passes.geometry import MeshCache, view_layer_of
from ..render_passes.owners import Owners
from ..render_passes.plan import Colours, Occluded, Plan, plan_for
from ..render_passes.pose import stranger
from . import progress, rig_maps
from .assets import owners_of
from .film import read_assets
from .shot_items import scene_named

__all__ = ["Packages", "Wanted", "clock"]


@dataclass(frozen=True)
class Wanted:
    """What references are asked for; the defaults are the shot's own size and rate."""

    passes: tuple[str, ...] = ()
    profile: ModelProfile | None = None
    fit: Method = "pad"
    colours: Colours = "neutral"
    occluded: Occluded = "keep"


class Packages:
    """The packages of one run: meshes that several shots share are read once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._meshes = MeshCache()
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
        """What is known of the scene's armatures by full name, the artist's corrections over it; read once a run."""
        if "pose" not in plan.passes:
            return {}
        if scene.name_full not in self._rigs:
            self._rigs[scene.name_full] = rig_maps.of_scene(scene, self._project.folder)
        return self._rigs[scene.name_full]

    def strangers(self, shot: Shot, wanted: Wanted) -> list[str]:
        """A sentence for each armature of the shot's scene that its poses will not show, since it is no person."""
        known = self._rigs.get(shot.scene, {})
        found = [(name, each) for name, each in known.items() if not each.humanoid]
        return [stranger(shot.number, *each) for each in found] if "pose" in self.plan(shot, wanted).passes else []

    def find(self, shot: Shot, wanted: Wanted) -> tuple[str, ReferencePackage | None]:
        """The fingerprint of what the camera sees now, and the whole package of it where there is one."""
        scene = scene_named(shot.scene)
        plan = self.plan(shot, wanted)
        with as_rendered(scene, view_layer_of(scene)):
            evaluation = Evaluation(scene, plan, self._meshes, self._recognised(scene, plan), self._owners)
            fingerprint = evaluation.read(progress.stage(shot.id, shot.number, "check"))
        return fingerprint, self._whole(shot, fingerprint)[0]

    def get(self, shot: Shot, wanted: Wanted, seconds: dict[str, float]) -> tuple[ReferencePackage, bool]:
        """The shot's package, and whether it had to be drawn. `seconds` gets what each stage took."""
        scene = scene_named(shot.scene)
        plan = self.plan(shot, wanted)
        with as_rendered(scene, view_layer_of(scene)):
            with clock(seconds, "rigs"):
                known = self._recognised(scene, plan)
            evaluation = Evaluation(scene, plan, self._meshes, known, self._owners)
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


@contextmanager
def clock(seconds: dict[str, float], stage: str) -> Iterator[None]:
    """Note how long the block took, under the name of its stage."""
    start = perf_counter()
    try:
        yield
    finally:
        seconds[stage] = perf_counter() - start

"""Gathers what the rules of `core.preflight` look at: one reading of the scene for a shot."""

from __future__ import annotations

import colorsys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import bpy

from ..core.brief import CameraBrief, describe
from ..core.errors import BadInput, ShotwrightError, StorageError
from ..core.model import ModelProfile
from ..core.preflight import Facts
from ..core.preflight.facts import Ask, Drawn, FlipbookState, Marker, Numbering, Picture, Sun
from ..core.preflight.listing import numbering
from ..core.prompt import CompiledPrompt
from ..core.records import ReferencePackage
from ..core.shot import Layout, Shot
from ..jobs.files import load
from ..jobs.project import Project
from ..media.asset_files import picture_problem
from ..media.photographs import camera_of
from ..media.sequence import picture_facts
from ..render_passes.as_rendered import as_rendered
from ..render_passes.evaluation import viewport_colour
from ..render_passes.geometry import is_hidden, shown_in, view_layer_of
from ..render_passes.plan import passes_for
from . import assets, flipbooks
from .asset_items import stored
from .brief_reader import brief_of
from .film import read_assets, read_style
from .flipbooks import absolute
from .packages import Found, Packages, Wanted
from .prompts import RealCamera, compiled
from .shot_items import scene_named
from .shots import layouts, read_shots

__all__ = ["Gatherer", "suns_of"]

_DRAWN = {"MESH", "CURVE", "SURFACE", "FONT", "META"}


class Gatherer:
    """Facts of the shots of one run; what belongs to the film is read once.

    `notes` gets a sentence for what could not be looked at.
    """

    def __init__(self, packages: Packages, project: Project, notes: list[str]) -> None:
        self._packages, self._project, self._notes = packages, project, notes

    def film(self, profile: ModelProfile | None = None) -> Facts:
        """What is known of the film."""
        return replace(self._film, profile=profile)

    def sparing(self, shot: Shot, wanted: Wanted, profile: ModelProfile | None) -> Facts:
        """What is known of a shot without looking through its camera."""
        return replace(
            self._film,
            shot=shot,
            layout=self._layouts[shot.scene],
            numbering=self._numbers[shot.number],
            profile=profile,
            ask=self._ask(shot, wanted),
            markers=tuple(_markers(scene_named(shot.scene))),
            flipbook=_flipbook(shot),
        )

    def seen(self, known: Facts) -> Facts:
        """The same with what is seen through the shot's camera, and with its prompt compiled."""
        shot, profile = known.shot, known.profile
        assert shot is not None
        try:
            rigs = self._packages.recognised(scene_named(shot.scene))
            brief, track = brief_of(shot, known.assets or (), rigs, self._packages.meshes)
            suns = tuple(sun for sun, _ in suns_of(shot))
            known = replace(known, track=track, brief=brief, rigs=rigs, suns=suns)
        except BadInput:
            pass  # whoever looks for its package says so
        except ShotwrightError as error:
            self._note(str(error))
        return replace(known, compiled=_compiled(shot, profile, known.brief))

    def drawn(self, known: Facts, found: Found) -> Facts:
        """The same with what is known of the shot's references."""
        assert known.shot is not None
        model = found.plan.model
        others = sum(each.model == model for each in _records(self._project, known.shot)) - bool(found.package)
        return replace(known, drawn=Drawn(found.package is not None, others), remarks=found.remarks)

    # -- the film ---------------------------------------------------------------------------------

    @cached_property
    def _film(self) -> Facts:
        return Facts(
            assets=tuple(read_assets()),
            found=assets.facts(),
            pictures=dict(_pictures()),
            style=read_style(),
        )

    @cached_property
    def _layouts(self) -> dict[str, Layout]:
        return layouts()

    @cached_property
    def _numbers(self) -> dict[str, Numbering]:
        return numbering(read_shots())

    def _ask(self, shot: Shot, wanted: Wanted) -> Ask:
        scene = scene_named(shot.scene)
        aspect = scene.render.pixel_aspect_x / scene.render.pixel_aspect_y
        fit = "crop" if wanted.fit == "crop" else "pad"
        saturation = dict(_saturations(scene)) if wanted.colours == "viewport" else None
        return Ask(passes_for(shot, wanted.passes, wanted.profile), fit, aspect, saturation)

    def _note(self, text: str) -> None:
        if text not in self._notes:
            self._notes.append(text)


# -- what is around a shot ------------------------------------------------------------------------


def _compiled(shot: Shot, profile: ModelProfile | None, brief: CameraBrief | None) -> CompiledPrompt | None:
    """The prompt as a model reads it; None for one that reads none."""
    if profile is None or profile.prompt is None:
        return None
    return compiled(shot, profile.prompt.read_as(), RealCamera(describe(brief) if brief else "", brief))


def _markers(scene: bpy.types.Scene) -> Iterator[Marker]:
    for marker in scene.timeline_markers:
        if marker.camera is not None:
            yield Marker(marker.name, marker.frame, marker.camera.name)


def suns_of(shot: Shot) -> Iterator[tuple[Sun, bpy.types.Light]]:
    """The suns that are rendered at the start of a shot, and their lights. Moves the playhead and puts it back."""
    scene = scene_named(shot.scene)
    layer = view_layer_of(scene)
    with as_rendered(scene, layer):
        scene.frame_set(shot.first)
        shown = shown_in(scene)
        for item in layer.depsgraph.object_instances:
            light = item.object
            sun = light.type == "LIGHT" and light.data.type == "SUN" and light.data.energy > 0
            if sun and not is_hidden(item, shown):
                yield Sun(light.name, light.data.energy, light.data.use_shadow), light.original.data


def _saturations(scene: bpy.types.Scene) -> Iterator[tuple[str, float]]:
    """Saturation of each object's viewport colour, as it is shown."""
    shown = shown_in(scene)
    for obj in scene.objects:
        if obj.type in _DRAWN and not obj.hide_render and obj.session_uid in shown:
            seen = [_shown(max(0.0, min(1.0, part))) for part in viewport_colour(obj)[:3]]
            yield obj.name, colorsys.rgb_to_hsv(*seen)[1]


def _shown(linear: float) -> float:
    """A linear value as sRGB (IEC 61966-2-1)."""
    return 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055


def _flipbook(shot: Shot) -> FlipbookState:
    if shot.flipbook is None:
        return FlipbookState()
    found = flipbooks.document(shot)
    problem = next((each["message"] for each in found["problems"]), "")
    return FlipbookState(problem, tuple(found["notes"]))


def _records(project: Project, shot: Shot) -> Iterator[ReferencePackage]:
    """The packages of a shot that can be read."""
    for path in project.shot_folder(shot.id, shot.title).glob("refs/*/package.json"):
        with suppress(StorageError):
            yield load(path, ReferencePackage.model_validate)


def _pictures() -> Iterator[tuple[str, Picture]]:
    """Every picture of an asset that can be read, by its path as the asset has it."""
    for scene, item in stored():
        variants = (picture for variant in item.variants for picture in variant.pictures)
        for path in {picture.path for picture in (*item.pictures, *variants) if picture.path}:
            place = Path(absolute(path, scene.library))
            if not picture_problem(place):
                width, height = picture_facts(place).size
                yield path, Picture(width, height, camera_of(place))

"""A shot's camera and what stands before it, read from the scene over the cut range."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

import bpy

from ..core.asset import Asset
from ..core.brief import CameraBrief, measure
from ..core.brief.track import Body, CameraTrack, Sample, Subject
from ..core.errors import SceneError
from ..core.rigs.data import Recognised
from ..core.shot import Shot
from ..core.tags import tags_of
from ..render_passes.as_rendered import as_rendered
from ..render_passes.bodies import Bodies, is_within
from ..render_passes.evaluation import Moment, camera_of
from ..render_passes.geometry import Instance, MeshCache, Numbers, instances, view_layer_of
from ..render_passes.ground import Ground, Hit
from ..render_passes.inspection import Probe
from ..render_passes.lens import metres_per_unit, read_camera
from ..render_passes.people import Cast, Person
from .brief_subjects import SceneSubject, SceneSubjects
from .shot_items import scene_named

__all__ = ["LOOKS", "SAMPLES", "brief_of", "track_of"]

SAMPLES = 240
"""Most frames read of a shot: ten seconds at 24 frames each one, of longer shots every second, third, ….

A hand-held camera shakes at 1 to 3 Hz and moves last longer, so ten samples a second tell them apart in a shot of 24
seconds, and a minute still has four; reading more would cost as much as fingerprinting the shot.
"""
LOOKS = 9
"""Times at which a picture is drawn to see who fills it, first and last frame among them."""

Projection = Literal["perspective", "orthographic", "panoramic"]
_PROJECTIONS: dict[str, Projection] = {"PERSP": "perspective", "ORTHO": "orthographic", "PANO": "panoramic"}


def track_of(
    shot: Shot, assets: Sequence[Asset], recognised: Mapping[str, Recognised], meshes: MeshCache | None = None
) -> CameraTrack:
    """What a shot's camera does and sees; the scene is as before afterwards, its playhead too.

    `assets` are those of the film, `recognised` is what is known of the scene's armatures by full name. `meshes` may
    be shared with other readings of one run. Raises SceneError when the shot has no frames or no camera that
    can be followed, RenderError where nothing can be drawn.
    """
    if shot.frames < 1:
        raise SceneError(
            f"{shot.number} is empty: it ends at frame {shot.end}, before its start at {shot.start}. Swap the two."
        )
    scene = scene_named(shot.scene)
    camera = camera_of(scene, shot)
    reading = _Reading(
        scene, camera, shot, SceneSubjects(assets, recognised), Cast(recognised), MeshCache(meshes, outlines=True)
    )
    with as_rendered(scene, view_layer_of(scene)):
        return reading.read()


def brief_of(
    shot: Shot, assets: Sequence[Asset], recognised: Mapping[str, Recognised], meshes: MeshCache | None = None
) -> tuple[CameraBrief, CameraTrack]:
    """The brief of a shot's camera, and the track it was measured from; as `track_of`."""
    track = track_of(shot, assets, recognised, meshes)
    return measure(track), track


def _frames(start: int, end: int) -> list[int]:
    """First and last frame and, evenly between them, as many as `SAMPLES` allow."""
    step = -(-(end - start) // (SAMPLES - 1)) or 1
    return [*range(start, end, step), end]


def _spread(count: int) -> set[int]:
    return {round(index * (count - 1) / (LOOKS - 1)) for index in range(LOOKS)}


class _Reading:
    """One reading of one shot; it moves the playhead."""

    def __init__(
        self,
        scene: bpy.types.Scene,
        camera: bpy.types.Object,
        shot: Shot,
        who: SceneSubjects,
        cast: Cast,
        meshes: MeshCache,
    ) -> None:
        self._scene, self._camera, self._shot = scene, camera, shot
        self._who, self._cast, self._meshes = who, cast, meshes
        self._unit = metres_per_unit(scene)
        self._bodies = Bodies(self._unit)
        self._ground = Ground(self._unit)
        self._numbers = Numbers()
        self._samples: list[tuple[Sample, list[Hit]]] = []
        self._seen: set[str] = set()

    def read(self) -> CameraTrack:
        frames = _frames(self._shot.start, self._shot.end)
        # A panorama has no straight rays to look along.
        looks = _spread(len(frames)) if self._camera.data.type != "PANO" else set[int]()
        probe = Probe()
        try:
            for index, frame in enumerate(frames):
                self._scene.frame_set(frame)
                self._sample(index, frame, probe if index in looks else None)
        finally:
            probe.free()
        lens = self._camera.data
        subjects = tuple(self._subjects())
        known = {subject.id for subject in subjects}
        return CameraTrack(
            camera=self._camera.name,
            projection=_PROJECTIONS[lens.type],
            fps=self._shot.fps,
            size=(self._shot.width, self._shot.height),
            samples=tuple(self._grounded(sample, column) for sample, column in self._samples),
            subjects=subjects,
            clip=(lens.clip_start * self._unit, lens.clip_end * self._unit),
            mentioned=tuple(id for tag in tags_of(self._shot) if (id := f"@{tag}") in known),
        )

    def _sample(self, index: int, frame: int, probe: Probe | None) -> None:
        depsgraph = view_layer_of(self._scene).depsgraph
        sample, (view, projection) = read_camera(self._camera, depsgraph, self._shot, frame)
        seen = list(instances(depsgraph, self._meshes, Numbers(), Numbers()))
        whose = [self._who.of(item.identity[0], item.owner) for item in seen]
        bodies = self._bodies.at(_grouped(seen, whose), self._people(depsgraph))
        for found in self._who.all():
            found.bodies += [None] * (index - len(found.bodies))
            found.bodies.append(bodies.get(found.id))
        solid = [(item, found) for item, found in zip(seen, whose, strict=True) if found.kind != "character"]
        self._ground.show([item for item, _ in solid])
        column = self._column(sample)
        if probe is not None:
            own = [
                dataclasses.replace(item, asset_id=self._numbers.of(found.id))
                for item, found in zip(seen, whose, strict=True)
            ]
            moment = Moment(own, view, projection, b"")
            sample = self._look(sample, moment, probe, bodies)
            self._stand(bodies, sample, {item.identity: found.id for item, found in solid})
        self._samples.append((sample, column))

    def _people(self, depsgraph: bpy.types.Depsgraph) -> dict[str, list[Person]]:
        people: dict[str, list[Person]] = {}
        for person in self._cast.at(depsgraph):
            found = self._who.of(*person.owner)
            found.person = True
            found.kind = found.kind if found.tagged else "character"
            people.setdefault(found.id, []).append(person)
        return people

    # -- the ground -------------------------------------------------------------------------------

    def _column(self, sample: Sample) -> list[Hit]:
        """What is above and below the camera. What hangs with it on one parent is a dolly, and no ground."""
        x, y = sample.matrix[0][3], sample.matrix[1][3]
        rig = self._camera.parent
        apart: list[Hit] = []
        if rig is not None:
            apart = self._ground.column(x, y, lambda item: not self._who.hangs_on(item.owner, rig))
        return apart or self._ground.column(x, y)

    def _stand(self, bodies: Mapping[str, Body], sample: Sample, whose: Mapping[tuple[object, ...], str]) -> None:
        """Note what people and assets stand on, else what is seen most."""
        about = [found for found in self._who.all() if found.kind != "location" and found.id in bodies]
        chosen = [found.id for found in about if found.tagged or found.person]
        if not chosen:
            fills = sample.fills or {}
            chosen = sorted(fills, key=lambda id: -fills[id])[:3]
        for id in chosen:
            if id in bodies:
                self._ground.stand([bodies[id]], _apart(whose, id))

    def _grounded(self, sample: Sample, column: list[Hit]) -> Sample:
        ground, below = self._ground.under(column, sample.matrix[2][3])
        return dataclasses.replace(sample, ground=ground, below=below)

    # -- the picture ------------------------------------------------------------------------------

    def _look(self, sample: Sample, moment: Moment, probe: Probe, bodies: Mapping[str, Body]) -> Sample:
        """The sample with what its picture shows."""
        lens = self._camera.data
        sight = probe.sight(moment, lens.clip_start, lens.clip_end)
        names = self._numbers.names()
        fills = {names[number]: part for number, part in sight.fills.items()}
        self._seen |= fills.keys()
        inside = sight.inside
        if not inside and sight.walls is not None and not self._is_place(sight.walls, bodies):
            inside = sight.walls.name
        nearest = None if sight.nearest is None else sight.nearest * self._unit
        return dataclasses.replace(sample, fills=fills, nearest=nearest, inside=inside)

    def _is_place(self, walls: Instance, bodies: Mapping[str, Body]) -> bool:
        """Whether what is all around the camera is there to be in: tagged as a location, or others are in it too."""
        own = self._who.of(walls.identity[0], walls.owner)
        others = (found for found in self._who.all() if (found.tagged or found.person) and found.id != own.id)
        return own.kind == "location" or any(
            is_within(bodies[found.id], walls, self._unit) for found in others if found.id in bodies
        )

    # -- the subjects -----------------------------------------------------------------------------

    def _subjects(self) -> Iterable[Subject]:
        """Assets, people, and the things that were seen: what is never in the picture is no thing to speak of."""
        blind = self._camera.data.type == "PANO"
        for found in self._who.all():
            if found.tagged or found.person or found.id in self._seen or blind:
                yield Subject(found.id, found.name, found.kind, tuple(found.bodies), found.tagged)


def _grouped(items: Sequence[Instance], whose: Sequence[SceneSubject]) -> dict[str, list[Instance]]:
    groups: dict[str, list[Instance]] = {}
    for item, found in zip(items, whose, strict=True):
        groups.setdefault(found.id, []).append(item)
    return groups


def _apart(whose: Mapping[tuple[object, ...], str], id: str) -> Callable[[Instance], bool]:
    """Whether an instance belongs to another subject than this one."""
    return lambda item: whose[item.identity] != id

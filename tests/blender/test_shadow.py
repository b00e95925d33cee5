"""The key light's shadow against ray casts towards the sun, by our own drawing and by Cycles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import bpy
import numpy as np
import pytest
from bl_ext.user_default.shotwright.addon.shots import read_shots
from bl_ext.user_default.shotwright.render_passes.as_rendered import as_rendered
from bl_ext.user_default.shotwright.render_passes.evaluation import Evaluation, Moment
from bl_ext.user_default.shotwright.render_passes.fallback import Fallback
from bl_ext.user_default.shotwright.render_passes.geometry import MeshCache, boxes_of, view_layer_of
from bl_ext.user_default.shotwright.render_passes.light import Look, ShadowFrame, look_of
from bl_ext.user_default.shotwright.render_passes.plan import Plan
from bl_ext.user_default.shotwright.render_passes.raster import Buffers, Raster
from bl_ext.user_default.shotwright.render_passes.shadow import shadow_for
from mathutils import Matrix, Vector
from numpy.typing import NDArray
from support import film

W, H = 192, 108
FRAMES = 5
WANTS = frozenset({"clay", "normal", "ids"})
STEP = 3
"""Every third pixel across and up is probed."""
EDGE = 3
"""Texels of the shadow map around a point within which the sun has to be free, or blocked, everywhere."""

Floats = NDArray[np.float64]


# -- scenes -----------------------------------------------------------------------------------------


@dataclass
class _Site:
    """Boxes that share one mesh, under a sun."""

    scene: bpy.types.Scene

    def __post_init__(self) -> None:
        film.set_up(self.scene, FRAMES, (W, H))
        self._box = film.add_cube(self.scene, "Box").data
        bpy.data.objects.remove(bpy.data.objects["Box"])

    def box(self, name: str, low: tuple[float, float, float], high: tuple[float, float, float]) -> bpy.types.Object:
        made = bpy.data.objects.new(name, self._box)
        middle, half = (Vector(low) + Vector(high)) / 2, (Vector(high) - Vector(low)) / 2
        made.matrix_world = Matrix.LocRotScale(middle, None, half)
        self.scene.collection.objects.link(made)
        return made

    def sun(self, towards: tuple[float, float, float]) -> None:
        made = bpy.data.objects.new("Sun", bpy.data.lights.new("Sun", "SUN"))
        made.data.energy = 3.0
        made.matrix_world = Vector(towards).to_track_quat("Z", "Y").to_matrix().to_4x4()
        self.scene.collection.objects.link(made)

    def camera(self, at: tuple[float, float, float], look: tuple[float, float, float], lens: float) -> None:
        made = film.add_camera(self.scene, "Camera", at)
        made.rotation_euler = (Vector(look) - Vector(at)).to_track_quat("-Z", "Y").to_euler()
        made.data.lens = lens
        film.new_shot(self.scene, camera=made)

    def mover(self, name: str, *places: tuple[float, float, float]) -> None:
        """A box that goes from place to place, a stop on every other frame."""
        made = self.box(name, (-0.4, -0.4, 0.0), (0.4, 0.4, 1.6))
        for index, place in enumerate(places):
            made.location = place
            made.keyframe_insert("location", frame=1 + 2 * index)


def yard(scene: bpy.types.Scene) -> None:
    """Casters that the camera doesn't see: above, behind it and far beside; single ones, copies and a collection.

    What is nearest to the sun is made first, what is furthest from it last.
    """
    site = _Site(scene)
    site.box("Above", (-1.0, 0.0, 6.0), (1.0, 3.0, 6.5))
    site.box("FarBeside", (47.0, -20.0, 0.0), (50.0, -18.0, 60.0))
    site.box("Behind", (14.0, -12.0, 0.0), (17.0, -11.0, 24.0))
    for index in range(6):
        site.box(f"Slat.{index}", (1.0 + 0.8 * index, -4.0, 4.0), (1.4 + 0.8 * index, 5.0, 4.3))
    canopy = bpy.data.collections.new("Canopy")
    for index in range(4):
        post = site.box(f"Leaf.{index}", (0.0, 1.2 * index, 0.0), (2.5, 1.2 * index + 0.5, 0.3))
        scene.collection.objects.unlink(post)
        canopy.objects.link(post)
    for index, place in enumerate(((-3.0, 2.0, 4.5), (5.0, 6.0, 4.5))):
        copy = bpy.data.objects.new(f"Canopy.{index}", None)
        copy.instance_type, copy.instance_collection, copy.location = "COLLECTION", canopy, place
        scene.collection.objects.link(copy)
    site.box("Stone", (-1.0, 1.0, 0.0), (1.0, 2.5, 1.2))
    site.mover("Mover", (-3.0, -1.0, 0.8), (2.5, 0.5, 0.8), (4.0, 4.0, 0.8))
    site.box("Ground", (-25.0, -25.0, -0.5), (25.0, 25.0, 0.0))
    site.sun((0.7, -0.35, 0.8))
    site.camera((0.0, -9.0, 3.5), (0.0, 2.0, 0.0), 30.0)


def room(scene: bpy.types.Scene) -> None:
    """A closed room of many parts; the sun comes in through the windows of one side."""
    site = _Site(scene)
    for y in range(6):
        low, high = 2.0 * y - 6.0, 2.0 * y - 4.0
        for x in range(4):
            site.box(f"Ceiling.{x}.{y}", (2.0 * x - 4.0, low, 4.0), (2.0 * x - 2.0, high, 4.3))
        site.box(f"East.Sill.{y}", (4.0, low, 0.0), (4.3, high, 0.8))
        site.box(f"East.Lintel.{y}", (4.0, low, 3.0), (4.3, high, 4.0))
        site.box(f"East.Pier.{y}", (4.0, low, 0.8), (4.3, low + 0.8, 3.0))
        site.box(f"Balcony.{y}", (2.8, low, 2.9), (4.0, high, 3.1))
        site.box(f"West.{y}", (-4.3, low, 0.0), (-4.0, high, 4.0))
    for x in range(4):
        for side, y in (("South", -6.3), ("North", 6.0)):
            site.box(f"{side}.{x}", (2.0 * x - 4.0, y, 0.0), (2.0 * x - 2.0, y + 0.3, 4.0))
    site.box("Table", (-0.8, 1.0, 0.0), (0.8, 2.2, 0.8))
    site.mover("Mover", (1.5, -1.0, 0.8), (0.0, -2.0, 0.8), (-2.0, 3.0, 0.8))
    site.box("Ground", (-9.0, -9.0, -0.5), (9.0, 9.0, 0.0))
    site.sun((0.75, -0.4, 0.45))
    site.camera((-2.5, -5.5, 1.7), (1.0, 3.0, 1.2), 24.0)


# -- drawing ----------------------------------------------------------------------------------------


@contextmanager
def taken() -> Iterator[tuple[Evaluation, list[Moment], Look, ShadowFrame]]:
    """The shot's moments, its look and its light."""
    scene, shot = bpy.data.scenes["Scene"], read_shots()[0]
    times = tuple((frame, 0.0) for frame in range(1, FRAMES + 1))
    with as_rendered(scene, view_layer_of(scene)):
        made = Evaluation(
            scene, Plan(shot, fps=shot.fps, width=W, height=H, passes=("clay",), times=times), MeshCache()
        )
        moments = list(made.moments())
        look = look_of(scene, made.colours(), np.concatenate([boxes_of(moment.items) for moment in moments]), made.key)
        yield made, moments, look, shadow_for(moments[::2], look)


def linear(drawn: Buffers) -> Floats:
    assert drawn.clay is not None
    return (drawn.clay[..., :3].mean(axis=-1) / 255.0) ** 2.2


def free_part(picture: Buffers, unshaded: Buffers, unlit: Buffers) -> tuple[Floats, Floats]:
    """How much of the key light reaches each pixel, 0 to 1, and where there is enough of it to tell."""
    dark = linear(unlit)
    most = linear(unshaded) - dark
    return (linear(picture) - dark) / np.maximum(most, 1e-3), most > 0.08


# -- truth ------------------------------------------------------------------------------------------


@dataclass
class Told:
    """What a picture says of the points that were probed in it, against rays to the sun."""

    right: int = 0
    total: int = 0
    shaded: int = 0
    by: set[str] = field(default_factory=set)
    """What the rays met, up to the first dot."""

    def check(self, what: object) -> None:
        assert self.total > 500, what
        assert 0.1 < self.shaded / self.total < 0.97, (what, self)
        assert self.right / self.total >= 0.98, (what, self)


def compared(
    made: Evaluation, moment: Moment, look: Look, shadow: ShadowFrame, picture: Buffers, free: Floats, told: Floats
) -> Told:
    """Every point of a grid around which the sun is free, or blocked, everywhere; `free` and `told` of `free_part`."""
    assert picture.normal is not None
    scene, depsgraph, lens = made.scene, made.layer.depsgraph, moment.projection
    key, found = Vector(look.key), Told()
    back, turn = np.linalg.inv(lens @ moment.view), moment.view[:3, :3].T
    for row, column in zip(*np.nonzero(told & (picture.depth > 0)), strict=True):
        if row % STEP or column % STEP:
            continue
        depth = float(picture.depth[row, column])
        x, y = 2 * (column + 0.5) / W - 1, 1 - 2 * (row + 0.5) / H
        place = back @ np.array((x * depth, y * depth, -lens[2, 2] * depth + lens[2, 3], depth))
        normal = Vector(turn @ (picture.normal[row, column, :3] / 127.5 - 1.0)).normalized()
        start = Vector(place[:3] / place[3]) + normal * shadow.offset
        along = normal.orthogonal().normalized() * (EDGE * shadow.offset / 1.5)
        around = (Vector(), along, -along, normal.cross(along), -normal.cross(along))
        rays = [scene.ray_cast(depsgraph, start + step, key) for step in around]
        blocked = {hit for hit, *_ in rays}
        if normal.dot(key) < 0.15 or len(blocked) > 1:
            continue
        found.total += 1
        found.shaded += True in blocked
        found.right += int((free[row, column] < 0.5) == (True in blocked))
        found.by |= {ray[4].name.partition(".")[0] for ray in rays if ray[0]}
    return found


CASTERS = {
    yard: {"Above", "FarBeside", "Behind", "Slat", "Leaf", "Stone", "Mover"},
    room: {"Ceiling", "East", "Balcony", "Table", "Mover"},
}
SITES = [pytest.param(site, id=site.__name__) for site in CASTERS]


@pytest.mark.parametrize("site", SITES)
def test_our_own_shadow_is_the_suns(site: Callable[[bpy.types.Scene], None]) -> None:
    """In every frame, with what moves: the map keeps what stands still and draws the rest on top."""
    site(bpy.context.scene)
    with taken() as (made, moments, look, shadow):
        assert not shadow.shells
        nobody = replace(shadow, shells=frozenset(made.objects.names()))
        shots: list[list[Buffers]] = []
        # One raster a light, as in a package: the map goes from frame to frame.
        for light, map_ in ((look, shadow), (look, nobody), (replace(look, key_strength=0.0), nobody)):
            raster = Raster(W, H, WANTS)
            shots.append([raster.draw(m.items, m.view, m.projection, light, map_) for m in moments])
            raster.free()
        for index, (moment, *pictures) in enumerate(zip(moments, *shots, strict=True)):
            made.scene.frame_set(*made.plan.times[index][:1])
            told = compared(made, moment, look, shadow, pictures[0], *free_part(*pictures))
            told.check(index)
            assert told.by >= CASTERS[site]


@pytest.mark.parametrize("site", SITES)
def test_the_shadow_by_cycles_is_the_suns(site: Callable[[bpy.types.Scene], None]) -> None:
    site(bpy.context.scene)
    with taken() as (made, moments, look, shadow):
        last = FRAMES - 1
        pictures: list[Buffers] = []
        for light, shells in ((look, ()), (look, made.objects.names()), (replace(look, key_strength=0.0), ())):
            with Fallback(made, light, shells) as by_cycles:
                pictures.append(by_cycles.draw(*made.plan.times[last], wants=WANTS))
        made.scene.frame_set(made.plan.times[last][0])
        compared(made, moments[last], look, shadow, pictures[0], *free_part(*pictures)).check("Cycles")


def test_the_map_has_what_is_nearest_to_the_light_in_any_order() -> None:
    """Whatever is drawn first: a raster that draws a scene backwards makes the same map."""
    room(bpy.context.scene)
    with taken() as (_, moments, _, shadow):
        maps = []
        for items in (moments[0].items, moments[0].items[::-1]):
            raster = Raster(W, H, WANTS)
            maps.append(raster.probe_shadow(items, shadow))
            raster.free()
    assert (maps[0][..., 0] == maps[1][..., 0]).mean() > 0.999
    assert (maps[0][..., 0] < 1.0).mean() > 0.5

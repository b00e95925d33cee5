"""What a picture shows, what the camera is in, and the ground."""

from __future__ import annotations

import bpy
import pytest
from support.blender_tracks import asset, read
from support.stage import Stage


@pytest.fixture
def stage() -> Stage:
    return Stage(bpy.context.scene)


def test_fills_are_what_is_seen(stage: Stage):
    """A box of a metre, its front 4 m away; 50 mm show 2.88 × 1.62 m there. Half of it is behind a board."""
    stage.box("Box", (0, 0.5, 1), (1, 1, 1))
    stage.shoot((0, -4, 1), (0, 0, 1))
    sample = read(stage).samples[0]
    assert sample.fills == {"Box": pytest.approx(1 / (2.88 * 1.62), rel=0.03)}
    assert sample.nearest == pytest.approx(4, abs=1e-3)
    stage.box("Board", (0.5, -0.1, 1), (1, 0.02, 3))
    assert read(stage).samples[0].fills["Box"] == pytest.approx(0.5 / (2.88 * 1.62), rel=0.05)


def test_nothing_is_seen(stage: Stage):
    stage.box("Behind", (0, -9, 1))
    stage.shoot((0, -4, 1), (0, 0, 1))
    sample = read(stage).samples[0]
    assert (sample.fills, sample.nearest, sample.inside) == ({}, None, "")


def test_the_clip_range_cuts(stage: Stage):
    """A wall that the near limit takes away hides nothing."""
    stage.box("Box", (0, 0, 1))
    stage.box("Wall", (0, -3.5, 1), (5, 0.1, 5))
    stage.shoot((0, -4, 1), (0, 0, 1))
    assert read(stage).samples[0].fills.keys() == {"Wall"}
    stage.data.clip_start = 1.0
    sample = read(stage).samples[0]
    assert sample.fills.keys() == {"Box"}
    assert sample.nearest == pytest.approx(3.75, abs=1e-3)
    stage.data.clip_end = 2.0
    assert read(stage).samples[0].fills == {}


def test_inside(stage: Stage):
    crate = stage.box("Crate", (0, -4, 1), (2, 2, 2))
    stage.person(at=(0, 2, 0))
    stage.shoot((0, -4.2, 1.1), (0, 0, 1.1))
    assert read(stage).samples[0].inside == "Crate"
    crate.location.y = 4
    assert read(stage).samples[0].inside == ""


def test_a_room_is_no_thing_to_be_inside_of(stage: Stage):
    stage.box("Room", (0, 0, 1.5), (8, 8, 3))
    stage.shoot((0, -3, 1.5), (0, 0, 1.5))
    rig = stage.person(at=(0, -3.5, 0))  # behind the camera
    assert read(stage).samples[0].inside == ""
    rig.location.y = 20
    place = asset("hall", ["Room"], kind="location")
    assert read(stage, [place]).samples[0].inside == ""


# -- the ground -----------------------------------------------------------------------------------


def test_ground_under_a_moving_camera(stage: Stage):
    stage.floor()
    stage.box("Stage", (6, 0, 0.5), (4, 4, 1))
    stage.shoot((0, 0, 3), (0, 5, 0))
    stage.key(stage.camera, "location", (0, 0, 3), (6, 0, 3))
    grounds = [sample.ground for sample in read(stage).samples]
    assert (grounds[0], grounds[-1]) == (pytest.approx(0), pytest.approx(1))
    assert {round(z, 6) for z in grounds} == {0.0, 1.0}


def test_tables_people_and_dollies_are_no_ground(stage: Stage):
    stage.floor()
    stage.box("Table", (0, 0, 0.75), (1.6, 0.9, 0.05))
    stage.person()
    dolly = stage.box("Dolly", (0, 0, 1.9), (4, 4, 0.1))
    camera = stage.shoot((0, 0, 3))
    camera.parent = dolly
    camera.matrix_parent_inverse.identity()
    camera.location = (0, 0, 1.1)
    assert read(stage).samples[0].ground == pytest.approx(0)


def test_what_somebody_stands_on_is_ground(stage: Stage):
    stage.floor(z=-1)
    stage.box("Podium", (0, 0, 0.1), (2, 2, 0.2))
    stage.person(at=(0, 0.5, 0.2))
    stage.shoot((0, -0.8, 3), (0, 0, 0))
    assert read(stage).samples[0].ground == pytest.approx(0.2)


def test_an_island_that_the_camera_flies_beside(stage: Stage):
    stage.box("Island", (0, 0, -0.5), (6, 6, 1))
    stage.person()
    stage.shoot((0, -12, 4), (0, 0, 1))
    sample = read(stage).samples[0]
    assert (sample.ground, sample.below) == (pytest.approx(0), False)


def test_no_ground_at_all(stage: Stage):
    stage.box("Box", (0, 0, 1))
    stage.shoot((0, -12, 4), (0, 0, 1))
    sample = read(stage).samples[0]
    assert (sample.ground, sample.below) == (None, False)


@pytest.mark.parametrize(
    ("z", "slab", "cellar", "below"),
    [
        (1.0, 0.0, False, False),
        (-0.5, 0.0, False, True),
        (-0.1, 0.3, False, True),
        (-1.5, 0.0, True, False),
    ],
    ids=["above", "under", "in the slab", "in a cellar"],
)
def test_under_the_ground(stage: Stage, z: float, slab: float, cellar: bool, below: bool):
    stage.floor()
    if slab:
        stage.floor(z=-slab)
    if cellar:
        stage.floor(z=-2.5)
    stage.person()
    stage.shoot((0, -4, z), (0, 0, 1))
    assert read(stage).samples[0].below is below


def test_a_ceiling_is_not_the_ground_of_the_room(stage: Stage):
    stage.box("Room", (0, 0, 1.5), (8, 8, 3))
    stage.person()
    stage.shoot((0, -3, 1.5), (0, 0, 1.5))
    sample = read(stage).samples[0]
    assert (sample.ground, sample.below) == (pytest.approx(0), False)

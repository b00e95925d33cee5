"""What is read of a real camera: against Blender's own arithmetic, and the scene is as before."""

from __future__ import annotations

import math
from collections.abc import Iterable

import bpy
import pytest
from bl_ext.user_default.shotwright.addon import brief_reader
from bl_ext.user_default.shotwright.addon.shots import read_shots
from bl_ext.user_default.shotwright.core.brief.track import CameraTrack, Sample
from bl_ext.user_default.shotwright.core.errors import SceneError
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Vector
from support.blender_tracks import ids, read, recognised, shot_of, subject
from support.film import new_shot
from support.snapshot import scene_state
from support.stage import Stage


@pytest.fixture
def stage() -> Stage:
    return Stage(bpy.context.scene)


def projected(track: CameraTrack, sample: Sample, point: Iterable[float]) -> tuple[float, float]:
    """Where a point of the world lies in the picture by what the track says, from the lower left corner, 0 to 1."""
    rows = sample.matrix
    away = Vector(point) - Vector([row[3] for row in rows[:3]])
    x, y, z = (sum(rows[i][axis] * away[i] for i in range(3)) for axis in range(3))
    wide, high = sample.sensor
    scale = wide / sample.width if track.projection == "orthographic" else sample.lens / -z
    longer = max(wide, high)
    shift = sample.shift
    return 0.5 + (x * scale - shift[0] * longer) / wide, 0.5 + (y * scale - shift[1] * longer) / high


def check_projection(stage: Stage, track: CameraTrack, point: tuple[float, float, float], unit: float = 1.0) -> None:
    for sample in (track.samples[0], track.samples[-1]):
        stage.scene.frame_set(int(sample.frame))
        right = world_to_camera_view(stage.scene, stage.camera, Vector(point))
        found = projected(track, sample, [each * unit for each in point])
        assert found == (pytest.approx(right.x, abs=1e-4), pytest.approx(right.y, abs=1e-4))


LENSES = {
    "plain": {},
    "portrait": {"size": (90, 160)},
    "wide sensor": {"sensor_width": 24.0},
    "vertical fit": {"sensor_fit": "VERTICAL", "sensor_height": 18.0},
    "vertical fit, portrait": {"sensor_fit": "VERTICAL", "sensor_height": 30.0, "size": (90, 160)},
    "horizontal fit, portrait": {"sensor_fit": "HORIZONTAL", "size": (90, 160)},
    "shift": {"shift_x": 0.1, "shift_y": -0.07},
    "shift, vertical fit": {"sensor_fit": "VERTICAL", "shift_x": 0.1, "shift_y": -0.07},
    "shift, portrait": {"shift_x": 0.1, "shift_y": 0.2, "size": (90, 160)},
    "wide pixels": {"aspect": (2.0, 1.0), "shift_x": 0.1},
    "tall pixels": {"aspect": (1.0, 1.5), "shift_y": 0.1},
    "ortho": {"type": "ORTHO", "ortho_scale": 3.0},
    "ortho, shift, portrait": {"type": "ORTHO", "ortho_scale": 3.0, "shift_x": 0.1, "shift_y": 0.2, "size": (90, 160)},
}


@pytest.mark.parametrize("lens", LENSES.values(), ids=LENSES.keys())
def test_points_lie_where_blender_puts_them(stage: Stage, lens: dict[str, object]):
    stage.box("Box", (0, 0, 1))
    camera = stage.shoot((0.4, -4, 1.2), (0, 0, 1), lens=35)
    settings = dict(lens)
    render = stage.scene.render
    render.resolution_x, render.resolution_y = settings.pop("size", (160, 90))
    render.pixel_aspect_x, render.pixel_aspect_y = settings.pop("aspect", (1.0, 1.0))
    for name, value in settings.items():
        setattr(camera.data, name, value)
    stage.key(camera, "location", (0.4, -4, 1.2), (-0.8, -3, 1.9))
    track = read(stage)
    assert track.samples[0].matrix != track.samples[-1].matrix
    for point in ((0.2, 0.1, 1.3), (-0.3, -0.2, 0.8)):
        check_projection(stage, track, point)


def test_lens_sensor_and_view_agree(stage: Stage):
    stage.box("Box", (0, 0, 1))
    stage.shoot((0, -4, 1), (0, 0, 1))
    stage.data.lens_unit = "FOV"
    stage.key(stage.data, "lens", 35.0, 70.0)
    samples = read(stage).samples
    assert (samples[0].lens, samples[-1].lens) == (pytest.approx(35), pytest.approx(70))
    assert samples[24].lens == pytest.approx(52.5)
    assert samples[0].sensor == (pytest.approx(36), pytest.approx(36 * 9 / 16))
    assert samples[0].shift == (0.0, 0.0)
    assert samples[0].focus is None
    assert samples[0].fstop is None


def test_an_orthographic_width(stage: Stage):
    stage.box("Box", (0, 0, 1))
    stage.shoot((0, -4, 1), (0, 0, 1))
    stage.data.type, stage.data.ortho_scale = "ORTHO", 3.0
    track = read(stage)
    assert (track.projection, track.samples[0].width) == ("orthographic", pytest.approx(3.0))


def test_a_panorama_is_not_looked_at(stage: Stage):
    stage.box("Box", (0, 0, 1))
    stage.box("Behind", (0, -9, 1))
    stage.shoot((0, -4, 1), (0, 0, 1))
    stage.data.type = "PANO"
    track = read(stage)
    assert track.projection == "panoramic"
    assert {sample.fills for sample in track.samples} == {None}
    assert {"Box", "Behind"} <= ids(track)


# -- the scene stays ------------------------------------------------------------------------------


def test_the_scene_is_as_before(stage: Stage):
    stage.floor()
    rig = stage.person()
    hidden = stage.person("Hidden", (1, 0, 0))
    hidden.hide_set(True)
    off = stage.box("Off", (2, 0, 0))
    stage.update()  # Blender gives what is hidden no matrix
    off.hide_viewport = True
    stage.shoot((0, -4, 1), (0, 0, 1))
    stage.key(stage.camera, "location", (0, -4, 1), (0, -2, 1))
    rig.select_set(True)
    stage.scene.view_layers[0].objects.active = rig
    stage.scene.frame_set(17, subframe=0.25)
    shot = shot_of(stage.scene)
    known = recognised(stage.scene)
    before = scene_state(stage.scene)
    brief_reader.track_of(shot, [], known)
    assert scene_state(stage.scene) == before


def test_the_scene_is_as_before_after_an_error(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    stage.box("Box", (0, 0, 1))
    stage.shoot((0, -4, 1), (0, 0, 1))
    stage.scene.frame_set(5)
    shot = shot_of(stage.scene)
    before = scene_state(stage.scene)

    def broken(*_: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(brief_reader, "read_camera", broken)
    with pytest.raises(RuntimeError, match="no"):
        brief_reader.track_of(shot, [], {})
    assert scene_state(stage.scene) == before


def test_twice_the_same(stage: Stage):
    stage.floor()
    rig = stage.person()
    stage.key(rig, "location", (0, 0, 0), (1, 0, 0))
    stage.shoot((0, -4, 1), (0, 0, 1))
    assert read(stage) == read(stage)


# -- when -----------------------------------------------------------------------------------------


def test_the_cut_range_without_handles(stage: Stage):
    stage.box("Box", (0, 0, 1))
    stage.shoot((0, -4, 1), (0, 0, 1))
    new_shot(stage.scene, camera=stage.camera, frame_start=10, frame_end=20, handle_head=5, handle_tail=5)
    track = brief_reader.track_of(read_shots()[0], [], {})
    assert [sample.frame for sample in track.samples] == list(range(10, 21))


@pytest.mark.parametrize("frames", [1, 2, 5, 239, 240, 241, 500, 5000])
def test_long_shots_are_sampled(stage: Stage, frames: int):
    stage.box("Box", (0, 0, 1))
    stage.shoot((0, -4, 1), (0, 0, 1))
    new_shot(stage.scene, camera=stage.camera, frame_start=1, frame_end=frames)
    track = brief_reader.track_of(read_shots()[0], [], {})
    found = [sample.frame for sample in track.samples]
    assert (found[0], found[-1]) == (1, frames)
    assert len(found) == len(set(found)) <= brief_reader.SAMPLES
    assert frames > brief_reader.SAMPLES or len(found) == frames
    assert track.samples[0].fills is not None
    assert track.samples[-1].fills is not None


def test_no_frames_and_no_camera(stage: Stage):
    stage.shoot((0, -4, 1), (0, 0, 1))
    shot = shot_of(stage.scene)
    with pytest.raises(SceneError, match="is empty"):
        brief_reader.track_of(shot.model_copy(update={"end": shot.start - 1}), [], {})
    with pytest.raises(SceneError, match="no camera"):
        brief_reader.track_of(shot.model_copy(update={"camera": "Gone"}), [], {})


# -- the camera -----------------------------------------------------------------------------------


def test_scale_is_taken_off_and_a_mirror_stays(stage: Stage):
    stage.box("Box", (0.5, 0, 1))
    rig = stage.empty("Rig", (0, -4, 1))
    rig.scale = (-2, 3, 0.5)
    camera = stage.shoot((0, 0, 0))
    camera.parent, camera.rotation_euler = rig, (math.pi / 2, 0, 0)
    track = read(stage)
    rows = track.samples[0].matrix
    for axis in range(3):
        assert math.hypot(*(rows[i][axis] for i in range(3))) == pytest.approx(1)
    # Blender mirrors the picture of a mirrored camera: what stands to the right is drawn on the left.
    assert projected(track, track.samples[0], (0.5, 0, 1))[0] < 0.5


def test_focus_on_a_bone_is_along_the_axis(stage: Stage):
    rig = stage.person(at=(0.8, 0, 0))
    stage.shoot((0, -4, 1.5)).rotation_euler = (math.pi / 2, 0, 0)
    dof = stage.data.dof
    dof.use_dof, dof.focus_object, dof.focus_subtarget, dof.aperture_fstop = True, rig, "head", 2.8
    stage.key(rig, "location", (0.8, 0, 0), (0.8, 2, 0))
    samples = read(stage).samples
    assert (samples[0].focus, samples[-1].focus) == (pytest.approx(4, abs=1e-4), pytest.approx(6, abs=1e-4))
    assert samples[0].fstop == pytest.approx(2.8)


def test_animated_focus_distance(stage: Stage):
    stage.box("Box", (0, 0, 1))
    stage.shoot((0, -4, 1), (0, 0, 1))
    dof = stage.data.dof
    dof.use_dof = True
    for frame, distance in ((1, 2.0), (49, 5.0)):
        dof.focus_distance = distance
        dof.keyframe_insert("focus_distance", frame=frame)
    samples = read(stage).samples
    assert (samples[0].focus, samples[-1].focus) == (pytest.approx(2), pytest.approx(5))


def test_metres(stage: Stage):
    stage.floor(side=4000)
    stage.person()
    rig = bpy.data.objects["Lou"]
    rig.scale = (100, 100, 100)
    stage.shoot((0, -400, 150), (0, 0, 150))
    stage.data.dof.use_dof, stage.data.dof.focus_distance = True, 400
    units = stage.scene.unit_settings
    units.system, units.scale_length = "METRIC", 0.01
    track = read(stage)
    sample = track.samples[0]
    assert [row[3] for row in sample.matrix[:3]] == pytest.approx([0, -4, 1.5])
    assert (sample.focus, sample.ground) == (pytest.approx(4), pytest.approx(0, abs=1e-6))
    assert 3.5 < sample.nearest < 4
    assert track.clip == (pytest.approx(0.0001), pytest.approx(stage.data.clip_end / 100))
    assert max(point[2] for point in subject(track, "Lou").bodies[0].points) == pytest.approx(1.7385, abs=0.001)
    units.system = "NONE"  # Blender leaves the scale out then
    assert read(stage).samples[0].matrix[1][3] == pytest.approx(-400)

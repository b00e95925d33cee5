"""The pictures of a package: what each shows, that they are the same every time, and that wrong ones are errors."""

from __future__ import annotations

import math
from pathlib import Path

import bpy
import numpy as np
import pytest
from bl_ext.user_default.shotwright.addon.shots import read_shots
from bl_ext.user_default.shotwright.backends import catalog
from bl_ext.user_default.shotwright.core import terms
from bl_ext.user_default.shotwright.core.errors import RenderError, SceneError
from bl_ext.user_default.shotwright.core.framing import Framing, conform
from bl_ext.user_default.shotwright.core.model import ModelProfile, Size, SizeRule
from bl_ext.user_default.shotwright.media.movie import read_frames
from bl_ext.user_default.shotwright.render_passes import package, raster
from bl_ext.user_default.shotwright.render_passes.as_rendered import as_rendered
from bl_ext.user_default.shotwright.render_passes.depth import encode
from bl_ext.user_default.shotwright.render_passes.evaluation import Evaluation
from bl_ext.user_default.shotwright.render_passes.geometry import MeshCache, camera_projection, view_layer_of
from bl_ext.user_default.shotwright.render_passes.plan import Plan, plan_for
from mathutils import Matrix
from PIL import Image
from support import film
from support.snapshot import scene_state

W, H = 160, 90
ALL = tuple(name for name in terms.values(terms.PASSES) if name != "motion")  # that needs a flipbook


@pytest.fixture
def scene() -> bpy.types.Scene:
    """A cube above a floor, a camera that looks at it, a shot of six frames."""
    scene = film.set_up(bpy.context.scene, frames=6, size=(W, H))
    bpy.ops.mesh.primitive_plane_add(size=30, location=(0, 0, -1))
    bpy.context.object.name = "Floor"
    film.add_cube(scene, "Cube", (0, 0, 0.3))
    camera = film.add_camera(scene, "Camera", (0.0, -9.0, 3.0))
    film.new_shot(scene, camera=camera)
    return scene


def draw(folder: Path, passes: tuple[str, ...] = ALL, **options: object) -> tuple[Plan, package.Drawn, str]:
    """Draw the first shot into a folder: its plan, what came of it, the fingerprint."""
    shot = read_shots()[0]
    scene = bpy.data.scenes[shot.scene]
    plan = plan_for(shot, passes, **options)
    folder.mkdir(parents=True, exist_ok=True)
    with as_rendered(scene, view_layer_of(scene)):
        evaluation = Evaluation(scene, plan, MeshCache())
        fingerprint = evaluation.read(lambda _done, _total: None)
        return plan, package.draw(plan, evaluation, folder, lambda _done, _total: None), fingerprint


def frames(path: Path, pixels: str = "rgb24") -> list[np.ndarray]:
    return [frame.astype(np.int32) for frame in read_frames(path, W, H, pixels)]


def test_every_pass_leaves_its_files(scene: bpy.types.Scene, tmp_path: Path) -> None:
    _, drawn, _ = draw(tmp_path / "p")
    names = {path.name for path in (tmp_path / "p").iterdir()}
    movies = {f"{name}.mp4" for name in ("clay", "depth", "edges", "board", "normal", "mask", "layout")}
    assert names == movies | {"depth.npz", "flow.npz", "board.png", "first.png", "last.png"}
    assert all(len(frames(tmp_path / "p" / name)) == 6 for name in movies)
    assert set(drawn.facts["masks"]) == {"Cube", "Floor"}
    assert 0 < drawn.facts["depth_near"] < drawn.facts["depth_far"]


def test_two_runs_give_the_same_bytes(scene: bpy.types.Scene, tmp_path: Path) -> None:
    *_, one = draw(tmp_path / "a")
    *_, two = draw(tmp_path / "b")
    assert one == two
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


def test_a_still_scene_gives_still_pictures(
    scene: bpy.types.Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, drawn = raster.Raster.draw, []

    def keep(self: raster.Raster, *arguments: object) -> raster.Buffers:
        drawn.append(real(self, *arguments))
        return drawn[-1]

    monkeypatch.setattr(raster.Raster, "draw", keep)
    draw(tmp_path, ("clay", "depth", "edges", "normal", "flow"))
    for name in ("clay", "normal", "depth", "flow"):
        pictures = [getattr(buffers, name) for buffers in drawn[-6:]]
        assert pictures[0].shape[:2] == (H, W)
        assert all((picture == pictures[0]).all() for picture in pictures), name
    metres = np.load(tmp_path / "depth.npz")["depth"]
    assert (metres == metres[0]).all()
    assert not np.load(tmp_path / "flow.npz")["flow"].any()
    for name in ("clay", "edges", "normal", "depth"):
        pictures = frames(tmp_path / f"{name}.mp4")
        assert all(np.abs(picture - pictures[0]).max() <= 2 for picture in pictures), name


def test_the_key_light_casts_a_shadow_that_stays_in_the_world(scene: bpy.types.Scene, tmp_path: Path) -> None:
    sun = bpy.data.objects.new("Sun", bpy.data.lights.new("Sun", "SUN"))
    scene.collection.objects.link(sun)
    # Light comes from the left, 45 degrees high: the shadow lies to the right of the cube.
    sun.matrix_world = Matrix.Rotation(math.radians(-45), 4, "Y")
    draw(tmp_path / "here", ("clay",))
    # In this row a metre is 21 pixels: the cube ends at 106, its shadow at 150.
    row = frames(tmp_path / "here" / "clay.mp4")[0][60, :, 1]
    assert row[112:140].max() < row[15:45].min() - 40, "no shadow to the right of the cube"
    assert np.abs(row[15:45] - row[155:].mean()).max() < 12, "the rest of the floor is even"
    bpy.data.objects["Camera"].location.x += 1
    draw(tmp_path / "aside", ("clay",))
    moved = frames(tmp_path / "aside" / "clay.mp4")[0][60, :, 1]
    assert moved[91:119].max() < row[15:45].min() - 40, "the shadow left its place in the world"
    assert np.abs(moved[134:] - row[155:].mean()).max() < 12, "the shadow went with the camera"


def test_a_roof_does_not_put_the_room_in_the_dark(scene: bpy.types.Scene, tmp_path: Path) -> None:
    draw(tmp_path / "open", ("clay",))
    bpy.ops.mesh.primitive_plane_add(size=30, location=(0, 0, 6))
    draw(tmp_path / "roofed", ("clay",))
    floor = [frames(tmp_path / name / "clay.mp4")[0][70:85, 60:100].mean() for name in ("open", "roofed")]
    assert floor[1] > floor[0] - 20


def test_lines_are_where_things_end(scene: bpy.types.Scene, tmp_path: Path) -> None:
    draw(tmp_path, ("edges", "depth", "board"))
    lines = frames(tmp_path / "edges.mp4", "gray")[0]
    metres = np.load(tmp_path / "depth.npz")["depth"][0].astype(np.float32)
    jump = np.zeros((H, W), bool)
    jump[:, 1:] |= np.abs(np.diff(metres, axis=1)) > 0.6
    strong = lines > 128
    near = np.zeros_like(strong)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            near |= np.roll(strong, (dy, dx), (0, 1))
    assert jump.sum() > 20
    assert near[jump].mean() > 0.95
    assert strong.mean() < 0.10


def test_flow_is_the_motion_in_pixels(scene: bpy.types.Scene, tmp_path: Path) -> None:
    camera = bpy.data.objects["Camera"]
    camera.data.type, camera.data.ortho_scale = "ORTHO", 16.0
    cube = bpy.data.objects["Cube"]
    for frame, x in ((1, 0.0), (6, 1.0)):
        cube.location.x = x
        cube.keyframe_insert("location", index=0, frame=frame)
    draw(tmp_path, ("flow", "mask"))
    flow = np.load(tmp_path / "flow.npz")["flow"].astype(np.float32)
    positions = []
    for frame in range(1, 7):
        scene.frame_set(frame)
        positions.append(cube.matrix_world.translation.x)
    pixels = np.diff(positions) * W / 16.0
    for index, expected in enumerate(pixels, 1):
        moving = np.abs(flow[index, :, :, 0]) > 1e-3
        assert moving.any()
        assert np.median(flow[index, :, :, 0][moving]) == pytest.approx(expected, rel=0.01)
        assert np.abs(flow[index, :, :, 1]).max() < 0.01


def test_depth_encodings() -> None:
    metres = np.array([[0.0, 2.0, 4.0, 8.0, 100.0]], np.float32)
    assert encode(metres, 2.0, 8.0, "linear").tolist() == [[0, 255, 170, 1, 1]]
    assert encode(metres, 2.0, 8.0, "disparity").tolist() == [[0, 255, 86, 1, 1]]


def test_viewport_colours(scene: bpy.types.Scene, tmp_path: Path) -> None:
    bpy.data.objects["Cube"].color = (0.8, 0.05, 0.05, 1.0)
    draw(tmp_path / "neutral", ("clay",))
    draw(tmp_path / "viewport", ("clay",), colours="viewport")
    neutral, coloured = (frames(tmp_path / name / "clay.mp4")[0][40, 80] for name in ("neutral", "viewport"))
    assert np.ptp(neutral) <= 4
    assert coloured[0] > coloured[1] + 60


def test_nothing_in_front_of_the_camera_is_an_error(scene: bpy.types.Scene, tmp_path: Path) -> None:
    bpy.data.objects["Camera"].rotation_euler = (math.pi, 0, 0)
    bpy.data.objects["Camera"].location = (0, 0, 50)
    with pytest.raises(SceneError, match=r"SH010: nothing is in front of the camera 'Camera'.*turn the camera"):
        draw(tmp_path)


def test_a_picture_that_repeats_while_the_camera_moves_is_an_error(
    scene: bpy.types.Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera = bpy.data.objects["Camera"]
    camera.keyframe_insert("location", frame=1)
    camera.location.x += 3
    camera.keyframe_insert("location", frame=6)
    draw(tmp_path / "moving")
    real, first = raster.Raster.draw, []

    def stuck(self: raster.Raster, *arguments: object) -> raster.Buffers:
        first.append(real(self, *arguments))
        return first[0]

    monkeypatch.setattr(raster.Raster, "draw", stuck)
    (tmp_path / "stuck").mkdir()
    with pytest.raises(RenderError, match="the scene changes at frame 2, but the picture is the one before"):
        draw(tmp_path / "stuck", ("depth",))


def test_a_camera_along_a_wall_is_no_error(scene: bpy.types.Scene, tmp_path: Path) -> None:
    """It sees the same depth in every frame, and so it should."""
    bpy.data.objects["Cube"].scale = (100, 1, 100)
    camera = bpy.data.objects["Camera"]
    camera.rotation_euler = (math.radians(90), 0, 0)
    camera.location = (-5, -9, 50)
    camera.keyframe_insert("location", frame=1)
    camera.location = (5, -9, 52)
    camera.keyframe_insert("location", frame=6)
    draw(tmp_path, ("depth",))
    metres = np.load(tmp_path / "depth.npz")["depth"]
    assert metres == pytest.approx(8.0, rel=1e-3)


def test_a_sun_that_turns_shines_as_at_the_start_of_the_shot(scene: bpy.types.Scene, tmp_path: Path) -> None:
    sun = bpy.data.objects.new("Sun", bpy.data.lights.new("Sun", "SUN"))
    scene.collection.objects.link(sun)
    sun.rotation_euler.y = math.radians(-45)
    still = draw(tmp_path / "still", ("clay",))[2]
    for frame, angle in ((1, -45), (6, 45)):
        sun.rotation_euler.y = math.radians(angle)
        sun.keyframe_insert("rotation_euler", frame=frame)
    assert draw(tmp_path / "turning", ("clay",))[2] == still
    assert (tmp_path / "turning" / "clay.mp4").read_bytes() == (tmp_path / "still" / "clay.mp4").read_bytes()
    bpy.data.collections.new("Lights").objects.link(sun)
    scene.collection.objects.unlink(sun)
    scene.collection.children.link(bpy.data.collections["Lights"])
    assert draw(tmp_path / "in a collection", ("clay",))[2] == still
    bpy.data.collections["Lights"].hide_render = True
    assert draw(tmp_path / "off", ("clay",))[2] != still


def test_the_scene_is_as_before_after_an_error(
    scene: bpy.types.Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bpy.data.objects["Cube"].hide_viewport = True
    scene.frame_set(3)

    def fails(self: raster.Raster, *arguments: object) -> raster.Buffers:
        raise RenderError("the driver went away")

    monkeypatch.setattr(raster.Raster, "draw", fails)
    with pytest.raises(RenderError, match="went away"):
        draw(tmp_path)
    assert scene.frame_current == 3
    assert bpy.data.objects["Cube"].hide_viewport


def test_a_panorama_is_drawn_by_cycles_and_the_record_says_why(scene: bpy.types.Scene, tmp_path: Path) -> None:
    scene.frame_end = read_shots()[0].start
    stored = film.stored(read_shots()[0].id)
    stored.frame_end = stored.frame_start
    bpy.data.objects["Camera"].data.type = "PANO"
    _, drawn, _ = draw(tmp_path, ("clay", "depth"))
    assert drawn.engine == "cycles"
    assert any("The camera is panoramic: 'Camera'" in note for note in drawn.notes)
    assert (np.load(tmp_path / "depth.npz")["depth"] > 0).mean() > 0.1
    assert scene.render.engine != "CYCLES"


def test_what_cycles_draws_is_in_the_fingerprint(scene: bpy.types.Scene) -> None:
    curves = bpy.data.hair_curves.new("Hair")
    curves.add_curves([3])
    hair = bpy.data.objects.new("Hair", curves)
    scene.collection.objects.link(hair)

    def fingerprint() -> str:
        plan = plan_for(read_shots()[0], ("clay",))
        with as_rendered(scene, view_layer_of(scene)):
            return Evaluation(scene, plan, MeshCache()).read(lambda _done, _total: None)

    before = fingerprint()
    assert fingerprint() == before
    curves.attributes["position"].data[1].vector = (0.0, 0.0, 2.0)
    curves.update_tag()
    assert fingerprint() != before


# -- the edges of what can be asked for ----------------------------------------------------------------


def test_strips_of_the_layout_do_not_reach_its_references(scene: bpy.types.Scene, tmp_path: Path) -> None:
    """A scene with a strip renders its sequencer instead of its camera; references are of the camera."""
    *_, without = draw(tmp_path / "without")
    length = {"length": 6} if bpy.app.version >= (5, 0, 0) else {"frame_end": 7}
    strips = scene.sequence_editor_create().strips
    strips.new_effect("Red", "COLOR", channel=1, frame_start=1, **length).color = (1.0, 0.0, 0.0)
    scene.render.use_sequencer = True
    before = scene_state(scene)
    *_, with_strip = draw(tmp_path / "with")
    assert with_strip == without
    for path in (tmp_path / "without").iterdir():
        assert path.read_bytes() == (tmp_path / "with" / path.name).read_bytes(), path.name
    assert scene_state(scene) == before
    assert scene.render.use_sequencer and [strip.name for strip in strips] == ["Red"]


def test_one_frame(scene: bpy.types.Scene, tmp_path: Path) -> None:
    film.stored(read_shots()[0].id).frame_end = 1
    draw(tmp_path)
    assert all(len(frames(path)) == 1 for path in tmp_path.glob("*.mp4"))
    assert np.load(tmp_path / "depth.npz")["depth"].shape == (1, H, W)
    assert not np.load(tmp_path / "flow.npz")["flow"].any()
    assert (tmp_path / "first.png").read_bytes() == (tmp_path / "last.png").read_bytes()


def test_stills_as_boards(scene: bpy.types.Scene, tmp_path: Path) -> None:
    """A board panel without its number is what a model starts and ends with; nothing else is drawn anew."""
    wanted = ("clay", "board", "first", "last")
    *_, before = draw(tmp_path / "clay", wanted)
    *_, alone = draw(tmp_path / "alone", ("clay", "board"))
    item = film.stored(read_shots()[0].id)
    item.stills = "board"
    *_, after = draw(tmp_path / "board", wanted)
    assert after != before and draw(tmp_path / "again", ("clay", "board"))[2] == alone
    tag = H // 4, W // 2  # where the number stands on boards
    for name, index in (("first", 0), ("last", -1)):
        still = np.asarray(Image.open(tmp_path / "board" / f"{name}.png").convert("RGB")).astype(int)
        board = frames(tmp_path / "board" / "board.mp4")[index].astype(int)
        assert np.abs(still - board)[tag[0] :, :].mean() < 3
        clay = np.asarray(Image.open(tmp_path / "clay" / f"{name}.png").convert("RGB")).astype(int)
        assert np.abs(still - clay).mean() > 10
    item.stills = "clay"
    assert draw(tmp_path / "back", wanted)[2] == before


def test_a_big_picture(scene: bpy.types.Scene, tmp_path: Path) -> None:
    scene.render.resolution_x, scene.render.resolution_y = 4096, 2304
    film.stored(read_shots()[0].id).frame_end = 1
    _, drawn, _ = draw(tmp_path, ("depth",))
    metres = np.load(tmp_path / "depth.npz")["depth"][0].astype(np.float32)
    assert metres.shape == (2304, 4096)
    (picture,) = read_frames(tmp_path / "depth.mp4", 4096, 2304, "gray")
    # The front of the cube, and the floor that reaches to every lower corner.
    assert metres[1152, 2048] == pytest.approx(8.0 / math.cos(math.atan(1 / 3)), rel=5e-4)
    assert metres[-1, 0] == pytest.approx(metres[-1, -1], rel=1e-3) and metres[-1, 0] > 5
    shown = encode(metres, drawn.facts["depth_near"], drawn.facts["depth_far"])
    assert np.abs(picture.astype(np.int32) - shown).mean() < 1
    assert ((metres > 0) == (shown > 0)).all() and shown[-1, 0] == 255


@pytest.fixture(scope="module")
def wan() -> ModelProfile:
    return catalog.load().models["wan2.1-vace-1.3b"]


def test_the_still_of_the_board_is_the_start_of_the_cut(scene: bpy.types.Scene, tmp_path: Path) -> None:
    """The same frames with another handle: what shows the difference has another fingerprint, the rest has not."""
    film.add_cube(scene, "Late", (3.0, 0.0, 0.0)).keyframe_insert("location", frame=3)
    bpy.data.objects["Late"].location.x = 0.0
    bpy.data.objects["Late"].keyframe_insert("location", frame=4)
    stored = film.stored(read_shots()[0].id)
    plain, boards = [], []
    for name, head in (("a", 0), ("b", 4)):
        stored.frame_start, stored.handle_head = 1 + head, head
        plain.append(draw(tmp_path / f"{name}-plain", ("clay",))[2])
        boards.append(draw(tmp_path / name, ("board",))[2])
    assert plain[0] == plain[1]
    assert boards[0] != boards[1]
    assert (tmp_path / "a" / "board.mp4").read_bytes() == (tmp_path / "b" / "board.mp4").read_bytes()
    assert (tmp_path / "a" / "board.png").read_bytes() != (tmp_path / "b" / "board.png").read_bytes()


# -- for a model ---------------------------------------------------------------------------------------


def test_what_the_record_says_of_a_model_is_in_the_fingerprint(scene: bpy.types.Scene, wan: ModelProfile) -> None:
    """Shots of 22 and 23 frames both make 17 pictures, of which 15 and 16 belong to them."""
    prints, kept = set(), []
    other = wan.model_copy(update={"name": "another"})
    for end, profile in ((22, wan), (23, wan), (23, other)):
        film.stored(read_shots()[0].id).frame_end = scene.frame_end = end
        plan = plan_for(read_shots()[0], ("depth",), profile)
        assert (plan.frames, plan.model) == (17, profile.name)
        kept.append(plan.kept)
        with as_rendered(scene, view_layer_of(scene)):
            prints.add(Evaluation(scene, plan, MeshCache()).read(lambda _done, _total: None))
    assert kept == [15, 16, 16]
    assert len(prints) == 3


def test_motion_keeps_its_speed_at_the_rate_of_a_model(
    scene: bpy.types.Scene, tmp_path: Path, wan: ModelProfile
) -> None:
    """At 16 frames a second the layout is drawn every 1.5 of its frames, and positions are those between its own."""
    speed = 0.11  # metres in a frame
    bpy.data.objects["Floor"].hide_render = True
    mesh = bpy.data.meshes.new("Ramp")
    mesh.from_pydata([(-2, -4, -2), (2, 4, -2), (2, 4, 2), (-2, -4, 2)], [], [(0, 1, 2, 3)])
    ramp = bpy.data.objects["Cube"]
    ramp.data = mesh
    for frame in (1, 6):
        ramp.location = (speed * frame, 0, 0)
        ramp.keyframe_insert("location", frame=frame)
    for curve in curves_of(ramp):
        curve.extrapolation = "LINEAR"
        for key in curve.keyframe_points:
            key.interpolation = "LINEAR"
    camera = bpy.data.objects["Camera"]
    camera.location, camera.rotation_euler = (0, -9, 0), (math.radians(90), 0, 0)
    camera.data.type, camera.data.ortho_scale = "ORTHO", 16.0
    plan, _, _ = draw(tmp_path, ("depth", "flow"), profile=wan)
    assert plan.times == ((1, 0.0), (2, 0.5), (4, 0.0), (5, 0.5), (7, 0.0))
    assert (plan.kept, plan.fps.fraction, (plan.width, plan.height)) == (4, 16, (832, 480))
    assert len(list(read_frames(tmp_path / "depth.mp4", 832, 480, "gray"))) == 5
    pixels = 832 / 16.0 * plan.window[0]
    exact = np.array([speed * (frame + part) for frame, part in plan.times]) * pixels

    flow = np.load(tmp_path / "flow.npz")["flow"].astype(np.float64)
    assert not flow[0].any()
    for index in range(1, 5):
        moving = flow[index, :, :, 0] != 0
        assert moving.mean() > 0.05
        error = flow[index, :, :, 0][moving] - (exact[index] - exact[index - 1])
        assert np.abs(error).max() < 0.01
        assert np.abs(flow[index, :, :, 1]).max() < 0.01

    # The ramp's depth is 2 metres more for each metre to the right, so depth says where it is.
    drawing = raster.Raster(plan.width, plan.height, frozenset())
    with as_rendered(scene, view_layer_of(scene)):
        evaluation = Evaluation(scene, plan, MeshCache())
        for moment, place in zip(evaluation.moments(), exact, strict=True):
            row = drawing.draw(moment.items, moment.view, moment.projection).depth[240].astype(np.float64)
            (columns,) = np.nonzero(row)
            found = (columns + 0.5 - 416) - (row[columns] - 9.0) / 2 * pixels
            assert len(columns) > 150
            assert np.abs(found - place).max() < 0.01
    drawing.free()


def curves_of(obj: bpy.types.Object) -> list[bpy.types.FCurve]:
    """The curves of an object's action."""
    action = obj.animation_data.action
    if hasattr(action, "fcurves"):
        return list(action.fcurves)
    return list(action.layers[0].strips[0].channelbag(obj.animation_data.action_slot).fcurves)


SHAPES = {"wider": Size(width=320, height=96), "square": Size(width=160, height=160)}
CORNERS = ((0.0, 0.0), (-0.9, 0.0), (0.9, 0.0), (0.0, -0.9), (0.0, 0.9), (0.4, 0.3))
"""The middle, points near each edge, and one that would tell a mirrored picture."""


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("method", ["pad", "crop"])
@pytest.mark.parametrize("lens", ["PERSP", "ORTHO"])
def test_the_framing_for_a_model(
    scene: bpy.types.Scene, tmp_path: Path, wan: ModelProfile, lens: str, method: str, shape: str
) -> None:
    """What is framed lies in the model's picture where `core/framing` says, wider or cropped and never stretched."""
    size = SHAPES[shape]
    profile = wan.model_copy(update={"size": SizeRule(sizes=(size,), only_listed=True)})
    shot = read_shots()[0]
    framing: Framing = conform(shot.width, shot.height, profile.size, method)
    camera = bpy.data.objects["Camera"]
    camera.data.type, camera.data.ortho_scale, camera.data.shift_x = lens, 8.0, 0.1
    for name in ("Cube", "Floor"):
        bpy.data.objects.remove(bpy.data.objects[name])
    with as_rendered(scene, view_layer_of(scene)):
        scene.frame_set(1)
        depsgraph = view_layer_of(scene).depsgraph
        view, projection = (np.array(m) for m in camera_projection(camera, depsgraph, scene, shot.width, shot.height))
    back = np.linalg.inv(projection @ view)
    for x, y in CORNERS:
        place = at_depth(back, view, x, y, 10.0)
        step = at_depth(back, view, x + 0.1, y, 10.0) - place, at_depth(back, view, x, y + 0.1, 10.0) - place
        corners = [place + a * step[0] + b * step[1] for a, b in ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5))]
        mesh = bpy.data.meshes.new("Mark")
        mesh.from_pydata(corners, [], [(0, 1, 2, 3)])
        scene.collection.objects.link(bpy.data.objects.new("Mark", mesh))
    plan, _, _ = draw(tmp_path, ("depth",), profile=profile, method=method)
    assert (plan.width, plan.height, plan.window) == (size.width, size.height, framing.window)
    seen = np.load(tmp_path / "depth.npz")["depth"][0] > 0
    rows, columns = np.mgrid[: size.height, : size.width] + 0.5
    certain, possible = np.zeros(seen.shape, bool), np.zeros(seen.shape, bool)
    width, height = (a / 20 * b for a, b in ((framing.scale_x, size.width), (framing.scale_y, size.height)))
    inside = 0
    for x, y in CORNERS:
        across, down = framing.pixel(x, y)
        beyond = np.maximum(np.abs(columns - across) - width / 2, np.abs(rows - down) - height / 2)
        certain |= beyond < -0.02
        possible |= beyond < 0.02
        inside += 0 < across < size.width and 0 < down < size.height
    assert inside == (6 if method == "pad" else 4)
    # A pixel whose middle lies on the edge of a mark, to a fiftieth of a pixel, may fall to either side.
    assert certain.sum() > 200
    assert seen[certain].all() and not seen[~possible].any()
    # Never stretched: a pixel is as wide as it is high in the world.
    assert framing.scale_x * size.width / shot.width == pytest.approx(framing.scale_y * size.height / shot.height)


def at_depth(back: np.ndarray, view: np.ndarray, x: float, y: float, metres: float) -> np.ndarray:
    """The world point at a depth behind a point of the picture."""
    near, far = (back @ np.array((x, y, z, 1.0)) for z in (-1.0, 1.0))
    near, far = near[:3] / near[3], far[:3] / far[3]
    start, end = (-(view @ np.array((*point, 1.0)))[2] for point in (near, far))
    return near + (far - near) * (metres - start) / (end - start)


def drawn_names_and_sizes() -> list[tuple[str, int]]:
    """Name and number of vertices of what would be drawn at the first frame of the first shot."""
    plan = plan_for(read_shots()[0], ("depth",))
    scene = bpy.context.scene
    with as_rendered(scene, view_layer_of(scene)):
        _, (moment,) = Evaluation(scene, plan, MeshCache()).some(1)
        return [(item.name, len(item.mesh.positions)) for item in moment.items]


def test_instances_of_two_meshes_from_one_node_tree_stay_two(scene: bpy.types.Scene) -> None:
    tree = bpy.data.node_groups.new("Two", "GeometryNodeTree")
    tree.interface.new_socket("Geometry", in_out="OUTPUT", socket_type="NodeSocketGeometry")
    out, both = tree.nodes.new("NodeGroupOutput"), tree.nodes.new("GeometryNodeGeometryToInstance")
    for kind in ("GeometryNodeMeshCube", "GeometryNodeMeshUVSphere"):
        instance = tree.nodes.new("GeometryNodeGeometryToInstance")
        tree.links.new(tree.nodes.new(kind).outputs[0], instance.inputs[0])
        tree.links.new(instance.outputs[0], both.inputs[0])
    tree.links.new(both.outputs[0], out.inputs[0])
    bpy.data.objects["Cube"].modifiers.new("Two", "NODES").node_group = tree
    sizes = [size for name, size in drawn_names_and_sizes() if name == "Cube"]
    assert len(sizes) == 2
    assert len(set(sizes)) == 2


def test_simplify_and_particles_have_their_render_settings(scene: bpy.types.Scene) -> None:
    render, cube, floor = scene.render, bpy.data.objects["Cube"], bpy.data.objects["Floor"]
    render.use_simplify, render.simplify_subdivision, render.simplify_subdivision_render = True, 0, 6
    subdivision = cube.modifiers.new("Subdivision", "SUBSURF")
    subdivision.levels, subdivision.render_levels = 0, 2
    floor.modifiers.new("Particles", "PARTICLE_SYSTEM")
    settings = floor.particle_systems[0].settings
    settings.count, settings.frame_start, settings.frame_end, settings.lifetime = 40, 0, 0, 500
    settings.render_type, settings.instance_object, settings.display_percentage = "OBJECT", cube, 10
    floor.show_instancer_for_render = False
    drawn = drawn_names_and_sizes()
    assert sum(name == "Floor" for name, _ in drawn) == 40  # forty copies, and not the emitter
    assert {size for _, size in drawn} == {98}  # a cube subdivided twice
    assert (render.simplify_subdivision, settings.display_percentage) == (0, 10)
    assert floor.show_instancer_for_viewport

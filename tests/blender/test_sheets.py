"""Asset sheets in Blender: what is on them, at rest and posed, and that the scene stays as it is."""

from __future__ import annotations

import io
import math
import time
from collections.abc import Iterator
from pathlib import Path

import bpy
import numpy as np
import pytest
from bl_ext.user_default.shotwright.addon import asset_items, assets, rig_maps, sheet_jobs, sheets
from bl_ext.user_default.shotwright.addon.film import read_assets
from bl_ext.user_default.shotwright.addon.sheets import Wanted
from bl_ext.user_default.shotwright.core.asset_list import AssetRow, VariantRow
from bl_ext.user_default.shotwright.core.errors import BadInput, SceneError
from bl_ext.user_default.shotwright.core.sheet import turn_of
from bl_ext.user_default.shotwright.jobs import process
from bl_ext.user_default.shotwright.media.asset_sheet import sheet_facts
from bl_ext.user_default.shotwright.render_passes.as_rendered import as_rendered
from bl_ext.user_default.shotwright.render_passes.geometry import view_layer_of
from bl_ext.user_default.shotwright.render_passes.owners import owners_of
from bl_ext.user_default.shotwright.render_passes.sheet import Drawing, draw_sheet
from bl_ext.user_default.shotwright.render_passes.sheet_model import Model, model_of, posed
from PIL import Image
from support.film import add_cube, save, set_up
from support.mannequin import add_beast, add_figure
from support.snapshot import scene_state

SIZE = 640


@pytest.fixture
def scene() -> bpy.types.Scene:
    return set_up(bpy.context.scene, frames=10)


def tag(name: str, *objects: bpy.types.Object, **row: object) -> None:
    row = {"objects": tuple(each.name_full for each in objects), **row}
    assets.put([AssetRow(tag=name, **row)], bpy.context.scene, Path.cwd())


def paint(obj: bpy.types.Object, *colours: tuple[float, float, float]) -> None:
    """Materials of these viewport colours, the faces shared out among them."""
    for colour in colours:
        material = bpy.data.materials.new("Paint")
        material.diffuse_color = (*colour, 1.0)
        obj.data.materials.append(material)
    for index, face in enumerate(obj.data.polygons):
        face.material_index = index * len(colours) // len(obj.data.polygons)


def model(name: str, pose: str | int = "rest", front: str = "", neutral: bool = False) -> Model:
    scene = bpy.context.scene
    layer, owners = view_layer_of(scene), owners_of(read_assets())
    with as_rendered(scene, layer), posed(scene, layer, f"@{name}", owners, pose):
        known = rig_maps.of_scene(scene, None)
        return model_of(scene, layer, f"@{name}", owners, known, turn_of(front or "0"), neutral)


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)))


def draw(name: str, **how: object) -> list[sheets.Made]:
    return sheets.draw(Wanted(name, size=SIZE, **how))


def bend(rig: bpy.types.Object) -> None:
    arm = rig.pose.bones["upper_arm.L"]
    arm.rotation_mode = "XYZ"
    arm.rotation_euler.x = 1.2
    bpy.context.view_layer.update()


# --- the model ------------------------------------------------------------------------------------------------------


def test_a_figure_looks_ahead_wherever_it_stands(scene: bpy.types.Scene):
    """Turned and moved it is the same model: its front is its rig's, its feet are on the ground."""
    rig = add_figure(scene)
    tag("lou", rig)
    straight = model("lou")
    rig.location, rig.rotation_euler = (3.0, -2.0, 0.7), (0.0, 0.0, 2.1)
    turned = model("lou")
    assert turned.front == "its rig" and turned.rigged
    assert np.allclose(straight.points(), turned.points(), atol=1e-4)
    low, high = straight.points().min(axis=0), straight.points().max(axis=0)
    assert low[2] == pytest.approx(0.0, abs=1e-5)
    assert np.allclose(low[:2], -high[:2], atol=1e-5)
    assert turned.body is not None and turned.body.facing is not None
    assert turned.body.facing[1] < -0.99


def test_a_figure_that_lies_stands_up_at_rest(scene: bpy.types.Scene):
    rig = add_figure(scene)
    tag("lou", rig)
    height = model("lou").points()[:, 2].max()
    rig.rotation_euler = (math.radians(-90), 0.0, 0.5)
    assert model("lou").points()[:, 2].max() == pytest.approx(height, abs=1e-3)
    assert model("lou", "current").points()[:, 2].max() < 0.5 * height


def test_lengths_are_metres(scene: bpy.types.Scene):
    rig = add_figure(scene)
    tag("lou", rig)
    height = model("lou").points()[:, 2].max()
    rig.scale = (100.0, 100.0, 100.0)
    scene.unit_settings.scale_length = 0.01
    assert model("lou").points()[:, 2].max() == pytest.approx(height, rel=1e-4)


def test_what_is_another_asset_is_left_out(scene: bpy.types.Scene):
    """A mop in the hand is the mop's; without its tag it is the figure's."""
    rig, mop = add_figure(scene), add_cube(scene, "Mop", (0.0, 0.0, 5.0))
    mop.parent = rig
    tag("lou", rig)
    assert model("lou").points()[:, 2].max() > 4.0
    tag("mop", mop, kind="prop")
    own = model("lou")
    assert own.points()[:, 2].max() < 2.0
    assert "Mop" in {item.name for item in own.around}


def test_a_thing_looks_along_its_own_minus_y(scene: bpy.types.Scene):
    """A box of 2 × 6 m, turned by 30 degrees; --front turns it on."""
    box = add_cube(scene, "Box")
    box.scale, box.rotation_euler = (1.0, 3.0, 0.5), (0.0, 0.0, math.radians(30))
    tag("box", box, kind="prop")
    for front, across in (("", 2.0), ("-y", 2.0), ("x", 6.0), ("90", 6.0), ("180", 2.0)):
        points = model("box", "current", front).points()
        assert points[:, 0].max() - points[:, 0].min() == pytest.approx(across, abs=1e-4), front
    assert model("box", "current").front == "-Y of 'Box'"


def test_each_material_has_its_colour(scene: bpy.types.Scene):
    cube = add_cube(scene)
    paint(cube, (1.0, 0.0, 0.0), (0.0, 0.0, 1.0))
    tag("box", cube, kind="prop")
    found = model("box", "current")
    assert {tuple(found.colours[0, part.object_id, :3].tolist()) for part in found.parts} == {(1, 0, 0), (0, 0, 1)}
    assert sum(len(part.mesh.triangles) for part in found.parts) == 12
    assert len({part.object_id for part in model("box", "current", neutral=True).parts}) == 1
    cube.color = (0.0, 1.0, 0.0, 1.0)  # what an artist gives the object goes first
    found = model("box", "current")
    assert [tuple(found.colours[0, part.object_id, :3].tolist()) for part in found.parts] == [(0, 1, 0)]


def test_nodes_colour_what_has_no_viewport_colour(scene: bpy.types.Scene):
    cube = add_cube(scene)
    material = bpy.data.materials.new("Nodes")
    if bpy.app.version < (5, 0, 0):
        material.use_nodes = True
    shader = next(node for node in material.node_tree.nodes if node.type == "BSDF_PRINCIPLED")
    shader.inputs["Base Color"].default_value = (0.1, 0.2, 0.3, 1.0)
    cube.data.materials.append(material)
    tag("box", cube, kind="prop")
    found = model("box", "current")
    assert np.allclose(found.colours[0, found.parts[0].object_id, :3], (0.1, 0.2, 0.3), atol=1e-4)


# --- sheets ---------------------------------------------------------------------------------------------------------


def test_rest_is_drawn_and_the_scene_stays(scene: bpy.types.Scene):
    rig = add_figure(scene)
    tag("lou", rig)
    rested = draw("lou")
    bend(rig)
    before, posed_arm = scene_state(scene), rig.pose.bones["upper_arm.L"].matrix.copy()
    again, current = draw("lou"), draw("lou", pose="current")
    assert [made.kind for made in again] == ["two-panel", "turnaround"]
    assert [made.data for made in again] == [made.data for made in rested]
    assert [made.data for made in current] != [made.data for made in rested]
    assert scene_state(scene) == before
    assert rig.data.pose_position == "POSE"
    assert rig.pose.bones["upper_arm.L"].matrix == posed_arm
    assert all(made.notes == () for made in again)


def test_a_frame_is_drawn(scene: bpy.types.Scene):
    cube, still = add_cube(scene), add_cube(scene, "Still", (9.0, 0.0, 0.0))
    for frame, height in ((1, 1.0), (10, 3.0)):
        cube.scale.z = height
        cube.keyframe_insert("scale", frame=frame)
    tag("box", cube, kind="prop")
    assert model("box", 10).points()[:, 2].max() == pytest.approx(6.0)
    assert model("box", "current").points()[:, 2].max() == pytest.approx(2.0)
    assert scene.frame_current == 1 and still.location.x == 9.0


def test_views_have_one_scale(scene: bpy.types.Scene):
    """The five views are as high, stand on one line, and are as wide as the figure is from there."""
    rig = add_figure(scene)
    tag("lou", rig)
    drawing = Drawing(model("lou"))
    drawn = draw_sheet(drawing, "turnaround", 1200)
    (pixels_,) = {ruler.pixels for ruler in drawn.rulers}
    assert [panel.label for panel in drawn.panels] == ["front", "three-quarter", "side", "three-quarter back", "back"]
    size = drawing.high - drawing.low
    for panel, wide in zip(drawn.panels, (size[0], None, size[1], None, size[0]), strict=True):
        rows, columns = np.nonzero(panel.picture[:, :, 3] > 127)
        assert panel.picture.shape[0] - 1 - rows.max() <= 1
        assert rows.max() - rows.min() + 1 == pytest.approx(size[2] * pixels_, abs=2)
        if wide is not None:
            assert columns.max() - columns.min() + 1 == pytest.approx(wide * pixels_, abs=2)


def test_the_side_shows_the_figures_left(scene: bpy.types.Scene):
    """The camera goes to its left: there it looks to the left of the picture, where its feet point."""
    rig = add_figure(scene)
    tag("lou", rig)
    panel = draw_sheet(Drawing(model("lou")), "turnaround", 1200).panels[2]
    seen = panel.picture[:, :, 3] > 127
    feet = np.nonzero(seen[-max(2, len(seen) // 30) :])[1]
    legs = np.nonzero(seen[len(seen) * 2 // 3 : len(seen) * 5 // 6])[1]
    assert legs.min() - feet.min() > 3 * abs(feet.max() - legs.max())


def test_nothing_of_the_head_is_cut(scene: bpy.types.Scene):
    """An aerial of 30 cm on the head is whole in the face panel, and the shoulders reach its lower edge."""
    rig = add_figure(scene)
    aerial = add_cube(scene, "Aerial")
    aerial.scale, aerial.parent, aerial.parent_type, aerial.parent_bone = (0.01, 0.01, 0.15), rig, "BONE", "head"
    aerial.matrix_world = aerial.matrix_world.Translation((0.0, 0.0, 1.95)) @ aerial.matrix_world.Diagonal(
        (0.01, 0.01, 0.15, 1.0)
    )
    tag("lou", rig)
    face = draw_sheet(Drawing(model("lou")), "two-panel", 1200).panels[1]
    seen = face.picture[:, :, 3] > 127
    assert face.label == "face" and face.framed
    assert not seen[0].any() and seen[: len(seen) // 4].any()
    assert seen[-1].any() and not seen[: len(seen) // 2, 0].any()


def test_ground_and_colours(scene: bpy.types.Scene):
    cube = add_cube(scene)
    paint(cube, (1.0, 0.0, 0.0))
    tag("box", cube, kind="prop")
    (white,), (bare,), (grey,) = draw("box"), draw("box", ground="transparent"), draw("box", neutral=True)
    assert pixels(white.data).shape == (360, SIZE, 3) and pixels(bare.data).shape == (360, SIZE, 4)
    assert tuple(pixels(white.data)[0, 0]) == (255, 255, 255) and pixels(bare.data)[0, 0, 3] == 0
    red = pixels(white.data).astype(int)
    assert ((red[..., 0] - red[..., 1]) > 150).sum() > 5_000
    clay = pixels(grey.data).astype(int)
    assert np.ptp(clay, axis=2).max() < 12


def test_a_prop_in_context(scene: bpy.types.Scene):
    """What stands around it is grey; a wall before it makes the camera go around."""
    cube = add_cube(scene)
    paint(cube, (1.0, 0.0, 0.0))
    tag("box", cube, kind="prop")
    (alone,) = draw("box")
    assert alone.notes == ("@box: Nothing stands around it: in context it is alone.",)
    floor, wall = add_cube(scene, "Floor", (0.0, 0.0, -1.05)), add_cube(scene, "Wall", (0.0, -2.0, 2.0))
    floor.scale, wall.scale = (20.0, 20.0, 0.05), (20.0, 0.1, 4.0)
    drawn = draw_sheet(Drawing(model("box", "current")), "prop", 1200)
    assert drawn.notes == []
    context = drawn.panels[0].picture.astype(int)
    assert (context[..., 0] - context[..., 1] > 120).mean() > 0.02
    assert [panel.label for panel in drawn.panels] == ["in context", "face-on, 2.00 m wide", "macro"]
    face_on = drawn.panels[1].picture.astype(int)
    assert (face_on[face_on[..., 3] == 255][:, 1] < 90).all()


def test_a_location_from_its_corners(scene: bpy.types.Scene):
    floor = add_cube(scene, "Floor", (4.0, 0.0, -0.05))
    floor.scale = (6.0, 3.0, 0.05)
    post = add_cube(scene, "Post", (4.0, 0.0, 1.0))
    post.scale = (0.2, 0.2, 1.0)
    paint(post, (0.0, 0.0, 1.0))
    tag("hall", floor, post, kind="location")
    drawn = draw_sheet(Drawing(model("hall", "current")), "views", 800)
    assert len(drawn.panels) == 4
    for panel in drawn.panels:
        picture = panel.picture.astype(int)
        blue = np.nonzero((picture[..., 2] - picture[..., 0] > 100).any(axis=0))[0]
        assert blue.mean() == pytest.approx(panel.picture.shape[1] / 2, abs=panel.picture.shape[1] / 12)


def test_beasts_have_a_face_panel_too(scene: bpy.types.Scene):
    tag("beast", add_beast(scene))
    (made, _) = draw("beast")
    assert any("the face is its upper part" in note for note in made.notes)
    assert any("no person's rig was found" in note and "--front" in note for note in made.notes)


# --- linked and instanced -------------------------------------------------------------------------------------------


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A file with a posed figure in a collection."""
    rig = add_figure(set_up(bpy.context.scene))
    bend(rig)
    made = bpy.data.collections.new("Lou")
    for obj in (rig, *rig.children):
        made.objects.link(obj)
    bpy.context.scene.collection.children.link(made)
    path = save(tmp_path / "library.blend")
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    return path


def test_a_linked_collection_is_drawn_at_rest(library: Path):
    scene = set_up(bpy.context.scene)
    with bpy.data.libraries.load(str(library), link=True) as (_, wanted):
        wanted.collections = ["Lou"]
    (collection,) = wanted.collections
    empty = bpy.data.objects.new("Lou", None)
    empty.instance_type, empty.instance_collection, empty.location = "COLLECTION", collection, (4.0, 0.0, 0.0)
    empty.rotation_euler.z = 1.0
    scene.collection.objects.link(empty)
    tag("lou", empty)
    rest, current = model("lou").points(), model("lou", "current").points()
    assert rest[:, 0].max() - rest[:, 0].min() > current[:, 0].max() - current[:, 0].min() + 0.05
    assert model("lou").front == "its rig"
    (rig,) = [obj for obj in bpy.data.objects if obj.type == "ARMATURE"]
    assert rig.library is not None and rig.data.pose_position == "POSE"
    assert len(draw("lou")) == 2


def test_a_plain_collection_and_one_of_two_instances(scene: bpy.types.Scene):
    group = bpy.data.collections.new("Chair")
    for name, at in (("Seat", (0.0, 0.0, 1.0)), ("Back", (0.0, 1.0, 3.0))):
        cube = add_cube(scene, name, at)
        scene.collection.objects.unlink(cube)
        group.objects.link(cube)
    for name, x in (("One", 0.0), ("Two", 9.0)):
        empty = bpy.data.objects.new(name, None)
        empty.instance_type, empty.instance_collection, empty.location.x = "COLLECTION", group, x
        scene.collection.objects.link(empty)
    tag("throne", bpy.data.objects["Two"], kind="prop")
    points = model("throne", "current").points()
    assert points[:, 0].max() == pytest.approx(1.0) and points[:, 2].max() == pytest.approx(4.0)
    tag("chair", objects=(), collections=("Chair",), kind="prop")
    assert len(model("chair", "current").parts) == 2


# --- keeping --------------------------------------------------------------------------------------------------------


@pytest.fixture
def boxed(scene: bpy.types.Scene, tmp_path: Path) -> bpy.types.Object:
    """A saved film with @box, which has a picture and a variant."""
    save(tmp_path / "film.blend")
    Image.new("RGB", (200, 200), "red").save(tmp_path / "own.png")
    cube = add_cube(scene)
    tag("box", cube, kind="prop", pictures=(str(tmp_path / "own.png"),))
    assets.put([AssetRow(tag="box", variants=(VariantRow(kind="phase", name="broken"),))], scene, Path.cwd())
    return cube


def made(**how: object) -> tuple[dict[str, str], list[str]]:
    """What was done with each sheet, and the names of the asset's pictures."""
    wanted = Wanted("box", size=SIZE, **how)
    done = sheets.put(wanted, sheets.draw_and_keep(wanted))
    (item,) = [item for _, item in asset_items.find("box")]
    owner = item.variants[0] if wanted.variant else item
    return done, [Path(each.path.replace("//", "")).name for each in owner.pictures]


def test_sheets_are_pictures_of_their_asset(boxed: bpy.types.Object, tmp_path: Path):
    folder = tmp_path / "shotwright" / "assets" / "box"
    done, names = made()
    assert list(done.values()) == ["added"] and names[0] == "own.png" and len(names) == 2
    assert made() == (dict.fromkeys(done, "unchanged"), names)
    assert len(list(folder.iterdir())) == 1
    turned, more = made(kinds=("turnaround",))
    assert list(turned.values()) == ["added"] and len(more) == 3
    boxed.scale.z = 2.0
    newer, now = made()
    assert list(newer.values()) == ["replaced"]
    assert now[0] == "own.png" and now[1] != names[1] and now[2] == more[2]
    assert len(list(folder.iterdir())) == 3, "files stay"
    facts = sheet_facts((folder / now[1]).read_bytes())
    assert facts == {"sheet": "prop", "tag": "box", "variant": ""}
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_a_picture_of_the_artists_is_not_taken_for_a_sheet(boxed: bpy.types.Object, tmp_path: Path):
    own = tmp_path / "box-prop-sheet-0123456789ab.png"
    Image.new("RGB", (200, 200), "red").save(own)
    tag("box", boxed, kind="prop", pictures=(str(own),))
    done, names = made()
    assert list(done.values()) == ["added"] and names[0] == own.name


def test_a_variant_has_its_own(boxed: bpy.types.Object):
    wanted = Wanted("box", variant="broken", size=SIZE)
    (sheet,) = sheets.draw(wanted)
    assert any("a variant has no objects of its own" in note for note in sheet.notes)
    assert sheet.data != draw("box")[0].data
    done, names = made(variant="broken")
    assert list(done.values()) == ["added"] and names[0].startswith("box-broken-prop-sheet-")
    assert len(asset_items.find("box")[0][1].pictures) == 1


def test_the_button(boxed: bpy.types.Object):
    bpy.context.scene.shotwright.active_asset = 0
    assert bpy.ops.shotwright.render_sheet.poll()
    assert bpy.ops.shotwright.render_sheet(size=SIZE) == {"FINISHED"}
    assert len(asset_items.find("box")[0][1].pictures) == 2
    bpy.context.scene.shotwright.assets[0].objects.clear()
    assert not bpy.ops.shotwright.render_sheet.poll()


@pytest.fixture
def no_child() -> Iterator[None]:
    yield
    process.end_all(0.0)


@pytest.mark.usefixtures("no_child")
def test_another_blender_draws_the_same(boxed: bpy.types.Object, tmp_path: Path):
    wanted = Wanted(asset_items.find("box")[0][1].uuid, size=SIZE, pose="current", front="-30")
    before = scene_state(bpy.context.scene)
    here = sheets.draw_and_keep(wanted)
    job = sheet_jobs.start(wanted)
    deadline = time.monotonic() + 120
    while (paths := job.poll()) is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert paths == here
    assert scene_state(bpy.context.scene) == before
    assert [path.name for path in tmp_path.iterdir() if "-shotwright-" in path.name] == []


# --- bad input ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"tag": "nobody"}, "No asset has the tag @nobody"),
        ({"tag": "look"}, "@look is a style, and nothing in the scene stands for one"),
        ({"tag": "voice"}, "@voice is a voice"),
        ({"tag": "bare"}, "No object stands for @bare: name one with"),
        ({"tag": "empty"}, "@empty stands for the empty collection 'Nothing'"),
        ({"tag": "box", "variant": "night"}, "@box has no variant 'night': it has none."),
        ({"tag": "box", "variant_kind": "light"}, "Name the variant"),
        ({"tag": "box", "size": 100}, "--size is 640 to 8192 pixels across, and not 100."),
        ({"tag": "box", "front": "up"}, "--front is x, y"),
    ],
)
def test_bad_input(scene: bpy.types.Scene, how: dict[str, object], sentence: str):
    scene.collection.children.link(bpy.data.collections.new("Nothing"))
    tag("box", add_cube(scene), kind="prop")
    for name, row in (("look", {"kind": "style"}), ("voice", {"kind": "voice"}), ("bare", {"kind": "prop"})):
        tag(name, **row)
    tag("empty", objects=(), collections=("Nothing",))
    before = scene_state(scene)
    with pytest.raises(BadInput) as told:
        sheets.draw(Wanted(**how))
    assert sentence in str(told.value) and "\n" not in str(told.value)
    assert scene_state(scene) == before


def test_what_is_hidden_can_not_be_drawn(scene: bpy.types.Scene):
    cube = add_cube(scene)
    tag("box", cube, kind="prop")
    cube.hide_render = True
    before = scene_state(scene)
    with pytest.raises(SceneError, match=r"Renders show nothing of @box at frame 1: .*--pose FRAME"):
        draw("box")
    assert scene_state(scene) == before


def test_hair_is_told(scene: bpy.types.Scene):
    curves = bpy.data.hair_curves.new("Hair")
    curves.add_curves([4])
    hair, cube = bpy.data.objects.new("Hair", curves), add_cube(scene)
    scene.collection.objects.link(hair)
    tag("hair", hair, kind="prop")
    with pytest.raises(SceneError, match="@hair has no surface: 'Hair' has hair"):
        draw("hair")
    hair.parent = cube
    tag("box", cube, kind="prop")
    assets.remove("hair")
    assert "@box: 'Hair' has hair, which is left out of sheets." in draw("box")[0].notes

"""Assets in Blender: the buttons and their panel, paths through every save, copies of scenes, undo."""

from __future__ import annotations

import os
from pathlib import Path

import bpy
import pytest
from bl_ext.user_default.shotwright.addon import asset_buttons, asset_items, assets, project
from bl_ext.user_default.shotwright.addon.film import read_assets
from bl_ext.user_default.shotwright.addon.flipbooks import absolute
from bl_ext.user_default.shotwright.core.asset_list import AssetRow, VariantRow
from bl_ext.user_default.shotwright.core.errors import BadInput, StorageError
from bl_ext.user_default.shotwright.operators import asset as asset_operators
from bl_ext.user_default.shotwright.panels import assets as panels
from PIL import Image
from support.draw_panel import draw, draw_row
from support.film import add_camera, add_cube, new_shot, reopen, save, set_up, stored
from support.mannequin import add_beast, add_figure

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="drawing without a window needs fork")


@pytest.fixture
def scene() -> bpy.types.Scene:
    return set_up(bpy.context.scene)


def picture(path: Path, colour: str = "red") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (96, 96), colour).save(path)
    return path


def select(*objects: bpy.types.Object) -> None:
    bpy.context.view_layer.update()
    bpy.ops.object.select_all(action="DESELECT")
    for obj in objects:
        obj.select_set(True)


def put(*rows: AssetRow) -> None:
    assets.put(rows, bpy.context.scene, Path.cwd())


def the() -> object:
    (asset,) = read_assets()
    return asset


# --- buttons --------------------------------------------------------------------------------------------------------


def test_a_rig_becomes_a_character(scene: bpy.types.Scene):
    rig = add_figure(scene, "Lou_rig")
    parts = [obj for obj in scene.objects if obj.parent == rig]
    select(*parts)
    assert bpy.ops.shotwright.add_asset() == {"FINISHED"}
    assert (the().tag, the().kind, the().objects) == ("lou", "character", ("Lou_rig",))
    assert the().id and the().scene == scene.name


def test_a_beast_and_a_box_are_props(scene: bpy.types.Scene):
    select(add_beast(scene, "Dog"))
    bpy.ops.shotwright.add_asset()
    lid, box = add_cube(scene, "Lid"), add_cube(scene, "Box")
    lid.parent = box
    select(lid, box)
    bpy.ops.shotwright.add_asset()
    bpy.ops.shotwright.add_asset(tag="@Set", kind="location")
    assert [(each.tag, each.kind, each.objects) for each in read_assets()] == [
        ("dog", "prop", ("Dog",)),
        ("box", "prop", ("Box",)),
        ("set", "location", ("Box",)),
    ]


def test_what_can_not_be_added(scene: bpy.types.Scene):
    select(add_camera(scene, "Cam"))
    with pytest.raises(RuntimeError, match="Cameras and lights stand for nothing"):
        bpy.ops.shotwright.add_asset()
    select()
    bpy.ops.shotwright.add_asset(tag="lou")
    for tag, words in (("lou", "already"), ("Bad Tag", "is no tag")):
        with pytest.raises(RuntimeError, match=words):
            bpy.ops.shotwright.add_asset(tag=tag)
    bpy.ops.shotwright.add_asset(kind="style")
    assert [(each.tag, each.kind) for each in read_assets()] == [("lou", "character"), ("style", "style")]


def test_assign_and_take_away(scene: bpy.types.Scene):
    assert not bpy.ops.shotwright.assign_asset.poll()
    bpy.ops.shotwright.add_asset(tag="set", kind="location")
    assert not bpy.ops.shotwright.assign_asset.poll()
    wall, floor = add_cube(scene, "Wall"), add_cube(scene, "Floor")
    select(wall, floor)
    bpy.ops.shotwright.assign_asset()
    bpy.ops.shotwright.assign_asset()
    assert set(the().objects) == {"Wall", "Floor"} and len(the().objects) == 2
    bpy.ops.shotwright.unassign_asset(index=0)
    assert len(the().objects) == 1
    assert bpy.ops.shotwright.unassign_asset(index=7) == {"CANCELLED"}
    bpy.data.objects.remove(bpy.data.objects[the().objects[0]])
    assert [problem.code for problem in assets.problems()] == ["picture-none", "object-gone"]
    select(next(iter(scene.objects)))
    bpy.ops.shotwright.assign_asset()
    assert [problem.code for problem in assets.problems()] == ["picture-none"]
    scene.shotwright.assets[0].kind = "style"
    with pytest.raises(RuntimeError, match="no object stands for one"):
        bpy.ops.shotwright.assign_asset()


def test_a_deleted_object_is_said(scene: bpy.types.Scene):
    cube = add_cube(scene)
    select(cube)
    bpy.ops.shotwright.add_asset()
    bpy.ops.object.delete()
    problem = next(each for each in assets.problems() if each.code == "object-gone")
    assert "in no scene" in problem.message


def test_pictures(scene: bpy.types.Scene, tmp_path: Path):
    bpy.ops.shotwright.add_asset(tag="lou")
    one, two = picture(tmp_path / "a" / "Eins ü.png"), picture(tmp_path / "a" / "two.png", "blue")
    bpy.ops.shotwright.add_asset_picture(filepath=str(one))
    assert the().pictures == (str(one),)
    names = [{"name": one.name}, {"name": two.name}]
    bpy.ops.shotwright.add_asset_picture(directory=str(tmp_path / "a") + os.sep, files=names)
    assert the().pictures == (str(one), str(two))
    bpy.ops.shotwright.remove_asset_picture(index=0)
    assert the().pictures == (str(two),) and one.is_file()
    assert bpy.ops.shotwright.remove_asset_picture(index=3) == {"CANCELLED"}
    (tmp_path / "text.png").write_text("none")
    for path, words in (("text.png", "no picture that can be read"), ("gone.png", "is not there"), ("a", "a folder")):
        with pytest.raises(RuntimeError, match=words):
            bpy.ops.shotwright.add_asset_picture(filepath=str(tmp_path / path))
    with pytest.raises(RuntimeError, match="Choose one picture"):
        bpy.ops.shotwright.add_asset_picture(filepath="")
    assert the().pictures == (str(two),)
    bpy.ops.shotwright.add_asset_variant(kind="wardrobe", name="apron")
    bpy.ops.shotwright.add_asset_picture(filepath=str(one), variant=0)
    assert the().variants[0].pictures == (str(one),)
    bpy.ops.shotwright.remove_asset_picture(index=0, variant=0)
    assert the().variants[0].pictures == ()


def test_pictures_go_into_a_project_that_is_there(scene: bpy.types.Scene, tmp_path: Path):
    save(tmp_path / "film.blend")
    bpy.ops.shotwright.add_asset(tag="lou")
    source = picture(tmp_path / "away" / "Lou.png")
    bpy.ops.shotwright.add_asset_picture(filepath=str(source))
    assert the().pictures == ("//away/Lou.png",)
    folder = project.open_project([]).folder
    bpy.ops.shotwright.add_asset_picture(filepath=str(source))
    kept = the().pictures[1]
    assert kept.startswith("//shotwright/assets/lou/lou-") and Path(absolute(kept)).read_bytes() == source.read_bytes()
    bpy.ops.shotwright.add_asset_picture(filepath=kept)
    assert len(the().pictures) == 2
    assert [path.name for path in (folder / "assets" / "lou").iterdir()] == [Path(kept).name]


def test_variants_and_casts(scene: bpy.types.Scene):
    bpy.ops.shotwright.add_asset(tag="ballroom", kind="location")
    assert not bpy.ops.shotwright.cast_asset.poll()
    shot_id = new_shot(scene, camera=add_camera(scene, "Cam"))
    for name in ("night", "", ""):
        bpy.ops.shotwright.add_asset_variant(kind="light", name=name)
    assert [each.name for each in the().variants] == ["night", "light 1", "light 2"]
    with pytest.raises(RuntimeError, match="already"):
        bpy.ops.shotwright.add_asset_variant(kind="light", name="night")
    bpy.ops.shotwright.cast_asset()
    assert [each.name for each in stored(shot_id).assets] == ["ballroom"]
    bpy.ops.shotwright.cast_asset(kind="light", variant="night")
    assert stored(shot_id).assets[0].light == "night"
    bpy.ops.shotwright.cast_asset(kind="light", variant="night")
    assert stored(shot_id).assets[0].light == ""
    bpy.ops.shotwright.cast_asset(kind="light", variant="light 2")
    bpy.ops.shotwright.remove_asset_variant(index=2)
    assert (len(the().variants), stored(shot_id).assets[0].light) == (2, "")
    with pytest.raises(RuntimeError, match=r"is named in SH010.* or say that it may go all the same") as caught:
        bpy.ops.shotwright.remove_asset()
    assert "--" not in str(caught.value)
    stored(shot_id).locked = True
    assert not bpy.ops.shotwright.cast_asset.poll()
    stored(shot_id).locked = False
    bpy.ops.shotwright.cast_asset()
    assert len(stored(shot_id).assets) == 0
    assert bpy.ops.shotwright.remove_asset() == {"FINISHED"}
    assert read_assets() == []


class _Asked:
    """A window manager that is asked to confirm, and the operator's part of it."""

    def __init__(self) -> None:
        self.force = False
        self.done: list[bool] = []
        self.questions: list[str] = []
        self.window_manager = self
        self.scene = bpy.context.scene

    def invoke_confirm(self, _operator: object, _event: object, *, title: str, message: str, **_more: str):
        self.questions.append(f"{title} {message}")
        return {"RUNNING_MODAL"}

    def execute(self, _context: object):
        self.done.append(self.force)
        return {"FINISHED"}


def test_the_button_asks_before_it_removes_what_shots_name(scene: bpy.types.Scene):
    bpy.ops.shotwright.add_asset(tag="lou")
    invoke = asset_operators.SHOTWRIGHT_OT_remove_asset.invoke
    alone = _Asked()
    assert invoke(alone, alone, None) == {"FINISHED"} and (alone.done, alone.questions) == ([False], [])
    stored(new_shot(scene, camera=scene.camera)).prompt.subject = "@lou waits"
    named = _Asked()
    assert invoke(named, named, None) == {"RUNNING_MODAL"} and named.done == []
    assert named.questions == ["Remove @lou? It is named in SH010. Their prompts go on naming it."]
    assert bpy.ops.shotwright.remove_asset(force=named.force) == {"FINISHED"}
    assert read_assets() == []


def test_an_asset_is_cast_by_its_tag_though_its_uuid_was_named(scene: bpy.types.Scene):
    bpy.ops.shotwright.add_asset(tag="lou")
    shot_id = new_shot(scene, camera=add_camera(scene, "Cam"))
    assert assets.cast(asset_buttons.read_shots(), the().id)
    assert [each.name for each in stored(shot_id).assets] == ["lou"]


def test_rename(scene: bpy.types.Scene):
    shot_id = new_shot(scene)
    bpy.ops.shotwright.add_asset(tag="lou")
    bpy.ops.shotwright.cast_asset()
    stored(shot_id).prompt.subject = "@LOU and @lou2"
    scene.shotwright.style.prefix = "seen by @lou"
    bpy.ops.shotwright.rename_asset(tag="@Louise")
    assert stored(shot_id).prompt.subject == "@louise and @lou2"
    assert (stored(shot_id).assets[0].name, scene.shotwright.style.prefix) == ("louise", "seen by @louise")
    with pytest.raises(RuntimeError, match="is no tag"):
        bpy.ops.shotwright.rename_asset(tag="ü")
    twin = asset_items.add(scene, "louise", "prop")
    twin.name = "twin"
    bpy.ops.shotwright.rename_asset(tag="other")
    assert [each.tag for each in read_assets()] == ["louise", "other"]
    assert stored(shot_id).prompt.subject == "@louise and @lou2"


def test_every_button_is_one_step_back(scene: bpy.types.Scene):
    bpy.context.preferences.edit.use_global_undo = True
    select(add_cube(scene, "Box"))
    bpy.ops.ed.undo_push(message="start")
    bpy.ops.shotwright.add_asset("EXEC_DEFAULT", True)
    bpy.ops.shotwright.add_asset_variant("EXEC_DEFAULT", True, kind="phase", name="broken")
    assert [each.name for each in the().variants] == ["broken"]
    bpy.ops.ed.undo()
    assert the().variants == () and the().objects == ("Box",)
    bpy.ops.ed.undo()
    assert read_assets() == []
    bpy.ops.ed.redo()
    assert (the().tag, the().objects) == ("box", ("Box",))


# --- files ----------------------------------------------------------------------------------------------------------


def test_paths_hold_through_every_save(scene: bpy.types.Scene, tmp_path: Path):
    red, blue, sound = picture(tmp_path / "x" / "r.png"), picture(tmp_path / "b.png", "blue"), tmp_path / "v.wav"
    save(tmp_path / "a" / "film.blend")
    variant = VariantRow(kind="light", name="night", pictures=("//../b.png",))
    put(AssetRow(tag="lou", pictures=(str(red),), variants=(variant,)), AssetRow(tag="v", kind="voice"))
    scene.shotwright.assets[1].sound = "//../v.wav"

    def looked_for() -> list[str]:
        first, second = read_assets()
        return [absolute(path) for path in (*first.pictures, *first.variants[0].pictures, second.sound)]

    assert read_assets()[0].pictures == ("//../x/r.png",)
    wanted = [str(red), str(blue), str(sound)]
    save(tmp_path / "deep" / "er" / "film.blend", copy=True)
    assert looked_for() == wanted and read_assets()[0].pictures == ("//../x/r.png",)
    reopen(tmp_path / "deep" / "er" / "film.blend")
    assert looked_for() == wanted and read_assets()[0].pictures == ("//../../x/r.png",)
    save(tmp_path / "film.blend")
    assert looked_for() == wanted and read_assets()[0].pictures == ("//x/r.png",)


def test_an_unsaved_file_takes_its_pictures_along(scene: bpy.types.Scene, tmp_path: Path):
    project.open_project([])
    bpy.ops.shotwright.add_asset(tag="lou")
    bpy.ops.shotwright.add_asset_picture(filepath=str(picture(tmp_path / "r.png")))
    assert str(tmp_path / "home") in the().pictures[0]
    save(tmp_path / "film" / "film.blend")
    assert the().pictures[0].startswith("//shotwright/assets/lou/r-")
    assert Path(absolute(the().pictures[0])).is_file() and assets.problems() == []


def test_a_copied_project_has_its_own_pictures(scene: bpy.types.Scene, tmp_path: Path):
    save(tmp_path / "a" / "film.blend")
    project.open_project([])
    bpy.ops.shotwright.add_asset(tag="lou")
    bpy.ops.shotwright.add_asset_picture(filepath=str(picture(tmp_path / "r.png")))
    save(tmp_path / "b" / "film.blend")
    assert Path(absolute(the().pictures[0])).is_relative_to(tmp_path / "a")
    bpy.ops.shotwright.copy_project()
    assert Path(absolute(the().pictures[0])).is_relative_to(tmp_path / "b") and assets.problems() == []


def test_a_disk_that_says_no_changes_nothing(scene: bpy.types.Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    save(tmp_path / "film.blend")
    put(AssetRow(tag="lou", description="before"))
    good = picture(tmp_path / "r.png")
    (tmp_path / "blocked").write_text("a file where a folder has to be")
    row = AssetRow(tag="lou", description="after", pictures=(str(good),))
    with pytest.raises(StorageError):
        assets.put([AssetRow(tag="new"), row], scene, tmp_path, lambda: tmp_path / "blocked")
    assert [(each.tag, each.description) for each in read_assets()] == [("lou", "before")]


def test_a_linked_scene_is_read_only(scene: bpy.types.Scene, tmp_path: Path):
    picture(tmp_path / "lib" / "r.png")
    save(tmp_path / "lib" / "other.blend")
    put(AssetRow(tag="lou", pictures=("//r.png",)))
    new_shot(scene)
    save(tmp_path / "lib" / "other.blend")
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    save(tmp_path / "film.blend")
    with bpy.data.libraries.load(str(tmp_path / "lib" / "other.blend"), link=True) as (_, wanted):
        wanted.scenes = ["Scene"]
    linked = next(each for each in bpy.data.scenes if each.library)
    assert the().read_only and assets.problems() == []  # its `//` is the library's
    for action in (
        lambda: put(AssetRow(tag="lou", name="x")),
        lambda: assets.remove("lou", force=True),
        lambda: assets.rename("lou", "louise"),
        lambda: assets.put([AssetRow(tag="new")], linked, Path.cwd()),
        lambda: assets.cast(asset_buttons.read_shots(), "lou"),
    ):
        with pytest.raises(BadInput, match="is linked from"):
            action()
    bpy.context.window.scene = linked
    names = ("add_asset", "remove_asset", "assign_asset", "add_asset_picture", "add_asset_variant", "cast_asset")
    assert [getattr(bpy.ops.shotwright, name).poll() for name in names] == [False] * len(names)


# --- copies of scenes -----------------------------------------------------------------------------------------------


def test_a_copied_scene_has_no_assets_of_its_own(scene: bpy.types.Scene):
    """Its objects are other objects, and they stand for the asset too."""
    select(add_cube(scene, "Box"))
    bpy.ops.shotwright.add_asset()
    bpy.ops.scene.new(type="FULL_COPY")
    asset_items.reconcile()
    assert (the().tag, the().scene) == ("box", scene.name)
    assert len(the().objects) == 2 and the().objects[0] == "Box"
    assert [problem.code for problem in assets.problems()] == ["picture-none"]


def test_an_appended_scene_brings_its_assets(scene: bpy.types.Scene, tmp_path: Path):
    save(tmp_path / "a" / "other.blend")
    put(AssetRow(tag="lou", pictures=(str(picture(tmp_path / "a" / "r.png")),)))
    save(tmp_path / "a" / "other.blend")
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    save(tmp_path / "film.blend")
    put(AssetRow(tag="lou"))
    with bpy.data.libraries.load(str(tmp_path / "a" / "other.blend")) as (_, wanted):
        wanted.scenes = ["Scene"]
    first, second = read_assets()
    assert (first.tag, second.tag) == ("lou", "lou") and "//a/r.png" in first.pictures + second.pictures
    assert "tag-taken" in {problem.code for problem in assets.problems()}


# --- the panel ------------------------------------------------------------------------------------------------------


def unusual() -> None:
    put(
        AssetRow(
            tag="lou",
            name="רובוט \u2067Ü\u2069",
            description="x" * 4000,
            variants=tuple(VariantRow(kind="light", name=f"%s {{{n}}} 字幕") for n in range(3)),
        ),
        AssetRow(tag="voice", kind="voice"),
    )
    scene = bpy.context.scene
    scene.shotwright.assets[0].tag = "Bad tag\x07"
    scene.shotwright.assets[0].objects.add()
    scene.shotwright.assets[0].pictures.add().path = "//" + "p" * 500
    scene.shotwright.active_asset = 0
    new_shot(scene)


@needs_fork
@pytest.mark.parametrize("state", ["empty", "unusual", "voice", "beyond"])
def test_the_panel_draws_without_a_complaint(scene: bpy.types.Scene, state: str):
    if state != "empty":
        unusual()
        scene.shotwright.active_asset = {"unusual": 0, "voice": 1, "beyond": 9}[state]
    group = scene.shotwright
    results = [draw(panels.SHOTWRIGHT_PT_assets)]
    if panels.SHOTWRIGHT_PT_asset_variants.poll(bpy.context):
        results.append(draw(panels.SHOTWRIGHT_PT_asset_variants))
    results += [draw_row(panels.SHOTWRIGHT_UL_assets, group, item, group, "active_asset") for item in group.assets]
    assert [(result.error, result.printed) for result in results] == [("", "")] * len(results)
    assert len(results) == {"empty": 1, "unusual": 4, "voice": 4, "beyond": 3}[state]


@needs_fork
def test_what_the_panel_offers(scene: bpy.types.Scene, monkeypatch: pytest.MonkeyPatch):
    unusual()

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("draw() touched the disk")

    for name in ("open", "stat", "is_file", "is_dir", "exists"):
        monkeypatch.setattr(Path, name, fail)
    text = draw(panels.SHOTWRIGHT_PT_assets).text()
    monkeypatch.undo()
    for verb in ("add_asset", "remove_asset", "rename_asset", "cast_asset", "assign_asset", "add_asset_picture"):
        assert f"shotwright.{verb}" in text, verb
    assert "Cast in SH010" in text
    text = draw(panels.SHOTWRIGHT_PT_asset_variants).text()
    for verb in ("add_asset_variant", "remove_asset_variant", "white_balance"):
        assert verb in text, verb

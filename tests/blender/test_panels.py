"""Every panel, menu and list drawn on a real layout, and every operator run."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import bpy
import pytest
from bl_ext.user_default.shotwright.addon import make_shots, project, shot_items
from bl_ext.user_default.shotwright.addon.shots import read_shots
from bl_ext.user_default.shotwright.operators import shot as shot_operators
from bl_ext.user_default.shotwright.panels import shots as panels
from support.draw_panel import Drawn, draw, draw_row
from support.extension import PACKAGE
from support.film import add_camera, add_marker, new_shot, save, set_up, stored

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="drawing without a window needs fork")


def ours(kind: type) -> list[type]:
    return [cls for cls in kind.__subclasses__() if cls.__module__.startswith(PACKAGE)]


def panel_classes() -> list[type]:
    # A mixin stands between some of them and bpy.types.Panel.
    return [cls for cls in panels.CLASSES if issubclass(cls, bpy.types.Panel)]


@pytest.fixture
def scene() -> bpy.types.Scene:
    return set_up(bpy.context.scene, frames=40)


# --- drawing --------------------------------------------------------------------------------------------------------


def empty() -> None:
    pass


def some_shots() -> None:
    scene = bpy.context.scene
    new_shot(scene, camera=add_camera(scene, "A"), name="Enter")
    new_shot(scene, use_custom_size=True)
    stored(new_shot(scene, camera=scene.camera)).locked = True


def own_size_active() -> None:
    some_shots()
    bpy.context.scene.shotwright.active_shot = 1


def locked_active() -> None:
    some_shots()
    bpy.context.scene.shotwright.active_shot = 2


def unusual_names() -> None:
    scene = bpy.context.scene
    new_shot(scene, name="Ünïcödé 字幕 ✂" * 20, number="12A_x-y", sequence="%s {0} \\n", frame_start=9, frame_end=2)
    scene.shotwright.film = "\N{CLAPPER BOARD}"


def with_edit() -> None:
    some_shots()
    bpy.data.scenes.new("Edit").shotwright.is_edit = True


def on_the_edit() -> None:
    with_edit()
    bpy.context.window.scene = bpy.data.scenes["Edit"]


STATES = [empty, some_shots, own_size_active, locked_active, unusual_names, with_edit, on_the_edit]


@needs_fork
@pytest.mark.parametrize("state", STATES, ids=[state.__name__ for state in STATES])
def test_everything_draws_without_a_complaint(scene: bpy.types.Scene, state: Callable[[], None]):
    state()
    group = bpy.context.scene.shotwright
    drawn: dict[str, Drawn] = {}
    for cls in (*panel_classes(), *ours(bpy.types.Menu)):
        if not hasattr(cls, "poll") or cls.poll(bpy.context):
            drawn[cls.__name__] = draw(cls)
    for cls in (each for each in panels.CLASSES if issubclass(each, bpy.types.UIList)):
        for index, item in enumerate(group.shots):
            drawn[f"{cls.__name__} {index}"] = draw_row(cls, group, item, group, "active_shot")
    assert {name: result.error for name, result in drawn.items() if result.error} == {}
    assert {name: result.printed for name, result in drawn.items() if result.printed} == {}
    assert ("SHOTWRIGHT_PT_shot" in drawn) == bool(len(group.shots))
    assert len(drawn) >= 2 + len(group.shots)


@needs_fork
def test_the_complaints_would_be_seen():
    """The test above can fail: these are mistakes it has to notice."""

    class Mistakes:
        @staticmethod
        def draw(self, context: bpy.types.Context) -> None:
            self.layout.prop(context.scene, "no_such_property")

    class Operator(Mistakes):
        @staticmethod
        def draw(self, context: bpy.types.Context) -> None:
            self.layout.operator("shotwright.no_such_operator")

    class Icon(Mistakes):
        @staticmethod
        def draw(self, context: bpy.types.Context) -> None:
            self.layout.label(text="", icon="NO_SUCH_ICON")

    assert "no_such_property" in draw(Mistakes).printed
    assert "no_such_operator" in draw(Operator).printed
    assert "NO_SUCH_ICON" in draw(Icon).error


@needs_fork
def test_what_the_shots_panel_offers(scene: bpy.types.Scene):
    some_shots()
    text = draw(panels.SHOTWRIGHT_PT_shots).text()
    for verb in ("add_shot", "remove_shot", "move_shot", "make_shots"):
        assert f"shotwright.{verb}" in text or f"bpy.ops.shotwright.{verb}" in text, verb
    menu = draw(panels.SHOTWRIGHT_MT_shots).text()
    for verb in ("import_shot_list", "export_shot_list", "open_edit"):
        assert f"shotwright.{verb}" in menu, verb
    shot = draw(panels.SHOTWRIGHT_PT_shot).text()
    for name in ("camera", "frame_start", "frame_end", "handle_head", "handle_tail", "use_custom_size", "sequence"):
        assert f".{name}" in shot, name
    assert ".width" not in shot
    scene.shotwright.active_shot = 1
    assert ".width" in draw(panels.SHOTWRIGHT_PT_shot).text()


@needs_fork
def test_a_linked_scene_shows_why_it_can_not_be_edited(scene: bpy.types.Scene, tmp_path: Path):
    some_shots()
    save(tmp_path / "other.blend")
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    with bpy.data.libraries.load(str(tmp_path / "other.blend"), link=True) as (_, wanted):
        wanted.scenes = ["Scene"]
    linked = next(each for each in bpy.data.scenes if each.library)
    bpy.context.window.scene = linked
    assert bpy.context.scene == linked
    for cls in panel_classes():
        result = draw(cls)
        assert (result.error, result.printed) == ("", "")
    assert "is linked from" in draw(panels.SHOTWRIGHT_PT_shots).text()
    polls = ("make_shots", "import_shot_list", "add_shot", "remove_shot", "move_shot")
    assert [getattr(bpy.ops.shotwright, name).poll() for name in polls] == [False] * len(polls)
    with pytest.raises(RuntimeError, match="is linked from"):
        bpy.ops.shotwright.add_shot()
    assert len(linked.shotwright.shots) == 3


@needs_fork
def test_a_film_saved_elsewhere_shows_the_three_answers(scene: bpy.types.Scene, tmp_path: Path):
    some_shots()
    save(tmp_path / "a" / "film.blend")
    project.open_project([])
    assert "keep_project" not in draw(panels.SHOTWRIGHT_PT_shots).text()
    save(tmp_path / "b" / "film.blend")
    result = draw(panels.SHOTWRIGHT_PT_shots)
    assert (result.error, result.printed) == ("", "")
    assert str(tmp_path / "a" / "shotwright") in result.text()
    for verb in ("keep_project", "copy_project", "relink_project"):
        assert f"shotwright.{verb}" in result.text()
    bpy.ops.shotwright.keep_project()
    assert "keep_project" not in draw(panels.SHOTWRIGHT_PT_shots).text()


@needs_fork
def test_the_preferences_draw():
    addon = bpy.context.preferences.addons[PACKAGE].preferences
    (cls,) = ours(bpy.types.AddonPreferences)

    class Page:
        @staticmethod
        def draw(self, context: bpy.types.Context) -> None:
            cls.layout = self.layout  # as Blender does
            addon.draw(context)

    result = draw(Page)
    assert (result.error, result.printed) == ("", "")
    assert "default_handles" in result.text()


@needs_fork
def test_drawing_reads_no_disk_and_changes_nothing(scene: bpy.types.Scene, monkeypatch: pytest.MonkeyPatch):
    some_shots()
    before = read_shots()

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("draw() touched the disk")

    for name in ("open", "stat", "iterdir", "is_file", "is_dir", "exists", "read_text"):
        monkeypatch.setattr(Path, name, fail)
    results = [draw(cls) for cls in panel_classes()]
    monkeypatch.undo()
    assert [result.error for result in results] == ["", ""]
    assert read_shots() == before


# --- operators ------------------------------------------------------------------------------------------------------


def operators() -> set[str]:
    return set(dir(bpy.ops.shotwright))


def test_the_operators_there_are():
    assert operators() == {
        "add_asset",
        "add_asset_picture",
        "add_asset_variant",
        "add_colour",
        "add_shot",
        "assign_asset",
        "cancel_references",
        "cast_asset",
        "clear_flipbook",
        "copy_project",
        "export_shot_list",
        "import_shot_list",
        "keep_project",
        "make_shots",
        "move_shot",
        "open_edit",
        "put_motion",
        "relink_project",
        "remove_asset",
        "remove_asset_picture",
        "remove_asset_variant",
        "remove_colour",
        "remove_shot",
        "rename_asset",
        "render_references",
        "render_sheet",
        "set_flipbook",
        "unassign_asset",
    }


def test_make_shots(scene: bpy.types.Scene):
    add_camera(scene, "A")
    assert bpy.ops.shotwright.make_shots() == {"FINISHED"}
    assert bpy.ops.shotwright.make_shots(source="cameras") == {"FINISHED"}
    assert len(scene.shotwright.shots) == 1
    assert bpy.ops.shotwright.make_shots(source="view") == {"FINISHED"}
    add_marker(scene, 1, scene.camera, "Wide")
    assert bpy.ops.shotwright.make_shots(source="markers") == {"FINISHED"}
    assert [shot.source for shot in read_shots()] == ["marker", "view"]


def test_an_error_is_one_sentence_and_nothing_changes(scene: bpy.types.Scene, tmp_path: Path):
    with pytest.raises(RuntimeError, match="has no camera: add one") as told:
        bpy.ops.shotwright.make_shots(source="cameras")
    assert "Traceback" not in str(told.value)
    with pytest.raises(RuntimeError, match="There is no file"):
        bpy.ops.shotwright.import_shot_list(filepath=str(tmp_path / "absent.csv"))
    with pytest.raises(RuntimeError, match="not a shot list format"):
        bpy.ops.shotwright.import_shot_list(filepath="")
    with pytest.raises(RuntimeError, match="not a shot list format"):
        bpy.ops.shotwright.export_shot_list(filepath=str(tmp_path / "shots.xlsx"))
    assert list(tmp_path.iterdir()) == []
    assert read_shots() == []


def test_add_move_and_remove(scene: bpy.types.Scene):
    assert not bpy.ops.shotwright.remove_shot.poll()
    assert not bpy.ops.shotwright.move_shot.poll()
    add_camera(scene, "A")
    for _ in range(2):
        assert bpy.ops.shotwright.add_shot() == {"FINISHED"}
    assert [shot.number for shot in read_shots()] == ["SH010", "SH020"]
    assert [shot.camera for shot in read_shots()] == ["A", "A"]
    assert bpy.ops.shotwright.add_shot() == {"FINISHED"}  # behind the active one, the first
    assert [shot.number for shot in read_shots()] == ["SH010", "SH015", "SH020"]
    assert bpy.ops.shotwright.move_shot(direction="UP") == {"CANCELLED"}
    assert bpy.ops.shotwright.move_shot(direction="DOWN") == {"FINISHED"}
    assert [shot.number for shot in read_shots()] == ["SH015", "SH010", "SH020"]
    assert scene.shotwright.active_shot == 1
    assert bpy.ops.shotwright.remove_shot() == {"FINISHED"}
    assert [shot.number for shot in read_shots()] == ["SH015", "SH020"]


def test_a_locked_shot_is_not_removed(scene: bpy.types.Scene):
    stored(new_shot(scene)).locked = True
    assert not bpy.ops.shotwright.remove_shot.poll()
    with pytest.raises(RuntimeError, match="The shot is locked: unlock it first"):
        bpy.ops.shotwright.remove_shot()
    assert len(read_shots()) == 1


def test_what_an_operator_did_is_undone_in_one_step(scene: bpy.types.Scene):
    add_camera(scene, "A")
    bpy.ops.ed.undo_push(message="start")
    bpy.ops.shotwright.make_shots("EXEC_DEFAULT", True, source="cameras")
    (made,) = read_shots()
    bpy.ops.shotwright.add_shot("EXEC_DEFAULT", True)
    assert len(read_shots()) == 2
    bpy.ops.ed.undo()
    assert read_shots() == [made]
    bpy.ops.ed.undo()
    assert read_shots() == []
    bpy.ops.ed.redo()
    assert read_shots() == [made]


@pytest.mark.parametrize("ending", ["json", "csv", "fountain"])
def test_export_and_import(scene: bpy.types.Scene, tmp_path: Path, ending: str):
    add_camera(scene, "A")
    make_shots.from_cameras(scene)
    before = read_shots()
    path = tmp_path / f"shots.{ending}"
    assert bpy.ops.shotwright.export_shot_list(filepath=str(path)) == {"FINISHED"}
    assert bpy.ops.shotwright.import_shot_list(filepath=str(path)) == {"FINISHED"}
    assert read_shots() == before
    save(tmp_path / "film.blend")
    assert bpy.ops.shotwright.export_shot_list(filepath=f"//beside.{ending}") == {"FINISHED"}
    assert (tmp_path / f"beside.{ending}").is_file()


def test_open_edit(scene: bpy.types.Scene):
    assert not bpy.ops.shotwright.open_edit.poll()
    edit = bpy.data.scenes.new("Edit")
    edit.shotwright.is_edit = True
    assert bpy.ops.shotwright.open_edit() == {"FINISHED"}
    workspace = bpy.context.workspace
    shown = workspace.sequencer_scene if hasattr(workspace, "sequencer_scene") else bpy.context.window.scene
    assert shown == edit
    assert shot_items.edit_scene() == edit


def test_files_are_chosen_in_the_file_browser(scene: bpy.types.Scene):
    """Without a window there is no file browser: what the operators ask of it is looked at instead."""
    asked: list[object] = []
    context = SimpleNamespace(window_manager=SimpleNamespace(fileselect_add=asked.append))
    for cls in (shot_operators.SHOTWRIGHT_OT_import_shot_list, shot_operators.SHOTWRIGHT_OT_export_shot_list):
        operator = SimpleNamespace(filepath="")
        assert cls.invoke(operator, context, None) == {"RUNNING_MODAL"}
        assert asked.pop() is operator
    assert operator.filepath.endswith(".csv")

"""Cutting again when shots, takes, sounds, files and scenes come and go."""

from __future__ import annotations

from pathlib import Path

import bpy
import pytest
from bl_ext.user_default.shotwright.addon import (
    compat,
    edit_scene,
    edit_workspace,
    handlers,
    project,
    sequencer,
    shot_items,
)
from bl_ext.user_default.shotwright.addon.shots import read_shots
from bl_ext.user_default.shotwright.core.errors import MediaError, SceneError
from support.film import reopen, save, stored
from support.recut import (
    Film,
    assert_settled,
    beep,
    edit,
    grey_film,
    in_the_edit,
    lengthen,
    move,
    shows,
    snapshot,
    span,
    spans,
    strip_of,
    strips_of,
    tones,
    trim_by,
)

ANIMATIC, TAKES, SOUND = (sequencer.CHANNELS[name] for name in ("animatic", "takes", "take sound"))
COLOURS = sequencer.COLOURS


@pytest.fixture
def film(tmp_path: Path) -> Film:
    return grey_film(tmp_path / "takes")


@pytest.fixture
def shots(film: Film) -> list[str]:
    """Its shots, all with an animatic and a take, in the edit."""
    return in_the_edit(film)


# --- shots that come and go -----------------------------------------------------------------------------------------


def add_shot(film: Film, after: str) -> str:
    made = shot_items.insert_shot(film.scene, stored(after).number, camera=film.scene.camera).uuid
    item = stored(made)
    item.frame_start, item.frame_end, item.handle_head, item.handle_tail = 50, 52, 1, 1
    film.animatic(made)
    return made


def test_a_new_shot_goes_into_film_order(film: Film, shots: list[str]):
    new = add_shot(film, shots[1])
    _, cut = film.place()
    assert cut.placed == [new]
    assert span(strip_of(new, "animatic")) == (12, 15)
    assert spans(shots) == [(1, 7), (7, 12), (15, 22), (22, 26)]
    assert_settled(film)


def test_a_new_shot_in_a_touched_edit(film: Film, shots: list[str]):
    for role in ("take", "animatic"):
        move(strip_of(shots[3], role), 2)
    new = add_shot(film, shots[1])
    _, cut = film.place()
    assert span(strip_of(new, "animatic")) == (25, 28)  # from 19 to 21 there is no room for three frames more
    assert cut.conflicts == [
        "There is no room for SH025 Cam at its place in the film: it was put at the end of the edit. Move it."
    ]
    assert [shot.id for shot in read_shots()] == [*shots, new]
    assert span(strip_of(shots[2])) == (12, 19)
    second = shot_items.insert_shot(film.scene, "SH010", camera=film.scene.camera).uuid
    item = stored(second)
    item.frame_start, item.frame_end, item.handle_head, item.handle_tail = 50, 51, 0, 0
    film.animatic(second)
    _, cut = film.place()
    assert span(strip_of(second, "animatic")) == (7, 9)  # two fit
    assert spans(shots) == [(1, 7), (9, 14), (14, 21), (21, 25)]
    assert cut.conflicts == []
    assert_settled(film)


def test_the_strips_of_a_removed_shot(film: Film, shots: list[str]):
    strip_of(shots[2]).modifiers.new("Grade", "BRIGHT_CONTRAST")
    for shot in shots[1:3]:
        shot_items.remove_shot(shot)
    _, cut = film.place()
    assert strips_of(shots[1]) == strips_of(shots[1], "animatic") == []
    assert [note for note in cut.notes if "was taken out: its shot is not in the film any more" in note] == cut.notes
    assert span(strip_of(shots[2])) == (12, 19)  # it has a modifier of the artist's
    assert strips_of(shots[2], "animatic") == []
    assert strip_of(shots[2]).color_tag == COLOURS["conflict"]
    assert "and you changed it" in cut.conflicts[0]
    assert_settled(film)


def remove(shot: str, *roles: str) -> None:
    for role in roles:
        for strip in strips_of(shot, role):
            edit().sequence_editor.strips.remove(strip)


def test_what_the_artist_took_out_stays_out(film: Film, shots: list[str]):
    remove(shots[1], "take", "animatic")
    lengthen(shots[1], 3, film)
    _, cut = film.place()
    assert strips_of(shots[1]) == strips_of(shots[1], "animatic") == []
    assert (cut.left_out, cut.placed) == ([shots[1]], [])
    assert cut.notes == ["SH020 was taken out of the edit by hand: it stays out."]
    assert [span(strip_of(shot)) for shot in (shots[0], shots[2])] == [(1, 7), (12, 19)]
    assert_settled(film)
    _, cut = film.place(shots[1])
    assert (cut.left_out, cut.placed) == ([], [shots[1]])
    assert spans(shots) == spans(shots, "animatic") == [(1, 7), (7, 15), (15, 22), (22, 26)]
    assert_settled(film)


def test_a_take_the_artist_took_out_comes_back_as_another(film: Film, shots: list[str]):
    remove(shots[1], "take")
    _, cut = film.place()
    assert strips_of(shots[1]) == []
    assert shots[1] in cut.unchanged
    lengthen(shots[0], 1, film)
    film.place()
    assert strips_of(shots[1]) == []
    film.paint(shots[1])
    film.place()
    assert span(strip_of(shots[1])) == span(strip_of(shots[1], "animatic")) == (8, 13)
    assert_settled(film)


def test_a_take_has_no_room_over_its_animatic(film: Film):
    ids = [shot.id for shot in read_shots()]
    film.animatic(*ids)
    film.place()
    compat.new_effect(edit().sequence_editor.strips, "Card", "COLOR", TAKES, 8, 10)
    film.paint(ids[1])
    _, cut = film.place()
    assert strips_of(ids[1]) == []
    assert cut.conflicts == ["There is no room for SH020 t002 on channel 3: 'Card' lies there. Move it and cut again."]
    edit().sequence_editor.strips["Card"].channel = 9
    film.place()
    assert span(strip_of(ids[1])) == (7, 12)
    assert_settled(film)


# --- whose order ----------------------------------------------------------------------------------------------------


def order() -> list[str]:
    return [shot.id for shot in read_shots()]


def test_a_touched_edit_decides_the_order(film: Film, shots: list[str]):
    assert not edit_scene.edit_decides()
    for role in ("take", "animatic"):
        move(strip_of(shots[0], role), 40)
    assert edit_scene.edit_decides()
    film.place()
    assert order() == [*shots[1:], shots[0]]
    with bpy.context.temp_override(scene=film.scene):
        assert not bpy.ops.shotwright.move_shot.poll()
    for role in ("take", "animatic"):
        move(strip_of(shots[0], role), -40)
    handlers.settle()
    assert not edit_scene.edit_decides()  # everything stands where it was put
    assert order() == [*shots[1:], shots[0]]
    film.place()
    assert spans(order()) == [(1, 6), (6, 13), (13, 17), (17, 23)]


def test_the_order_is_adopted_when_the_file_is_saved_and_loaded(film: Film, shots: list[str], tmp_path: Path):
    for role in ("take", "animatic"):
        move(strip_of(shots[1], role), 40)
    assert order() == shots
    save(tmp_path / "film.blend")
    assert order() == [shots[0], *shots[2:], shots[1]]
    reopen(tmp_path / "film.blend")
    assert order() == [shots[0], *shots[2:], shots[1]]


def test_a_shot_outside_the_edit_stays_behind_its_neighbour(film: Film, shots: list[str]):
    new = shot_items.insert_shot(film.scene, "SH020", camera=film.scene.camera).uuid
    for role in ("take", "animatic"):
        move(strip_of(shots[1], role), 40)
    handlers.settle()
    assert order() == [shots[0], *shots[2:], shots[1], new]


# --- sound ----------------------------------------------------------------------------------------------------------


def test_the_sound_of_a_take_goes_along(film: Film, shots: list[str]):
    film.paint(shots[1], audio=True)
    film.place()
    sound = strip_of(shots[1], "sound")
    assert (span(sound), sound.channel, sound.name) == ((7, 12), SOUND, "SH020 Cam t003 sound")
    assert sound.color_tag == strip_of(shots[1]).color_tag
    sound.volume = 0.5
    lengthen(shots[0], 2, film)
    film.paint(shots[1], audio=True)
    film.place()
    sound = strip_of(shots[1], "sound")
    assert span(sound) == (9, 14)
    assert sound.volume == 0.5
    assert "t004" in sound.sound.filepath
    assert_settled(film)
    sound.volume = 1.0
    film.paint(shots[1])
    film.place()
    assert strips_of(shots[1], "sound") == []
    film.paint(shots[1], audio=True)
    film.place()
    remove(shots[1], "sound")
    film.place()
    assert strips_of(shots[1], "sound") == []  # taken out on purpose
    film.paint(shots[1], audio=True)
    film.place()
    assert span(strip_of(shots[1], "sound")) == (9, 14)
    assert_settled(film)


def test_a_touched_sound_strip_stays_when_the_take_has_none(film: Film, shots: list[str]):
    film.paint(shots[1], audio=True)
    film.place()
    trim_by(strip_of(shots[1], "sound"), head=2)
    film.paint(shots[1])
    _, cut = film.place()
    sound = strip_of(shots[1], "sound")
    assert span(sound) == (9, 12)
    assert sound.color_tag == COLOURS["conflict"]
    assert "has no sound" in cut.conflicts[0]
    assert_settled(film)


def test_a_longer_sound_is_heard_to_its_end(film: Film, shots: list[str], tmp_path: Path):
    """Blender keeps the length of the first file of a sound strip."""
    film.paint(shots[3], audio=True, hz=600)
    film.place()
    for by in (16, -4):
        lengthen(shots[3], by, film)
        film.paint(shots[3], audio=True, hz=600)
        edit_, _ = film.place()
        assert span(strip_of(shots[3], "sound")) == span(strip_of(shots[3]))
        assert_settled(film)
        frames = sequencer.render_cut(edit_, tmp_path / f"cut{by}.mp4")
        heard = tones(tmp_path / f"cut{by}.mp4", 24)
        assert not any(heard[:17])
        assert all(abs(hz - 600) < 50 for hz in heard[20 : frames - 1]), heard


def test_sound_moves_with_the_project(film: Film, shots: list[str], tmp_path: Path):
    path = save(tmp_path / "a" / "film.blend")
    film.folder = path.parent / "shotwright" / "shots"
    film.paint(shots[0], audio=True)
    film.place()
    save(path)
    assert strip_of(shots[0], "sound").sound.filepath.startswith("//shotwright/shots/")
    assert project.open_project([])
    save(tmp_path / "b" / "film.blend")
    project.copy_here()
    for role in ("take", "sound"):
        strip = strip_of(shots[0], role)
        stored_path = strip.sound.filepath if role == "sound" else strip.filepath
        assert stored_path.startswith("//shotwright/shots/")
        assert Path(bpy.path.abspath(stored_path)).is_relative_to(tmp_path / "b")


# --- files ----------------------------------------------------------------------------------------------------------


def test_a_strip_whose_file_is_gone(film: Film, shots: list[str], tmp_path: Path):
    trim_by(strip_of(shots[1]), head=1)
    film.above[shots[1]].path.unlink()
    del film.above[shots[1]]
    edit_, cut = film.place()
    assert strip_of(shots[1]).color_tag == COLOURS["missing"]
    assert "The file under the strip 'SH020 Cam t002' is gone" in cut.notes[0]
    with pytest.raises(SceneError, match=r"SH020 Cam t002.*generate the shot again"):
        sequencer.render_cut(edit_, tmp_path / "cut.mp4")
    assert_settled(film)
    film.paint(shots[1])
    film.place()
    assert (span(strip_of(shots[1])), shows(strip_of(shots[1]))) == ((8, 12), 15)
    assert strip_of(shots[1]).color_tag == COLOURS["take"]
    assert_settled(film)


def test_a_clip_that_is_gone_or_damaged_changes_nothing(film: Film, shots: list[str]):
    before = snapshot(edit())
    film.paint(*shots)
    film.above[shots[3]].path.unlink()
    with pytest.raises(MediaError, match="is gone: generate SH040 again"):
        film.place()
    film.above[shots[3]].path.write_bytes(b"no movie")
    with pytest.raises(MediaError, match="it is damaged"):
        film.place()
    assert snapshot(edit()) == before


def test_a_missing_file_of_the_artists_is_refused_by_name(film: Film, shots: list[str], tmp_path: Path):
    music = edit().sequence_editor.strips.new_sound("Music", str(beep(tmp_path / "beep.wav")), 1, 1)
    (tmp_path / "beep.wav").unlink()
    with pytest.raises(SceneError, match=r"'Music' is gone .*mute or delete the strip"):
        sequencer.render_cut(edit(), tmp_path / "cut.mp4")
    music.mute = True
    assert sequencer.render_cut(edit(), tmp_path / "cut.mp4") == 22


def test_the_cut_has_its_sounds_in_sync(film: Film, tmp_path: Path):
    """Music on channel 1 and the sound of takes, each at its frames and nowhere else."""
    ids = [shot.id for shot in read_shots()]
    film.animatic(*ids)
    film.paint(ids[1], audio=True, hz=600)
    film.paint(ids[3], audio=True, hz=600)
    for shot in ids:
        stored(shot).frame_end += 8
    film.animatic(*ids)
    film.paint(ids[1], audio=True, hz=600)
    film.paint(ids[3], audio=True, hz=600)
    edit_, _ = film.place()
    assert spans(ids, "animatic") == [(1, 15), (15, 28), (28, 43), (43, 55)]
    edit_.sequence_editor.strips.new_sound("Music", str(beep(tmp_path / "beep.wav", 8 / 24, 2400)), 1, 31)
    assert sequencer.render_cut(edit_, tmp_path / "cut.mp4") == 54
    heard = tones(tmp_path / "cut.mp4", 24)
    wanted = [0] * 14 + [600] * 13 + [0] * 3 + [2400] * 8 + [0] * 4 + [600] * 12
    apart = [index for index, (a, b) in enumerate(zip(heard, wanted, strict=False)) if abs(a - b) > 50]
    assert all(min(abs(index - edge) for edge in (14, 27, 30, 38, 42)) <= 1 for index in apart), heard


# --- the scene ------------------------------------------------------------------------------------------------------


def test_a_deleted_edit_is_made_anew(film: Film, shots: list[str]):
    move(strip_of(shots[0]), 50)
    bpy.data.scenes.remove(edit())
    _, cut = film.place()
    assert cut.placed == order() == shots
    assert spans(shots)[0] == (1, 7)
    assert_settled(film)


def test_a_copy_of_the_edit_is_the_artists(film: Film, shots: list[str]):
    ours = edit()
    copy = ours.copy()
    copy.name = "A Copy"
    handlers.settle()
    assert (ours.shotwright.is_edit, copy.shotwright.is_edit) == (True, False)
    film.paint(*shots)
    scene, cut = film.place()
    assert scene == ours
    assert [note for note in cut.notes if note.startswith("The scene 'A Copy' is a copy of the edit")] == cut.notes
    assert film.place()[1].notes == []
    assert all("t002" in s.filepath for s in copy.sequence_editor.strips if s["shotwright_role"] == "take")


def test_a_copy_outlives_the_edit(film: Film, shots: list[str]):
    copy = edit().copy()
    handlers.settle()
    bpy.data.scenes.remove(edit())
    scene, cut = film.place()
    assert scene != copy
    assert cut.placed == shots
    assert len(cut.notes) == 1


def test_the_edit_has_a_workspace_and_nothing_open_changes(film: Film):
    ids = [shot.id for shot in read_shots()]
    film.animatic(*ids)
    window = bpy.context.window
    before = (window.workspace, window.scene, len(bpy.data.scenes), set(bpy.data.libraries))
    shown = {each.name: compat.shown_in(each) for each in bpy.data.workspaces}
    film.place()
    made = edit_workspace.edit_workspace()
    assert made.name == "Edit"
    assert any(area.type == "SEQUENCE_EDITOR" for screen in made.screens for area in screen.areas)
    assert (window.workspace, window.scene, len(bpy.data.scenes) - 1, set(bpy.data.libraries)) == before
    assert {each.name: compat.shown_in(each) for each in bpy.data.workspaces if each != made} == shown
    if compat.V5:
        assert made.sequencer_scene == edit()
    else:
        assert made.use_pin_scene
    made.name = "Cutting Room"
    bpy.data.scenes.remove(edit())
    film.place()
    assert edit_workspace.edit_workspace() == made
    assert compat.shown_in(made) == (edit() if compat.V5 else None)
    assert bpy.ops.shotwright.open_edit() == {"FINISHED"}
    assert (compat.shown_in(made) or window.scene) == edit()


def test_without_a_template_nothing_fails(film: Film, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(edit_workspace, "_startup", lambda folder: Path(folder) / "absent.blend")
    film.animatic(*[shot.id for shot in read_shots()])
    film.place()
    assert edit_workspace.edit_workspace() is None


def test_undo_and_reload_between_cuts(film: Film, shots: list[str], tmp_path: Path):
    save(tmp_path / "film.blend")
    bpy.ops.ed.undo_push(message="before")
    for role in ("take", "animatic"):
        trim_by(strip_of(shots[1], role), tail=1)
    bpy.ops.ed.undo_push(message="trim")
    film.paint(*shots)
    film.place()
    bpy.ops.ed.undo_push(message="cut")
    bpy.ops.ed.undo()
    assert "t002" in strip_of(shots[1]).filepath
    film.place()
    assert span(strip_of(shots[1])) == (7, 11)
    save(tmp_path / "film.blend")
    reopen(tmp_path / "film.blend")
    film.scene = bpy.data.scenes["Scene"]
    assert_settled(film)


def test_an_edit_of_an_earlier_version(film: Film, shots: list[str]):
    """It knew one strip for each shot, and less about it."""
    for shot in shots:
        remove(shot, "take")
        strip = strip_of(shot, "animatic")
        strip["shotwright_placed"] = list(strip["shotwright_placed"])[:3]
        for name in ("role", "first", "size", "look", "name", "colour", "range"):
            strip.pop(f"shotwright_{name}", None)
    del edit()["shotwright_memory"]
    lengthen(shots[0], 2, film)
    film.place()
    assert spans(shots) == spans(shots, "animatic") == [(1, 9), (9, 14), (14, 21), (21, 25)]
    assert [shows(strip_of(shot, "animatic")) for shot in shots] == [4, 14, 24, 40]
    assert_settled(film)

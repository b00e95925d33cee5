"""Cutting again: untouched strips follow their shots, what the artist did stays."""

from __future__ import annotations

from pathlib import Path

import bpy
import pytest
from bl_ext.user_default.shotwright.addon import compat, sequencer, shot_items
from bl_ext.user_default.shotwright.addon.shots import read_shots
from support.film import stored
from support.recut import (
    Film,
    assert_settled,
    edit,
    grey_film,
    in_the_edit,
    lengthen,
    move,
    shows,
    span,
    spans,
    strip_of,
    strips_of,
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


# --- the first time -------------------------------------------------------------------------------------------------


def test_takes_lie_over_animatics(film: Film, shots: list[str]):
    places = [(1, 7), (7, 12), (12, 19), (19, 23)]
    for role, channel in (("animatic", ANIMATIC), ("take", TAKES)):
        assert spans(shots, role) == places
        assert {strip_of(shot, role).channel for shot in shots} == {channel}
        assert [shows(strip_of(shot, role)) for shot in shots] == [4, 14, 24, 40]
    assert [strip.name for strip in (strip_of(shots[0]), strip_of(shots[0], "animatic"))] == [
        "SH010 Cam t002",
        "SH010 Cam animatic",
    ]
    assert edit().sequence_editor.channels[SOUND].name == "Take Sound"
    assert not [strip for strip in edit().sequence_editor.strips if strip.channel == 1]
    assert (edit().frame_start, edit().frame_end) == (1, 22)
    assert_settled(film)


def test_an_animatic_shows_until_there_is_a_take(film: Film):
    ids = [shot.id for shot in read_shots()]
    film.animatic(*ids)
    film.place()
    assert [strip.channel for strip in edit().sequence_editor.strips] == [ANIMATIC] * 4
    film.paint(ids[1])
    _, cut = film.place()
    assert (cut.placed, cut.updated, cut.unchanged) == ([], [ids[1]], [ids[0], *ids[2:]])
    assert span(strip_of(ids[1])) == span(strip_of(ids[1], "animatic")) == (7, 12)
    del film.above[ids[1]]
    _, cut = film.place()
    assert strips_of(ids[1]) == []
    assert ["not chosen any more" in note for note in cut.notes] == [True]
    assert_settled(film)


def test_colours_and_names_say_what_a_strip_is(film: Film, shots: list[str], tmp_path: Path):
    film.circled.add(shots[0])
    film.stale.add(shots[2])
    stored(shots[3]).locked = True
    _, cut = film.place()
    assert [strip_of(shot).color_tag for shot in shots] == [
        COLOURS["circled"],
        COLOURS["take"],
        COLOURS["stale"],
        COLOURS["locked"],
    ]
    assert strip_of(shots[2], "animatic").color_tag == COLOURS["animatic"]
    assert [cut.states[shot] for shot in shots] == ["circled", "take", "stale", "locked"]
    strip_of(shots[0]).name = "My name"
    strip_of(shots[1]).color_tag = "COLOR_08"
    film.paint(*shots)
    stored(shots[2]).name = "Robot"
    film.place()
    assert [strip_of(shot).name for shot in shots] == [
        "My name",
        "SH020 Cam t003",
        "SH030 Robot t003",
        "SH040 Cam t003",
    ]
    assert strip_of(shots[1]).color_tag == "COLOR_08"
    assert strip_of(shots[2], "animatic").name == "SH030 Robot animatic"
    assert_settled(film)


def test_a_very_long_name(film: Film, shots: list[str]):
    stored(shots[0]).name = "é" * 60
    film.place()
    assert strip_of(shots[0]).name.endswith("é t002")
    assert_settled(film)


# --- untouched strips follow ----------------------------------------------------------------------------------------


def test_new_lengths_and_handles_ripple(film: Film, shots: list[str]):
    stored(shots[0]).frame_end += 4
    stored(shots[1]).handle_head = 1
    stored(shots[2]).frame_start += 2
    film.animatic(*shots)
    film.paint(*shots)
    _, cut = film.place()
    for role in ("animatic", "take"):
        assert spans(shots, role) == [(1, 11), (11, 16), (16, 21), (21, 25)]
        assert [shows(strip_of(shot, role)) for shot in shots] == [4, 14, 26, 40]
        assert [strip_of(shot, role).channel for shot in shots] == [ANIMATIC if role == "animatic" else TAKES] * 4
    assert cut.updated == shots
    assert cut.conflicts == []
    assert_settled(film)


def test_the_list_order_is_followed_while_nothing_is_touched(film: Film, shots: list[str]):
    shot_items.move_shot(shots[3], -1)
    shot_items.move_shot(shots[3], -1)
    film.place()
    assert spans([shots[0], shots[3], shots[1], shots[2]]) == [(1, 7), (7, 11), (11, 16), (16, 23)]
    assert spans(shots) == spans(shots, "animatic")
    assert_settled(film)


def test_settings_stay_on_a_strip_that_follows(film: Film, shots: list[str]):
    strip = strip_of(shots[1])
    strip.blend_alpha, strip.mute, strip.color_saturation = 0.5, True, 0.25
    strip.transform.offset_x, strip.use_flip_x = 12, True
    strip.modifiers.new("Grade", "BRIGHT_CONTRAST")
    lengthen(shots[0], 3, film)
    film.paint(shots[1])
    film.place()
    strip = strip_of(shots[1])
    assert span(strip) == (10, 15)
    assert (strip.blend_alpha, strip.mute, strip.color_saturation) == (0.5, True, 0.25)
    assert (strip.transform.offset_x, strip.use_flip_x) == (12, True)
    assert [modifier.name for modifier in strip.modifiers] == ["Grade"]
    assert "t003" in strip.filepath
    assert_settled(film)


def test_a_take_of_another_size_looks_as_big(film: Film, shots: list[str]):
    strip = strip_of(shots[0])
    before = strip.transform.scale_x
    strip_of(shots[1]).transform.scale_x = strip_of(shots[1]).transform.scale_y = before * 2
    film.paint(*shots[:2], size=(128, 72))
    film.place()
    assert strip_of(shots[0]).transform.scale_x == pytest.approx(before / 2)
    assert strip_of(shots[1]).transform.scale_x == pytest.approx(before)
    assert_settled(film)


def test_a_newer_animatic_is_as_long_as_the_take_over_it(film: Film, shots: list[str]):
    """The cut shows the take: until there is a new one, the shot has its length."""
    stored(shots[1]).frame_end += 4
    stored(shots[1]).frame_start += 1
    film.animatic(shots[1])
    film.place()
    assert spans(shots) == spans(shots, "animatic") == [(1, 7), (7, 12), (12, 19), (19, 23)]
    assert shows(strip_of(shots[1], "animatic")) == shows(strip_of(shots[1])) == 14
    assert_settled(film)


# --- anchors --------------------------------------------------------------------------------------------------------


def test_a_run_before_a_moved_strip_follows_if_it_fits(film: Film, shots: list[str]):
    for role in ("take", "animatic"):
        move(strip_of(shots[2], role), 5)
    move(strip_of(shots[3]), 5)
    move(strip_of(shots[3], "animatic"), 5)
    lengthen(shots[0], 4, film)
    _, cut = film.place()
    assert spans(shots) == spans(shots, "animatic") == [(1, 11), (11, 16), (17, 24), (24, 28)]
    assert cut.conflicts == []
    assert_settled(film)
    lengthen(shots[0], 4, film)
    _, cut = film.place()
    assert spans(shots) == spans(shots, "animatic") == [(1, 11), (11, 16), (17, 24), (24, 28)]
    assert len(cut.conflicts) == 1
    assert cut.conflicts[0].startswith("SH010 Cam has another length now, and 3 frames are missing before 'SH030")
    assert "t006" in strip_of(shots[0]).filepath
    assert shows(strip_of(shots[0])) == 4
    assert strip_of(shots[0]).color_tag == COLOURS["conflict"]
    assert strip_of(shots[1]).color_tag == COLOURS["take"]
    assert_settled(film)
    lengthen(shots[0], -9, film)
    _, cut = film.place()
    assert spans(shots) == [(1, 6), (6, 11), (17, 24), (24, 28)]
    assert "which leaves a gap of 5 frames before 'SH030" in cut.conflicts[0]
    assert strip_of(shots[0]).color_tag == COLOURS["take"]
    assert_settled(film)


def test_the_artists_own_strip_on_our_channels_is_in_the_way(film: Film, shots: list[str]):
    compat.new_effect(edit().sequence_editor.strips, "Card", "COLOR", TAKES, 23, 40)
    lengthen(shots[1], 2, film)
    _, cut = film.place()
    assert spans(shots) == [(1, 7), (7, 12), (12, 19), (19, 23)]
    assert "2 frames are missing before 'Card'" in cut.conflicts[0]
    edit().sequence_editor.strips["Card"].channel = 8
    _, cut = film.place()
    assert spans(shots) == [(1, 7), (7, 14), (14, 21), (21, 25)]
    assert cut.conflicts == []
    assert_settled(film)


def test_a_trimmed_take_stays_and_its_animatic_follows(film: Film, shots: list[str]):
    trim_by(strip_of(shots[1]), head=1, tail=2)
    lengthen(shots[1], 3, film)
    _, cut = film.place()
    assert span(strip_of(shots[1])) == (8, 10)
    assert shows(strip_of(shots[1])) == 15
    assert "t004" in strip_of(shots[1]).filepath
    assert spans(shots, "animatic") == [(1, 7), (7, 15), (15, 22), (22, 26)]
    assert span(strip_of(shots[2])) == (15, 22)
    assert ["SH020 is 8 frames long now (14 to 21)" in note for note in cut.notes] == [True]
    assert_settled(film)


def test_new_handles_under_a_trimmed_strip_show_the_same_frames(film: Film, shots: list[str]):
    for role in ("take", "animatic"):
        trim_by(strip_of(shots[1], role), head=-2, tail=1)
    before = span(strip_of(shots[1])), shows(strip_of(shots[1]))
    assert before == ((5, 11), 12)
    stored(shots[1]).handle_head, stored(shots[1]).handle_tail = 5, 0
    film.animatic(shots[1])
    film.paint(shots[1])
    _, cut = film.place()
    for role in ("take", "animatic"):
        assert (span(strip_of(shots[1], role)), shows(strip_of(shots[1], role))) == before
        assert strip_of(shots[1], role)["shotwright_first"] == 9
    assert cut.conflicts == []
    assert_settled(film)
    stored(shots[1]).handle_head = 1
    film.paint(shots[1])
    _, cut = film.place()
    assert (span(strip_of(shots[1])), shows(strip_of(shots[1]))) == before
    assert len(cut.conflicts) == 1
    assert "SH020: t005 is too short for the strip 'SH020 Cam t004' by 1 frame at its start" in cut.conflicts[0]
    assert strip_of(shots[1]).color_tag == COLOURS["conflict"]
    assert_settled(film)
    assert strip_of(shots[1]).color_tag == COLOURS["conflict"]


def test_a_transition_stays_with_its_strips(film: Film, shots: list[str]):
    a, b = strip_of(shots[0]), strip_of(shots[1])
    trim_by(a, tail=-2)
    a.channel = 5
    strips = edit().sequence_editor.strips
    fade = compat.new_effect(strips, "Fade", "CROSS", 6, 7, 9, input1=a, input2=b)
    assert span(fade) == (7, 9)
    stored(shots[0]).handle_head = 1
    stored(shots[1]).handle_tail = 6
    film.paint(*shots[:2])
    _, cut = film.place()
    fade = strips["Fade"]
    assert span(fade) == (7, 9)
    assert (fade.input_1, fade.input_2) == (strip_of(shots[0]), strip_of(shots[1]))
    assert (span(fade.input_1), fade.input_1.channel, span(fade.input_2)) == ((1, 9), 5, (7, 12))
    assert [shows(strip_of(shot)) for shot in shots[:2]] == [4, 14]
    assert all("t003" in strip_of(shot).filepath for shot in shots[:2])
    assert cut.conflicts == []
    assert_settled(film)
    lengthen(shots[1], 4, film)  # held by the transition, though nobody moved it
    film.place()
    assert (span(strip_of(shots[1])), span(fade)) == ((7, 12), (7, 9))
    assert_settled(film)


def test_a_shot_cut_in_two_used_twice_and_in_a_meta_strip(film: Film, shots: list[str]):
    right = strip_of(shots[2]).split(frame=15, split_method="SOFT")
    move(right, 20)
    again = strip_of(shots[0])
    second = edit().sequence_editor.strips.new_movie("again", bpy.path.abspath(again.filepath), 7, 60)
    for key, value in again.items():
        second[key] = value
    compat.set_trim(second, 4, 2)
    meta = edit().sequence_editor.strips.new_meta("Scene", channel=9, frame_start=1)
    strip_of(shots[3]).move_to_meta(meta)
    inside = span(strip_of(shots[3]))
    stored(shots[2]).handle_head = 5
    stored(shots[3]).handle_head = 0
    film.paint(*shots)
    film.place()
    assert [(span(s), shows(s)) for s in strips_of(shots[2])] == [((12, 15), 24), ((35, 39), 27)]
    assert [(span(s), shows(s)) for s in strips_of(shots[0])] == [((1, 7), 4), ((64, 70), 5)]
    assert strip_of(shots[3]).parent_meta() == meta
    assert (span(strip_of(shots[3])), shows(strip_of(shots[3]))) == (inside, 40)
    assert all("t003" in strip.filepath for shot in shots for strip in strips_of(shot))
    assert_settled(film)


def test_animation_and_locks_hold_a_strip(film: Film, shots: list[str]):
    strip = strip_of(shots[1])
    strip.blend_alpha = 0.2
    strip.keyframe_insert("blend_alpha", frame=8)
    strip_of(shots[2]).lock = True
    lengthen(shots[0], 2, film)
    _, cut = film.place()
    assert spans(shots) == [(1, 7), (7, 12), (12, 19), (19, 23)]
    assert "2 frames are missing before 'SH020" in cut.conflicts[0]
    assert compat.animated_strips(edit()) == {strip_of(shots[1]).name}
    assert_settled(film)


@pytest.mark.skipif(not compat.V5, reason="adding a retiming key crashes 4.5")
def test_retiming_keys_stay(film: Film, shots: list[str]):
    strip = strip_of(shots[3])
    strip.retiming_keys.add(timeline_frame=20)
    strip.retiming_keys.add(timeline_frame=22)
    keys = [key.timeline_frame for key in strip.retiming_keys]
    film.paint(shots[3])
    _, cut = film.place()
    assert [key.timeline_frame for key in strip_of(shots[3]).retiming_keys] == keys
    assert "t003" in strip_of(shots[3]).filepath
    assert cut.conflicts == []
    stored(shots[3]).handle_head = 0
    film.paint(shots[3])
    _, cut = film.place()
    assert [key.timeline_frame for key in strip_of(shots[3]).retiming_keys] == keys
    assert "is retimed, and its new take has other frames" in cut.conflicts[0]
    assert_settled(film)


def test_markers_titles_and_music_stay(film: Film, shots: list[str]):
    compat.new_effect(edit().sequence_editor.strips, "Title", "TEXT", 9, 3, 30)
    edit().timeline_markers.new("beat", frame=9)
    edit().frame_current = 11
    lengthen(shots[0], 2, film)
    film.place()
    assert span(edit().sequence_editor.strips["Title"]) == (3, 30)
    assert [(marker.name, marker.frame) for marker in edit().timeline_markers] == [("beat", 9)]
    assert edit().frame_current == 11
    assert edit().frame_end == 29  # the artist's title reaches further
    assert_settled(film)
    edit().frame_end = 40
    assert_settled(film)
    assert edit().frame_end == 40


def test_the_first_take_over_a_trimmed_animatic_is_trimmed_alike(film: Film):
    """Timing is found with the animatic; takes come later."""
    ids = [shot.id for shot in read_shots()]
    film.animatic(*ids)
    film.place()
    trim_by(strip_of(ids[1], "animatic"), head=1, tail=1)
    right = strip_of(ids[2], "animatic").split(frame=15, split_method="SOFT")
    move(right, 10)
    film.paint(*ids)
    _, cut = film.place()
    assert (span(strip_of(ids[1])), shows(strip_of(ids[1]))) == ((8, 11), 15)
    assert [(span(s), shows(s), s.channel) for s in strips_of(ids[2])] == [((12, 15), 24, TAKES), ((25, 29), 27, TAKES)]
    assert sorted(cut.updated) == sorted(ids)
    assert_settled(film)

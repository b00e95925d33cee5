"""What is said of real cameras whose answer is known: every word of the table, and how many were right."""

from __future__ import annotations

from collections import Counter

import bpy
import pytest
from bl_ext.user_default.shotwright.addon import brief_reader, rig_reader
from bl_ext.user_default.shotwright.addon.shots import read_shots
from bl_ext.user_default.shotwright.core.asset import Asset
from bl_ext.user_default.shotwright.core.brief import CameraBrief, describe
from bl_ext.user_default.shotwright.core.brief.track import CameraTrack
from bl_ext.user_default.shotwright.core.prompt import Prompt
from bl_ext.user_default.shotwright.core.rigs.recognise import recognise_all
from support.blender_cameras import CAMERAS, FRAMES, Known, Stage
from support.film import new_shot


def brief_of(known: Known) -> tuple[CameraBrief, CameraTrack]:
    stage = Stage(bpy.context.scene, size=known.picture)
    known.build(stage)
    new_shot(stage.scene, camera=stage.camera)
    shot = read_shots()[0].model_copy(update={"prompt": Prompt(action=known.says)})
    rigs = {each.armature: each for each in recognise_all(rig_reader.read_scene(stage.scene))}
    assets = [
        Asset(id=tag, scene="Scene", tag=tag, kind="character" if name in rigs else "prop", objects=(name,))
        for name, tag in known.tags.items()
    ]
    return brief_reader.brief_of(shot, assets, rigs)


def words_of(brief: CameraBrief) -> dict[str, object]:
    """The words of the table as a brief has them."""
    start, place, focus = brief.start, brief.start.place, brief.focus
    return {
        "size": start.size,
        "angle": start.angle,
        "dutch": start.dutch,
        "framing": start.framing,
        "across": place and place.across,
        "up": place and place.up,
        "facing": start.facing,
        "travel": brief.travel,
        "lens": start.lens_word,
        "height": start.height if start.height is None else round(start.height, 2),
        "below": start.below,
        "inside": brief.inside,
        "subject": brief.subject.id if brief.subject else "",
        "unseen": brief.unseen,
        "projection": brief.projection,
        "depth": focus and focus.depth[0],
        "rack": focus and focus.rack,
        "pace": brief.moves[0].pace,
        "moves": {f"{move.kind} {move.direction}".strip() for move in brief.moves},
    }


def asked(known: Known, brief: CameraBrief) -> list[tuple[str, object, object]]:
    """Each word of the table: its field, what is right, and what the brief says. Every move is a word, and every one
    that is said and not there is a wrong one."""
    found = words_of(brief)
    rows: list[tuple[str, object, object]] = []
    for name, right in known.words.items():
        if name == "moves":
            said = found["moves"]
            rows += [("move", each, each if each in said else "-") for each in sorted(right)]
            rows += [("move", "-", each) for each in sorted(said - right)]
        else:
            rows.append((name, right, found[name]))
    return rows


def check_track(track: CameraTrack) -> None:
    """What holds for any: looks spread over the shot, parts of a picture, a body or none at every time."""
    assert len(track.samples) == FRAMES
    looks = [sample for sample in track.samples if sample.fills is not None]
    assert len(looks) == brief_reader.LOOKS
    assert looks[0] is track.samples[0]
    assert looks[-1] is track.samples[-1]
    for sample in looks:
        assert 0 <= sum(sample.fills.values()) <= 1 + 1e-6
    for each in track.subjects:
        assert len(each.bodies) == FRAMES


def test_the_words_of_real_cameras(capsys: pytest.CaptureFixture[str]):
    """All of them, in one test so that they can be counted."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    wrong: list[str] = []
    for known in CAMERAS:
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        brief, track = brief_of(known)
        check_track(track)
        text = describe(brief)
        assert text.strip()
        for name, wanted, said in asked(known, brief):
            total[name] += 1
            right[name] += wanted == said
            if wanted != said:
                wrong.append(f"{known.name}: {name} is {wanted!r}, not {said!r}: {text}")
    with capsys.disabled():
        fields = ", ".join(f"{name} {right[name]}/{count}" for name, count in sorted(total.items()))
        print(f"\n{len(CAMERAS)} cameras: {right.total()} of {total.total()} words right ({fields})")
    assert not wrong, "\n".join(wrong)
    assert len(CAMERAS) >= 30

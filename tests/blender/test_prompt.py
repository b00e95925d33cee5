"""Prompts and the film's style in a scene: drawn, changed, listed, and sent to a model that takes text."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from bl_ext.user_default.shotwright.addon import make_shots, prompt_verb, prompts, shot_items, style_items
from bl_ext.user_default.shotwright.addon.film import read_style
from bl_ext.user_default.shotwright.addon.shots import export_shot_list, read_shots
from bl_ext.user_default.shotwright.backends import registry
from bl_ext.user_default.shotwright.core import commands, terms
from bl_ext.user_default.shotwright.core.dialect import PLAIN
from bl_ext.user_default.shotwright.core.errors import BadInput
from bl_ext.user_default.shotwright.core.quote import Price
from bl_ext.user_default.shotwright.jobs.home import user_data_folder
from bl_ext.user_default.shotwright.media.movie import MovieWriter
from bl_ext.user_default.shotwright.operators import style as style_operators
from bl_ext.user_default.shotwright.panels import prompt as panels
from support.draw_panel import draw
from support.film import new_shot, stored
from support.work import generate, slide

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="drawing without a window needs fork")


@pytest.fixture
def scene() -> bpy.types.Scene:
    return slide(bpy.context.scene)


def lou(scene: bpy.types.Scene) -> Any:
    asset = scene.shotwright.assets.add()
    asset.uuid, asset.tag, asset.kind, asset.name = "1", "lou", "character", "Lou"
    asset.description = "a janitor robot"
    apron = asset.variants.add()
    apron.kind, apron.name, apron.description = "wardrobe", "apron", "in an apron"
    return asset


class Told:
    """A model that takes text; it makes grey pictures and remembers what it was asked."""

    name = "told"
    repeatable = True

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def quote(self, _request) -> Price:
        return Price()

    def generate(self, order) -> None:
        asked = order.request
        self.asked.append(asked)
        with MovieWriter(order.clip, asked.width, asked.height, asked.fps) as writer:
            for _ in range(asked.frames):
                writer.write(np.zeros((asked.height, asked.width, 3), np.uint8))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """A model of the user's that takes text, and what it was told."""
    folder = user_data_folder() / "models"
    folder.mkdir(parents=True, exist_ok=True)
    profile = {
        "schema": "shotwright.model.1",
        "name": "told",
        "title": "Told",
        "backend": "told",
        "frame_rates": "any",
        "length": "any",
        "size": "any",
        "references": {"clay": {}},
        "prompt": {"max": 150, "negative": True},
    }
    path = folder / "told.json"
    path.write_text(json.dumps(profile), "utf-8")
    backend, before = Told(), registry.get
    monkeypatch.setattr(registry, "get", lambda name: backend if name == "told" else before(name))
    yield backend
    path.unlink()


def test_a_request_holds_the_text_its_model_reads(scene: bpy.types.Scene, told: Told):
    lou(scene)
    shot_id = new_shot(scene, camera=scene.camera, frame_start=1, frame_end=3)
    prompt = stored(shot_id).prompt
    prompt.subject, prompt.constraints, prompt.camera = "@lou waits", "No text", "locked off"
    cast = stored(shot_id).assets.add()
    cast.name, cast.wardrobe = "lou", "apron"
    work, (report,) = generate(model="told")
    assert report.status == "done", report.problems
    (asked,) = told.asked
    assert asked.shots[0].prompt.document() == {
        "text": "Lou, a janitor robot, in an apron, waits.\nlocked off.",
        "negative": "text",
    }
    assert work.notes == []
    ((_, take),) = work.project.takes(report.id)
    assert take.request == asked
    assert generate(model="told")[1][0].status == "fresh"

    prompt.style = "Long shadows over everything. " * 6
    work, (report,) = generate(model="told")
    assert (report.status, report.label) == ("done", "t002")
    assert len(told.asked[1].shots[0].prompt.text) <= 150
    (note,) = work.notes
    assert note.startswith("SH010: Told reads at most 150 characters, so this is left out of the prompt:")

    prompt.style = ""
    scene.shotwright.style.white_balance = 3000
    assert generate(model="told")[1][0].label == "t003"


def test_the_real_camera_speaks_where_nothing_was_typed(scene: bpy.types.Scene, told: Told):
    shot_id = new_shot(scene, camera=scene.camera, frame_start=1, frame_end=3)
    (shot,) = read_shots()
    camera = prompts.Cameras(None).of(shot)
    assert camera.brief and camera.words and not camera.problem
    before = scene.frame_current
    generate(model="told")
    assert scene.frame_current == before
    assert told.asked[0].shots[0].prompt.text.startswith(camera.words[:60])
    scene.camera.data.lens *= 2
    assert generate(model="told")[1][0].label == "t002"
    assert told.asked[1].shots[0].prompt != told.asked[0].shots[0].prompt
    stored(shot_id).camera = None
    (shot,) = read_shots()
    assert "camera" in prompts.Cameras(None).of(shot).problem


def test_an_animatic_stays_fresh_when_a_prompt_is_edited(scene: bpy.types.Scene):
    shot_id = new_shot(scene, camera=scene.camera, frame_start=1, frame_end=3)
    generate()
    stored(shot_id).prompt.subject = "@lou waits"
    scene.shotwright.style.prefix = "35 mm"
    work, (report,) = generate()
    assert (report.status, report.label) == ("fresh", "t001")
    ((_, take),) = work.project.takes(shot_id)
    assert take.request.shots[0].prompt is None


def test_what_is_compiled_comes_from_the_scene(scene: bpy.types.Scene):
    lou(scene)
    shot_id = new_shot(scene, camera=scene.camera, frame_start=1, frame_end=3)
    stored(shot_id).prompt.action = "@lou's turn"
    stored(shot_id).prompt.camera = "locked off"
    (shot,) = read_shots()
    scene.shotwright.style.shutter = 172.8
    found = prompts.compiled(shot, PLAIN, prompts.RealCamera("not read"))
    assert found.text == "Lou's (a janitor robot) turn.\nlocked off.\n172.8° shutter."
    stored(shot_id).prompt.camera = ""
    (shot,) = read_shots()
    found = prompts.compiled(shot, PLAIN, prompts.RealCamera("24 mm on @lou"))
    assert found.text == "Lou's (a janitor robot) turn.\n24 mm on Lou.\n172.8° shutter."


def verb(*words: str) -> argparse.Namespace:
    return commands.parse(list(words), "shotwright", "0", with_file=False)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("set", "--subject", "x"), "Name the shot whose prompt you want to set with --shot."),
        (("clear",), "Name the shot whose prompt you want to clear with --shot."),
        (("set", "--shot", "SH010"), "Say what to set: --subject, --location"),
        (("--shot", "SH010", "--subject", "x"), "Sections are changed with prompt set, not with prompt show."),
        (("set", "--shot", "SH010", "--subject", "x", "--section", "style"), "--section belongs to prompt clear"),
        (("clear", "--shot", "SH010", "--section", "mood"), "invalid choice"),
        (("clear", "--shot", "SH010", "--repeat-identity"), "not with prompt clear"),
        (("export",), "Name the file with --to FILE.json."),
        (("import",), "Name the file with --from FILE.json."),
        (("--to", "x.json"), "--to belongs to prompt export, not to prompt show."),
        (("export", "--to", "x.txt"), "--to x.txt does not end in .json"),
        (("sing", "x.blend"), "prompt can't 'sing': say show, set, clear, export, import"),
    ],
)
def test_bad_arguments(scene: bpy.types.Scene, words: tuple[str, ...], sentence: str):
    new_shot(scene, camera=scene.camera)
    before = read_shots()
    with pytest.raises(BadInput) as caught:
        prompt_verb.change(verb("prompt", *words), before, before)
    assert sentence in str(caught.value)
    assert read_shots() == before


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("set", "--palette", "60 a, 40 b, 10 c"), "The palette adds to 110 %, not 100: take 10 off"),
        (("set", "--palette", "60 a #12345, 40 b"), "is no hex code"),
        (("set", "--white-balance", "1000"), "1000 K is no white balance: write 1500 to 15000 K"),
        (("set", "--shutter", "361"), "A shutter of 361° is none: write 1 to 360 degrees"),
        (("set", "--prefix", "x", "--shutter", "0"), "A shutter of 0° is none"),
        (("set",), "Say what to set: --prefix, --palette"),
        (("--prefix", "x"), "The style is changed with style set, not with style show."),
        (("set", "--prefix", "x", "--field", "lens"), "--field belongs to style clear"),
        (("clear", "--field", "mood"), "invalid choice"),
    ],
)
def test_a_bad_style(scene: bpy.types.Scene, words: tuple[str, ...], sentence: str):
    scene.shotwright.style.lens = "kept"
    before = read_style()
    with pytest.raises(BadInput) as caught:
        prompt_verb.change_style(verb("style", *words))
    assert sentence in str(caught.value)
    assert read_style() == before


def test_a_cleared_style_does_not_come_back_from_a_copied_scene(scene: bpy.types.Scene):
    new_shot(scene, camera=scene.camera)
    scene.shotwright.style.prefix, scene.shotwright.style.lens = "35 mm", "soft"
    scene.copy()
    prompt_verb.change_style(verb("style", "clear", "--field", "lens"))
    assert (read_style().prefix, read_style().lens) == ("35 mm", "")
    prompt_verb.change_style(verb("style", "clear"))
    assert read_style().empty


def test_a_shot_of_another_file_keeps_its_prompt(scene: bpy.types.Scene, tmp_path: Path):
    new_shot(scene, camera=scene.camera)
    scene.shotwright.style.prefix = "theirs"
    path = tmp_path / "other.blend"
    bpy.data.libraries.write(str(path), {scene})
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    with bpy.data.libraries.load(str(path), link=True) as (there, here):
        here.scenes = there.scenes
    shots = read_shots()
    with pytest.raises(BadInput, match="is linked from"):
        prompt_verb.change(verb("prompt", "set", "--shot", "SH010", "--subject", "x"), shots, shots)
    assert read_shots()[0].prompt.subject == ""
    with pytest.raises(BadInput, match=r"style can't be changed here\. .* is linked from"):
        prompt_verb.change_style(verb("style", "set", "--prefix", "ours"))
    assert read_style().prefix == "theirs"
    assert not style_operators.SHOTWRIGHT_OT_add_colour.poll(bpy.context)


@pytest.mark.parametrize("ending", [".json", ".csv", ".fountain"])
def test_a_shot_list_carries_prompts(scene: bpy.types.Scene, tmp_path: Path, ending: str):
    first = new_shot(scene, camera=scene.camera, frame_start=1, frame_end=3)
    second = new_shot(scene, camera=scene.camera, frame_start=4, frame_end=9)
    texts = {"subject": "@lou waits | [long]", "action": "=1+1", "camera": "مرحبا", "constraints": "No cuts.\nNone."}
    for name, text in texts.items():
        setattr(stored(first).prompt, name, text)
    stored(first).prompt.repeat_identity = True
    path = tmp_path / f"list{ending}"
    export_shot_list(read_shots(), path)
    for name in texts:
        setattr(stored(first).prompt, name, "other")
    stored(first).prompt.style = "kept"
    stored(second).prompt.subject = "kept"
    stored(first).prompt.repeat_identity = False
    made = make_shots.from_shot_list(scene, path)
    assert (made.updated, made.unchanged) == ([first], [second])
    one, two = read_shots()
    assert one.prompt.document() == {
        **texts, "constraints": "No cuts. None.", "location": "", "style": "kept", "repeat_identity": True,
    }  # fmt: skip
    assert two.prompt.subject == "kept"
    for shot_id in (first, second):
        shot_items.remove_shot(shot_id)
    make_shots.from_shot_list(scene, path)
    assert read_shots()[0].prompt.action == "=1+1"


def test_the_style_is_found_in_whichever_scene_holds_it(scene: bpy.types.Scene):
    other = bpy.data.scenes.new("A first")
    new_shot(scene, camera=scene.camera)
    assert style_items.style_scene() == scene
    other.shotwright.style.lens = "soft"
    assert style_items.style_scene() == other
    scene.shotwright.style.palette.add()
    assert style_items.style_scene() == scene


@needs_fork
def test_the_panels(scene: bpy.types.Scene):
    assert draw(panels.SHOTWRIGHT_PT_prompt).error == ""
    shot_id = new_shot(scene, camera=scene.camera)
    for _ in range(2):
        bpy.ops.shotwright.add_colour()
    stored(shot_id).prompt.subject = "字幕 مرحبا " * 300
    for panel in panels.CLASSES:
        found = draw(panel)
        assert (found.error, found.printed) == ("", "")
    text = draw(panels.SHOTWRIGHT_PT_prompt).text()
    for name in (*terms.values(terms.SECTIONS), "repeat_identity"):
        assert f".{name}" in text, name
    text = draw(panels.SHOTWRIGHT_PT_film_style).text()
    for name in ("prefix", "share", "white_balance", "lens", "shutter", "add_colour", "remove_colour"):
        assert name in text, name


def test_the_palette_by_buttons(scene: bpy.types.Scene):
    palette = scene.shotwright.style.palette
    assert bpy.ops.shotwright.add_colour() == {"FINISHED"}
    palette[0].share, palette[0].name = 60.0, "ivory"
    bpy.ops.shotwright.add_colour()
    assert [each.share for each in palette] == [60.0, 40.0]
    bpy.ops.shotwright.add_colour()
    assert palette[2].share == 0.0
    assert bpy.ops.shotwright.remove_colour(index=1) == {"FINISHED"}
    assert [(each.share, each.name) for each in read_style().palette] == [(60.0, "ivory"), (0.0, "")]
    with pytest.raises(RuntimeError, match="no such colour"):
        bpy.ops.shotwright.remove_colour(index=5)

"""Preflight in a scene: what is gathered, what is found, and what each fix changes and leaves alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import bpy
import pytest
from bl_ext.user_default.shotwright.addon import fixes, pipeline, quotes
from bl_ext.user_default.shotwright.addon.preflight import Gatherer
from bl_ext.user_default.shotwright.addon.shots import list_shots
from bl_ext.user_default.shotwright.backends import catalog
from bl_ext.user_default.shotwright.core.preflight import Finding, check, rules
from bl_ext.user_default.shotwright.core.quote import Quote
from PIL import Image
from support.film import add_camera, add_cube, add_marker, new_shot, save, set_up, stored
from support.mannequin import add_beast, add_figure
from support.snapshot import scene_state
from support.work import run

WAN = "wan2.1-vace-1.3b"
SIZE = (160, 90)


@pytest.fixture
def scene() -> bpy.types.Scene:
    """A figure that walks before a camera, on a floor, in the sun."""
    scene = set_up(bpy.context.scene, frames=12, size=SIZE)
    camera = add_camera(scene, "Cam", (0.0, -6.0, 1.2))
    camera.rotation_euler = (1.5707963, 0.0, 0.0)
    rig = add_figure(scene)
    rig.location.x = -1.0
    rig.keyframe_insert("location", frame=1)
    rig.location.x = 1.0
    rig.keyframe_insert("location", frame=12)
    floor = add_cube(scene, "Floor", at=(0.0, 0.0, -0.55))
    floor.scale = (10.0, 10.0, 0.5)
    add_sun(scene, "Key")
    scene.frame_set(1)
    return scene


def add_sun(scene: bpy.types.Scene, name: str, energy: float = 3.0) -> bpy.types.Object:
    sun = bpy.data.objects.new(name, bpy.data.lights.new(name, "SUN"))
    sun.data.energy = energy
    scene.collection.objects.link(sun)
    return sun


def add_shot(scene: bpy.types.Scene, **texts: str) -> str:
    shot_id = new_shot(scene, camera=scene.objects["Cam"], frame_start=1, frame_end=9)
    for name, text in texts.items():
        setattr(stored(shot_id).prompt, name, text)
    return shot_id


def add_asset(scene: bpy.types.Scene, tag: str = "lou", **values: object) -> bpy.types.PropertyGroup:
    item = scene.shotwright.assets.add()
    item.uuid, item.tag, item.name, item.description = f"id-{tag}-{len(scene.shotwright.assets)}", tag, "Lou", "a robot"
    for name, value in values.items():
        setattr(item, name, value)
    return item


def quote(model: str | None = None, **wanted: object) -> Quote:
    if model is None:
        profile = catalog.load().get("animatic")
        return quotes.quote(run(), list_shots(), pipeline.Generate(), profile=profile)
    profile = catalog.load().get(model)
    asked = pipeline.Wanted(profile=profile, **wanted)
    return quotes.quote(run(), list_shots(), pipeline.Generate(model=model), asked, profile)


def found(quote: Quote, code: str) -> list[Finding]:
    return [finding for finding in quote.all_findings if finding.code == code]


def codes(quote: Quote) -> set[str]:
    return {finding.code for finding in quote.all_findings}


# -- gathering ------------------------------------------------------------------------------------


def test_everything_is_gathered_and_nothing_changed(scene: bpy.types.Scene):
    add_shot(scene, action="@lou walks across the floor and turns to the window")
    add_asset(scene)
    scene.frame_set(5)
    work, profile = run(), catalog.load().get(WAN)
    before = scene_state(scene)
    gatherer = Gatherer(work.packages, work.project, work.notes)
    wanted = pipeline.Wanted(profile=profile)
    facts = gatherer.seen(gatherer.sparing(list_shots()[0].shot, wanted, profile))
    facts = gatherer.drawn(facts, work.packages.find(facts.shot, wanted))
    assert [part.name for part in fields(facts) if getattr(facts, part.name) is None] == []
    assert scene_state(scene) == before
    assert work.notes == []
    assert (facts.ask.passes, facts.suns[0].name, facts.suns[0].shadow) == (("depth",), "Key", True)
    assert facts.brief.subject.name == "Figure"
    assert "@lou" not in facts.compiled.text and "a robot" in facts.compiled.text
    assert check(facts)


def test_a_scene_in_order_has_no_warnings_for_the_animatic(scene: bpy.types.Scene):
    add_shot(scene)
    made = quote()
    assert [line.action for line in made.lines] == ["make"]
    assert (made.findings, made.lines[0].findings, made.lines[0].problems) == ((), (), ())


# -- what is found --------------------------------------------------------------------------------


def _up(scene: bpy.types.Scene) -> None:
    scene.objects["Cam"].rotation_euler = (3.14159, 0.0, 0.0)


def _down(scene: bpy.types.Scene) -> None:
    scene.objects["Cam"].location.z = -5.0
    scene.objects["Cam"].rotation_euler = (2.2, 0.0, 0.0)


def _into(scene: bpy.types.Scene) -> None:
    add_cube(scene, "Box", at=(0.0, -6.0, 1.2)).scale = (0.1, 0.1, 0.1)


def _far(scene: bpy.types.Scene) -> None:
    scene.objects["Cam"].data.clip_end = 6.5


def _away(scene: bpy.types.Scene) -> None:
    scene.objects["Cam"].rotation_euler = (1.5707963, 0.0, 2.5)
    scene.shotwright.shots[0].prompt.action = "@lou waits"
    item = add_asset(scene)
    item.objects.add().object = scene.objects["Figure"]


def _cut(scene: bpy.types.Scene) -> None:
    add_marker(scene, 5, add_camera(scene, "Second"), "cut")


def _jump(scene: bpy.types.Scene) -> None:
    camera = scene.objects["Cam"]
    for frame, aside in ((4, 0.0), (5, 0.5)):
        camera.location.x = aside
        camera.keyframe_insert("location", frame=frame)


def _beast(scene: bpy.types.Scene) -> None:
    add_beast(scene, at=(0.5, 0.0, 0.0))


@pytest.mark.parametrize(
    ("spoil", "code", "severity", "says"),
    [
        (_up, "view-empty", "error", "'Cam' sees nothing in the whole shot"),
        (_down, "camera-under-ground", "warning", "under the ground at frame 1"),
        (_into, "camera-inside", "warning", "inside or right against 'Box'"),
        (_far, "camera-clip", "warning", "(far limit 6.5 m)"),
        (_away, "subject-unseen", "warning", "@lou is in the shot and never in the picture"),
        (_cut, "camera-cut", "warning", "from 'Cam' to 'Second' at frame 5: end the shot at frame 4"),
        (_jump, "camera-jump", "warning", "'Cam' jumps at frame 5: make two shots of it"),
        (_beast, "rig-stranger", "note", "Beast is not drawn as a person"),
    ],
)
def test_scenes_with_something_wrong(
    scene: bpy.types.Scene, spoil: Callable[[bpy.types.Scene], None], code: str, severity: str, says: str
):
    add_shot(scene)
    assert code not in codes(quote())
    spoil(scene)
    made = quote()
    (finding,) = found(made, code)
    assert finding.severity == severity and says in finding.message, finding.message
    assert made.lines[0].action == ("blocked" if severity == "error" else "make")
    assert [problem.code for problem in made.lines[0].problems] == ([code] if severity == "error" else [])


def test_a_camera_that_sees_only_the_ground_from_below(scene: bpy.types.Scene):
    """Nobody is seen standing on it, and what stands on it tells that it is no ceiling."""
    add_shot(scene)
    bpy.data.objects.remove(scene.objects["Figure"])
    scene.objects["Floor"].location.z, scene.objects["Floor"].scale.z = -0.01, 0.01
    add_cube(scene, "Box", at=(0.0, 0.0, 1.0))
    scene.objects["Cam"].location.z = -1.0
    (finding,) = found(quote(), "camera-under-ground")
    assert "m under the ground at frame 1" in finding.message


def test_a_model_of_the_catalogue(scene: bpy.types.Scene):
    """No backend makes its clips here, and everything else is told."""
    add_shot(scene, action="@lou walks across the floor and turns to the window")
    (line,) = quote(WAN).lines
    assert (line.action, [problem.code for problem in line.problems]) == ("blocked", ["no-backend"])
    assert (line.frames, str(line.fps), line.width, line.height) == (9, "16", 832, 480)
    assert (line.references, line.passes) == ("draw", ("depth",))
    assert "lou" in line.prompt.text and "35 mm" not in line.prompt.negative
    assert {"model-rate", "model-length-padded", "tag-unknown", "depth-encoding-unsure"} <= codes(quote(WAN))
    stored(line.shots[0]).frame_end = 130
    scene.frame_end = 130
    (line,) = quote(WAN).lines
    (finding,) = (each for each in line.findings if each.code == "model-length-long")
    assert (finding.severity, finding.where, finding.status) == ("error", "range", "documented")
    assert "README.md" in finding.source
    assert [problem.code for problem in line.problems] == ["model-length-long"]


def test_pictures_of_an_asset(scene: bpy.types.Scene, tmp_path: Path):
    """What a file says of itself: its size, and the camera that took it."""
    save(tmp_path / "film.blend")
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Canon", "Canon EOS R5"
    Image.new("RGB", (400, 400)).save(tmp_path / "photo.jpg", exif=exif)
    Image.new("RGB", (200, 400)).save(tmp_path / "small.png")
    (tmp_path / "text.png").write_text("no picture")
    item = add_asset(scene)
    for name in ("photo.jpg", "small.png", "text.png", "gone.png"):
        item.pictures.add().path = f"//{name}"
    add_shot(scene, action="@lou walks")
    made = quote(WAN)
    (photo,) = found(made, "picture-photograph")
    assert "//photo.jpg is a photograph (Canon EOS R5)" in photo.message and photo.status == "unsure"
    (small,) = found(made, "picture-small")
    assert "//small.png is 200×400" in small.message
    assert {finding.message.split()[1] for finding in found(made, "file-bad")} == {"//text.png", "//gone.png"}
    (many,) = found(made, "references-assets-many")
    assert "4 pictures of @lou, and Wan2.1 VACE 1.3B takes 3" in many.message


def test_colours_of_clay(scene: bpy.types.Scene):
    add_shot(scene)
    scene.objects["Floor"].color = (0.8, 0.05, 0.05, 1.0)
    assert not found(quote(WAN, passes=("clay",)), "clay-saturated")
    (finding,) = found(quote(WAN, passes=("clay",), colours="viewport"), "clay-saturated")
    assert "'Floor'" in finding.message
    scene.objects["Floor"].hide_render = True
    assert not found(quote(WAN, passes=("clay",), colours="viewport"), "clay-saturated")


# -- fixes ----------------------------------------------------------------------------------------


def _palette(scene: bpy.types.Scene) -> None:
    for share, name in ((60, "oxblood"), (30, "bone"), (20, "petrol")):
        colour = scene.shotwright.style.palette.add()
        colour.share, colour.name = share, name


def _bad_light(scene: bpy.types.Scene) -> None:
    item = add_asset(scene)
    variant = item.variants.add()
    variant.kind, variant.name, variant.white_balance = "light", "night", 1000


def _lost_object(scene: bpy.types.Scene) -> None:
    item = add_asset(scene)
    item.objects.add().object = scene.objects["Figure"]
    item.objects.add().object = add_cube(scene, "Hat")
    bpy.data.objects.remove(bpy.data.objects["Hat"])


def _cast(scene: bpy.types.Scene, *tags: str, **variants: str) -> None:
    for tag in tags:
        each = scene.shotwright.shots[0].assets.add()
        each.name = tag
        for kind, name in variants.items():
            setattr(each, kind, name)


def _variant(scene: bpy.types.Scene) -> None:
    add_asset(scene)
    _cast(scene, "lou", wardrobe="tuxedo")


def _number(scene: bpy.types.Scene) -> None:
    scene.shotwright.shots[0].number = "SH030"
    new_shot(scene, number="SH030", camera=scene.objects["Cam"], frame_start=1, frame_end=4)


def _set(owner: Callable[[bpy.types.Scene], object], name: str, value: object) -> Callable[[bpy.types.Scene], None]:
    return lambda scene: setattr(owner(scene), name, value)


def _shot(scene: bpy.types.Scene) -> bpy.types.PropertyGroup:
    return scene.shotwright.shots[0]


TROUBLE: dict[str, tuple[str, Callable[[bpy.types.Scene], None], Callable[[bpy.types.Scene], object], object]] = {
    # code: what mends it, how it is made, what is looked at afterwards, and what it has to be
    "range-empty": (
        "swap-range",
        _set(_shot, "frame_end", -4),
        lambda s: (_shot(s).frame_start, _shot(s).frame_end),
        (-4, 1),
    ),
    "size-odd": (
        "even-size",
        _set(lambda s: s.render, "resolution_x", 161),
        lambda s: (_shot(s).use_custom_size, _shot(s).width, _shot(s).height, s.render.resolution_x),
        (True, 162, 90, 161),
    ),
    "number-taken": ("renumber", _number, lambda s: [shot.number for shot in s.shotwright.shots], ["SH030", "SH040"]),
    "prompt-control": (
        "strip-hidden",
        _set(lambda s: _shot(s).prompt, "action", "Lou\x07walks\non"),
        lambda s: _shot(s).prompt.action,
        "Lou walks\non",
    ),
    "prompt-direction": (
        "strip-hidden",
        _set(lambda s: _shot(s).prompt, "action", "Lou \u202ewalks\u202c"),
        lambda s: _shot(s).prompt.action,
        "Lou walks",
    ),
    "text-control": (
        "strip-hidden",
        lambda s: add_asset(s, must_not="a\x1b toy"),
        lambda s: s.shotwright.assets[0].must_not,
        "a toy",
    ),
    "text-direction": (
        "strip-hidden",
        lambda s: add_asset(s, name="Lou\u2066"),
        lambda s: s.shotwright.assets[0].name,
        "Lou",
    ),
    "style-hidden-characters": (
        "strip-hidden",
        _set(lambda s: s.shotwright.style, "prefix", "16 mm\x07 film"),
        lambda s: s.shotwright.style.prefix,
        "16 mm film",
    ),
    "prompt-identity-none": (
        "identity-off",
        _set(lambda s: _shot(s).prompt, "repeat_identity", True),
        lambda s: _shot(s).prompt.repeat_identity,
        False,
    ),
    "object-gone": (
        "drop-objects",
        _lost_object,
        lambda s: [each.object.name for each in s.shotwright.assets[0].objects],
        ["Figure"],
    ),
    "white-balance": (
        "white-balance",
        _bad_light,
        lambda s: s.shotwright.assets[0].variants[0].white_balance,
        1500,
    ),
    "cast-unknown": ("drop-cast", lambda s: _cast(s, "nobody"), lambda s: len(_shot(s).assets), 0),
    "cast-twice": (
        "drop-cast",
        lambda s: (add_asset(s), _cast(s, "lou", "lou")),
        lambda s: [each.name for each in _shot(s).assets],
        ["lou"],
    ),
    "variant-unknown": ("clear-variant", _variant, lambda s: _shot(s).assets[0].wardrobe, ""),
    "style-palette-sum": (
        "scale-palette",
        _palette,
        lambda s: [round(each.share, 3) for each in s.shotwright.style.palette],
        [54.5, 27.3, 18.2],
    ),
    "style-white-balance": (
        "white-balance",
        _set(lambda s: s.shotwright.style, "white_balance", 90_000),
        lambda s: s.shotwright.style.white_balance,
        15_000,
    ),
    "style-shutter": (
        "shutter",
        _set(lambda s: s.shotwright.style, "shutter", 0.25),
        lambda s: s.shotwright.style.shutter,
        1.0,
    ),
    "light-shadow-off": (
        "sun-shadow",
        _set(lambda s: s.objects["Key"].data, "use_shadow", False),
        lambda s: s.objects["Key"].data.use_shadow,
        True,
    ),
}


def test_every_fix_is_known_and_tried():
    named = {rule.code: rule.fix for rule in rules().values() if rule.fix}
    assert {code: case[0] for code, case in TROUBLE.items()} == named
    assert set(named.values()) == set(fixes.FIXES)


def test_who_stays_in_the_cast_is_not_said_to_be_out_of_it(scene: bpy.types.Scene):
    add_shot(scene, subject="a wary robot")
    add_asset(scene)
    _cast(scene, "lou", "nobody", "lou", "ghost", "lou", "nobody")
    fixed = fixes.fix(found(quote(WAN, passes=("clay",)), "cast-twice"))
    (said,) = fixed.done
    assert said.endswith(": @nobody, @ghost are out of its cast, and @lou is in its cast only once now.")
    assert [each.name for each in _shot(scene).assets] == ["lou"]


@pytest.mark.parametrize("code", TROUBLE)
def test_fixes(scene: bpy.types.Scene, code: str):
    name, spoil, look, wanted = TROUBLE[code]
    add_shot(scene, subject="a wary robot")
    bad = scene_state(scene)
    spoil(scene)
    (finding, *_) = findings = found(quote(WAN, passes=("clay",)), code)
    assert finding.fix == name
    before = len(scene.shotwright.shots)
    fixed = fixes.fix(findings)
    assert (len(fixed.done), fixed.left) == (1, []), fixed
    assert look(scene) == wanted
    assert not found(quote(WAN, passes=("clay",)), code)
    assert fixes.fix(findings) == fixes.Fixed()  # looked again, and there was nothing to do
    assert len(scene.shotwright.shots) == before
    assert scene_state(scene)["objects"] == bad["objects"] or code == "object-gone"


def test_the_shadow_of_the_sun_that_is_rendered_is_turned_on(scene: bpy.types.Scene):
    add_shot(scene, subject="a wary robot")
    aside = bpy.data.collections.new("Aside")
    scene.collection.children.link(aside)
    strong = add_sun(scene, "Strong", energy=10.0)
    aside.objects.link(strong)
    scene.collection.objects.unlink(strong)
    scene.view_layers[0].layer_collection.children["Aside"].exclude = True
    strong.data.use_shadow = scene.objects["Key"].data.use_shadow = False
    fixed = fixes.fix(found(quote(WAN, passes=("clay",)), "light-shadow-off"))
    assert fixed.done == ["SH010: the shadow of 'Key' is on."]
    assert (scene.objects["Key"].data.use_shadow, strong.data.use_shadow) == (True, False)
    assert not found(quote(WAN, passes=("clay",)), "light-shadow-off")


def test_a_new_number_is_told(scene: bpy.types.Scene):
    for _ in range(2):
        stored(add_shot(scene)).number = "SH010"
    fixed = fixes.fix(quote().all_findings)
    assert fixed.done == ["SH010: it was one of several of this number, and is SH020 now."]


def test_a_locked_shot_is_left(scene: bpy.types.Scene):
    shot_id = add_shot(scene, action="Lou\x07")
    findings = found(quote(), "prompt-control")
    stored(shot_id).locked = True
    fixed = fixes.fix(findings)
    assert (fixed.done, len(fixed.left)) == ([], 1)
    assert "SH010 is left as it is: it is locked" in fixed.left[0]
    assert stored(shot_id).prompt.action == "Lou\x07"


def test_what_is_linked_is_left(scene: bpy.types.Scene, tmp_path: Path):
    scene.name = "Other"
    add_shot(scene, action="Lou\x07")
    add_asset(scene, description="a\x07")
    save(tmp_path / "other.blend")
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    with bpy.data.libraries.load(str(tmp_path / "other.blend"), link=True) as (_, wanted):
        wanted.scenes = ["Other"]
    findings = [each for each in quote().all_findings if each.fix]
    assert {each.code for each in findings} == {"prompt-control", "text-control"}
    fixed = fixes.fix(findings)
    assert fixed.done == []
    assert sorted(text.split()[0] for text in fixed.left) == ["@lou", "SH010"]
    assert all("is linked from" in text and "open that file" in text for text in fixed.left)


def test_a_finding_of_a_shot_that_is_gone(scene: bpy.types.Scene):
    from bl_ext.user_default.shotwright.addon.shot_items import remove_shot

    shot_id = add_shot(scene, action="Lou\x07")
    findings = found(quote(), "prompt-control")
    remove_shot(shot_id)
    assert fixes.fix(findings) == fixes.Fixed()

"""`boards` and `rhythm`: what they write, where, and that nothing else changes."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from support import cli
from support.tree import ROOT


def boards_of(path: Path) -> dict[str, int]:
    """The kept pictures with their times."""
    return {each.name: each.stat().st_mtime_ns for each in (path.parent / "shotwright" / "boards").iterdir()}


def test_boards_go_into_the_exports_and_what_is_fresh_is_not_drawn_again(shotwright, film):
    path = film("film")
    before = cli.sha256(path)
    document = shotwright("boards", path, "--date", "today", "--json", code=0).document
    assert list(document) == ["schema", "pdf", "png", "pages", "shots", "notes", "saved"]
    assert (document["schema"], document["pages"], document["png"]) == ("shotwright.boards.1", 1, [])
    exports = path.parent / "shotwright" / "exports"
    assert Path(document["pdf"]) == exports / "film-boards-v001.pdf"
    assert Path(document["pdf"]).read_bytes().startswith(b"%PDF")
    assert [shot["number"] for shot in document["shots"]] == ["SH010", "SH020", "SH030"]
    assert all(shot["problem"] is None and shot["pictures"] for shot in document["shots"])
    drawn = boards_of(path)
    again = shotwright("boards", path, "--date", "today", "--json", code=0).document
    assert Path(again["pdf"]).name == "film-boards-v002.pdf"
    assert Path(again["pdf"]).read_bytes() == Path(document["pdf"]).read_bytes()
    assert boards_of(path) == drawn
    assert cli.sha256(path) == before
    assert not cli.half_written(path.parent)


def test_boards_become_the_first_and_last_frame(shotwright, film):
    path = film("film")
    shotwright("boards", path, "--save", code=2)
    before = cli.sha256(path)
    tried = shotwright("boards", path, "--shot", "SH010", "--stills", "board", "--json", code=0).document
    assert tried["saved"] is None and cli.sha256(path) == before
    saved = shotwright("boards", path, "--shot", "SH010", "--stills", "board", "--save", "--json", code=0).document
    assert saved["saved"] == str(path)
    stills = [shot["stills"] for shot in shotwright("shots", path, "--json", code=0).document["shots"]]
    assert stills == ["board", "clay", "clay"]


def test_a_kept_picture_that_is_damaged_is_drawn_again(shotwright, film):
    path = film("film")
    first = shotwright("boards", path, "--pdf", "a.pdf", "--date", "", "--json", code=0).document
    [kept, *_] = sorted((path.parent / "shotwright" / "boards").iterdir())
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) // 2])
    second = shotwright("boards", path, "--pdf", "b.pdf", "--date", "", "--json", code=0).document
    assert kept.read_bytes() == whole
    assert Path(first["pdf"]).read_bytes() == Path(second["pdf"]).read_bytes()


def test_pages_as_pictures_in_a_folder_or_under_a_name(shotwright, film, tmp_path):
    path = film("film")
    document = shotwright("boards", path, "--shot", "SH020", "--png", tmp_path / "new" / "pages", "--json", code=0)
    assert document.document["png"] == [str(tmp_path / "new" / "pages" / "film-boards-01.png")]
    assert document.document["pdf"] is None
    ran = shotwright("boards", path, "--png", tmp_path / "one.png", "--pdf", tmp_path / "one.pdf", "--paper", "letter")
    assert f"{tmp_path / 'one.pdf'}, {tmp_path / 'one.png'}: 3 panels on 1 page" in ran.out
    assert (tmp_path / "one.png").read_bytes().startswith(b"\x89PNG")


def test_a_shot_without_a_camera_says_so_in_its_panel_and_the_others_are_drawn(shotwright, film):
    ran = shotwright("boards", film("camera_deleted"), "--json", code=2)
    problems = [shot["problem"] for shot in ran.document["shots"]]
    assert sum(problem is None for problem in problems) == 1
    assert Path(ran.document["pdf"]).is_file()
    assert any("camera" in problem for problem in problems if problem)


@pytest.mark.parametrize("name", ["evil_names", "two_scenes", "range_empty", "ntsc", "viewless"])
def test_odd_films_have_boards_and_a_rhythm(shotwright, film, name):
    path = film(name)
    assert shotwright("boards", path, "--json").document["pages"] >= 1
    found = shotwright("rhythm", path, "--picture", path.parent / "r.png", "--json", code=0).document
    assert found["seconds"] > 0
    assert (path.parent / "r.png").is_file()


def test_what_cannot_be_written_is_refused_before_anything_is_drawn(shotwright, film, tmp_path):
    path = film("film")
    made = Path(shotwright("boards", path, "--json", code=0).document["pdf"])
    whole = made.read_bytes()
    assert "made before" in shotwright("boards", path, "--pdf", made, "--json", code=3).message
    assert made.read_bytes() == whole
    (tmp_path / "file").write_text("")
    assert shotwright("boards", path, "--pdf", tmp_path / "file" / "x.pdf", "--json").code in (1, 2)
    assert ".pdf" in shotwright("boards", path, "--pdf", tmp_path / "x.blend", "--json", code=2).message
    assert ".png" in shotwright("rhythm", path, "--picture", tmp_path / "x.blend", "--json", code=2).message
    assert "no shots" in shotwright("boards", film("bare"), "--json", code=2).message


def test_rhythm_is_that_of_the_shots_and_of_the_edit_once_there_is_one(shotwright, film, finished):
    path = film("film", "plain")
    before = cli.contents(path.parent)
    plain = shotwright("rhythm", path, "--json", code=0).document
    assert (plain["schema"], plain["source"], len(plain["shots"])) == ("shotwright.rhythm.1", "shots", 3)
    assert plain["average"] == pytest.approx(plain["seconds"] / 3, abs=1e-3)
    assert cli.contents(path.parent) == before
    edited = shotwright("rhythm", finished, "--json", code=0).document
    assert edited["source"] == "edit"
    assert [shot["seconds"] for shot in edited["shots"]] == [shot["seconds"] for shot in plain["shots"]]
    assert shotwright("rhythm", finished, "--shot", "SH010", "--json", code=0).document["source"] == "shots"
    assert "average" in shotwright("rhythm", path, code=0).out


def test_rhythm_follows_the_edit_where_the_artist_cuts(shotwright, finished, change):
    code = """
edit = next(each for each in bpy.data.scenes if each.shotwright.is_edit)
strips = [each for each in edit.sequence_editor.strips_all if each.type == "MOVIE"]
gone = max(strips, key=lambda each: each.frame_final_start).frame_final_start
for strip in [each for each in strips if each.frame_final_start == gone]:
    edit.sequence_editor.strips.remove(strip)
"""
    copy = finished.with_name("copy.blend")
    shutil.copyfile(finished, copy)
    change(finished, code)
    ran = shotwright("rhythm", finished, "--json", code=0).document
    assert (ran["source"], len(ran["shots"])) == ("edit", 2)
    assert any("Not in the edit" in note for note in ran["notes"])


def test_a_wider_picture_holds_the_cameras_own(in_bpy, film):
    """The panel of a move is the same picture with more around it: what is in the start's frame stays where it is."""
    code = """
import numpy as np
from shotwright.addon import storyboard
from shotwright.addon.shot_items import scene_named
from shotwright.addon.shots import read_shots
from shotwright.core.storyboard import Panel
from shotwright.render_passes.as_rendered import as_rendered
from shotwright.render_passes.board import panels
from shotwright.render_passes.evaluation import Evaluation
from shotwright.render_passes.geometry import MeshCache, view_layer_of
from shotwright.media.storyboard.panel import picture_size

bpy.ops.wm.open_mainfile(filepath=sys.argv[1])
shot = read_shots()[0]
scene = scene_named(shot.scene)

def drawn(bounds):
    panel = Panel("wide", bounds, ((0, 0), (1, 0), (1, 1), (0, 1)))
    plan = storyboard._plan(shot, panel, 1.5)
    plan = storyboard.replace(plan, width=300 * round(bounds[2] - bounds[0]), height=200 * round(bounds[3] - bounds[1]))
    with as_rendered(scene, view_layer_of(scene)):
        evaluation = Evaluation(scene, plan, MeshCache(), None, None)
        evaluation.read(lambda done, total: None)
        return panels(evaluation)[0]

own = drawn((0.0, 0.0, 1.0, 1.0))
wide = drawn((-1.0, 0.0, 2.0, 2.0))
assert own.shape == (200, 300) and wide.shape == (400, 900), (own.shape, wide.shape)
inside = wide[200:, 300:600]
assert np.ptp(own) > 60
apart = np.abs(inside[2:-2, 2:-2].astype(int) - own[2:-2, 2:-2])
assert (apart > 8).mean() < 0.02, (apart > 8).mean()
"""
    in_bpy(code, film("film"))


def test_a_ghost_is_the_subject_alone_where_it_ends_through_the_starts_camera(in_bpy, film):
    code = """
import dataclasses
import numpy as np
from shotwright.addon.shot_items import scene_named
from shotwright.addon.shots import read_shots
from shotwright.render_passes.as_rendered import as_rendered
from shotwright.render_passes.board import CLEAR, panels
from shotwright.render_passes.evaluation import Evaluation
from shotwright.render_passes.geometry import MeshCache, view_layer_of
from shotwright.render_passes.plan import plan_for

bpy.ops.wm.open_mainfile(filepath=sys.argv[1])
shot = read_shots()[0]
scene = scene_named(shot.scene)
camera = scene.objects[shot.camera]
plan = dataclasses.replace(plan_for(shot, ("board",)), times=((1, 0.0), (8, 0.0)), width=300, height=200)

def drawn(ghost):
    with as_rendered(scene, view_layer_of(scene)):
        evaluation = Evaluation(scene, plan, MeshCache(), None, None)
        evaluation.read(lambda done, total: None)
        return panels(evaluation, ghost)

start, end = drawn("")
same, ghost = drawn("Cube")
assert np.array_equal(start, same)
seen = ghost != CLEAR
assert 0.01 < seen.mean() < 0.2, seen.mean()
assert np.argwhere(seen)[:, 1].min() > 150  # it slid to the right
assert (np.abs(ghost[seen].astype(int) - end[seen]) > 8).mean() < 0.02
assert (drawn("nothing of that name")[1] == CLEAR).all()

# The camera looks elsewhere at the end; the ghost is still seen from where it began.
camera.keyframe_insert("rotation_euler", frame=1)
camera.rotation_euler.z += 0.5
camera.keyframe_insert("rotation_euler", frame=8)
turned = drawn("Cube")[1]
assert (np.abs(turned.astype(int) - ghost) > 8).mean() < 0.002
"""
    in_bpy(code, film("film"))


def test_the_example_film_ends_as_it_begins(shotwright, environment, tmp_path):
    """The last shot pulls out into the first one's framing: one echo, and no cut that looks like a jump."""
    path = tmp_path / "film.blend"
    script = (
        "import sys\nsys.path.insert(0, sys.argv[1])\nfrom pathlib import Path\nfrom ballroom import papers\n"
        "papers.write(Path(sys.argv[2]))"
    )
    for command in (
        [ROOT / "examples" / "ballroom" / "build.py", path],
        ["-c", script, ROOT / "examples", tmp_path],
    ):
        ran = cli.run([sys.executable, *map(str, command)], environment, tmp_path)
        assert ran.code == 0, ran.err
    shotwright("make-shots", path, "--save", code=0)
    shotwright("assets", path, "add", "--from", tmp_path / "assets.json", "--save", code=0)
    shotwright("prompt", path, "import", "--from", tmp_path / "prompts.json", "--save", code=0)
    found = shotwright("rhythm", path, "--json", code=0).document
    [echo] = found["repeats"]
    pair = [found["shots"][echo[place]]["number"] for place in ("first", "second")]
    assert (echo["kind"], pair, echo["ends"][1]) == ("echo", ["SH010", "SH080"], "end")
    assert echo["similarity"] > 0.9
    assert found["average"] == pytest.approx(1100 / 24 / 8, abs=1e-3)

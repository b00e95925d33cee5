"""Real characters from `shared/rigs`: made into a shot, drawn, and left as they were."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import cli
from support.tree import ROOT

RIGS = ROOT.parent / "shared" / "rigs"

FRAME = """
from mathutils import Vector
bpy.ops.wm.open_mainfile(filepath=sys.argv[1], use_scripts=False)
scene = bpy.context.scene
scene.frame_set(scene.frame_start)
shown = [o for o in scene.objects if o.type == "MESH" and o.visible_get() and not o.hide_render]
corners = [o.matrix_world @ Vector(c) for o in shown for c in o.bound_box]
low = Vector(min(c[i] for c in corners) for i in range(3))
high = Vector(max(c[i] for c in corners) for i in range(3))
middle, size = (low + high) / 2, (high - low).length
for old in [o for o in scene.objects if o.type == "CAMERA"]:
    bpy.data.objects.remove(old)
data = bpy.data.cameras.new("Framed")
data.clip_start, data.clip_end = size / 100, size * 10
camera = bpy.data.objects.new("Framed", data)
scene.collection.objects.link(camera)
camera.location = middle + Vector((0.5, -1.4, 0.3)) * size
camera.rotation_euler = (middle - camera.location).to_track_quat("-Z", "Y").to_euler()
scene.timeline_markers.clear()
scene.frame_end = scene.frame_start + 2
scene.render.resolution_x, scene.render.resolution_y, scene.render.resolution_percentage = 160, 90, 100
bpy.ops.wm.save_as_mainfile(filepath=sys.argv[2], copy=True)
"""


@pytest.mark.parametrize(
    "name",
    ["RobotExpressive.blend", "m2m_fox.blend", "rigify_generated_mh.blend", "mpfb_openpose.blend"],
)
def test_rig(shotwright, in_bpy, tmp_path, name):
    source = RIGS / name
    if not source.is_file():
        pytest.skip(f"needs {source.relative_to(ROOT.parent)}, which does not belong to the repository")
    before = cli.sha256(source)
    path = tmp_path / "film" / name
    path.parent.mkdir()
    in_bpy(FRAME, source, path)
    made = shotwright("make-shots", path, "--save", "--json", code=0).document
    assert [shot["camera"] for shot in made["shots"]] == ["Framed"]
    saved = cli.sha256(path)
    document = shotwright("passes", path, "--json", code=0).document
    (shot,) = document["shots"]
    assert (shot["status"], shot["frames"]) == ("done", 3)
    assert {Path(file).suffix for file in shot["files"]} == (
        {".mp4", ".npz", ".png"} | (set() if "fox" in name else {".json"})
    )
    for file, sha256 in shot["files"].items():
        movie = Path(document["project"], file)
        assert cli.sha256(movie) == sha256
        if movie.suffix != ".mp4":
            continue
        assert cli.frames_of(movie) == 3
        picture = cli.first_frame(movie, 160, 90).astype(int)
        # The figure stands out: neither blank nor filling the picture to its upper corners; lower ones may have
        # its shadow.
        assert picture.std() > 8, file
        assert abs(picture[:4, :4].mean() - picture[:4, -4:].mean()) < 8
    assert set(shotwright("passes", path, "--json", code=0).statuses().values()) == {"fresh"}
    assert cli.sha256(path) == saved
    assert cli.sha256(source) == before

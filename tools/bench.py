"""`make bench`: what a reference package costs, against Blender's own renders in the same run.

    python tools/bench.py [OUT.json] [--quick]      with a bpy module; OUT is out/bench.json

Machines differ and are busy, so the figure to read is the ratio. Blender's frames are rendered half
before and half after ours.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import sys
import tempfile
import time
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
sys.path.insert(0, str(ROOT / "tools"))

from support.tree import load_tree  # noqa: E402

PASSES = ("clay", "depth", "normal", "mask", "edges")


@contextlib.contextmanager
def quiet():
    """Blender prints a line per render on descriptor 1."""
    sys.stdout.flush()
    kept, null = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(null)


def ours(scene, passes=PASSES) -> dict[str, float]:
    """One whole package, written; milliseconds per frame by stage."""
    from shotwright.core.framerate import FrameRate
    from shotwright.core.shot import Shot
    from shotwright.render_passes import package
    from shotwright.render_passes.as_rendered import as_rendered
    from shotwright.render_passes.evaluation import Evaluation
    from shotwright.render_passes.geometry import MeshCache, view_layer_of
    from shotwright.render_passes.plan import plan_for

    shot = Shot(
        id=str(uuid.uuid4()),
        scene=scene.name,
        number="SH010",
        name="Bench",
        camera="Camera",
        start=scene.frame_start,
        end=scene.frame_end,
        fps=FrameRate(num=24, den=1),
        width=scene.render.resolution_x,
        height=scene.render.resolution_y,
        order=0,
    )
    plan = plan_for(shot, passes)
    clock = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, as_rendered(scene, view_layer_of(scene)):
        evaluation = Evaluation(scene, plan, MeshCache())
        evaluation.read(lambda _done, _total: None)
        read = time.perf_counter() - clock
        drawn = package.draw(plan, evaluation, Path(folder), lambda _done, _total: None)
    total = time.perf_counter() - clock
    stages = {"evaluate": read, **drawn.seconds, "total": total}
    return {name: round(1000 * seconds / plan.frames, 2) for name, seconds in stages.items()}


def rendered(scene, frames: list[int], folder: Path) -> float:
    """Milliseconds per frame of a plain render loop that writes stills."""
    clock = time.perf_counter()
    with quiet():
        for frame in frames:
            scene.frame_set(frame)
            scene.render.filepath = str(folder / f"{frame:05d}")
            import bpy

            bpy.ops.render.render(write_still=True)
    return 1000 * (time.perf_counter() - clock) / len(frames)


def workbench(scene, light: str = "STUDIO", colour: str = "MATERIAL", shadow: bool = False) -> None:
    """Workbench without anti-aliasing, to PNG."""
    scene.render.engine = "BLENDER_WORKBENCH"
    scene.display.render_aa = "OFF"
    shading = scene.display.shading
    shading.light, shading.color_type, shading.show_shadows = light, colour, shadow
    _image(scene, "PNG")


def cycles_depth(scene) -> None:
    """Depth as cheap as Cycles can: one sample, an emission override, no lights, data kept between frames."""
    import bpy

    scene.render.engine = "CYCLES"
    scene.cycles.samples = 1
    scene.cycles.use_denoising = scene.cycles.use_adaptive_sampling = False
    scene.cycles.max_bounces = 0
    scene.cycles.pixel_filter_type, scene.cycles.filter_width = "BOX", 0.01
    scene.render.use_persistent_data = True
    material = bpy.data.materials.get("Override") or bpy.data.materials.new("Override")
    material.use_nodes = True
    nodes = material.node_tree.nodes
    nodes.clear()
    emission, output = nodes.new("ShaderNodeEmission"), nodes.new("ShaderNodeOutputMaterial")
    material.node_tree.links.new(emission.outputs[0], output.inputs[0])
    material.cycles.emission_sampling = "NONE"
    layer = scene.view_layers[0]
    layer.material_override, layer.use_pass_z = material, True
    for obj in scene.objects:
        obj.hide_render = obj.type == "LIGHT"
    _image(scene, "OPEN_EXR_MULTILAYER")


def _image(scene, file_format: str) -> None:
    image = scene.render.image_settings
    if hasattr(image, "media_type"):
        image.media_type = "MULTI_LAYER_IMAGE" if file_format == "OPEN_EXR_MULTILAYER" else "IMAGE"
    image.file_format = file_format
    if file_format == "OPEN_EXR_MULTILAYER":
        image.color_depth, image.exr_codec = "32", "NONE"
    scene.render.use_compositing = False


def compare(frames: int) -> dict[str, object]:
    """The main figures: ours between two halves of Blender's own renders."""
    import bench_scene

    scene = bench_scene.build(frames=frames)
    numbers = list(range(scene.frame_start, scene.frame_end + 1))
    halves = numbers[: frames // 2], numbers[frames // 2 :]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        workbench(scene)
        with quiet():
            rendered(scene, numbers[:2], place)  # the first render of a process compiles shaders
            ours(scene)
        before = rendered(scene, halves[0], place)
        stages = ours(scene)
        after = rendered(scene, halves[1], place)
        plain = (before * len(halves[0]) + after * len(halves[1])) / frames
        few = numbers[:: max(1, frames // 20)]
        looks = {}
        for name, settings in {
            "clay": ("STUDIO", "SINGLE", True),
            "normal": ("MATCAP", "MATERIAL", False),
            "mask": ("FLAT", "RANDOM", False),
        }.items():
            workbench(scene, *settings)
            rendered(scene, few[:1], place)
            looks[name] = rendered(scene, few, place)
        cycles_depth(scene)
        rendered(scene, few[:2], place)
        depth = rendered(scene, few, place)
    return {
        "ours_ms": stages["total"],
        "ours_stages_ms": stages,
        "workbench_ms": round(plain, 2),
        "workbench_halves_ms": [round(before, 2), round(after, 2)],
        "cycles_depth_ms": round(depth, 2),
        "one_render_per_pass_ms": round(sum(looks.values()) + depth, 2),
        "one_render_per_pass_parts_ms": {**{k: round(v, 2) for k, v in looks.items()}, "depth": round(depth, 2)},
        "ratio_to_workbench": round(stages["total"] / plain, 3),
        "frames": frames,
        "width": 832,
        "height": 480,
        "faces": bench_scene.count_faces(scene) if scene.name else 0,
        "passes": list(PASSES),
        "workbench_aa": "OFF",
    }


def growth() -> list[dict[str, object]]:
    """Milliseconds per frame as the scene grows, one thing at a time."""
    import bench_scene

    base = {"faces": 200_000, "characters": 2, "frames": 41, "width": 832, "height": 480}
    changes = [
        {},
        {"faces": 50_000},
        {"faces": 800_000},
        {"characters": 0},
        {"characters": 6},
        {"frames": 11},
        {"frames": 161},
        {"width": 416, "height": 240},
        {"width": 1280, "height": 720},
    ]
    rows = []
    for change in changes:
        scene = bench_scene.build(**{**base, **change})
        rows.append({**base, **change, "ms": ours(scene)["total"]})
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", nargs="?", default=str(ROOT / "out" / "bench.json"))
    parser.add_argument("--quick", action="store_true", help="27 frames, no growth")
    given = parser.parse_args()
    load_tree()
    import bpy
    from shotwright.render_passes.compat import gpu_name, gpu_ready

    gpu_ready()
    result = compare(27 if given.quick else 81)
    document = {
        "schema": "shotwright.bench.1",
        "blender": bpy.app.version_string,
        "graphics": gpu_name(),
        "cpus": os.cpu_count(),
        "passes": result,
        "growth": [] if given.quick else growth(),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    out = Path(given.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    shown = {k: v for k, v in result.items() if not isinstance(v, list)}
    print(json.dumps(shown, indent=2))
    for row in document["growth"]:
        print(row)
    print(f"peak memory {document['peak_memory_mb']} MB; written to {out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

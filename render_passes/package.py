"""Render a shot's reference package: fingerprint first, draw only when something changed."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix, Vector

from ..core.errors import RenderError, SceneError
from ..core.records import ReferencePackage
from ..core.shot import Shot
from ..media.movie import MovieWriter
from . import clay, depth
from .geometry import Instance, MeshCache, camera_projection, instances, view_layer_of
from .raster import Raster
from .state import kept

__all__ = ["CODE_VERSION", "Drawn", "draw", "fingerprint", "lens_of"]

CODE_VERSION = 1
"""Counted up whenever the same scene would be drawn differently; part of every fingerprint."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class _Seen:
    """One evaluated frame."""

    items: list[Instance]
    view: Matrix
    projection: Matrix


@dataclass
class Drawn:
    """What drawing left in the folder it was given."""

    near: float | None = None
    far: float | None = None
    engine: str = ""
    seconds: dict[str, float] = field(default_factory=dict)


def _camera(scene: bpy.types.Scene, shot: Shot) -> bpy.types.Object:
    camera = scene.objects.get(shot.camera or "")
    if camera is None or camera.type != "CAMERA":
        raise RenderError(f"{shot.number} has no camera in the scene {scene.name!r}: choose one in the Shot panel.")
    return camera


def lens_of(scene: bpy.types.Scene, shot: Shot) -> float | None:
    """Focal length of the shot's camera in millimetres now; None when it is not a perspective one."""
    data = _camera(scene, shot).data
    return data.lens if data.type == "PERSP" else None


def _frames(scene: bpy.types.Scene, shot: Shot, cache: MeshCache) -> Iterator[_Seen]:
    """Every frame of the shot, handles included, evaluated. Moves the playhead."""
    camera = _camera(scene, shot)
    layer = view_layer_of(scene)
    for frame in range(shot.first, shot.last + 1):
        scene.frame_set(frame)
        depsgraph = layer.depsgraph
        view, projection = camera_projection(camera, depsgraph, scene, shot.width, shot.height)
        yield _Seen(list(instances(depsgraph, cache)), view, projection)


def fingerprint(
    scene: bpy.types.Scene, shot: Shot, passes: tuple[str, ...], cache: MeshCache, progress: Progress
) -> str:
    """32 hexadecimal digits naming everything the package's pictures depend on.

    Camera and object matrices and evaluated meshes of every frame, light, size, frame rate, the
    passes and the version of this code (SHA-256, the first half). The scene is as before afterwards.
    """
    settings = {
        "code": CODE_VERSION,
        "passes": passes,
        "frames": [shot.first, shot.last],
        "fps": str(shot.fps),
        "size": [shot.width, shot.height],
    }
    digest = hashlib.sha256(json.dumps(settings).encode())
    with kept(scene):
        for index, seen in enumerate(_frames(scene, shot, cache)):
            if index == 0:
                digest.update(_floats(clay.key_direction(scene)))
            digest.update(_floats(seen.view) + _floats(seen.projection))
            for item in seen.items:
                digest.update(item.mesh.digest + item.matrix.astype(np.float32).tobytes())
            progress(index + 1, shot.last - shot.first + 1)
    return digest.hexdigest()[:32]


def _floats(value: Matrix | Vector) -> bytes:
    return np.array(value, np.float32).tobytes()


def draw(
    scene: bpy.types.Scene,
    shot: Shot,
    passes: tuple[str, ...],
    folder: Path,
    cache: MeshCache,
    progress: Progress,
) -> Drawn:
    """Draw the passes of a shot as movies into an existing folder: `clay.mp4`, `depth.mp4`.

    Frames are counted with handles. The scene is as before afterwards, also after an error.
    Raises RenderError without graphics, SceneError when nothing is in front of the camera, MediaError
    or StorageError when a movie can't be written.
    """
    result = Drawn()
    clock = time.perf_counter()
    raw = folder / ".depth.f32"
    ranges = depth.DepthRange()
    raster = Raster(shot.width, shot.height)
    try:
        with ExitStack() as stack:
            stack.enter_context(kept(scene))
            writer = raw_depth = None
            if "clay" in passes:
                writer = stack.enter_context(MovieWriter(folder / "clay.mp4", shot.width, shot.height, shot.fps))
            if "depth" in passes:
                raw_depth = stack.enter_context(raw.open("wb"))
            key: Vector | None = None
            for index, seen in enumerate(_frames(scene, shot, cache)):
                key = key or clay.key_direction(scene)
                frame = raster.draw(seen.items, seen.view, seen.projection, key)
                if writer:
                    writer.write(frame.colour)
                if raw_depth:
                    ranges.add(frame.depth)
                    raw_depth.write(frame.depth.tobytes())
                progress(index + 1, shot.last - shot.first + 1)
    finally:
        raster.free()
    result.engine = "gpu"
    result.seconds["draw"] = time.perf_counter() - clock
    if "depth" in passes:
        clock = time.perf_counter()
        result.near, result.far = _encode_depth(shot, raw, folder / "depth.mp4", ranges)
        raw.unlink()
        result.seconds["depth"] = time.perf_counter() - clock
    return result


def _encode_depth(shot: Shot, raw: Path, movie: Path, ranges: depth.DepthRange) -> tuple[float, float]:
    found = ranges.range()
    if found is None:
        raise SceneError(
            f"{shot.number}: nothing is in front of the camera {shot.camera!r} in frames {shot.first}-{shot.last}: "
            "turn the camera to the scene, or check what is hidden from renders."
        )
    size = shot.width * shot.height * 4
    with raw.open("rb") as stream, MovieWriter(movie, shot.width, shot.height, shot.fps, "gray") as writer:
        while chunk := stream.read(size):
            metres = np.frombuffer(chunk, np.float32).reshape(shot.height, shot.width)
            writer.write(depth.encode(metres, *found))
    return found


def record(shot: Shot, passes: tuple[str, ...], print_: str, drawn: Drawn, files: tuple) -> ReferencePackage:
    """The package's record. `files` are the finished files."""
    return ReferencePackage(
        shot=shot.id,
        fingerprint=print_,
        number=shot.number,
        name=shot.name,
        first=shot.first,
        last=shot.last,
        fps=shot.fps,
        width=shot.width,
        height=shot.height,
        passes=passes,
        depth_near=drawn.near,
        depth_far=drawn.far,
        engine=drawn.engine,
        blender=bpy.app.version_string,
        files=files,
    )

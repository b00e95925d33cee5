"""Draw a shot's reference package into a folder: one submission per moment, pictures written beside it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import bpy
import numpy as np

from ..core.errors import RenderError, SceneError, StorageError
from ..core.records import PackageFile, ReferencePackage
from ..core.shot import Shot
from ..media.background import InOrder
from . import board, clay, depth, edges, flow, layout, mask, motion, normal, pose
from .as_rendered import notes as as_rendered_notes
from .engines import engine_for
from .evaluation import Evaluation, Moment
from .geometry import boxes_of
from .inspection import findings
from .light import look_of
from .outputs import Output
from .plan import Plan
from .raster import Buffers, Raster, Uploads

__all__ = ["Drawn", "draw", "lens_of", "record"]

Progress = Callable[[int, int], None]

MOMENTS = 3


@dataclass
class Drawn:
    """What drawing left in the folder it was given."""

    facts: dict[str, object] = field(default_factory=dict)
    engine: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def lens_of(scene: bpy.types.Scene, shot: Shot) -> float | None:
    """Focal length of the shot's camera in millimetres now; None when it is not a perspective one."""
    camera = scene.objects.get(shot.camera or "")
    data = camera.data if camera is not None and camera.type == "CAMERA" else None
    return data.lens if data is not None and data.type == "PERSP" else None


def _outputs(plan: Plan, evaluation: Evaluation, folder: Path) -> Iterator[Output]:
    simple = {"clay": clay.Clay, "depth": depth.Depth, "normal": normal.Normal, "edges": edges.Edges}
    for name in plan.passes:
        if name in simple:
            yield simple[name](folder, plan)
        elif name == "mask":
            yield mask.Mask(folder, plan, evaluation.assets.names())
        elif name == "flow":
            yield flow.Flow(folder, plan)
        elif name == "motion":
            yield motion.Motion(folder, plan)
        elif name == "board":
            yield board.Board(folder, plan)
        elif name == "pose":
            yield pose.Pose(folder, plan, evaluation.assets.names(), evaluation.strangers)
        elif name == "layout":
            yield layout.Layout(folder, plan, evaluation.assets.names(), layout.moving(evaluation.some(3)[1]))
    if {"first", "last"} & set(plan.passes):
        yield clay.Stills(folder, plan)


def draw(plan: Plan, evaluation: Evaluation, folder: Path, progress: Progress) -> Drawn:
    """Draw the plan's passes into an existing folder. Use inside `as_rendered`.

    The pictures are encoded in a thread while the next frame is drawn. Raises SceneError when nothing
    is in front of the camera, RenderError without graphics or when a picture is wrong, MediaError or
    StorageError when a file can't be written; the folder is then worthless.
    """
    clock = time.perf_counter()
    _room_for(plan, folder)
    sampled, some = evaluation.some(MOMENTS)
    lens = evaluation.camera.data
    look = look_of(evaluation.scene, evaluation.colours(), boxes_of(some[0].items), evaluation.key)
    said: list[str] = []
    uploads = Uploads()
    if lens.type != "PANO":  # it has no straight rays to look along
        said = findings(plan.shot.number, sampled, some, lens.clip_start, lens.clip_end, uploads)
    outputs: list[Output] = []
    wants: frozenset[str] = frozenset()
    with engine_for(evaluation, look, some, uploads) as engine:
        try:
            # Cycles numbers what only it sees, so the passes come after it.
            for output in _outputs(plan, evaluation, folder):
                outputs.append(output)
                wants |= output.needs
            engine.ready(wants)
            seconds = {"light": time.perf_counter() - clock}
            check = _Check(plan)
            with InOrder(_ahead(plan)) as beside:
                for index, moment in enumerate(evaluation.moments()):
                    buffers = engine.draw(index, moment)
                    check.look_at(index, moment, buffers)
                    for output in outputs:
                        output.meet(index, moment)
                    beside.put(lambda i=index, b=buffers: [output.add(i, b) for output in outputs])
                    progress(index + 1, plan.frames)
            seconds["draw"] = time.perf_counter() - clock - seconds["light"]
            clock = time.perf_counter()
            facts: dict[str, object] = {}
            for output in outputs:
                made = output.finish()
                said += cast(list[str], made.pop("notes", []))
                facts |= made
            seconds["finish"] = time.perf_counter() - clock
        except BaseException as error:
            with ExitStack() as stack:
                for output in outputs:
                    stack.callback(output.abort, error)
            raise
        notes = (*plan.notes, *engine.notes, *said, *as_rendered_notes(evaluation.scene))
        return Drawn(facts, engine.name, seconds, notes)


def _room_for(plan: Plan, folder: Path) -> None:
    """Raises StorageError when the float files alone would not fit on the disk."""
    pixels = plan.frames * plan.width * plan.height
    needed = pixels * (2 * ("depth" in plan.passes) + 4 * ("flow" in plan.passes))
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise StorageError(
            f"{plan.shot.number}: its depth and flow need {_bytes(needed)}, and {folder} has {_bytes(free)} left: "
            "free some space, or render fewer frames or a smaller picture."
        )


def _bytes(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count:,} bytes"


def _ahead(plan: Plan) -> int:
    """Frames that may wait for their encoders: some 16 bytes a pixel, in 256 MB."""
    return max(1, min(6, 256_000_000 // (16 * plan.width * plan.height)))


class _Check:
    """Pictures that can't be right are errors: blank ones, and ones that stand still while the scene moves."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._before: tuple[Moment, Buffers] | None = None

    def look_at(self, index: int, moment: Moment, buffers: Buffers) -> None:
        """Check frame `index` against the one before. Raises SceneError or RenderError."""
        frame = self._plan.times[index][0]
        if not buffers.depth.any():
            if not moment.items:
                raise SceneError(
                    f"{self._plan.shot.number}: the scene has nothing to render at frame {frame}: add something, or "
                    "check what is hidden from renders."
                )
            raise SceneError(
                f"{depth.nothing_seen(self._plan)[:-1]} (frame {frame} is blank; a backdrop or sky object helps)."
            )
        before, self._before = self._before, (moment, buffers)
        if before is None or before[0].digest == moment.digest:
            return
        if np.array_equal(before[1].depth, buffers.depth) and _repeats(moment):
            raise RenderError(
                f"{self._plan.shot.number}: the scene changes at frame {frame}, but the picture is the one before: "
                "the graphics driver repeats frames. Update it, or render on another machine."
            )


def _repeats(moment: Moment) -> bool:
    """Whether drawing gives the same picture whatever is drawn.

    Good pictures may stand still too, when what moves is hidden. The same things a little larger
    have another depth in every pixel.
    """
    raster = Raster(*_PROBE, frozenset())
    try:
        larger = np.diag((1.01, 1.01, 1.01, 1.0)) @ moment.view
        one, two = (raster.draw(moment.items, view, moment.projection).depth for view in (moment.view, larger))
        return bool(one.any() and np.array_equal(one, two))
    finally:
        raster.free()


_PROBE = (160, 96)


def record(plan: Plan, fingerprint: str, drawn: Drawn, files: tuple[PackageFile, ...]) -> ReferencePackage:
    """The package's record. `files` are the finished files."""
    shot = plan.shot
    return ReferencePackage(
        shot=shot.id,
        fingerprint=fingerprint,
        number=shot.number,
        name=shot.name,
        first=shot.first,
        last=shot.last,
        frames=plan.frames,
        kept=plan.kept,
        model=plan.model,
        fps=plan.fps,
        width=plan.width,
        height=plan.height,
        box=plan.box,
        passes=plan.passes,
        depth_encoding=plan.depth_encoding,
        engine=drawn.engine,
        notes=drawn.notes,
        blender=bpy.app.version_string,
        files=files,
        **drawn.facts,
    )

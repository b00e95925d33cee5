"""Scene → `Shot`: one function that the GUI, `--command` and pip all read through."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import bpy

from ..core import shotlist
from ..core.errors import SceneError
from ..core.framerate import FrameRate
from ..core.preflight import listing
from ..core.shot import Handles, Layout, Shot, ShotListing
from ..jobs.files import write_text
from . import flipbooks
from .film import prompt_of, shot_assets
from .shot_items import film_name, film_order, read_only_reason, scenes_with_shots

__all__ = ["export_shot_list", "frame_rate", "layouts", "list_shots", "picture_size", "read_shots"]


def read_shots() -> list[Shot]:
    """Every shot of the film, in film order; `order` counts from 0 without gaps."""
    film = film_name()
    return [_read(scene, item, order, film) for order, (scene, item) in enumerate(film_order())]


def frame_rate(scene: bpy.types.Scene) -> FrameRate:
    """The scene's exact frame rate. Raises SceneError when no movie can have it."""
    fps, base = scene.render.fps, scene.render.fps_base
    try:
        return FrameRate.from_blender(fps, base)
    except (ValueError, ZeroDivisionError) as error:
        raise SceneError(
            f"The scene {scene.name!r} runs at {fps / base:,.10g} frames per second ({fps} by a base of {base:g}): "
            "set a rate above 0 and up to 1000 in Output Properties."
        ) from error


def picture_size(scene: bpy.types.Scene) -> tuple[int, int]:
    """The scene's picture size in pixels, truncated the way Blender's renderer does it."""
    render = scene.render
    percent = render.resolution_percentage
    return render.resolution_x * percent // 100, render.resolution_y * percent // 100


def _read(scene: bpy.types.Scene, item: bpy.types.PropertyGroup, order: int, film: str) -> Shot:
    if item.use_custom_size:
        width, height = item.width, item.height
    else:
        width, height = picture_size(scene)
    return Shot(
        id=item.uuid,
        scene=scene.name_full,
        number=item.number,
        name=item.name,
        camera=item.camera.name if item.camera else None,
        start=item.frame_start,
        end=item.frame_end,
        handles=Handles(head=item.handle_head, tail=item.handle_tail),
        fps=frame_rate(scene),
        width=width,
        height=height,
        order=order,
        film=film,
        sequence=item.sequence,
        mode=item.mode,
        locked=item.locked,
        source=item.source,
        flipbook=flipbooks.stored(scene, item),
        stills=item.stills,
        prompt=prompt_of(item),
        assets=shot_assets(item),
        copied_from=item.copied_from or None,
        read_only=read_only_reason(scene),
    )


def layouts() -> dict[str, Layout]:
    """The facts of every scene with shots that preflight needs, by scene name."""
    missing = tuple(
        library.filepath for library in bpy.data.libraries if not Path(bpy.path.abspath(library.filepath)).is_file()
    )
    return {
        scene.name_full: Layout(
            scene=scene.name_full,
            start=scene.frame_start,
            end=scene.frame_end,
            cameras=frozenset(obj.name for obj in scene.objects if obj.type == "CAMERA"),
            missing_libraries=missing,
        )
        for scene in scenes_with_shots()
    }


def list_shots() -> list[ShotListing]:
    """Every shot with what is wrong with it, in film order."""
    return listing(read_shots(), layouts())


def export_shot_list(shots: Sequence[Shot], path: Path) -> None:
    """Write shots as a shot list in the format of the path's ending. Raises ShotListError, StorageError."""
    write_text(path, shotlist.write(shotlist.from_shots(shots), path))

"""The stored shots of the .blend: find, add, order, remove, and give copies an identity of their own.

No pydantic here: handlers and panels read this while Blender starts. `shots` makes them into `Shot`s.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

import bpy

from ..core.errors import BadInput, Refused
from ..core.names import next_number, number_after, scene_stem
from .preferences import default_handles

__all__ = [
    "COPIED_EDIT",
    "active_shot",
    "add_shot",
    "edit_scene",
    "film_name",
    "film_order",
    "find_shot",
    "insert_shot",
    "jump_to",
    "layout_scenes",
    "move_shot",
    "name_film",
    "new_identity",
    "next_place",
    "order_shots",
    "read_only_reason",
    "reconcile",
    "remove_shot",
    "retire_copied_edits",
    "scene_named",
    "scenes_with_shots",
    "sort_shots",
    "writable",
]

Stored = tuple[bpy.types.Scene, bpy.types.PropertyGroup]
"""A stored shot with the scene it stands in. Never kept: undo moves them in memory."""

COPIED_EDIT = "shotwright_copied_edit"
"""Marks a copy of the edit until the artist has been told."""

_SESSION = uuid.uuid4()
"""Copies made in this session are named from it, so that one keeps its uuid when undo makes us name it again."""


def scenes_with_shots() -> list[bpy.types.Scene]:
    """Every scene that has shots, in the order of `layout_scenes`."""
    return [scene for scene in _scenes() if len(scene.shotwright.shots)]


def layout_scenes() -> list[bpy.types.Scene]:
    """Every scene but edits, local ones first, in a stable order."""
    return [scene for scene in _scenes() if not scene.shotwright.is_edit]


def _scenes() -> list[bpy.types.Scene]:
    return sorted(bpy.data.scenes, key=lambda scene: (scene.library is not None, scene.name))


def scene_named(name: str) -> bpy.types.Scene | None:
    """The scene with this full name: a linked one is `Scene [library.blend]`, since a local one may share its name."""
    return next((scene for scene in bpy.data.scenes if scene.name_full == name), None)


def read_only_reason(scene: bpy.types.Scene) -> str | None:
    """Why the shots of a scene can't be edited here, or None when they can."""
    if scene.library is None:
        return None
    return f"The scene {scene.name!r} is linked from {scene.library.filepath}: open that file to change its shots."


def film_name() -> str:
    """The film's name: the first one given in a scene, else the file's name without a version (`film_v002`)."""
    given = next((s.shotwright.film for s in scenes_with_shots() if s.shotwright.film), "")
    stem = scene_stem(Path(bpy.data.filepath).stem)
    # Takes belong to the film: a new version of its file must not make them stale.
    return given or re.sub(r"[ ._-]v\d+$", "", stem, flags=re.IGNORECASE) or "Untitled"


def name_film(name: str) -> None:
    """Give the film a name: in every scene with shots that can be edited."""
    for scene in scenes_with_shots():
        if read_only_reason(scene) is None:
            scene.shotwright.film = name


def edit_scene() -> bpy.types.Scene | None:
    """The film's edit, or None when there is none yet."""
    return min(_edits(), key=lambda scene: scene.session_uid, default=None)


def _edits() -> list[bpy.types.Scene]:
    return [scene for scene in bpy.data.scenes if scene.library is None and scene.shotwright.is_edit]


def active_shot(scene: bpy.types.Scene) -> bpy.types.PropertyGroup | None:
    """The shot that is chosen in the scene's list."""
    group = scene.shotwright
    return group.shots[group.active_shot] if 0 <= group.active_shot < len(group.shots) else None


def film_order() -> Iterator[Stored]:
    """Every stored shot with its scene, in film order."""
    rows = [
        (item.order, scene.library is not None, scene.name, index, scene, item)
        for scene in scenes_with_shots()
        for index, item in enumerate(scene.shotwright.shots)
    ]
    rows.sort(key=lambda row: row[:4])
    yield from ((row[4], row[5]) for row in rows)


def find_shot(shot_id: str) -> Stored | None:
    """The scene and the stored item of a shot, looked up by identity each time."""
    for scene, item in film_order():
        if item.uuid == shot_id:
            return scene, item
    return None


def writable(shot_id: str, wish: str) -> bpy.types.PropertyGroup:
    """The stored shot. Raises BadInput when it is another file's, Refused when it is locked.

    `wish` ends the sentence that says so: "change its prompt".
    """
    scene, item = find_shot(shot_id)
    reason = read_only_reason(scene)
    if reason:
        raise BadInput(f"{item.number}: {reason}")
    if item.locked:
        raise Refused(f"{item.number} is locked: unlock it to {wish}.")
    return item


# -- changing -------------------------------------------------------------------------------------


def next_place() -> tuple[set[str], int]:
    """The shot numbers in use, and the order behind the last shot of the film."""
    rows = [(item.number, item.order) for _, item in film_order()]
    return {number for number, _ in rows}, max((order for _, order in rows), default=-1) + 1


def add_shot(scene: bpy.types.Scene, number: str, order: int, **fields: object) -> bpy.types.PropertyGroup:
    """A new shot with an identity of its own; range and name are filled in where not given.

    `fields` are properties of the stored shot (camera, frame_start, …).
    """
    handles = default_handles()
    item = scene.shotwright.shots.add()
    item.uuid = str(uuid.uuid4())
    item.number, item.order = number, order
    item.frame_start, item.frame_end = scene.frame_start, scene.frame_end
    item.handle_head = item.handle_tail = handles
    for name, value in fields.items():
        setattr(item, name, value)
    if not item.name:
        item.name = item.camera.name if item.camera else item.number
    return item


def insert_shot(scene: bpy.types.Scene, after: str = "", **fields: object) -> bpy.types.PropertyGroup:
    """A new shot behind the one numbered `after` (SH010, SH020 → SH015), or at the end of the film."""
    taken, order = next_place()
    number = number_after(after, taken) if after else next_number(taken)
    shot_id = add_shot(scene, number, order, **fields).uuid
    if after:
        ordered = list(film_order())
        moving = ordered.pop()
        place = next((i + 1 for i, (_, item) in enumerate(ordered) if item.number == after), len(ordered))
        _store_order([*ordered[:place], moving, *ordered[place:]])
    return find_shot(shot_id)[1]


def move_shot(shot_id: str, step: int) -> bool:
    """Move a shot up (-1) or down (+1) in the film; False when it is already at the end."""
    ordered = list(film_order())
    index = next(i for i, (_, item) in enumerate(ordered) if item.uuid == shot_id)
    target = index + step
    if not 0 <= target < len(ordered):
        return False
    ordered[index], ordered[target] = ordered[target], ordered[index]
    _store_order(ordered)
    return True


def order_shots(wanted: Sequence[str]) -> bool:
    """Put the film's shots into this order of uuids; returns whether anything was written. Linked ones keep theirs."""
    before = [(item.uuid, item.order) for _, item in film_order()]
    by_id = {item.uuid: (scene, item) for scene, item in film_order()}
    _store_order([by_id[shot_id] for shot_id in wanted])
    return [(item.uuid, item.order) for _, item in film_order()] != before


def _store_order(ordered: list[Stored]) -> None:
    for order, (scene, item) in enumerate(ordered):
        if scene.library is None and item.order != order:
            item.order = order
    for scene in scenes_with_shots():
        if scene.library is None:
            sort_shots(scene)


def sort_shots(scene: bpy.types.Scene) -> None:
    """Keep the stored list in film order, so that the panel shows what the film plays."""
    group = scene.shotwright
    shots = group.shots
    item = active_shot(scene)
    active = item.uuid if item else ""
    now = list(range(len(shots)))
    wanted = sorted(now, key=[item.order for item in shots].__getitem__)
    for place, which in enumerate(wanted):
        at = now.index(which, place)
        if at != place:
            shots.move(at, place)
            now.insert(place, now.pop(at))
    _set_active(group, next((i for i, item in enumerate(shots) if item.uuid == active), 0))


def _set_active(group: bpy.types.PropertyGroup, index: int) -> None:
    """Choose a row without jumping the scene to it."""
    from . import properties

    with properties.quiet():
        group.active_shot = index


def remove_shot(shot_id: str) -> None:
    """Remove a shot from its scene. What was rendered for it stays on disk."""
    found = find_shot(shot_id)
    if found is None:
        return
    scene, _ = found
    shots = scene.shotwright.shots
    index = next(i for i, item in enumerate(shots) if item.uuid == shot_id)
    shots.remove(index)
    _set_active(scene.shotwright, min(scene.shotwright.active_shot, max(0, len(shots) - 1)))


def jump_to(scene: bpy.types.Scene, item: bpy.types.PropertyGroup) -> None:
    """Show a shot: its camera, its range as preview range, its first frame."""
    if item.camera and item.camera.name in scene.objects:
        scene.camera = item.camera
    if item.frame_end >= item.frame_start:
        scene.use_preview_range = True
        scene.frame_preview_start, scene.frame_preview_end = item.frame_start, item.frame_end
        if not item.frame_start <= scene.frame_current <= item.frame_end:
            scene.frame_set(item.frame_start)


# -- identity ---------------------------------------------------------------------------------------


def new_identity(scene: bpy.types.Scene) -> None:
    """Make every shot of a scene a shot of its own: new uuid and number, `copied_from`, no takes."""
    taken = {item.number for other, item in film_order() if other != scene}
    order = max((item.order for other, item in film_order() if other != scene), default=-1) + 1
    for index, item in enumerate(sorted(scene.shotwright.shots, key=lambda item: item.order)):
        name = f"{scene.session_uid} {index} {item.uuid}"
        item.copied_from, item.uuid = item.uuid, str(uuid.uuid5(_SESSION, name))
        item.circled_take = item.current_take = ""
        if item.number in taken:
            item.number = next_number(taken)
        taken.add(item.number)
        item.order = order
        order += 1


def reconcile(film_uuid: str = "") -> list[bpy.types.Scene]:
    """Give copies an identity of their own; returns the scenes that were changed.

    A copy is a scene that claims shots an older scene of the file has (`session_uid` counts up, and
    on load follows the order in the file), or one whose project is not `film_uuid` (it was appended
    while Shotwright was not enabled). Linked scenes keep what they say; they can't be written.
    """
    changed: list[bpy.types.Scene] = []
    claimed: set[str] = set()
    for scene in sorted(scenes_with_shots(), key=lambda s: (s.library is None, s.session_uid)):
        ids = [item.uuid for item in scene.shotwright.shots]
        own = scene.shotwright.project_uuid
        foreign = bool(film_uuid and own and own != film_uuid)
        doubled = any(not i or i in claimed for i in ids) or len(set(ids)) < len(ids)
        if scene.library is None and (doubled or foreign):
            new_identity(scene)
            scene.shotwright.project_uuid = film_uuid
            changed.append(scene)
        claimed.update(item.uuid for item in scene.shotwright.shots)
    return changed


def retire_copied_edits() -> list[bpy.types.Scene]:
    """Let only the oldest edit be the film's; returns the copies whose artist has not been told yet.

    A duplicated edit becomes a scene of the artist's: two edits would take turns in getting the new takes.
    """
    edit = edit_scene()
    for scene in _edits():
        if scene != edit:
            scene.shotwright.is_edit = False
            scene[COPIED_EDIT] = True
    return [scene for scene in bpy.data.scenes if scene.library is None and scene.get(COPIED_EDIT)]

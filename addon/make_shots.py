"""Make shots: from cameras, from markers bound to cameras, from the current view, from a shot list.

Making twice updates what the first time made and never duplicates. A range the artist has trimmed
since stays; a locked shot is left alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import bpy
from mathutils import Matrix, Vector

from ..core import shotlist
from ..core.errors import SceneError
from ..core.names import next_number
from ..core.shotlist import ShotListEntry
from .shot_items import add_shot, next_place, read_only_reason, scene_named, scenes_with_shots, sort_shots
from .shots import frame_rate, picture_size

__all__ = ["Made", "from_cameras", "from_markers", "from_shot_list", "from_view", "make"]

Item = bpy.types.PropertyGroup
Place = tuple[bpy.types.Scene, int]
"""A stored shot by its scene and its place in the scene's list."""


@dataclass
class Made:
    """What making shots did: shot uuids by outcome, and sentences worth reading."""

    made: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def make(scene: bpy.types.Scene, source: str) -> Made:
    """Make shots from `auto`, `cameras`, `markers`, `view`, or the path of a shot list file.

    `auto` takes markers bound to cameras where there are any, else cameras.
    """
    reason = read_only_reason(scene)
    if reason:
        raise SceneError(reason)
    if source == "auto":
        bound = any(marker.camera for marker in scene.timeline_markers)
        source = "markers" if bound else "cameras"
    match source:
        case "cameras":
            return from_cameras(scene)
        case "markers":
            return from_markers(scene)
        case "view":
            return from_view(scene)
        case _:
            return from_shot_list(scene, Path(source))


def _natural(name: str) -> list[tuple[int, str]]:
    """Sort key that puts Cam.2 before Cam.10."""
    return [(int(part), "") if part.isdecimal() else (-1, part.lower()) for part in re.split(r"(\d+)", name)]


def _set(group: bpy.types.PropertyGroup, fields: Mapping[str, object]) -> bool:
    """Set the fields that differ; whether any did."""
    changed = {name: value for name, value in fields.items() if getattr(group, name) != value}
    for name, value in changed.items():
        setattr(group, name, value)
    return bool(changed)


class _Maker:
    """Adds or updates shots of one scene, reading the film's numbers and order once.

    A shot that exists is named by its place in the scene's list: adding one moves all items in memory.
    """

    def __init__(self, scene: bpy.types.Scene) -> None:
        self.scene = scene
        self.taken, self.order = next_place()
        self.result = Made()

    def item(self, existing: int | None) -> Item | None:
        return None if existing is None else self.scene.shotwright.shots[existing]

    def put(self, place: int | None, prompt: Mapping[str, object] | None = None, **fields: object) -> None:
        existing = self.item(place)
        if existing is None:
            number = str(fields.pop("number", "")) or next_number(self.taken)
            item = add_shot(self.scene, number, self.order, **fields)
            _set(item.prompt, prompt or {})
            item.made_start, item.made_end = item.frame_start, item.frame_end
            self.taken.add(number)
            self.order += 1
            self.result.made.append(item.uuid)
            return
        if existing.locked:
            self.result.notes.append(f"{existing.number} is locked and was left as it is.")
            self.result.unchanged.append(existing.uuid)
            return
        changed = _set(existing, fields)
        changed = _set(existing.prompt, prompt or {}) or changed
        (self.result.updated if changed else self.result.unchanged).append(existing.uuid)

    def follow(self, place: int | None, start: int, end: int) -> dict[str, int]:
        """The range fields to set: none when the artist has trimmed the shot since it was made."""
        existing = self.item(place)
        fields = {"made_start": start, "made_end": end}
        if existing and (existing.frame_start, existing.frame_end) != (existing.made_start, existing.made_end):
            return fields
        return {"frame_start": start, "frame_end": end, **fields}


def from_cameras(scene: bpy.types.Scene) -> Made:
    """One shot per camera of the scene over the scene's range (coverage), in natural name order."""
    cameras = sorted((obj for obj in scene.objects if obj.type == "CAMERA"), key=lambda obj: _natural(obj.name))
    if not cameras:
        raise SceneError(f"The scene {scene.name!r} has no camera: add one (Shift+A > Camera) and make shots again.")
    maker = _Maker(scene)
    # The first shot of a camera counts, whichever way it was made, so that markers and cameras don't double.
    by_camera: dict[bpy.types.Object, int] = {}
    for place, item in enumerate(scene.shotwright.shots):
        by_camera.setdefault(item.camera, place)
    for camera in cameras:
        place = by_camera.get(camera)
        existing = maker.item(place)
        if existing and existing.source != "camera":
            maker.put(place)
            continue
        span = maker.follow(place, scene.frame_start, scene.frame_end)
        maker.put(place, camera=camera, source="camera", **span)
    return maker.result


def from_markers(scene: bpy.types.Scene) -> Made:
    """One shot per marker bound to a camera, each to the frame before the next such marker."""
    bound = sorted((marker for marker in scene.timeline_markers if marker.camera), key=lambda m: (m.frame, m.name))
    if not bound:
        unbound = "its markers are not" if scene.timeline_markers else "it has no marker"
        raise SceneError(
            f"The scene {scene.name!r} has no marker bound to a camera ({unbound} bound): select a camera and a "
            "marker and use Marker > Bind Camera to Markers, or make shots from cameras."
        )
    maker = _Maker(scene)
    match_marker = _marker_matcher(scene)
    for index, marker in enumerate(bound):
        start = max(marker.frame, scene.frame_start)
        end = min(bound[index + 1].frame - 1 if index + 1 < len(bound) else scene.frame_end, scene.frame_end)
        if end < start:
            maker.result.notes.append(
                f"The marker {marker.name!r} at frame {marker.frame} makes no shot: no frame of the scene's range "
                f"{scene.frame_start}-{scene.frame_end} is left for it. Move it, or widen the range."
            )
            continue
        place = match_marker(marker)
        fields: dict[str, object] = {"camera": marker.camera, "source": "marker", "source_name": marker.name}
        # A new shot takes the marker's name; a name the artist gave later is theirs.
        if place is None and not re.fullmatch(r"[FM]_?\d+", marker.name):
            fields["name"] = marker.name
        maker.put(place, **fields, **maker.follow(place, start, end))
    return maker.result


def _marker_matcher(scene: bpy.types.Scene) -> Callable[[bpy.types.TimelineMarker], int | None]:
    """Finds the shot a marker made before: by name and camera, then by name, then by camera.

    A shot made from the camera alone counts last, so that binding cameras later doubles nothing.
    """
    shots = scene.shotwright.shots
    left = [place for place, item in enumerate(shots) if item.source in ("marker", "camera")]
    names = [marker.name for marker in scene.timeline_markers if marker.camera]

    def match(marker: bpy.types.TimelineMarker) -> int | None:
        def rank(item: Item) -> int:
            same = item.camera == marker.camera
            if item.source == "camera":
                return 1 if same else 0
            if item.source_name == marker.name:
                return 4 if same else 3
            return 2 if same and item.source_name not in names else 0

        best = max(left, key=lambda place: rank(shots[place]), default=None)
        if best is None or not rank(shots[best]):
            return None
        left.remove(best)
        return best

    return match


def from_view(scene: bpy.types.Scene) -> Made:
    """A camera where the scene's 3D viewport looks from, and a shot through it; one for the same view."""
    space = _view3d_space()
    maker = _Maker(scene)
    shots = scene.shotwright.shots
    if space.region_3d.view_perspective == "CAMERA" and scene.camera:
        camera = scene.camera
        place = next((place for place, item in enumerate(shots) if item.camera == camera), None)
    else:
        made = ((place, item) for place, item in enumerate(shots) if item.source == "view" and item.camera)
        place = next((place for place, item in made if _is_view_of(item.camera, space)), None)
        camera = _camera_from_view(scene, space) if place is None else shots[place].camera
    existing = maker.item(place)
    if existing and existing.source != "view":
        maker.put(place)
    else:
        span = maker.follow(place, scene.frame_start, scene.frame_end)
        maker.put(place, camera=camera, source="view", **span)
    return maker.result


def _view3d_space() -> bpy.types.SpaceView3D:
    area = bpy.context.area
    if area and area.type == "VIEW_3D":
        return area.spaces.active
    screens = [window.screen for window in bpy.context.window_manager.windows] + list(bpy.data.screens)
    for screen in screens:
        for candidate in screen.areas:
            if candidate.type == "VIEW_3D":
                return candidate.spaces.active
    raise SceneError("There is no 3D viewport in this file: open one, or make shots from cameras.")


def _view_matrix(space: bpy.types.SpaceView3D) -> Matrix:
    """Where the viewport's eye is, from location, rotation and distance: without a window nothing else is computed."""
    view = space.region_3d
    rotation = view.view_rotation.normalized()
    eye = view.view_location + rotation @ Vector((0.0, 0.0, view.view_distance))
    return Matrix.Translation(eye) @ rotation.to_matrix().to_4x4()


def _view_optics(space: bpy.types.SpaceView3D, data: bpy.types.Camera) -> dict[str, object]:
    optics = {"type": "PERSP", "lens": space.lens, "clip_start": space.clip_start, "clip_end": space.clip_end}
    if space.region_3d.view_perspective == "ORTHO":
        optics |= {"type": "ORTHO", "ortho_scale": space.region_3d.view_distance * data.sensor_width / space.lens}
    return optics


def _is_view_of(camera: bpy.types.Object, space: bpy.types.SpaceView3D) -> bool:
    """Whether a camera made from a viewport still sees what the viewport sees."""
    wanted = _view_matrix(space)
    apart = max(
        abs(a - b) for rows in zip(camera.matrix_world, wanted, strict=True) for a, b in zip(*rows, strict=True)
    )
    optics = _view_optics(space, camera.data)
    same = (
        value == found if isinstance(value, str) else math.isclose(value, found, rel_tol=1e-5)
        for value, found in ((value, getattr(camera.data, name)) for name, value in optics.items())
    )
    return apart < 1e-4 and all(same)


def _camera_from_view(scene: bpy.types.Scene, space: bpy.types.SpaceView3D) -> bpy.types.Object:
    data = bpy.data.cameras.new("Shot Camera")
    camera = bpy.data.objects.new("Shot Camera", data)
    scene.collection.objects.link(camera)
    camera.matrix_world = _view_matrix(space)
    for name, value in _view_optics(space, data).items():
        setattr(data, name, value)
    return camera


def from_shot_list(scene: bpy.types.Scene, path: Path) -> Made:
    """Make and update shots from a .json, .csv or .fountain file; see docs/shot-lists.md.

    A row is found again by its id, else by its number. Rows name scenes and cameras of this file;
    one that isn't there is noted, and the shot waits for its camera. Nothing changes when the file
    can't be read.
    """
    entries = shotlist.read(path, frame_rate(scene))
    found = _find_shots(entries.shots)
    targets = _check_entries(scene, entries.shots, found, path)
    if entries.film and not scene.shotwright.film:
        scene.shotwright.film = entries.film
    makers = {target: _Maker(target) for target in dict.fromkeys(targets)}
    total = Made()
    cursor = scene.frame_start
    for entry, target, place in zip(entries.shots, targets, found, strict=True):
        if target.library is not None:
            total.notes.append(f"{entry.number}: {read_only_reason(target)}")
            continue
        maker = makers[target]
        index = place[1] if place else None
        fields, cursor = _entry_fields(entry, target, maker.item(index), cursor, total.notes)
        maker.order = max(m.order for m in makers.values())
        maker.put(index, _entry_prompt(entry), **fields)
    for maker in makers.values():
        for name in ("made", "updated", "unchanged", "notes"):
            getattr(total, name).extend(getattr(maker.result, name))
    _order_like_list(entries.shots)
    return total


def _find_shots(entries: Sequence[ShotListEntry]) -> list[Place | None]:
    """The shot each row is about: by its id, else by its number where no other row claims that shot by id."""
    places = [(scene, index) for scene in scenes_with_shots() for index in range(len(scene.shotwright.shots))]
    items = [scene.shotwright.shots[index] for scene, index in places]
    by_id = {item.uuid: place for item, place in zip(items, places, strict=True)}
    by_number = {item.number: (item.uuid, place) for item, place in zip(items, places, strict=True)}
    claimed = {entry.id for entry in entries if entry.id in by_id}
    found: list[Place | None] = []
    for entry in entries:
        shot_id, place = by_number.get(entry.number, ("", None))
        found.append(by_id.get(entry.id or "") or (None if shot_id in claimed else place))
    return found


def _check_entries(
    scene: bpy.types.Scene, entries: Sequence[ShotListEntry], found: Sequence[Place | None], path: Path
) -> list[bpy.types.Scene]:
    """The scene of each row; raises before anything is changed."""
    targets: list[bpy.types.Scene] = []
    for entry, place in zip(entries, found, strict=True):
        here = place[0] if place else scene
        target = scene_named(entry.scene) if entry.scene else here
        if target is None:
            raise SceneError(
                f"{path.name}: {entry.number} belongs to a scene {entry.scene!r} that this file does not have: "
                "rename the scene, or leave the scene out."
            )
        if place and target != here:
            raise SceneError(
                f"{path.name}: {entry.number} is in the scene {here.name_full!r} here, not in {target.name_full!r}: "
                "leave the scene out of its row, or remove the shot there first."
            )
        if target.library is not None and not place:
            raise SceneError(f"{path.name}: {entry.number} can't be made: {read_only_reason(target)}")
        rate = frame_rate(target)
        if entry.fps is not None and entry.fps != rate:
            raise SceneError(
                f"{path.name}: {entry.number} is at {entry.fps} fps, but the scene {target.name!r} runs at {rate}: "
                "set the scene's frame rate in Output Properties, or take the rate out of the list."
            )
        targets.append(target)
    return targets


def _entry_fields(
    entry: ShotListEntry, scene: bpy.types.Scene, existing: Item | None, cursor: int, notes: list[str]
) -> tuple[dict[str, object], int]:
    """The stored fields a row sets, and the frame behind its end."""
    fields: dict[str, object] = {"number": entry.number}
    fields |= {
        name: value
        for name, value in (
            ("name", entry.name or None),
            ("sequence", entry.sequence or None),
            ("handle_head", entry.head),
            ("handle_tail", entry.tail),
            ("mode", entry.mode),
            ("locked", entry.locked),
        )
        if value is not None
    }
    if entry.camera:
        camera = scene.objects.get(entry.camera)
        if camera is None or camera.type != "CAMERA":
            notes.append(
                f"{entry.number}: the scene {scene.name!r} has no camera {entry.camera!r} yet: "
                "make it and read the list again, or choose another in the Shot panel."
            )
        else:
            fields["camera"] = camera
    if entry.width is not None:
        fields["use_custom_size"] = (entry.width, entry.height) != picture_size(scene)
        if fields["use_custom_size"]:
            fields |= {"width": entry.width, "height": entry.height}
    start, end = _entry_range(entry, existing, cursor)
    if start is not None:
        # Not made_start and made_end: for markers and cameras, the list is the artist's trim.
        fields |= {"frame_start": start, "frame_end": end}
        cursor = end + 1
    elif existing is not None:
        cursor = existing.frame_end + 1
    if existing is None:
        fields["source"] = "file"
    return fields, cursor


def _entry_prompt(entry: ShotListEntry) -> dict[str, object]:
    """The fields of the prompt that a row sets."""
    texts = {name.removeprefix("prompt_"): getattr(entry, name) for name in shotlist.PROMPT_FIELDS}
    said: dict[str, object] = {name: text for name, text in texts.items() if text}
    if entry.prompt_repeat_identity is not None:
        said["repeat_identity"] = entry.prompt_repeat_identity
    return said


def _entry_range(entry: ShotListEntry, existing: Item | None, cursor: int) -> tuple[int | None, int]:
    if entry.start is None and entry.end is None and entry.duration is None:
        return None, 0
    if entry.start is not None and entry.end is not None:
        return entry.start, entry.end
    length = entry.duration or (existing.frame_end - existing.frame_start + 1 if existing else None)
    if entry.end is not None:
        return entry.end - (length or 1) + 1, entry.end
    start = entry.start if entry.start is not None else cursor
    if length is None:
        return None, 0
    return start, start + length - 1


def _order_like_list(entries: tuple[ShotListEntry, ...]) -> None:
    """The film's order follows the list; shots the list does not name keep their place behind it."""
    place = {entry.number: index for index, entry in enumerate(entries)}
    for scene in scenes_with_shots():
        if scene.library is None:
            for item in scene.shotwright.shots:
                item.order = place.get(item.number, len(place) + item.order)
            sort_shots(scene)

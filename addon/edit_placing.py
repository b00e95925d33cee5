"""Cutting again: every strip of ours gets its clip and its place, and what the artist did stays.

The plan of places is `core.edit`'s; this module reads the strips, asks for the plan and carries it out.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import bpy

from ..core.edit import Anchor, Plan, Slot, lay_out, points, sentence
from ..core.errors import MediaError
from . import compat, edit_scene, shot_items, strips
from .edit_clips import CHANNELS, COLOURS, Clip, Cut, Role, ShotCut, State
from .strips import Piece

__all__ = ["Placing", "verify"]

_PICTURES: frozenset[int] = frozenset({CHANNELS["animatic"], CHANNELS["takes"]})
_SOUND: frozenset[int] = frozenset({CHANNELS["take sound"]})
_ROLES: tuple[Role, ...] = ("animatic", "take", "sound")
_HIGHEST = 128
"""Channels that Blender has."""


def verify(scene: bpy.types.Scene, clips: Iterable[Clip]) -> None:
    """Raise MediaError for a clip that is gone or damaged, before anything is changed.

    Clips that the edit shows already were looked at when they came.
    """
    shown = {strips.path_of(piece.strip) for piece in strips.pieces(scene) if piece.role != "sound"}
    for number, clip in enumerate(clips):
        if os.path.normpath(clip.path) in shown and clip.path.is_file():
            continue
        if not clip.path.is_file():
            raise MediaError(f"{clip.path} is gone: generate {clip.shot.number} again.")
        strip = strips.new_strip(compat.strips_of(scene), clip, "animatic", number)
        found = compat.content_frames(strip)
        compat.strips_of(scene).remove(strip)
        if found != clip.take.frames:
            raise MediaError(
                f"{clip.path} has {found} frames instead of {clip.take.frames}: it is damaged. "
                "Delete its take folder and generate the shot again."
            )


class Placing:
    """One call of `place`. Blender's strips are held for its duration alone."""

    def __init__(self, scene: bpy.types.Scene, cuts: Sequence[ShotCut], restore: Collection[str]) -> None:
        self.scene = scene
        self.cuts = {cut.shot.id: cut for cut in cuts}
        self.restore = restore
        self.result = Cut()
        self.memory = edit_scene.recall(scene)
        self.film = {item.uuid: _title(item) for _, item in shot_items.film_order()}
        self.pieces = strips.pieces(scene)
        self.doomed: set[int] = set()
        """Strips to take out; like `flagged` by address, for the time of this call."""
        self.flagged: set[int] = set()
        self.changed: set[str] = set()
        self.was_in = {piece.shot for piece in self.pieces if piece.role != "sound"}
        self._number = itertools.count()

    def run(self) -> Cut:
        """Do it all."""
        for cut in self.cuts.values():
            if cut.note:
                self.result.notes.append(cut.note)
        self._doom_shots_that_are_gone()
        for cut in self.cuts.values():
            self._doom_strips_without_clip(cut)
        slots = self._slots()
        order = None if edit_scene.edit_decides(self.pieces) else list(self.film)
        plan = lay_out(slots, self._anchors(slots), order)
        self.result.conflicts += [sentence(conflict) for conflict in plan.conflicts]
        self._carry_out(plan)
        self._add_to_touched()
        self._remember()
        self._label({key for each in plan.conflicts if each.kind in ("fit", "order") for key in each.keys})
        self._count()
        return self.result

    # -- what goes ----------------------------------------------------------------------------------

    def _of(self, shot: str, role: Role | None = None) -> list[Piece]:
        return [each for each in self.pieces if each.shot == shot and role in (None, each.role)]

    def _goes(self, piece: Piece) -> bool:
        """Let a strip go that the artist has not touched in any way; say whether."""
        if not piece.loose or strips.look_changed(piece.strip):
            self.flagged.add(piece.strip.as_pointer())
            return False
        self.doomed.add(piece.strip.as_pointer())
        return True

    def _doom_shots_that_are_gone(self) -> None:
        for shot in dict.fromkeys(piece.shot for piece in self.pieces if piece.shot not in self.film):
            group = self._of(shot)
            stay = [piece.strip.name for piece in group if not self._goes(piece)]
            if stay:
                self.result.conflicts.append(
                    f"The strip {' and '.join(map(repr, stay))} belongs to a shot that is not in the film any more, "
                    "and you changed it: it was left where it is. Delete it, or make the shot again."
                )
            else:
                self.result.notes.append(
                    f"The strip {group[-1].strip.name!r} was taken out: its shot is not in the film any more."
                )

    def _doom_strips_without_clip(self, cut: ShotCut) -> None:
        if cut.shown is None:
            return
        old = [] if cut.above else [each for each in self._of(cut.shot.id, "take") if _file_is_there(each.strip)]
        for piece in old:
            name = piece.strip.name
            if self._goes(piece):
                self.result.notes.append(f"The strip {name!r} was taken out: its take is not chosen any more.")
            else:
                self.result.conflicts.append(
                    f"The strip {name!r} shows a take that is not chosen any more, and you changed it: "
                    "it was left. Delete it, or circle its take."
                )
        silent = [] if cut.clip("sound") else self._of(cut.shot.id, "sound")
        for piece in silent:
            name = piece.strip.name
            if not self._goes(piece):
                self.result.conflicts.append(
                    f"The take of {cut.shot.number} has no sound, and you changed the strip {name!r}: "
                    "it still plays the take before. Delete or mute it."
                )

    # -- where everything goes ------------------------------------------------------------------------

    def _stays(self, piece: Piece) -> bool:
        return piece.strip.as_pointer() not in self.doomed

    def _wanted_roles(self, cut: ShotCut) -> list[Role]:
        """The roles of which a strip has to be made: never there yet, or the artist deleted that of another take."""
        memory = self.memory.get(cut.shot.id, {})
        roles: list[Role] = []
        for role in _ROLES:
            clip = cut.clip(role)
            if clip is None or self._of(cut.shot.id, role):
                continue
            if memory.get(role) != clip.take.id or cut.shot.id in self.restore:
                roles.append(role)
        return roles

    def _slots(self) -> list[Slot]:
        slots = [slot for shot in self.was_in if (slot := self._slot(shot))]
        spans = {slot.key: (slot.start, slot.end) for slot in slots if slot.length}
        for shot in self.was_in - spans.keys():
            stays = [(each.start, each.end) for each in self._of(shot) if self._stays(each) and each.role != "sound"]
            if stays:
                spans[shot] = _together(stays)
        wanted: dict[str, ShotCut] = {}
        for shot in self.film:
            cut = self.cuts.get(shot)
            if cut is None or cut.shown is None or shot in self.was_in:
                continue
            if shot in self.memory and shot not in self.restore:
                self.result.left_out.append(shot)
                self.result.notes.append(f"{cut.shot.number} was taken out of the edit by hand: it stays out.")
            else:
                wanted[shot] = cut
        for shot, at in points(list(self.film), spans, wanted).items():
            cut = wanted[shot]
            roles = [role for role in _ROLES if cut.clip(role)]
            channels = frozenset(map(strips.channel_of, roles))
            slots.append(Slot(shot, at, at, _length(cut.shown), channels, cut.shot.title))
        return slots

    def _slot(self, shot: str) -> Slot | None:
        """The place of a shot by its loose pictures; None when it has none, or nothing of it is ours to move."""
        pictures = [each for each in self._of(shot) if each.role != "sound"]
        loose = [each for each in pictures if each.loose]
        if not loose:
            return None
        main = loose[-1] if loose[-1].role == "take" else loose[0]
        stay = [each for each in self._of(shot) if each.loose and self._stays(each)]
        cut = self.cuts.get(shot)
        title = cut.shot.title if cut else self.film.get(shot, main.strip.name)
        roles: set[Role] = {each.role for each in stay}
        if shot not in self.film:
            if not stay:
                return Slot(shot, main.start, main.end, 0, _PICTURES, title)
            return None
        length = main.end - main.start
        if cut is not None and cut.shown is not None:
            roles |= set(self._wanted_roles(cut))
            length = _length(self._leading(cut))
        fixed = any(not each.loose and _in_sync(each, main) for each in pictures)
        return Slot(shot, main.start, main.end, length, frozenset(map(strips.channel_of, roles)), title, fixed)

    def _leading(self, cut: ShotCut) -> Clip:
        """The clip whose range the shot has in the edit: the one that is seen there."""
        seen = self._of(cut.shot.id, "take") or "take" in self._wanted_roles(cut)
        clip = cut.above if cut.above is not None and seen else cut.below or cut.above
        assert clip is not None
        return clip

    def _anchors(self, slots: Sequence[Slot]) -> list[Anchor]:
        movable = {slot.key for slot in slots}
        ours = {each.strip.as_pointer() for each in self.pieces}
        anchors: list[Anchor] = []
        for each in self.pieces:
            if not self._stays(each) or (each.loose and each.shot in movable):
                continue
            blocks = _PICTURES if each.role != "sound" else _SOUND & {each.channel}
            anchors.append(Anchor(each.start, each.end, each.channel, blocks, each.strip.name, each.shot))
        for strip in compat.strips_of(self.scene):
            if strip.as_pointer() in ours or strip.channel not in _PICTURES | _SOUND:
                continue
            blocks = _PICTURES if strip.channel in _PICTURES else _SOUND
            span = compat.strip_start(strip), compat.strip_end(strip)
            anchors.append(Anchor(*span, strip.channel, blocks, strip.name))
        return anchors

    # -- doing it -------------------------------------------------------------------------------------

    def _carry_out(self, plan: Plan) -> None:
        self._take_out([piece for piece in self.pieces if not self._stays(piece)])
        moving: list[tuple[bpy.types.Strip, float, int, int, int]] = []
        for shot, (start, end) in plan.places.items():
            cut = self.cuts.get(shot)
            pictures = [each for each in self._of(shot) if each.role != "sound"]
            for piece in [each for each in self._of(shot) if each.loose and pictures]:
                moving.append(self._aim(piece, cut, start, end, shot in plan.kept))
        # Out of each other's way first, then to their places: Blender changes the channel of strips that meet.
        unplaced = [aim for aim in moving if not _stands(*aim)]
        for strip, *_ in unplaced:
            strips.park(strip, self._next())
            self.changed.add(strip["shotwright_shot"])
        held = {aim[0].as_pointer() for aim in moving}
        for piece in self.pieces:
            if piece.strip.as_pointer() not in held:
                self._swap_touched(piece)
        for strip, content, start, end, channel in unplaced:
            strips.put(strip, content, start, end, channel)
        for strip, *_ in moving:
            strips.settle(strip)
        for shot, (start, end) in plan.places.items():
            cut = self.cuts.get(shot)
            if cut is not None and cut.shown is not None:
                self._add_to_slot(cut, start, end, shot in plan.kept)

    def _take_out(self, group: Sequence[Piece]) -> None:
        for piece in group:
            self.changed.add(piece.shot)
            compat.strips_of(self.scene).remove(piece.strip)
        self.pieces = [piece for piece in self.pieces if piece not in group]

    def _next(self) -> int:
        """A place to park at, well apart from the one before."""
        return next(self._number) * 10

    def _aim(
        self, piece: Piece, cut: ShotCut | None, start: int, end: int, kept: bool
    ) -> tuple[bpy.types.Strip, float, int, int, int]:
        """Give an untouched strip its clip; returns it with where its content, start, end and channel have to be."""
        clip = cut.clip(piece.role) if cut else None
        strip, content = piece.strip, piece.content + start - piece.start
        if clip is not None:
            if self._is_new(piece, clip):
                self.changed.add(piece.shot)
            content += strips.swap(piece, clip, self.scene)
        first = clip.take.first if clip is not None else piece.first
        if cut is not None and cut.shown is not None and not kept and first is not None:
            content = start - (self._leading(cut).take.start - first)
        return strip, content, start, end, strips.channel_of(piece.role)

    def _is_new(self, piece: Piece, clip: Clip) -> bool:
        return piece.take != clip.take.id or not strips.shows_file(piece.strip, clip.path)

    def _swap_touched(self, piece: Piece) -> None:
        """Another file under a strip that the artist placed: the same layout frames at the same place."""
        cut = self.cuts.get(piece.shot)
        clip = cut.clip(piece.role) if cut else None
        if clip is None or piece.shot not in self.film or not self._is_new(piece, clip):
            return
        strip, before = piece.strip, compat.trim(piece.strip)
        frames, cut_range = compat.content_frames(strip), strips.range_of(strip)
        step = strips.swap(piece, clip, self.scene)
        self.changed.add(piece.shot)
        if cut_range not in (None, (clip.take.start, clip.take.end)) and piece.role != "sound":
            self.result.notes.append(
                f"{clip.shot.number} is {_length(clip)} frames long now ({clip.take.start} to {clip.take.end}), and "
                f"its strip {strip.name!r} was placed by hand when it was {cut_range[1] - cut_range[0] + 1} "
                f"({cut_range[0]} to {cut_range[1]}): it keeps its trim. Check it in the edit."
            )
        if compat.is_retimed(strip):
            if step or compat.content_frames(strip) != frames:
                text = f"The strip {strip.name!r} is retimed, and its new take has other frames: check it."
                self.result.conflicts.append(text)
            return
        strips.put(
            strip, piece.content + step, piece.start, piece.end, strip.channel if piece.channel == 0 else piece.channel
        )
        if piece.role == "sound":
            return
        head, tail = strips.note_short(strip, before)
        if head or tail:
            where = " and ".join(
                f"{count} frame{'s' * (count != 1)} {at}"
                for count, at in ((head, "at its start"), (tail, "at its end"))
                if count
            )
            self._flag(
                piece,
                f"{clip.shot.number}: {clip.take.label} is too short for the strip {strip.name!r} by {where}; a still "
                "stands there. Trim it, or give the shot longer handles and generate it again.",
            )

    def _flag(self, piece: Piece, text: str) -> None:
        self.flagged.add(piece.strip.as_pointer())
        self.result.conflicts.append(text)

    # -- strips that are new --------------------------------------------------------------------------

    def _add_to_slot(self, cut: ShotCut, start: int, end: int, kept: bool) -> None:
        """Make the strips that a shot's place has not yet."""
        roles = self._wanted_roles(cut)
        leading = self._leading(cut)
        for role in roles:
            clip = cut.clip(role)
            assert clip is not None
            shows = leading.take.start
            if kept:
                shows = next((s for each in self._of(cut.shot.id) if each.loose and (s := each.shows)), shows)
            self._make(clip, role, start, end, shows, loose=True)

    def _add_to_touched(self) -> None:
        """Over strips that the artist placed, the other strips of their shot go where they are, trimmed as they are."""
        for cut in self.cuts.values():
            pictures = [each for each in self._of(cut.shot.id) if each.role != "sound"]
            if not pictures or any(each.loose for each in pictures):
                continue
            for role in self._wanted_roles(cut):
                clip = cut.clip(role)
                assert clip is not None
                over = [each for each in pictures if each.role == ("animatic" if role == "take" else "take")]
                for piece in over or pictures:
                    shows = clip.take.start if piece.shows is None else piece.shows
                    self._make(clip, role, piece.start, piece.end, shows, loose=False, beside=piece)

    def _make(
        self, clip: Clip, role: Role, start: int, end: int, shows: int, loose: bool, beside: Piece | None = None
    ) -> None:
        meta = beside.strip.parent_meta() if beside is not None else None
        collection = compat.strips_of(self.scene) if meta is None else meta.strips
        channel = strips.channel_of(role)
        blocker = _blocker(collection, channel, start, end)
        if blocker and loose:
            self.result.conflicts.append(
                f"There is no room for {clip.shot.number} {clip.take.label} on channel {channel}: "
                f"{blocker!r} lies there. Move it and cut again."
            )
            return
        while blocker and channel < _HIGHEST:
            channel += 1
            blocker = _blocker(collection, channel, start, end)
        strip = strips.new_strip(collection, clip, role, self._next())
        if role == "sound" and compat.content_frames(strip) <= 1 < clip.take.frames:
            collection.remove(strip)
            self.result.notes.append(
                f"{clip.shot.number} {clip.take.label} should have sound, and none was found in it."
            )
            return
        strips.put(strip, start - (shows - clip.take.first), start, end, channel)
        strips.settle(strip, here=loose)
        self.changed.add(clip.shot.id)

    # -- afterwards -----------------------------------------------------------------------------------

    def _remember(self) -> None:
        self.pieces = strips.pieces(self.scene)
        present = {piece.shot for piece in self.pieces}
        memory = {shot: roles for shot, roles in self.memory.items() if shot in self.film or shot in present}
        for piece in self.pieces:
            memory.setdefault(piece.shot, {})[piece.role] = piece.take
        edit_scene.remember(self.scene, memory)

    def _label(self, conflicts: Collection[str]) -> None:
        """Names and colours."""
        locked = {item.uuid for _, item in shot_items.film_order() if item.locked}
        for piece in self.pieces:
            cut = self.cuts.get(piece.shot)
            clip = cut.clip(piece.role) if cut else None
            if cut is not None and clip is not None and piece.take == clip.take.id:
                label = {"animatic": "animatic", "take": clip.take.label, "sound": f"{clip.take.label} sound"}
                strips.give_name(piece.strip, cut.shot.title, label[piece.role])
            state = self._state(piece, cut, conflicts, piece.shot in locked)
            strips.give_colour(piece.strip, COLOURS[state])
            if piece.role == "take" or piece.shot not in self.result.states:
                self.result.states[piece.shot] = state
            if state == "missing":
                self.result.notes.append(
                    f"The file under the strip {piece.strip.name!r} is gone ({strips.file_of(piece.strip)}): "
                    "generate the shot again, or delete the strip."
                )

    def _state(self, piece: Piece, cut: ShotCut | None, conflicts: Collection[str], locked: bool) -> State:
        if not _file_is_there(piece.strip):
            return "missing"
        if piece.shot in conflicts or piece.short or piece.strip.as_pointer() in self.flagged:
            return "conflict"
        below = piece.role == "animatic" and any(
            each.shot == piece.shot and each.role == "take" for each in self.pieces
        )
        if cut is not None and cut.stale and not below:
            return "stale"
        if locked:
            return "locked"
        if piece.role == "animatic" or (piece.role == "sound" and cut is not None and cut.above is None):
            return "animatic"
        return "circled" if cut is not None and cut.circled else "take"

    def _count(self) -> None:
        present = {piece.shot for piece in self.pieces if piece.role != "sound"}
        for shot, cut in self.cuts.items():
            if shot not in present or cut.shown is None:
                continue
            if shot not in self.was_in:
                self.result.placed.append(shot)
            elif shot in self.changed:
                self.result.updated.append(shot)
            else:
                self.result.unchanged.append(shot)


def _title(item: bpy.types.PropertyGroup) -> str:
    return f"{item.number} {item.name}" if item.name and item.name != item.number else item.number


def _length(clip: Clip) -> int:
    return clip.take.end - clip.take.start + 1


def _file_is_there(strip: bpy.types.Strip) -> bool:
    return Path(bpy.path.abspath(strips.file_of(strip))).is_file()


def _in_sync(touched: Piece, loose: Piece) -> bool:
    """Whether two strips of a shot show the same layout frames at the same time, somewhere."""
    if touched.first is None or loose.first is None:
        return False
    apart = (touched.content - touched.first) - (loose.content - loose.first)
    return not apart and touched.start < loose.end and loose.start < touched.end


def _together(spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The first span, with those that abut it."""
    start, end = min(spans)
    for one, other in sorted(spans):
        if one <= end:
            end = max(end, other)
    return start, end


def _stands(strip: bpy.types.Strip, content: float, start: int, end: int, channel: int) -> bool:
    now = compat.content_start(strip), compat.strip_start(strip), compat.strip_end(strip), strip.channel
    return now == (content, start, end, channel)


def _blocker(collection: Iterable[bpy.types.Strip], channel: int, start: int, end: int) -> str:
    """The name of a strip that lies on a channel between two frames."""
    for strip in collection:
        if strip.channel == channel and compat.strip_start(strip) < end and start < compat.strip_end(strip):
            return strip.name
    return ""

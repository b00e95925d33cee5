"""Where the shots of a film stand in its edit: a plan made from positions alone.

Frames are whole, ends are the frame behind the last one. A *slot* is the place of one shot whose strips
the artist has not touched; an *anchor* is a strip that never moves: one the artist moved, trimmed or put there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

__all__ = ["Anchor", "Conflict", "Plan", "Slot", "adopted", "lay_out", "points", "sentence"]

Span = tuple[int, int]
"""First frame and the frame behind the last."""


@dataclass(frozen=True)
class Slot:
    """The place of one shot."""

    key: str
    start: int
    end: int
    """The same as `start` for a shot that has no place yet: it asks for one there."""
    length: int
    """Frames that are wanted; 0 takes the shot out, and what abuts behind it moves up."""
    channels: frozenset[int]
    title: str = ""
    fixed: bool = False
    """Its start may not move: a touched strip of the same shot lies over it in sync."""

    @property
    def new(self) -> bool:
        """Whether the shot has no place yet."""
        return self.start == self.end


@dataclass(frozen=True)
class Anchor:
    """A strip that never moves."""

    start: int
    end: int
    channel: int
    blocks: frozenset[int]
    """Channels that other shots' strips may not use while it lasts; those of its own shot may use all but its own."""
    name: str = ""
    key: str = ""
    """The shot it belongs to, or nothing for a strip of the artist's."""


@dataclass(frozen=True)
class Conflict:
    """Something the artist has to look at."""

    kind: Literal["fit", "gap", "end", "order"]
    """`fit`: a run of shots needs more room than there is and was left. `gap`: it got shorter and a hole is left.
    `end`: there was no room for a new shot at its place, so it went to the end. `order`: the list's order
    can't be followed."""
    shots: tuple[str, ...]
    """Titles."""
    keys: tuple[str, ...]
    frames: int = 0
    """How many too many, or missing."""
    name: str = ""
    """The strip that is in the way."""


@dataclass
class Plan:
    """Where each shot goes."""

    places: dict[str, Span] = field(default_factory=dict[str, Span])
    kept: set[str] = field(default_factory=set[str])
    """Shots that keep place and length although another length was wanted for their run."""
    conflicts: list[Conflict] = field(default_factory=list[Conflict])


def lay_out(
    slots: Iterable[Slot], anchors: Sequence[Anchor], order: Sequence[str] | None = None, first: int = 1
) -> Plan:
    """Plan an edit: what was gapless stays gapless, anchors stay, and nothing overlaps that did not before.

    Slots abutting each other are one run: when one changes its length, those behind it follow. A run starts
    where it started. One that would reach an anchor keeps its places and lengths and becomes a conflict.
    With `order` (keys in film order) the slots are put into that order where they stand in another.
    New shots without room go behind everything, from `first` in an empty edit.
    """
    standing = list(slots)
    plan = _once(standing, anchors, order, first)
    # A shot that was taken out may have parted two runs: what is planned has to be what would be planned next time.
    for _ in range(len(standing)):
        now = [
            replace(slot, start=plan.places[slot.key][0], end=plan.places[slot.key][1])
            for slot in standing
            if slot.key in plan.places
        ]
        again = _once(now, anchors, order, first)
        if again.places == plan.places:
            break
        said = [each for each in plan.conflicts if each.kind in ("gap", "end")]
        again.conflicts = said + [each for each in again.conflicts if each not in said]
        plan = again
    return plan


def _once(slots: Sequence[Slot], anchors: Sequence[Anchor], order: Sequence[str] | None, first: int) -> Plan:
    standing = sorted(slots, key=lambda slot: (slot.start, not slot.new))
    plan = Plan()
    if order is not None and _ordered(standing, anchors, order, plan):
        return plan
    runs = _runs(standing, anchors)
    homeless: list[Slot] = []
    for index, run in enumerate(runs):
        behind = runs[index + 1][0] if index + 1 < len(runs) else None
        homeless += _lay_run(run, behind, anchors, plan)
    cursor = max([end for _, end in plan.places.values()] + [a.end for a in anchors if a.blocks], default=first)
    for slot in homeless:
        plan.places[slot.key] = (cursor, cursor + slot.length)
        plan.conflicts.append(Conflict("end", (slot.title,), (slot.key,)))
        cursor += slot.length
    return plan


def _in_the_way(slot: Slot, anchor: Anchor) -> bool:
    blocked = frozenset({anchor.channel}) if anchor.key == slot.key else anchor.blocks
    return bool(slot.channels & blocked)


def _before(slot: Slot, anchor: Anchor) -> bool:
    """Whether the slot stands before the anchor; one that overlaps it does when it starts earlier."""
    return slot.start <= anchor.start if slot.new else slot.start < anchor.start


def _ordered(slots: Sequence[Slot], anchors: Sequence[Anchor], order: Sequence[str], plan: Plan) -> bool:
    """Lay everything out in `order` where the slots stand in another one; False when the places stay to be planned."""
    rank = {key: index for index, key in enumerate(order)}
    if any(slot.key not in rank and slot.length for slot in slots):
        return False
    now = [slot for slot in slots if not slot.new and slot.length]
    if all(rank[a.key] <= rank[b.key] for a, b in pairwise(now)):
        return False
    cursor = min(slot.start for slot in slots)
    places: dict[str, Span] = {}
    for slot in sorted((slot for slot in slots if slot.length), key=lambda slot: rank[slot.key]):
        places[slot.key] = (cursor, cursor + slot.length)
        cursor += slot.length
    by_key = {slot.key: slot for slot in slots}
    for key, (start, end) in places.items():
        for anchor in anchors:
            if _in_the_way(by_key[key], anchor) and start < anchor.end and anchor.start < end:
                titles = tuple(by_key[each].title for each in places)
                plan.conflicts.append(Conflict("order", titles, tuple(places), name=anchor.name))
                return False
    plan.places.update(places)
    return True


def _runs(slots: Sequence[Slot], anchors: Sequence[Anchor]) -> list[list[Slot]]:
    """Slots that have no anchor between them."""
    runs: list[list[Slot]] = []
    for slot in slots:
        last = runs[-1][-1] if runs else None
        if last is None or slot.fixed or _parted(last, slot, anchors):
            runs.append([slot])
        else:
            runs[-1].append(slot)
    return runs


def _parted(one: Slot, two: Slot, anchors: Sequence[Anchor]) -> bool:
    return any(
        (_in_the_way(one, anchor) or _in_the_way(two, anchor))
        and _before(one, anchor)
        and not _before(two, anchor)
        and not (anchor.key == one.key and anchor.end <= one.end)  # a touched strip over its own shot
        for anchor in anchors
    )


def _lay_run(run: list[Slot], behind: Slot | None, anchors: Sequence[Anchor], plan: Plan) -> list[Slot]:
    """Plan one run; returns the new shots it has no room for."""
    # First as it is wanted; then with holes where shots are taken out, then without the new shots, then both.
    found, blocker, excess = None, "", 0
    for new, close in ((True, True), (True, False), (False, True), (False, False)):
        tried = [slot for slot in run if (new or not slot.new) and (close or slot.length)]
        found, blocker, excess = _try(tried, behind, anchors)
        if found is not None:
            break
    homeless = [slot for slot in run if slot.new and (found is None or slot.key not in found)]
    run = [slot for slot in run if not slot.new or slot not in homeless]
    if found is None:
        stay = [slot for slot in run if slot.length]
        plan.places.update({slot.key: (slot.start, slot.end) for slot in stay})
        changed = [slot for slot in stay if slot.length != slot.end - slot.start]
        if changed:
            plan.kept.update(slot.key for slot in stay)
            titles, keys = tuple(slot.title for slot in changed), tuple(slot.key for slot in changed)
            plan.conflicts.append(Conflict("fit", titles, keys, excess, blocker))
        return homeless
    plan.places.update({key: span for key, span in found.items() if span[0] != span[1]})
    _note_gap(run, found, behind, anchors, plan)
    return homeless


def _try(
    run: Sequence[Slot], behind: Slot | None, anchors: Sequence[Anchor]
) -> tuple[dict[str, Span] | None, str, int]:
    """The run with the lengths that are wanted; None with what is in the way, and by how many frames."""
    places: dict[str, Span] = {}
    cursor, old_end = 0, 0
    for index, slot in enumerate(run):
        if index == 0:
            start = slot.start
        elif slot.start <= old_end:  # it abuts
            start = cursor
        else:
            start = max(slot.start, cursor)
        places[slot.key] = (start, start + slot.length)
        cursor, old_end = start + slot.length, max(old_end, slot.end)
    worst, blocker = 0, ""
    for slot in run:
        over, name = _excess(slot, places[slot.key], anchors)
        if over > worst:
            worst, blocker = over, name
    if behind is not None and run and cursor - max(behind.start, old_end) > worst:
        worst, blocker = cursor - max(behind.start, old_end), behind.title
    return (None if worst else places), blocker, worst


def _excess(slot: Slot, place: Span, anchors: Sequence[Anchor]) -> tuple[int, str]:
    """How many frames of a place lie where an anchor is and the slot was not before."""
    start, end = place
    worst, name = 0, ""
    for anchor in anchors:
        if start == end or not _in_the_way(slot, anchor):
            continue
        if _before(slot, anchor):
            over = end - (anchor.start if slot.new else max(anchor.start, slot.end))
        else:
            over = (anchor.end if slot.new else min(anchor.end, slot.start)) - start
        over = max(over, _overlap(place, anchor) - _overlap((slot.start, slot.end), anchor))
        if over > worst:
            worst, name = over, anchor.name
    return worst, name


def _overlap(span: Span, anchor: Anchor) -> int:
    return max(0, min(span[1], anchor.end) - max(span[0], anchor.start))


def _note_gap(
    run: Sequence[Slot], places: Mapping[str, Span], behind: Slot | None, anchors: Sequence[Anchor], plan: Plan
) -> None:
    """Say that a run got shorter before something that does not follow."""
    if not places:
        return
    before = max(slot.end for slot in run)
    after = max(end for _, end in places.values())
    if after >= before:
        return
    last = run[-1]
    stops = [(a.start, a.name) for a in anchors if _in_the_way(last, a) and _before(last, a)]
    if behind is not None:
        stops.append((behind.start, behind.title))
    if stops:
        changed = [slot for slot in run if slot.length < slot.end - slot.start]
        titles, keys = tuple(slot.title for slot in changed), tuple(slot.key for slot in changed)
        plan.conflicts.append(Conflict("gap", titles, keys, before - after, min(stops)[1]))


# -- order ----------------------------------------------------------------------------------------


def points(film: Sequence[str], spans: Mapping[str, Span], wanted: Collection[str], first: int = 1) -> dict[str, int]:
    """The frame where each shot of `wanted` asks for a place: behind the shot before it in the film that has one.

    `spans` has the shots that are in the edit. Before all of them, it is where the edit begins; in an
    empty edit, `first`.
    """
    begin = min((start for start, _ in spans.values()), default=first)
    found: dict[str, int] = {}
    at = begin
    for key in film:
        if key in spans:
            at = spans[key][1]
        elif key in wanted:
            found[key] = at
    return found


def adopted(film: Sequence[str], played: Sequence[str]) -> list[str]:
    """The film's order as the edit plays it; a shot that is not in the edit stays behind the one it was behind."""
    playing, known = set(played), set(film)
    head: list[str] = []
    followers: dict[str, list[str]] = {}
    into = head
    for key in film:
        if key in playing:
            into = followers.setdefault(key, [])
        else:
            into.append(key)
    return head + [each for key in played if key in known for each in (key, *followers[key])]


# -- words ----------------------------------------------------------------------------------------


def sentence(conflict: Conflict) -> str:
    """A conflict as the artist reads it, with what to do."""
    shots = _list(conflict.shots)
    one = len(conflict.shots) == 1
    way = f"before {conflict.name!r}" if conflict.name else "there"
    frames = f"{conflict.frames} frame" + ("s" if conflict.frames != 1 else "")
    match conflict.kind:
        case "fit":
            missing = f"{frames} {'is' if conflict.frames == 1 else 'are'} missing {way}"
            return (
                f"{shots} {'has' if one else 'have'} another length now, and {missing}, which was placed by hand: "
                "the strips kept their places and lengths. Make room in the edit and cut again, or trim them."
            )
        case "gap":
            return (
                f"{shots} {'is' if one else 'are'} shorter now, which leaves a gap of {frames} {way}, "
                "which was placed by hand: close it in the edit."
            )
        case "end":
            return f"There is no room for {shots} at its place in the film: it was put at the end of the edit. Move it."
        case "order":
            return (
                f"The edit does not follow the order of the shot list: {conflict.name!r} is in the way. "
                "Move it and cut again, or order the strips in the edit."
            )


def _list(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "A shot"

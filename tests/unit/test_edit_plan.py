"""Where shots go in the edit: plans made from positions alone."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from shotwright.core.edit import Anchor, Conflict, Plan, Slot, adopted, lay_out, points, sentence

PICTURE = frozenset({2, 3})


def run_of(*lengths: int, start: int = 1, names: str = "ABCDEFGH") -> list[Slot]:
    """Slots one behind the other that want the length they have."""
    slots: list[Slot] = []
    for name, length in zip(names, lengths, strict=False):
        slots.append(Slot(name, start, start + length, length, PICTURE, name))
        start += length
    return slots


def want(slots: list[Slot], **lengths: int) -> list[Slot]:
    return [Slot(s.key, s.start, s.end, lengths.get(s.key, s.length), s.channels, s.title, s.fixed) for s in slots]


def anchor(start: int, end: int, channel: int = 3, key: str = "", name: str = "Mine") -> Anchor:
    return Anchor(start, end, channel, PICTURE if channel != 4 else frozenset({4}), name, key)


def test_nothing_changes_where_nothing_has_changed():
    slots = run_of(5, 4, 7)
    assert lay_out(slots, []).places == {"A": (1, 6), "B": (6, 10), "C": (10, 17)}
    assert lay_out(slots, [anchor(17, 20)]) == Plan({"A": (1, 6), "B": (6, 10), "C": (10, 17)})


def test_what_abuts_follows():
    slots = run_of(5, 4, 7)
    assert lay_out(want(slots, A=8), []).places == {"A": (1, 9), "B": (9, 13), "C": (13, 20)}
    assert lay_out(want(slots, A=3, B=6), []).places == {"A": (1, 4), "B": (4, 10), "C": (10, 17)}
    assert lay_out(want(slots, A=0), []).places == {"B": (1, 5), "C": (5, 12)}
    assert lay_out(want(slots, B=0), []).places == {"A": (1, 6), "C": (6, 13)}


def test_a_gap_is_used_up_before_anything_moves():
    slots = [*run_of(5), *run_of(4, start=8, names="B")]
    assert lay_out(want(slots, A=7), []).places == {"A": (1, 8), "B": (8, 12)}
    assert lay_out(want(slots, A=9), []).places == {"A": (1, 10), "B": (10, 14)}
    assert lay_out(want(slots, A=2), []).places == {"A": (1, 3), "B": (8, 12)}


def test_a_run_that_fits_is_laid_out_before_an_anchor():
    slots = run_of(5, 4)
    assert lay_out(want(slots, A=8), [anchor(13, 20)]) == Plan({"A": (1, 9), "B": (9, 13)})


def test_a_run_that_does_not_fit_stays_and_is_said():
    slots = run_of(5, 4)
    plan = lay_out(want(slots, A=8), [anchor(12, 20)])
    assert plan.places == {"A": (1, 6), "B": (6, 10)}
    assert plan.kept == {"A", "B"}
    assert plan.conflicts == [Conflict("fit", ("A",), ("A",), 1, "Mine")]


def test_only_the_run_in_front_of_the_anchor_stays():
    slots = [*run_of(5, 4), *run_of(6, 3, start=20, names="CD")]
    plan = lay_out(want(slots, A=8, C=8), [anchor(10, 20)])
    assert plan.places == {"A": (1, 6), "B": (6, 10), "C": (20, 28), "D": (28, 31)}
    assert plan.kept == {"A", "B"}


def test_a_gap_before_an_anchor_is_said_once():
    slots = run_of(5, 4)
    plan = lay_out(want(slots, A=3), [anchor(10, 20)])
    assert plan.places == {"A": (1, 4), "B": (4, 8)}
    assert plan.conflicts == [Conflict("gap", ("A",), ("A",), 2, "Mine")]
    again = [Slot(key, *span, span[1] - span[0], PICTURE) for key, span in plan.places.items()]
    assert lay_out(again, [anchor(10, 20)]).conflicts == []


def test_a_new_shot_goes_where_it_asks():
    slots = run_of(5, 4)
    new = Slot("N", 6, 6, 3, PICTURE, "N")
    assert lay_out([*slots, new], []).places == {"A": (1, 6), "N": (6, 9), "B": (9, 13)}
    assert lay_out([*slots, new], [anchor(13, 20)]).places == {"A": (1, 6), "N": (6, 9), "B": (9, 13)}


def test_a_new_shot_without_room_goes_to_the_end():
    new = Slot("N", 6, 6, 3, PICTURE, "N")
    plan = lay_out([*want(run_of(5, 4), A=6), new], [anchor(12, 20)])
    assert plan.places == {"A": (1, 7), "B": (7, 11), "N": (20, 23)}  # the others still get what they want
    assert plan.conflicts == [Conflict("end", ("N",), ("N",))]
    plan = lay_out([*run_of(5), Slot("N", 8, 8, 3, PICTURE, "N")], [anchor(7, 20)])
    assert plan.places["N"] == (20, 23)


def test_new_shots_of_an_empty_edit_stand_in_their_order():
    slots = [Slot(key, 1, 1, 4, PICTURE) for key in "CAB"]
    assert list(lay_out(slots, []).places.items()) == [("C", (1, 5)), ("A", (5, 9)), ("B", (9, 13))]


def test_the_lists_order_is_followed():
    slots = run_of(5, 4, 7)
    assert lay_out(slots, [], order="CAB").places == {"C": (1, 8), "A": (8, 13), "B": (13, 17)}
    new = Slot("N", 17, 17, 2, PICTURE)
    assert lay_out([*slots, new], [], order="CNAB").places == {"C": (1, 8), "N": (8, 10), "A": (10, 15), "B": (15, 19)}
    plan = lay_out(slots, [anchor(17, 20)], order="CAB")
    assert plan.places == {"C": (1, 8), "A": (8, 13), "B": (13, 17)}
    plan = lay_out(want(slots, A=6), [anchor(17, 20)], order="CAB")
    assert plan.places == {"A": (1, 6), "B": (6, 10), "C": (10, 17)}
    assert [each.kind for each in plan.conflicts] == ["order", "fit"]


def test_a_touched_strip_of_the_same_shot_leaves_its_channel_alone():
    """The artist trimmed the take: its animatic below still follows the shot, and the rest behind it."""
    slots = [*run_of(5), Slot("B", 6, 10, 6, frozenset({2}), "B", True), *run_of(7, start=10, names="C")]
    plan = lay_out(slots, [anchor(6, 8, key="B", name="B t001")])
    assert plan == Plan({"A": (1, 6), "B": (6, 12), "C": (12, 19)})
    plan = lay_out(want(slots, A=6), [anchor(6, 8, key="B", name="B t001")])
    assert plan.places["A"] == (1, 6)
    assert plan.conflicts[0].kind == "fit"


def test_an_overlap_that_was_there_stays_as_it_is():
    slots = run_of(5, 4)
    assert lay_out(slots, [anchor(4, 8)]) == Plan({"A": (1, 6), "B": (6, 10)})
    plan = lay_out(want(slots, A=6), [anchor(4, 8)])
    assert plan.places == {"A": (1, 6), "B": (6, 10)}
    assert plan.conflicts[0].kind == "fit"


def test_sound_is_in_the_way_of_sound_alone():
    slots = run_of(5, 4)
    assert lay_out(want(slots, B=6), [anchor(10, 20, channel=4)]).places["B"] == (6, 12)
    loud = [Slot(s.key, s.start, s.end, s.length, PICTURE | {4}, s.title) for s in want(slots, B=6)]
    assert lay_out(loud, [anchor(10, 20, channel=4)]).places["B"] == (6, 10)


def test_points():
    spans = {"A": (5, 10), "C": (10, 12), "D": (40, 50)}
    assert points("XABCYZDW", spans, set("XBYZW")) == {"X": 5, "B": 10, "Y": 12, "Z": 12, "W": 50}
    assert points("AB", {}, {"A", "B"}) == {"A": 1, "B": 1}


def test_the_edits_order_is_adopted():
    assert adopted("ABCD", "CAB") == ["C", "D", "A", "B"]
    assert adopted("XABCD", "DCBA") == ["X", "D", "C", "B", "A"]
    assert adopted("ABC", []) == ["A", "B", "C"]
    assert adopted("AB", "BZA") == ["B", "A"]
    assert adopted(adopted("ABCDE", "DBA"), "DBA") == adopted("ABCDE", "DBA")


@pytest.mark.parametrize("kind", ["fit", "gap", "end", "order"])
def test_every_conflict_names_the_shots_and_what_to_do(kind: str):
    text = sentence(Conflict(kind, ("SH010", "SH020"), ("a", "b"), 3, "Title"))  # pyright: ignore[reportArgumentType]
    assert kind == "order" or "SH010 and SH020" in text
    assert text.endswith(".")
    assert "edit" in text


# --- any edit -------------------------------------------------------------------------------------------------------


def random_edit(seed: int) -> tuple[list[Slot], list[Anchor], list[str] | None]:
    """Runs, gaps, anchors that may overlap slots on another channel, new, removed and fixed shots."""
    luck = random.Random(seed)
    slots: list[Slot] = []
    anchors: list[Anchor] = []
    at, keys = luck.randint(-5, 20), iter(range(1000))
    for _ in range(luck.randint(1, 9)):
        what = luck.random()
        if what < 0.2:
            length = luck.randint(1, 12)
            anchors.append(anchor(at, at + length, luck.choice([2, 3, 4, 7]), name=f"anchor {at}"))
            at += length
        elif what < 0.3:
            at += luck.randint(1, 9)
        elif what < 0.4:
            slots.append(Slot(f"n{next(keys)}", at, at, luck.randint(1, 9), PICTURE, "new"))
        else:
            length, key = luck.randint(1, 12), f"s{next(keys)}"
            wanted = luck.choice([length, length, luck.randint(1, 16), 0])
            loud = frozenset({4}) if luck.random() < 0.3 else frozenset[int]()
            fixed = luck.random() < 0.1 and wanted > 0
            slots.append(Slot(key, at, at + length, wanted, (frozenset({2}) if fixed else PICTURE) | loud, key, fixed))
            if fixed:
                anchors.append(anchor(at, at + luck.randint(1, length), 3, key, f"own {key}"))
            at += length
    if luck.random() < 0.3:
        begin = luck.randint(0, max(1, at))
        anchors.append(anchor(begin, begin + luck.randint(1, 6), luck.choice([4, 7]), name="over"))
    order: list[str] | None = None
    if luck.random() < 0.3 and not any(slot.fixed or slot.new for slot in slots):
        order = [slot.key for slot in slots]
        luck.shuffle(order)
    return slots, anchors, order


def overlap(one: tuple[int, int], two: tuple[int, int]) -> int:
    return max(0, min(one[1], two[1]) - max(one[0], two[0]))


@pytest.mark.parametrize("seed", range(60))
def test_any_edit_keeps_its_promises(seed: int):
    for each in range(100):
        slots, anchors, order = random_edit(seed * 100 + each)
        plan = lay_out(slots, anchors, order)
        by_key = {slot.key: slot for slot in slots}
        assert set(plan.places) == {slot.key for slot in slots if slot.length}
        spans = sorted(plan.places.items(), key=lambda item: item[1])
        for (key, span), (other, next_span) in pairwise(spans):
            assert overlap(span, next_span) == 0, (key, other)
        for key, span in plan.places.items():
            slot = by_key[key]
            assert span[1] - span[0] in (slot.length, slot.end - slot.start)
            assert key in plan.kept or span[1] - span[0] == slot.length
            assert not slot.fixed or span[0] == slot.start
            for anchor_ in anchors:
                own = anchor_.key == key
                if slot.channels & ({anchor_.channel} if own else anchor_.blocks):
                    then = overlap((slot.start, slot.end), (anchor_.start, anchor_.end))
                    assert overlap(span, (anchor_.start, anchor_.end)) <= then
        if not order:
            standing = [slot for slot in slots if slot.length and not slot.new]
            for one, two in pairwise(standing):
                # What stood behind something still does, and what abutted still abuts.
                assert plan.places[one.key][1] <= plan.places[two.key][0]
                between = [slot for slot in slots if slot.new and one.end <= slot.start <= two.start]
                if one.end == two.start and not two.fixed and not between and not anchors:
                    assert plan.places[one.key][1] == plan.places[two.key][0]
        assert bool(plan.kept) == any(each.kind == "fit" for each in plan.conflicts)
        again = [
            Slot(key, *span, by_key[key].length, by_key[key].channels, by_key[key].title, by_key[key].fixed)
            for key, span in plan.places.items()
        ]
        second = lay_out(again, anchors, order)
        assert second.places == plan.places

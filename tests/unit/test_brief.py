"""Briefs of what is unusual or broken, and the words of some in full."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest
from shotwright.core.brief import CameraBrief, describe, measure, summary
from shotwright.core.brief.numbers import metres, shown, snap
from shotwright.core.brief.optics import depth_word, field_of_view, lens_word, sharp
from shotwright.core.brief.track import Body, CameraTrack, Sample, Vector
from support.cameras import between, box, camera, mirrored, person, smooth

LOU = ("@lou", "character", person())
ANNA = ("@anna", "character", person((0.8, 0, 0)))


def box_at(z: float) -> tuple[str, str, Body]:
    """A crate of which the middle is that high."""
    return "@crate", "prop", box((0, 0, z - 0.5), (1, 1, 1))


NAN = math.nan
NOWHERE = ((NAN,) * 4,) * 4


def kinds(track: CameraTrack) -> list[str]:
    return [move.kind for move in measure(track).moves]


# -- words ----------------------------------------------------------------------------------------------


def test_the_words_of_a_wide_shot() -> None:
    brief = measure(camera((0, -10, 1.6), lens=24, subjects=[("@lou", "character", person((-3, 0, 0), 90))]))
    assert describe(brief) == (
        "Wide shot of @lou from eye level, 24 mm wide lens, camera height 1.6 m. "
        "@lou is small, left of centre, facing right. The camera is static. Deep focus."
    )
    assert summary(brief) == "24 mm · 1.6 m · wide shot · static"


def test_the_words_of_a_two_shot_with_a_push_in() -> None:
    pair = [("@lou", "character", person((-0.4, 0, 0), 90)), ("@anna", "character", person((0.4, 0, 0), -90))]
    track = camera(
        lambda t: (0, -2.4 + 0.8 * smooth(t), 1.4),
        lens=35,
        seconds=8,
        subjects=pair,
        mentioned=["@lou", "@anna"],
        focus=between(2.4, 1.6, smooth),
        fstop=2.8,
    )
    brief = measure(track)
    assert describe(brief) == (
        "Medium long two-shot of @lou and @anna from eye level, 35 mm wide lens, camera height 1.4 m. Ends as a medium "
        "two-shot of @lou and @anna. @lou is on the left, facing right, @anna on the right. The camera slowly pushes "
        "in 0.8 m on @lou, easing in and out. Moderate depth of field (2.1–2.8 m), focus on @lou."
    )
    assert summary(brief) == "35 mm · 1.4 m · medium long two-shot · slow push-in 0.8 m"


def test_heights_at_the_end_are_told_as_a_sentence() -> None:
    risen = describe(measure(camera(lambda t: (0, -10, 1 + t), seconds=6, subjects=[LOU])))
    assert "camera height 1 m. Ends with the camera at 2 m. @lou" in risen
    near = describe(measure(camera(lambda t: (0, -9 + 7 * t, 1.5 + 2 * t), pitch=between(0, -45), subjects=[LOU])))
    assert " from a high angle, with the camera at 3.5 m." in near
    sunk = describe(measure(camera(lambda t: (0, -10, 1 - 3 * t), seconds=6, subjects=[box_at(2.0)])))
    assert ", with the camera 2 m under the ground." in sunk


def test_there_is_no_eye_level_under_the_ground() -> None:
    for above in (-2.0, 0.5):
        words = describe(measure(camera((0, -6, above), below=True, subjects=[box_at(above)])))
        assert "eye level" not in words and "under the ground" in words
    leaning = describe(measure(camera((0, -6, -2), roll=20, below=True, subjects=[box_at(-2)])))
    assert ", dutch, leaning 20° clockwise, 50 mm lens, camera 2 m under the ground." in leaning


@pytest.mark.parametrize("roll", [30.0, 45.0, -60.0])
def test_what_turns_in_the_picture_does_not_grow(roll: float) -> None:
    table = [("@table", "prop", box((0, 0, 0), (1.6, 1.6, 0.4)))]
    for place, pitch in (((0.0, 0.0, 6.0), -90.0), ((0.0, -6.0, 0.2), 0.0)):
        still = measure(camera(place, pitch=pitch, subjects=table))
        rolled = measure(camera(place, pitch=pitch, roll=between(0, roll), subjects=table))
        assert (rolled.start.size, rolled.end.size) == (still.start.size,) * 2
        assert rolled.end.share == pytest.approx(still.start.share, abs=0.01)
        assert "Ends as" not in describe(rolled)
    # On its side a picture has less room across, and then it is the picture that counts.
    tall = [("@mast", "prop", box((0, 0, 0), (0.2, 0.2, 2.0)))]
    upright, fallen = (measure(camera((0, -6, 1), roll=lean, subjects=tall)) for lean in (0.0, 90.0))
    assert fallen.start.share is not None and upright.start.share is not None
    assert fallen.start.share < upright.start.share


def test_a_jump_is_told_as_one() -> None:
    track = camera(lambda t: (0.0 if t < 0.5 else 4.0, -6, 1.4), seconds=2, subjects=[LOU])
    assert "then trucks right 4 m in an instant, then holds" in describe(measure(track))


def test_what_goes_on_at_once_and_after_another_is_told_in_order() -> None:
    track = camera(
        lambda t: (0, -6 + 2 * min(1.0, 2 * t), 1.4),
        yaw=lambda t: 20 * max(0.0, 2 * t - 1),
        roll=lambda t: 12 * max(0.0, 2 * t - 1),
        lens=35,
        seconds=8,
        subjects=[LOU],
    )
    assert (
        "The camera slowly pushes in 2 m on @lou over 4 s, then slowly pans right 20° over 4 s, while rolling "
        "clockwise 12°." in describe(measure(track))
    )


def test_things_are_called_by_name_and_assets_by_tag() -> None:
    chair = ("Chair.001", "thing", box((0.5, 0, 0), (0.5, 0.5, 0.9)))
    guest = ("Guest.001", "character", person((0.8, 0, 0)))
    text = describe(measure(camera((0, -6, 1.4), subjects=[chair, LOU, guest], mentioned=["@lou"])))
    assert "two-shot of @lou and Guest.001" in text
    assert "Chair" not in text
    assert " of Chair.001 from " in describe(measure(camera((0, -6, 1.4), subjects=[chair])))


def test_a_name_is_one_short_line() -> None:
    name = "bad\x00\x1b\nname " + "x" * 100_000
    track = camera((0, -3, 0.5), subjects=[("thing", "thing", box((0, 0, 0), (0.5, 0.5, 0.9)))])
    brief = measure(replace(track, subjects=(replace(track.subjects[0], name=name),)))
    assert brief.subject is not None
    assert brief.subject.name.startswith("bad name xxx")
    assert len(brief.subject.name) <= 60
    assert "\x00" not in describe(brief) and "\n" not in describe(brief)


def test_a_name_from_right_to_left_is_kept() -> None:
    track = camera((0, -3, 0.5), subjects=[("chair", "thing", box((0, 0, 0), (0.5, 0.5, 0.9)))])
    brief = measure(replace(track, subjects=(replace(track.subjects[0], name="كرسي"),)))
    assert "كرسي" in describe(brief)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (1.45, 1, "1.5"),
        (1.45 - 1e-6, 1, "1.5"),
        (2.0, 1, "2"),
        (-0.0, 1, "0"),
        (0.5, 0, "1"),
        (100.0, 0, "100"),
        (1e-9, 2, "0"),
    ],
)
def test_numbers_in_words(value: float, digits: int, text: str) -> None:
    assert shown(value, digits) == text


def test_lengths_are_told_as_on_a_set() -> None:
    told = {0.044: "0.04", 0.85: "0.9", 2.44: "2.4", 3.2: "3", 3.25: "3.5", 3.25 - 1e-6: "3.5", 7.247: "7", 12.4: "12"}
    assert {value: metres(value) for value in told} == told


def test_strangers_who_are_called_alike_are_counted() -> None:
    row = [(f"guest {i}", "character", person((i - 1, 0, 0))) for i in range(3)]
    track = camera((0, -5, 1.3), lens=35, subjects=row)
    alike = replace(track, subjects=tuple(replace(each, name="Guest") for each in track.subjects))
    assert describe(measure(alike)).startswith("Wide group shot of 3 × Guest from eye level")


# -- optics ---------------------------------------------------------------------------------------------


def test_lenses_are_called_by_what_they_see_on_full_frame() -> None:
    words = {14: "ultra wide", 24: "wide", 35: "wide", 50: "normal", 85: "long", 135: "long", 300: "super long"}
    assert {lens: lens_word(lens, (36, 24)) for lens in words} == words
    # Half the sensor, twice the lens.
    assert lens_word(24, (18, 12)) == "normal"
    assert field_of_view(36, 18) == pytest.approx(90)


def test_what_is_sharp_agrees_with_the_lens_equation() -> None:
    """Blur of a point at the limits, by the thin lens itself: as large as the circle of confusion."""
    lens, sensor, fstop, distance = 50.0, (36.0, 24.0), 2.8, 3.0
    near, far = sharp(lens, sensor, fstop, distance)
    assert far is not None

    def blur(metres: float) -> float:
        image, plane = (1 / (1 / lens - 1 / (each * 1000)) for each in (metres, distance))
        return lens / fstop * abs(image - plane) / image

    circle = math.hypot(*sensor) / 1500
    assert blur(near) == pytest.approx(circle, rel=1e-6)
    assert blur(far) == pytest.approx(circle, rel=1e-6)
    assert sharp(24, sensor, 11, 10)[1] is None
    assert [depth_word(2, 1.9, 2.1), depth_word(2, 1.5, 3), depth_word(2, 1, None)] == ["shallow", "moderate", "deep"]


# -- who the shot is about --------------------------------------------------------------------------------


def test_what_rays_do_not_meet_is_not_seen() -> None:
    track = camera((0, -4, 1.4), subjects=[LOU, ANNA], mentioned=["@anna"], fills={"@lou": 0.1, "@anna": 0.0})
    brief = measure(track)
    assert brief.subject is not None and brief.subject.id == "@lou"
    assert brief.unseen == ("@anna",)
    assert brief.others == ()


def test_rays_that_miss_somebody_small_do_not_hide_them() -> None:
    brief = measure(camera((0, -60, 1.4), lens=24, subjects=[LOU], fills={}))
    assert brief.subject is not None and brief.start.size == "EWS"


def test_a_place_that_is_named_first_gives_way_to_who_is_in_it() -> None:
    hall = ("@ballroom", "location", box((0, 0, 0), (20, 20, 6)))
    brief = measure(camera((0, -4, 1.4), subjects=[hall, LOU], mentioned=["@ballroom", "@lou"]))
    assert brief.subject is not None and brief.subject.id == "@lou"
    empty = measure(camera(lambda t: (0, -4 + t, 1.4), subjects=[hall], mentioned=["@ballroom"]))
    assert empty.subject is not None and empty.subject.id == "@ballroom"
    assert empty.start.size == "LS"
    assert [move.kind for move in empty.moves] == ["dolly"]


def test_a_floor_alone_is_no_close_up() -> None:
    floor = ("Floor", "thing", box((0, 0, -0.1), (40, 40, 0.1)))
    for pitch in (-20, -90):
        brief = measure(camera((0, 0, 5), pitch=pitch, subjects=[floor]))
        assert brief.subject is not None and brief.start.size == "LS"
        assert describe(brief).startswith("Wide shot of Floor from ")


def test_who_comes_in_later_has_no_size_before() -> None:
    track = camera((0, -4, 1.4), subjects=[("@lou", "character", lambda t: person((8 - 8 * t, 0, 0), -90))])
    brief = measure(track)
    assert (brief.start.size, brief.end.size, brief.travel) == (None, "MLS", "right-to-left")
    assert describe(brief).startswith("Shot that @lou comes into from eye level")


def test_who_is_hidden_for_a_while_is_still_the_subject() -> None:
    track = camera((0, -4, 1.4), subjects=[("@lou", "character", lambda t: None if 0.3 < t < 0.6 else person())])
    brief = measure(track)
    assert brief.subject is not None
    assert brief.start.size == brief.end.size == "MLS"


def test_a_person_without_joints_is_measured_by_proportions() -> None:
    for distance, size in ((20.0, "EWS"), (5.0, "LS"), (3.6, "MLS"), (2.2, "MS"), (1.5, "MCU"), (1.0, "CU")):
        place = (0, -distance, 1.2 if distance > 3 else 1.5 if distance > 1 else 1.6)
        lens = 24 if distance > 10 else 35 if distance == 5 else 50
        found = [
            measure(camera(place, lens=lens, subjects=[("p", "character", person(joints=joints))]))
            for joints in (True, False)
        ]
        assert [brief.start.size for brief in found] == [size, size]


def test_a_sitting_person_is_as_tall_as_when_standing() -> None:
    """Cut at the knees is a medium long shot, though a smaller part of the picture is filled."""
    body = person()
    joints = dict(body.joints)
    for side in "lr":
        # Thighs forward, shins down: hips at 0.45 m.
        joints[f"{side}_hip"] = (0.1, 0, 0.5)
        joints[f"{side}_knee"] = (0.1, -0.45, 0.5)
        joints[f"{side}_ankle"] = (0.1, -0.45, 0.07)
    drop = 0.53 * 1.75 - 0.5
    for name in ("head_top", "nose", "chin", "neck", "l_eye", "r_eye", "l_shoulder", "r_shoulder"):
        x, y, z = joints[name]
        joints[name] = (x, y, z - drop)
    hull = tuple((x, y + z_off, z) for x, y, z in body.points if z < 1.4 for z_off in (0.0, -0.5))
    seated = Body(hull, joints, (0, -1, 0))
    full = measure(camera((0, -5, 0.8), lens=50, subjects=[("@lou", "character", seated)]))
    waist = measure(camera((0, -2.2, 0.95), lens=50, subjects=[("@lou", "character", seated)]))
    assert (full.start.size, waist.start.size) == ("LS", "MS")


def test_lying_across_the_picture_is_a_long_shot() -> None:
    def lie(point: Vector) -> Vector:
        return (point[2] - 0.9, point[1], 0.2 + point[0])

    body = person()
    lying = Body(tuple(map(lie, body.points)), {name: lie(at) for name, at in body.joints.items()}, (0, 0, 1))
    brief = measure(camera((0, -3, 0.8), pitch=-10, lens=35, subjects=[("@lou", "character", lying)]))
    assert brief.start.size == "LS"
    close = measure(camera((0.7, -1, 0.4), pitch=-10, lens=50, subjects=[("@lou", "character", lying)]))
    assert close.start.size in ("CU", "MCU")


# -- what is broken -----------------------------------------------------------------------------------------


def test_a_track_without_samples_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one sample"):
        measure(replace(camera((0, -4, 1.5)), samples=()))


def test_one_sample_is_static() -> None:
    track = camera((0, -4, 1.5), subjects=[LOU])
    brief = measure(replace(track, samples=track.samples[:1]))
    assert [move.kind for move in brief.moves] == ["static"]
    assert brief.start.size == "MLS"
    assert describe(brief).endswith("The camera is static. Deep focus.")
    assert summary(brief) == "50 mm · 1.5 m · medium long shot · static"


def test_samples_in_any_order_and_twice() -> None:
    track = camera(lambda t: (0, -4 + t, 1.5), subjects=[LOU])
    order = list(range(len(track.samples)))
    random.Random(1).shuffle(order)
    order += order[:5]
    samples = tuple(track.samples[index] for index in order)
    bodies = tuple(track.subjects[0].bodies[index] for index in order)
    mixed = replace(track, samples=samples, subjects=(replace(track.subjects[0], bodies=bodies),))
    assert describe(measure(mixed)) == describe(measure(track))


def test_few_samples_tell_the_same_moves() -> None:
    """A reader may look at every twelfth frame, and at the last one."""
    track = camera(lambda t: (0, -6 + 3 * smooth(t), 1.5), yaw=between(0, 15, smooth), subjects=[LOU])
    kept = sorted({*range(0, len(track.samples), 12), len(track.samples) - 1, 50})
    few = replace(
        track,
        samples=tuple(track.samples[index] for index in kept),
        subjects=(replace(track.subjects[0], bodies=tuple(track.subjects[0].bodies[index] for index in kept)),),
    )
    told = [(m.kind, m.direction, round(m.amount, 1), m.easing) for m in measure(track).moves]
    assert [(m.kind, m.direction, round(m.amount, 1), m.easing) for m in measure(few).moves] == told


def test_samples_that_are_no_numbers_are_passed_over_and_said() -> None:
    track = camera(lambda t: (0, -4 + t, 1.5), subjects=[LOU])
    broken = replace(track.samples[10], matrix=NOWHERE)
    brief = measure(replace(track, samples=(*track.samples[:10], broken, *track.samples[11:])))
    assert [move.kind for move in brief.moves] == ["push-in"]
    assert brief.notes == ("Camera has no readable place at 1 of the frames looked at.",)
    lost = measure(replace(track, samples=tuple(replace(each, matrix=NOWHERE) for each in track.samples)))
    assert lost.notes == ("Camera has no place or no scale that a picture could be seen from.",)
    assert [move.kind for move in lost.moves] == ["static"]


def test_a_lens_and_a_sensor_that_are_none() -> None:
    for lens, sensor in ((0.0, (36.0, 20.25)), (NAN, (0.0, 0.0)), (-5.0, (NAN, 1.0)), (math.inf, (36.0, -1.0))):
        brief = measure(camera((0, -4, 1.2), lens=lens, sensor=sensor, subjects=[LOU]))
        assert brief.start.lens == 50
        assert brief.start.size == "MLS"


def test_bodies_with_holes() -> None:
    body = person()
    joints = {**body.joints, "l_eye": (NAN, 0.0, 0.0), "head_top": (math.inf, 0.0, 0.0)}
    holes = Body((*body.points, (NAN, NAN, NAN)), joints, (NAN, 0.0, 0.0))
    brief = measure(camera((0, -4, 1.2), subjects=[("@lou", "character", holes), ("x", "thing", Body(((NAN, 0, 0),)))]))
    assert (brief.start.size, brief.start.facing) == ("MLS", None)
    assert brief.others == ()


def test_nothing_at_all_and_only_what_is_behind() -> None:
    for subjects in ((), (("@lou", "character", person((0, -20, 0))),), (("Floor", "thing", lambda t: None),)):
        brief = measure(camera((0, -4, 1.2), subjects=subjects))
        assert (brief.subject, brief.start.size, brief.travel) == (None, None, None)
        assert describe(brief).startswith("Shot without a subject from eye level")


def test_a_camera_in_its_subject() -> None:
    around = ("Cube", "thing", box((0, 0, 0), (2, 2, 2)))
    brief = measure(camera((0, 0, 1), subjects=[around], inside="Cube"))
    assert brief.inside == "Cube"
    assert brief.start.size == "LS"
    touching = measure(camera(lambda t: (0, -2 + 4 * t, 1.2), subjects=[LOU]))
    assert touching.moves


def test_fills_focus_and_ground_that_are_no_numbers() -> None:
    track = camera((0, -4, 1.2), subjects=[LOU], fills={"@lou": NAN}, focus=NAN, fstop=2.0)
    brief = measure(replace(track, samples=tuple(replace(each, ground=NAN) for each in track.samples)))
    assert brief.focus is None
    assert brief.start.height is None
    assert "camera height" not in describe(brief)


def test_far_from_the_origin_the_words_are_the_same() -> None:
    """Coordinates of a map, some 10 km from the origin, in 32 bits as Blender has them."""
    import numpy as np

    def far(track: CameraTrack) -> CameraTrack:
        def single(value: float) -> float:
            return float(np.float32(value))

        def sample(each: Sample) -> Sample:
            place = [single(row[3] + off) for row, off in zip(each.matrix, (9000, -7000, 0, 0), strict=True)]
            rows = [(*map(single, row[:3]), at) for row, at in zip(each.matrix, place, strict=True)]
            return replace(each, matrix=tuple(rows))  # type: ignore[arg-type]

        return replace(track, samples=tuple(sample(each) for each in track.samples))

    near = camera(lambda t: (0, -5 + 2 * smooth(t), 1.5), yaw=between(0, 20), subjects=())
    assert [m.kind for m in measure(far(near)).moves] == [m.kind for m in measure(near).moves] == ["pan", "dolly"]


@pytest.mark.parametrize("seed", range(60))
def test_anything_gets_a_brief(seed: int) -> None:
    """Random paths, turns, lenses and subjects, some of them no numbers."""
    off = random.Random(seed)

    def curve(low: float, high: float) -> list[float]:
        return [off.uniform(low, high) for _ in range(4)]

    def at(values: list[float], t: float) -> float:
        return values[0] + values[1] * t + values[2] * math.sin(off_rate * t) + values[3] * t * t

    off_rate = off.uniform(0, 40)
    place, angles, lens = [curve(-4, 4) for _ in range(3)], [curve(-90, 90) for _ in range(3)], curve(10, 40)
    track = camera(
        lambda t: (at(place[0], t), at(place[1], t), at(place[2], t)),
        yaw=lambda t: at(angles[0], t),
        pitch=lambda t: at(angles[1], t),
        roll=lambda t: at(angles[2], t),
        lens=lambda t: abs(at(lens, t)),
        width=lambda t: abs(at(lens, t)),
        seconds=off.choice([1 / 24, 0.1, 1.0, 3.0]),
        projection=off.choice(["perspective", "orthographic", "panoramic"]),
        handheld=off.choice([0.0, 0.5]),
        ground=off.choice([None, 0.0, NAN]),
        focus=off.choice([None, 0.0, 2.0]),
        fstop=off.choice([None, 0.0, 2.0]),
        subjects=[
            (
                f"@p{index}",
                off.choice(["character", "prop", "thing", "location"]),
                person((at(place[index], 1), index, 0)),
            )
            for index in range(off.randrange(3))
        ],
        mentioned=["@p1", "@gone"],
    )
    samples = tuple(replace(each, matrix=NOWHERE) if off.random() < 0.05 else each for each in track.samples)
    brief = measure(replace(track, samples=samples))
    assert CameraBrief.model_validate(brief.document()) == brief
    assert describe(brief).endswith(".") and summary(brief)
    assert brief.moves and all(math.isfinite(move.amount) for move in brief.moves)
    assert measure(mirrored(mirrored(replace(track, samples=samples)))) == brief
    assert snap(brief.seconds) >= 0

"""Cameras that move, and what a director of photography would call it. See `known_cameras`."""

from __future__ import annotations

import math

from shotwright.core.brief.track import Vector
from support.cameras import between, camera, creep, linear, part, person, slow_end, slow_start, smooth
from support.known import LOU, Known

__all__ = ["combined_moves", "single_moves"]

_LOU = [LOU]
_WALKER = [("@lou", "character", lambda t: person((6 * t - 3, 0, 0), 90))]
_COMES = [("@lou", "character", lambda t: person((0, -5 * t, 0), 0))]
_AHEAD = [("@lou", "character", lambda t: person((0, 5 * t, 0), 180))]
_STATIC = {"kind": "static"}


def _move(kind: str, direction: str, amount: float | None = None, **more: object) -> dict[str, object]:
    return {"kind": kind, "direction": direction, **({} if amount is None else {"amount": float(amount)}), **more}


def _around(degrees: float, radius: float, height: float = 1.4) -> Vector:
    a = math.radians(degrees)
    return (radius * math.sin(a), -radius * math.cos(a), height)


def single_moves() -> list[Known]:
    return [*_turns(), *_travels(), *_nearer_and_away(), *_with_a_walker()]


def _turns() -> list[Known]:
    return [
        # 40° in 39.6° of view over 4 s: a quarter of a width a second.
        Known(
            "pan",
            camera((0, -4, 1.5), yaw=between(-20, 20), subjects=_LOU),
            {},
            [_move("pan", "right", 40, pace="medium", easing="linear", first=101, last=197)],
        ),
        Known(
            "pan back, eased",
            camera((0, -4, 1.5), yaw=between(4, -4, smooth), subjects=_LOU),
            {},
            [_move("pan", "left", 8, pace="slow", easing="ease-in-out")],
        ),
        Known(
            "tilt",
            camera((0, -4, 1), pitch=between(0, 10, slow_end), subjects=_LOU),
            {},
            [_move("tilt", "up", 10, pace="slow", easing="ease-out")],
        ),
        Known(
            "roll",
            camera((0, -4, 1.5), roll=between(0, -20, slow_start), subjects=_LOU),
            {"start.dutch": False, "end.dutch": True, "end.roll": -20.0},
            [_move("roll", "anticlockwise", 20, easing="ease-in")],
        ),
    ]


def _travels() -> list[Known]:
    return [
        Known(
            "dolly through nothing",
            camera(lambda t: (0, -4 + 2 * t, 1.5)),
            {"subject": None},
            [_move("dolly", "forward", 2, easing="linear", unit="m")],
        ),
        # At 5 m the picture is 3.6 m across: 1.5 m over 4 s are a tenth of a width a second.
        Known(
            "truck",
            camera(lambda t: (0.75 - 1.5 * t, -5, 1.4), subjects=_LOU),
            {"travel": "still"},
            [_move("truck", "left", 1.5, pace="slow", speed=0.375)],
        ),
        Known(
            "pedestal",
            camera(lambda t: (0, -4, 1 + 0.8 * smooth(t)), subjects=_LOU),
            {"start.height": 1.0, "end.height": 1.8},
            [_move("pedestal", "up", 0.8, pace="slow", easing="ease-in-out")],
        ),
        Known(
            "crane down",
            camera(lambda t: (0, -6, 5 - 3.5 * smooth(t)), target=(0, 0, 1.2), lens=35, subjects=_LOU),
            {"start.angle": "high", "end.angle": "eye"},
            [_move("crane", "down", 3.5, easing="ease-in-out", keeps=["tilt"])],
        ),
    ]


def _nearer_and_away() -> list[Known]:
    return [
        Known(
            "arc",
            camera(lambda t: _around(-60 * t, 4), target=(0, 0, 1.3), seconds=8, subjects=_LOU),
            {},
            [_move("arc", "left", 60, unit="deg", easing="linear", keeps=["pan"], subject="@lou")],
        ),
        # From 4 to 2 m: ln 2 over 4 s, 0.17 a second.
        Known(
            "push-in",
            camera(lambda t: (0, -4 + 2 * smooth(t), 1.5), subjects=_LOU),
            {"start.size": "MLS", "end.size": "MS"},
            [_move("push-in", "in", 2, pace="medium", easing="ease-in-out", subject="@lou")],
        ),
        Known(
            "push-in that nobody sees",
            camera(lambda t: (0, -6 + 0.3 * t, 1.5), seconds=10, subjects=_LOU),
            {},
            [_move("push-in", "in", 0.3, pace="imperceptible")],
        ),
        Known(
            "pull-out",
            camera(lambda t: (0, -2 - 3 * slow_start(t), 1.5), subjects=_LOU),
            {},
            [_move("pull-out", "out", 3, easing="ease-in")],
        ),
    ]


def _with_a_walker() -> list[Known]:
    return [
        # 6 m in 4 s: a walk.
        Known(
            "truck with a walker",
            camera(lambda t: (6 * t - 3, -4, 1.4), subjects=_WALKER),
            {"travel": "left-to-right", "start.facing": "right"},
            [_move("follow", "right", 6, pace="medium", subject="@lou")],
        ),
        Known(
            "lead a walker",
            camera(lambda t: (0, -3 - 5 * t, 1.5), subjects=_COMES),
            {"travel": "towards", "start.facing": "towards"},
            [_move("follow", "back", 5)],
        ),
        # From 35 to 70 mm: ln 2 over 4 s.
        Known(
            "zoom",
            camera((0, -6, 1.4), lens=between(35, 70), subjects=_LOU),
            {"start.lens": 35.0, "end.lens": 70.0},
            [_move("zoom", "in", 35, unit="mm", pace="medium", lens=[35.0, 70.0])],
        ),
        Known("handheld", camera((0, -4, 1.5), handheld=0.6, subjects=_LOU), {}, [_move("handheld", "", unit="deg")]),
        Known(
            "walks past a tripod",
            camera((0, -8, 1.4), lens=24, subjects=_WALKER),
            {"travel": "left-to-right", "start.place.across": "left", "end.place.across": "right"},
            [_move("static", "", first=101, last=197)],
        ),
    ]


def combined_moves() -> list[Known]:
    return [
        *_two_at_a_time(),
        *_pans_and_walkers(),
        *_one_after_the_other(),
        *_around_and_above(),
        *_towards_something(),
    ]


def _two_at_a_time() -> list[Known]:
    return [
        # The tilt leads from the middle to above the head: it is a move of its own.
        Known(
            "push-in with a tilt",
            camera(lambda t: (0, -6 + 2 * t, 1.2), pitch=between(-6, 8), subjects=_LOU),
            {},
            [_move("push-in", "in", 2), _move("tilt", "up", 14)],
        ),
        Known(
            "crane up and pull out",
            camera(
                lambda t: (0, -4 - 4 * smooth(t), 1.5 + 3 * smooth(t)), target=(0, 0, 1.3), seconds=8, subjects=_LOU
            ),
            {"end.angle": "high", "end.height": 4.5},
            [
                _move("pull-out", "out", 4, easing="ease-in-out"),
                _move("crane", "up", 3, easing="ease-in-out", keeps=["tilt"]),
            ],
        ),
        Known(
            "arc with a push-in",
            camera(lambda t: _around(70 * t, 5 - 2 * t), target=(0, 0, 1.3), seconds=8, subjects=_LOU),
            {},
            [_move("arc", "right", 70, keeps=["pan"]), _move("push-in", "in", 2)],
        ),
        Known(
            "pan, then hold",
            camera((0, -4, 1.5), yaw=between(0, 20, part(0, 0.5, smooth)), subjects=_LOU),
            {},
            [
                _move("pan", "right", 20, first=101, last=149, easing="ease-in-out"),
                {**_STATIC, "first": 149, "last": 197},
            ],
        ),
        # 60 mm at 6 m and 30 mm at 3 m show the same.
        Known(
            "dolly-zoom",
            camera(lambda t: (0, -6 + 3 * t, 1.4), lens=lambda t: 10 * (6 - 3 * t), subjects=_LOU),
            {"start.size": "MLS", "end.size": "MLS"},
            [_move("dolly-zoom", "in", 3, lens=[60.0, 30.0], subject="@lou")],
        ),
        Known(
            "handheld behind a walker",
            camera(lambda t: (0, 5 * t - 3, 1.5), handheld=0.5, subjects=_AHEAD),
            {"travel": "away", "start.facing": "away"},
            [_move("follow", "forward", 5), _move("handheld", "")],
        ),
        Known(
            "pedestal and pan",
            camera(lambda t: (0, -4, 1 + t), yaw=between(-12, 12), subjects=_LOU),
            {},
            [_move("pan", "right", 24), _move("pedestal", "up", 1)],
        ),
    ]


def _pans_and_walkers() -> list[Known]:
    return [
        # 90° in 0.4 s: over two widths, five a second.
        Known(
            "whip pan",
            camera((0, -4, 1.5), yaw=between(0, 90, part(0.45, 0.55, smooth)), subjects=_LOU),
            {},
            [_move("pan", "right", 90, pace="whip", first=144, last=154), _STATIC, _STATIC],
        ),
        Known(
            "zoom in a pan",
            camera((0, -6, 1.4), yaw=between(-10, 10), lens=between(35, 50), subjects=_LOU),
            {},
            [_move("pan", "right", 20), _move("zoom", "in", 15)],
        ),
        Known(
            "hold, push in, pan",
            camera(
                lambda t: (0, -5 + 2 * part(0.25, 0.5, smooth)(t), 1.5),
                yaw=between(0, 25, part(0.6, 1.0, smooth)),
                seconds=10,
                subjects=_LOU,
            ),
            {},
            [
                _move("pan", "right", 25, first=245, last=341),
                _move("push-in", "in", 2, first=161, last=221),
                {**_STATIC, "first": 101, "last": 161},
                _STATIC,
            ],
        ),
        # Straight past at 3 m: the camera turns left by 2·atan(1/3) = 37° to keep Lou where she is.
        Known(
            "truck that keeps its subject",
            camera(lambda t: (2 * t - 1, -3, 1.4), target=(0, 0, 1.4), subjects=_LOU),
            {},
            [_move("truck", "right", 2, keeps=["pan"], subject="@lou")],
        ),
        # Lou goes from 21° left to 21° right at 8 m; the tripod stays.
        Known(
            "pan with a walker",
            camera((0, -8, 1.4), target=lambda t: (6 * t - 3, 0, 1.2), subjects=_WALKER),
            {"travel": "left-to-right"},
            [_move("pan", "right", 41.1, subject="@lou")],
        ),
        Known(
            "forward, leaning over",
            camera(lambda t: (0, -6 + 2 * t, 1.4), roll=between(0, 25), subjects=_LOU),
            {"end.dutch": True},
            [_move("roll", "clockwise", 25), _move("push-in", "in", 2)],
        ),
    ]


def _one_after_the_other() -> list[Known]:
    return [
        Known(
            "in and out again",
            camera(lambda t: (0, -5 + 2 * smooth(1 - abs(2 * t - 1)), 1.4), seconds=8, subjects=_LOU),
            {},
            [_move("push-in", "in", 2, first=101, last=197), _move("pull-out", "out", 2, first=197, last=293)],
        ),
        # Its cube has its first eighth only after half of the time.
        Known(
            "a rise that begins unseen",
            camera(lambda t: (0, -6, 1.5 + 4 * creep(t)), target=(0, 0, 1.3), seconds=20, subjects=_LOU),
            {},
            [_move("crane", "up", 4, easing="ease-in", creeps=True, keeps=["tilt"], pace="slow")],
        ),
        # From 6 to 4 m the picture grows by half; 2 m aside are a third of the 6.2 m that it shows.
        Known(
            "aside, then forward",
            camera(
                lambda t: (2 * part(0, 0.5)(t) - 2, -6 + 2 * part(0.5, 1)(t), 1.4), lens=35, seconds=8, subjects=_LOU
            ),
            {},
            [_move("push-in", "in", 2, first=197, last=293), _move("truck", "right", 2, first=101, last=197)],
        ),
        Known(
            "handheld push-in",
            camera(lambda t: (0, -5 + 2 * t, 1.5), handheld=0.4, seconds=5, subjects=_LOU),
            {},
            [_move("push-in", "in", 2), _move("handheld", "")],
        ),
        Known(
            "around nothing",
            camera(lambda t: _around(80 * t, 5), target=(0, 0, 1.4), seconds=8),
            {"subject": None},
            [_move("arc", "right", 80)],
        ),
        Known(
            "alongside and nearer",
            camera(lambda t: (6 * t - 3, -5 + 2 * t, 1.4), subjects=_WALKER),
            {},
            [_move("follow", "right"), _move("push-in", "in", 2)],
        ),
        Known(
            "pan to and fro",
            camera((0, -6, 1.4), yaw=lambda t: 20 * math.sin(2 * math.pi * t), lens=35, seconds=8, subjects=_LOU),
            {},
            [_move("pan", "left", 40), _move("pan", "right", 20), _move("pan", "right", 20)],
        ),
        Known(
            "tilt down as it rises",
            camera(lambda t: (0, -5, 1 + 4 * smooth(t)), target=(0, 0, 1.0), lens=35, subjects=_LOU),
            {"end.angle": "high"},
            [_move("crane", "up", 4, keeps=["tilt"])],
        ),
    ]


def _around_and_above() -> list[Known]:
    return [
        Known(
            "all the way round",
            camera(lambda t: _around(360 * t, 4), target=(0, 0, 1.3), seconds=12, subjects=_LOU),
            {"start.facing": "towards", "end.facing": "towards"},
            [_move("arc", "right", 360, keeps=["pan"], subject="@lou")],
        ),
        # Lou is one of two; what stays in the middle of the picture is between them.
        Known(
            "around two",
            camera(
                lambda t: _around(-50 * t, 3.5),
                target=(0, 0, 1.3),
                seconds=6,
                subjects=[
                    ("@lou", "character", person((-0.5, 0, 0), 60)),
                    ("@anna", "character", person((0.5, 0, 0), -60)),
                ],
                mentioned=["@lou"],
            ),
            {"start.framing": "two-shot"},
            [_move("arc", "left", 50, keeps=["pan"], subject="")],
        ),
        # A quarter of a circle that stands upright, around the middle of the body.
        Known(
            "up and over",
            camera(
                lambda t: (0, -6 * math.cos(1.3 * smooth(t)), 1.2 + 6 * math.sin(1.3 * smooth(t))),
                target=(0, 0, 1.2),
                seconds=8,
                lens=35,
                subjects=_LOU,
            ),
            {"start.angle": "eye", "end.angle": "top"},
            [_move("crane", "up", 5.78, easing="ease-in-out", keeps=["tilt"])],
        ),
        # Straight down, where the view goes too: what is under it comes nearer.
        Known(
            "down from above",
            camera(lambda t: (0, 0, 9 - 3 * t), pitch=-90, lens=35, subjects=_LOU),
            {"start.angle": "top", "end.angle": "top"},
            [_move("push-in", "in", 3)],
        ),
        Known(
            "spin above",
            camera((0, 0, 8), pitch=-90, roll=between(0, 60, smooth), lens=35, subjects=_LOU),
            {},
            [_move("roll", "clockwise", 60, easing="ease-in-out")],
        ),
        Known(
            "drift above",
            camera(lambda t: (0, -2 + 4 * t, 8), pitch=-90, lens=24),
            {"start.angle": "top"},
            [_move("dolly", "forward", 4)],
        ),
    ]


def _towards_something() -> list[Known]:
    return [
        Known(
            "down to the feet",
            camera((0, -1.5, 1.6), pitch=between(0, -85), lens=24, subjects=_LOU),
            {"start.angle": "eye", "end.angle": "top"},
            [_move("tilt", "down", 85)],
        ),
        # At the start straight ahead; it passes Lou, who is 1.5 m to the right, after three quarters.
        Known(
            "past somebody",
            camera(lambda t: (-1.5, -9 + 12 * t, 1.4), lens=35, subjects=_LOU),
            {"start.place.across": "right", "end.size": None},
            [_move("dolly", "forward", 12)],
        ),
        # 6 m, then 3 m across.
        Known(
            "closer without perspective",
            camera((0, -10, 1.2), width=between(6, 3), projection="orthographic", subjects=_LOU),
            {"start.width": 6.0, "end.width": 3.0},
            [_move("zoom", "in", 3, unit="m")],
        ),
        Known(
            "push in with focus that stays on",
            camera(lambda t: (0, -5 + 2 * t, 1.6), focus=between(5, 3, linear), fstop=2, subjects=_LOU),
            {"focus.rack": False, "focus.on": ["@lou", "@lou"]},
            [_move("push-in", "in", 2)],
        ),
    ]

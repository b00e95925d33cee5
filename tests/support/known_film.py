"""Set-ups of a whole film, after those of examples/ballroom, and what its crew would call them. See `known_cameras`.

A picture is 36×20.25 mm. Lou is 1.75 m tall: crown 1.75, chin 1.52, hips 0.93, wrists 0.85, knees 0.50, ankles 0.07.
"""

from __future__ import annotations

from dataclasses import replace

from shotwright.core.brief.track import Body
from support.cameras import between, box, camera, creep, part, person, smooth
from support.known import LOU, Known

__all__ = ["film"]

CONFETTI = ("Confetti", "thing", box((0, 0, 0), (5, 5, 0.01)))
STATIC = [{"kind": "static"}]


def film() -> list[Known]:
    return [*_seen(), *_parts(), *_focus(), *_moves()]


def _hands_up(height: float, turn: float = 0.0) -> Body:
    """Lou with both hands 0.3 m before her, 0.2 m apart; the forearms lie level."""
    body = person(turn=turn)
    joints = dict(body.joints)
    for side, x in (("l", 0.1), ("r", -0.1)):
        joints[f"{side}_elbow"] = (x, -0.1, height)
        joints[f"{side}_wrist"] = (x, -0.3, height)
    return replace(body, joints=joints)


def _seen() -> list[Known]:
    things = [(f"Chair {i}", "thing", box((i - 3, 2, 0), (0.5, 0.5, 1))) for i in range(7)]
    mop = ("@mop", "prop", box((-0.6, 0, 0), (0.1, 0.1, 1.5)))
    woman = ("@woman", "character", person((1, 110, 0)))
    hall = ("@ballroom", "location", box((0, 0, 0), (20, 40, 8)))
    return [
        # 11 m of height at 13 m: the mop takes 14 %, the woman, 123 m away, 1.7.
        Known(
            "a hall full of things",
            camera((0, -13, 1.6), lens=24, subjects=[hall, *things, mop, woman, LOU], mentioned=["@lou", "@ballroom"]),
            {"subject.id": "@lou"},
            STATIC,
            says=["Also in frame: @mop."],
            never=["Chair", "@woman", "@ballroom"],
        ),
        # 5 m behind Lou she would take 10 %, but rays do not meet her.
        Known(
            "somebody behind a door",
            camera(
                (0, -13, 1.6),
                lens=24,
                subjects=[LOU, mop, ("@woman", "character", person((1, 5, 0)))],
                mentioned=["@lou"],
                fills={"@lou": 0.005, "@mop": 0.0008},
            ),
            {"subject.id": "@lou"},
            says=["Also in frame: @mop."],
            never=["@woman"],
        ),
        Known(
            "three at most",
            camera(
                (0, -6, 1.2),
                subjects=[
                    LOU,
                    *((f"@p{i}", "prop", box((i / 3 - 0.8, 0.5, 0), (0.2, 0.2, 1 - i / 8))) for i in range(5)),
                ],
                mentioned=["@lou"],
            ),
            {"others.3.id": "@p3"},
            says=["Also in frame: @p0, @p1 and @p2."],
            never=["@p3", "more"],
        ),
        # Of 1.44 m of height at 2.85 m.
        Known(
            "face to face",
            camera(
                (0, -2.85, 1.4),
                lens=40,
                subjects=[
                    ("@woman", "character", person((0.35, 0, 0), -90)),
                    ("@lou", "character", person((-0.35, 0, 0), 90)),
                ],
                mentioned=["@lou", "@woman"],
            ),
            {"start.framing": "two-shot", "start.order": ["@lou", "@woman"], "start.facing": "right"},
            says=["@lou is on the left, facing right, @woman on the right."],
        ),
    ]


def _parts() -> list[Known]:
    return [*_hands_and_feet(), *_trunk()]


def _hands_and_feet() -> list[Known]:
    return [
        # 0.52 m of height at the hands, around 1.03: from 0.77 to 1.29. The camera is 0.45 m higher at 2.2 m: 11.6°.
        Known(
            "hands from above",
            camera((0, -2.5, 1.5), pitch=-12, lens=85, subjects=[("@lou", "character", _hands_up(1.05))]),
            {"start.part": "hands", "start.framing": "insert", "start.angle": "high", "start.place.across": "centre"},
            STATIC,
            says=["Insert of @lou's hands from a high angle, 85 mm long lens"],
            never=["detail", "Ends"],
        ),
        # Up to 1.57 at the body: a fifth of the head.
        Known(
            "hands under a chin",
            camera((0, -2.5, 1.27), lens=85, subjects=[("@lou", "character", _hands_up(1.15))]),
            {"start.part": "hands", "end.part": "hands", "start.framing": "insert", "start.angle": "eye"},
            says=["Insert of @lou's hands, straight on, "],
            never=["Medium"],
        ),
        # 0.87 m of height at 1.5 m: from -0.13 to 0.73.
        Known(
            "feet on the parquet",
            camera((0, -1.5, 0.3), lens=35, subjects=[LOU]),
            {"start.part": "legs and feet", "start.angle": "low", "start.framing": "single", "start.height": 0.3},
            STATIC,
            says=["Shot of @lou's legs and feet from floor level, 35 mm wide lens, camera height 0.3 m."],
            never=["Medium", "head cut"],
        ),
        # 0.19 m of height: from 0 to 0.19.
        Known(
            "feet alone",
            camera((0, -0.8, 0.095), lens=85, subjects=[LOU]),
            {"start.part": "feet", "start.framing": "insert"},
            says=["Insert of @lou's feet from floor level"],
        ),
    ]


def _trunk() -> list[Known]:
    return [
        # 0.72 m of height around 1.1: from 0.74 to 1.46, shoulders at 1.43.
        Known(
            "a back",
            camera((0, -1.78, 1.1), subjects=[("@lou", "character", person(turn=180))]),
            {"start.part": "back", "start.facing": "away"},
            says=["@lou's back, straight on, "],
        ),
        # 1.44 m of height around 0.72: from 0 to 1.44.
        Known(
            "without a head",
            camera((0, -3.55, 0.72), subjects=[LOU]),
            {"start.part": "body"},
            says=["Shot of @lou from the neck down"],
        ),
        # 5.06 m of height, and a tilt of less than 10°.
        Known(
            "from the floor, all of him",
            camera((0, -6, 0.3), pitch=6, lens=24, subjects=[LOU]),
            {"start.part": "", "start.angle": "low", "start.size": "LS"},
            says=["Wide shot of @lou from floor level"],
        ),
        # From 0.83 m up, then from 0.85: half of the body is at 0.875, measured in steps of 0.035.
        Known(
            "a drift over a limit",
            camera(lambda t: (0, -2.82 + 0.12 * t, 1.4), subjects=[LOU]),
            {"start.size": "MLS", "end.size": "MS"},
            never=["Ends"],
        ),
    ]


def _focus() -> list[Known]:
    def at(name: str, focus: float, on: str, says: str, *others: tuple[str, str, object]) -> Known:
        return Known(
            name,
            camera((0, -3, 1.5), focus=focus, fstop=1.8, subjects=[LOU, CONFETTI, *others], mentioned=["@lou"]),
            {"focus.on": [on, on], "focus.rack": False},
            STATIC,
            says=[says],
            never=["Confetti"],
        )

    # At f/1.8 and 3 m some 0.2 m are sharp to each side; confetti lies from 0.5 to 5.5 m.
    return [
        at("focus among confetti", 2.0, "", "focus at 2 m"),
        at("focus on a shoulder", 2.92, "@lou", "focus on @lou"),
        at("focus before somebody", 2.0, "@mop", "focus on @mop", ("@mop", "prop", box((0.2, -1, 0), (0.1, 0.1, 1.5)))),
        # The camera goes 0.85 m in, focus goes along with her back.
        Known(
            "push-in with confetti",
            camera(
                lambda t: (0, -2.3 + 0.85 * smooth(t), 1.5),
                focus=between(2.4, 1.55, smooth),
                fstop=1.8,
                subjects=[CONFETTI, LOU],
            ),
            {"focus.on": ["@lou", "@lou"], "focus.rack": False},
            [{"kind": "push-in", "direction": "in", "amount": 0.85}],
            says=["pushes in 0.9 m on @lou", "Shallow depth of field (2.3–2.5 m), focus on @lou."],
        ),
    ]


def _moves() -> list[Known]:
    return [
        # 5 m up on a way of 8.6.
        Known(
            "a crane at the end of a film",
            camera(
                lambda t: (0, -4.6 - 7 * creep(t), 1.35 + 5 * creep(t)),
                target=(0, 0, 1),
                lens=24,
                seconds=20,
                subjects=[LOU],
            ),
            {"start.height": 1.35, "end.height": 6.35, "start.angle": "eye", "end.angle": "high"},
            [
                {"kind": "pull-out", "direction": "out", "amount": 7.0, "creeps": True, "easing": "ease-in"},
                {"kind": "crane", "direction": "up", "amount": 5.0, "easing": "ease-in", "keeps": ["tilt"]},
            ],
            says=[
                "Ends from a high angle, with the camera at 6.4 m.",
                "cranes up 5 m and back 7 m, imperceptible at first, easing in, tilting down to keep @lou in frame.",
            ],
            never=["pulls out"],
        ),
        # She walks 5 m away and 2 m to the right; the pan waits for half a second and has caught up at the end.
        Known(
            "a pan that catches up",
            camera(
                (0, -3.5, 1.5),
                yaw=lambda t: 21 * part(0.12, 1, smooth)(t),
                lens=35,
                subjects=[("@woman", "character", lambda t: person((3 * t, 4 * t, 0), 180))],
            ),
            {"travel": "away", "start.facing": "away"},
            [{"kind": "pan", "direction": "right", "amount": 21.0, "subject": "@woman"}],
            says=["pans right 20° with @woman"],
        ),
    ]

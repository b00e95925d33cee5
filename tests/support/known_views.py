"""Cameras that stand still, and what a director of photography would note about their picture. See `known_cameras`.

A picture is 36×20.25 mm, so that a lens of f mm shows d·20.25/f metres of height at d metres. The person is 1.75 m
tall: eyes at 1.64, chin at 1.52, chest at 1.26, hips at 0.93, knees at 0.50.
"""

from __future__ import annotations

from support.cameras import between, box, camera, person, smooth
from support.known import LOU, Known

__all__ = ["angles", "frames", "optics", "sizes"]

RECORD_PLAYER = ("@recordplayer", "prop", box((0, 0, 0.8), (0.4, 0.4, 0.2)))


def sizes() -> list[Known]:
    def at(name: str, distance: float, height: float, lens: float, **words: object) -> Known:
        asked = {"start." + key: value for key, value in words.items()}
        return Known(
            name,
            camera((0, -distance, height), lens=lens, subjects=[LOU]),
            {"subject.id": "@lou", "start.framing": "single", "start.height": float(height), **asked},
            [{"kind": "static"}],
        )

    return [
        # 0.19 m of height: less than the head's 0.23.
        at("eyes fill the picture", 0.8, 1.62, 85, size="ECU", angle="eye", lens_word="long"),
        # From 1.38 up: between chest and chin.
        at("head and shoulders", 2, 1.62, 85, size="CU", angle="eye", facing="towards"),
        # From 1.18 up: the chest.
        at("cut at the chest", 1.6, 1.5, 50, size="MCU", angle="eye", lens_word="normal"),
        # From 0.91 up: just below the hips' joints.
        at("cut at the hips", 2.4, 1.4, 50, size="MS", angle="eye"),
        # From 0.39 up: below the knees.
        at("cut below the knees", 4, 1.2, 50, size="MLS", angle="eye"),
        # 2.9 m of height around 1.2: all of it, at 60 per cent.
        at("a full figure", 5, 1.2, 35, size="LS", angle="eye", lens_word="wide"),
        # 6.75 m: a quarter of the picture's height. The camera is level with the eyes.
        at("small in a hall", 8, 1.6, 24, size="LS", angle="eye", hfov=73.74),
        # 16.9 m: a tenth.
        at("lost in a square", 20, 1.6, 24, size="EWS", angle="eye"),
        at("an ultra wide lens", 3, 1.5, 18, size="LS", lens_word="ultra wide", hfov=90.0),
        at("a very long lens", 20, 1.5, 300, lens_word="super long", size="MLS"),
    ]


def angles() -> list[Known]:
    lou = [LOU]
    return [
        Known(
            "from the floor up",
            camera((0, -3, 0.3), target=(0, 0, 1.5), lens=35, subjects=lou),
            {"start.angle": "low", "start.height": 0.3, "start.pitch": 21.8},
        ),
        Known(
            "level on the floor, far away",
            camera((0, -12, 0.2), lens=35, subjects=lou),
            {"start.angle": "low", "start.height": 0.2, "start.pitch": 0.0},
        ),
        Known(
            "from a balcony down",
            camera((0, -4, 4), target=(0, 0, 1), lens=35, subjects=lou),
            {"start.angle": "high", "start.height": 4.0, "start.pitch": -36.87},
        ),
        Known(
            "straight from above",
            camera((0, 0, 8), pitch=-90, lens=35, subjects=lou),
            {"start.angle": "top", "start.size": "LS", "start.place.across": "centre", "start.dutch": False},
            [{"kind": "static"}],
        ),
        Known(
            "leaning",
            camera((0, -4, 1.5), roll=15, subjects=lou),
            {"start.dutch": True, "start.roll": 15.0, "start.angle": "eye"},
            [{"kind": "static"}],
        ),
        Known(
            "hardly leaning",
            camera((0, -4, 1.5), roll=-3, subjects=lou),
            {"start.dutch": False, "start.roll": -3.0},
        ),
        Known(
            "under the ground",
            camera((0, -4, -0.5), pitch=20, below=True, subjects=lou),
            {"start.below": True, "start.height": -0.5, "start.angle": "low"},
        ),
        Known(
            "at the eyes, tilted a little up",
            camera((0, -4, 1.64), pitch=8, lens=35, subjects=lou),
            {"start.angle": "eye", "start.pitch": 8.0},
        ),
        Known(
            "nobody there, looking down",
            camera((0, -4, 3), pitch=-30),
            {"subject": None, "start.angle": "high", "start.size": None, "start.framing": "none", "travel": None},
            [{"kind": "static"}],
        ),
    ]


def _pair(gap: float) -> list[tuple[str, str, object]]:
    return [
        ("@lou", "character", person((-gap / 2, 0, 0), 60)),
        ("@anna", "character", person((gap / 2, 0, 0), -60)),
    ]


def frames() -> list[Known]:
    return [*_people(), *_things()]


def _people() -> list[Known]:
    return [
        # 6.17 m across at 6 m: 1.2 m to the left is at 0.31, and it looks along +x.
        Known(
            "left, looking right",
            camera((0, -6, 1.2), lens=35, subjects=[("@lou", "character", person((-1.2, 0, 0), 90))]),
            {"start.place.across": "left", "start.facing": "right", "travel": "still", "start.place.up": "middle"},
        ),
        Known(
            "right, looking away, with room above",
            camera((0, -6, 2.2), lens=35, subjects=[("@lou", "character", person((1.5, 0, 0), 180))]),
            {"start.place.across": "right", "start.facing": "away", "start.place.up": "lower"},
        ),
        # At 3 m: 2.16 m across, 1.2 m high around 1.35: from 0.74 to 1.96.
        Known(
            "two at a table",
            camera((0, -3, 1.35), subjects=_pair(0.9), mentioned=["@anna", "@lou"]),
            {
                "subject.id": "@anna",
                "start.framing": "two-shot",
                "start.beside.0": "@lou",
                "start.size": "MLS",
                "start.facing": "left",
                "start.place.across": "right",
            },
        ),
        Known(
            "three in a row",
            camera(
                (0, -5, 1.3),
                lens=35,
                subjects=[(f"@p{i}", "character", person((i - 1, 0, 0))) for i in range(3)],
                mentioned=["@p1"],
            ),
            {"subject.id": "@p1", "start.framing": "group", "start.size": "LS", "start.beside": ["@p0", "@p2"]},
        ),
        # Anna stands 0.9 m before the camera, to the right, and looks at Lou, who looks at her.
        Known(
            "over a shoulder",
            camera(
                (0.5, -1.2, 1.6),
                yaw=-8,
                lens=40,
                subjects=[
                    ("@anna", "character", person((0.65, -0.3, 0), 180)),
                    ("@lou", "character", person((0.0, 1.2, 0), 0)),
                ],
                mentioned=["@anna", "@lou"],
            ),
            {"subject.id": "@lou", "start.framing": "over-shoulder", "start.beside.0": "@anna", "start.size": "MS"},
        ),
    ]


def _things() -> list[Known]:
    return [
        # 0.2 m of a record player in 0.24 m of height, 0.4 in 0.43 across.
        Known(
            "a record player close",
            camera((0, -0.8, 0.9), subjects=[RECORD_PLAYER, LOU], mentioned=["@recordplayer"]),
            {"subject.id": "@recordplayer", "start.framing": "insert"},
        ),
        # A hand hangs at 0.85 m; 0.24 m of height.
        Known(
            "a hand",
            camera((0.245, -0.6, 0.85), subjects=[LOU]),
            {"subject.id": "@lou", "start.framing": "insert", "start.angle": "eye"},
        ),
        # 0.4 m across a picture of 5.76 m, 0.2 of 3.24.
        Known(
            "a record player in a room",
            camera((0, -8, 1.2), subjects=[RECORD_PLAYER]),
            {"start.size": "EWS", "start.framing": "single", "subject.kind": "prop"},
        ),
        Known(
            "a floor and walls are no subject",
            camera(
                (0, -4, 1.5),
                subjects=[
                    ("Floor", "thing", box((0, 0, -0.1), (40, 40, 0.1))),
                    ("Wall", "thing", box((0, 5, 0), (40, 0.2, 6))),
                    ("Chair", "thing", box((0.5, 0, 0), (0.5, 0.5, 0.9))),
                ],
            ),
            {"subject.id": "Chair", "others": [], "start.place.across": "right"},
        ),
        Known(
            "an asset before a nearer stranger",
            camera((0, -6, 1.4), subjects=[("Extra", "character", person((0.8, -2, 0))), LOU]),
            {"subject.id": "@lou", "others.0.id": "Extra"},
        ),
        Known(
            "named, but behind the camera",
            camera((0, -4, 1.4), subjects=[("@anna", "character", person((0, -8, 0))), LOU], mentioned=["@anna"]),
            {"subject.id": "@lou", "unseen.0": "@anna"},
        ),
    ]


def optics() -> list[Known]:
    lou = [LOU]
    return [
        # 24 mm on 17.3 mm across see what 50 mm do on 36.
        Known(
            "a small sensor",
            camera((0, -4, 1.4), lens=24, subjects=lou, sensor=(17.3, 9.73)),
            {"start.lens_word": "normal", "start.hfov": 39.6},
        ),
        # c = 41.3 mm / 1500; H = 85² / (1.8 · 0.0275) = 146 m; s²/H to each side: 1.973 to 2.027.
        Known(
            "a portrait lens wide open",
            camera((0, -2, 1.6), lens=85, focus=2.0, fstop=1.8, subjects=lou),
            {
                "focus.depth": ["shallow", "shallow"],
                "focus.on": ["@lou", "@lou"],
                "focus.near.0": 1.973,
                "focus.far.0": 2.027,
                "focus.rack": False,
            },
        ),
        # H = 24² / (8 · 0.0275) = 2.6 m: from half of it to infinity and beyond.
        Known(
            "a wide lens stopped down",
            camera((0, -5, 1.6), lens=24, focus=5.0, fstop=8, subjects=lou),
            {"focus.depth": ["deep", "deep"], "focus.far.0": None, "focus.on.0": "@lou"},
        ),
        Known(
            "focus from one to the other",
            camera(
                (0, -2, 1.6),
                lens=50,
                focus=between(2.0, 6.0, smooth),
                fstop=2,
                subjects=[LOU, ("@anna", "character", person((0.8, 4, 0)))],
                mentioned=["@lou"],
            ),
            {"focus.rack": True, "focus.on": ["@lou", "@anna"], "focus.distance": [2.0, 6.0]},
            [{"kind": "static"}],
        ),
        # 3 m across, 1.69 high: from 0.36 up, below the knees.
        Known(
            "without perspective",
            camera((0, -10, 1.2), width=3.0, projection="orthographic", subjects=lou),
            {"start.width": 3.0, "start.hfov": None, "start.lens": None, "start.size": "MLS"},
        ),
        Known(
            "a panorama",
            camera((0, -3, 1.6), projection="panoramic", subjects=lou),
            {"start.lens": None, "start.size": None, "subject.id": "@lou", "start.angle": "eye"},
        ),
    ]

"""Records of requests and takes: digests, and takes of earlier versions."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from pydantic import ValidationError
from shotwright.core.framerate import FrameRate
from shotwright.core.take import Request, RequestShot, parse_take

ONE: dict[str, Any] = {
    "schema": "shotwright.take.1",
    "id": "0b7e6a38-6f0e-4d25-9a2e-3f0a5e0c7b11",
    "shot": "78d2ec63-ab43-487f-8bbc-188b27a29e9d",
    "label": "t001",
    "model": "animatic",
    "request": {
        "schema": "shotwright.request.1",
        "model": "animatic",
        "film": "film",
        "shots": [
            {
                "shot": "78d2ec63-ab43-487f-8bbc-188b27a29e9d",
                "number": "SH010",
                "name": "Wide",
                "package": "d79fc240ad5151d8d30f42f78e2bce82",
                "files": {"clay.mp4": "00"},
                "first": -3,
                "start": 1,
                "end": 76,
                "frames": 84,
                "fps": {"num": 24000, "den": 1001},
                "width": 640,
                "height": 360,
                "lens": 24.0,
            }
        ],
        "parameters": {},
    },
    "request_digest": "ab",
    "file": {"name": "cut-00000000.mp4", "sha256": "00", "bytes": 12},
    "first": -3,
    "start": 1,
    "end": 76,
    "frames": 84,
    "fps": {"num": 24000, "den": 1001},
    "width": 640,
    "height": 360,
    "created": "2026-11-20T10:00:00+00:00",
}
"""A take as the first version wrote it."""


def test_a_take_of_the_first_version():
    before = copy.deepcopy(ONE)
    take = parse_take(ONE)
    assert before == ONE
    assert (take.first, take.last, take.start, take.end, take.frames) == (-3, 80, 1, 76, 84)
    assert (take.head, take.tail) == (4, 4)
    assert (take.job, take.clip) == (None, None)
    assert (take.conform.method, take.conform.begin, take.conform.end) == ("exact", "0", "7007/2000")
    assert take.request.fps == FrameRate(num=24000, den=1001)
    assert (take.request.shots[0].last, take.request.shots[0].kept) == (80, 84)
    assert take.document()["schema"] == "shotwright.take.2"
    assert parse_take(take.document()) == take


@pytest.mark.parametrize("change", [{"schema": "shotwright.take.9"}, {"more": 1}, {"frames": "many"}])
def test_what_is_no_take(change: dict[str, Any]):
    with pytest.raises(ValidationError):
        parse_take({**parse_take(ONE).document(), **change})


def shot(name: str, **fields: Any) -> RequestShot:
    old = {**ONE["request"]["shots"][0], "last": 80, "kept": 84, "shot": name}
    return RequestShot.model_validate({**old, **fields})


def asked(*shots: RequestShot, **fields: Any) -> Request:
    common = {"model": "animatic", "film": "film", "fps": FrameRate(num=24, den=1), "width": 640, "height": 360}
    return Request.model_validate({**common, "shots": shots, **fields})


def test_equal_requests_have_equal_digests():
    assert asked(shot("a")).digest() == asked(shot("a")).digest()
    others = [
        asked(shot("b")),
        asked(shot("a", frames=85)),
        asked(shot("a", files={"clay.mp4": "01"})),
        asked(shot("a"), film="other"),
        asked(shot("a"), parameters={"picture": "board"}),
        asked(shot("a"), fps=FrameRate(num=25, den=1)),
    ]
    digests = {asked(shot("a")).digest(), *(each.digest() for each in others)}
    assert len(digests) == len(others) + 1


def test_what_is_asked_of_a_shot_does_not_depend_on_its_neighbours():
    both = asked(shot("a"), shot("b"))
    assert both.digest_for("a") == asked(shot("a")).digest_for("a") == asked(shot("a")).digest()
    assert both.digest_for("a") != both.digest_for("b")
    assert both.frames == 168
    with pytest.raises(KeyError):
        both.digest_for("c")


def test_a_request_names_each_shot_once():
    with pytest.raises(ValidationError, match="each shot once"):
        asked(shot("a"), shot("a"))

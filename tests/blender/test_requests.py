"""Requests of one and of several shots, and what comes back for them."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from bl_ext.user_default.shotwright.backends import registry
from bl_ext.user_default.shotwright.core.quote import Price
from bl_ext.user_default.shotwright.media.movie import MovieWriter, count_frames
from support.film import new_shot
from support.work import generate, leftovers, pictures, run, slide


@pytest.fixture
def scene() -> bpy.types.Scene:
    return slide(bpy.context.scene)


class Short:
    """A model that gives two pictures, whatever was asked for."""

    name = "short"
    repeatable = True

    def quote(self, _request) -> Price:
        return Price()

    def generate(self, order) -> None:
        asked = order.request
        with MovieWriter(order.clip, asked.width, asked.height, asked.fps) as writer:
            for _ in range(2):
                writer.write(np.zeros((asked.height, asked.width, 3), np.uint8))


def test_a_clip_of_the_wrong_length_is_held_and_said(scene: bpy.types.Scene, monkeypatch: pytest.MonkeyPatch):
    new_shot(scene, camera=scene.camera, frame_start=1, frame_end=3)
    with monkeypatch.context() as patch:
        patch.setattr(registry, "get", lambda name: Short())
        work, (report,) = generate()
    assert report.status == "done"
    ((folder, take),) = work.project.takes(report.id)
    assert (take.frames, take.conform.method, take.conform.held) == (3, "hold", 1)
    assert count_frames(folder / take.file.name) == 3
    assert [note for note in work.notes if note.startswith("SH010")] == list(take.conform.notes) != []
    assert leftovers() == []


def test_two_shots_in_one_request(scene: bpy.types.Scene):
    ids = [new_shot(scene, camera=scene.camera, frame_start=a, frame_end=b) for a, b in ((1, 4), (8, 14))]
    _, reports = generate(together=True)
    assert [report.status for report in reports] == ["done", "done"]
    (job,) = run().project.jobs()
    assert [shot.shot for shot in job.request.shots] == ids
    assert count_frames(job.clip) == 11
    for report, frames in zip(reports, (4, 7), strict=True):
        ((folder, take),) = run().project.takes(report.id)
        assert take.job == job.id == report.job
        assert count_frames(folder / take.file.name) == frames
        assert (
            np.abs(
                pictures(folder / take.file.name)[0].astype(int) - pictures(job.clip)[0 if frames == 4 else 4]
            ).mean()
            < 3
        )
    assert [report.status for report in generate()[1]] == ["fresh", "fresh"]


def test_another_take_of_what_has_not_changed(scene: bpy.types.Scene):
    shot_id = new_shot(scene, camera=scene.camera, frame_start=1, frame_end=3)
    generate()
    assert generate()[1][0].label == "t001"
    assert generate(again=True)[1][0].label == "t002"
    assert generate(picture="board")[1][0].label == "t003"
    assert len(run().project.takes(shot_id)) == 3

"""Requests, projects and backends for tests of jobs, without Blender."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from shotwright.core.framerate import FrameRate
from shotwright.core.ports import Assignment
from shotwright.core.quote import Price
from shotwright.core.records import PackageFile, ReferencePackage
from shotwright.core.shot import Handles, Shot
from shotwright.core.take import Request
from shotwright.jobs.files import publish, sha256_of, staging, write_json
from shotwright.jobs.project import Project
from shotwright.jobs.runner import Part, make_request
from shotwright.media.movie import MovieWriter

SIZE = (64, 48)
FPS = FrameRate(num=24, den=1)


def shot(number: str = "SH010", start: int = 1, end: int = 5, **fields: object) -> Shot:
    """A shot whose uuid comes from its number."""
    digits = hashlib.md5(number.encode()).hexdigest()
    uuid = f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:]}"
    common = {
        "id": uuid,
        "scene": "Scene",
        "number": number,
        "name": number,
        "camera": "Camera",
        "start": start,
        "end": end,
        "handles": Handles(head=1, tail=2),
        "fps": FPS,
        "width": SIZE[0],
        "height": SIZE[1],
        "order": 0,
        "film": "Test",
    }
    return Shot(**{**common, **fields})


def movie(path: Path, frames: int, fps: FrameRate = FPS, size: tuple[int, int] = SIZE, shade: int = 40) -> Path:
    """A movie whose pictures get lighter."""
    with MovieWriter(path, *size, fps) as writer:
        for index in range(frames):
            writer.write(np.full((size[1], size[0], 3), min(250, shade + index * 4), np.uint8))
    return path


def package(project: Project, of: Shot) -> ReferencePackage:
    """A package of a shot in a project, with clay and board."""
    frames = of.last - of.first + 1
    fingerprint = hashlib.sha256(f"{of.id} {of.first} {of.last}".encode()).hexdigest()[:32]
    final = project.package_folder(of, fingerprint)
    with staging(final.parent) as folder:
        movie(folder / "clay.mp4", frames, of.fps, (of.width, of.height))
        movie(folder / "board.mp4", frames, of.fps, (of.width, of.height), shade=120)
        files = tuple(
            PackageFile(name=path.name, sha256=sha256_of(path), bytes=path.stat().st_size)
            for path in sorted(folder.iterdir())
        )
        record = ReferencePackage(
            shot=of.id,
            fingerprint=fingerprint,
            number=of.number,
            name=of.name,
            first=of.first,
            last=of.last,
            frames=frames,
            kept=frames,
            fps=of.fps,
            width=of.width,
            height=of.height,
            passes=("clay", "board"),
            engine="test",
            blender="test",
            files=files,
        )
        write_json(folder / "package.json", record.document())
        publish(folder, final)
    return record


def request(project: Project, *shots: Shot, **parameters: str) -> Request:
    """A request to the animatic for some shots, with their packages on disk."""
    parts = [Part(each, project.package(each, _fingerprint(each)) or package(project, each), 35.0) for each in shots]
    return make_request(parts, "animatic", parameters)


def _fingerprint(of: Shot) -> str:
    return hashlib.sha256(f"{of.id} {of.first} {of.last}".encode()).hexdigest()[:32]


class TestBackend:
    """Makes a plain clip, or what `work` does instead; counts how often it was asked."""

    __test__ = False
    name = "animatic"

    def __init__(self, work: Callable[[Assignment], None] | None = None, repeatable: bool = True) -> None:
        self.repeatable = repeatable
        self.asked = 0
        self._work = work

    def quote(self, request: Request) -> Price:
        return Price()

    def generate(self, order: Assignment) -> None:
        self.asked += 1
        if self._work:
            self._work(order)
            return
        self.plain(order)

    @staticmethod
    def plain(order: Assignment) -> None:
        """A clip as asked for."""
        asked = order.request
        movie(order.clip, asked.frames, asked.fps, (asked.width, asked.height))
        order.progress(asked.frames, asked.frames)

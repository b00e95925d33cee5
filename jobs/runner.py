"""From package to take: ask a backend for a clip and keep it with everything that made it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..core.errors import BadInput, MediaError
from ..core.ports import Assignment, Backend, Progress
from ..core.records import PackageFile, ReferencePackage
from ..core.shot import Shot
from ..core.take import Conform, Request, RequestShot, Take
from ..media.movie import count_frames
from .files import is_intact, sha256_of, staging
from .project import Project

__all__ = ["Part", "chosen_take", "fresh_take", "make_request", "make_take"]


@dataclass(frozen=True)
class Part:
    """A shot that a request is to cover, with its references."""

    shot: Shot
    package: ReferencePackage
    lens: float | None = None


def make_request(
    parts: Sequence[Part], model: str, parameters: Mapping[str, str | int | float | bool] | None = None
) -> Request:
    """The request for one clip of one or several shots, in this order. Equal inputs give an equal digest.

    Raises BadInput when their references differ in rate or size: a clip has one.
    """
    first = parts[0].package
    for part in parts[1:]:
        if (part.package.fps, part.package.width, part.package.height) != (first.fps, first.width, first.height):
            raise BadInput(
                f"{parts[0].shot.number} and {part.shot.number} differ in size or frame rate: shots of one request "
                "must share both. Ask for them one by one."
            )
    return Request(
        model=model,
        film=parts[0].shot.film,
        shots=tuple(_request_shot(part) for part in parts),
        fps=first.fps,
        width=first.width,
        height=first.height,
        parameters=dict(parameters or {}),
    )


def _request_shot(part: Part) -> RequestShot:
    shot, package = part.shot, part.package
    return RequestShot(
        shot=shot.id,
        number=shot.number,
        name=shot.name,
        package=package.fingerprint,
        files={file.name: file.sha256 for file in package.files},
        first=package.first,
        last=package.last,
        start=shot.start,
        end=shot.end,
        fps=shot.fps,
        width=shot.width,
        height=shot.height,
        frames=package.frames,
        kept=package.kept,
        box=package.box,
        lens=part.lens,
    )


def chosen_take(project: Project, shot: Shot, circled: str = "") -> tuple[Path, Take] | None:
    """The circled (else newest) take of a shot whose clip is there and undamaged; None when it has none."""
    takes = [pair for pair in project.takes(shot.id) if is_intact(pair[0], pair[1].file)]
    return next((pair for pair in takes if pair[1].id == circled), takes[-1] if takes else None)


def fresh_take(project: Project, shot: Shot, request: Request, circled: str = "") -> tuple[Path, Take] | None:
    """The chosen take when it was made from this very request."""
    chosen = chosen_take(project, shot, circled)
    if chosen and chosen[1].request.digest_for(shot.id) == request.digest_for(shot.id):
        return chosen
    return None


def make_take(
    project: Project, shot: Shot, package: ReferencePackage, request: Request, backend: Backend, progress: Progress
) -> tuple[Path, Take]:
    """Let the backend make the clip, check its length, and keep it as the shot's next take.

    The take's folder appears when it is whole. Raises ShotwrightError.
    """
    refs = project.package_folder(shot, package.fingerprint)
    inputs = {shot.id: {file.name: refs / file.name for file in package.files}}
    with staging(project.shot_folder(shot.id, shot.title) / "takes") as folder:
        clip = folder / "clip.mp4"
        now = datetime.now(UTC).isoformat(timespec="seconds")
        backend.generate(Assignment(str(uuid.uuid4()), now, request, inputs, clip, progress))
        frames = count_frames(clip)
        if frames != package.frames:
            raise MediaError(
                f"{shot.number}: {backend.name} made {frames} frames instead of {package.frames}; "
                "the clip was thrown away. Generate the shot again."
            )
        sha256 = sha256_of(clip)
        clip = clip.rename(folder / f"cut-{sha256[:8]}.mp4")
        take = Take(
            id=str(uuid.uuid4()),
            shot=shot.id,
            label="",
            model=backend.name,
            job=None,
            request=request,
            clip=None,
            conform=Conform(method="exact", begin="0", end=str(frames / shot.fps.fraction)),
            file=PackageFile(name=clip.name, sha256=sha256, bytes=clip.stat().st_size),
            first=package.first,
            last=package.last,
            start=shot.start,
            end=shot.end,
            frames=frames,
            fps=shot.fps,
            width=shot.width,
            height=shot.height,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        return project.add_take(folder, take, shot.title)

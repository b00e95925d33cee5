"""From package to take: ask a backend for a clip and keep it with everything that made it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from pathlib import Path

from ..core.errors import MediaError
from ..core.ports import Backend, Progress
from ..core.records import PackageFile, ReferencePackage, Request, RequestShot, Take
from ..core.shot import Shot
from ..media.movie import count_frames
from .files import is_intact, sha256_of, staging
from .project import Project

__all__ = ["chosen_take", "fresh_take", "make_request", "make_take"]


def make_request(shot: Shot, package: ReferencePackage, model: str, lens: float | None) -> Request:
    """The request for one shot. Equal inputs give an equal digest, which is what freshness means."""
    part = RequestShot(
        shot=shot.id,
        number=shot.number,
        name=shot.name,
        package=package.fingerprint,
        files={file.name: file.sha256 for file in package.files},
        first=package.first,
        start=shot.start,
        end=shot.end,
        frames=package.frames,
        fps=shot.fps,
        width=shot.width,
        height=shot.height,
        lens=lens,
    )
    return Request(model=model, film=shot.film, shots=(part,))


def chosen_take(project: Project, shot: Shot, circled: str = "") -> tuple[Path, Take] | None:
    """The circled (else newest) take of a shot whose clip is there and undamaged; None when it has none."""
    takes = [pair for pair in project.takes(shot.id) if is_intact(pair[0], pair[1].file)]
    return next((pair for pair in takes if pair[1].id == circled), takes[-1] if takes else None)


def fresh_take(project: Project, shot: Shot, request: Request, circled: str = "") -> tuple[Path, Take] | None:
    """The chosen take when it was made from this very request."""
    chosen = chosen_take(project, shot, circled)
    if chosen and chosen[1].request_digest == request.digest():
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
        backend.generate(request, inputs, clip, progress)
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
            request=request,
            request_digest=request.digest(),
            file=PackageFile(name=clip.name, sha256=sha256, bytes=clip.stat().st_size),
            first=package.first,
            start=shot.start,
            end=shot.end,
            frames=frames,
            fps=shot.fps,
            width=shot.width,
            height=shot.height,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        return project.add_take(folder, take, shot.title)

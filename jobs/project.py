"""The project folder: where packages, takes and exports of a film are kept."""

from __future__ import annotations

import contextlib
import errno
import re
import shutil
import uuid
from pathlib import Path

from ..core import terms
from ..core.errors import BadInput, StorageError, storage_error
from ..core.model_base import to_json
from ..core.names import slug
from ..core.records import ProjectRecord, ReferencePackage
from ..core.shot import Shot
from ..core.take import Request, Take, parse_take
from .files import STAGING, create_text, load, publish, sha256_of, staging, write_json
from .job import Job, job_ids

__all__ = ["Project"]

_RECORD = terms.PROJECT_RECORD
_FACTS = ("package.json", "take.json", "job.json")
"""What makes a folder a fact, whole or absent."""


class Project:
    """A project folder on disk. Facts in it are written once; intent stays in the .blend."""

    def __init__(self, folder: Path, record: ProjectRecord) -> None:
        self.folder = folder
        self.record = record

    @property
    def id(self) -> str:
        """UUID of the project."""
        return self.record.id

    @classmethod
    def read(cls, folder: Path) -> Project | None:
        """The project in a folder, or None when there is none. Raises StorageError when it is damaged."""
        path = folder / _RECORD
        if not path.is_file():
            return None
        return cls(folder, load(path, ProjectRecord.model_validate))

    @classmethod
    def ensure(cls, folder: Path, project_id: str | None = None) -> Project:
        """The project in a folder, made with `project_id` (or a new one) when there is none.

        Raises StorageError when the folder can't be written.
        """
        found = cls.read(folder)
        if found:
            return found
        record = ProjectRecord(id=project_id or str(uuid.uuid4()))
        if create_text(folder / _RECORD, to_json(record.document())):
            return cls(folder, record)
        return cls(folder, load(folder / _RECORD, ProjectRecord.model_validate))  # another was quicker

    @classmethod
    def planned(cls, folder: Path, project_id: str) -> Project:
        """The project that `ensure` would make in a folder; nothing is written."""
        return cls(folder, ProjectRecord(id=project_id))

    def move_to(self, folder: Path) -> Project:
        """Move everything into `folder`; where a project is there already, join it. Raises StorageError.

        Shots are named by uuid, so joining mixes nothing up; what both have stays in both places.
        """
        try:
            if Project.read(folder) is None and not (folder.exists() and any(folder.iterdir())):
                folder.parent.mkdir(parents=True, exist_ok=True)
                if folder.exists():
                    folder.rmdir()
                _carry(self.folder, folder)
                return Project(folder, self.record)
            target = Project.ensure(folder, self.id)
            if _merge(self.folder, folder):
                shutil.rmtree(self.folder, ignore_errors=True)
            return target
        except OSError as error:
            raise storage_error(error, folder) from error

    def copy_to(self, folder: Path) -> Project:
        """A copy of everything in a new folder, as a project of its own. Raises StorageError."""
        if folder.exists() and any(folder.iterdir()):
            raise StorageError(f"{folder} is not empty: move it away, or relink to it instead of copying.")
        record = ProjectRecord(id=str(uuid.uuid4()), copied_from=self.id)
        with staging(folder.parent) as temporary:
            copy = temporary / folder.name
            _copy(self.folder, copy)
            write_json(copy / _RECORD, record.document())
            if folder.exists():
                folder.rmdir()
            if not publish(copy, folder):
                raise StorageError(f"{folder} was made by somebody else meanwhile: relink to it, or try again.")
        return Project(folder, record)

    # -- shots ------------------------------------------------------------------------------------

    def shot_folder(self, shot_id: str, name: str = "") -> Path:
        """The folder of a shot, found by the first 8 digits of its uuid; a rename keeps it."""
        parent = self.folder / "shots"
        key = shot_id[:8]
        found = next(iter(sorted(parent.glob(f"{key}-*"))), None)
        return found or parent / f"{key}-{slug(name)}"

    def package_folder(self, shot: Shot, fingerprint: str) -> Path:
        """Where the package of a fingerprint is or will be."""
        return self.shot_folder(shot.id, shot.title) / "refs" / fingerprint

    def package(self, shot: Shot, fingerprint: str) -> ReferencePackage | None:
        """The finished package of a fingerprint, or None."""
        path = self.package_folder(shot, fingerprint) / "package.json"
        return load(path, ReferencePackage.model_validate) if path.is_file() else None

    def takes(self, shot_id: str) -> list[tuple[Path, Take]]:
        """Folders and records of a shot's takes, oldest first."""
        folders = (path.parent for path in (self.shot_folder(shot_id) / "takes").glob("t*/take.json"))
        found = [(folder, self.take(folder)) for folder in folders]
        return sorted(((f, t) for f, t in found if t.shot == shot_id), key=lambda pair: (pair[1].created, pair[0].name))

    @property
    def jobs_folder(self) -> Path:
        """Where the jobs are."""
        return self.folder / "jobs"

    def jobs(self) -> list[Job]:
        """Every job that can be read, oldest first."""
        found: list[Job] = []
        for each in job_ids(self.jobs_folder):
            with contextlib.suppress(StorageError):  # `jobs list` shows the damaged ones
                found.append(Job.open(self.jobs_folder / each))
        return sorted(found, key=lambda job: (job.record.created, job.id))

    def inputs(self, request: Request) -> dict[str, dict[str, Path]]:
        """Where the references of a request lie, by shot and name. Raises BadInput when they are not what they were."""
        found: dict[str, dict[str, Path]] = {}
        for shot in request.shots:
            folder = self.shot_folder(shot.shot) / "refs" / shot.package
            found[shot.shot] = {name: folder / name for name in shot.files}
            for name, sha256 in shot.files.items():
                try:
                    same = sha256_of(folder / name) == sha256
                except OSError:
                    same = False
                if not same:
                    raise BadInput(f"{shot.number}: its reference {name} is gone or changed: generate the shot again.")
        return found

    @staticmethod
    def take(folder: Path) -> Take:
        """The take in a folder. Raises StorageError when it is damaged."""
        return load(folder / "take.json", parse_take)

    def add_take(self, staged: Path, take: Take, title: str) -> tuple[Path, Take]:
        """Give a staged take folder the next free number and its place. Raises StorageError.

        `staged` holds the clip; `take.json` is written here, last, so that a folder with one is whole.
        """
        parent = self.shot_folder(take.shot, title) / "takes"
        parent.mkdir(parents=True, exist_ok=True)
        number = 0
        while True:
            used = (re.match(r"t(\d+)-", path.name) for path in parent.glob("t[0-9]*-*"))
            number = max([number, *(int(each[1]) for each in used if each)]) + 1
            label = f"t{number:03d}"
            numbered = take.model_copy(update={"label": label})
            write_json(staged / "take.json", numbered.document())
            final = parent / f"{label}-{slug(take.model)}"
            if publish(staged, final):
                return final, numbered


def _copy(source: Path, target: Path) -> None:
    """Copy a file or a folder, without what is half written; stops at the first error (copytree would go on)."""
    if source.is_dir():
        target.mkdir()
        for path in sorted(source.iterdir()):
            if not path.name.startswith(STAGING):
                _copy(path, target / path.name)
    else:
        shutil.copy2(source, target)


def _carry(source: Path, target: Path) -> None:
    """Move a file or a folder to a free place in one step, onto another disk too."""
    try:
        source.rename(target)
        return
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
    with staging(target.parent) as temporary:
        copy = temporary / target.name
        _copy(source, copy)
        if not publish(copy, target):
            raise StorageError(f"{target} was made by somebody else meanwhile: try again.")
    if source.is_dir():
        shutil.rmtree(source, ignore_errors=True)
    else:
        source.unlink(missing_ok=True)


def _merge(source: Path, target: Path) -> bool:
    """Move what `target` does not have into it, packages and takes as a whole; False when something was left."""
    complete = True
    for path in sorted(source.iterdir()):
        place = target / path.name
        if path.name == _RECORD or path.name.startswith(STAGING):
            continue
        if not place.exists():
            _carry(path, place)
        elif place.is_dir() and path.is_dir() and not any((path / name).exists() for name in _FACTS):
            complete = _merge(path, place) and complete
        else:
            complete = False
    return complete

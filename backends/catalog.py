"""The models there are: ours beside this file in `catalog/*.json`, and the user's in a folder of theirs."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..core.errors import BadInput
from ..core.model import ModelProfile, parse_profile

__all__ = ["Catalogue", "load"]

_OURS = Path(__file__).with_name("catalog")
_MAX_BYTES = 1024 * 1024
"""A profile has a few kilobytes; anything above is another kind of file."""


@dataclass(frozen=True)
class Catalogue:
    """Every model by name, in order of name; and a sentence for each file that could not be read."""

    models: Mapping[str, ModelProfile]
    complaints: tuple[str, ...] = ()

    def get(self, name: str) -> ModelProfile:
        """The model of a name. Raises BadInput with the nearest name, or with all of them."""
        found = self.models.get(name)
        if found is not None:
            return found
        near = difflib.get_close_matches(name.strip().lower()[:80], list(self.models), n=1)
        hint = f"did you mean {near[0]}?" if near else f"use {', '.join(self.models) or 'one of your own'}."
        raise BadInput(f"There is no model {name[:80]!r}: {hint}")


def load(user: Path | None = None) -> Catalogue:
    """Our models and those in the folder `user`, which need not be there.

    A user's file with the name of one of our models takes its place. Whatever can't be read is left out, with
    a sentence in `complaints` that names the file; nothing is raised.
    """
    complaints: list[str] = []
    models = _read_folder(_OURS, complaints)
    if user is not None:
        models |= _read_folder(user, complaints)
    return Catalogue(dict(sorted(models.items())), tuple(complaints))


def _read_folder(folder: Path, complaints: list[str]) -> dict[str, ModelProfile]:
    models: dict[str, ModelProfile] = {}
    origin: dict[str, Path] = {}
    for path in _files(folder, complaints):
        try:
            profile = parse_profile(_text(path))
        except (BadInput, OSError) as error:
            told = str(error) if isinstance(error, BadInput) else f"{error.strerror or error}."
            complaints.append(f"{path} is left out: {told}")
            continue
        if profile.name in models:
            complaints.append(f"{path} is left out: {origin[profile.name].name} is {profile.name} already.")
            continue
        models[profile.name], origin[profile.name] = profile, path
    return models


def _files(folder: Path, complaints: list[str]) -> Iterator[Path]:
    try:
        yield from sorted(path for path in folder.iterdir() if path.suffix.lower() == ".json")
    except FileNotFoundError:
        return
    except OSError as error:
        complaints.append(f"The models in {folder} are left out: {error.strerror or error}.")


def _text(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(_MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        raise BadInput(f"it is larger than {_MAX_BYTES:,} bytes, so it is no profile.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise BadInput("it is not UTF-8 text: save it as UTF-8.") from None

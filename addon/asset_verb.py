"""The verb `assets`: what was typed as changes of the film's assets, and the film's assets as it prints them."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import bpy

from ..core import terms
from ..core.asset import Asset
from ..core.asset_checks import AssetProblem, problems_of_assets
from ..core.asset_list import AssetRow, VariantRow, checked, parse
from ..core.errors import BadInput, Refused
from ..core.sheet import DEFAULT_SIZE, SHEET_KINDS
from ..core.shot import Shot
from ..core.tags import mentioned, plain_tag
from ..core.text_file import read_text_file
from . import assets
from .film import read_assets
from .sheets import Wanted

__all__ = ["change", "document", "wanted_sheet"]

_OF_ASSET = ("kind", "name", "description", "must_not", "facts", "pictures", "sound", "objects", "collections")
_OF_VARIANT = ("description", "must_not", "white_balance", "pictures")
_LAST_FRAME = 1_048_574
"""The last one that Blender knows."""
_OF_SHEET = ("pose", "ground", "colours", "front", "size", "project")


def change(
    given: argparse.Namespace,
    scene: Callable[[], bpy.types.Scene],
    shots: Sequence[Shot],
    project: Callable[[], Path] | None,
) -> list[str]:
    """Do what was typed, all of it or nothing; returns notes.

    `scene` is where new assets go, `shots` are the ones named, `project` is the folder that keeps files, if any.

    Raises BadInput, Refused or StorageError.
    """
    _refuse_foreign(given)
    match given.action:
        case "add" | "change":
            _refuse_kind(given, terms.values(terms.ASSET_KINDS), "asset")
            return _put(given, scene, project)
        case "remove":
            return _remove(given)
        case "cast":
            return _cast(given, shots)
        case _:
            return []


def wanted_sheet(given: argparse.Namespace) -> Wanted:
    """The sheets that were asked for. Raises BadInput."""
    _refuse_foreign(given)
    _refuse_kind(given, SHEET_KINDS, "sheet")
    if len(given.variants) > 1:
        raise BadInput("One --variant at a time can be drawn.")
    return Wanted(
        tag=_tag(given),
        kinds=tuple(kind for kind in SHEET_KINDS if kind == given.kind),
        variant=next(iter(given.variants), ""),
        variant_kind=given.variant_kind or "",
        pose=_pose(given.pose),
        ground=given.ground or "white",
        neutral=given.colours == "neutral",
        front=given.front or "",
        size=DEFAULT_SIZE if given.size is None else given.size,
    )


def _pose(said: str | None) -> str | int | None:
    if said is None or said in ("rest", "current"):
        return said
    try:
        frame = int(said)
    except ValueError:
        frame = _LAST_FRAME + 1
    if abs(frame) > _LAST_FRAME:
        raise BadInput(f"--pose is rest, current, or the number of a frame, and not {said[:32]!r}.")
    return frame


def _said(given: argparse.Namespace) -> list[str]:
    """The options that were typed, by their name in `given`."""
    names = (*_OF_ASSET, "variants", "variant_kind", "white_balance", "rename", "source", "force", "clear", "tag")
    names += _OF_SHEET
    return [name for name in names if getattr(given, name) not in (None, False, [], "")]


_ALLOWED = {
    "list": {"tag"},
    "add": {"tag", "source", *_OF_ASSET},
    "change": {"tag", "variants", "variant_kind", "white_balance", "rename", *_OF_ASSET},
    "remove": {"tag", "variants", "variant_kind", "force"},
    "cast": {"tag", "variants", "variant_kind", "clear"},
    "sheet": {"tag", "kind", "variants", "variant_kind", *_OF_SHEET},
}
_FLAGS = {
    "variants": "--variant",
    "facts": "--fact",
    "pictures": "--picture",
    "objects": "--object",
    "collections": "--collection",
    "source": "--from",
}


def _refuse_foreign(given: argparse.Namespace) -> None:
    """Raises BadInput for an option that the action does not know: a slip must not be done in silence."""
    for name in _said(given):
        if name not in _ALLOWED[given.action]:
            flag = _FLAGS.get(name, f"--{name.replace('_', '-')}")
            if (name, given.action) == ("source", "change"):
                raise BadInput("assets change does not take --from: use assets add, which changes those there are too.")
            raise BadInput(f"assets {given.action} does not take {flag}: leave it out.")
    if given.action not in ("list", "cast") and given.shot:
        raise BadInput(f"assets {given.action} does not take --shot: use assets cast to choose what is in a shot.")


def _refuse_kind(given: argparse.Namespace, known: Sequence[str], what: str) -> None:
    if given.kind and given.kind not in known:
        raise BadInput(f"{given.kind} is no kind of {what}: say {', '.join(known)}.")


def _tag(given: argparse.Namespace) -> str:
    if not given.tag:
        raise BadInput("Name the asset with --tag, as in --tag lou.")
    return plain_tag(given.tag)


# -- add and change ---------------------------------------------------------------------------------


def _put(
    given: argparse.Namespace, scene: Callable[[], bpy.types.Scene], project: Callable[[], Path] | None
) -> list[str]:
    if given.source:
        others = [name for name in _said(given) if name != "source"]
        if others:
            raise BadInput("--from takes everything from its file: leave the other options out.")
        path = Path(given.source).absolute()
        return _told(assets.put(parse(read_text_file(path, "a list of assets")), scene(), path.parent, project))
    row = checked(_row(given))
    if given.rename is None:
        return _told(assets.put([row], scene(), Path.cwd(), project, given.action))
    # Both or neither: a rename that can't be must not find the rest done.
    new = assets.check_rename(row.tag, given.rename)
    done = _told(assets.put([row], scene(), Path.cwd(), project, "change"))
    numbers = assets.rename(row.tag, new)
    where = f" in {', '.join(numbers)}" if numbers else ""
    return [*(note for note in done if "as it was" not in note), f"@{row.tag} is @{new} now{where}."]


def _row(given: argparse.Namespace) -> AssetRow:
    """What was typed of one asset, or of one of its variants."""
    tag = _tag(given)
    if not given.variants:
        if given.variant_kind or given.white_balance is not None:
            raise BadInput("Name the variant that this is of with --variant, as in --variant night.")
        said = {name: getattr(given, name) for name in ("kind", "name", "description", "must_not", "sound")}
        lists = {name: _list(getattr(given, name)) for name in ("pictures", "objects", "collections")}
        return AssetRow(tag=tag, **said, identity=_list(given.facts), **lists)
    if len(given.variants) > 1:
        raise BadInput("One --variant at a time can be described.")
    (name,) = given.variants
    of_asset = [each for each in _said(given) if each in _OF_ASSET and each not in _OF_VARIANT]
    if of_asset:
        flag = _FLAGS.get(of_asset[0], f"--{of_asset[0]}")
        raise BadInput(f"{flag} is of the asset and not of a variant: change it without --variant.")
    kind = given.variant_kind or assets.kind_of_variant(tag, name) or ("light" if given.white_balance else "")
    if not kind:
        raise BadInput(f"Say what kind of variant {name!r} is with --variant-kind: wardrobe, phase or light.")
    variant = VariantRow(
        kind=kind,
        name=name,
        description=given.description,
        must_not=given.must_not,
        white_balance=given.white_balance,
        pictures=_list(given.pictures),
    )
    return AssetRow(tag=tag, variants=(variant,))


def _list(values: list[str]) -> tuple[str, ...] | None:
    """A repeatable option: None when it was not given, nothing when it was given empty."""
    return tuple(filter(None, values)) if values else None


def _told(done: assets.Done) -> list[str]:
    parts = (("added", done.added), ("changed", done.changed), ("as it was", done.unchanged))
    return [f"{', '.join(f'@{tag}' for tag in tags)}: {word}." for word, tags in parts if tags]


# -- remove and cast --------------------------------------------------------------------------------


def _remove(given: argparse.Namespace) -> list[str]:
    tag = _tag(given)
    if not given.variants:
        if given.variant_kind:
            raise BadInput("Name the variant to remove with --variant.")
        _with_force(lambda: assets.remove(tag, given.force))
        return [f"@{tag}: removed. Its files stay where they are."]
    if len(given.variants) > 1:
        raise BadInput("One --variant at a time can be removed.")
    _with_force(lambda: assets.remove_variant(tag, given.variant_kind or "", given.variants[0], given.force))
    return [f"@{tag}, {given.variants[0]}: removed."]


def _with_force(remove: Callable[[], None]) -> None:
    """Remove something; how to do it all the same is said in the words of the command line."""
    try:
        remove()
    except Refused as error:
        raise Refused(f"{str(error).removesuffix('.')} with --force.") from error


def _cast(given: argparse.Namespace, shots: Sequence[Shot]) -> list[str]:
    if not given.shot:
        raise BadInput("Name the shots with --shot, as in --shot SH010.")
    numbers = ", ".join(shot.number for shot in shots)
    if given.clear:
        if given.variants or given.variant_kind:
            raise BadInput("--clear takes the asset out of the shot: leave --variant out.")
        tag = plain_tag(given.tag or "")
        gone = assets.uncast(shots, tag)
        return [f"{numbers}: {f'@{tag}' if tag else 'everything'} {'taken out' if gone else 'was not in the cast'}."]
    tag = _tag(given)
    changed = assets.cast(shots, tag, given.variants, given.variant_kind or "")
    return [f"{numbers}: @{tag} {'is in the cast now' if changed else 'was in the cast like that'}."]


# -- what is printed --------------------------------------------------------------------------------


def document(given: argparse.Namespace, shots: Sequence[Shot]) -> dict[str, Any]:
    """Every asset with what is wrong with it and the shots it is in, as plain JSON values.

    `--tag` leaves one asset, `--shot` those of some shots (`shots`).
    """
    found = read_assets()
    wrong = problems_of_assets(found, shots, assets.facts())
    wanted = plain_tag(given.tag) if given.tag and given.action == "list" else None
    if wanted is not None and wanted not in {asset.tag for asset in found}:
        raise BadInput(assets.no_such(wanted))
    rows = [_of(asset, shots, wrong) for asset in found if wanted in (None, asset.tag)]
    if given.action == "list" and given.shot:
        rows = [row for row in rows if row["shots"]]
    rest = [problem.document() for problem in wrong if not problem.asset]
    return {"schema": "shotwright.assets.1", "assets": rows, "problems": rest if wanted is None else []}


def _of(asset: Asset, shots: Sequence[Shot], wrong: Sequence[AssetProblem]) -> dict[str, Any]:
    uses: list[dict[str, Any]] = []
    for shot in shots:
        cast = next((each for each in shot.assets if each.tag == asset.tag), None)
        named = asset.tag in mentioned(shot.prompt)
        if cast or named:
            chosen = dict(cast.chosen) if cast else {}
            uses.append(
                {"id": shot.id, "number": shot.number, "prompt": named, "cast": cast is not None, "variants": chosen}
            )
    mine = [problem.document() for problem in wrong if problem.asset and problem.asset == asset.id]
    return {**asset.document(), "shots": uses, "problems": mine}

"""Rules about assets: tags, pictures, what stands for them, variants. With a shot, about those that are in it.

What `core.asset_checks` knows is told in its words, so that the verbs `assets` and `quote` say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from .. import asset_checks
from ..asset import Asset, ShotAsset
from ..asset_checks import AssetFacts, AssetProblem
from ..model import ModelProfile
from ..shot import Shot
from ..tags import mentioned, tags_of
from ..text import direction_letters, short
from .facts import Picture
from .rules import Hit, Hits, Limits, rule
from .words import listed

__all__ = ["asset_of", "pictures_in", "used"]

Assets = tuple[Asset, ...]


def asset_of(assets: Iterable[Asset], tag: str) -> Asset | None:
    """The first asset with this tag, as every reader takes it."""
    return next((asset for asset in assets if asset.tag == tag), None)


def used(shot: Shot | None, assets: Iterable[Asset]) -> list[Asset]:
    """The assets that are in a shot or named in its prompt; all of them without a shot."""
    if shot is None:
        return list(assets)
    tags = set(tags_of(shot))
    return [asset for asset in assets if asset.tag in tags]


def pictures_in(shot: Shot, assets: Iterable[Asset]) -> list[tuple[str, str]]:
    """(tag, path) of every picture of the shot's assets: those of chosen variants, where there are none its own."""
    cast = {each.tag: each for each in shot.assets}
    found: list[tuple[str, str]] = []
    for asset in used(shot, assets):
        chosen = cast.get(asset.tag, ShotAsset(tag=asset.tag)).chosen
        variants = [asset.variant(kind, name) for kind, name in chosen]
        paths = [path for variant in variants if variant for path in variant.pictures]
        found += [(asset.tag, path) for path in paths or asset.pictures]
    return list(dict.fromkeys(found))


def _said(problems: Iterable[AssetProblem], code: str, assets: Iterable[Asset], shot: Shot | None) -> Hits:
    """What `asset_checks` says under one code about the assets that are looked at."""
    looked_at = {asset.id for asset in used(shot, assets)}
    for problem in problems:
        if problem.code == code and (problem.shot or problem.asset in looked_at):
            yield Hit({"said": problem.message}, f"assets.{problem.tag}", problem.asset)


def _hit(asset: Asset, part: str, **fields: object) -> Hit:
    return Hit({"tag": f"@{short(asset.tag, 40)}", **fields}, f"assets.{asset.tag}.{part}", asset.id)


# -- what the assets themselves are ---------------------------------------------------------------


@rule("tag-bad")
def _tag_bad(assets: Assets) -> Hits:
    """Of the whole film: what no prompt can name is in no shot."""
    return _said(asset_checks.bad_tags(assets), "tag-bad", assets, None)


@rule("tag-taken")
def _tag_taken(assets: Assets, shot: Shot | None = None) -> Hits:
    return _said(asset_checks.doubled_tags(assets), "tag-taken", assets, shot)


@rule("text-control")
def _text_control(assets: Assets, shot: Shot | None = None) -> Hits:
    return _said(asset_checks.bad_texts(assets), "text-control", assets, shot)


@rule("text-long")
def _text_long(assets: Assets, shot: Shot | None = None) -> Hits:
    return _said(asset_checks.bad_texts(assets), "text-long", assets, shot)


@rule("text-direction")
def _text_direction(assets: Assets, shot: Shot | None = None) -> Hits:
    for asset in used(shot, assets):
        if letters := direction_letters("\n".join(asset.texts)):
            yield _hit(asset, "description", letters=listed(letters))


@rule("asset-undescribed")
def _undescribed(assets: Assets, shot: Shot | None = None) -> Hits:
    for asset in used(shot, assets):
        if not asset.description.strip():
            yield _hit(asset, "description")


@rule("object-gone")
def _object_gone(assets: Assets, found: Mapping[str, AssetFacts], shot: Shot | None = None) -> Hits:
    return _said(asset_checks.lost_objects(assets, found), "object-gone", assets, shot)


@rule("object-twice")
def _object_twice(assets: Assets, shot: Shot | None = None) -> Hits:
    return _said(asset_checks.doubled_claims(assets), "object-twice", assets, shot)


@rule("object-none")
def _object_none(assets: Assets, found: Mapping[str, AssetFacts], shot: Shot | None = None) -> Hits:
    for asset in used(shot, assets):
        lost = asset.id in found and found[asset.id].lost
        if asset.kind == "character" and not (asset.objects or asset.collections or lost):
            yield _hit(asset, "objects")


@rule("variant-twice")
def _variant_twice(assets: Assets, shot: Shot | None = None) -> Hits:
    return _said(asset_checks.doubled_variants(assets), "variant-twice", assets, shot)


@rule("white-balance")
def _white_balance(assets: Assets, shot: Shot | None = None) -> Hits:
    return _said(asset_checks.bad_white_balance(assets), "white-balance", assets, shot)


# -- pictures and sounds --------------------------------------------------------------------------


@rule("picture-none")
def _picture_none(assets: Assets, shot: Shot | None = None) -> Hits:
    return _said(asset_checks.no_pictures(assets), "picture-none", assets, shot)


@rule("sound-none")
def _sound_none(assets: Assets, shot: Shot | None = None) -> Hits:
    return _said(asset_checks.no_pictures(assets), "sound-none", assets, shot)


@rule("file-bad")
def _file_bad(assets: Assets, found: Mapping[str, AssetFacts], shot: Shot | None = None) -> Hits:
    return _said(asset_checks.files_gone(assets, found), "file-bad", assets, shot)


def _good_pictures(
    assets: Iterable[Asset], pictures: Mapping[str, Picture], shot: Shot | None
) -> Iterator[tuple[Asset, str, Picture]]:
    for asset in used(shot, assets):
        if shot is not None:
            paths = [path for _, path in pictures_in(shot, (asset,))]
        else:
            paths = [*asset.pictures, *(path for each in asset.variants for path in each.pictures)]
        yield from ((asset, path, pictures[path]) for path in dict.fromkeys(paths) if path in pictures)


@rule("picture-small")
def _picture_small(assets: Assets, pictures: Mapping[str, Picture], limits: Limits, shot: Shot | None = None) -> Hits:
    for asset, path, found in _good_pictures(assets, pictures, shot):
        if min(found.width, found.height) < limits["side"]:
            yield _hit(asset, "pictures", path=path, size=f"{found.width}×{found.height}")


@rule("picture-photograph")
def _photograph(assets: Assets, pictures: Mapping[str, Picture], shot: Shot | None = None) -> Hits:
    for asset, path, found in _good_pictures(assets, pictures, shot):
        if asset.kind == "character" and found.camera:
            yield _hit(asset, "pictures", path=path, camera=short(found.camera, 40))


@rule("asset-person-name")
def _person_name(assets: Assets, limits: Limits, shot: Shot | None = None) -> Hits:
    for asset in used(shot, assets):
        words = asset.name.split()
        proper = [word for word in words if word[:1].isupper() and word[1:].islower()]
        if asset.kind == "character" and len(words) == len(proper) >= limits["words"]:
            yield _hit(asset, "name", name=short(asset.name))


# -- how a shot has them --------------------------------------------------------------------------


@rule("cast-unknown")
def _cast_unknown(assets: Assets, shot: Shot) -> Hits:
    return _said(asset_checks.unknown_tags(assets, (shot,)), "cast-unknown", assets, shot)


@rule("cast-twice")
def _cast_twice(shot: Shot) -> Hits:
    tags = [each.tag for each in shot.assets]
    for tag in dict.fromkeys(tag for tag in tags if tags.count(tag) > 1):
        yield Hit({"tag": f"@{short(tag, 40)}", "times": tags.count(tag)}, f"assets.{tag}")


@rule("cast-unnamed")
def _cast_unnamed(assets: Assets, shot: Shot, profile: ModelProfile) -> Hits:
    """A model has to be told what somebody does, and what the pictures show that it gets."""
    named = set(mentioned(shot.prompt))
    for cast in shot.assets:
        asset = asset_of(assets, cast.tag)
        if asset and cast.tag not in named and asset.kind not in ("style", "voice"):
            pictured = "asset" in profile.references and pictures_in(shot, (asset,))
            yield _hit(asset, "", pictured="its pictures go along, but " if pictured else "")


@rule("variant-unknown")
def _variant_unknown(assets: Assets, shot: Shot) -> Hits:
    return _said(asset_checks.unknown_variants(assets, (shot,)), "variant-unknown", assets, shot)

"""What is wrong with the assets of a film and with the way its shots name them. Each rule is a function of its own."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from . import terms
from .asset import MAX_TEXT, PLACED, Asset, ShotAsset
from .shot import Problem, Shot
from .style import is_white_balance
from .tags import tags_in
from .text import control_letters

__all__ = [
    "AssetFacts",
    "AssetProblem",
    "bad_tags",
    "bad_texts",
    "bad_white_balance",
    "close_to",
    "doubled_claims",
    "doubled_tags",
    "doubled_variants",
    "files_gone",
    "lost_objects",
    "no_pictures",
    "problems_of_assets",
    "tag_advice",
    "unknown_tags",
    "unknown_variants",
]


class AssetProblem(Problem):
    """Something about an asset, or about a shot that names one.

    Codes: tag-bad, tag-taken, text-control, text-long, picture-none, sound-none, file-bad, object-gone,
    object-twice, variant-twice, white-balance; of shots: tag-unknown, cast-unknown, variant-unknown.
    """

    severity: Literal["error", "warning"] = "error"
    """A warning stops nothing: the picture may not look as it should."""
    tag: str = ""
    asset: str = ""
    """UUID of the asset; empty where there is none."""
    shot: str = ""
    """UUID of the shot; empty where it is about the asset alone."""


@dataclass(frozen=True)
class AssetFacts:
    """What is known of an asset beyond its record, by whoever can look."""

    files: Mapping[str, str]
    """What is wrong with a picture or sound, by its path as the record has it: "is not there"."""
    lost: tuple[str, ...] = ()
    """What stands for it and is gone: "an object that was removed"."""


_NOTHING = AssetFacts({})


def problems_of_assets(
    assets: Sequence[Asset], shots: Sequence[Shot], facts: Mapping[str, AssetFacts] | None = None
) -> list[AssetProblem]:
    """Everything that is wrong, of assets first and then of shots in their order. `facts`: by the asset's uuid."""
    known = facts or {}
    return [
        *bad_tags(assets),
        *doubled_tags(assets),
        *bad_texts(assets),
        *no_pictures(assets),
        *files_gone(assets, known),
        *lost_objects(assets, known),
        *doubled_claims(assets),
        *doubled_variants(assets),
        *bad_white_balance(assets),
        *unknown_tags(assets, shots),
        *unknown_variants(assets, shots),
    ]


def _of(asset: Asset, code: str, message: str, severity: Literal["error", "warning"] = "error") -> AssetProblem:
    return AssetProblem(code=code, message=message, severity=severity, tag=asset.tag, asset=asset.id)


# -- assets alone -----------------------------------------------------------------------------------


def tag_advice(tag: str) -> str:
    """Why a tag can't be one, and what would do; empty where it can."""
    if re.fullmatch(terms.TAG_PATTERN, tag):
        return ""
    return f"{tag[:40]!r} is no tag: use small letters a-z, digits and _, a letter first, 32 at most (@lou, @old_lamp)."


def bad_tags(assets: Iterable[Asset]) -> Iterator[AssetProblem]:
    """Tags that prompts can't name."""
    for asset in assets:
        advice = tag_advice(asset.tag)
        if not asset.tag:
            yield _of(asset, "tag-bad", f"An asset in {asset.scene!r} has no tag: give it one, or remove it.")
        elif advice:
            yield _of(asset, "tag-bad", f"The asset {_called(asset)!r}: {advice}")


def doubled_tags(assets: Iterable[Asset]) -> Iterator[AssetProblem]:
    """Assets that share a tag, of other scenes too: one problem for each tag."""
    found: defaultdict[str, list[Asset]] = defaultdict(list)
    for asset in assets:
        found[asset.tag].append(asset)
    for tag, several in found.items():
        if tag and len(several) > 1:
            where = ", ".join(dict.fromkeys(repr(each.scene) for each in several))
            text = f"{len(several)} assets have the tag @{tag} (in {where}): rename or remove all but one."
            yield _of(several[0], "tag-taken", text)


def bad_texts(assets: Iterable[Asset]) -> Iterator[AssetProblem]:
    """Texts that are too long, or have characters in them that are no text."""
    for asset in assets:
        controls = control_letters("".join(asset.texts))
        if controls:
            text = f"{_called(asset)} has the control character {controls[0]} in a text: type that text again."
            yield _of(asset, "text-control", text)
        longest = max(map(len, asset.texts))
        if longest > MAX_TEXT:
            text = f"{_called(asset)} has a text of {longest:,} characters: shorten it to {MAX_TEXT:,} at most."
            yield _of(asset, "text-long", text)


def no_pictures(assets: Iterable[Asset]) -> Iterator[AssetProblem]:
    """Assets that a model can't be shown, or voices that it can't be played: it makes up its own every time."""
    for asset in assets:
        if asset.kind == "voice":
            if not asset.sound:
                text = f"{_called(asset)} has no sound: add a recording of the voice."
                yield _of(asset, "sound-none", text, "warning")
        elif not asset.pictures and not any(variant.pictures for variant in asset.variants):
            text = f"{_called(asset)} has no picture: add one, or it looks different in every shot."
            yield _of(asset, "picture-none", text, "warning")


def files_gone(assets: Iterable[Asset], facts: Mapping[str, AssetFacts]) -> Iterator[AssetProblem]:
    """Pictures and sounds that are not there or can't be read."""
    for asset in assets:
        wrong = facts.get(asset.id, _NOTHING).files
        for path in (*asset.pictures, asset.sound, *(path for each in asset.variants for path in each.pictures)):
            if wrong.get(path):
                text = f"{_called(asset)}: {path} {wrong[path]}: put it back, or choose another."
                yield _of(asset, "file-bad", text)


def lost_objects(assets: Iterable[Asset], facts: Mapping[str, AssetFacts]) -> Iterator[AssetProblem]:
    """Objects and collections that stand for an asset and are gone."""
    for asset in assets:
        for lost in facts.get(asset.id, _NOTHING).lost:
            text = f"{_called(asset)} is stood for by {lost}: assign another, or take it away from the asset."
            yield _of(asset, "object-gone", text, "warning")


def doubled_claims(assets: Iterable[Asset]) -> Iterator[AssetProblem]:
    """Objects and collections that stand for two assets."""
    owners: defaultdict[tuple[str, str], dict[str, Asset]] = defaultdict(dict)
    for asset in assets:
        if asset.kind in PLACED:
            for name in asset.objects:
                owners["object", name].setdefault(asset.id, asset)
            for name in asset.collections:
                owners["collection", name].setdefault(asset.id, asset)
    for (what, name), found in owners.items():
        if len(found) > 1:
            first, *_ = several = list(found.values())
            text = (
                f"The {what} {name!r} stands for {' and '.join(map(_called, several))}: pictures show it as "
                f"{_called(first)}. Take it away from the others."
            )
            yield _of(first, "object-twice", text)


def doubled_variants(assets: Iterable[Asset]) -> Iterator[AssetProblem]:
    """Variants of one asset, kind and name."""
    for asset in assets:
        names = [(each.kind, each.name) for each in asset.variants]
        for kind, name in dict.fromkeys(pair for pair in names if names.count(pair) > 1):
            text = f"{_called(asset)} has the {kind} {name!r} {names.count((kind, name))} times: rename all but one."
            yield _of(asset, "variant-twice", text)


def bad_white_balance(assets: Iterable[Asset]) -> Iterator[AssetProblem]:
    """Lights that are outside of what a white balance can be."""
    for asset in assets:
        for variant in asset.variants:
            if variant.white_balance is not None and not is_white_balance(variant.white_balance):
                text = (
                    f"{_called(asset)}, {variant.name}: {variant.white_balance} K is no white balance: choose "
                    f"{terms.MIN_KELVIN} K (a candle) to {terms.MAX_KELVIN} K (open shade)."
                )
                yield _of(asset, "white-balance", text)


# -- shots ------------------------------------------------------------------------------------------


def close_to(tag: str, assets: Sequence[Asset]) -> str:
    """Advice on a tag that no asset has: the one that was meant, or those there are that can be typed."""
    tags = sorted({asset.tag for asset in assets if not tag_advice(asset.tag)})
    near = difflib.get_close_matches(tag[:64], tags, n=1)
    if near:
        return f"did you mean @{near[0]}?"
    if not tags:
        return "give the assets tags that can be typed." if assets else "there are no assets yet."
    more = f" and {len(tags) - 8} more" if len(tags) > 8 else ""
    return f"there are {', '.join(f'@{each}' for each in tags[:8])}{more}."


def unknown_tags(assets: Sequence[Asset], shots: Iterable[Shot]) -> Iterator[AssetProblem]:
    """Tags in prompts and casts that no asset has; each once for a shot."""
    known = {asset.tag for asset in assets}
    for shot in shots:
        said: set[str] = set()
        for section, label, _ in terms.SECTIONS:
            for found in tags_in(str(getattr(shot.prompt, section))):
                if found.tag not in known and found.tag not in said:
                    said.add(found.tag)
                    text = f"{shot.number} names @{found.tag[:40]} in {label.upper()}, and no asset has that tag: "
                    yield _in(shot, "tag-unknown", text + close_to(found.tag, assets), found.tag)
        for each in shot.assets:
            if each.tag not in known:
                text = f"{shot.number} has @{each.tag[:40]} in its cast, and no asset has that tag: "
                yield _in(shot, "cast-unknown", text + close_to(each.tag, assets), each.tag)


def unknown_variants(assets: Iterable[Asset], shots: Iterable[Shot]) -> Iterator[AssetProblem]:
    """Variants that a shot chooses and its asset does not have."""
    by_tag = {asset.tag: asset for asset in assets}
    for shot in shots:
        for each in shot.assets:
            asset = by_tag.get(each.tag)
            for kind, name in _missing(asset, each) if asset else ():
                there = ", ".join(one.name for one in asset.variants if one.kind == kind) if asset else ""
                text = (
                    f"{shot.number}: @{each.tag} has no {kind} {name!r}: choose another "
                    f"({there or f'it has no {kind} at all'}), or add it."
                )
                yield _in(shot, "variant-unknown", text, each.tag, asset.id if asset else "")


def _missing(asset: Asset, chosen: ShotAsset) -> Iterator[tuple[str, str]]:
    return ((kind, name) for kind, name in chosen.chosen if asset.variant(kind, name) is None)


def _in(shot: Shot, code: str, message: str, tag: str, asset: str = "") -> AssetProblem:
    return AssetProblem(code=code, message=message, tag=tag, shot=shot.id, asset=asset)


def _called(asset: Asset) -> str:
    """How a sentence names an asset; one whose tag is none by the name it has."""
    return asset.mark if not tag_advice(asset.tag) else (asset.name or asset.tag or "An asset without a tag")[:40]

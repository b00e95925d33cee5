"""Rules about what goes along with a request: which references, how many, and which a model does not read."""

from __future__ import annotations

from collections.abc import Iterable

from .. import terms
from ..asset import Asset
from ..model import ModelProfile
from ..shot import Shot
from .assets import pictures_in, used
from .facts import Ask
from .rules import Hit, Hits, rule
from .words import count, listed

_TITLES = {value: label.lower() for value, label, _ in terms.PASSES} | {"asset": "pictures of assets"}


def _titles(kinds: Iterable[str]) -> str:
    return listed([_TITLES[kind] for kind in kinds], most=6)


@rule("references-required")
def _required(profile: ModelProfile, ask: Ask) -> Hits:
    lacking = [kind for kind, taken in profile.references.items() if taken.min and kind not in (*ask.passes, "asset")]
    if lacking:
        fields = {"model": profile.title, "kinds": _titles(lacking)}
        yield Hit(fields, "references", fact=profile.fact(f"references.{lacking[0]}"))


@rule("references-together")
def _together(profile: ModelProfile, ask: Ask) -> Hits:
    for limit in profile.limits:
        asked = [kind for kind in ask.passes if kind in limit.kinds]
        if len(asked) > limit.max:
            fields = {"model": profile.title, "kinds": _titles(asked), "most": limit.max}
            yield Hit(fields, "references", fact=profile.fact("limits"))


@rule("references-unread")
def _unread(profile: ModelProfile, ask: Ask) -> Hits:
    unread = [kind for kind in ask.passes if kind not in profile.references]
    if unread:
        fields = {"model": profile.title, "kinds": _titles(unread), "taken": _titles(profile.references)}
        yield Hit(fields, "references", fact=profile.fact("references"))


@rule("references-none")
def _none(profile: ModelProfile, ask: Ask) -> Hits:
    if profile.references and not [kind for kind in ask.passes if kind in profile.references]:
        yield Hit({"model": profile.title, "taken": _titles(profile.references)}, "references")


@rule("references-assets-many")
def _assets_many(profile: ModelProfile, assets: tuple[Asset, ...], shot: Shot) -> Hits:
    pictures = pictures_in(shot, assets)
    most = profile.references["asset"].max
    if len(pictures) > most:
        fields = {
            "pictures": count(len(pictures), "picture"),
            "tags": listed(list(dict.fromkeys(f"@{tag}" for tag, _ in pictures)), most=4),
            "model": profile.title,
            "most": most,
        }
        yield Hit(fields, "assets", fact=profile.fact("references.asset"))


@rule("references-assets-unread")
def _assets_unread(profile: ModelProfile, assets: tuple[Asset, ...], shot: Shot) -> Hits:
    pictures = pictures_in(shot, assets)
    if pictures and "asset" not in profile.references:
        tags = listed(list(dict.fromkeys(f"@{tag}" for tag, _ in pictures)), most=4)
        yield Hit({"tags": tags, "model": profile.title}, "assets", fact=profile.fact("references"))


@rule("references-voice-unread")
def _voice_unread(profile: ModelProfile, assets: tuple[Asset, ...], shot: Shot) -> Hits:
    voices = [asset.tag for asset in used(shot, assets) if asset.kind == "voice"]
    if voices:
        tags = listed([f"@{tag}" for tag in voices])
        yield Hit({"tags": tags, "model": profile.title}, "assets", fact=profile.fact("references"))


@rule("depth-encoding-unsure")
def _depth_unsure(profile: ModelProfile, ask: Ask) -> Hits:
    fact = profile.fact("references.depth.encoding")
    taken = profile.references["depth"]
    if "depth" in ask.passes and (fact is None or fact.status == "unsure"):
        others = f"; {' and '.join(taken.alternatives)} may be nearer" if taken.alternatives else ""
        yield Hit({"model": profile.title, "encoding": taken.encoding, "others": others}, "references", fact=fact)


@rule("model-unsure")
def _unsure(profile: ModelProfile, ask: Ask, shot: Shot) -> Hits:
    matters = {f"references.{kind}" for kind in ask.passes}
    if profile.length.max is not None:
        matters |= {"length.max", "length.step", "length.offset"}
    if 0 < shot.frames * profile.rate(shot.fps).fraction / shot.fps.fraction <= profile.length.min:
        matters.add("length.min")
    if profile.frame_rates is not None and profile.rate(shot.fps) != shot.fps:
        matters.add("frame_rates")
    found = [path for path in profile.unsure if _within(path, matters) and path != "references.depth.encoding"]
    if found:
        facts = (profile.fact(path) for path in found)
        fact = next((each for each in facts if each), None)
        yield Hit({"model": profile.title, "facts": listed(found, most=5)}, fact=fact)


def _within(path: str, fields: set[str]) -> bool:
    return any(path == name or path.startswith(f"{name}.") for name in fields)

"""Rules about what is said to a model: the six sections as they were typed, and the text made of them."""

from __future__ import annotations

from collections.abc import Iterator

from .. import asset_checks, terms
from ..asset import Asset
from ..model import ModelProfile
from ..prompt import CompiledPrompt, Prompt
from ..shot import Shot
from ..tags import tags_of
from ..text import ESTIMATED, control_letters, direction_letters, length, right_to_left, short
from .assets import used
from .rules import Hit, Hits, Limits, rule
from .words import count, listed


def _sections(prompt: Prompt) -> Iterator[tuple[str, str, str]]:
    """(name, label, text) of each section."""
    for name, label, _ in terms.SECTIONS:
        yield name, label.upper(), str(getattr(prompt, name))


# -- as it was typed ------------------------------------------------------------------------------


@rule("prompt-empty")
def _empty(shot: Shot) -> Hits:
    if shot.prompt.empty:
        yield Hit(where="prompt")


@rule("prompt-action-empty")
def _action_empty(shot: Shot) -> Hits:
    if not shot.prompt.empty and not shot.prompt.action.strip():
        yield Hit(where="prompt.action")


@rule("prompt-huge")
def _huge(shot: Shot, limits: Limits) -> Hits:
    for name, label, text in _sections(shot.prompt):
        size = len(text.encode("utf-8", "surrogatepass"))
        if size > limits["bytes"]:
            yield Hit({"section": label, "size": f"{size:,}", "most": f"{limits['bytes']:,.0f}"}, f"prompt.{name}")


@rule("prompt-control")
def _control(shot: Shot) -> Hits:
    for name, label, text in _sections(shot.prompt):
        if letters := control_letters(text):
            yield Hit({"section": label, "letters": listed(letters)}, f"prompt.{name}")


@rule("prompt-direction")
def _direction(shot: Shot) -> Hits:
    for name, label, text in _sections(shot.prompt):
        if letters := direction_letters(text):
            yield Hit({"section": label, "letters": listed(letters)}, f"prompt.{name}")


_FROM_THE_RIGHT = frozenset(("ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"))
"""Languages that are written from right to left (ISO 639-1)."""


@rule("prompt-right-to-left")
def _right_to_left(shot: Shot, profile: ModelProfile) -> Hits:
    languages = profile.prompt.languages if profile.prompt else ()
    found = [label for _, label, text in _sections(shot.prompt) if right_to_left(text)]
    if found and languages and not _FROM_THE_RIGHT & {language[:2] for language in languages}:
        verb = "is" if len(found) == 1 else "are"
        fields = {"model": profile.title, "sections": listed(found, most=6), "verb": verb, "known": listed(languages)}
        yield Hit(fields, "prompt", fact=profile.fact("prompt.languages"))


@rule("prompt-identity-none")
def _identity_none(shot: Shot, assets: tuple[Asset, ...]) -> Hits:
    if shot.prompt.repeat_identity and not any(asset.identity for asset in used(shot, assets)):
        yield Hit(where="prompt.repeat_identity")


@rule("prompt-repeated")
def _repeated(shot: Shot) -> Hits:
    texts = [(label, " ".join(text.lower().split())) for _, label, text in _sections(shot.prompt) if text.strip()]
    for index, (label, text) in enumerate(texts):
        for other, again in texts[:index]:
            if text == again:
                yield Hit({"one": other, "other": label}, f"prompt.{label.lower()}")


# -- tags -----------------------------------------------------------------------------------------


@rule("tag-unknown")
def _tag_unknown(shot: Shot, assets: tuple[Asset, ...]) -> Hits:
    for problem in asset_checks.unknown_tags(assets, (shot,)):
        if problem.code == "tag-unknown":
            yield Hit({"said": problem.message}, "prompt")


@rule("prompt-untagged")
def _untagged(shot: Shot, assets: tuple[Asset, ...]) -> Hits:
    """A name that was typed without its @: the model is told a name and nothing else."""
    named = set(tags_of(shot))
    text = " ".join(text for *_, text in _sections(shot.prompt))
    words = {word.strip(".,;:!?\"'()[]") for word in text.split()}
    for asset in assets:
        if asset.tag not in named and asset.name and asset.name in words and asset.name[:1].isupper():
            yield Hit({"name": short(asset.name, 40), "tag": f"@{asset.tag}"}, "prompt", asset.id)


# -- as it is read --------------------------------------------------------------------------------


@rule("prompt-long")
def _long(compiled: CompiledPrompt, profile: ModelProfile) -> Hits:
    taken = profile.prompt
    if taken is None or taken.max is None:
        return
    size = length(compiled.text, taken.unit)
    if size > taken.max:
        about = "about " if taken.unit in ESTIMATED else ""
        fields = {"size": f"{about}{size:,} {taken.unit}", "model": profile.title, "most": f"{taken.max:,}"}
        yield Hit(fields, "prompt", fact=profile.fact("prompt.max"))


@rule("prompt-shortened")
def _shortened(compiled: CompiledPrompt, profile: ModelProfile) -> Hits:
    if compiled.dropped:
        sections = listed(list(dict.fromkeys(each.section.upper() for each in compiled.dropped)), most=6)
        fields = {
            "model": profile.title,
            "sentences": count(len(compiled.dropped), "sentence"),
            "sections": sections,
            "verb": "is" if len(compiled.dropped) == 1 else "are",
            "first": repr(short(compiled.dropped[0].text)),
        }
        yield Hit(fields, "prompt", fact=profile.fact("prompt.max"))

"""What mends a finding: each fix changes what the .blend intends, and says in a line what it changed.

A fix acts on all of its kind at once: all hidden characters of a prompt, all variants of a shot. It looks again
before it changes anything, so a finding may be out of date.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import bpy

from ..core import terms
from ..core.errors import Refused
from ..core.names import next_number
from ..core.preflight import Finding
from ..core.style import MAX_SHUTTER, MIN_SHUTTER, scaled
from ..core.text import without_hidden
from . import asset_items
from .shot_items import film_order, find_shot, read_only_reason
from .style_items import style_scene

__all__ = ["FIXES", "Fixed", "fix"]

Item = bpy.types.PropertyGroup


@dataclass
class Fixed:
    """What was mended, and what was not and why; a sentence each."""

    done: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def fix(findings: Iterable[Finding]) -> Fixed:
    """Mend what can be mended. What is linked from another file, or locked, is left with the reason."""
    result = Fixed()
    seen: set[tuple[str, str, str]] = set()
    for finding in findings:
        name = finding.fix
        target = ("", finding.asset) if finding.of_film else (finding.shot, "")
        if name is None or (name, *target) in seen:
            continue
        seen.add((name, *target))
        owner, what, reason = _owner(finding)
        if owner is None:
            continue
        try:
            if reason:
                raise Refused(reason)
            if changed := FIXES[name](owner):
                result.done.append(f"{what}: {changed}.")
        except Refused as error:
            result.left.append(f"{what} is left as it is: {error}")
    return result


def _owner(finding: Finding) -> tuple[Item | bpy.types.Scene | None, str, str]:
    """What is to be changed: a stored shot, a stored asset or the scene with the style; its name; why it can't be."""
    if finding.about == "asset":
        found = next(((scene, item) for scene, item in asset_items.stored() if item.uuid == finding.asset), None)
        return (found[1], f"@{found[1].tag}", read_only_reason(found[0]) or "") if found else (None, "", "")
    if finding.about == "style":
        scene = style_scene()
        return scene, "The film's style", read_only_reason(scene) or ""
    stored = find_shot(finding.shot)
    if stored is None:
        return None, "", ""
    scene, item = stored
    locked = "it is locked; unlock it first." if item.locked else ""
    return item, item.number, read_only_reason(scene) or locked


# -- shots ----------------------------------------------------------------------------------------


def _swap_range(shot: Item) -> str:
    start, end = shot.frame_start, shot.frame_end
    if end >= start:
        return ""
    shot.frame_start, shot.frame_end = end, start
    return f"start and end are swapped, frames {end}-{start}"


def _even_size(shot: Item) -> str:
    from .shots import picture_size

    width, height = (shot.width, shot.height) if shot.use_custom_size else picture_size(shot.id_data)
    if not (width % 2 or height % 2):
        return ""
    shot.width, shot.height = width + width % 2, height + height % 2
    shot.use_custom_size = True
    return f"its own size is {shot.width}×{shot.height} now"


def _renumber(shot: Item) -> str:
    """The first shot of the film with a number keeps it."""
    numbers = [(item.number, item.uuid) for _, item in film_order()]
    if next(uuid for number, uuid in numbers if number == shot.number) == shot.uuid:
        return ""
    shot.number = next_number(number for number, _ in numbers)
    return f"it was one of several of this number, and is {shot.number} now"


def _strip_hidden(owner: Item | bpy.types.Scene) -> str:
    """Of a shot's prompt, an asset, or the film's style."""
    if isinstance(owner, bpy.types.Scene):
        style = owner.shotwright.style
        changed = [_strip(style, "prefix"), _strip(style, "lens"), *(_strip(each, "name") for each in style.palette)]
    elif "prompt" in owner.bl_rna.properties:
        changed = [_strip(owner.prompt, section) for section in terms.values(terms.SECTIONS)]
    else:
        texts = [(owner, "name"), (owner, "description"), (owner, "must_not")]
        texts += [(fact, "text") for fact in owner.identity]
        texts += [(each, name) for each in owner.variants for name in ("description", "must_not")]
        changed = [_strip(*text) for text in texts]
    return "characters that nobody sees are taken out" if any(changed) else ""


def _strip(owner: Item, name: str) -> bool:
    text = getattr(owner, name)
    plain = without_hidden(text)
    if plain == text:
        return False
    setattr(owner, name, plain)
    return True


def _identity_off(shot: Item) -> str:
    if not shot.prompt.repeat_identity:
        return ""
    shot.prompt.repeat_identity = False
    return "it does not repeat identity any more"


def _drop_cast(shot: Item) -> str:
    """Assets there are not, and those that are in the cast already."""
    names = [each.name for each in shot.assets]
    gone = [name for name in dict.fromkeys(names) if not asset_items.find(name)]
    once = [name for name in dict.fromkeys(names) if name not in gone and names.count(name) > 1]
    for index, name in reversed(list(enumerate(names))):
        if name in gone or name in names[:index]:
            shot.assets.remove(index)
    parts = ((gone, "out of its cast"), (once, "in its cast only once now"))
    return ", and ".join(
        f"{', '.join(f'@{tag}' for tag in tags)} {'is' if len(tags) == 1 else 'are'} {what}"
        for tags, what in parts
        if tags
    )


def _clear_variant(shot: Item) -> str:
    cleared: list[str] = []
    for each in shot.assets:
        found = asset_items.find(each.name)
        for kind in terms.values(terms.VARIANT_KINDS):
            name = getattr(each, kind)
            there = any((variant.kind, variant.name) == (kind, name) for _, item in found for variant in item.variants)
            if name and found and not there:
                setattr(each, kind, "")
                cleared.append(f"@{each.name} has no {kind} chosen any more (it was {name!r})")
    return ", ".join(cleared)


def _sun_shadow(shot: Item) -> str:
    """The sun that the rule calls the key light casts shadows."""
    from .preflight import suns_of
    from .shots import read_shots

    known = next(each for each in read_shots() if each.id == shot.uuid)
    suns = list(suns_of(known))
    key, light = max(suns, key=lambda sun: (sun[0].energy, sun[0].name), default=(None, None))
    if key is None or light is None or key.shadow:
        return ""
    if light.library is not None:
        raise Refused(f"its light {key.name!r} is linked from {light.library.filepath}; open that file to change it.")
    light.use_shadow = True
    return f"the shadow of {key.name!r} is on"


# -- assets and style -----------------------------------------------------------------------------


def _drop_objects(asset: Item) -> str:
    placed = asset_items.placed_objects()
    objects = [i for i, each in enumerate(asset.objects) if asset_items.is_lost(each.object, placed)]
    groups = [i for i, each in enumerate(asset.collections) if asset_items.is_empty(each.collection)]
    for index in reversed(objects):
        asset.objects.remove(index)
    for index in reversed(groups):
        asset.collections.remove(index)
    count = len(objects) + len(groups)
    return f"{count} of what stood for it {'was' if count == 1 else 'were'} gone and taken off" if count else ""


def _white_balance(owner: Item | bpy.types.Scene) -> str:
    """Of an asset's lights, or of the film."""
    lights = [owner.shotwright.style] if isinstance(owner, bpy.types.Scene) else list(owner.variants)
    changed: list[str] = []
    for each in lights:
        legal = max(terms.MIN_KELVIN, min(terms.MAX_KELVIN, each.white_balance))
        if each.white_balance and each.white_balance != legal:
            each.white_balance = legal
            changed.append(f"{legal:,} K")
    return f"its white balance is {' and '.join(changed)} now" if changed else ""


def _scale_palette(scene: bpy.types.Scene) -> str:
    palette = scene.shotwright.style.palette
    shares = [round(colour.share, 3) for colour in palette]
    if not shares or min(shares) <= 0 or abs(sum(shares) - 100) < 1e-3:
        return ""
    for colour, share in zip(palette, scaled(shares), strict=True):
        colour.share = share
    return f"its palette is {':'.join(f'{share:g}' for share in scaled(shares))} now"


def _shutter(scene: bpy.types.Scene) -> str:
    style = scene.shotwright.style
    legal = max(MIN_SHUTTER, min(MAX_SHUTTER, style.shutter))
    if not style.shutter or style.shutter == legal:
        return ""
    style.shutter = legal
    return f"its shutter is {legal:g}° now"


FIXES: dict[str, Callable[..., str]] = {
    "clear-variant": _clear_variant,
    "drop-cast": _drop_cast,
    "drop-objects": _drop_objects,
    "even-size": _even_size,
    "identity-off": _identity_off,
    "renumber": _renumber,
    "scale-palette": _scale_palette,
    "shutter": _shutter,
    "strip-hidden": _strip_hidden,
    "sun-shadow": _sun_shadow,
    "swap-range": _swap_range,
    "white-balance": _white_balance,
}
"""By name; each gets the stored shot, the stored asset or the scene with the film's style."""

"""Rules about the light and the colours that clay shows."""

from __future__ import annotations

from .facts import Ask, Sun
from .rules import Hit, Hits, Limits, rule
from .words import listed

_LIT = frozenset(("clay", "first", "last", "board"))


@rule("light-none")
def _none(ask: Ask, suns: tuple[Sun, ...]) -> Hits:
    if _LIT & set(ask.passes) and not suns:
        yield Hit(where="light")


@rule("light-shadow-off")
def _shadow_off(ask: Ask, suns: tuple[Sun, ...]) -> Hits:
    if _LIT & set(ask.passes) and suns:
        key = max(suns, key=lambda sun: (sun.energy, sun.name))  # as render_passes.light chooses it
        if not key.shadow:
            yield Hit({"light": repr(key.name)}, "light")


@rule("light-rivals")
def _rivals(ask: Ask, suns: tuple[Sun, ...], limits: Limits) -> Hits:
    ranked = sorted(suns, key=lambda sun: (sun.energy, sun.name), reverse=True)
    if _LIT & set(ask.passes) and len(ranked) > 1 and ranked[1].energy >= limits["part"] * ranked[0].energy:
        yield Hit({"key": repr(ranked[0].name), "others": listed([repr(sun.name) for sun in ranked[1:]])}, "light")


@rule("clay-saturated")
def _saturated(ask: Ask, limits: Limits) -> Hits:
    strong = {name: value for name, value in (ask.saturation or {}).items() if value > limits["saturation"]}
    if _LIT & set(ask.passes) and strong:
        worst = sorted(strong, key=lambda name: (-strong[name], name))
        yield Hit({"objects": listed([repr(name) for name in worst]), "most": f"{strong[worst[0]]:.2f}"}, "references")

"""Assets: what has to look the same everywhere, how it is spoken of, and what stands for it in the scene."""

from __future__ import annotations

from typing import Literal

from .model_base import Stored

__all__ = ["MAX_TEXT", "PLACED", "Asset", "AssetKind", "ShotAsset", "Variant", "VariantKind"]

AssetKind = Literal["character", "location", "prop", "style", "voice"]
VariantKind = Literal["wardrobe", "phase", "light"]

PLACED: frozenset[AssetKind] = frozenset({"character", "location", "prop"})
"""Kinds that objects of the scene can stand for."""
MAX_TEXT = 4_000
"""Longest description or fact, in characters: a whole prompt is shorter with nearly every provider."""


class Variant(Stored):
    """One way an asset can be: an apron, the morning after."""

    kind: VariantKind
    name: str
    """Unique among the variants of its asset."""
    description: str = ""
    """What is different, beside the asset's own description."""
    must_not: str = ""
    white_balance: int | None = None
    """Kelvin, of a light; it goes before the film's."""
    pictures: tuple[str, ...] = ()
    """Paths, as `Asset.pictures`; where there are any they go before the asset's own."""


class Asset(Stored):
    """An asset as it stands in the file. It is what was found, not what would be right: see `core.preflight`."""

    id: str
    """UUID; survives renaming."""
    scene: str
    """Full name of the scene that holds it."""
    tag: str
    """Without its @; unique in the film when all is well. See `terms.TAG_PATTERN`."""
    kind: AssetKind
    name: str = ""
    """What it is called in a text that has no tags: Lou; the tag when empty."""
    description: str = ""
    """A few words that are put in its place: a janitor robot of yellowed plastic with a CRT for a head."""
    identity: tuple[str, ...] = ()
    """Facts that have to hold in every picture; repeated in CONSTRAINTS on request."""
    must_not: str = ""
    """What it must not be or become."""
    pictures: tuple[str, ...] = ()
    """Paths: absolute, or `//` and relative to the .blend."""
    sound: str = ""
    """Path of a recording, of a voice."""
    objects: tuple[str, ...] = ()
    """Full names of the objects that stand for it; what is parented to them belongs to it."""
    collections: tuple[str, ...] = ()
    """Full names of collections, their children included."""
    variants: tuple[Variant, ...] = ()
    read_only: str | None = None
    """Why it can't be edited here, or None when it can."""

    @property
    def mark(self) -> str:
        """What it is called in prompts, masks, layouts and poses: `@lou`."""
        return f"@{self.tag}"

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything that is said about it and its variants."""
        of_variants = (text for each in self.variants for text in (each.name, each.description, each.must_not))
        return (self.name, self.description, self.must_not, *self.identity, *of_variants)

    def variant(self, kind: str, name: str) -> Variant | None:
        """The variant of this kind and name, or None."""
        return next((each for each in self.variants if (each.kind, each.name) == (kind, name)), None)


class ShotAsset(Stored):
    """An asset in a shot, and how it is there."""

    tag: str
    wardrobe: str = ""
    phase: str = ""
    light: str = ""
    """Name of the variant of each kind; empty for none."""

    @property
    def chosen(self) -> tuple[tuple[VariantKind, str], ...]:
        """Kind and name of each variant that is chosen."""
        named: tuple[tuple[VariantKind, str], ...] = (
            ("wardrobe", self.wardrobe),
            ("phase", self.phase),
            ("light", self.light),
        )
        return tuple((kind, name) for kind, name in named if name)

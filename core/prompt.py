"""What is said to a model, as fields: six sections of a shot, and the style of the film; and the text made of them.

`core.compile` makes the text.
"""

from __future__ import annotations

from pydantic import Field

from .asset import AssetKind, VariantKind
from .model_base import Stored

__all__ = [
    "CompiledPrompt",
    "CompiledText",
    "Dropped",
    "FilmStyle",
    "PaletteColour",
    "Prompt",
    "Span",
    "TagUse",
]


class Prompt(Stored):
    """The sections of a shot's prompt as they were typed; see `terms.SECTIONS`. Assets are named by tag (`@lou`)."""

    subject: str = ""
    location: str = ""
    action: str = ""
    camera: str = ""
    """Empty: derived from the real camera."""
    style: str = ""
    """Beside the film's."""
    constraints: str = ""
    repeat_identity: bool = False
    """Whether CONSTRAINTS repeats what the assets' identity depends on."""

    @property
    def empty(self) -> bool:
        """Whether nothing was typed."""
        return not any((self.subject, self.location, self.action, self.camera, self.style, self.constraints))


class PaletteColour(Stored):
    """A colour of the film and its share of the picture."""

    share: float = Field(allow_inf_nan=False)
    """Per cent; those of a palette add to 100 when all is well."""
    name: str
    """How it is called in a text: oxblood."""
    colour: str = ""
    """As #rrggbb; empty when only its name is known."""


class FilmStyle(Stored):
    """What every picture of the film has in common. It is what was found; `core.preflight` says what is wrong."""

    prefix: str = ""
    """Stands before everything else in STYLE."""
    palette: tuple[PaletteColour, ...] = ()
    white_balance: int | None = None
    """Kelvin; a chosen light of an asset goes before it."""
    lens: str = ""
    """Character of the lenses: anamorphic, soft edges, warm flares."""
    shutter: float | None = Field(default=None, allow_inf_nan=False)
    """Shutter angle in degrees: 180 blurs half of the time between two frames."""

    @property
    def empty(self) -> bool:
        """Whether nothing was set."""
        return self == FilmStyle()


# -- the text made of them ----------------------------------------------------------------------------


class CompiledText(Stored):
    """The text that a model gets, and nothing about where it comes from: what a request holds."""

    text: str
    negative: str = ""
    """What must not be, for models with a field of its own for that."""


class Span(Stored):
    """A part of a compiled text, and the field that it comes from."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    """In characters: `text[start:end]`."""
    source: str
    """A field (`shot.action`, `film.palette`, `asset.lou.description`, `asset.lou.variant.night`,
    `asset.lou.variant.night.must_not`), `camera` for what was derived from the real one, or `heading` or
    `separator` for what stands between fields."""
    section: str = ""
    """One of `terms.SECTIONS`; empty between two of them."""


class TagUse(Stored):
    """An asset of a shot, as a model is to be shown it."""

    tag: str
    asset: str
    """Its UUID."""
    kind: AssetKind
    name: str
    """What the text calls it."""
    mentioned: bool
    """Whether the prompt names it; else it is in the shot all the same."""
    variants: tuple[tuple[VariantKind, str], ...] = ()
    """Kind and name of each variant that is chosen and exists."""
    pictures: tuple[str, ...] = ()
    """Those of the chosen variants where they have any, else the asset's own."""
    sound: str = ""


class Dropped(Stored):
    """A sentence that was left out because a text was too long."""

    section: str
    text: str


class CompiledPrompt(Stored):
    """A prompt as a model will read it, and where each part of it comes from."""

    dialect: str
    text: str
    negative: str = ""
    """Empty for a dialect without a field for it: what must not be stands in the text then."""
    spans: tuple[Span, ...] = ()
    negative_spans: tuple[Span, ...] = ()
    """All of `text` and of `negative`, in order, without gap or overlap."""
    tags: tuple[TagUse, ...] = ()
    """The shot's assets, in the order in which the text names them."""
    unknown: tuple[str, ...] = ()
    """Tags without an asset, each once: their bare word stands in the text."""
    dropped: tuple[Dropped, ...] = ()
    """What `core.shorten` left out."""

    @property
    def sent(self) -> CompiledText:
        """What a request holds of it."""
        return CompiledText(text=self.text, negative=self.negative)

    def source_at(self, position: int) -> str:
        """The field that a character of the text comes from. Raises IndexError when there is none."""
        if not 0 <= position < len(self.text):
            raise IndexError(position)
        return next(span.source for span in self.spans if position < span.end)

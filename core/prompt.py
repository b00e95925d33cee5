"""What is said to a model, as fields: six sections of a shot, and the style of the film.

`core.compile` makes the text of them.
"""

from __future__ import annotations

from pydantic import Field

from .model_base import Stored

__all__ = ["FilmStyle", "PaletteColour", "Prompt"]


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

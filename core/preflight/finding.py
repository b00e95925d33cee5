"""What a rule found wrong."""

from __future__ import annotations

import datetime
from typing import Literal

from ..model import Status
from ..model_base import Stored
from ..shot import Problem

__all__ = ["About", "Finding", "Severity"]

Severity = Literal["error", "warning", "note"]
"""`error`: the shot is not made or sent as it is. `warning`: the model will ignore, damage or refuse something.
`note`: what happens, for the artist to know."""

About = Literal["shot", "model", "references", "prompt", "asset", "style", "camera", "subject", "light", "rig"]
"""What a rule looks at."""


class Finding(Stored):
    """Something about a shot or a film that the artist should know before it is made or sent."""

    code: str
    """The rule's, stable."""
    severity: Severity
    about: About
    message: str
    """What is wrong, and what to do next."""
    fix: str | None = None
    """What mends it: a name in `addon.preflight`; None where only the artist can."""
    where: str = ""
    """The field: `range`, `size`, `prompt.action`, `assets.lou`, `style.palette`; empty when it is about all of it."""
    shot: str = ""
    """UUID of the shot; empty when it is about the film."""
    asset: str = ""
    """UUID of the asset, when it is about one."""
    source: str
    """Where the rule, or the limit it is about, comes from."""
    date: datetime.date
    """The day the source was read."""
    status: Status
    """How sure that is; see `core.model.Fact`."""

    @property
    def of_film(self) -> bool:
        """Whether it says the same of every shot it is found with."""
        return self.about in ("asset", "style")

    @property
    def problem(self) -> Problem:
        """The finding as what stops the work."""
        return Problem(code=self.code, message=self.message)

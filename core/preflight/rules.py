"""The rules: as data in `rules.json`, and as functions that look at facts.

A function says what it found (`Hit`), the data what that means: how severe it is, in which words it is told, what
mends it, and whose word it is. They meet in their code: `@rule("camera-none")`. A function names the facts it needs
as its parameters (`shot: Shot, profile: ModelProfile`); parameters with a default are facts it can do without, and
`limits` are the numbers of its rule.
"""

from __future__ import annotations

import datetime
import inspect
import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from ..model import REFERENCES, Fact, ModelProfile, Status
from ..model_base import Stored
from .facts import Facts
from .finding import About, Finding, Severity

__all__ = ["CHECKS", "Hit", "Hits", "Rule", "Rules", "Sterner", "check", "reads", "rule", "rules", "skipped"]

_FILE = Path(__file__).with_name("rules.json")
_PARTS = tuple(part.name for part in fields(Facts))
_ORDER: tuple[Severity, ...] = ("error", "warning", "note")

Limits = Mapping[str, float]


@dataclass(frozen=True)
class Hit:
    """A rule found something. `fields` are what its sentence is filled with."""

    fields: Mapping[str, object] = field(default_factory=dict[str, object])
    where: str = ""
    asset: str = ""
    """UUID of the asset it is about."""
    fact: Fact | None = None
    """Whose word it is, where that is not the rule's but a model's."""
    mends: bool = True
    """Whether the rule's fix helps here."""


Hits = Iterable[Hit]


class Sterner(Stored):
    """How severe it is for models that read something."""

    reads: str
    """A kind of reference, or `text`."""
    severity: Severity


class Models(Stored):
    """The models a rule is about: those that read all of `reads`, of one of the backends, of one of the names."""

    reads: tuple[str, ...] = ()
    """Kinds of `core.model.REFERENCES`, and `text`."""
    backends: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def all(self) -> bool:
        """Whether it is about any model, an unknown one too."""
        return self == Models()

    def about(self, profile: ModelProfile | None) -> bool:
        """Whether it is about this model."""
        if self.all or profile is None:
            return self.all
        return (
            all(reads(profile, kind) for kind in self.reads)
            and profile.backend in (self.backends or (profile.backend,))
            and profile.name in (self.names or (profile.name,))
        )


class Rule(Stored):
    """What a rule means. Texts are filled by `str.format` with what was found, the shot's number and the limits."""

    code: str = Field(pattern=r"^[a-z]+(-[a-z]+)+$")
    title: str = Field(min_length=1, max_length=80)
    """What it is about, in a few words."""
    severity: Severity
    sterner: Sterner | None = None
    about: About
    limits: dict[str, float] = Field(default_factory=dict[str, float])
    sentence: str = Field(min_length=1)
    """What is wrong; it ends in a full stop, or in a colon when advice goes on."""
    advice: str = ""
    """What to do next."""
    fix: str | None = None
    models: Models = Models()
    source: str = Field(min_length=1, max_length=500)
    date: datetime.date
    status: Status

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.status == "unsure" and "error" in (self.severity, self.sterner and self.sterner.severity):
            raise ValueError(f"{self.code}: what nobody has checked stops no shot")
        kinds = (*self.models.reads, *([self.sterner.reads] if self.sterner else []))
        for kind in kinds:
            if kind not in (*REFERENCES, "text"):
                raise ValueError(f"{self.code}: {kind!r} is nothing a model reads")
        for text in (self.sentence, self.advice):
            for _, name, _, _ in string.Formatter().parse(text):
                if name is not None and not name.isidentifier():
                    raise ValueError(f"{self.code}: {{{name}}} is no plain name")
        return self

    def severity_for(self, profile: ModelProfile | None) -> Severity:
        """How severe it is for a model, or for none."""
        if self.sterner and profile and reads(profile, self.sterner.reads):
            return self.sterner.severity
        return self.severity

    def finding(self, facts: Facts, hit: Hit) -> Finding:
        """What was found, in words."""
        number = {"number": facts.shot.number} if facts.shot else {}
        filling = {**self.limits, **number, **hit.fields}
        said = (self.sentence.format_map(filling), self.advice.format_map(filling))
        severity = self.severity_for(facts.profile)
        word: Rule | Fact = hit.fact or self
        if severity == "error" and word.status == "unsure":
            severity = "warning"
        return Finding(
            code=self.code,
            severity=severity,
            about=self.about,
            message=" ".join(part for part in said if part),
            fix=self.fix if hit.mends else None,
            where=hit.where,
            shot=facts.shot.id if facts.shot else "",
            asset=hit.asset,
            source=word.source,
            date=word.date,
            status=word.status,
        )


class Rules(Stored):
    """`rules.json`."""

    schema_name: Literal["shotwright.rules.1"] = Field(alias="schema")
    rules: tuple[Rule, ...]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        codes = [rule.code for rule in self.rules]
        if len(set(codes)) != len(codes):
            raise ValueError(f"{next(code for code in codes if codes.count(code) > 1)} is there twice")
        return self


@dataclass(frozen=True)
class Check:
    """The function of a rule."""

    find: Callable[..., Hits]
    needs: tuple[str, ...]
    """Facts without which it can't look."""
    uses: tuple[str, ...]
    """All its parameters."""


CHECKS: dict[str, Check] = {}
"""The functions, by the code of their rule."""


def rule(code: str) -> Callable[[Callable[..., Hits]], Callable[..., Hits]]:
    """Make a function the one of a rule. Raises ValueError for a second one, or a parameter that is no fact."""

    def register(find: Callable[..., Hits]) -> Callable[..., Hits]:
        wanted = inspect.signature(find).parameters.values()
        if code in CHECKS:
            raise ValueError(f"{code} has two functions")
        if unknown := [each.name for each in wanted if each.name not in (*_PARTS, "limits")]:
            raise ValueError(f"{code}: {', '.join(unknown)} is no part of Facts")
        needs = tuple(each.name for each in wanted if each.default is each.empty and each.name != "limits")
        CHECKS[code] = Check(find, needs, tuple(each.name for each in wanted))
        return find

    return register


@cache
def rules() -> Mapping[str, Rule]:
    """The rules by code, in the order of the file."""
    read = Rules.model_validate_json(_FILE.read_text(encoding="utf-8"), strict=True)
    return {each.code: each for each in read.rules}


def reads(profile: ModelProfile, kind: str) -> bool:
    """Whether a model reads a kind of reference, or `text`."""
    return profile.prompt is not None if kind == "text" else kind in profile.references


def check(facts: Facts, about: Iterable[About] = ()) -> tuple[Finding, ...]:
    """What the rules find in facts, the worst first; of one severity in the order of the rules.

    `about`: only rules about these.
    """
    wanted = set(about)
    found = [
        each.finding(facts, hit)
        for each in rules().values()
        if (not wanted or each.about in wanted) and _can(each, facts)
        for hit in CHECKS[each.code].find(**_given(each, facts))
    ]
    return tuple(sorted(found, key=lambda finding: _ORDER.index(finding.severity)))


def skipped(facts: Facts) -> tuple[str, ...]:
    """Codes of the rules that could not look: a fact they need is unknown, or it is no such model."""
    return tuple(each.code for each in rules().values() if not _can(each, facts))


def _can(each: Rule, facts: Facts) -> bool:
    return each.models.about(facts.profile) and all(
        getattr(facts, part) is not None for part in CHECKS[each.code].needs
    )


def _given(each: Rule, facts: Facts) -> dict[str, Any]:
    uses = CHECKS[each.code].uses
    return {name: each.limits if name == "limits" else getattr(facts, name) for name in uses}

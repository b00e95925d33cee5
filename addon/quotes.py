"""What `generate` would do, told before it does it, and what the rules of preflight say of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from ..backends import registry
from ..core.errors import ShotwrightError
from ..core.model import ModelProfile
from ..core.preflight import Facts, Finding, check
from ..core.prompt import CompiledText
from ..core.quote import NO_PRICE, Price, Quote, QuoteLine
from ..core.records import ReferencePackage
from ..core.shot import Problem, Shot, ShotListing
from ..core.take import Request
from ..jobs import runner, takes
from ..render_passes.package import Drawn, lens_of, record
from .packages import Found, Wanted
from .pipeline import Generate, Run, choice, problem_of
from .preflight import Gatherer
from .shot_items import film_name, scene_named

__all__ = ["quote"]


@dataclass
class _Asked:
    """A shot that is quoted, with what was found out about it."""

    row: ShotListing
    found: Found | None = None
    """None where it can't be looked at."""
    passes: tuple[str, ...] = ()
    """References that are wanted."""
    prompt: CompiledText | None = None
    findings: tuple[Finding, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    """What stops it."""

    @property
    def package(self) -> ReferencePackage:
        """The shot's package as it is, or as it would be, without its files."""
        found = self.found
        assert found is not None
        return found.package or record(found.plan, found.fingerprint, Drawn(), ())


def quote(
    run: Run,
    rows: Sequence[ShotListing],
    how: Generate,
    wanted: Wanted | None = None,
    profile: ModelProfile | None = None,
) -> Quote:
    """A line per request. References are fingerprinted, and nothing is drawn, written or sent.

    `profile` is what is known of the model: rules need it, and `wanted` says whether the references are made for it.
    """
    wanted = wanted or Wanted()
    gatherer = Gatherer(run.packages, run.project, run.notes)
    lines: list[QuoteLine] = []
    together: list[_Asked] = []
    for row in rows:
        if row.shot.locked and not row.problems:
            lines.append(_left_alone(row, how))
            continue
        asked = _look(run, row, wanted, profile, gatherer)
        if how.together and not asked.problems:
            together.append(asked)
        else:
            lines.append(_line(run, [asked], how, profile))
    if together:
        lines.append(_line(run, together, how, profile))
    return Quote(
        film=film_name(),
        model=how.model,
        lines=tuple(lines),
        prices=_sums(lines),
        notes=tuple(run.notes),
        findings=check(gatherer.film(profile), ("asset", "style")),
    )


def _left_alone(row: ShotListing, how: Generate) -> QuoteLine:
    shot = row.shot
    return QuoteLine(shots=(shot.id,), numbers=(shot.number,), action="locked", model=how.model)


def _look(run: Run, row: ShotListing, wanted: Wanted, profile: ModelProfile | None, gatherer: Gatherer) -> _Asked:
    """What is known of a shot, and what the rules say to it."""
    asked = _Asked(row, problems=list(row.problems))
    facts = gatherer.sparing(row.shot, wanted, profile)
    asked.passes = facts.ask.passes if facts.ask else ()
    if not row.problems:
        facts = gatherer.seen(facts)
        asked.prompt = facts.compiled.sent if facts.compiled else None
        try:
            asked.found = run.packages.find(row.shot, wanted)
            facts = gatherer.drawn(facts, asked.found)
        except ShotwrightError as error:
            asked.problems.append(problem_of(error))
    asked.findings = check(facts)
    _block(asked, facts)
    return asked


def _block(asked: _Asked, facts: Facts) -> None:
    """Errors stop a shot. What a rule says goes before what an exception says of the same."""
    errors = [finding.problem for finding in asked.findings if finding.severity == "error"]
    said = [problem for problem in asked.problems if problem.code != "bad-input" or not errors]
    asked.problems = [*said, *(problem for problem in errors if problem not in said)]


def _line(run: Run, asked: Sequence[_Asked], how: Generate, profile: ModelProfile | None) -> QuoteLine:
    """The line of one request."""
    shots = [each.row.shot for each in asked]
    line = QuoteLine(
        shots=tuple(shot.id for shot in shots),
        numbers=tuple(shot.number for shot in shots),
        action="blocked",
        model=how.model,
        passes=tuple(dict.fromkeys(name for each in asked for name in each.passes)),
        prompt=asked[0].prompt if len(asked) == 1 else None,
        problems=tuple(problem for each in asked for problem in each.problems),
        findings=tuple(finding for each in asked for finding in each.findings),
    )
    if any(each.found is None for each in asked):
        return line
    try:
        return _figures(run, asked, how, profile, line)
    except ShotwrightError as error:
        return _with(line, action="blocked", problems=(*line.problems, problem_of(error)))


def _figures(
    run: Run, asked: Sequence[_Asked], how: Generate, profile: ModelProfile | None, line: QuoteLine
) -> QuoteLine:
    """The line with what the request would be, and what it would cost. Raises a ShotwrightError."""
    shots = [each.row.shot for each in asked]
    request = run.request([_part(each) for each in asked], how)
    drawn = all(each.found and each.found.package for each in asked)
    line = _with(
        line,
        references="fresh" if drawn else "draw",
        frames=request.frames,
        fps=request.fps,
        seconds=float(request.frames / request.fps.fraction),
        width=request.width,
        height=request.height,
    )
    if profile is not None and profile.backend not in registry.names():
        return _with(line, price=Price(basis=NO_PRICE), problems=(*line.problems, _no_backend(profile)))
    price = registry.get(profile.backend if profile else how.model).quote(request)
    if line.problems:
        return line
    action = _action(run, shots, request, how) if drawn else "make"
    nothing = Price(basis="nothing new is asked for")
    return _with(line, action=action, price=price if action == "make" else nothing)


def _with(line: QuoteLine, **fields: object) -> QuoteLine:
    return line.model_copy(update=fields)


def _part(asked: _Asked) -> runner.Part:
    shot = asked.row.shot
    return runner.Part(shot, asked.package, lens_of(scene_named(shot.scene), shot), asked.prompt)


def _no_backend(profile: ModelProfile) -> Problem:
    return Problem(
        code="no-backend",
        message=f"This version of Shotwright makes no clips with {profile.title}: render its references with "
        f"passes --model {profile.name}, and hand them to it yourself.",
    )


def _action(run: Run, shots: Sequence[Shot], request: Request, how: Generate) -> str:
    """What `generate` would do with a request whose references are drawn."""
    if how.again:
        return "make"
    if None not in [takes.fresh_take(run.project, shot, request, choice(shot)) for shot in shots]:
        return "nothing"
    job, _ = runner.find_job(run.project, request)
    if job and not job.status().closed:
        return "resume"
    return "restore" if job and job.status().state == "done" and runner.has_clip(job) else "make"


def _sums(lines: Sequence[QuoteLine]) -> tuple[Price, ...]:
    """What the lines cost together, a sum for each currency."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        if not line.price.free:
            sums[line.price.currency] += Decimal(line.price.amount)
    return tuple(Price(amount=str(amount), currency=currency) for currency, amount in sorted(sums.items()))

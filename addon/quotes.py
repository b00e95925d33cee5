"""What `generate` would do, told before it does it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from ..backends import registry
from ..core.errors import BadInput, ShotwrightError
from ..core.quote import Price, Quote, QuoteLine
from ..core.records import ReferencePackage
from ..core.shot import Shot, ShotListing
from ..core.take import Request
from ..jobs import runner, takes
from ..render_passes.package import Drawn, record
from ..render_passes.plan import Plan
from .packages import Wanted
from .pipeline import Generate, Run, choice, problem_of
from .shot_items import film_name

__all__ = ["quote"]


def quote(run: Run, rows: Sequence[ShotListing], how: Generate) -> Quote:
    """A line per request. References are fingerprinted, and nothing is drawn, written or sent."""
    lines: list[QuoteLine] = []
    asked: list[tuple[ShotListing, Plan, ReferencePackage, bool]] = []
    for row in rows:
        if row.problems or row.shot.locked:
            lines.append(_left_alone(row, how))
            continue
        try:
            plan = run.packages.plan(row.shot, Wanted())
            fingerprint, found = run.packages.find(row.shot, Wanted())
            package = found or record(plan, fingerprint, Drawn(), ())  # as it would be, without its files
            run.note(run.packages.strangers(row.shot, Wanted()))
        except ShotwrightError as error:
            lines.append(_left_alone(row.model_copy(update={"problems": (problem_of(error),)}), how))
            continue
        asked.append((row, plan, package, found is not None))
        if not how.together:
            lines.append(_line(run, asked[-1:], how))
    if how.together and asked:
        lines.append(_line(run, asked, how))
    return Quote(film=film_name(), model=how.model, lines=tuple(lines), prices=_sums(lines), notes=tuple(run.notes))


def _left_alone(row: ShotListing, how: Generate) -> QuoteLine:
    return QuoteLine(
        shots=(row.shot.id,),
        numbers=(row.shot.number,),
        action="blocked" if row.problems else "locked",
        model=how.model,
        problems=row.problems,
    )


def _line(run: Run, asked: Sequence[tuple[ShotListing, Plan, ReferencePackage, bool]], how: Generate) -> QuoteLine:
    shots = [row.shot for row, *_ in asked]
    common = {"shots": tuple(s.id for s in shots), "numbers": tuple(s.number for s in shots), "model": how.model}
    try:
        request = run.request(
            [run.part(shot, package, how) for shot, (_, _, package, _) in zip(shots, asked, strict=True)], how
        )
        price = registry.get(how.model).quote(request)
    except BadInput as error:
        return QuoteLine(**common, action="blocked", problems=(problem_of(error),))
    drawn = all(there for *_, there in asked)
    try:
        action = _action(run, shots, request, how) if drawn else "make"
    except ShotwrightError as error:
        return QuoteLine(**common, action="blocked", problems=(problem_of(error),))
    return QuoteLine(
        **common,
        action=action,
        references="fresh" if drawn else "draw",
        frames=request.frames,
        fps=request.fps,
        seconds=float(request.frames / request.fps.fraction),
        width=request.width,
        height=request.height,
        price=price if action == "make" else Price(basis="nothing new is asked for"),
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

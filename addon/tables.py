"""What verbs print for people: a line per shot, take or job."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ..core.preflight import Finding
from ..core.quote import NO_PRICE, Quote, QuoteLine
from ..core.records import Report
from ..core.shot import ShotListing

__all__ = ["assets", "flipbooks", "jobs", "plain", "quote", "sheets", "shots", "summary", "takes"]


def plain(text: str) -> str:
    """A name on one line, without what a terminal would obey."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def shots(rows: Sequence[ShotListing]) -> str:
    if not rows:
        return "No shots yet: make some with make-shots.\n"
    lines: list[str] = []
    for row in rows:
        shot = row.shot
        size = f"{shot.width}×{shot.height}"
        lock = "locked" if shot.locked else ""
        lines.append(
            f"{shot.number:<8} {shot.name:<24.24} {shot.camera or '-':<20.20} {shot.start:>6}-{shot.end:<6} "
            f"{shot.frames:>6} f  {shot.fps} fps  {size}  {lock}".rstrip()
        )
        lines += [f"         ! {problem.message}" for problem in row.problems]
    return "\n".join(map(plain, lines)) + "\n"


def summary(report: Report) -> str:
    lines = [
        f"{shot.number:<8} {shot.name:<24.24} {shot.frames:>6} f  {shot.status:<7} {sum(shot.seconds.values()):6.1f} s"
        for shot in report.shots
    ]
    if report.movie:
        lines.append(f"Cut: {report.movie} ({report.movie_frames} frames)")
    lines.append(f"Project: {report.project}")
    if report.saved:
        lines.append(f"Saved: {report.saved}")
    return "\n".join(map(plain, lines)) + "\n"


def quote(quote: Quote, fix: bool = False) -> str:
    """What would be made, a line per request with what is wrong with it, and what it costs together.

    What is said of the film or of several lines alike stands behind them, once. `fix`: things were to be mended.
    """
    lines: list[str] = []
    said = Counter(text for line in quote.lines for text in dict.fromkeys(_remarks(line)))
    common = dict.fromkeys(text for text, count in said.items() if count > 1)
    common |= dict.fromkeys(_finding(finding) for finding in quote.all_findings if finding.of_film)
    for line in quote.lines:
        clip = f"{line.frames} f  {line.seconds:.2f} s  {line.width}×{line.height}" if line.frames else ""
        price = f"{line.price.amount} {line.price.currency}" if not line.price.free else "free"
        cost = price if line.action == "make" else ""
        lines.append(f"{' + '.join(line.numbers):<16} {line.action:<8} {line.model:<12} {clip:<32} {cost}".rstrip())
        if line.prompt:
            lines.append(f"         {', '.join(line.passes)}; prompt of {len(line.prompt.text):,} characters")
        lines += [text for text in _remarks(line) if text not in common]
    lines += ["Film"] * bool(common) + sorted(common, key=_sternness)
    lines += [f"Fixed: {text}" for text in quote.fixed]
    if fix and quote.fixed:
        lines.append(f"Saved to {quote.saved}." if quote.saved else "Not saved: add --save or --output FILE.")
    elif fix:
        lines.append("Nothing was there to be fixed.")
    sums = [f"{price.amount} {price.currency}" for price in quote.prices]
    sums += [NO_PRICE] * any(line.price.basis == NO_PRICE for line in quote.lines)
    total = ", ".join(sums) or "free"
    return "\n".join(map(plain, [*lines, f"Together: {total}"])) + "\n"


def _remarks(line: QuoteLine) -> list[str]:
    """What is wrong with a line: what stops it and no rule says, then what the rules say."""
    told = {finding.message for finding in line.findings}
    stops = [f"         {'error':<8} {each.message}" for each in line.problems if each.message not in told]
    return [*stops, *map(_finding, line.findings)]


def _finding(finding: Finding) -> str:
    mends = "  [--fix]" if finding.fix else ""
    return f"         {finding.severity:<8} {finding.message}{mends}"


def _sternness(text: str) -> int:
    return ("error", "warning", "note").index(text.split(maxsplit=1)[0])


def takes(shots: Sequence[Mapping[str, Any]], saved: str | None, changed: bool) -> str:
    """Every take of every shot; the circled one has a ring before it, the one in the edit a mark behind."""
    lines: list[str] = []
    for shot in shots:
        lines.append(f"{shot['number']:<8} {shot['name']}" + ("  locked" if shot["locked"] else ""))
        for take in shot["takes"]:
            ring = "◯" if take["circled"] else " "
            state = "" if take["whole"] else "  its file is gone or damaged"
            state += "  in the edit" if take["in_edit"] else ""
            fact = f"{take['frames']:>5} f  {take['conform']['method']:<6} {take['created'][:19]}"
            lines.append(f"       {ring} {take['label']}  {take['model']:<12} {fact}{state}")
        if not shot["takes"]:
            lines.append("         its takes can't be read" if shot["problem"] else "         no takes yet")
    if changed:
        lines.append(f"Saved to {saved}." if saved else "Not saved: add --save or --output FILE.")
    return "\n".join(map(plain, lines)) + "\n"


def flipbooks(shots: Sequence[Mapping[str, Any]], saved: str | None, changed: bool) -> str:
    """What each shot has as a flipbook; what is wrong with one stands on stderr."""
    lines: list[str] = []
    for shot in shots:
        book, source = shot["flipbook"], shot["source"]
        state = "no flipbook" if book is None else "" if source else "can't be used"
        if source:
            state = (
                f"{source['kind']} of {source['frames']} f  {source['fps']} fps  {source['width']}×{source['height']}"
            )
            state += f"  {shot['held']} held" if shot["held"] else ""
            state += f"  {shot['left']} left out" if shot["left"] else ""
        lines.append(f"{shot['number']:<8} {shot['name']:<24.24} {shot['frames']:>6} f  {state}")
        if book:
            lines.append(f"         {book['path']}")
    if changed:
        lines.append(f"Saved to {saved}." if saved else "Not saved: add --save or --output FILE.")
    return "\n".join(map(plain, lines)) + "\n"


def assets(document: Mapping[str, Any], saved: str | None, changed: bool) -> str:
    """A line per asset with the shots it is in, then its variants and what is wrong."""
    lines: list[str] = []
    for asset in document["assets"]:
        tag, count = f"@{asset['tag']}", len(asset["pictures"])
        stands = len(asset["objects"]) + len(asset["collections"])
        shots = " ".join(_use(each) for each in asset["shots"])
        facts = f"{count} picture{'s' * (count != 1)}  {stands} in the scene"
        lines.append(f"{tag:<16} {asset['kind']:<10} {asset['name']:<20.20} {facts}  {shots}".rstrip())
        for variant in asset["variants"]:
            kelvin = f"  {variant['white_balance']} K" if variant["white_balance"] else ""
            lines.append(
                f"         {variant['kind']:<9} {variant['name']}{kelvin}  {variant['description']:.60}".rstrip()
            )
        lines += [f"         ! {problem['message']}" for problem in asset["problems"]]
    lines += [f"! {problem['message']}" for problem in document["problems"]]
    if changed:
        lines.append(f"Saved to {saved}." if saved else "Not saved: add --save or --output FILE.")
    return "\n".join(map(plain, lines or ["No assets yet: add one with assets add."])) + "\n"


def sheets(rows: Sequence[Mapping[str, Any]], saved: str | None, saves: bool) -> str:
    """A line per sheet, and whether they are among the asset's pictures."""
    lines = [f"{row['kind']:<11} {row['width']}×{row['height']}  {row['path']}" for row in rows]
    if saves:
        lines.append(f"Saved to {saved}." if saved else "They were among its pictures already.")
    else:
        lines.append("Not among its pictures yet: add --save or --output FILE.")
    return "\n".join(map(plain, lines)) + "\n"


def _use(shot: Mapping[str, Any]) -> str:
    variants = ", ".join(shot["variants"].values())
    return f"{shot['number']} ({variants})" if variants else str(shot["number"])


def jobs(rows: Sequence[Mapping[str, Any]]) -> str:
    """Every job: its first digits, how far it is, for which shots, and what was told last."""
    lines = [
        f"{row['id'][:8]}  {row['state']:<9} {row['model']:<12} {' + '.join(row['numbers']):<16} {row['created'][:19]}"
        + (f"  driven by {row['driver']}" if row["driver"] else "")
        + (f"  {row['message']}" if row["message"] else "")
        for row in rows
    ]
    return "\n".join(map(plain, lines or ["No jobs."])) + "\n"

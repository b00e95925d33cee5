#!/usr/bin/env python3
"""Runs the tests, one pytest process per tier and Blender version, and ends with one line for each.

    tools/tiers.py                        everything
    tools/tiers.py blender --bpy 5.2      one tier, one Blender
    tools/tiers.py unit -- -k camera -x   what follows -- goes to pytest

Tiers: unit (tests/unit, no Blender), page (tests/page, a headless Chromium), blender (tests/blender) and cli
(tests/cli) with each bpy module.
A tier whose Python or system libraries are missing is skipped with the reason; the exit code is 1 when
anything failed, or when a tier ran and found no tests (but for a selection given after --).
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import NamedTuple

import env

ROOT = env.ROOT
BLENDERS = {"4.5": "bpy45", "5.2": "bpy52"}
TIERS = ("unit", "page", "blender", "cli")
TIMEOUT = 3600.0  # seconds; a Blender that hangs at exit must not hang the build
MOST_WORKERS = 4  # each has a Blender of its own, up to some 2 GB
PLATFORMS = {
    ("Linux", "x86_64"): "linux-x64",
    ("Windows", "AMD64"): "windows-x64",
    ("Darwin", "arm64"): "macos-arm64",
}


class Result(NamedTuple):
    """The last line of one tier."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    reason: str = ""
    ran: bool = True

    def line(self) -> str:
        skipped = str(self.skipped) if self.ran else "all"
        reason = f' reason="{self.reason}"' if self.reason else ""
        return f"TIER {self.name} passed={self.passed} failed={self.failed} skipped={skipped}{reason}"


def build_zip() -> Path | None:
    """Build the extension for this machine; None where we make no zip (the tests then skip what needs one)."""
    this = PLATFORMS.get((platform.system(), platform.machine()))
    if this is None:
        return None
    python = env.ensure("dev")
    clean = {name: value for name, value in os.environ.items() if name != "PYTAGS"}
    done = subprocess.run(
        [str(python), str(ROOT / "tools/zip.py"), "--platform", this],
        stdout=subprocess.PIPE,
        text=True,
        env=clean,
        check=False,
    )
    print(done.stdout, end="", flush=True)
    if done.returncode:
        raise env.EnvError("the extension zip could not be built, see above")
    return Path(done.stdout.splitlines()[-1].split("\t")[0])


def read_counts(report: Path) -> tuple[int, int, int]:
    """Passed, failed and skipped, from pytest's own report; errors count as failed."""
    total = failed = skipped = 0
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        total += int(suite.get("tests", 0))
        failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped += int(suite.get("skipped", 0))
    return total - failed - skipped, failed, skipped


def workers(extra: list[str]) -> list[str]:
    """Several pytest processes at once, unless something in `extra` wants to have one or names a number itself."""
    alone = any(each in ("-s", "--pdb") or each.startswith(("-n", "--numprocesses")) for each in extra)
    return [] if alone else ["-n", str(min(MOST_WORKERS, os.cpu_count() or 1))]


def run_pytest(name: str, python: Path, folder: str, extra: list[str], variables: dict[str, str]) -> Result:
    """One pytest process, its output streamed."""
    print(f"\n== {name}: {folder}", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.xml"
        command = [str(python), "-m", "pytest", folder, f"--junitxml={report}", *workers(extra), *extra]
        try:
            code = subprocess.run(
                command, cwd=ROOT, env={**os.environ, **variables}, timeout=TIMEOUT, check=False
            ).returncode
        except subprocess.TimeoutExpired:
            return Result(name, failed=1, reason=f"still running after {TIMEOUT:.0f} s")
        if not report.exists():
            return Result(name, failed=1, reason=f"pytest ended with code {code} and no report")
        passed, failed, skipped = read_counts(report)
    if code == 5 or passed + failed + skipped == 0:
        return Result(name, failed=0 if extra else 1, reason="no tests were found")
    if code and not failed:
        return Result(name, passed, 1, skipped, reason=f"pytest ended with code {code}")
    return Result(name, passed, failed, skipped)


def run_unit(extra: list[str]) -> Result:
    try:
        python = env.ensure("dev")
    except env.MissingPythonError as error:
        return Result("unit", reason=str(error), ran=False)
    except env.EnvError as error:
        return Result("unit", failed=1, reason=str(error))
    version = env.probe(python, "import sys; print('%d.%d' % sys.version_info[:2])")
    return run_pytest(f"unit python={version}", python, "tests/unit", extra, {})


def run_page(extra: list[str]) -> Result:
    try:
        python = env.ensure("dev")
        env.ensure_browser()
    except env.MissingPythonError as error:
        return Result("page", reason=str(error), ran=False)
    except env.EnvError as error:
        if env.browser() is None:
            return Result("page", reason=str(error), ran=False)
        return Result("page", failed=1, reason=str(error))
    return run_pytest("page", python, "tests/page", extra, {})


def run_in_blender(tier: str, blender: str, extra: list[str], variables: dict[str, str]) -> Result:
    name = f"{tier} bpy={blender}"
    try:
        python = env.ensure(BLENDERS[blender])
        env.ensure_system()
    except env.MissingPythonError as error:
        return Result(name, reason=str(error), ran=False)
    except env.EnvError as error:
        if env.missing_libraries():
            return Result(name, reason=str(error), ran=False)
        return Result(name, failed=1, reason=str(error))
    return run_pytest(name, python, f"tests/{tier}", extra, variables)


def run_tiers(tiers: list[str], blenders: list[str], extra: list[str]) -> list[Result]:
    results: list[Result] = []
    variables: dict[str, str] = {}
    if "unit" in tiers:
        results.append(run_unit(extra))
    if "page" in tiers:
        results.append(run_page(extra))
    if "blender" in tiers:
        try:
            # The builder comes with a bpy module: have one before asking for the zip.
            env.ensure_any_bpy()
            if built := build_zip():
                variables["SHOTWRIGHT_ZIP"] = str(built)
        except env.MissingPythonError:
            pass  # each tier below says so in its line
        except env.EnvError as error:
            results.append(Result("zip", failed=1, reason=str(error)))
    for tier in ("blender", "cli"):
        if tier in tiers:
            results += [run_in_blender(tier, blender, extra, variables) for blender in blenders]
    return results


def main(arguments: list[str]) -> int:
    extra: list[str] = []
    if "--" in arguments:
        cut = arguments.index("--")
        arguments, extra = arguments[:cut], arguments[cut + 1 :]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tiers", nargs="*", metavar="TIER", help="unit, page, blender, cli; default all")
    parser.add_argument("--bpy", action="append", choices=list(BLENDERS), help="one Blender; default all")
    options = parser.parse_args(arguments)
    if unknown := set(options.tiers) - set(TIERS):
        parser.error(f"no such tier: {', '.join(sorted(unknown))}")
    results = run_tiers(options.tiers or list(TIERS), options.bpy or list(BLENDERS), extra)
    print()
    for result in results:
        print(result.line(), flush=True)
    return 1 if any(result.failed for result in results) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Jobs and takes as they lie on disk, and a `generate` that is caught at an instant."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from . import cli

OPEN = ("queued", "running", "unknown", "delivered")
HEX = re.compile(r"[0-9a-f]{64}")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


# -- on disk ----------------------------------------------------------------------------------------


def states(job: Path) -> list[str]:
    """The states a job went through, from its events."""
    lines = (job / "events.jsonl").read_text(encoding="utf-8").splitlines()
    return [event["state"] for event in map(json.loads, lines) if event.get("state")]


def jobs(project: Path) -> dict[str, list[str]]:
    """The states of every job, by id."""
    return {path.parent.name: states(path.parent) for path in sorted(project.glob("jobs/[!.]*/job.json"))}


def takes(project: Path) -> dict[str, list[dict[str, Any]]]:
    """The records of every shot's takes, by shot; each is whole."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(project.glob("shots/*/takes/[!.]*/take.json")):
        take = json.loads(path.read_text(encoding="utf-8"))
        assert cli.sha256(path.parent / take["file"]["name"]) == take["file"]["sha256"], path
        found.setdefault(take["shot"], []).append(take)
    return found


def job_of(project: Path, number: str) -> Path:
    """The folder of the only job for one shot."""
    (found,) = (
        path.parent
        for path in project.glob("jobs/*/request.json")
        if [shot["number"] for shot in json.loads(path.read_text(encoding="utf-8"))["shots"]] == [number]
    )
    return found


def take_of(project: Path, number: str) -> Path:
    """The folder of the only take of a shot."""
    (found,) = project.glob(f"shots/*{number.lower()}*/takes/t*")
    return found


def rewind(job: Path, state: str) -> None:
    """Take a job's events back to the one with this state, as if it had stopped there."""
    lines = (job / "events.jsonl").read_bytes().splitlines(keepends=True)
    last = next(n for n, line in enumerate(lines) if json.loads(line).get("state") == state)
    (job / "events.jsonl").write_bytes(b"".join(lines[: last + 1]))


# -- caught -----------------------------------------------------------------------------------------


class Caught:
    """A command in a process group of its own, that is stopped (SIGSTOP) where we want it."""

    def __init__(self, environment: dict[str, str], folder: Path, *arguments: object) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "shotwright.batch.cli", *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            cwd=folder,
            start_new_session=True,
        )

    def __enter__(self) -> Caught:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self.send(signal.SIGKILL)
            self._process.communicate()

    @property
    def group(self) -> int:
        return self._process.pid

    def send(self, number: int) -> None:
        """A signal for every process of it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def freeze_at(self, project: Path, state: str, number: str) -> Path:
        """Stop it as soon as the job of a shot is in a state; returns the job's folder."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(OSError, ValueError):
                job = job_of(project, number)
                if states(job)[-1] == state:
                    self.send(signal.SIGSTOP)
                    assert states(job)[-1] == state, "it was too quick"
                    return job
            time.sleep(0.002)
        raise AssertionError((self._process.poll(), self._process.communicate()))

    def go_on(self) -> None:
        self.send(signal.SIGCONT)

    def kill(self) -> None:
        """As the power switch does."""
        self.send(signal.SIGKILL)
        self._process.communicate()

    def ended(self) -> cli.Ran:
        """What it printed, once it is over."""
        out, err = self._process.communicate(timeout=cli.TIMEOUT)
        return cli.Ran(self._process.returncode, out, err.decode("utf-8", "replace"))


def hooked(environment: dict[str, str], folder: Path, body: str) -> dict[str, str]:
    """The environment of a process where `body` runs before each rename and link; `source` and `target` are texts."""
    folder.mkdir()
    lines = (
        "import os, signal, sys, pathlib",
        "def look(event, arguments):",
        "    if event in ('os.rename', 'os.link'):",
    )
    lines += ("        source, target = (os.fspath(path) for path in arguments[:2])",)
    lines += tuple(f"        {line}" for line in body.strip().splitlines())
    (folder / "sitecustomize.py").write_text("\n".join((*lines, "sys.addaudithook(look)\n")), encoding="utf-8")
    return {**environment, "PYTHONPATH": os.pathsep.join((str(folder), environment["PYTHONPATH"]))}

"""`make chaos`: kill `generate` at many instants, run it again, and look whether anything was lost or made twice.

    python tools/chaos.py [N] [--changes] [--keep FOLDER]      N instants, 20 unless given

A whole run is measured first; the instants are spread over it from its start to its end: over its seconds, or with
--changes over the files and folders it makes, renames and removes, each instant right before one of them. Runs with
the bpy module of the Python that starts it, through the pip command line. Prints a line for each instant and one with
the counts, and ends with 1 when anything is wrong; with --keep, the films are left in that folder.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

ROOT = Path(__file__).resolve().parents[1]
SHOTS = {"SH010": 12, "SH020": 8, "SH030": 10}
"""Number and length of each shot."""
SIZE = (160, 90)

WATCH = """
import os, signal, sys
_FOLDER, _CHANGE = os.environ.get("CHAOS_FOLDER", ""), int(os.environ.get("CHAOS_CHANGE", 0))
_CHANGES = {"open", "os.rename", "os.mkdir", "os.link", "os.remove", "os.rmdir", "os.truncate"}
_seen = [0]
def _look(event, arguments):
    if event not in _CHANGES or not str(arguments[0]).startswith(_FOLDER):
        return
    if event == "open" and not arguments[2] & (os.O_WRONLY | os.O_RDWR):
        return
    _seen[0] += 1
    sys.stderr.write(f"@change {_seen[0]} {event} {os.path.basename(str(arguments[0]))[-24:]}\\n")
    sys.stderr.flush()
    if _seen[0] == _CHANGE:
        os.killpg(0, signal.SIGKILL)
if _FOLDER:
    sys.addaudithook(_look)
"""
"""Runs at the start of every Python of a watched run."""


# -- the film -----------------------------------------------------------------------------------------------


def build(film: Path) -> None:
    """Three short shots of a box that slides, in this process's bpy."""
    sys.path.insert(0, str(ROOT / "tests"))
    import bpy
    from support.tree import load_tree

    load_tree()
    import shotwright
    from support import cli_scenes

    shotwright.register()
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    scene = cli_scenes.layout("A Wide", "B Close", "C Side", end=30)
    scene.render.resolution_x, scene.render.resolution_y = SIZE
    ends = [sum(list(SHOTS.values())[: n + 1]) for n in range(len(SHOTS))]
    cli_scenes.shots(*((end - length + 1, end) for end, length in zip(ends, SHOTS.values(), strict=True)))
    bpy.ops.wm.save_as_mainfile(filepath=str(film))
    shotwright.unregister()


class Room:
    """Where all of it happens: the checkout as the package `shotwright`, data folders of our own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        packages = folder / "packages"
        packages.mkdir(parents=True)
        (packages / "shotwright").symlink_to(ROOT, target_is_directory=True)
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("SHOTWRIGHT_", "PYTHON"))}
        mine = {"SHOTWRIGHT_HOME": str(folder / "home"), "BLENDER_USER_RESOURCES": str(folder / "blender")}
        self.environment = {**clean, **mine, "PYTHONPATH": str(packages)}

    def watch(self, film: Path, change: int) -> dict[str, str]:
        """Variables with which a run counts its changes in the film's folder and is killed right before one."""
        site = self.folder / "site"
        site.mkdir(exist_ok=True)
        (site / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
        path = os.pathsep.join((str(site), self.environment["PYTHONPATH"]))
        return {"PYTHONPATH": path, "CHAOS_FOLDER": str(film.parent), "CHAOS_CHANGE": str(change)}

    def start(
        self, *arguments: object, log: Path, home: Path | None = None, more: Mapping[str, str] = MappingProxyType({})
    ) -> subprocess.Popen[bytes]:
        """A verb with --json in a process group of its own; its document goes to `log` with .json, the rest to it."""
        environment = {**self.environment, **({"SHOTWRIGHT_HOME": str(home)} if home else {}), **more}
        command = [sys.executable, "-m", "shotwright.batch.cli", *map(str, arguments), "--json"]
        with log.with_suffix(".json").open("wb") as out, log.open("wb") as err:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environment, start_new_session=True
            )

    def run(self, *arguments: object, log: Path, **how: object) -> tuple[int, dict[str, object]]:
        """A verb to its end: exit code and document."""
        code = self.start(*arguments, log=log, **how).wait(timeout=300)
        try:
            return code, json.loads(log.with_suffix(".json").read_text(encoding="utf-8"))
        except ValueError:
            return code, {}

    def copy(self, name: str) -> Path:
        """A fresh copy of the film in a folder of its own."""
        folder = self.folder / name
        folder.mkdir()
        return Path(shutil.copy2(self.folder / "film.blend", folder / "film.blend"))


# -- what lies on disk --------------------------------------------------------------------------------------


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@dataclass
class Found:
    """What a film's folder holds."""

    jobs: dict[str, str] = field(default_factory=dict[str, str])
    """State of each job, by id."""
    clips: dict[str, int] = field(default_factory=dict[str, int])
    """When the clip of each job was written."""
    requests: Counter[str] = field(default_factory=Counter[str])
    """How often each request was made, by its digest."""
    takes: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    """How many takes each shot has of each job."""
    shots: int = 0
    """Shots with a take."""
    packages: int = 0
    movies: int = 0
    staged: int = 0
    """Names that begin with .tmp-."""
    wrong: list[str] = field(default_factory=list[str])

    @property
    def text(self) -> str:
        states = Counter(self.jobs.values())
        said = " ".join(f"{count} {state}" for state, count in sorted(states.items())) or "no job"
        return f"{said}, {self.shots} takes, {self.packages} packages, {self.movies} cuts, {self.staged} staged"


def look(film: Path) -> Found:
    """Everything in a film's folder, with what is wrong about it by itself."""
    found = Found()
    project = film.parent / "shotwright"
    for record in project.glob("jobs/[!.]*/job.json"):
        events = (record.parent / "events.jsonl").read_bytes().rpartition(b"\n")[0].splitlines()
        states = [state for line in events if (state := json.loads(line).get("state"))]
        found.jobs[record.parent.name] = states[-1]
        if (clip := record.parent / "clip.mp4").is_file():
            found.clips[record.parent.name] = clip.stat().st_mtime_ns
        found.requests[json.loads(record.read_text(encoding="utf-8"))["digest"]] += 1
    for record in project.glob("shots/*/takes/[!.]*/take.json"):
        take = json.loads(record.read_text(encoding="utf-8"))
        found.takes[take["shot"], take["job"]] += 1
        found.wrong += _damaged(record, [take["file"]])
    found.shots = len({shot for shot, _ in found.takes})
    for record in project.glob("shots/*/refs/[!.]*/package.json"):
        found.packages += 1
        found.wrong += _damaged(record, json.loads(record.read_text(encoding="utf-8"))["files"])
    found.movies = len(list(project.glob("exports/[!.]*.mp4")))
    found.staged = sum(path.name.startswith(".tmp-") for path in film.parent.rglob("*"))
    found.wrong += [f"unknown file {path.relative_to(film.parent)}" for path in _strangers(film)]
    return found


def _damaged(record: Path, files: list[dict[str, str]]) -> list[str]:
    """A folder that has its record is whole."""
    bad = [f for f in files if not (p := record.parent / f["name"]).is_file() or sha256(p) != f["sha256"]]
    return [f"{record.parent.name}/{file['name']} is damaged" for file in bad]


KNOWN = (
    r"film\.blend1?",
    r"shotwright/project\.json",
    r"shotwright/exports/[a-z0-9-]+-cut-v\d+\.mp4",
    r"shotwright/jobs/[0-9a-f-]{36}/(request\.json|job\.json|events\.jsonl|clip\.mp4|lease-\d{4}\.json)",
    r"shotwright/shots/[^/.]+/refs/[0-9a-f]{32}/[a-z]+\.(mp4|npz|png|json)",
    r"shotwright/shots/[^/.]+/takes/t\d{3}-animatic/(take\.json|cut-[0-9a-f]{8}\.mp4)",
)


def _strangers(film: Path) -> Iterator[Path]:
    """Files with a name that is neither ours nor that of something unfinished."""
    for path in film.parent.rglob("*"):
        name = path.relative_to(film.parent).as_posix()
        if path.is_file() and "/.tmp-" not in f"/{name}" and not any(re.fullmatch(each, name) for each in KNOWN):
            yield path


# -- one instant --------------------------------------------------------------------------------------------


def kill(process: subprocess.Popen[bytes]) -> bool:
    """Kill a process group, children and all; whether it was still there."""
    ended = process.poll() is not None
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    process.wait()
    return not ended


def kill_after(room: Room, film: Path, seconds: float, saving: list[str]) -> str:
    """Run `generate` and kill it after so many seconds. Returns when that was."""
    began = time.monotonic()
    process = room.start("generate", film, *saving, log=film.parent.with_suffix(".first.log"))
    time.sleep(max(0.0, seconds - (time.monotonic() - began)))
    return f"{seconds:6.2f} s" + ("" if kill(process) else " (over)")


def kill_before(room: Room, film: Path, change: int, saving: list[str]) -> str:
    """Run `generate` and kill it before a change in the film's folder. Returns which one that was."""
    log = film.parent.with_suffix(".first.log")
    process = room.start("generate", film, *saving, log=log, more=room.watch(film, change))
    process.wait(timeout=300)
    kill(process)
    last = re.findall(r"^@change (\d+) (\S+) (\S+)", log.read_text(encoding="utf-8", errors="replace"), re.MULTILINE)[
        -1
    ]
    return f"{last[0]:>4} {last[1]} {last[2]}" + ("" if int(last[0]) == change else " (over)")


def instant(room: Room, name: str, how: str, when: float, save: bool) -> tuple[str, list[str]]:
    """Kill a run at an instant and run it again. Returns what was seen, and what is wrong."""
    saving = ["--save"] if save else []
    film = room.copy(name)
    before = sha256(film)
    where = kill_before(room, film, round(when), saving) if how == "changes" else kill_after(room, film, when, saving)
    left = look(film)
    said = f"{where:<{42 if how == 'changes' else 8}}  {left.text}"
    wrong = [f"after the kill: {each}" for each in left.wrong]
    if not film.is_file():
        return f"{said} -> nothing can be run", [*wrong, "film.blend is gone"]
    if not save and sha256(film) != before:
        wrong.append("film.blend was changed though nothing was saved")
    now = sha256(film)
    code, report = room.run("generate", film, *saving, log=film.parent.with_suffix(".second.log"))
    wrong += checked(room, film, left, code, report)
    if not save and sha256(film) != now:
        wrong.append("film.blend was changed by the second run")
    statuses = Counter(shot["status"] for shot in report.get("shots", []))
    did = " ".join(f"{count} {status}" for status, count in sorted(statuses.items())) or f"ended with {code}"
    return f"{said} -> {did}", wrong


def checked(room: Room, film: Path, left: Found, code: int, report: dict[str, object]) -> list[str]:
    """What is wrong after the second run."""
    found = look(film)
    wrong = [f"after the second run: {each}" for each in found.wrong]
    if code:
        wrong.append(f"the second run ended with {code}: {report.get('error') or report.get('problems')}")
    if set(found.jobs.values()) != {"done"} or len(found.jobs) != len(SHOTS):
        wrong.append(f"jobs are {sorted(found.jobs.values())}")
    if not left.jobs.keys() <= found.jobs.keys():
        wrong.append("a job of the first run is gone")
    if not left.clips.items() <= found.clips.items():
        wrong.append("a clip that was there was made again")
    if any(count != 1 for count in found.requests.values()):
        wrong.append("a request was made twice")
    if any(count != 1 for count in found.takes.values()) or len(found.takes) != len(SHOTS):
        wrong.append(f"takes of the jobs: {sorted(found.takes.values())} of {found.shots} shots")
    if found.packages != len(SHOTS):
        wrong.append(f"{found.packages} packages for {len(SHOTS)} shots")
    if report.get("movie"):
        frames = frames_of(Path(str(report["movie"])))
        if not frames == report["movie_frames"] == sum(SHOTS.values()):
            wrong.append(f"the cut has {frames} frames")
    else:
        wrong.append("there is no cut")
    return wrong + index_differs(room, film)


def index_differs(room: Room, film: Path) -> list[str]:
    """Whether `jobs list` says something else with an index made from nothing."""
    log = film.parent.with_suffix(".jobs.log")
    used = room.run("jobs", "list", film, log=log)
    anew = room.run("jobs", "list", film, log=log, home=film.parent.with_suffix(".home"))
    shutil.rmtree(film.parent.with_suffix(".home"), ignore_errors=True)
    if used[0] or used != anew:
        return [f"jobs list differs from an index made anew ({used[0]}, {anew[0]})"]
    return []


def frames_of(movie: Path) -> int:
    """Frames of a movie, by decoding all of them."""
    import imageio_ffmpeg

    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-i", str(movie), "-map", "0:v:0", "-f", "null", "-"]
    text = subprocess.run(command, capture_output=True, check=False).stderr.decode("utf-8", "replace")
    counts = re.findall(r"frame=\s*(\d+)", text)
    return int(counts[-1]) if counts else 0


# -- all of them --------------------------------------------------------------------------------------------


def measure(room: Room) -> tuple[float, int]:
    """Seconds of a whole run, and changes in the film's folder."""
    seconds, changes = [], 0
    for name in ("first", "second", "watched"):
        film = room.copy(name)
        log = film.parent.with_suffix(".log")
        began = time.monotonic()
        more = room.watch(film, 0) if name == "watched" else {}
        code, report = room.run("generate", film, "--save", log=log, more=more)
        seconds.append(time.monotonic() - began)
        text = log.read_text(encoding="utf-8", errors="replace")
        changes = text.count("@change ")
        wrong = checked(room, film, Found(), code, report)
        if wrong:
            raise SystemExit(f"A run that nobody disturbs goes wrong already: {wrong}\n{text}")
    return max(seconds[:2]), changes


def chaos(folder: Path, count: int, how: str) -> int:
    room = Room(folder)
    command = [sys.executable, str(Path(__file__).resolve()), "--build", str(folder / "film.blend")]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(command, check=True, env=room.environment, **quiet)
    seconds, changes = measure(room)
    print(f"A whole run takes {seconds:.2f} s and makes {changes} changes.", flush=True)
    print(f"{count} instants over its {how}; every other run saves the film.", flush=True)
    bad = 0
    for number in range(count):
        part = number / max(1, count - 1)
        when = 1 + part * (changes - 1) if how == "changes" else part * seconds
        said, wrong = instant(room, f"film{number:03d}", how, when, save=bool(number % 2))
        print(f"{number + 1:>3} {said}" + ("" if not wrong else f"  WRONG: {'; '.join(wrong)}"), flush=True)
        bad += bool(wrong)
    print(f"{count} instants, {count - bad} as they should be, {bad} wrong.")
    return 1 if bad else 0


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=20, help="instants (default: 20)")
    parser.add_argument("--changes", action="store_true", help="instants right before changes of files")
    parser.add_argument("--keep", metavar="FOLDER", help="a new folder in which everything is left")
    parser.add_argument("--build", metavar="FILM", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.build:
        build(Path(given.build))
        return 0
    how = "changes" if given.changes else "seconds"
    if given.keep:
        return chaos(Path(given.keep).resolve(), given.count, how)
    with tempfile.TemporaryDirectory(prefix="shotwright-chaos-", ignore_cleanup_errors=True) as folder:
        return chaos(Path(folder), given.count, how)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

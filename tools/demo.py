"""`make demo`: build the example film "Ballroom", walk it from the scene to the cut, and show what came out.

    python tools/demo.py [OUT]      OUT is out/ballroom unless given; what an earlier demo left there goes

Runs with the bpy module of the Python that starts it, through the pip command line, as a user would.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "examples"))

from ballroom import papers  # noqa: E402  # it lies in the folder above

MADE = ("film.blend", "film.blend1", "cut.mp4", "contact_sheet.png", "report.json", "assets.json", "prompts.json")


def shotwright(*arguments: str) -> dict[str, object]:
    """Run a verb with --json through `python -m shotwright.batch.cli` and return its document."""
    with tempfile.TemporaryDirectory() as folder:
        # The checkout may have any name; the package has one.
        (Path(folder) / "shotwright").symlink_to(ROOT, target_is_directory=True)
        environment = {**os.environ, "PYTHONPATH": folder}
        command = [sys.executable, "-m", "shotwright.batch.cli", *arguments, "--json", "--quiet"]
        log = Path(folder) / "log.txt"
        with log.open("w") as stderr:
            done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=stderr, check=False)
        if done.returncode:
            sys.stderr.write(log.read_text(errors="replace"))
            raise SystemExit(f"shotwright {arguments[0]} ended with {done.returncode}, see above")
    return json.loads(done.stdout)


@contextmanager
def stage(title: str) -> Iterator[None]:
    """Say what is being done, and how long it took."""
    print(f"{title} …", end="", flush=True)
    start = time.monotonic()
    yield
    print(f" {time.monotonic() - start:.0f} s", flush=True)


def direct(film: str, out: Path) -> None:
    """What a director says: assets, their light in each shot, prompts, the style of the film."""
    assets, prompts = papers.write(out)
    shotwright("assets", film, "add", "--from", str(assets), "--save")
    for tag, variant, numbers in papers.casts():
        shots = [word for number in numbers for word in ("--shot", number)]
        shotwright("assets", film, "cast", "--tag", tag, "--variant", variant, *shots, "--save")
    shotwright("style", film, "set", *papers.style(), "--save")
    shotwright("prompt", film, "import", "--from", str(prompts), "--save")


def main(arguments: list[str]) -> int:
    out = Path(arguments[0]).resolve() if arguments else ROOT / "out" / "ballroom"
    out.mkdir(parents=True, exist_ok=True)
    for path in [out / name for name in (*MADE, "shotwright")]:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    film = str(out / "film.blend")
    with stage("Building the ballroom, Lou, the woman and eight cameras"):
        builder = ROOT / "examples" / "ballroom" / "build.py"
        subprocess.run([sys.executable, str(builder), film], check=True, stdout=subprocess.DEVNULL)
    with stage("Making shots of the markers bound to cameras; assets, film style and prompts"):
        shotwright("make-shots", film, "--film", "Ballroom", "--save")
        direct(film, out)
    with stage("Drawing the assets' sheets"):
        for tag in papers.sheets():
            shotwright("assets", film, "sheet", "--tag", tag, "--save")
    with stage("Reading the cameras, writing the prompts"):
        told = shotwright("prompt", film, "show")["shots"]
    for shot in told:
        print(f"  {shot['number']}  {shot['camera']['summary']}")
    with stage("Drawing references, making an animatic take of each shot, cutting them"):
        made = ("--movie", str(out / "cut.mp4"), "--contact-sheet", str(out / "contact_sheet.png"))
        report = shotwright("generate", film, *made, "--save")
    (out / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    shots = shotwright("shots", film)["shots"]
    for shot, row in zip(shots, report["shots"], strict=True):
        spent = " ".join(f"{name} {value:.1f}" for name, value in row["seconds"].items())
        print(f"  {shot['number']}  {shot['name']:<16} {shot['frames']:>4} frames  {row['label']}  seconds: {spent}")
    frames, wanted = report["movie_frames"], sum(shot["frames"] for shot in shots)
    print(f"{out / 'cut.mp4'}: {frames} frames, the shots have {wanted}")
    print(f"{report['contact_sheet']}: every shot, every reference")
    return 0 if frames == wanted else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

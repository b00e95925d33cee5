"""`make demo`: build the example scene, walk it through the main job, and show what came out.

    python tools/demo.py [OUT]      OUT is out/demo unless given; what an earlier demo left there goes

Runs with the bpy module of the Python that starts it, through the pip command line, as a user would.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MADE = ("film.blend", "film.blend1", "cut.mp4", "report.json", "shotwright")


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


def main(arguments: list[str]) -> int:
    out = Path(arguments[0]).resolve() if arguments else ROOT / "out" / "demo"
    out.mkdir(parents=True, exist_ok=True)
    for path in [out / name for name in MADE] + sorted(out.glob("contact_sheet*.png")):
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    film = str(out / "film.blend")
    print("Building the example scene …", flush=True)
    subprocess.run(
        [sys.executable, str(ROOT / "examples" / "first_scene.py"), film], check=True, stdout=subprocess.DEVNULL
    )
    made = shotwright("make-shots", film, "--save")
    print(f"Made {len(made['made'])} shots from the markers bound to cameras.")
    quote = shotwright("quote", film)
    print(f"Asked what it costs: {len(quote['lines'])} requests, {'free' if not quote['prices'] else quote['prices']}.")
    print("Drawing references, making an animatic take of each shot …", flush=True)
    shotwright("generate", film, "--save")
    print("Making another take of each, clay beside board, and circling it for two shots …", flush=True)
    shotwright("generate", film, "--picture", "two-up", "--save")
    numbers = [shot["number"] for shot in shotwright("shots", film)["shots"]]
    for number in numbers[::2]:
        shotwright("takes", film, "circle", "--shot", number, "--take", "t002", "--save")
    for number in numbers[1::2]:
        shotwright("takes", film, "circle", "--shot", number, "--take", "t001", "--save")
    print("Cutting …", flush=True)
    sheet = out / "contact_sheet.png"
    report = shotwright("cut", film, "--movie", str(out / "cut.mp4"), "--contact-sheet", str(sheet), "--save")
    (out / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    shots = shotwright("shots", film)["shots"]
    for shot, row in zip(shots, report["shots"], strict=True):
        ring = "circled" if row["circled"] else "newest"
        print(f"  {shot['number']}  {shot['name']:<8} {shot['frames']:>4} frames  {row['label']} ({ring})")
    jobs = shotwright("jobs", "list", film)["jobs"]
    print(f"{len(jobs)} jobs, all of them {' and '.join(sorted({job['state'] for job in jobs}))}.")
    frames, wanted = report["movie_frames"], sum(shot["frames"] for shot in shots)
    print(f"{out / 'cut.mp4'}: {frames} frames, the shots have {wanted}")
    print(f"{report['contact_sheet']}: every shot, every reference")
    return 0 if frames == wanted else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

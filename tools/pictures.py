"""Pictures for the docs, from what `make demo` left in out/ballroom.

python tools/pictures.py [OUT]      writes docs/pictures/ballroom-*.jpg
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
REFERENCES = ("clay", "depth", "pose", "board")
GAP = 4
INK = (24, 24, 24)


def frames(movie: Path, indices: list[int]) -> Iterator[Image.Image]:
    """Some pictures of a movie, counted from 0, in the order of time."""
    from shotwright.media.movie import read_frames
    from shotwright.media.probe import probe

    facts = probe(movie)
    for number, pixels in enumerate(read_frames(movie, facts.width, facts.height)):
        if number in indices:
            yield Image.fromarray(pixels)


def grid(pictures: list[Image.Image], columns: int, width: int) -> Image.Image:
    """Pictures of one shape, row by row, each `width` pixels wide."""
    height = round(width * pictures[0].height / pictures[0].width)
    rows = -(-len(pictures) // columns)
    page = Image.new("RGB", (columns * (width + GAP) - GAP, rows * (height + GAP) - GAP), INK)
    for place, picture in enumerate(pictures):
        row, column = divmod(place, columns)
        page.paste(
            picture.convert("RGB").resize((width, height), Image.Resampling.LANCZOS),
            (column * (width + GAP), row * (height + GAP)),
        )
    return page


def save(page: Image.Image, name: str) -> None:
    page.save(PICTURES / name, quality=84, optimize=True, progressive=True)
    print(f"{name}: {page.width}×{page.height}, {(PICTURES / name).stat().st_size // 1000} kB")


def strip(out: Path, report: dict[str, object]) -> Image.Image:
    """Two pictures of each shot of the cut."""
    indices: list[int] = []
    start = 0
    for shot in report["shots"]:
        indices += [start + round(part * (shot["frames"] - 1)) for part in (0.12, 0.88)]
        start += shot["frames"]
    return grid(list(frames(out / "cut.mp4", indices)), 4, 400)


def references(out: Path, report: dict[str, object]) -> Image.Image:
    """The references of each shot at one time, two shots in a row."""
    found: list[Image.Image] = []
    for shot in report["shots"]:
        folder = next((out / "shotwright" / path).parent for path in shot["files"] if path.endswith("clay.mp4"))
        middle = [round(0.6 * (shot["frames"] - 1))]
        found += [next(frames(folder / f"{name}.mp4", middle)) for name in REFERENCES]
    return grid(found, 8, 220)


def sheet(out: Path) -> Image.Image:
    """The first shots of the contact sheet."""
    with Image.open(out / "contact_sheet.png") as page:
        found = page.convert("RGB").crop((0, 0, page.width, round(page.width * 0.72)))
    return found.resize((1500, round(1500 * found.height / found.width)), Image.Resampling.LANCZOS)


def main(arguments: list[str]) -> int:
    sys.path.insert(0, str(ROOT / "tests"))
    from support.tree import load_tree

    load_tree()
    out = Path(arguments[0]) if arguments else ROOT / "out" / "ballroom"
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    save(strip(out, report), "ballroom-strip.jpg")
    save(references(out, report), "ballroom-references.jpg")
    save(sheet(out), "ballroom-sheet.jpg")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

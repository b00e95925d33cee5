"""What a pose picture costs, against the plain drawing of the whole canvas in the same run.

    .venv-dev/bin/python tools/bench_skeleton.py [--times 20]

Machines differ and are busy, so the figure to read is the ratio. The plain drawing (tests/support) is Python step by
step over whole canvases: it says how much work there is, not what a good library would need.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support.tree import load_tree  # noqa: E402

SIZES = ((832, 480), (480, 832), (1280, 720), (1920, 1080))


def median(times: int, call: Callable[[], object]) -> float:
    """Milliseconds."""
    found: list[float] = []
    for _ in range(times):
        begin = time.perf_counter()
        call()
        found.append(1000 * (time.perf_counter() - begin))
    return statistics.median(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--times", type=int, default=20, help="pictures to take the median of")
    times = parser.parse_args().times
    load_tree()
    from shotwright.media.skeleton import Skeletons
    from support.skeletons import crowd, reference

    print(f"{'style':<13}{'size':<12}{'people':>6}{'ms':>9}{'plain ms':>11}{'ratio':>8}")
    for style in ("vace", "openpose", "wan-animate"):
        for width, height in SIZES:
            drawer = Skeletons(width, height, style)
            for count in (1, 3):
                people = crowd(width, height, count)
                drawer.draw(people)
                ours = median(times, lambda drawer=drawer, people=people: drawer.draw(people))
                hands, face = style != "vace", style != "wan-animate"
                plain = median(3, lambda: reference(people, width, height, style, hands, face))  # noqa: B023
                size = f"{width}×{height}"
                print(f"{style:<13}{size:<12}{count:>6}{ours:>9.1f}{plain:>11.0f}{plain / ours:>8.0f}", flush=True)


if __name__ == "__main__":
    main()

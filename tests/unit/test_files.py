"""Nothing half-written stays: staging folders of killed runs are swept when they are old."""

from __future__ import annotations

import os
import time
from pathlib import Path

from shotwright.jobs.files import staging, sweep


def test_old_staging_is_swept_and_nothing_else(tmp_path: Path) -> None:
    refs = tmp_path / "shots" / "a" / "refs"
    for name in (".tmp-old", ".tmp-new", "done"):
        (refs / name).mkdir(parents=True)
        (refs / name / "depth.npz").write_bytes(b"1")
    (tmp_path / "exports").mkdir()
    movie = tmp_path / "exports" / ".tmp-old.mp4"
    movie.write_bytes(b"1")
    yesterday = time.time() - 90_000
    for path in (refs / ".tmp-old", refs / "done", movie):
        os.utime(path, (yesterday, yesterday))
    sweep(tmp_path, ("shots/*/refs", "exports"))
    assert sorted(path.name for path in refs.iterdir()) == [".tmp-new", "done"]
    assert not movie.exists()


def test_staging_is_gone_after_an_error(tmp_path: Path) -> None:
    try:
        with staging(tmp_path) as folder:
            (folder / "half").write_bytes(b"1")
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    assert list(tmp_path.iterdir()) == []

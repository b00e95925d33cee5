"""Disks that say no: read-only, full, in the way. The scene file stays whole and nothing half-written is left."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest
from support import cli

FULL = "the disk is full: free some space"
SMALL = "left: free some space, or render fewer frames or a smaller picture"


def fill(disk: Path, leave: int = 0) -> None:
    """Fill a small disk up to `leave` bytes."""
    with (disk / "ballast").open("wb", buffering=0) as stream:
        try:
            while True:
                stream.write(bytes(4096))
        except OSError as error:
            assert error.errno == errno.ENOSPC
    if leave:
        size = (disk / "ballast").stat().st_size
        os.truncate(disk / "ballast", size - leave)


def test_read_only_project(shotwright, film, small_disk):
    path = film("film")
    before = cli.contents(path.parent)
    place = small_disk(read_only=True)
    for verb in ("passes", "generate"):
        message = shotwright(verb, path, "--project", place / "project", "--json", code=1).message
        assert str(place) in message and "read-only" in message
    assert cli.contents(path.parent) == before


def test_read_only_folder_of_the_film(shotwright, generated, small_disk, tmp_path):
    """Listing and what is fresh still work; what would have to be written is refused before any work."""
    import subprocess

    place = small_disk(2048)
    path = Path(shutil.copytree(generated, place / "film", copy_function=shutil.copy2)) / "film.blend"
    subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
    before = cli.contents(path.parent)
    assert len(shotwright("shots", path, "--json", code=0).document["shots"]) == 3
    assert set(shotwright("passes", path, "--json", code=0).statuses().values()) == {"fresh"}
    message = shotwright("make-shots", path, "--save", "--json", code=1).message
    assert str(path) in message
    message = shotwright("cut", path, "--json", code=1).film_problem
    assert str(path.parent) in message and "read-only" in message
    message = shotwright("generate", path, "--save", "--movie", tmp_path / "cut.mp4", "--json", code=1).message
    assert str(path) in message and "read-only" in message
    one = shotwright("passes", path, "--pass", "clay", "--json", code=1)
    assert set(one.statuses().values()) == {"failed"}
    assert all("read-only" in problem for problem in one.problems)
    assert cli.contents(path.parent) == before


def test_full_disk_of_the_project(shotwright, film, small_disk):
    path = film("film")
    before = cli.contents(path.parent)
    place = small_disk(64)
    fill(place, leave=16 * 1024)
    ran = shotwright("generate", path, "--project", place / "project", "--json", code=1)
    assert set(ran.statuses().values()) == {"failed"}
    # The depth alone is known to need more than there is; it is not begun.
    assert all(SMALL in problem and str(place) in problem for problem in ran.problems)
    assert [problem.split(" bytes")[0] for problem in ran.problems] == [
        f"{number}: its depth and flow need {frames * 64 * 96 * 2:,}"
        for number, frames in (("SH010", 6), ("SH020", 4), ("SH030", 2))
    ]
    assert ran.document["movie"] is None
    assert not cli.half_written(place)
    # Without it, it is what is written that finds no room.
    fill(place, leave=0)
    ran = shotwright("passes", path, "--project", place / "project", "--pass", "clay", "--json", code=1)
    assert set(ran.statuses().values()) == {"failed"}
    assert all(FULL in problem and str(place) in problem for problem in ran.problems)
    assert len(ran.problems) == 3
    assert not cli.half_written(place)
    assert not list(place.rglob("package.json"))
    assert cli.contents(path.parent) == before
    # With room, the same command goes on.
    (place / "ballast").unlink()
    os.sync()
    assert set(shotwright("passes", path, "--project", place / "project", "--pass", "clay", "--json", code=0)
               .statuses().values()) == {"done"}  # fmt: skip


def test_disk_too_full_for_a_project(shotwright, film, small_disk):
    path = film("film")
    place = small_disk(64)
    fill(place)
    message = shotwright("passes", path, "--project", place / "project", "--json", code=1).message
    assert FULL in message and not cli.half_written(place)


@pytest.mark.parametrize("option", ["--movie", "--output"])
@pytest.mark.parametrize("state", ["read-only", "full"])
def test_nowhere_to_write_the_result(shotwright, film, small_disk, option, state):
    """Said before a night's work, not after it."""
    path = film("film")
    before = cli.contents(path.parent)
    place = small_disk(64, read_only=state == "read-only")
    if state == "full":
        fill(place)
    target = place / ("cut.mp4" if option == "--movie" else "copy.blend")
    message = shotwright("generate", path, option, target, "--json", code=1).message
    assert str(target) in message and state.replace("full", FULL) in message
    assert not target.exists() and not cli.half_written(place)
    assert cli.contents(path.parent) == before


def test_disk_fills_up_during_the_cut(shotwright, finished, small_disk):
    place = small_disk(64)
    fill(place, leave=4096)
    ran = shotwright("cut", finished, "--movie", place / "cut.mp4", "--json", code=1)
    assert str(place / "cut.mp4") in ran.film_problem and "disk" in ran.film_problem
    assert set(ran.statuses().values()) == {"fresh"}
    assert [found.name for found in place.iterdir()] == ["ballast"]


@pytest.mark.parametrize("state", ["read-only", "full"])
def test_output_of_make_shots(shotwright, film, small_disk, state):
    path = film("bare")
    before = cli.contents(path.parent)
    place = small_disk(64, read_only=state == "read-only")
    if state == "full":
        fill(place, leave=8192)
    message = shotwright("make-shots", path, "--output", place / "copy.blend", "--json", code=1).message
    assert str(place / "copy.blend") in message
    assert not [found for found in place.iterdir() if found.name != "ballast"]
    assert cli.contents(path.parent) == before


def test_save_on_a_full_disk_keeps_the_old_file(shotwright, film, small_disk):
    place = small_disk(1024)
    path = Path(shutil.copyfile(film("bare"), place / "film.blend"))
    fill(place, leave=8192)
    before = cli.sha256(path)
    message = shotwright("make-shots", path, "--save", "--json", code=1).message
    assert str(path) in message and "free space" in message
    assert cli.sha256(path) == before
    assert sorted(found.name for found in place.iterdir()) == ["ballast", "film.blend"]


@pytest.mark.parametrize("state", ["read-only", "full"])
def test_export(shotwright, film, small_disk, state):
    path = film("film")
    place = small_disk(64, read_only=state == "read-only")
    if state == "full":
        fill(place)
    message = shotwright("shots", path, "--export", place / "list.csv", "--json", code=1).message
    assert str(place / "list.csv") in message and state.replace("full", FULL) in message
    assert not [found for found in place.iterdir() if found.name != "ballast"]


def test_files_in_the_way(shotwright, film, tmp_path):
    """A file where a folder should be, without root or a small disk."""
    path = film("film")
    (path.parent / "shotwright").write_text("in the way")
    before = cli.contents(path.parent)
    message = shotwright("passes", path, "--json", code=1).message
    assert str(path.parent / "shotwright") in message and "part of that path is a file" in message
    for arguments in (
        ("generate", "--movie", path / "cut.mp4"),
        ("shots", "--export", path / "list.csv"),
        ("make-shots", "--output", path / "copy.blend"),
    ):
        message = shotwright(arguments[0], path, *arguments[1:], "--json", code=1).message
        assert str(arguments[2]) in message and "part of that path is a file" in message
    assert cli.contents(path.parent) == before


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions mean nothing to root or on Windows")
def test_no_permission(shotwright, film):
    path = film("film")
    path.parent.chmod(0o500)
    try:
        message = shotwright("passes", path, "--json", code=1).message
        assert "you may not write there" in message
        assert shotwright("shots", path, "--json", code=0).document["shots"]
    finally:
        path.parent.chmod(0o700)

"""Being asked to stop: noted at once, obeyed where it is safe."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from shotwright.core.errors import ShotwrightError, Stopped
from shotwright.core.names import is_scene_copy, scene_copy, scene_stem
from shotwright.jobs import stopping
from support.tree import ROOT

PROGRAM = f"""
import sys, time; sys.path.insert(0, {str(ROOT / "tests")!r})
from support.tree import load_tree; load_tree()
from shotwright.core.errors import Stopped
from shotwright.jobs import stopping
with stopping.listening(watch_stdin=True):
    print("up", flush=True)
    try:
        while True:
            stopping.check(); time.sleep(0.01)
    except Stopped as stop:
        print(stop, stopping.stdin_closed(), flush=True)
        sys.exit(stop.exit_code)
"""
POSIX = pytest.mark.skipif(os.name == "nt", reason="signals")


def started(code: str = PROGRAM) -> subprocess.Popen[str]:
    one = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert one.stdout and one.stdout.readline() == "up\n"
    return one


@POSIX
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_is_obeyed_at_the_next_check(number: signal.Signals):
    with started() as one:
        one.send_signal(number)
        out, err = one.communicate(timeout=20)
    assert one.returncode == 1
    assert out == "Stopped before it was done; run it again to go on. False\n"
    assert err == "Stopping after this step. Ask again to end at once.\n"


def test_closed_stdin_is_obeyed():
    with started() as one:
        assert one.stdin
        one.stdin.write("what is written there does not matter\n" * 5000)
        out, err = one.communicate(timeout=20)  # closes it
    assert (one.returncode, err) == (1, "")
    assert out.endswith(" True\n")


@POSIX
def test_second_signal_ends_at_once():
    code = PROGRAM.replace("stopping.check(); ", "")
    with started(code) as one:
        one.send_signal(signal.SIGTERM)
        assert one.stderr and one.stderr.readline().startswith("Stopping")
        one.send_signal(signal.SIGTERM)  # a service manager asks the whole group, and our parent passes it on
        time.sleep(2 * stopping._ECHO)
        assert one.poll() is None
        one.send_signal(signal.SIGTERM)
        assert one.wait(20) == -signal.SIGTERM


def test_without_a_parent_it_ends_even_when_nobody_checks():
    code = PROGRAM.replace("stopping.check(); ", "").replace("with stopping", "stopping.PATIENCE = 0.3\nwith stopping")
    with started(code) as one:
        one.communicate(timeout=20)
    assert one.returncode == 1


def test_everything_is_as_before_afterwards():
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with stopping.listening():
        assert signal.getsignal(signal.SIGINT) != before[0]
        stopping.check()
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(Stopped):
            stopping.check()
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
    assert not stopping.requested()
    stopping.check()


def test_nobody_swallows_it_by_mistake():
    assert not issubclass(Stopped, Exception)
    assert not issubclass(Stopped, ShotwrightError)


@pytest.mark.parametrize("stem", ["film", "film_v002", "ünï code", "a-shotwright-1-2", "x" * 100, "two\nlines"])
def test_copy_knows_its_original(stem: str):
    name = scene_copy(stem, 4711, 3)
    assert is_scene_copy(name)
    assert scene_stem(Path(name).stem) == stem


@pytest.mark.parametrize(
    "name", ["film.blend", ".film.blend", "film-shotwright-1-2.blend", ".film-shotwright-1-2.blend1"]
)
def test_other_files_are_no_copies(name: str):
    assert not is_scene_copy(name)
    assert scene_stem(Path(name).stem) == Path(name).stem or name.endswith("blend1")


@pytest.mark.parametrize("letter", ["x", "ü", "🎬"])
def test_copy_of_a_long_name_fits_on_disk(letter: str):
    assert len(scene_copy(letter * 250, 4194304, 99).encode()) < 255

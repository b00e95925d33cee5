"""Child processes: what they say, how they end, and that nothing of them stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from shotwright.core import progress_lines
from shotwright.core.errors import ProcessError
from shotwright.jobs import process
from shotwright.jobs.process import Child, Ended, Message
from support.tree import ROOT

POSIX = pytest.mark.skipif(os.name == "nt", reason="signals and process groups")
STARTED = "import sys\ndef say(text):\n    sys.stderr.write(text + '\\n'); sys.stderr.flush()\nsay('up')\n"
LINES = f"""
import sys; sys.path.insert(0, {str(ROOT / "tests")!r})
from support.tree import load_tree; load_tree()
from shotwright.core.progress_lines import to_line
"""


@pytest.fixture
def child() -> Iterator[Callable[..., Child]]:
    """Starts a piece of Python; every child is gone after the test."""
    started: list[Child] = []

    def start(code: str, **options: object) -> Child:
        made = Child([sys.executable, "-c", textwrap.dedent(code)], **options)  # type: ignore[arg-type]
        started.append(made)
        return made

    yield start
    for one in started:
        one.kill()
        assert one.wait(10), "a child was left behind"


def until(child: Child, wanted: Callable[[list[Message | Ended]], bool], seconds: float = 20.0):
    """Poll until the events are as wanted."""
    events: list[Message | Ended] = []
    deadline = time.monotonic() + seconds
    while not wanted(events):
        assert time.monotonic() < deadline, events
        events += child.poll()
        time.sleep(0.01)
    return events


def end_of(child: Child, seconds: float = 20.0) -> Ended:
    event = until(child, lambda events: bool(events) and isinstance(events[-1], Ended), seconds)[-1]
    assert isinstance(event, Ended)
    return event


def wait_for_log(child: Child) -> None:
    deadline = time.monotonic() + 20
    while not child._log:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_gone(pid: int) -> bool:
    """Whether there is no process of that number, not even a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def is_over(pid: int) -> bool:
    """Whether a process that is not our child has ended; its new parent may need a moment to take note."""
    try:
        return is_gone(pid) or Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"
    except FileNotFoundError:
        return True


# --- what it says -----------------------------------------------------------------------------------------------------


def test_document_progress_and_noise_are_told_apart(child):
    one = child(
        LINES
        + """
        sys.stderr.write('Blender 9.9\\n' + to_line('start', shot='a') + 'half a line, then ')
        sys.stderr.write(to_line('stage', shot='a', stage='draw', done=1, total=2))
        sys.stderr.write('@shotwright is not progress\\n@shotwright {"event": 3}\\n')
        print('{"schema": "x"}')
        """.replace("\n        ", "\n")
    )
    *messages, ended = until(one, lambda events: bool(events) and isinstance(events[-1], Ended))
    assert [message.fields["event"] for message in messages] == ["start", "stage"]
    assert messages[1].fields == {"event": "stage", "shot": "a", "stage": "draw", "done": 1, "total": 2}
    assert ended.code == 0
    assert ended.document == {"schema": "x"}
    assert not ended.cancelled
    assert ended.log == ("Blender 9.9", "@shotwright is not progress", '@shotwright {"event": 3}')
    assert one.poll() == []
    assert not one.running


def test_line_of_any_text_is_one_ascii_line():
    text = 'Ünïcode \u2028 and "quotes"\nand @shotwright {"event": "end"}'
    line = progress_lines.to_line("end", message=text)
    assert line.isascii()
    assert line.count("\n") == 1
    assert progress_lines.parse("noise " + line) == {"event": "end", "message": text}


@pytest.mark.parametrize("line", ["", "@shotwright ", "@shotwright {", "@shotwright [1]", '@shotwright {"shot": 1}'])
def test_other_lines_are_no_progress(line: str):
    assert progress_lines.parse(line) is None


@pytest.mark.parametrize("code", ["pass", "print('no json')", "print('{} {}')"])
def test_no_document(child, code: str):
    ended = end_of(child(code))
    assert (ended.code, ended.document) == (0, None)


def test_flood_on_both_pipes_blocks_nobody(child, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(process, "MAX_DOCUMENT", 1_000_000)
    monkeypatch.setattr(process, "MAX_WAITING", 100)
    one = child(
        LINES
        + """
        for n in range(20_000):
            sys.stderr.write(to_line('stage', shot='a', stage='draw', done=n, total=20_000))
            sys.stderr.write('x' * 500 + '\\n')
            print('y' * 200)
        sys.stderr.write('z' * 3_000_000)
        sys.stderr.write('\\n' + to_line('end', shot='a'))
        """.replace("\n        ", "\n")
    )
    assert one.wait(60)  # nobody polls meanwhile
    *messages, ended = one.poll()
    assert ended.code == 0
    assert ended.document is None
    assert len(messages) == 101  # what waits is bounded, and only stages are dropped
    assert messages[-1].fields["event"] == "end"
    assert len(ended.log) <= process.LOG_LINES
    assert max(map(len, ended.log)) <= 1000
    assert len(one._document) < 1_200_000


# --- how it ends ------------------------------------------------------------------------------------------------------


def test_missing_program_is_a_sentence(tmp_path: Path):
    before = threading.active_count()
    with pytest.raises(ProcessError, match=r"^Can't start .*nothing: .*\. Check the path\.$"):
        Child([str(tmp_path / "nothing")])
    assert threading.active_count() == before


def test_failure_keeps_the_last_lines(child):
    ended = end_of(child("import sys; print('{\"a\": 1}'); sys.exit('went wrong')"))
    assert (ended.code, ended.document, ended.log) == (1, {"a": 1}, ("went wrong",))
    assert ended.reason() == "it ended with code 1"


@POSIX
def test_crash_is_told_and_leaves_no_zombie(child):
    one = child(STARTED + "import time; time.sleep(60)")
    wait_for_log(one)
    os.kill(one.pid, signal.SIGKILL)
    ended = end_of(one)
    assert (ended.code, ended.cancelled) == (-9, False)
    assert ended.reason() == "it was killed (signal 9)"
    assert is_gone(one.pid)


def test_cancel_asks_first(child):
    one = child(STARTED + "sys.stdin.read(); print('{}'); say('leaving')")
    wait_for_log(one)
    begin = time.monotonic()
    one.cancel()
    one.cancel()
    assert time.monotonic() - begin < 1  # it does not wait
    ended = end_of(one)
    assert (ended.code, ended.cancelled, ended.log[-1]) == (0, True, "leaving")


@POSIX
def test_cancel_terminates_one_that_does_not_listen(child):
    one = child(STARTED + "import time; time.sleep(60)", grace=(0.2, 10.0))
    wait_for_log(one)
    one.cancel()
    assert end_of(one).code == -signal.SIGTERM


def test_cancel_kills_one_that_does_not_want_to_end(child):
    one = child(
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + STARTED + "time.sleep(600)",
        grace=(0.1, 0.1),
    )
    wait_for_log(one)
    one.cancel()
    ended = end_of(one)
    assert ended.cancelled
    assert ended.code != 0
    if os.name != "nt":
        assert ended.code == -signal.SIGKILL
        assert is_gone(one.pid)


@POSIX
def test_kill_takes_its_own_children_with_it(child, tmp_path: Path):
    note = tmp_path / "pid"
    one = child(
        "import subprocess, sys, pathlib, time\n"
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"pathlib.Path({str(note)!r}).write_text(str(p.pid))\n" + STARTED + "time.sleep(600)"
    )
    wait_for_log(one)
    one.kill()
    end_of(one)
    grandchild = int(note.read_text())
    deadline = time.monotonic() + 10
    while not is_over(grandchild):
        assert time.monotonic() < deadline
        time.sleep(0.05)


@POSIX
def test_grandchild_that_keeps_the_pipes_does_not_hold_the_end(child, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(process, "_LINGER", 0.3)
    one = child("import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(5)'])")
    begin = time.monotonic()
    assert end_of(one).code == 0
    assert time.monotonic() - begin < 4


def test_cancel_after_the_end_does_nothing(child):
    one = child("pass")
    ended = end_of(one)
    one.cancel()
    one.kill()
    assert not ended.cancelled
    assert one.poll() == []


def test_clean_up_runs_before_the_end_is_told_and_its_errors_are_lost(child, tmp_path: Path):
    seen: list[Ended] = []

    def clean_up(ended: Ended) -> None:
        time.sleep(0.2)
        seen.append(ended)
        raise RuntimeError("lost")

    folder = tmp_path / ".tmp-half"
    folder.mkdir()
    code = LINES + f"sys.stderr.write(to_line('staging', shot='a', folder={str(folder)!r}))\nprint(1)\n"
    ended = end_of(child(code, clean_up=clean_up))
    assert seen == [ended]
    assert ended.staging == (str(folder),)
    folder.rmdir()
    assert end_of(child(code)).staging == ()


def test_end_all_ends_all(child):
    gentle = child(STARTED + "sys.stdin.read()")
    stubborn = child(STARTED + "import time; time.sleep(600)")
    wait_for_log(gentle)
    wait_for_log(stubborn)
    process.end_all(patience=1.0)
    assert not gentle.running
    assert not stubborn.running
    assert end_of(gentle).code == 0
    assert end_of(stubborn).cancelled
    assert not process._living


def test_children_end_when_their_parent_is_killed(tmp_path: Path):
    note = tmp_path / "pid"
    inner = STARTED + "sys.stdin.read()"
    outer = (
        LINES
        + f"""
import pathlib, time
from shotwright.jobs.process import Child
one = Child([sys.executable, "-c", {inner!r}])
pathlib.Path({str(note)!r}).write_text(str(one.pid))
time.sleep(600)
"""
    )
    parent = subprocess.Popen([sys.executable, "-c", outer])
    deadline = time.monotonic() + 20
    while not (note.is_file() and note.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    pid = int(note.read_text())
    parent.kill()
    parent.wait()
    while not is_over(pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)


@POSIX
def test_run_passes_sigterm_on():
    inner = (
        "import signal, sys, time; signal.signal(15, lambda *_: sys.exit(7))\n"
        "time.sleep(0.5); print('up', flush=True); time.sleep(60)"
    )
    outer = LINES + f"from shotwright.jobs import process\nsys.exit(process.run([sys.executable, '-c', {inner!r}]))"
    with subprocess.Popen([sys.executable, "-c", outer], stdout=subprocess.PIPE) as parent:
        assert parent.stdout and parent.stdout.readline() == b"up\n"
        parent.terminate()
        assert parent.wait(20) == 7

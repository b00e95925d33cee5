"""Who drives a job: one process at a time, whatever dies when."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from shotwright.core.errors import JobBusy, StorageError
from shotwright.jobs import lease as module
from shotwright.jobs.lease import Lease, holder
from support.disks import read_only
from support.tree import ROOT


def leases(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def content(folder: Path) -> dict[str, object]:
    return json.loads(sorted(folder.glob("lease-*.json"))[-1].read_text(encoding="utf-8"))


def change(folder: Path, **fields: object) -> None:
    """Make the newest lease somebody else's."""
    path = sorted(folder.glob("lease-*.json"))[-1]
    path.write_text(json.dumps({**content(folder), **fields}), encoding="utf-8")


def age(folder: Path, seconds: float) -> None:
    path = sorted(folder.glob("lease-*.json"))[-1]
    os.utime(path, (time.time() - seconds, time.time() - seconds))


def test_one_holds_and_the_next_follows(tmp_path: Path):
    with Lease.acquire(tmp_path) as first:
        assert first.holds()
        assert holder(tmp_path) == f"process {os.getpid()} on {content(tmp_path)['host']}"
        with pytest.raises(JobBusy, match=rf"process {os.getpid()} on"):
            Lease.acquire(tmp_path)
    assert holder(tmp_path) is None
    assert content(tmp_path)["released"] is True
    with Lease.acquire(tmp_path) as second:
        assert second.holds()
        assert not first.holds()
        assert leases(tmp_path) == ["lease-0002.json"]
        with pytest.raises(JobBusy, match="took this job over"):
            first.check()


def test_a_lease_that_was_lost_is_not_given_back(tmp_path: Path):
    first = Lease.acquire(tmp_path)
    with first:
        change(tmp_path, host="elsewhere")
        age(tmp_path, module.TIMEOUT + 10)
        second = Lease.acquire(tmp_path)
        first.release()
        assert second.holds()
        assert content(tmp_path)["released"] is False


def test_a_dead_process_is_followed_at_once(tmp_path: Path):
    script = (
        "import sys, os; from pathlib import Path; from support.tree import load_tree; load_tree();"
        "from shotwright.jobs.lease import Lease; Lease.acquire(Path(sys.argv[1])); os.kill(os.getpid(), 9)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tests")}
    dead = subprocess.run([sys.executable, "-c", script, str(tmp_path)], env=environment, check=False)
    assert dead.returncode == -9
    assert content(tmp_path)["released"] is False
    assert holder(tmp_path) is None
    with Lease.acquire(tmp_path) as lease:
        assert lease.holds()


def test_a_dead_process_that_nobody_reaped_is_dead(tmp_path: Path):
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    deadline = time.monotonic() + 10
    while module._stat(child.pid)[:1] != ["Z"] and time.monotonic() < deadline:
        time.sleep(0.01)
    started = module._started(child.pid)
    with Lease.acquire(tmp_path):
        pass
    change(tmp_path, pid=child.pid, started=started, released=False)
    assert holder(tmp_path) is None
    child.wait()


def test_a_number_used_again_is_no_sign_of_life(tmp_path: Path):
    with Lease.acquire(tmp_path):
        pass
    change(tmp_path, pid=os.getpid(), started="1", released=False)
    assert holder(tmp_path) is None
    change(tmp_path, boot="another start of this machine", started=module._started(os.getpid()))
    assert holder(tmp_path) is None


def test_another_machine_counts_as_gone_after_a_while(tmp_path: Path):
    with Lease.acquire(tmp_path):
        pass
    change(tmp_path, host="render7", pid=4711, released=False)
    assert holder(tmp_path) == "process 4711 on render7"
    age(tmp_path, module.TIMEOUT - 5)
    with pytest.raises(JobBusy, match="process 4711 on render7"):
        Lease.acquire(tmp_path)
    age(tmp_path, module.TIMEOUT + 5)
    with Lease.acquire(tmp_path) as lease:
        assert lease.holds()


def test_a_process_that_is_there_is_not_robbed(tmp_path: Path):
    """Stopped, or behind a slow share: it is alive, and can go on at any moment."""
    with Lease.acquire(tmp_path) as first:
        age(tmp_path, 10 * module.TIMEOUT)
        with pytest.raises(JobBusy):
            Lease.acquire(tmp_path)
        assert first.holds()


def test_another_container_counts_its_processes_anew(tmp_path: Path):
    """One kernel, one host name, and our number is somebody else's there: only the heartbeat tells."""
    with Lease.acquire(tmp_path):
        pass
    change(tmp_path, processes="pid:[1]", pid=2**22 + 1, released=False)
    assert holder(tmp_path) is not None
    age(tmp_path, module.TIMEOUT + 5)
    assert holder(tmp_path) is None


def test_the_heart_beats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "HEARTBEAT", 0.02)
    with Lease.acquire(tmp_path) as lease:
        age(tmp_path, module.TIMEOUT + 5)
        path = sorted(tmp_path.glob("lease-*.json"))[-1]
        deadline = time.monotonic() + 10
        while time.time() - path.stat().st_mtime > 5 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert time.time() - path.stat().st_mtime < 5
        assert lease.holds()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"token": 1}', "\x00"])
def test_a_damaged_lease_counts_by_its_age(tmp_path: Path, text: str):
    (tmp_path / "lease-0003.json").write_text(text, encoding="utf-8")
    with pytest.raises(JobBusy):
        Lease.acquire(tmp_path)
    age(tmp_path, module.TIMEOUT + 5)
    with Lease.acquire(tmp_path) as lease:
        assert lease.holds()
    assert leases(tmp_path) == ["lease-0004.json"]


def test_of_many_at_once_one_wins(tmp_path: Path):
    """All see the same dead lease."""
    for round_ in range(20):
        folder = tmp_path / str(round_)
        folder.mkdir()
        with Lease.acquire(folder):
            pass
        change(folder, pid=2**22 + 1, started="", released=False)
        gate = threading.Barrier(8)
        won: list[Lease] = []

        def run(folder: Path = folder, gate: threading.Barrier = gate, won: list[Lease] = won) -> None:
            gate.wait()
            with contextlib.suppress(JobBusy):
                won.append(Lease.acquire(folder))

        threads = [threading.Thread(target=run) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(won) == 1
        assert won[0].holds()


def test_a_file_system_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def no_links(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", no_links)
    with Lease.acquire(tmp_path) as lease:
        assert lease.holds()
        with pytest.raises(JobBusy):
            Lease.acquire(tmp_path)
    assert leases(tmp_path) == ["lease-0001.json"]


def test_a_folder_that_can_not_be_written(tmp_path: Path):
    (tmp_path / "disk").mkdir()
    with read_only(tmp_path / "disk") as folder, pytest.raises(StorageError, match="read-only"):
        Lease.acquire(folder)

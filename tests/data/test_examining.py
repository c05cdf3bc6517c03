"""Files looked at by processes: the same answers, in order, whatever becomes of the processes."""

from __future__ import annotations

import os
import signal
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path

import psutil
import pytest

from cnnstudio.data import examining
from cnnstudio.data.examine import Facts
from cnnstudio.data.examining import examine_all
from cnnstudio.data.image_folder import scan
from cnnstudio.data.priority import NICENESS
from cnnstudio.data.problem import Cancelled, Problem
from cnnstudio.data.scan_memory import Examined, ScanMemory
from tests.data.pictures import two_classes

CRASHING = ("cat/21.png", "dog/5.png")

pytestmark = pytest.mark.slow  # each process imports NumPy and Pillow


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(examining, "MANY", 10)
    monkeypatch.setattr(examining, "_CHUNK", 8)
    root = two_classes(tmp_path / "data", each=40)
    (root / "cat" / "7.png").write_bytes(b"no picture")
    (root / "dog" / "3.png").unlink()
    return root


def names(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*.png"))


def memory(root: Path) -> ScanMemory:
    return ScanMemory(root, root.parent / "cache")


def helpers() -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process().children()
        if any("spawn_main" in part for part in child.cmdline())
    ]


def test_processes_find_what_threads_find(data: Path) -> None:
    paths = [*names(data), "dog/3.png"]
    expected = examine_all(memory(data), paths, workers=1)
    calls: list[tuple[int, int]] = []
    found = examine_all(memory(data), paths, processes=2, progress=lambda *call: calls.append(call))
    assert found == expected
    assert isinstance(found[paths.index("cat/7.png")], Problem)
    assert isinstance(found[-1], Problem)
    assert isinstance(found[0], Facts)
    assert calls == sorted(calls)
    assert calls[-1] == (len(paths), len(paths))
    assert len(calls) > 3
    assert helpers() == []


def test_a_scan_by_processes_gives_the_same_report_and_is_remembered(data: Path) -> None:
    for path in data.rglob("*.png"):
        os.utime(path, ns=(10**18, 10**18))
    first = scan(data, processes=1)
    assert scan(data, workers=1) == first
    again = ScanMemory(data)
    assert all(again.recall(path) is not None for path in names(data) if path != "cat/7.png")


def _crash_at_some(connection: Connection, root: str) -> None:
    """A helper's life with two files that end it."""
    looked_at = examining.examined

    def crash(folder: Path, path: str) -> Examined:
        if path in CRASHING:
            os._exit(1)
        return looked_at(folder, path)

    examining.examined = crash
    examining._serve(connection, root)


def _fall_at_once(_connection: Connection, _root: str) -> None:
    os._exit(1)


def test_files_that_end_a_process_are_named_and_the_others_looked_at(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = names(data)
    expected = examine_all(memory(data), paths, workers=1)
    monkeypatch.setattr(examining, "_serve", _crash_at_some)
    calls: list[tuple[int, int]] = []
    found = examine_all(memory(data), paths, processes=2, progress=lambda *call: calls.append(call))
    for path, one, other in zip(paths, found, expected, strict=True):
        if path in CRASHING:
            assert isinstance(one, Problem)
            assert (one.code, one.path, one.surplus) == ("image.crash", path, (path,))
        else:
            assert one == other
    assert calls == sorted(calls)
    assert calls[-1] == (len(paths), len(paths))
    assert helpers() == []


def test_where_no_process_stands_nothing_is_said_of_files(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = examine_all(memory(data), names(data), workers=1)
    monkeypatch.setattr(examining, "_serve", _fall_at_once)
    assert examine_all(memory(data), names(data), processes=2) == expected


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_what_a_killed_process_had_in_hand_is_looked_at_again(data: Path) -> None:
    paths = names(data)
    expected = examine_all(memory(data), paths, workers=1)
    killed: list[int] = []

    def kill(done: int, _total: int) -> None:
        if not killed and done:
            for child in helpers():
                killed.append(child.pid)
                os.kill(child.pid, signal.SIGKILL)

    calls: list[tuple[int, int]] = []

    def watched(done: int, total: int) -> None:
        calls.append((done, total))
        kill(done, total)

    assert examine_all(memory(data), paths, processes=2, progress=watched) == expected
    assert killed
    assert calls == sorted(calls)
    assert calls[-1] == (len(paths), len(paths))


def test_cancelling_ends_the_processes(data: Path) -> None:
    seen: list[int] = []
    with pytest.raises(Cancelled):
        examine_all(
            memory(data),
            names(data),
            processes=2,
            progress=lambda done, _total: seen.append(done),
            cancelled=lambda: bool(seen),
        )
    assert len(seen) <= 2
    assert helpers() == []


@pytest.mark.skipif(sys.platform == "win32", reason="niceness")
def test_a_process_leaves_the_processor_to_the_window(data: Path) -> None:
    nice: list[int] = []

    def look(*_: int) -> None:
        nice.extend(child.nice() for child in helpers())

    examine_all(memory(data), names(data), processes=1, progress=look)
    assert set(nice) == {min(19, psutil.Process().nice() + NICENESS)}


def test_few_files_and_known_ones_start_no_process(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in data.rglob("*.png"):
        os.utime(path, ns=(10**18, 10**18))
    scan(data, workers=1)
    monkeypatch.setattr(examining, "_apart", None)
    calls: list[tuple[int, int]] = []
    report = scan(data, processes=1, progress=lambda *call: calls.append(call))
    assert len(report.images) == len(names(data)) - 1
    assert calls[-1] == (len(names(data)), len(names(data)))


def test_a_process_ends_with_who_started_it(data: Path) -> None:
    """As after `kill -9`: it hears nothing more, and goes."""
    helper = examining._Helper(data)
    try:
        process = psutil.Process(helper.process.pid)
        helper.give(names(data)[:1])
        assert helper.take() is not None
        helper.connection.close()
        deadline = time.monotonic() + 20
        while (
            process.is_running() and process.status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline
        ):
            time.sleep(0.05)
        assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    finally:
        helper.process.kill()
        helper.process.join()

"""The watch over leftovers must see what it is there for."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from tests import leaks
from tests.leaks import Leftovers


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaks, "PATIENCE_SECONDS", 0.0)


def test_a_running_thread_is_seen() -> None:
    before = Leftovers.now(with_qt=False)
    end = threading.Event()
    thread = threading.Thread(target=end.wait, name="forgotten")
    thread.start()
    try:
        assert before.what_is_new() == ["thread 'forgotten'"]
    finally:
        end.set()
        thread.join()
    assert before.what_is_new() == []


def test_a_child_process_is_seen() -> None:
    before = Leftovers.now(with_qt=False)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        found = before.what_is_new()
        assert [line.split(" (")[0] for line in found] == [f"process {child.pid}"]
        assert child.stdin is not None
        child.stdin.write(b"\n")
    assert before.what_is_new() == []


def test_a_running_timer_is_seen(qapp: QApplication) -> None:
    before = Leftovers.now(with_qt=True)
    timer = QTimer(objectName="ticking")
    assert before.what_is_new() == []
    timer.start(1000)
    assert before.what_is_new() == ["timer QTimer 'ticking'"]
    timer.stop()
    assert before.what_is_new() == []


def test_a_running_qt_thread_is_seen(qapp: QApplication) -> None:
    before = Leftovers.now(with_qt=True)
    thread = QThread(objectName="working")
    thread.start()
    assert before.what_is_new() == ["Qt thread QThread 'working'"]
    thread.quit()
    assert thread.wait(5000)
    assert before.what_is_new() == []


def test_a_window_is_seen_until_it_is_deleted(qapp: QApplication) -> None:
    before = Leftovers.now(with_qt=True)
    window = QWidget(objectName="stray")
    assert before.what_is_new() == ["window QWidget 'stray'"]
    window.deleteLater()
    assert before.what_is_new() == []

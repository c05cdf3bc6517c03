"""Finds what a test left behind: threads, child processes, Qt timers and threads still running, open windows."""

from __future__ import annotations

import gc
import multiprocessing
import sys
import threading
import time
from dataclasses import dataclass
from typing import Any

import psutil

# How long something that is ending may take to end.
PATIENCE_SECONDS = 5.0

# Windows that Qt keeps for itself once they were shown.
_QT_OWN_WINDOWS = {"QTipLabel", "QComboBoxPrivateContainer", "QShapedPixmapWidget"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftovers:
    """What is alive at one moment; `with_qt` says whether Qt's objects are looked at too."""

    threads: frozenset[threading.Thread]
    processes: frozenset[int]
    qt_objects: tuple[Any, ...]
    with_qt: bool

    @classmethod
    def now(cls, *, with_qt: bool) -> Leftovers:
        """What is alive now."""
        return cls(
            threads=_threads(),
            processes=_processes(),
            qt_objects=_qt_objects() if with_qt else (),
            with_qt=with_qt,
        )

    def what_is_new(self) -> list[str]:
        """Everything that is alive now and was not then, in words, after a fair wait for it to end."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (left := self._new()) and time.monotonic() < deadline:
            gc.collect()
            time.sleep(0.02)
        return left

    def _new(self) -> list[str]:
        left = [f"thread {thread.name!r}" for thread in _threads() - self.threads]
        left += [f"process {pid} ({_name(pid)})" for pid in _processes() - self.processes]
        if self.with_qt:
            known = {id(thing) for thing in self.qt_objects}
            left += [_describe(thing) for thing in _qt_objects() if id(thing) not in known]
        return left


def _threads() -> frozenset[threading.Thread]:
    # Threads that C++ made appear as dummies once they ran Python and stay in the list after their end.
    return frozenset(
        thread
        for thread in threading.enumerate()
        if thread.is_alive() and not isinstance(thread, threading._DummyThread)
    )


def _processes() -> frozenset[int]:
    multiprocessing.active_children()  # reaps the ones that ended
    found = set()
    for child in psutil.Process().children(recursive=True):
        try:
            if child.status() == psutil.STATUS_ZOMBIE:
                continue
            # multiprocessing's own bookkeeper lives as long as the interpreter
            if any("resource_tracker" in part for part in child.cmdline()):
                continue
        except psutil.Error:
            continue
        found.add(child.pid)
    return frozenset(found)


def _name(pid: int) -> str:
    try:
        return " ".join(psutil.Process(pid).cmdline())[:120]
    except psutil.Error:
        return "ended"


def _qt_objects() -> tuple[Any, ...]:
    if "PySide6.QtWidgets" not in sys.modules:
        return ()
    from PySide6.QtCore import QCoreApplication, QEvent, QThread, QTimer
    from PySide6.QtWidgets import QApplication
    from shiboken6 import isValid

    if not isinstance(QCoreApplication.instance(), QApplication):
        return ()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    found: list[Any] = [
        widget
        for widget in QApplication.topLevelWidgets()
        if isValid(widget) and widget.parent() is None and _class_name(widget) not in _QT_OWN_WINDOWS
    ]
    main = QThread.currentThread()
    for thing in gc.get_objects():
        kind = type(thing)
        if issubclass(kind, QTimer):
            running = isValid(thing) and thing.isActive()
        elif issubclass(kind, QThread):
            running = isValid(thing) and thing.isRunning() and thing is not main
        else:
            continue
        if running:
            found.append(thing)
    return tuple(found)


def _class_name(thing: Any) -> str:
    return str(thing.metaObject().className())


def _describe(thing: Any) -> str:
    kind = "timer" if thing.inherits("QTimer") else "Qt thread" if thing.inherits("QThread") else "window"
    return f"{kind} {_class_name(thing)} {thing.objectName()!r}".rstrip()

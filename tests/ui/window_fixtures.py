"""A main window with settings and recovery folder of its own, and answers to the dialogs it opens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from cnnstudio.core.edits import add
from cnnstudio.core.message import Message
from cnnstudio.core.network import Node
from cnnstudio.layers import catalogue
from cnnstudio.ui.main_window import MainWindow
from cnnstudio.ui.session import Session
from cnnstudio.ui.settings import Settings


def make_window(qtbot: QtBot, folder: Path) -> MainWindow:
    """A window that is shown and closes without questions at the end of the test."""
    store = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
    window = MainWindow(Session(catalogue()), settings=Settings(store), recovery_folder=folder / "recovery")
    qtbot.addWidget(window, before_close_func=_forget_changes)
    window.resize(1280, 720)
    with qtbot.waitExposed(window):
        window.show()
    return window


def _forget_changes(window: MainWindow) -> None:
    window.session.document.mark_saved(window.session.document.project)


def edit(session: Session, name: str = "extra") -> None:
    """One edit, as a user would make."""
    session.apply(lambda n: add(n, [Node(id=name, type="Input")]), Message("Add {name}", name=name))


@contextmanager
def answering(button: QMessageBox.StandardButton, seen: list[str] | None = None) -> Iterator[None]:
    """Press `button` in the message box that opens inside; its texts are put into `seen`."""
    timer = QTimer()
    timer.setInterval(10)

    def answer() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            timer.stop()
            if seen is not None:
                seen.append(f"{box.text()} {box.informativeText()}")
            box.button(button).click()

    timer.timeout.connect(answer)
    timer.start()
    try:
        yield
    finally:
        timer.stop()
    assert not timer.isActive()

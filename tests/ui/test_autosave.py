"""Recovery files: there within two seconds of an edit, gone after a clean end, offered after a crash."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from cnnstudio.core.edits import add
from cnnstudio.core.message import Message
from cnnstudio.core.network import Node
from cnnstudio.core.project_file import load_project
from cnnstudio.layers import catalogue
from cnnstudio.ui.autosave import DELAY, Autosave
from cnnstudio.ui.session import Session
from tests.ui.window_fixtures import edit, make_window

# Edits five times, tells when the last edit was more than the promise ago, and waits to be killed.
_CRASHING = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QTimer
from cnnstudio.core.edits import add
from cnnstudio.core.message import Message
from cnnstudio.core.network import Node
from cnnstudio.layers import catalogue
from cnnstudio.ui.autosave import Autosave
from cnnstudio.ui.session import Session

application = QCoreApplication([])
session = Session(catalogue())
autosave = Autosave(session, Path(sys.argv[1]))
autosave.set_path(Path("somewhere") / "study.cnn")
session.document.set_name("Study")
left = [5]

def edit():
    name = f"n{left[0]}"
    session.apply(lambda network: add(network, [Node(id=name, type="Input")]), Message("Add"))
    left[0] -= 1
    if left[0]:
        QTimer.singleShot(150, edit)
    else:
        QTimer.singleShot(2000, lambda: print("two seconds later", flush=True))

edit()
application.exec()
"""


@pytest.fixture
def session(qapp: object) -> Session:
    return Session(catalogue())


def _crash(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _CRASHING, str(folder)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "two seconds later"
        process.send_signal(signal.SIGKILL)
        process.wait()


def test_an_edit_is_on_disk_before_two_seconds_are_over(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    autosave = Autosave(session, tmp_path)
    assert DELAY < 2000
    with qtbot.waitSignal(autosave.written):
        edit(session)
    assert load_project(autosave.file).network.nodes.keys() == {"extra"}
    autosave.close()


def test_edits_in_a_row_do_not_put_the_writing_off(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    autosave = Autosave(session, tmp_path)
    count = 0

    def edit_more() -> bool:
        nonlocal count
        count += 1
        session.apply(lambda n: add(n, [Node(id=f"n{count}", type="Input")]), Message("Add"))
        return autosave.file.exists()

    qtbot.waitUntil(edit_more, timeout=5000)
    assert autosave.file.exists()
    autosave.close()


def test_nothing_unsaved_leaves_no_file(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    autosave = Autosave(session, tmp_path)
    with qtbot.waitSignal(autosave.written):
        edit(session)
    with qtbot.waitSignal(autosave.written):
        session.document.mark_saved(session.document.project)
    assert not autosave.file.exists()
    autosave.close()


def test_a_clean_end_removes_everything(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    autosave = Autosave(session, tmp_path)
    with qtbot.waitSignal(autosave.written):
        edit(session)
    autosave.close()
    assert list(tmp_path.iterdir()) == []


def test_the_work_of_a_window_that_lives_is_not_offered(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    alive, other = Autosave(session, tmp_path), Autosave(Session(catalogue()), tmp_path)
    with qtbot.waitSignal(alive.written):
        edit(session)
    assert other.find_lost() == ()
    alive.close()
    other.close()


def test_a_folder_that_cannot_be_written_is_told_once(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("not a folder")
    autosave = Autosave(session, blocker / "recovery")
    told: list[str] = []
    autosave.failed.connect(told.append)
    with qtbot.waitSignal(autosave.failed):
        edit(session)
    edit(session, "second")
    autosave.write_now()
    autosave.flush()
    qtbot.waitUntil(lambda: len(told) == 1)
    autosave.close()
    assert len(told) == 1


def test_after_a_kill_the_last_edits_are_found_with_the_file_they_belong_to(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    _crash(tmp_path)
    autosave = Autosave(session, tmp_path)
    (lost,) = autosave.find_lost()
    assert lost.project.name == "Study"
    assert lost.project.network.nodes.keys() == {"n5", "n4", "n3", "n2", "n1"}
    assert lost.path == Path("somewhere") / "study.cnn"
    autosave.discard(lost)
    assert autosave.find_lost() == ()
    autosave.close()
    assert list(tmp_path.iterdir()) == []


def test_the_next_window_offers_to_restore_and_restores(qtbot: QtBot, tmp_path: Path) -> None:
    _crash(tmp_path / "recovery")
    window = make_window(qtbot, tmp_path)
    qtbot.waitUntil(window.recovery.isVisible)
    button = window.findChild(QPushButton, "restoreWork")
    assert isinstance(button, QPushButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.session.network.nodes.keys() == {"n5", "n4", "n3", "n2", "n1"}
    assert window.session.document.is_modified
    assert not window.recovery.isVisible()
    assert load_project(window.autosave.file).name == "Study"
    assert window.autosave.find_lost() == ()


def test_a_broken_recovery_file_does_not_stop_the_start(qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "recovery"
    folder.mkdir()
    (folder / "1-dead.cnn").write_text('{"format": "cnnstu')
    window = make_window(qtbot, tmp_path)
    window.offer_recovery()
    assert not window.recovery.isVisible()
    assert (folder / "1-dead.cnn").exists()


def test_two_windows_keep_their_work_apart(qtbot: QtBot, tmp_path: Path) -> None:
    first, second = make_window(qtbot, tmp_path), make_window(qtbot, tmp_path)
    for window, name in ((first, "one"), (second, "two")):
        edit(window.session, name)
        window.autosave.write_now()
        window.autosave.flush()
    assert load_project(first.autosave.file).network.nodes.keys() == {"one"}
    assert load_project(second.autosave.file).network.nodes.keys() == {"two"}
    second.session.document.mark_saved(second.session.document.project)
    assert second.close()
    assert first.autosave.file.exists()

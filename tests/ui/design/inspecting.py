"""An inspector on the screen, and what a person types into its fields."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from cnnstudio.ui.design.design_workspace import INSPECTOR_WIDTH
from cnnstudio.ui.design.inspector.inspector import Inspector
from cnnstudio.ui.session import Session


def shown_inspector(qtbot: QtBot, session: Session, node_id: str) -> Inspector:
    """As wide as in the window, with this layer in it."""
    made = Inspector(session)
    qtbot.addWidget(made)
    made.resize(INSPECTOR_WIDTH, 900)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    session.select([node_id])
    return made


def field(inspector: Inspector, name: str) -> QLineEdit:
    found = inspector.findChild(QLineEdit, name)
    assert isinstance(found, QLineEdit), name
    return found


def retype(qtbot: QtBot, widget: QLineEdit, text: str) -> None:
    """The keyboard's focus, everything chosen, then key by key."""
    widget.setFocus()
    qtbot.waitUntil(widget.hasFocus)
    widget.selectAll()
    if text:
        qtbot.keyClicks(widget, text)
    else:
        qtbot.keyClick(widget, Qt.Key.Key_Delete)


def only_one(qtbot: QtBot, said: Callable[[], list[str]]) -> str:
    """What is said once one thing alone is."""
    qtbot.waitUntil(lambda: len(said()) == 1)
    return said()[0]

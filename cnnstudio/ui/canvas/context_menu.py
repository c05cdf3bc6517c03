"""The canvas's context menu: the commands that also have keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu

from cnnstudio.ui.canvas.keys import COMMANDS, sequences

if TYPE_CHECKING:
    from cnnstudio.ui.canvas.view import CanvasView


def context_menu(view: CanvasView) -> QMenu:
    """A menu for what is selected now."""
    menu = QMenu(view)
    menu.setObjectName("canvasMenu")
    group = 1
    has_selection = bool(view.session.selection or view.canvas.chosen_wire)
    for command in COMMANDS:
        if not command.group:
            continue
        if command.group != group:
            menu.addSeparator()
            group = command.group
        action = menu.addAction(QCoreApplication.translate("Canvas", command.text))
        action.setObjectName(command.name)
        keys = sequences(command)
        if keys:
            action.setShortcut(keys[0])
        action.setEnabled(has_selection or not command.needs_selection)
        if command.name == "connect_selection":
            action.setEnabled(len(view.session.selection) == 2)
        action.triggered.connect(getattr(view, command.name))
    return menu

"""The canvas's context menu: the commands that also have keys."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu, QWidget

from cnnstudio.ui.canvas.keys import COMMANDS, sequences

if TYPE_CHECKING:
    from cnnstudio.ui.canvas.view import CanvasView


def context_menu(view: CanvasView) -> QMenu:
    """A menu for what is selected now; what is for blocks alone is in it where there is one, so that it stays short."""
    menu = QMenu(view)
    menu.setObjectName("canvasMenu")
    group = 1
    not_here = _not_here(view)
    has_selection = bool(view.session.selection or view.canvas.chosen_wire)
    for command in COMMANDS:
        if not command.group or command.submenu or command.name in not_here:
            continue
        if command.group != group:
            if group == 4:
                menu.addMenu(align_menu(view, menu))
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
        if command.name == "swap":
            action.setEnabled(view.can_swap)
        action.triggered.connect(partial(command.run, view))
    return menu


def _not_here(view: CanvasView) -> set[str]:
    nodes, chosen = view.session.network.nodes, view.session.selection
    not_here = set() if view.session.path else {"leave_block"}
    if not any(nodes[node_id].block for node_id in chosen):
        not_here |= {"open_block", "ungroup"}
    return not_here


def align_menu(view: CanvasView, parent: QWidget) -> QMenu:
    """Aligning and distributing the selected nodes."""
    menu = QMenu(QCoreApplication.translate("Canvas", "Ali&gn"), parent)
    menu.setObjectName("alignMenu")
    group = 0
    for command in COMMANDS:
        if command.submenu != "align":
            continue
        if command.group != group:
            menu.addSeparator()
            group = command.group
        action = menu.addAction(QCoreApplication.translate("Canvas", command.text))
        action.setObjectName(command.name)
        action.setShortcut(sequences(command)[0])
        action.triggered.connect(partial(command.run, view))
    return menu

"""The button that copies a table, as Markdown or as CSV."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu, QToolButton


class Copyable(Protocol):
    """A table that puts itself on the clipboard."""

    def copy_markdown(self) -> None: ...

    def copy_csv(self) -> None: ...


def copy_button(table: Copyable, name: str, tip: str) -> QToolButton:
    """A button with a menu; `name`: its object name, `tip`: what is copied."""
    tr = QCoreApplication.translate
    button = QToolButton()
    button.setObjectName(name)
    button.setText(tr("CopyButton", "Copy"))
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    menu = QMenu(button)
    menu.addAction(tr("CopyButton", "As Markdown")).triggered.connect(table.copy_markdown)
    menu.addAction(tr("CopyButton", "As CSV")).triggered.connect(table.copy_csv)
    button.setMenu(menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    return button

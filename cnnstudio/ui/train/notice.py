"""A banner: what happened, in a sentence or two, with one button that cures it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from cnnstudio.ui.icons import icon
from cnnstudio.ui.theme import GRID


class Notice(QFrame):
    """Hidden until `say`; gone again with its cross, its button, or `hide`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trainNotice")
        self.setProperty("surface", "problem")
        self._action: Callable[[], object] | None = None
        self.text = QLabel()
        self.text.setObjectName("trainNoticeText")
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.button = QPushButton()
        self.button.setObjectName("trainNoticeButton")
        self.button.setProperty("role", "accent")
        self.button.clicked.connect(self._on_clicked)
        self._close = QToolButton()
        self._close.setIcon(icon("close"))
        self._close.setToolTip(self.tr("Close"))
        self._close.setAccessibleName(self.tr("Close this message"))
        self._close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID - 4, GRID, GRID, GRID)
        row.setSpacing(GRID)
        row.addWidget(self.text, 1)
        row.addWidget(self.button)
        row.addWidget(self._close)
        self.hide()

    def say(
        self,
        text: str,
        *,
        severity: str = "error",
        button: str = "",
        action: Callable[[], object] | None = None,
    ) -> None:
        """Show `text`; `severity` is error, warning or hint. `action` is done when the button is clicked."""
        self.text.setText(text)
        self.setAccessibleName(text)
        self._action = action
        self.button.setText(button)
        self.button.setVisible(bool(button))
        if self.property("severity") != severity:
            self.setProperty("severity", severity)
            self.style().polish(self)
        self.show()

    def _on_clicked(self) -> None:
        action = self._action
        self.hide()
        if action is not None:
            action()

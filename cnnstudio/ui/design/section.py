"""Small pieces that the panels share: section titles, lines of name and value."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from cnnstudio.ui.theme import monospace


def section_label(text: str, parent: QWidget | None = None) -> QLabel:
    """The title of a section: small capitals in the muted colour."""
    label = QLabel(text.upper(), parent)
    label.setProperty("role", "section")
    label.setAccessibleName(text)
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * 0.82)
    label.setFont(font)
    label.setContentsMargins(0, 8, 0, 0)
    return label


class ValueLine(QWidget):
    """A name at the left and a value in monospace at the right; long values wrap."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self._name = QLabel(name, self)
        self.value = QLabel(self)
        self.value.setFont(monospace(self.font().pointSizeF() * 0.95))
        self.value.setWordWrap(True)
        drop = QFontMetrics(self.font()).ascent() - QFontMetrics(self.value.font()).ascent()
        self.value.setContentsMargins(0, max(drop, 0), 0, 0)  # both stand on one line
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        self.value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(self._name, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.value, 1)

    def show_text(self, text: str, explanation: str = "") -> None:
        """Show a value, and in the tooltip what it means."""
        self.value.setText(text)
        self.setToolTip(explanation)
        self.value.setAccessibleName(f"{self._name.text()}: {text}")

"""The line under a field that stands on the open block too: what it is called there, and buttons to change that."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from cnnstudio.ui.icons import icon_pixmap
from cnnstudio.ui.theme import theme, theme_state


class ExposedMark(QWidget):
    """Hidden while the field has no name on the block."""

    rename_wanted = Signal()
    removal_wanted = Signal()

    def __init__(self, param: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"exposed_{param}")
        self._param = param
        self._icon = QLabel(self)
        self._icon.setFixedSize(QSize(14, 14))
        self._text = QLabel(self)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setProperty("role", "muted")
        self._text.setWordWrap(True)  # or it would make the whole form wider than its panel
        self._rename = self._button(f"rename_{param}", self.tr("Rename…"))
        self._rename.clicked.connect(self.rename_wanted)
        self._remove = self._button(f"unexpose_{param}", self.tr("Remove"))
        self._remove.clicked.connect(self.removal_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 2)
        row.setSpacing(4)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(self._rename)
        row.addWidget(self._remove)
        theme_state().changed.connect(self._draw)
        self._draw()
        self.hide()

    def show_name(self, name: str) -> None:
        """Say what the field is called on the block; nothing hides the line."""
        text = self.tr("on the block as {name}").format(name=name)
        self._text.setText(text if len(name) <= 24 else text.replace(name, name[:22] + "…"))
        self._text.setToolTip(text)
        self._rename.setAccessibleName(self.tr("Rename {name} on the block").format(name=name))
        self._remove.setAccessibleName(self.tr("Take {name} off the block").format(name=name))
        self.setVisible(bool(name))

    def _button(self, name: str, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setProperty("role", "link")
        return button

    def _draw(self) -> None:
        self._icon.setPixmap(icon_pixmap("block", 14, theme().category("block"), self.devicePixelRatioF()))

"""The rail at the left: one button per workspace."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QButtonGroup, QFrame, QToolButton, QVBoxLayout, QWidget

from cnnstudio.ui.icons import icon
from cnnstudio.ui.theme import GRID

WIDTH = 72


class WorkspaceRail(QFrame):
    """Exclusive buttons; `chosen` says which workspace the user wants."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("workspaceRail")
        self.setAccessibleName(self.tr("Workspaces"))
        self.setFixedWidth(WIDTH)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[str, QToolButton] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(GRID // 2, GRID, GRID // 2, GRID)
        self._column.setSpacing(GRID // 2)
        self._column.addStretch(1)

    def add(self, key: str, title: str, icon_name: str) -> None:
        """Put one more workspace below the others, with the shortcut Ctrl and its number."""
        button = QToolButton(self)
        button.setObjectName(f"{key}Rail")
        button.setText(title)
        button.setIcon(icon(icon_name, "text_muted", "accent"))
        button.setIconSize(QSize(22, 22))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setCheckable(True)
        button.setFixedSize(WIDTH - GRID - 1, 56)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        font = button.font()
        font.setPointSizeF(font.pointSizeF() * 0.86)
        button.setFont(font)
        number = len(self._buttons) + 1
        button.setShortcut(QKeySequence(f"Ctrl+{number}"))
        button.setToolTip(f"{title} (Ctrl+{number})")
        button.setAccessibleName(self.tr("{title} workspace").format(title=title))
        button.clicked.connect(self._on_clicked)
        self._group.addButton(button)
        self._buttons[key] = button
        self._column.insertWidget(self._column.count() - 1, button)

    def show_current(self, key: str) -> None:
        """Mark a workspace as the one that is shown."""
        if key in self._buttons:
            self._buttons[key].setChecked(True)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self._buttons)

    def button(self, key: str) -> QToolButton:
        """The button of one workspace."""
        return self._buttons[key]

    def _on_clicked(self) -> None:
        for key, button in self._buttons.items():
            if button.isChecked():
                self.chosen.emit(key)

"""The field over a card's name in which it is renamed."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from cnnstudio.ui.theme import theme


class RenameField(QLineEdit):
    """Emits `submitted` once with the new name, or `dismissed`; whoever opened it closes it."""

    submitted = Signal(str)
    dismissed = Signal()

    def __init__(self, name: str, place: QRect, parent: QWidget) -> None:
        super().__init__(name, parent)
        self.setObjectName("renameField")
        self.setAccessibleName(self.tr("New name"))
        self.setMaxLength(100)
        self.setGeometry(place)
        self.returnPressed.connect(self._submit)
        self.mark(is_refused=False)
        self.selectAll()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def mark(self, *, is_refused: bool, reason: str = "") -> None:
        """Show whether the name can be used."""
        colors = theme()
        border = colors.error if is_refused else colors.accent
        self.setStyleSheet(
            f"QLineEdit {{ background: {colors.surface}; color: {colors.text}; border: 2px solid {border};"
            " border-radius: 4px; padding: 0 4px; font-weight: 600; }"
        )
        self.setToolTip(reason)

    def _submit(self) -> None:
        self.submitted.emit(self.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismissed.emit()
            return
        super().keyPressEvent(event)
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            event.accept()  # or the canvas below would take it as entering the node

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in {Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason}:
            self._submit()

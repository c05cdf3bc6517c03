"""A field for one number: typed, stepped with the arrow keys, or with the wheel while it has the focus."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from cnnstudio.ui.theme import monospace


class NumberField(QLineEdit):
    """Emits `typed` for every change by the user and `stepped` with +1 or -1 (10 with Shift)."""

    typed = Signal(str)
    stepped = Signal(int)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(monospace())
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setMinimumWidth(24)
        self.textEdited.connect(self.typed)

    def show_text(self, text: str) -> None:
        """Show a value, unless it is what the field holds already (the cursor stays)."""
        if self.text() != text:
            self.setText(text)

    def mark_invalid(self, invalid: bool) -> None:
        """Draw the field as wrong, or as right again."""
        if bool(self.property("invalid")) != invalid:
            self.setProperty("invalid", invalid)
            self.style().polish(self)

    def event(self, event: QEvent) -> bool:
        # Undo and redo are the network's: every keystroke here is already an edit of it.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and (event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo))
        ):
            event.ignore()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}
        step = steps.get(Qt.Key(event.key()))
        if step is not None:
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.stepped.emit(step * (10 if shift and abs(step) == 1 else 1))
            return
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.hasFocus() or event.angleDelta().y() == 0:
            event.ignore()
            return
        self.stepped.emit(1 if event.angleDelta().y() > 0 else -1)
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

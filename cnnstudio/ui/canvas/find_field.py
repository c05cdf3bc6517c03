"""The field at the top of the canvas that finds nodes and leads from one to the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from cnnstudio.ui.canvas import finding
from cnnstudio.ui.icons import icon
from cnnstudio.ui.theme import theme

WIDTH = 380
MARGIN = 12


@dataclass(frozen=True, slots=True)
class Searched:
    """What is searched: a text and a label for every node, in the order in which they are shown."""

    texts: Mapping[str, str]
    labels: Mapping[str, str]


class FindField(QFrame):
    """Emits `found` with the node to show, or `dismissed`; whoever opened it closes it."""

    found = Signal(str)
    dismissed = Signal()

    def __init__(self, searched: Callable[[], Searched], wanted: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("findField")
        self.setAccessibleName(self.tr("Find a layer on the canvas"))
        self._searched = searched
        self._around = parent
        self._found: Sequence[str] = ()
        self._number = -1
        self._text = QLineEdit(wanted)
        self._text.setObjectName("findText")
        self._text.setAccessibleName(self.tr("Name, type or shape"))
        self._text.setPlaceholderText(self.tr("Find by name, type or shape"))
        self._text.setMaxLength(200)
        self._text.textChanged.connect(self._search)
        self._text.installEventFilter(self)
        self._count = QLabel()
        self._count.setObjectName("findCount")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 8, 8, 8)
        row.setSpacing(4)
        row.addWidget(self._text, 1)
        row.addWidget(self._count)
        self._buttons = [
            self._button("chevron-up", self.tr("The one before (Shift+Enter)"), self.show_previous),
            self._button("chevron-down", self.tr("The next one (Enter)"), self.show_next),
            self._button("close", self.tr("Close (Escape)"), self.dismissed.emit),
        ]
        for button in self._buttons:
            row.addWidget(button)
        self._restyle()
        self.settle()
        self._tell()
        self.show()
        self.raise_()
        self._text.selectAll()
        self._text.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def wanted(self) -> str:
        """What is searched for."""
        return self._text.text()

    @property
    def count_text(self) -> str:
        """`2 of 7`, or that nothing was found."""
        return self._count.text()

    def settle(self) -> None:
        """Stand in the middle of the upper edge."""
        room = self._around.width()
        self.setFixedWidth(min(WIDTH, max(room - 2 * MARGIN, 200)))
        self.adjustSize()
        self.move((room - self.width()) // 2, MARGIN)

    def show_next(self) -> None:
        """Lead to the next node found, after the last to the first again."""
        self._step(1)

    def show_previous(self) -> None:
        """Lead to the node found before."""
        self._step(-1)

    def _button(self, icon_name: str, text: str, slot: Callable[[], None]) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(icon_name))
        button.setIconSize(QSize(16, 16))
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(slot)
        return button

    def _search(self, text: str) -> None:
        searched = self._searched()
        self._found = finding.matches(searched.texts, searched.labels, text)
        self._number = 0 if self._found else -1
        self._show()

    def _step(self, by: int) -> None:
        searched = self._searched()
        before = self._found[self._number] if 0 <= self._number < len(self._found) else ""
        self._found = finding.matches(searched.texts, searched.labels, self.wanted)
        if before in self._found:
            self._number = (self._found.index(before) + by) % len(self._found)
        else:
            self._number = min(max(self._number, 0), len(self._found) - 1)
        self._show()

    def _show(self) -> None:
        self._tell()
        if 0 <= self._number < len(self._found):
            self.found.emit(self._found[self._number])

    def _tell(self) -> None:
        if self._found:
            text = self.tr("{number} of {count}").format(number=self._number + 1, count=len(self._found))
        else:
            text = self.tr("Nothing found") if self.wanted.strip() and self._number == -1 else ""
        self._count.setText(text)

    def _restyle(self) -> None:
        colors = theme()
        self.setStyleSheet(
            f"#findField {{ background: {colors.surface}; border: 1px solid {colors.border_strong};"
            " border-radius: 8px; }"
            f"#findText {{ background: {colors.sunken}; color: {colors.text};"
            f" border: 1px solid {colors.border}; border-radius: 6px; padding: 5px 8px; }}"
            f"#findText:focus {{ border-color: {colors.accent}; }}"
            f"#findCount {{ color: {colors.text_muted}; padding: 0 4px; }}"
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = event.key()
            back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            if key == Qt.Key.Key_Escape:
                self.dismissed.emit()
            elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F3}:
                self._step(-1 if back else 1)
            elif key == Qt.Key.Key_Down:
                self.show_next()
            elif key == Qt.Key.Key_Up:
                self.show_previous()
            else:
                return super().eventFilter(watched, event)
            return True
        return super().eventFilter(watched, event)
